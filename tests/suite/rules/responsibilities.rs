//! What an account answers for (L-01).

use serde_json::json;
use tests::on_every_database;

on_every_database! {
    // L-01: open objects assigned, roles managed, departments headed, workers supervised, personal grants.
    fn all_that_an_account_answers_for_is_listed(app: &TestApp) {
        let company = app.company();
        let (boss, clerk) = (company.person("boss"), company.person("clerk"));
        let (department, position) = (company.department("d", None), company.position("p"));
        company.change("departments", &department, json!({"head_id": boss.worker}));
        let supervised = |from: &str, to: Option<&str>| {
            company.make("contracts", json!({
                "worker_id": clerk.worker, "department_id": department, "position_id": position, "state": "signed",
                "supervisor_id": boss.worker, "valid_from": from, "valid_to": to,
            }))
        };
        supervised("2025-01-01", Some("2025-12-31"));
        let present = supervised("2026-01-01", None);
        let role = company.role("team", 0);
        company.change("roles", &role, json!({"manager_ids": [boss.user]}));
        let task = company.object("task", "A task", Some(&boss.user));
        let done = company.object("task", "Done", Some(&boss.user));
        company.change("objects", &done, json!({"state": "done"}));
        let grant = company.personal_grant(&boss.user, "time", json!({"type": "all"}), &["record"], &[]);
        let path = format!("/api/v1/users/{}/responsibilities", boss.user);
        let told = app.admin().get(&path).expect(200).json;
        let expected = json!([
            {"kind": "object_assigned", "id": task}, {"kind": "role_managed", "id": role},
            {"kind": "department_headed", "id": department}, {"kind": "contract_supervised", "id": present},
            {"kind": "personal_grant", "id": grant},
        ]);
        assert_eq!((&told["items"], &told["hidden"]), (&expected, &json!([])));
        // U-07: personal grants aside, they stand in the way of deleting the account.
        let refused = app.admin().delete(&format!("/api/v1/users/{}", boss.user));
        let detail = refused.expect_problem(409, "user_has_responsibilities").json["detail"].clone();
        assert_eq!(detail, "open objects assigned: 1, roles managed: 1, departments headed: 1, contracts supervised: 1");
    }

    // L-01, U-07: what the caller may not see is told as counts by kind.
    fn what_the_caller_may_not_see_is_counted(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        let role = company.role("team", 0);
        company.change("roles", &role, json!({"manager_ids": [user]}));
        company.object("task", "A task", Some(&user));
        let path = format!("/api/v1/users/{user}/responsibilities");
        let reader = company.with_rights("reader", "system", &["user.read"]);
        let told = reader.get(&path).expect(200).json;
        let expected = json!([{"kind": "object_assigned", "count": 1}, {"kind": "role_managed", "count": 1}]);
        assert_eq!((&told["items"], &told["hidden"]), (&json!([]), &expected));
        company.client(&user).get(&path).expect(200);
        company.client(&company.user("other")).get(&path).expect_missing("system", "user.read");
    }

    // L-01, U-07: areas owned, and the fillers that are managed there.
    fn areas_and_their_fillers_are_answered_for(app: &TestApp) {
        let company = app.company();
        let (owner, reader) = (company.user("owner"), company.with_rights("reader", "system", &["user.read"]));
        let area = |name: &str| {
            company.make("areas", json!({"name": name, "owner_id": owner, "new_processors": [{"name": name}]}))
        };
        let (a, b) = (area("a"), area("b"));
        let filler = json!({"kind": "external_filler", "display_name": "Firm", "managed_in": [a, b]});
        let filler = company.make("users", filler);
        let path = format!("/api/v1/users/{owner}/responsibilities");
        let expected = json!([
            {"kind": "area_owned", "id": a}, {"kind": "area_owned", "id": b}, {"kind": "filler_managed", "id": filler},
        ]);
        for client in [&app.admin(), &company.client(&owner)] {
            assert_eq!(client.get(&path).expect(200).json["items"], expected);
        }
        let told = reader.get(&path).expect(200).json;
        assert_eq!(told["hidden"], json!([{"kind": "area_owned", "count": 2}]), "{told}");
        let refused = app.admin().delete(&format!("/api/v1/users/{owner}"));
        let detail = refused.expect_problem(409, "user_has_responsibilities").json["detail"].clone();
        assert_eq!(detail, "areas owned: 2, fillers managed: 1");
    }
}
