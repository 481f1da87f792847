//! Departments: the tree and the roles linked to it (D-01, D-02).

use serde_json::json;
use tests::on_every_database;

on_every_database! {
    // D-01: no cycles, by whatever department of the subtree.
    fn the_tree_has_no_cycles(app: &TestApp) {
        let company = app.company();
        let top = company.department("top", None);
        let middle = company.department("middle", Some(&top));
        let leaf = company.department("leaf", Some(&middle));
        for parent in [&top, &middle, &leaf] {
            let path = format!("/api/v1/departments/{top}");
            let refused =
                app.admin().patch(&path, json!({"parent_id": parent})).expect_problem(409, "department_cycle");
            assert_eq!(refused.json["rule"], "D-01");
        }
        company.change("departments", &leaf, json!({"parent_id": top}));
        company.change("departments", &middle, json!({"parent_id": leaf}));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // D-01: moving a subtree is one operation: one record changes, in one revision.
    fn moving_a_subtree_is_one_change(app: &TestApp) {
        let company = app.company();
        let (top, other) = (company.department("top", None), company.department("other", None));
        let middle = company.department("middle", Some(&top));
        let leaf = company.department("leaf", Some(&middle));
        let path = format!("/api/v1/departments/{middle}");
        let moved = app.admin().patch(&path, json!({"parent_id": other})).expect(200);
        let revision: i64 = moved.header("remit-revision").unwrap().parse().unwrap();
        let log = app.admin().get(&format!("/api/v1/audit?after_revision={}", revision - 1)).expect(200);
        assert_eq!(log.items().len(), 1);
        assert_eq!(
            (&log.items()[0]["before"]["parent_id"], &log.items()[0]["after"]["parent_id"]),
            (&json!(top), &json!(other))
        );
        let below = app.admin().get(&format!("/api/v1/departments/{leaf}")).expect(200);
        assert_eq!(below.json["parent_id"], middle.as_str());
    }

    // D-01: codes are unique; a head is a worker that exists.
    fn codes_are_unique_and_heads_exist(app: &TestApp) {
        let company = app.company();
        company.department("d", None);
        let post = |body| app.admin().post("/api/v1/departments", body);
        post(json!({"code": "d", "name": "D"})).expect_problem(409, "code_taken");
        let unknown = post(json!({"code": "e", "name": "E", "head_id": company.user("anna")})).expect(422);
        assert_eq!(unknown.pointers(), ["/head_id"]);
        let headed = post(json!({"code": "e", "name": "E", "head_id": company.worker("w")})).expect(201);
        assert!(headed.json["head_id"].is_string());
    }

    // D-02: everyone with a contract in force there gets a linked role, not those below.
    fn a_linked_role_goes_to_everyone_with_a_contract_there(app: &TestApp) {
        let company = app.company();
        let here = company.department("here", None);
        let below = company.department("below", Some(&here));
        let position = company.position("p");
        let [anna, bert, cora] = ["anna", "bert", "cora"].map(|name| company.person(name));
        let role = company.automatic_role("linked");
        company.contract(&anna.worker, &here, &position, Some("2026-01-01"), Some("2026-06-30"));
        company.contract(&bert.worker, &below, &position, None, None);
        let link = format!("/api/v1/departments/{here}/roles/{role}");
        app.admin().send("PUT", &link, &[], None).expect(200);
        company.contract(&cora.worker, &here, &position, None, None);
        let has = |person: &tests::Person| {
            let me = company.client_of(person).get("/api/v1/me").expect(200);
            me.json["roles"].as_array().unwrap().contains(&json!("linked"))
        };
        assert_eq!([&anna, &bert, &cora].map(has), [true, false, true]);
        app.clock.set("2026-07-01T00:00:00Z".parse().unwrap());
        assert_eq!([&anna, &bert, &cora].map(has), [false, false, true]);
        app.admin().send("DELETE", &link, &[], None).expect(204);
        assert_eq!([&anna, &bert, &cora].map(has), [false; 3]);
        app.admin().send("DELETE", &link, &[], None).expect_problem(404, "not_found");
    }

    // D-02: only department.link_role sets or clears the link; HR sees the tag in the list and in
    // the detail and can't change it.
    fn hr_sees_the_tag_and_can_not_change_it(app: &TestApp) {
        let company = app.company();
        let (department, role) = (company.department("d", None), company.automatic_role("linked"));
        let link = format!("/api/v1/departments/{department}/roles/{role}");
        let officer = company.caller("officer", &["hr-officer"]);
        for method in ["PUT", "DELETE"] {
            let refused = officer.send(method, &link, &[], None).expect_problem(403, "forbidden");
            assert_eq!(refused.json["missing"], json!({"module": "system", "action": "department.link_role"}));
        }
        let linker = company.user("linker");
        company.personal_grant(&linker, "system", json!({"type": "all"}), &["department.link_role"], &[]);
        company.client_for(&linker).send("PUT", &link, &[], None).expect(200);
        let path = format!("/api/v1/departments/{department}");
        let listed = officer.get("/api/v1/departments?code=d").expect(200).items()[0].clone();
        for seen in [officer.get(&path).expect(200).json, listed] {
            assert_eq!((&seen["sync"], &seen["linked_role_ids"]), (&json!(true), &json!([role])));
        }
        for field in [json!({"sync": false}), json!({"linked_role_ids": []})] {
            officer.patch(&path, field).expect(400);
        }
        officer.patch(&path, json!({"name": "Renamed"})).expect(200);
        assert_eq!(officer.get(&path).expect(200).json["sync"], true);
        company.client_for(&linker).send("DELETE", &link, &[], None).expect(204);
        assert_eq!(officer.get(&path).expect(200).json["sync"], false);
    }

    // a department's link is such a rule, shown as one; it is changed at the department.
    fn a_link_is_shown_as_a_rule_and_changed_at_the_department(app: &TestApp) {
        let company = app.company();
        let (department, role) = (company.department("d", None), company.automatic_role("linked"));
        let link = format!("/api/v1/departments/{department}/roles/{role}");
        for _ in 0..2 {
            app.admin().send("PUT", &link, &[], None).expect(200);
        }
        let rules = app.admin().get(&format!("/api/v1/role-rules?role_id={role}&department_link=true")).expect(200);
        assert_eq!(rules.items().len(), 1);
        let rule = &rules.items()[0];
        assert_eq!(rule["departments"], json!([{"id": department, "include_subtree": false}]));
        let path = format!("/api/v1/role-rules/{}", rule["id"].as_str().unwrap());
        app.admin().delete(&path).expect_problem(409, "rule_is_link");
        app.admin().patch(&path, json!({"valid_to": "2026-12-31"})).expect_problem(409, "rule_is_link");
        let manual = company.role("manual", 0);
        let refused = app.admin().send("PUT", &format!("/api/v1/departments/{department}/roles/{manual}"), &[], None);
        refused.expect_problem(409, "role_not_automatic");
    }
}
