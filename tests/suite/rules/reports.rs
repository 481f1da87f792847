//! What an HR office looks for on a Monday: people without accounts, contracts that run out, empty roles.

use serde_json::json;
use tests::on_every_database;

on_every_database! {
    fn workers_without_account_and_accounts_without_worker(app: &TestApp) {
        let company = app.company();
        let person = company.person("anna");
        let (alone, orphan) = (company.worker("alone"), company.user("orphan"));
        let hr = company.with_rights("hr", "hr", &["read"]);
        assert_eq!(hr.ids("/api/v1/workers?linked=false&state=active"), [alone]);
        let orphans = app.admin().ids("/api/v1/users?linked=false&kind=person");
        assert!(orphans.contains(&orphan) && !orphans.contains(&person.user));
    }

    fn contracts_that_end_in_some_days(app: &TestApp) {
        let company = app.company();
        let (department, position) = (company.department("d", None), company.position("clerk"));
        let ending = |name: &str, last: Option<&str>| {
            company.contract(&company.worker(name), &department, &position, Some("2026-01-01"), last)
        };
        let (soon, late) = (ending("a", Some("2026-06-30")), ending("b", Some("2026-07-01")));
        ending("c", None);
        ending("d", Some("2026-06-14"));
        let hr = company.with_rights("hr", "hr", &["read", "contracts.read"]);
        let list = |query: &str| hr.ids(&format!("/api/v1/contracts?{query}&sort=valid_to"));
        // It is 15 June 2026: the next fifteen days, and one more.
        assert_eq!(list("ends_from=2026-06-15&ends_before=2026-07-01"), [soon.as_str()]);
        assert_eq!(list("ends_from=2026-06-15&ends_before=2026-07-02"), [soon.as_str(), late.as_str()]);
        let export = company.with_rights("exporter", "hr", &["read", "contracts.read"]);
        let id = export.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        company.personal_grant(&id, "system", json!({"type": "all"}), &["export.run"], &[]);
        let rows = export.get("/api/v1/exports/contracts?format=ndjson&ends_from=2026-07-01").expect(200).text;
        assert_eq!(rows.lines().count(), 1, "{rows}");
    }

    fn who_worked_where_on_a_day(app: &TestApp) {
        let company = app.company();
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let deep = company.department("deep", Some(&below));
        let other = company.department("other", None);
        let position = company.position("clerk");
        let hired = |name: &str, department: &str, to: Option<&str>| {
            company.contract(&company.worker(name), department, &position, Some("2025-01-01"), to)
        };
        let (a, b) = (hired("a", &top, Some("2025-12-31")), hired("b", &deep, None));
        hired("c", &other, None);
        let hr = company.with_rights("hr", "hr", &["read", "contracts.read"]);
        let list = |query: &str| {
            let mut ids = hr.ids(&format!("/api/v1/departments/{top}/contracts?{query}"));
            ids.sort();
            ids
        };
        let mut both = vec![a.clone(), b.clone()];
        both.sort();
        assert_eq!(list("at=2025-06-01"), [a]);
        assert_eq!(list("at=2025-06-01&include_subtree=true"), both);
        assert_eq!(list("at=2026-06-01&include_subtree=true"), [b]);
        assert!(list("at=2026-06-01&include_subtree=false").is_empty());
        // The list of contracts, and the export, know the same.
        let mut listed = hr.ids(&format!("/api/v1/contracts?department_id={top}&at=2025-06-01&include_subtree=true"));
        listed.sort();
        assert_eq!(listed, both);
    }

    fn roles_without_members_and_departments_without_head(app: &TestApp) {
        let company = app.company();
        let (empty, full, outer) = (company.role("empty", 0), company.role("full", 0), company.role("outer", 0));
        company.member(&full, &company.user("anna"));
        company.nest(&full, &outer);
        let over = company.role("over", 0);
        let ended = json!({"role_id": over, "member_id": company.user("ben"), "valid_to": "2026-06-14"});
        company.make("memberships", ended);
        let without = app.admin().ids("/api/v1/roles?has_members=false&limit=200");
        assert!(without.contains(&empty) && without.contains(&over) && !without.contains(&full));
        let with = app.admin().ids("/api/v1/roles?has_members=true&limit=200");
        assert!(with.contains(&full) && with.contains(&outer) && !with.contains(&empty));
        // An automatic role whose rules match nobody.
        let automatic = company.automatic_role("auto");
        company.rule(&automatic, json!({"worker_kinds": ["contractor"]}));
        assert!(app.admin().ids("/api/v1/roles?has_members=false&mode=automatic").contains(&automatic));
        let (headed, free) = (company.department("headed", None), company.department("free", None));
        company.change("departments", &headed, json!({"head_id": company.worker("boss")}));
        assert_eq!(app.admin().ids("/api/v1/departments?has_head=false"), [free]);
        assert_eq!(app.admin().ids("/api/v1/departments?has_head=true"), [headed]);
    }
}
