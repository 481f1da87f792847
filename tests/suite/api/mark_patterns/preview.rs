use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;
use crate::places::place;

on_every_database! {
    // examples are the next marks, and take no number.
    fn examples_go_on_from_where_the_pattern_is(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let pattern = json!({"area_id": place.area, "object_type": "task", "pattern": "{year}-{month}/{area}/{counter}", "reset": "month"});
        company.make("mark-patterns", pattern);
        let task = json!({"type": "task", "title": "t", "area_id": place.area});
        for mark in ["2026-6/Ctl/1", "2026-6/Ctl/2"] {
            assert_eq!(place.processor.post("/api/v1/objects", task.clone()).expect(201).json["mark"], mark);
        }
        let preview = |body: Value| admin.post(&format!("{ALL}/preview"), body).expect(200).json;
        let body = json!({"pattern": "{area}:{counter:3}", "reset": "month", "area_external_id": "ctl", "object_type": "task", "count": 2});
        for _ in 0..2 {
            let found = preview(body.clone());
            assert_eq!(found["examples"], json!(["Ctl:003", "Ctl:004"]));
            // The counter starts again, and nothing shows it.
            assert_eq!((&found["unique_possible"], found["repeats"].as_array().unwrap().len()), (&json!(false), 2), "{found}");
        }
        assert_eq!(place.processor.post("/api/v1/objects", task).expect(201).json["mark"], "2026-6/Ctl/3");
        let found = preview(json!({"pattern": "{user}/{area}/{counter}"}));
        assert_eq!(found["examples"], json!(["admin/X/1", "admin/X/2", "admin/X/3"]));
        assert_eq!(found["unique_possible"], true, "{found}");
    }

    // unknown tokens with their position.
    fn faults_are_told_with_their_position(app: &TestApp) {
        let preview = |body: Value| app.admin().post(&format!("{ALL}/preview"), body);
        let found = preview(json!({"pattern": "é{yer}-{counter"})).expect(200).json;
        let faults: Vec<_> = found["faults"].as_array().unwrap().iter().map(|fault| (&fault["position"], &fault["code"])).collect();
        assert_eq!(faults, [(&json!(2), &json!("mark_token_unknown")), (&json!(8), &json!("mark_brace_stray"))]);
        assert_eq!((&found["examples"], &found["unique_possible"]), (&json!([]), &json!(false)));
        preview(json!({"pattern": "a", "area_id": app.admin_id})).expect_fault(422, "unknown_reference", "/area_id");
        preview(json!({"pattern": "a", "area_external_id": "no"})).expect_fault(422, "unknown_reference", "/area_external_id");
        preview(json!({"pattern": "a", "count": 21})).expect_fault(422, "out_of_range", "/count");
        let outsider = app.company().outsider();
        outsider.post(&format!("{ALL}/preview"), json!({"pattern": "a"})).expect_missing("system", "area.administer");
    }
}
