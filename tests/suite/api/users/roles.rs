use tests::on_every_database;

use super::ALL;

on_every_database! {
    // R-02
    fn the_roles_of_a_user_are_the_members_of_roles(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, user) = (company.role("r", 0), company.user("jana"));
        let membership = company.member(&role, &user);
        let of_user = admin.get(&format!("{ALL}/{user}/roles")).expect(200);
        let of_role = admin.get(&format!("/api/v1/roles/{role}/members")).expect(200);
        assert_eq!(of_user.json, of_role.json);
        assert_eq!(of_user.items()[0]["id"], membership);
        let expanded = admin.get(&format!("{ALL}/{user}/roles?expand=role")).expect(200);
        assert_eq!(expanded.items()[0]["role"]["code"], "r");
        company.outsider().get(&format!("{ALL}/{user}/roles")).expect_missing("system", "role.read");
    }

    // P-05
    fn what_a_user_may_do_is_told_to_who_may_ask(app: &TestApp) {
        let company = app.company();
        company.with_rights("reader", "system", &["user.read"]);
        let user = &app.admin().ids(&format!("{ALL}?external_id=reader"))[0];
        let path = format!("{ALL}/{user}/permissions?module=system");
        let told = app.admin().get(&path).expect(200);
        assert_eq!(told.items().len(), 1, "{}", told.text);
        assert_eq!(told.items()[0]["allow"], serde_json::json!(["user.read"]));
        company.client(user).get(&path).expect(200);
        company.outsider().get(&path).expect_missing("system", "access.check");
    }
}
