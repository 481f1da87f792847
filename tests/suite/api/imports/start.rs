use serde_json::json;
use tests::on_every_database;

const ALL: &str = "/api/v1/imports";
const CSV: &[(&str, &str)] = &[("content-type", "text/csv")];
const FILE: &[u8] = b"external_id,code,name\nd-1,sales,Sales\n";

on_every_database! {
    fn it_is_queued_and_followed_by_its_location(app: &TestApp) {
        let admin = app.admin();
        let started = admin.send("POST", &format!("{ALL}?kind=departments"), CSV, Some(FILE)).expect(202);
        assert_eq!(started.header("location"), Some(format!("/api/v1/operations/{}", started.id()).as_str()));
        assert_eq!((&started.json["kind"], &started.json["created_by"]), (&json!("import"), &json!(app.admin_id)));
        let done = admin.finished(&started);
        assert_eq!(done.json["state"], "succeeded", "{}", done.text);
        assert_eq!((&done.json["done"], &done.json["total"], &done.json["errors_count"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!((&done.json["result"]["created"], &done.json["result"]["mode"]), (&json!(1), &json!("atomic")));
        // H-01
        let log = admin.get("/api/v1/audit?entity=department").expect(200);
        assert_eq!(log.items()[0]["cause"], format!("operation {}", started.id()));
        assert_eq!(log.items()[0]["actor_id"], json!(app.admin_id));
    }

    fn ndjson_null_clears_and_an_empty_cell_does_not(app: &TestApp) {
        let admin = app.admin();
        admin.import_csv("departments", "atomic", "external_id,code,name,valid_to\nd-1,a,A,2026-12-31\n");
        let valid_to = || admin.column("/api/v1/departments", "valid_to");
        admin.import_csv("departments", "atomic", "external_id,valid_to\nd-1,\n");
        assert_eq!(valid_to(), ["2026-12-31"]);
        let started = admin.import("departments", "per_row", "application/x-ndjson", "{\"external_id\":\"d-1\",\"valid_to\":null}\n\n").expect(202);
        assert_eq!(admin.finished(&started).json["result"]["updated"], 1);
        assert_eq!(valid_to(), ["-"]);
    }

    fn the_same_file_twice_changes_nothing(app: &TestApp) {
        let admin = app.admin();
        let revision = || admin.get("/api/v1/audit?entity=department&limit=1").expect(200).items()[0]["revision"].clone();
        let import = || admin.import_csv("departments", "atomic", "external_id,code,name,parent_external_id\na,a,A,\nb,b,B,a\n");
        assert_eq!(import().json["result"]["created"], 2);
        let before = revision();
        assert_eq!(import().json["result"]["created"], 0);
        assert_eq!(revision(), before);
    }

    fn parameters_are_known(app: &TestApp) {
        let post = |query: &str| app.admin().send("POST", &format!("{ALL}?{query}"), CSV, Some(FILE));
        post("").expect_fault(400, "required", "kind");
        let bad = post("kind=moons&mode=some&frob=1").expect_problem(400, "bad_parameter");
        assert_eq!(bad.pointers(), ["kind", "mode", "frob"]);
        post("kind=departments&plan=perhaps").expect_fault(400, "bad_parameter", "plan");
        let done = app.admin().finished(&post("kind=departments&plan=false").expect(202));
        assert_eq!(done.json["state"], "succeeded");
    }

    // It holds what is known of people.
    fn no_file_outlives_its_use(app: &TestApp) {
        let admin = app.admin();
        let post = |query: &str, file: &[u8]| {
            admin.send("POST", &format!("{ALL}?{query}"), &[("content-type", "text/csv"), ("idempotency-key", "k")], Some(file))
        };
        let queued = post("kind=departments", FILE).expect(202);
        admin.finished(&queued);
        assert_eq!(post("kind=departments", FILE).expect(202).id(), queued.id());
        post("kind=departments", b"external_id,code,name\n").expect_problem(422, "idempotency_key_reused");
        assert_eq!(admin.import_csv("departments", "atomic", "external_id,frob\n1,2\n").json["state"], "failed");
        // They go just after their operations have ended.
        let soon = chrono::Utc::now() + chrono::TimeDelta::minutes(1);
        let left = || app.app.store().read(|reader| reader.left_over_files(soon)).unwrap();
        let began = std::time::Instant::now();
        while !left().is_empty() {
            assert!(began.elapsed().as_secs() < 10, "{:?} keep their files", left());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn a_file_that_a_crash_left_goes_after_a_day(app: &TestApp) {
        let id = uuid::Uuid::now_v7();
        app.app.store().write(&app.app.service().author(None), |tx| tx.append_operation_file(id, b"x")).unwrap();
        let cleared = || {
            api::imports::file::clear_left_over(&app.app).unwrap();
            app.app.store().read(|reader| reader.operation_file(id, 0)).unwrap().is_none()
        };
        app.clock.set(chrono::Utc::now());
        assert!(!cleared(), "it may be coming still");
        app.clock.advance(chrono::TimeDelta::hours(25));
        assert!(cleared());
    }

    fn it_needs_import_run_and_what_each_row_needs(app: &TestApp) {
        let company = app.company();
        let refused = company.outsider().send("POST", &format!("{ALL}?kind=departments"), CSV, Some(FILE));
        refused.expect_missing("system", "import.run");
        let runner = company.with_rights("runner", "system", &["import.run"]);
        let done = runner.import_csv("departments", "per_row", "external_id,code,name\nd-1,sales,Sales\n");
        assert_eq!((&done.json["state"], &done.json["errors_count"]), (&json!("succeeded"), &json!(1)));
        let errors = runner.get(&format!("/api/v1/operations/{}/errors", done.id())).expect(200);
        assert_eq!(errors.json["code"], "forbidden", "{}", errors.text);
        assert!(app.admin().ids("/api/v1/departments").is_empty());
    }
}
