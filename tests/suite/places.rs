//! Areas for tests of what lies in them.

use domain::area::Area;
use serde_json::json;
use tests::{Client, Company, TestApp};

/// An area of that name and mark, with its owner and the roles that work on and read it.
#[track_caller]
pub fn area(app: &TestApp, name: &str, owner: &str, processors: &[&str], readers: &[&str]) -> String {
    let body = json!({
        "name": name, "mark": name, "external_id": name.to_lowercase(), "owner_id": owner, "processor_ids": processors,
        "reader_ids": readers,
    });
    app.company().make("areas", body)
}

/// Changes an area.
#[track_caller]
pub fn change_area(app: &TestApp, id: &str, change: impl FnOnce(&mut Area)) {
    let id = id.parse().unwrap();
    let command = |work: &mut api::commands::Work<'_, '_>| {
        let mut area = work.get::<Area>(id)?.value;
        change(&mut area);
        Ok(work.tx.update(area)?)
    };
    app.app.write(&app.app.operator(), None, command).unwrap();
}

/// An area with its people: the owner, a processor and a reader.
pub struct Place {
    pub area: String,
    pub owner: Client,
    pub owner_id: String,
    pub processor: Client,
    pub processor_id: String,
    pub reader: Client,
    pub reader_id: String,
}

/// An area of that name, with people of its own.
#[track_caller]
pub fn place(app: &TestApp, company: &Company<'_>, name: &str) -> Place {
    let person = |what: &str| {
        let (user, role) = (company.user(&format!("{name}-{what}")), company.role(&format!("{name}-{what}"), 0));
        company.member(&role, &user);
        (user, role)
    };
    let (owner_id, (processor_id, processors)) = (company.user(&format!("{name}-owner")), person("processor"));
    let (reader_id, readers) = person("reader");
    let area = area(app, name, &owner_id, &[&processors], &[&readers]);
    let (owner, processor) = (company.client(&owner_id), company.client(&processor_id));
    let reader = company.client(&reader_id);
    Place { area, owner, owner_id, processor, processor_id, reader, reader_id }
}
