//! Rules of automatic roles: every part, alone and together.

use serde_json::{Value, json};
use tests::{Company, Person, TestApp, on_every_database};

use super::{no, yes};

/// A company with a small tree and a role whose members may `record` everybody's time.
struct Scene<'a> {
    company: Company<'a>,
    role: String,
    target: String,
    top: String,
    below: String,
    aside: String,
    clerk: String,
    smith: String,
}

impl<'a> Scene<'a> {
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let role = company.automatic_role("auto");
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        Self {
            role,
            target: company.worker("target"),
            aside: company.department("aside", None),
            clerk: company.position("clerk"),
            smith: company.position("smith"),
            top,
            below,
            company,
        }
    }

    /// A person of that kind with a signed contract of that type.
    fn person(&self, name: &str, kind: &str, department: &str, position: &str, contract_type: &str) -> Person {
        let person = self.company.person(name);
        self.company.change("workers", &person.worker, json!({"kind": kind}));
        self.company.make(
            "contracts",
            json!({
                "worker_id": person.worker, "department_id": department, "position_id": position, "type": contract_type,
                "state": "signed",
            }),
        );
        person
    }

    fn is_member(&self, person: &Person, day: Option<&str>) -> bool {
        let decided = self.company.decide(&person.user, "time:record", &self.target, day);
        assert_eq!(decided, if decided.0 { yes("role_allow") } else { no("no_grant") });
        decided.0
    }

    /// Who is a member with this rule alone.
    fn members(&self, parts: Value, people: &[&Person]) -> Vec<bool> {
        let rule = self.company.rule(&self.role, parts);
        let members = people.iter().map(|person| self.is_member(person, None)).collect();
        self.company.remove("role-rules", &rule);
        assert!(people.iter().all(|person| !self.is_member(person, None)), "the rule is gone");
        members
    }
}

on_every_database! {
    // departments (each with or without its subtree), positions, contract types, worker
    // kinds; parts given together must all match; all_workers matches every contract.
    fn each_part_matches_and_all_parts_together(app: &TestApp) {
        let scene = Scene::new(app);
        let (top, below, aside, clerk, smith) = (&scene.top, &scene.below, &scene.aside, &scene.clerk, &scene.smith);
        let anna = scene.person("anna", "employee", top, clerk, "employment");
        let bert = scene.person("bert", "contractor", below, clerk, "service");
        let cora = scene.person("cora", "employee", aside, smith, "employment");
        let people = [&anna, &bert, &cora];
        let only = |id: &str| json!({"id": id});
        let deep = |id: &str| json!({"id": id, "include_subtree": true});
        for (parts, expected) in [
            (json!({"departments": [only(top)]}), [true, false, false]),
            (json!({"departments": [deep(top)]}), [true, true, false]),
            (json!({"departments": [only(below), only(aside)]}), [false, true, true]),
            (json!({"position_ids": [clerk]}), [true, true, false]),
            (json!({"position_ids": [clerk, smith]}), [true, true, true]),
            (json!({"contract_types": ["service", "agreement"]}), [false, true, false]),
            (json!({"worker_kinds": ["employee"]}), [true, false, true]),
            (json!({"all_workers": true}), [true, true, true]),
            (json!({"departments": [deep(top)], "worker_kinds": ["employee"]}), [true, false, false]),
            (json!({"position_ids": [clerk], "contract_types": ["service"]}), [false, true, false]),
            (json!({"departments": [only(aside)], "position_ids": [clerk]}), [false, false, false]),
        ] {
            assert_eq!(scene.members(parts.clone(), &people), expected, "{parts}");
        }
    }

    // the heads of departments.
    fn a_rule_finds_the_heads_of_departments(app: &TestApp) {
        let scene = Scene::new(app);
        let anna = scene.person("anna", "employee", &scene.top, &scene.clerk, "employment");
        let bert = scene.person("bert", "employee", &scene.aside, &scene.smith, "employment");
        scene.company.change("departments", &scene.below, json!({"head_id": anna.worker}));
        scene.company.change("departments", &scene.aside, json!({"head_id": bert.worker}));
        let people = [&anna, &bert];
        let (below, aside, top, clerk) = (&scene.below, &scene.aside, &scene.top, &scene.clerk);
        assert_eq!(scene.members(json!({"head_of": [below]}), &people), [true, false]);
        assert_eq!(scene.members(json!({"head_of": [below, aside]}), &people), [true, true]);
        assert_eq!(scene.members(json!({"head_of": [top]}), &people), [false, false]);
        let head_and_clerk = json!({"head_of": [below, aside], "position_ids": [clerk]});
        assert_eq!(scene.members(head_and_clerk, &people), [true, false]);
    }

    // several rules of a role unite.
    fn several_rules_of_one_role_unite(app: &TestApp) {
        let scene = Scene::new(app);
        let anna = scene.person("anna", "employee", &scene.top, &scene.clerk, "employment");
        let bert = scene.person("bert", "employee", &scene.aside, &scene.smith, "employment");
        let first = scene.company.rule(&scene.role, json!({"position_ids": [scene.clerk]}));
        scene.company.rule(&scene.role, json!({"departments": [{"id": scene.aside}]}));
        assert!(scene.is_member(&anna, None) && scene.is_member(&bert, None));
        scene.company.remove("role-rules", &first);
        assert!(!scene.is_member(&anna, None) && scene.is_member(&bert, None));
    }

    // the window of the contract cut by that of the rule; the row carries both.
    fn an_automatic_membership_carries_contract_rule_and_the_cut_window(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let anna = company.person("anna");
        let (from, to) = (Some("2026-01-10"), Some("2026-09-30"));
        let contract = company.contract(&anna.worker, &scene.top, &scene.clerk, from, to);
        let parts = json!({"all_workers": true, "valid_from": "2026-03-01", "valid_to": "2026-12-31"});
        let rule = company.rule(&scene.role, parts);
        let rows = app.admin().get(&format!("/api/v1/roles/{}/members", scene.role)).expect(200);
        let row = &rows.items()[0];
        assert_eq!((rows.items().len(), &row["member_id"]), (1, &json!(anna.user)));
        assert_eq!((&row["contract_id"], &row["rule_id"]), (&json!(contract), &json!(rule)));
        assert_eq!((&row["valid_from"], &row["valid_to"]), (&json!("2026-03-01"), &json!("2026-09-30")));
        for (day, member) in [("2026-02-28", false), ("2026-03-01", true), ("2026-09-30", true), ("2026-10-01", false)]
        {
            assert_eq!(scene.is_member(&anna, Some(day)), member, "{day}");
        }
        // Windows that never meet make no membership at all.
        company.change("role-rules", &rule, json!({"valid_from": "2026-10-01"}));
        let rows = app.admin().get(&format!("/api/v1/roles/{}/members", scene.role)).expect(200);
        assert!(rows.items().is_empty());
    }

    // rights begin and end with the contract, even when no job runs that night.
    fn rights_begin_and_end_with_the_contract_without_any_job(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let anna = company.person("anna");
        company.rule(&scene.role, json!({"departments": [{"id": scene.top}]}));
        company.contract(&anna.worker, &scene.top, &scene.clerk, Some("2026-07-01"), Some("2026-07-31"));
        let before = app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        for (instant, member) in [
            ("2026-06-30T23:59:59Z", false),
            ("2026-07-01T00:00:00Z", true),
            ("2026-07-31T23:59:59Z", true),
            ("2026-08-01T00:00:00Z", false),
        ] {
            app.clock.set(instant.parse().unwrap());
            assert_eq!(scene.is_member(&anna, None), member, "{instant}");
        }
        // Nothing was written meanwhile.
        assert_eq!(app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"], before);
        // Asked about a day it is the same, whatever the clock says.
        assert!(scene.is_member(&anna, Some("2026-07-15")) && !scene.is_member(&anna, Some("2026-06-30")));
    }

    // a rule names at least one part; all_workers stands alone; nothing twice; what it names
    // exists.
    fn a_rule_that_makes_no_sense_is_refused(app: &TestApp) {
        let scene = Scene::new(app);
        let post = |mut parts: Value| {
            parts["role_id"] = json!(scene.role);
            app.admin().post("/api/v1/role-rules", parts)
        };
        post(json!({})).expect_problem(422, "rule_empty");
        post(json!({"all_workers": false})).expect_problem(422, "rule_empty");
        post(json!({"all_workers": true, "position_ids": [scene.clerk]})).expect_problem(422, "rule_all_with_parts");
        let twice = json!({"position_ids": [scene.clerk, scene.clerk]});
        post(twice).expect_problem(422, "duplicate_item");
        let unknown = post(json!({"departments": [{"id": uuid::Uuid::now_v7()}]})).expect(422);
        assert_eq!(unknown.pointers(), ["/departments/0/id"]);
        post(json!({"contract_types": ["marriage"]})).expect(400);
        let reversed = json!({"all_workers": true, "valid_from": "2026-02-01", "valid_to": "2026-01-01"});
        post(reversed).expect_problem(422, "window_reversed");
    }
}
