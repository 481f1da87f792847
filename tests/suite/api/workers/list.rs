use serde_json::json;
use tests::{Client, Company, on_every_database};

use super::{ALL, folder};
use crate::api::common;

/// Anna in the east, Ben in the west, Cleo nowhere; HR of the east.
fn two_departments(company: &Company<'_>) -> (Client, [String; 3]) {
    let all = company.department("all", None);
    let (east, west) = (company.department("east", Some(&all)), company.department("west", Some(&all)));
    let position = company.position("p");
    let workers = ["anna", "ben", "cleo"].map(|name| company.worker(name));
    company.contract(&workers[0], &east, &position, Some("2026-01-01"), Some("2026-12-31"));
    company.contract(&workers[1], &west, &position, Some("2026-01-01"), None);
    let scope = json!({"type": "department", "id": east, "include_subtree": true});
    (company.with_rights_over("hr", "hr", scope, &["read", "edit"]), workers)
}

on_every_database! {
    // P-02
    fn hr_of_a_department_sees_only_the_workers_placed_there(app: &TestApp) {
        let company = app.company();
        let (hr, [anna, ben, cleo]) = two_departments(&company);
        let listed = hr.get(&format!("{ALL}?total=true")).expect(200);
        assert_eq!((listed.items().len(), &listed.json["total"]), (1, &json!(1)));
        assert_eq!(listed.items()[0]["id"], json!(anna));
        assert!(hr.ids(&format!("{ALL}?q=last-ben")).is_empty());
        assert!(hr.ids(&format!("{ALL}?personal_number=ben")).is_empty());
        hr.get(&format!("{ALL}/{anna}")).expect(200);
        for hidden in [&ben, &cleo] {
            let path = format!("{ALL}/{hidden}");
            hr.get(&path).expect_problem(404, "not_found");
            hr.patch_with(&path, &[("if-match", "*")], json!({"phone": "1"})).expect_problem(404, "not_found");
            hr.send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
            hr.verb(&format!("{path}/close")).expect_problem(404, "not_found");
            hr.get(&format!("{path}/contracts")).expect_problem(404, "not_found");
        }
        // The contract ends, and with it what HR may see.
        app.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
        assert!(hr.ids(ALL).is_empty());
        hr.get(&format!("{ALL}/{anna}")).expect_problem(404, "not_found");
    }

    // P-03
    fn an_employee_sees_only_the_own_folder(app: &TestApp) {
        let company = app.company();
        let (anna, ben) = (company.person("anna"), company.person("ben"));
        let caller = company.client_of(&anna);
        assert_eq!(caller.ids(ALL), [anna.worker.as_str()]);
        caller.get(&format!("{ALL}/{}", anna.worker)).expect(200);
        caller.get(&format!("{ALL}/{}", ben.worker)).expect_problem(404, "not_found");
        let own = format!("{ALL}/{}", anna.worker);
        caller.patch(&own, json!({"phone": "1"})).expect_missing("hr", "edit");
        assert!(company.outsider().ids(ALL).is_empty());
    }

    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let closed = company.worker("closed");
        admin.verb(&format!("{ALL}/{closed}/close")).expect(200);
        let mut body = folder("x");
        body["kind"] = json!("contractor");
        let other = admin.post(ALL, body).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=personal_number&{query}"));
        assert_eq!(found("state=closed"), [closed.as_str()]);
        assert_eq!(found("kind=contractor"), [other.as_str()]);
        assert_eq!(found("linked=true"), [jana.worker.as_str()]);
        assert_eq!(found("linked=false&state=active"), [other.as_str()]);
        assert_eq!(found(&format!("user_id={}", jana.user)), [jana.worker.as_str()]);
        assert_eq!(found("personal_number=x"), [other.as_str()]);
        assert_eq!(found("external_id=closed&kind=employee,contractor"), [closed.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn expand_saves_a_request_per_row(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        company.worker("ben");
        let contract = company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let page = admin.get(&format!("{ALL}?expand=contracts,user&sort=last_name")).expect(200);
        assert_eq!(page.items()[0]["user"]["login"], "anna");
        assert_eq!(page.items()[0]["contracts"][0]["id"], json!(contract));
        assert_eq!((&page.items()[1]["user"], &page.items()[1]["contracts"]), (&json!(null), &json!([])));
        // Who may read the folder, but neither contracts nor accounts, gets neither.
        let hr = company.with_rights("hr", "hr", &["read"]);
        let page = hr.get(&format!("{ALL}?expand=contracts,user&sort=last_name")).expect(200);
        assert_eq!((&page.items()[0]["user"], &page.items()[0]["contracts"]), (&json!(null), &json!(null)));
        admin.get(&format!("{ALL}?expand=contracts,boss")).expect_fault(400, "bad_parameter", "expand");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let make = |number: usize| admin.post(ALL, folder(&format!("w{number}"))).expect(201).id();
        let delete = |id: &str| {
            admin.verb(&format!("{ALL}/{id}/close")).expect(200);
            admin.delete(&format!("{ALL}/{id}")).expect(204);
        };
        common::pages_are_stable(&admin, &format!("{ALL}?sort=last_name,first_name"), &make, Some(&delete));
        // The same for a caller who sees every row by a right, not by administering.
        let hr = company.with_rights("hr", "hr", &["read"]);
        let seen = common::walk(&hr, &format!("{ALL}?limit=3&sort=-personal_number"), |_, _| ());
        assert_eq!(seen, admin.ids(&format!("{ALL}?limit=200&sort=-personal_number")));
    }
}
