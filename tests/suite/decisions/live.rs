//! Decisions while the rights change under them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::*;

on_every_database! {
    // A decision knows of every write that was answered, and says no more nor less, however many ask meanwhile.
    fn decisions_flat_out_follow_every_change(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (role, bert) = (company.role("timekeepers", 10), company.person("bert"));
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        let body = json!({
            "subject": {"type": "user", "id": bert.user}, "action": {"name": "time:record"},
            "resource": {"type": "worker", "id": scene.x},
        });
        let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
        // What a decision made on a revision must say: written down before the revision is told to anybody.
        let truth = std::sync::Mutex::new(std::collections::BTreeMap::new());
        let seen = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let client = app.admin();
                    while !done.load(Ordering::Relaxed) {
                        let answer = client.post(ONE, body.clone()).expect(200);
                        let revision: i64 = answer.header("remit-revision").unwrap().parse().unwrap();
                        seen.lock().unwrap().push((revision, answer.json["decision"] == true));
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let revision = |answer: &Answer| answer.header("remit-revision").unwrap().parse::<i64>().unwrap();
            let admin = app.admin();
            for _ in 0..30 {
                let made = admin.post("/api/v1/memberships", json!({
                    "role_id": role, "member_type": "user", "member_id": bert.user,
                })).expect(201);
                truth.lock().unwrap().insert(revision(&made), true);
                assert_eq!(admin.post(ONE, body.clone()).expect(200).json["decision"], true);
                let path = format!("/api/v1/memberships/{}", made.json["id"].as_str().unwrap());
                let etag = made.header("etag").unwrap().to_owned();
                let gone = admin.send("DELETE", &path, &[("if-match", &etag)], None).expect(204);
                truth.lock().unwrap().insert(revision(&gone), false);
                assert_eq!(admin.post(ONE, body.clone()).expect(200).json["decision"], false);
            }
            done.store(true, Ordering::Relaxed);
        });
        let (truth, seen) = (truth.into_inner().unwrap(), seen.into_inner().unwrap());
        assert!(asked.into_inner() > 30, "hardly anything was asked");
        for (revision, decision) in seen {
            let expected = truth.range(..=revision).next_back().is_some_and(|(_, allowed)| *allowed);
            assert_eq!(decision, expected, "on revision {revision}");
        }
    }
}
