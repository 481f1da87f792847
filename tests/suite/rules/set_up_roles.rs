//! The roles that set-up brings, and the last administrator.

use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

/// The path of the administrator's membership in the role of system administrators.
fn membership(app: &TestApp) -> String {
    let role = app.company().id_of("roles", "system-administrator");
    let rows = app.admin().get(&format!("/api/v1/roles/{role}/members")).expect(200);
    format!("/api/v1/memberships/{}", rows.items()[0]["id"].as_str().unwrap())
}

/// The path of the grant of all of `system`.
fn system_grant(app: &TestApp) -> String {
    let role = app.company().id_of("roles", "system-administrator");
    let rows = app.admin().get(&format!("/api/v1/grants?role_id={role}")).expect(200);
    assert_eq!(rows.items().len(), 1);
    format!("/api/v1/grants/{}", rows.items()[0]["id"].as_str().unwrap())
}

#[track_caller]
fn refused(answer: Answer) {
    let problem = answer.expect_problem(409, "last_administrator");
    assert_eq!(problem.json["rule"], "R-09");
}

fn actions(app: &TestApp, module: &str) -> Vec<Value> {
    let found = app.admin().get(&format!("/api/v1/modules?code={module}")).expect(200);
    let mut actions = found.items()[0]["actions"].as_array().unwrap().clone();
    actions.sort_by_key(ToString::to_string);
    actions
}

on_every_database! {
    // the roles that set-up brings, with their grants over everything.
    fn set_up_brings_its_roles_and_their_grants(app: &TestApp) {
        let beginning = |prefix: &str| {
            actions(app, "system")
                .into_iter()
                .filter(|name| name.as_str().unwrap().starts_with(prefix))
                .collect::<Vec<_>>()
        };
        let join = |lists: &[Vec<Value>]| {
            let mut all = lists.concat();
            all.sort_by_key(ToString::to_string);
            all
        };
        let named = |names: &[&str]| names.iter().map(|name| json!(name)).collect::<Vec<_>>();
        let hr = ["worker.create", "department.edit", "position.edit", "role.sync", "import.run", "export.run"];
        let users = named(&["session.end", "token.manage", "role.read"]);
        let reading = named(&["audit.read", "events.read", "user.read", "role.read", "grant.read"]);
        let expected = [
            ("system-administrator", "manual", vec![("system", actions(app, "system"))]),
            ("user-administrator", "manual", vec![("system", join(&[beginning("user."), users]))]),
            ("area-administrator", "manual", vec![("system", beginning("area."))]),
            ("hr-officer", "manual", vec![("hr", actions(app, "hr")), ("system", join(&[named(&hr)]))]),
            (
                "time-administrator",
                "manual",
                vec![("system", named(&["wage_type.edit"])), ("time", actions(app, "time"))],
            ),
            ("auditor", "manual", vec![("system", join(&[beginning("access."), reading]))]),
            ("employee", "automatic", vec![]),
        ];
        let roles = app.admin().get("/api/v1/roles?limit=200").expect(200);
        assert_eq!(roles.items().len(), expected.len());
        for (code, mode, grants) in expected {
            let role = roles.items().iter().find(|role| role["code"] == code).unwrap_or_else(|| panic!("no {code}"));
            assert_eq!(role["mode"], mode, "{code}");
            let id = role["id"].as_str().unwrap();
            let stored = app.admin().get(&format!("/api/v1/grants?role_id={id}&sort=module")).expect(200);
            let mut found: Vec<_> = stored.items().iter().collect();
            found.sort_by_key(|grant| grant["module"].as_str().unwrap().to_owned());
            assert_eq!(found.len(), grants.len(), "{code}");
            for (grant, (module, allow)) in found.into_iter().zip(grants) {
                assert_eq!((grant["module"].as_str(), &grant["scope"]), (Some(module), &json!({"type": "all"})));
                assert_eq!(grant["allow"], Value::Array(allow), "{code}");
                assert_eq!(grant["deny"], json!([]));
            }
            let members = app.admin().get(&format!("/api/v1/roles/{id}/members")).expect(200);
            assert_eq!(members.items().len(), usize::from(mode == "manual"), "{code}");
        }
    }

    // employee is automatic, for all workers.
    fn whoever_has_a_contract_is_an_employee(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let roles = || company.client_of(&anna).get("/api/v1/me").expect(200).json["roles"].clone();
        assert_eq!(roles(), json!([]));
        company.contract(
            &anna.worker,
            &company.department("d", None),
            &company.position("p"),
            None,
            Some("2026-06-30"),
        );
        assert_eq!(roles(), json!(["employee"]));
        app.clock.set("2026-07-01T12:00:00Z".parse().unwrap());
        assert_eq!(roles(), json!([]));
    }

    // a change that leaves no active system administrator is refused, whatever it is.
    fn the_last_administrator_can_not_be_lost(app: &TestApp) {
        let admin = app.admin();
        let company = app.company();
        let me = format!("/api/v1/users/{}", app.admin_id);
        let role = format!("/api/v1/roles/{}", company.id_of("roles", "system-administrator"));
        let before = admin.get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        refused(admin.post(&format!("{me}/block"), json!({})));
        refused(admin.delete(&me));
        refused(admin.delete(&membership(app)));
        refused(admin.patch(&membership(app), json!({"valid_to": "2026-06-14"})));
        refused(admin.patch(&membership(app), json!({"valid_from": "2026-06-16"})));
        refused(admin.patch(&membership(app), json!({"valid_to": "2030-12-31"})));
        refused(admin.patch(&role, json!({"valid_to": "2026-06-14"})));
        refused(admin.patch(&role, json!({"valid_to": "2026-12-31"})));
        refused(admin.delete(&system_grant(app)));
        refused(admin.patch(&system_grant(app), json!({"allow": ["user.read"]})));
        refused(admin.patch(&system_grant(app), json!({"valid_to": "2026-06-14"})));
        let personal = json!({
            "holder_type": "user", "holder_id": app.admin_id.to_string(), "module": "system", "scope": {"type": "all"},
            "allow": ["user.read"],
        });
        refused(admin.post("/api/v1/grants", personal));
        let deny = json!({
            "holder_id": company.id_of("roles", "auditor"), "module": "system", "scope": {"type": "all"},
            "deny": ["role.assign"], "valid_from": "2026-01-01",
        });
        refused(admin.post("/api/v1/grants", deny));
        assert_eq!(admin.get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"], before);
    }

    // with a second one the first may go; then the second is the last.
    fn with_a_second_administrator_the_first_may_go(app: &TestApp) {
        let second = app.company().caller("second", &["system-administrator"]);
        let second_id = second.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        let first = format!("/api/v1/users/{}", app.admin_id);
        second.post(&format!("{first}/block"), json!({})).expect(200);
        refused(second.delete(&format!("/api/v1/users/{second_id}")));
        second.verb(&format!("{first}/unblock")).expect(200);
        app.admin().delete(&format!("/api/v1/users/{second_id}")).expect(204);
        refused(app.admin().delete(&first));
    }

    // a blocked second administrator does not count.
    fn a_blocked_administrator_does_not_count(app: &TestApp) {
        let company = app.company();
        let second = company.user("second");
        company.member(&company.id_of("roles", "system-administrator"), &second);
        app.admin().post(&format!("/api/v1/users/{second}/block"), json!({})).expect(200);
        refused(app.admin().delete(&membership(app)));
        app.admin().verb(&format!("/api/v1/users/{second}/unblock")).expect(200);
        app.admin().delete(&membership(app)).expect(204);
    }
}
