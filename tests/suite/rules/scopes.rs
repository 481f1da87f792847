//! What a grant covers (P-02): everybody, a department with or without those below, one worker,
//! one object, the objects of a type.

use serde_json::{Value, json};
use tests::{Company, on_every_database};

use super::{no, yes};

/// A user who may `record` over that scope by a role.
fn recorder(company: &Company<'_>, scope: Value) -> String {
    let (user, role) = (company.user("recorder"), company.role("recorders", 0));
    company.member(&role, &user);
    company.grant(&role, "time", scope, &["record"], &[]);
    user
}

/// Three departments, each below the one before.
fn tree(company: &Company<'_>) -> [String; 3] {
    let top = company.department("top", None);
    let middle = company.department("middle", Some(&top));
    let leaf = company.department("leaf", Some(&middle));
    [top, middle, leaf]
}

on_every_database! {
    // P-02: the workers placed in a department, with or without its subtree.
    fn a_department_is_meant_with_or_without_those_below(app: &TestApp) {
        let company = app.company();
        let [top, middle, leaf] = tree(&company);
        let aside = company.department("aside", None);
        let position = company.position("p");
        let workers = [&top, &middle, &leaf, &aside].map(|department| {
            let worker = company.worker(&format!("w-{department}"));
            company.contract(&worker, department, &position, None, None);
            worker
        });
        let anna = recorder(&company, json!({"type": "department", "id": middle}));
        let decided = || workers.each_ref().map(|worker| company.decide(&anna, "time:record", worker, None));
        let (allowed, nothing) = (yes("role_allow"), no("no_grant"));
        assert_eq!(decided(), [nothing.clone(), allowed.clone(), nothing.clone(), nothing.clone()]);
        let role = company.id_of("roles", "recorders");
        let below = json!({"type": "department", "id": middle, "include_subtree": true});
        company.grant(&role, "time", below, &["record"], &[]);
        assert_eq!(decided(), [nothing.clone(), allowed.clone(), allowed, nothing]);
    }

    // P-02, D-04: a worker is placed where a contract is in force on that day.
    fn a_placement_holds_in_the_window_of_the_contract(app: &TestApp) {
        let company = app.company();
        let [top, _, leaf] = tree(&company);
        let (x, position) = (company.worker("x"), company.position("p"));
        company.contract(&x, &leaf, &position, Some("2026-02-01"), Some("2026-08-31"));
        let anna = recorder(&company, json!({"type": "department", "id": top, "include_subtree": true}));
        for (day, expected) in [
            ("2026-01-31", no("no_grant")),
            ("2026-02-01", yes("role_allow")),
            ("2026-08-31", yes("role_allow")),
            ("2026-09-01", no("no_grant")),
        ] {
            assert_eq!(company.decide(&anna, "time:record", &x, Some(day)), expected, "{day}");
        }
    }

    // P-02, D-05: a transfer moves the rights of others that very day.
    fn a_transfer_moves_the_worker_from_one_scope_to_the_other_on_its_day(app: &TestApp) {
        let company = app.company();
        let (old, new) = (company.department("old", None), company.department("new", None));
        let x = company.worker("x");
        let contract = company.contract(&x, &old, &company.position("p"), Some("2026-01-01"), None);
        let anna = recorder(&company, json!({"type": "department", "id": old}));
        let bert = company.user("bert");
        company.personal_grant(&bert, "time", json!({"type": "department", "id": new}), &["record"], &[]);
        let body = json!({"valid_from": "2026-07-01", "department_id": new});
        app.admin().post(&format!("/api/v1/contracts/{contract}/transfer"), body).expect(201);
        let decided = |day| {
            let of = |user: &str| company.decide(user, "time:record", &x, Some(day)).0;
            (of(&anna), of(&bert))
        };
        assert_eq!(decided("2026-06-30"), (true, false));
        assert_eq!(decided("2026-07-01"), (false, true));
    }

    // D-01: moving a department takes its workers along.
    fn a_moved_department_leaves_one_scope_and_enters_another(app: &TestApp) {
        let company = app.company();
        let [top, middle, leaf] = tree(&company);
        let other = company.department("other", None);
        let x = company.worker("x");
        company.contract(&x, &leaf, &company.position("p"), None, None);
        let anna = recorder(&company, json!({"type": "department", "id": top, "include_subtree": true}));
        let bert = company.user("bert");
        let below = json!({"type": "department", "id": other, "include_subtree": true});
        company.personal_grant(&bert, "time", below, &["record"], &[]);
        let decided =
            || (company.decide(&anna, "time:record", &x, None).0, company.decide(&bert, "time:record", &x, None).0);
        assert_eq!(decided(), (true, false));
        company.change("departments", &middle, json!({"parent_id": other}));
        assert_eq!(decided(), (false, true));
        company.change("departments", &middle, json!({"parent_id": top}));
        assert_eq!(decided(), (true, false));
    }

    // P-02: one worker, and no other.
    fn a_worker_scope_covers_one_folder_wherever_it_is_placed(app: &TestApp) {
        let company = app.company();
        let (x, y) = (company.worker("x"), company.worker("y"));
        let anna = recorder(&company, json!({"type": "worker", "id": x}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        assert_eq!(company.decide(&anna, "time:record", &y, None), no("no_grant"));
    }

    // P-02: objects by department, by type, one by one.
    fn objects_are_covered_by_department_type_and_one_by_one(app: &TestApp) {
        let company = app.company();
        let [top, middle, leaf] = tree(&company);
        let anna = company.user("anna");
        let task = |title: &str, department: Option<&str>| {
            company.make("objects", json!({"type": "task", "title": title, "department_id": department}))
        };
        let (loose, low, high) = (task("loose", None), task("low", Some(&leaf)), task("high", Some(&top)));
        let quote = company.make("objects", json!({"type": "quote", "title": "quote", "department_id": leaf}));
        let decided = || {
            [("task", &loose), ("task", &low), ("task", &high), ("quote", &quote)]
                .map(|(kind, id)| company.decide_on(&anna, "use", (kind, id), None).0)
        };
        assert_eq!(decided(), [false; 4]);
        let role = company.role("role", 0);
        company.member(&role, &anna);
        let granted = |scope: Value| company.grant(&role, "task", scope, &["use"], &[]);
        let one = granted(json!({"type": "object", "id": loose}));
        assert_eq!(decided(), [true, false, false, false]);
        company.remove("grants", &one);
        let subtree = granted(json!({"type": "department", "id": middle, "include_subtree": true}));
        assert_eq!(decided(), [false, true, false, false]);
        company.remove("grants", &subtree);
        let here = granted(json!({"type": "department", "id": top}));
        assert_eq!(decided(), [false, false, true, false]);
        company.remove("grants", &here);
        let of_type = granted(json!({"type": "object_type", "id": "task"}));
        assert_eq!(decided(), [true, true, true, false]);
        company.remove("grants", &of_type);
        granted(json!({"type": "all"}));
        assert_eq!(decided(), [true, true, true, false]);
    }

    // P-02, P-10: an object that changes its department changes the scope at once.
    fn an_object_moves_with_its_department(app: &TestApp) {
        let company = app.company();
        let [top, _, leaf] = tree(&company);
        let anna = company.user("anna");
        let task = company.make("objects", json!({"type": "task", "title": "t", "department_id": top}));
        company.personal_grant(&anna, "task", json!({"type": "department", "id": leaf}), &["use"], &[]);
        assert_eq!(company.decide_on(&anna, "task:use", ("task", &task), None), no("no_grant"));
        company.change("objects", &task, json!({"department_id": leaf}));
        assert_eq!(company.decide_on(&anna, "task:use", ("task", &task), None), yes("personal_allow"));
    }

    // P-10: customers' types may share a module; a grant by type covers that type alone.
    fn two_types_of_one_module_are_told_apart(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        company.make("modules", json!({"code": "fleet", "name": "Fleet", "target": "object", "actions": ["drive"]}));
        for code in ["car", "van"] {
            company.make("object-types", json!({"code": code, "name": code, "module": "fleet"}));
        }
        let [car, van] = ["car", "van"].map(|code| company.make("objects", json!({"type": code, "title": code})));
        company.personal_grant(&anna, "fleet", json!({"type": "object_type", "id": "car"}), &["drive"], &[]);
        assert_eq!(company.decide_on(&anna, "drive", ("car", &car), None), yes("personal_allow"));
        assert_eq!(company.decide_on(&anna, "fleet:drive", ("van", &van), None), no("no_grant"));
        assert_eq!(company.decide_on(&anna, "drive", ("van", &car), None), no("unknown_resource"));
    }
}
