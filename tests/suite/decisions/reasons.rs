//! Why, and why not (P-04): for users and for administrators, in their languages.

use super::*;

/// Who reads traces.
fn traced(app: &TestApp, body: &Value) -> Value {
    app.admin().post(ONE, with(body.clone(), "options", json!({"explain": "trace"}))).expect(200).json["context"]
        .clone()
}

fn in_language(app: &TestApp, body: &Value, language: &str) -> (Value, Option<String>) {
    let body = with(body.clone(), "options", json!({"explain": "trace"})).to_string();
    let headers = [("content-type", "application/json"), ("accept-language", language)];
    let answer = app.admin().send("POST", ONE, &headers, Some(body.as_bytes())).expect(200);
    (answer.json["context"].clone(), answer.header("content-language").map(str::to_owned))
}

on_every_database! {
    // P-04: what would allow it, the smallest things first.
    fn a_deny_tells_what_would_allow_it(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (planners, clerks) = (company.role("planners", 10), company.role("clerks", 5));
        company.grant(&planners, "time", json!({"type": "all"}), &["schedule"], &[]);
        let bert = company.person("bert");
        company.member(&clerks, &bert.user);
        let body = json!({
            "subject": {"type": "user", "id": bert.user}, "action": {"name": "time:schedule"},
            "resource": {"type": "worker", "id": scene.x},
        });
        let told = traced(app, &body);
        assert_eq!(told["code"], "no_grant");
        let on_x = json!({"type": "worker", "id": scene.x});
        assert_eq!(told["would_allow"], json!([
            {"what": "membership", "role_id": planners, "role_code": "planners",
             "member_type": "user", "member_id": bert.user},
            {"what": "membership", "role_id": company.id_of("roles", "time-administrator"), "role_code": "time-administrator",
             "member_type": "user", "member_id": bert.user},
            {"what": "grant", "holder_type": "role", "holder_id": clerks, "role_code": "clerks", "module": "time",
             "scope": on_x, "allow": ["schedule"]},
            {"what": "grant", "holder_type": "user", "holder_id": bert.user, "module": "time", "scope": on_x,
             "allow": ["schedule"]},
        ]));
        assert_eq!(
            told["reason_admin"],
            "Denied: no grant in force names time:schedule here. Members of roles planners, time-administrator would be \
             allowed."
        );
        // Each of them does.
        for remedy in told["would_allow"].as_array().unwrap() {
            let mut made = remedy.clone();
            let map = made.as_object_mut().unwrap();
            map.remove("role_code");
            let resource = if map.remove("what").unwrap() == "grant" { "grants" } else { "memberships" };
            let id = company.make(resource, made);
            assert_eq!(app.admin().post(ONE, body.clone()).expect(200).json["decision"], true, "{remedy}");
            company.remove(resource, &id);
        }
        assert_eq!(app.admin().post(ONE, body.clone()).expect(200).json["decision"], false);
        // An automatic role would help as well, but nobody is put into it by hand.
        let automatic = company.automatic_role("automatic");
        company.grant(&automatic, "time", json!({"type": "all"}), &["schedule"], &[]);
        let told = traced(app, &body);
        assert!(told["missing"]["role_ids"].as_array().unwrap().contains(&json!(automatic)), "{told}");
        assert!(told["would_allow"].as_array().unwrap().iter().all(|remedy| remedy["role_id"] != json!(automatic)), "{told}");
    }

    // P-04, P-02: the same grant twice there can't be; what would help then is the action more in the one there is.
    fn what_there_is_already_is_to_be_extended(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let bert = company.person("bert");
        let on_x = json!({"type": "worker", "id": scene.x});
        let grant = company.personal_grant(&bert.user, "time", on_x.clone(), &["record"], &[]);
        let body = json!({
            "subject": {"type": "user", "id": bert.user}, "action": {"name": "time:schedule"},
            "resource": {"type": "worker", "id": scene.x},
        });
        let told = traced(app, &body);
        assert_eq!(told["code"], "personal_without_action");
        assert_eq!(told["would_allow"], json!([
            {"what": "grant", "grant_id": grant, "holder_type": "user", "holder_id": bert.user, "module": "time",
             "scope": on_x, "allow": ["record", "schedule"]},
        ]));
        company.change("grants", &grant, json!({"allow": told["would_allow"][0]["allow"]}));
        assert_eq!(app.admin().post(ONE, body).expect(200).json["decision"], true);
    }

    // P-04: a right that was and one that will be, each with its day.
    fn expired_and_future_grants_are_told_with_their_day(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (was, will) = (company.role("was", 1), company.role("will", 1));
        company.grant(&was, "hr", json!({"type": "all"}), &["edit"], &[]);
        company.grant(&will, "hr", json!({"type": "all"}), &["edit"], &[]);
        let user = &scene.anna.user;
        company.make("memberships", json!({
            "role_id": was, "member_type": "user", "member_id": user, "valid_to": "2026-05-31",
        }));
        company.make("memberships", json!({
            "role_id": will, "member_type": "user", "member_id": user, "valid_from": "2026-07-01",
        }));
        let body = with(scene.question(), "action", json!({"name": "hr:edit"}));
        let told = traced(app, &body);
        let days: Vec<_> = told["inactive"].as_array().unwrap().iter().map(|one| one["because"][0].clone()).collect();
        let states: Vec<_> = days.iter().map(|day| (day["state"].clone(), day["day"].clone())).collect();
        assert!(states.contains(&(json!("expired"), json!("2026-05-31"))), "{states:?}");
        assert!(states.contains(&(json!("to_come"), json!("2026-07-01"))), "{states:?}");
        let text = told["reason_admin"].as_str().unwrap();
        let told = "A right to it by role was ended on 2026-05-31. A right to it by role will begins on 2026-07-01.";
        assert!(text.contains(told), "{text}");
    }

    // P-04: a right over a department that went with the worker's contract there.
    fn a_contract_that_ended_is_told_as_the_reason(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (sales, clerk) = (company.department("sales", None), company.position("clerk"));
        let contract = company.contract(&scene.x, &sales, &clerk, Some("2026-01-01"), Some("2026-05-31"));
        let heads = company.role("heads", 10);
        company.grant(&heads, "hr", json!({"type": "department", "id": sales}), &["edit"], &[]);
        company.member(&heads, &scene.anna.user);
        let told = traced(app, &with(scene.question(), "action", json!({"name": "hr:edit"})));
        let because = &told["inactive"][0]["because"][0];
        assert_eq!(*because, json!({
            "what": "contract", "id": contract, "state": "expired", "day": "2026-05-31",
            "valid_from": "2026-01-01", "valid_to": "2026-05-31",
        }));
        assert_eq!(told["inactive"][0]["counts_on"], "2026-05-31");
    }

    // P-04: one sentence for the person, which shows no policy, and some for administrators, which do.
    fn reasons_come_in_english_german_and_czech(app: &TestApp) {
        let scene = Scene::new(app);
        let body = scene.question();
        let (told, language) = in_language(app, &body, "fr, de-AT;q=0.8, en;q=0.5");
        assert_eq!(language.as_deref(), Some("de"));
        assert_eq!(told["reason_user"], "Dieses Recht wurde Ihnen persönlich gegeben.");
        assert!(told["reason_admin"].as_str().unwrap().starts_with("Erlaubt: time:record"), "{told}");
        let (told, language) = in_language(app, &body, "cs");
        assert_eq!(language.as_deref(), Some("cs"));
        assert_eq!(told["reason_user"], "Toto právo máte přiděleno osobně.");
        let (told, language) = in_language(app, &body, "fr");
        assert_eq!(language.as_deref(), Some("en"));
        assert_eq!(told["reason_user"], "You were given this right in person.");
        let (told, _) = in_language(app, &with(body.clone(), "resource", json!({"type": "worker", "id": "no one"})), "cs");
        assert_eq!(told["reason_admin"], "Zamítnuto: takový zdroj není.");
        // Who gets no reason is told nothing of the language.
        let plain = app.admin().post(ONE, body).expect(200);
        assert_eq!(plain.header("content-language"), None);
    }
}
