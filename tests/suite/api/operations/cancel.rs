use tests::on_every_database;

use super::{ALL, FILE};

on_every_database! {
    fn what_has_ended_is_not_cancelled(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let done = admin.import_csv("departments", "atomic", FILE);
        let path = format!("{ALL}/{}/cancel", done.id());
        admin.verb(&path).expect_problem(409, "operation_finished");
        assert_eq!(admin.get(&format!("{ALL}/{}", done.id())).json["state"], "succeeded");
        company.outsider().verb(&path).expect_problem(404, "not_found");
    }

    // Its runner may be about to put things away.
    fn what_has_ended_is_not_cancelled_while_its_runner_is_there(app: &TestApp) {
        let admin = app.admin();
        let done = admin.import_csv("departments", "atomic", FILE);
        app.app.runner().progress(done.id().parse().unwrap(), 1, Some(1));
        admin.verb(&format!("{ALL}/{}/cancel", done.id())).expect_problem(409, "operation_finished");
    }
}
