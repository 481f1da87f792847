//! Activity: what somebody does just now, of which two instants are kept (U-20 to U-23).

use chrono::TimeDelta;
use domain::id::UserId;
use serde_json::{Value, json};
use tests::{Client, Person, TestApp, on_every_database};

fn path(user: &str) -> String {
    format!("/api/v1/users/{user}/activity")
}

/// Level and presence of a user, as that viewer is told.
fn told(viewer: &Client, user: &str) -> (String, String) {
    let told = viewer.get(&path(user)).expect(200);
    let word = |name: &str| told.json[name].as_str().unwrap().to_owned();
    (word("level"), word("presence"))
}

fn is(level: &str, presence: &str) -> (String, String) {
    (level.to_owned(), presence.to_owned())
}

/// A person with a session, and a head who sees what the person does.
struct Pair<'a> {
    app: &'a TestApp,
    person: Person,
    head: Client,
}

impl<'a> Pair<'a> {
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let (person, head) = (company.person("anna"), company.person("head"));
        let (top, position) = (company.department("top", None), company.position("clerk"));
        company.change("departments", &top, json!({"head_id": head.worker}));
        company.contract(&person.worker, &top, &position, Some("2026-01-01"), None);
        let head = company.client_of(&head);
        Self { app, person, head }
    }

    fn log_in(&self) -> tests::Answer {
        self.app.set_password(UserId(self.person.user.parse().unwrap()));
        self.app.log_in(&self.app.anonymous(), "anna")
    }

    fn told(&self) -> (String, String) {
        told(&self.head, &self.person.user)
    }

    fn report(&self, kind: &str) {
        let client = self.app.company().client_of(&self.person);
        client.post("/api/v1/me/activity", json!({"kind": kind})).expect(204);
    }
}

on_every_database! {
    // U-21: reading is no real action, a change is, and so is work that a frontend reports.
    fn only_changes_and_reported_work_are_real_actions(app: &TestApp) {
        let pair = Pair::new(app);
        assert_eq!(pair.told(), is("away", "unavailable"));
        let session = app.in_session(&pair.log_in());
        session.get("/api/v1/me").expect(200);
        assert_eq!(pair.told(), is("idle", "unknown"));
        pair.report("presence");
        assert_eq!(pair.told(), is("idle", "unknown"));
        pair.report("work");
        assert_eq!(pair.told(), is("working", "active"));
        app.clock.advance(TimeDelta::minutes(20));
        assert_eq!(pair.told(), is("online", "unknown"));
        // A refused change is none; one that succeeds is.
        let role = app.company().role("editors", 0);
        app.company().grant(&role, "system", json!({"type": "all"}), &["position.edit"], &[]);
        app.company().member(&role, &pair.person.user);
        let client = app.company().client_of(&pair.person);
        client.post("/api/v1/roles", json!({"code": "x", "name": "X"})).expect(403);
        assert_eq!(pair.told(), is("online", "unknown"));
        client.post("/api/v1/positions", json!({"code": "x", "name": "X"})).expect(201);
        assert_eq!(pair.told(), is("working", "active"));
        pair.head.post("/api/v1/me/activity", json!({"kind": "sleep"})).expect(400);
    }

    // U-22: level and presence follow from the two instants and the sessions.
    fn levels_follow_from_instants_and_sessions(app: &TestApp) {
        let pair = Pair::new(app);
        let tokens = pair.log_in();
        pair.report("work");
        for (minutes, expected) in [(10, is("working", "active")), (50, is("online", "unknown")), (1, is("idle", "unknown"))] {
            app.clock.advance(TimeDelta::minutes(minutes));
            assert_eq!(pair.told(), expected, "{minutes} later");
        }
        // More than two days without a sign of life; a refresh of tokens is none (U-21).
        app.clock.advance(TimeDelta::hours(48));
        let head = app.company().client_of(&Person { user: head_id(app), worker: String::new() });
        let body = json!({"refresh_token": tokens.json["refresh_token"]});
        let tokens = app.anonymous().post("/auth/refresh", body).expect(200);
        assert_eq!(told(&head, &pair.person.user), is("away", "unknown"));
        app.in_session(&tokens).get("/api/v1/me").expect(200);
        assert_eq!(told(&head, &pair.person.user), is("idle", "unknown"));
        app.in_session(&tokens).verb("/auth/logout").expect(204);
        assert_eq!(told(&head, &pair.person.user), is("signed_out", "unavailable"));
    }

    // U-22: the thresholds are settings.
    fn thresholds_are_settings(app: &TestApp) {
        let pair = Pair::new(app);
        pair.log_in();
        pair.report("work");
        app.clock.advance(TimeDelta::minutes(20));
        assert_eq!(pair.told(), is("online", "unknown"));
        let set = |settings: Value| app.admin().patch_with("/api/v1/settings", &[], settings).expect(200);
        assert_eq!(set(json!({"activity_working_minutes": 30})).json["activity_working_minutes"], 30);
        assert_eq!(pair.told(), is("working", "active"));
        set(json!({"activity_working_minutes": 1, "activity_online_minutes": 5}));
        assert_eq!(pair.told(), is("idle", "unknown"));
        app.clock.advance(TimeDelta::minutes(41));
        set(json!({"activity_away_hours": 1}));
        assert_eq!(pair.told(), is("away", "unknown"));
        app.admin().patch_with("/api/v1/settings", &[], json!({"activity_online_minutes": 0})).expect(422);
    }

    // U-23: the heads of the person's departments up the tree.
    fn heads_up_the_tree_see_it_and_other_heads_do_not(app: &TestApp) {
        let company = app.company();
        let (person, near, far, other, former) = (
            company.person("anna"), company.person("near"), company.person("far"), company.person("other"),
            company.person("former"),
        );
        let top = company.department("top", None);
        let (below, beside) = (company.department("below", Some(&top)), company.department("beside", Some(&top)));
        let position = company.position("clerk");
        for (department, head) in [(&top, &far), (&below, &near), (&beside, &other)] {
            company.change("departments", department, json!({"head_id": head.worker}));
        }
        company.contract(&person.worker, &below, &position, Some("2026-01-01"), None);
        company.contract(&former.worker, &beside, &position, Some("2026-01-01"), Some("2026-05-31"));
        for head in [&near, &far] {
            company.client_of(head).get(&path(&person.user)).expect(200);
        }
        company.client_of(&other).get(&path(&person.user)).expect_problem(404, "not_found");
        company.client_of(&other).get(&path(&former.user)).expect_problem(404, "not_found");
        // Oneself sees it; not those below; and no right in the system brings it.
        company.client_of(&person).get(&path(&person.user)).expect(200);
        company.client_of(&person).get(&path(&near.user)).expect(404);
        app.admin().get(&path(&person.user)).expect(404);
    }

    // U-23: the supervisors in the person's contracts.
    fn supervisors_see_it_while_the_contract_holds(app: &TestApp) {
        let company = app.company();
        let (person, present, former) = (company.person("anna"), company.person("present"), company.person("former"));
        let (department, position) = (company.department("d", None), company.position("clerk"));
        for (supervisor, from, to) in [(&present, "2026-01-01", "2026-12-31"), (&former, "2025-01-01", "2025-12-31")] {
            company.make("contracts", json!({
                "worker_id": person.worker, "department_id": department, "position_id": position, "state": "signed",
                "supervisor_id": supervisor.worker, "valid_from": from, "valid_to": to,
            }));
        }
        company.client_of(&present).get(&path(&person.user)).expect(200);
        company.client_of(&former).get(&path(&person.user)).expect(404);
    }

    // U-23: people who share a role of purpose `team`.
    fn members_of_a_team_see_each_other(app: &TestApp) {
        let company = app.company();
        let (anna, ben, cyril) = (company.user("anna"), company.user("ben"), company.user("cyril"));
        let team = company.make("roles", json!({"code": "team", "name": "Team", "purpose": "team"}));
        let plain = company.role("plain", 0);
        for user in [&anna, &ben] {
            company.member(&team, user);
        }
        for user in [&anna, &ben, &cyril] {
            company.member(&plain, user);
        }
        company.client(&anna).get(&path(&ben)).expect(200);
        company.client(&ben).get(&path(&anna)).expect(200);
        company.client(&cyril).get(&path(&anna)).expect(404);
        company.client(&anna).get(&path(&cyril)).expect(404);
    }

    // U-23: people who share an object's team.
    fn those_who_share_an_open_object_see_each_other(app: &TestApp) {
        let company = app.company();
        let users: Vec<String> = ["anna", "ben", "cyril", "dora"].map(|login| company.user(login)).into();
        let [anna, ben, cyril, dora] = users.as_slice() else { unreachable!() };
        company.make("objects", json!({"type": "task", "title": "T", "team_ids": [anna, ben]}));
        let done = company.make("objects", json!({"type": "task", "title": "U", "team_ids": [anna, cyril]}));
        company.change("objects", &done, json!({"state": "done"}));
        company.client(anna).get(&path(ben)).expect(200);
        company.client(ben).get(&path(anna)).expect(200);
        company.client(anna).get(&path(cyril)).expect(404);
        company.client(dora).get(&path(anna)).expect(404);
    }

    // U-23: whoever may not see it finds no field for it in any listing.
    fn lists_tell_it_to_those_who_see_it_and_to_nobody_else(app: &TestApp) {
        let pair = Pair::new(app);
        pair.log_in();
        pair.report("work");
        let find = |viewer: &Client, list: &str| -> Value {
            let page = viewer.get(list).expect(200);
            page.items().iter().find(|item| item["id"] == pair.person.user).unwrap().clone()
        };
        let told = json!({"level": "working", "presence": "active"});
        assert_eq!(find(&pair.head, "/api/v1/directory")["activity"], told);
        assert!(find(&app.admin(), "/api/v1/directory").get("activity").is_none());
        assert!(find(&app.admin(), "/api/v1/users?expand=activity").get("activity").is_none());
        let role = app.company().role("readers", 0);
        app.company().grant(&role, "system", json!({"type": "all"}), &["user.read"], &[]);
        app.company().member(&role, &head_id(app));
        assert_eq!(find(&pair.head, "/api/v1/users?expand=activity")["activity"], told);
        assert!(find(&pair.head, "/api/v1/users").get("activity").is_none());
        // By presence: only of those whom the caller sees.
        let found = |viewer: &Client, list: &str| viewer.ids(&format!("/api/v1/{list}?presence=active"));
        for list in ["directory", "users"] {
            assert_eq!(found(&pair.head, list), [pair.person.user.as_str()], "{list}");
            assert!(found(&app.admin(), list).is_empty(), "{list}: who calls by token alone has no session");
        }
        assert!(pair.head.ids("/api/v1/directory?presence=unknown").is_empty());
    }

    // U-20: two instants only, in no log, audit, feed, export or listing.
    fn the_instants_are_told_nowhere(app: &TestApp) {
        let pair = Pair::new(app);
        pair.log_in();
        let person = app.company().client_of(&pair.person);
        let revision = app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        app.clock.set("2026-06-15T13:37:42Z".parse().unwrap());
        person.post("/api/v1/me/activity", json!({"kind": "work"})).expect(204);
        app.clock.advance(TimeDelta::seconds(1));
        app.app.activity().store(app.app.store()).unwrap();
        let user = UserId(pair.person.user.parse().unwrap());
        let kept = app.app.store().read(|reader| reader.activity(&[user])).unwrap();
        assert_eq!(kept[&user].action, Some(app.clock.now() - TimeDelta::seconds(1)));
        let audit = app.admin().get("/api/v1/audit?limit=200").expect(200);
        assert_eq!(audit.items()[0]["revision"], revision, "the log knows nothing of it");
        let paths = [
            "/api/v1/audit?limit=200", "/api/v1/users?expand=activity", "/api/v1/exports/users?format=ndjson",
            "/api/v1/directory", "/api/v1/workers", "/api/v1/operations",
        ];
        for (client, paths) in [(&app.admin(), &paths[..]), (&pair.head, &["/api/v1/directory"]), (&person, &["/api/v1/me"])] {
            for path in paths {
                let text = client.get(path).expect(200).text;
                assert!(!text.contains("13:37:42"), "{path}: {text}");
            }
        }
        let told = pair.head.get(&path(&pair.person.user)).expect(200);
        assert_eq!(told.json.as_object().unwrap().len(), 3, "{}", told.text);
    }

    // U-20: of active users only.
    fn nothing_is_kept_of_who_is_not_active(app: &TestApp) {
        let pair = Pair::new(app);
        pair.log_in();
        pair.report("work");
        let user = UserId(pair.person.user.parse().unwrap());
        let kept = || {
            app.app.activity().store(app.app.store()).unwrap();
            app.app.store().read(|reader| reader.activity(&[user])).unwrap().len()
        };
        assert_eq!(kept(), 1);
        app.admin().post(&format!("/api/v1/users/{}/block", pair.person.user), json!({})).expect(200);
        assert_eq!(kept(), 0);
        assert_eq!(pair.told().0, "away");
    }

    // U-23: people who share an area, as owner or processor; readers don't.
    fn people_who_share_an_area_see_it(app: &TestApp) {
        let company = app.company();
        let (owner, anna, reader) = (company.user("owner"), company.user("anna"), company.user("reader"));
        let list = |name: &str| json!([{"name": name, "user_external_ids": [name]}]);
        let body = json!({
            "name": "a", "owner_id": owner, "new_processors": list("anna"), "new_readers": list("reader"),
        });
        let area = company.make("areas", body);
        let sees = |viewer: &str, other: &str| company.client(viewer).get(&path(other)).status == 200;
        assert!(sees(&owner, &anna) && sees(&anna, &owner));
        assert!(!sees(&reader, &anna) && !sees(&anna, &reader) && !sees(&owner, &reader));
        app.admin().verb(&format!("/api/v1/areas/{area}/archive")).expect(200);
        assert!(!sees(&owner, &anna) && !sees(&anna, &owner), "nobody works there any more");
    }
}

fn head_id(app: &TestApp) -> String {
    app.admin().ids("/api/v1/users?external_id=head").remove(0)
}
