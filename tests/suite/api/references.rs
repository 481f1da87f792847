//! Nobody learns who exists by naming them in a body.

use serde_json::{Value, json};
use tests::on_every_database;

/// What to send, naming somebody.
type Body = fn(&str) -> Value;

on_every_database! {
    fn who_may_not_make_it_gets_one_answer_whether_what_is_named_exists_or_not(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        company.worker("hidden");
        let plain = company.client_of(&anna);
        let bodies: [(&str, Body); 6] = [
            ("departments", |name| json!({"code": "d", "name": "D", "head_external_id": name})),
            ("workers", |name| json!({"personal_number": "1", "first_name": "A", "last_name": "B", "user_external_id": name})),
            ("contracts", |name| json!({"worker_external_id": name, "department_external_id": "d", "position_external_id": "p"})),
            ("memberships", |name| json!({"role_external_id": "auditor", "member_external_id": name})),
            ("objects", |name| json!({"type": "task", "title": "T", "assignee_external_id": name})),
            ("grants", |name| json!({
                "holder_external_id": "auditor", "module": "hr", "scope": {"type": "worker", "external_id": name},
                "allow": ["read"],
            })),
        ];
        for (path, body) in bodies {
            let answers = ["anna", "hidden", "nobody"].map(|name| {
                let answer = plain.post(&format!("/api/v1/{path}"), body(name));
                (answer.status, answer.json["code"].clone(), answer.json["detail"].clone(), answer.json["errors"].clone())
            });
            assert!(matches!(answers[0].0, 403 | 422), "{path}: {answers:?}");
            assert_eq!(answers[0], answers[1], "{path}");
            assert_eq!(answers[1], answers[2], "{path}");
        }
    }
}
