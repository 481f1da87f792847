use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let jana = app.company().user("jana");
        let whole = json!({"type": "task", "title": "t", "assignee_id": jana, "team_external_ids": ["jana"]});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "objects", "o-1", &whole, &json!({"state": "done"}));
    }

    fn a_hidden_one_is_not_changed(app: &TestApp) {
        let company = app.company();
        company.object("task", "t", None);
        let maker = company.with_rights("maker", "system", &["object.create"]);
        maker.put(&format!("{ALL}/by-external-id/t"), json!({"title": "mine"})).expect_problem(404, "not_found");
        assert_eq!(app.admin().column(ALL, "title"), ["t"]);
    }
}
