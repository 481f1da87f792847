//! Roles that are made together with the area that names them: lists of people, or roles that contain roles.

use domain::area::Area;
use domain::id::{Kind, RoleId};
use domain::role::{Purpose, Role};
use domain::rule::Violation;
use persistence::Key;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::memberships::{self, MemberType, MembershipInput};
use crate::commands::references::{self, many};
use crate::commands::roles::{ModeName, PurposeName, RoleInput};
use crate::commands::save::Resource;
use crate::commands::{Refusal, Work};

/// A role that is made with the area: a list of people, or one that contains roles.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Your own id for it. One that the area names already is not made again.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code; made from the name when absent.
    #[schema(min_length = 1, max_length = 100)]
    pub code: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What it is for; when absent `people_list`, or `permission` where it contains roles.
    #[schema(inline)]
    pub purpose: Option<PurposeName>,
    /// The people in it.
    #[schema(max_items = 500)]
    pub user_ids: Option<Vec<Uuid>>,
    /// The people in it by your own ids or logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 500)]
    pub user_external_ids: Option<Vec<String>>,
    /// The roles in it.
    #[schema(max_items = 100)]
    pub role_ids: Option<Vec<Uuid>>,
    /// The roles in it by your own ids or their codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub role_external_ids: Option<Vec<String>>,
}

/// The fields that name new roles.
const FIELDS: [&str; 2] = ["new_processors", "new_readers"];

/// Resolves the references within new roles.
///
/// # Errors
/// Violations that name every reference to nothing.
pub fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
    let mut faults: Vec<Violation> = Vec::new();
    for field in FIELDS {
        for (index, item) in map.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
            let Value::Object(item) = item else { continue };
            let within = format!("/{field}/{index}");
            match references::resolve(work.tx, item, &[many("user", Kind::User), many("role", Kind::Role)]) {
                Err(Refusal::Violations(found)) => faults.extend(found.into_iter().map(|fault| below(fault, &within))),
                other => other?,
            }
        }
    }
    Ok(domain::rule::verdict(faults)?)
}

/// Makes the new roles with their members, and adds them to the list of the area's.
///
/// # Errors
/// The database can't be read.
pub fn make(
    work: &mut Work<'_, '_>,
    old: Option<&Area>,
    field: &str,
    items: Vec<NewRole>,
    list: &mut Vec<RoleId>,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    for (index, item) in items.into_iter().enumerate() {
        let within = format!("/{field}/{index}");
        if let Some(name) = &item.external_id {
            let known = work.tx.ids::<Role>(&Key::ExternalId(Kind::Role, name.clone()))?.first().copied().map(RoleId);
            if let Some(known) = known.filter(|known| old.is_some_and(|old| old.names_role(*known))) {
                if !list.contains(&known) {
                    list.push(known);
                }
                continue;
            }
        }
        match one(work, item, &within, out) {
            Ok(role) => list.push(role),
            Err(Refusal::Violations(found)) => out.extend(found.into_iter().map(|fault| below(fault, &within))),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(())
}

fn one(work: &mut Work<'_, '_>, item: NewRole, within: &str, out: &mut Vec<Violation>) -> Result<RoleId, Refusal> {
    let users = item.user_ids.unwrap_or_default();
    let roles = item.role_ids.unwrap_or_default();
    let usual = if roles.is_empty() { Purpose::PeopleList } else { Purpose::Permission };
    let code = match item.code {
        Some(code) => code,
        None => free_code(work, &item.name)?,
    };
    let input = RoleInput {
        external_id: item.external_id,
        code,
        name: item.name,
        purpose: Some(item.purpose.unwrap_or_else(|| usual.into())),
        mode: Some(ModeName::Manual),
        priority: None,
        valid_from: None,
        valid_to: None,
        manager_ids: None,
        manager_external_ids: None,
        protected: None,
        note: None,
    };
    let role = Role::save(work, None, input)?;
    let users = users.into_iter().map(|id| (MemberType::User, id)).enumerate();
    let roles = roles.into_iter().map(|id| (MemberType::Role, id)).enumerate();
    for (index, (kind, member)) in users.chain(roles) {
        let input = MembershipInput {
            role_id: Some(role.id.0),
            member_type: Some(kind),
            member_id: Some(member),
            ..MembershipInput::default()
        };
        let field = if kind == MemberType::User { "user_ids" } else { "role_ids" };
        // Whoever may make the role says who is in it.
        match memberships::store(work, None, input, |_, _| Ok(())) {
            Ok(_) => {}
            Err(Refusal::Violations(found)) => {
                out.extend(found.into_iter().map(|fault| fault.at(format!("{within}/{field}/{index}"))));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(role.id)
}

/// A code that no role has, made from a name.
fn free_code(work: &mut Work<'_, '_>, name: &str) -> Result<String, Refusal> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let base: String = words.collect::<Vec<_>>().join("-").chars().take(domain::text::CODE_MAX - 10).collect();
    let base = if base.is_empty() { "role".to_owned() } else { base };
    for number in 1_u32.. {
        let code = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if work.tx.ids::<Role>(&Key::Code(Kind::Role, code.clone()))?.is_empty() {
            return Ok(code);
        }
    }
    Err(Refusal::internal("there are too many roles of that name"))
}

/// A fault of a part of the body.
fn below(fault: Violation, within: &str) -> Violation {
    let pointer = format!("{within}{}", fault.pointer.as_deref().unwrap_or_default());
    fault.at(pointer)
}

/// A fault of a role in the list, where the body has it: behind those `given` by id come the new ones.
pub fn at_new(fault: Violation, given: [usize; 2]) -> Violation {
    let pointer = fault.pointer.clone().unwrap_or_default();
    for ((list, new), given) in [("/processor_ids/", FIELDS[0]), ("/reader_ids/", FIELDS[1])].into_iter().zip(given) {
        let index = pointer.strip_prefix(list).and_then(|index| index.parse::<usize>().ok());
        if let Some(new_index) = index.and_then(|index| index.checked_sub(given)) {
            return fault.at(format!("/{new}/{new_index}"));
        }
    }
    fault
}
