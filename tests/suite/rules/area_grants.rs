//! Grants over areas (P-02).

use domain::area::AreaClass;
use serde_json::json;
use tests::on_every_database;

use super::protection_rules::{area, put_in};
use super::{no, yes};

on_every_database! {
    // P-02: one area, itself and its objects, not its sub-areas.
    fn a_grant_covers_one_area(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, nobody, anna) = (company.role("r", 0), company.role("nobody", 0), company.user("anna"));
        company.member(&role, &anna);
        let top = area(app, AreaClass::Normal, &[&nobody], &[], None);
        let below = area(app, AreaClass::Normal, &[&nobody], &[], Some(&top));
        let object = |area: &str| {
            let object = company.make("objects", json!({"type": "document", "title": "O"}));
            put_in(app, &object, area);
            object
        };
        let (inside, deeper) = (object(&top), object(&below));
        let outside = company.make("objects", json!({"type": "document", "title": "O"}));
        let scope = json!({"type": "area", "id": top});
        let over_objects = company.grant(&role, "document", scope.clone(), &["edit"], &[]);
        let over_area = company.grant(&role, "areas", scope.clone(), &["read"], &[]);
        assert_eq!(admin.get(&format!("/api/v1/grants/{over_area}")).expect(200).json["scope"], scope);
        let document = |id: &str| company.decide_on(&anna, "edit", ("document", id), None);
        assert_eq!((document(&inside), document(&deeper), document(&outside)), (yes("role_allow"), no("no_grant"), no("no_grant")));
        let itself = |id: &str| company.decide_on(&anna, "areas:read", ("area", id), None);
        assert_eq!((itself(&top), itself(&below)), (yes("role_allow"), no("no_grant")));
        // Lists and filters.
        assert_eq!(company.client(&anna).ids("/api/v1/objects"), [inside.as_str()]);
        let mut found = admin.ids(&format!("/api/v1/grants?scope_area_id={top}"));
        found.sort();
        let mut wanted = [over_objects.clone(), over_area];
        wanted.sort();
        assert_eq!(found, wanted);
        assert_eq!(admin.ids("/api/v1/grants?scope_type=area").len(), 2);
        assert_eq!(admin.ids(&format!("/api/v1/objects/{inside}/grants?include=covering")), [over_objects]);
        assert!(admin.ids(&format!("/api/v1/objects/{deeper}/grants?include=covering")).is_empty());
        // A module whose target is neither areas nor objects takes none.
        let body = |module: &str, id: &str| json!({"holder_id": role, "module": module, "scope": {"type": "area", "id": id}, "allow": ["read"]});
        admin.post("/api/v1/grants", body("hr", &top)).expect_fault(422, "scope_does_not_fit", "/scope");
        admin.post("/api/v1/grants", body("document", &role)).expect_fault(422, "unknown_reference", "/scope/id");
        admin.post("/api/v1/grants", body("document", &top)).expect_problem(409, "grant_exists");
    }

    // P-02: rows of a file name the area by the caller's own id.
    fn grants_over_areas_are_imported(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let top = area(app, AreaClass::Normal, &[&role], &[], None);
        let rows = format!(
            "holder_external_id,module,scope_type,scope_external_id,allow\nr,document,area,area-{top},edit\nr,areas,area,area-{top},read\nr,hr,area,area-{top},read\n"
        );
        for created in [2, 0] {
            let ended = admin.import_csv("grants", "per_row", &rows);
            assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(created), &json!(1)));
        }
        let exported = admin.get("/api/v1/exports/grants?format=csv&scope_type=area").expect(200).text;
        assert_eq!(exported.lines().filter(|row| row.contains(&top)).count(), 2, "{exported}");
    }
}
