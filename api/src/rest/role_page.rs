//! A role on one page.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use domain::access::Model;
use domain::area::Area;
use domain::grant::{Grant, Holder, Module, Scope};
use domain::id::{RoleId, UserId};
use domain::notification::NotificationSubscription;
use domain::organisation::Department;
use domain::role::{Member, Membership, Role, RoleRule};
use domain::user::User;
use domain::wage::{WageOffer, WageType};
use persistence::{Filter, Key, ListQuery, Reader, Sort, Stored, Value};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION, Shown};
use crate::rest::grants::GrantView;
use crate::rest::memberships::MembershipView;
use crate::rest::notification_subscriptions::NotificationSubscriptionView;
use crate::rest::role_rules::RoleRuleView;
use crate::rest::roles::RoleView;
use crate::rest::wage_offers::WageOfferView;
use crate::rights::{Authority, GrantRead, RoleRead, WageTypeEdit};

/// Most rows of each part; the lists of the parts go on from there.
const SHOWN: i64 = 200;

/// A role with all that belongs to it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "role": {"id": ids::role("interns"), "external_id": "interns", "code": "interns", "name": "Interns",
    "purpose": "permission", "mode": "automatic", "priority": 200, "valid_from": null, "valid_to": null,
    "manager_ids": [], "protected": false, "note": null, "created_at": "2026-01-05T08:00:00Z",
    "updated_at": "2026-01-05T08:00:00Z", "revision": 8},
    "managers": [], "members": {"users": 1, "roles": 0, "effective": 1, "items": []}, "rules": [], "modules": [],
    "time": {"workers": [], "wage_types": [], "own_wage_types": []}, "areas": [], "notifications": [], "left_out": []
}))]
pub struct RolePageView {
    /// The role itself.
    role: RoleView,
    /// Who may add and remove manual members.
    #[schema(max_items = 100)]
    managers: Vec<NamedView>,
    /// Who is in it.
    members: MembersPart,
    /// What makes its members, where it is automatic.
    #[schema(max_items = 200)]
    rules: Vec<RoleRuleView>,
    /// What it gives, module by module.
    #[schema(max_items = 200)]
    modules: Vec<ModulePart>,
    /// What it gives over time and wage types.
    time: TimePart,
    /// The areas that name it, as far as the caller may know of them.
    #[schema(max_items = 200)]
    areas: Vec<AreaPart>,
    /// What its members are told of.
    #[schema(max_items = 200)]
    notifications: Vec<NotificationSubscriptionView>,
    /// The parts that the caller may not read: they are empty.
    #[schema(max_items = 10)]
    left_out: Vec<&'static str>,
}

/// A thing with its name.
#[derive(Serialize, ToSchema)]
pub struct NamedView {
    /// Which.
    id: Uuid,
    /// Its name.
    #[schema(max_length = 401)]
    name: String,
}

/// Who is in a role.
#[derive(Serialize, ToSchema)]
pub struct MembersPart {
    /// How many users are in it directly, on whatever days.
    #[schema(minimum = 0)]
    users: usize,
    /// How many roles are in it directly.
    #[schema(minimum = 0)]
    roles: usize,
    /// How many people are members today, directly or through other roles.
    #[schema(minimum = 0)]
    effective: usize,
    /// The first memberships; all of them are `/roles/{id}/members`.
    #[schema(max_items = 200)]
    items: Vec<MemberView>,
}

/// A membership with the member's name.
#[derive(Serialize, ToSchema)]
pub struct MemberView {
    /// The member's name.
    #[schema(max_length = 401)]
    name: String,
    /// The membership.
    membership: MembershipView,
}

/// What a role gives in one module.
#[derive(Serialize, ToSchema)]
pub struct ModulePart {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// Whether it is switched on.
    active: bool,
    /// The grants.
    #[schema(max_items = 200)]
    grants: Vec<ScopedView>,
}

/// A grant with the name of what it covers.
#[derive(Serialize, ToSchema)]
pub struct ScopedView {
    /// The name of the department or area; null for others, and where the caller may not know it.
    #[schema(required = true, max_length = 200)]
    scope_name: Option<String>,
    /// The grant.
    grant: GrantView,
}

/// What a role gives over time.
#[derive(Serialize, ToSchema)]
pub struct TimePart {
    /// The rights over workers' time.
    #[schema(max_items = 200)]
    workers: Vec<ScopedView>,
    /// What it offers its members for their own recording.
    #[schema(max_items = 200)]
    wage_types: Vec<WagePart>,
    /// What its members record for every worker.
    #[schema(max_items = 200)]
    own_wage_types: Vec<WagePart>,
}

/// An offer with its wage type.
#[derive(Serialize, ToSchema)]
pub struct WagePart {
    /// The code of the wage type.
    #[schema(max_length = 100)]
    code: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// Its unit.
    #[schema(max_length = 40)]
    unit: String,
    /// The offer.
    offer: WageOfferView,
}

/// An area that names a role.
#[derive(Serialize, ToSchema)]
pub struct AreaPart {
    /// The area.
    id: Uuid,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// `processor` or `reader`.
    #[schema(max_length = 20)]
    relation: &'static str,
}

/// A role as one page: its members, what it gives in each module, over time and wage types, and what its members are told
/// of. Needs `system:role.read`; grants need `system:grant.read` too, offers that or `system:wage_type.edit`.
#[utoipa::path(get, path = "/api/v1/roles/{id}/page", tag = "roles", operation_id = "getRolePage",
    params(("id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "The page", body = RolePageView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        caller.authority.allow::<RoleRead>()?;
        let model = app.live().model();
        let today = app.zone().day_number(app.clock().now());
        let page = app.store().read(|reader| {
            let role = reader.get::<Role>(id.0)?.ok_or(Refusal::NotFound)?;
            Parts { reader, model: &model, authority: &caller.authority, role, today, left_out: Vec::new() }.page()
        })?;
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(page))
    })
    .await
}

/// What a page is put together from.
struct Parts<'a, 'r> {
    reader: &'a mut Reader<'r>,
    model: &'a Model,
    authority: &'a Authority,
    role: Stored<Role>,
    today: domain::window::Day,
    left_out: Vec<&'static str>,
}

impl Parts<'_, '_> {
    fn page(mut self) -> Result<RolePageView, Refusal> {
        let managers: Vec<Uuid> = self.role.value.manager_ids.iter().map(|id| id.0).collect();
        let names = self.people(&managers)?;
        let named = |id: &Uuid| Some(NamedView { id: *id, name: names.get(id)?.clone() });
        let managers = managers.iter().filter_map(named).collect();
        let members = self.members()?;
        let rules = self.first::<RoleRule>("role_id")?.iter().map(RoleRule::view).collect();
        let (modules, workers) = self.modules()?;
        let (wage_types, own_wage_types) = self.wages()?;
        let notifications = self.first::<NotificationSubscription>("role_id")?;
        Ok(RolePageView {
            role: Role::view(&self.role),
            managers,
            members,
            rules,
            modules,
            time: TimePart { workers, wage_types, own_wage_types },
            areas: self.areas()?,
            notifications: notifications.iter().map(NotificationSubscription::view).collect(),
            left_out: self.left_out,
        })
    }

    /// The first rows that name the role in a column.
    fn first<T: Shown>(&mut self, column: &'static str) -> Result<Vec<Stored<T>>, Refusal> {
        let query = ListQuery {
            filters: vec![Filter::Equals(column, Value::Uuid(self.role.value.id.0))],
            sort: vec![Sort { column: "created_at", descending: false }],
            after: None,
            limit: SHOWN,
        };
        Ok(self.reader.list::<T>(&query)?)
    }

    /// The names of accounts.
    fn people(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Refusal> {
        let users = self.reader.get_many::<User>(ids)?;
        Ok(users.into_iter().map(|user| (user.value.id.0, user.value.shown_name())).collect())
    }

    fn members(&mut self) -> Result<MembersPart, Refusal> {
        let rows = self.first::<Membership>("role_id")?;
        let of = |rows: &[Stored<Membership>], user: bool| -> Vec<Uuid> {
            let ids = rows.iter().map(|row| match row.value.member {
                Member::User(UserId(id)) => (true, id),
                Member::Role(RoleId(id)) => (false, id),
            });
            ids.filter(|(is_user, _)| *is_user == user).map(|(_, id)| id).collect()
        };
        let mut names = self.people(&of(&rows, true))?;
        let roles = self.reader.get_many::<Role>(&of(&rows, false))?;
        names.extend(roles.into_iter().map(|role| (role.value.id.0, role.value.name)));
        let item = |row: &Stored<Membership>| {
            let id = match row.value.member {
                Member::User(UserId(id)) | Member::Role(RoleId(id)) => id,
            };
            MemberView { name: names.get(&id).cloned().unwrap_or_default(), membership: Membership::view(row) }
        };
        let ix = self.model.role(self.role.value.id);
        let (users, roles) = ix.map_or((0, 0), |ix| self.model.direct_members(ix));
        let effective = ix.map_or(0, |ix| self.model.role_members(ix, self.today).len());
        Ok(MembersPart { users, roles, effective, items: rows.iter().map(item).collect() })
    }

    /// The grants module by module, and those over time.
    fn modules(&mut self) -> Result<(Vec<ModulePart>, Vec<ScopedView>), Refusal> {
        if self.authority.allow::<GrantRead>().is_err() {
            self.left_out.push("modules");
            return Ok((Vec::new(), Vec::new()));
        }
        let rows = self.first::<Grant>("holder_role_id")?;
        let names = self.scopes(&rows)?;
        let codes: BTreeMap<String, Module> = self
            .reader
            .find::<Module>(&Key::All(domain::id::Kind::Module))?
            .into_iter()
            .map(|module| (module.value.code.clone(), module.value))
            .collect();
        let scoped = |row: &Stored<Grant>| {
            let scope_name = scope_id(&row.value.scope).and_then(|id| names.get(&id).cloned());
            ScopedView { scope_name, grant: Grant::view(row) }
        };
        let mut modules: BTreeMap<&str, Vec<ScopedView>> = BTreeMap::new();
        for row in &rows {
            modules.entry(&row.value.module).or_default().push(scoped(row));
        }
        let workers = rows.iter().filter(|row| row.value.module == "time").map(scoped).collect();
        let part = |(code, grants): (&str, Vec<ScopedView>)| {
            let module = codes.get(code);
            ModulePart {
                module: code.to_owned(),
                name: module.map(|module| module.name.clone()).unwrap_or_default(),
                active: module.is_some_and(|module| module.active),
                grants,
            }
        };
        Ok((modules.into_iter().map(part).collect(), workers))
    }

    /// The names of the departments and of the areas that the caller may know of.
    fn scopes(&mut self, rows: &[Stored<Grant>]) -> Result<HashMap<Uuid, String>, Refusal> {
        let ids: Vec<Uuid> = rows.iter().filter_map(|row| scope_id(&row.value.scope)).collect();
        let departments = self.reader.get_many::<Department>(&ids)?;
        let mut names: HashMap<Uuid, String> =
            departments.into_iter().map(|found| (found.value.id.0, found.value.name)).collect();
        let areas = self.reader.get_many::<Area>(&ids)?.into_iter().filter(|area| self.authority.sees(&area.value));
        names.extend(areas.map(|found| (found.value.id.0, found.value.name)));
        Ok(names)
    }

    /// What is offered to members, and the role's own wage types.
    fn wages(&mut self) -> Result<(Vec<WagePart>, Vec<WagePart>), Refusal> {
        if self.authority.allow::<GrantRead>().is_err() && self.authority.allow::<WageTypeEdit>().is_err() {
            self.left_out.push("wage_types");
            return Ok((Vec::new(), Vec::new()));
        }
        let mut rows = self.reader.find::<WageOffer>(&Key::WageOffersOf(Holder::Role(self.role.value.id)))?;
        rows.truncate(usize::try_from(SHOWN).unwrap_or_default());
        let ids: Vec<Uuid> = rows.iter().map(|row| row.value.wage_type_id.0).collect();
        let types: HashMap<Uuid, WageType> =
            self.reader.get_many::<WageType>(&ids)?.into_iter().map(|found| (found.value.id.0, found.value)).collect();
        let part = |row: &Stored<WageOffer>| {
            let wage_type = types.get(&row.value.wage_type_id.0)?;
            Some(WagePart {
                code: wage_type.code.clone(),
                name: wage_type.name.clone(),
                unit: wage_type.unit.clone(),
                offer: WageOffer::view(row),
            })
        };
        let (own, offered): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.value.own);
        Ok((offered.into_iter().filter_map(part).collect(), own.into_iter().filter_map(part).collect()))
    }

    /// The areas that name the role.
    fn areas(&mut self) -> Result<Vec<AreaPart>, Refusal> {
        let naming = self.model.role(self.role.value.id).map(|role| self.model.areas_naming(role)).unwrap_or_default();
        let ids: Vec<Uuid> = naming.into_iter().map(|area| self.model.area_id(area).0).collect();
        let mut found = Vec::new();
        for Stored { value: area, .. } in self.reader.get_many::<Area>(&ids)? {
            if !self.authority.sees(&area) {
                continue;
            }
            let lists = [("processor", &area.processor_ids), ("reader", &area.reader_ids)];
            let relations = lists.into_iter().filter(|(_, roles)| roles.contains(&self.role.value.id));
            found.extend(relations.map(|(relation, _)| AreaPart { id: area.id.0, name: area.name.clone(), relation }));
        }
        found.truncate(usize::try_from(SHOWN).unwrap_or_default());
        Ok(found)
    }
}

/// The id of what a scope names, where it is one.
fn scope_id(scope: &Scope) -> Option<Uuid> {
    match scope {
        Scope::Department { id, .. } => Some(id.0),
        Scope::Area { id } => Some(id.0),
        Scope::All | Scope::Worker { .. } | Scope::Object { .. } | Scope::ObjectType { .. } => None,
    }
}
