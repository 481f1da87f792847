//! A company moves: all that one Remit exports is imported into an empty one.

use std::collections::HashMap;

use super::*;

/// The order of docs/imports.md.
const ORDER: [&str; 18] = [
    "users", "workers", "roles", "departments", "positions", "role_rules", "contracts", "memberships", "areas",
    "modules", "object_types", "objects", "mark_patterns", "grants", "templates", "protection_rules", "wage_types",
    "wage_offers",
];

/// What accounts come without, since areas need accounts first.
const FILLERS: &str = "users?kind=external_filler&fields=external_id,managed_in_external_ids";

fn rows(client: &Client, export: &str) -> Vec<Value> {
    let answer = client.get(&format!("/api/v1/exports/{export}")).expect(200);
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All items of a list, without what stays behind, and with ids said by what they name: why an
/// account is blocked, who made a thing, and who is gone; a rule of a link has no name.
fn items(client: &Client, list: &str, names: &HashMap<String, String>) -> Vec<String> {
    let (mut out, mut cursor) = (vec![], String::new());
    loop {
        let page = client.get(&format!("/api/v1/{list}limit=200{cursor}")).expect(200);
        for item in page.items() {
            let mut item = item.clone();
            for other in ["id", "created_at", "updated_at", "revision", "author_id", "block_causes", "rule_id"] {
                item.as_object_mut().unwrap().remove(other);
            }
            let mut text = item.to_string();
            for (id, name) in names {
                text = text.replace(id, name);
            }
            let mut parts: Vec<String> = serde_json::from_str::<serde_json::Map<String, Value>>(&text)
                .unwrap()
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Array(of) => {
                        let mut of: Vec<String> =
                            of.iter().filter(|one| *one != "users:gone").map(Value::to_string).collect();
                        of.sort_unstable();
                        format!("{name}={of:?}")
                    }
                    other => format!("{name}={other}"),
                })
                .collect();
            parts.sort_unstable();
            out.push(parts.join(" "));
        }
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    out.sort_unstable();
    out
}

/// What each id names.
fn names(client: &Client) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for kind in ORDER {
        let filter = if kind == "users" { "&state=invited,active,blocked,deleted" } else { "" };
        for row in rows(client, &format!("{kind}?fields=id,external_id{filter}")) {
            let name = row["external_id"].as_str().map(|name| format!("{kind}:{name}"));
            if let Some(name) = name {
                out.insert(row["id"].as_str().unwrap().to_owned(), name);
            }
        }
        if matches!(kind, "roles" | "users" | "workers" | "departments") {
            let field = match kind {
                "users" => "login",
                "workers" => "personal_number",
                _ => "code",
            };
            for row in rows(client, &format!("{kind}?fields=id,external_id,{field}")) {
                if let (Value::Null, Some(name)) = (&row["external_id"], row[field].as_str()) {
                    out.insert(row["id"].as_str().unwrap().to_owned(), format!("{kind}:{name}"));
                }
            }
        }
    }
    out
}

/// What the sample company lacks: children before parents by name, states that only verbs reach,
/// things without an external id.
fn more(app: &TestApp) {
    api::demo::load_company(&app.app).unwrap();
    let (company, admin) = (app.company(), app.admin());
    let id = |kind: &str, name: &str| admin.ids(&format!("/api/v1/{kind}?external_id={name}")).remove(0);
    // A tree whose names come in the wrong order, and without external ids.
    let top = company.make("departments", json!({"code": "z-top", "name": "Z"}));
    company.make("departments", json!({"code": "a-below", "name": "A", "parent_id": top}));
    let (assembly, workshop) = (id("departments", "assembly"), id("roles", "workshop"));
    admin.put(&format!("/api/v1/departments/{assembly}/roles/{workshop}"), json!({})).expect(200);
    // Blocked, deleted, and another kind that is blocked.
    let block = |user: &str| {
        admin.post(&format!("/api/v1/users/{user}/block"), json!({"cause": "administrator"})).expect(200);
    };
    block(&id("users", "dora.winter"));
    let service = json!({"kind": "service", "display_name": "ERP", "external_id": "erp"});
    block(&company.make("users", service));
    let gone = company.user("gone");
    let task = json!({
        "external_id": "t-1", "type": "task", "title": "T", "team_ids": [gone, id("users", "greta.simon")], "state": "done",
    });
    company.make("objects", task);
    admin.delete(&format!("/api/v1/users/{gone}")).expect(204);
    // People known by login and personal number alone, one of whom has left.
    let user = json!({
        "login": "nemo", "first_name": "N", "last_name": "Nemo", "email": "nemo@example.org", "state": "active",
    });
    let user = company.make("users", user);
    company.personal_grant(&user, "time", json!({"type": "all"}), &["record"], &[]);
    let left = json!({"personal_number": "999", "first_name": "L", "last_name": "Left"});
    let left = company.make("workers", left);
    let position = id("positions", "seller");
    let contract = json!({
        "external_id": "c-left", "worker_id": left, "department_id": assembly, "position_id": position,
        "state": "signed", "valid_from": "2020-01-01", "valid_to": "2021-12-31",
    });
    company.make("contracts", contract);
    admin.verb(&format!("/api/v1/workers/{left}/close")).expect(200);
}

on_every_database! {
    // Everything that an export tells by default is taken, whole files at once, in the order of the
    // page; a second time it changes nothing.
    fn a_company_moves_to_an_empty_remit(app: &TestApp) {
        more(app);
        for (ending, content_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let other = TestApp::start(persistence::testing::sqlite());
            let (from, to) = (app.admin(), other.admin());
            for again in [false, true] {
                let exports = ORDER.iter().map(|kind| (*kind, format!("{kind}?format={ending}")));
                for (kind, export) in exports.chain([("users", format!("{FILLERS}&format={ending}"))]) {
                    let file = from.get(&format!("/api/v1/exports/{export}")).expect(200).text;
                    let started = to.import(kind, "atomic", content_type, &file).expect(202);
                    let ended = to.finished(&started);
                    let errors = to.get(&format!("/api/v1/operations/{}/errors", started.id())).text;
                    assert_eq!(ended.json["state"], "succeeded", "{ending} {kind}: {errors}\n{file}");
                    if again {
                        assert_eq!(ended.json["result"]["created"], 0, "{ending} {kind}");
                    }
                }
                if again {
                    continue;
                }
                let (here, there) = (names(&from), names(&to));
                for kind in ORDER {
                    let list = match kind {
                        "users" => "users?state=invited,active,blocked&".to_owned(),
                        _ => format!("{}?", kind.replace('_', "-")),
                    };
                    let (old, new) = (items(&from, &list, &here), items(&to, &list, &there));
                    assert!(!old.is_empty());
                    assert_eq!(old, new, "{ending} {kind}");
                }
            }
        }
    }

    // What follows from others is left out until a filter asks for it.
    fn what_no_import_takes_is_left_out(app: &TestApp) {
        more(app);
        let admin = app.admin();
        let count = |export: &str| rows(&admin, export).len();
        assert_eq!(count("role_rules?department_link=true"), 1);
        assert_eq!(count("role_rules?department_link=false"), count("role_rules"));
        assert!(count("memberships?source=automatic") > 0);
        assert_eq!(count("memberships?source=manual"), count("memberships"));
        assert_eq!(count("users?state=deleted"), 1);
        assert_eq!(count("users?state=invited,active,blocked"), count("users"));
        // Who asks for links and sends them back makes no rules of them.
        let links = admin.get("/api/v1/exports/role_rules?department_link=true&format=csv").expect(200).text;
        let before = admin.ids("/api/v1/role-rules?limit=200").len();
        let ended = admin.import_csv("role_rules", "per_row", &links);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(0), &json!(1)));
        assert_eq!(admin.ids("/api/v1/role-rules?limit=200").len(), before);
    }

    // D-02: a row's links need what links need, and a row that is refused changes nothing.
    fn links_of_a_row_need_their_permission(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.automatic_role("auto");
        company.role("manual", 0);
        let file = |role: &str| format!("external_id,code,name,linked_role_external_ids\nd,d,D,{role}\n");
        let clerk = company.with_rights("clerk", "system", &["import.run", "department.edit"]);
        for (client, role) in [(&clerk, "auto"), (&admin, "manual"), (&admin, "nobody")] {
            assert_eq!(client.import_csv("departments", "per_row", &file(role)).json["result"]["bad"], 1, "{role}");
            assert!(admin.ids("/api/v1/departments").is_empty());
        }
        assert_eq!(admin.import_csv("departments", "per_row", &file("auto")).json["result"]["created"], 1);
        assert_eq!(admin.column("/api/v1/departments", "sync"), ["true"]);
        assert_eq!(clerk.import_csv("departments", "per_row", &file("auto")).json["result"]["updated"], 1);
    }
}
