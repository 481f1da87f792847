//! Wage types: what is offered, how, with which limits (P-07), and who checks and closes requests (P-08).

use serde_json::{Value, json};
use tests::{Answer, Client, Company, on_every_database};

use super::{no, yes};

/// A wage type of that code and request group; its id.
fn wage_type(company: &Company<'_>, code: &str, group: i32) -> String {
    company.make("wage-types", json!({"code": code, "name": code, "unit": "hour", "request_group": group}))
}

/// An offer with more fields than holder and wage type; its id.
fn offer(company: &Company<'_>, (kind, holder): (&str, &str), wage_type: &str, more: Value) -> String {
    let mut body = json!({"holder_type": kind, "holder_id": holder, "wage_type_external_id": wage_type});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    company.make("wage-offers", body)
}

fn mine(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/me/wage-types{query}")).expect(200).json
}

/// Code and mode of each wage type that is offered.
fn offered(told: &Value) -> Vec<(&str, &str)> {
    let items = told["items"].as_array().unwrap();
    items.iter().map(|item| (item["code"].as_str().unwrap(), item["mode"].as_str().unwrap())).collect()
}

/// The codes of the wage types that are the user's own.
fn own(told: &Value) -> Vec<&str> {
    let own = told["own_wage_types"].as_array().unwrap();
    own.iter().map(|item| item["code"].as_str().unwrap()).collect()
}

/// The offers in a list of them.
fn offers(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|voice| voice["offer_id"].as_str().unwrap()).collect()
}

/// Per entry, day, month and year.
fn limits(item: &Value) -> [Value; 4] {
    ["max_per_entry", "max_per_day", "max_per_month", "max_per_year"].map(|name| item[name].clone())
}

fn approvers(client: &Client, worker: &str, wage_type: &str) -> Answer {
    client.get(&format!("/api/v1/workers/{worker}/approvers?wage_type={wage_type}")).expect(200)
}

/// The entries of a list but that of the administrator, who may do everything.
fn others<'a>(answer: &'a Answer, list: &str) -> Vec<&'a Value> {
    answer.json[list].as_array().unwrap().iter().filter(|one| !one["user"]["external_id"].is_null()).collect()
}

fn ids(answer: &Answer, list: &str) -> Vec<String> {
    others(answer, list).iter().map(|one| one["user"]["id"].as_str().unwrap().to_owned()).collect()
}

on_every_database! {
    // P-07: different types add up; on one type the highest priority, among equals field by field the stricter.
    fn roles_add_up_and_on_one_type_the_strongest_decide(app: &TestApp) {
        let company = app.company();
        let jana = company.person("jana");
        let roles = [("low", 1), ("high", 5), ("same", 5)].map(|(code, priority)| company.role(code, priority));
        roles.iter().for_each(|role| drop(company.member(role, &jana.user)));
        let [low, high, same] = &roles;
        for code in ["overtime", "holiday"] {
            wage_type(&company, code, 1);
        }
        let lost = offer(&company, ("role", low), "overtime", json!({"max_per_day": 1}));
        let only = offer(&company, ("role", low), "holiday", json!({"mode": "workflow"}));
        let first = offer(&company, ("role", high), "overtime", json!({"max_per_day": 8, "max_per_month": 20}));
        let client = company.client_of(&jana);
        let told = mine(&client, "");
        assert_eq!(offered(&told), [("holiday", "workflow"), ("overtime", "record")]);
        assert_eq!((&told["worker_id"], &told["day"], &told["active"]), (&json!(jana.worker), &json!("2026-06-15"), &json!(true)));
        assert_eq!((&told["code"], &told["for_worker_id"]), (&Value::Null, &Value::Null));
        let overtime = &told["items"][1];
        assert_eq!(limits(overtime), [Value::Null, json!(8), json!(20), Value::Null]);
        assert_eq!(offers(&overtime["decided_by"]), [first.as_str()]);
        let by = &overtime["decided_by"][0];
        assert_eq!((&by["via"], &by["role_id"], &by["priority"]), (&json!("role"), &json!(high), &json!(5)));
        assert_eq!(offers(&overtime["set_aside"]), [lost.as_str()]);
        assert_eq!(overtime["set_aside"][0]["reason"], "lower_priority");
        assert_eq!(offers(&told["items"][0]["decided_by"]), [only.as_str()]);
        // Workflow before record, the lower limit; absent means unlimited.
        let second = offer(&company, ("role", same), "overtime", json!({"mode": "workflow", "max_per_day": 7.5, "max_per_year": 99}));
        let told = mine(&client, "");
        let overtime = &told["items"][1];
        assert_eq!((&overtime["mode"], limits(overtime)), (&json!("workflow"), [Value::Null, json!(7.5), json!(20), json!(99)]));
        // Two roles compared tell how each offers what they offer differently (P-05).
        let compared = app.admin().get(&format!("/api/v1/access/compare?role_id={low}&with_role_id={high}")).expect(200);
        let found = compared.json["wage_types"].as_array().unwrap();
        let told: Vec<_> = found.iter().map(|one| (&one["wage_type"], &one["first"]["mode"], &one["second"]["max_per_day"])).collect();
        assert_eq!(told, [(&json!("holiday"), &json!("workflow"), &Value::Null), (&json!("overtime"), &json!("record"), &json!(8))]);
        assert_eq!((&found[0]["second"], &found[1]["first"]["max_per_day"]), (&Value::Null, &json!(1)));
        let same = app.admin().get(&format!("/api/v1/access/compare?role_id={low}&with_role_id={low}")).expect(200);
        assert_eq!(same.json["wage_types"], json!([]));
        // What guards and switched-off modules keep away, nobody has: as decisions have it.
        let nobody = company.user("nobody");
        let differing = || {
            let path = format!("/api/v1/access/compare?user_id={}&with_user_id={nobody}", jana.user);
            let compared = app.admin().get(&path).expect(200);
            compared.json["wage_types"].as_array().unwrap().len()
        };
        assert_eq!(differing(), 2);
        company.change("modules", &company.id_of("modules", "time"), json!({"active": false}));
        assert_eq!(differing(), 0);
        company.change("modules", &company.id_of("modules", "time"), json!({"active": true}));
        app.admin().post(&format!("/api/v1/users/{}/block", jana.user), json!({})).expect(200);
        assert_eq!(differing(), 0);
        let told = app.admin().get(&format!("/api/v1/users/{}/wage-types", jana.user)).expect(200).json;
        assert_eq!((&told["active"], &told["code"]), (&json!(false), &json!("guard_state")));
        app.admin().post(&format!("/api/v1/users/{}/unblock", jana.user), json!({})).expect(200);
        assert_eq!(offers(&overtime["decided_by"]), [first.as_str(), second.as_str()]);
    }

    // P-07: a personal setting for a type sets the roles' settings of that type aside.
    fn a_personal_setting_sets_the_roles_aside(app: &TestApp) {
        let company = app.company();
        let (jana, role) = (company.person("jana"), company.role("strong", 900));
        company.member(&role, &jana.user);
        for code in ["overtime", "holiday"] {
            wage_type(&company, code, 1);
        }
        let by_role = offer(&company, ("role", &role), "overtime", json!({"mode": "workflow", "max_per_day": 1}));
        offer(&company, ("role", &role), "holiday", json!({"mode": "workflow"}));
        let personal = offer(&company, ("user", &jana.user), "overtime", json!({"valid_to": "2026-06-30"}));
        let client = company.client_of(&jana);
        let told = mine(&client, "");
        assert_eq!(offered(&told), [("holiday", "workflow"), ("overtime", "record")]);
        let overtime = &told["items"][1];
        assert_eq!((limits(overtime), offers(&overtime["decided_by"])), ([const { Value::Null }; 4], vec![personal.as_str()]));
        let by = &overtime["decided_by"][0];
        assert_eq!((&by["via"], &by["role_id"], &by["priority"]), (&json!("personal"), &Value::Null, &Value::Null));
        assert_eq!(offers(&overtime["set_aside"]), [by_role.as_str()]);
        assert_eq!(overtime["set_aside"][0]["reason"], "personal_takes_precedence");
        // Its window ends.
        assert_eq!(offered(&mine(&client, "?at=2026-07-01")), [("holiday", "workflow"), ("overtime", "workflow")]);
        company.remove("wage-offers", &personal);
        assert_eq!(offered(&mine(&client, "")), [("holiday", "workflow"), ("overtime", "workflow")]);
    }

    // P-07: for another, what that worker is offered, if the caller may record there, and the caller's own wage types
    // for every worker: only guards limit those.
    fn recording_for_another(app: &TestApp) {
        let company = app.company();
        let (clerk, jana, other) = (company.person("clerk"), company.person("jana"), company.person("other"));
        let (staff, payroll) = (company.role("staff", 0), company.role("payroll", 0));
        company.member(&staff, &jana.user);
        company.member(&payroll, &clerk.user);
        for code in ["bonus", "overtime", "travel"] {
            wage_type(&company, code, 2);
        }
        offer(&company, ("role", &staff), "overtime", json!({"mode": "workflow", "max_per_day": 4}));
        offer(&company, ("user", &clerk.user), "travel", json!({}));
        let bonus = offer(&company, ("role", &payroll), "bonus", json!({"own": true}));
        company.grant(&payroll, "time", json!({"type": "worker", "id": jana.worker}), &["record"], &[]);
        let client = company.client_of(&clerk);
        let told = mine(&client, "");
        assert_eq!((offered(&told), own(&told)), (vec![("travel", "record")], vec!["bonus"]));
        let by = &told["own_wage_types"][0]["decided_by"][0];
        assert_eq!((&by["offer_id"], &by["role_id"]), (&json!(bonus), &json!(payroll)));
        // By Remit's id and by one's own.
        for name in [&jana.worker, "jana"] {
            let told = mine(&client, &format!("?for_worker={name}"));
            assert_eq!((offered(&told), own(&told), &told["code"]), (vec![("overtime", "workflow")], vec!["bonus"], &Value::Null));
            assert_eq!((&told["for_worker_id"], &told["worker_id"]), (&json!(jana.worker), &json!(clerk.worker)));
            assert_eq!(limits(&told["items"][0])[1], 4);
        }
        // No right to record there: the decision's code, and own wage types nevertheless.
        let told = mine(&client, "?for_worker=other");
        assert_eq!((offered(&told), own(&told), &told["code"]), (vec![], vec!["bonus"], &json!("no_grant")));
        assert_eq!(told["reason_user"], "You have no right to do this here.");
        // Nobody needs a right to record for themselves.
        let told = mine(&client, "?for_worker=clerk");
        assert_eq!((offered(&told), own(&told), &told["code"]), (vec![("travel", "record")], vec!["bonus"], &Value::Null));
        // A worker without an account is offered nothing; one that is not there is not known.
        company.worker("alone");
        company.grant(&payroll, "time", json!({"type": "all"}), &["record"], &[]);
        let told = mine(&client, "?for_worker=alone");
        assert_eq!((offered(&told), own(&told), &told["code"]), (vec![], vec!["bonus"], &json!("subject_not_linked")));
        let told = mine(&client, "?for_worker=nobody");
        assert_eq!((offered(&told), own(&told), &told["code"]), (vec![], vec![], &json!("unknown_resource")));
        // G-4: a guard limits own wage types too.
        let rule = company.make("protection-rules", json!({"name": "P", "module": "time", "role_ids": [payroll]}));
        let told = mine(&client, "?for_worker=other");
        assert_eq!((own(&told), &told["code"]), (vec![], &json!("guard_protection_rule")));
        assert_eq!(own(&mine(&client, "?for_worker=clerk")), ["bonus"]);
        company.remove("protection-rules", &rule);
        let module = company.id_of("modules", "time");
        company.change("modules", &module, json!({"active": false}));
        let told = mine(&client, &format!("?for_worker={}", other.worker));
        assert_eq!((own(&told), &told["code"]), (vec![], &json!("module_off")));
        let told = mine(&client, "");
        assert_eq!((offered(&told), own(&told), &told["code"]), (vec![], vec![], &json!("module_off")));
    }

    // P-07, G-3, G-1: of others it needs access.check; guards and states are told.
    fn asking_about_others(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, role) = (company.person("jana"), company.role("r", 0));
        company.member(&role, &jana.user);
        wage_type(&company, "overtime", 2);
        offer(&company, ("role", &role), "overtime", json!({}));
        let path = format!("/api/v1/users/{}/wage-types", jana.user);
        company.outsider().get(&path).expect_missing("system", "access.check");
        let checker = company.with_rights("checker", "system", &["access.check"]);
        assert_eq!(checker.get(&path).expect(200).json, mine(&company.client_of(&jana), ""));
        checker.get(&format!("/api/v1/users/{}/wage-types", uuid::Uuid::nil())).expect_problem(404, "not_found");
        let bad = checker.get(&format!("{path}?at=never&frob=1")).expect_problem(400, "bad_parameter");
        assert_eq!(bad.pointers(), ["at", "frob"]);
        admin.post(&format!("/api/v1/users/{}/block", jana.user), json!({})).expect(200);
        let told = checker.get(&path).expect(200).json;
        assert_eq!((&told["active"], offered(&told)), (&json!(false), vec![("overtime", "record")]));
        let told = checker.get(&format!("{path}?for_worker=jana")).expect(200).json;
        assert_eq!((&told["code"], offered(&told)), (&json!("guard_state"), vec![]));
        let outside = json!({
            "kind": "external_administrator", "login": "olga", "first_name": "O", "last_name": "P",
            "email": "olga@example.org",
        });
        let olga = company.make("users", outside);
        company.member(&role, &olga);
        let told = checker.get(&format!("/api/v1/users/{olga}/wage-types")).expect(200).json;
        assert_eq!((&told["code"], offered(&told)), (&json!("guard_external_administrator"), vec![]));
    }

    // G-5: nobody widens their own; a second person must do it.
    fn nobody_offers_themselves_more(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let user = company.user("timer");
        company.member(&company.id_of("roles", "time-administrator"), &user);
        let (team, other) = (company.role("team", 0), company.role("other", 0));
        company.member(&team, &user);
        wage_type(&company, "overtime", 2);
        let timer = company.client(&user);
        let post = |kind: &str, holder: &str, more: Value| {
            let mut body = json!({"holder_type": kind, "holder_id": holder, "wage_type_external_id": "overtime"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            timer.post("/api/v1/wage-offers", body)
        };
        let refused = post("role", &team, json!({})).expect_problem(409, "own_rights_widened");
        assert!(refused.expect_rule("G-5").json["detail"].as_str().unwrap().contains("overtime"));
        post("user", &user, json!({})).expect_problem(409, "own_rights_widened");
        post("role", &team, json!({"own": true})).expect_problem(409, "own_rights_widened");
        post("role", &team, json!({"valid_from": "2030-01-01"})).expect_problem(409, "own_rights_widened");
        post("role", &other, json!({})).expect(201);
        // What a second person offered may be narrowed, and not widened again.
        let offer = offer(&company, ("role", &team), "overtime", json!({"mode": "record", "max_per_day": 4}));
        let path = format!("/api/v1/wage-offers/{offer}");
        let patch = |fields: Value| timer.patch_with(&path, &[("if-match", "*")], fields);
        patch(json!({"max_per_day": 2})).expect(200);
        patch(json!({"max_per_day": 3})).expect_problem(409, "own_rights_widened");
        patch(json!({"max_per_day": null})).expect_problem(409, "own_rights_widened");
        patch(json!({"mode": "workflow"})).expect(200);
        patch(json!({"mode": "record"})).expect_problem(409, "own_rights_widened");
        // As a plan that somebody else applies.
        let plan = timer.send("PATCH", &format!("{path}?plan=true"), &[("if-match", "*"), ("content-type", "application/json")], Some(br#"{"mode":"record"}"#));
        plan.expect_missing("system", "plan.make");
        admin.patch(&path, json!({"mode": "record"})).expect(200);
    }

    // P-08: holiday is group 1; the members of a role with request1.close on two workers close it for these two, for no
    // one else, and nothing of group 2; the worker in that role does not close their own, unless a setting allows it.
    fn a_role_closes_requests_of_its_group_for_its_workers(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (lead, deputy) = (company.person("lead"), company.user("deputy"));
        let (jana, other) = (company.person("jana"), company.person("other"));
        wage_type(&company, "holiday", 1);
        wage_type(&company, "overtime", 2);
        let role = company.role("closers", 3);
        company.member(&role, &lead.user);
        company.member(&role, &deputy);
        let grants = [&jana.worker, &lead.worker]
            .map(|worker| company.grant(&role, "time", json!({"type": "worker", "id": worker}), &["request1.close"], &[]));
        let mut both = vec![lead.user.clone(), deputy.clone()];
        both.sort_unstable();
        let told = approvers(&admin, &jana.worker, "holiday");
        assert_eq!((ids(&told, "close"), ids(&told, "check")), (both.clone(), vec![]));
        assert_eq!(told.json["checking"], json!({"needed": false, "action": "time:request1.check", "total": 1}));
        assert_eq!(told.json["closing"], json!({"action": "time:request1.close", "total": 3, "own_requests": false}));
        assert_eq!((&told.json["wage_type"]["code"], &told.json["wage_type"]["request_group"]), (&json!("holiday"), &json!(1)));
        let first = others(&told, "close")[0];
        assert_eq!((&first["code"], &first["user"]["kind"]), (&json!("role_allow"), &json!("person")));
        let by = json!([{"grant_id": grants[0], "via": "role", "role_id": role, "role_external_id": "closers",
            "priority": 3}]);
        assert_eq!(first["decided_by"], by);
        // For no one else, and nothing of group 2.
        assert!(ids(&approvers(&admin, &other.worker, "holiday"), "close").is_empty());
        assert!(ids(&approvers(&admin, &jana.worker, "overtime"), "close").is_empty());
        // Not their own.
        assert_eq!(ids(&approvers(&admin, &lead.worker, "holiday"), "close"), [deputy.as_str()]);
        let close = |user: &str, worker: &str| company.decide(user, "time:request1.close", worker, None);
        assert_eq!(close(&lead.user, &lead.worker), no("guard_own_request"));
        assert_eq!((close(&lead.user, &jana.worker), close(&deputy, &lead.worker)), (yes("role_allow"), yes("role_allow")));
        admin.patch_with("/api/v1/settings", &[], json!({"close_own_requests": true})).expect(200);
        let told = approvers(&admin, &lead.worker, "holiday");
        assert_eq!((ids(&told, "close"), &told.json["closing"]["own_requests"]), (both, &json!(true)));
        assert_eq!(close(&lead.user, &lead.worker), yes("role_allow"));
        // Checking is optional, and by other rights.
        let checker = company.user("checker");
        company.personal_grant(&checker, "time", json!({"type": "worker", "id": jana.worker}), &["request1.check"], &[]);
        let told = approvers(&admin, &jana.worker, "holiday");
        let found = others(&told, "check")[0];
        assert_eq!((ids(&told, "check"), &found["code"]), (vec![checker], &json!("personal_allow")));
        assert_eq!(found["decided_by"][0]["via"], "personal");
    }

    // P-08: whoever asks for something may know who closes it; of others it needs access.check.
    fn who_may_know_who_approves(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let holiday = wage_type(&company, "holiday", 1);
        company.change("wage-types", &holiday, json!({"external_id": "wt-1"}));
        let path = format!("/api/v1/workers/{}/approvers", jana.worker);
        for name in ["holiday", "wt-1", &holiday] {
            company.client_of(&jana).get(&format!("{path}?wage_type={name}")).expect(200);
        }
        company.outsider().get(&format!("{path}?wage_type=holiday")).expect_missing("system", "access.check");
        admin.get(&format!("{path}?wage_type=none")).expect_problem(422, "unknown_reference");
        admin.get(&format!("/api/v1/workers/{}/approvers?wage_type=holiday", uuid::Uuid::nil())).expect_problem(404, "not_found");
        admin.get(&path).expect_fault(400, "required", "wage_type");
        let bad = admin.get(&format!("{path}?wage_type={}&at=never&limit=0&frob=1", "x".repeat(202)));
        assert_eq!(bad.expect_problem(400, "bad_parameter").pointers(), ["wage_type", "at", "limit", "frob"]);
        admin.get(&format!("{path}?wage_type=holiday&cursor=x")).expect_problem(400, "bad_cursor");
    }

    // P-08: pages show everybody once, in both lists alike.
    fn many_approvers_come_in_pages(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        wage_type(&company, "holiday", 1);
        let (checkers, closers) = (company.role("checkers", 0), company.role("closers", 0));
        company.grant(&checkers, "time", json!({"type": "all"}), &["request1.check"], &[]);
        company.grant(&closers, "time", json!({"type": "all"}), &["request1.close"], &[]);
        let users: Vec<String> = (0..5).map(|number| company.user(&format!("user{number}"))).collect();
        users.iter().take(3).for_each(|user| drop(company.member(&checkers, user)));
        users.iter().skip(2).for_each(|user| drop(company.member(&closers, user)));
        let whole = approvers(&admin, &jana, "holiday");
        let (mut check, mut close, mut cursor) = (vec![], vec![], String::new());
        for page in 0..10 {
            let answer = approvers(&admin, &jana, &format!("holiday&limit=2{cursor}"));
            assert_eq!(answer.json["checking"]["total"], whole.json["checking"]["total"]);
            check.extend(ids(&answer, "check"));
            close.extend(ids(&answer, "close"));
            match answer.json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => {
                    assert!(page > 1, "{}", answer.text);
                    break;
                }
            }
        }
        assert_eq!((&check, &close), (&ids(&whole, "check"), &ids(&whole, "close")));
        assert!(users.iter().take(3).all(|user| check.contains(user)) && users.iter().skip(2).all(|user| close.contains(user)));
        // The administrator may do both.
        assert_eq!((&whole.json["checking"]["total"], &whole.json["next_cursor"]), (&json!(4), &Value::Null));
    }
}
