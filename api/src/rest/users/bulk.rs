//! Verbs for many accounts at once: each is done or refused by itself, and all that is done is one revision.

use actix_web::web;
use domain::id::UserId;
use domain::user::{BlockCause, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::UserView;
use super::moves::{BlockCauseName, may_block};
use crate::app::{App, Caller};
use crate::commands::users;
use crate::commands::{Refusal, Work, invitations};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::etag::Expected;
use crate::http::params::NoParams;
use crate::http::problem::{Members, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, Shown};
use crate::rights::{UserBlock, UserInvite, UserUnblock};

/// Which accounts to block, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_ids": [ids::user("yannick.frei")], "note": "the subsidiary was sold"}))]
pub struct BlockManyRequest {
    /// The accounts, each once.
    #[schema(min_items = 1, max_items = 200)]
    user_ids: Vec<Uuid>,
    /// `administrator` when absent.
    #[schema(inline)]
    cause: Option<BlockCauseName>,
    /// A remark.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Which accounts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_ids": [ids::user("lukas.fiala")]}))]
pub struct UsersRequest {
    /// The accounts, each once.
    #[schema(min_items = 1, max_items = 200)]
    user_ids: Vec<Uuid>,
}

/// What became of each account, in the order in which they were named.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"results": [{
    "user_id": "019b8d2b-8c00-7226-9153-3f640397ccb1", "status": 404, "user": null,
    "problem": {"type": "/docs/problems/not_found", "title": "There is no such thing, or the caller may not know of it.",
        "status": 404, "code": "not_found"}, "invitation_link": null
}]}))]
pub struct ManyView {
    /// One result for each.
    #[schema(max_items = 200)]
    results: Vec<OneView>,
}

/// What became of one account.
#[derive(Serialize, ToSchema)]
pub struct OneView {
    /// The account.
    user_id: Uuid,
    /// The status that the verb would have answered for this account alone.
    #[schema(minimum = 200, maximum = 599)]
    status: u16,
    /// The account as it then is; null where it was refused.
    #[schema(required = true)]
    user: Option<UserView>,
    /// Why it was refused; null where it was done.
    #[schema(required = true, value_type = Option<Members>)]
    problem: Option<Problem>,
    /// One-time link to accept the invitation with, shown once; null but where one was made and could not
    /// be mailed.
    #[schema(required = true, max_length = 2000)]
    invitation_link: Option<String>,
}

/// What became of each account, by its id.
type Outcomes<T> = Vec<(Uuid, Result<T, Problem>)>;

/// Does one thing to each account.
fn each<T>(
    work: &mut Work<'_, '_>,
    ids: &[Uuid],
    mut act: impl FnMut(&mut Work<'_, '_>, UserId) -> Result<T, Refusal>,
) -> Result<Outcomes<T>, Refusal> {
    work.tx.preload::<User>(ids)?;
    let mut out = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        if ids.iter().take(index).any(|earlier| earlier == id) {
            let violation = domain::rule::Violation::new(domain::rule::code::DUPLICATE_ITEM, "names an account twice");
            return Err(violation.at(format!("/user_ids/{index}")).into());
        }
        match act(work, UserId(*id)) {
            Ok(done) => out.push((*id, Ok(done))),
            // A refused verb has changed nothing.
            Err(refusal) if refusal.of_row() => out.push((*id, Err(Problem::from(refusal)))),
            Err(fault) => return Err(fault),
        }
    }
    Ok(out)
}

fn told<T>(
    work: &mut Work<'_, '_>,
    outcomes: Outcomes<T>,
    link: impl Fn(&T) -> Option<String>,
) -> Result<Reply, Refusal> {
    let mut results = Vec::with_capacity(outcomes.len());
    for (user_id, outcome) in outcomes {
        results.push(match outcome {
            Ok(done) => OneView {
                user_id,
                status: 200,
                user: Some(User::view(&work.get::<User>(user_id)?)),
                problem: None,
                invitation_link: link(&done),
            },
            Err(problem) => {
                OneView { user_id, status: problem.status, user: None, problem: Some(problem), invitation_link: None }
            }
        });
    }
    Ok(Reply::ok().secret("invitation_link").json(ManyView { results }))
}

/// Blocks many users, who are out at once. Needs `system:user.block`, or `hr:account.block` on the linked workers.
#[utoipa::path(post, path = "/api/v1/users/block", tag = "users", operation_id = "blockUsers",
    request_body = BlockManyRequest, responses((status = 200, description = "What became of each", body = ManyView)))]
pub async fn block(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<BlockManyRequest>) -> Answer {
    let BlockManyRequest { user_ids, cause, note } = body.0;
    let cause = cause.map_or(BlockCause::Administrator, Into::into);
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                // HR blocks the accounts of its workers (`hr:account.block`), each by itself.
                if work.authority.may_nowhere("hr", "account.block") {
                    work.authority.allow::<UserBlock>()?;
                }
                each(work, &user_ids, |work, id| {
                    let allowed = may_block(work, id)?;
                    users::block(work, &allowed, id, &Expected::Any, cause, note.clone())
                })
            },
            |work, outcomes| told(work, outcomes, |_| None),
        )
    })
    .await
}

/// Lifts the causes `administrator` and `security` of the blocks of many users. Needs `system:user.unblock`.
#[utoipa::path(post, path = "/api/v1/users/unblock", tag = "users", operation_id = "unblockUsers",
    request_body = UsersRequest, responses((status = 200, description = "What became of each", body = ManyView)))]
pub async fn unblock(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<UsersRequest>) -> Answer {
    let UsersRequest { user_ids } = body.0;
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow::<UserUnblock>()?;
                each(work, &user_ids, |work, id| users::unblock(work, &allowed, id, &Expected::Any))
            },
            |work, outcomes| told(work, outcomes, |_| None),
        )
    })
    .await
}

/// Makes links by which invited users accept and set a password; earlier links are void. With an SMTP server
/// they are mailed, else shown this once. Needs `system:user.invite`.
#[utoipa::path(post, path = "/api/v1/users/invite", tag = "users", operation_id = "inviteUsers",
    request_body = UsersRequest, responses((status = 200, description = "What became of each", body = ManyView)))]
pub async fn invite(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<UsersRequest>) -> Answer {
    let UsersRequest { user_ids } = body.0;
    app.run(move |app| {
        app.answer_and_post(
            &caller.authority,
            |work| {
                let allowed = work.authority.allow::<UserInvite>()?;
                each(work, &user_ids, |work, id| invitations::invite(work, &allowed, id, &Expected::Any))
            },
            |work, outcomes, letters| {
                let mut shown = Vec::with_capacity(outcomes.len());
                for (id, outcome) in outcomes {
                    let link = outcome.map(|invitation| {
                        letters.extend(invitation.letter);
                        invitation.link
                    });
                    shown.push((id, link));
                }
                told(work, shown, Option::clone)
            },
        )
    })
    .await
}
