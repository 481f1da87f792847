//! The files of the employees as they are, and what they say about a day.

use std::path::Path;

/// A row of `employees.csv`.
#[derive(Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct Employee {
    pub number: String,
    pub birth_date: String,
    pub first_name: String,
    pub last_name: String,
}

/// A row of `dept_emp.csv` or `titles.csv`: `to` is the first day on which it no longer holds,
/// 9999-01-01 where no end is known.
#[derive(Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct Period {
    pub employee: String,
    pub what: String,
    pub from: String,
    pub to: String,
}

impl Period {
    /// Days as ISO texts compare as days do.
    pub fn holds(&self, employee: &str, day: &str) -> bool {
        self.employee == employee && self.from.as_str() <= day && day < self.to.as_str()
    }
}

/// All files.
pub struct Sources {
    /// Who.
    pub employees: Vec<Employee>,
    /// Number and name.
    pub departments: Vec<(String, String)>,
    /// Department periods, in the order of the employees.
    pub placements: Vec<Period>,
    /// Title periods, in the order of the employees.
    pub titles: Vec<Period>,
}

/// The rows of a CSV file, after checking its header.
pub fn rows<const N: usize>(path: &Path, header: [&str; N]) -> Vec<[String; N]> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), header, "{}", path.display());
    let row = |record: csv::StringRecord| std::array::from_fn(|at| record[at].to_owned());
    reader.records().map(|record| row(record.unwrap())).collect()
}

impl Sources {
    /// Reads the folder.
    pub fn read(folder: &Path) -> Self {
        let employees = rows(
            &folder.join("employees.csv"),
            ["emp_no", "birth_date", "first_name", "last_name", "gender", "hire_date"],
        );
        let departments = rows(&folder.join("departments.csv"), ["dept_no", "dept_name"]);
        let period = |[employee, what, from, to]: [String; 4]| Period { employee, what, from, to };
        let placements = rows(&folder.join("dept_emp.csv"), ["emp_no", "dept_no", "from_date", "to_date"]);
        let titles = rows(&folder.join("titles.csv"), ["emp_no", "title", "from_date", "to_date"]);
        let mut placements: Vec<Period> = placements.into_iter().map(period).collect();
        let mut titles: Vec<Period> = titles.into_iter().map(period).collect();
        placements.sort_by(|one, other| one.employee.cmp(&other.employee));
        titles.sort_by(|one, other| one.employee.cmp(&other.employee));
        Self {
            employees: employees
                .into_iter()
                .map(|[number, birth_date, first_name, last_name, _, _]| Employee {
                    number,
                    birth_date,
                    first_name,
                    last_name,
                })
                .collect(),
            departments: departments.into_iter().map(|[number, name]| (number, name)).collect(),
            placements,
            titles,
        }
    }

    /// The same so many times over, each time with fresh numbers.
    #[must_use]
    pub fn repeated(&self, times: usize) -> Self {
        fn again<T: Clone>(times: usize, all: &[T], number: impl Fn(&mut T) -> &mut String) -> Vec<T> {
            let mut out = Vec::with_capacity(all.len() * times);
            for time in 0..times {
                out.extend(all.iter().cloned().map(|mut one| {
                    let number = number(&mut one);
                    *number = format!("{time:02}-{number}");
                    one
                }));
            }
            out
        }
        Self {
            employees: again(times, &self.employees, |employee| &mut employee.number),
            departments: self.departments.clone(),
            placements: again(times, &self.placements, |period| &mut period.employee),
            titles: again(times, &self.titles, |period| &mut period.employee),
        }
    }

    /// The different titles.
    pub fn different_titles(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.titles.iter().map(|period| period.what.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The department periods of an employee.
    pub fn placements_of(&self, employee: &str) -> &[Period] {
        of(&self.placements, employee)
    }

    /// The title periods of an employee.
    pub fn titles_of(&self, employee: &str) -> &[Period] {
        of(&self.titles, employee)
    }

    /// Whether the files say that an employee works on a day, having both a department and a
    /// title, and that one of the two is this one.
    pub fn works_on(&self, employee: &str, day: &str, department_or_title: &str) -> bool {
        let holding = |periods: &'_ [Period]| -> Vec<String> {
            periods.iter().filter(|period| period.holds(employee, day)).map(|period| period.what.clone()).collect()
        };
        let departments = holding(self.placements_of(employee));
        let titles = holding(self.titles_of(employee));
        let named = |found: &[String]| found.iter().any(|what| what == department_or_title);
        (named(&departments) && !titles.is_empty()) || (named(&titles) && !departments.is_empty())
    }
}

fn of<'p>(periods: &'p [Period], employee: &str) -> &'p [Period] {
    let begin = periods.partition_point(|period| period.employee.as_str() < employee);
    let end = periods.partition_point(|period| period.employee.as_str() <= employee);
    &periods[begin..end]
}
