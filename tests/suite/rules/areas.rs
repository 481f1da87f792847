//! Areas: who is kept out, who says who takes part, who owns them (section 7, G-3 to G-5).

use api::jobs::schedule::run_due;
use domain::area::{AreaClass, ProtectionRule};
use domain::id::{ProtectionRuleId, RoleId};
use serde_json::{Value, json};
use tests::{Company, TestApp, on_every_database};

use super::notifications::{INBOX, at, inbox, listener, subscribe, told};

const OUTSIDE: &str = "guard_external_administrator";

fn outsider(company: &Company<'_>, login: &str) -> String {
    company.make("users", json!({
        "kind": "external_administrator", "login": login, "external_id": login, "first_name": "Olga", "last_name": "Outer",
        "email": format!("{login}@example.org"), "state": "active",
    }))
}

/// An area with a list of people that may be empty; its id and that of the list.
fn area(company: &Company<'_>, name: &str, owner: &str, class: &str) -> (String, String) {
    let made = company.admin().post(
        "/api/v1/areas",
        json!({
            "external_id": name, "name": name, "owner_id": owner, "class": class,
            "new_processors": [{"name": format!("{name}: people"), "external_id": format!("{name}-people")}],
        }),
    );
    let made = made.expect(201);
    (made.id(), made.json["processor_ids"][0].as_str().unwrap().to_owned())
}

fn change(app: &TestApp, area: &str, fields: Value) -> tests::Answer {
    app.admin().patch(&format!("/api/v1/areas/{area}"), fields)
}

/// A rule that bars a role from areas of a class.
fn bar(app: &TestApp, class: AreaClass, role: &str) {
    let rule = ProtectionRule {
        id: ProtectionRuleId(uuid::Uuid::now_v7()),
        external_id: None,
        name: "Executives".to_owned(),
        class: Some(class),
        module: None,
        role_ids: vec![RoleId(role.parse().unwrap())],
        position_ids: vec![],
    };
    app.app.write(&app.app.operator(), None, |work| Ok(work.tx.create(rule)?)).unwrap();
}

on_every_database! {
    // G-3: nobody from outside owns an area of another class, or comes into one by a role, directly or below.
    fn nobody_from_outside_is_put_into_a_guarded_area(app: &TestApp) {
        let company = app.company();
        let olga = outsider(&company, "olga");
        let (low, high) = (company.role("low", 0), company.role("high", 0));
        company.member(&low, &olga);
        company.nest(&low, &high);
        let (guarded, _) = area(&company, "guarded", &company.user("owner"), "protected");
        change(app, &guarded, json!({"owner_id": olga})).expect_fault(409, OUTSIDE, "/owner_id").expect_rule("G-3");
        change(app, &guarded, json!({"reader_ids": [high]})).expect_fault(409, OUTSIDE, "/reader_ids/0");
        change(app, &guarded, json!({"processor_external_ids": ["low"]}))
            .expect_fault(409, OUTSIDE, "/processor_external_ids/0");
        change(app, &guarded, json!({"allowed_external_administrator_ids": [olga]}))
            .expect_fault(409, OUTSIDE, "/allowed_external_administrator_ids");
        let new = json!({"new_readers": [{"name": "Guests", "user_external_ids": ["olga"]}]});
        change(app, &guarded, new).expect_fault(409, OUTSIDE, "/new_readers/0");
        // In an ordinary area all that may be, and then its class is not raised.
        let (open, _) = area(&company, "open", &olga, "normal");
        change(app, &open, json!({"reader_ids": [high], "allowed_external_administrator_ids": [olga]})).expect(200);
        let raised = change(app, &open, json!({"class": "personal_folders"}));
        let raised = raised.expect_problem(409, OUTSIDE);
        assert_eq!(raised.pointers(), ["/owner_id", "/allowed_external_administrator_ids", "/reader_ids/0"]);
    }

    // G-3: nor do they come there by a membership, or by a role that is put into one there.
    fn a_role_that_a_guarded_area_names_takes_nobody_from_outside(app: &TestApp) {
        let company = app.company();
        let olga = outsider(&company, "olga");
        let (low, middle) = (company.role("low", 0), company.role("middle", 0));
        let (guarded, list) = area(&company, "guarded", &company.user("owner"), "protected");
        change(app, &guarded, json!({"reader_ids": [middle]})).expect(200);
        for role in [&list, &middle] {
            let body = json!({"role_id": role, "member_id": olga});
            app.admin().post("/api/v1/memberships", body).expect_fault(409, OUTSIDE, "/member_id").expect_rule("G-3");
        }
        company.member(&low, &olga);
        let body = json!({"role_id": middle, "member_type": "role", "member_id": low});
        app.admin().post("/api/v1/memberships", body).expect_fault(409, OUTSIDE, "/member_id");
        change(app, &guarded, json!({"class": "normal"})).expect(200);
        company.nest(&low, &middle);
        company.member(&list, &olga);
    }

    // U-11: in an ordinary area their rights count only while its owner has allowed that account.
    fn they_count_where_the_owner_allows_them(app: &TestApp) {
        let company = app.company();
        let (olga, owner) = (outsider(&company, "olga"), company.user("owner"));
        let (open, list) = area(&company, "open", &owner, "normal");
        company.member(&list, &olga);
        let reads = || company.decide_on(&olga, "areas:read", ("area", &open), None).0;
        assert!(!reads());
        let path = format!("/api/v1/areas/{open}");
        let own = company.client(&owner);
        own.patch(&path, json!({"allowed_external_administrator_ids": [olga]})).expect(200);
        assert!(reads());
        assert_eq!(company.client(&olga).ids("/api/v1/areas"), [open.as_str()]);
        own.patch(&path, json!({"allowed_external_administrator_ids": []})).expect(200);
        assert!(!reads() && company.client(&olga).ids("/api/v1/areas").is_empty());
    }

    // G-4: a barred role is no reader of such an area, nor a processor unless by name.
    fn barred_roles_are_no_readers_of_what_a_rule_guards(app: &TestApp) {
        let company = app.company();
        let (executives, within, above) =
            (company.role("executives", 0), company.role("within", 0), company.role("above", 0));
        company.nest(&within, &executives);
        company.nest(&executives, &above);
        let (folders, _) = area(&company, "folders", &company.user("owner"), "personal_folders");
        let (open, _) = area(&company, "open", &company.user("other"), "protected");
        bar(app, AreaClass::PersonalFolders, &executives);
        for role in [&executives, &within, &above] {
            change(app, &folders, json!({"reader_ids": [role]}))
                .expect_fault(409, "guard_protection_rule", "/reader_ids/0").expect_rule("G-4");
            change(app, &folders, json!({"processor_ids": [role]}))
                .expect_fault(409, "guard_protection_rule", "/processor_ids/0");
            change(app, &open, json!({"reader_ids": [role]})).expect(200);
        }
        change(app, &open, json!({"class": "personal_folders"})).expect_fault(409, "guard_protection_rule", "/reader_ids/0");
        // By name: a list of people is a processor.
        let list = company.make("roles", json!({"code": "named", "name": "Named", "purpose": "people_list"}));
        bar(app, AreaClass::PersonalFolders, &list);
        change(app, &folders, json!({"processor_ids": [list]})).expect(200);
        change(app, &folders, json!({"processor_external_ids": ["folders-people"], "reader_ids": [list]}))
            .expect_fault(409, "guard_protection_rule", "/reader_ids/0");
    }

    // A-05: the owner says who is on the lists of people of their areas, and sees it.
    fn an_owner_keeps_the_lists_of_people(app: &TestApp) {
        let company = app.company();
        let (owner, anna) = (company.user("owner"), company.user("anna"));
        let (id, list) = area(&company, "a", &owner, "normal");
        let own = company.client(&owner);
        let memberships = "/api/v1/memberships";
        let seat = own.post(memberships, json!({"role_id": list, "member_id": anna})).expect(201).id();
        assert!(company.decide_on(&anna, "areas:work", ("area", &id), None).0);
        assert_eq!(own.ids(&format!("/api/v1/roles/{list}/members")), [seat.as_str()]);
        own.patch(&format!("{memberships}/{seat}"), json!({"valid_to": "2026-12-31"})).expect(200);
        own.delete(&format!("{memberships}/{seat}")).expect(204);
        // The roles of their areas they read, no others.
        assert_eq!(own.get(&format!("/api/v1/roles/{list}")).expect(200).json["purpose"], "people_list");
        own.get(&format!("/api/v1/roles/{}", company.role("plain", 0))).expect_missing("system", "role.read");
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        administrator.post(memberships, json!({"role_id": list, "member_id": anna})).expect(201);
        // G-5: nobody puts themselves on one.
        let oneself = |client: &tests::Client| {
            let own = client.get("/api/v1/me").expect(200).json["user"]["id"].clone();
            client.post(memberships, json!({"role_id": list, "member_id": own}))
        };
        for client in [&own, &administrator] {
            oneself(client).expect_problem(409, "own_rights_widened").expect_rule("G-5");
        }
    }

    // A-05: nobody takes a list of people away by naming it in an area of their own.
    fn a_list_of_another_area_is_named_by_administrators_alone(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let (_, list) = area(&company, "a", &owner, "normal");
        let creator = company.with_rights("creator", "system", &["area.create"]);
        let body = json!({"name": "Mine", "processor_ids": [list]});
        creator.post("/api/v1/areas", body.clone()).expect_missing("system", "area.administer");
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        let mut body = body;
        body["owner_id"] = json!(company.user("other"));
        administrator.post("/api/v1/areas", body).expect(201);
        // Who is on it the owner sees all the same, and keeps it no more.
        let own = company.client(&owner);
        assert!(own.ids(&format!("/api/v1/roles/{list}/members")).is_empty());
        let seat = json!({"role_id": list, "member_id": company.user("anna")});
        own.post("/api/v1/memberships", seat.clone()).expect_missing("system", "role.assign");
        app.admin().post("/api/v1/memberships", seat).expect(201);
        assert_eq!(own.ids(&format!("/api/v1/roles/{list}/members")).len(), 1);
    }

    // A-06: who reads a hidden parent as null may send that back.
    fn a_hidden_parent_stays(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let (top, _) = area(&company, "top", &company.user("boss"), "normal");
        let (below, _) = area(&company, "below", &owner, "normal");
        change(app, &below, json!({"parent_id": top})).expect(200);
        let (own, path) = (company.client(&owner), format!("/api/v1/areas/{below}"));
        let after = own.patch(&path, json!({"name": "Below", "parent_id": null})).expect(200);
        assert_eq!(after.json["parent_id"], Value::Null);
        assert_eq!(app.admin().get(&path).expect(200).json["parent_id"], json!(top));
    }

    // A-01: a mark stands wherever an external id may, so that each names one area.
    fn a_mark_is_no_external_id_of_another_area(app: &TestApp) {
        let company = app.company();
        let (owner, role) = (company.user("owner"), company.role("r", 0));
        let body = |external: &str, mark: &str| {
            json!({"name": "A", "owner_id": owner, "processor_ids": [role], "external_id": external, "mark": mark})
        };
        company.make("areas", body("books", "Books"));
        let refused = |body: Value, pointer: &str| {
            app.admin().post("/api/v1/areas", body).expect_fault(409, "duplicate", pointer);
        };
        refused(body("Books", "B"), "/external_id");
        refused(body("b", "books"), "/mark");
        company.make("areas", body("same", "same"));
    }

    // A-05: only lists, only of areas that are all theirs, and only while they give nothing else.
    fn an_owner_keeps_no_other_roles(app: &TestApp) {
        let company = app.company();
        let (owner, anna) = (company.user("owner"), company.user("anna"));
        let (id, list) = area(&company, "a", &owner, "normal");
        let (other, _) = area(&company, "b", &company.user("other"), "normal");
        let plain = company.role("plain", 0);
        change(app, &id, json!({"reader_ids": [plain]})).expect(200);
        let own = company.client(&owner);
        let refused = |role: &str| {
            let body = json!({"role_id": role, "member_id": anna});
            own.post("/api/v1/memberships", body).expect_missing("system", "role.assign");
        };
        refused(&plain);
        let grant = company.grant(&list, "task", json!({"type": "all"}), &["read"], &[]);
        refused(&list);
        company.remove("grants", &grant);
        let heard = subscribe(&company, &list, "account_blocked", "daily");
        refused(&list);
        company.remove("notification-subscriptions", &heard);
        change(app, &other, json!({"reader_ids": [list]})).expect(200);
        refused(&list);
        assert!(own.ids("/api/v1/departments").is_empty());
        own.get(&format!("/api/v1/roles/{list}/members")).expect(200);
        change(app, &other, json!({"reader_ids": []})).expect(200);
        own.post("/api/v1/memberships", json!({"role_id": list, "member_id": anna})).expect(201);
    }

    // A-02: contracts and rules never change a list of people.
    fn a_list_of_people_is_kept_by_hand(app: &TestApp) {
        let list = json!({"code": "l", "name": "L", "purpose": "people_list", "mode": "automatic"});
        app.admin().post("/api/v1/roles", list).expect_fault(422, "bad_value", "/mode");
    }

    // G-4: who is on a list that a rule bars is not for the owner of an area to say.
    fn a_list_that_a_rule_names_is_not_kept_by_owners(app: &TestApp) {
        let company = app.company();
        let (owner, anna) = (company.user("owner"), company.user("anna"));
        let (_, list) = area(&company, "a", &owner, "normal");
        let seat = company.member(&list, &anna);
        bar(app, AreaClass::PersonalFolders, &list);
        company.client(&owner).delete(&format!("/api/v1/memberships/{seat}")).expect_missing("system", "role.assign");
    }

    // G-2: administering areas gives no right to their content.
    fn administrators_have_no_content(app: &TestApp) {
        let company = app.company();
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        let (id, _) = area(&company, "a", &company.user("owner"), "normal");
        administrator.get(&format!("/api/v1/areas/{id}")).expect(200);
        let own = administrator.get("/api/v1/me").json["user"]["id"].as_str().unwrap().to_owned();
        assert!(!company.decide_on(&own, "areas:read", ("area", &id), None).0);
    }

    // N-01: an area without an able owner is told of at once where the account is blocked here, once each time.
    fn an_area_without_an_able_owner_is_told_of(app: &TestApp) {
        let company = app.company();
        let (role, _, anna) = listener(&company, "anna", &["area.administer"]);
        let (blind, _, ben) = listener(&company, "ben", &[]);
        for role in [&role, &blind] {
            subscribe(&company, role, "area_without_able_owner", "immediate");
        }
        let owner = company.user("owner");
        let (id, _) = area(&company, "Controlling", &owner, "normal");
        let (old, _) = area(&company, "old", &owner, "normal");
        app.admin().verb(&format!("/api/v1/areas/{old}/archive")).expect(200);
        let lacking = |flag: bool| anna.ids(&format!("/api/v1/areas?without_able_owner={flag}&state=active"));
        assert_eq!((lacking(true), lacking(false)), (vec![], vec![id.clone()]));
        let verb = |verb: &str| app.admin().post(&format!("/api/v1/users/{owner}/{verb}"), json!({})).expect(200);
        verb("block");
        assert_eq!(inbox(&anna), [told("area_without_able_owner", &id)]);
        let sentence = anna.get(INBOX).items()[0]["sentence"].clone();
        assert_eq!(sentence, "The area Controlling has no owner who can own it.");
        assert!(inbox(&ben).is_empty(), "he may not see it");
        assert_eq!((lacking(true), lacking(false)), (vec![id.clone()], vec![]));
        assert!(ben.ids("/api/v1/areas?without_able_owner=true").is_empty());
        at(app, "2026-06-16T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&anna).len(), 1, "nobody is told twice");
        app.admin().verb(&format!("/api/v1/users/{owner}/unblock")).expect(200);
        assert!(lacking(true).is_empty());
        verb("block");
        assert_eq!(inbox(&anna).len(), 2, "it came to be anew");
    }

    // N-01: and every night, for whoever subscribed later.
    fn an_area_without_an_able_owner_is_found_every_night(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let (id, _) = area(&company, "a", &owner, "normal");
        app.admin().post(&format!("/api/v1/users/{owner}/block"), json!({})).expect(200);
        let (role, _, anna) = listener(&company, "anna", &["area.administer"]);
        subscribe(&company, &role, "area_without_able_owner", "immediate");
        at(app, "2026-06-16T02:00:00Z");
        run_due(&app.app);
        at(app, "2026-06-17T02:00:00Z");
        run_due(&app.app);
        assert_eq!(inbox(&anna), [told("area_without_able_owner", &id)]);
    }

    // An owner who lost their rights sets nothing, and a repeated request asks again.
    fn a_kept_answer_is_for_who_still_owns_the_area(app: &TestApp) {
        let company = app.company();
        let (owner, anna) = (company.user("owner"), company.user("anna"));
        let (id, list) = area(&company, "a", &owner, "normal");
        let own = company.client(&owner);
        let body = json!({"role_id": list, "member_id": anna}).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
        let send = || own.send("POST", "/api/v1/memberships", &headers, Some(body.as_bytes()));
        let first = send().expect(201);
        assert_eq!(send().expect(201).id(), first.id());
        change(app, &id, json!({"owner_id": anna})).expect(200);
        send().expect(403);
    }

    // Imports take areas, and roles of theirs one by one; sending a file twice changes nothing.
    fn areas_are_imported(app: &TestApp) {
        let company = app.company();
        let (owner, _) = (company.user("owner"), company.user("anna"));
        let (team, board) = (company.role("team", 0), company.role("board", 0));
        let csv = "external_id,kind,name,mark,parent_external_id,owner_external_id,processor_external_ids,reader_external_ids,class,state\n\
            below,project,Below,,top,owner,team;board,,protected,archived\n\
            top,area,Top,Top,,owner,team,board,normal,\n\
            bad,area,Bad,,none,owner,team,,normal,\n";
        let run = |kind: &str, csv: &str| app.admin().import_csv(kind, "per_row", csv).json;
        let done = run("areas", csv);
        assert_eq!((&done["result"]["created"], &done["errors_count"]), (&json!(2), &json!(1)), "{done}");
        let of = |name: &str| app.admin().get(&format!("/api/v1/areas?external_id={name}")).expect(200).items()[0].clone();
        let (top, below) = (of("top"), of("below"));
        assert_eq!((&top["owner_id"], &top["reader_ids"]), (&json!(owner), &json!([board])));
        assert_eq!((&below["parent_id"], &below["state"]), (&top["id"], &json!("archived")));
        assert_eq!(below["processor_ids"], json!([team, board]));
        run("areas", csv);
        assert_eq!((of("top"), of("below")), (top, below));
        let roles = "area_external_id,role_external_id,relation\nTop,board,processor\ntop,team,reader\nbelow,none,reader\nbelow,team,owner\n";
        let done = run("area_roles", roles);
        assert_eq!(done["errors_count"], 4, "a role is one or the other: {done}");
        let faults = app.admin().get(&format!("/api/v1/operations/{}/errors", done["id"].as_str().unwrap())).expect(200);
        assert!(faults.text.contains("the role is one of the area's readers already"), "{}", faults.text);
        let roles = "area_external_id,role_external_id,relation\ntop,extra,reader\n";
        company.role("extra", 0);
        assert_eq!(run("area_roles", roles)["errors_count"], 0);
        let once = of("top");
        assert_eq!(once["reader_ids"].as_array().unwrap().len(), 2);
        run("area_roles", roles);
        assert_eq!(of("top"), once);
    }

    // What an export of areas says can be imported; it is for who administers areas.
    fn areas_are_exported_for_who_administers_them(app: &TestApp) {
        let company = app.company();
        area(&company, "a", &company.user("owner"), "normal");
        let exported = app.admin().get("/api/v1/exports/areas?format=csv").expect(200).text;
        let before = app.admin().get("/api/v1/areas").expect(200).json;
        assert!(exported.contains("a-people") && exported.contains(",active"), "{exported}");
        let done = app.admin().import_csv("areas", "atomic", &exported);
        assert_eq!(done.json["state"], "succeeded", "{}", done.text);
        assert_eq!(app.admin().get("/api/v1/areas").json, before);
        let reader = company.with_rights("reader", "areas", &["read"]);
        reader.get("/api/v1/exports/areas").expect_missing("system", "export.run");
        let role = company.role("exporters", 0);
        company.grant(&role, "system", json!({"type": "all"}), &["export.run"], &[]);
        company.member(&role, reader.get("/api/v1/me").json["user"]["id"].as_str().unwrap());
        assert_eq!(reader.get("/api/v1/exports/areas").expect(200).text, "");
    }
}
