//! What the service finds out by itself every night, and tells once (N-01).

use api::jobs::schedule::run_due;
use serde_json::json;
use tests::on_every_database;

use super::notifications::{INBOX, at, inbox, listener, subscribe, told};

on_every_database! {
    // N-01
    fn a_contract_that_ends_is_told_of_once_and_again_for_another_day(app: &TestApp) {
        let company = app.company();
        let boss = company.with_rights("boss", "hr", &["read", "contracts.read"]);
        let (blind, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &company.id_of("roles", "boss"), "contract_ending", "immediate");
        subscribe(&company, &blind, "contract_ending", "immediate");
        let (department, position) = (company.department("d", None), company.position("p"));
        let ends = |name: &str, day: Option<&str>| {
            company.contract(&company.worker(name), &department, &position, Some("2026-01-01"), day)
        };
        let soon = ends("soon", Some("2026-07-16"));
        ends("later", Some("2026-07-17"));
        ends("never", None);
        company.draft(&company.worker("draft"), &department, &position, Some("2026-01-01"), Some("2026-07-01"));
        // One that goes on the day after, in another place, is no end.
        let (moved, other) = (company.worker("moved"), company.position("q"));
        company.contract(&moved, &department, &position, Some("2026-01-01"), Some("2026-07-10"));
        company.contract(&moved, &department, &other, Some("2026-07-11"), None);
        at(app, "2026-06-16T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&boss), [told("contract_ending", &soon)]);
        let page = boss.get(INBOX).expect(200);
        assert_eq!(page.items()[0]["sentence"], "A contract of First Last-soon ends soon.");
        assert_eq!(page.items()[0]["last_day"], "2026-07-16");
        assert!(inbox(&anna).is_empty(), "she may not see it");
        at(app, "2026-06-17T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&boss).len(), 2);
        app.admin().patch_with("/api/v1/settings", &[], json!({"contract_ending_days": 1})).expect(200);
        at(app, "2026-06-18T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&boss).len(), 2, "nobody is told twice");
    }

    // N-01
    fn a_role_that_ends_is_told_of(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["role.read"]);
        subscribe(&company, &role, "role_window_ending", "immediate");
        let help = json!({"code": "help", "name": "Help at the fair", "valid_to": "2026-07-01"});
        let help = company.make("roles", help);
        at(app, "2026-06-16T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&anna), [told("role_window_ending", &help)]);
        assert_eq!(anna.get(INBOX).expect(200).items()[0]["sentence"], "The role Help at the fair ends soon.");
    }

    // N-01
    fn an_invitation_that_expired_is_told_of_once(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["user.read"]);
        subscribe(&company, &role, "invitation_expired", "immediate");
        let invite = |login: &str| {
            let user = company.make("users", json!({
                "login": login, "first_name": "F", "last_name": "L", "email": "x@example.org", "state": "invited",
            }));
            app.admin().verb(&format!("/api/v1/users/{user}/invite")).expect(200);
            user
        };
        let (late, renewed, blocked) = (invite("late"), invite("renewed"), invite("blocked"));
        at(app, "2026-06-17T11:00:00Z");
        app.admin().verb(&format!("/api/v1/users/{renewed}/invite")).expect(200);
        app.admin().post(&format!("/api/v1/users/{blocked}/block"), json!({})).expect(200);
        at(app, "2026-06-18T02:00:00Z");
        let author = app.app.service().author(None);
        app.app.store().write(&author, |tx| api::jobs::remove_expired(&app.app, tx)).unwrap();
        run_due(&app.app);
        assert_eq!(inbox(&anna), [told("invitation_expired", &late)]);
        at(app, "2026-06-19T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&anna).len(), 1);
        at(app, "2026-06-20T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&anna)[0], told("invitation_expired", &renewed));
    }
}
