//! What rows of an import can't say about the sample company: states that only verbs reach, so
//! that each verb finds somebody or something to be tried on.

use domain::grant::Object;
use domain::id::{DepartmentId, Kind, RoleId, UserId, WorkerId};
use domain::notification::types;
use domain::role::Membership;
use domain::token::ApiToken;
use domain::user::BlockCause;
use persistence::{NewNote, NewNotification, NewOperation};
use serde_json::{Value, json};

use super::{id, ids};
use crate::app::App;
use crate::auth::secret;
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work, departments, save, workers};
use crate::http::etag::Expected;
use crate::jobs;
use crate::plans::{self, PlannedRequest};
use crate::rights::{DepartmentLinkRole, HrEdit, Identity, UserDelete};

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
            users::delete(work, &work.authority.allow::<UserDelete>()?, gone, &Expected::Any, None)?;
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
        accounting(work)?;
        notify(work, administrator)?;
        payroll_token(work, administrator)
    };
    app.write(&app.operator(), Some("demo".to_owned()), command)?;
    sync_all(app)?;
    for role in ["people-desk", "choir", "timekeepers"] {
        plan_to_look_at(app, administrator, role)?;
    }
    Ok(())
}

/// A task of the accountants, which its pattern gives a mark; and the administrator among those who read there.
fn accounting(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    let task = json!({
        "external_id": "task-close", "type": "task", "title": "Close the books of March",
        "area_external_id": "bookkeeping", "assignee_external_id": "greta.simon",
    });
    let Value::Object(task) = task else { return Err(Refusal::internal("the task has no fields")) };
    save::create::<Object>(work, task)?;
    let reviewer = json!({"external_id": "m-reviewer", "role_external_id": "reviewers", "member_external_id": "admin"});
    let Value::Object(reviewer) = reviewer else { return Err(Refusal::internal("the membership has no fields")) };
    save::create::<Membership>(work, reviewer).map(|_| ())
}

/// A run of the role sync, which finds nothing to do.
fn sync_all(app: &App) -> Result<(), Refusal> {
    app.store().write(&app.operator().author(None), |tx| {
        tx.create_operation(NewOperation {
            id: ids::operation("role-sync"),
            kind: jobs::ROLE_SYNC.to_owned(),
            parameters: json!({"cause": "request"}),
            created_by: None,
            total: None,
        })
    })?;
    jobs::run_pending(app)
}

/// A plan that nobody has applied: what it would give Greta to be in a role.
fn plan_to_look_at(app: &App, administrator: UserId, role: &str) -> Result<(), Refusal> {
    let body = json!({"role_external_id": role, "member_type": "user", "member_external_id": "greta.simon"});
    let Value::Object(fields) = body.clone() else { return Err(Refusal::internal("the plan has no fields")) };
    let request = PlannedRequest {
        method: "POST".to_owned(),
        path: "/api/v1/memberships".to_owned(),
        query: String::new(),
        content_type: Some("application/json".to_owned()),
        if_match: None,
        body: Some(body.to_string()),
    };
    let identity = Identity { user_id: administrator, session: None, api_token: None, scopes: None };
    let authority = app.authority_of(identity, None);
    let id = ids::plan(role);
    plans::keep(app, &authority, id, &request, |work| save::create::<Membership>(work, fields)).map(|_| ())
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
        created_by: Some(owner),
    };
    work.tx.create(token.clone())?;
    work.tx.set_token_secret(token.id, &secret::stored_hash(&secret::random_token()?))?;
    Ok(())
}
