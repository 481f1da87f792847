//! Employees made up, where the real ones are missing: as many, with as many periods.

use super::sources::{Employee, Period, Sources};

const TITLES: [&str; 7] =
    ["Staff", "Senior Staff", "Engineer", "Senior Engineer", "Assistant Engineer", "Technique Leader", "Manager"];

/// So many employees in nine departments. Each has a title after the other until today; of ten,
/// one has changed the department as well.
pub fn made_up(employees: usize) -> Sources {
    let mut sources = Sources {
        employees: Vec::with_capacity(employees),
        departments: (1..=9).map(|number| (format!("d{number:03}"), format!("Department {number}"))).collect(),
        placements: Vec::new(),
        titles: Vec::new(),
    };
    for at in 0..employees {
        let number = format!("{}", 10_001 + at);
        let period = |what: String, from: &str, to: &str| Period {
            employee: number.clone(),
            what,
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let department = |at: usize| format!("d{:03}", at % 9 + 1);
        let title = |at: usize| TITLES[at % TITLES.len()].to_owned();
        if at % 10 == 0 {
            sources.placements.push(period(department(at / 10), "1988-03-01", "1993-05-01"));
            sources.placements.push(period(department(at / 10 + 1), "1993-05-01", "9999-01-01"));
        } else {
            sources.placements.push(period(department(at), "1988-03-01", "9999-01-01"));
        }
        if at % 2 == 0 {
            sources.titles.push(period(title(at), "1988-03-01", "9999-01-01"));
        } else {
            sources.titles.push(period(title(at), "1988-03-01", "1995-07-01"));
            sources.titles.push(period(title(at + 1), "1995-07-01", "9999-01-01"));
        }
        sources.employees.push(Employee {
            birth_date: format!("19{}-0{}-1{}", 50 + at % 20, at % 9 + 1, at % 10),
            first_name: format!("First{}", at % 1_009),
            last_name: format!("Last{}", at % 1_511),
            number,
        });
    }
    sources
}
