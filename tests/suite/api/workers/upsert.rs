use serde_json::json;
use tests::on_every_database;

use super::{ALL, folder};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let mut whole = folder("1");
        whole["birth_date"] = json!("1990-04-12");
        whole["email"] = json!("w@example.org");
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "workers", "w-1", &whole, &json!({"phone": "+420 1"}));
    }

    // P-02
    fn what_the_caller_may_not_see_is_not_changed(app: &TestApp) {
        let company = app.company();
        company.worker("jana");
        let maker = company.with_rights("maker", "system", &["worker.create"]);
        let path = format!("{ALL}/by-external-id/jana");
        maker.put(&path, json!({"phone": "1"})).expect_problem(404, "not_found");
        assert_eq!(app.admin().column(ALL, "phone"), ["-"]);
    }

    // W-02
    fn a_name_is_not_changed_by_it(app: &TestApp) {
        let path = format!("{ALL}/by-external-id/w-1");
        app.admin().put(&path, folder("1")).expect(201);
        app.admin().put(&path, json!({"last_name": "Doe"})).expect_fault(409, "worker_rename_needed", "/last_name");
    }
}
