//! External fillers and who manages them (U-12).

use serde_json::json;
use tests::{Company, on_every_database};

fn area(company: &Company<'_>, name: &str, owner: &str) -> String {
    company.make(
        "areas",
        json!({"external_id": name, "name": name, "owner_id": owner, "new_processors": [{"name": name}]}),
    )
}

on_every_database! {
    // U-12: the owners of the areas in which it is used edit it, and nobody else without a right to accounts.
    fn owners_of_its_areas_edit_a_filler(app: &TestApp) {
        let company = app.company();
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        let (a, b) = (area(&company, "a", &anna), area(&company, "b", &ben));
        let filler = company.make("users", json!({
            "kind": "external_filler", "display_name": "Firm", "managed_in_external_ids": ["a", "b"],
        }));
        let path = format!("/api/v1/users/{filler}");
        assert_eq!(app.admin().get(&path).expect(200).json["managed_in"], json!([a, b]));
        for (owner, area) in [(&anna, &a), (&ben, &b)] {
            let own = company.client(owner);
            let after = own.patch(&path, json!({"display_name": "Firm Ltd.", "phone": "+420 601 000 000"})).expect(200);
            // Of the areas of others they learn nothing.
            assert_eq!(after.json["managed_in"], json!([area]));
            for field in ["login", "external_id"] {
                own.patch(&path, json!({field: "firm"})).expect_missing("system", "user.edit");
            }
            own.post(&format!("{path}/block"), json!({})).expect(403);
        }
        company.outsider().get(&path).expect_missing("system", "user.read");
        company.client(&anna).patch_with(&format!("/api/v1/users/{ben}"), &[("if-match", "*")], json!({"phone": "1"})).expect(403);
        // Areas of their own they add and take out; the filler stays in one.
        let own = company.client(&anna);
        let more = area(&company, "more", &anna);
        own.patch(&path, json!({"managed_in": [a, b, more]})).expect(200);
        own.patch(&path, json!({"managed_in": [more, b]})).expect(200);
        own.patch(&path, json!({"managed_in": [more]})).expect_missing("system", "user.edit");
        let alone = json!({"kind": "external_filler", "display_name": "Alone", "managed_in": [a]});
        let alone = format!("/api/v1/users/{}", company.make("users", alone));
        own.patch(&alone, json!({"managed_in": []})).expect_fault(422, "required", "/managed_in");
        app.admin().patch(&alone, json!({"managed_in": []})).expect(200);
        own.get(&alone).expect(403);
    }

    // U-12: an owner makes fillers of their areas, and nothing else.
    fn owners_make_fillers_of_their_areas(app: &TestApp) {
        let company = app.company();
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        let (a, _) = (area(&company, "a", &anna), area(&company, "b", &ben));
        let own = company.client(&anna);
        let users = "/api/v1/users";
        let body = json!({"kind": "external_filler", "display_name": "Firm", "managed_in_external_ids": ["a"]});
        let made = own.post(users, body.clone()).expect(201);
        assert_eq!((&made.json["managed_in"], &made.json["state"]), (&json!([a]), &json!("active")));
        let with = |field: &str, value| {
            let mut body = body.clone();
            body[field] = value;
            own.post(users, body)
        };
        with("managed_in_external_ids", json!(["b"])).expect_fault(422, "unknown_reference", "/managed_in_external_ids/0");
        with("managed_in_external_ids", json!([])).expect_missing("system", "user.create");
        with("login", json!("firm")).expect_missing("system", "user.create");
        with("kind", json!("service")).expect(403);
        company.client(&ben).post(users, body.clone())
            .expect_fault(422, "unknown_reference", "/managed_in_external_ids/0");
        company.outsider().post(users, body).expect_missing("system", "user.create");
    }

    // U-12
    fn only_fillers_are_managed_in_areas(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let a = area(&company, "a", &anna);
        app.admin().patch(&format!("/api/v1/users/{anna}"), json!({"managed_in": [a]}))
            .expect_fault(422, "bad_value", "/managed_in");
        let filler = json!({"kind": "external_filler", "display_name": "F", "managed_in_external_ids": ["none"]});
        app.admin().post("/api/v1/users", filler)
            .expect_fault(422, "unknown_reference", "/managed_in_external_ids/0");
        let csv = "external_id,kind,display_name,managed_in_external_ids\nf,external_filler,Firm,a\n";
        assert_eq!(app.admin().import_csv("users", "atomic", csv).json["result"]["created"], 1);
        assert_eq!(app.admin().get("/api/v1/users?external_id=f").items()[0]["managed_in"], json!([a]));
    }
}
