//! Contracts: states, transfer, overlaps (D-04 to D-06).

use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

struct Scene<'a> {
    app: &'a TestApp,
    worker: String,
    department: String,
    other: String,
    position: String,
}

impl<'a> Scene<'a> {
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let (department, other) = (company.department("d", None), company.department("other", None));
        Self { app, worker: company.worker("w"), department, other, position: company.position("p") }
    }

    /// A contract here, with what it shall have besides.
    fn post(&self, more: Value) -> Answer {
        let mut body =
            json!({"worker_id": self.worker, "department_id": self.department, "position_id": self.position});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.admin().post("/api/v1/contracts", body)
    }

    fn verb(&self, contract: &str, verb: &str) -> Answer {
        let path = format!("/api/v1/contracts/{contract}/{verb}");
        match verb {
            "end" => self.app.admin().post(&path, json!({"valid_to": "2026-12-31"})),
            _ => self.app.admin().verb(&path),
        }
    }
}

on_every_database! {
    // D-04: draft, signed, cancelled, ended; `ended` sets valid_to, `cancelled` is for good.
    fn a_contract_moves_from_draft_to_its_end(app: &TestApp) {
        let scene = Scene::new(app);
        let made = || scene.post(json!({"valid_from": "2026-01-01"})).expect(201);
        let draft = made();
        assert_eq!((&draft.json["state"], &draft.json["type"]), (&json!("draft"), &json!("employment")));
        assert_eq!(draft.json["workload_percent"], 100);
        let refused = |contract: &str, verb: &str| {
            scene.verb(contract, verb).expect_problem(409, "contract_state_refused");
        };
        refused(&draft.id(), "end");
        assert_eq!(scene.verb(&draft.id(), "sign").expect(200).json["state"], "signed");
        refused(&draft.id(), "sign");
        let ended = scene.verb(&draft.id(), "end").expect(200);
        assert_eq!((&ended.json["state"], &ended.json["valid_to"]), (&json!("ended"), &json!("2026-12-31")));
        refused(&draft.id(), "sign");
        refused(&draft.id(), "cancel");
        let cancelled = made();
        assert_eq!(scene.verb(&cancelled.id(), "cancel").expect(200).json["state"], "cancelled");
        for verb in ["sign", "end", "cancel"] {
            refused(&cancelled.id(), verb);
        }
    }

    // D-04: an end lies in the contract.
    fn a_contract_does_not_end_before_it_begins(app: &TestApp) {
        let scene = Scene::new(app);
        let contract = scene.post(json!({"state": "signed", "valid_from": "2026-03-01"})).expect(201).id();
        let end = json!({"valid_to": "2026-02-28"});
        app.admin().post(&format!("/api/v1/contracts/{contract}/end"), end).expect_problem(422, "window_reversed");
    }

    // D-05: a transfer ends one line and begins the next, so the past stays true.
    fn a_transfer_ends_one_line_and_begins_the_next(app: &TestApp) {
        let scene = Scene::new(app);
        let line =
            scene.post(json!({"state": "signed", "valid_from": "2026-01-01", "valid_to": "2026-12-31"})).expect(201);
        let path = format!("/api/v1/contracts/{}/transfer", line.id());
        let body = json!({"valid_from": "2026-07-01", "department_id": scene.other, "workload_percent": 60});
        let transferred = app.admin().post(&path, body).expect(201);
        let (ended, next) = (&transferred.json["ended"], &transferred.json["contract"]);
        assert_eq!((&ended["id"], &ended["state"]), (&json!(line.id()), &json!("ended")));
        assert_eq!((&ended["valid_from"], &ended["valid_to"]), (&json!("2026-01-01"), &json!("2026-06-30")));
        assert_eq!(ended["department_id"], scene.department.as_str());
        assert_eq!((&next["state"], &next["department_id"]), (&json!("signed"), &json!(scene.other)));
        assert_eq!((&next["valid_from"], &next["valid_to"]), (&json!("2026-07-01"), &json!("2026-12-31")));
        assert_eq!((&next["workload_percent"], &next["position_id"]), (&json!(60), &json!(scene.position)));
        let location = transferred.header("location").unwrap();
        assert_eq!(&app.admin().get(location).expect(200).json, next);
        assert_eq!(&app.admin().get(&format!("/api/v1/contracts/{}", line.id())).expect(200).json, ended);
    }

    // D-05: only a signed line, inside its window, to somewhere else.
    fn a_transfer_must_make_sense(app: &TestApp) {
        let scene = Scene::new(app);
        let window = |state: &str| json!({"state": state, "valid_from": "2026-01-01", "valid_to": "2026-12-31"});
        let draft = scene.post(window("draft")).expect(201).id();
        let signed = scene.post(window("signed")).expect(201).id();
        let transfer =
            |contract: &str, body: Value| app.admin().post(&format!("/api/v1/contracts/{contract}/transfer"), body);
        let there = |day: &str| json!({"valid_from": day, "department_id": scene.other});
        transfer(&draft, there("2026-07-01")).expect_problem(409, "contract_state_refused");
        for day in ["2025-12-31", "2026-01-01", "2027-01-01"] {
            transfer(&signed, there(day)).expect_problem(422, "transfer_outside_window");
        }
        let nowhere = json!({"valid_from": "2026-07-01", "department_id": scene.department});
        transfer(&signed, nowhere).expect_problem(422, "transfer_same_placement");
        let unknown = json!({"valid_from": "2026-07-01", "position_id": scene.other});
        assert_eq!(transfer(&signed, unknown).expect(422).pointers(), ["/position_id"]);
        transfer(&signed, there("2026-01-02")).expect(201);
    }

    // D-05: what was lived stays true: a line that is over is not transferred, whether another one goes on after it or not.
    fn a_line_that_is_over_is_not_transferred(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        let transfer = |contract: &str, day: &str, department: &str| {
            let body = json!({"valid_from": day, "department_id": department});
            admin.post(&format!("/api/v1/contracts/{contract}/transfer"), body)
        };
        let lines = || admin.get(&format!("/api/v1/workers/{}/contracts", scene.worker)).expect(200).json["items"].clone();
        let first = scene.post(json!({"state": "signed", "valid_from": "2015-01-01"})).expect(201).id();
        let second = transfer(&first, "2020-01-01", &scene.other).expect(201).json["contract"]["id"].clone();
        let alone = scene.post(json!({"state": "ended", "valid_from": "2012-01-01", "valid_to": "2014-12-31"})).expect(201).id();
        let before = lines();
        for (contract, day) in [(&first, "2016-01-01"), (&first, "2019-12-31"), (&first, "2026-06-01"), (&alone, "2013-01-01")] {
            let third = app.company().department(&format!("d-{day}-{contract}"), None);
            transfer(contract, day, &third).expect_problem(409, "transfer_line_over").expect_rule("D-05");
        }
        assert_eq!(lines(), before);
        // The line that goes on is transferred, also as of an earlier day: such things are entered late.
        let third = app.company().department("third", None);
        let late = transfer(second.as_str().unwrap(), "2026-06-12", &third).expect(201).json;
        assert_eq!((&late["ended"]["valid_to"], &late["contract"]["valid_from"]), (&json!("2026-06-11"), &json!("2026-06-12")));
        // One that is to be over, also where the next is known, can be left earlier.
        let third = late["contract"]["id"].as_str().unwrap();
        let planned = transfer(third, "2026-12-01", &scene.other).expect(201).json;
        let between = transfer(third, "2026-10-01", &scene.department).expect(201).json;
        assert_eq!((&between["contract"]["valid_to"], &between["contract"]["state"]), (&json!("2026-11-30"), &json!("ended")));
        assert_eq!(planned["contract"]["valid_from"], "2026-12-01");
        // On its last day it goes on still, on the next it is over.
        let third = |hour: &str| {
            app.clock.set(hour.parse().unwrap());
            transfer(third, "2026-08-01", &scene.department)
        };
        third("2026-10-01T00:00:00Z").expect_problem(409, "transfer_line_over");
        third("2026-09-30T23:59:59Z").expect(201);
    }

    // D-05: a transfer that was entered with a wrong day is taken back step by step, each on record.
    fn a_transfer_of_a_wrong_day_can_be_mended(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        let line = scene.post(json!({"state": "signed", "valid_from": "2026-01-01", "valid_to": "2026-12-31"})).expect(201).id();
        let transfer = |day: &str| {
            let body = json!({"valid_from": day, "department_id": scene.other});
            admin.post(&format!("/api/v1/contracts/{line}/transfer"), body)
        };
        let wrong = transfer("2026-04-01").expect(201).json["contract"]["id"].clone();
        transfer("2026-03-15").expect_problem(409, "transfer_line_over");
        scene.verb(wrong.as_str().unwrap(), "cancel").expect(200);
        scene.verb(&line, "end").expect(200);
        let right = transfer("2026-03-15").expect(201).json;
        assert_eq!((&right["ended"]["valid_to"], &right["contract"]["valid_to"]), (&json!("2026-03-14"), &json!("2026-12-31")));
    }

    // D-05: a signed contract's placement never changes in place; drafts are free.
    fn a_signed_placement_never_changes_in_place(app: &TestApp) {
        let scene = Scene::new(app);
        let contract = scene.post(json!({"valid_from": "2026-01-01"})).expect(201).id();
        let path = format!("/api/v1/contracts/{contract}");
        let admin = app.admin();
        admin
            .patch(&path, json!({"department_id": scene.other, "valid_from": "2026-02-01", "type": "service"}))
            .expect(200);
        scene.verb(&contract, "sign").expect(200);
        for (field, value) in [
            ("department_id", json!(scene.department)),
            ("position_id", json!(app.company().position("q"))),
            ("valid_from", json!("2026-03-01")),
            ("type", json!("other")),
        ] {
            let refused = admin.patch(&path, json!({field: value})).expect_problem(409, "contract_placement_fixed");
            assert_eq!(refused.pointers(), [format!("/{field}")]);
        }
        assert_eq!(
            admin.patch(&path, json!({"worker_id": app.company().worker("v")})).expect(422).pointers(),
            ["/worker_id"]
        );
        admin.delete(&path).expect_problem(409, "contract_not_deletable");
        let draft = scene.post(json!({})).expect(201).id();
        admin.delete(&format!("/api/v1/contracts/{draft}")).expect(204);
    }

    // D-06: two that count, in the same department and position, must not overlap.
    fn contracts_in_the_same_place_do_not_overlap(app: &TestApp) {
        let scene = Scene::new(app);
        let post = |state: &str, from: &str, to: Option<&str>| {
            scene.post(json!({"state": state, "valid_from": from, "valid_to": to, "workload_percent": 10}))
        };
        post("signed", "2026-02-01", Some("2026-05-31")).expect(201);
        for (from, to) in [("2026-05-31", None), ("2026-01-01", Some("2026-02-01")), ("2026-03-01", Some("2026-03-01"))]
        {
            assert_eq!(post("signed", from, to).expect_problem(409, "contract_overlap").json["rule"], "D-06");
        }
        post("signed", "2026-06-01", None).expect(201);
        let draft = post("draft", "2026-03-01", None).expect(201).id();
        scene.verb(&draft, "sign").expect_problem(409, "contract_overlap");
        app.admin().patch(&format!("/api/v1/contracts/{draft}"), json!({"department_id": scene.other})).expect(200);
        scene.verb(&draft, "sign").expect(200);
    }

    // D-06: a sum of workloads above 100 % is a warning.
    fn too_much_work_is_a_warning(app: &TestApp) {
        let scene = Scene::new(app);
        let post = |percent: i32, from: &str, to: &str| {
            let department = &scene.other;
            scene.post(json!({
                "department_id": department, "state": "signed", "workload_percent": percent,
                "valid_from": from, "valid_to": to, "position_id": app.company().position(&format!("p-{percent}-{from}")),
            })).expect(201)
        };
        let warned = |answer: &Answer| answer.json["warnings"][0]["code"] == "workload_above_100";
        assert!(!warned(&post(80, "2026-01-01", "2026-06-30")));
        assert!(!warned(&post(20, "2026-06-01", "2026-12-31")));
        assert!(!warned(&post(80, "2026-07-01", "2026-12-31")));
        assert!(warned(&post(1, "2026-12-31", "2027-06-30")));
    }
}
