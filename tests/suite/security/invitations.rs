//! Invitations by e-mail (U-15).

use serde_json::{Value, json};
use tests::{Mailbox, PASSWORD};

use super::beside;

beside! { Mailbox:
    fn an_invitation_is_mailed_and_shown_to_nobody(app, mailbox) {
        let company = app.company();
        let invited = |login: &str| {
            company.make("users", json!({
                "login": login, "first_name": "F", "last_name": "L", "email": format!("{login}@example.org"),
                "state": "invited",
            }))
        };
        let (anna, ben) = (invited("anna"), invited("ben"));
        let told = app.admin().verb(&format!("/api/v1/users/{anna}/invite")).expect(200);
        assert_eq!((&told.json["invitation_link"], &told.json["mailed"]), (&Value::Null, &json!(true)));
        let letter = mailbox.next();
        assert_eq!(letter.to, "anna@example.org");
        let body = json!({"token": letter.token(), "password": PASSWORD});
        app.anonymous().post("/auth/invitation", body).expect(204);
        let many = app.admin().post("/api/v1/users/invite", json!({"user_ids": [ben]})).expect(200);
        assert_eq!(many.json["results"][0]["invitation_link"], Value::Null);
        assert_eq!(mailbox.next().to, "ben@example.org");
    }

    // U-05: who is released and has no password yet is mailed the link; the releaser does not see it.
    fn a_release_is_mailed_and_its_link_shown_to_nobody(app, mailbox) {
        let waiting = app.company().make("users", json!({
            "login": "cyril", "first_name": "F", "last_name": "L", "email": "cyril@example.org", "state": "blocked",
        }));
        let told = app.admin().verb(&format!("/api/v1/users/{waiting}/release")).expect(200);
        assert_eq!((&told.json["password_link"], &told.json["mailed"]), (&Value::Null, &json!(true)));
        let letter = mailbox.next();
        assert_eq!(letter.to, "cyril@example.org");
        let body = json!({"token": letter.token(), "password": PASSWORD});
        app.anonymous().post("/auth/password", body).expect(204);
    }
}
