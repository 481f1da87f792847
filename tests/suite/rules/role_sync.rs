//! Automatic roles follow at once, whatever changes.

use serde_json::json;
use tests::{Answer, Company, Person, TestApp, on_every_database};

struct Scene<'a> {
    app: &'a TestApp,
    company: Company<'a>,
    role: String,
    anna: Person,
    here: String,
    there: String,
    position: String,
}

impl<'a> Scene<'a> {
    /// A person, and an automatic role for whoever works here.
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let (here, there) = (company.department("here", None), company.department("there", None));
        let role = company.automatic_role("auto");
        company.rule(&role, json!({"departments": [{"id": here, "include_subtree": true}]}));
        Self { app, role, anna: company.person("anna"), here, there, position: company.position("p"), company }
    }

    fn contract(&self, department: &str) -> String {
        self.company.contract(&self.anna.worker, department, &self.position, Some("2026-01-01"), None)
    }

    /// Whether Anna is in the role today, as she is told herself.
    fn is_in(&self) -> bool {
        let me = self.company.client_of(&self.anna).get("/api/v1/me").expect(200);
        me.json["roles"].as_array().unwrap().contains(&json!("auto"))
    }

    /// The rows of the role, which a further sync leaves as they are.
    #[track_caller]
    fn rows(&self) -> usize {
        let admin = self.app.admin();
        let members = || admin.get(&format!("/api/v1/roles/{}/members", self.role)).expect(200);
        let before = members();
        let synced = self.sync();
        for done in ["added", "adjusted", "removed"] {
            assert_eq!(synced.json["report"][done].as_array().map_or(0, Vec::len), 0, "{done}: {}", synced.text);
        }
        assert_eq!(members().items(), before.items());
        before.items().len()
    }

    #[track_caller]
    fn sync(&self) -> Answer {
        self.app.admin().verb(&format!("/api/v1/workers/{}/role-sync", self.anna.worker)).expect(200)
    }

    fn verb(&self, contract: &str, verb: &str, body: serde_json::Value) {
        let answer = self.app.admin().post(&format!("/api/v1/contracts/{contract}/{verb}"), body);
        assert!(answer.status < 300, "{}", answer.text);
    }
}

on_every_database! {
    // a contract is signed, ended.
    fn when_a_contract_is_signed_or_ended(app: &TestApp) {
        let scene = Scene::new(app);
        let draft = scene.company.make(
            "contracts",
            json!({
                "worker_id": scene.anna.worker, "department_id": scene.here, "position_id": scene.position,
            }),
        );
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        app.admin().verb(&format!("/api/v1/contracts/{draft}/sign")).expect(200);
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.verb(&draft, "end", json!({"valid_to": "2026-06-14"}));
        // The row stays, so that questions about the past stay true; it holds no more.
        assert_eq!((scene.is_in(), scene.rows()), (false, 1));
        scene.verb(&draft, "end", json!({"valid_to": "2026-06-15"}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
    }

    // R-06, D-04: a contract is cancelled.
    fn when_a_contract_is_cancelled(app: &TestApp) {
        let scene = Scene::new(app);
        let contract = scene.contract(&scene.here);
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        app.admin().verb(&format!("/api/v1/contracts/{contract}/cancel")).expect(200);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // R-06, D-05: a contract is transferred.
    fn when_a_contract_is_transferred(app: &TestApp) {
        let scene = Scene::new(app);
        let contract = scene.contract(&scene.here);
        scene.verb(&contract, "transfer", json!({"valid_from": "2026-06-16", "department_id": scene.there}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        app.clock.set("2026-06-16T00:00:00Z".parse().unwrap());
        assert_eq!((scene.is_in(), scene.rows()), (false, 1));
    }

    // a draft's department changes nothing, a contract's removal neither.
    fn a_draft_gives_nothing_wherever_it_is(app: &TestApp) {
        let scene = Scene::new(app);
        let draft = scene.company.make(
            "contracts",
            json!({
                "worker_id": scene.anna.worker, "department_id": scene.there, "position_id": scene.position,
            }),
        );
        scene.company.change("contracts", &draft, json!({"department_id": scene.here}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        scene.company.remove("contracts", &draft);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // R-06, W-08: a worker is linked and unlinked; rights from contracts end at once.
    fn when_a_worker_is_linked_or_unlinked(app: &TestApp) {
        let scene = Scene::new(app);
        scene.contract(&scene.here);
        let path = format!("/api/v1/workers/{}/account", scene.anna.worker);
        let unlinked = app.admin().send("DELETE", &path, &[], None).expect(200);
        assert_eq!(unlinked.json["warnings"][0]["code"], "unlink_not_recommended");
        // One of the role here, one of the role of all employees.
        assert_eq!(unlinked.json["ended_memberships"], 2);
        assert_eq!(unlinked.json["ended"].as_array().unwrap().len(), 2);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        app.admin().put(&path, json!({"user_id": scene.anna.user})).expect(200);
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
    }

    // R-06, U-06: the account is deleted.
    fn when_the_account_is_deleted(app: &TestApp) {
        let scene = Scene::new(app);
        scene.contract(&scene.here);
        scene.company.remove("users", &scene.anna.user);
        assert_eq!(scene.rows(), 0);
    }

    // a rule is made, changed, removed.
    fn when_a_rule_is_made_changed_or_removed(app: &TestApp) {
        let scene = Scene::new(app);
        scene.contract(&scene.there);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        let rule = scene.company.rule(&scene.role, json!({"position_ids": [scene.position]}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.company.change("role-rules", &rule, json!({"contract_types": ["service"]}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        scene.company.change("role-rules", &rule, json!({"contract_types": [], "valid_to": "2026-06-14"}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 1));
        scene.company.change("role-rules", &rule, json!({"valid_to": null}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.company.remove("role-rules", &rule);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // R-06, D-01: the tree changes.
    fn when_a_department_moves(app: &TestApp) {
        let scene = Scene::new(app);
        let below = scene.company.department("below", Some(&scene.there));
        scene.contract(&below);
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        scene.company.change("departments", &scene.there, json!({"parent_id": scene.here}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.company.change("departments", &below, json!({"parent_id": null}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // the head of a department changes.
    fn when_the_head_of_a_department_changes(app: &TestApp) {
        let scene = Scene::new(app);
        let other = scene.company.person("other");
        scene.contract(&scene.there);
        scene.company.rule(&scene.role, json!({"head_of": [scene.there]}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        scene.company.change("departments", &scene.there, json!({"head_id": scene.anna.worker}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.company.change("departments", &scene.there, json!({"head_id": other.worker}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // the worker's kind changes.
    fn when_the_kind_of_a_worker_changes(app: &TestApp) {
        let scene = Scene::new(app);
        scene.contract(&scene.there);
        scene.company.rule(&scene.role, json!({"worker_kinds": ["contractor"]}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
        scene.company.change("workers", &scene.anna.worker, json!({"kind": "contractor"}));
        assert_eq!((scene.is_in(), scene.rows()), (true, 1));
        scene.company.change("workers", &scene.anna.worker, json!({"kind": "employee"}));
        assert_eq!((scene.is_in(), scene.rows()), (false, 0));
    }

    // it touches automatic memberships only, and writes nothing the second time.
    fn a_sync_leaves_what_was_set_by_hand_and_writes_nothing_the_second_time(app: &TestApp) {
        let scene = Scene::new(app);
        let manual = scene.company.role("manual", 0);
        let kept = scene.company.member(&manual, &scene.anna.user);
        scene.contract(&scene.here);
        let first = scene.sync();
        assert_eq!(first.json["report"]["worker_id"], scene.anna.worker.as_str());
        assert_eq!(first.json["report"]["kept"], 2);
        assert_eq!(scene.sync().header("remit-revision"), first.header("remit-revision"));
        app.admin().get(&format!("/api/v1/memberships/{kept}")).expect(200);
        let folder = scene.company.worker("unlinked");
        let none = app.admin().verb(&format!("/api/v1/workers/{folder}/role-sync")).expect(200);
        assert!(none.json["report"].is_null());
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
