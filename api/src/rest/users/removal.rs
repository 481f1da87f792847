//! The way into the trash (U-06, U-07).

use actix_web::{HttpRequest, web};
use domain::id::UserId;
use domain::user::User;

use crate::app::{App, Caller, Id};
use crate::commands::users;
use crate::http::etag::IfMatch;
use crate::http::params::Params;
use crate::http::planning;
use crate::rest::crud::{self, Answer};
use crate::rights::UserDelete;

/// Moves a user to the trash: memberships set by hand, personal grants, the worker link, tokens and sessions end at once.
/// Refused while it answers for something (`getUserResponsibilities`): each thing that the caller may see stands in
/// `errors`, its kind as `code`, its path as `detail`; the others are counted. With `transfer_to` all but personal
/// grants is handed over in the same go. Needs `system:user.delete`, and for what is handed over the rights to change it.
#[utoipa::path(delete, path = "/api/v1/users/{id}", tag = "users", operation_id = "deleteUser",
    params(("id" = Uuid, Path, description = "The user's id"),
        ("transfer_to" = Option<Uuid>, Query, description = "The user who takes over all that it answers for")),
    responses((status = 204, description = "Removed")))]
pub async fn remove(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id, expected: IfMatch) -> Answer {
    let mut params = Params::parse(request.query_string());
    let successor = params.uuid("transfer_to").map(UserId);
    params.flag(planning::PARAMETER);
    params.done()?;
    crud::take_away(app, caller, move |work| {
        let found = work.tx.get::<User>(id.0)?;
        crud::seen(work.app, work.authority, found)?;
        let allowed = work.authority.allow::<UserDelete>()?;
        users::delete(work, &allowed, UserId(id.0), &expected.0, successor).map(|_| ())
    })
    .await
}
