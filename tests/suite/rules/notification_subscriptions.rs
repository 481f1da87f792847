//! Subscriptions to notifications, and the types of customers' modules (N-01).

use serde_json::{Value, json};
use tests::on_every_database;

use super::notifications::{INBOX, SUBSCRIPTIONS, inbox, listener, subscribe, told};

on_every_database! {
    // N-01: a customer's module has types of its own.
    fn a_module_tells_its_own_subscribers_and_nobody_else(app: &TestApp) {
        let company = app.company();
        let (role, anna_id, anna) = listener(&company, "anna", &["user.read"]);
        let (_, _, ben) = listener(&company, "ben", &["user.read"]);
        let module = json!({"code": "fleet", "name": "Cars", "actions": ["use"]});
        let module = company.make("modules", module);
        subscribe(&company, &role, "fleet.service_due", "immediate");
        let raise = |kind: &str, subject: &str| {
            let body = json!({"type": kind, "subject_kind": "user", "subject_id": subject, "text": "Car 1 is due."});
            app.admin().post("/api/v1/notifications", body)
        };
        assert_eq!(raise("fleet.service_due", &anna_id).expect(200).json["raised"], 1);
        assert_eq!(raise("fleet.other", &anna_id).expect(200).json["raised"], 0);
        assert_eq!(inbox(&anna), [told("fleet.service_due", &anna_id)]);
        assert_eq!(anna.get(INBOX).expect(200).items()[0]["sentence"], "First Last-anna: Car 1 is due.");
        assert!(inbox(&ben).is_empty());
        raise("garage.due", &anna_id).expect_fault(422, "unknown_notification_type", "/type").expect_rule("N-01");
        raise("account_blocked", &anna_id).expect_fault(422, "unknown_notification_type", "/type");
        let nobody = uuid::Uuid::now_v7().to_string();
        raise("fleet.service_due", &nobody).expect_fault(422, "unknown_reference", "/subject_id");
        company.change("modules", &module, json!({"active": false}));
        raise("fleet.service_due", &anna_id).expect_fault(422, "unknown_notification_type", "/type");
        let body = json!({"type": "fleet.service_due", "subject_kind": "user", "subject_id": anna_id});
        anna.post("/api/v1/notifications", body).expect_missing("system", "notification.edit");
    }

    // N-01
    fn a_subscription_is_made_once_and_stays_what_it_is_for(app: &TestApp) {
        let company = app.company();
        let (role, anna, _) = listener(&company, "anna", &[]);
        let post = |body: Value| app.admin().post(SUBSCRIPTIONS, body);
        let made = post(json!({"role_id": role, "type": "contract_ending"})).expect(201);
        assert_eq!(made.json["delivery"], "daily", "as usual for the type");
        post(json!({"role_id": role, "type": "contract_ending", "delivery": "immediate"}))
            .expect_problem(409, "subscription_exists")
            .expect_rule("N-01");
        let named = post(json!({"role_id": role, "type": "contract_ending", "user_external_id": "anna"})).expect(201);
        assert_eq!(named.json["user_id"], json!(anna));
        post(json!({"role_id": role, "type": "nothing"})).expect_fault(422, "unknown_notification_type", "/type");
        post(json!({"role_id": role, "type": "a b"})).expect_fault(422, "bad_code", "/type");
        post(json!({"type": "account_blocked"})).expect_fault(422, "required", "/role_id");
        let gone = company.user("gone");
        app.admin().post(&format!("/api/v1/users/{gone}/block"), json!({})).expect(200);
        post(json!({"role_id": role, "type": "account_blocked", "user_id": gone}))
            .expect_problem(409, "capability_missing");
        let path = format!("{SUBSCRIPTIONS}/{}", made.id());
        assert_eq!(app.admin().patch(&path, json!({"delivery": "immediate"})).expect(200).json["delivery"], "immediate");
        app.admin().patch(&path, json!({"type": "account_blocked"})).expect_fault(422, "not_changeable", "/type");
        app.admin().patch(&path, json!({"user_id": anna})).expect_fault(422, "not_changeable", "/user_id");
        let by_id = json!({"role_id": role, "type": "help_asked"});
        app.admin().put(&format!("{SUBSCRIPTIONS}/by-external-id/s-1"), by_id.clone()).expect(201);
        app.admin().put(&format!("{SUBSCRIPTIONS}/by-external-id/s-1"), by_id).expect(200);
        assert_eq!(app.admin().get(&format!("/api/v1/roles/{role}/notifications")).expect(200).items().len(), 3);
        app.admin().delete(&path).expect(204);
        assert_eq!(app.admin().get(&format!("{SUBSCRIPTIONS}?role_id={role}")).expect(200).items().len(), 2);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // R-01, U-06: they go with their role, and with the account that they name.
    fn subscriptions_go_with_role_and_person(app: &TestApp) {
        let company = app.company();
        let (role, anna, _) = listener(&company, "anna", &[]);
        subscribe(&company, &role, "account_blocked", "immediate");
        company.make("notification-subscriptions", json!({"role_id": role, "type": "help_asked", "user_id": anna}));
        // Beside those that set-up makes.
        let count = || app.admin().get(SUBSCRIPTIONS).expect(200).items().len() - 2;
        assert_eq!(count(), 2);
        app.admin().delete(&format!("/api/v1/users/{anna}")).expect(204);
        assert_eq!(count(), 1);
        app.admin().delete(&format!("/api/v1/roles/{role}")).expect(204);
        assert_eq!(count(), 0);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // N-01
    fn the_types_are_listed(app: &TestApp) {
        let page = app.company().outsider().get("/api/v1/notification-types").expect(200);
        let types: Vec<_> = page.items().iter().map(|one| one["type"].as_str().unwrap()).collect();
        // All that the rule names but what there is nothing to tell of yet: notices, webhooks.
        let expected = [
            "account_invited", "invitation_expired", "account_blocked", "account_awaiting_release",
            "rights_changed_by_role_sync", "role_sync_stopped", "help_asked", "contract_ending", "role_window_ending",
            "area_without_able_owner", "responsibility_transferred", "notice_sent",
        ];
        assert_eq!(types, expected);
    }
}
