//! `Prefer` (RFC 7240).

use super::*;

const MINIMAL: (&str, &str) = ("prefer", "return=minimal");

on_every_database! {
    // return=minimal: a 204 with the same headers.
    fn a_write_need_not_send_the_item_back(app: &TestApp) {
        let admin = app.admin();
        let body = json!({"code": "p", "name": "P"});
        let created = post_with(&admin, "/api/v1/positions", &[MINIMAL], &body).expect(204);
        assert!(created.text.is_empty() && created.header("content-type").is_none());
        assert_eq!(created.header("preference-applied"), Some("return=minimal"));
        let path = created.header("location").unwrap().to_owned();
        let read = admin.get(&path).expect(200);
        assert_eq!(read.etag(), created.etag());
        assert_eq!(created.header("remit-revision"), Some(read.json["revision"].to_string().as_str()));

        let patched = admin.patch_with(&path, &[MINIMAL, ("if-match", "*")], json!({"name": "Q"})).expect(204);
        assert_eq!(admin.get(&path).etag(), patched.etag());
        let body = json!({"code": "q", "name": "Q"}).to_string();
        let upserted = admin.send("PUT", "/api/v1/positions/by-external-id/q", &[JSON, MINIMAL], Some(body.as_bytes()));
        assert!(upserted.expect(204).header("location").is_some(), "it was created");
        let again = admin.send("PUT", "/api/v1/positions/by-external-id/q", &[JSON, MINIMAL], Some(body.as_bytes()));
        assert!(again.expect(204).header("location").is_none(), "it was there");
    }

    // A replay follows the preference of the request at hand.
    fn preferences_and_keys_go_together(app: &TestApp) {
        let admin = app.admin();
        let body = json!({"code": "p", "name": "P"});
        let key = ("idempotency-key", "k");
        post_with(&admin, "/api/v1/positions", &[MINIMAL, key], &body).expect(204);
        let whole = post_with(&admin, "/api/v1/positions", &[key], &body).expect(201);
        assert_eq!(whole.json["code"], "p");
    }

    // What is shown once is shown, whatever the caller prefers; reads and refusals are as always.
    fn secrets_reads_and_problems_are_never_left_out(app: &TestApp) {
        let admin = app.admin();
        let token = post_with(&admin, "/api/v1/api-tokens", &[MINIMAL], &json!({"name": "t"})).expect(201);
        assert!(token.json["token"].is_string());
        admin.send("GET", "/api/v1/me", &[MINIMAL], None).expect(200);
        post_with(&admin, "/api/v1/positions", &[MINIMAL], &json!({})).expect_problem(422, "invalid_values");
    }

    // wait=N: the answer comes when the operation has ended.
    fn long_work_can_be_waited_for(app: &TestApp) {
        let admin = app.admin();
        let file = b"external_id,code,name\np1,p1,One\n";
        let send = |prefer: &str| {
            let headers = [("content-type", "text/csv"), ("prefer", prefer)];
            admin.send("POST", "/api/v1/imports?kind=positions", &headers, Some(file))
        };
        let ended = send("wait=30").expect(200);
        assert_eq!((&ended.json["state"], &ended.json["done"]), (&json!("succeeded"), &json!(1)));
        assert_eq!(ended.header("preference-applied"), Some("wait=30"));
        let queued = send("respond-async").expect(202);
        assert_eq!(queued.header("preference-applied"), None);
        let path = queued.header("location").unwrap();
        let read = admin.send("GET", path, &[("prefer", "wait=30")], None).expect(200);
        assert_eq!(read.json["state"], "succeeded");
    }

    // Nobody waits longer than wished: then the answer says how far the work is.
    fn waiting_ends_in_time(app: &TestApp) {
        let admin = app.admin();
        let file = (0..3_000).fold("external_id,code,name\n".to_owned(), |file, n| file + &format!("p{n},p{n},P\n"));
        let headers = [("content-type", "text/csv"), ("prefer", "wait=0")];
        let early = admin.send("POST", "/api/v1/imports?kind=positions", &headers, Some(file.as_bytes())).expect(202);
        assert_eq!(early.header("preference-applied"), Some("wait=0"));
        assert_eq!(admin.finished(&early).json["done"], 3_000);
        // What is answered then is what is so then, not what was when it was queued.
        let large = (0..20_000).fold("external_id,code,name\n".to_owned(), |file, n| file + &format!("q{n},q{n},Q\n"));
        let headers = [("content-type", "text/csv"), ("prefer", "wait=1")];
        let later = admin.send("POST", "/api/v1/imports?kind=positions", &headers, Some(large.as_bytes()));
        assert!(matches!(later.status, 200 | 202), "{}", later.text);
        assert_ne!(later.json["started_at"], json!(null), "{}", later.text);
        // On a quick machine it is done in that second.
        if later.status == 202 {
            admin.finished(&later);
        }
    }
}
