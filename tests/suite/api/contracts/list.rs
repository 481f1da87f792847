use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let past = place.signed(&company, None, Some("2025-12-31"));
        let now = place.signed(&company, Some("2026-01-01"), None);
        let boss = company.worker("boss");
        let more = json!({"type": "service", "supervisor_id": boss, "external_id": "c-1", "valid_from": "2027-01-01"});
        let draft = admin.post(ALL, place.body(more)).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=valid_from&{query}"));
        assert_eq!(found("state=signed"), [past.as_str(), &now]);
        assert_eq!(found("type=service,other"), [draft.as_str()]);
        assert_eq!(found("at=2025-12-31"), [past.as_str()]);
        assert_eq!(found("at=2026-01-01"), [now.as_str()]);
        assert_eq!(found("external_id=c-1"), [draft.as_str()]);
        assert_eq!(found(&format!("supervisor_id={boss}")), [draft.as_str()]);
        assert_eq!(found(&format!("worker_id={}&position_id={}", place.worker, place.position)).len(), 3);
        assert_eq!(found(&format!("department_id={}&state=draft", place.department)), [draft.as_str()]);
        assert!(found(&format!("worker_id={boss}")).is_empty());
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn open_windows_come_first(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        place.draft(&company, Some("2026-05-01"), None);
        place.draft(&company, None, Some("2026-12-31"));
        place.draft(&company, Some("2026-01-01"), Some("2026-06-30"));
        let sorted = |sort: &str, field: &str| admin.column(&format!("{ALL}?sort={sort}"), field);
        assert_eq!(sorted("valid_from", "valid_from"), ["-", "2026-01-01", "2026-05-01"]);
        assert_eq!(sorted("-valid_from", "valid_from"), ["2026-05-01", "2026-01-01", "-"]);
        assert_eq!(sorted("valid_to", "valid_to"), ["-", "2026-06-30", "2026-12-31"]);
    }

    fn pages_are_stable_with_equal_and_missing_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let make = |number: usize| place.draft(&company, number.is_multiple_of(2).then_some("2026-01-01"), None);
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=valid_from,-valid_to"), &make, Some(&delete));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-valid_from"), &make, Some(&delete));
    }

    // W-09
    fn each_sees_the_contracts_that_they_may_read(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        let hidden = place.signed(&company, None, None);
        let anna = company.person("anna");
        let own = company.contract(&anna.worker, &place.department, &place.position, None, None);
        let caller = company.client_of(&anna);
        let listed = caller.get(&format!("{ALL}?total=true")).expect(200);
        assert_eq!((&listed.items()[0]["id"], &listed.json["total"]), (&json!(own), &json!(1)));
        caller.get(&format!("{ALL}/{hidden}")).expect_problem(404, "not_found");
        caller.patch(&format!("{ALL}/{own}"), json!({"valid_to": "2030-01-01"})).expect_missing("hr", "contracts.edit");
        assert!(company.with_rights("hr", "hr", &["read"]).ids(ALL).is_empty());
    }

    fn expand_saves_a_request_per_row(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        place.signed(&company, None, None);
        let query = format!("{ALL}?expand=worker,department,position");
        let item = admin.get(&query).expect(200).items()[0].clone();
        let codes = (&item["worker"]["personal_number"], &item["department"]["code"], &item["position"]["code"]);
        assert_eq!(codes, (&json!("w"), &json!("d"), &json!("p")));
        let hr = company.with_rights("hr", "hr", &["contracts.read"]);
        assert!(hr.get(&query).expect(200).items()[0]["worker"].is_null());
    }
}
