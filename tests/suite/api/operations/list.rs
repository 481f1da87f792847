use tests::on_every_database;

use super::{ALL, FILE};
use crate::api::common;

on_every_database! {
    fn the_newest_come_first_to_who_may_see_them(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let mut made: Vec<String> = Vec::new();
        for minute in 0..3 {
            app.clock.set(format!("2026-06-15T12:0{minute}:00Z").parse().unwrap());
            made.push(admin.import_csv("departments", "atomic", FILE).id());
        }
        made.reverse();
        assert_eq!(admin.ids(ALL), made);
        assert_eq!(common::walk(&admin, &format!("{ALL}?limit=1"), |_, _| ()), made);
        assert!(company.outsider().ids(ALL).is_empty());
        let bad = admin.get(&format!("{ALL}?limit=0&cursor=x&frob=1")).expect_problem(400, "bad_parameter");
        assert_eq!(bad.pointers(), ["limit", "cursor", "frob"]);
    }
}
