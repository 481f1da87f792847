//! What records name in lists, for which the database has no foreign keys: it must be there.

use std::collections::{HashMap, HashSet};

use domain::area::Area;
use domain::change::Record;
use domain::grant::Template;
use domain::id::{AreaId, Kind};
use uuid::Uuid;

use crate::check::Report;

/// Checks what areas, templates, protection rules and fillers name, and that no area lies below itself.
pub fn check(rows: &[Record], report: &mut Report) {
    let there: HashSet<(Kind, Uuid)> = rows.iter().map(|row| (row.kind(), row.uuid())).collect();
    let codes: HashSet<&str> = rows
        .iter()
        .filter_map(|row| match row {
            Record::ObjectType(object_type) => Some(object_type.code.as_str()),
            _ => None,
        })
        .collect();
    let mut parents: HashMap<AreaId, Option<AreaId>> = HashMap::new();
    for row in rows {
        for (rule, kind, id) in named(row) {
            if !there.contains(&(kind, id)) {
                report.fault(format!("{rule}: {} {} names {kind} {id}, which is not there", row.kind(), row.uuid()));
            }
        }
        match row {
            Record::Area(area) => drop(parents.insert(area.id, area.parent_id)),
            Record::Template(template) => {
                for right in template.rights.iter().filter(|right| !codes.contains(right.object_type.as_str())) {
                    let code = &right.object_type;
                    report
                        .fault(format!("P-09: template {} names object type {code}, which is not there", template.id));
                }
            }
            _ => {}
        }
    }
    for area in parents.keys() {
        let (mut seen, mut next) = (HashSet::new(), Some(*area));
        while let Some(id) = next {
            if !seen.insert(id) {
                report.fault(format!("A-01: area {area} lies below itself"));
                break;
            }
            next = parents.get(&id).copied().flatten();
        }
    }
}

/// What a record names in its lists, and the rule that says so.
fn named(row: &Record) -> Vec<(&'static str, Kind, Uuid)> {
    match row {
        Record::Area(Area { processor_ids, reader_ids, allowed_external_administrator_ids, .. }) => {
            let roles = processor_ids.iter().chain(reader_ids).map(|id| ("A-02", Kind::Role, id.0));
            roles.chain(allowed_external_administrator_ids.iter().map(|id| ("U-11", Kind::User, id.0))).collect()
        }
        Record::Template(Template { department_ids, rights, .. }) => {
            let departments = department_ids.iter().map(|id| ("P-09", Kind::Department, id.0));
            departments.chain(rights.iter().map(|right| ("P-09", Kind::Role, right.role_id.0))).collect()
        }
        Record::ProtectionRule(rule) => {
            let roles = rule.role_ids.iter().map(|id| ("G-4", Kind::Role, id.0));
            roles.chain(rule.position_ids.iter().map(|id| ("G-4", Kind::Position, id.0))).collect()
        }
        Record::User(user) => user.managed_in.iter().map(|id| ("U-12", Kind::Area, id.0)).collect(),
        _ => Vec::new(),
    }
}
