//! `?fields=`: a part of each item.

use super::*;

on_every_database! {
    fn lists_and_items_can_be_narrowed(app: &TestApp) {
        let company = app.company();
        let person = company.person("anna");
        let admin = app.admin();
        let path = format!("/api/v1/workers/{}", person.worker);
        let part = admin.get(&format!("{path}?fields=last_name,revision")).expect(200);
        let keys: Vec<_> = part.json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["id", "last_name", "revision"]);
        assert_eq!(part.header("etag"), None, "a tag stands for the whole item");
        let whole = admin.get(&path).expect(200);
        assert_eq!(part.json["last_name"], whole.json["last_name"]);

        let page = admin.get("/api/v1/workers?fields=personal_number&total=true").expect(200);
        assert_eq!(page.json["total"], 1);
        assert_eq!(page.items()[0], json!({"id": person.worker, "personal_number": "anna"}));
    }

    // What is expanded comes along.
    fn expanded_parts_stay(app: &TestApp) {
        let person = app.company().person("anna");
        let page = app.admin().get("/api/v1/workers?fields=id&expand=user").expect(200);
        let item = &page.items()[0];
        assert_eq!(item.as_object().unwrap().len(), 2);
        assert_eq!(item["user"]["id"], person.user);
    }

    // What `expand` adds is no field of the item: it is asked for by `expand`.
    fn what_can_be_expanded_is_no_field(app: &TestApp) {
        let admin = app.admin();
        for (list, name) in [("workers", "user"), ("contracts", "worker"), ("memberships", "role")] {
            admin.get(&format!("/api/v1/{list}?fields={name}")).expect_fault(400, "bad_parameter", "fields");
            let schema = &admin.get("/openapi.json").json["components"]["schemas"];
            let view = &schema[match list {
                "workers" => "WorkerView",
                "contracts" => "ContractView",
                _ => "MembershipView",
            }];
            assert!(view["properties"][name].is_object(), "{list} {name}");
            assert!(!view["required"].as_array().unwrap().contains(&json!(name)), "{list} {name}");
        }
    }

    // A name that no field has is a 400 that tells those that there are.
    fn unknown_fields_are_refused(app: &TestApp) {
        let admin = app.admin();
        for query in ["fields=", "fields=id,frob", "fields=id,,code", "fields=password_hash"] {
            let refused = admin.get(&format!("/api/v1/users?{query}")).expect_fault(400, "bad_parameter", "fields");
            assert!(refused.json["errors"][0]["detail"].as_str().unwrap().contains("login"), "{query}");
        }
    }
}
