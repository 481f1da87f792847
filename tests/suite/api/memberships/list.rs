use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, outer, jana) = (company.role("r", 0), company.role("outer", 0), company.user("jana"));
        let anna = company.person("anna");
        let contract = company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let body = json!({"role_id": role, "member_id": jana, "valid_to": "2025-12-31", "external_id": "m-1"});
        let past = admin.post(ALL, body).expect(201).id();
        let now = company.member(&role, &anna.user);
        let nested = company.nest(&role, &outer);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("role_id={role}")), [past.as_str(), &now]);
        assert_eq!(found(&format!("role_id={role}&at=2026-01-01")), [now.as_str()]);
        assert_eq!(found(&format!("user_id={jana}")), [past.as_str()]);
        assert_eq!(found(&format!("member_role_id={role}")), [nested.as_str()]);
        assert_eq!(found("external_id=m-1"), [past.as_str()]);
        assert_eq!(found("source=automatic"), found(&format!("contract_id={contract}")));
        assert_eq!(found("source=automatic").len(), 1);
        assert!(found("source=scim").is_empty());
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn expand_saves_a_request_per_row(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, outer) = (company.role("r", 0), company.role("outer", 0));
        company.member(&role, &company.user("jana"));
        company.nest(&role, &outer);
        let user = |role: &str| admin.get(&format!("{ALL}?role_id={role}&expand=role,user")).expect(200).items()[0].clone();
        assert_eq!((&user(&role)["user"]["login"], &user(&role)["role"]["code"]), (&json!("jana"), &json!("r")));
        assert_eq!((&user(&outer)["user"], &user(&outer)["role"]["code"]), (&json!(null), &json!("outer")));
    }

    fn pages_are_stable_with_missing_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let make = |number: usize| {
            let to = number.is_multiple_of(2).then_some("2026-12-31");
            let body = json!({"role_id": role, "member_id": company.user(&format!("u{number}")), "valid_to": to});
            admin.post(ALL, body).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?role_id={role}&sort=-valid_to"), &make, Some(&delete));
    }

    // R-01
    fn managers_see_the_members_of_their_roles(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (own, other, boss, jana) = (company.role("own", 0), company.role("other", 0), company.user("boss"), company.user("jana"));
        admin.patch(&format!("/api/v1/roles/{own}"), json!({"manager_ids": [boss]})).expect(200);
        let (seen, hidden) = (company.member(&own, &jana), company.member(&other, &jana));
        let manager = company.client(&boss);
        assert_eq!(manager.ids(ALL), [seen.as_str()]);
        assert_eq!(manager.ids(&format!("/api/v1/roles/{own}/members")), [seen]);
        assert!(manager.ids(&format!("/api/v1/roles/{other}/members")).is_empty());
        manager.get(&format!("{ALL}/{hidden}")).expect_missing("system", "role.read");
    }

    fn it_needs_role_read(app: &TestApp) {
        app.company().outsider().get(ALL).expect_missing("system", "role.read");
    }
}
