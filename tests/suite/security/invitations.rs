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
}
