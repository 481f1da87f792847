//! Forgetting a person (U-08), and the receipt for it.

use actix_web::web;
use chrono::{DateTime, Utc};
use domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Caller, Id};
use crate::commands::forgetting::{self, Erasure};
use crate::http::etag::MayMatch;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rights::UserForget;

/// The receipt of an erasure: what was erased, and where.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "pseudonym": "forgotten-3f640397ccb1",
    "erased": [
        {"place": "users", "rows": 1}, {"place": "changes", "rows": 6}, {"place": "credentials", "rows": 1},
        {"place": "log_in_attempts", "rows": 14}
    ],
    "at": "2026-03-01T09:00:00Z"
}))]
pub struct ErasureReceipt {
    /// The name that stands for the person from now on, in questions about the past too.
    #[schema(max_length = 50)]
    pseudonym: String,
    /// Where something was erased.
    #[schema(max_items = 50)]
    erased: Vec<ErasedPlace>,
    /// When (UTC).
    at: DateTime<Utc>,
}

/// What was erased in one place.
#[derive(Serialize, ToSchema)]
pub struct ErasedPlace {
    /// The table: `users` (the account itself), `changes` and `revisions` (the change log), `credentials`,
    /// `sessions`, `one_time_links`, `activity`, `notes`, `notifications`, `log_in_attempts`, `idempotent_answers`,
    /// `operation_errors`.
    #[schema(max_length = 50)]
    place: &'static str,
    /// How many rows.
    #[schema(minimum = 1)]
    rows: usize,
}

impl From<Erasure> for ErasureReceipt {
    fn from(erasure: Erasure) -> Self {
        let Erasure { pseudonym, erased, at } = erasure;
        let erased = erased.into_iter().filter(|(_, rows)| *rows > 0);
        Self { pseudonym, erased: erased.map(|(place, rows)| ErasedPlace { place, rows }).collect(), at }
    }
}

/// Forgets a user who is in the trash: every personal value gives way to a pseudonym, in the change log too. This
/// can't be undone. What the user did, memberships and grants of the past, and qualifications stay, under the
/// pseudonym. Refused while a qualification is needed as evidence. Needs `system:user.forget`.
#[utoipa::path(post, path = "/api/v1/users/{id}/forget", tag = "users", operation_id = "forgetUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Forgotten; what was erased", body = ErasureReceipt)))]
pub async fn forget(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
    app.run(move |app| {
        let reply = app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow::<UserForget>()?;
                forgetting::forget(work, &allowed, UserId(id.0), &expected.0)
            },
            |_, erasure| Ok(Reply::ok().json(ErasureReceipt::from(erasure))),
        )?;
        // What was overwritten must not live on in what the database writes ahead.
        if let Err(error) = app.store().settle() {
            log::warn!("erased values stay in the database's journal until it is next written back: {error}");
        }
        Ok(reply)
    })
    .await
}
