use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let jana = company.user("jana");
        let id = company.object("task", "t", Some(&jana));
        common::read_knows_tags_and_ids(app, "objects", &id);
        assert_eq!(company.client(&jana).get(&format!("{ALL}/{id}")).expect(200).json["assignee_id"], jana);
        company.outsider().get(&format!("{ALL}/{id}")).expect_problem(404, "not_found");
    }
}
