//! Users: create, change, and the verbs that move them (section 1).

use domain::id::{AreaId, Kind, UserId};
use domain::notification::NotificationSubscription;
use domain::role::{Membership, Source};
use domain::rule::{Violation, Warning, code, verdict};
use domain::user::{BlockCause, Capability, Mover, User, UserKind, UserState, capable};
use domain::wage::WageOffer;
use domain::worker::Worker;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::handover::{self, Handover};
use crate::commands::mirrored::mirrored;
use crate::commands::references::{self, Reference};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, fillers, responsibilities};
use crate::http::etag::Expected;
use crate::rights::{Allowed, UserBlock, UserCreate, UserDelete, UserEdit, UserRelease, UserRestore, UserUnblock};

/// What a caller says about a user.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "jiri.novotny", "login": "jiri.novotny", "first_name": "Jiří", "last_name": "Novotný",
    "email": "jiri.novotny@demo.example"
}))]
pub struct UserInput {
    /// Your own id for it, unique among users.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// What sort of account; `person` when absent. Can't change later.
    #[schema(inline)]
    pub kind: Option<UserKindName>,
    /// The state to start in; `blocked` (awaiting release) for a person when absent, `active` for
    /// the other kinds. `active` for a person needs `system:user.release` too. Later states change
    /// by verbs only.
    #[schema(inline)]
    pub state: Option<StartState>,
    /// The name to log in with, unique without regard to case.
    #[schema(min_length = 1, max_length = 200)]
    pub login: Option<String>,
    /// First name.
    #[schema(min_length = 1, max_length = 200)]
    pub first_name: Option<String>,
    /// Last name.
    #[schema(min_length = 1, max_length = 200)]
    pub last_name: Option<String>,
    /// What to show for accounts that are no person.
    #[schema(min_length = 1, max_length = 200)]
    pub display_name: Option<String>,
    /// E-mail address.
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// Phone number.
    #[schema(min_length = 1, max_length = 50)]
    pub phone: Option<String>,
    /// Language, BCP 47.
    #[schema(min_length = 2, max_length = 35)]
    pub language: Option<String>,
    /// Time zone, IANA name.
    #[schema(min_length = 1, max_length = 64)]
    pub time_zone: Option<String>,
    /// The areas in which an external filler is used: their owners manage it.
    #[schema(max_items = 100)]
    pub managed_in: Option<Vec<Uuid>>,
    /// These areas by your own ids or their marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub managed_in_external_ids: Option<Vec<String>>,
}

mirrored! {
    /// The kinds of accounts (U-02).
    UserKindName is UserKind {
        Person = "person", Virtual = "virtual", ExternalFiller = "external_filler",
        ExternalAdministrator = "external_administrator", Service = "service",
    }
    /// The states that an account may start in or be imported with (U-03).
    StartState mirrors UserState {
        Invited = "invited", Active = "active", Blocked = "blocked", Deleted = "deleted",
    }
}

impl Resource for User {
    type Input = UserInput;
    const REFERENCES: &'static [Reference] =
        &[Reference { name: "managed_in", kind: Kind::Area, many: true, bare: true }];
    const VERB_ONLY: &'static [&'static str] = &["state"];

    fn input(&self) -> UserInput {
        UserInput {
            external_id: self.external_id.clone(),
            kind: Some(self.kind.into()),
            state: None,
            login: self.login.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            display_name: self.display_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
            managed_in: Some(self.managed_in.iter().map(|id| id.0).collect()),
            managed_in_external_ids: None,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<User>>) -> Result<(), Refusal> {
        match before {
            None => match work.authority.allow::<UserCreate>() {
                Err(refusal) if work.authority.owned_areas().is_empty() => Err(refusal),
                _ => Ok(()),
            },
            Some(before) => match work.authority.allow::<UserEdit>() {
                Err(refusal) if !fillers::manages(work.authority, &before.value) => Err(refusal),
                _ => Ok(()),
            },
        }
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<User>>, input: UserInput) -> Result<User, Refusal> {
        store(work, before, input, fillers::check)
    }

    fn twin(work: &mut Work<'_, '_>, input: &UserInput) -> Result<Option<Stored<User>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), input.login.as_deref())
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[serde_json::Map<String, serde_json::Value>]) -> Result<(), Refusal> {
        let text = |row: &serde_json::Map<_, serde_json::Value>, name: &str| {
            row.get(name).and_then(serde_json::Value::as_str).map(str::to_owned)
        };
        let mut keys: Vec<Key> = rows
            .iter()
            .flat_map(|row| {
                [
                    text(row, "external_id").map(|id| Key::ExternalId(Kind::User, id)),
                    text(row, "login").map(|login| Key::UserLogin(domain::name::key(&login))),
                ]
            })
            .flatten()
            .collect();
        keys.sort_unstable();
        keys.dedup();
        work.tx.preload_keys::<User>(&keys)?;
        for reference in Self::REFERENCES {
            references::preload(work.tx, reference.kind, reference.named(rows))?;
        }
        Ok(())
    }
}

/// Checks and stores an account; `may` asks for the permissions that depend on what is said.
///
/// # Errors
/// A missing permission, or every violation at once.
pub fn store(
    work: &mut Work<'_, '_>,
    before: Option<&Stored<User>>,
    input: UserInput,
    may: impl FnOnce(&mut Work<'_, '_>, Option<&User>, &User, &mut Vec<Violation>) -> Result<(), Refusal>,
) -> Result<User, Refusal> {
    let mut user = User {
        id: before.map_or_else(|| UserId(work.new_id::<User>(input.external_id.as_deref())), |before| before.value.id),
        external_id: input.external_id,
        kind: input.kind.map_or(UserKind::Person, Into::into),
        state: before.map_or(UserState::Active, |before| before.value.state),
        login: input.login,
        first_name: input.first_name,
        last_name: input.last_name,
        display_name: input.display_name,
        email: input.email,
        phone: input.phone,
        language: input.language,
        time_zone: input.time_zone,
        blocks: before.map(|before| before.value.blocks.clone()).unwrap_or_default(),
        managed_in: input.managed_in.unwrap_or_default().into_iter().map(AreaId).collect(),
    };
    let mut out = user.check(before.map(|before| &before.value));
    if let Some(zone) = &user.time_zone
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        out.push(Violation::new(code::BAD_TIME_ZONE, "give an IANA name, such as Europe/Prague").at("/time_zone"));
    }
    let old = before.map(|before| &before.value);
    may(work, old, &user, &mut out)?;
    save::check_external_id::<User>(work, user.id.0, user.external_id.as_deref(), &mut out)?;
    check_login(work, &user, &mut out)?;
    let asked = input.state.map(UserState::from);
    match before {
        None => {
            if asked == Some(UserState::Active) && user.kind == UserKind::Person {
                work.authority.allow::<UserRelease>()?;
            }
            match user.clone().start(asked, mover(work)) {
                Ok(started) => user = started,
                Err(violation) => out.push(violation),
            }
        }
        Some(before) if asked.is_some_and(|asked| asked != before.value.state) => {
            out.push(Violation::new(code::NOT_CHANGEABLE, "states change by verbs only").at("/state"));
        }
        Some(_) => {}
    }
    verdict(out)?;
    save::put(work, before, &user)?;
    Ok(user)
}

fn check_login(work: &mut Work<'_, '_>, user: &User, out: &mut Vec<Violation>) -> Result<(), Refusal> {
    if let Some(login) = &user.login {
        let others = work.tx.find::<User>(&Key::UserLogin(domain::name::key(login)))?;
        if others.iter().any(|other| other.value.id != user.id) {
            out.push(Violation::new(code::USER_LOGIN_TAKEN, "another account has this login").at("/login"));
        }
    }
    Ok(())
}

/// Who moves an account, and when.
pub fn mover(work: &Work<'_, '_>) -> Mover {
    Mover { by: work.authority.user_id(), at: work.tx.now() }
}

/// An account that is about to be moved.
///
/// # Errors
/// It does not exist, or is stale.
pub fn load(work: &mut Work<'_, '_>, id: UserId, expected: &Expected) -> Result<Stored<User>, Refusal> {
    let user = work.get::<User>(id.0)?;
    expected.check(user.revision)?;
    Ok(user)
}

/// Blocks an account, for a cause (U-03, U-04); its sessions end.
///
/// # Errors
/// It does not exist, is stale, or can't be blocked.
pub fn block(
    work: &mut Work<'_, '_>,
    _allowed: &MayBlock,
    id: UserId,
    expected: &Expected,
    cause: BlockCause,
    note: Option<String>,
) -> Result<User, Refusal> {
    let user = load(work, id, expected)?;
    let mut out = Vec::new();
    domain::text::note(&mut out, "/note", note.as_deref());
    verdict(out)?;
    let after = user.value.block(cause, note, mover(work))?;
    work.tx.update(after.clone())?;
    if let Err(refusal) = work.can_do_without(id) {
        work.tx.update(user.value)?;
        return Err(refusal);
    }
    // Out at once, and for whoever took over a session for good: an unblocked account logs in anew.
    work.app.auth().end_sessions_of(work.tx, id)?;
    Ok(after)
}

/// Proof that the authority may block an account: as an administrator of users, or as HR for the
/// account of a worker.
pub enum MayBlock {
    /// `system:user.block`.
    AnyUser(Allowed<UserBlock>),
    /// `hr:account.block` on the linked worker.
    OfWorker(Allowed<crate::rights::HrAccountBlock>),
}

/// Lifts causes of a block: `administrator` and `security` (U-05).
///
/// # Errors
/// It does not exist, is stale, is not blocked for that, or is the caller's own.
pub fn unblock(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserUnblock>,
    id: UserId,
    expected: &Expected,
) -> Result<User, Refusal> {
    let user = load(work, id, expected)?;
    let after = user.value.lift(&[BlockCause::Administrator, BlockCause::Security], mover(work))?;
    if after.state == UserState::Blocked {
        work.warnings
            .push(Warning { code: "still_awaiting_release", detail: "the account still awaits its release".into() });
    }
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Releases a new account (U-05); whether it needs a link to set its password.
///
/// # Errors
/// It does not exist, is stale, does not await release, or is the caller's own.
pub fn release(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserRelease>,
    id: UserId,
    expected: &Expected,
) -> Result<User, Refusal> {
    let user = load(work, id, expected)?;
    let after = user.value.lift(&[BlockCause::AwaitingRelease], mover(work))?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Moves an account to the trash: its manual and provisioned memberships, personal grants and offers of wage types,
/// worker link, tokens and sessions end, and the subscriptions to notifications that name it (U-06). Refused while others
/// depend on it, unless a successor takes all over (U-07).
///
/// # Errors
/// It does not exist, is stale, is in the trash, or has responsibilities; or the successor can't take them over.
pub fn delete(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserDelete>,
    id: UserId,
    expected: &Expected,
    all: Option<Handover>,
) -> Result<User, Refusal> {
    let user = load(work, id, expected)?;
    let after = user.value.delete()?;
    match all {
        None => responsibilities::refuse_any(work, id)?,
        Some(all) => drop(handover::transfer(work, id, all)?),
    }
    work.tx.update(after.clone())?;
    for membership in work.tx.find::<Membership>(&Key::MembershipsOf(domain::role::Member::User(id)))? {
        if membership.value.source != Source::Automatic {
            work.tx.remove::<Membership>(membership.value.id.0)?;
        }
    }
    for grant in work.tx.find::<domain::grant::Grant>(&Key::GrantsOf(domain::grant::Holder::User(id)))? {
        work.tx.remove::<domain::grant::Grant>(grant.value.id.0)?;
    }
    for offer in work.tx.find::<WageOffer>(&Key::WageOffersOf(domain::grant::Holder::User(id)))? {
        work.tx.remove::<WageOffer>(offer.value.id.0)?;
    }
    for subscription in work.tx.find::<NotificationSubscription>(&Key::SubscriptionsNaming(id))? {
        work.tx.remove::<NotificationSubscription>(subscription.value.id.0)?;
    }
    if let Some(worker) = work.tx.find::<Worker>(&Key::WorkerOfUser(id))?.pop() {
        let after = worker.value.unlink(mover(work), Some("the account was deleted".to_owned()))?;
        work.tx.update(after)?;
    }
    work.tx.delete_notes_of(id)?;
    work.app.auth().shut_out(work.tx, id)?;
    Ok(after)
}

/// Takes an account out of the trash, blocked; what ended stays ended (U-03).
///
/// # Errors
/// It does not exist, is stale, or is not in the trash.
pub fn restore(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserRestore>,
    id: UserId,
    expected: &Expected,
) -> Result<User, Refusal> {
    let user = load(work, id, expected)?;
    let after = user.value.restore(mover(work))?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// A user who is to bear a task or responsibility (U-10).
///
/// # Errors
/// The database can't be read.
pub fn bearer(
    work: &mut Work<'_, '_>,
    id: Option<UserId>,
    pointer: &str,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let Some(user) = work.referred::<User>(id.map(|id| id.0), pointer, out)? else {
        return Ok(());
    };
    if !capable(user.value.kind, user.value.state, Capability::BearTask) {
        out.push(
            Violation::new(
                code::CAPABILITY_MISSING,
                format!("an account of kind {} in state {} can't be given a task", user.value.kind, user.value.state),
            )
            .at(pointer),
        );
    } else if user.value.state != UserState::Active {
        work.warnings.push(Warning {
            code: "bearer_not_active",
            detail: format!("the account named by {pointer} is {}", user.value.state),
        });
    }
    Ok(())
}
