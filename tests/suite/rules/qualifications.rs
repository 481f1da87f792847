//! Qualifications (U-14).

use serde_json::{Value, json};
use tests::{TestApp, on_every_database};

const ALL: &str = "/api/v1/qualifications";

fn record(app: &TestApp, user: &str, more: Value) -> String {
    let mut body = json!({"user_id": user, "name": "Welding"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.company().make("qualifications", body)
}

on_every_database! {
    // U-14: name, issuer, evidence reference, window, retain_until.
    fn a_qualification_is_recorded_read_changed_and_erased(app: &TestApp) {
        let user = app.company().user("anna");
        let body = json!({
            "external_id": "q-1", "user_external_id": "anna", "name": "Welding", "issuer": "TÜV", "evidence": "file 7",
            "valid_from": "2026-01-01", "valid_to": "2028-12-31", "retain_until": "2026-06-14"
        });
        let made = app.admin().post(ALL, body.clone()).expect(201);
        assert_eq!(made.json["user_id"], json!(user));
        for (name, value) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "user_external_id") {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let path = format!("{ALL}/{}", made.id());
        assert_eq!(app.admin().get(&path).expect(200).json, made.json);
        let changed = app.admin().patch(&path, json!({"evidence": "file 8", "issuer": null})).expect(200);
        assert_eq!((&changed.json["evidence"], &changed.json["issuer"]), (&json!("file 8"), &Value::Null));
        let again = app.admin().put(&format!("{ALL}/by-external-id/q-1"), json!({"name": "Welding I"})).expect(200);
        assert_eq!((again.id(), &again.json["name"]), (made.id(), &json!("Welding I")));
        app.admin().delete(&path).expect(204);
        app.admin().get(&path).expect(404);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // U-10, U-14: for persons and fillers.
    fn only_persons_and_fillers_have_them(app: &TestApp) {
        let company = app.company();
        for (kind, status) in [("external_filler", 201), ("service", 409), ("virtual", 409)] {
            let user = company.make("users", json!({"kind": kind, "display_name": kind}));
            let answer = app.admin().post(ALL, json!({"user_id": user, "name": "Welding"}));
            match status {
                201 => drop(answer.expect(201)),
                _ => drop(answer.expect_fault(409, "capability_missing", "/user_id").expect_rule("U-10")),
            }
        }
        let gone = company.user("gone");
        company.remove("users", &gone);
        let body = json!({"user_id": gone, "name": "Welding"});
        app.admin().post(ALL, body).expect_fault(409, "capability_missing", "/user_id");
    }

    // U-14: kept as evidence through retain_until.
    fn evidence_can_not_be_erased_before_its_time(app: &TestApp) {
        let user = app.company().user("anna");
        // It is 15 June 2026.
        let kept = record(app, &user, json!({"retain_until": "2026-06-15"}));
        let path = format!("{ALL}/{kept}");
        let refused = app.admin().delete(&path).expect_problem(409, "qualification_retained").expect_rule("U-14");
        assert!(refused.json["detail"].as_str().unwrap().contains("2026-06-15"), "{}", refused.text);
        app.admin().get(&path).expect(200);
        app.clock.advance(chrono::TimeDelta::days(1));
        app.admin().delete(&path).expect(204);
    }

    // U-14: they survive the deletion of the account.
    fn they_stay_when_the_account_goes_to_the_trash(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        let kept = record(app, &user, json!({}));
        company.remove("users", &user);
        assert_eq!(app.admin().ids(&format!("/api/v1/users/{user}/qualifications")), [kept.as_str()]);
        // An import knows nobody in the trash: an export sends them to whoever asks for that account's.
        let sent = |query: &str| app.admin().get(&format!("/api/v1/exports/qualifications?format=ndjson{query}")).expect(200);
        assert_eq!(sent("").text, "");
        assert!(sent(&format!("&user_id={user}")).text.contains("Welding"));
        let changed = company.change("qualifications", &kept, json!({"retain_until": "2030-01-01"}));
        assert_eq!(changed["retain_until"], "2030-01-01");
    }

    fn one_reads_ones_own_and_nobody_elses(app: &TestApp) {
        let company = app.company();
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        let (of_anna, of_ben) = (record(app, &anna, json!({})), record(app, &ben, json!({})));
        let client = company.client(&anna);
        assert_eq!(client.ids(ALL), [of_anna.as_str()]);
        client.get(&format!("{ALL}/{of_anna}")).expect(200);
        client.get(&format!("{ALL}/{of_ben}")).expect_problem(404, "not_found");
        assert!(client.ids(&format!("/api/v1/users/{ben}/qualifications")).is_empty());
        client.post(ALL, json!({"user_id": anna, "name": "x"})).expect_missing("system", "user.edit");
        let mut all = app.admin().ids(ALL);
        all.sort();
        assert_eq!(all, [of_anna, of_ben]);
    }

    fn a_list_finds_those_that_run_out(app: &TestApp) {
        let user = app.company().user("anna");
        let one = |name: &str, to: &str, kept: &str| {
            record(app, &user, json!({"name": name, "valid_from": "2020-01-01", "valid_to": to, "retain_until": kept}))
        };
        let (old, new) = (one("Old", "2026-06-30", "2030-01-01"), one("New", "2027-06-30", "2029-12-31"));
        let list = |query: &str| app.admin().ids(&format!("{ALL}?{query}"));
        assert_eq!(list("expires_before=2026-07-01"), [old.as_str()]);
        assert!(list("expires_before=2026-06-30").is_empty());
        assert_eq!(list("retain_until_before=2030-01-01"), [new.as_str()]);
        assert_eq!(list("at=2027-01-01"), [new.as_str()]);
        assert_eq!(list("sort=-valid_to"), [new.as_str(), old.as_str()]);
        assert_eq!(list("q=ol"), [old.as_str()]);
        assert_eq!(list(&format!("user_id={}", uuid::Uuid::nil())), [""; 0]);
    }

    fn bad_ones_are_refused_with_all_their_faults(app: &TestApp) {
        let user = app.company().user("anna");
        app.admin().post(ALL, json!({"name": "x"})).expect_fault(422, "required", "/user_id");
        let bad = json!({"user_id": user, "name": " ", "issuer": "", "valid_from": "2026-02-01", "valid_to": "2026-01-01"});
        assert_eq!(app.admin().post(ALL, bad).expect(422).pointers(), ["/issuer"]);
        let bad = json!({"user_id": user, "name": " ", "valid_from": "2026-02-01", "valid_to": "2026-01-01"});
        assert_eq!(app.admin().post(ALL, bad).expect(422).pointers(), ["/name", "/valid_to"]);
        let made = record(app, &user, json!({}));
        let other = app.company().user("ben");
        let path = format!("{ALL}/{made}");
        app.admin().patch(&path, json!({"user_id": other})).expect_fault(422, "not_changeable", "/user_id");
        let unknown = json!({"user_id": uuid::Uuid::nil(), "name": "x"});
        app.admin().post(ALL, unknown).expect_fault(422, "unknown_reference", "/user_id");
    }

    fn they_are_imported_by_own_ids_and_a_row_without_one_is_not_doubled(app: &TestApp) {
        app.company().user("anna");
        let csv = "user_external_id,name,valid_from\nanna,Welding,2026-01-01\nanna,Welding,2027-01-01\n";
        for created in [2, 0] {
            let done = app.admin().import_csv("qualifications", "atomic", csv);
            assert_eq!(done.json["result"]["created"], json!(created), "{}", done.text);
        }
        assert_eq!(app.admin().ids(ALL).len(), 2);
    }
}
