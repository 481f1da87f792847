//! The way into the trash (U-06, U-07).

use actix_web::{HttpRequest, web};
use domain::id::{Kind, UserId};
use domain::user::User;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::handover::Handover;
use crate::commands::{Refusal, Work, references, users};
use crate::http::etag::IfMatch;
use crate::http::params::Params;
use crate::http::planning;
use crate::rest::crud::{self, Answer};
use crate::rights::UserDelete;

/// Moves a user to the trash: memberships set by hand, personal grants, the worker link, tokens and sessions end at once.
/// Refused while it answers for something (`getUserResponsibilities`): each thing that the caller may see stands in
/// `errors`, its kind as `code`, its path as `detail`; the others are counted. With a successor all but personal
/// grants is handed over in the same go. Needs `system:user.delete`, and for what is handed over the rights to change it.
#[utoipa::path(delete, path = "/api/v1/users/{id}", tag = "users", operation_id = "deleteUser",
    params(("id" = Uuid, Path, description = "The user's id"),
        ("transfer_to" = Option<Uuid>, Query, description = "The user who takes over all that it answers for"),
        ("transfer_to_external_id" = Option<String>, Query, description = "The same by your own id or the login")),
    responses((status = 204, description = "Removed")))]
pub async fn remove(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id, expected: IfMatch) -> Answer {
    let mut params = Params::parse(request.query_string());
    let successor = Successor::read(&mut params);
    params.flag(planning::PARAMETER);
    params.done()?;
    crud::take_away(app, caller, move |work| {
        let found = work.tx.get::<User>(id.0)?;
        crud::seen(work.app, work.authority, found)?;
        let allowed = work.authority.allow::<UserDelete>()?;
        let all = successor.map(|successor| successor.of_all(work)).transpose()?;
        users::delete(work, &allowed, UserId(id.0), &expected.0, all).map(|_| ())
    })
    .await
}

/// Who takes over, as the caller names them.
enum Successor {
    Id(Uuid),
    External(String),
}

/// The parameter with the Remit id.
const ID: &str = "transfer_to";

/// The parameter with the caller's id.
const EXTERNAL_ID: &str = "transfer_to_external_id";

impl Successor {
    fn read(params: &mut Params) -> Option<Self> {
        let fits = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
        let (id, external) = (params.uuid(ID), params.parsed(EXTERNAL_ID, "1 to 100 characters", fits));
        if id.is_some() && external.is_some() {
            params.fault(EXTERNAL_ID, "bad_parameter", &format!("give {ID} or {EXTERNAL_ID}, not both"));
        }
        id.map(Self::Id).or(external.map(Self::External))
    }

    /// The hand-over of all to this one.
    fn of_all(self, work: &mut Work<'_, '_>) -> Result<Handover, Refusal> {
        let (id, pointer) = match self {
            Self::Id(id) => (id, ID),
            Self::External(name) => {
                let found = references::look_up(work.tx, Kind::User, &name)?;
                (found.ok_or_else(|| references::unknown(Kind::User, EXTERNAL_ID))?, EXTERNAL_ID)
            }
        };
        Ok(Handover { successor: Some(UserId(id)), pointer, ..Handover::default() })
    }
}
