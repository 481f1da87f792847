use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let id = &app.admin().ids(&format!("{ALL}?code=hr"))[0];
        common::read_knows_tags_and_ids(app, "modules", id);
        let read = app.company().outsider().get(&format!("{ALL}/{id}")).expect(200);
        assert_eq!((&read.json["built_in"], &read.json["target"]), (&true.into(), &"worker".into()));
    }
}
