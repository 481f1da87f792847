//! GET /directory

use serde_json::{Value, json};
use tests::on_every_database;

on_every_database! {
    fn any_active_caller_finds_whom_to_choose(app: &TestApp) {
        let company = app.company();
        let (eva, ota) = (company.user("eva"), company.user("ota"));
        let filler = company.make("users", json!({"kind": "external_filler", "display_name": "Bricklayers"}));
        app.admin().delete(&format!("/api/v1/users/{ota}")).expect(204);
        let caller = company.outsider();
        let ids = caller.ids("/api/v1/directory");
        assert!(ids.contains(&eva) && ids.contains(&filler) && !ids.contains(&ota), "{ids:?}");
        // No more than choosing takes.
        let entry = caller.get("/api/v1/directory?kind=external_filler").expect(200).items()[0].clone();
        let fields: Vec<_> = entry.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["id", "display_name", "kind", "marks", "capabilities"]);
        assert_eq!(entry["capabilities"], json!(["bear_task", "attend_meeting", "have_qualifications"]));
        let found = |query: &str| caller.ids(&format!("/api/v1/directory?{query}"));
        assert_eq!(found("q=bricklay"), [filler.as_str()]);
        assert!(found("capability=log_in").contains(&eva) && !found("capability=log_in").contains(&filler));
        assert!(found("capability=bear_task").contains(&filler));
        assert_eq!(caller.get("/api/v1/directory?capability=fly").expect(400).pointers(), ["capability"]);
    }

    fn pages_are_complete(app: &TestApp) {
        let company = app.company();
        let mut made: Vec<String> = (0..7).map(|n| company.user(&format!("user-{n}"))).collect();
        let (mut seen, mut path) = (Vec::new(), "/api/v1/directory?limit=3&q=last-user-&total=true".to_owned());
        loop {
            let page = app.admin().get(&path).expect(200);
            assert_eq!(page.json["total"], 7);
            seen.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Value::String(cursor) = &page.json["next_cursor"] else { break };
            path = format!("/api/v1/directory?limit=3&q=last-user-&total=true&cursor={cursor}");
        }
        made.sort();
        seen.sort();
        assert_eq!(seen, made);
    }
}
