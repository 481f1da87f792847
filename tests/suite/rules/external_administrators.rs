//! What external administrators never reach (G-3, U-11).

use serde_json::json;
use tests::{Company, on_every_database};

use super::{no, yes};

const REFUSAL: &str = "guard_external_administrator";

/// An external administrator.
fn outside(company: &Company<'_>, login: &str) -> String {
    company.make(
        "users",
        json!({
            "kind": "external_administrator", "login": login, "first_name": "Olga", "last_name": "Outer",
            "email": format!("{login}@example.org"), "display_name": login, "state": "active",
        }),
    )
}

on_every_database! {
    // G-3, U-11: workers' folders stay shut, whatever a role or a personal grant says.
    fn workers_folders_stay_shut(app: &TestApp) {
        let company = app.company();
        let (olga, x) = (outside(&company, "olga"), company.worker("x"));
        let role = company.role("all", 9);
        company.member(&role, &olga);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        company.grant(&role, "task", json!({"type": "all"}), &["read"], &[]);
        company.personal_grant(&olga, "time", json!({"type": "all"}), &["record"], &[]);
        assert_eq!(company.decide(&olga, "hr:read", &x, None), no(REFUSAL));
        assert_eq!(company.decide(&olga, "time:record", &x, None), no(REFUSAL));
        let task = company.object("task", "t", None);
        assert_eq!(company.decide_on(&olga, "read", ("task", &task), None), yes("role_allow"));
        let told = app.admin().get(&format!("/api/v1/users/{olga}/permissions")).expect(200).text;
        assert!(told.contains("\"task\"") && !told.contains("\"hr\"") && !told.contains("\"time\""), "{told}");
    }

    // G-3: putting them into a protected role is refused, or into one that leads there.
    fn they_are_not_put_into_protected_roles(app: &TestApp) {
        let company = app.company();
        let (olga, anna) = (outside(&company, "olga"), company.user("anna"));
        let (low, high, plain) = (company.role("low", 0), company.role("high", 0), company.role("plain", 0));
        company.nest(&low, &high);
        company.change("roles", &high, json!({"protected": true}));
        for role in [&low, &high] {
            let body = json!({"role_id": role, "member_id": olga});
            app.admin().post("/api/v1/memberships", body).expect_fault(409, REFUSAL, "/member_id").expect_rule("G-3");
            company.member(role, &anna);
        }
        company.member(&plain, &olga);
    }

    // G-3: nor does a role that holds them, directly or below, come to lie in one.
    fn roles_that_hold_them_are_not_nested_into_protected_ones(app: &TestApp) {
        let company = app.company();
        let olga = outside(&company, "olga");
        let (low, middle, high) = (company.role("low", 0), company.role("middle", 0), company.role("high", 0));
        company.change("roles", &high, json!({"protected": true}));
        let ended = json!({"role_id": middle, "member_id": olga, "valid_to": "2020-12-31"});
        company.make("memberships", ended);
        let seat = company.member(&low, &olga);
        company.nest(&low, &middle);
        for role in [&low, &middle] {
            let body = json!({"role_id": high, "member_type": "role", "member_id": role});
            app.admin().post("/api/v1/memberships", body).expect_fault(409, REFUSAL, "/member_id").expect_rule("G-3");
        }
        // A membership that ended brings nobody there.
        company.remove("memberships", &seat);
        company.nest(&middle, &high);
    }

    // G-3: nor is a role marked that holds them, directly or below.
    fn roles_that_hold_them_are_not_marked_protected(app: &TestApp) {
        let company = app.company();
        let olga = outside(&company, "olga");
        let (low, high) = (company.role("low", 0), company.role("high", 0));
        let seat = company.member(&low, &olga);
        company.nest(&low, &high);
        for role in [&low, &high] {
            let path = format!("/api/v1/roles/{role}");
            let refused = app.admin().patch(&path, json!({"protected": true}));
            refused.expect_fault(409, REFUSAL, "/protected").expect_rule("G-3");
        }
        company.remove("memberships", &seat);
        company.change("roles", &low, json!({"protected": true}));
    }

    // G-3: nor does an import put them there, whichever file comes last.
    fn an_import_is_refused_as_a_request_is(app: &TestApp) {
        let company = app.company();
        let olga = outside(&company, "olga");
        let guarded = company.role("guarded", 0);
        company.change("roles", &guarded, json!({"protected": true}));
        let csv = "role_external_id,member_external_id,member_type\nguarded,olga,user\n";
        let done = app.admin().import_csv("memberships", "per_row", csv);
        assert_eq!((&done.json["result"]["created"], &done.json["errors_count"]), (&json!(0), &json!(1)), "{}", done.text);
        let path = format!("/api/v1/operations/{}/errors", done.id());
        assert!(app.admin().get(&path).expect(200).text.contains(REFUSAL));
        let plain = company.role("plain", 0);
        company.member(&plain, &olga);
        let csv = "code,name,protected\nplain,Plain,true\n";
        let done = app.admin().import_csv("roles", "atomic", csv);
        assert_eq!(done.json["state"], "failed", "{}", done.text);
        assert_eq!(app.admin().get(&format!("/api/v1/roles/{plain}")).expect(200).json["protected"], json!(false));
    }

    // U-11: whoever lists the members of a role sees who is from outside.
    fn they_are_marked_among_the_members_of_a_role(app: &TestApp) {
        let company = app.company();
        let (olga, anna) = (outside(&company, "olga"), company.user("anna"));
        let role = company.role("plain", 0);
        for user in [&olga, &anna] {
            company.member(&role, user);
        }
        let members = app.admin().get(&format!("/api/v1/roles/{role}/members?expand=user")).expect(200);
        let marked: Vec<_> = members.items().iter().filter(|item| item["user"]["marks"] == json!(["external"])).collect();
        assert_eq!((members.items().len(), marked.len()), (2, 1), "{}", members.text);
        assert_eq!(marked[0]["member_id"], json!(olga));
    }
}
