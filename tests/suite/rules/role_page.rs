//! A role as one page, and roles made like another.

use domain::grant::Holder;
use domain::id::{RoleId, WageOfferId, WageTypeId};
use domain::wage::{Amount, Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use serde_json::{Value, json};
use tests::{TestApp, on_every_database};
use uuid::Uuid;

/// A role offers a wage type by request with limits, and has another of its own.
fn offer(app: &TestApp, role: &str) {
    let role = RoleId(role.parse().unwrap());
    app.app
        .write(&app.app.operator(), None, |work| {
            for (code, own) in [("overtime", false), ("bonus", true)] {
                let id = WageTypeId(Uuid::now_v7());
                let name = format!("The {code}");
                let unit = "hour".to_owned();
                let of = WageType { id, external_id: None, code: code.to_owned(), name, unit, request_group: 2 };
                work.tx.create(of)?;
                work.tx.create(WageOffer {
                    id: WageOfferId(Uuid::now_v7()),
                    external_id: None,
                    holder: Holder::Role(role),
                    wage_type_id: id,
                    own,
                    mode: if own { WageMode::Record } else { WageMode::Workflow },
                    limits: Limits { max_per_day: Amount::parse(7.5).filter(|_| !own), ..Limits::NONE },
                    window: Window::ALWAYS,
                })?;
            }
            Ok(())
        })
        .unwrap();
}

/// A role with something in every part of its page; also its people: a member by hand, one through a nested role.
fn made(app: &TestApp) -> (String, [String; 2]) {
    let company = app.company();
    let (anna, bert) = (company.user("anna"), company.user("bert"));
    let (role, inner) = (company.role("all", 7), company.role("inner", 1));
    company.member(&role, &anna);
    company.nest(&inner, &role);
    company.member(&inner, &bert);
    let department = company.department("d", None);
    company.grant(&role, "document", json!({"type": "department", "id": department}), &["read"], &[]);
    company.grant(&role, "time", json!({"type": "worker", "id": company.worker("w")}), &["record"], &["schedule"]);
    company.make("notification-subscriptions", json!({"role_id": role, "type": "account_blocked"}));
    company.change("roles", &role, json!({"manager_ids": [bert]}));
    crate::places::area(app, "Area", &bert, &[&role], &[&inner]);
    offer(app, &role);
    (role, [anna, bert])
}

on_every_database! {
    // members, modules with actions, time with workers, wage types and own wage types, notifications.
    fn a_role_reads_as_one_page(app: &TestApp) {
        let (role, [anna, bert]) = made(app);
        let page = app.admin().get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!(page["role"], app.admin().get(&format!("/api/v1/roles/{role}")).expect(200).json);
        let members = &page["members"];
        let counts = ["total", "direct_users", "nested_roles", "effective_people"].map(|name| members[name].clone());
        assert_eq!(counts, [json!(2), json!(1), json!(1), json!(2)]);
        let named: Vec<_> = members["items"].as_array().unwrap().iter().map(|one| (&one["member_id"], &one["name"])).collect();
        assert_eq!(named[0], (&json!(anna), &json!("First Last-anna")));
        assert_eq!(named[1].1, &json!("inner"));
        let own_ids: Vec<_> = members["items"].as_array().unwrap().iter().map(|one| &one["external_id"]).collect();
        assert_eq!(own_ids, [&json!("anna"), &json!("inner")]);
        assert_eq!(page["managers"][0]["id"], json!(bert));
        let modules = page["modules"].as_array().unwrap();
        assert_eq!((modules.len(), &modules[0]["module"], &modules[0]["active"]), (1, &json!("document"), &json!(true)));
        let grant = &modules[0]["grants"][0];
        assert_eq!((&grant["allow"], &grant["scope_name"]), (&json!(["read"]), &json!("d")));
        let time = &page["time"];
        let over = &time["workers"][0];
        assert_eq!((&over["allow"], &over["deny"]), (&json!(["record"]), &json!(["schedule"])));
        assert_eq!((&over["scope"]["type"], &over["scope_name"]), (&json!("worker"), &json!("First Last-w")));
        assert_eq!((&over["scope"]["external_id"], &grant["scope"]["external_id"]), (&json!("w"), &json!("d")));
        let offered = &time["wage_types"][0];
        let told = ["code", "name", "unit", "mode", "max_per_day", "max_per_month"].map(|name| offered[name].clone());
        assert_eq!(told, [json!("overtime"), json!("The overtime"), json!("hour"), json!("workflow"), json!(7.5), Value::Null]);
        assert_eq!(time["own_wage_types"][0]["code"], "bonus");
        assert_eq!((&page["areas"][0]["name"], &page["areas"][0]["as"]), (&json!("Area"), &json!("processor")));
        assert_eq!(page["notifications"][0]["type"], "account_blocked");
        assert_eq!((&page["grants_total"], &page["left_out"]), (&json!(2), &json!([])));
    }

    // its rules, if it is automatic; what follows from them is counted and locked.
    fn the_page_of_an_automatic_role_shows_its_rules(app: &TestApp) {
        let company = app.company();
        let role = company.automatic_role("auto");
        let rule = company.rule(&role, json!({"all_workers": true}));
        let person = company.person("p");
        company.contract(&person.worker, &company.department("d", None), &company.position("p"), None, None);
        let page = app.admin().get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!(page["rules"][0]["id"], json!(rule));
        let member = &page["members"]["items"][0];
        assert_eq!((&member["member_id"], &member["locked"]), (&json!(person.user), &json!(true)));
        assert_eq!(page["members"]["effective_people"], 1);
    }

    // what the caller lacks the right to read is left out, and named.
    fn what_the_caller_may_not_read_is_left_out_and_named(app: &TestApp) {
        let (role, _) = made(app);
        let company = app.company();
        let reader = company.with_rights("reader", "system", &["role.read"]);
        let page = reader.get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!(page["left_out"], json!(["names", "modules", "time.workers", "time.wage_types", "time.own_wage_types", "areas"]));
        assert_eq!((&page["time"]["wage_types"], &page["time"]["own_wage_types"]), (&json!([]), &json!([])));
        assert_eq!((&page["modules"], &page["time"]["workers"], &page["areas"]), (&json!([]), &json!([]), &json!([])));
        assert_eq!((&page["managers"], &page["grants_total"]), (&json!([]), &Value::Null));
        let member = &page["members"]["items"][0];
        assert_eq!((&member["name"], &member["external_id"]), (&Value::Null, &Value::Null));
        assert_eq!(page["notifications"][0]["type"], "account_blocked");
        let clerk = company.with_rights("clerk", "system", &["role.read", "grant.read", "user.read"]);
        let page = clerk.get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!((&page["left_out"], &page["time"]["workers"][0]["scope_name"]), (&json!(["scope_names", "areas"]), &Value::Null));
        company.outsider().get(&format!("/api/v1/roles/{role}/page")).expect_problem(403, "forbidden");
        app.admin().get(&format!("/api/v1/roles/{}/page", Uuid::now_v7())).expect_problem(404, "not_found");
    }

    // R-10, P-05: what its page says is what its members may do.
    fn a_copy_gives_its_members_what_the_role_gives(app: &TestApp) {
        let (role, [_, bert]) = made(app);
        let path = format!("/api/v1/roles/{role}/copy");
        let body = json!({"code": "copy", "name": "A copy", "external_id": "copy", "wage_offers": true, "notifications": true});
        let made = app.admin().post(&path, body).expect(201);
        let copy = made.json["role"]["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), Some(format!("/api/v1/roles/{copy}").as_str()));
        let rows = |members, rest| {
            json!({"members": members, "grants": 2 * rest, "wage_offers": 2 * rest, "notifications": rest, "rules": 0,
                "managers": rest})
        };
        assert_eq!((&made.json["copied"], &made.json["left_out"]), (&rows(0, 1), &rows(2, 0)));
        let revision = made.header("remit-revision").unwrap();
        assert_eq!(made.json["role"]["revision"].to_string(), revision, "all in one revision");
        let page = app.admin().get(&format!("/api/v1/roles/{copy}/page")).expect(200).json;
        assert_eq!((&page["role"]["priority"], &page["role"]["external_id"]), (&json!(7), &json!("copy")));
        assert_eq!((&page["members"]["total"], &page["managers"][0]["id"]), (&json!(0), &json!(bert)));
        assert_eq!(page["time"]["wage_types"][0]["code"], "overtime");
        // Both give the same, but for the area.
        let compared = app.admin().get(&format!("/api/v1/access/compare?role_id={role}&with_role_id={copy}")).expect(200).json;
        assert_eq!(compared["only_second"], json!([]));
        let only: Vec<_> = compared["only_first"].as_array().unwrap().iter().map(|right| &right["first"]["code"]).collect();
        assert!(!only.is_empty() && only.iter().all(|code| *code == "relation_allow"), "{compared}");
        let both: Vec<_> = compared["both"].as_array().unwrap().iter().map(|right| right["module"].as_str().unwrap()).collect();
        assert_eq!(both, ["document", "time"]);
        // With its members by hand, user and role.
        let made = app.admin().post(&path, json!({"code": "more", "name": "More", "members": true, "grants": false})).expect(201);
        assert_eq!((&made.json["copied"]["members"], &made.json["left_out"]["grants"]), (&json!(2), &json!(2)));
    }

    // members by rules are never copied; rules are, if wanted, and make their own.
    fn automatic_members_are_never_copied(app: &TestApp) {
        let company = app.company();
        let role = company.automatic_role("auto");
        company.rule(&role, json!({"all_workers": true}));
        let person = company.person("p");
        company.contract(&person.worker, &company.department("d", None), &company.position("p"), None, None);
        let path = format!("/api/v1/roles/{role}/copy");
        let bare = app.admin().post(&path, json!({"code": "bare", "name": "Bare", "members": true})).expect(201).json;
        assert_eq!((&bare["copied"]["members"], &bare["left_out"]["members"]), (&json!(0), &json!(1)));
        assert_eq!(bare["left_out"]["rules"], 1);
        let members = |role: &Value| {
            let id = role["role"]["id"].as_str().unwrap();
            app.admin().get(&format!("/api/v1/roles/{id}/members")).expect(200).items().len()
        };
        assert_eq!(members(&bare), 0);
        let ruled = app.admin().post(&path, json!({"code": "ruled", "name": "Ruled", "rules": true})).expect(201).json;
        assert_eq!((&ruled["copied"]["rules"], members(&ruled)), (&json!(1), 1));
    }

    // R-10, H-03: copying is held to what each part needs, and is planned whole.
    fn copying_needs_what_making_each_part_needs(app: &TestApp) {
        let (role, _) = made(app);
        let company = app.company();
        let path = format!("/api/v1/roles/{role}/copy");
        let editor = company.with_rights("editor", "system", &["role.read", "role.edit"]);
        let body = |code: &str, more: Value| {
            let mut body = json!({"code": code, "name": code});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        editor.post(&path, body("a", json!({}))).expect_problem(403, "forbidden").expect_missing("system", "grant.edit");
        editor.post(&path, body("b", json!({"grants": false}))).expect(201);
        for (part, action) in [("wage_offers", "wage_type.edit"), ("notifications", "notification.edit"), ("members", "role.assign")] {
            let refused = editor.post(&path, body("c", json!({"grants": false, part: true})));
            refused.expect_problem(403, "forbidden").expect_missing("system", action);
        }
        assert!(app.admin().get("/api/v1/roles?code=c").expect(200).items().is_empty());
        app.admin().post(&path, body("b", json!({}))).expect_problem(409, "code_taken");
        // A plan changes nothing.
        let plan = app.admin().post(&format!("{path}?plan=true"), body("d", json!({"members": true}))).expect(202).json;
        // The role, two grants, two memberships.
        assert_eq!(plan["changes"], 5);
        assert!(app.admin().get("/api/v1/roles?code=d").expect(200).items().is_empty());
    }
}
