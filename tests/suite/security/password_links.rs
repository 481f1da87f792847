//! Links to set a password: asked for by who can't log in, or made by who may release accounts.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Answer, Client, Mailbox, PASSWORD, TestApp, on_every_database};

use super::beside;

const NEW: &str = "three bright umbrellas";

fn ask(client: &Client, login: &str) -> Answer {
    client.post("/auth/password-reset", json!({"login": login})).expect(202)
}

fn set(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post("/auth/password", json!({"token": token, "password": NEW}))
}

fn token_in(answer: &Answer) -> String {
    answer.json["password_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned()
}

beside! { Mailbox:
    fn who_can_not_log_in_is_mailed_a_link(app, mailbox) {
        let company = app.company();
        let anna = company.user("anna");
        let asked = ask(&app.anonymous(), "ANNA");
        assert_eq!(asked.text, "");
        let letter = mailbox.next();
        assert_eq!(letter.to, "anna@example.org");
        assert!(letter.text.contains("From: Remit <remit@example.org>") || letter.text.contains("From: \"Remit\""));
        set(app, &letter.token()).expect(204);
        let tokens = app.anonymous().post("/auth/login", json!({"login": "anna", "password": NEW})).expect(200);
        assert_eq!(app.in_session(&tokens).get("/api/v1/me").expect(200).json["user"]["id"], anna.as_str());
        set(app, &letter.token()).expect_problem(401, "unauthenticated");
    }

    fn the_newest_link_voids_the_one_before(app, mailbox) {
        app.company().user("anna");
        ask(&app.anonymous(), "anna");
        let first = mailbox.next().token();
        // Nobody fills a mailbox: the next one waits some minutes.
        ask(&app.anonymous(), "anna");
        app.company().user("ben");
        ask(&app.anonymous(), "ben");
        assert_eq!(mailbox.next().to, "ben@example.org");
        assert!(mailbox.at_hand().is_none());
        app.clock.advance(TimeDelta::minutes(5));
        ask(&app.anonymous(), "anna");
        let second = mailbox.next().token();
        set(app, &first).expect_problem(401, "unauthenticated");
        app.clock.advance(TimeDelta::hours(47));
        set(app, &second).expect(204);
    }

    // Whether there is such an account shows in no answer, and others get no letter.
    fn all_requests_are_answered_alike(app, mailbox) {
        let company = app.company();
        let blocked = company.user("blocked");
        app.admin().post(&format!("/api/v1/users/{blocked}/block"), json!({})).expect(200);
        let robot = json!({"kind": "service", "display_name": "R", "login": "robot", "email": "r@example.org"});
        app.admin().post("/api/v1/users", robot).expect(201);
        company.user("anna");
        let answers: Vec<Answer> = ["nobody", "blocked", "robot", "anna"].map(|login| ask(&app.anonymous(), login)).into();
        for answer in &answers {
            assert_eq!((answer.status, answer.text.as_str()), (202, ""));
            let names = |answer: &Answer| {
                let names = answer.headers.keys().map(|name| name.as_str().to_owned());
                names.collect::<std::collections::BTreeSet<String>>()
            };
            assert_eq!(names(answer), names(&answers[0]));
        }
        assert_eq!(mailbox.next().to, "anna@example.org");
        assert!(mailbox.at_hand().is_none());
    }

    fn a_link_made_for_somebody_is_mailed_and_not_shown(app, mailbox) {
        let anna = app.company().user("anna");
        let path = format!("/api/v1/users/{anna}/password-link");
        let made = app.admin().verb(&path).expect(200);
        assert_eq!((&made.json["password_link"], &made.json["mailed"]), (&json!(null), &json!(true)));
        assert_eq!(made.json["user"]["id"], anna.as_str());
        let letter = mailbox.next();
        assert_eq!(letter.to, "anna@example.org");
        set(app, &letter.token()).expect(204);
        // A repeated request sends no second letter.
        let twice = || app.admin().send("POST", &path, &[("idempotency-key", "k")], Some(b"")).expect(200);
        assert_eq!(twice().json, twice().json);
        mailbox.next();
        app.company().user("ben");
        ask(&app.anonymous(), "ben");
        assert_eq!(mailbox.next().to, "ben@example.org");
    }

    fn a_server_that_refuses_stops_nothing(app, mailbox) {
        let company = app.company();
        company.user("anna");
        mailbox.refuse();
        ask(&app.anonymous(), "anna");
        ask(&app.anonymous(), "nobody");
        app.admin().get("/api/v1/me").expect(200);
        assert!(mailbox.at_hand().is_none());
    }
}

on_every_database! {
    fn without_a_mail_server_the_link_is_shown_once(app: &TestApp) {
        let anna = app.company().user("anna");
        let path = format!("/api/v1/users/{anna}/password-link");
        let send = || app.admin().send("POST", &path, &[("idempotency-key", "k")], Some(b"")).expect(200);
        let (first, again) = (send(), send());
        assert_eq!((&first.json["mailed"], &again.json["password_link"]), (&json!(false), &json!(null)));
        let second = app.admin().verb(&path).expect(200);
        set(app, &token_in(&first)).expect_problem(401, "unauthenticated");
        set(app, &token_in(&second)).expect(204);
        let log = app.admin().get("/api/v1/audit?limit=10").expect(200);
        assert!(!log.text.contains(&token_in(&second)));
        // Nobody is written to, and nobody sees that.
        assert_eq!(ask(&app.anonymous(), "anna").text, "");
    }

    fn a_link_set_ends_the_sessions_before(app: &TestApp) {
        let anna = app.company().user("anna");
        app.set_password(anna.parse::<uuid::Uuid>().unwrap().into());
        let before = app.log_in(&app.anonymous(), "anna");
        let link = app.admin().verb(&format!("/api/v1/users/{anna}/password-link")).expect(200);
        set(app, &token_in(&link)).expect(204);
        app.in_session(&before).get("/api/v1/me").expect_problem(401, "unauthenticated");
        let old = app.anonymous().post("/auth/login", json!({"login": "anna", "password": PASSWORD}));
        old.expect_problem(401, "invalid_credentials");
    }

    // U-10: a link is for accounts that can log in with a password.
    fn only_who_can_log_in_gets_a_link(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let robot = admin.post("/api/v1/users", json!({"kind": "service", "display_name": "R"})).expect(201).id();
        let blocked = company.user("blocked");
        admin.post(&format!("/api/v1/users/{blocked}/block"), json!({})).expect(200);
        for user in [robot, blocked] {
            let refused = admin.verb(&format!("/api/v1/users/{user}/password-link"));
            refused.expect_problem(409, "capability_missing").expect_rule("U-10");
        }
        let own = admin.verb(&format!("/api/v1/users/{}/password-link", app.admin_id));
        own.expect_problem(409, "own_account");
    }

    // Whoever is shown a link could log in with it, so it must lead to no more rights.
    fn nobody_gets_a_link_into_an_account_that_may_do_more(app: &TestApp) {
        let company = app.company();
        let helper = company.caller("helper", &["user-administrator"]);
        let to = |user: &str| helper.verb(&format!("/api/v1/users/{user}/password-link"));
        to(&company.user("plain")).expect(200);
        let auditor = company.user("auditor");
        company.member(&company.id_of("roles", "auditor"), &auditor);
        to(&auditor).expect_missing("system", "grant.read");
        to(&app.admin_id.to_string()).expect_missing("system", "settings.edit");
        company.outsider().verb(&format!("/api/v1/users/{auditor}/password-link")).expect_missing("system", "user.release");
    }
}
