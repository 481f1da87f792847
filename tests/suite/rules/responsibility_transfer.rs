//! Who takes over what an account answers for (L-02, U-07).

use serde_json::{Value, json};
use tests::{Company, Person, TestApp, on_every_database};

/// Somebody who answers for a thing of each sort, and the ids of these things.
struct Boss {
    person: Person,
    clerk: Person,
    task: String,
    role: String,
    department: String,
    contract: String,
    grant: String,
}

impl Boss {
    fn new(company: &Company<'_>) -> Self {
        let (person, clerk) = (company.person("boss"), company.person("clerk"));
        let (department, position) = (company.department("d", None), company.position("p"));
        company.change("departments", &department, json!({"head_id": person.worker}));
        let contract = company.contract(&clerk.worker, &department, &position, None, None);
        company.change("contracts", &contract, json!({"supervisor_id": person.worker}));
        let role = company.role("team", 0);
        company.change("roles", &role, json!({"manager_ids": [person.user]}));
        let task = company.object("task", "A task", Some(&person.user));
        let grant = company.personal_grant(&person.user, "time", json!({"type": "all"}), &["record"], &[]);
        Self { person, clerk, task, role, department, contract, grant }
    }

    fn path(&self) -> String {
        format!("/api/v1/users/{}/responsibilities", self.person.user)
    }

    /// The account's things but the grant, as they stand with a bearer.
    fn borne(&self, company: &Company<'_>) -> [Value; 4] {
        let get = |resource: &str, id: &str| company.admin().get(&format!("/api/v1/{resource}/{id}")).expect(200).json;
        [
            get("objects", &self.task)["assignee_id"].clone(),
            get("roles", &self.role)["manager_ids"].clone(),
            get("departments", &self.department)["head_id"].clone(),
            get("contracts", &self.contract)["supervisor_id"].clone(),
        ]
    }
}

fn borne_by(person: &Person) -> [Value; 4] {
    [json!(person.user), json!([person.user]), json!(person.worker), json!(person.worker)]
}

/// Code and pointer of each fault.
fn faults(answer: &tests::Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = answer.json["errors"].as_array().unwrap();
    errors.iter().map(|fault| (text(&fault["code"]), text(&fault["pointer"]))).collect()
}

fn revision(app: &TestApp) -> i64 {
    app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].as_i64().unwrap()
}

on_every_database! {
    // L-02: all but the personal grants go to one successor, in one transaction.
    fn all_goes_to_one_successor(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let next = company.person("next");
        let before = revision(app);
        let done = app.admin().post(&format!("{}/transfer", boss.path()), json!({"successor_external_id": "next"}));
        let told = &done.expect(200).json;
        let went = |kind: &str, id: &str| json!({"kind": kind, "id": id, "successor_id": next.user});
        let expected = json!([
            went("object_assigned", &boss.task), went("role_managed", &boss.role),
            went("department_headed", &boss.department), went("contract_supervised", &boss.contract),
        ]);
        assert_eq!((&told["transferred"], &told["warnings"]), (&expected, &json!([])));
        assert_eq!(boss.borne(&company), borne_by(&next));
        assert_eq!(revision(app), before + 1);
        let left = app.admin().get(&boss.path()).expect(200).json["items"].clone();
        assert_eq!(left, json!([{"kind": "personal_grant", "id": boss.grant}]));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // L-02: chosen things to several successors; personal grants when named, or when all are asked for.
    fn chosen_things_go_to_several_successors(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let (next, other) = (company.person("next"), company.user("other"));
        app.admin().post(&format!("/api/v1/users/{other}/block"), json!({})).expect(200);
        let items = json!([
            {"kind": "role_managed", "id": boss.role, "successor_id": other},
            {"kind": "personal_grant", "id": boss.grant},
        ]);
        let body = json!({"successor_id": next.user, "items": items});
        let done = app.admin().post(&format!("{}/transfer", boss.path()), body).expect(200);
        // U-10: somebody who is blocked bears it, with a warning.
        assert_eq!(done.warnings(), ["bearer_not_active"]);
        let grant = done.json["transferred"][1]["id"].as_str().unwrap();
        let now = app.admin().get(&format!("/api/v1/grants/{grant}")).expect(200).json;
        assert_eq!((&now["holder_id"], &now["allow"]), (&json!(next.user), &json!(["record"])));
        app.admin().get(&format!("/api/v1/grants/{}", boss.grant)).expect_problem(404, "not_found");
        let [task, role, ..] = boss.borne(&company);
        assert_eq!((task, role), (json!(boss.person.user), json!([other])));
        // The same grant twice is refused: the successor holds it by now.
        company.personal_grant(&boss.person.user, "time", json!({"type": "all"}), &["record"], &[]);
        let all = json!({"successor_id": next.user, "include_personal_grants": true});
        let refused = app.admin().post(&format!("{}/transfer", boss.path()), all);
        let refused = refused.expect_problem(409, "responsibilities_not_transferred").expect_rule("L-02");
        assert_eq!(faults(&refused), [("grant_exists".to_owned(), String::new())]);
    }

    // L-02: each successor must be able to bear it; refused whole, item by item.
    fn a_successor_who_cannot_bear_something_refuses_all(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let unlinked = company.user("unlinked");
        let service = company.make("users", json!({"kind": "service", "display_name": "S"}));
        let before = revision(app);
        let items = json!([
            {"kind": "role_managed", "id": boss.role, "successor_id": unlinked},
            {"kind": "object_assigned", "id": boss.task, "successor_id": service},
            {"kind": "department_headed", "id": boss.department, "successor_id": unlinked},
            {"kind": "contract_supervised", "id": boss.contract, "successor_id": boss.clerk.user},
            {"kind": "personal_grant", "id": boss.grant, "successor_id": boss.person.user},
        ]);
        let refused = app.admin().post(&format!("{}/transfer", boss.path()), json!({"items": items}));
        let refused = refused.expect_problem(409, "responsibilities_not_transferred");
        let expected = [
            ("capability_missing", "/items/1"), ("successor_not_linked", "/items/2"), ("own_supervisor", "/items/3"),
            ("successor_is_holder", "/items/4"),
        ];
        assert_eq!(faults(&refused), expected.map(|(code, at)| (code.to_owned(), at.to_owned())));
        // What was not named is told by kind and id.
        let all = app.admin().post(&format!("{}/transfer", boss.path()), json!({"successor_id": unlinked}));
        let all = all.expect_problem(409, "responsibilities_not_transferred");
        assert_eq!(faults(&all).len(), 2);
        let named = format!("department_headed {}", boss.department);
        assert!(all.text.contains(&named), "{}", all.text);
        assert_eq!((boss.borne(&company), revision(app)), (borne_by(&boss.person), before));
    }

    // L-02: what a request names must be there, once, with a successor.
    fn a_request_names_what_is_there(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let path = format!("{}/transfer", boss.path());
        let (role, nobody) = (json!({"kind": "role_managed", "id": boss.role}), uuid::Uuid::nil());
        app.admin().post(&path, json!({})).expect_fault(422, "required", "/successor_id");
        app.admin().post(&path, json!({"items": [role]})).expect_fault(422, "required", "/items/0/successor_id");
        app.admin()
            .post(&path, json!({"items": [role, role], "successor_id": boss.clerk.user}))
            .expect_fault(422, "duplicate_item", "/items/1");
        let wrong = json!({"items": [{"kind": "role_managed", "id": boss.task}], "successor_id": boss.clerk.user});
        app.admin().post(&path, wrong).expect_fault(422, "unknown_reference", "/items/0");
        app.admin().post(&path, json!({"successor_id": nobody})).expect_fault(422, "unknown_reference", "/successor_id");
        app.admin().post(&path, json!({"successor_external_id": "x"})).expect(422);
        // Nothing chosen is nothing done.
        let none = app.admin().post(&path, json!({"items": []})).expect(200);
        assert_eq!(none.json["transferred"], json!([]));
    }

    // L-02: each thing needs the right to change it; what the caller may not see is counted.
    fn each_thing_needs_the_right_to_change_it(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let path = format!("{}/transfer", boss.path());
        let editor = company.with_rights("editor", "system", &["user.read", "role.read", "role.edit"]);
        let refused = editor.post(&path, json!({"successor_id": boss.clerk.user}));
        let refused = refused.expect_problem(403, "forbidden");
        assert_eq!(refused.json["errors"][0]["detail"], "you may not see open objects assigned: 1, contracts supervised: 1");
        assert!(!refused.text.contains(&boss.task) && !refused.text.contains(&boss.contract), "{}", refused.text);
        assert!(refused.text.contains("system:department.edit is needed"), "{}", refused.text);
        // What they may change goes.
        let role = json!([{"kind": "role_managed", "id": boss.role}]);
        editor.post(&path, json!({"successor_id": boss.clerk.user, "items": role})).expect(200);
        let task = json!([{"kind": "object_assigned", "id": boss.task}]);
        editor
            .post(&path, json!({"successor_id": boss.clerk.user, "items": task}))
            .expect_fault(422, "unknown_reference", "/items/0");
        let nobody = company.outsider();
        nobody.post(&path, json!({"successor_id": boss.clerk.user})).expect_missing("system", "user.read");
    }

    // U-07: a user with responsibilities can't be deleted; each is listed, unless the caller may not see it.
    fn what_keeps_a_user_is_listed(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let path = format!("/api/v1/users/{}", boss.person.user);
        let refused = app.admin().delete(&path).expect_problem(409, "user_has_responsibilities").expect_rule("U-07");
        let listed: Vec<_> =
            refused.json["errors"].as_array().unwrap().iter().map(|one| one["detail"].as_str().unwrap()).collect();
        let expected = [
            format!("/api/v1/objects/{}", boss.task), format!("/api/v1/roles/{}", boss.role),
            format!("/api/v1/departments/{}", boss.department), format!("/api/v1/contracts/{}", boss.contract),
        ];
        assert_eq!(listed, expected);
        assert_eq!(refused.json["errors"][1]["code"], "role_managed");
        let deleter = company.with_rights("deleter", "system", &["user.read", "user.delete"]);
        let refused = deleter.delete(&path).expect_problem(409, "user_has_responsibilities");
        assert_eq!(refused.json["errors"].as_array().unwrap().len(), 1);
        let hidden = "of these you may not see open objects assigned: 1, roles managed: 1, contracts supervised: 1";
        assert!(refused.json["detail"].as_str().unwrap().ends_with(hidden), "{}", refused.text);
    }

    // U-07, L-02: successors are named by one's own id or the login as well.
    fn successors_are_named_by_external_ids_as_well(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let next = company.person("next");
        let items = |item: Value| json!({"items": [item]});
        let thing = |more: Value| {
            let mut item = json!({"kind": "object_assigned", "id": boss.task});
            item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            item
        };
        let path = format!("{}/transfer", boss.path());
        let refused = |more: Value| app.admin().post(&path, items(thing(more)));
        let place = "/items/0/successor_external_id";
        refused(json!({"successor_external_id": "nobody"})).expect_fault(422, "unknown_reference", place);
        refused(json!({"successor_external_id": "next", "successor_id": next.user})).expect_fault(422, "bad_value", place);
        app.admin().post(&path, items(thing(json!({"successor_external_id": "next"})))).expect(200);
        let task = app.admin().get(&format!("/api/v1/objects/{}", boss.task)).expect(200).json;
        assert_eq!(task["assignee_id"], json!(next.user));

        let user = format!("/api/v1/users/{}", boss.person.user);
        let delete = |query: &str| app.admin().send("DELETE", &format!("{user}?{query}"), &[("if-match", "*")], None);
        let field = "transfer_to_external_id";
        delete(&format!("{field}=nobody")).expect_fault(422, "unknown_reference", field);
        delete(&format!("{field}=next&transfer_to={}", next.user)).expect_fault(400, "bad_parameter", field);
        for odd in [String::new(), "x".repeat(101)] {
            delete(&format!("{field}={odd}")).expect_fault(400, "bad_parameter", field);
        }
        let deleter = company.with_rights("editor", "system", &["user.read"]);
        deleter.send("DELETE", &format!("{user}?{field}=nobody"), &[("if-match", "*")], None)
            .expect_missing("system", "user.delete");
        delete(&format!("{field}=next")).expect(204);
        assert_eq!(boss.borne(&company), borne_by(&next));
    }

    // U-07: transfer_to hands all of them over in the same transaction.
    fn deleting_can_hand_all_over(app: &TestApp) {
        let company = app.company();
        let boss = Boss::new(&company);
        let (next, unlinked) = (company.person("next"), company.user("unlinked"));
        let path = format!("/api/v1/users/{}", boss.person.user);
        let delete = |client: &tests::Client, successor: &str| {
            let path = format!("{path}?transfer_to={successor}");
            client.send("DELETE", &path, &[("if-match", "*")], None)
        };
        delete(&app.admin(), &unlinked).expect_problem(409, "responsibilities_not_transferred");
        delete(&app.admin(), &uuid::Uuid::nil().to_string()).expect_fault(422, "unknown_reference", "transfer_to");
        delete(&app.admin(), "x").expect_fault(400, "bad_parameter", "transfer_to");
        let deleter = company.with_rights("deleter", "system", &["user.read", "user.delete"]);
        delete(&deleter, &next.user).expect_problem(403, "forbidden");
        assert_eq!(app.admin().get(&path).expect(200).json["state"], "active");
        let before = revision(app);
        delete(&app.admin(), &next.user).expect(204);
        assert_eq!(revision(app), before + 1);
        assert_eq!(app.admin().get(&path).expect(200).json["state"], "deleted");
        assert_eq!(boss.borne(&company), borne_by(&next));
        // Personal grants end as before.
        app.admin().get(&format!("/api/v1/grants/{}", boss.grant)).expect_problem(404, "not_found");
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // L-02: areas go to somebody who can own them, and fillers with them.
    fn areas_go_to_who_can_own_them_and_fillers_with_them(app: &TestApp) {
        let company = app.company();
        let (owner, next) = (company.user("owner"), company.user("next"));
        let area = |name: &str, class: &str| {
            let body = json!({"name": name, "owner_id": owner, "class": class, "new_processors": [{"name": name}]});
            company.make("areas", body)
        };
        let (a, b) = (area("a", "normal"), area("b", "protected"));
        let filler = json!({"kind": "external_filler", "display_name": "Firm", "managed_in": [a, b]});
        let filler = company.make("users", filler);
        let path = format!("/api/v1/users/{owner}/responsibilities/transfer");
        let item = |kind: &str, id: &str| json!({"kind": kind, "id": id});
        let transfer = |to: &str, items: Value| {
            app.admin().post(&path, json!({"successor_id": to, "items": items}))
        };
        // Not to somebody from outside or blocked (U-10, G-3).
        let outside = company.make("users", json!({
            "kind": "external_administrator", "login": "olga", "first_name": "O", "last_name": "O", "email": "o@example.org",
            "state": "active",
        }));
        let refused = transfer(&outside, json!([item("area_owned", &a), item("area_owned", &b)]));
        assert_eq!(faults(&refused.expect(409)), [("guard_external_administrator".to_owned(), "/items/1".to_owned())]);
        let blocked = company.user("blocked");
        app.admin().post(&format!("/api/v1/users/{blocked}/block"), json!({})).expect(200);
        let refused = transfer(&blocked, json!([item("area_owned", &a)])).expect(409);
        assert_eq!(faults(&refused), [("capability_missing".to_owned(), "/items/0".to_owned())]);
        // A filler goes with all areas in which it is managed, or not.
        for items in [json!([item("filler_managed", &filler)]), json!([item("filler_managed", &filler), item("area_owned", &a)])] {
            let refused = transfer(&next, items).expect(409);
            assert_eq!(faults(&refused), [("filler_follows_area".to_owned(), "/items/0".to_owned())]);
        }
        // Each needs the right to change it, and nobody takes them over by themselves (G-5).
        let reader = company.with_rights("reader", "system", &["user.read"]);
        reader.post(&path, json!({"successor_id": next})).expect_missing("system", "area.administer");
        let administrator = company.with_rights("administrator", "system", &["user.read", "area.administer"]);
        let body = json!({"successor_external_id": "administrator"});
        administrator.post(&path, body).expect_problem(409, "own_rights_widened");
        let done = administrator.post(&path, json!({"successor_id": next})).expect(200);
        assert_eq!(done.json["transferred"].as_array().unwrap().len(), 3, "{}", done.text);
        for area in [&a, &b] {
            assert_eq!(app.admin().get(&format!("/api/v1/areas/{area}")).json["owner_id"], json!(next));
        }
        company.client(&next).get(&format!("/api/v1/users/{filler}")).expect(200);
    }
}
