//! What a sync of many workers would change: read in batches from one snapshot, while others write.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use domain::change::Change;
use domain::id::{Kind, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::sync::{Diff, RuleBook};
use domain::role::{Member, Membership, RoleRule, Source};
use domain::worker::Worker;
use persistence::{Filter, Key, ListQuery, Operation, Progress, Reader, Sort, Value};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::commands::role_sync::{WorkerReport, made};
use crate::jobs::role_sync::{Figures, note};
use crate::jobs::still_running;

/// Workers that are read at a time.
const BATCH: usize = 2_000;

/// How often a survey gives a sign of life: one that is silent is taken over by another node.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Reports that are written at a time.
const REPORTS: usize = 1_000;

/// One worker for whom there is something to do.
pub struct Found {
    /// The worker.
    pub worker: WorkerId,
    /// The account that it is linked to.
    pub user: UserId,
    /// What is to be done.
    pub diff: Diff,
    /// Those that change, as they are.
    before: HashMap<Uuid, Membership>,
}

/// What would change.
#[derive(Default)]
pub struct Survey {
    /// The workers for whom there is something to do.
    pub found: Vec<Found>,
    /// Automatic memberships of the workers that were looked at.
    pub present: usize,
    /// The newest revision that it saw.
    pub revision: i64,
    workers: usize,
    kept: usize,
}

impl Survey {
    /// Looks at all workers, or at some; `None` when it was told to stop.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn take(app: &App, operation: &Operation, only: Option<&[WorkerId]>) -> Result<Option<Self>, Refusal> {
        app.store().read(|reader| {
            reader.look_up_by_index()?;
            let rules: Vec<RoleRule> = all(reader, Kind::RoleRule)?;
            let departments: Vec<Department> = all(reader, Kind::Department)?;
            let book = RuleBook::new(&rules, &departments);
            let mut survey = Self { revision: reader.revision()?, ..Self::default() };
            let mut given = only.map(|workers| workers.chunks(BATCH));
            let mut last = None;
            let mut told = Instant::now();
            loop {
                if app.runner().stopping() || app.runner().is_cancelled(operation.id) {
                    return Ok(None);
                }
                if told.elapsed() >= SIGN_OF_LIFE {
                    told = Instant::now();
                    let so_far = Progress { done: survey.settled(), total: operation.total };
                    if !note(app, operation, so_far)? {
                        return Ok(None);
                    }
                }
                let batch = match &mut given {
                    Some(chunks) => match chunks.next() {
                        Some(chunk) => named(reader, chunk)?,
                        None => break,
                    },
                    None => linked_after(reader, &mut last)?,
                };
                if batch.is_empty() && given.is_none() {
                    break;
                }
                survey.look_at(reader, &book, &batch)?;
                app.runner().progress(operation.id, survey.settled(), None);
            }
            Ok(Some(survey))
        })
    }

    fn look_at(&mut self, reader: &mut Reader<'_>, book: &RuleBook<'_>, batch: &[Worker]) -> Result<(), Refusal> {
        let keys: Vec<Key> = batch.iter().map(|worker| Key::ContractsOf(worker.id)).collect();
        let mut contracts: HashMap<WorkerId, Vec<Contract>> = HashMap::new();
        for contract in reader.find_many::<Contract>(&keys)? {
            contracts.entry(contract.value.worker_id).or_default().push(contract.value);
        }
        let users = batch.iter().filter_map(|worker| worker.user_id);
        let keys: Vec<Key> = users.map(|user| Key::MembershipsOf(Member::User(user))).collect();
        let mut memberships: HashMap<Member, Vec<Membership>> = HashMap::new();
        for membership in reader.find_many::<Membership>(&keys)? {
            if membership.value.source == Source::Automatic {
                self.present += 1;
                memberships.entry(membership.value.member).or_default().push(membership.value);
            }
        }
        for worker in batch {
            let Some(user) = worker.user_id else { continue };
            let own: Vec<&Contract> = contracts.get(&worker.id).into_iter().flatten().collect();
            let present: Vec<&Membership> = memberships.get(&Member::User(user)).into_iter().flatten().collect();
            let diff = book.compare(worker, &own, &present);
            self.workers += 1;
            self.kept += diff.kept;
            if diff.is_empty() {
                continue;
            }
            let changed = diff.adjust.iter().chain(&diff.remove).map(|(membership, _)| membership.id);
            let changed: Vec<_> = changed.collect();
            let before = present.into_iter().filter(|membership| changed.contains(&membership.id));
            let before = before.map(|membership| (membership.id.0, membership.clone())).collect();
            self.found.push(Found { worker: worker.id, user, diff, before });
        }
        Ok(())
    }

    /// What would be done, in figures.
    pub fn figures(&self) -> Figures {
        let sum = |count: fn(&Diff) -> usize| self.found.iter().map(|found| count(&found.diff)).sum();
        Figures {
            workers: self.workers,
            changed: self.found.len(),
            added: sum(|diff| diff.add.len()),
            adjusted: sum(|diff| diff.adjust.len()),
            removed: sum(|diff| diff.remove.len()),
            kept: self.kept,
            ..Figures::default()
        }
    }

    /// How far a run has come that did not change anything yet: for whom there is nothing to do, nothing is left to do.
    fn settled(&self) -> i64 {
        i64::try_from(self.workers - self.found.len()).unwrap_or(0)
    }

    /// The same once everybody was looked at, so that it is known how many there are.
    pub fn progress(&self) -> Progress {
        Progress { done: self.settled(), total: i64::try_from(self.workers).ok() }
    }

    /// How many memberships would go that are not over anyway.
    pub fn losing(&self, today: NaiveDate) -> usize {
        let removed = self.found.iter().flat_map(|found| &found.diff.remove);
        removed.filter(|(membership, _)| membership.window.valid_to.is_none_or(|last| last >= today)).count()
    }

    /// The changes, as they would be logged.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for found in &self.found {
            let before = |membership: &Membership| {
                found.before.get(&membership.id.0).cloned().unwrap_or_else(|| membership.clone())
            };
            changes.extend(found.diff.add.iter().map(|want| Change::created(made(found.user, want))));
            let adjusted = found.diff.adjust.iter();
            changes.extend(adjusted.map(|(after, _)| Change::updated(before(after), after.clone())));
            changes.extend(found.diff.remove.iter().map(|(gone, _)| Change::removed(gone.clone())));
        }
        changes
    }

    /// Writes down for each worker what would be done.
    ///
    /// # Errors
    /// The database can't take it.
    pub fn report(&self, app: &App, operation: &Operation) -> Result<(), Refusal> {
        let author = app.service().author(None);
        app.store().write(&author, |tx| {
            still_running(tx, operation)?;
            Ok::<_, Refusal>(tx.drop_role_sync_reports(operation.id)?)
        })?;
        for chunk in self.found.chunks(REPORTS) {
            let reports: Vec<WorkerReport> =
                chunk.iter().map(|found| WorkerReport::of(found.worker, &found.diff)).collect();
            let lines = lines(&reports)?;
            app.store().write(&author, |tx| {
                still_running(tx, operation)?;
                Ok::<_, Refusal>(tx.add_role_sync_reports(operation.id, &lines)?)
            })?;
        }
        Ok(())
    }
}

/// Reports as they are kept.
///
/// # Errors
/// One can't be written.
pub fn lines(reports: &[WorkerReport]) -> Result<Vec<(WorkerId, String)>, Refusal> {
    let line = |report: &WorkerReport| {
        let text = serde_json::to_string(report).map_err(|_| Refusal::internal("a report can't be written"))?;
        Ok((WorkerId(report.worker_id), text))
    };
    reports.iter().map(line).collect()
}

/// How many automatic memberships there are.
///
/// # Errors
/// The database can't be read.
pub fn automatic_memberships(app: &App) -> Result<usize, Refusal> {
    let source = Filter::Equals("source", Value::Text(Source::Automatic.as_str().to_owned()));
    let count = app.store().read(|reader| reader.count::<Membership>(&[source]))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

fn all<T: persistence::Table>(reader: &mut Reader<'_>, kind: Kind) -> Result<Vec<T>, Refusal> {
    Ok(reader.find::<T>(&Key::All(kind))?.into_iter().map(|found| found.value).collect())
}

fn named(reader: &mut Reader<'_>, workers: &[WorkerId]) -> Result<Vec<Worker>, Refusal> {
    let ids: Vec<Uuid> = workers.iter().map(|worker| worker.0).collect();
    Ok(reader.get_many::<Worker>(&ids)?.into_iter().map(|found| found.value).collect())
}

/// The next linked workers in the order of their ids.
fn linked_after(reader: &mut Reader<'_>, last: &mut Option<Uuid>) -> Result<Vec<Worker>, Refusal> {
    let found = reader.list::<Worker>(&ListQuery {
        filters: vec![Filter::IsNull("user_id", false)],
        sort: vec![Sort { column: "id", descending: false }],
        after: last.map(|id| vec![Value::Uuid(id), Value::Uuid(id)]),
        limit: i64::try_from(BATCH).unwrap_or(i64::MAX),
    })?;
    *last = found.last().map(|found| found.value.id.0);
    Ok(found.into_iter().map(|found| found.value).collect())
}
