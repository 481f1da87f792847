use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let id = app.company().user("jana");
        common::read_knows_tags_and_ids(app, "users", &id);
    }

    fn everybody_reads_themself_and_nobody_else_without_user_read(app: &TestApp) {
        let company = app.company();
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let caller = company.client(&jana);
        assert_eq!(caller.get(&format!("{ALL}/{jana}")).expect(200).json["login"], "jana");
        // The answer does not tell whether there is such an account.
        caller.get(&format!("{ALL}/{ben}")).expect_missing("system", "user.read");
        caller.get(&format!("{ALL}/{}", uuid::Uuid::now_v7())).expect_missing("system", "user.read");
        company.with_rights("reader", "system", &["user.read"]).get(&format!("{ALL}/{ben}")).expect(200);
    }

    fn no_secret_is_shown(app: &TestApp) {
        let read = app.admin().get(&format!("{ALL}/{}", app.admin_id)).expect(200);
        assert!(!read.text.contains("argon2") && !read.text.contains("hash") && !read.text.contains("password"));
    }
}
