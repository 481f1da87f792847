//! The account of a worker, made from the folder (W-07).

use domain::id::UserId;
use domain::rule::{Violation, code, verdict};
use domain::setting::Setting;
use domain::worker::{AccountStart, Worker};
use persistence::Key;
use uuid::Uuid;

use crate::commands::invitations::{self, Invitation};
use crate::commands::memberships::{MemberType, MembershipInput};
use crate::commands::mirrored::mirrored;
use crate::commands::save::Resource;
use crate::commands::users::{self, StartState, UserInput, UserKindName};
use crate::commands::{Refusal, Work, workers};
use crate::http::etag::Expected;
use crate::rights::{Allowed, HrAccountCreate};

/// The key of the setting that says how accounts of workers start.
pub const START: &str = "worker_account_start";

mirrored! {
    /// How the account of a worker starts: `invite`, with a one-time link for the person; `blocked`, until a user
    /// administrator releases it (W-07).
    AccountStartName is AccountStart { Invite = "invite", Blocked = "blocked" }
}

/// How accounts of workers start, unless a request says otherwise.
///
/// # Errors
/// The database can't be read.
pub fn usual_start(reader: &mut persistence::Reader<'_>) -> Result<AccountStart, Refusal> {
    let found = reader.find::<Setting>(&Key::SettingKey(START.to_owned()))?;
    let named = found.first().and_then(|found| found.value.value.as_str().and_then(AccountStart::parse));
    Ok(named.unwrap_or(AccountStart::Invite))
}

/// What is said about a new account; the names are the folder's.
pub struct NewAccount {
    /// The name to log in with.
    pub login: String,
    /// The e-mail address; the folder's when `None`.
    pub email: Option<String>,
    /// The caller's id for the account.
    pub external_id: Option<String>,
    /// Roles to be a member of from the start.
    pub role_ids: Vec<Uuid>,
    /// How it starts; as the setting says when `None`.
    pub start: Option<AccountStart>,
}

/// Makes an account for a worker and links it; the invitation, if it starts with one.
///
/// # Errors
/// The worker does not exist, is stale, closed or linked; the account's values make no sense; a role can't be
/// given.
pub fn create(
    work: &mut Work<'_, '_>,
    allowed: &Allowed<HrAccountCreate>,
    expected: &Expected,
    new: NewAccount,
) -> Result<(Worker, UserId, Option<Invitation>), Refusal> {
    let found = work.get::<Worker>(allowed.target().0)?;
    expected.check(found.revision)?;
    let worker = found.value;
    if worker.user_id.is_some() {
        return Err(Violation::new(code::WORKER_LINKED, "unlink the present account first").into());
    }
    let start = match new.start {
        Some(start) => start,
        None => usual_start(&mut work.tx.reader())?,
    };
    let input = UserInput {
        external_id: new.external_id,
        kind: Some(UserKindName::Person),
        state: Some(match start {
            AccountStart::Invite => StartState::Invited,
            AccountStart::Blocked => StartState::Blocked,
        }),
        login: Some(new.login),
        first_name: Some(worker.first_name.clone()),
        last_name: Some(worker.last_name.clone()),
        email: new.email.or_else(|| worker.email.clone()),
        ..UserInput::default()
    };
    // The right to it is that over the worker, who was asked for before.
    let user = users::store(work, None, input, |_, _, _, _| Ok(()))?;
    give_roles(work, user.id, &new.role_ids)?;
    let linked = workers::link_new(work, &worker, &user)?;
    let invitation = match start {
        AccountStart::Invite => Some(invitations::send(work, user.clone())?),
        AccountStart::Blocked => None,
    };
    Ok((linked, user.id, invitation))
}

/// Makes the account a member of roles, each by the right that this takes.
fn give_roles(work: &mut Work<'_, '_>, user: UserId, role_ids: &[Uuid]) -> Result<(), Refusal> {
    let mut out = Vec::new();
    for (index, role) in role_ids.iter().enumerate() {
        let pointer = format!("/role_ids/{index}");
        if role_ids.iter().take(index).any(|other| other == role) {
            out.push(Violation::new(code::DUPLICATE_ITEM, "is named twice").at(pointer));
            continue;
        }
        let input = MembershipInput {
            role_id: Some(*role),
            member_type: Some(MemberType::User),
            member_id: Some(user.0),
            ..MembershipInput::default()
        };
        match <domain::role::Membership as Resource>::save(work, None, input) {
            Ok(_) => {}
            Err(Refusal::Violations(violations)) => {
                out.extend(violations.into_iter().map(|violation| violation.at(pointer.clone())));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(verdict(out)?)
}

/// Whether an account came to be a member of some role.
///
/// # Errors
/// The database can't be read.
pub fn has_roles(work: &mut Work<'_, '_>, user: UserId) -> Result<bool, Refusal> {
    let key = Key::MembershipsOf(domain::role::Member::User(user));
    Ok(!work.tx.ids::<domain::role::Membership>(&key)?.is_empty())
}

/// The warning that an account has no roles (W-07).
pub fn no_roles() -> domain::rule::Warning {
    domain::rule::Warning { code: "no_roles", detail: "the account is a member of no role".into() }
}

/// Sets how accounts of workers start.
///
/// # Errors
/// The database can't take it.
pub fn set_usual_start(work: &mut Work<'_, '_>, start: AccountStart) -> Result<(), Refusal> {
    crate::commands::settings::set(work, START, start.as_str().into())
}
