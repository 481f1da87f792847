use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;
use crate::places::place;

on_every_database! {
    //
    fn a_pattern_is_created(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let area = place(app, &company, "Ctl").area;
        let body = json!({"area_external_id": "ctl", "object_type": "task", "pattern": "{year}/{counter:3}", "reset": "year"});
        let made = admin.post(ALL, body).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = json!({"area_id": area, "area_kind": null, "reset": "year", "mode": "fixed", "unique": true});
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let other = json!({"object_type": "quote", "pattern": "Q{counter}", "unique": false, "mode": "user_defined"});
        let other = admin.post(ALL, other).expect(201).json;
        assert_eq!((&other["area_id"], &other["reset"], &other["unique"]), (&Value::Null, &json!("never"), &json!(false)));
    }

    //
    fn bad_values_are_refused(app: &TestApp) {
        let admin = app.admin();
        let area = place(app, &app.company(), "Ctl").area;
        let post = |body| admin.post(ALL, body);
        assert_eq!(post(json!({})).expect_problem(422, "invalid_values").pointers(), ["/object_type", "/pattern"]);
        let refused = post(json!({"object_type": "moon", "pattern": "{yer}-{counter:0}}", "area_id": app.admin_id}));
        let refused = refused
            .expect_fault(422, "unknown_reference", "/object_type")
            .expect_fault(422, "unknown_reference", "/area_id")
            .expect_fault(422, "mark_token_unknown", "/pattern")
            .expect_fault(422, "mark_width_out_of_range", "/pattern")
            .expect_fault(422, "mark_brace_stray", "/pattern")
            .expect_rule("A-13");
        for position in [1, 7, 18] {
            assert!(refused.text.contains(&format!("at character {position}:")), "{}", refused.text);
        }
        let both = json!({"object_type": "task", "pattern": "{counter}", "area_id": area, "area_kind": "area"});
        post(both).expect_fault(422, "mark_pattern_place", "/area_kind").expect_rule("A-10");
        let repeats = json!({"object_type": "task", "pattern": "{month}/{area}/{counter}", "reset": "month"});
        post(repeats).expect_fault(422, "mark_pattern_repeats", "/unique").expect_rule("A-12");
        assert!(admin.ids(ALL).is_empty());
    }

    // one for each type in an area, for a kind, for the company.
    fn there_is_one_for_each_place(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (one, other) = (place(app, &company, "One").area, place(app, &company, "Other").area);
        let places = [json!({}), json!({"area_kind": "area"}), json!({"area_kind": "project"}), json!({"area_id": one}), json!({"area_id": other})];
        for place in places {
            let mut body = json!({"object_type": "task", "pattern": "{area}/{counter}"});
            body.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
            admin.post(ALL, body.clone()).expect(201);
            admin.post(ALL, body.clone()).expect_fault(409, "mark_pattern_exists", "/object_type");
            body["object_type"] = json!("quote");
            admin.post(ALL, body).expect(201);
        }
        company.make("object-types", json!({"code": "note", "name": "Note", "module": "document"}));
        let pattern = admin.post(ALL, json!({"object_type": "note", "pattern": "{area}/{counter}"})).expect(201).id();
        let kind = company.id_of("object-types", "note");
        admin.delete(&format!("/api/v1/object-types/{kind}")).expect_problem(409, "in_use");
        admin.delete(&format!("{ALL}/{pattern}")).expect(204);
        admin.delete(&format!("/api/v1/object-types/{kind}")).expect(204);
    }

    // only area administrators define patterns; an owner is told whom to ask, without names.
    fn an_owner_is_told_whom_to_ask(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let body = json!({"area_id": place.area, "object_type": "task", "pattern": "{counter}"});
        for client in [&place.owner, &place.processor, &company.outsider()] {
            let refused = client.post(ALL, body.clone());
            assert!(refused.text.contains("area administrators define"), "{}", refused.text);
            refused.expect_missing("system", "area.administer");
        }
        let administrator = company.caller("administrator", &["area-administrator"]);
        let made = administrator.post(ALL, body).expect(201).id();
        let path = format!("{ALL}/{made}");
        place.owner.patch(&path, json!({"mode": "editable"})).expect_missing("system", "area.administer");
        place.owner.delete(&path).expect_missing("system", "area.administer");
        admin.patch(&path, json!({"mode": "editable"})).expect(200);
    }
}
