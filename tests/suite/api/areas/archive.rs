use tests::on_every_database;

use super::{ALL, area};

on_every_database! {
    // the state changes by verbs, for the owner and for who administers areas.
    fn an_area_is_archived_and_taken_back(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let path = format!("{ALL}/{}", area(&company, "a", &owner));
        let own = company.client(&owner);
        assert_eq!(own.verb(&format!("{path}/archive")).expect(200).json["state"], "archived");
        let refused = app.admin().verb(&format!("{path}/archive")).expect_problem(409, "area_state_refused");
        refused.expect_rule("A-01");
        assert_eq!(app.admin().verb(&format!("{path}/unarchive")).expect(200).json["state"], "active");
        own.verb(&format!("{path}/unarchive")).expect_problem(409, "area_state_refused");
        company.outsider().verb(&format!("{path}/archive")).expect_problem(404, "not_found");
    }
}
