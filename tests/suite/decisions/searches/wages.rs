//! Recording a wage type: who may, for whom (P-07).

use domain::grant::Holder;
use domain::id::{Kind, RoleId, UserId, WageOfferId, WageTypeId};
use domain::wage::{Amount, Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use persistence::{Actor, Author};
use uuid::Uuid;

use super::*;

/// A wage type that is offered to users, each in a mode, eight hours a day, and that is a role's own.
fn offered(app: &TestApp, code: &str, to: &[(&str, WageMode)], own_of: Option<&str>) {
    let wage_type_id = WageTypeId(Uuid::now_v7());
    let id = |text: &str| text.parse::<Uuid>().unwrap();
    let wage_type = WageType {
        id: wage_type_id,
        external_id: None,
        code: code.into(),
        name: code.into(),
        unit: "hour".into(),
        request_group: 1,
    };
    let offer = |holder, own, mode| WageOffer {
        id: WageOfferId(Uuid::now_v7()),
        external_id: None,
        holder,
        wage_type_id,
        own,
        mode,
        limits: Limits { max_per_day: (!own).then_some(Amount::thousandths(8_000)), ..Limits::NONE },
        window: Window::ALWAYS,
    };
    assert_eq!(Kind::WageType.as_str(), "wage_type");
    let author = Author::new(Actor::Operator);
    let written = app.app.store().write(&author, |tx| {
        tx.create(wage_type)?;
        for (user, mode) in to {
            tx.create(offer(Holder::User(UserId(id(user))), false, *mode))?;
        }
        own_of.map_or(Ok(()), |role| tx.create(offer(Holder::Role(RoleId(id(role))), true, WageMode::Record)))
    });
    app.app.live().follow(&written.unwrap());
}

fn recording(mut body: Value, properties: Value) -> Value {
    body["action"]["properties"] = properties;
    body
}

on_every_database! {
    // P-07: who may record a wage type for a worker, directly or by asking; for whom somebody may.
    fn a_wage_type_is_searched_for(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (bert, carl) = (company.person("bert"), company.person("carl"));
        let keepers = company.role("keepers", 0);
        company.grant(&keepers, "time", json!({"type": "all"}), &["record"], &[]);
        company.member(&keepers, &carl.user);
        let owners = company.role("owners", 0);
        let dora = company.user("dora");
        company.member(&owners, &dora);
        offered(app, "overtime", &[(&bert.user, WageMode::Record), (&carl.user, WageMode::Workflow)], None);
        offered(app, "bonus", &[], Some(&owners));
        let who = |worker: &str, properties: Value| {
            let body = recording(who("user", "time:record", ("worker", worker)), properties);
            let all = found(&app.admin().post(SUBJECTS, body).expect(200));
            all.into_iter().filter(|name| *name != app.admin_id.to_string()).collect::<Vec<_>>()
        };
        let whom = |user: &str, properties: Value| {
            let body = recording(what(("user", user), "time:record", "worker"), properties);
            found(&app.admin().post(RESOURCES, body).expect(200))
        };
        let overtime = || json!({"wage_type": "overtime"});
        let asking = || json!({"wage_type": "overtime", "mode": "workflow"});
        assert_eq!(who("bert", overtime()), ["bert", "carl"]);
        assert_eq!(who("carl", overtime()), [""; 0]);
        assert_eq!(who("carl", asking()), ["carl"]);
        assert_eq!(who("x", overtime()), [""; 0]);
        assert_eq!(who("x", json!({"wage_type": "bonus"})), ["dora"]);
        assert_eq!(whom("carl", overtime()), ["bert"]);
        assert_eq!(whom("carl", asking()), ["bert", "carl"]);
        assert_eq!(whom("bert", json!({"wage_type": "overtime", "mode": "record"})), ["bert"]);
        assert_eq!(whom("dora", json!({"wage_type": "bonus"})).len(), 4);
        // So much: within the limits, which a role's own types have not.
        let much = |amount: f64, day: f64| json!({"wage_type": "overtime", "amount": amount, "recorded": {"day": day}});
        assert_eq!((who("bert", much(2.0, 6.0)), whom("carl", much(8.0, 0.0))), (vec!["bert".into(), "carl".into()], vec!["bert".into()]));
        assert_eq!((who("bert", much(2.0, 6.5)), whom("carl", much(9.0, 0.0))), (vec![], vec![]));
        assert_eq!(who("carl", json!({"wage_type": "overtime", "mode": "workflow", "amount": 9})), [""; 0]);
        assert_eq!(who("x", json!({"wage_type": "bonus", "amount": 9})), ["dora"]);
        // Unknown: nothing. Without one: the right to record.
        assert_eq!(who("bert", json!({"wage_type": "none"})), [""; 0]);
        assert_eq!(whom("carl", json!({"wage_type": "none"})), [""; 0]);
        assert_eq!(who("bert", json!({"wage_type": null, "frob": 1})), ["carl"]);
        // Only `time:record` is about wage types.
        let other = recording(what(("user", "carl"), "hr:read", "worker"), json!({"wage_type": 7, "mode": 7}));
        assert_eq!(found(&app.admin().post(RESOURCES, other).expect(200)), ["carl"]);
        let other = recording(what(("user", "carl"), "time:schedule", "worker"), json!({"wage_type": "overtime"}));
        refused(app.admin().post(RESOURCES, other), "/action/properties/wage_type");
    }

    fn what_is_said_of_a_wage_type_must_be_right(app: &TestApp) {
        let _scene = Scene::new(app);
        for (path, body) in [
            (SUBJECTS, who("user", "time:record", ("worker", "x"))),
            (RESOURCES, what(("user", "anna"), "time:record", "worker")),
        ] {
            for (properties, pointer) in [
                (json!("x"), "/action/properties"),
                (json!({"wage_type": 7}), "/action/properties/wage_type"),
                (json!({"wage_type": "a", "mode": "other"}), "/action/properties/mode"),
                (json!({"mode": 7}), "/action/properties/mode"),
                (json!({"amount": "much"}), "/action/properties/amount"),
            ] {
                refused(app.admin().post(path, recording(body.clone(), properties)), pointer);
            }
        }
    }
}
