//! Grants (P-02). `parts.rs` is how callers write holder and scope.

mod parts;

use chrono::NaiveDate;
use domain::area::Area;
use domain::grant::{Grant, GrantSource, Holder, Module, Object, Scope};
use domain::id::{AreaId, GrantId, Kind, ObjectId, RoleId, UserId, WorkerId};
use domain::organisation::Department;
use domain::role::Role;
use domain::rule::{Violation, Warning, code, verdict};
use domain::user::User;
use domain::window::Window;
use domain::worker::Worker;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{self, Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, modules};
use crate::http::etag::Expected;
use crate::rights::{Allowed, GrantEdit};

pub use parts::{GrantScope, HolderType, ScopeType, holder_parts};

/// The warning that a personal grant sets aside the system rights of roles (P-03).
pub const PERSONAL_SYSTEM_GRANT: &str = "personal_system_grant";

/// What a caller says about a grant.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "g-controlling-documents", "holder_type": "role", "holder_external_id": "people-desk",
    "module": "document", "scope": {"type": "department", "external_id": "controlling", "include_subtree": true},
    "allow": ["read", "edit"]
}))]
pub struct GrantInput {
    /// Your own id for it, unique among grants.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Who holds it; `role` when absent.
    #[schema(inline)]
    pub holder_type: Option<HolderType>,
    /// The role or user; needed, by this or your own id.
    pub holder_id: Option<Uuid>,
    /// The role (also by its code) or user by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub holder_external_id: Option<String>,
    /// The module's code.
    #[schema(min_length = 1, max_length = 100)]
    pub module: String,
    /// What it covers.
    pub scope: GrantScope,
    /// Allowed actions.
    #[schema(max_items = 128)]
    pub allow: Option<Vec<String>>,
    /// Denied actions.
    #[schema(max_items = 128)]
    pub deny: Option<Vec<String>>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

fn holder_kind(map: &Map<String, Value>) -> Kind {
    match map.get("holder_type").and_then(Value::as_str) {
        Some("user") => Kind::User,
        _ => Kind::Role,
    }
}

fn scope_kind(scope: &Map<String, Value>) -> Option<Kind> {
    match scope.get("type").and_then(Value::as_str) {
        Some("department") => Some(Kind::Department),
        Some("worker") => Some(Kind::Worker),
        Some("area") => Some(Kind::Area),
        Some("object") => Some(Kind::Object),
        _ => None,
    }
}

impl Resource for Grant {
    type Input = GrantInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> GrantInput {
        let (holder_type, holder_id) = holder_parts(self.holder);
        GrantInput {
            external_id: self.external_id.clone(),
            holder_type: Some(holder_type),
            holder_id: Some(holder_id),
            holder_external_id: None,
            module: self.module.clone(),
            scope: GrantScope::of(&self.scope),
            allow: Some(self.allow.clone()),
            deny: Some(self.deny.clone()),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        let kind = holder_kind(map);
        references::resolve(work.tx, map, &[one("holder", kind)])?;
        let Some(Value::Object(scope)) = map.get_mut("scope") else {
            return Ok(());
        };
        let Some(name) = scope.remove("external_id") else {
            return Ok(());
        };
        if scope.contains_key("id") {
            return Err(Violation::new(code::BAD_VALUE, "give id or external_id, not both")
                .at("/scope/external_id")
                .into());
        }
        let id = match (scope_kind(scope), name.as_str()) {
            (Some(kind), Some(name)) => match references::look_up(work.tx, kind, name)? {
                Some(id) => id.to_string(),
                None => {
                    return Err(Violation::new(
                        code::UNKNOWN_REFERENCE,
                        format!("there is no {kind} of that external id"),
                    )
                    .at("/scope/external_id")
                    .into());
                }
            },
            (None, Some(name)) => name.to_owned(),
            _ => return Ok(()),
        };
        scope.insert("id".to_owned(), Value::String(id));
        Ok(())
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        references::name(reader, rows, |row| vec![one("holder", holder_kind(row))])?;
        // A scope names one thing by `id`, whatever it is: outside its grant it is like the others.
        let mut scopes: Vec<Map<String, Value>> = Vec::with_capacity(rows.len());
        for row in rows.iter_mut() {
            let mut scope = match row.get_mut("scope").map(Value::take) {
                Some(Value::Object(scope)) => scope,
                _ => Map::new(),
            };
            if let Some(id) = scope.remove("id") {
                scope.insert("scope_id".to_owned(), id);
            }
            scopes.push(scope);
        }
        references::name(reader, &mut scopes, |scope| {
            scope_kind(scope).map(|kind| one("scope", kind)).into_iter().collect()
        })?;
        for (row, mut scope) in rows.iter_mut().zip(scopes) {
            for (outside, inside) in [("scope_id", "id"), ("scope_external_id", "external_id")] {
                if let Some(value) = scope.remove(outside) {
                    scope.insert(inside.to_owned(), value);
                }
            }
            row.insert("scope".to_owned(), Value::Object(scope));
        }
        Ok(())
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Grant>>) -> Result<(), Refusal> {
        work.authority.allow::<GrantEdit>().map(|_| ())
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Grant>>, input: GrantInput) -> Result<Grant, Refusal> {
        let mut out = Vec::new();
        let Some(holder) = holder(&input) else {
            return Err(Violation::new(code::REQUIRED, "is missing").at("/holder_id").into());
        };
        let scope = input.scope.scope()?;
        match holder {
            Holder::Role(id) => {
                work.referred::<Role>(Some(id.0), "/holder_id", &mut out)?;
            }
            Holder::User(id) => {
                let user = work.referred::<User>(Some(id.0), "/holder_id", &mut out)?;
                if user.is_some_and(|user| user.value.state.is_gone()) {
                    out.push(Violation::new(code::CAPABILITY_MISSING, "the account is in the trash").at("/holder_id"));
                }
            }
        }
        let scope_module = scope_module(work, &scope, &mut out)?;
        let module: Option<Module> = modules::by_code(work, &input.module, "/module", &mut out)?;
        let Some(module) = module else {
            return Err(out.into());
        };
        let grant = Grant {
            id: before
                .map_or_else(|| GrantId(work.new_id::<Grant>(input.external_id.as_deref())), |before| before.value.id),
            external_id: input.external_id,
            holder,
            module: module.code.clone(),
            scope,
            allow: input.allow.unwrap_or_default(),
            deny: input.deny.unwrap_or_default(),
            source: before.map_or(GrantSource::Manual, |before| before.value.source),
            template_id: before.and_then(|before| before.value.template_id),
            window: Window::new(input.valid_from, input.valid_to),
        };
        // Before the actions are put in order, so that faults point at what was sent.
        out.extend(grant.check(before.map(|before| &before.value), &module, scope_module.as_deref()));
        let grant = grant.completed(&module);
        if let Some(twin) = same(work, &grant)?
            && twin.value.id != grant.id
        {
            out.push(Violation::new(code::GRANT_EXISTS, format!("it is {}", twin.value.id)));
        }
        save::check_external_id::<Grant>(work, grant.id.0, grant.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        if before.is_none() && grant.module == "system" && matches!(grant.holder, Holder::User(_)) {
            work.warnings.push(Warning {
                code: PERSONAL_SYSTEM_GRANT,
                detail: "it sets aside all system rights that the user has by roles".into(),
            });
        }
        save::put(work, before, &grant)?;
        Ok(grant)
    }

    fn twin(work: &mut Work<'_, '_>, input: &GrantInput) -> Result<Option<Stored<Grant>>, Refusal> {
        let (Some(holder), Ok(scope)) = (holder(input), input.scope.scope()) else {
            return Ok(None);
        };
        let window = Window::new(input.valid_from, input.valid_to);
        let found = work.tx.find::<Grant>(&beside(holder, &scope))?;
        Ok(found.into_iter().find(|found| {
            found.value.holder == holder
                && found.value.module == input.module
                && found.value.scope == scope
                && found.value.window == window
                && found.value.source == GrantSource::Manual
        }))
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
        let text = |row: &Map<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        for kind in [Kind::Role, Kind::User] {
            let named = rows.iter().filter(|row| holder_kind(row) == kind);
            references::preload(work.tx, kind, named.filter_map(|row| text(row, "holder_external_id")).collect())?;
        }
        let scope_of = |row: &Map<String, Value>| {
            let scope = row.get("scope")?.as_object()?;
            Some((scope_kind(scope)?, text(scope, "external_id")?))
        };
        for kind in [Kind::Department, Kind::Worker, Kind::Area, Kind::Object] {
            let names = rows.iter().filter_map(scope_of).filter(|(of, _)| *of == kind).map(|(_, name)| name).collect();
            references::preload(work.tx, kind, names)?;
        }
        let mut keys = Vec::new();
        for row in rows {
            let on = match scope_of(row) {
                Some((kind @ (Kind::Worker | Kind::Area | Kind::Object), name)) => {
                    references::look_up(work.tx, kind, &name)?.map(|id| match kind {
                        Kind::Worker => Scope::Worker { id: WorkerId(id) },
                        Kind::Area => Scope::Area { id: AreaId(id) },
                        _ => Scope::Object { id: ObjectId(id) },
                    })
                }
                _ => None,
            };
            if let Some(scope) = on {
                keys.push(Key::GrantsOn(scope));
            } else if let Some(name) = text(row, "holder_external_id")
                && let Some(id) = references::look_up(work.tx, holder_kind(row), &name)?
            {
                let user = holder_kind(row) == Kind::User;
                keys.push(Key::GrantsOf(if user { Holder::User(UserId(id)) } else { Holder::Role(RoleId(id)) }));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        work.tx.preload_keys::<Grant>(&keys)?;
        let own: Vec<Key> =
            rows.iter().filter_map(|row| text(row, "external_id")).map(|id| Key::ExternalId(Kind::Grant, id)).collect();
        work.tx.preload_keys::<Grant>(&own)?;
        Ok(())
    }
}

fn holder(input: &GrantInput) -> Option<Holder> {
    input.holder_id.map(|id| match input.holder_type.unwrap_or(HolderType::Role) {
        HolderType::Role => Holder::Role(RoleId(id)),
        HolderType::User => Holder::User(UserId(id)),
    })
}

/// The module of the object or object type that a scope names.
fn scope_module(work: &mut Work<'_, '_>, scope: &Scope, out: &mut Vec<Violation>) -> Result<Option<String>, Refusal> {
    Ok(match scope {
        Scope::All => None,
        Scope::Department { id, .. } => {
            work.referred::<Department>(Some(id.0), "/scope/id", out)?;
            None
        }
        Scope::Worker { id } => {
            work.referred::<Worker>(Some(id.0), "/scope/id", out)?;
            None
        }
        Scope::Area { id } => {
            work.referred::<Area>(Some(id.0), "/scope/id", out)?;
            None
        }
        Scope::Object { id } => match work.referred::<Object>(Some(id.0), "/scope/id", out)? {
            Some(object) => {
                modules::type_by_code(work, &object.value.object_type, "/scope/id", out)?.map(|of| of.module)
            }
            None => None,
        },
        Scope::ObjectType { id } => modules::type_by_code(work, id, "/scope/id", out)?.map(|of| of.module),
    })
}

/// The key of the few grants among which one of the same holder over the same scope must be: a
/// role may have grants over any number of workers or objects.
fn beside(holder: Holder, scope: &Scope) -> Key {
    match scope {
        Scope::Worker { .. } | Scope::Area { .. } | Scope::Object { .. } => Key::GrantsOn(scope.clone()),
        Scope::All | Scope::Department { .. } | Scope::ObjectType { .. } => Key::GrantsOf(holder),
    }
}

fn same(work: &mut Work<'_, '_>, grant: &Grant) -> Result<Option<Stored<Grant>>, Refusal> {
    let found = work.tx.find::<Grant>(&beside(grant.holder, &grant.scope))?;
    Ok(found.into_iter().find(|found| {
        found.value.holder == grant.holder
            && found.value.module == grant.module
            && found.value.scope == grant.scope
            && found.value.window == grant.window
            && found.value.source == grant.source
            && found.value.template_id == grant.template_id
    }))
}

/// Removes a grant.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<GrantEdit>,
    id: GrantId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let grant = work.get::<Grant>(id.0)?;
    expected.check(grant.revision)?;
    work.tx.remove::<Grant>(id.0)?;
    Ok(())
}

/// Gives a personal grant to another: theirs begins as the old one ends (L-02). It is a new grant, since a holder
/// does not change; the caller's own id stays behind with the old one.
///
/// # Errors
/// It does not exist, a permission is missing, or the other can't hold it or does.
pub fn hand_over(work: &mut Work<'_, '_>, id: GrantId, to: UserId) -> Result<Grant, Refusal> {
    let allowed = work.authority.allow::<GrantEdit>()?;
    let before = work.get::<Grant>(id.0)?.value;
    let given =
        GrantInput { external_id: None, holder_type: Some(HolderType::User), holder_id: Some(to.0), ..before.input() };
    let after = Grant::save(work, None, given)?;
    remove(work, &allowed, id, &Expected::Any)?;
    Ok(after)
}
