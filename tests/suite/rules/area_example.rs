//! A-07, the worked example: an area of controlling, step by step, and what each person sees of it.

use serde_json::{Value, json};
use tests::{Client, Company, on_every_database};

/// Somebody in the example.
struct Someone {
    id: String,
    client: Client,
}

/// Everybody in the example.
struct Cast {
    administrator: Someone,
    head: Someone,
    deputy: Someone,
    director: Someone,
    clerk: Someone,
    helper: Someone,
    stranger: Someone,
    area: String,
}

impl Cast {
    /// Head and deputy, the director, and the others; the area administrator makes the area for them in one call.
    fn new(company: &Company<'_>) -> Self {
        let someone = |login: &str| {
            let id = company.user(login);
            Someone { client: company.client_for(&id), id }
        };
        let [administrator, head, deputy, director, clerk, helper, stranger] =
            ["administrator", "head", "deputy", "director", "clerk", "helper", "stranger"].map(someone);
        company.member(&company.id_of("roles", "area-administrator"), &administrator.id);
        let board = company.role("board", 0);
        company.member(&board, &director.id);
        let area = administrator.client.post(
            "/api/v1/areas",
            json!({
                "name": "Controlling", "mark": "Ctl", "owner_id": head.id,
                "new_processors": [{"name": "Controlling", "user_ids": [head.id, deputy.id]}], "reader_ids": [board],
            }),
        );
        let area = area.expect(201).id();
        Self { administrator, head, deputy, director, clerk, helper, stranger, area }
    }

    fn all(&self) -> [(&'static str, &Someone); 7] {
        [
            ("administrator", &self.administrator),
            ("head", &self.head),
            ("deputy", &self.deputy),
            ("director", &self.director),
            ("clerk", &self.clerk),
            ("helper", &self.helper),
            ("stranger", &self.stranger),
        ]
    }

    /// Who sees a thing in a list, who can read it.
    fn who_sees(&self, list: &str, id: &str) -> Vec<&'static str> {
        let sees = |someone: &Someone| {
            let listed = someone.client.ids(&format!("/api/v1/{list}")).iter().any(|item| item == id);
            let read = someone.client.get(&format!("/api/v1/{list}/{id}"));
            assert_eq!(read.status, if listed { 200 } else { 404 }, "{}", read.text);
            listed
        };
        self.all().into_iter().filter(|(_, someone)| sees(someone)).map(|(name, _)| name).collect()
    }

    /// Who may do that to a thing, as decisions have it.
    fn who_may(&self, company: &Company<'_>, action: &str, resource: (&str, &str)) -> Vec<&'static str> {
        let may = |someone: &Someone| company.decide_on(&someone.id, action, resource, None).0;
        self.all().into_iter().filter(|(_, someone)| may(someone)).map(|(name, _)| name).collect()
    }

    fn task(&self, by: &Someone, title: &str) -> String {
        by.client
            .post("/api/v1/objects", json!({"type": "task", "title": title, "area_id": self.area}))
            .expect(201)
            .id()
    }
}

fn titles(client: &Client) -> Vec<String> {
    client.column("/api/v1/me/objects", "title")
}

on_every_database! {
    //
    fn an_area_of_controlling(app: &TestApp) {
        let company = app.company();
        let cast = Cast::new(&company);
        let Cast { head, deputy, director, clerk, helper, administrator, .. } = &cast;
        let in_area = ("area", cast.area.as_str());

        // The head owns the area; she and her deputy are its processors, the director its reader. The administrator
        // sees its settings, and none of its content.
        assert_eq!(cast.who_sees("areas", &cast.area), ["administrator", "head", "deputy", "director"]);
        assert_eq!(cast.who_may(&company, "areas:read", in_area), ["head", "deputy", "director"]);
        assert_eq!(cast.who_may(&company, "areas:work", in_area), ["head", "deputy"]);
        assert_eq!(cast.who_may(&company, "areas:notice", in_area), ["director"]);
        assert_eq!(
            company.decide_on(&administrator.id, "areas:read", in_area, None),
            (false, "guard_area_administrator".to_owned())
        );

        // Head and deputy create content; nobody else can.
        let [budget, forecast] = [cast.task(head, "Budget"), cast.task(deputy, "Forecast")];
        for (name, someone) in cast.all().into_iter().filter(|(name, _)| !["head", "deputy"].contains(name)) {
            let body = json!({"type": "task", "title": "No", "area_id": cast.area});
            let refused = someone.client.post("/api/v1/objects", body);
            assert!([403, 404, 422].contains(&refused.status), "{name}: {}", refused.text);
        }
        assert_eq!(cast.who_sees("objects", &budget), ["head", "deputy", "director"]);
        assert_eq!(cast.who_sees("objects", &forecast), ["head", "deputy", "director"]);
        assert_eq!(cast.who_may(&company, "edit", ("task", &budget)), ["head", "deputy"]);

        // The director sees tasks and progress, changes nothing, and can send a notice.
        deputy.client.patch(&format!("/api/v1/objects/{forecast}"), json!({"state": "done"})).expect(200);
        let seen = director.client.get(&format!("/api/v1/objects/{forecast}")).expect(200);
        assert_eq!((&seen.json["title"], &seen.json["state"]), (&json!("Forecast"), &json!("done")));
        director.client.patch(&format!("/api/v1/objects/{forecast}"), json!({"state": "open"})).expect(403);
        director.client.patch(&format!("/api/v1/areas/{}", cast.area), json!({"name": "Mine"})).expect(403);
        let notices = format!("/api/v1/objects/{budget}/notices");
        let sent = director.client.post(&notices, json!({"text": "Where is the travel budget?"}));
        assert!([200, 201].contains(&sent.status), "{}", sent.text);
        for someone in [deputy, administrator, &cast.stranger] {
            let refused = someone.client.post(&notices, json!({"text": "No"}));
            assert!([403, 404].contains(&refused.status), "{}", refused.text);
        }
        let inbox = |someone: &Someone| -> usize {
            let all = someone.client.get("/api/v1/me/notifications").expect(200);
            all.items().iter().filter(|item| item["type"] == json!("notice_sent")).count()
        };
        assert_eq!(cast.all().map(|(_, someone)| inbox(someone)), [0, 1, 0, 0, 0, 0, 0], "the owner gets it");
        let text = |someone: &Someone| -> Vec<Value> {
            let read = someone.client.get(&notices);
            if read.status == 200 { read.items().iter().map(|item| item["text"].clone()).collect() } else { vec![] }
        };
        let read: Vec<_> = cast.all().into_iter().filter(|(_, one)| !text(one).is_empty()).map(|(name, _)| name).collect();
        assert_eq!(read, ["head", "deputy", "director"]);

        // An invoice clerk is given one task: she sees it among her own, with the area's name, and nothing else.
        let invoices = head.client.post(
            "/api/v1/objects",
            json!({"type": "task", "title": "Invoices", "area_id": cast.area, "assignee_id": clerk.id}),
        );
        let invoices = invoices.expect(201).id();
        assert_eq!(titles(&clerk.client), ["Invoices"]);
        let own = clerk.client.get(&format!("/api/v1/objects/{invoices}")).expect(200);
        assert_eq!((&own.json["title"], &own.json["area_name"]), (&json!("Invoices"), &json!("Controlling")));
        assert_eq!(clerk.client.ids("/api/v1/objects"), [invoices.as_str()]);
        assert_eq!(clerk.client.ids("/api/v1/areas"), Vec::<String>::new());
        clerk.client.patch(&format!("/api/v1/objects/{invoices}"), json!({"state": "done"})).expect(200);
        assert_eq!(cast.who_sees("objects", &invoices), ["head", "deputy", "director", "clerk"]);
        assert_eq!(cast.who_sees("areas", &cast.area), ["administrator", "head", "deputy", "director"]);

        // Someone added to a task's team sees that task completely, and nothing else.
        head.client.patch(&format!("/api/v1/objects/{budget}"), json!({"team_ids": [helper.id]})).expect(200);
        assert_eq!(titles(&helper.client), ["Budget"]);
        assert_eq!(helper.client.ids("/api/v1/objects"), [budget.as_str()]);
        assert_eq!(cast.who_may(&company, "report_finished", ("task", &budget)), ["head", "deputy", "helper"]);
        assert_eq!(cast.who_may(&company, "order", ("task", &budget)), ["head", "deputy"]);
        assert_eq!(cast.who_sees("objects", &budget), ["head", "deputy", "director", "helper"]);
        assert_eq!(cast.who_sees("objects", &forecast), ["head", "deputy", "director"]);

        // A new member of the board sees the area the moment they get the role.
        company.member(&company.id_of("roles", "board"), &cast.stranger.id);
        assert_eq!(cast.who_sees("areas", &cast.area), ["administrator", "head", "deputy", "director", "stranger"]);

        // In the end each of them gets this from each endpoint: administrator, head, deputy, director, clerk of the
        // invoices, helper with the budget, and the new member of the board.
        let object = |id: &str, rest: &str| format!("/api/v1/objects/{id}{rest}");
        let area = format!("/api/v1/areas/{}", cast.area);
        let any = [("if-match", "*")];
        let views: [(&str, String, Value, [u16; 7]); 10] = [
            ("GET", area.clone(), Value::Null, [200, 200, 200, 200, 404, 404, 200]),
            ("PATCH", area, json!({"name": "Controlling"}), [200, 200, 403, 403, 404, 404, 403]),
            ("GET", object(&budget, ""), Value::Null, [404, 200, 200, 200, 404, 200, 200]),
            ("GET", object(&forecast, ""), Value::Null, [404, 200, 200, 200, 404, 404, 200]),
            ("GET", object(&invoices, ""), Value::Null, [404, 200, 200, 200, 200, 404, 200]),
            ("GET", object(&budget, "/notices"), Value::Null, [404, 200, 200, 200, 404, 200, 200]),
            ("GET", object(&budget, "/grants"), Value::Null, [404, 200, 200, 403, 404, 200, 403]),
            ("PATCH", object(&budget, ""), json!({"title": "Budget"}), [404, 200, 200, 403, 404, 200, 403]),
            ("PATCH", object(&budget, ""), json!({"area_id": null}), [404, 200, 404, 404, 404, 200, 404]),
            ("POST", object(&invoices, "/notices"), json!({"text": "Late."}), [404, 403, 403, 200, 403, 404, 200]),
        ];
        for (method, path, body, expected) in views {
            let told = cast.all().map(|(_, someone)| match method {
                "GET" => someone.client.get(&path).status,
                "PATCH" => someone.client.patch_with(&path, &any, body.clone()).status,
                _ => someone.client.post(&path, body.clone()).status,
            });
            assert_eq!(told, expected, "{method} {path} {body}");
        }
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // A-05, G-5: settings are the owner's and the administrators', each within bounds.
    fn the_settings_of_the_example(app: &TestApp) {
        let company = app.company();
        let cast = Cast::new(&company);
        let path = format!("/api/v1/areas/{}", cast.area);
        let second = company.role("second", 0);
        for someone in [&cast.deputy, &cast.director] {
            someone.client.patch(&path, json!({"reader_ids": []})).expect(403);
        }
        cast.head.client.patch(&path, json!({"reader_ids": [second]})).expect(200);
        for someone in [&cast.clerk, &cast.stranger] {
            someone.client.patch_with(&path, &[("if-match", "\"1\"")], json!({"name": "Mine"})).expect(404);
        }
        // Nobody makes themselves owner, processor or reader.
        let administrator = &cast.administrator;
        let own = |fields: Value| administrator.client.patch(&path, fields).expect_problem(409, "own_rights_widened");
        own(json!({"owner_id": administrator.id}));
        own(json!({"new_readers": [{"name": "Myself", "user_ids": [administrator.id]}]}));
        own(json!({"new_processors": [{"name": "Myself", "user_ids": [administrator.id]}]}));
        own(json!({"reader_ids": [company.id_of("roles", "area-administrator")]}));
        administrator.client.patch(&path, json!({"owner_id": cast.deputy.id})).expect(200);
        assert_eq!(administrator.client.ids("/api/v1/objects"), Vec::<String>::new());
    }
}
