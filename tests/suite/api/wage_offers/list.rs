use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, wage_type};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana) = (company.role("r", 0), company.user("jana"));
        let (overtime, bonus) = (wage_type(&company, "overtime"), wage_type(&company, "bonus"));
        let by_role = company.make("wage-offers", body(&role, &overtime));
        let own = json!({"holder_id": role, "wage_type_id": bonus, "own": true, "external_id": "o-2"});
        let own = company.make("wage-offers", own);
        let personal = json!({
            "holder_type": "user", "holder_id": jana, "wage_type_id": overtime, "mode": "workflow",
            "valid_to": "2026-01-31",
        });
        let personal = company.make("wage-offers", personal);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("role_id={role}")), [by_role.as_str(), own.as_str()]);
        assert_eq!(found(&format!("user_id={jana}")), [personal.as_str()]);
        assert_eq!(found("holder_type=user"), [personal.as_str()]);
        assert_eq!(found(&format!("wage_type_id={overtime}")), [by_role.as_str(), personal.as_str()]);
        assert_eq!(found("own=true"), [own.as_str()]);
        assert_eq!(found("own=false&mode=record"), [by_role.as_str()]);
        assert_eq!(found("mode=workflow"), [personal.as_str()]);
        assert_eq!(found("external_id=o-2"), [own.as_str()]);
        assert_eq!(found("at=2026-02-01"), [by_role.as_str(), own.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
        // P-07: who reads no others sees their own.
        assert_eq!(company.client(&jana).ids(ALL), [personal.as_str()]);
        assert!(company.outsider().ids(ALL).is_empty());
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let make = |number: usize| company.make("wage-offers", body(&role, &wage_type(&company, &format!("t{number}"))));
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=created_at"), &make, Some(&delete));
    }
}
