//! What an account answers for (L-01).

use actix_web::web;
use domain::id::UserId;
use domain::user::{Responsibility, User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::responsibilities::{self, Item, ResponsibilityName, may_see};
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};

/// What an account answers for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("greta.simon"),
    "items": [{"kind": "object_assigned", "id": ids::object("invoice-2026-03")}], "hidden": []
}))]
pub struct ResponsibilitiesView {
    /// The account.
    user_id: Uuid,
    /// Each thing that the caller may see.
    #[schema(max_items = 1000000)]
    items: Vec<ResponsibilityView>,
    /// How many there are that the caller may not see.
    #[schema(max_items = 10)]
    hidden: Vec<HiddenView>,
}

/// One thing that an account answers for.
#[derive(Serialize, ToSchema)]
pub struct ResponsibilityView {
    /// What sort.
    #[schema(inline)]
    kind: ResponsibilityName,
    /// The area, filler, object, role, department, contract or grant.
    id: Uuid,
}

/// Things of one sort that the caller may not see.
#[derive(Serialize, ToSchema)]
pub struct HiddenView {
    /// What sort.
    #[schema(inline)]
    kind: ResponsibilityName,
    /// How many.
    #[schema(minimum = 1)]
    count: usize,
}

/// Tells what an account answers for, before it goes (L-01): what the caller may see one by one, the rest as counts.
/// Needs `system:user.read`, except for oneself.
#[utoipa::path(get, path = "/api/v1/users/{id}/responsibilities", tag = "users", operation_id = "getUserResponsibilities",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "What it answers for", body = ResponsibilitiesView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let today = app.zone().day(app.clock().now());
        let (found, items) = app.store().read(|reader| {
            let found = reader.get::<User>(id.0)?;
            Ok::<_, crate::commands::Refusal>((found, responsibilities::inventory(reader, UserId(id.0), today)?))
        })?;
        crud::seen(app, &caller.authority, found)?;
        let (shown, hidden): (Vec<Item>, Vec<Item>) =
            items.into_iter().partition(|item| may_see(&caller.authority, item));
        let count = |kind: &Responsibility| HiddenView {
            kind: (*kind).into(),
            count: hidden.iter().filter(|item| item.kind == *kind).count(),
        };
        Ok(Reply::ok().json(ResponsibilitiesView {
            user_id: id.0,
            items: shown.into_iter().map(|item| ResponsibilityView { kind: item.kind.into(), id: item.id }).collect(),
            hidden: Responsibility::ALL.iter().map(count).filter(|hidden| hidden.count > 0).collect(),
        }))
    })
    .await
}
