//! The access rights of real organisations: every decision of the whole table of users and
//! permissions.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use persistence::BackendName;
use serde_json::json;
use tests::employees::{File, rows};
use tests::{TestApp, data_folder, on_every_database};

use super::{load, load_again, tell};

/// Most questions of one request.
const BATCH: usize = 10_000;

on_every_database! {
    fn healthcare(app: &TestApp) {
        compare(app, "healthcare", 46, 46, 1);
    }

    fn domino(app: &TestApp) {
        compare(app, "domino", 79, 231, 1);
    }

    // 2.4 million decisions: all of them on SQLite, every eighth batch of them on PostgreSQL.
    // Decisions come from memory on both.
    fn apj(app: &TestApp) {
        let every = match app.app.store().backend() {
            BackendName::Sqlite => 1,
            BackendName::Postgresql => 8,
        };
        compare(app, "apj", 2_044, 1_164, every);
    }
}

/// Imports a set and compares every so many batches of its table.
fn compare(app: &TestApp, set: &str, users: usize, permissions: usize, every: usize) {
    let Some(folder) = data_folder() else { return };
    let folder = folder.join("access");
    let files = convert(&folder, set, users, permissions);
    for file in &files {
        let loaded = load(app, file);
        assert_eq!((loaded.created, loaded.updated), (file.rows, 0), "{}", file.kind);
    }
    let truth = rows(&folder.join(format!("{set}-allowed.csv")), ["user", "permission"]);
    let allowed: HashSet<(usize, usize)> = truth.iter().map(|[user, of]| (number(user), number(of))).collect();
    assert_eq!(allowed.len(), truth.len());
    assert!(allowed.iter().all(|(user, of)| (1..=users).contains(user) && (1..=permissions).contains(of)));
    let all: Vec<usize> = (1..=users).collect();
    let batches: Vec<&[usize]> = all.chunks(BATCH / permissions).collect();
    let client = app.admin();
    let (mut asked, mut yes) = (0, 0);
    for batch in batches.iter().step_by(every) {
        let pairs: Vec<(usize, usize)> =
            batch.iter().flat_map(|user| (1..=permissions).map(|permission| (*user, permission))).collect();
        let mut body = String::from(r#"{"action":{"name":"use"},"evaluations":["#);
        let mut expected = String::from(r#"{"evaluations":["#);
        for (at, pair) in pairs.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (user, permission) = pair;
            write!(
                body,
                r#"{comma}{{"subject":{{"type":"user","id":"u{user}"}},"resource":{{"type":"document","id":"p{permission}"}}}}"#
            )
            .unwrap();
            let decision = allowed.contains(pair);
            write!(expected, r#"{comma}{{"decision":{decision}}}"#).unwrap();
            yes += usize::from(decision);
        }
        asked += pairs.len();
        body.push_str("]}");
        expected.push_str("]}");
        let headers = [("content-type", "application/json")];
        let answer = client.send("POST", "/access/v1/evaluations", &headers, Some(body.as_bytes())).expect(200);
        if answer.text != expected {
            let answers = answer.json["evaluations"].as_array().unwrap();
            let wrong = |((user, of), answer): (&(usize, usize), &serde_json::Value)| {
                let right = json!({"decision": allowed.contains(&(*user, *of))});
                (*answer != right).then(|| format!("u{user} p{of}: {answer} instead of {right}"))
            };
            let wrong: Vec<String> = pairs.iter().zip(answers).filter_map(wrong).collect();
            panic!("{} of {} decisions are wrong: {:#?}", wrong.len(), answers.len(), wrong.iter().take(10));
        }
    }
    if every == 1 {
        assert_eq!((asked, yes), (users * permissions, allowed.len()));
    }
    tell(&format!("{set}: {asked} decisions compared, {yes} of them allowed"));
    assert_eq!(app.faults(), Vec::<String>::new());
    load_again(app, &files);
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}

/// Roles, users, members, an object per permission, and a grant per role and permission.
/// Memberships and grants have no ids of their own.
fn convert(folder: &Path, set: &str, users: usize, permissions: usize) -> Vec<File> {
    let members = rows(&folder.join(format!("{set}-role-members.csv")), ["role", "user"]);
    let rights = rows(&folder.join(format!("{set}-role-permissions.csv")), ["role", "permission"]);
    let mut roles: Vec<usize> = members.iter().chain(&rights).map(|[role, _]| number(role)).collect();
    roles.sort_unstable();
    roles.dedup();
    vec![
        File::csv(
            "roles",
            "per_row",
            "external_id,code,name",
            roles.iter().map(|role| format!("r{role},{set}-{role},Role {role}")).collect(),
        ),
        File::ndjson(
            "users",
            "atomic",
            (1..=users)
                .map(|user| {
                    json!({
                        "external_id": format!("u{user}"), "login": format!("{set}{user}"), "first_name": "User",
                        "last_name": user.to_string(), "email": format!("{set}{user}@example.com"), "state": "active",
                    })
                })
                .collect(),
        ),
        File::csv(
            "memberships",
            "atomic",
            "role_external_id,member_type,member_external_id",
            members.iter().map(|[role, user]| format!("r{role},user,u{user}")).collect(),
        ),
        File::csv(
            "objects",
            "per_row",
            "external_id,type,title",
            (1..=permissions).map(|permission| format!("p{permission},document,Permission {permission}")).collect(),
        ),
        File::csv(
            "grants",
            "per_row",
            "holder_type,holder_external_id,module,scope_type,scope_external_id,allow",
            rights.iter().map(|[role, permission]| format!("role,r{role},document,object,p{permission},use")).collect(),
        ),
    ]
}
