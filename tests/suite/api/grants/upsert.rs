use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        company.role("r", 0);
        company.department("d", None);
        let whole = json!({
            "holder_external_id": "r", "module": "hr", "scope": {"type": "department", "external_id": "d"}, "allow": ["read"],
            "deny": ["edit"],
        });
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "grants", "g-1", &whole, &json!({"valid_to": "2030-01-01"}));
    }

    // P-02
    fn the_same_grant_takes_the_external_id(app: &TestApp) {
        let company = app.company();
        let role = company.role("r", 0);
        let id = company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = json!({"holder_id": role, "module": "hr", "scope": {"type": "all"}, "allow": ["edit"]});
        let put = app.admin().put(&format!("{ALL}/by-external-id/g-1"), body).expect(200);
        assert_eq!((put.id(), &put.json["allow"]), (id, &json!(["edit"])));
    }
}
