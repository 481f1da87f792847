//! Notices on objects.

use domain::id::UserId;
use serde_json::{Value, json};
use tests::{Client, on_every_database};

use super::ALL;
use crate::places::{change_area, place};

const INBOX: &str = "/api/v1/me/notifications";

fn inbox(client: &Client) -> Vec<Value> {
    client.get(&format!("{INBOX}?type=notice_sent")).expect(200).items().clone()
}

on_every_database! {
    // a reader changes nothing, but sends the owner a notice; A-07: so does the director.
    fn a_reader_sends_the_owner_a_notice(app: &TestApp) {
        let company = app.company();
        let place = place(app, &company, "Ctl");
        let object = place.processor.post(ALL, json!({"type": "task", "title": "Secret", "area_id": place.area})).expect(201).id();
        let path = format!("{ALL}/{object}/notices");
        place.reader.patch(&format!("{ALL}/{object}"), json!({"state": "done"})).expect_missing("system", "object.administer");
        let sent = place.reader.post(&path, json!({"text": "One invoice\nis missing."})).expect(200).json;
        let wanted = json!({
            "object_id": object, "area_id": place.area, "author_id": place.reader_id, "recipient_id": place.owner_id,
            "text": "One invoice\nis missing.",
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&sent[name], value, "{name}");
        }
        // N-02: the owner has no content, so that the notification names the area and says the text alone.
        let told = inbox(&place.owner);
        assert_eq!((told.len(), &told[0]["sentence"]), (1, &json!("A notice was sent in the area Ctl.")));
        assert_eq!((&told[0]["subject_kind"], &told[0]["subject_id"]), (&json!("area"), &json!(place.area)));
        assert_eq!((&told[0]["text"], &told[0]["object_id"]), (&sent["text"], &Value::Null));
        assert!(!told[0].to_string().contains("Secret"));
        assert_eq!(place.owner.get(&format!("{INBOX}/unread-count")).expect(200).json["unread"], 1);
        place.owner.post(&format!("{INBOX}/{}/read", told[0]["id"].as_str().unwrap()), json!({})).expect(204);
        assert!(inbox(&place.processor).is_empty());
    }

    // N-01, N-02: subscribers hear of it too; the text is for the owner and who may read the object.
    fn subscribers_hear_of_it_as_far_as_they_may(app: &TestApp) {
        let company = app.company();
        let place = place(app, &company, "Ctl");
        let object = place.processor.post(ALL, json!({"type": "task", "title": "Books", "area_id": place.area})).expect(201).id();
        let administrator = company.caller("administrator", &["area-administrator"]);
        let outsider = company.with_rights("outsider", "system", &["user.read"]);
        let roles = [company.id_of("roles", "Ctl-processor"), company.id_of("roles", "area-administrator"), company.id_of("roles", "outsider")];
        for role in roles {
            company.make("notification-subscriptions", json!({"role_id": role, "type": "notice_sent"}));
        }
        place.reader.post(&format!("{ALL}/{object}/notices"), json!({"text": "Look."})).expect(200);
        let told = inbox(&place.processor);
        assert_eq!((&told[0]["text"], &told[0]["object_id"]), (&json!("Look."), &json!(object)));
        assert_eq!(told[0]["sentence"], "A notice was sent in the area Ctl. It is about Books.");
        // G-2: who administers areas knows of the area, not of its content.
        let told = inbox(&administrator);
        assert_eq!((told.len(), &told[0]["text"], &told[0]["object_id"]), (1, &Value::Null, &Value::Null));
        assert!(inbox(&outsider).is_empty());
        assert_eq!(inbox(&place.owner).len(), 1);
        // Who owns it no more is told no more.
        let other = company.user("other");
        change_area(app, &place.area, |area| area.owner_id = UserId(other.parse().unwrap()));
        assert!(inbox(&place.owner).is_empty());
    }

    // who may send one, and of what.
    fn only_who_may_notice_there_sends_one(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let clerk = company.user("clerk");
        let body = json!({"type": "task", "title": "t", "area_id": place.area, "assignee_id": clerk});
        let object = place.processor.post(ALL, body).expect(201).id();
        let path = format!("{ALL}/{object}/notices");
        let text = json!({"text": "Look."});
        for client in [&place.owner, &place.processor, &company.client(&clerk)] {
            client.post(&path, text.clone()).expect_missing("areas", "notice");
        }
        company.outsider().post(&path, text.clone()).expect_problem(404, "not_found");
        let scope = json!({"type": "area", "id": place.area});
        company.with_rights_over("granted", "areas", scope, &["notice"]).post(&path, text.clone()).expect(200);
        place.reader.post(&path, json!({"text": " \n"})).expect_fault(422, "required", "/text");
        place.reader.post(&path, json!({"text": "x".repeat(2_001)})).expect_fault(422, "too_long", "/text");
        let alone = company.object("task", "alone", Some(&clerk));
        let alone = format!("{ALL}/{alone}/notices");
        company.client(&clerk).post(&alone, text.clone()).expect_problem(409, "object_without_area").expect_rule("A-03");
        admin.post(&alone, text).expect_problem(409, "object_without_area");
    }

    // authors see their own, the owner and processors all, others none.
    fn who_sees_which_notices(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let second = company.user("second");
        company.member(&company.id_of("roles", "Ctl-reader"), &second);
        let clerk = company.user("clerk");
        let body = json!({"type": "task", "title": "t", "area_id": place.area, "assignee_id": clerk});
        let object = place.processor.post(ALL, body).expect(201).id();
        let path = format!("{ALL}/{object}/notices");
        let send = |client: &Client, text: &str| client.post(&path, json!({"text": text})).expect(200).id();
        let (first, other) = (send(&place.reader, "one"), send(&company.client(&second), "two"));
        assert_eq!(place.reader.ids(&path), [first.as_str()]);
        for client in [&place.owner, &place.processor] {
            assert_eq!(client.ids(&path), [first.as_str(), &other]);
            assert_eq!(client.ids(&format!("{path}?author_id={second}")), [other.as_str()]);
            let page = client.get(&format!("{path}?limit=1&total=true&sort=-created_at")).expect(200);
            assert_eq!((&page.json["total"], page.json["next_cursor"].is_string()), (&json!(2), true));
        }
        assert!(company.client(&clerk).ids(&path).is_empty());
        company.outsider().get(&path).expect_problem(404, "not_found");
        // They go with the object, and stand in the personal data of who wrote them (U-16).
        let own = place.reader.get("/api/v1/me/personal-data").expect(200).json;
        assert_eq!(own["notices"].as_array().unwrap().len(), 1);
        admin.delete(&format!("{ALL}/{object}")).expect(204);
        assert!(place.reader.get("/api/v1/me/personal-data").expect(200).json["notices"].as_array().unwrap().is_empty());
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
