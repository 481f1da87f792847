use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn each_sees_their_own_and_who_manages_them_all(app: &TestApp) {
        let company = app.company();
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let (caller, other) = (company.client(&jana), company.client(&ben));
        let own = caller.post(ALL, json!({"name": "own"})).expect(201).id();
        other.post(ALL, json!({"name": "other"})).expect(201);
        let mine = caller.ids(ALL);
        assert!(mine.contains(&own) && mine.len() == 2, "{mine:?}");
        assert!(caller.ids(&format!("{ALL}?user_id={ben}")).is_empty());
        let manager = company.with_rights("manager", "system", &["token.manage"]);
        assert_eq!(manager.ids(&format!("{ALL}?user_id={ben}")).len(), 2);
        assert!(!manager.get(ALL).expect(200).text.contains("rmt_"));
        assert_eq!(common::walk(&manager, &format!("{ALL}?limit=2&sort=-created_at"), |_, _| ()).len(), 6);
        common::list_names_bad_parameters(&manager, ALL);
    }
}
