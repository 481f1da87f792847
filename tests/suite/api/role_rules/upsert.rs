use serde_json::json;
use tests::on_every_database;

use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        let role = company.automatic_role("r");
        company.department("d", None);
        let whole = json!({"role_id": role, "department_external_ids": ["d"], "contract_types": ["employment"]});
        let part = json!({"worker_kinds": ["employee"]});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "role-rules", "rule-1", &whole, &part);
    }
}
