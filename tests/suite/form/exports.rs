//! Exports: all rows of a kind, as imports take them.

use super::*;

fn export(client: &Client, query: &str) -> Answer {
    client.get(&format!("/api/v1/exports/{query}"))
}

fn rows(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_every_database! {
    // One object a line, how many there will be is told first, and references are by external id.
    fn rows_come_as_imports_take_them(app: &TestApp) {
        let company = app.company();
        let root = company.department("root", None);
        company.department("sales", Some(&root));
        let answer = export(&app.admin(), "departments?sort=code").expect(200);
        assert_eq!(answer.header("remit-total"), Some("2"));
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"departments.ndjson\""));
        let rows = rows(&answer);
        assert_eq!((&rows[1]["code"], &rows[1]["parent_external_id"]), (&json!("sales"), &json!("root")));
        assert_eq!(rows[1].get("parent_id"), None);
        assert_eq!(rows[0]["parent_id"], Value::Null);
    }

    // CSV by `Accept` or `format`; filters are those of the list; columns can be chosen.
    fn format_rows_and_columns_can_be_chosen(app: &TestApp) {
        let admin = app.admin();
        for code in ["b", "a", "c"] {
            admin.post("/api/v1/positions", json!({"code": code, "name": format!("N{code}")})).expect(201);
        }
        let csv = admin.send("GET", "/api/v1/exports/positions?fields=code,name&sort=-code", &[("accept", "text/csv")], None);
        let csv = csv.expect(200);
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(csv.text, "code,name\nc,Nc\nb,Nb\na,Na\n");
        assert_eq!(export(&admin, "positions?format=csv&fields=code&code=a").expect(200).text, "code\na\n");
        assert_eq!(export(&admin, "positions?format=csv&fields=code&q=nb").expect(200).text, "code\nb\n");
        let shown = rows(&export(&admin, "positions?fields=id,revision,code&code=a").expect(200));
        assert!(shown[0]["id"].is_string() && shown[0]["revision"].is_i64());
        assert_eq!(export(&admin, "positions?code=none").expect(200).text, "");
    }

    // A cell that a spreadsheet would take for a formula is guarded, and comes back as it was.
    fn formula_cells_are_escaped(app: &TestApp) {
        let admin = app.admin();
        let evil = "=HYPERLINK(\"https://evil.example.org\",\"x\")";
        let body = json!({"external_id": "p", "code": "p", "name": evil});
        admin.post("/api/v1/positions", body).expect(201);
        let csv = export(&admin, "positions?format=csv").expect(200).text;
        assert!(csv.contains("\"'=HYPERLINK") && !csv.contains(",=") && !csv.contains("\"="), "{csv}");
        let again = admin.import_csv("positions", "atomic", &csv);
        assert_eq!(again.json["result"]["updated"], 1, "{}", again.text);
        assert_eq!(admin.column("/api/v1/positions", "name"), [evil]);
    }

    // Only those who may export, and of what their lists show them.
    fn an_export_shows_what_the_caller_may_see(app: &TestApp) {
        let company = app.company();
        let (anna, _) = (company.worker("anna"), company.worker("boris"));
        let narrow = company.with_rights_over("narrow", "hr", json!({"type": "worker", "id": anna}), &["read"]);
        export(&narrow, "workers").expect_missing("system", "export.run");
        let role = company.role("exporter", 0);
        let me = narrow.get("/api/v1/me").json["id"].as_str().or(narrow.get("/api/v1/me").json["user"]["id"].as_str()).unwrap().to_owned();
        company.member(&role, &me);
        company.grant(&role, "system", json!({"type": "all"}), &["export.run"], &[]);
        let seen = export(&narrow, "workers").expect(200);
        assert_eq!(seen.header("remit-total"), Some("1"));
        assert_eq!(rows(&seen)[0]["external_id"], "anna");
        export(&narrow, "users").expect_missing("system", "user.read");
        assert_eq!(export(&app.admin(), "workers").expect(200).header("remit-total"), Some("2"));
        app.anonymous().get("/api/v1/exports/workers").expect(401);
    }

    // Bad requests are refused before anything is sent.
    fn odd_requests_are_refused(app: &TestApp) {
        let admin = app.admin();
        export(&admin, "frobs").expect_problem(404, "not_found");
        for (query, pointer) in [("limit=5", "limit"), ("cursor=x", "cursor"), ("fields=frob", "fields"), ("format=xml", "format"), ("frob=1", "frob")] {
            let refused = export(&admin, &format!("users?{query}")).expect_problem(400, "bad_parameter");
            assert_eq!(refused.pointers(), [pointer]);
        }
        let xml = [("accept", "application/xml")];
        admin.send("GET", "/api/v1/exports/users", &xml, None).expect_problem(406, "not_acceptable");
        for (accept, begins) in [
            ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"), ("text/csv, application/x-ndjson;q=0.9", "text/csv"),
            ("text/csv, */*", "text/csv"), ("application/x-ndjson;q=0, */*", "text/csv"), ("*/*", "application/x-ndjson"),
        ] {
            let answer = admin.send("GET", "/api/v1/exports/users", &[("accept", accept)], None).expect(200);
            assert!(answer.header("content-type").unwrap().starts_with(begins), "{accept}");
        }
        export(&admin, "role-rules").expect(200);
    }

    // What no column answers filters exports as it does lists.
    fn filters_by_role_department_link_and_members_hold_for_exports(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let (anna, ben) = (company.person("anna"), company.worker("ben"));
        let position = company.position("p");
        company.contract(&anna.worker, &below, &position, None, None);
        company.contract(&ben, &top, &position, None, None);
        let (role, empty) = (company.role("full", 0), company.role("empty", 0));
        company.member(&role, &anna.user);
        let same = |list: &str, export_of: &str, count: usize| {
            let mut listed = admin.ids(&format!("/api/v1/{list}&limit=200"));
            let exported = rows(&export(&admin, &format!("{export_of}&fields=id")).expect(200));
            let mut exported: Vec<_> = exported.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            listed.sort();
            exported.sort();
            assert_eq!((&exported, exported.len()), (&listed, count), "{export_of}");
        };
        for (query, count) in [
            (format!("users?role_id={role}"), 1),
            (format!("users?department_id={top}"), 0),
            (format!("users?department_id={top}&include_subtree=true"), 1),
            ("users?linked=true".to_owned(), 1),
            ("workers?linked=false".to_owned(), 1),
            ("roles?has_members=true&code=full".to_owned(), 1),
            ("roles?has_members=false&code=full".to_owned(), 0),
            (format!("contracts?department_id={top}"), 1),
            (format!("contracts?department_id={top}&include_subtree=true"), 2),
        ] {
            same(&query, &query, count);
        }
        let list = format!("departments/{top}/contracts?include_subtree=true");
        same(&list, &format!("contracts?department_id={top}&include_subtree=true"), 2);
        assert!(!empty.is_empty());
        // Who may not ask the list by role may not ask the export.
        let narrow = company.with_rights("narrow", "system", &["user.read", "export.run"]);
        export(&narrow, &format!("users?role_id={role}")).expect_missing("system", "role.read");
        // A cursor belongs to what was asked.
        let first = admin.get("/api/v1/users?linked=false&limit=1").expect(200);
        let cursor = first.json["next_cursor"].as_str().unwrap_or("x").to_owned();
        admin.get(&format!("/api/v1/users?linked=true&limit=1&cursor={cursor}")).expect_problem(400, "bad_cursor");
    }

    // Whatever filters a list filters the export of its rows.
    fn every_filter_of_a_list_is_one_of_the_export(app: &TestApp) {
        let document = api::openapi::document_value();
        let schema_of = |path: &str| {
            let page = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            page["$ref"].as_str().map(str::to_owned)
        };
        let paging = ["limit", "cursor", "total", "expand", "fields", "sort"];
        let kinds = document["components"]["schemas"]["ImportKind"]["enum"].as_array().unwrap();
        let mut held = 0;
        // Areas name their roles themselves.
        export(&app.admin(), "area-roles").expect_problem(404, "not_found");
        let kinds = kinds.iter().map(|kind| kind.as_str().unwrap().replace('_', "-"));
        for kind in kinds.filter(|kind| kind != "area-roles") {
            let page = schema_of(&format!("/api/v1/{kind}")).unwrap_or_else(|| panic!("{kind} has no list"));
            // The same rows under another path are the same list.
            let lists = document["paths"].as_object().unwrap().keys().filter(|path| schema_of(path).as_ref() == Some(&page));
            for list in lists {
                for parameter in document["paths"][list]["get"]["parameters"].as_array().unwrap() {
                    let name = parameter["name"].as_str().unwrap();
                    if parameter["in"] != "query" || paging.contains(&name) {
                        continue;
                    }
                    let example = &parameter["schema"]["examples"][0];
                    let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                    let answer = export(&app.admin(), &format!("{kind}?{name}={}", example.replace('+', "%2B")));
                    assert_eq!(answer.status, 200, "{list}: {name}: {}", answer.text);
                    held += 1;
                }
            }
        }
        assert!(held > 60, "{held} filters were found");
    }

    // One snapshot: what changes meanwhile is not in it, and many rows come in batches.
    fn many_rows_come_from_one_snapshot(app: &TestApp) {
        let admin = app.admin();
        let header = "external_id,code,name\n".to_owned();
        let file = (0..5_000).fold(header, |file, n| file + &format!("p{n:05},p{n:05},Position {n}\n"));
        assert_eq!(admin.import_csv("positions", "atomic", &file).json["state"], "succeeded");
        let answer = export(&admin, "positions?format=csv&fields=external_id,code,name&sort=code").expect(200);
        assert_eq!(answer.header("remit-total"), Some("5000"));
        assert_eq!(answer.text, file);
    }
}

// More exports at once than are allowed are told to come again.
#[test]
fn exports_take_turns() {
    use std::io::{Read, Write};
    let app = TestApp::start_with(persistence::testing::sqlite(), |config| config.exports_at_once = 1);
    let admin = app.admin();
    let name = "x".repeat(150);
    let file = (0..20_000).fold("external_id,code,name\n".to_owned(), |file, n| file + &format!("p{n},p{n},{name}\n"));
    assert_eq!(admin.import_csv("positions", "atomic", &file).json["state"], "succeeded");
    // Somebody who asks and does not read holds the one turn.
    let mut slow = std::net::TcpStream::connect(app.address).unwrap();
    let token = app.token_of(app.admin_id);
    let request = format!("GET /api/v1/exports/positions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    slow.write_all(request.as_bytes()).unwrap();
    let mut first = [0_u8; 12];
    slow.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let refused = export(&admin, "positions").expect_problem(503, "busy");
    assert_eq!(refused.header("retry-after"), Some("5"));
    drop(slow);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while export(&admin, "positions?code=p1").status == 503 {
        assert!(std::time::Instant::now() < until, "the turn is never given back");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
