//! Templates (P-09): what roles may do with the objects that a department creates.

use std::collections::BTreeSet;

use domain::grant::{Grant, Module, Object, ObjectType, Template, TemplateRight};
use domain::id::{DepartmentId, GrantId, Kind, RoleId, TemplateId, UserId};
use domain::organisation::{Contract, Department};
use domain::role::Role;
use domain::rule::{Violation, code, verdict};
use domain::worker::Worker;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, modules};
use crate::http::etag::Expected;
use crate::rights::{Allowed, TemplateEdit};

/// What a role may do with objects of a type.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateRightInput {
    /// The code of the type.
    #[schema(min_length = 1, max_length = 100)]
    pub object_type: String,
    /// The role; needed, by this or your own id.
    pub role_id: Option<Uuid>,
    /// The role by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub role_external_id: Option<String>,
    /// Allowed actions of the type's module, at least one.
    #[schema(min_items = 1, max_items = 128)]
    pub allow: Vec<String>,
}

/// What a caller says about a template.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "sales-quotes", "name": "Quotes of Sales", "department_external_ids": ["sales"],
    "rights": [{"object_type": "quote", "role_external_id": "sales-team", "allow": ["edit"]}]
}))]
pub struct TemplateInput {
    /// Your own id for it, unique among templates.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The departments whose new objects get the rights; needed, by these or your own ids.
    #[schema(max_items = 500)]
    pub department_ids: Option<Vec<Uuid>>,
    /// The departments by your own ids or codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 500)]
    pub department_external_ids: Option<Vec<String>>,
    /// The rights: for each type and role once.
    #[schema(min_items = 1, max_items = 500)]
    pub rights: Vec<TemplateRightInput>,
}

const ROLE: Reference = one("role", Kind::Role);

impl Resource for Template {
    type Input = TemplateInput;
    const REFERENCES: &'static [Reference] = &[many("department", Kind::Department)];

    fn input(&self) -> TemplateInput {
        let right = |right: &TemplateRight| TemplateRightInput {
            object_type: right.object_type.clone(),
            role_id: Some(right.role_id.0),
            role_external_id: None,
            allow: right.allow.clone(),
        };
        TemplateInput {
            external_id: self.external_id.clone(),
            name: self.name.clone(),
            department_ids: Some(self.department_ids.iter().map(|id| id.0).collect()),
            department_external_ids: None,
            rights: self.rights.iter().map(right).collect(),
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        let mut out = faults(references::resolve(work.tx, map, Self::REFERENCES))?;
        for (index, right) in rights_of(map).enumerate() {
            let found = faults(references::resolve(work.tx, right, &[ROLE]))?;
            out.extend(found.into_iter().map(|fault| {
                let pointer = format!("/rights/{index}{}", fault.pointer.as_deref().unwrap_or_default());
                fault.at(pointer)
            }));
        }
        Ok(verdict(out)?)
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        references::name(reader, rows, |_| Self::REFERENCES.to_vec())?;
        let mut rights: Vec<Map<String, Value>> = rows.iter_mut().flat_map(rights_of).map(std::mem::take).collect();
        references::name(reader, &mut rights, |_| vec![ROLE])?;
        let places = rows.iter_mut().flat_map(rights_of);
        places.zip(rights).for_each(|(place, right)| *place = right);
        Ok(())
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Template>>) -> Result<(), Refusal> {
        work.authority.allow::<TemplateEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Template>>,
        input: TemplateInput,
    ) -> Result<Template, Refusal> {
        let old = before.map(|before| &before.value);
        let mut out = Vec::new();
        let mut rights = Vec::with_capacity(input.rights.len());
        for (index, right) in input.rights.into_iter().enumerate() {
            let pointer = format!("/rights/{index}");
            if right.role_id.is_none() {
                out.push(Violation::new(code::REQUIRED, "is missing").at(format!("{pointer}/role_id")));
            }
            work.referred::<Role>(right.role_id, &format!("{pointer}/role_id"), &mut out)?;
            let mut right = TemplateRight {
                object_type: right.object_type,
                role_id: RoleId(right.role_id.unwrap_or_default()),
                allow: right.allow,
            };
            let named = modules::type_by_code(work, &right.object_type, &format!("{pointer}/object_type"), &mut out)?;
            if let Some(named) = named {
                let module = module_of(work, &named)?;
                out.extend(right.check(old, &named, &module, index));
                right = right.completed(&module);
            }
            rights.push(right);
        }
        let template = Template {
            id: old.map_or_else(|| TemplateId(work.new_id::<Template>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            name: input.name,
            department_ids: input.department_ids.unwrap_or_default().into_iter().map(DepartmentId).collect(),
            rights,
        };
        for (index, department) in template.department_ids.iter().enumerate() {
            work.referred::<Department>(Some(department.0), &format!("/department_ids/{index}"), &mut out)?;
        }
        out.extend(template.check());
        save::check_external_id::<Template>(work, template.id.0, template.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &template)?;
        Ok(template)
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
        for reference in Self::REFERENCES {
            references::preload(work.tx, reference.kind, reference.named(rows))?;
        }
        let rights = rows.iter().filter_map(|row| row.get("rights")?.as_array()).flatten();
        let roles = rights.filter_map(|right| right.get(ROLE.external_field())?.as_str()).map(str::to_owned).collect();
        references::preload(work.tx, ROLE.kind, roles)?;
        let own: Vec<Key> = rows
            .iter()
            .filter_map(|row| row.get("external_id")?.as_str())
            .map(|name| Key::ExternalId(Kind::Template, name.to_owned()))
            .collect();
        work.tx.preload_keys::<Template>(&own)?;
        Ok(())
    }
}

/// The rights that a body gives, as far as they are objects.
fn rights_of(map: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    map.get_mut("rights").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

/// What a step found wrong, so that others can go on.
fn faults(found: Result<(), Refusal>) -> Result<Vec<Violation>, Refusal> {
    match found {
        Ok(()) => Ok(vec![]),
        Err(Refusal::Violations(violations)) => Ok(violations),
        Err(refusal) => Err(refusal),
    }
}

/// The module of a type.
fn module_of(work: &mut Work<'_, '_>, object_type: &ObjectType) -> Result<Module, Refusal> {
    let found = work.tx.find::<Module>(&Key::Code(Kind::Module, object_type.module.clone()))?.pop();
    found.map(|found| found.value).ok_or_else(|| Refusal::internal("an object type without its module"))
}

/// Removes a template. The grants that it gave stay.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<TemplateEdit>,
    id: TemplateId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let template = work.get::<Template>(id.0)?;
    expected.check(template.revision)?;
    work.tx.remove::<Template>(id.0)?;
    Ok(())
}

/// How many templates are such.
///
/// # Errors
/// The database can't be read.
pub fn count(work: &mut Work<'_, '_>, is: impl Fn(&Template) -> bool) -> Result<usize, Refusal> {
    let found = work.tx.find::<Template>(&Key::All(Kind::Template))?;
    Ok(found.iter().filter(|template| is(&template.value)).count())
}

/// The actions of a module that templates allow.
///
/// # Errors
/// The database can't be read.
pub fn actions_in(work: &mut Work<'_, '_>, module: &str) -> Result<BTreeSet<String>, Refusal> {
    let types = work.tx.find::<ObjectType>(&Key::TypesIn(module.to_owned()))?;
    let of_module = |right: &TemplateRight| types.iter().any(|of| of.value.code == right.object_type);
    let templates = work.tx.find::<Template>(&Key::All(Kind::Template))?;
    let rights = templates.into_iter().flat_map(|template| template.value.rights).filter(of_module);
    Ok(rights.flat_map(|right| right.allow).collect())
}

/// The grants that a new object of a type gets by the templates of its department (P-09). Where it names none and a
/// template speaks of its type, the only one of its author is put in.
///
/// # Errors
/// The database can't be read. What is wrong with the object is added to the violations.
pub fn of_new(
    work: &mut Work<'_, '_>,
    object: &mut Object,
    object_type: &ObjectType,
    out: &mut Vec<Violation>,
) -> Result<Vec<Grant>, Refusal> {
    let module = module_of(work, object_type)?;
    if let Err(refused) = object_type.offered(&module) {
        out.push(refused.at("/type"));
        return Ok(vec![]);
    }
    let found = work.tx.find::<Template>(&Key::All(Kind::Template))?;
    let templates: Vec<Template> = found
        .into_iter()
        .map(|found| found.value)
        .filter(|template| template.rights_for(&object.object_type).next().is_some())
        .collect();
    if templates.is_empty() {
        return Ok(vec![]);
    }
    if object.department_id.is_none() {
        match only_department(work, object.author_id)? {
            Some(department) => object.department_id = Some(department),
            None => {
                let detail = "templates name this type, and the author is not in exactly one department today";
                out.push(Violation::new(code::DEPARTMENT_NEEDED, detail).at("/department_id"));
            }
        }
    }
    let id = || GrantId(Uuid::now_v7());
    Ok(templates.iter().flat_map(|template| template.grants_on(object, &module, id)).collect())
}

/// The one department in which the contracts of an account's worker are in force today.
fn only_department(work: &mut Work<'_, '_>, user: Option<UserId>) -> Result<Option<DepartmentId>, Refusal> {
    let Some(user) = user else { return Ok(None) };
    let mut departments = BTreeSet::new();
    for worker in work.tx.find::<Worker>(&Key::WorkerOfUser(user))? {
        let contracts = work.tx.find::<Contract>(&Key::ContractsOf(worker.value.id))?;
        let in_force = contracts.iter().filter(|contract| contract.value.in_force(work.today));
        departments.extend(in_force.map(|contract| contract.value.department_id));
    }
    Ok(if departments.len() == 1 { departments.pop_first() } else { None })
}
