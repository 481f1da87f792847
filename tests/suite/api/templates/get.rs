use tests::on_every_database;

use super::{ALL, some};
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = some(&company, "d");
        common::read_knows_tags_and_ids(app, "templates", &id);
        company.outsider().get(&format!("{ALL}/{id}")).expect_missing("system", "grant.read");
    }
}
