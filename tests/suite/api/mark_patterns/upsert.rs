use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;
use crate::places::place;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let whole = json!({"object_type": "task", "pattern": "{area}/{counter}", "mode": "editable"});
        let change = json!({"pattern": "{area}-{counter}"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "mark-patterns", "p-1", &whole, &change);
    }

    // Rows without an external id are known by what they are for.
    fn a_file_sent_twice_changes_nothing(app: &TestApp) {
        let admin = app.admin();
        place(app, &app.company(), "Ctl");
        let file = "area_external_id,area_kind,object_type,pattern,reset\nctl,,task,{year}/{counter},year\n,area,task,{area}/{counter},\n,,task,{area} {counter},never\n";
        let done = admin.import_csv("mark_patterns", "atomic", file);
        assert_eq!(done.json["result"]["created"], 3, "{}", done.text);
        let again = admin.import_csv("mark_patterns", "atomic", file);
        assert_eq!((&again.json["result"]["created"], &again.json["result"]["bad"]), (&json!(0), &json!(0)), "{}", again.text);
        let out = admin.get("/api/v1/exports/mark_patterns?format=csv").expect(200).text;
        let back = admin.import_csv("mark_patterns", "atomic", &out);
        assert_eq!((&back.json["result"]["created"], &back.json["state"]), (&json!(0), &json!("succeeded")), "{out}");
        assert_eq!(admin.ids(ALL).len(), 3);
    }
}
