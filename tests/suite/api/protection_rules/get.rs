use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.make("protection-rules", body("hr", &company.role("r", 0)));
        common::read_knows_tags_and_ids(app, "protection-rules", &id);
        company.outsider().get(&format!("{ALL}/{id}")).expect_missing("system", "role.read");
    }
}
