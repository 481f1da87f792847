use serde_json::{Value, json};
use tests::{Answer, Client, on_every_database};

use super::revision;

const CSV: &str = "external_id,code,name,parent_external_id\na,a,A,\nb,a b,B,\nc,c,C,a\nd,d,D,nowhere\n";

fn lines(client: &Client, done: &Answer) -> Vec<(i64, String, String)> {
    let errors = client.get(&format!("/api/v1/operations/{}/errors", done.id())).expect(200);
    let told: Vec<Value> = errors.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    told.iter().map(|line| (line["line"].as_i64().unwrap(), text(&line["code"]), text(&line["pointer"]))).collect()
}

fn bad_rows() -> Vec<(i64, String, String)> {
    vec![(3, "bad_code".into(), "/code".into()), (5, "unknown_reference".into(), "/parent_external_id".into())]
}

on_every_database! {
    fn a_bad_line_in_the_middle_of_an_atomic_import(app: &TestApp) {
        let admin = app.admin();
        let before = revision(app);
        let done = admin.import_csv("departments", "atomic", CSV);
        assert_eq!((&done.json["state"], &done.json["errors_count"]), (&json!("failed"), &json!(2)), "{}", done.text);
        assert_eq!(lines(&admin, &done), bad_rows());
        assert!(admin.ids("/api/v1/departments").is_empty());
        assert_eq!(revision(app), before);
    }

    fn a_bad_line_in_the_middle_of_an_import_row_by_row(app: &TestApp) {
        let admin = app.admin();
        let done = admin.import_csv("departments", "per_row", CSV);
        assert_eq!((&done.json["state"], &done.json["errors_count"]), (&json!("succeeded"), &json!(2)), "{}", done.text);
        assert_eq!((&done.json["result"]["created"], &done.json["result"]["bad"]), (&json!(2), &json!(2)));
        assert_eq!(lines(&admin, &done), bad_rows());
        assert_eq!(admin.column("/api/v1/departments?sort=code", "code"), ["a", "c"]);
    }

    // A worker's names change by a call of their own, with a reason: the row is bad, all of it.
    fn a_changed_name_makes_a_bad_row(app: &TestApp) {
        let admin = app.admin();
        let file = |last_name: &str, phone: &str| {
            format!("external_id,personal_number,first_name,last_name,phone\nw,1,Ada,{last_name},{phone}\n")
        };
        admin.import_csv("workers", "per_row", &file("Byron", "1"));
        let done = admin.import_csv("workers", "per_row", &file("King", "2"));
        assert_eq!(lines(&admin, &done), [(2, "worker_rename_needed".to_owned(), "/last_name".to_owned())]);
        assert_eq!(admin.column("/api/v1/workers", "phone"), ["1"]);
        let rename = format!("/api/v1/workers/{}/rename", admin.ids("/api/v1/workers")[0]);
        admin.post(&rename, json!({"last_name": "King", "reason": "married"})).expect(200);
        assert_eq!(admin.import_csv("workers", "per_row", &file("King", "2")).json["result"]["bad"], 0);
        assert_eq!(admin.column("/api/v1/workers", "phone"), ["2"]);
        let contract = admin.get("/openapi.json").json;
        let upsert = &contract["paths"]["/api/v1/workers/by-external-id/{external_id}"]["put"]["description"];
        assert!(upsert.as_str().unwrap().contains("renameWorker"), "{upsert}");
    }

    fn bad_headers_and_files(app: &TestApp) {
        let admin = app.admin();
        let before = revision(app);
        for (file, code) in [
            ("external_id,code,frob\na,a,A\n", "bad_value"), ("code,code,name\na,a,A\n", "duplicate_item"),
            ("external_id;code;name\na;a;A\n", "bad_value"),
        ] {
            let done = admin.import_csv("departments", "per_row", file);
            assert_eq!(done.json["state"], "failed", "{}", done.text);
            assert_eq!((lines(&admin, &done)[0].0, lines(&admin, &done)[0].1.as_str()), (1, code));
        }
        let done = admin.import_csv("departments", "atomic", "external_id,code,name\n");
        assert_eq!((&done.json["state"], &done.json["total"]), (&json!("succeeded"), &json!(0)), "{}", done.text);
        for file in ["", "\n\n"] {
            let done = admin.import_csv("departments", "atomic", file);
            assert_eq!(done.json["state"], "failed", "{}", done.text);
            assert_eq!(lines(&admin, &done), [(1, "required".into(), String::new())]);
        }
        let done = admin.import_csv("departments", "atomic", "external_id;code;name\na;a;A\n");
        let told = admin.get(&format!("/api/v1/operations/{}/errors", done.id())).expect(200).text;
        assert!(told.contains("commas between columns"), "{told}");
        assert_eq!(revision(app), before);
    }

    fn bad_lines_of_csv(app: &TestApp) {
        let admin = app.admin();
        let file = b"external_id,code,name\n1,a,A\n2,b\n3,c,C,D\n4,d\xff,D\n5,e\0,E\n6,\"f\n7,g,G\n";
        let started = admin.send("POST", "/api/v1/imports?kind=departments&mode=per_row", &[("content-type", "text/csv")], Some(file));
        let done = admin.finished(&started.expect(202));
        let bad: Vec<i64> = lines(&admin, &done).iter().map(|(line, ..)| *line).collect();
        assert_eq!(bad, [3, 4, 5, 6, 7], "{}", done.text);
        assert_eq!(admin.column("/api/v1/departments", "code"), ["a"]);
    }

    fn bad_lines_of_ndjson(app: &TestApp) {
        let admin = app.admin();
        let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
        let mut file = format!(
            "{{\"external_id\":\"1\",\"code\":\"a\",\"name\":\"A\"}}\n{{\n[]\n{deep}\n\n{{\"external_id\":\"2\",\"code\":7,\"name\":\"x\",\"frob\":1}}\n\
             {{\"external_id\":\"3\",\"code\":\"n\\u0000\",\"name\":\"x\"}}\n"
        ).into_bytes();
        file.extend_from_slice(b"{\"external_id\":\"4\xff\"}\n{\"external_id\":\"5\",\"code\":\"b\",\"name\":\"B\"}");
        let headers = [("content-type", "application/x-ndjson")];
        let started = admin.send("POST", "/api/v1/imports?kind=departments&mode=per_row", &headers, Some(&file));
        let done = admin.finished(&started.expect(202));
        let bad = lines(&admin, &done);
        let numbers: Vec<i64> = bad.iter().map(|(line, ..)| *line).collect();
        assert_eq!(numbers, [2, 3, 4, 6, 6, 7, 8], "{bad:?}");
        assert!(bad.contains(&(6, "unknown_field".into(), "/frob".into())) && bad.contains(&(6, "wrong_type".into(), "/code".into())));
        assert_eq!(admin.column("/api/v1/departments?sort=code", "code"), ["a", "b"]);
    }

    fn wrong_content_types(app: &TestApp) {
        for content_type in ["application/json", "text/plain", "multipart/form-data"] {
            let answer = app.admin().import("departments", "atomic", content_type, CSV);
            let answer = answer.expect_problem(415, "unsupported_media_type");
            assert_eq!(answer.header("accept"), Some("text/csv, application/x-ndjson"));
        }
    }

    // P-10
    fn a_cell_that_can_not_be_kept_is_not_dropped_silently(app: &TestApp) {
        let admin = app.admin();
        let done = admin.import_csv("objects", "per_row", "external_id,type,title,area_external_id\n1,task,A,\n2,task,B,north\n");
        assert_eq!(lines(&admin, &done), [(3, "unknown_reference".into(), "/area_external_id".into())]);
        assert_eq!(admin.column("/api/v1/objects", "title"), ["A"]);
    }
}

#[test]
fn a_file_beyond_the_limit() {
    let app = tests::TestApp::start_with(persistence::testing::sqlite(), |config| config.import_limit = 1_024);
    let before = revision(&app);
    let file = format!("external_id,code,name\n{}", "a,a,A\n".repeat(500));
    app.admin().import("departments", "atomic", "text/csv", &file).expect_problem(413, "body_too_large");
    assert!(app.admin().ids("/api/v1/operations").is_empty());
    assert_eq!(revision(&app), before);
}
