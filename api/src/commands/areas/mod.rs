//! Areas, projects, calendars (section 7). `new_roles.rs` makes roles in the same call, `guards.rs` keeps out whom the
//! class keeps out, `lists.rs` is who may change lists of people, `owners.rs` finds owners who can't own any more,
//! `roles.rs` takes rows that name one role each.

mod guards;
pub mod kinds;
mod lists;
mod new_roles;
pub mod owners;
mod roles;

use domain::area::{Area, AreaClass, AreaKind, AreaState, MarkPattern, Notice};
use domain::grant::{Grant, Object, Scope};
use domain::id::{AreaId, Kind, RoleId, UserId};
use domain::role::{Purpose, Role};
use domain::rule::{Violation, code, verdict};
use domain::user::{User, UserKind};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::positions::refuse_in_use;
use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, AreaAdminister, AreaCreate};
pub use guards::guarded_area_names;
pub use lists::{keeps_list, keeps_lists, lists_seen};
pub use new_roles::NewRole;
pub use roles::{add_role, preload_roles};

/// What a caller says about an area.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "audit-2026", "kind": "project", "name": "Audit 2026", "mark": "Audit26",
    "owner_external_id": "filip.berger",
    "new_processors": [{"name": "Audit 2026: team", "user_external_ids": ["greta.simon", "hana.maier"]}],
    "reader_external_ids": ["leadership"]
}))]
pub struct AreaInput {
    /// Your own id for it, unique among areas.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// What sort of area; `area` when absent. Can't change later.
    #[schema(inline)]
    pub kind: Option<AreaKindName>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// A short token that stands for it in the marks of its objects, unique among areas; without white space, `{`, `}`
    /// and `/`.
    #[schema(min_length = 1, max_length = 50)]
    pub mark: Option<String>,
    /// The area above. It gives no rights here.
    pub parent_id: Option<Uuid>,
    /// The area above by your own id or its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub parent_external_id: Option<String>,
    /// Who has the settings. Who may create areas of their own and names nobody owns it.
    pub owner_id: Option<Uuid>,
    /// Who has the settings, by your own id or the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub owner_external_id: Option<String>,
    /// Roles whose members create and work on the content. There must be at least one, here or in `new_processors`.
    #[schema(max_items = 100)]
    pub processor_ids: Option<Vec<Uuid>>,
    /// These roles by your own ids or their codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub processor_external_ids: Option<Vec<String>>,
    /// Roles that are made now, and are processors besides those named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub new_processors: Option<Vec<NewRole>>,
    /// Roles whose members see everything there and change nothing.
    #[schema(max_items = 100)]
    pub reader_ids: Option<Vec<Uuid>>,
    /// These roles by your own ids or their codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub reader_external_ids: Option<Vec<String>>,
    /// Roles that are made now, and are readers besides those named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub new_readers: Option<Vec<NewRole>>,
    /// How closely it is guarded; `normal` when absent.
    #[schema(inline)]
    pub class: Option<AreaClassName>,
    /// External administrators whose rights count here; only in an area of class `normal`.
    #[schema(max_items = 100)]
    pub allowed_external_administrator_ids: Option<Vec<Uuid>>,
    /// These accounts by your own ids or logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub allowed_external_administrator_external_ids: Option<Vec<String>>,
}

mirrored! {
    /// What sort of area.
    AreaKindName is AreaKind { Area = "area", Project = "project", Calendar = "calendar" }
    /// How closely an area is guarded.
    AreaClassName is AreaClass { Normal = "normal", Protected = "protected", PersonalFolders = "personal_folders" }
    /// Whether an area is in use.
    AreaStateName is AreaState { Active = "active", Archived = "archived" }
}

impl Resource for Area {
    type Input = AreaInput;
    const REFERENCES: &'static [Reference] = &[
        one("parent", Kind::Area),
        one("owner", Kind::User),
        many("processor", Kind::Role),
        many("reader", Kind::Role),
        many("allowed_external_administrator", Kind::User),
    ];
    const VERB_ONLY: &'static [&'static str] = &["state"];

    fn input(&self) -> AreaInput {
        let roles = |ids: &[RoleId]| Some(ids.iter().map(|id| id.0).collect());
        AreaInput {
            external_id: self.external_id.clone(),
            kind: Some(self.kind.into()),
            name: self.name.clone(),
            mark: self.mark.clone(),
            parent_id: self.parent_id.map(|id| id.0),
            parent_external_id: None,
            owner_id: Some(self.owner_id.0),
            owner_external_id: None,
            processor_ids: roles(&self.processor_ids),
            processor_external_ids: None,
            new_processors: None,
            reader_ids: roles(&self.reader_ids),
            reader_external_ids: None,
            new_readers: None,
            class: Some(self.class.into()),
            allowed_external_administrator_ids: Some(
                self.allowed_external_administrator_ids.iter().map(|id| id.0).collect(),
            ),
            allowed_external_administrator_external_ids: None,
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        new_roles::resolve(work, map)?;
        let named = map.contains_key("parent_external_id");
        references::resolve(work.tx, map, Self::REFERENCES)?;
        let parent = map.get("parent_id").and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
        // Of an area that is hidden from the caller the same is said as of one that there is none of.
        if let Some(parent) = parent.filter(|_| named)
            && !work.tx.get::<Area>(parent)?.is_some_and(|found| work.authority.sees(&found.value))
        {
            return Err(references::unknown(Kind::Area, "/parent_external_id").into());
        }
        Ok(())
    }

    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<Area>>) -> Result<(), Refusal> {
        match before {
            None => work.authority.allow_new_area(),
            Some(before) => may_set(work, &before.value),
        }
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Area>>, input: AreaInput) -> Result<Area, Refusal> {
        let old = before.map(|before| &before.value);
        let mut out = Vec::new();
        let owner = owner_of(work, old, input.owner_id);
        if owner.is_none() {
            out.push(Violation::new(code::REQUIRED, "an area has exactly one owner").at("/owner_id"));
        }
        let mut area = Area {
            id: old.map_or_else(|| AreaId(work.new_id::<Area>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            kind: input.kind.map_or(AreaKind::Area, Into::into),
            name: input.name,
            mark: input.mark,
            parent_id: input.parent_id.map(AreaId).or_else(|| hidden_parent(work, old)),
            owner_id: owner.unwrap_or(UserId(Uuid::nil())),
            processor_ids: input.processor_ids.unwrap_or_default().into_iter().map(RoleId).collect(),
            reader_ids: input.reader_ids.unwrap_or_default().into_iter().map(RoleId).collect(),
            class: input.class.map_or(AreaClass::Normal, Into::into),
            state: old.map_or(AreaState::Active, |old| old.state),
            allowed_external_administrator_ids: input
                .allowed_external_administrator_ids
                .unwrap_or_default()
                .into_iter()
                .map(UserId)
                .collect(),
        };
        check_references(work, old, &area, &mut out)?;
        if let Some(owner) = owner {
            check_owner(work, old, owner, &mut out)?;
        }
        authorise_values(work, old, &area)?;
        let given = [area.processor_ids.len(), area.reader_ids.len()];
        let new = [("new_processors", input.new_processors), ("new_readers", input.new_readers)];
        for (field, items) in new {
            let list = if field == "new_processors" { &mut area.processor_ids } else { &mut area.reader_ids };
            new_roles::make(work, old, field, items.unwrap_or_default(), list, &mut out)?;
        }
        out.extend(area.check(old, &ancestors(work, area.parent_id)?));
        if old.is_none() && !kinds::in_use(&mut work.tx.reader())?.contains(&area.kind) {
            let detail = format!("the setting area_kinds does not name {}", area.kind);
            out.push(Violation::new(code::AREA_KIND_OFF, detail).at("/kind"));
        }
        let found = guards::check(work, &area)?;
        out.extend(found.into_iter().map(|violation| new_roles::at_new(violation, given)));
        save::check_external_id::<Area>(work, area.id.0, area.external_id.as_deref(), &mut out)?;
        if let Some(mark) = &area.mark
            && work.tx.ids::<Area>(&Key::AreaMark(mark.clone()))?.iter().any(|other| *other != area.id.0)
        {
            out.push(Violation::new(code::DUPLICATE, "another area has this mark").at("/mark"));
        }
        check_names(work, &area, &mut out)?;
        verdict(out)?;
        save::put(work, before, &area)?;
        Ok(area)
    }

    fn twin(work: &mut Work<'_, '_>, input: &AreaInput) -> Result<Option<Stored<Area>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), input.mark.as_deref())
    }
}

/// Asks for the right to change an area: as its owner, or administering it. Who only sees it is told what is missing.
///
/// # Errors
/// It is hidden from the caller, or the permission is missing.
pub fn may_set(work: &Work<'_, '_>, area: &Area) -> Result<(), Refusal> {
    if work.authority.sees_settings(area) {
        Ok(())
    } else if work.authority.sees(area) {
        Err(needs_administrator())
    } else {
        Err(Refusal::NotFound)
    }
}

fn needs_administrator() -> Refusal {
    Refusal::forbidden("system", "area.administer")
}

/// Who is to own an area. Who creates one and names nobody owns it, if they may create areas of their own.
fn owner_of(work: &Work<'_, '_>, old: Option<&Area>, named: Option<Uuid>) -> Option<UserId> {
    let own = || work.authority.user_id().filter(|_| old.is_none() && work.authority.allow::<AreaCreate>().is_ok());
    named.map(UserId).or_else(own)
}

/// Asks for the permissions that what is said needs: an owner sets who takes part, the rest is for who administers areas;
/// who may only create areas of their own gives them no mark and no class.
fn authorise_values(work: &mut Work<'_, '_>, old: Option<&Area>, area: &Area) -> Result<(), Refusal> {
    let Some(old) = old else {
        if work.authority.administers_areas() {
            return Ok(());
        }
        let parent = match area.parent_id {
            Some(parent) => work.tx.get::<Area>(parent.0)?,
            None => None,
        };
        let owns = |parent: Stored<Area>| work.authority.owns(parent.value.id, parent.value.owner_id);
        let below_own = area.parent_id.is_none() || parent.is_some_and(owns);
        let own = work.authority.user_id() == Some(area.owner_id);
        let plain = area.class == AreaClass::Normal && area.mark.is_none();
        return if own && plain && below_own { Ok(()) } else { Err(needs_administrator()) };
    };
    if work.authority.administers(old) || area.is_for_owner(old) { Ok(()) } else { Err(needs_administrator()) }
}

/// The area above that the caller does not see, and so reads as null: to send that back changes nothing.
fn hidden_parent(work: &Work<'_, '_>, old: Option<&Area>) -> Option<AreaId> {
    old.and_then(|old| old.parent_id).filter(|parent| !work.authority.sees_area(*parent))
}

/// A mark stands wherever an external id may: so that each names one area, no mark is another area's external id.
fn check_names(work: &mut Work<'_, '_>, area: &Area, out: &mut Vec<Violation>) -> Result<(), Refusal> {
    let clashes = [
        ("/external_id", area.external_id.clone().map(Key::AreaMark), "is the mark of another area"),
        (
            "/mark",
            area.mark.clone().map(|mark| Key::ExternalId(Kind::Area, mark)),
            "is the external id of another area",
        ),
    ];
    for (pointer, key, detail) in clashes {
        if let Some(key) = key
            && work.tx.ids::<Area>(&key)?.iter().any(|other| *other != area.id.0)
        {
            out.push(Violation::new(code::DUPLICATE, detail).at(pointer));
        }
    }
    Ok(())
}

/// Looks up what an area names. Who is there already may stay, whatever became of the account meanwhile.
fn check_references(
    work: &mut Work<'_, '_>,
    old: Option<&Area>,
    area: &Area,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    if let Some(parent) = area.parent_id.filter(|parent| old.is_none_or(|old| old.parent_id != Some(*parent))) {
        let found = work.tx.get::<Area>(parent.0)?;
        if !found.is_some_and(|found| work.authority.sees(&found.value)) {
            out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no area of that id").at("/parent_id"));
        }
    }
    for (field, roles) in [("processor_ids", &area.processor_ids), ("reader_ids", &area.reader_ids)] {
        for (index, role) in roles.iter().enumerate() {
            let found = work.referred::<Role>(Some(role.0), &format!("/{field}/{index}"), out)?;
            let new = old.is_none_or(|old| !old.names_role(*role));
            if new && found.is_some_and(|found| found.value.purpose == Purpose::PeopleList) {
                lists::may_name(work, *role)?;
            }
        }
    }
    for (index, user) in area.allowed_external_administrator_ids.iter().enumerate() {
        if old.is_some_and(|old| old.allowed_external_administrator_ids.contains(user)) {
            continue;
        }
        let pointer = format!("/allowed_external_administrator_ids/{index}");
        let found = work.referred::<User>(Some(user.0), &pointer, out)?;
        let outside = |user: &User| user.kind == UserKind::ExternalAdministrator && !user.state.is_gone();
        if found.is_some_and(|found| !outside(&found.value)) {
            let detail = "only external administrators are allowed one by one; everybody else comes by a role";
            out.push(Violation::new(code::CAPABILITY_MISSING, detail).at(pointer));
        }
    }
    Ok(())
}

/// A new owner has to be able to own an area (U-10).
fn check_owner(
    work: &mut Work<'_, '_>,
    old: Option<&Area>,
    owner: UserId,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    if old.is_some_and(|old| old.owner_id == owner) {
        return Ok(());
    }
    let found = work.referred::<User>(Some(owner.0), "/owner_id", out)?;
    if let Some(user) = found.map(|found| found.value).filter(|user| !owners::is_able(user)) {
        let detail = format!("an account of kind {} in state {} can't own an area", user.kind, user.state);
        out.push(Violation::new(code::CAPABILITY_MISSING, detail).at("/owner_id"));
    }
    Ok(())
}

/// The areas from one up to the top.
fn ancestors(work: &mut Work<'_, '_>, from: Option<AreaId>) -> Result<Vec<AreaId>, Refusal> {
    let above = work.up_from::<Area>(from.map(|id| id.0), |found| found.parent_id.map(|id| id.0))?;
    Ok(above.into_iter().map(AreaId).collect())
}

/// Archives an area, or takes it into use again: for its owner and for who administers it.
///
/// # Errors
/// It does not exist, is stale, is in that state already, or the permission is missing.
pub fn move_to(work: &mut Work<'_, '_>, id: AreaId, expected: &Expected, state: AreaState) -> Result<Area, Refusal> {
    let area = work.get::<Area>(id.0)?;
    may_set(work, &area.value)?;
    expected.check(area.revision)?;
    let after = area.value.moved_to(state)?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Removes an area that nothing refers to. The roles that were made with it stay.
///
/// # Errors
/// It does not exist, is stale, or is in use.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<AreaAdminister>,
    id: AreaId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let area = work.get::<Area>(id.0)?;
    expected.check(area.revision)?;
    let fillers = work.tx.find::<User>(&Key::ExternalFillers)?;
    refuse_in_use(&[
        ("areas below", work.tx.ids::<Area>(&Key::AreasBelow(id))?.len()),
        ("objects", work.tx.ids::<Object>(&Key::ObjectsInArea(id))?.len()),
        ("notices", work.tx.ids::<Notice>(&Key::NoticesIn(id))?.len()),
        ("mark patterns", work.tx.ids::<MarkPattern>(&Key::PatternsOf(id))?.len()),
        ("grants", work.tx.ids::<Grant>(&Key::GrantsOn(Scope::Area { id }))?.len()),
        ("fillers managed there", fillers.iter().filter(|filler| filler.value.managed_in.contains(&id)).count()),
    ])?;
    work.tx.remove::<Area>(id.0)?;
    Ok(())
}
