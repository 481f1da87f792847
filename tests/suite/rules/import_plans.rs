//! Plans of imports (H-03).

use serde_json::{Value, json};
use tests::{Answer, Client, Company, TestApp, on_every_database};

/// In the order in which they refer to each other.
const KINDS: [&str; 14] = [
    "users", "workers", "roles", "departments", "positions", "role_rules", "contracts", "memberships", "modules",
    "object_types", "objects", "grants", "qualifications", "notification_subscriptions",
];

const MEMBERSHIPS: &str = "external_id,role_external_id,member_type,member_external_id\n";

fn send(client: &Client, query: &str, body: &str) -> Answer {
    let path = format!("/api/v1/imports?{query}&plan=true");
    client.send("POST", &path, &[("content-type", "text/csv")], Some(body.as_bytes()))
}

/// The ended operation that planned a file.
fn looked_at(client: &Client, query: &str, body: &str) -> Answer {
    client.finished(&send(client, query, body).expect(202))
}

/// The path of the plan that an operation left.
fn plan(client: &Client, query: &str, body: &str) -> String {
    let done = looked_at(client, query, body);
    assert_eq!(done.json["state"], "succeeded", "{} {}", done.text, errors(client, &done));
    format!("/api/v1/plans/{}", done.json["result"]["plan_id"].as_str().unwrap())
}

/// The ended operation that applied a plan.
fn applied(client: &Client, plan: &str) -> Answer {
    client.finished(&client.verb(&format!("{plan}/apply")).expect(202))
}

fn errors(client: &Client, operation: &Answer) -> String {
    client.get(&format!("/api/v1/operations/{}/errors", operation.id())).expect(200).text
}

/// An operation that failed, and why.
#[track_caller]
fn failed(done: &Answer) -> &Value {
    assert_eq!(done.json["state"], "failed", "{}", done.text);
    &done.json["result"]["errors"][0]["code"]
}

fn newest(app: &TestApp) -> Value {
    app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone()
}

/// A role that gives something, and two accounts.
fn readers(company: &Company<'_>) -> (String, [String; 2]) {
    let role = company.role("readers", 5);
    let grant = company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
    (grant, ["anna", "ben"].map(|login| company.user(login)))
}

fn rows(of: &[&str]) -> String {
    of.iter().fold(MEMBERSHIPS.to_owned(), |file, login| format!("{file}m-{login},readers,user,{login}\n"))
}

on_every_database! {
    // H-03: changes, effect and the rows that would be refused are told, nothing is done; applying does exactly that.
    fn a_planned_import_tells_what_it_would_do_and_is_applied_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (grant, [anna, ben]) = readers(&company);
        let worker = company.worker("w");
        let file = rows(&["anna", "nobody", "ben"]);
        let before = newest(app);
        let started = send(&admin, "kind=memberships&mode=per_row", &file).expect(202);
        assert_eq!(started.header("location"), Some(format!("/api/v1/operations/{}", started.id()).as_str()));
        let done = admin.finished(&started);
        let plan = done.json["result"]["plan_id"].as_str().unwrap();
        let told = json!({"kind": "memberships", "mode": "per_row", "created": 2, "updated": 0, "bad": 1, "plan_id": plan});
        assert_eq!((&done.json["state"], &done.json["result"]), (&json!("succeeded"), &told));
        assert_eq!((&done.json["done"], &done.json["total"], &done.json["errors_count"]), (&json!(3), &json!(3), &json!(1)));
        let refused = errors(&admin, &done);
        assert!(refused.contains("\"line\":3") && refused.contains("unknown_reference"), "{refused}");
        assert_eq!(newest(app), before, "nothing is done");
        assert!(!company.decide(&anna, "hr:read", &worker, None).0);

        let path = format!("/api/v1/plans/{plan}");
        let shown = admin.get(&path).expect(200).json;
        assert_eq!((&shown["state"], &shown["changes"], &shown["people"]), (&json!("open"), &json!(2), &json!(2)));
        assert_eq!((&shown["gaining"], &shown["broken"]), (&json!(2), &json!([])));
        assert_eq!(shown["operation_id"], done.json["id"]);
        let request = json!({"method": "POST", "path": "/api/v1/imports?kind=memberships&mode=per_row", "body": null});
        assert_eq!(shown["request"], request);
        let changes = admin.get(&format!("{path}/changes")).expect(200).items().clone();
        assert_eq!((changes.len(), &changes[1]["membership"]["member_id"]), (2, &json!(ben)));
        let effect = admin.get(&format!("{path}/effects?user_id={anna}")).expect(200).items()[0].clone();
        assert_eq!(effect["gains"][0]["via"][0]["grant_id"], json!(grant));

        let ended = applied(&admin, &path);
        assert_eq!((&ended.json["state"], &ended.json["result"]), (&json!("succeeded"), &told));
        assert_eq!(errors(&admin, &ended), refused);
        assert!(company.decide(&anna, "hr:read", &worker, None).0);
        let log = admin.get("/api/v1/audit?entity=membership&limit=2").expect(200).items().clone();
        assert_eq!(log[0]["revision"], log[1]["revision"]);
        assert_eq!(log[0]["cause"], json!(format!("operation {}", ended.id())));
        let shown = admin.get(&path).expect(200).json;
        assert_eq!((&shown["state"], &shown["applied_revision"]), (&json!("applied"), &log[0]["revision"]));
        admin.verb(&format!("{path}/apply")).expect_problem(409, "plan_applied");
    }

    // H-03: applying a plan gives what the same import gives directly: rows, results, and what is said of bad rows.
    fn applying_gives_what_the_import_gives(app: &TestApp) {
        let (source, direct) = (TestApp::start(persistence::testing::sqlite()), TestApp::start(persistence::testing::sqlite()));
        api::demo::load_company(&source.app).unwrap();
        let (from, one, two) = (source.admin(), direct.admin(), app.admin());
        for (mode, bad) in [("atomic", ""), ("per_row", "bad\n")] {
            for kind in KINDS {
                let file = from.get(&format!("/api/v1/exports/{kind}?format=csv")).expect(200).text + bad;
                let done = one.import_csv(kind, mode, &file);
                assert_eq!(done.json["state"], "succeeded", "{kind}: {}", errors(&one, &done));
                let plan = plan(&two, &format!("kind={kind}&mode={mode}"), &file);
                let ended = applied(&two, &plan);
                assert_eq!(ended.json["state"], "succeeded", "{kind}: {}", ended.text);
                for field in ["created", "updated", "bad"] {
                    assert_eq!(ended.json["result"][field], done.json["result"][field], "{kind} {field}");
                }
                assert_eq!(errors(&two, &ended), errors(&one, &done), "{kind}");
            }
        }
        let told = |client: &Client, export: &str| {
            let text = client.get(&format!("/api/v1/exports/{export}format=csv")).expect(200).text;
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            assert!(lines.len() > 1, "{export}: {text}");
            lines
        };
        for kind in KINDS {
            assert_eq!(told(&one, &format!("{kind}?")), told(&two, &format!("{kind}?")), "{kind}");
        }
        let automatic = "memberships?source=automatic&fields=role_external_id,member_external_id,valid_from,valid_to&";
        assert_eq!(told(&one, automatic), told(&two, automatic));
    }

    // H-03: a plan is applied only if the same comes of it.
    fn a_plan_of_an_import_can_be_outdated(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (grant, [anna, _]) = readers(&company);
        let worker = company.worker("w");
        let outdated = |plan: &str| {
            let before = newest(app);
            assert_eq!(failed(&applied(&admin, plan)), "plan_outdated");
            assert_eq!(newest(app), before, "nothing is done");
            assert_eq!(admin.get(plan).expect(200).json["state"], "open");
        };
        // Another effect.
        let made = plan(&admin, "kind=memberships", &rows(&["anna"]));
        company.change("grants", &grant, json!({"allow": ["edit", "read"]}));
        outdated(&made);
        // Done by hand meanwhile, so that the row changes nothing.
        let made = plan(&admin, "kind=memberships", &rows(&["anna"]));
        company.member(&company.id_of("roles", "readers"), &anna);
        outdated(&made);
        assert!(company.decide(&anna, "hr:read", &worker, None).0);
        // A bad row that is good by now.
        let made = plan(&admin, "kind=memberships&mode=per_row", &rows(&["ben", "new"]));
        company.user("new");
        outdated(&made);
        // A good row that is bad by now, though it would change nothing either way.
        let made = plan(&admin, "kind=users&mode=per_row", "external_id,login\nu,\nanna,anna\n");
        company.change("users", &anna, json!({"login": "anne"}));
        outdated(&made);
        // What has nothing to do with it does not matter.
        let made = plan(&admin, "kind=memberships", &rows(&["ben"]));
        company.user("somebody");
        assert_eq!(applied(&admin, &made).json["state"], "succeeded");
    }

    // H-03: an atomic file with a bad row would change nothing: it fails as the import does, and leaves no plan.
    fn an_atomic_file_with_a_bad_row_leaves_no_plan(app: &TestApp) {
        let admin = app.admin();
        readers(&app.company());
        let file = rows(&["anna", "nobody"]);
        let planned = looked_at(&admin, "kind=memberships&mode=atomic", &file);
        let done = admin.import_csv("memberships", "atomic", &file);
        assert_eq!(failed(&planned), failed(&done));
        assert_eq!(planned.json["result"], done.json["result"]);
        assert_eq!(errors(&admin, &planned), errors(&admin, &done));
        assert_eq!(admin.get("/api/v1/plans").expect(200).items().len(), 0);
        let planned = looked_at(&admin, "kind=memberships&mode=per_row", "nonsense\n1\n");
        assert_eq!(failed(&planned), "bad_value");
    }

    // H-03, G-5: what widens the rights of who imports it is kept for a second person, whatever the mode.
    fn a_second_person_applies_what_widens_ones_own_rights(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (_, [_, ben]) = readers(&company);
        let worker = company.worker("w");
        let rights = ["role.assign", "role.read", "import.run", "plan.make", "plan.apply"];
        let (officer, second) = (company.with_rights("officer", "system", &rights), company.with_rights("second", "system", &rights));
        for mode in ["atomic", "per_row"] {
            let file = rows(&["officer", "ben"]);
            let made = plan(&officer, &format!("kind=memberships&mode={mode}"), &file);
            let shown = officer.get(&made).expect(200).json;
            assert_eq!((&shown["broken"][0]["code"], &shown["broken"][0]["rule"]), (&json!("own_rights_widened"), &json!("G-5")));
            assert_eq!((&shown["changes"], &shown["gaining"]), (&json!(2), &json!(2)));
            let done = applied(&officer, &made);
            assert_eq!(failed(&done), "plan_refused");
            assert_eq!(done.json["result"]["errors"][1]["code"], "own_rights_widened");
            assert!(!company.decide(&ben, "hr:read", &worker, None).0, "nothing of it is done");
            assert_eq!(applied(&second, &made).json["result"]["created"], json!(2));
            assert!(company.decide(&ben, "hr:read", &worker, None).0);
            for membership in admin.ids(&format!("/api/v1/roles/{}/members", company.id_of("roles", "readers"))) {
                company.remove("memberships", &membership);
            }
        }
    }

    // G-5: who made a service's token does not widen their rights by an import with it.
    fn an_import_with_a_services_token_is_no_way_around(app: &TestApp) {
        let company = app.company();
        readers(&company);
        let officer = company.with_rights("officer", "system", &["token.manage"]);
        let service = company.make("users", json!({"kind": "service", "display_name": "ERP"}));
        let helpers = company.role("helpers", 1);
        company.grant(&helpers, "system", json!({"type": "all"}), &["role.assign", "role.read", "import.run"], &[]);
        company.member(&helpers, &service);
        let token = officer.post("/api/v1/api-tokens", json!({"user_id": service, "name": "mine"})).expect(201);
        let program = app.with_token(token.json["token"].as_str().unwrap());
        let done = program.import_csv("memberships", "per_row", &rows(&["officer", "ben"]));
        assert_eq!((&done.json["result"]["created"], &done.json["result"]["bad"]), (&json!(1), &json!(1)), "{}", done.text);
        assert!(errors(&program, &done).contains("own_rights_widened"));
    }

    // H-03: making and applying need permissions of their own, and each row what it needs.
    fn plans_of_imports_are_for_those_who_may(app: &TestApp) {
        let company = app.company();
        readers(&company);
        let with = |login: &str, actions: &[&str]| company.with_rights(login, "system", actions);
        let file = rows(&["anna"]);
        let importer = with("importer", &["import.run", "role.assign", "role.read"]);
        send(&importer, "kind=memberships", &file).expect_missing("system", "plan.make");
        send(&with("planner", &["plan.make"]), "kind=memberships", &file).expect_missing("system", "import.run");
        let maker = with("maker", &["import.run", "plan.make", "role.assign", "role.read"]);
        let made = plan(&maker, "kind=memberships", &file);
        maker.verb(&format!("{made}/apply")).expect_missing("system", "plan.apply");
        with("applier", &["plan.apply"]).verb(&format!("{made}/apply")).expect_missing("system", "import.run");
        importer.get(&made).expect_problem(404, "not_found");
        // Whoever applies it has to be allowed what it does.
        let weak = with("weak", &["plan.apply", "import.run"]);
        let done = applied(&weak, &made);
        assert_eq!(failed(&done), "plan_outdated");
        assert!(errors(&weak, &done).contains("forbidden"));
        let strong = with("strong", &["plan.apply", "import.run", "role.assign", "role.read"]);
        assert_eq!(applied(&strong, &made).json["state"], "succeeded");
    }

    // H-03: a plan is good for a day; then it goes.
    fn a_plan_of_an_import_is_kept_for_a_day(app: &TestApp) {
        let admin = app.admin();
        readers(&app.company());
        let made = plan(&admin, "kind=memberships", &rows(&["anna"]));
        app.clock.advance(chrono::TimeDelta::hours(25));
        admin.verb(&format!("{made}/apply")).expect_problem(409, "plan_expired");
        let author = app.app.service().author(None);
        app.app.store().write(&author, |tx| api::jobs::remove_expired(&app.app, tx)).unwrap();
        admin.get(&made).expect_problem(404, "not_found");
        let second = plan(&admin, "kind=memberships", &rows(&["ben"]));
        admin.send("DELETE", &second, &[], None).expect(204);
        admin.verb(&format!("{second}/apply")).expect_problem(404, "not_found");
    }

    // H-03: a plan holds up others and takes memory, so its file is bounded.
    fn a_file_of_too_many_rows_is_not_planned(app: &TestApp) {
        let file = "external_id,code,name\n".to_owned() + &"d,d,D\n".repeat(10_001);
        let refused = send(&app.admin(), "kind=departments", &file).expect_problem(413, "body_too_large");
        assert!(refused.json["detail"].as_str().unwrap().contains("at most 10000 rows"), "{}", refused.text);
        assert_eq!(app.admin().get("/api/v1/operations").expect(200).items().len(), 0);
    }

    // H-03: a sent key makes one plan, and applies it once.
    fn keys_hold_for_plans_of_imports(app: &TestApp) {
        let admin = app.admin();
        readers(&app.company());
        let post = |path: &str, key: &str, body: Option<&[u8]>| {
            admin.send("POST", path, &[("idempotency-key", key), ("content-type", "text/csv")], body).expect(202)
        };
        let file = rows(&["anna"]);
        let start = || post("/api/v1/imports?kind=memberships&plan=true", "k1", Some(file.as_bytes()));
        let (first, second) = (start(), start());
        assert_eq!(first.json["id"], second.json["id"]);
        let done = admin.finished(&first);
        let path = format!("/api/v1/plans/{}/apply", done.json["result"]["plan_id"].as_str().unwrap());
        let first = post(&path, "k2", None);
        assert_eq!(admin.finished(&first).json["state"], "succeeded");
        assert_eq!(post(&path, "k2", None).json["id"], first.json["id"]);
    }
}
