use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.department("sales", None);
        common::read_knows_tags_and_ids(app, "departments", &id);
        let read = company.outsider().get(&format!("{ALL}/{id}")).expect(200);
        assert_eq!((&read.json["code"], &read.json["sync"]), (&"sales".into(), &false.into()));
    }
}
