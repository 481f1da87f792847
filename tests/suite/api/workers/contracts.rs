use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // W-09
    fn a_workers_contracts_are_listed_for_who_may_read_them(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (anna, ben) = (company.person("anna"), company.worker("ben"));
        let (department, position) = (company.department("d", None), company.position("p"));
        let own = company.contract(&anna.worker, &department, &position, None, None);
        company.contract(&ben, &department, &position, None, None);
        let path = format!("{ALL}/{}/contracts", anna.worker);
        assert_eq!(admin.ids(&path), [own.as_str()]);
        assert_eq!(admin.get(&format!("{path}?state=draft&total=true")).expect(200).json["total"], 0);
        assert_eq!(company.client_of(&anna).ids(&path), [own.as_str()]);
        company.client_of(&anna).get(&format!("{ALL}/{ben}/contracts")).expect_problem(404, "not_found");
        company.with_rights("hr", "hr", &["read"]).get(&path).expect_missing("hr", "contracts.read");
        assert_eq!(admin.ids(&format!("/api/v1/departments/{department}/contracts")).len(), 2);
        assert_eq!(company.client_of(&anna).ids(&format!("/api/v1/departments/{department}/contracts")), [own]);
    }

    // P-06
    fn the_grants_on_a_workers_page_are_the_same_rows(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, role) = (company.worker("jana"), company.role("r", 0));
        let scope = json!({"type": "worker", "id": jana});
        let grant = company.grant(&role, "time", scope, &["record"], &[]);
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        let page = admin.get(&format!("{ALL}/{jana}/grants")).expect(200);
        assert_eq!(page.items(), &vec![admin.get(&format!("/api/v1/grants/{grant}")).json]);
        company.with_rights("hr", "hr", &["read"]).get(&format!("{ALL}/{jana}/grants")).expect_missing("system", "grant.read");
    }
}
