use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;
use crate::places::place;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let area = place(app, &company, "Ctl").area;
        let make = |body| company.make("mark-patterns", body);
        let of_area = make(json!({
            "external_id": "p", "area_id": area, "object_type": "quote", "pattern": "{counter}", "mode": "editable",
        }));
        let of_kind = make(json!({"area_kind": "project", "object_type": "task", "pattern": "{area}/{counter}"}));
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        for query in [format!("area_id={area}"), "object_type=quote".into(), "mode=editable".into(), "external_id=p".into()] {
            assert_eq!(found(&query), [of_area.as_str()], "{query}");
        }
        assert_eq!(found("area_kind=project,calendar"), [of_kind.as_str()]);
        assert_eq!(found("sort=-object_type"), [of_kind.as_str(), &of_area]);
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let make = |number: usize| {
            let area = place(app, &company, &format!("A{number}")).area;
            company.make("mark-patterns", json!({"area_id": area, "object_type": "task", "pattern": "{counter}"}))
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=object_type"), &make, Some(&delete));
    }
}
