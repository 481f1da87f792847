//! Departments: the tree and the linked roles (D-01, D-02).

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::grant::{Grant, Object, Scope};
use domain::id::{DepartmentId, Kind, RoleId, RoleRuleId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::{Mode, Role, RoleRule, RuleDepartment};
use domain::rule::{Violation, code, verdict};
use domain::window::Window;
use domain::worker::Worker;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, templates};
use crate::http::etag::Expected;
use crate::rights::{Allowed, DepartmentEdit, DepartmentLinkRole};

/// What a caller says about a department.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "sales-south", "code": "sales-south", "name": "Sales South", "parent_external_id": "sales"
}))]
pub struct DepartmentInput {
    /// Your own id for it, unique among departments.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The department above. Changing it moves the whole subtree.
    pub parent_id: Option<Uuid>,
    /// The department above by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub parent_external_id: Option<String>,
    /// The worker who heads it.
    pub head_id: Option<Uuid>,
    /// The worker who heads it by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub head_external_id: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// The linked roles in the rows of imports and exports. Bodies don't have them: links have a
/// permission of their own.
pub const LINKED_ROLES: Reference = many("linked_role", Kind::Role);

impl Resource for Department {
    type Input = DepartmentInput;
    const REFERENCES: &'static [Reference] = &[one("parent", Kind::Department), one("head", Kind::Worker)];

    fn input(&self) -> DepartmentInput {
        DepartmentInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            parent_id: self.parent_id.map(|id| id.0),
            parent_external_id: None,
            head_id: self.head_id.map(|id| id.0),
            head_external_id: None,
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        let named: Vec<Reference> = Self::REFERENCES.iter().copied().chain([LINKED_ROLES]).collect();
        references::name(reader, rows, |_| named.clone())
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Department>>) -> Result<(), Refusal> {
        work.authority.allow::<DepartmentEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Department>>,
        input: DepartmentInput,
    ) -> Result<Department, Refusal> {
        let department = Department {
            id: before.map_or_else(
                || DepartmentId(work.new_id::<Department>(input.external_id.as_deref())),
                |before| before.value.id,
            ),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            parent_id: input.parent_id.map(DepartmentId),
            head_id: input.head_id.map(WorkerId),
            linked_role_ids: before.map(|before| before.value.linked_role_ids.clone()).unwrap_or_default(),
            window: Window::new(input.valid_from, input.valid_to),
        };
        let mut out = Vec::new();
        work.referred::<Department>(input.parent_id, "/parent_id", &mut out)?;
        work.referred::<Worker>(input.head_id, "/head_id", &mut out)?;
        let ancestors = ancestors(work, department.parent_id)?;
        out.extend(department.check(&ancestors));
        save::check_external_id::<Department>(work, department.id.0, department.external_id.as_deref(), &mut out)?;
        save::check_code::<Department>(work, department.id.0, &department.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &department)?;
        Ok(department)
    }

    fn twin(work: &mut Work<'_, '_>, input: &DepartmentInput) -> Result<Option<Stored<Department>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), Some(&input.code))
    }
}

/// The departments from one up to the top.
fn ancestors(work: &mut Work<'_, '_>, from: Option<DepartmentId>) -> Result<Vec<DepartmentId>, Refusal> {
    let above = work.up_from::<Department>(from.map(|id| id.0), |found| found.parent_id.map(|id| id.0))?;
    Ok(above.into_iter().map(DepartmentId).collect())
}

/// Removes a department that nothing refers to.
///
/// # Errors
/// It does not exist, is stale, or is in use.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<DepartmentEdit>,
    id: DepartmentId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let department = work.get::<Department>(id.0)?;
    expected.check(department.revision)?;
    let named =
        |rule: &RoleRule| rule.head_of.contains(&id) || rule.departments.iter().any(|department| department.id == id);
    let rules = work.tx.find::<RoleRule>(&Key::All(Kind::RoleRule))?.iter().filter(|rule| named(&rule.value)).count();
    let mut grants = HashSet::new();
    for include_subtree in [false, true] {
        let found = work.tx.find::<Grant>(&Key::GrantsOn(Scope::Department { id, include_subtree }))?;
        grants.extend(found.into_iter().map(|grant| grant.value.id));
    }
    let counts = [
        ("departments below", work.tx.find::<Department>(&Key::ChildrenOf(id))?.len()),
        ("contracts", work.tx.find::<Contract>(&Key::ContractsIn(id))?.len()),
        ("objects", work.tx.find::<Object>(&Key::ObjectsIn(id))?.len()),
        ("role rules and links", rules),
        ("grants", grants.len()),
        ("templates", templates::count(work, |template| template.department_ids.contains(&id))?),
    ];
    super::positions::refuse_in_use(&counts)?;
    work.tx.remove::<Department>(id.0)?;
    Ok(())
}

/// Links a role to a department: everyone with a contract in force there gets it (D-02). The
/// link is a rule of the role, which therefore must be automatic.
///
/// # Errors
/// Either does not exist, or the role's members are set by hand.
pub fn link_role(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<DepartmentLinkRole>,
    id: DepartmentId,
    role: RoleId,
) -> Result<Department, Refusal> {
    let department = work.get::<Department>(id.0)?.value;
    let role = linkable(work, role)?;
    if department.linked_role_ids.contains(&role.id) {
        return Ok(department);
    }
    let rule = RoleRule {
        id: RoleRuleId(Uuid::now_v7()),
        external_id: None,
        role_id: role.id,
        departments: vec![RuleDepartment { id, include_subtree: false }],
        position_ids: vec![],
        contract_types: vec![],
        worker_kinds: vec![],
        head_of: vec![],
        all_workers: false,
        department_link: true,
        window: Window::ALWAYS,
    };
    work.tx.create(rule)?;
    let mut after = department;
    after.linked_role_ids.push(role.id);
    after.linked_role_ids.sort_unstable();
    work.tx.update(after.clone())?;
    Ok(after)
}

/// A role that can be linked: an automatic one.
///
/// # Errors
/// It does not exist, or its members are set by hand.
pub fn linkable(work: &mut Work<'_, '_>, role: RoleId) -> Result<Role, Refusal> {
    let role = work.get::<Role>(role.0)?.value;
    if role.mode != Mode::Automatic {
        return Err(Violation::new(code::ROLE_NOT_AUTOMATIC, "only an automatic role can be linked").into());
    }
    Ok(role)
}

/// Clears a link (D-02).
///
/// # Errors
/// There is no such link.
pub fn unlink_role(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<DepartmentLinkRole>,
    id: DepartmentId,
    role: RoleId,
) -> Result<(), Refusal> {
    let mut department = work.get::<Department>(id.0)?.value;
    if !department.linked_role_ids.contains(&role) {
        return Err(Refusal::NotFound);
    }
    department.linked_role_ids.retain(|linked| *linked != role);
    for rule in work.tx.find::<RoleRule>(&Key::RulesOf(role))? {
        if rule.value.department_link && rule.value.departments.iter().any(|named| named.id == id) {
            work.tx.remove::<RoleRule>(rule.value.id.0)?;
        }
    }
    work.tx.update(department)?;
    Ok(())
}
