use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;
use crate::places::place;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"})));
        let patch = json!({"pattern": "{user}", "reset": "day", "mode": "editable", "unique": false});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    //
    fn it_stays_what_it_is_for(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let area = place(app, &company, "Ctl").area;
        let path = format!("{ALL}/{}", company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"})));
        admin.patch(&path, json!({"object_type": "quote"})).expect_fault(422, "not_changeable", "/object_type");
        admin.patch(&path, json!({"area_id": area})).expect_fault(422, "not_changeable", "/area_id");
        admin.patch(&path, json!({"area_kind": "area"})).expect_fault(422, "not_changeable", "/area_kind");
        admin.patch(&path, json!({"reset": "year"})).expect_fault(422, "mark_pattern_repeats", "/unique");
        company.outsider().patch(&path, json!({"mode": "editable"})).expect_missing("system", "area.administer");
    }
}
