//! A flood of log-ins does not slow decisions: few passwords are hashed at a time.

use serde_json::json;
use tests::TestApp;

#[test]
fn decisions_are_answered_while_every_place_to_hash_is_taken() {
    // A hash takes so long that the flood can't be over before the decisions are.
    let slow = TestApp::start_with(persistence::testing::sqlite(), |config| {
        config.hashing_at_once = 1;
        config.hashing_deadline = 2;
        config.argon2_memory_kib = 19_456;
        config.argon2_iterations = 100;
    });
    let worker = slow.company().worker("w");
    let flood: Vec<_> = (0..40)
        .map(|n| {
            let client = slow.anonymous();
            std::thread::spawn(move || {
                client.post("/auth/login", json!({"login": format!("nobody-{n}"), "password": "ten characters"})).status
            })
        })
        .collect();
    let admin = slow.admin();
    let me = slow.admin_id.to_string();
    for _ in 0..20 {
        admin.ask(("user", &me), "hr:read", ("worker", &worker), json!({})).expect(200);
    }
    let under_way = flood.iter().filter(|thread| !thread.is_finished()).count();
    assert!(under_way > 0, "the flood was over before the decisions were");
    let answers: Vec<u16> = flood.into_iter().map(|thread| thread.join().unwrap()).collect();
    // Some were heard, the others told to come again; none was dropped.
    assert!(answers.iter().all(|status| [401, 429, 503].contains(status)), "{answers:?}");
    assert!(answers.contains(&503), "{answers:?}");
}
