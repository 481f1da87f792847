//! What rows of an import can't say about the sample company: states that only verbs reach, so
//! that each verb finds somebody or something to be tried on.

use domain::id::{DepartmentId, Kind, RoleId, UserId, WorkerId};
use domain::notification::types;
use domain::token::ApiToken;
use domain::user::BlockCause;
use persistence::{NewNote, NewNotification};

use super::{id, ids};
use crate::app::App;
use crate::auth::secret;
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work, departments, workers};
use crate::http::etag::Expected;
use crate::rights::{DepartmentLinkRole, HrEdit, UserDelete};

/// Blocks, deletes, closes and links: one transaction.
///
/// # Errors
/// One of it is refused, or the database fails.
pub fn arrange(app: &App, administrator: UserId) -> Result<(), Refusal> {
    let command = |work: &mut Work<'_, '_>| {
        let olga = UserId(id(Kind::User, "olga.fiala"));
        let may_block = MayBlock::AnyUser(work.authority.allow()?);
        users::block(work, &may_block, olga, &Expected::Any, BlockCause::Administrator, Some("on leave".to_owned()))?;
        for gone in ["pavel.cech", "milan.vesely"] {
            let gone = UserId(id(Kind::User, gone));
            users::delete(work, &work.authority.allow::<UserDelete>()?, gone, &Expected::Any)?;
        }
        for folder in ["w-131", "w-132"] {
            let allowed = work.authority.allow_worker::<HrEdit>(WorkerId(id(Kind::Worker, folder)))?;
            workers::close(work, &allowed, &Expected::Any)?;
        }
        let assembly = DepartmentId(id(Kind::Department, "assembly"));
        let allowed = work.authority.allow::<DepartmentLinkRole>()?;
        departments::link_role(work, &allowed, assembly, RoleId(id(Kind::Role, "workshop")))?;
        let text = "Ask Greta about the invoices of March.".to_owned();
        work.tx
            .create_note(administrator, NewNote { id: ids::note("monday"), title: Some("Monday".to_owned()), text })?;
        notify(work, administrator)?;
        payroll_token(work, administrator)
    };
    app.write(&app.operator(), Some("demo".to_owned()), command).map(|_| ())
}

/// Something in the administrator's inbox.
fn notify(work: &mut Work<'_, '_>, administrator: UserId) -> Result<(), Refusal> {
    let blocked = NewNotification {
        id: ids::notification("blocked"),
        user_id: administrator,
        kind: types::ACCOUNT_BLOCKED.code.to_owned(),
        subject_kind: types::ACCOUNT_BLOCKED.subject,
        subject_id: id(Kind::User, "olga.fiala"),
        cause: "demo".to_owned(),
        data: "{}".to_owned(),
        due_at: work.tx.now(),
    };
    work.tx.add_notifications(&[blocked])?;
    Ok(())
}

/// A token to look at and to revoke. Nobody has its secret.
fn payroll_token(work: &mut Work<'_, '_>, owner: UserId) -> Result<(), Refusal> {
    let token = ApiToken {
        id: id(Kind::ApiToken, "payroll").into(),
        user_id: owner,
        name: "payroll".to_owned(),
        scopes: Some(vec!["hr:read".to_owned(), "hr:contracts.read".to_owned()]),
        expires_at: None,
    };
    work.tx.create(token.clone())?;
    work.tx.set_token_secret(token.id, &secret::stored_hash(&secret::random_token()?))?;
    Ok(())
}
