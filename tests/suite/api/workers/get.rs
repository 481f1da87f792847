use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let id = app.company().worker("jana");
        common::read_knows_tags_and_ids(app, "workers", &id);
    }

    fn an_expanded_form_has_no_tag(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let path = format!("{ALL}/{}", jana.worker);
        let tag = admin.get(&path).etag();
        let expanded = admin.send("GET", &format!("{path}?expand=user,contracts"), &[("if-none-match", &tag)], None).expect(200);
        assert_eq!((expanded.header("etag"), &expanded.json["user"]["login"]), (None, &json!("jana")));
        assert_eq!(expanded.json["contracts"], json!([]));
        admin.get(&format!("{path}?expand=boss")).expect_fault(400, "bad_parameter", "expand");
    }
}
