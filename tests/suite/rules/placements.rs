//! Where a worker was placed, and when (D-04, D-05).

use serde_json::{Value, json};
use tests::on_every_database;

fn lines(told: &Value) -> Vec<(&str, &Value, &Value)> {
    told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["change"].as_str().unwrap(), &line["valid_from"], &line["valid_to"]))
        .collect()
}

on_every_database! {
    // D-04, D-05: one line for each contract that counts, and for each time away, in the order of time.
    fn the_history_of_placements_reads_in_the_order_of_time(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (first, other) = (company.department("first", None), company.department("other", None));
        let p = company.position("p");
        company.contract(&anna.worker, &first, &p, Some("2020-01-01"), Some("2021-12-31"));
        let back = company.contract(&anna.worker, &first, &p, Some("2024-01-01"), None);
        company.draft(&anna.worker, &other, &p, Some("2027-01-01"), None);
        let transfer = json!({"valid_from": "2025-01-01", "department_id": other, "workload_percent": 60});
        let moved = app.admin().post(&format!("/api/v1/contracts/{back}/transfer"), transfer).expect(201);
        let moved = moved.json["contract"]["id"].clone();
        let second = json!({
            "worker_id": anna.worker, "department_id": first, "position_id": p, "state": "signed",
            "workload_percent": 40, "valid_from": "2025-07-01", "valid_to": "2025-12-31",
        });
        company.make("contracts", second);
        company.change("departments", &other, json!({"head_id": anna.worker}));
        let path = format!("/api/v1/workers/{}/placements", anna.worker);
        let told = app.admin().get(&path).expect(200).json;
        let day = |text: &str| json!(text);
        let expected = [
            ("hired", day("2020-01-01"), day("2021-12-31")),
            ("left", day("2022-01-01"), day("2023-12-31")),
            ("rehired", day("2024-01-01"), day("2024-12-31")),
            ("transferred", day("2025-01-01"), json!(null)),
            ("second_contract", day("2025-07-01"), day("2025-12-31")),
        ];
        assert_eq!(lines(&told), expected.iter().map(|(change, from, to)| (*change, from, to)).collect::<Vec<_>>());
        let line = &told["items"][3];
        assert_eq!((&line["contract_id"], &line["changed"]), (&moved, &json!(["department", "workload"])));
        assert_eq!((&line["department_id"], &line["workload_percent"]), (&json!(other), &json!(60)));
        assert_eq!(told["heads"], json!([other]));
        let at = |day: &str| lines(&app.admin().get(&format!("{path}?at={day}")).expect(200).json).len();
        assert_eq!((at("2019-12-31"), at("2023-01-01"), at("2025-12-31"), at("2026-06-15")), (0, 1, 2, 1));
        app.admin().get(&format!("{path}?at=today")).expect_fault(400, "bad_parameter", "at");
    }

    // D-04: contracts are for those who may read them.
    fn placements_need_the_right_to_read_contracts(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let path = format!("/api/v1/workers/{}/placements", anna.worker);
        company.with_rights("reader", "hr", &["read"]).get(&path).expect_missing("hr", "contracts.read");
        company.outsider().get(&path).expect_problem(404, "not_found");
        // W-09: one's own are read while the folder is linked.
        assert_eq!(company.client_of(&anna).get(&path).expect(200).json["items"], json!([]));
    }
}
