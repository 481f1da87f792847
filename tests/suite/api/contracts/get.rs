use tests::on_every_database;

use super::{ALL, Place};
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = Place::new(&company).signed(&company, None, None);
        common::read_knows_tags_and_ids(app, "contracts", &id);
        let expanded = app.admin().get(&format!("{ALL}/{id}?expand=worker")).expect(200);
        assert_eq!((expanded.header("etag"), &expanded.json["worker"]["external_id"]), (None, &"w".into()));
        company.with_rights("hr", "hr", &["read"]).get(&format!("{ALL}/{id}")).expect_problem(404, "not_found");
    }
}
