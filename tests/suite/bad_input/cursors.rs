use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::{TestApp, on_every_database};

const ALL: &str = "/api/v1/positions";

/// The cursor of a first page of one, opened.
fn opened(app: &TestApp, query: &str) -> Value {
    for code in ["a", "b", "c"] {
        app.admin().put(&format!("{ALL}/by-external-id/{code}"), json!({"code": code, "name": "Same"}));
    }
    let page = app.admin().get(&format!("{ALL}?limit=1&{query}")).expect(200);
    let cursor = BASE64_URL_SAFE_NO_PAD.decode(page.json["next_cursor"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&cursor).unwrap()
}

fn with(app: &TestApp, query: &str, cursor: &Value) -> tests::Answer {
    let text = BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string());
    app.admin().get(&format!("{ALL}?limit=1&{query}&cursor={text}"))
}

on_every_database! {
    fn of_another_list_order_or_filter(app: &TestApp) {
        let cursor = opened(app, "sort=name");
        with(app, "sort=name", &cursor).expect(200);
        with(app, "sort=-name", &cursor).expect_problem(400, "bad_cursor");
        with(app, "sort=name,code", &cursor).expect_problem(400, "bad_cursor");
        with(app, "sort=name&q=s", &cursor).expect_problem(400, "bad_cursor");
    }

    fn that_are_none(app: &TestApp) {
        opened(app, "sort=name");
        for text in ["", "x", "AAAA", "%00", "%ff", "eyJmIjoxfQ", "bnVsbA", "W10", &"A".repeat(4000)] {
            let answer = app.admin().get(&format!("{ALL}?limit=1&cursor={text}"));
            assert_eq!(answer.status, 400, "{text}: {}", answer.text);
            assert!(matches!(answer.json["code"].as_str(), Some("bad_cursor" | "bad_parameter")), "{}", answer.text);
        }
    }

    fn with_values_of_a_wrong_type(app: &TestApp) {
        let whole = opened(app, "sort=name");
        let mut tampered = Vec::new();
        for value in [json!({"B": true}), json!({"I": 1}), json!({"D": "2026-01-01"}), json!({"T": "a\u{0}b"}), json!({"U": uuid::Uuid::nil()})] {
            let mut cursor = whole.clone();
            cursor["v"][0] = value;
            tampered.push(cursor);
        }
        for value in [json!("N"), json!({"T": "x"}), json!({"I": 7})] {
            let mut cursor = whole.clone();
            cursor["v"][1] = value;
            tampered.push(cursor);
        }
        for cursor in tampered {
            with(app, "sort=name", &cursor).expect_problem(400, "bad_cursor");
        }
    }

    fn with_an_instant_beyond_all_time(app: &TestApp) {
        let mut cursor = opened(app, "sort=created_at");
        cursor["v"][0] = json!({"A": "-200000-01-01T00:00:00Z"});
        with(app, "sort=created_at", &cursor).expect_problem(400, "bad_cursor");
        for micros in ["-8000000000000000000", "8000000000000000000", "99999999999999999999", "x"] {
            let path = format!("/api/v1/operations?cursor={micros}_{}", uuid::Uuid::nil());
            app.admin().get(&path).expect_fault(400, "bad_parameter", "cursor");
        }
        for text in ["1", "1_", "_1", "1_x", "9223372036854775808_0"] {
            app.admin().get(&format!("/api/v1/audit?cursor={text}")).expect_fault(400, "bad_parameter", "cursor");
        }
    }
}
