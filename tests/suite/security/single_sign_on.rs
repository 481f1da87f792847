//! Single sign-on: tokens of an identity provider that the test runs.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tests::{Answer, Issuer, IssuerKey, TestApp, raw_token};

use super::beside;

fn me(app: &TestApp, token: &str) -> Answer {
    app.with_token(token).get("/api/v1/me")
}

#[track_caller]
fn refused(app: &TestApp, token: &str) {
    me(app, token).expect_problem(401, "unauthenticated");
}

beside! { Issuer:
    fn a_token_stands_for_the_account_of_its_claim(app, issuer) {
        let anna = app.company().user("anna");
        let token = issuer.token("subject-1", "ANNA");
        let answer = me(app, &token).expect(200);
        assert_eq!(answer.json["user"]["id"], anna.as_str());
        // Remembered: the provider is asked once.
        me(app, &token).expect(200);
        assert_eq!(issuer.fetched(), 1);
        // The binding is a change of the account's own, by ids alone.
        let log = app.admin().get("/api/v1/audit?entity=identity").expect(200);
        let [bound] = log.items().as_slice() else { panic!("{}", log.text) };
        assert_eq!((&bound["actor_id"], &bound["cause"]), (&json!(anna), &json!("single sign-on")));
        assert_eq!(bound["after"]["user_id"], anna.as_str());
        assert_eq!(bound["after"].as_object().unwrap().len(), 2);
        assert!(!log.text.contains("subject-1"));
        assert!(app.faults().is_empty());
    }

    // After the first use issuer and subject decide, whatever the claim says.
    fn the_binding_decides_from_the_first_use_on(app, issuer) {
        let company = app.company();
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        me(app, &issuer.token("s-anna", "anna")).expect(200);
        for claim in [json!("ben"), json!("renamed"), Value::Null] {
            let token = issuer.token_with("s-anna", "", &json!({"preferred_username": claim}));
            assert_eq!(me(app, &token).expect(200).json["user"]["id"], anna.as_str());
        }
        // Another subject does not become an account that is bound.
        refused(app, &issuer.token("s-other", "anna"));
        assert_eq!(me(app, &issuer.token("s-ben", "ben")).expect(200).json["user"]["id"], ben.as_str());
        // Not even when the login is given to another account.
        company.change("users", &anna, json!({"login": "anna2"}));
        assert_eq!(me(app, &issuer.token("s-anna", "x")).expect(200).json["user"]["login"], "anna2");
    }

    fn unknown_and_shut_out_accounts_are_refused(app, issuer) {
        let (company, admin) = (app.company(), app.admin());
        refused(app, &issuer.token("s", "nobody"));
        refused(app, &issuer.token_with("s", "", &json!({"preferred_username": null, "email": "anna@example.org"})));
        let anna = company.user("anna");
        let token = issuer.token("s-anna", "anna");
        admin.post(&format!("/api/v1/users/{anna}/block"), json!({})).expect(200);
        refused(app, &token);
        admin.verb(&format!("/api/v1/users/{anna}/unblock")).expect(200);
        me(app, &token).expect(200);
        // G-1: out at once, and in again.
        admin.post(&format!("/api/v1/users/{anna}/block"), json!({})).expect(200);
        refused(app, &token);
        admin.verb(&format!("/api/v1/users/{anna}/unblock")).expect(200);
        me(app, &token).expect(200);
        // U-10: a service has no single sign-on.
        admin.post("/api/v1/users", json!({"kind": "service", "display_name": "R", "login": "robot"})).expect(201);
        refused(app, &issuer.token("s-robot", "robot"));
    }

    // U-06: the binding ends with the deletion, and what ended stays ended.
    fn a_binding_ends_when_the_account_is_deleted(app, issuer) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.user("anna");
        me(app, &issuer.token("s-1", "anna")).expect(200);
        company.remove("users", &anna);
        refused(app, &issuer.token("s-1", "anna"));
        let log = admin.get("/api/v1/audit?entity=identity&limit=1").expect(200);
        assert_eq!((&log.items()[0]["before"]["user_id"], &log.items()[0]["after"]), (&json!(anna), &Value::Null));
        admin.verb(&format!("/api/v1/users/{anna}/restore")).expect(200);
        admin.verb(&format!("/api/v1/users/{anna}/unblock")).expect(200);
        refused(app, &issuer.token("s-1", "renamed"));
        // Whoever the provider now says it is may be bound anew.
        me(app, &issuer.token("s-2", "anna")).expect(200);
        refused(app, &issuer.token("s-1", "anna"));
    }

    fn tokens_for_others_of_others_and_out_of_time_are_refused(app, issuer) {
        app.company().user("anna");
        let with = |change: Value| issuer.token_with("s", "anna", &change);
        let noon = 1_781_524_800;
        for change in [
            json!({"aud": "another"}), json!({"aud": ["one", "two"]}), json!({"aud": null}), json!({"iss": null}),
            json!({"iss": "https://other.example"}), json!({"sub": null}), json!({"sub": ""}), json!({"sub": 5}),
            json!({"sub": "x".repeat(256)}), json!({"exp": null}), json!({"exp": "soon"}), json!({"exp": noon - 60}),
            json!({"nbf": noon + 61}), json!({"iat": noon + 61}),
        ] {
            refused(app, &with(change));
        }
        // Clocks may differ by a minute.
        for change in [json!({"exp": noon - 59}), json!({"nbf": noon + 60}), json!({"aud": ["other", "remit"]})] {
            me(app, &with(change)).expect(200);
        }
        // A token is remembered no longer than it is good.
        let token = with(json!({"exp": noon + 10}));
        me(app, &token).expect(200);
        app.clock.advance(TimeDelta::seconds(69));
        me(app, &token).expect(200);
        app.clock.advance(TimeDelta::seconds(1));
        refused(app, &token);
    }

    fn only_signatures_by_published_keys_of_allowed_algorithms_count(app, issuer) {
        app.company().user("anna");
        let claims = issuer.claims("s", "anna", &json!({}));
        let key = issuer.key();
        let good = issuer.token("s", "anna");
        let signature = good.rsplit('.').next().unwrap();
        // No algorithm, and a shared secret that everybody knows.
        for header in [json!({"alg": "none", "kid": "first"}), json!({"alg": "none", "typ": "JWT", "kid": "first"})] {
            refused(app, &raw_token(&header, &claims, ""));
            refused(app, &raw_token(&header, &claims, signature));
        }
        for secret in [key.public.to_string(), key.public["x"].as_str().unwrap().to_owned()] {
            let header = Header { kid: Some("first".into()), ..Header::new(Algorithm::HS256) };
            refused(app, &encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap());
        }
        // Another key under the same id, no id, another sort of token, claims that were changed.
        let stranger = IssuerKey::elliptic("first");
        refused(app, &stranger.sign(&stranger.header(), &claims));
        refused(app, &key.sign(&Header::new(Algorithm::ES256), &claims));
        refused(app, &key.sign(&Header { typ: Some("logout+jwt".into()), ..key.header() }, &claims));
        refused(app, &key.sign(&Header { crit: Some(vec!["b64".into()]), ..key.header() }, &claims));
        let changed = issuer.claims("s", "admin", &json!({}));
        refused(app, &raw_token(&json!({"alg": "ES256", "kid": "first"}), &changed, signature));
        assert!(app.admin().get("/api/v1/audit?entity=identity").expect(200).items().is_empty());
        me(app, &good).expect(200);
    }

    fn keys_are_fetched_again_for_an_unknown_one_but_seldom(app, issuer) {
        app.company().user("anna");
        me(app, &issuer.token("s", "anna")).expect(200);
        assert_eq!(issuer.fetched(), 1);
        // The provider changes its key; RS256 is allowed as well.
        let old = issuer.key();
        issuer.publish(vec![IssuerKey::rsa("second")]);
        refused(app, &issuer.token("s", "anna"));
        assert_eq!(issuer.fetched(), 1, "asked again too soon");
        app.clock.advance(TimeDelta::seconds(30));
        me(app, &issuer.token("s", "anna")).expect(200);
        assert_eq!(issuer.fetched(), 2);
        // What is signed by a key that is gone is refused, and a flood of such asks nothing.
        app.clock.advance(TimeDelta::seconds(30));
        for n in 0..5 {
            refused(app, &old.sign(&old.header(), &issuer.claims("s", "anna", &json!({"n": n}))));
        }
        assert_eq!(issuer.fetched(), 3);
    }

    fn a_provider_that_is_silent_is_waited_for(app, issuer) {
        app.company().user("anna");
        issuer.silent(true);
        let token = issuer.token("s", "anna");
        let busy = me(app, &token).expect_problem(503, "busy");
        assert!(busy.header("retry-after").is_some());
        issuer.silent(false);
        app.clock.advance(TimeDelta::seconds(5));
        me(app, &token).expect(200);
        // Known keys serve on when it is silent again.
        issuer.silent(true);
        app.clock.advance(TimeDelta::minutes(61));
        let later = json!({"iat": 1_781_528_000, "exp": 1_781_530_000});
        me(app, &issuer.token_with("s", "anna", &later)).expect(200);
        // Remit's own tokens need no provider.
        let tokens = app.log_in(&app.anonymous(), "admin");
        app.in_session(&tokens).get("/api/v1/me").expect(200);
    }

    fn a_token_of_the_provider_is_no_session(app, issuer) {
        app.company().user("anna");
        let client = app.with_token(&issuer.token("s", "anna"));
        let change = json!({"current_password": "whatever it is", "password": "three bright umbrellas"});
        client.put("/api/v1/me/password", change).expect_problem(403, "session_required");
        client.verb("/auth/logout").expect(204);
        client.get("/api/v1/me").expect(200);
        assert!(client.ids("/api/v1/sessions").is_empty());
    }
}

// The account can be found by its external id instead.
#[test]
fn the_claim_may_be_compared_with_the_external_id() {
    let issuer = Issuer::start();
    let app = TestApp::start_with(persistence::testing::sqlite(), |config| {
        issuer.configure(config);
        config.oidc_claim = "employee".to_owned();
        config.oidc_match = api::config::OidcMatch::ExternalId;
    });
    let anna = app.company().user("anna");
    app.company().change("users", &anna, json!({"external_id": "E-17"}));
    refused(&app, &issuer.token("s", "anna"));
    refused(&app, &issuer.token_with("s", "anna", &json!({"employee": "e-17"})));
    let token = issuer.token_with("s", "anna", &json!({"employee": "E-17"}));
    assert_eq!(me(&app, &token).expect(200).json["user"]["id"], anna.as_str());
}

// Without a provider its tokens are like any others that are no good.
#[test]
fn no_provider_no_tokens_of_it() {
    let issuer = Issuer::start();
    let app = TestApp::start(persistence::testing::sqlite());
    app.company().user("anna");
    refused(&app, &issuer.token("s", "anna"));
    assert_eq!(issuer.fetched(), 0);
}
