//! More workers than a list asks for by id: each is asked about.

use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

/// So many folders, and so many of them, the last by name, in the department that the caller sees.
const WORKERS: usize = 2_400;
const VISIBLE: usize = 1_050;

on_every_database! {
    // P-05
    fn many_visible_workers_are_found_among_more(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.position("p");
        let (west, east) = (company.department("west", None), company.department("east", None));
        let header = "external_id,personal_number,first_name,last_name\n".to_owned();
        // Names come again and again, so that ids break ties.
        let workers = (0..WORKERS).fold(header, |file, n| file + &format!("w{n},w{n},F{},L{:04}\n", n % 3, n / 7));
        let header = "external_id,worker_external_id,department_external_id,position_external_id,state\n".to_owned();
        let contracts = (0..WORKERS).fold(header, |file, n| {
            let department = if n < WORKERS - VISIBLE { "west" } else { "east" };
            file + &format!("c{n},w{n},{department},p,signed\n")
        });
        for (kind, file) in [("workers", workers), ("contracts", contracts)] {
            let ended = admin.import_csv(kind, "atomic", &file);
            assert_eq!(ended.json["state"], "succeeded", "{}", ended.text);
        }
        let scope = json!({"type": "department", "id": east, "include_subtree": true});
        let hr = company.with_rights_over("hr", "hr", scope, &["read", "contracts.read"]);
        let first = hr.get(&format!("{ALL}?limit=10&state=active&sort=last_name&total=true")).expect(200);
        assert_eq!((first.items().len(), &first.json["total"]), (10, &json!(VISIBLE)));
        for order in ["last_name,-first_name", "-last_name", "personal_number", "created_at"] {
            let path = |limit| format!("{ALL}?limit={limit}&state=active&sort={order}");
            let all = common::walk(&admin, &path(200), |_, _| ());
            assert_eq!(all.len(), WORKERS);
            let seen = common::walk(&hr, &path(90), |_, ids| assert!(ids.len() <= 90));
            let theirs: Vec<_> = all.into_iter().filter(|id| seen.contains(id)).collect();
            assert_eq!((seen.len(), &seen), (VISIBLE, &theirs), "{order}");
        }
        for order in ["valid_from", "-valid_to", "created_at"] {
            let path = |more: &str| format!("/api/v1/contracts?limit=200&sort={order}{more}");
            let theirs = common::walk(&admin, &path(&format!("&department_id={east}")), |_, _| ());
            assert_eq!(common::walk(&hr, &path(""), |_, _| ()), theirs, "{order}");
            assert!(hr.ids(&path(&format!("&department_id={west}"))).is_empty());
        }
        // An export has the same rows.
        company.grant(&company.id_of("roles", "hr"), "system", json!({"type": "all"}), &["export.run"], &[]);
        let export = hr.get("/api/v1/exports/workers?format=csv&fields=external_id&sort=created_at").expect(200);
        assert_eq!(export.header("remit-total"), Some(VISIBLE.to_string().as_str()));
        assert_eq!(export.text.lines().count(), VISIBLE + 1);
    }
}
