use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.member(&company.role("r", 0), &company.user("jana"));
        common::read_knows_tags_and_ids(app, "memberships", &id);
        let expanded = app.admin().get(&format!("{ALL}/{id}?expand=role,user")).expect(200);
        assert_eq!((expanded.header("etag"), &expanded.json["user"]["login"]), (None, &"jana".into()));
        company.outsider().get(&format!("{ALL}/{id}")).expect_missing("system", "role.read");
    }
}
