//! Rules of automatic roles.

use chrono::NaiveDate;
use domain::id::{DepartmentId, Kind, PositionId, RoleId, RoleRuleId};
use domain::organisation::{ContractType, Department, Position};
use domain::role::{Role, RoleRule, RuleDepartment};
use domain::rule::{Violation, code, verdict};
use domain::window::Window;
use domain::worker::WorkerKind;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::contracts::ContractTypeName;
use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::workers::WorkerKindName;
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, RoleEdit};

/// A department that a rule names.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDepartmentInput {
    /// The department.
    pub id: Uuid,
    /// With those below it.
    #[serde(default)]
    #[schema(required = false)]
    pub include_subtree: bool,
}

/// What a caller says about a rule. Parts given together must all match.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "rule-workshop", "role_external_id": "workshop", "department_external_ids": ["maintenance"],
    "include_subtree": true
}))]
pub struct RoleRuleInput {
    /// Your own id for it, unique among rules.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// The automatic role; needed, by this or your own id.
    pub role_id: Option<Uuid>,
    /// The role by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub role_external_id: Option<String>,
    /// Contracts in any of these departments.
    #[schema(max_items = 1000)]
    pub departments: Option<Vec<RuleDepartmentInput>>,
    /// The departments by your own ids or codes, instead of `departments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub department_external_ids: Option<Vec<String>>,
    /// Whether `department_external_ids` are meant with those below them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_subtree: Option<bool>,
    /// Contracts in any of these positions.
    #[schema(max_items = 1000)]
    pub position_ids: Option<Vec<Uuid>>,
    /// The positions by your own ids or codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub position_external_ids: Option<Vec<String>>,
    /// Contracts of any of these types.
    #[schema(max_items = 4, inline)]
    pub contract_types: Option<Vec<ContractTypeName>>,
    /// Contracts of workers of any of these kinds.
    #[schema(max_items = 3, inline)]
    pub worker_kinds: Option<Vec<WorkerKindName>>,
    /// Contracts of the heads of these departments.
    #[schema(max_items = 1000)]
    pub head_of: Option<Vec<Uuid>>,
    /// These departments by your own ids or codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub head_of_external_ids: Option<Vec<String>>,
    /// Every contract; stands alone.
    pub all_workers: Option<bool>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

const NAMED: &[Reference] =
    &[one("role", Kind::Role), many("position", Kind::Position), many("department", Kind::Department)];

impl Resource for RoleRule {
    type Input = RoleRuleInput;
    const REFERENCES: &'static [Reference] = NAMED;

    fn input(&self) -> RoleRuleInput {
        RoleRuleInput {
            external_id: self.external_id.clone(),
            role_id: Some(self.role_id.0),
            role_external_id: None,
            departments: Some(
                self.departments
                    .iter()
                    .map(|named| RuleDepartmentInput { id: named.id.0, include_subtree: named.include_subtree })
                    .collect(),
            ),
            department_external_ids: None,
            include_subtree: None,
            position_ids: Some(self.position_ids.iter().map(|id| id.0).collect()),
            position_external_ids: None,
            contract_types: Some(self.contract_types.iter().map(|of| (*of).into()).collect()),
            worker_kinds: Some(self.worker_kinds.iter().map(|of| (*of).into()).collect()),
            head_of: Some(self.head_of.iter().map(|id| id.0).collect()),
            head_of_external_ids: None,
            all_workers: Some(self.all_workers),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        let both = Violation::new(code::BAD_VALUE, "give departments or department_external_ids, not both");
        if map.contains_key("departments") && map.contains_key("department_external_ids") {
            return Err(both.at("/department_external_ids").into());
        }
        if let Some(named) = map.remove("head_of_external_ids") {
            map.insert("head_department_external_ids".to_owned(), named);
        }
        references::resolve(work.tx, map, NAMED)?;
        references::resolve(work.tx, map, &[many("head_department", Kind::Department)]).map_err(in_own_words)?;
        if let Some(ids) = map.remove("head_department_ids") {
            map.insert("head_of".to_owned(), ids);
        }
        let subtree = map.remove("include_subtree").and_then(|flag| flag.as_bool()).unwrap_or(false);
        if let Some(Value::Array(ids)) = map.remove("department_ids") {
            let named = ids.into_iter().map(|id| serde_json::json!({"id": id, "include_subtree": subtree})).collect();
            map.insert("departments".to_owned(), Value::Array(named));
        }
        Ok(())
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        let heads = many("head_department", Kind::Department);
        for row in rows.iter_mut() {
            if let Some(heads_of) = row.remove("head_of") {
                row.insert(heads.id_field(), heads_of);
            }
            // Departments can be said by name when they are all meant in the same way.
            let named = row.get("departments").cloned().and_then(|of| serde_json::from_value(of).ok());
            let named: Vec<RuleDepartmentInput> = named.unwrap_or_default();
            let Some(first) = named.first() else { continue };
            if named.iter().all(|one| one.include_subtree == first.include_subtree) {
                let ids = named.iter().map(|one| Value::String(one.id.to_string())).collect();
                row.insert("department_ids".to_owned(), Value::Array(ids));
                row.insert("include_subtree".to_owned(), Value::Bool(first.include_subtree));
            }
        }
        let references: Vec<Reference> = NAMED.iter().copied().chain([heads]).collect();
        references::name(reader, rows, |_| references.clone())?;
        for row in rows {
            for (from, to) in [(heads.id_field(), "head_of"), (heads.external_field(), "head_of_external_ids")] {
                if let Some(value) = row.remove(&from) {
                    row.insert(to.to_owned(), value);
                }
            }
            if row.contains_key("department_external_ids") {
                row.remove("departments");
            } else {
                row.remove("department_ids");
                row.remove("include_subtree");
            }
        }
        Ok(())
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<RoleRule>>) -> Result<(), Refusal> {
        work.authority.allow::<RoleEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<RoleRule>>,
        input: RoleRuleInput,
    ) -> Result<RoleRule, Refusal> {
        let Some(role_id) = input.role_id else {
            return Err(Violation::new(code::REQUIRED, "is missing").at("/role_id").into());
        };
        if before.is_some_and(|before| before.value.department_link) {
            return Err(Violation::new(code::RULE_IS_LINK, "set and clear it at the department").into());
        }
        let id = before.map_or_else(
            || RoleRuleId(work.new_id::<RoleRule>(input.external_id.as_deref())),
            |before| before.value.id,
        );
        let rule = from_input(id, role_id, input);
        let mut out = Vec::new();
        let Some(role) = work.referred::<Role>(Some(role_id), "/role_id", &mut out)? else {
            return Err(out.into());
        };
        for (index, named) in rule.departments.iter().enumerate() {
            work.referred::<Department>(Some(named.id.0), &format!("/departments/{index}/id"), &mut out)?;
        }
        for (index, position) in rule.position_ids.iter().enumerate() {
            work.referred::<Position>(Some(position.0), &format!("/position_ids/{index}"), &mut out)?;
        }
        for (index, department) in rule.head_of.iter().enumerate() {
            work.referred::<Department>(Some(department.0), &format!("/head_of/{index}"), &mut out)?;
        }
        out.extend(rule.check(before.map(|before| &before.value), &role.value));
        save::check_external_id::<RoleRule>(work, rule.id.0, rule.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        let rule = rule.in_order();
        save::put(work, before, &rule)?;
        Ok(rule)
    }

    fn twin(work: &mut Work<'_, '_>, input: &RoleRuleInput) -> Result<Option<Stored<RoleRule>>, Refusal> {
        let Some(role) = input.role_id else {
            return Ok(None);
        };
        let copy = serde_json::to_value(input)
            .ok()
            .and_then(|value| serde_json::from_value::<RoleRuleInput>(value).ok())
            .ok_or_else(|| Refusal::internal("a rule can't be copied"))?;
        let wanted = from_input(RoleRuleId(Uuid::nil()), role, copy);
        let mut found = work.tx.find::<RoleRule>(&Key::RulesOf(RoleId(role)))?;
        // A row may stand for a department's link: it is recognised, so that `save` refuses it
        // instead of making a rule of its own that would stay when the link is cleared.
        let link = RoleRule { department_link: true, ..wanted.clone() };
        let same = |of: &RoleRule| found.iter().position(|found| of.same_parts(&found.value));
        let at = same(&wanted).or_else(|| same(&link).filter(|_| wanted.external_id.is_none()));
        Ok(at.map(|at| found.swap_remove(at)))
    }
}

/// `head_of_external_ids` is resolved under another name, which no caller knows.
fn in_own_words(refusal: Refusal) -> Refusal {
    let Refusal::Violations(mut violations) = refusal else {
        return refusal;
    };
    for pointer in violations.iter_mut().filter_map(|violation| violation.pointer.as_mut()) {
        *pointer = pointer.replace("/head_department_external_ids", "/head_of_external_ids");
    }
    Refusal::Violations(violations)
}

fn from_input(id: RoleRuleId, role_id: Uuid, input: RoleRuleInput) -> RoleRule {
    RoleRule {
        id,
        external_id: input.external_id,
        role_id: RoleId(role_id),
        departments: input
            .departments
            .unwrap_or_default()
            .into_iter()
            .map(|named| RuleDepartment { id: DepartmentId(named.id), include_subtree: named.include_subtree })
            .collect(),
        position_ids: input.position_ids.unwrap_or_default().into_iter().map(PositionId).collect(),
        contract_types: input.contract_types.unwrap_or_default().into_iter().map(ContractType::from).collect(),
        worker_kinds: input.worker_kinds.unwrap_or_default().into_iter().map(WorkerKind::from).collect(),
        head_of: input.head_of.unwrap_or_default().into_iter().map(DepartmentId).collect(),
        all_workers: input.all_workers.unwrap_or(false),
        department_link: false,
        window: Window::new(input.valid_from, input.valid_to),
    }
}

/// Removes a rule; the memberships that it made end.
///
/// # Errors
/// It does not exist, is stale, or is a department's link.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<RoleEdit>,
    id: RoleRuleId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let rule = work.get::<RoleRule>(id.0)?;
    expected.check(rule.revision)?;
    if rule.value.department_link {
        return Err(Violation::new(code::RULE_IS_LINK, "clear it at the department").into());
    }
    work.tx.remove::<RoleRule>(id.0)?;
    Ok(())
}
