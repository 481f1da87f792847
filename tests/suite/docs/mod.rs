//! The pages for people: every command in the README and in `docs/` is run, and what it prints is
//! compared with what the page shows.
//!
//! A block of commands is fenced as `sh`. The block after it, with nothing but blank lines between,
//! is what it prints: `json` is compared as [`answers::fits`] says, other text line by line. What
//! can't be run here says why, in a line before it: `<!-- not run: needs a container engine -->`.
//! The reasons are [`page::REASONS`]. What needs a PostgreSQL server of its own is marked
//! `<!-- on PostgreSQL -->` and runs in a shell of its own, where there is a server.

mod answers;
mod dashboard;
mod page;
mod shell;

use page::{Block, Place};
use shell::{Beside, Shell};

/// The pages that have commands, and what runs beside them.
const PAGES: [(&str, Beside); 18] = [
    ("README.md", Beside::Demo),
    ("docs/decisions-api.md", Beside::Demo),
    ("docs/accounts.md", Beside::Demo),
    ("docs/areas.md", Beside::Demo),
    ("docs/configuration.md", Beside::Nothing),
    ("docs/frontend.md", Beside::Demo),
    ("docs/imports.md", Beside::Demo),
    ("docs/integrators.md", Beside::Demo),
    ("docs/marks.md", Beside::Demo),
    ("docs/notifications.md", Beside::Demo),
    ("docs/operators.md", Beside::Nothing),
    ("docs/people-and-roles.md", Beside::Demo),
    ("docs/personal-data.md", Beside::Demo),
    ("docs/plans.md", Beside::Demo),
    ("docs/rights.md", Beside::Demo),
    ("docs/security.md", Beside::Demo),
    ("docs/templates.md", Beside::Demo),
    ("docs/wage-types.md", Beside::Demo),
];

/// Runs a page's commands from top to bottom.
fn run(name: &str) {
    if !shell::tools(&["curl", "jq", "sqlite3"]) {
        return;
    }
    let (_, beside) = PAGES.iter().find(|(page, _)| *page == name).unwrap();
    let blocks = page::blocks(&page::read(name));
    let shell = Shell::new(*beside);
    let at = |place: Place| blocks.iter().filter(|block| block.place == place).collect::<Vec<&Block>>();
    shell.run(name, &at(Place::Here));
    let on_postgresql = at(Place::Postgresql);
    if !on_postgresql.is_empty()
        && let Some(server) = shell::postgresql()
    {
        shell.on_postgresql(&server).run(name, &on_postgresql);
    }
}

#[test]
fn the_readme_runs() {
    run("README.md");
}

#[test]
fn the_page_on_templates_runs() {
    run("docs/templates.md");
}

#[test]
fn the_page_on_rights_runs() {
    run("docs/rights.md");
}

#[test]
fn the_page_on_plans_runs() {
    run("docs/plans.md");
}

#[test]
fn the_page_on_decisions_runs() {
    run("docs/decisions-api.md");
}

#[test]
fn the_page_on_marks_runs() {
    run("docs/marks.md");
}

#[test]
fn the_page_on_accounts_runs() {
    run("docs/accounts.md");
}

#[test]
fn the_page_on_areas_runs() {
    run("docs/areas.md");
}

#[test]
fn the_page_on_configuration_runs() {
    run("docs/configuration.md");
}

#[test]
fn the_page_for_frontends_runs() {
    run("docs/frontend.md");
}

#[test]
fn the_page_on_imports_runs() {
    run("docs/imports.md");
}

#[test]
fn the_page_for_integrators_runs() {
    run("docs/integrators.md");
}

#[test]
fn the_page_on_notifications_runs() {
    run("docs/notifications.md");
}

#[test]
fn the_page_for_operators_runs() {
    run("docs/operators.md");
}

#[test]
fn the_page_on_people_and_roles_runs() {
    run("docs/people-and-roles.md");
}

#[test]
fn the_page_on_personal_data_runs() {
    run("docs/personal-data.md");
}

#[test]
fn the_page_on_security_runs() {
    run("docs/security.md");
}

#[test]
fn the_page_on_wage_types_runs() {
    run("docs/wage-types.md");
}

// No page is forgotten, and what is not run says why.
#[test]
fn every_command_is_run_or_says_why_not() {
    let mut not_run = 0;
    for name in page::names() {
        let blocks = page::blocks(&page::read(&name));
        for block in &blocks {
            if let Place::Nowhere(reason) = &block.place {
                let known = page::REASONS.contains(&reason.as_str());
                assert!(known, "{name}:{}: {reason:?} is none of {:?}", block.line, page::REASONS);
                not_run += 1;
            } else {
                let told = "is run by no test: add the page to PAGES, or say before the block why not";
                assert!(PAGES.iter().any(|(page, _)| *page == name), "{name}:{} {told}", block.line);
            }
        }
    }
    assert!(not_run <= 6, "{not_run} blocks are not run: what can be run, should");
}

// A link to another file of the repository leads somewhere.
#[test]
fn links_between_pages_lead_somewhere() {
    for name in page::names() {
        let folder = page::root().join(&name).parent().unwrap().to_owned();
        for link in page::links(&page::read(&name)) {
            assert!(folder.join(&link).exists(), "{name}: {link} is not there");
        }
    }
}
