//! Reads the parts of a role's page: each sort of record by one query.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::access::Model;
use domain::area::Area;
use domain::grant::{Grant, Holder, Module, Object, Scope};
use domain::id::{Kind, WorkerId};
use domain::notification::NotificationSubscription;
use domain::organisation::Department;
use domain::role::{Member, Membership, Mode, Role, RoleRule, Source};
use domain::wage::{WageOffer, WageType};
use domain::worker::Worker;
use persistence::{Filter, Key, ListQuery, Reader, Sort, Stored, Table, Value};
use uuid::Uuid;

use super::{
    RolePageAreaView, RolePageGrantView, RolePageMemberView, RolePageMembersView, RolePageModuleView, RolePageTimeView,
    RolePageView, RolePageWageTypeView, RolePlaceName,
};
use crate::app::App;
use crate::commands::Refusal;
use crate::commands::memberships::{MemberType, member_id};
use crate::rest::access::people::{self, AccessUserView};
use crate::rest::crud::Shown;
use crate::rest::grants::ScopeView;
use crate::rest::wage_offers::may_read_all;
use crate::rights::{Allowed, Authority, GrantRead, HrRead, RoleRead, UserRead};

/// Memberships that are shown.
const MEMBERS_MAX: i64 = 200;

/// Grants that are shown.
const GRANTS_MAX: i64 = 1_000;

/// Who asks, and of what.
pub struct Asked<'a> {
    /// The service.
    pub app: &'a App,
    /// Who asks.
    pub authority: &'a Authority,
    /// The rights of now.
    pub model: &'a Model,
}

/// The page of a role.
///
/// # Errors
/// The database can't be read.
pub fn page(
    asked: &Asked<'_>,
    _allowed: &Allowed<RoleRead>,
    reader: &mut Reader<'_>,
    role: &Stored<Role>,
) -> Result<RolePageView, Refusal> {
    let mut left_out = Vec::new();
    let may_name = asked.authority.allow::<UserRead>().is_ok();
    if !may_name {
        left_out.push("names");
    }
    let id = role.value.id;
    let (members, names) = members(asked, reader, &role.value, may_name)?;
    let managers = role.value.manager_ids.iter().filter_map(|id| names.get(&id.0).cloned());
    let rules = match role.value.mode {
        Mode::Automatic => reader.find::<RoleRule>(&Key::RulesOf(id))?,
        Mode::Manual => Vec::new(),
    };
    let (mut modules, mut workers, mut grants_total) = (Vec::new(), Vec::new(), None);
    if asked.authority.allow::<GrantRead>().is_ok() {
        let (found, total) = grants(reader, &role.value)?;
        let mut hidden = false;
        let shown = named(asked, reader, &found, &mut hidden)?;
        if hidden {
            left_out.push("scope_names");
        }
        (modules, workers) = by_module(reader, shown)?;
        grants_total = Some(total);
    } else {
        left_out.extend(["modules", "time.workers"]);
    }
    let (wage_types, own_wage_types) = if may_read_all(asked.authority).is_ok() {
        wage_types(reader, &role.value)?
    } else {
        left_out.extend(["time.wage_types", "time.own_wage_types"]);
        Default::default()
    };
    let (areas, hidden) = areas(asked, reader, &role.value)?;
    if hidden {
        left_out.push("areas");
    }
    let notifications = reader.find::<NotificationSubscription>(&Key::SubscriptionsOf(id))?;
    Ok(RolePageView {
        role: Role::view(role),
        members,
        managers: managers.collect(),
        rules: rules.iter().map(RoleRule::view).collect(),
        modules,
        time: RolePageTimeView { workers, wage_types, own_wage_types },
        areas,
        notifications: notifications.iter().map(NotificationSubscription::view).collect(),
        grants_total,
        left_out,
    })
}

/// The first memberships and how many there are; and the names of the people on the page.
fn members(
    asked: &Asked<'_>,
    reader: &mut Reader<'_>,
    role: &Role,
    may_name: bool,
) -> Result<(RolePageMembersView, HashMap<Uuid, AccessUserView>), Refusal> {
    let now = asked.app.clock().now();
    let in_role = Filter::Equals("role_id", Value::Uuid(role.id.0));
    let query = ListQuery {
        filters: vec![in_role.clone()],
        sort: vec![Sort { column: "created_at", descending: false }],
        after: None,
        limit: MEMBERS_MAX,
    };
    let found = reader.list::<Membership>(&query)?;
    let total = reader.count::<Membership>(std::slice::from_ref(&in_role))?;
    let today = Filter::ValidOn(asked.app.zone().day(now));
    let mut count = |column: &'static str| {
        reader.count::<Membership>(&[in_role.clone(), today.clone(), Filter::IsNull(column, false)])
    };
    let (direct_users, nested_roles) = (count("member_user_id")?, count("member_role_id")?);
    let ids = |kind: MemberType| {
        let members = found.iter().map(|stored| stored.value.member);
        members.filter(move |member| MemberType::of(*member) == kind).map(member_id)
    };
    let people = ids(MemberType::User).chain(role.manager_ids.iter().map(|id| id.0));
    let people = if may_name { people::named(reader, people)? } else { HashMap::new() };
    let roles: HashMap<Uuid, String> = names::<Role>(reader, ids(MemberType::Role), |role| role.name.clone())?;
    let name = |member: Member| match member {
        Member::User(id) => people.get(&id.0).map(|user| user.display_name.clone()),
        Member::Role(id) => roles.get(&id.0).cloned(),
    };
    let external_id = |member: Member| match member {
        Member::User(id) => people.get(&id.0).and_then(|user| user.external_id.clone()),
        Member::Role(id) => asked.model.role_external_id(id).map(str::to_owned),
    };
    let items = found.iter().map(|stored| RolePageMemberView {
        membership_id: stored.value.id.0,
        member_type: MemberType::of(stored.value.member),
        member_id: member_id(stored.value.member),
        external_id: external_id(stored.value.member),
        name: name(stored.value.member),
        source: stored.value.source.to_string(),
        locked: stored.value.source == Source::Automatic,
        valid_from: stored.value.window.valid_from,
        valid_to: stored.value.window.valid_to,
    });
    let items = items.collect();
    let day = asked.app.zone().day_number(now);
    let effective_people = asked.model.role(role.id).map_or(0, |role| asked.model.role_members(role, day).len());
    Ok((RolePageMembersView { items, total, direct_users, nested_roles, effective_people }, people))
}

/// The first grants of a role, in the order of modules, and how many there are.
fn grants(reader: &mut Reader<'_>, role: &Role) -> Result<(Vec<Grant>, i64), Refusal> {
    let of_role = Filter::Equals("holder_role_id", Value::Uuid(role.id.0));
    let query = ListQuery {
        filters: vec![of_role.clone()],
        sort: vec![Sort { column: "module", descending: false }],
        after: None,
        limit: GRANTS_MAX,
    };
    let found = reader.list::<Grant>(&query)?.into_iter().map(|stored| stored.value).collect();
    Ok((found, reader.count::<Grant>(&[of_role])?))
}

/// The names of records.
fn names<T: Table>(
    reader: &mut Reader<'_>,
    ids: impl Iterator<Item = Uuid>,
    name: impl Fn(&T) -> String,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: HashSet<Uuid> = ids.collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let found = reader.get_many::<T>(&ids)?;
    Ok(found.iter().map(|stored| (stored.value.uuid(), name(&stored.value))).collect())
}

/// What a scope names.
fn thing(scope: &Scope) -> Option<(Kind, Uuid)> {
    match scope {
        Scope::All | Scope::ObjectType { .. } => None,
        Scope::Department { id, .. } => Some((Kind::Department, id.0)),
        Scope::Worker { id } => Some((Kind::Worker, id.0)),
        Scope::Area { id } => Some((Kind::Area, id.0)),
        Scope::Object { id } => Some((Kind::Object, id.0)),
    }
}

/// Grants with their modules and the names of their scopes, as far as the caller may read them; `hidden` tells whether
/// some may not be.
fn named(
    asked: &Asked<'_>,
    reader: &mut Reader<'_>,
    grants: &[Grant],
    hidden: &mut bool,
) -> Result<Vec<(String, RolePageGrantView)>, Refusal> {
    let may = |(kind, id): &(Kind, Uuid)| match kind {
        Kind::Worker => asked.authority.allow_worker::<HrRead>(WorkerId(*id)).is_ok(),
        Kind::Object => asked.authority.may_object(domain::id::ObjectId(*id), "read"),
        Kind::Area => asked.authority.sees_area(domain::id::AreaId(*id)),
        _ => true,
    };
    let things: Vec<(Kind, Uuid)> = grants.iter().filter_map(|grant| thing(&grant.scope)).collect();
    let readable: Vec<(Kind, Uuid)> = things.iter().filter(|thing| may(thing)).copied().collect();
    *hidden = readable.len() < things.len();
    let of = |wanted: Kind| readable.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, id)| *id);
    let mut found = names::<Department>(reader, of(Kind::Department), |department| department.name.clone())?;
    let worker = |worker: &Worker| format!("{} {}", worker.first_name, worker.last_name);
    found.extend(names::<Worker>(reader, of(Kind::Worker), worker)?);
    found.extend(names::<Area>(reader, of(Kind::Area), |area| area.name.clone())?);
    found.extend(names::<Object>(reader, of(Kind::Object), |object| object.title.clone())?);
    let view = |grant: &Grant| {
        let scope_name = thing(&grant.scope).and_then(|(_, id)| found.get(&id).cloned());
        // Whoever may not read the name is not told the company's own id either.
        let scope = match scope_name {
            Some(_) => ScopeView::named(asked.model, &grant.scope),
            None => ScopeView::of(&grant.scope),
        };
        RolePageGrantView {
            id: grant.id.0,
            scope,
            scope_name,
            allow: grant.allow.clone(),
            deny: grant.deny.clone(),
            source: grant.source.to_string(),
            valid_from: grant.window.valid_from,
            valid_to: grant.window.valid_to,
        }
    };
    Ok(grants.iter().map(|grant| (grant.module.clone(), view(grant))).collect())
}

/// Grants by module, and apart from them those over people's time.
fn by_module(
    reader: &mut Reader<'_>,
    grants: Vec<(String, RolePageGrantView)>,
) -> Result<(Vec<RolePageModuleView>, Vec<RolePageGrantView>), Refusal> {
    let mut by_code: BTreeMap<String, Vec<RolePageGrantView>> = BTreeMap::new();
    for (module, grant) in grants {
        by_code.entry(module).or_default().push(grant);
    }
    let time = by_code.remove("time").unwrap_or_default();
    let keys: Vec<Key> = by_code.keys().map(|code| Key::Code(Kind::Module, code.clone())).collect();
    let modules = reader.find_many::<Module>(&keys)?;
    let view = |(code, grants): (String, Vec<RolePageGrantView>)| {
        let module = modules.iter().map(|stored| &stored.value).find(|module| module.code == code);
        RolePageModuleView {
            name: module.map_or_else(|| code.clone(), |module| module.name.clone()),
            active: module.is_some_and(|module| module.active),
            module: code,
            grants,
        }
    };
    Ok((by_code.into_iter().map(view).collect(), time))
}

/// What a role offers: for its members themselves, and for every worker.
#[allow(clippy::type_complexity, reason = "two lists of the same")]
fn wage_types(
    reader: &mut Reader<'_>,
    role: &Role,
) -> Result<(Vec<RolePageWageTypeView>, Vec<RolePageWageTypeView>), Refusal> {
    let offers = reader.find::<WageOffer>(&Key::WageOffersOf(Holder::Role(role.id)))?;
    let ids: Vec<Uuid> = offers.iter().map(|stored| stored.value.wage_type_id.0).collect();
    let types: HashMap<Uuid, WageType> =
        reader.get_many::<WageType>(&ids)?.into_iter().map(|stored| (stored.value.id.0, stored.value)).collect();
    let (mut offered, mut own) = (Vec::new(), Vec::new());
    for offer in offers.into_iter().map(|stored| stored.value) {
        let Some(of) = types.get(&offer.wage_type_id.0) else { continue };
        let view = RolePageWageTypeView {
            wage_type_id: of.id.0,
            code: of.code.clone(),
            name: of.name.clone(),
            unit: of.unit.clone(),
            mode: offer.mode.to_string(),
            max_per_entry: offer.limits.max_per_entry,
            max_per_day: offer.limits.max_per_day,
            max_per_month: offer.limits.max_per_month,
            max_per_year: offer.limits.max_per_year,
            valid_from: offer.window.valid_from,
            valid_to: offer.window.valid_to,
        };
        if offer.own { own.push(view) } else { offered.push(view) }
    }
    for list in [&mut offered, &mut own] {
        list.sort_by(|one: &RolePageWageTypeView, other| one.code.cmp(&other.code));
    }
    Ok((offered, own))
}

/// The areas that name a role and whose settings the caller sees, and whether there are others.
fn areas(asked: &Asked<'_>, reader: &mut Reader<'_>, role: &Role) -> Result<(Vec<RolePageAreaView>, bool), Refusal> {
    let naming = asked.model.role(role.id).map(|role| asked.model.areas_naming(role)).unwrap_or_default();
    let all: Vec<_> = naming.into_iter().map(|area| asked.model.area_id(area)).collect();
    // Who works on an area is among its settings.
    let seen: Vec<Uuid> = all.iter().filter(|area| asked.authority.sets_area(**area)).map(|area| area.0).collect();
    let found = reader.get_many::<Area>(&seen)?;
    let places = found.iter().map(|stored| &stored.value).flat_map(|area| {
        let named = [(&area.processor_ids, RolePlaceName::Processor), (&area.reader_ids, RolePlaceName::Reader)];
        let named = named.into_iter().filter(|(roles, _)| roles.contains(&role.id));
        named.map(|(_, place)| RolePageAreaView { id: area.id.0, name: area.name.clone(), place })
    });
    let mut places: Vec<RolePageAreaView> = places.collect();
    places.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok((places, seen.len() < all.len()))
}
