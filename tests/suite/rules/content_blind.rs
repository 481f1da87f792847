//! G-2, G-5: whatever an area administrator does, in whatever order, they get no right to content that they did not
//! have.

use serde_json::{Value, json};
use tests::{Client, Company, on_every_database};

/// Sequences, and calls of each.
const SEQUENCES: u64 = 6;
const CALLS: usize = 40;

/// A fixed sequence of chance, so that a fault comes again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, length: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % length
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A company with areas, tasks in them and roles, and its area administrator, who may besides do all that administers
/// roles, grants and templates.
struct Scene<'a> {
    company: &'a Company<'a>,
    administrator: Client,
    own: String,
    users: Vec<String>,
    roles: Vec<String>,
    areas: Vec<String>,
    /// Those that the administrator created.
    made: Vec<String>,
    department: String,
}

impl<'a> Scene<'a> {
    fn new(company: &'a Company<'a>, number: u64) -> Self {
        let name = |what: &str| format!("{what}-{number}");
        let own = company.user(&name("own"));
        let rights = company.role(&name("administers"), 1);
        let actions = [
            "area.administer", "area.create", "role.read", "role.edit", "role.assign", "grant.read", "grant.edit",
            "template.edit", "object.create", "protection.edit",
        ];
        company.grant(&rights, "system", json!({"type": "all"}), &actions, &[]);
        company.member(&rights, &own);
        let users: Vec<String> = ["anna", "bert"].map(|login| company.user(&name(login))).to_vec();
        let roles: Vec<String> = ["one", "two", "three"].map(|code| company.role(&name(code), 1)).to_vec();
        company.member(&roles[0], &users[0]);
        company.member(&roles[2], &own);
        let department = company.department(&name("d"), None);
        let areas = ["x", "y"].map(|title| {
            let body = json!({"name": title, "owner_id": users[0], "processor_ids": [roles[0]]});
            company.make("areas", body)
        });
        for area in &areas {
            let body = json!({"type": "task", "title": "t", "area_id": area, "department_id": department});
            company.make("objects", body);
        }
        let administrator = company.client_for(&own);
        let mut roles = roles;
        roles.push(rights);
        Self { company, administrator, own, users, roles, areas: areas.to_vec(), made: vec![], department }
    }

    /// What the administrator may do with content: areas and what lies in them.
    fn reached(&self) -> Vec<String> {
        let mut found = Vec::new();
        let admin = self.company.admin();
        for area in admin.ids("/api/v1/areas?limit=200") {
            for action in ["areas:read", "areas:work", "areas:notice"] {
                if self.company.decide_on(&self.own, action, ("area", &area), None).0 {
                    found.push(format!("{action} on {area}"));
                }
            }
            // Who creates an area may own it; what is there already falls to them in no way.
            let owner = &admin.get(&format!("/api/v1/areas/{area}")).expect(200).json["owner_id"];
            if *owner == json!(self.own) && !self.made.contains(&area) {
                found.push(format!("owner of {area}"));
            }
        }
        for object in admin.ids("/api/v1/objects?type=task&limit=200") {
            for action in ["read", "edit"] {
                if self.company.decide_on(&self.own, action, ("task", &object), None).0 {
                    found.push(format!("{action} on {object}"));
                }
            }
        }
        found
    }

    /// One call of chance; what it was.
    fn call(&mut self, chance: &mut Chance) -> String {
        let mut people = self.users.clone();
        people.push(self.own.clone());
        let (user, role, other) =
            (chance.one(&people).clone(), chance.one(&self.roles).clone(), chance.one(&self.roles).clone());
        let area = chance.one(&self.areas).clone();
        let list = |which: &str| json!({which: [{"name": format!("list {user}"), "user_ids": [user]}]});
        let nested = |which: &str| json!({which: [{"name": format!("of {role}"), "role_ids": [role]}]});
        let patch = |scene: &Self, body: Value| scene.administrator.patch(&format!("/api/v1/areas/{area}"), body);
        let post = |scene: &Self, path: &str, body: Value| scene.administrator.post(&format!("/api/v1/{path}"), body);
        let number = chance.below(14);
        let answer = match number {
            0 => patch(self, json!({"owner_id": user})),
            1 => patch(self, json!({"processor_ids": [role]})),
            2 => patch(self, json!({"reader_ids": [role], "processor_ids": [other]})),
            3 => patch(self, list("new_processors")),
            4 => patch(self, list("new_readers")),
            5 => patch(self, nested("new_processors")),
            6 => post(self, "memberships", json!({"role_id": role, "member_id": user})),
            7 => post(self, "memberships", json!({"role_id": role, "member_type": "role", "member_id": other})),
            8 => {
                let scope = json!({"type": "area", "id": area});
                post(
                    self,
                    "grants",
                    json!({"holder_type": "role", "holder_id": role, "module": "task", "scope": scope, "allow": ["edit"]}),
                )
            }
            9 => post(
                self,
                "grants",
                json!({"holder_type": "user", "holder_id": user, "module": "areas", "scope": {"type": "all"}, "allow": ["read"]}),
            ),
            10 => post(
                self,
                "templates",
                json!({
                    "name": "T", "department_ids": [self.department],
                    "rights": [{"object_type": "task", "role_id": role, "allow": ["edit"]}],
                }),
            ),
            11 => {
                let body = json!({"name": "New", "owner_id": user, "processor_ids": [role], "reader_ids": []});
                let made = post(self, "areas", body);
                if made.status == 201 {
                    let area = made.id();
                    self.company.make(
                        "objects",
                        json!({"type": "task", "title": "n", "area_id": area, "department_id": self.department}),
                    );
                    self.areas.push(area.clone());
                    self.made.push(area);
                }
                made
            }
            12 => post(self, "roles", json!({"code": format!("r{}", chance.below(1_000_000)), "name": "R"})),
            _ => {
                let body = json!({"type": "task", "title": "own", "department_id": self.department});
                post(self, "objects", body)
            }
        };
        if number == 12 && answer.status == 201 {
            self.roles.push(answer.id());
        }
        format!("call {number}: {} {}", answer.status, answer.text)
    }
}

on_every_database! {
    // G-2, G-5: directly, by role, by nesting, by ownership, by list or by template.
    fn no_way_leads_an_area_administrator_to_content(app: &TestApp) {
        let company = app.company();
        let (mut done, mut refused) = (0, 0);
        for number in 0..SEQUENCES {
            let mut scene = Scene::new(&company, number);
            let mut chance = Chance(0x9E37_79B9 + number);
            assert_eq!(scene.reached(), Vec::<String>::new());
            let mut calls = Vec::new();
            for _ in 0..CALLS {
                calls.push(scene.call(&mut chance));
                let called = calls.last().unwrap();
                done += usize::from(called.contains(": 20"));
                refused += usize::from(called.contains("own_rights_widened"));
                let reached = scene.reached();
                assert!(reached.is_empty(), "sequence {number}: {reached:?} after {calls:#?}");
            }
        }
        // Chance must have tried both.
        assert!(done > 50 && refused > 50, "{done} done, {refused} refused");
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
