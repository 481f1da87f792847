//! What follows when a worker leaves (L-03, L-04): the setting says whether the supervisor takes over what the account
//! answers for, and whether the account is blocked on the day after the last one. The service does it by itself, once.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::change::Record;
use domain::id::{ContractId, Kind, UserId, WorkerId};
use domain::notification::types;
use domain::organisation::Contract;
use domain::setting::Setting;
use domain::user::{BlockCause, Responsibility, User};
use domain::worker::{AccountOnLeaving, OnLeaving, Worker, left_with, takes_away, told_late};
use persistence::{AuditEntry, AuditQuery, Filter, FollowedLeaving, Key, ListQuery, Order, Reader, Sort, Value};

use crate::app::App;
use crate::commands::handover;
use crate::commands::mirrored::mirrored;
use crate::commands::notifications::{self, Details};
use crate::commands::responsibilities::{self, Item};
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work, settings};
use crate::http::etag::Expected;

/// The key of the setting that says what becomes of the account.
pub const ACCOUNT: &str = "account_on_leaving";

/// The key of the setting that says whether the supervisor takes over.
pub const TRANSFER: &str = "transfer_on_leaving";

/// Workers of one transaction.
const BATCH: usize = 100;

/// Contracts or log entries of one query.
const PAGE: i64 = 1_000;

mirrored! {
    /// What becomes of the account of a worker who leaves: `keep`, or `block` on the day after the last one (L-04).
    AccountOnLeavingName is AccountOnLeaving { Keep = "keep", Block = "block" }
}

/// What a run did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LeavingReport {
    /// Workers who have left.
    pub left: usize,
    /// Accounts that were blocked.
    pub blocked: usize,
    /// Things that a supervisor took over.
    pub handed_over: usize,
    /// Things that nobody could take over.
    pub kept: usize,
}

/// What is to be done when a worker leaves.
///
/// # Errors
/// The database can't be read.
pub fn wanted(reader: &mut Reader<'_>) -> Result<OnLeaving, Refusal> {
    let mut value = |key: &str| {
        let found = reader.find::<Setting>(&Key::SettingKey(key.to_owned()))?;
        Ok::<_, Refusal>(found.into_iter().next().map(|found| found.value.value))
    };
    let usual = OnLeaving::default();
    let account = value(ACCOUNT)?.and_then(|value| AccountOnLeaving::parse(value.as_str()?)).unwrap_or(usual.account);
    let transfer = value(TRANSFER)?.and_then(|value| value.as_bool()).unwrap_or(usual.transfer);
    Ok(OnLeaving { account, transfer })
}

/// Changes what is to be done when a worker leaves; what then holds.
///
/// # Errors
/// The database can't take it.
pub fn change(
    work: &mut Work<'_, '_>,
    account: Option<AccountOnLeaving>,
    transfer: Option<bool>,
) -> Result<OnLeaving, Refusal> {
    let mut now = wanted(&mut work.tx.reader())?;
    if let Some(account) = account {
        settings::set(work, ACCOUNT, account.as_str().into())?;
        now.account = account;
    }
    if let Some(transfer) = transfer {
        settings::set(work, TRANSFER, transfer.into())?;
        now.transfer = transfer;
    }
    Ok(now)
}

/// Why a contract may have been the one with which its worker left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cause {
    /// Its last day lies in the span.
    LastDay,
    /// It was called off, or ended as of an earlier day, in that revision.
    TakenAway(i64),
    /// It was over when that revision told of it.
    ToldLate(i64),
}

impl Cause {
    /// Whether a contract with that last day was followed for that cause before.
    fn seen(self, last_day: Option<NaiveDate>, followed: &FollowedLeaving) -> bool {
        let before = match self {
            Cause::LastDay => true,
            Cause::TakenAway(revision) | Cause::ToldLate(revision) => revision < followed.revision,
        };
        before && followed.last_day == last_day
    }
}

/// Workers who may have left, each with the contracts for which it is thought.
type Leavers = BTreeMap<WorkerId, Vec<(ContractId, Cause)>>;

/// Follows those whose last day lies in the span, both days inclusive, and those whose last contract was called off,
/// ended as of an earlier day, or told of when it was over, on one of them. What was followed is remembered by the
/// contract, and not followed again: so an account that somebody unblocks stays as it is.
///
/// # Errors
/// The database fails; what was done until then stays, and the span can be run again.
pub fn run(app: &App, since: NaiveDate, until: NaiveDate) -> Result<LeavingReport, Refusal> {
    let mut report = LeavingReport::default();
    let (wanted, workers) = app.store().read(|reader| {
        let wanted = wanted(reader)?;
        let workers = if wanted.is_nothing() { Leavers::new() } else { concerned(app, reader, since, until)? };
        Ok::<_, Refusal>((wanted, workers))
    })?;
    let Some(day) = until.succ_opt().filter(|_| since <= until) else {
        return Ok(report);
    };
    let workers: Vec<_> = workers.into_iter().collect();
    for batch in workers.chunks(BATCH) {
        let done = app.write(&app.service(), Some("leaving".to_owned()), |work| follow(work, batch, wanted, day))?;
        let LeavingReport { left, blocked, handed_over, kept } = done.value;
        report.left += left;
        report.blocked += blocked;
        report.handed_over += handed_over;
        report.kept += kept;
    }
    Ok(report)
}

/// Workers who may have left in the span.
fn concerned(app: &App, reader: &mut Reader<'_>, since: NaiveDate, until: NaiveDate) -> Result<Leavers, Refusal> {
    let mut workers = Leavers::new();
    let mut add = |worker, contract, cause| workers.entry(worker).or_default().push((contract, cause));
    let mut query = ListQuery {
        filters: vec![
            Filter::AtLeast("valid_to", Value::Date(since)),
            Filter::AtMost("valid_to", Value::Date(until)),
            Filter::AnyOf("state", vec![Value::Text("signed".to_owned()), Value::Text("ended".to_owned())]),
        ],
        sort: vec![Sort { column: "valid_to", descending: false }],
        after: None,
        limit: PAGE,
    };
    loop {
        let page = reader.list::<Contract>(&query)?;
        let Some(last) = page.last() else { break };
        query.after = Some(query.cursor(last)?);
        page.iter().for_each(|found| add(found.value.worker_id, found.value.id, Cause::LastDay));
    }
    let zone = app.zone();
    let mut query = AuditQuery {
        kind: Some(Kind::Contract),
        from: Some(zone.start_of_day(since)),
        to: until.succ_opt().map(|next| zone.start_of_day(next)),
        order: Order::OldestFirst,
        limit: PAGE,
        ..AuditQuery::default()
    };
    loop {
        let page = reader.audit(&query)?;
        let Some(last) = page.last() else { break };
        query.after = Some((last.revision, last.ordinal));
        for entry in &page {
            let (before, after) = (contract(entry, entry.before.as_ref())?, contract(entry, entry.after.as_ref())?);
            let (before, after, day) = (before.as_ref(), after.as_ref(), zone.day(entry.at));
            let cause = if takes_away(before, after, day) {
                Cause::TakenAway(entry.revision)
            } else if told_late(before, after, day) {
                Cause::ToldLate(entry.revision)
            } else {
                continue;
            };
            before.or(after).into_iter().for_each(|contract| add(contract.worker_id, contract.id, cause));
        }
    }
    Ok(workers)
}

/// A contract as the log has it.
fn contract(entry: &AuditEntry, value: Option<&serde_json::Value>) -> Result<Option<Contract>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    match Record::from_json(entry.kind, entry.form, &value.to_string()) {
        Ok(Record::Contract(contract)) => Ok(Some(contract)),
        _ => Err(Refusal::internal(format!("revision {} holds a contract that can't be read", entry.revision))),
    }
}

/// Follows those of some workers who have left by a day, in one transaction.
fn follow(
    work: &mut Work<'_, '_>,
    workers: &[(WorkerId, Vec<(ContractId, Cause)>)],
    wanted: OnLeaving,
    day: NaiveDate,
) -> Result<LeavingReport, Refusal> {
    let left = left(work, workers, day)?;
    let mut report = LeavingReport { left: left.len(), ..LeavingReport::default() };
    let mut accounts = Vec::with_capacity(left.len());
    for (worker, last) in left {
        let user = work.tx.get::<Worker>(worker.0)?.and_then(|worker| worker.value.user_id);
        accounts.extend(user.map(|user| (user, last)));
    }
    work.tx.preload::<User>(&accounts.iter().map(|(user, _)| user.0).collect::<Vec<_>>())?;
    let mut items = if wanted.transfer { to_hand_over(work, &accounts, day)? } else { HashMap::new() };
    for (user, last) in &accounts {
        hand_over(work, *user, last, &items.remove(user).unwrap_or_default(), day, &mut report)?;
        if wanted.account == AccountOnLeaving::Block {
            report.blocked += usize::from(block(work, *user, last)?);
        }
    }
    Ok(report)
}

/// Those of the workers who have left by a day and were not followed for it, each with the contract that ended last.
/// From now on they were.
fn left(
    work: &mut Work<'_, '_>,
    workers: &[(WorkerId, Vec<(ContractId, Cause)>)],
    day: NaiveDate,
) -> Result<Vec<(WorkerId, Contract)>, Refusal> {
    work.tx.preload::<Worker>(&workers.iter().map(|(id, _)| id.0).collect::<Vec<_>>())?;
    work.tx.preload_keys::<Contract>(&workers.iter().map(|(id, _)| Key::ContractsOf(*id)).collect::<Vec<_>>())?;
    let named: Vec<ContractId> = workers.iter().flat_map(|(_, causes)| causes).map(|(contract, _)| *contract).collect();
    let followed = work.tx.reader().followed_leavings(&named)?;
    let (mut found, mut done) = (Vec::new(), BTreeMap::new());
    for (id, causes) in workers {
        let contracts = contracts_of(work, *id)?;
        let Some(last) = left_with(&contracts.iter().collect::<Vec<_>>(), day) else { continue };
        let known = done.len();
        for (contract, cause) in causes {
            let Some(contract) = contracts.iter().find(|one| one.id == *contract) else { continue };
            let last_day = contract.window.valid_to.filter(|_| contract.counts());
            // Of one that is told of later it counts whether it is the last: else the worker had left before.
            let counts = !matches!(cause, Cause::ToldLate(_)) || contract.id == last.id;
            if counts && !followed.get(&contract.id).is_some_and(|followed| cause.seen(last_day, followed)) {
                done.insert(contract.id, last_day);
            }
        }
        if done.len() > known {
            found.push((*id, last.clone()));
        }
    }
    work.tx.note_followed_leavings(&done.into_iter().collect::<Vec<_>>())?;
    Ok(found)
}

/// What accounts answer for that is to be handed over, personal grants aside; with it all is loaded that handing over
/// needs.
fn to_hand_over(
    work: &mut Work<'_, '_>,
    accounts: &[(UserId, Contract)],
    day: NaiveDate,
) -> Result<HashMap<UserId, Vec<Item>>, Refusal> {
    let users: Vec<UserId> = accounts.iter().map(|(user, _)| *user).collect();
    let mut items = responsibilities::inventories(&mut work.tx.reader(), &users, day)?;
    items.values_mut().for_each(|items| items.retain(|item| item.kind != Responsibility::PersonalGrant));
    let supervisors: Vec<WorkerId> = accounts.iter().filter_map(|(_, last)| last.supervisor_id).collect();
    work.tx.preload::<Worker>(&supervisors.iter().map(|id| id.0).collect::<Vec<_>>())?;
    work.tx.preload_keys::<Contract>(&supervisors.into_iter().map(Key::ContractsOf).collect::<Vec<_>>())?;
    handover::preload(work, items.values().flatten())?;
    Ok(items)
}

fn contracts_of(work: &mut Work<'_, '_>, worker: WorkerId) -> Result<Vec<Contract>, Refusal> {
    let found = work.tx.find::<Contract>(&Key::ContractsOf(worker))?;
    Ok(found.into_iter().map(|found| found.value).collect())
}

/// Hands things to the supervisor of the contract that ended last, where that one is in service and able (L-03); what
/// can't go stays.
fn hand_over(
    work: &mut Work<'_, '_>,
    user: UserId,
    last: &Contract,
    items: &[Item],
    day: NaiveDate,
    report: &mut LeavingReport,
) -> Result<(), Refusal> {
    if items.is_empty() {
        return Ok(());
    }
    let supervisor = match last.supervisor_id {
        Some(id) if contracts_of(work, id)?.iter().any(|contract| contract.in_force(day)) => {
            work.tx.get::<Worker>(id.0)?
        }
        _ => None,
    };
    let successor = match supervisor.and_then(|found| found.value.user_id) {
        Some(id) => handover::successor(work, id)?,
        None => None,
    };
    let before = report.handed_over;
    for item in items {
        let done = successor.as_ref().map(|to| handover::hand_over(work, user, item, to));
        match done {
            Some(Ok(_)) => report.handed_over += 1,
            Some(Err(refusal)) if !refusal.of_row() => return Err(refusal),
            Some(Err(refusal)) => {
                report.kept += 1;
                log::warn!("{} {} stays with user {user}, who left: {}", item.kind, item.id, codes(&refusal));
            }
            None => {
                report.kept += 1;
                log::warn!("{} {} stays with user {user}, who left: no supervisor in service", item.kind, item.id);
            }
        }
    }
    if report.handed_over > before {
        notifications::raise(work, &types::RESPONSIBILITY_TRANSFERRED, user.0, Details::default())?;
    }
    Ok(())
}

/// Blocks an account by the service itself; whether it was done. The last active administrator stays (U-04).
fn block(work: &mut Work<'_, '_>, id: UserId, last: &Contract) -> Result<bool, Refusal> {
    let Some(user) = work.tx.get::<User>(id.0)?.map(|found| found.value) else {
        return Ok(false);
    };
    if user.state.is_gone() || user.blocks.iter().any(|block| block.cause == BlockCause::Administrator) {
        return Ok(false);
    }
    let why = match last.window.valid_to.filter(|_| last.counts()) {
        Some(day) => format!("The last contract ended on {day}; the setting {ACCOUNT} blocks the account."),
        None => format!("The last contract was cancelled; the setting {ACCOUNT} blocks the account."),
    };
    let allowed = MayBlock::AnyUser(work.authority.allow()?);
    match users::block(work, &allowed, id, &Expected::Any, BlockCause::Administrator, Some(why)) {
        Ok(_) => Ok(true),
        Err(refusal) if refusal.of_row() => {
            log::warn!("the account of user {id}, who left, was not blocked: {}", codes(&refusal));
            Ok(false)
        }
        Err(refusal) => Err(refusal),
    }
}

fn codes(refusal: &Refusal) -> String {
    refusal.faults().into_iter().map(|fault| fault.code).collect::<Vec<_>>().join(", ")
}
