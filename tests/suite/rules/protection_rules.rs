//! Protection rules (G-4): who is kept from what belongs to others, and whose rights that widens (G-5).

use domain::area::{Area, AreaClass, AreaKind, AreaState};
use domain::grant::Object;
use domain::id::{AreaId, RoleId, UserId};
use serde_json::{Value, json};
use tests::{TestApp, on_every_database};
use uuid::Uuid;

use super::{no, yes};

fn id<T: From<Uuid>>(text: &str) -> T {
    T::from(text.parse().unwrap())
}

/// An area of a class, with its roles; its external id is `area-` and its id.
pub(super) fn area(
    app: &TestApp,
    class: AreaClass,
    processors: &[&str],
    readers: &[&str],
    parent: Option<&str>,
) -> String {
    let of = |roles: &[&str]| roles.iter().map(|role| RoleId(role.parse().unwrap())).collect::<Vec<_>>();
    let id = Uuid::now_v7();
    let area = Area {
        id: AreaId(id),
        external_id: Some(format!("area-{id}")),
        kind: AreaKind::Area,
        name: "Area".into(),
        mark: None,
        parent_id: parent.map(|parent| AreaId(parent.parse().unwrap())),
        owner_id: app.admin_id,
        processor_ids: of(processors),
        reader_ids: of(readers),
        class,
        state: AreaState::Active,
        allowed_external_administrator_ids: vec![],
    };
    app.app.write(&app.app.operator(), None, |work| Ok(work.tx.create(area)?)).unwrap();
    id.to_string()
}

/// Puts an object into an area.
pub(super) fn put_in(app: &TestApp, object: &str, area: &str) {
    let (object, area): (Uuid, Uuid) = (object.parse().unwrap(), area.parse().unwrap());
    let put = |work: &mut api::commands::Work<'_, '_>| {
        let mut found = work.get::<Object>(object)?.value;
        found.area_id = Some(AreaId(area));
        Ok(work.tx.update(found)?)
    };
    app.app.write(&app.app.operator(), None, put).unwrap();
}

fn rule(module: &str, roles: &[&str], positions: &[&str]) -> Value {
    json!({"name": "Executives", "module": module, "role_ids": roles, "position_ids": positions})
}

on_every_database! {
    // G-4: in hr every folder but their own, whatever other roles say.
    fn executives_are_kept_from_others_folders(app: &TestApp) {
        let company = app.company();
        let (boss, head, other) = (company.person("boss"), company.person("head"), company.worker("other"));
        let (executives, hr) = (company.role("executives", 0), company.role("hr", 900));
        let director = company.position("director");
        company.member(&executives, &boss.user);
        company.contract(&head.worker, &company.department("d", None), &director, Some("2026-01-01"), Some("2030-12-31"));
        company.grant(&hr, "hr", json!({"type": "all"}), &["read", "edit"], &[]);
        for user in [&boss.user, &head.user] {
            company.member(&hr, user);
            assert_eq!(company.decide(user, "hr:read", &other, None), yes("role_allow"));
        }
        let by_role = company.make("protection-rules", rule("hr", &[&executives], &[]));
        let by_position = company.make("protection-rules", rule("hr", &[], &[&director]));
        for user in [&boss.user, &head.user] {
            for action in ["hr:read", "hr:edit"] {
                assert_eq!(company.decide(user, action, &other, None), no("guard_protection_rule"), "{action}");
            }
        }
        assert_eq!(company.decide(&boss.user, "hr:read", &boss.worker, None), yes("relation_allow"));
        assert_eq!(company.decide(&head.user, "hr:edit", &head.worker, None), yes("role_allow"));
        // A personal grant gives no way round it.
        company.personal_grant(&boss.user, "hr", json!({"type": "worker", "id": other}), &["read"], &[]);
        assert_eq!(company.decide(&boss.user, "hr:read", &other, None), no("guard_protection_rule"));
        // A position bars while the contract is in force.
        assert_eq!(company.decide(&head.user, "hr:read", &other, Some("2031-01-01")), yes("role_allow"));
        // The trace names the rule.
        let trace = |user: &str| company.trace(user, "hr:read", ("worker", &other), "2026-11-01")["context"]["protection_rule_id"].clone();
        assert_eq!((trace(&boss.user), trace(&head.user)), (json!(by_role), json!(by_position)));
        // Lists follow.
        let seen = company.client_of(&head).ids("/api/v1/workers");
        assert_eq!(seen, [head.worker.as_str()]);
        company.remove("protection-rules", &by_position);
        assert_eq!(company.decide(&head.user, "hr:read", &other, None), yes("role_allow"));
    }

    // G-4: areas of class personal_folders, save as processor by name, assignee or team member.
    fn executives_are_kept_from_personal_folders(app: &TestApp) {
        let company = app.company();
        let (boss, executives) = (company.user("boss"), company.role("executives", 0));
        company.member(&executives, &boss);
        let staff = company.role("staff", 0);
        company.member(&staff, &boss);
        let list = company.make("roles", json!({"code": "list", "name": "List", "purpose": "people_list"}));
        let folders = area(app, AreaClass::PersonalFolders, &[&staff], &[], None);
        let normal = area(app, AreaClass::Normal, &[&staff], &[], None);
        let in_area = |area: &str| {
            let object = company.make("objects", json!({"type": "document", "title": "O"}));
            put_in(app, &object, area);
            object
        };
        let (kept, free) = (in_area(&folders), in_area(&normal));
        company.grant(&staff, "document", json!({"type": "all"}), &["edit"], &[]);
        let decide = |object: &str| company.decide_on(&boss, "edit", ("document", object), None);
        assert_eq!(decide(&kept), yes("relation_allow"));
        let guarded = json!({"name": "R", "class": "personal_folders", "role_ids": [executives]});
        company.make("protection-rules", guarded);
        assert_eq!(decide(&kept), no("guard_protection_rule"));
        assert_eq!(company.decide_on(&boss, "areas:read", ("area", &folders), None), no("guard_protection_rule"));
        assert_eq!((decide(&free), company.decide_on(&boss, "areas:read", ("area", &normal), None)), (yes("relation_allow"), yes("relation_allow")));
        // One object is theirs to do.
        company.change("objects", &kept, json!({"assignee_id": boss}));
        assert_eq!(decide(&kept), yes("relation_allow"));
        company.change("objects", &kept, json!({"assignee_id": null, "team_ids": [boss]}));
        assert_eq!(decide(&kept), yes("relation_allow"));
        company.change("objects", &kept, json!({"team_ids": []}));
        assert_eq!(decide(&kept), no("guard_protection_rule"));
        // The owner named them.
        company.member(&list, &boss);
        let named = in_area(&area(app, AreaClass::PersonalFolders, &[&list], &[], None));
        assert_eq!(decide(&named), yes("relation_allow"));
    }

    // G-4: a role can't be barred and take part.
    fn roles_that_take_part_are_not_barred(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (reader, processor) = (company.role("reader", 0), company.role("processor", 0));
        let list = company.make("roles", json!({"code": "list", "name": "List", "purpose": "people_list"}));
        let folders = area(app, AreaClass::PersonalFolders, &[&processor, &list], &[&reader], None);
        area(app, AreaClass::Normal, &[&processor], &[&reader], None);
        let body = |class: &str, roles: &[&str]| json!({"name": "R", "class": class, "role_ids": roles});
        let path = "/api/v1/protection-rules";
        let refused = admin.post(path, body("personal_folders", &[&list, &reader, &processor]));
        let refused = refused.expect(409);
        assert_eq!(refused.pointers(), ["/role_ids/1", "/role_ids/2"]);
        assert!(refused.text.contains(&folders), "{}", refused.text);
        // Who may not know of the area is told how many.
        let editor = company.with_rights("editor", "system", &["protection.edit"]);
        let refused = editor.post(path, body("personal_folders", &[&reader])).expect_fault(409, "guard_protection_rule", "/role_ids/0");
        assert!(refused.text.contains("of one area") && !refused.text.contains(&folders), "{}", refused.text);
        let made = admin.post(path, body("protected", &[&reader])).expect(201).id();
        admin.post(path, body("personal_folders", &[&list])).expect(201);
        admin.patch(&format!("{path}/{made}"), json!({"class": "personal_folders"})).expect_fault(409, "guard_protection_rule", "/role_ids/0");
        admin.post(path, rule("hr", &[&reader], &[])).expect(201);
    }

    // G-5: nobody takes away what bars them, nor leaves what is barred.
    fn nobody_frees_themselves(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let editor = company.with_rights("editor", "system", &["protection.edit", "role.assign", "role.read"]);
        company.grant(&company.id_of("roles", "editor"), "hr", json!({"type": "all"}), &["read"], &[]);
        company.grant(&company.id_of("roles", "editor"), "document", json!({"type": "all"}), &["read"], &[]);
        let own: UserId = id(editor.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap());
        let (executives, others) = (company.role("executives", 0), company.role("others", 0));
        let membership = company.member(&executives, &own.0.to_string());
        let made = company.make("protection-rules", rule("hr", &[&executives, &others], &[]));
        let with_tag = |client: &tests::Client, method: &str, path: &str, body: Option<Value>| {
            let tag = admin.get(path).expect(200).etag();
            let body = body.map(|body| body.to_string());
            let headers = [("if-match", tag.as_str()), ("content-type", "application/json")];
            client.send(method, path, &headers, body.as_deref().map(str::as_bytes))
        };
        let path = format!("/api/v1/protection-rules/{made}");
        with_tag(&editor, "DELETE", &path, None).expect_problem(409, "own_rights_widened").expect_rule("G-5");
        for fields in [json!({"role_ids": [others]}), json!({"module": "document"})] {
            with_tag(&editor, "PATCH", &path, Some(fields)).expect_problem(409, "own_rights_widened");
        }
        let leaving = format!("/api/v1/memberships/{membership}");
        with_tag(&editor, "DELETE", &leaving, None).expect_problem(409, "own_rights_widened");
        with_tag(&editor, "PATCH", &path, Some(json!({"role_ids": [executives], "name": "N"}))).expect(200);
        // Another rule keeps them from the same.
        let second = editor.post("/api/v1/protection-rules", rule("hr", &[&executives], &[])).expect(201).id();
        with_tag(&editor, "DELETE", &path, None).expect(204);
        let path = format!("/api/v1/protection-rules/{second}");
        with_tag(&editor, "DELETE", &path, None).expect_problem(409, "own_rights_widened");
        with_tag(&admin, "DELETE", &path, None).expect(204);
    }

    // G-5: by position.
    fn nobody_frees_their_own_position(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (boss, director, clerk) = (company.person("boss"), company.position("director"), company.position("clerk"));
        let department = company.department("d", None);
        let contract = company.contract(&boss.worker, &department, &director, Some("2026-01-01"), None);
        let officer = company.role("officer", 0);
        company.member(&officer, &boss.user);
        company.grant(&officer, "system", json!({"type": "all"}), &["protection.edit"], &[]);
        company.grant(&officer, "hr", json!({"type": "all"}), &["contracts.read", "contracts.edit"], &[]);
        company.grant(&officer, "document", json!({"type": "all"}), &["read"], &[]);
        let made = company.make("protection-rules", rule("document", &[], &[&director]));
        let client = company.client_of(&boss);
        let path = format!("/api/v1/protection-rules/{made}");
        client.send("DELETE", &path, &[("if-match", &admin.get(&path).etag())], None).expect_problem(409, "own_rights_widened");
        let transfer = json!({"valid_from": "2026-12-01", "position_id": clerk});
        client.post(&format!("/api/v1/contracts/{contract}/transfer"), transfer.clone()).expect_problem(409, "own_rights_widened");
        admin.post(&format!("/api/v1/contracts/{contract}/transfer"), transfer).expect(201);
    }
}
