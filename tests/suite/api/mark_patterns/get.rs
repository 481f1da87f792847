use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;
use crate::places::place;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"}));
        common::read_knows_tags_and_ids(app, "mark-patterns", &id);
        assert_eq!(company.outsider().get(&format!("{ALL}/{id}")).expect(200).json["object_type"], "task");
    }

    // a pattern of an area that one may not know of is not there.
    fn that_of_a_hidden_area_is_hidden(app: &TestApp) {
        let company = app.company();
        let place = place(app, &company, "Ctl");
        let body = json!({"area_id": place.area, "object_type": "task", "pattern": "{counter}"});
        let path = format!("{ALL}/{}", company.make("mark-patterns", body));
        for client in [&place.owner, &place.processor, &place.reader] {
            client.get(&path).expect(200);
            assert_eq!(client.ids(ALL).len(), 1);
        }
        let outsider = company.outsider();
        outsider.get(&path).expect_problem(404, "not_found");
        outsider.send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
        assert!(outsider.ids(ALL).is_empty());
    }
}
