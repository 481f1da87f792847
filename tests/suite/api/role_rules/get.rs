use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.rule(&company.automatic_role("r"), json!({"contract_types": ["service", "other"]}));
        common::read_knows_tags_and_ids(app, "role-rules", &id);
        company.outsider().get(&format!("{ALL}/{id}")).expect_missing("system", "role.read");
    }
}
