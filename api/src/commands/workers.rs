//! Workers: folders, their verbs, and the link to an account (section 2).

use chrono::NaiveDate;
use domain::id::{Kind, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::{Membership, Source};
use domain::rule::{Violation, Warning, code, verdict};
use domain::user::User;
use domain::worker::{Worker, WorkerKind, WorkerState};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::references::{self, Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, users};
use crate::http::etag::Expected;
use crate::rights::{Allowed, HrAccountLink, HrEdit, WorkerCreate};

/// What a caller says about a worker.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "w-133", "personal_number": "133", "first_name": "Jiří", "last_name": "Novotný",
    "birth_date": "1990-04-12"
}))]
pub struct WorkerInput {
    /// Your own id for it, unique among workers.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// How the person works for the company; `employee` when absent.
    #[schema(inline)]
    pub kind: Option<WorkerKindName>,
    /// Unique number.
    #[schema(min_length = 1, max_length = 100)]
    pub personal_number: String,
    /// First name. Changes by the rename verb.
    #[schema(min_length = 1, max_length = 200)]
    pub first_name: String,
    /// Last name. Changes by the rename verb.
    #[schema(min_length = 1, max_length = 200)]
    pub last_name: String,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// E-mail address.
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// Phone number.
    #[schema(min_length = 1, max_length = 50)]
    pub phone: Option<String>,
    /// A closed folder can be erased after this day.
    pub retain_until: Option<NaiveDate>,
    /// The linked account; see also `PUT /workers/{id}/account`.
    pub user_id: Option<Uuid>,
    /// The linked account by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub user_external_id: Option<String>,
}

mirrored! {
    /// How a person works for the company (W-01).
    WorkerKindName is WorkerKind {
        Employee = "employee", Contractor = "contractor", Cooperating = "cooperating",
    }
}

impl Resource for Worker {
    type Input = WorkerInput;
    const REFERENCES: &'static [Reference] = &[one("user", Kind::User)];

    fn input(&self) -> WorkerInput {
        WorkerInput {
            external_id: self.external_id.clone(),
            kind: Some(self.kind.into()),
            personal_number: self.personal_number.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            birth_date: self.birth_date,
            email: self.email.clone(),
            phone: self.phone.clone(),
            retain_until: self.retain_until,
            user_id: self.user_id.map(|id| id.0),
            user_external_id: None,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<Worker>>) -> Result<(), Refusal> {
        match before {
            None => work.authority.allow::<WorkerCreate>().map(|_| ()),
            Some(before) => work.authority.allow_worker::<HrEdit>(before.value.id).map(|_| ()),
        }
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Worker>>, input: WorkerInput) -> Result<Worker, Refusal> {
        let old = before.map(|before| &before.value);
        let worker = Worker {
            id: old.map_or_else(|| WorkerId(work.new_id::<Worker>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            kind: input.kind.map_or(WorkerKind::Employee, Into::into),
            personal_number: input.personal_number,
            first_name: input.first_name,
            last_name: input.last_name,
            birth_date: input.birth_date,
            email: input.email,
            phone: input.phone,
            state: old.map_or(WorkerState::Active, |old| old.state),
            ever_closed: old.is_some_and(|old| old.ever_closed),
            user_id: old.and_then(|old| old.user_id),
            retain_until: input.retain_until,
            links: old.map(|old| old.links.clone()).unwrap_or_default(),
        };
        let mut out = worker.check(old);
        if worker.birth_date.is_some_and(|day| day > work.today) {
            out.push(Violation::new(code::OUT_OF_RANGE, "lies in the future").at("/birth_date"));
        }
        save::check_external_id::<Worker>(work, worker.id.0, worker.external_id.as_deref(), &mut out)?;
        let twins = work.tx.find::<Worker>(&Key::PersonalNumber(worker.personal_number.clone()))?;
        if twins.iter().any(|twin| twin.value.id != worker.id) {
            out.push(
                Violation::new(code::PERSONAL_NUMBER_TAKEN, "another worker has this number").at("/personal_number"),
            );
        }
        let wanted = input.user_id.map(UserId);
        let after = if wanted == worker.user_id {
            Some(worker)
        } else {
            if old.is_some() {
                work.authority.allow_worker::<HrAccountLink>(worker.id)?;
            } else {
                work.authority.allow::<crate::rights::UserRead>()?;
            }
            linked(work, &worker, wanted, None, &mut out)?
        };
        verdict(out)?;
        let after = after.ok_or_else(|| Refusal::internal("a worker was neither linked nor refused"))?;
        save::put(work, before, &after)?;
        Ok(after)
    }

    fn twin(work: &mut Work<'_, '_>, input: &WorkerInput) -> Result<Option<Stored<Worker>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), Some(&input.personal_number))
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[serde_json::Map<String, serde_json::Value>]) -> Result<(), Refusal> {
        let names = |field: &'static str| rows.iter().filter_map(move |row| Some(row.get(field)?.as_str()?.to_owned()));
        references::preload(work.tx, Kind::User, names("user_external_id").collect())?;
        let mut keys: Vec<Key> = names("external_id")
            .map(|id| Key::ExternalId(Kind::Worker, id))
            .chain(names("personal_number").map(Key::PersonalNumber))
            .collect();
        for name in names("user_external_id") {
            if let Some(user) = references::look_up(work.tx, Kind::User, &name)? {
                keys.push(Key::WorkerOfUser(UserId(user)));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        work.tx.preload_keys::<Worker>(&keys)?;
        Ok(())
    }
}

fn linked(
    work: &mut Work<'_, '_>,
    worker: &Worker,
    wanted: Option<UserId>,
    reason: Option<String>,
    out: &mut Vec<Violation>,
) -> Result<Option<Worker>, Refusal> {
    let mover = users::mover(work);
    let Some(user_id) = wanted else {
        return Ok(Some(worker.unlink(mover, reason)?));
    };
    let Some(user) = work.referred::<User>(Some(user_id.0), "/user_id", out)? else {
        return Ok(None);
    };
    let present = work.tx.find::<Worker>(&Key::WorkerOfUser(user_id))?.pop().map(|found| found.value.id);
    match worker.link(&user.value, present, mover, reason) {
        Ok(linked) => Ok(Some(linked)),
        Err(violations) => {
            out.extend(violations);
            Ok(None)
        }
    }
}

fn load(work: &mut Work<'_, '_>, id: WorkerId, expected: &Expected) -> Result<Worker, Refusal> {
    let worker = work.get::<Worker>(id.0)?;
    expected.check(worker.revision)?;
    Ok(worker.value)
}

fn contracts(work: &mut Work<'_, '_>, id: WorkerId) -> Result<Vec<Contract>, Refusal> {
    Ok(work.tx.find::<Contract>(&Key::ContractsOf(id))?.into_iter().map(|found| found.value).collect())
}

/// Closes a folder (W-02).
///
/// # Errors
/// It does not exist, is stale, is closed, or has a contract in force or to come.
pub fn close(work: &mut Work<'_, '_>, allowed: &Allowed<HrEdit>, expected: &Expected) -> Result<Worker, Refusal> {
    let worker = load(work, allowed.target(), expected)?;
    let contracts = contracts(work, worker.id)?;
    let after = worker.close(&contracts.iter().collect::<Vec<_>>(), work.today)?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Closes a folder that was made just now, by who may make it: how an import tells of somebody who
/// has left.
///
/// # Errors
/// It is closed.
pub fn close_new(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<WorkerCreate>,
    worker: &Worker,
) -> Result<Worker, Refusal> {
    let after = worker.close(&[], work.today)?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Opens a closed folder again (W-02).
///
/// # Errors
/// It does not exist, is stale, or is open.
pub fn reopen(work: &mut Work<'_, '_>, allowed: &Allowed<HrEdit>, expected: &Expected) -> Result<Worker, Refusal> {
    let after = load(work, allowed.target(), expected)?.reopen()?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Changes a folder's name, with a reason that the log keeps as the change's cause (W-02).
///
/// # Errors
/// It does not exist, is stale, or was closed once.
pub fn rename(
    work: &mut Work<'_, '_>,
    allowed: &Allowed<HrEdit>,
    expected: &Expected,
    first_name: Option<String>,
    last_name: Option<String>,
) -> Result<Worker, Refusal> {
    let after = load(work, allowed.target(), expected)?.rename(first_name, last_name)?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Links the folder to an account (W-03, W-04).
///
/// # Errors
/// Either does not exist, or the account is not free.
pub fn link(
    work: &mut Work<'_, '_>,
    allowed: &Allowed<HrAccountLink>,
    expected: &Expected,
    user: UserId,
    reason: Option<String>,
) -> Result<Worker, Refusal> {
    let worker = load(work, allowed.target(), expected)?;
    let mut out = Vec::new();
    domain::text::optional(&mut out, "/reason", reason.as_deref(), domain::text::NAME_MAX);
    let after = linked(work, &worker, Some(user), reason, &mut out)?;
    verdict(out)?;
    let after = after.ok_or_else(|| Refusal::internal("a worker was neither linked nor refused"))?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Links a folder to an account that was made for it just now.
///
/// # Errors
/// The folder is closed.
pub fn link_new(work: &mut Work<'_, '_>, worker: &Worker, user: &User) -> Result<Worker, Refusal> {
    let after = worker.link(user, None, users::mover(work), None)?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Ends the link; the automatic memberships that end with it (W-08).
///
/// # Errors
/// It does not exist, is stale, or there is no link.
pub fn unlink(
    work: &mut Work<'_, '_>,
    allowed: &Allowed<HrAccountLink>,
    expected: &Expected,
    reason: Option<String>,
) -> Result<Vec<Membership>, Refusal> {
    let worker = load(work, allowed.target(), expected)?;
    let after = worker.unlink(users::mover(work), reason)?;
    let ending = match worker.user_id {
        Some(user) => work
            .tx
            .find::<Membership>(&Key::MembershipsOf(domain::role::Member::User(user)))?
            .into_iter()
            .map(|membership| membership.value)
            .filter(|membership| membership.source == Source::Automatic)
            .collect(),
        None => vec![],
    };
    work.tx.update(after)?;
    work.warnings.push(Warning {
        code: "unlink_not_recommended",
        detail: "from now on an administrator looks after the account by hand".into(),
    });
    Ok(ending)
}

/// Erases a closed, unlinked folder with its contracts, after its time (W-02).
///
/// # Errors
/// It does not exist, is stale, may not be erased yet, or is still head or supervisor.
pub fn erase(work: &mut Work<'_, '_>, allowed: &Allowed<HrEdit>, expected: &Expected) -> Result<(), Refusal> {
    let worker = load(work, allowed.target(), expected)?;
    worker.erasable(work.today)?;
    let headed = work.tx.find::<Department>(&Key::HeadedBy(worker.id))?.len();
    let supervised = work.tx.find::<Contract>(&Key::SupervisedBy(worker.id))?.len();
    let granted =
        work.tx.find::<domain::grant::Grant>(&Key::GrantsOn(domain::grant::Scope::Worker { id: worker.id }))?.len();
    if headed + supervised + granted > 0 {
        return Err(Violation::new(
            code::IN_USE,
            format!("departments headed: {headed}, contracts supervised: {supervised}, grants on it: {granted}"),
        )
        .into());
    }
    for contract in contracts(work, worker.id)? {
        work.tx.remove::<Contract>(contract.id.0)?;
    }
    work.tx.remove::<Worker>(worker.id.0)?;
    Ok(())
}
