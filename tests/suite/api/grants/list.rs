use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana) = (company.role("r", 0), company.user("jana"));
        let (department, worker, task) = (company.department("d", None), company.worker("w"), company.object("task", "t", None));
        let of_department = company.grant(&role, "hr", json!({"type": "department", "id": department}), &["read"], &[]);
        let of_worker = company.personal_grant(&jana, "time", json!({"type": "worker", "id": worker}), &["record"], &[]);
        let of_object = company.grant(&role, "task", json!({"type": "object", "id": task}), &["read"], &[]);
        let body = json!({
            "holder_id": role, "module": "task", "scope": {"type": "object_type", "id": "task"}, "allow": ["read"],
            "valid_to": "2025-12-31", "external_id": "g-1",
        });
        let old = admin.post(ALL, body).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("role_id={role}&module=task")), [of_object.as_str(), &old]);
        assert_eq!(found(&format!("role_id={role}&module=task&at=2026-01-01")), [of_object.as_str()]);
        assert_eq!(found(&format!("user_id={jana}")), [of_worker.as_str()]);
        assert_eq!(found("holder_type=user"), [of_worker.as_str()]);
        assert_eq!(found("scope_type=worker,department"), [of_department.as_str(), &of_worker]);
        assert_eq!(found(&format!("scope_department_id={department}")), [of_department.as_str()]);
        assert_eq!(found(&format!("scope_worker_id={worker}")), [of_worker.as_str()]);
        assert_eq!(found(&format!("scope_object_id={task}")), [of_object.as_str()]);
        assert_eq!(found("external_id=g-1"), [old.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
        company.outsider().get(ALL).expect_missing("system", "grant.read");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let make = |number: usize| {
            let worker = company.worker(&format!("w{number}"));
            company.grant(&admin.ids("/api/v1/roles?code=auditor")[0], "hr", json!({"type": "worker", "id": worker}), &["read"], &[])
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-module"), &make, Some(&delete));
    }
}
