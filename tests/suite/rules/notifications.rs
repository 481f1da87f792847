//! Notifications (N-01, N-02).

use api::jobs::schedule::run_due;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tests::{Client, Company, TestApp, on_every_database};

pub(super) const INBOX: &str = "/api/v1/me/notifications";
pub(super) const SUBSCRIPTIONS: &str = "/api/v1/notification-subscriptions";

/// A role with these rights in `system`, and an account in it.
pub(super) fn listener(company: &Company<'_>, login: &str, actions: &[&str]) -> (String, String, Client) {
    let (user, role) = (company.user(login), company.role(&format!("role-{login}"), 0));
    company.member(&role, &user);
    if !actions.is_empty() {
        company.grant(&role, "system", json!({"type": "all"}), actions, &[]);
    }
    let client = company.client(&user);
    (role, user, client)
}

pub(super) fn subscribe(company: &Company<'_>, role: &str, kind: &str, delivery: &str) -> String {
    company.make("notification-subscriptions", json!({"role_id": role, "type": kind, "delivery": delivery}))
}

/// Type and subject of what is in an inbox, the newest first.
pub(super) fn inbox(client: &Client) -> Vec<(String, String)> {
    let of = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let page = client.get(INBOX).expect(200);
    page.items().iter().map(|item| (of(item, "type"), of(item, "subject_id"))).collect()
}

pub(super) fn told(kind: &str, subject: &str) -> (String, String) {
    (kind.to_owned(), subject.to_owned())
}

pub(super) fn unread(client: &Client) -> i64 {
    client.get(&format!("{INBOX}/unread-count")).expect(200).json["unread"].as_i64().unwrap()
}

pub(super) fn at(app: &TestApp, instant: &str) {
    app.clock.set(instant.parse::<DateTime<Utc>>().unwrap());
}

on_every_database! {
    // N-01, R-08: the system administrators hear who asks for help, with whom, and why.
    fn help_that_is_asked_for_reaches_the_system_administrators(app: &TestApp) {
        let company = app.company();
        let worker = company.worker("w");
        let officer = company.with_rights("officer", "hr", &["read"]);
        let path = format!("/api/v1/workers/{worker}/access-diagnosis/ask");
        officer.post(&path, json!({"note": "She needs the invoices."})).expect(204);
        let page = app.admin().get(&format!("{INBOX}?type=help_asked")).expect(200);
        let help = &page.items()[0];
        assert_eq!((&help["worker_id"], &help["text"]), (&json!(worker), &json!("She needs the invoices.")));
        assert_eq!(help["subject_id"], officer.get("/api/v1/me").expect(200).json["user"]["id"]);
        let asks = |whose: &str| json!(format!("First Last-officer asks for help with the access of {whose}."));
        assert_eq!(help["sentence"], asks("First Last-w"));
        // Who may see who asks, but not the folder, is not told whose it is.
        let (role, _, clerk) = listener(&company, "clerk", &["user.read"]);
        subscribe(&company, &role, "help_asked", "immediate");
        officer.post(&path, json!({})).expect(204);
        let page = clerk.get(&format!("{INBOX}?type=help_asked")).expect(200);
        assert_eq!(page.items()[0]["sentence"], asks("a worker"));
        company.outsider().post(&path, json!({})).expect_problem(404, "not_found");
    }

    // N-01, L-02
    fn what_was_handed_over_is_told_of(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &role, "responsibility_transferred", "immediate");
        let (old, new) = (company.user("old"), company.user("new"));
        company.object("task", "A task", Some(&old));
        let path = format!("/api/v1/users/{old}/responsibilities/transfer");
        app.admin().post(&path, json!({"successor_id": new})).expect(200);
        assert_eq!(inbox(&anna), [told("responsibility_transferred", &old)]);
    }

    // N-01, L-03, L-04: also where the service does it by itself, when somebody leaves.
    fn what_follows_when_somebody_leaves_is_told_of(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        for kind in ["responsibility_transferred", "account_blocked"] {
            subscribe(&company, &role, kind, "immediate");
        }
        let (department, position) = (company.department("d", None), company.position("p"));
        let [chief, ben, cleo] = ["chief", "ben", "cleo"].map(|name| company.person(name));
        let placed = |person: &tests::Person, to| {
            company.contract(&person.worker, &department, &position, Some("2026-01-01"), to)
        };
        placed(&chief, None);
        for person in [&ben, &cleo] {
            let contract = placed(person, Some("2026-06-15"));
            company.change("contracts", &contract, json!({"supervisor_id": chief.worker}));
        }
        company.object("task", "A task", Some(&ben.user));
        let settings = json!({"account_on_leaving": "block", "transfer_on_leaving": true});
        app.admin().patch_with("/api/v1/settings", &[], settings).expect(200);
        at(app, "2026-06-16T02:00:00Z");
        run_due(&app.app);
        let mut expected = [
            told("responsibility_transferred", &ben.user), told("account_blocked", &ben.user),
            told("account_blocked", &cleo.user),
        ];
        expected.sort();
        let mut found = inbox(&anna);
        found.sort();
        assert_eq!(found, expected);
    }

    // N-01: to one named person, who need not be in the role, and to no member then.
    fn a_named_person_is_told_alone(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        let (_, named, ben) = listener(&company, "ben", &["user.read"]);
        let body = json!({"role_id": role, "type": "account_blocked", "user_id": named});
        company.make("notification-subscriptions", body);
        let cleo = company.user("cleo");
        app.admin().post(&format!("/api/v1/users/{cleo}/block"), json!({})).expect(200);
        assert_eq!(inbox(&ben), [told("account_blocked", &cleo)]);
        assert!(inbox(&anna).is_empty());
    }

    // N-02: of whatever sort it is, only who may see it is told.
    fn of_every_sort_only_who_may_see_it_is_told(app: &TestApp) {
        let company = app.company();
        let (blind, _, anna) = listener(&company, "anna", &[]);
        let (seeing, _, ben) = listener(&company, "ben", &["user.read", "role.read", "role.sync"]);
        company.grant(&seeing, "hr", json!({"type": "all"}), &["read", "contracts.read"], &[]);
        company.make("modules", json!({"code": "fleet", "name": "Cars", "actions": ["use"]}));
        for role in [&blind, &seeing] {
            subscribe(&company, role, "fleet.due", "immediate");
        }
        let (worker, user) = (company.worker("w"), company.user("cleo"));
        let (department, position) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&worker, &department, &position, None, None);
        let run = app.admin().finished(&app.admin().verb("/api/v1/role-sync-runs").expect(202)).id();
        let all = [("user", &user), ("worker", &worker), ("contract", &contract), ("role", &blind), ("operation", &run)];
        for (kind, id) in all {
            let body = json!({"type": "fleet.due", "subject_kind": kind, "subject_id": id});
            assert_eq!(app.admin().post("/api/v1/notifications", body).expect(200).json["raised"], 1, "{kind}");
            assert_eq!(inbox(&ben)[0], told("fleet.due", id));
        }
        assert!(inbox(&anna).is_empty());
        assert_eq!((unread(&anna), unread(&ben)), (0, 5));
    }

    // N-01
    fn accounts_that_are_invited_blocked_or_await_release_are_told_of(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        for kind in ["account_invited", "account_blocked", "account_awaiting_release"] {
            subscribe(&company, &role, kind, "immediate");
        }
        let ben = company.user("ben");
        assert!(inbox(&anna).is_empty());
        app.admin().post(&format!("/api/v1/users/{ben}/block"), json!({})).expect(200);
        let body = |login: &str, state: &str| json!({
            "login": login, "first_name": "F", "last_name": "L", "email": "x@example.org", "state": state,
        });
        let cleo = company.make("users", body("cleo", "blocked"));
        let dan = company.make("users", body("dan", "invited"));
        app.admin().verb(&format!("/api/v1/users/{dan}/invite")).expect(200);
        let expected = [
            told("account_invited", &dan), told("account_awaiting_release", &cleo), told("account_blocked", &ben),
        ];
        assert_eq!(inbox(&anna), expected);
        app.admin().verb(&format!("/api/v1/users/{ben}/unblock")).expect(200);
        app.admin().post("/api/v1/users/block", json!({"user_ids": [ben]})).expect(200);
        assert_eq!(inbox(&anna)[0], told("account_blocked", &ben));
        assert_eq!(inbox(&anna).len(), 4);
        let page = anna.get(INBOX).expect(200);
        assert_eq!(page.items()[0]["sentence"], "First Last-ben was blocked.");
        assert_eq!(anna.get(&format!("{INBOX}?type=account_invited")).expect(200).items().len(), 1);
    }

    // N-01
    fn accounts_whose_roles_follow_a_contract_are_told_of_once(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &role, "rights_changed_by_role_sync", "immediate");
        let ben = company.person("ben");
        let (department, position) = (company.department("d", None), company.position("p"));
        for code in ["one", "two"] {
            company.rule(&company.automatic_role(code), json!({"departments": [{"id": department}]}));
        }
        company.contract(&ben.worker, &department, &position, None, None);
        assert_eq!(inbox(&anna), [told("rights_changed_by_role_sync", &ben.user)]);
        company.member(&role, &company.user("cleo"));
        assert_eq!(inbox(&anna).len(), 1, "memberships by hand are no role sync");
    }

    // N-01: all members, or one named person; each once, at once where any subscription says so.
    fn each_person_is_told_once_by_whatever_subscription(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        let (other, _, ben) = listener(&company, "ben", &["user.read"]);
        company.nest(&other, &role);
        subscribe(&company, &role, "account_blocked", "daily");
        subscribe(&company, &other, "account_blocked", "immediate");
        let cleo_id = company.user("cleo");
        company.member(&other, &cleo_id);
        let (away, _, dan) = listener(&company, "dan", &["user.read"]);
        let body = json!({"role_id": away, "type": "account_blocked", "user_id": cleo_id});
        company.make("notification-subscriptions", body);
        let eve = company.user("eve");
        app.admin().post(&format!("/api/v1/users/{eve}/block"), json!({})).expect(200);
        assert_eq!(inbox(&ben), [told("account_blocked", &eve)]);
        assert_eq!(inbox(&company.client(&cleo_id)), [told("account_blocked", &eve)]);
        assert!(inbox(&dan).is_empty(), "another person is named");
        assert!(inbox(&anna).is_empty(), "it comes with the daily ones");
        at(app, "2026-06-16T07:00:00Z");
        assert_eq!(inbox(&anna), [told("account_blocked", &eve)]);
        assert_eq!(inbox(&ben).len(), 1);
    }

    // N-01: at a set time in the organisation's time zone.
    fn daily_ones_come_at_their_time(app: &TestApp) {
        let company = app.company();
        app.admin()
            .patch_with("/api/v1/settings", &[], json!({"time_zone": "Europe/Prague", "daily_notifications_at": "18:30"}))
            .expect(200);
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &role, "account_blocked", "daily");
        app.admin().post(&format!("/api/v1/users/{}/block", company.user("ben")), json!({})).expect(200);
        at(app, "2026-06-15T16:29:59Z");
        assert!(inbox(&anna).is_empty());
        assert_eq!(unread(&anna), 0);
        at(app, "2026-06-15T16:30:00Z");
        let page = anna.get(INBOX).expect(200);
        assert_eq!(page.items()[0]["delivered_at"], "2026-06-15T16:30:00Z");
        assert_eq!(page.items()[0]["created_at"], "2026-06-15T12:00:00Z");
        assert_eq!(unread(&anna), 1);
        app.admin().patch_with("/api/v1/settings", &[], json!({"daily_notifications_at": "7"})).expect(422);
    }

    // N-02: nobody is notified of what they may not see, when it happens and when it is read.
    fn nobody_is_told_of_what_they_may_not_see(app: &TestApp) {
        let company = app.company();
        let (blind, _, anna) = listener(&company, "anna", &[]);
        let (role, _, ben) = listener(&company, "ben", &[]);
        let grant = company.grant(&role, "system", json!({"type": "all"}), &["user.read"], &[]);
        for one in [&blind, &role] {
            subscribe(&company, one, "account_blocked", "immediate");
        }
        let cleo = company.user("cleo");
        app.admin().post(&format!("/api/v1/users/{cleo}/block"), json!({})).expect(200);
        assert_eq!(inbox(&ben), [told("account_blocked", &cleo)]);
        assert!(inbox(&anna).is_empty());
        let id = ben.get(INBOX).expect(200).items()[0]["id"].as_str().unwrap().to_owned();
        company.remove("grants", &grant);
        assert!(inbox(&ben).is_empty());
        assert_eq!(unread(&ben), 0);
        ben.post(&format!("{INBOX}/{id}/read"), json!(null)).expect(404);
        company.grant(&blind, "system", json!({"type": "all"}), &["user.read"], &[]);
        assert!(inbox(&anna).is_empty(), "a right that came later brings nothing back");
    }

    // N-01: nobody is told of what they did themselves, nor who can't be sent a message (U-10).
    fn the_actor_and_the_absent_are_not_told(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read", "user.block"]);
        let (_, ben_id, ben) = listener(&company, "ben", &["user.read"]);
        company.member(&role, &ben_id);
        subscribe(&company, &role, "account_blocked", "immediate");
        let blocked = company.user("cleo");
        company.member(&role, &blocked);
        anna.post(&format!("/api/v1/users/{blocked}/block"), json!({})).expect(200);
        assert!(inbox(&anna).is_empty());
        assert_eq!(inbox(&ben), [told("account_blocked", &blocked)]);
        app.admin().verb(&format!("/api/v1/users/{blocked}/unblock")).expect(200);
        assert!(inbox(&company.client(&blocked)).is_empty());
    }

    // N-02
    fn what_was_read_is_marked_and_nobody_marks_it_for_another(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        let (_, ben_id, ben) = listener(&company, "ben", &["user.read"]);
        company.member(&role, &ben_id);
        subscribe(&company, &role, "account_blocked", "immediate");
        for login in ["one", "two", "three"] {
            app.admin().post(&format!("/api/v1/users/{}/block", company.user(login)), json!({})).expect(200);
            app.clock.advance(chrono::TimeDelta::minutes(1));
        }
        assert_eq!((unread(&anna), unread(&ben)), (3, 3));
        let ids = anna.ids(INBOX);
        ben.post(&format!("{INBOX}/{}/read", ids[0]), json!(null)).expect_problem(404, "not_found");
        anna.post(&format!("{INBOX}/{}/read", ids[0]), json!(null)).expect(204);
        anna.post(&format!("{INBOX}/{}/read", ids[0]), json!(null)).expect(204);
        assert_eq!((unread(&anna), unread(&ben)), (2, 3));
        assert_eq!(anna.ids(&format!("{INBOX}?unread=true")), ids[1..]);
        assert_eq!(anna.ids(&format!("{INBOX}?unread=false")), ids[..1]);
        let until = anna.get(INBOX).expect(200).items()[2]["delivered_at"].clone();
        anna.post(&format!("{INBOX}/read-all"), json!({"until": until})).expect(204);
        assert_eq!((unread(&anna), unread(&ben)), (1, 3));
        anna.post(&format!("{INBOX}/read-all"), json!({})).expect(204);
        assert_eq!((unread(&anna), unread(&ben)), (0, 3));
        let page = anna.get(&format!("{INBOX}?limit=2")).expect(200);
        let cursor = page.json["next_cursor"].as_str().unwrap();
        assert_eq!(anna.ids(&format!("{INBOX}?limit=2&cursor={cursor}")), ids[2..]);
        let body = json!({"user_id": ben_id, "name": "narrow", "scopes": ["system:user.read"]});
        let token = app.admin().post("/api/v1/api-tokens", body).expect(201).json["token"].as_str().unwrap().to_owned();
        app.with_token(&token).get(INBOX).expect_problem(404, "not_found");
    }

    // U-08, U-16: the inbox is in the document, and goes with the account; so does what others were told of it.
    fn an_inbox_is_shown_to_its_person_and_erased_with_the_account(app: &TestApp) {
        let company = app.company();
        let (role, anna_id, anna) = listener(&company, "anna", &["user.read"]);
        let (_, ben_id, ben) = listener(&company, "ben", &["user.read"]);
        company.member(&role, &ben_id);
        subscribe(&company, &role, "account_blocked", "immediate");
        let cleo = company.user("cleo");
        app.admin().post(&format!("/api/v1/users/{cleo}/block"), json!({})).expect(200);
        let document = anna.get("/api/v1/me/personal-data").expect(200).json;
        assert_eq!(document["notifications"][0]["subject_id"], json!(cleo));
        for gone in [&cleo, &anna_id] {
            app.admin().delete(&format!("/api/v1/users/{gone}")).expect(204);
            let receipt = app.admin().verb(&format!("/api/v1/users/{gone}/forget")).expect(200).json;
            let erased = receipt["erased"].as_array().unwrap();
            let inbox = erased.iter().find(|one| one["place"] == "notifications");
            // Forgetting Cleo takes what both were told; nothing is left of Anna's then.
            let rows = inbox.map(|one| one["rows"].as_i64().unwrap());
            assert_eq!(rows, (gone == &cleo).then_some(2));
        }
        assert!(inbox(&ben).is_empty());
    }

    fn notifications_are_kept_for_a_set_time(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &role, "account_blocked", "immediate");
        app.admin().post(&format!("/api/v1/users/{}/block", company.user("ben")), json!({})).expect(200);
        let tidy = || {
            let author = app.app.service().author(None);
            app.app.store().write(&author, |tx| api::jobs::remove_expired(&app.app, tx)).unwrap();
        };
        app.clock.advance(chrono::TimeDelta::days(10));
        tidy();
        assert_eq!(inbox(&anna).len(), 1);
        app.admin().patch_with("/api/v1/settings", &[], json!({"notifications_days": 9})).expect(200);
        tidy();
        assert!(inbox(&anna).is_empty());
    }

}
