use serde_json::json;
use tests::on_every_database;

use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        company.role("r", 0);
        company.user("jana");
        let whole = json!({"role_external_id": "r", "member_external_id": "jana", "valid_from": "2026-01-01"});
        let part = json!({"valid_to": "2026-12-31"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "memberships", "m-1", &whole, &part);
    }

    // R-02
    fn without_a_record_of_that_id_the_same_membership_takes_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana) = (company.role("r", 0), company.user("jana"));
        let id = company.member(&role, &jana);
        let put = admin.put("/api/v1/memberships/by-external-id/m-1", json!({"role_id": role, "member_id": jana})).expect(200);
        assert_eq!((put.id(), &put.json["external_id"]), (id, &json!("m-1")));
    }
}
