use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let id = &app.admin().ids(&format!("{ALL}?code=task"))[0];
        common::read_knows_tags_and_ids(app, "object-types", id);
        assert_eq!(app.company().outsider().get(&format!("{ALL}/{id}")).expect(200).json["module"], "task");
    }
}
