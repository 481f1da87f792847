//! Relations, which need no grant (P-03 step 2, W-09).

use serde_json::json;
use tests::on_every_database;

use super::{no, yes};

const RELATED: &[&str] = &["read", "use", "edit", "record_hours", "report_finished"];

on_every_database! {
    // P-03 step 2: assignee and team have read, use, edit, record_hours and report_finished.
    fn assignee_and_team_work_on_their_object(app: &TestApp) {
        let company = app.company();
        let (anna, bert, cora) = (company.user("anna"), company.user("bert"), company.user("cora"));
        let body = json!({"type": "task", "title": "t", "assignee_id": anna, "team_ids": [bert]});
        let task = company.make("objects", body);
        let other = company.make("objects", json!({"type": "task", "title": "other"}));
        for user in [&anna, &bert] {
            for action in RELATED {
                assert_eq!(company.decide_on(user, action, ("task", &task), None), yes("relation_allow"), "{action}");
                assert_eq!(company.decide_on(user, action, ("task", &other), None), no("no_grant"), "{action}");
            }
            for action in ["order", "rebook"] {
                assert_eq!(company.decide_on(user, action, ("task", &task), None), no("no_grant"), "{action}");
            }
        }
        assert_eq!(company.decide_on(&cora, "read", ("task", &task), None), no("no_grant"));
        company.change("objects", &task, json!({"assignee_id": cora, "team_ids": []}));
        assert_eq!(company.decide_on(&cora, "edit", ("task", &task), None), yes("relation_allow"));
        for user in [&anna, &bert] {
            assert_eq!(company.decide_on(user, "edit", ("task", &task), None), no("no_grant"));
        }
    }

    // P-03: a relation comes before grants; a deny does not take it away.
    fn a_relation_comes_before_any_grant(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let task = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": anna}));
        company.personal_grant(&anna, "task", json!({"type": "all"}), &["order"], &["edit"]);
        assert_eq!(company.decide_on(&anna, "edit", ("task", &task), None), yes("relation_allow"));
        assert_eq!(company.decide_on(&anna, "order", ("task", &task), None), yes("personal_allow"));
        assert_eq!(company.decide_on(&anna, "rebook", ("task", &task), None), no("personal_without_action"));
    }

    // P-10, A-04: who works on an object sees it among the objects, and no other.
    fn a_team_member_sees_that_object_and_nothing_else(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let task = company.make("objects", json!({"type": "task", "title": "mine", "team_ids": [anna]}));
        let other = company.make("objects", json!({"type": "task", "title": "other"}));
        let caller = company.client_for(&anna);
        let listed = caller.get("/api/v1/objects").expect(200);
        assert_eq!((listed.items().len(), listed.items()[0]["id"].as_str()), (1, Some(task.as_str())));
        caller.get(&format!("/api/v1/objects/{task}")).expect(200);
        caller.get(&format!("/api/v1/objects/{other}")).expect_problem(404, "not_found");
        caller.patch(&format!("/api/v1/objects/{task}"), json!({"state": "done"})).expect(200);
    }

    // P-03 step 2, W-09: a linked worker has hr:read and hr:contracts.read on their own folder,
    // only while it is linked, and edits nothing.
    fn ones_own_folder_is_readable_while_it_is_linked(app: &TestApp) {
        let company = app.company();
        let (anna, bert) = (company.person("anna"), company.person("bert"));
        let contract =
            company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let caller = company.client_of(&anna);
        for action in ["hr:read", "hr:contracts.read"] {
            assert_eq!(company.decide(&anna.user, action, &anna.worker, None), yes("relation_allow"), "{action}");
            assert_eq!(company.decide(&anna.user, action, &bert.worker, None), no("no_grant"), "{action}");
        }
        for action in ["hr:edit", "hr:contracts.edit", "hr:account.link", "time:record"] {
            assert_eq!(company.decide(&anna.user, action, &anna.worker, None), no("no_grant"), "{action}");
        }
        let folder = format!("/api/v1/workers/{}", anna.worker);
        assert_eq!(caller.get("/api/v1/me/worker").expect(200).id(), anna.worker);
        caller.get(&folder).expect(200);
        caller.get(&format!("/api/v1/workers/{}", bert.worker)).expect_problem(404, "not_found");
        assert_eq!(caller.get("/api/v1/workers").expect(200).items().len(), 1);
        let contracts = caller.get(&format!("{folder}/contracts")).expect(200);
        assert_eq!(contracts.items()[0]["id"], contract.as_str());
        caller.patch(&folder, json!({"phone": "1"})).expect_problem(403, "forbidden");
        let own = format!("/api/v1/contracts/{contract}");
        let edited = caller.patch(&own, json!({"supervisor_id": bert.worker})).expect_problem(403, "forbidden");
        assert_eq!(edited.json["missing"], json!({"module": "hr", "action": "contracts.edit"}));
        app.admin().send("DELETE", &format!("{folder}/account"), &[], None).expect(200);
        assert_eq!(company.decide(&anna.user, "hr:read", &anna.worker, None), no("no_grant"));
        caller.get("/api/v1/me/worker").expect_problem(404, "not_found");
        caller.get(&folder).expect_problem(404, "not_found");
        assert!(caller.get("/api/v1/contracts").expect(200).items().is_empty());
    }
}
