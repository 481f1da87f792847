use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    // P-07: frontends of every user need the catalogue.
    fn it_is_read_with_its_tag_by_everybody(app: &TestApp) {
        let company = app.company();
        let id = company.make("wage-types", body("holiday"));
        common::read_knows_tags_and_ids(app, "wage-types", &id);
        assert_eq!(company.outsider().get(&format!("{ALL}/{id}")).expect(200).json["code"], "holiday");
    }
}
