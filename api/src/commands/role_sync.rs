//! Role sync at once: after every change, the automatic memberships of the workers that it
//! touches follow, in the same transaction. Beyond some hundred workers an operation does
//! it in chunks.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use domain::id::{DepartmentId, Kind, MembershipId, RoleRuleId, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::sync::{Diff, RuleBook, SyncReason, Wanted};
use domain::role::{Member, Membership, RoleRule, Source};
use domain::worker::Worker;
use persistence::Key;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::{Refusal, Work, four_eyes};
use crate::demo::ids;

/// Most workers that one ordinary change syncs at once; more become an operation.
pub const AT_ONCE: usize = 300;

/// What a sync did for one worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "worker_id": ids::worker("w-119"), "added": [{"role_id": ids::role("finance-team"),
        "contract_id": ids::contract("c-119"), "rule_id": ids::role_rule("rule-finance"), "valid_from": "2019-01-01",
        "valid_to": null, "reason": "rule_matches"}], "adjusted": [], "removed": [], "kept": 1
}))]
pub struct WorkerReport {
    /// The worker.
    pub worker_id: Uuid,
    /// Memberships that were added: role, contract, rule.
    #[schema(max_items = 10000)]
    pub added: Vec<SyncedMembership>,
    /// Memberships whose window changed.
    #[schema(max_items = 10000)]
    pub adjusted: Vec<SyncedMembership>,
    /// Memberships that were removed.
    #[schema(max_items = 10000)]
    pub removed: Vec<SyncedMembership>,
    /// How many stayed as they were.
    pub kept: usize,
}

impl WorkerReport {
    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.adjusted.is_empty() && self.removed.is_empty()
    }

    /// What a sync does for a worker, or would do.
    pub fn of(worker: WorkerId, todo: &Diff) -> Self {
        let added = |want: &Wanted| SyncedMembership {
            role_id: want.role_id.0,
            contract_id: Some(want.contract_id.0),
            rule_id: Some(want.rule_id.0),
            valid_from: want.window.valid_from,
            valid_to: want.window.valid_to,
            reason: SyncReason::RuleMatches.as_str().to_owned(),
        };
        Self {
            worker_id: worker.0,
            added: todo.add.iter().map(added).collect(),
            adjusted: todo.adjust.iter().map(touched).collect(),
            removed: todo.remove.iter().map(touched).collect(),
            kept: todo.kept,
        }
    }
}

/// A membership that a sync touched, with the contract and rule it comes from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SyncedMembership {
    /// The role.
    pub role_id: Uuid,
    /// The contract.
    pub contract_id: Option<Uuid>,
    /// The rule.
    pub rule_id: Option<Uuid>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// Why: `rule_matches` of what was added; `window_changed` or `role_changed` of what was adjusted; `rule_gone`,
    /// `contract_gone` or `rule_no_longer_matches` of what was removed.
    #[schema(max_length = 40)]
    pub reason: String,
}

/// Syncs every worker that the pending changes touch. Inside an operation (an import) all of
/// them at once; else, beyond [`AT_ONCE`], by an operation that is queued here.
///
/// # Errors
/// The database can't be read.
pub fn follow(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    let mut touched = BTreeSet::new();
    let of = |contract: &Contract| contract.worker_id;
    work.tx.for_each_change::<Contract>(|before, after| touched.extend(after.or(before).map(of)))?;
    let mut moved: Vec<Sides<Worker>> = Vec::new();
    work.tx.for_each_change::<Worker>(|before, after| {
        if worker_moves(before, after) {
            touched.extend(after.or(before).map(|worker| worker.id));
            moved.push((before.cloned(), after.cloned()));
        }
    })?;
    for (before, after) in &moved {
        drop_memberships_of_old_account(work, before.as_ref(), after.as_ref())?;
    }
    let (mut rules, mut gone) = (Vec::new(), Vec::new());
    work.tx.for_each_change::<RoleRule>(|before, after| match after {
        Some(_) => rules.extend(before.into_iter().chain(after).cloned()),
        None => gone.extend(before.map(|rule| rule.id)),
    })?;
    // What a rule made goes with it, however much that is: nothing may refer to what is gone.
    for rule in gone {
        for membership in work.tx.find::<Membership>(&Key::MembershipsOfRule(rule))? {
            work.tx.remove::<Membership>(membership.value.id.0)?;
        }
    }
    let mut departments: Vec<Sides<Department>> = Vec::new();
    work.tx.for_each_change::<Department>(|before, after| departments.push((before.cloned(), after.cloned())))?;
    touched.extend(reached_by_rules(work, &rules)?);
    touched.extend(reached_by_departments(work, &departments)?);
    if touched.is_empty() {
        return Ok(());
    }
    let touched: Vec<WorkerId> = touched.into_iter().collect();
    if touched.len() > AT_ONCE && !work.in_operation() {
        let own: Vec<WorkerId> =
            four_eyes::workers(work)?.into_iter().filter(|worker| touched.contains(worker)).collect();
        sync(work, &own)?;
        return crate::jobs::queue_sync(work, &touched);
    }
    sync(work, &touched).map(|_| ())
}

/// What a record was, and what it shall be.
type Sides<T> = (Option<T>, Option<T>);

/// Whether a worker's change can change roles: link, state or kind.
fn worker_moves(before: Option<&Worker>, after: Option<&Worker>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.user_id != after.user_id || before.state != after.state || before.kind != after.kind
        }
        (before, after) => after.or(before).is_some_and(|worker| worker.user_id.is_some()),
    }
}

/// The automatic memberships of an account end with its link (W-08).
fn drop_memberships_of_old_account(
    work: &mut Work<'_, '_>,
    before: Option<&Worker>,
    after: Option<&Worker>,
) -> Result<(), Refusal> {
    let account = |worker: &Worker| worker.user_id;
    if let Some(old) = before.and_then(account)
        && after.and_then(account) != Some(old)
        && work.tx.find::<Worker>(&Key::WorkerOfUser(old))?.is_empty()
    {
        for membership in work.tx.find::<Membership>(&Key::MembershipsOf(Member::User(old)))? {
            if membership.value.source == Source::Automatic {
                work.tx.remove::<Membership>(membership.value.id.0)?;
            }
        }
    }
    Ok(())
}

/// Workers whose contracts a rule matches or matched.
fn reached_by_rules(work: &mut Work<'_, '_>, rules: &[RoleRule]) -> Result<BTreeSet<WorkerId>, Refusal> {
    let mut out = BTreeSet::new();
    for rule in rules {
        if rule.departments.is_empty() && rule.position_ids.is_empty() && rule.head_of.is_empty() {
            out.extend(work.tx.find::<Worker>(&Key::LinkedWorkers)?.into_iter().map(|found| found.value.id));
            continue;
        }
        for named in &rule.departments {
            let below = if named.include_subtree { subtree(work, named.id)? } else { vec![named.id] };
            out.extend(placed_in(work, &below)?);
        }
        if rule.departments.is_empty() {
            for position in &rule.position_ids {
                let placed = work.tx.find::<Contract>(&Key::ContractsAs(*position))?;
                out.extend(placed.into_iter().map(|found| found.value.worker_id));
            }
        }
        for headed in &rule.head_of {
            out.extend(work.tx.get::<Department>(headed.0)?.and_then(|found| found.value.head_id));
        }
        // Those whom the rule made members before.
        let members = work.tx.find::<Membership>(&Key::MembershipsOfRule(rule.id))?;
        let users = members.iter().filter_map(|found| match found.value.member {
            Member::User(user) => Some(Key::WorkerOfUser(user)),
            Member::Role(_) => None,
        });
        let keys: Vec<Key> = users.collect();
        work.tx.preload_keys::<Worker>(&keys)?;
        for key in &keys {
            out.extend(work.tx.find::<Worker>(key)?.into_iter().map(|found| found.value.id));
        }
    }
    linked_only(work, out)
}

/// Workers below a department that moved, and heads that came or went.
fn reached_by_departments(
    work: &mut Work<'_, '_>,
    changes: &[Sides<Department>],
) -> Result<BTreeSet<WorkerId>, Refusal> {
    let mut out = BTreeSet::new();
    for (before, after) in changes {
        let head = |department: &Option<Department>| department.as_ref().and_then(|department| department.head_id);
        if head(before) != head(after) {
            out.extend(head(before));
            out.extend(head(after));
        }
        if let (Some(before), Some(after)) = (before, after)
            && before.parent_id != after.parent_id
        {
            let below = subtree(work, after.id)?;
            out.extend(placed_in(work, &below)?);
        }
    }
    linked_only(work, out)
}

fn subtree(work: &mut Work<'_, '_>, top: DepartmentId) -> Result<Vec<DepartmentId>, Refusal> {
    let mut out = vec![top];
    let mut level = vec![top];
    while !level.is_empty() {
        let keys: Vec<Key> = level.iter().map(|id| Key::ChildrenOf(*id)).collect();
        work.tx.preload_keys::<Department>(&keys)?;
        level.clear();
        for key in &keys {
            level.extend(work.tx.find::<Department>(key)?.into_iter().map(|found| found.value.id));
        }
        out.extend(&level);
    }
    Ok(out)
}

fn placed_in(work: &mut Work<'_, '_>, departments: &[DepartmentId]) -> Result<Vec<WorkerId>, Refusal> {
    let keys: Vec<Key> = departments.iter().map(|id| Key::ContractsIn(*id)).collect();
    work.tx.preload_keys::<Contract>(&keys)?;
    let mut out = Vec::new();
    for key in &keys {
        out.extend(work.tx.find::<Contract>(key)?.into_iter().map(|found| found.value.worker_id));
    }
    Ok(out)
}

/// Only linked workers can have memberships.
fn linked_only(work: &mut Work<'_, '_>, workers: BTreeSet<WorkerId>) -> Result<BTreeSet<WorkerId>, Refusal> {
    let ids: Vec<Uuid> = workers.iter().map(|id| id.0).collect();
    work.tx.preload::<Worker>(&ids)?;
    let mut out = BTreeSet::new();
    for id in workers {
        if work.tx.get::<Worker>(id.0)?.is_some_and(|worker| worker.value.user_id.is_some()) {
            out.insert(id);
        }
    }
    Ok(out)
}

/// Brings the automatic memberships of these workers in step with their contracts; what was done
/// for each. Running twice changes nothing the second time.
///
/// # Errors
/// The database can't be read.
pub fn sync(work: &mut Work<'_, '_>, workers: &[WorkerId]) -> Result<Vec<WorkerReport>, Refusal> {
    let ids: Vec<Uuid> = workers.iter().map(|id| id.0).collect();
    work.tx.preload::<Worker>(&ids)?;
    let mut linked = Vec::new();
    for id in workers {
        if let Some(worker) = work.tx.get::<Worker>(id.0)?
            && worker.value.user_id.is_some()
        {
            linked.push(worker.value);
        }
    }
    if linked.is_empty() {
        return Ok(vec![]);
    }
    let book = rule_book(work)?;
    let contract_keys: Vec<Key> = linked.iter().map(|worker| Key::ContractsOf(worker.id)).collect();
    work.tx.preload_keys::<Contract>(&contract_keys)?;
    let membership_keys: Vec<Key> =
        linked.iter().filter_map(|worker| worker.user_id).map(|user| Key::MembershipsOf(Member::User(user))).collect();
    work.tx.preload_keys::<Membership>(&membership_keys)?;
    let mut reports = Vec::with_capacity(linked.len());
    for worker in &linked {
        reports.push(sync_one(work, &book, worker)?);
    }
    Ok(reports)
}

/// All rules as this write leaves them: from memory, unless it changes one of them or the tree.
fn rule_book(work: &mut Work<'_, '_>) -> Result<Arc<RuleBook<'static>>, Refusal> {
    let mut changed = false;
    work.tx.for_each_change::<RoleRule>(|_, _| changed = true)?;
    work.tx.for_each_change::<Department>(|_, _| changed = true)?;
    if changed {
        return read_rules(work).map(Arc::new);
    }
    work.present()?;
    work.app.live().rule_book(|| read_rules(work))
}

fn read_rules(work: &mut Work<'_, '_>) -> Result<RuleBook<'static>, Refusal> {
    let rules = work.tx.find::<RoleRule>(&Key::All(Kind::RoleRule))?;
    let departments = work.tx.find::<Department>(&Key::All(Kind::Department))?;
    let rules: Vec<RoleRule> = rules.into_iter().map(|found| found.value).collect();
    let departments: Vec<Department> = departments.into_iter().map(|found| found.value).collect();
    Ok(RuleBook::new(rules, &departments))
}

fn sync_one(work: &mut Work<'_, '_>, book: &RuleBook<'_>, worker: &Worker) -> Result<WorkerReport, Refusal> {
    let Some(user) = worker.user_id else {
        return Ok(WorkerReport::default());
    };
    let contracts: Vec<Contract> =
        work.tx.find::<Contract>(&Key::ContractsOf(worker.id))?.into_iter().map(|found| found.value).collect();
    let present: Vec<Membership> = work
        .tx
        .find::<Membership>(&Key::MembershipsOf(Member::User(user)))?
        .into_iter()
        .map(|found| found.value)
        .collect();
    let todo = book.compare(worker, &contracts.iter().collect::<Vec<_>>(), &present.iter().collect::<Vec<_>>());
    bring_in_step(work, worker.id, user, todo)
}

/// Does what was found for workers earlier, where nothing has been written since.
///
/// # Errors
/// The database can't be read.
pub fn done_as_found<'f>(
    work: &mut Work<'_, '_>,
    found: impl Iterator<Item = (WorkerId, UserId, &'f Diff)> + Clone,
) -> Result<Vec<WorkerReport>, Refusal> {
    let touched = found.clone().flat_map(|(_, _, todo)| todo.adjust.iter().chain(&todo.remove));
    let touched: Vec<Uuid> = touched.map(|(membership, _)| membership.id.0).collect();
    work.tx.preload::<Membership>(&touched)?;
    found.map(|(worker, user, todo)| bring_in_step(work, worker, user, todo.clone())).collect()
}

fn bring_in_step(work: &mut Work<'_, '_>, worker: WorkerId, user: UserId, todo: Diff) -> Result<WorkerReport, Refusal> {
    let report = WorkerReport::of(worker, &todo);
    for want in todo.add {
        work.tx.create(made(user, &want))?;
    }
    for (membership, _) in todo.adjust {
        work.tx.update(membership)?;
    }
    for (membership, _) in todo.remove {
        work.tx.remove::<Membership>(membership.id.0)?;
    }
    Ok(report)
}

/// The membership that an account should have.
pub fn made(user: UserId, want: &Wanted) -> Membership {
    Membership {
        id: MembershipId(Uuid::now_v7()),
        external_id: None,
        role_id: want.role_id,
        member: Member::User(user),
        source: Source::Automatic,
        contract_id: Some(want.contract_id),
        rule_id: Some(want.rule_id),
        window: want.window,
    }
}

fn touched((membership, reason): &(Membership, SyncReason)) -> SyncedMembership {
    SyncedMembership {
        role_id: membership.role_id.0,
        contract_id: membership.contract_id.map(|id| id.0),
        rule_id: membership.rule_id.map(|id: RoleRuleId| id.0),
        valid_from: membership.window.valid_from,
        valid_to: membership.window.valid_to,
        reason: reason.as_str().to_owned(),
    }
}
