use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.position("clerk");
        common::read_knows_tags_and_ids(app, "positions", &id);
        assert_eq!(company.outsider().get(&format!("{ALL}/{id}")).expect(200).json["code"], "clerk");
    }
}
