//! One question over time (P-04).

use super::*;

const LINE: &str = "/api/v1/access/timeline";

fn asked(scene: &Scene<'_>, more: &str) -> String {
    format!(
        "{LINE}?subject_id={}&action=time:record&resource_type=worker&resource_id={}&from=2026-01-01&to=2026-12-31{more}",
        scene.anna.user, scene.x
    )
}

fn intervals(answer: &Answer) -> Vec<String> {
    let told = |item: &Value| {
        let part = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", part("from"), part("to"), item["decision"], part("code"))
    };
    answer.json["items"].as_array().unwrap().iter().map(told).collect()
}

on_every_database! {
    // P-04, P-07: a wage type over time, with the offers that begin and end.
    fn a_wage_type_over_time(app: &TestApp) {
        let company = app.company();
        company.make("wage-types", json!({"code": "overtime", "name": "Overtime", "unit": "hour", "request_group": 2}));
        let (clerk, role) = (company.person("clerk"), company.role("clerks", 10));
        company.member(&role, &clerk.user);
        let offer = |mode: &str, from: &str, to: &str| {
            company.make("wage-offers", json!({
                "holder_type": "role", "holder_id": role, "wage_type_external_id": "overtime", "mode": mode,
                "valid_from": from, "valid_to": to,
            }))
        };
        let first = offer("workflow", "2026-02-01", "2026-03-31");
        let second = offer("record", "2026-04-01", "2026-04-30");
        let asked = |more: &str| {
            format!(
                "{LINE}?subject_id={}&action=time:record&resource_type=worker&resource_id={}&from=2026-01-01\
                 &to=2026-12-31{more}",
                clerk.user, clerk.worker
            )
        };
        let line = app.admin().get(&asked("&wage_type=overtime&explain=trace")).expect(200);
        assert_eq!(intervals(&line), [
            "2026-01-01 2026-01-31 false wage_type_not_offered",
            "2026-02-01 2026-03-31 false wage_type_by_request",
            "2026-04-01 2026-04-30 true wage_type_allow",
            "2026-05-01 2026-12-31 false wage_type_not_offered",
        ]);
        assert_eq!(line.json["items"][2]["changes"], json!([
            {"what": "wage_offer", "id": first, "event": "ended"}, {"what": "wage_offer", "id": second, "event": "begins"},
        ]));
        assert_eq!(line.json["items"][2]["context"]["wage"]["decided_by"][0]["wage_offer_id"], json!(second));
        let asking = app.admin().get(&asked("&wage_type=overtime&mode=workflow")).expect(200);
        assert_eq!(intervals(&asking), [
            "2026-01-01 2026-01-31 false wage_type_not_offered",
            "2026-02-01 2026-04-30 true wage_type_allow",
            "2026-05-01 2026-12-31 false wage_type_not_offered",
        ]);
        let unknown = app.admin().get(&asked("&wage_type=frob")).expect(200);
        assert_eq!(intervals(&unknown), ["2026-01-01 2026-12-31 false unknown_wage_type"]);
        app.admin().get(&asked("&mode=workflow")).expect_problem(400, "bad_parameter");
        let other = asked("&wage_type=overtime").replace("time:record", "time:schedule");
        app.admin().get(&other).expect_problem(400, "bad_parameter");
    }

    fn intervals_of_allow_and_deny_with_what_changes_at_each_border(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let own = app.admin().get(&format!("/api/v1/workers/{}/grants", scene.x)).expect(200);
        company.remove("grants", own.json["items"][0]["id"].as_str().unwrap());
        let role = company.role("timekeepers", 10);
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        let membership = company.make("memberships", json!({
            "role_id": role, "member_type": "user", "member_id": scene.anna.user, "valid_from": "2026-03-01",
            "valid_to": "2026-10-31",
        }));
        let personal = company.make("grants", json!({
            "holder_type": "user", "holder_id": scene.anna.user, "module": "time",
            "scope": {"type": "worker", "id": scene.x}, "allow": ["schedule"], "valid_from": "2026-05-01",
            "valid_to": "2026-05-31",
        }));
        let plain = app.admin().get(&asked(&scene, "")).expect(200);
        assert_eq!(intervals(&plain), [
            "2026-01-01 2026-02-28 false no_grant",
            "2026-03-01 2026-04-30 true role_allow",
            "2026-05-01 2026-05-31 false personal_without_action",
            "2026-06-01 2026-10-31 true role_allow",
            "2026-11-01 2026-12-31 false no_grant",
        ]);
        assert!(plain.json["items"][0].get("changes").is_none() && plain.json["items"][0].get("context").is_none());
        assert_eq!(plain.json["cut_short"], false);
        let traced = app.admin().get(&asked(&scene, "&explain=trace")).expect(200);
        let changes: Vec<_> = traced.json["items"].as_array().unwrap().iter().map(|item| item["changes"].clone()).collect();
        assert_eq!(changes, [
            json!([]),
            json!([{"what": "membership", "id": membership, "event": "begins"}]),
            json!([{"what": "grant", "id": personal, "event": "begins"}]),
            json!([{"what": "grant", "id": personal, "event": "ended"}]),
            json!([{"what": "membership", "id": membership, "event": "ended"}]),
        ]);
        assert_eq!(traced.json["items"][2]["context"]["decided_by"][0]["grant_id"], json!(personal));
        // Each day says what a decision about that day says.
        for day in ["2026-02-28", "2026-03-01", "2026-05-15", "2026-10-31", "2026-11-01"] {
            let body = with(scene.question(), "context", json!({"time": day}));
            let decision = app.admin().post(ONE, body).expect(200).json["decision"].clone();
            let items = traced.json["items"].as_array().unwrap();
            let of_day = items.iter().find(|item| item["from"].as_str() <= Some(day) && item["to"].as_str() >= Some(day));
            assert_eq!(of_day.unwrap()["decision"], decision, "{day}");
        }
    }

    fn who_asks_about_others_needs_access_check_and_for_traces_access_explain(app: &TestApp) {
        let scene = Scene::new(app);
        let anna = scene.company.client_of(&scene.anna);
        anna.get(&asked(&scene, "")).expect(200);
        let refused = anna.get(&asked(&scene, "&explain=trace")).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "access.explain"}));
        let bert = scene.company.person("bert");
        let refused = scene.company.client_of(&bert).get(&asked(&scene, "")).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "access.check"}));
        // The auditor may do both.
        let auditor = scene.company.caller("auditor", &["auditor"]);
        auditor.get(&asked(&scene, "&explain=trace")).expect(200);
    }

    fn what_is_not_known_is_a_deny_on_every_day_and_what_makes_no_sense_a_400(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        let unknown = format!("{LINE}?subject_id=nobody&action=time:record&resource_type=worker&resource_id=x&to=2026-07-01");
        let told = admin.get(&unknown).expect(200);
        assert_eq!(intervals(&told), ["2025-06-15 2026-07-01 false unknown_subject"]);
        let refused = admin.get(LINE).expect_problem(400, "bad_parameter");
        let mut missing: Vec<_> = refused.json["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
        missing.sort_by_key(ToString::to_string);
        assert_eq!(missing, ["action", "resource_id", "resource_type", "subject_id"]);
        for (more, name) in [("&explain=all", "explain"), ("&frob=1", "frob"), ("&subject_type=role", "subject_type")] {
            let refused = admin.get(&asked(&scene, more)).expect_problem(400, "bad_parameter");
            assert!(refused.text.contains(name), "{}", refused.text);
        }
        for span in [
            "from=2026-02-01&to=2026-01-01",
            "from=1900-01-01&to=2026-01-01",
            "from=2026-1-1&to=2026-02-01",
            "from=%202026-01-01&to=2026-02-01",
        ] {
            let path = format!("{LINE}?subject_id=a&action=b&resource_type=c&resource_id=d&{span}");
            admin.get(&path).expect(400);
        }
    }
}
