use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // R-03
    fn automatic_members_are_locked_and_say_why(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let role = company.automatic_role("a");
        let rule = company.rule(&role, json!({"all_workers": true, "valid_to": "2026-12-31"}));
        let (department, position) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&anna.worker, &department, &position, Some("2026-01-01"), None);
        let page = admin.get(&format!("{ALL}/{role}/members?expand=user")).expect(200);
        let item = &page.items()[0];
        let wanted = json!({
            "locked": true, "remark": "Auto-Add", "source": "automatic", "contract_id": contract, "rule_id": rule,
            "valid_from": "2026-01-01", "valid_to": "2026-12-31", "member_type": "user", "member_id": anna.user,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&item[name], value, "{name}");
        }
        assert_eq!(item["user"]["login"], "anna");
    }

    fn it_is_a_list_like_others(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, other) = (company.role("r", 0), company.role("o", 0));
        for number in 0..3 {
            company.member(&role, &company.user(&format!("u{number}")));
        }
        company.nest(&role, &other);
        let path = format!("{ALL}/{role}/members");
        let page = admin.get(&format!("{path}?total=true&limit=2")).expect(200);
        assert_eq!((page.items().len(), &page.json["total"]), (2, &json!(3)));
        assert_eq!(common::walk(&admin, &format!("{path}?limit=2"), |_, _| ()).len(), 3);
        let cursor = page.json["next_cursor"].as_str().unwrap();
        admin.get(&format!("{ALL}/{other}/members?limit=2&cursor={cursor}")).expect_problem(400, "bad_cursor");
        common::list_names_bad_parameters(&admin, &path);
        company.outsider().get(&path).expect_missing("system", "role.read");
    }
}
