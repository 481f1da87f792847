//! Templates: what new objects get (P-09), and whose rights that widens (G-5).

use serde_json::{Value, json};
use tests::on_every_database;
use tests::{Client, Company};

use super::{no, yes};

/// A template of these departments, with a right for each role.
fn template(departments: &[&str], object_type: &str, rights: &[(&str, &[&str])]) -> Value {
    let right = |(role, allow): &(&str, &[&str])| json!({"object_type": object_type, "role_id": role, "allow": allow});
    json!({"name": "Template", "department_ids": departments, "rights": rights.iter().map(right).collect::<Vec<_>>()})
}

/// A new object of a type, by whoever asks.
fn object(client: &Client, object_type: &str, department: Option<&str>) -> tests::Answer {
    client.post("/api/v1/objects", json!({"type": object_type, "title": "O", "department_id": department}))
}

/// Holder, actions and template of the grants that name an object.
fn given(company: &Company<'_>, object: &str) -> Vec<(String, Value, Value)> {
    let rows = company.admin().get(&format!("/api/v1/objects/{object}/grants")).expect(200);
    let row = |row: &Value| {
        assert_eq!(
            (&row["scope"], row["source"].as_str()),
            (&json!({"type": "object", "id": object}), Some("template"))
        );
        (row["holder_id"].as_str().unwrap().to_owned(), row["allow"].clone(), row["template_id"].clone())
    };
    let mut rows: Vec<_> = rows.items().iter().map(row).collect();
    rows.sort_by_key(|(holder, _, template)| (holder.clone(), template.to_string()));
    rows
}

fn id_of(client: &Client) -> String {
    client.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned()
}

on_every_database! {
    // P-09: all that name the department, for the type; they unite.
    fn templates_of_its_department_unite(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (d, e) = (company.department("d", None), company.department("e", None));
        let below = company.department("below", Some(&d));
        let (r, s) = (company.role("r", 0), company.role("s", 0));
        let first = company.make("templates", template(&[&d], "task", &[(&r, &["edit"]), (&s, &["read"])]));
        let second = company.make("templates", template(&[&e, &d], "task", &[(&r, &["order"])]));
        company.make("templates", template(&[&e], "task", &[(&r, &["rebook"])]));
        company.make("templates", template(&[&d], "document", &[(&r, &["rebook"])]));
        let made = object(&admin, "task", Some(&d)).expect(201).id();
        let mut wanted = vec![
            (r.clone(), json!(["edit", "read"]), json!(first)), (s.clone(), json!(["read"]), json!(first)),
            (r.clone(), json!(["order", "read"]), json!(second)),
        ];
        wanted.sort_by_key(|(holder, _, template)| (holder.clone(), template.to_string()));
        assert_eq!(given(&company, &made), wanted);
        // A department below is another one.
        assert!(given(&company, &object(&admin, "task", Some(&below)).expect(201).id()).is_empty());
        let anna = company.user("anna");
        company.member(&r, &anna);
        assert_eq!(company.decide_on(&anna, "order", ("task", &made), None), yes("role_allow"));
        assert_eq!(company.decide_on(&anna, "rebook", ("task", &made), None), no("no_grant"));
        // One revision, and no department that comes later brings anything.
        let (of_object, of_grant) = (admin.get(&format!("/api/v1/objects/{made}")).json["revision"].clone(),
            admin.get(&format!("/api/v1/objects/{made}/grants")).items()[0]["revision"].clone());
        assert_eq!(of_object, of_grant);
        company.change("objects", &made, json!({"department_id": e}));
        assert_eq!(given(&company, &made), wanted);
    }

    // P-09: whose objects these are follows from the author, if it can be told.
    fn the_department_is_the_authors_only_one(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (d, e, position) = (company.department("d", None), company.department("e", None), company.position("p"));
        let role = company.role("r", 0);
        let anna = company.person("anna");
        company.contract(&anna.worker, &d, &position, Some("2020-01-01"), None);
        company.contract(&anna.worker, &e, &position, Some("2020-01-01"), Some("2020-12-31"));
        company.draft(&anna.worker, &e, &position, None, None);
        let creator = company.role("creator", 0);
        company.grant(&creator, "system", json!({"type": "all"}), &["object.create"], &[]);
        company.member(&creator, &anna.user);
        let client = company.client_of(&anna);
        // No template speaks of the type: none is needed, and none is put in.
        assert_eq!(object(&admin, "task", None).expect(201).json["department_id"], Value::Null);
        assert_eq!(object(&client, "task", None).expect(201).json["department_id"], Value::Null);
        company.make("templates", template(&[&d], "task", &[(&role, &["edit"])]));
        let made = object(&client, "task", None).expect(201);
        assert_eq!(made.json["department_id"], json!(d));
        assert_eq!(given(&company, &made.id()).len(), 1);
        let other = object(&client, "task", Some(&e)).expect(201);
        assert_eq!((&other.json["department_id"], given(&company, &other.id()).len()), (&json!(e), 0));
        // Nowhere, or in two places: it must be said.
        object(&admin, "task", None).expect_fault(422, "department_needed", "/department_id").expect_rule("P-09");
        company.contract(&anna.worker, &e, &position, Some("2021-01-01"), None);
        object(&client, "task", None).expect_fault(422, "department_needed", "/department_id");
        object(&client, "document", None).expect(201);
    }

    // P-09: by upsert and by import as well, and only when the object is made.
    fn every_way_of_creating_counts(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (d, role) = (company.department("d", None), company.role("r", 0));
        company.make("templates", template(&[&d], "task", &[(&role, &["edit"])]));
        let path = "/api/v1/objects/by-external-id/o-1";
        let body = json!({"type": "task", "title": "O", "department_external_id": "d"});
        let made = admin.put(path, body.clone()).expect(201).id();
        company.make("templates", template(&[&d], "task", &[(&role, &["order"])]));
        assert_eq!(admin.put(path, body).expect(200).id(), made);
        assert_eq!(given(&company, &made).len(), 1);
        let rows = "external_id,type,title,department_external_id\no-1,task,Changed,d\no-2,task,New,d\no-3,task,Nowhere,\n";
        let ended = admin.import_csv("objects", "per_row", rows);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(1), &json!(1)));
        let id = |name: &str| admin.ids(&format!("/api/v1/objects?external_id={name}")).remove(0);
        assert_eq!((given(&company, &id("o-1")).len(), given(&company, &id("o-2")).len()), (1, 2));
        // They come with the object, so an export leaves them out unless they are asked for.
        let rows = |query: &str| admin.get(&format!("/api/v1/exports/grants{query}")).expect(200).text.lines().filter(|row| row.contains("\"task\"")).count();
        assert_eq!((rows(""), rows("?source=template")), (0, 3));
        // A plan of it tells of the grants, and makes none.
        let plan = admin.post("/api/v1/objects?plan=true", json!({"type": "task", "title": "P", "department_id": d})).expect(202);
        assert_eq!(plan.json["changes"], 3);
        assert!(admin.ids("/api/v1/objects?q=P").is_empty());
        admin.verb(&format!("/api/v1/plans/{}/apply", plan.id())).expect(200);
        assert_eq!(given(&company, &admin.ids("/api/v1/objects?q=P")[0]).len(), 2);
    }

    // P-09: objects of types of switched-off modules can't be created; those that exist stay.
    fn objects_of_modules_that_are_off_are_not_created(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let made = object(&admin, "equipment", None).expect(201).id();
        company.change("modules", &company.id_of("modules", "equipment"), json!({"active": false}));
        object(&admin, "equipment", None).expect_fault(409, "type_not_offered", "/type").expect_rule("P-09");
        company.change("objects", &made, json!({"title": "Changed"}));
    }

    // P-09, G-5: what is made together with its grants was nobody's before; a template itself widens.
    fn templates_widen_only_when_they_are_written(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (d, e) = (company.department("d", None), company.department("e", None));
        let (team, inner) = (company.role("team", 0), company.role("inner", 0));
        company.nest(&inner, &team);
        let editor = company.with_rights("editor", "system", &["template.edit", "object.create", "role.assign", "role.read"]);
        let own = id_of(&editor);
        // Nobody writes what gives to a role that they are in, also through another.
        let path = "/api/v1/templates";
        let made = editor.post(path, template(&[&d], "task", &[(&team, &["edit"])])).expect(201);
        // Who comes into the role gains what the template will give.
        let membership = json!({"role_id": inner, "member_id": own});
        editor.post("/api/v1/memberships", membership.clone()).expect_problem(409, "own_rights_widened").expect_rule("G-5");
        company.make("memberships", membership);
        editor.post(path, template(&[&e], "task", &[(&team, &["edit"])])).expect_problem(409, "own_rights_widened");
        let patch = |fields: Value| {
            let path = format!("{path}/{}", made.id());
            editor.patch_with(&path, &[("if-match", &admin.get(&path).etag())], fields)
        };
        let right = |allow: &[&str]| json!({"object_type": "task", "role_id": team, "allow": allow});
        patch(json!({"rights": [right(&["edit", "order"])]})).expect_problem(409, "own_rights_widened");
        patch(json!({"department_ids": [d, e]})).expect_problem(409, "own_rights_widened");
        patch(json!({"name": "Another"})).expect(200);
        patch(json!({"rights": [right(&["read"])]})).expect(200);
        // The object that they make gives them more, and is theirs to make.
        let object = object(&editor, "task", Some(&d)).expect(201);
        assert_eq!(company.decide_on(&own, "read", ("task", &object.id()), None), yes("role_allow"));
        // A second person may apply it; a company of one may switch the guard off.
        admin.patch_with("/api/v1/settings", &[], json!({"four_eyes": false})).expect(200);
        patch(json!({"department_ids": [d, e]})).expect(200);
    }

    // P-10: who may do what on an object, and by which template.
    fn the_grants_of_an_object_are_shown(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let d = company.department("d", Some(&top));
        let role = company.role("r", 0);
        company.make("templates", template(&[&d], "task", &[(&role, &["edit"])]));
        let made = object(&admin, "task", Some(&d)).expect(201).id();
        let of = |id: &str| json!({"type": "department", "id": id});
        let subtree = |id: &str| json!({"type": "department", "id": id, "include_subtree": true});
        let by_hand = company.grant(&role, "task", json!({"type": "object", "id": made}), &["use"], &[]);
        let mut wanted = vec![
            company.grant(&role, "task", json!({"type": "all"}), &["use"], &[]),
            company.grant(&role, "task", json!({"type": "object_type", "id": "task"}), &["use"], &[]),
            company.grant(&role, "task", of(&d), &["use"], &[]),
            company.grant(&role, "task", subtree(&top), &["use"], &[]),
        ];
        // None of these reaches it.
        company.grant(&role, "task", of(&top), &["use"], &[]);
        company.grant(&role, "document", json!({"type": "all"}), &["use"], &[]);
        company.grant(&role, "task", subtree(&company.department("e", None)), &["use"], &[]);
        let path = format!("/api/v1/objects/{made}/grants");
        assert_eq!(admin.ids(&path).len(), 2);
        assert_eq!(admin.ids(&format!("{path}?source=manual")), [by_hand.as_str()]);
        assert_eq!(admin.get(&format!("{path}?total=true&limit=1")).json["total"], 2);
        wanted.extend(admin.ids(&path));
        let mut found = admin.ids(&format!("{path}?include=covering&limit=200"));
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
        admin.get(&format!("{path}?include=all")).expect_fault(400, "bad_parameter", "include");
        // Who may read grants, who administers objects, or who may edit this one.
        for action in ["grant.read", "object.administer"] {
            assert_eq!(company.with_rights(action, "system", &[action]).ids(&path).len(), 2);
        }
        let editor = company.user("e");
        company.personal_grant(&editor, "task", json!({"type": "object", "id": made}), &["edit"], &[]);
        assert_eq!(company.client(&editor).ids(&path).len(), 3);
        let reader = company.user("reader");
        company.personal_grant(&reader, "task", json!({"type": "object", "id": made}), &["read"], &[]);
        company.client(&reader).get(&path).expect(403);
        company.outsider().get(&path).expect(404);
        admin.get(&format!("/api/v1/objects/{role}/grants")).expect(404);
    }
}
