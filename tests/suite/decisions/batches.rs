//! Many questions at once.

use super::*;

fn decisions(answer: &Answer) -> Vec<bool> {
    let all = answer.json["evaluations"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    all.iter().map(|one| one["decision"].as_bool().unwrap()).collect()
}

impl Scene<'_> {
    /// A batch about Anna and `x`, with those options.
    fn batch(&self, items: Value, options: Value) -> Answer {
        let body = with(with(self.question(), "evaluations", items), "options", options);
        self.app.admin().post(MANY, body)
    }
}

on_every_database! {
    // Top-level entities are defaults; an item replaces whole entities, `{}` takes all.
    fn an_item_replaces_whole_entities(app: &TestApp) {
        let scene = Scene::new(app);
        let y = scene.company.worker("y");
        let answer = scene.batch(
            json!([
                {},
                {"action": {"name": "time:schedule"}},
                {"resource": {"type": "worker", "id": y}},
                {"subject": {"type": "user", "id": app.admin_id.to_string()}, "resource": {"type": "worker", "id": y}},
                {"action": null, "frob": 1},
                {"context": {"time": "2026-01-01"}},
            ]),
            json!({}),
        );
        assert_eq!(
            answer.expect(200).text,
            concat!(
                r#"{"evaluations":[{"decision":true},{"decision":false},{"decision":false},{"decision":true},"#,
                r#"{"decision":true},{"decision":true}]}"#,
            )
        );
        // An entity is replaced as a whole: half of one is a fault of that item.
        let half = scene.batch(json!([{"resource": {"id": y}}, {}]), json!({})).expect(200);
        assert_eq!(half.json["evaluations"][0]["context"]["error"]["status"], 400);
        assert_eq!(decisions(&half), [false, true]);
    }

    // A default that no item takes is a part of the payload all the same.
    fn a_default_is_looked_at_though_no_item_takes_it(app: &TestApp) {
        let scene = Scene::new(app);
        let own = scene.question();
        for (member, default) in [
            ("action", json!({"name": "x".repeat(202)})),
            ("action", json!({})),
            ("subject", json!({"type": "user"})),
            ("resource", json!("w-1")),
        ] {
            let body = with(json!({"evaluations": [own.clone()]}), member, default);
            let refused = app.admin().post(MANY, body).expect_problem(400, "invalid_body");
            assert!(refused.json["detail"].as_str().unwrap().starts_with(member), "{}", refused.text);
        }
        assert_eq!(decisions(&app.admin().post(MANY, json!({"evaluations": [own]})).expect(200)), [true]);
    }

    // Every item may ask for its own reason by the common options.
    fn reasons_are_given_for_every_item(app: &TestApp) {
        let scene = Scene::new(app);
        let items = json!([{}, {"action": {"name": "time:schedule"}}, {"subject": {"type": "user", "id": "nobody"}}]);
        let answer = scene.batch(items, json!({"explain": "reason"})).expect(200);
        let codes: Vec<_> =
            answer.json["evaluations"].as_array().unwrap().iter().map(|one| one["context"]["code"].clone()).collect();
        assert_eq!(codes, [json!("personal_allow"), json!("personal_without_action"), json!("unknown_subject")]);
    }

    // A bad item: 200 and in its place a deny with the error.
    fn a_bad_item_stands_in_its_place(app: &TestApp) {
        let scene = Scene::new(app);
        let items = json!([
            {}, {"context": {"time": "soon"}}, 7, {"action": {"name": 7}}, {"subject": "anna"}, null, [{}],
            {"resource": [["x"]]}, {},
        ]);
        let answer = scene.batch(items, json!({})).expect(200);
        assert_eq!(decisions(&answer), [true, false, false, false, false, false, false, false, true]);
        for one in &answer.json["evaluations"].as_array().unwrap()[1..8] {
            assert_eq!(one["context"]["error"]["status"], 400, "{one}");
            assert!(one["context"]["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
        }
    }

    // execute_all: same length and order; the others end early.
    fn a_batch_ends_as_asked_for(app: &TestApp) {
        let scene = Scene::new(app);
        let (allow, deny) = (json!({}), json!({"action": {"name": "time:schedule"}}));
        let bad = json!({"context": {"time": "soon"}});
        let run = |items: &[&Value], semantic: Value| {
            let answer = scene.batch(json!(items), json!({"evaluations_semantic": semantic}));
            decisions(&answer.expect(200))
        };
        let items = [&allow, &allow, &deny, &allow, &deny];
        for semantic in [json!("execute_all"), json!(null)] {
            assert_eq!(run(&items, semantic), [true, true, false, true, false]);
        }
        assert_eq!(run(&items, json!("deny_on_first_deny")), [true, true, false]);
        assert_eq!(run(&items, json!("permit_on_first_permit")), [true]);
        let items = [&deny, &bad, &allow, &deny];
        assert_eq!(run(&items, json!("permit_on_first_permit")), [false, false, true]);
        assert_eq!(run(&[&allow, &bad, &allow], json!("deny_on_first_deny")), [true, false]);
        assert_eq!(run(&[&allow, &allow], json!("deny_on_first_deny")), [true, true]);
        assert_eq!(run(&[&deny, &deny], json!("permit_on_first_permit")), [false, false]);
        refused(
            scene.batch(json!([{}]), json!({"evaluations_semantic": "first_come"})),
            "/options/evaluations_semantic",
        );
    }

    // Absent or empty `evaluations`: the single answer.
    fn without_items_it_is_a_single_question(app: &TestApp) {
        let scene = Scene::new(app);
        for items in [json!([]), json!(null)] {
            let answer = scene.batch(items, json!({})).expect(200);
            assert_eq!(answer.text, r#"{"decision":true}"#);
        }
        assert_eq!(app.admin().post(MANY, scene.question()).expect(200).text, r#"{"decision":true}"#);
        refused(app.admin().post(MANY, with(scene.question(), "subject", json!(null))), "/subject");
        app.admin().post(MANY, json!({"evaluations": []})).expect_problem(400, "invalid_body");
        refused(scene.batch(json!({}), json!({})), "/evaluations");
    }

    // Defaults may be absent when every item is whole; then each faulty one is told apart.
    fn items_may_be_whole_without_defaults(app: &TestApp) {
        let scene = Scene::new(app);
        let answer = app.admin().post(MANY, json!({"evaluations": [scene.question(), {}]})).expect(200);
        assert_eq!(answer.json["evaluations"][0], json!({"decision": true}));
        assert_eq!(answer.json["evaluations"][1]["context"]["error"]["status"], 400);
    }

    // All answers of a batch come from one revision, also of a long one.
    fn a_long_batch_keeps_its_order(app: &TestApp) {
        let scene = Scene::new(app);
        let items: Vec<_> = (0..2_000)
            .map(|n| json!({"action": {"name": if n % 3 == 0 { "time:record" } else { "time:schedule" }}}))
            .collect();
        let answer = scene.batch(json!(items), json!({})).expect(200);
        let expected: Vec<_> = (0..2_000).map(|n| n % 3 == 0).collect();
        assert_eq!(decisions(&answer), expected);
        let many: Vec<_> = (0..10_001).map(|_| json!({})).collect();
        refused(scene.batch(json!(many), json!({})), "/evaluations");
    }

    // In a batch a question about another is a 403 in its place.
    fn a_question_about_another_is_refused_in_its_place(app: &TestApp) {
        let scene = Scene::new(app);
        let anna = scene.company.client_of(&scene.anna);
        let other = json!({"subject": {"type": "user", "id": app.admin_id.to_string()}});
        let body = with(scene.question(), "evaluations", json!([{}, other, {"action": {"name": "time:schedule"}}]));
        let answer = anna.post(MANY, body.clone()).expect(200);
        assert_eq!(decisions(&answer), [true, false, false]);
        assert_eq!(answer.json["evaluations"][1]["context"]["error"]["status"], 403);
        assert_eq!(answer.json["evaluations"][2], json!({"decision": false}));
        let traced = anna.post(MANY, with(body, "options", json!({"explain": "trace"}))).expect(200);
        let errors: Vec<_> = traced.json["evaluations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["context"]["error"]["status"].clone())
            .collect();
        assert_eq!(errors, [json!(403), json!(403), json!(403)]);
    }
}
