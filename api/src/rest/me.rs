//! The caller: who, and what to show.

use actix_web::{HttpRequest, web};
use domain::user::User;
use domain::worker::Worker;
use persistence::Key;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::access::permissions::{self, PermissionsAnswer};
use crate::rest::crud::{Answer, REVISION, Shown};
use crate::rest::users::UserView;
use crate::rest::workers::WorkerView;

/// Who calls.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("admin"), "external_id": null, "kind": "person", "state": "active",
    "login": "admin", "first_name": "Ada", "last_name": "Admin", "display_name": "Ada Admin",
    "email": "admin@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [], "block_causes": [],
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 2},
    "worker_id": null, "roles": ["area-administrator", "auditor", "hr-officer", "system-administrator",
    "time-administrator", "user-administrator"], "time_zone": "UTC"
}))]
pub struct MeView {
    /// The account.
    user: UserView,
    /// The linked worker's id.
    #[schema(required = true)]
    worker_id: Option<Uuid>,
    /// The codes of the roles that the caller is an effective member of today.
    #[schema(max_items = 10000)]
    roles: Vec<String>,
    /// The organisation's time zone.
    #[schema(max_length = 64)]
    time_zone: String,
}

/// Tells who calls.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", operation_id = "getMe",
    responses((status = 200, description = "The caller", body = MeView)))]
pub async fn get(app: web::Data<App>, caller: Caller, _none: NoParams) -> Answer {
    app.run(move |app| {
        let model = app.live().model();
        let day = app.zone().day_number(app.clock().now());
        let ix = model.user(caller.user_id()).ok_or(Refusal::NotFound)?;
        let ids: Vec<Uuid> = model.effective_roles(ix, day).into_iter().map(|role| model.role_id(role).0).collect();
        let (user, mut roles) = app.store().read(|reader| {
            let user = reader.get::<User>(caller.user_id().0)?.ok_or(Refusal::NotFound)?;
            let roles: Vec<String> =
                reader.get_many::<domain::role::Role>(&ids)?.into_iter().map(|role| role.value.code).collect();
            Ok::<_, Refusal>((user, roles))
        })?;
        roles.sort_unstable();
        let worker_id = model.worker_of(ix).map(|worker| model.worker_id(worker).0);
        let view = MeView { user: User::view(&user), worker_id, roles, time_zone: app.zone().name().to_owned() };
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(view))
    })
    .await
}

/// Tells what the caller may do: every grant that applies on a day, and why.
#[utoipa::path(get, path = "/api/v1/me/permissions", tag = "me", operation_id = "getMyPermissions",
    params(("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("module" = Option<String>, Query, description = "In this module only"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 1000 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("total" = Option<bool>, Query, description = "Adds the count of all")),
    responses((status = 200, description = "The permissions", body = PermissionsAnswer)))]
pub async fn my_permissions(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let user = caller.user_id();
    permissions::answer(app, caller, &request, user).await
}

/// Reads the caller's own folder, while it is linked (W-09).
#[utoipa::path(get, path = "/api/v1/me/worker", tag = "me", operation_id = "getMyWorker",
    responses((status = 200, description = "The folder", body = WorkerView)))]
pub async fn worker(app: web::Data<App>, caller: Caller, _none: NoParams) -> Answer {
    app.run(move |app| {
        let found = app.store().read(|reader| reader.find::<Worker>(&Key::WorkerOfUser(caller.user_id())))?;
        let worker = found.first().ok_or(Refusal::NotFound)?;
        Ok(Reply::ok().json(Worker::view(worker)))
    })
    .await
}
