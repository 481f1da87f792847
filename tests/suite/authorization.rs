//! Who may do what: every operation of the contract for every set-up role. An operation without a
//! row fails the test.

mod requests;
mod table;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Client, on_every_database};

use requests::Scene;
use table::{EVERYBODY, OPEN, TABLE};

/// A caller of the table, with the letter that stands for it there.
struct Caller {
    letter: char,
    client: Client,
}

/// Method, path and id of every operation of the served contract.
fn operations(document: &Value) -> Vec<(String, String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().iter();
        let named = methods.map(|(method, operation)| {
            (method.to_uppercase(), path.clone(), operation["operationId"].as_str().unwrap().to_owned())
        });
        named.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// A caller for each letter of the table.
fn callers(scene: &Scene<'_>) -> Vec<Caller> {
    let company = &scene.company;
    let mut callers: Vec<_> = [
        ('S', "system-administrator"),
        ('U', "user-administrator"),
        ('H', "hr-officer"),
        ('T', "time-administrator"),
        ('A', "auditor"),
    ]
    .into_iter()
    .map(|(letter, role)| Caller { letter, client: company.caller(&format!("caller-{role}"), &[role]) })
    .collect();
    let employee = company.person("employee");
    company.contract(&employee.worker, &scene.department, &scene.position, None, None);
    callers.push(Caller { letter: 'E', client: company.client_of(&employee) });
    // Somebody in every role, who calls with a token that may read roles and nothing else.
    let roles = ["system-administrator", "user-administrator", "hr-officer", "time-administrator", "auditor"];
    let whole = company.caller("caller-narrow", &roles);
    let token = json!({"name": "narrow", "scopes": ["system:role.read"]});
    let token = whole.post("/api/v1/api-tokens", token).expect(201);
    let client = scene.app.with_token(token.json["token"].as_str().unwrap());
    callers.push(Caller { letter: 'N', client });
    callers
}

on_every_database! {
    fn every_operation_is_open_to_whom_the_table_says(app: &TestApp) {
        let scene = Scene::new(app);
        let operations = operations(&app.admin().get("/openapi.json").expect(200).json);
        let callers = callers(&scene);
        let mut wrong = vec![];
        for row in TABLE {
            let id = row.operation();
            let Some((method, path, _)) = operations.iter().find(|(_, _, known)| known == id) else {
                wrong.push(format!("{id} is no operation"));
                continue;
            };
            for caller in &callers {
                let answer = scene.request(row.name, method, path, &caller.client).send(&caller.client);
                let expected = match caller.letter {
                    letter if row.who.contains(letter) => row.allowed,
                    letter if row.sees.contains(letter) => 403,
                    _ => row.refused,
                };
                if answer.status != expected {
                    wrong.push(format!(
                        "{} by {}: {} instead of {expected}: {}",
                        row.name, caller.letter, answer.status, answer.text
                    ));
                }
                if answer.json["code"] == "forbidden" && !answer.json["missing"]["action"].is_string() {
                    wrong.push(format!("{} by {}: the 403 does not say what is missing", row.name, caller.letter));
                }
            }
            let nobody = app.anonymous();
            let answer = scene.request(row.name, method, path, &callers[0].client).send(&nobody);
            if answer.status != 401 || answer.header("www-authenticate").is_none() {
                wrong.push(format!("{} by nobody: {}", row.name, answer.status));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn what_is_open_needs_no_token(app: &TestApp) {
        let scene = Scene::new(app);
        let operations = operations(&app.admin().get("/openapi.json").expect(200).json);
        for (id, status) in OPEN {
            let (method, path, _) = operations.iter().find(|(_, _, known)| known == id).unwrap();
            let answer = scene.request(id, method, path, &app.admin()).send(&app.anonymous());
            assert_eq!(answer.status, *status, "{id}: {}", answer.text);
        }
    }
}

#[test]
fn every_operation_has_a_row() {
    let document = api::openapi::document_value();
    let known: BTreeSet<_> = operations(&document).into_iter().map(|(_, _, id)| id).collect();
    let open: BTreeSet<_> = OPEN.iter().map(|(id, _)| (*id).to_owned()).collect();
    let guarded: BTreeSet<_> = TABLE.iter().map(|row| row.operation().to_owned()).collect();
    assert!(open.is_disjoint(&guarded));
    assert_eq!(open.union(&guarded).cloned().collect::<BTreeSet<_>>(), known);
    // What the contract says of tokens is what the table says.
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert_eq!(operation.get("security") == Some(&json!([{}])), open.contains(id), "{id}");
        }
    }
    assert!(TABLE.iter().all(|row| row.who.chars().all(|letter| EVERYBODY.contains(letter))));
}
