//! Marks of objects.

use std::thread;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tests::{Client, TestApp, on_every_database};

use crate::places::{change_area, place};

const OBJECTS: &str = "/api/v1/objects";

/// Writers at once.
const WRITERS: usize = 50;

fn at(app: &TestApp, instant: &str) {
    app.clock.set(instant.parse::<DateTime<Utc>>().unwrap());
}

/// The mark of a new object.
#[track_caller]
fn new(client: &Client, kind: &str, more: Value) -> Value {
    let mut body = json!({"type": kind, "title": "t"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post(OBJECTS, body).expect(201).json["mark"].clone()
}

on_every_database! {
    // the worked example, with 345 records of one month.
    fn the_345th_record_of_january(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ucetnictvi");
        let body = json!({"area_id": place.area, "object_type": "document", "pattern": "{year}-{month}/{area}/{counter}", "reset": "month"});
        company.make("mark-patterns", body);
        // The clock of the organisation: in Prague the month begins an hour earlier.
        admin.patch_with("/api/v1/settings", &[], json!({"time_zone": "Europe/Prague"})).expect(200);
        at(app, "2030-12-31T22:59:00Z");
        assert_eq!(new(&place.processor, "document", json!({"area_id": place.area})), "2030-12/Ucetnictvi/1");
        at(app, "2030-12-31T23:00:00Z");
        let rows: String = (1..345).map(|n| format!("{n},document,D{n},ucetnictvi\n")).collect();
        let done = admin.import_csv("objects", "atomic", &format!("external_id,type,title,area_external_id\n{rows}"));
        assert_eq!(done.json["result"]["created"], 344, "{}", done.text);
        assert_eq!(new(&place.processor, "document", json!({"area_id": place.area})), "2031-1/Ucetnictvi/345");
        at(app, "2031-02-01T11:00:00Z");
        assert_eq!(new(&place.processor, "document", json!({"area_id": place.area})), "2031-2/Ucetnictvi/1");
    }

    // the area's pattern, else that of its kind, else the company's; one for each type.
    fn the_nearest_pattern_makes_the_mark(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (one, other) = (place(app, &company, "One"), place(app, &company, "Other"));
        let make = |more: Value, pattern: &str| {
            let mut body = json!({"object_type": "task", "pattern": pattern});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            company.make("mark-patterns", body)
        };
        let of = |area: &str| new(&admin, "task", json!({"area_id": area}));
        assert_eq!(of(&one.area), Value::Null);
        make(json!({}), "c/{area}/{counter}");
        assert_eq!((of(&one.area), new(&admin, "task", json!({}))), (json!("c/One/1"), json!("c/X/1")));
        make(json!({"area_kind": "area"}), "k/{area}/{counter}");
        make(json!({"area_id": one.area}), "a/{counter:2}");
        assert_eq!((of(&one.area), of(&other.area)), (json!("a/01"), json!("k/Other/1")));
        assert_eq!(new(&admin, "task", json!({})), "c/X/2");
        assert_eq!(new(&admin, "quote", json!({"area_id": one.area})), Value::Null);
    }

    // {area} is the nearest mark upwards; areas that go by one mark share its numbers, so that marks stay unique.
    fn an_area_without_a_mark_goes_by_the_one_above(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let [top, middle, below, aside] = ["Top", "Middle", "Below", "Aside"].map(|name| place(app, &company, name).area);
        for (area, parent) in [(&middle, &top), (&below, &middle)] {
            change_area(app, area, |area| (area.mark, area.parent_id) = (None, Some(parent.parse::<uuid::Uuid>().unwrap().into())));
        }
        change_area(app, &aside, |area| area.mark = None);
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"}));
        company.make("mark-patterns", json!({"object_type": "quote", "pattern": "{area}/{counter}", "unique": false}));
        let of = |kind: &str, area: &str| new(&admin, kind, json!({"area_id": area}));
        assert_eq!(of("task", &below), "Top/1");
        assert_eq!(of("task", &middle), "Top/2");
        assert_eq!(of("task", &top), "Top/3");
        assert_eq!(of("task", &aside), "X/1");
        assert_eq!(new(&admin, "task", json!({})), "X/2");
        // What need not be unique counts in each area for itself.
        assert_eq!((of("quote", &below), of("quote", &top)), (json!("Top/1"), json!("Top/1")));
    }

    // the author's login, else the display name.
    fn the_user_is_the_author(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let maker = company.with_rights("maker", "system", &["object.create"]);
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{user}/{counter}/{area}"}));
        assert_eq!(new(&maker, "task", json!({})), "maker/1/X");
        let robot = company.make("users", json!({"kind": "service", "display_name": "Robot 1"}));
        company.personal_grant(&robot, "system", json!({"type": "all"}), &["object.create"], &[]);
        let token = admin.post("/api/v1/api-tokens", json!({"name": "t", "user_id": robot})).expect(201);
        let robot = app.with_token(token.json["token"].as_str().unwrap());
        assert_eq!(new(&robot, "task", json!({})), "Robot 1/2/X");
        let done = admin.import_csv("objects", "atomic", "external_id,type,title\n1,task,t\n");
        assert_eq!(done.json["state"], "succeeded");
        assert_eq!(admin.column(&format!("{OBJECTS}?external_id=1"), "mark"), ["admin/3/X"]);
    }

    // U-08: a mark that names its author names the pseudonym once the account is forgotten, in the log too.
    fn a_forgotten_author_stands_in_no_mark(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana.novakova");
        company.personal_grant(&jana, "system", json!({"type": "all"}), &["object.create"], &[]);
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{user}/{counter}/{area}"}));
        assert_eq!(new(&company.client(&jana), "task", json!({"external_id": "o"})), "jana.novakova/1/X");
        admin.delete(&format!("/api/v1/users/{jana}")).expect(204);
        admin.verb(&format!("/api/v1/users/{jana}/forget")).expect(200);
        let mark = admin.column(&format!("{OBJECTS}?external_id=o"), "mark").remove(0);
        assert!(mark.starts_with("forgotten-") && mark.ends_with("/1/X"), "{mark}");
        assert!(!admin.get("/api/v1/audit?entity=object&limit=200").expect(200).text.contains("jana.novakova"));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // fixed, editable, user-defined, and none.
    fn a_mode_says_who_decides_on_the_mark(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        for (kind, mode) in [("task", "fixed"), ("quote", "editable"), ("document", "user_defined")] {
            company.make("mark-patterns", json!({"object_type": kind, "pattern": "{area}/{counter}", "mode": mode}));
        }
        let post = |kind: &str, mark: Value| admin.post(OBJECTS, json!({"type": kind, "title": "t", "mark": mark}));
        let path = |made: &tests::Answer| format!("{OBJECTS}/{}", made.id());
        for kind in ["task", "quote"] {
            post(kind, json!("Mine")).expect_fault(409, "mark_fixed", "/mark").expect_rule("A-13");
        }
        let task = post("task", Value::Null).expect(201);
        assert_eq!(task.json["mark"], "X/1");
        admin.patch(&path(&task), json!({"mark": "Mine"})).expect_fault(409, "mark_fixed", "/mark");
        admin.patch(&path(&task), json!({"mark": null})).expect_fault(409, "mark_fixed", "/mark");
        admin.patch(&path(&task), json!({"mark": "X/1", "title": "u"})).expect(200);
        let quote = post("quote", Value::Null).expect(201);
        assert_eq!(admin.patch(&path(&quote), json!({"mark": "Mine"})).expect(200).json["mark"], "Mine");
        assert_eq!(post("document", json!("Mine")).expect(201).json["mark"], "Mine");
        assert_eq!(post("document", Value::Null).expect(201).json["mark"], "X/1");
        // Without a pattern a mark is free text, and nothing keeps others from it.
        for _ in 0..2 {
            let made = post("activity", json!("Free")).expect(201);
            admin.patch(&path(&made), json!({"mark": null})).expect(200);
        }
    }

    // a mark that must be unique is one object's; a number whose mark was given by hand is passed over.
    fn a_unique_mark_is_given_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}", "mode": "user_defined"}));
        let post = |kind: &str, mark: Value| admin.post(OBJECTS, json!({"type": kind, "title": "t", "mark": mark}));
        post("task", json!("X/2")).expect(201);
        post("task", json!("X/2")).expect_fault(409, "mark_taken", "/mark").expect_rule("A-12");
        // Another type is another matter.
        post("quote", json!("X/2")).expect(201);
        assert_eq!(new(&admin, "task", json!({})), "X/1");
        let third = post("task", Value::Null).expect(201);
        assert_eq!(third.json["mark"], "X/3");
        let path = format!("{OBJECTS}/{}", third.id());
        admin.patch(&path, json!({"mark": "X/1"})).expect_fault(409, "mark_taken", "/mark");
        admin.patch(&path, json!({"mark": "Y"})).expect(200);
        // What was given up is free again, but its number is not given again.
        assert_eq!(new(&admin, "task", json!({})), "X/4");
        post("task", json!("X/3")).expect(201);
    }

    // what is refused, planned or rolled back takes no number.
    fn marks_from_before_the_pattern_are_not_given_again(app: &TestApp) {
        let company = app.company();
        let (place, other) = (place(app, &company, "Z"), place(app, &company, "Other"));
        let given = |mark: &str| json!({"area_id": place.area, "mark": mark});
        for mark in ["Z-1", "Z-2", "Z-4"] {
            assert_eq!(new(&place.processor, "task", given(mark)), mark);
        }
        // Another type has marks of its own.
        assert_eq!(new(&place.processor, "quote", given("Z-3")), "Z-3");
        let pattern = json!({"object_type": "task", "area_id": place.area, "pattern": "Z-{counter}"});
        company.make("mark-patterns", pattern.clone());
        let preview = app.admin().post("/api/v1/mark-patterns/preview", pattern).expect(200);
        assert_eq!(preview.json["examples"], json!(["Z-3", "Z-5", "Z-6"]));
        let marks = [(); 2].map(|()| new(&place.processor, "task", json!({"area_id": place.area})));
        assert_eq!(marks, ["Z-3", "Z-5"]);
        // Nor is one given by hand where no pattern makes it.
        let body = json!({"type": "task", "title": "t", "area_id": other.area, "mark": "Z-5"});
        other.processor.post(OBJECTS, body).expect_fault(409, "mark_taken", "/mark").expect_rule("A-12");
    }

    // a preview of the pattern in force shows what the next object gets.
    fn a_preview_shows_the_next_mark_of_what_is_in_force(app: &TestApp) {
        let company = app.company();
        let place = place(app, &company, "P");
        let pattern = json!({"object_type": "task", "area_kind": "area", "pattern": "{area}/{counter}"});
        company.make("mark-patterns", pattern);
        assert_eq!(new(&place.processor, "task", json!({"area_id": place.area})), "P/1");
        let asked = json!({"pattern": "{area}/{counter}", "area_id": place.area, "object_type": "task", "count": 1});
        let preview = |body: Value| app.admin().post("/api/v1/mark-patterns/preview", body);
        assert_eq!(preview(asked).expect(200).json["examples"], json!(["P/2"]));
        let unknown = json!({"pattern": "{counter}", "object_type": "nope"});
        preview(unknown).expect_fault(422, "unknown_reference", "/object_type");
    }

    //
    fn only_a_created_object_takes_a_number(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.make("mark-patterns", json!({"object_type": "task", "pattern": "{area}/{counter}"}));
        let body = json!({"type": "task", "title": "t", "external_id": "o"});
        admin.post(OBJECTS, json!({"type": "task", "title": " "})).expect_problem(422, "required");
        let plan = admin.post(&format!("{OBJECTS}?plan=true"), body.clone()).expect(202).id();
        let twice = "external_id,type,title\na,task,t\nb,task,\n";
        assert_eq!(admin.import_csv("objects", "atomic", twice).json["state"], "failed");
        assert_eq!(admin.import_csv("objects", "per_row", &twice.replace("a,task,t", "a,task,")).json["result"]["created"], 0);
        admin.verb(&format!("/api/v1/plans/{plan}/apply")).expect(200);
        assert_eq!(admin.column(&format!("{OBJECTS}?external_id=o"), "mark"), ["X/1"]);
        let done = admin.import_csv("objects", "per_row", "external_id,type,title\na,task,t\nb,task,\nc,task,t\n");
        assert_eq!(done.json["result"]["created"], 2);
        assert_eq!(admin.column(&format!("{OBJECTS}?sort=created_at"), "mark"), ["X/1", "X/2", "X/3"]);
    }

    // A mark that grows too long is refused, and takes no number either.
    fn a_mark_has_at_most_200_characters(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let pattern = format!("{{counter}}/{}/{{area}}", "x".repeat(183));
        let id = company.make("mark-patterns", json!({"object_type": "task", "pattern": pattern}));
        let place = place(app, &company, "A-long-mark-of-an-area");
        admin.post(OBJECTS, json!({"type": "task", "title": "t", "area_id": place.area})).expect_fault(422, "too_long", "/mark");
        company.change("mark-patterns", &id, json!({"pattern": "{area}/{counter}"}));
        assert_eq!(new(&admin, "task", json!({"area_id": place.area})), "A-long-mark-of-an-area/1");
    }

    // under any concurrency no number is given twice and none is skipped.
    fn fifty_writers_at_once_get_every_number_once(app: &TestApp) {
        let company = app.company();
        let place = place(app, &company, "Ctl");
        company.make("mark-patterns", json!({"area_kind": "area", "object_type": "task", "pattern": "{area}/{counter}"}));
        let write = |client: Client| -> Vec<String> {
            let one = || new(&client, "task", json!({"area_id": place.area})).as_str().unwrap().to_owned();
            (0..3).map(|_| one()).collect()
        };
        let write = &write;
        let mut marks: Vec<String> = thread::scope(|scope| {
            let clients = (0..WRITERS).map(|_| place.processor.clone());
            let writers: Vec<_> = clients.map(|client| scope.spawn(move || write(client))).collect();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
        });
        marks.sort_unstable_by_key(|mark| mark.trim_start_matches("Ctl/").parse::<usize>().unwrap());
        assert_eq!(marks, (1..=WRITERS * 3).map(|number| format!("Ctl/{number}")).collect::<Vec<_>>());
    }
}
