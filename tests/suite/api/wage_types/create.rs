use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, body};

on_every_database! {
    // P-07
    fn it_has_code_name_unit_and_group(app: &TestApp) {
        let admin = app.admin();
        let wanted = json!({
            "external_id": "wt-1", "code": "holiday", "name": "Holiday", "unit": "day", "request_group": 1,
        });
        let made = admin.post(ALL, wanted.clone()).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        assert_eq!(admin.post(ALL, json!({})).expect(422).pointers(), ["/code", "/name", "/unit", "/request_group"]);
    }

    // P-07
    fn bad_types_are_refused(app: &TestApp) {
        let admin = app.admin();
        let post = |more: Value| {
            let mut body = body("holiday");
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            admin.post(ALL, body)
        };
        post(json!({"code": "no spaces"})).expect_fault(422, "bad_code", "/code");
        post(json!({"unit": "  "})).expect_fault(422, "required", "/unit");
        for group in [0, 3] {
            post(json!({"request_group": group})).expect_fault(422, "out_of_range", "/request_group");
        }
        post(json!({"request_group": "1"})).expect_fault(400, "wrong_type", "/request_group");
        assert!(admin.ids(ALL).is_empty());
        post(json!({"external_id": "x"})).expect(201);
        post(json!({})).expect_fault(409, "code_taken", "/code");
        post(json!({"external_id": "x", "code": "other"})).expect_fault(409, "duplicate", "/external_id");
    }

    fn it_needs_wage_type_edit(app: &TestApp) {
        let company = app.company();
        company.outsider().post(ALL, body("holiday")).expect_missing("system", "wage_type.edit");
        company.with_rights("editor", "system", &["wage_type.edit"]).post(ALL, body("holiday")).expect(201);
    }

    // H-03: a plan says what it would do, and does nothing until it is applied.
    fn it_can_be_planned(app: &TestApp) {
        let admin = app.admin();
        let plan = admin.post(&format!("{ALL}?plan=true"), body("holiday")).expect(202);
        assert_eq!((&plan.json["state"], &plan.json["changes"]), (&json!("open"), &json!(1)));
        assert!(admin.ids(ALL).is_empty());
        admin.verb(&format!("/api/v1/plans/{}/apply", plan.id())).expect(200);
        assert_eq!(admin.column(ALL, "code"), ["holiday"]);
    }

    fn a_repeated_request_makes_one(app: &TestApp) {
        let admin = app.admin();
        let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
        let post = || admin.send("POST", ALL, &headers, Some(body("holiday").to_string().as_bytes())).expect(201);
        assert_eq!(post().id(), post().id());
        assert_eq!(admin.ids(ALL).len(), 1);
    }
}
