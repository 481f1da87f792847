//! Questions about one wage type (P-07): `action.properties.wage_type` of `time:record`.

use super::*;

/// A clerk with overtime to be recorded, at most 4 hours a day, and holidays to be asked for.
struct Wages<'a> {
    company: Company<'a>,
    clerk: Person,
    clerks: String,
}

impl<'a> Wages<'a> {
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        for (code, group) in [("overtime", 2), ("holiday", 1), ("bonus", 2)] {
            company.make("wage-types", json!({"code": code, "name": code, "unit": "hour", "request_group": group}));
        }
        let (clerk, clerks) = (company.person("clerk"), company.role("clerks", 10));
        company.member(&clerks, &clerk.user);
        let wages = Self { company, clerk, clerks };
        wages.offer(json!({"wage_type_external_id": "overtime", "max_per_day": 4, "max_per_month": 20.5}));
        wages.offer(json!({"wage_type_external_id": "holiday", "mode": "workflow"}));
        wages
    }

    fn offer(&self, mut parts: Value) -> String {
        parts["holder_type"] = json!("role");
        parts["holder_id"] = json!(self.clerks);
        self.company.make("wage-offers", parts)
    }

    fn question(&self, user: &str, worker: &str, properties: Value) -> Value {
        json!({
            "subject": {"type": "user", "id": user}, "resource": {"type": "worker", "id": worker},
            "action": {"name": "time:record", "properties": properties}, "options": {"explain": "reason"},
        })
    }

    /// The answer's context to a question about the clerk's own folder.
    fn ask(&self, properties: Value) -> (bool, Value) {
        let body = self.question(&self.clerk.user, &self.clerk.worker, properties);
        let answer = self.company.admin().post(ONE, body).expect(200);
        (answer.json["decision"] == true, answer.json["context"].clone())
    }

    fn code(&self, properties: Value) -> String {
        self.ask(properties).1["code"].as_str().unwrap().to_owned()
    }
}

on_every_database! {
    // P-07: what is offered is recorded directly or asked for.
    fn how_a_wage_type_is_offered_decides(app: &TestApp) {
        let wages = Wages::new(app);
        let (allowed, context) = wages.ask(json!({"wage_type": "overtime"}));
        assert!(allowed);
        assert_eq!(context["code"], "wage_type_allow");
        assert_eq!(context["wage"]["mode"], "record");
        assert_eq!(context["wage"]["max_per_month"], json!(20.5));
        assert_eq!(context["wage"]["max_per_entry"], Value::Null);
        assert!(context["wage"].get("decided_by").is_none(), "who offers it is policy");
        assert_eq!(wages.code(json!({"wage_type": "holiday"})), "wage_type_by_request");
        assert_eq!(wages.code(json!({"wage_type": "holiday", "mode": "workflow"})), "wage_type_allow");
        assert_eq!(wages.code(json!({"wage_type": "bonus"})), "wage_type_not_offered");
        assert_eq!(wages.code(json!({"wage_type": "frob"})), "unknown_wage_type");
        // Without the property it is the plain question.
        assert_eq!(wages.code(json!({})), "no_grant");
        assert_eq!(wages.code(json!({"wage_type": null})), "no_grant");
    }

    // P-07: six hours of a wage type on a day, given what was recorded already.
    fn an_amount_is_held_against_the_limits(app: &TestApp) {
        let wages = Wages::new(app);
        let ask = |amount: Value, recorded: Value| {
            wages.ask(json!({"wage_type": "overtime", "amount": amount, "recorded": recorded}))
        };
        assert!(ask(json!(4), json!({})).0);
        let (allowed, context) = ask(json!(6), json!({}));
        assert!(!allowed);
        assert_eq!(context["code"], "wage_limit_exceeded");
        assert_eq!(context["wage"]["exceeded"], json!([{"limit": "max_per_day", "most": 4, "left": 4}]));
        assert!(ask(json!(1.25), json!({"day": 2.75, "month": 19.25})).0);
        let (_, context) = ask(json!(2), json!({"day": 3, "month": 20}));
        assert_eq!(context["wage"]["exceeded"], json!([
            {"limit": "max_per_day", "most": 4, "left": 1}, {"limit": "max_per_month", "most": 20.5, "left": 0.5},
        ]));
        // A literal answer says no more.
        let mut body = wages.question(&wages.clerk.user, &wages.clerk.worker, json!({"wage_type": "overtime", "amount": 6}));
        body.as_object_mut().unwrap().remove("options");
        assert_eq!(app.admin().post(ONE, body).expect(200).text, r#"{"decision":false}"#);
    }

    // P-07: for another it takes `time:record` there and an offer to that worker.
    fn for_another_it_takes_the_right_to_record_and_the_workers_offer(app: &TestApp) {
        let wages = Wages::new(app);
        let (company, boss) = (&wages.company, wages.company.person("boss"));
        let code = |worker: &str, wage_type: &str| {
            let body = wages.question(&boss.user, worker, json!({"wage_type": wage_type}));
            company.admin().post(ONE, body).expect(200).json["context"]["code"].as_str().unwrap().to_owned()
        };
        assert_eq!(code(&wages.clerk.worker, "overtime"), "no_grant");
        let on_clerk = json!({"type": "worker", "id": wages.clerk.worker});
        company.personal_grant(&boss.user, "time", on_clerk, &["record"], &[]);
        assert_eq!(code(&wages.clerk.worker, "overtime"), "wage_type_allow");
        assert_eq!(code(&wages.clerk.worker, "bonus"), "wage_type_not_offered");
        let alone = company.worker("alone");
        assert_eq!(code(&alone, "overtime"), "no_grant");
        // One of a role's own is recorded for everybody.
        let payroll = company.role("payroll", 10);
        company.make("wage-offers", json!({
            "holder_type": "role", "holder_id": payroll, "wage_type_external_id": "bonus", "own": true,
        }));
        company.member(&payroll, &boss.user);
        assert_eq!(code(&alone, "bonus"), "own_wage_type_allow");
        assert_eq!(code(&wages.clerk.worker, "bonus"), "own_wage_type_allow");
    }

    // P-04, P-07: a trace names the offers that decide, and those that are set aside.
    fn a_trace_names_the_offers(app: &TestApp) {
        let wages = Wages::new(app);
        let personal = wages.company.make("wage-offers", json!({
            "holder_type": "user", "holder_id": wages.clerk.user, "wage_type_external_id": "overtime",
            "mode": "workflow",
        }));
        let mut body = wages.question(&wages.clerk.user, &wages.clerk.worker, json!({"wage_type": "overtime"}));
        body["options"]["explain"] = json!("trace");
        let context = app.admin().post(ONE, body).expect(200).json["context"].clone();
        assert_eq!(context["code"], "wage_type_by_request");
        assert!(context["reason_admin"].as_str().unwrap().starts_with("Denied: "));
        assert_eq!(context["wage"]["decided_by"][0]["wage_offer_id"], json!(personal));
        assert_eq!(context["wage"]["set_aside"][0]["reason"], "personal_takes_precedence");
        assert_eq!(context["wage"]["set_aside"][0]["holder_id"], json!(wages.clerks));
        assert_eq!(context["wage"]["set_aside"][0]["role_code"], "clerks");
    }

    // P-04, P-07: a deny tells what is missing and what would allow it, ready to be made; so does each of these.
    fn a_deny_tells_what_would_let_it_be_recorded(app: &TestApp) {
        let wages = Wages::new(app);
        let (company, clerk) = (&wages.company, &wages.clerk);
        let (workshop, payroll) = (company.role("workshop", 10), company.role("payroll", 10));
        for (role, own) in [(&workshop, false), (&payroll, true)] {
            company.make("wage-offers", json!({
                "holder_type": "role", "holder_id": role, "wage_type_external_id": "bonus", "own": own,
            }));
        }
        let old = wages.offer(json!({"wage_type_external_id": "bonus", "valid_to": "2020-05-31"}));
        let mut body = wages.question(&clerk.user, &clerk.worker, json!({"wage_type": "bonus"}));
        body["options"]["explain"] = json!("trace");
        let told = app.admin().post(ONE, body.clone()).expect(200).json["context"].clone();
        assert_eq!(told["code"], "wage_type_not_offered");
        let missing = json!({"module": "time", "action": "record", "wage_type": "bonus", "role_ids": [workshop, payroll]});
        assert_eq!(told["missing"], missing);
        let inactive = &told["wage"]["inactive"][0];
        assert_eq!(inactive["wage_offer_id"], json!(old));
        assert_eq!(inactive["because"], json!([
            {"what": "wage_offer", "id": old, "state": "expired", "day": "2020-05-31",
             "valid_from": null, "valid_to": "2020-05-31"},
        ]));
        assert_eq!(inactive["counts_on"], "2020-05-31");
        assert_eq!(
            told["reason_admin"],
            "Denied: no role and no personal setting offers the wage type to the worker. It was offered by role clerks \
             until 2020-05-31. If the worker were in role workshop, it would be allowed. Members of role payroll would be \
             allowed."
        );
        let (member, wage_type) = (json!(clerk.user), company.id_of("wage-types", "bonus"));
        assert_eq!(told["would_allow"], json!([
            {"what": "membership", "role_id": workshop, "role_code": "workshop", "member_type": "user", "member_id": member},
            {"what": "membership", "role_id": payroll, "role_code": "payroll", "member_type": "user", "member_id": member},
            {"what": "wage_offer", "holder_type": "user", "holder_id": member, "wage_type_id": wage_type, "mode": "record"},
        ]));
        for remedy in told["would_allow"].as_array().unwrap() {
            let mut made = remedy.clone();
            let map = made.as_object_mut().unwrap();
            map.remove("role_code");
            let resource = format!("{}s", map.remove("what").unwrap().as_str().unwrap().replace('_', "-"));
            let id = company.make(&resource, made);
            assert_eq!(app.admin().post(ONE, body.clone()).expect(200).json["decision"], true, "{remedy}");
            company.remove(&resource, &id);
        }
        assert_eq!(app.admin().post(ONE, body.clone()).expect(200).json["decision"], false);
    }

    // P-04, P-07: for another, a trace tells the right to record there, and by which role the offer comes.
    fn a_trace_for_another_names_the_grant_and_the_way_to_the_offer(app: &TestApp) {
        let wages = Wages::new(app);
        let (company, boss) = (&wages.company, wages.company.person("boss"));
        let ask = |amount: i64| {
            let properties = json!({"wage_type": "overtime", "amount": amount});
            let mut body = wages.question(&boss.user, &wages.clerk.worker, properties);
            body["options"]["explain"] = json!("trace");
            app.admin().post(ONE, body).expect(200).json["context"].clone()
        };
        let told = ask(1);
        assert_eq!(told["code"], "no_grant");
        assert_eq!(told["would_allow"].as_array().unwrap().last().unwrap()["what"], "grant");
        let on_clerk = json!({"type": "worker", "id": wages.clerk.worker});
        let grant = company.personal_grant(&boss.user, "time", on_clerk, &["record"], &[]);
        let told = ask(1);
        assert_eq!(told["code"], "wage_type_allow");
        assert_eq!(told["decided_by"][0]["grant_id"], json!(grant));
        assert_eq!(told["wage"]["path"][0]["role_code"], "clerks");
        assert_eq!(told["account"], json!({"kind": "person", "state": "active"}));
        assert!(told.get("missing").is_none() && told.get("would_allow").is_none());
        let told = ask(5);
        assert_eq!(
            told["reason_admin"],
            "Denied: the amount goes beyond a limit of the offer. It is offered by role clerks. At most 4 on one day, \
             of which 4 is left. Recording for the worker: Allowed: a personal grant gives time:record here; roles are not looked at."
        );
    }

    // What can't be read is a 400, in a batch in its place; of other actions the properties are not looked at.
    fn properties_that_make_no_sense_are_refused(app: &TestApp) {
        let wages = Wages::new(app);
        for (properties, pointer) in [
            (json!({"wage_type": 7}), "/action/properties/wage_type"),
            (json!({"wage_type": "x".repeat(201)}), "/action/properties/wage_type"),
            (json!({"wage_type": "overtime", "mode": "frob"}), "/action/properties/mode"),
            (json!({"wagetype": "overtime", "amount": 6}), "/action/properties/wage_type"),
            (json!({"wage_type": null, "mode": "workflow"}), "/action/properties/wage_type"),
            (json!({"recorded": {}}), "/action/properties/wage_type"),
            (json!({"wage_type": "overtime", "amount": "6"}), "/action/properties/amount"),
            (json!({"wage_type": "overtime", "amount": -1}), "/action/properties/amount"),
            (json!({"wage_type": "overtime", "amount": 0.0001}), "/action/properties/amount"),
            (json!({"wage_type": "overtime", "amount": 1, "recorded": {"day": true}}), "/action/properties/recorded/day"),
            (json!({"wage_type": "overtime", "amount": 1, "recorded": 3}), "/action/properties/recorded"),
            // A slip in a name must not lift a limit.
            (json!({"wage_type": "overtime", "amount": 6, "recorded": {"days": 3}}), "/action/properties/recorded"),
            (json!({"wage_type": "overtime", "amout": 6, "recorded": {"day": 3}}), "/action/properties/amount"),
        ] {
            refused(app.admin().post(ONE, wages.question(&wages.clerk.user, &wages.clerk.worker, properties)), pointer);
        }
        let mut other = wages.question(&wages.clerk.user, &wages.clerk.worker, json!({"wage_type": 7}));
        other["action"]["name"] = json!("hr:read");
        assert_eq!(app.admin().post(ONE, other).expect(200).json["context"]["code"], "relation_allow");
        // What else is done to a worker's time does not depend on a wage type.
        for (member, value) in
            [("wage_type", json!("overtime")), ("mode", json!("workflow")), ("amount", json!(3)), ("recorded", json!({}))]
        {
            let mut other = wages.question(&wages.clerk.user, &wages.clerk.worker, json!({member: value}));
            other["action"]["name"] = json!("time:request2.close");
            refused(app.admin().post(ONE, other), &format!("/action/properties/{member}"));
        }
        let batch = json!({
            "subject": {"type": "user", "id": wages.clerk.user}, "resource": {"type": "worker", "id": wages.clerk.worker},
            "evaluations": [
                {"action": {"name": "time:record", "properties": {"wage_type": "overtime"}}},
                {"action": {"name": "time:record", "properties": {"wage_type": []}}},
                {"action": {"name": "time:record", "properties": {"wage_type": "bonus"}}},
            ],
        });
        let answers = app.admin().post(MANY, batch).expect(200).json["evaluations"].clone();
        assert_eq!(answers[0], json!({"decision": true}));
        assert_eq!(answers[1]["context"]["error"]["status"], 400);
        assert_eq!(answers[2], json!({"decision": false}));
    }
}
