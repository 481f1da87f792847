//! Who may search for what.

use super::*;

on_every_database! {
    // Asking about others needs access.check; about oneself, or one's own folder, nothing.
    fn searching_about_others_needs_access_check(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (anna, bert) = (company.client_of(&scene.anna), company.person("bert"));
        let own = [("user", "anna"), ("user", &scene.anna.user), ("worker", "anna"), ("worker", &scene.anna.worker)];
        for me in own {
            assert_eq!(found(&anna.post(RESOURCES, what(me, "time:record", "worker")).expect(200)), ["x"]);
            assert_eq!(found(&anna.post(ACTIONS, which(me, ("worker", "x"))).expect(200)), ["time:record"]);
        }
        for other in [("user", "bert"), ("worker", &*bert.worker), ("worker", "x"), ("user", "nobody"), ("robot", "anna")] {
            for (path, body) in
                [(RESOURCES, what(other, "time:record", "worker")), (ACTIONS, which(other, ("worker", "x")))]
            {
                anna.post(path, body).expect_missing("system", "access.check");
            }
        }
        // Who may is always about others, also where the answer would be oneself alone.
        for body in [who("user", "time:record", ("worker", "x")), who("robot", "frob", ("worker", "anna"))] {
            anna.post(SUBJECTS, body).expect_missing("system", "access.check");
        }
        company.personal_grant(&scene.anna.user, "system", json!({"type": "all"}), &["access.check"], &[]);
        anna.post(SUBJECTS, who("user", "time:record", ("worker", "x"))).expect(200);
        anna.post(ACTIONS, which(("user", "bert"), ("worker", "x"))).expect(200);
        for path in [SUBJECTS, RESOURCES, ACTIONS] {
            app.anonymous().post(path, json!({})).expect_problem(401, "unauthenticated");
        }
    }

    // A token's scopes narrow what may be asked of others, not what is found.
    fn the_scopes_of_a_token_narrow_what_may_be_searched(app: &TestApp) {
        let scene = Scene::new(app);
        let token = |scopes: Value| {
            let made = app.admin().post("/api/v1/api-tokens", json!({"name": "t", "scopes": scopes})).expect(201);
            app.with_token(made.json["token"].as_str().unwrap())
        };
        let (checks, reads) = (token(json!(["system:access.check"])), token(json!(["hr:*"])));
        let (body, me) = (who("user", "time:record", ("worker", &scene.x)), app.admin_id.to_string());
        assert_eq!(found(&checks.post(SUBJECTS, body.clone()).expect(200)).len(), 2);
        reads.post(SUBJECTS, body).expect_missing("system", "access.check");
        reads.post(ACTIONS, which(("user", "anna"), ("worker", "x"))).expect_missing("system", "access.check");
        let own = reads.post(ACTIONS, which(("user", &me), ("worker", "x"))).expect(200);
        assert!(found(&own).contains(&"time:record".to_owned()), "{}", own.text);
    }

    // A right that is taken away between two pages is asked for at each.
    fn each_page_needs_the_right(app: &TestApp) {
        let scene = Scene::new(app);
        let bert = scene.company.user("bert");
        let grant = scene.company.personal_grant(&bert, "system", json!({"type": "all"}), &["access.check"], &[]);
        let client = scene.company.client(&bert);
        let body = with(who("user", "time:record", ("worker", "x")), "page", json!({"limit": 1}));
        let first = client.post(SUBJECTS, body.clone()).expect(200);
        let rest = with(body, "page", json!({"token": next(&first)}));
        assert_eq!(found(&client.post(SUBJECTS, rest.clone()).expect(200)), ["anna"]);
        scene.company.remove("grants", &grant);
        client.post(SUBJECTS, rest).expect_missing("system", "access.check");
    }
}
