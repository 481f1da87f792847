use tests::on_every_database;

use super::PATH;

on_every_database! {
    fn they_are_read_by_who_may_change_them(app: &TestApp) {
        assert_eq!(app.admin().get(PATH).expect(200).json["time_zone"], "UTC");
        app.admin().get(&format!("{PATH}?frob=1")).expect_fault(400, "unknown_parameter", "frob");
        app.company().outsider().get(PATH).expect_missing("system", "settings.edit");
    }
}
