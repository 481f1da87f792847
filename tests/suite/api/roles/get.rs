use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.role("r", 0);
        common::read_knows_tags_and_ids(app, "roles", &id);
        // The answer does not tell whether there is such a role.
        let outsider = company.outsider();
        outsider.get(&format!("{ALL}/{id}")).expect_missing("system", "role.read");
        outsider.get(&format!("{ALL}/{}", uuid::Uuid::now_v7())).expect_missing("system", "role.read");
    }
}
