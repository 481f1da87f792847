//! Modules and object types (P-01, P-10).

use std::collections::HashSet;

use domain::area::{MarkPattern, ProtectionRule};
use domain::grant::{Grant, Module, Object, ObjectType, Scope, Target};
use domain::id::{Kind, ModuleId, ObjectTypeId};
use domain::rule::{Violation, code, verdict};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::commands::mirrored::mirrored;
use crate::commands::positions::refuse_in_use;
use crate::commands::references::Reference;
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, templates};
use crate::http::etag::Expected;
use crate::rights::{Allowed, ModuleEdit};

/// What a caller says about a module.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "rooms", "code": "rooms", "name": "Meeting rooms", "target": "object", "actions": ["read", "book"]
}))]
pub struct ModuleInput {
    /// Your own id for it, unique among modules.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`. Can't change later.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Switched on; true when absent.
    pub active: Option<bool>,
    /// What its actions are done to; `none` when absent. Can't change later.
    #[schema(inline)]
    pub target: Option<TargetName>,
    /// Its actions, at least one.
    #[schema(min_items = 1, max_items = 128)]
    pub actions: Vec<String>,
}

mirrored! {
    /// What the actions of a module are done to (P-01).
    TargetName is Target { None = "none", Worker = "worker", Area = "area", Object = "object" }
}

/// The module of a code; a violation when there is none.
///
/// # Errors
/// The database can't be read.
pub fn by_code(
    work: &mut Work<'_, '_>,
    module: &str,
    pointer: &str,
    out: &mut Vec<Violation>,
) -> Result<Option<Module>, Refusal> {
    let found = work.tx.find::<Module>(&Key::Code(Kind::Module, module.to_owned()))?.pop();
    if found.is_none() {
        out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no module of that code").at(pointer));
    }
    Ok(found.map(|found| found.value))
}

/// The object type of a code; a violation when there is none.
///
/// # Errors
/// The database can't be read.
pub fn type_by_code(
    work: &mut Work<'_, '_>,
    of: &str,
    pointer: &str,
    out: &mut Vec<Violation>,
) -> Result<Option<ObjectType>, Refusal> {
    let found = work.tx.find::<ObjectType>(&Key::Code(Kind::ObjectType, of.to_owned()))?.pop();
    if found.is_none() {
        out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no object type of that code").at(pointer));
    }
    Ok(found.map(|found| found.value))
}

impl Resource for Module {
    type Input = ModuleInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> ModuleInput {
        ModuleInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            active: Some(self.active),
            target: Some(self.target.into()),
            actions: self.actions.clone(),
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Module>>) -> Result<(), Refusal> {
        work.authority.allow::<ModuleEdit>().map(|_| ())
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Module>>, input: ModuleInput) -> Result<Module, Refusal> {
        let module = Module {
            id: before.map_or_else(
                || ModuleId(work.new_id::<Module>(input.external_id.as_deref())),
                |before| before.value.id,
            ),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            active: input.active.unwrap_or(true),
            target: input.target.map_or(Target::None, Into::into),
            actions: input.actions,
            built_in: before.is_some_and(|before| before.value.built_in),
        };
        let mut used = HashSet::new();
        if let Some(before) = before.filter(|before| before.value.actions != module.actions) {
            let code = &before.value.code;
            for grant in work.tx.find::<Grant>(&Key::GrantsIn(code.clone()))? {
                used.extend(grant.value.allow.into_iter().chain(grant.value.deny));
            }
            used.extend(templates::actions_in(work, code)?);
        }
        let used = |action: &str| used.contains(action);
        let mut out = module.check(before.map(|before| &before.value), &used);
        save::check_external_id::<Module>(work, module.id.0, module.external_id.as_deref(), &mut out)?;
        save::check_code::<Module>(work, module.id.0, &module.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &module)?;
        Ok(module)
    }

    fn twin(work: &mut Work<'_, '_>, input: &ModuleInput) -> Result<Option<Stored<Module>>, Refusal> {
        Ok(work.tx.find::<Module>(&Key::Code(Kind::Module, input.code.clone()))?.pop())
    }
}

/// Removes a module that nothing names.
///
/// # Errors
/// It does not exist, is stale, is built in, or is in use.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<ModuleEdit>,
    id: ModuleId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let module = work.get::<Module>(id.0)?;
    expected.check(module.revision)?;
    if module.value.built_in {
        return Err(Violation::new(code::MODULE_BUILT_IN, "switch it off instead").into());
    }
    let named = module.value.code;
    refuse_in_use(&[
        ("grants", work.tx.find::<Grant>(&Key::GrantsIn(named.clone()))?.len()),
        ("object types", work.tx.find::<ObjectType>(&Key::TypesIn(named.clone()))?.len()),
        ("protection rules", work.tx.find::<ProtectionRule>(&Key::ProtectionOf(named))?.len()),
    ])?;
    work.tx.remove::<Module>(id.0)?;
    Ok(())
}

/// What a caller says about an object type.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"external_id": "van", "code": "van", "name": "Van", "module": "fleet"}))]
pub struct ObjectTypeInput {
    /// Your own id for it, unique among object types.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`; not `user`, `worker`, `area`, `module`.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The code of its module, whose target is `object`.
    #[schema(min_length = 1, max_length = 100)]
    pub module: String,
}

impl Resource for ObjectType {
    type Input = ObjectTypeInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> ObjectTypeInput {
        ObjectTypeInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            module: self.module.clone(),
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<ObjectType>>) -> Result<(), Refusal> {
        work.authority.allow::<ModuleEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<ObjectType>>,
        input: ObjectTypeInput,
    ) -> Result<ObjectType, Refusal> {
        let mut out = Vec::new();
        let object_type = ObjectType {
            id: before.map_or_else(
                || ObjectTypeId(work.new_id::<ObjectType>(input.external_id.as_deref())),
                |before| before.value.id,
            ),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            module: input.module,
            built_in: before.is_some_and(|before| before.value.built_in),
        };
        if let Some(module) = by_code(work, &object_type.module, "/module", &mut out)? {
            out.extend(object_type.check(before.map(|before| &before.value), &module));
        }
        save::check_external_id::<ObjectType>(work, object_type.id.0, object_type.external_id.as_deref(), &mut out)?;
        save::check_code::<ObjectType>(work, object_type.id.0, &object_type.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &object_type)?;
        Ok(object_type)
    }

    fn twin(work: &mut Work<'_, '_>, input: &ObjectTypeInput) -> Result<Option<Stored<ObjectType>>, Refusal> {
        Ok(work.tx.find::<ObjectType>(&Key::Code(Kind::ObjectType, input.code.clone()))?.pop())
    }
}

/// Removes an object type that nothing is of.
///
/// # Errors
/// It does not exist, is stale, is built in, or is in use.
pub fn remove_type(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<ModuleEdit>,
    id: ObjectTypeId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let object_type = work.get::<ObjectType>(id.0)?;
    expected.check(object_type.revision)?;
    if object_type.value.built_in {
        return Err(Violation::new(code::MODULE_BUILT_IN, "it comes with Remit").into());
    }
    let named = object_type.value.code;
    refuse_in_use(&[
        ("objects", work.tx.find::<Object>(&Key::ObjectsOfType(named.clone()))?.len()),
        ("mark patterns", work.tx.find::<MarkPattern>(&Key::PatternsFor(named.clone()))?.len()),
        ("grants", work.tx.find::<Grant>(&Key::GrantsOn(Scope::ObjectType { id: named.clone() }))?.len()),
        ("templates", templates::count(work, |template| template.rights_for(&named).next().is_some())?),
    ])?;
    work.tx.remove::<ObjectType>(id.0)?;
    Ok(())
}
