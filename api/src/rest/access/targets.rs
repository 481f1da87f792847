//! Who may do what to one worker, object or area: the passive rights (P-05).

use actix_web::{HttpRequest, web};
use domain::access::{ActionIx, Model, ModuleIx, Question, RoleIx, Target, UserIx, Way};
use domain::area::Area;
use domain::grant::{self, Object};
use domain::id::{AreaId, ObjectId, UserId, WorkerId};
use domain::rule::{Violation, code};
use domain::window::Day;
use domain::worker::Worker;
use persistence::Value;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::{self, AccessUserView};
use super::{day_of, module_of, read_at, unknown_action};
use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::memory_page::MemoryPage;
use crate::http::page::Page;
use crate::http::params::Params;
use crate::rest::crud::{self, Answer, REVISION, Shown};
use crate::rights::{AccessCheck, Authority};

/// Somebody who may do something to the target.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("anna.keller"), "external_id": "anna.keller", "display_name": "Anna Keller",
        "kind": "person"},
    "roles": [],
    "actions": [{"module": "time", "action": "record", "code": "personal_allow", "via": "personal",
        "role_ids": [], "grant_ids": [ids::grant("g-anna-personal")]}]
}))]
pub struct AccessView {
    /// Who.
    user: AccessUserView,
    /// The roles that the actions name.
    #[schema(max_items = 100000)]
    roles: Vec<AccessRoleView>,
    /// What they may do, module by module.
    #[schema(max_items = 10000)]
    actions: Vec<AccessActionView>,
}

/// A role by which somebody may do something.
#[derive(Serialize, ToSchema)]
pub struct AccessRoleView {
    /// The role.
    id: Uuid,
    /// Your own id of it.
    #[schema(required = true, max_length = 100)]
    external_id: Option<String>,
    /// Its code.
    #[schema(max_length = 100)]
    code: String,
}

/// An action that somebody may do to the target, and by what.
#[derive(Serialize, ToSchema)]
pub struct AccessActionView {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// The action.
    #[schema(max_length = 100)]
    action: String,
    /// The step that allows it: `role_allow`, `personal_allow`, `relation_allow`, as decisions tell it.
    #[schema(max_length = 40)]
    code: &'static str,
    /// By what.
    #[schema(inline)]
    via: ViaName,
    /// The relation: `own_folder`, `assignee`, `team`, `processor`, `reader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    relation: Option<String>,
    /// The roles by which: that hold the grants, or by which somebody is processor or reader.
    #[schema(max_items = 100000)]
    role_ids: Vec<Uuid>,
    /// The grants that decided.
    #[schema(max_items = 100000)]
    grant_ids: Vec<Uuid>,
}

/// By what somebody may do something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViaName {
    /// A role.
    Role,
    /// A personal grant.
    Personal,
    /// A relation to the target.
    Relation,
}

impl AccessActionView {
    fn of(model: &Model, module: ModuleIx, way: &Way) -> Self {
        let sorted = |mut ids: Vec<Uuid>| {
            ids.sort_unstable();
            ids
        };
        Self {
            module: model.module_code(module).to_owned(),
            action: model.action_name(module, way.action).to_owned(),
            code: way.code.as_str(),
            via: match (&way.relation, way.roles.is_empty()) {
                (Some(_), _) => ViaName::Relation,
                (None, true) => ViaName::Personal,
                (None, false) => ViaName::Role,
            },
            relation: way.relation.map(|relation| relation.to_string()),
            role_ids: sorted(way.roles.iter().map(|role| model.role_id(*role).0).collect()),
            grant_ids: sorted(way.grants.iter().map(|grant| model.grant_id(*grant).0).collect()),
        }
    }
}

/// The roles of some ways, in the order of their ids.
fn roles<'a>(model: &Model, ways: impl Iterator<Item = &'a Way>) -> Vec<AccessRoleView> {
    let mut named: Vec<RoleIx> = ways.flat_map(|way| way.roles.iter().copied()).collect();
    named.sort_by_key(|role| model.role_id(*role));
    named.dedup();
    let view = |role: RoleIx| {
        let id = model.role_id(role);
        let external_id = model.role_external_id(id).map(str::to_owned);
        AccessRoleView { id: id.0, external_id, code: model.role_code(role).to_owned() }
    };
    named.into_iter().map(view).collect()
}

/// What was asked of a target.
struct Asked {
    module: Option<String>,
    action: Option<String>,
    user: Option<Uuid>,
}

/// A module with actions of it.
type Asking = (ModuleIx, Vec<ActionIx>);

impl Asked {
    /// The modules and actions that are asked about.
    fn of(&self, model: &Model, target: Target) -> Result<Vec<Asking>, Refusal> {
        let kind = match target {
            Target::None => grant::Target::None,
            Target::Worker(_) => grant::Target::Worker,
            Target::Object(_) => grant::Target::Object,
            Target::Area(_) => grant::Target::Area,
        };
        let mut modules: Vec<ModuleIx> = match target {
            Target::Object(object) => model.module_of(object).into_iter().collect(),
            _ => model.modules().filter(|module| model.module_target(*module) == kind).collect(),
        };
        if let Some(code) = &self.module {
            let wanted = module_of(model, code)?;
            if !modules.contains(&wanted) {
                let detail = "the module's actions are not done to such a thing";
                return Err(Violation::new(code::SCOPE_DOES_NOT_FIT, detail).at("module").into());
            }
            modules = vec![wanted];
        }
        modules.sort_by(|one, other| model.module_code(*one).cmp(model.module_code(*other)));
        let wanted = |name: &str| self.action.as_ref().is_none_or(|action| action == name);
        let actions = |module: ModuleIx| {
            let mut found: Vec<_> = model.actions(module).into_iter().filter(|(_, name)| wanted(name)).collect();
            found.sort_by(|one, other| one.1.cmp(other.1));
            (module, found.into_iter().map(|(action, _)| action).collect::<Vec<_>>())
        };
        let asking: Vec<Asking> = modules.into_iter().map(actions).filter(|(_, actions)| !actions.is_empty()).collect();
        if asking.is_empty() && self.action.is_some() {
            return Err(unknown_action());
        }
        Ok(asking)
    }
}

/// The users of whom one may be allowed something, in the order of their ids.
fn candidates(model: &Model, asking: &[Asking], target: Target, day: Day, only: Option<Uuid>) -> Vec<UserIx> {
    if let Some(id) = only {
        return model.user(UserId(id)).into_iter().collect();
    }
    let of_module = |(module, actions): &Asking| model.candidates(*module, actions, target, day);
    let mut users: Vec<UserIx> = asking.iter().flat_map(of_module).collect();
    users.sort_by_key(|user| model.user_id(*user));
    users.dedup();
    users
}

/// Whether the caller may ask who may do what to the target: with `system:access.check`, or to their own folder. Who may
/// not, but knows of it, is told what is missing.
fn may_ask<R: Shown>(
    app: &App,
    authority: &Authority,
    model: &Model,
    target: Option<Target>,
    id: Uuid,
) -> Result<(), Refusal> {
    let Err(refusal) = authority.allow::<AccessCheck>() else { return Ok(()) };
    let own = authority.user_id().and_then(|user| model.worker_of(model.user(user)?)).map(Target::Worker);
    if own.is_some() && own == target {
        return Ok(());
    }
    app.store().read(|reader| crud::seen::<R>(app, authority, reader.get::<R>(id)?))?;
    Err(refusal)
}

/// Answers who may do what to a target.
async fn answer<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: Uuid,
    find: fn(&Model, Uuid) -> Option<Target>,
) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = read_at(&mut params, &app);
    let asked = Asked { module: params.name("module"), action: params.name("action"), user: params.uuid("user_id") };
    let page = MemoryPage::read(&mut params, &request);
    params.done()?;
    let after = page.after_id()?;
    let (page, revision) = app
        .run(move |app| {
            let model = app.live().model();
            let target = find(&model, id);
            may_ask::<R>(app, &caller.authority, &model, target, id)?;
            let target = target.ok_or(Refusal::NotFound)?;
            let day = day_of(app, at);
            let asking = asked.of(&model, target)?;
            let may = |user: &UserIx| {
                asking.iter().any(|(module, actions)| {
                    actions.iter().any(|action| {
                        let question = Question { user: *user, module: *module, action: *action, target, day };
                        model.decide(&question).allowed
                    })
                })
            };
            let is_after = |user: &UserIx| after.is_none_or(|after| model.user_id(*user).0 > after);
            let part = page.part(candidates(&model, &asking, target, day, asked.user), is_after, may);
            let next_cursor = part.items.last().filter(|_| part.more).map(|last| model.user_id(*last).0);
            let next_cursor = next_cursor.map(|id| page.cursor(vec![Value::Uuid(id)])).transpose()?;
            let mut names = app.store().read(|reader| people::named(reader, people::ids(&model, &part.items)))?;
            let ways: Vec<(ModuleIx, Vec<Vec<Way>>)> = asking
                .iter()
                .map(|(module, actions)| (*module, model.ways(&part.items, *module, actions, target, day)))
                .collect();
            let items = part.items.iter().enumerate().filter_map(|(place, user)| {
                // Whoever went meanwhile has no name.
                let user = names.remove(&model.user_id(*user).0)?;
                let of_module = |(module, ways): &(ModuleIx, Vec<Vec<Way>>)| {
                    let ways = ways.get(place).into_iter().flatten();
                    ways.map(|way| AccessActionView::of(&model, *module, way)).collect::<Vec<_>>()
                };
                let of_user = ways.iter().flat_map(|(_, ways)| ways.get(place)).flatten();
                let roles = roles(&model, of_user);
                Some(AccessView { user, roles, actions: ways.iter().flat_map(of_module).collect() })
            });
            Ok((Page { items: items.collect(), next_cursor, total: part.total }, model.revision()))
        })
        .await?;
    Ok(page.respond(&request).header(REVISION, revision.to_string()))
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident $path:literal $tag:literal $operation:literal $thing:literal: $record:ty, $find:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = $tag, operation_id = $operation,
            params(("id" = Uuid, Path, description = $thing),
                ("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
                ("module" = Option<String>, Query, description = "In this module only"),
                ("action" = Option<String>, Query, description = "This action only"),
                ("user_id" = Option<Uuid>, Query, description = "Of this user only"),
                ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
                ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
                ("total" = Option<bool>, Query, description = "Adds the count of all")),
            responses((status = 200, description = "A page", body = Page<AccessView>)))]
        pub async fn $name(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
            answer::<$record>(app, caller, request, id.0, $find).await
        }
    )*};
}

views! {
    /// Lists who may do what to a worker, person by person: plan, record, check and close, read and edit the folder, and the
    /// actions of other modules over workers, each by a role, in person or by a relation (P-05). Needs
    /// `system:access.check`, except for one's own folder.
    of_worker "/api/v1/workers/{id}/access" "workers" "listWorkerAccess" "The worker's id":
        Worker, |model, id| model.worker(WorkerId(id)).map(Target::Worker);
    /// Lists who may do what on an object, person by person (P-05). Needs `system:access.check`.
    of_object "/api/v1/objects/{id}/access" "objects" "listObjectAccess" "The object's id":
        Object, |model, id| model.object(ObjectId(id)).map(Target::Object);
    /// Lists who may do what in an area, person by person (P-05). Needs `system:access.check`.
    of_area "/api/v1/areas/{id}/access" "areas" "listAreaAccess" "The area's id":
        Area, |model, id| model.area(AreaId(id)).map(Target::Area);
}
