//! Turns the files of the employees into files to import.
//!
//! A contract is one department under one title: the days that a department period and a title
//! period of the same employee have in common. What has no day is reported, not imported.

use chrono::NaiveDate;
use serde_json::json;

use super::File;
use super::sources::{Employee, Period, Sources};

/// The module whose actions stand for departments and titles.
pub const MODULE: &str = "duties";

/// What was made of the files.
pub struct Converted {
    /// Departments, positions, the module with one action per automatic role, the roles, their
    /// grants, the rules by department, users, workers, contracts, the rules by title.
    pub files: Vec<File>,
    /// How many contracts.
    pub contracts: usize,
    /// Periods without a day: employee, department or title, first day.
    pub without_length: Vec<(String, String, String)>,
    /// Employees without a contract.
    pub without_contract: Vec<String>,
}

/// The code of a department or title, as a role and as an action.
pub fn code(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// The days of a period; the last is `None` where it is open.
type Days = (NaiveDate, Option<NaiveDate>);

/// A period in whole days; `None` when it has none.
fn days(period: &Period) -> Option<Days> {
    let from: NaiveDate = period.from.parse().unwrap();
    let to: NaiveDate = period.to.parse().unwrap();
    if to == NaiveDate::from_ymd_opt(9999, 1, 1).unwrap() {
        return Some((from, None));
    }
    (from < to).then(|| (from, to.pred_opt()))
}

/// The days that two periods have in common.
fn common(one: Days, other: Days) -> Option<Days> {
    let from = one.0.max(other.0);
    let to = [one.1, other.1].into_iter().flatten().min();
    to.is_none_or(|to| from <= to).then_some((from, to))
}

/// Converts everything; the first `accounts` employees get an account.
pub fn convert(sources: &Sources, accounts: usize) -> Converted {
    let mut without_length = Vec::new();
    for period in sources.placements.iter().chain(&sources.titles) {
        if days(period).is_none() {
            without_length.push((period.employee.clone(), period.what.clone(), period.from.clone()));
        }
    }
    without_length.sort();
    let mut without_contract = Vec::new();
    let mut contracts = Vec::new();
    for employee in &sources.employees {
        let lines = contracts_of(sources, employee);
        if lines.is_empty() {
            without_contract.push(employee.number.clone());
        }
        contracts.extend(lines);
    }
    let titles = sources.different_titles();
    let departments: Vec<&str> = sources.departments.iter().map(|(number, _)| number.as_str()).collect();
    let duties: Vec<String> = departments.iter().chain(&titles).map(|name| code(name)).collect();
    let count = contracts.len();
    let contracts_header =
        "external_id,worker_external_id,department_external_id,position_external_id,valid_from,valid_to,state";
    let files = vec![
        File::csv(
            "departments",
            "atomic",
            "external_id,code,name",
            sources.departments.iter().map(|(number, name)| format!("{number},{number},{name}")).collect(),
        ),
        File::csv(
            "positions",
            "per_row",
            "external_id,code,name",
            titles.iter().map(|title| format!("{0},{0},{title}", code(title))).collect(),
        ),
        File::ndjson(
            "modules",
            "atomic",
            vec![json!({"code": MODULE, "name": "Duties", "target": "none", "actions": duties})],
        ),
        File::ndjson(
            "roles",
            "per_row",
            duties
                .iter()
                .map(|duty| json!({"external_id": duty, "code": duty, "name": duty, "mode": "automatic"}))
                .collect(),
        ),
        File::csv(
            "grants",
            "per_row",
            "holder_type,holder_external_id,module,scope_type,allow",
            duties.iter().map(|duty| format!("role,{duty},{MODULE},all,{duty}")).collect(),
        ),
        File::csv(
            "role_rules",
            "atomic",
            "role_external_id,department_external_ids",
            departments.iter().map(|number| format!("{number},{number}")).collect(),
        ),
        File::csv("users", "atomic", "external_id,login,first_name,last_name,email,state", users(sources, accounts)),
        File::ndjson("workers", "per_row", workers(sources, accounts)),
        File::csv("contracts", "atomic", contracts_header, contracts),
        // These find the contracts there already; the rules by department were there before them.
        File::csv(
            "role_rules",
            "per_row",
            "role_external_id,position_external_ids",
            titles.iter().map(|title| format!("{0},{0}", code(title))).collect(),
        ),
    ];
    Converted { files, contracts: count, without_length, without_contract }
}

fn contracts_of(sources: &Sources, employee: &Employee) -> Vec<String> {
    let mut out = Vec::new();
    for placement in sources.placements_of(&employee.number) {
        for title in sources.titles_of(&employee.number) {
            let window = days(placement).zip(days(title)).and_then(|(one, other)| common(one, other));
            let Some((from, to)) = window else { continue };
            let to = to.map_or_else(String::new, |to| to.to_string());
            let number = &employee.number;
            out.push(format!(
                "{number}-{},{number},{},{},{from},{to},signed",
                out.len() + 1,
                placement.what,
                code(&title.what)
            ));
        }
    }
    out
}

fn users(sources: &Sources, accounts: usize) -> Vec<String> {
    let row = |employee: &Employee| {
        let Employee { number, first_name, last_name, .. } = employee;
        format!("{number},e{number},{first_name},{last_name},e{number}@example.com,active")
    };
    sources.employees.iter().take(accounts).map(row).collect()
}

fn workers(sources: &Sources, accounts: usize) -> Vec<serde_json::Value> {
    let rows = sources.employees.iter().enumerate().map(|(at, employee)| {
        let mut row = json!({
            "external_id": employee.number, "personal_number": employee.number, "first_name": employee.first_name,
            "last_name": employee.last_name, "birth_date": employee.birth_date,
        });
        if at < accounts {
            row["user_external_id"] = json!(employee.number);
        }
        row
    });
    rows.collect()
}
