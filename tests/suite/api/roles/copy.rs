//! `POST /roles/{id}/copy`.

use serde_json::{Value, json};
use tests::{Company, TestApp, on_every_database};

/// A role with a member, a grant, an offer, a role above it and a subscription.
fn original(company: &Company<'_>) -> String {
    let (role, above) = (company.role("clerks", 10), company.role("office", 20));
    let (anna, _) = (
        company.person("anna"),
        company.make(
            "wage-types",
            json!({
                "code": "overtime", "name": "Overtime", "unit": "hour", "request_group": 2,
            }),
        ),
    );
    company.member(&role, &anna.user);
    company.nest(&role, &above);
    company.grant(&role, "hr", json!({"type": "all"}), &["read"], &["edit"]);
    company.grant(&role, "document", json!({"type": "all"}), &["use"], &[]);
    company.make(
        "wage-offers",
        json!({
            "holder_type": "role", "holder_id": role, "wage_type_external_id": "overtime", "max_per_day": 4,
        }),
    );
    company.make("notification-subscriptions", json!({"role_id": role, "type": "account_blocked"}));
    role
}

fn path(role: &str) -> String {
    format!("/api/v1/roles/{role}/copy")
}

on_every_database! {
    fn a_copy_has_what_the_original_has_and_nobody_in_it(app: &TestApp) {
        let company = app.company();
        let role = original(&company);
        let made = company.admin().post(&path(&role), json!({"code": "clerks-2", "name": "More clerks"})).expect(201);
        assert_eq!(made.json["role"]["code"], "clerks-2");
        assert_eq!(made.json["role"]["priority"], 10);
        assert_eq!(made.json["copied"], json!({
            "members": 0, "roles": 1, "rules": 0, "grants": 2, "wage_offers": 1, "notifications": 0,
        }));
        assert_eq!(made.json["left_out"], json!({
            "members": 1, "roles": 0, "rules": 0, "grants": 0, "wage_offers": 0, "notifications": 1,
        }));
        let copy = made.json["role"]["id"].as_str().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/roles/{copy}").as_str()));
        // Whoever is in it may do what those in the original may.
        let path = format!("/api/v1/access/compare?of=role&first_id={role}&second_id={copy}");
        let compared = company.admin().get(&path).expect(200);
        assert_eq!((&compared.json["only_first"], &compared.json["only_second"]), (&json!([]), &json!([])));
        assert_eq!(compared.json["shared_role_ids"].as_array().unwrap().len(), 1, "the role above both");
    }

    fn members_and_subscriptions_come_along_on_request_and_parts_stay_away(app: &TestApp) {
        let company = app.company();
        let role = original(&company);
        let body = json!({
            "code": "clerks-2", "name": "More clerks", "external_id": "c2", "members": true, "notifications": true,
            "grants": false, "wage_offers": false, "roles": false,
        });
        let made = company.admin().post(&path(&role), body).expect(201);
        assert_eq!(made.json["copied"], json!({
            "members": 1, "roles": 0, "rules": 0, "grants": 0, "wage_offers": 0, "notifications": 1,
        }));
        assert_eq!(made.json["left_out"]["grants"], 2);
        assert_eq!(made.json["role"]["external_id"], "c2");
    }

    fn it_needs_the_rights_of_each_part_and_is_done_whole_or_not_at_all(app: &TestApp) {
        let company = app.company();
        let role = original(&company);
        let clerk = company.with_rights("keeper", "system", &["role.read", "role.edit"]);
        let refused = clerk.post(&path(&role), json!({"code": "c2", "name": "C"})).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "role.assign"}));
        let bare = json!({"code": "c2", "name": "C", "grants": false, "wage_offers": false, "roles": false});
        assert_eq!(clerk.post(&path(&role), bare).expect(201).json["copied"]["grants"], 0);
        let taken = json!({"code": "clerks", "name": "C"});
        let refused = company.admin().post(&path(&role), taken).expect_problem(409, "code_taken");
        assert_eq!(refused.pointers(), ["/code"]);
        company.admin().post(&path(&uuid::Uuid::now_v7().to_string()), json!({"code": "x", "name": "X"})).expect(404);
        let listed = company.admin().get("/api/v1/roles?code=clerks-2").expect(200);
        assert_eq!(listed.json["items"], json!([]));
    }

    // H-03
    fn a_copy_can_be_planned(app: &TestApp) {
        let company = app.company();
        let role = original(&company);
        let body = json!({"code": "clerks-2", "name": "More clerks", "members": true});
        let plan = company.admin().post(&format!("{}?plan=true", path(&role)), body).expect(202);
        assert_eq!(company.admin().get("/api/v1/roles?code=clerks-2").expect(200).json["items"], json!([]));
        company.admin().post(&format!("/api/v1/plans/{}/apply", plan.id()), Value::Null).expect(201);
        let made = company.admin().get("/api/v1/roles?code=clerks-2").expect(200).json["items"].clone();
        assert_eq!(made.as_array().unwrap().len(), 1);
    }
}
