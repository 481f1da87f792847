//! Who holds a right anywhere, and over what (P-05).

use actix_web::{HttpRequest, web};
use domain::access::{ActionIx, Model, ModuleIx, Permission, UserIx, Via};
use domain::grant::Holder;
use domain::window::Day;
use persistence::Value;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::{self, AccessUserView};
use super::targets::ViaName;
use super::{day_of, module_of, read_at, unknown_action};
use crate::app::{App, Caller};
use crate::demo::ids;
use crate::http::memory_page::MemoryPage;
use crate::http::page::Page;
use crate::http::params::Params;
use crate::rest::crud::{Answer, REVISION};
use crate::rest::grants::ScopeView;
use crate::rights::AccessCheck;

/// Most scopes told of one user.
const SCOPES_MAX: usize = 200;

/// Somebody who holds the right.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("anna.keller"), "external_id": "anna.keller", "display_name": "Anna Keller",
        "kind": "person"},
    "scopes": [{"scope": {"type": "all"}, "via": "role", "grant_id": ids::grant("g-timekeepers"),
        "role_id": ids::role("timekeepers"), "priority": 20, "valid_from": null, "valid_to": null, "set_aside": false,
        "set_aside_in_part": true}],
    "set_aside_in_part": true, "cut_short": false
}))]
pub struct RightHolderView {
    /// Who.
    user: AccessUserView,
    /// Over what, and by what.
    #[schema(max_items = 200)]
    scopes: Vec<HeldScopeView>,
    /// Whether personal grants set some of it aside, wholly or in part: decisions tell about each target.
    set_aside_in_part: bool,
    /// Whether there are more scopes than are told.
    cut_short: bool,
}

/// A scope over which somebody is given the right, and by what. A stronger role, a deny or a guard may take it away again for
/// some of what it covers: decisions tell about each target.
#[derive(Serialize, ToSchema)]
pub struct HeldScopeView {
    /// What it covers.
    scope: ScopeView,
    /// By what.
    #[schema(inline)]
    via: ViaName,
    /// The relation: `own_folder`, `assignee`, `team`, `processor`, `reader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    relation: Option<String>,
    /// The grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grant_id: Option<Uuid>,
    /// The role that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role_id: Option<Uuid>,
    /// Your own id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    role_external_id: Option<String>,
    /// The role's priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    priority: Option<i32>,
    /// First day of the grant.
    #[schema(required = true)]
    valid_from: Option<chrono::NaiveDate>,
    /// Last day of the grant.
    #[schema(required = true)]
    valid_to: Option<chrono::NaiveDate>,
    /// Whether personal grants set it aside for all that it covers (P-03).
    set_aside: bool,
    /// Whether personal grants set it aside for a part of what it covers.
    set_aside_in_part: bool,
}

impl HeldScopeView {
    fn of(model: &Model, permission: &Permission) -> Self {
        let mut view = Self {
            scope: ScopeView::named(model, &permission.scope),
            via: ViaName::Relation,
            relation: None,
            grant_id: None,
            role_id: None,
            role_external_id: None,
            priority: None,
            valid_from: permission.window.valid_from,
            valid_to: permission.window.valid_to,
            set_aside: permission.set_aside,
            set_aside_in_part: permission.set_aside_in_part,
        };
        match &permission.via {
            Via::Relation(relation) => view.relation = Some(relation.to_string()),
            Via::Grant { grant, holder, priority, .. } => {
                view.grant_id = Some(model.grant_id(*grant).0);
                view.priority = *priority;
                view.via = ViaName::Personal;
                if let Holder::Role(role) = holder {
                    (view.via, view.role_id) = (ViaName::Role, Some(role.0));
                    view.role_external_id = model.role_external_id(*role).map(str::to_owned);
                }
            }
        }
        view
    }
}

/// Over what a user holds the right: what they are assigned or in a team of, and each grant and relation that allows it.
fn scopes(model: &Model, user: UserIx, module: ModuleIx, action: ActionIx, day: Day) -> Vec<HeldScopeView> {
    let name = model.action_name(module, action);
    let permissions = model.permissions(user, day, Some(module));
    let allowing = permissions.iter().filter(|permission| permission.allow.iter().any(|allowed| allowed == name));
    allowing.map(|permission| HeldScopeView::of(model, permission)).collect()
}

/// Lists who may do an action of a module to anything at all, and over what each may: by roles, in person, by relations
/// (P-05). Needs `system:access.check`.
#[utoipa::path(get, path = "/api/v1/access/holders", tag = "access", operation_id = "listRightHolders",
    params(("module" = String, Query, description = "The module's code"),
        ("action" = String, Query, description = "The action"),
        ("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("total" = Option<bool>, Query, description = "Adds the count of all")),
    responses((status = 200, description = "A page", body = Page<RightHolderView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = read_at(&mut params, &app);
    let (module, action) = (params.needed("module"), params.needed("action"));
    let page = MemoryPage::read(&mut params, &request);
    params.done()?;
    let after = page.after_id()?;
    let (page, revision) = app
        .run(move |app| {
            caller.authority.allow::<AccessCheck>()?;
            let model = app.live().model();
            let module = module_of(&model, &module)?;
            let action = model.action(module, &action).ok_or_else(unknown_action)?;
            let day = day_of(app, at);
            let part = page.part(
                model.candidates_anywhere(module, action, day),
                |user| after.is_none_or(|after| model.user_id(*user).0 > after),
                |user| model.anywhere(*user, module, action, day).is_some(),
            );
            let next_cursor = part.items.last().filter(|_| part.more).map(|last| model.user_id(*last).0);
            let next_cursor = next_cursor.map(|id| page.cursor(vec![Value::Uuid(id)])).transpose()?;
            let mut names = app.store().read(|reader| people::named(reader, people::ids(&model, &part.items)))?;
            let items = part.items.iter().filter_map(|ix| {
                let user = names.remove(&model.user_id(*ix).0)?;
                let mut scopes = scopes(&model, *ix, module, action, day);
                let set_aside_in_part = scopes.iter().any(|scope| scope.set_aside || scope.set_aside_in_part);
                let cut_short = scopes.len() > SCOPES_MAX;
                scopes.truncate(SCOPES_MAX);
                Some(RightHolderView { user, scopes, set_aside_in_part, cut_short })
            });
            Ok((Page { items: items.collect(), next_cursor, total: part.total }, model.revision()))
        })
        .await?;
    Ok(page.respond(&request).header(REVISION, revision.to_string()))
}
