//! Objects in areas: who may put them there, and who sees them.

use domain::area::AreaState;
use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;
use crate::places::{change_area, place};

on_every_database! {
    // processors create content, readers do not; nobody is told of an area that they may not know of.
    fn processors_create_objects_in_their_area(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let body = json!({"type": "task", "title": "t", "area_external_id": "ctl"});
        let made = place.processor.post(ALL, body.clone()).expect(201).json;
        assert_eq!((&made["area_id"], &made["area_name"]), (&json!(place.area), &json!("Ctl")));
        assert_eq!((&made["author_id"], &made["mark"]), (&json!(place.processor_id), &Value::Null));
        // Elsewhere they need what others need.
        place.processor.post(ALL, json!({"type": "task", "title": "t"})).expect_missing("system", "object.create");
        place.reader.post(ALL, body.clone()).expect_missing("system", "object.create");
        // Owning gives the settings, not the content.
        place.owner.post(ALL, body.clone()).expect_missing("system", "object.create");
        let maker = company.with_rights("maker", "system", &["object.create"]);
        let hidden = maker.post(ALL, body.clone()).expect_fault(422, "unknown_reference", "/area_external_id");
        let nowhere = maker.post(ALL, json!({"type": "task", "title": "t", "area_external_id": "none"}));
        assert_eq!(hidden.json["errors"], nowhere.json["errors"]);
        // G-2: administering areas gives no content; administering the registry does.
        company.with_rights("areas", "system", &["area.administer", "object.create"]).post(ALL, body.clone()).expect_missing("areas", "work");
        admin.post(ALL, body).expect(201);
    }

    // P-02: `areas:work` by a grant over the area is as good.
    fn a_grant_to_work_in_an_area_is_enough(app: &TestApp) {
        let company = app.company();
        let (here, there) = (place(app, &company, "Here"), place(app, &company, "There"));
        let worker = company.with_rights_over("worker", "areas", json!({"type": "area", "id": here.area}), &["work"]);
        let post = |area: &str| worker.post(ALL, json!({"type": "task", "title": "t", "area_id": area}));
        post(&here.area).expect(201);
        post(&there.area).expect_fault(422, "unknown_reference", "/area_id");
    }

    //
    fn an_archived_area_takes_no_new_objects(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (place, other) = (place(app, &company, "Ctl"), company.object("task", "other", None));
        let body = json!({"type": "task", "title": "t", "area_id": place.area});
        let old = place.processor.post(ALL, body.clone()).expect(201).id();
        change_area(app, &place.area, |area| area.state = AreaState::Archived);
        place.processor.post(ALL, body).expect_fault(409, "area_archived", "/area_id").expect_rule("A-03");
        admin.patch(&format!("{ALL}/{other}"), json!({"area_id": place.area})).expect_fault(409, "area_archived", "/area_id");
        place.processor.patch(&format!("{ALL}/{old}"), json!({"state": "done"})).expect(200);
    }

    // a move needs edit on the object and work in the new area; the mark stays.
    fn moving_needs_edit_and_work_in_the_new_area(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (here, there) = (place(app, &company, "Here"), place(app, &company, "There"));
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"}));
        let body = json!({"type": "task", "title": "t", "area_id": here.area, "assignee_id": there.processor_id});
        let made = here.processor.post(ALL, body).expect(201);
        let path = format!("{ALL}/{}", made.id());
        here.processor.patch(&path, json!({"area_id": there.area})).expect_fault(422, "unknown_reference", "/area_id");
        // The assignee may edit it, but not take it out of the area.
        there.processor.patch(&path, json!({"area_id": null})).expect_missing("areas", "work");
        let moved = there.processor.patch(&path, json!({"area_id": there.area})).expect(200).json;
        assert_eq!((&moved["area_name"], &moved["mark"]), (&json!("There"), &json!("Here/1")));
        here.processor.get(&path).expect_problem(404, "not_found");
        let out = there.processor.patch(&path, json!({"area_id": null})).expect(200).json;
        assert_eq!((&out["area_id"], &out["area_name"], &out["mark"]), (&Value::Null, &Value::Null, &json!("Here/1")));
        admin.patch(&path, json!({"area_id": here.area})).expect(200);
    }

    // nothing new comes into an archived area but by an import; of a hidden one nothing is told.
    fn archived_and_hidden_areas(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (old, hidden) = (place(app, &company, "Old"), place(app, &company, "Hidden"));
        admin.verb(&format!("/api/v1/areas/{}/archive", old.area)).expect(200);
        let body = |area: &str| json!({"type": "task", "title": "t", "area_external_id": area});
        old.processor.post(ALL, body("old")).expect_fault(409, "area_archived", "/area_external_id");
        let rows = "external_id,type,title,area_external_id\nmoved,task,T,old\n";
        assert_eq!(admin.import_csv("objects", "atomic", rows).json["state"], "succeeded");
        for area in ["hidden", "nope"] {
            old.processor.post(ALL, body(area)).expect_problem(422, "unknown_reference");
        }
        old.processor.post(ALL, json!({"type": "task", "title": "t", "area_id": hidden.area})).expect_problem(422, "unknown_reference");
    }

    // processors and readers see all in the area, a team its object with the area's name, others nothing.
    fn who_sees_what_lies_in_an_area(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let clerk = company.user("clerk");
        let body = |title: &str, team: &[&str]| json!({"type": "task", "title": title, "area_id": place.area, "team_ids": team});
        let shared = place.processor.post(ALL, body("a", &[&clerk])).expect(201).id();
        let other = place.processor.post(ALL, body("b", &[])).expect(201).id();
        company.object("task", "elsewhere", None);
        for client in [&place.processor, &place.reader] {
            assert_eq!(client.ids(&format!("{ALL}?sort=title")), [shared.as_str(), &other]);
        }
        let client = company.client(&clerk);
        assert_eq!(client.ids(ALL), [shared.as_str()]);
        assert_eq!(client.column(ALL, "area_name"), ["Ctl"]);
        client.get(&format!("{ALL}/{other}")).expect_problem(404, "not_found");
        for (client, status) in [(&place.processor, 200), (&place.reader, 403), (&client, 200)] {
            assert_eq!(client.patch(&format!("{ALL}/{shared}"), json!({"state": "done"})).status, status);
        }
        assert!(place.owner.ids(ALL).is_empty());
        // The name is that of today, for lists and items alike.
        change_area(app, &place.area, |area| area.name = "Controlling".to_owned());
        assert_eq!(client.get(&format!("{ALL}/{shared}?fields=area_name")).expect(200).json["area_name"], "Controlling");
        assert_eq!(admin.column(&format!("{ALL}?area_id={}&sort=title", place.area), "area_name"), ["Controlling", "Controlling"]);
    }

    fn filters_know_areas_and_marks(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let inside = admin.post(ALL, json!({"type": "task", "title": "a", "area_id": place.area, "mark": "M 1"})).expect(201).id();
        let outside = company.object("task", "b", None);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("area_id={}", place.area)), [inside.as_str()]);
        assert_eq!(found("has_area=true"), [inside.as_str()]);
        assert_eq!(found("has_area=false"), [outside.as_str()]);
        assert_eq!(found("mark=M%201"), [inside.as_str()]);
        assert!(found("mark=m%201").is_empty());
    }

    // Imports name areas, and give marks where no pattern does.
    fn an_import_puts_objects_into_areas(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        company.make("mark-patterns", json!({"object_type": "quote", "pattern": "{area}/{counter}"}));
        let file = "external_id,type,title,area_external_id,mark\n1,task,A,ctl,T-1\n2,quote,B,ctl,\n3,quote,C,,\n4,quote,D,ctl,\n5,task,E,none,\n6,quote,F,ctl,Q-9\n";
        let done = admin.import_csv("objects", "per_row", file);
        assert_eq!((&done.json["result"]["created"], &done.json["result"]["bad"]), (&json!(4), &json!(2)), "{}", done.text);
        assert_eq!(admin.column(&format!("{ALL}?sort=title"), "mark"), ["T-1", "Ctl/1", "X/1", "Ctl/2"]);
        assert_eq!(admin.ids(&format!("{ALL}?area_id={}", place.area)).len(), 3);
        // A second time it changes nothing, and neither does what an export says.
        let again = admin.import_csv("objects", "per_row", file);
        assert_eq!((&again.json["result"]["created"], &again.json["result"]["bad"]), (&json!(0), &json!(2)), "{}", again.text);
        let out = admin.get("/api/v1/exports/objects?format=csv").expect(200).text;
        assert!(out.contains("Ctl/2"), "{out}");
        let back = admin.import_csv("objects", "atomic", &out);
        assert_eq!((&back.json["state"], &back.json["result"]["created"]), (&json!("succeeded"), &json!(0)), "{out}");
        let named = admin.get("/api/v1/exports/objects?fields=external_id,area_name&format=csv").expect(200).text;
        assert!(named.contains("2,Ctl"), "{named}");
    }
}
