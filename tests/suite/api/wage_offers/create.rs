use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, body, wage_type};

on_every_database! {
    // P-07
    fn holder_and_wage_type_are_named_by_ones_own_ids(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana, overtime) = (company.role("r", 0), company.user("jana"), wage_type(&company, "overtime"));
        company.change("wage-types", &overtime, json!({"external_id": "wt-9"}));
        let made = admin.post(ALL, json!({"holder_external_id": "r", "wage_type_external_id": "overtime"})).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = json!({
            "holder_type": "role", "holder_id": role, "wage_type_id": overtime, "own": false, "mode": "record",
            "max_per_entry": null, "max_per_day": null, "max_per_month": null, "max_per_year": null,
            "valid_from": null, "valid_to": null, "external_id": null,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let personal = json!({
            "holder_type": "user", "holder_external_id": "jana", "wage_type_external_id": "wt-9", "mode": "workflow",
            "max_per_entry": 7.5, "max_per_day": 8, "max_per_month": 20.125, "max_per_year": 1_000_000,
            "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        });
        let made = admin.post(ALL, personal).expect(201).json;
        assert_eq!((&made["holder_id"], &made["wage_type_id"], &made["mode"]), (&json!(jana), &json!(overtime), &json!("workflow")));
        let limits = ["max_per_entry", "max_per_day", "max_per_month", "max_per_year"].map(|name| made[name].clone());
        assert_eq!(limits, [json!(7.5), json!(8), json!(20.125), json!(1_000_000)]);
    }

    // P-07
    fn bad_offers_are_refused(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana, overtime) = (company.role("r", 0), company.user("jana"), wage_type(&company, "overtime"));
        let post = |more: Value| {
            let mut body = body(&role, &overtime);
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            admin.post(ALL, body)
        };
        assert_eq!(admin.post(ALL, json!({})).expect(422).pointers(), ["/holder_id", "/wage_type_id"]);
        post(json!({"holder_id": jana})).expect_fault(422, "unknown_reference", "/holder_id");
        post(json!({"wage_type_id": role})).expect_fault(422, "unknown_reference", "/wage_type_id");
        let named = json!({"holder_id": role, "wage_type_external_id": "none"});
        admin.post(ALL, named).expect_fault(422, "unknown_reference", "/wage_type_external_id");
        post(json!({"mode": "both"})).expect_fault(400, "unknown_value", "/mode");
        for amount in [json!(-1), json!(1_000_000.5)] {
            post(json!({"max_per_day": amount})).expect_fault(422, "out_of_range", "/max_per_day");
        }
        post(json!({"max_per_day": 0.0001})).expect_fault(422, "bad_value", "/max_per_day");
        post(json!({"max_per_day": "8"})).expect_fault(400, "wrong_type", "/max_per_day");
        let contradiction = post(json!({"max_per_day": 8, "max_per_month": 7}));
        contradiction.expect_fault(422, "wage_limits_contradict", "/max_per_month").expect_rule("P-07");
        post(json!({"valid_from": "2026-02-01", "valid_to": "2026-01-01"})).expect_fault(422, "window_reversed", "/valid_to");
        assert!(admin.ids(ALL).is_empty());
    }

    // P-07: a role's own wage types are recorded for everybody, without mode and limits.
    fn own_ones_are_a_roles_without_mode_and_limits(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana, bonus) = (company.role("r", 0), company.user("jana"), wage_type(&company, "bonus"));
        let wrong = json!({
            "holder_type": "user", "holder_id": jana, "wage_type_id": bonus, "own": true, "mode": "workflow",
            "max_per_year": 5,
        });
        let refused = admin.post(ALL, wrong).expect(422);
        assert_eq!(refused.pointers(), ["/own", "/mode", "/max_per_year"]);
        let own = admin.post(ALL, json!({"holder_id": role, "wage_type_id": bonus, "own": true})).expect(201);
        assert_eq!(own.json["own"], true);
        // The same may be offered beside it.
        admin.post(ALL, body(&role, &bonus)).expect(201);
    }

    // P-07: two settings of one holder for one wage type don't hold on the same day.
    fn settings_of_a_holder_do_not_meet(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, other, overtime) = (company.role("r", 0), company.role("s", 0), wage_type(&company, "overtime"));
        let post = |role: &str, from: Value, to: Value| {
            let window = json!({"holder_id": role, "wage_type_id": overtime, "valid_from": from, "valid_to": to});
            admin.post(ALL, window)
        };
        let first = post(&role, Value::Null, json!("2026-03-31")).expect(201).id();
        let refused = post(&role, json!("2026-03-31"), Value::Null).expect_problem(409, "wage_offer_exists");
        assert!(refused.expect_rule("P-07").json["detail"].as_str().unwrap().contains(&first));
        post(&role, Value::Null, Value::Null).expect_problem(409, "wage_offer_exists");
        let second = post(&role, json!("2026-04-01"), Value::Null).expect(201).id();
        post(&other, Value::Null, Value::Null).expect(201);
        let patch = admin.patch(&format!("{ALL}/{second}"), json!({"valid_from": "2026-03-01"}));
        patch.expect_problem(409, "wage_offer_exists");
        admin.patch(&format!("{ALL}/{second}"), json!({"valid_from": "2026-05-01"})).expect(200);
    }

    // P-07: `remit check` finds settings that meet.
    fn settings_that_meet_are_a_fault(app: &TestApp) {
        let company = app.company();
        let (role, overtime) = (company.role("r", 0), wage_type(&company, "overtime"));
        let mut first = body(&role, &overtime);
        first["valid_to"] = json!("2026-03-31");
        let first = company.make("wage-offers", first);
        assert_eq!(app.faults(), Vec::<String>::new());
        let second = |work: &mut api::commands::Work<'_, '_>| {
            let mut offer = work.get::<domain::wage::WageOffer>(first.parse().unwrap())?.value;
            offer.id = domain::id::WageOfferId(uuid::Uuid::now_v7());
            offer.window.valid_from = offer.window.valid_to;
            Ok(work.tx.create(offer)?)
        };
        app.app.write(&app.app.operator(), None, second).unwrap();
        let faults = app.faults();
        assert!(matches!(&faults[..], [one] if one.starts_with("P-07: offer")), "{faults:?}");
    }

    // P-07, G-3: a personal holder is an account that can be given rights in working time.
    fn not_every_account_is_a_personal_holder(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let overtime = wage_type(&company, "overtime");
        let post = |user: &str| {
            admin.post(ALL, json!({"holder_type": "user", "holder_id": user, "wage_type_id": overtime}))
        };
        let gone = company.user("gone");
        company.remove("users", &gone);
        post(&gone).expect_fault(409, "capability_missing", "/holder_id");
        let outside = json!({
            "kind": "external_administrator", "login": "olga", "first_name": "O", "last_name": "P",
            "email": "olga@example.org",
        });
        let refused = post(&company.make("users", outside));
        refused.expect_fault(409, "guard_external_administrator", "/holder_id").expect_rule("G-3");
        post(&company.user("jana")).expect(201);
    }

    fn it_needs_wage_type_edit(app: &TestApp) {
        let company = app.company();
        let body = body(&company.role("r", 0), &wage_type(&company, "overtime"));
        company.outsider().post(ALL, body.clone()).expect_missing("system", "wage_type.edit");
        company.with_rights("reader", "system", &["grant.read"]).post(ALL, body.clone()).expect_missing("system", "wage_type.edit");
        company.with_rights("editor", "system", &["wage_type.edit"]).post(ALL, body).expect(201);
    }

    // H-03
    fn it_can_be_planned(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let body = body(&company.role("r", 0), &wage_type(&company, "overtime"));
        let plan = admin.post(&format!("{ALL}?plan=true"), body).expect(202);
        assert!(admin.ids(ALL).is_empty());
        let changes = admin.get(&format!("/api/v1/plans/{}/changes", plan.id())).expect(200);
        assert_eq!(changes.items()[0]["entity"], "wage_offer", "{}", changes.text);
        admin.verb(&format!("/api/v1/plans/{}/apply", plan.id())).expect(200);
        assert_eq!(admin.ids(ALL).len(), 1);
    }

    // H-01
    fn it_is_logged(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let id = company.make("wage-offers", body(&company.role("r", 0), &wage_type(&company, "overtime")));
        company.change("wage-offers", &id, json!({"max_per_day": 2}));
        company.remove("wage-offers", &id);
        let log = admin.get(&format!("/api/v1/audit?entity=wage_offer&entity_id={id}")).expect(200);
        let sides = |item: &Value| (item["before"].is_object(), item["after"].is_object());
        let sides: Vec<_> = log.items().iter().map(sides).collect();
        assert_eq!(sides, [(true, false), (true, true), (false, true)], "{}", log.text);
    }
}
