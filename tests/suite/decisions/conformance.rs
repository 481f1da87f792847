//! What the standard says of all its endpoints: content types, errors, headers, what is ignored.

use super::searches::{ACTIONS, RESOURCES, SUBJECTS};
use super::*;

/// A body for each endpoint, about Anna and `x`, and what a 200 answers to it.
fn bodies(scene: &Scene<'_>) -> [(&'static str, Value); 5] {
    let whole = scene.question();
    let action = || {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove("action");
        without
    };
    [
        (ONE, whole.clone()),
        (MANY, with(whole.clone(), "evaluations", json!([{}]))),
        (SUBJECTS, with(whole.clone(), "subject", json!({"type": "user"}))),
        (RESOURCES, with(whole.clone(), "resource", json!({"type": "worker"}))),
        (ACTIONS, action()),
    ]
}

on_every_database! {
    // Literally so, without being asked for more.
    fn answers_are_minimal(app: &TestApp) {
        let scene = Scene::new(app);
        let end = |count: usize| format!(r#""page":{{"next_token":"","count":{count},"total":{count}}}}}"#);
        let expected = [
            r#"{"decision":true}"#.to_owned(),
            r#"{"evaluations":[{"decision":true}]}"#.to_owned(),
            // The administrator, who is in the role of the time administrators, was made before Anna.
            format!(r#"{{"results":[{{"type":"user","id":"{}"}},{{"type":"user","id":"anna"}}],{}"#, app.admin_id, end(2)),
            format!(r#"{{"results":[{{"type":"worker","id":"x"}}],{}"#, end(1)),
            format!(r#"{{"results":[{{"name":"time:record"}}],{}"#, end(1)),
        ];
        for ((path, body), expected) in bodies(&scene).into_iter().zip(expected) {
            let answer = app.admin().post(path, body).expect(200);
            assert_eq!(answer.text, expected, "{path}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
            assert!(answer.header("remit-revision").is_some(), "{path}");
        }
    }

    // 400 for a wrong content type (not 415 here), a malformed or empty body, a wrong JSON type.
    fn what_can_not_be_read_is_a_400(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        for (path, body) in bodies(&scene) {
            let text = body.to_string();
            for content_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
                raw(&admin, path, content_type, &text).expect(400);
            }
            assert_eq!(admin.send("POST", path, &[], Some(text.as_bytes())).status, 400, "{path}");
            for malformed in ["", " ", "{", "[]", "\"text\"", "null", "7", "{} {}", "{\"subject\": }"] {
                raw(&admin, path, "application/json", malformed).expect(400);
            }
            raw(&admin, path, "application/json; charset=utf-8", &text).expect(200);
            for member in ["subject", "resource"] {
                for wrong in [json!("text"), json!([]), json!(7), json!(true)] {
                    refused(admin.post(path, with(body.clone(), member, wrong)), &format!("/{member}"));
                }
            }
            for wrong in [json!("text"), json!([]), json!(7)] {
                refused(admin.post(path, with(body.clone(), "context", wrong.clone())), "/context");
                refused(admin.post(path, with(body.clone(), "options", wrong)), "/options");
            }
            let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
            let text = text.replacen('{', &format!(r#"{{"frob": {deep}, "#), 1);
            raw(&admin, path, "application/json", &text).expect_problem(400, "malformed_body");
        }
    }

    // 400 for a missing field: each that the endpoint needs, and no other.
    fn each_endpoint_needs_its_members(app: &TestApp) {
        let scene = Scene::new(app);
        let whole = scene.question();
        let needed: [(&str, &[&str]); 4] = [
            (ONE, &["/subject", "/subject/type", "/subject/id", "/action", "/action/name", "/resource",
                "/resource/type", "/resource/id"]),
            (SUBJECTS, &["/subject", "/subject/type", "/action", "/action/name", "/resource", "/resource/type",
                "/resource/id"]),
            (RESOURCES, &["/subject", "/subject/type", "/subject/id", "/action", "/action/name", "/resource",
                "/resource/type"]),
            (ACTIONS, &["/subject", "/subject/type", "/subject/id", "/resource", "/resource/type", "/resource/id"]),
        ];
        let all = needed[0].1;
        for (path, needed) in needed {
            for pointer in all {
                // Null is like absent.
                for absent in [false, true] {
                    let mut body = whole.clone();
                    let (parent, member) = pointer.rsplit_once('/').unwrap();
                    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                    if absent {
                        parent.remove(member);
                    } else {
                        parent[member] = json!(null);
                    }
                    let answer = app.admin().post(path, body);
                    if needed.contains(pointer) {
                        refused(answer, pointer);
                    } else {
                        answer.expect(200);
                    }
                }
            }
        }
    }

    // Unknown members are ignored, null members are like absent ones.
    fn unknown_members_are_ignored(app: &TestApp) {
        let scene = Scene::new(app);
        for (path, body) in bodies(&scene) {
            let plain = app.admin().post(path, body.clone()).expect(200).text;
            let mut more = body;
            more["frob"] = json!([1, {"a": null}]);
            more["subject"]["properties"] = json!({"department": "sales", "deep": {"er": true}});
            more["resource"]["frob"] = json!(7);
            more["context"] = json!({"ip": "10.0.0.1", "time": null});
            more["options"] = json!({"frob": 1, "consistency": null});
            more["page"] = json!(null);
            assert_eq!(app.admin().post(path, more).expect(200).text, plain, "{path}");
        }
    }

    // 401 with `WWW-Authenticate`; `X-Request-ID` is echoed, whatever the answer.
    fn a_request_id_is_echoed_and_a_401_tells_how_to_authenticate(app: &TestApp) {
        let scene = Scene::new(app);
        let nobody = scene.company.outsider();
        let headers = [("content-type", "application/json"), ("x-request-id", "pep-42")];
        for (path, body) in bodies(&scene) {
            let text = body.to_string();
            // A batch tells of each item apart.
            let forbidden = if path == MANY { 200 } else { 403 };
            for (client, text, status) in
                [(app.admin(), &*text, 200), (app.admin(), "{}", 400), (nobody.clone(), &*text, forbidden), (app.anonymous(), &*text, 401)]
            {
                let answer = client.send("POST", path, &headers, Some(text.as_bytes())).expect(status);
                assert_eq!(answer.header("x-request-id"), Some("pep-42"), "{path} {status}");
                assert_eq!(answer.header("www-authenticate"), (status == 401).then_some("Bearer"), "{path} {status}");
            }
            let bad = app.with_token("rmt_none").send("POST", path, &headers, Some(text.as_bytes())).expect(401);
            assert_eq!(bad.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
        }
        let discovery = "/.well-known/authzen-configuration";
        let answer = app.anonymous().send("GET", discovery, &headers[1..], None).expect(200);
        assert_eq!(answer.header("x-request-id"), Some("pep-42"));
    }

    // Times may lack seconds, and are understood everywhere; others are a 400.
    fn times_may_lack_seconds(app: &TestApp) {
        let scene = Scene::new(app);
        for (path, body) in bodies(&scene) {
            let plain = app.admin().post(path, body.clone()).expect(200).text;
            for time in ["2026-06-27T18:03-07:00", "2026-06-27T18:03Z", "2026-06-27T18:03:00.5+02:00", "2026-06-27"] {
                let asked = with(body.clone(), "context", json!({"time": time}));
                assert_eq!(app.admin().post(path, asked).expect(200).text, plain, "{path} {time}");
            }
            for time in [json!("soon"), json!("2026-06-27T18"), json!(7), json!({})] {
                let answer = app.admin().post(path, with(body.clone(), "context", json!({"time": time})));
                if path == MANY && time.is_string() {
                    // Which time it is only an item tells.
                    assert_eq!(answer.expect(200).json["evaluations"][0]["context"]["error"]["status"], 400);
                } else {
                    refused(answer, "/context/time");
                }
            }
        }
    }

    // Another method is a 405; what takes JSON answers nothing else.
    fn searches_are_posts(app: &TestApp) {
        for path in [ONE, MANY, SUBJECTS, RESOURCES, ACTIONS] {
            let answer = app.admin().get(path).expect_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some("POST"), "{path}");
        }
    }

    // All endpoints that are there, at the address that is configured, and no empty field.
    fn discovery_names_every_endpoint_that_there_is(app: &TestApp) {
        let told = app.anonymous().get("/.well-known/authzen-configuration").expect(200).json;
        let base = format!("http://{}", app.address);
        assert_eq!(told["policy_decision_point"], base);
        let mut paths: Vec<_> = told.as_object().unwrap().iter()
            .filter(|(name, _)| name.ends_with("_endpoint"))
            .map(|(_, url)| url.as_str().unwrap().strip_prefix(&base).unwrap().to_owned())
            .collect();
        paths.sort_unstable();
        let mut expected = [ONE, MANY, SUBJECTS, RESOURCES, ACTIONS].map(str::to_owned);
        expected.sort_unstable();
        assert_eq!(paths, expected);
        assert!(told.as_object().unwrap().values().all(|value| value.as_str().is_some_and(|text| !text.is_empty())));
    }
}
