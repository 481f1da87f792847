//! Plans: what a change would do to people's rights, before it is made (H-03).

use serde_json::{Value, json};
use tests::on_every_database;
use tests::{Answer, Client};

/// A plan of a POST.
fn plan(client: &Client, path: &str, body: Value) -> Value {
    client.post(&format!("{path}?plan=true"), body).expect(202).json
}

fn apply(client: &Client, plan: &Value) -> Answer {
    client.verb(&format!("/api/v1/plans/{}/apply", plan["id"].as_str().unwrap()))
}

/// The records that are told to have changed since a plan was made.
fn changed_since(refused: &Answer) -> Vec<String> {
    let faults =
        refused.json["errors"].as_array().into_iter().flatten().filter(|fault| fault["code"] == "changed_since");
    faults.map(|fault| fault["detail"].as_str().unwrap().to_owned()).collect()
}

fn effects(client: &Client, plan: &Value) -> Vec<Value> {
    client.get(&format!("/api/v1/plans/{}/effects", plan["id"].as_str().unwrap())).expect(200).items().clone()
}

fn changes(client: &Client, plan: &Value) -> Vec<Value> {
    client.get(&format!("/api/v1/plans/{}/changes", plan["id"].as_str().unwrap())).expect(200).items().clone()
}

on_every_database! {
    // H-03: changes and effect are told, nothing is done; applying does exactly that.
    fn a_plan_tells_who_gains_what_and_is_applied_once(app: &TestApp) {
        let company = app.company();
        let (anna, worker) = (company.user("anna"), company.worker("w"));
        let role = company.role("readers", 5);
        let grant = company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = json!({"role_id": role, "member_type": "user", "member_id": anna});
        let before = app.admin().get("/api/v1/audit").expect(200).items()[0]["revision"].clone();
        let answer = app.admin().post("/api/v1/memberships?plan=true", body.clone()).expect(202);
        let made = answer.json.clone();
        assert_eq!(answer.header("location").unwrap(), format!("/api/v1/plans/{}", made["id"].as_str().unwrap()));
        assert_eq!(made["request"], json!({"method": "POST", "path": "/api/v1/memberships", "body": body}));
        assert_eq!((&made["state"], &made["changes"], &made["people"]), (&json!("open"), &json!(1), &json!(1)));
        assert_eq!((&made["gaining"], &made["losing"], &made["broken"]), (&json!(1), &json!(0), &json!([])));
        assert_eq!(company.decide(&anna, "hr:read", &worker, None), (false, "no_grant".to_owned()), "nothing is done");
        assert_eq!(app.admin().get("/api/v1/audit").expect(200).items()[0]["revision"], before, "nor logged");

        let found = effects(&app.admin(), &made);
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0]["user_id"], &found[0]["losses"]), (&json!(anna), &json!([])));
        assert_eq!(found[0]["gains"], json!([{
            "module": "hr", "actions": ["read"], "scope": [{"type": "all"}], "valid_from": null, "valid_to": null,
            "before": "no_grant", "after": "role_allow",
            "via": [{"grant_id": grant, "holder_type": "role", "holder_id": role, "priority": 5, "through": [role]}],
        }]));
        let lines = changes(&app.admin(), &made);
        assert_eq!((&lines[0]["entity"], &lines[0]["change"]), (&json!("membership"), &json!("created")));
        assert_eq!(lines[0]["membership"]["member_id"], json!(anna));

        let applied = apply(&app.admin(), &made).expect(200).json;
        assert_eq!((&applied["state"], &applied["result"]["status"]), (&json!("applied"), &json!(201)));
        let membership = applied["result"]["body"]["id"].as_str().unwrap();
        app.admin().get(&format!("/api/v1/memberships/{membership}")).expect(200);
        assert!(company.decide(&anna, "hr:read", &worker, None).0);
        let entry = app.admin().get(&format!("/api/v1/audit?entity_id={membership}")).expect(200).items()[0].clone();
        assert_eq!(entry["cause"], json!(format!("plan {}", made["id"].as_str().unwrap())));
        apply(&app.admin(), &made).expect_problem(409, "plan_applied");
    }

    // H-03: who has the right in another way as well loses nothing.
    fn an_effect_is_what_decisions_say_and_not_what_grants_say(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let (one, two) = (company.role("one", 1), company.role("two", 2));
        for role in [&one, &two] {
            company.grant(role, "hr", json!({"type": "all"}), &["read"], &[]);
        }
        let first = company.member(&one, &anna);
        company.member(&two, &anna);
        let etag = app.admin().get(&format!("/api/v1/memberships/{first}")).expect(200).etag();
        let path = format!("/api/v1/memberships/{first}?plan=true");
        let made = app.admin().send("DELETE", &path, &[("if-match", &etag)], None).expect(202).json;
        assert_eq!((&made["changes"], &made["people"]), (&json!(1), &json!(0)));
        apply(&app.admin(), &made).expect(200);
        app.admin().get(&format!("/api/v1/memberships/{first}")).expect_problem(404, "not_found");
    }

    // H-03: a plan is applied only if nothing that it read has changed.
    fn a_plan_of_what_has_changed_meanwhile_is_outdated(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let role = company.role("readers", 5);
        let grant = company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = json!({"role_id": role, "member_type": "user", "member_id": anna});
        let made = plan(&app.admin(), "/api/v1/memberships", body.clone());
        company.change("grants", &grant, json!({"allow": ["edit", "read"]}));
        company.user("bystander");
        let refused = apply(&app.admin(), &made).expect_problem(409, "plan_outdated");
        assert_eq!(changed_since(&refused), [format!("grant {grant}")], "kinds and ids, of what matters");
        assert!(!refused.text.contains("edit"), "no values: {}", refused.text);
        // What is planned and then done by hand can't be done again.
        let made = plan(&app.admin(), "/api/v1/memberships", body);
        let by_hand = company.member(&role, &anna);
        let refused = apply(&app.admin(), &made).expect_problem(409, "plan_outdated");
        assert_eq!(changed_since(&refused), [format!("membership {by_hand}")]);
        assert_eq!(refused.json["errors"][0]["code"], "membership_exists", "what stands in the way now");
        // Other values make another plan, the same ones the same.
        let hash = |code: &str| plan(&app.admin(), "/api/v1/roles", json!({"code": code, "name": "New"}))["hash"].clone();
        assert_eq!(hash("one"), hash("one"));
        assert_ne!(hash("one"), hash("two"));
        // What has nothing to do with it does not matter.
        let made = plan(&app.admin(), "/api/v1/roles", json!({"code": "new", "name": "New"}));
        company.user("somebody");
        apply(&app.admin(), &made).expect(200);
        // The entity tag that was sent counts.
        let etag = app.admin().get(&format!("/api/v1/roles/{role}")).expect(200).etag();
        let path = format!("/api/v1/roles/{role}?plan=true");
        let made = app.admin().patch_with(&path, &[("if-match", &etag)], json!({"name": "Read"})).expect(202).json;
        company.change("roles", &role, json!({"note": "n"}));
        let refused = apply(&app.admin(), &made).expect_problem(409, "plan_outdated");
        assert_eq!(changed_since(&refused), [format!("role {role}")]);
        // What is gone counts as well.
        let made = plan(&app.admin(), "/api/v1/memberships", json!({
            "role_id": role, "member_type": "user", "member_id": company.user("ben"),
        }));
        company.remove("grants", &grant);
        let refused = apply(&app.admin(), &made).expect_problem(409, "plan_outdated");
        assert_eq!(changed_since(&refused), [format!("grant {grant}")]);
    }

    // H-03: whoever applies a plan again learns when and by whom it was applied; problems name the path that was asked.
    fn an_applied_plan_says_when_and_by_whom_and_problems_name_the_asked_path(app: &TestApp) {
        let made = plan(&app.admin(), "/api/v1/roles", json!({"code": "new", "name": "New"}));
        let path = format!("/api/v1/plans/{}/apply", made["id"].as_str().unwrap());
        let applied = apply(&app.admin(), &made).expect(200).json;
        let refused = apply(&app.admin(), &made).expect_problem(409, "plan_applied");
        let (at, by) = (applied["applied_at"].as_str().unwrap(), applied["applied_by"].as_str().unwrap());
        let second = at.get(..19).unwrap();
        assert_eq!(refused.json["detail"], json!(format!("it was applied at {second}Z by user {by}")));
        assert_eq!(refused.json["instance"], json!(path));
        // What the planned request itself refuses comes under the asked path, too.
        let editor = app.company().with_rights("applier", "system", &["plan.apply"]);
        let made = plan(&app.admin(), "/api/v1/roles", json!({"code": "other", "name": "Other"}));
        let refused = apply(&editor, &made).expect_missing("system", "role.edit");
        let path = format!("/api/v1/plans/{}/apply", made["id"].as_str().unwrap());
        assert_eq!(refused.json["instance"], json!(path));
    }

    // H-03: plans are listed by where they stand.
    fn plans_are_listed_by_state(app: &TestApp) {
        let role = |code: &str| plan(&app.admin(), "/api/v1/roles", json!({"code": code, "name": code}))["id"].clone();
        let old = role("old");
        app.clock.advance(chrono::TimeDelta::hours(25));
        let (applied, open) = (role("applied"), role("open"));
        apply(&app.admin(), &json!({"id": applied})).expect(200);
        let listed = |states: &str| app.admin().column(&format!("/api/v1/plans?state={states}"), "id");
        assert_eq!(listed("open"), [open.as_str().unwrap()]);
        assert_eq!(listed("applied"), [applied.as_str().unwrap()]);
        assert_eq!(listed("expired"), [old.as_str().unwrap()]);
        assert_eq!(listed("expired,open"), [open.as_str().unwrap(), old.as_str().unwrap()]);
        let first = app.admin().get("/api/v1/plans?state=open,applied&limit=1").expect(200);
        let cursor = first.json["next_cursor"].as_str().unwrap();
        assert_eq!(listed(&format!("open,applied&limit=1&cursor={cursor}")), [applied.as_str().unwrap()]);
        for unknown in ["lost", "open,lost", ""] {
            app.admin().get(&format!("/api/v1/plans?state={unknown}")).expect_fault(400, "bad_parameter", "state");
        }
    }

    // H-03: the plan tells which rule it breaks.
    fn a_plan_tells_which_rules_it_breaks(app: &TestApp) {
        let company = app.company();
        let role = company.automatic_role("auto");
        let body = json!({"role_id": role, "member_type": "user", "member_id": company.user("anna")});
        let made = plan(&app.admin(), "/api/v1/memberships", body);
        assert_eq!(made["broken"][0]["code"], json!("role_is_automatic"));
        assert_eq!((&made["broken"][0]["rule"], &made["changes"]), (&json!("R-03"), &json!(0)));
        apply(&app.admin(), &made).expect_fault(409, "role_is_automatic", "/role_id");
        // Values that make no sense are no plan.
        app.admin().post("/api/v1/memberships?plan=true", json!({"role_id": role})).expect_problem(422, "required");
    }

    // H-03: what follows by role sync is part of the plan, for everybody whom a rule reaches.
    fn a_plan_of_a_rule_names_everybody_who_would_come_in(app: &TestApp) {
        let company = app.company();
        let (department, position) = (company.department("d", None), company.position("p"));
        let people: Vec<_> = ["a", "b"].map(|name| company.person(name)).into();
        for person in &people {
            company.contract(&person.worker, &department, &position, Some("2026-01-01"), None);
        }
        let role = company.automatic_role("auto");
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = json!({"role_id": role, "departments": [{"id": department, "include_subtree": false}]});
        let made = plan(&app.admin(), "/api/v1/role-rules", body);
        assert_eq!((&made["changes"], &made["people"]), (&json!(3), &json!(2)));
        let sources: Vec<_> = changes(&app.admin(), &made).iter().map(|line| line["membership"]["source"].clone()).collect();
        assert_eq!(sources, [Value::Null, json!("automatic"), json!("automatic")]);
        let told: Vec<_> = effects(&app.admin(), &made).iter().map(|effect| effect["user_id"].clone()).collect();
        let mut users: Vec<_> = people.iter().map(|person| json!(person.user)).collect();
        users.sort_by_key(ToString::to_string);
        assert_eq!(told, users);
        let of_one = format!("/api/v1/plans/{}/effects?user_id={}", made["id"].as_str().unwrap(), people[1].user);
        assert_eq!(app.admin().get(&of_one).expect(200).items().len(), 1);
        apply(&app.admin(), &made).expect(200);
        assert_eq!(app.admin().get(&format!("/api/v1/roles/{role}/members")).expect(200).items().len(), 2);
    }

    // H-03: who is invited or blocked gains nothing now; that they would once active is told, and warned of.
    fn a_plan_tells_what_the_invited_and_blocked_gain_once_active(app: &TestApp) {
        let company = app.company();
        let role = company.role("readers", 5);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        app.admin().post(&format!("/api/v1/users/{ben}/block"), json!({})).expect(200);
        let cleo = company.make("users", json!({
            "login": "cleo", "first_name": "F", "last_name": "L", "email": "x@example.org", "state": "invited",
        }));
        let join = |user: &str| json!({"role_id": role, "member_type": "user", "member_id": user});
        let figures = |plan: &Value| ["people", "gaining", "losing", "once_active"].map(|name| plan[name].as_i64().unwrap());
        let rights = |effect: &Value, side: &str| effect[side].as_array().unwrap().len();
        let made = plan(&app.admin(), "/api/v1/memberships", join(&anna));
        assert_eq!((figures(&made), &made["warnings"]), ([1, 1, 0, 0], &json!([])));
        assert_eq!(effects(&app.admin(), &made)[0]["once_active"], false);
        for user in [&ben, &cleo] {
            let made = plan(&app.admin(), "/api/v1/memberships", join(user));
            assert_eq!(figures(&made), [0, 0, 0, 1]);
            assert_eq!(made["warnings"][0]["code"], "rights_once_active");
            let found = effects(&app.admin(), &made);
            assert_eq!((&found[0]["user_id"], &found[0]["once_active"]), (&json!(user), &json!(true)));
            assert_eq!((found.len(), rights(&found[0], "gains"), rights(&found[0], "losses")), (1, 1, 0));
            assert_eq!(found[0]["gains"][0]["after"], "role_allow");
            apply(&app.admin(), &made).expect(200);
        }
        // All three lose the role's right; two of them have not come to it yet.
        company.member(&role, &anna);
        let etag = app.admin().get(&format!("/api/v1/roles/{role}")).expect(200).etag();
        let body = json!({"valid_to": "2026-01-01"});
        let made = app.admin().patch_with(&format!("/api/v1/roles/{role}?plan=true"), &[("if-match", &etag)], body).expect(202).json;
        assert_eq!(figures(&made), [1, 0, 1, 2]);
        let mut told: Vec<_> = effects(&app.admin(), &made).iter().map(|one| (one["once_active"].as_bool(), one["user_id"].clone())).collect();
        assert_eq!(told.remove(0), (Some(false), json!(anna)));
        assert!(told.iter().all(|(once_active, user)| *once_active == Some(true) && *user != json!(anna)));
        // Unblocking gives at once; a block takes at once, and nothing for good.
        let made = plan(&app.admin(), &format!("/api/v1/users/{ben}/unblock"), json!({}));
        assert_eq!(figures(&made), [1, 1, 0, 0]);
        let made = plan(&app.admin(), &format!("/api/v1/users/{anna}/block"), json!({}));
        assert_eq!((figures(&made), &made["warnings"]), ([1, 0, 1, 0], &json!([])));
    }

    // H-03, W-07: of an account that the plan itself makes.
    fn a_plan_of_an_account_tells_what_it_gains_once_active(app: &TestApp) {
        let company = app.company();
        let role = company.role("readers", 5);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let path = format!("/api/v1/workers/{}/account", company.worker("w"));
        let body = json!({"login": "w", "email": "w@example.org", "role_ids": [role]});
        let made = plan(&app.admin(), &path, body);
        assert_eq!((&made["people"], &made["once_active"]), (&json!(0), &json!(1)));
        let found = effects(&app.admin(), &made);
        assert_eq!((&found[0]["user_id"], &found[0]["once_active"]), (&Value::Null, &json!(true)));
        apply(&app.admin(), &made).expect(200);
    }

    // H-03, D-05: a transfer takes the rights of the old department and gives those of the new one, from that day on.
    fn a_plan_of_a_transfer_names_losses_and_gains_with_their_days(app: &TestApp) {
        let company = app.company();
        let (old, new, position) = (company.department("old", None), company.department("new", None), company.position("p"));
        let person = company.person("p");
        let contract = company.contract(&person.worker, &old, &position, Some("2026-01-01"), None);
        for (department, action) in [(&old, "read"), (&new, "edit")] {
            let role = company.automatic_role(action);
            company.rule(&role, json!({"departments": [{"id": department, "include_subtree": false}]}));
            company.grant(&role, "hr", json!({"type": "all"}), &[action], &[]);
        }
        let path = format!("/api/v1/contracts/{contract}/transfer");
        let made = plan(&app.admin(), &path, json!({"valid_from": "2030-05-01", "department_id": new}));
        let found = effects(&app.admin(), &made);
        let days = |side: &str| {
            let right = &found[0][side][0];
            (right["actions"].clone(), right["valid_from"].clone(), right["valid_to"].clone())
        };
        assert_eq!(days("gains"), (json!(["edit"]), json!("2030-05-01"), Value::Null));
        assert_eq!(days("losses"), (json!(["read"]), json!("2030-05-01"), Value::Null));
    }

    // H-03: making and applying need permissions of their own, beside that of the change.
    fn plans_are_for_those_who_may(app: &TestApp) {
        let company = app.company();
        let body = || json!({"code": "new", "name": "New"});
        let editor = company.with_rights("editor", "system", &["role.edit"]);
        editor.post("/api/v1/roles?plan=true", body()).expect_missing("system", "plan.make");
        let planner = company.with_rights("planner", "system", &["plan.make"]);
        planner.post("/api/v1/roles?plan=true", body()).expect_missing("system", "role.edit");
        let maker = company.with_rights("maker", "system", &["plan.make", "role.edit"]);
        let made = plan(&maker, "/api/v1/roles", body());
        let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
        apply(&maker, &made).expect_missing("system", "plan.apply");
        editor.get(&path).expect_problem(404, "not_found");
        let applier = company.with_rights("applier", "system", &["plan.apply"]);
        let seen = applier.get(&path).expect(200).json;
        assert_eq!(seen["request"]["body"], Value::Null, "who may not read roles sees no body");
        apply(&applier, &made).expect_missing("system", "role.edit");
        assert_eq!(maker.get("/api/v1/plans").expect(200).items().len(), 1);
        assert_eq!(editor.get("/api/v1/plans").expect(200).items().len(), 0);
        let both = company.with_rights("both", "system", &["plan.apply", "role.edit"]);
        let applied = apply(&both, &made).expect(200).json;
        let role = applied["result"]["body"]["id"].as_str().unwrap();
        let entry = app.admin().get(&format!("/api/v1/audit?entity_id={role}")).expect(200).items()[0].clone();
        assert_ne!(entry["actor_id"], made["made_by"], "the change is that of whoever applied it");
        maker.send("DELETE", &path, &[], None).expect(204);
        maker.get(&path).expect_problem(404, "not_found");
    }

    // H-03: a plan is good for a day.
    fn a_plan_is_kept_for_a_day(app: &TestApp) {
        let made = plan(&app.admin(), "/api/v1/roles", json!({"code": "new", "name": "New"}));
        app.clock.advance(chrono::TimeDelta::hours(25));
        let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
        assert_eq!(app.admin().get(&path).expect(200).json["state"], json!("expired"));
        apply(&app.admin(), &made).expect_problem(409, "plan_expired");
    }

    // H-03: an operation that can't be planned says so.
    fn what_cannot_be_planned_refuses_the_parameter(app: &TestApp) {
        app.admin().post("/api/v1/me/activity?plan=true", json!({"kind": "work"})).expect_fault(400, "unknown_parameter", "plan");
        app.admin().get("/api/v1/roles?plan=true").expect_fault(400, "unknown_parameter", "plan");
        app.admin().post("/api/v1/roles?plan=perhaps", json!({"code": "a", "name": "A"})).expect_problem(400, "bad_parameter");
        app.admin().post("/api/v1/roles?plan=false", json!({"code": "a", "name": "A"})).expect(201);
    }

    // H-03, U-08: a sent key makes one plan, and applies it once.
    fn idempotency_keys_hold_for_plans(app: &TestApp) {
        let send = |path: &str, body: &str| {
            let headers = [("idempotency-key", "k1"), ("content-type", "application/json")];
            app.admin().send("POST", path, &headers, Some(body.as_bytes()))
        };
        let body = r#"{"code": "new", "name": "New"}"#;
        let made = send("/api/v1/roles?plan=true", body).expect(202).json;
        assert_eq!(send("/api/v1/roles?plan=true", body).expect(202).json["id"], made["id"]);
        let path = format!("/api/v1/plans/{}/apply", made["id"].as_str().unwrap());
        let again = || app.admin().send("POST", &path, &[("idempotency-key", "k2")], None).expect(200);
        let (first, second) = (again(), again());
        assert_eq!(first.json["result"], second.json["result"]);
        assert_eq!(second.header("idempotent-replayed"), Some("true"));
    }
}
