//! Why a worker can't get at something: what the checks need, read and nothing written.

use chrono::NaiveDate;
use domain::id::{Kind, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::sync::{Diff, RuleBook, Wanted};
use domain::role::{Member, Membership, RoleRule};
use domain::user::{BlockCause, User};
use domain::worker::{Case, Worker, WorkerState};
use persistence::{Key, Reader};

use crate::commands::Refusal;

/// What is found of a worker.
pub struct Diagnosis {
    /// The folder.
    pub worker: Worker,
    /// The linked account.
    pub user: Option<User>,
    /// The contracts in force today.
    pub in_force: Vec<Contract>,
    /// The first day of the next contract.
    pub next: Option<NaiveDate>,
    /// What follows from the contracts in force, each with its rule.
    pub following: Vec<(Wanted, RoleRule)>,
    /// What a sync would do now.
    pub sync: Option<Diff>,
}

/// Reads all that the checks need.
///
/// # Errors
/// There is no such worker, or the database can't be read.
pub fn diagnose(reader: &mut Reader<'_>, id: WorkerId, today: NaiveDate) -> Result<Diagnosis, Refusal> {
    let worker = reader.get::<Worker>(id.0)?.ok_or(Refusal::NotFound)?.value;
    let user = match worker.user_id {
        Some(user) => reader.get::<User>(user.0)?.map(|found| found.value),
        None => None,
    };
    let contracts = values(reader.find::<Contract>(&Key::ContractsOf(id))?);
    let rules = values(reader.find::<RoleRule>(&Key::All(Kind::RoleRule))?);
    let departments = values(reader.find::<Department>(&Key::All(Kind::Department))?);
    let book = RuleBook::new(&rules, &departments);
    let sync = match &user {
        Some(user) => {
            let present = values(reader.find::<Membership>(&Key::MembershipsOf(Member::User(user.id)))?);
            let contracts: Vec<&Contract> = contracts.iter().collect();
            Some(book.compare(&worker, &contracts, &present.iter().collect::<Vec<_>>()))
        }
        None => None,
    };
    let to_come = contracts.iter().filter(|contract| contract.in_force_or_to_come(today) && !contract.in_force(today));
    let next = to_come.filter_map(|contract| contract.window.valid_from).min();
    let in_force: Vec<Contract> = contracts.into_iter().filter(|contract| contract.in_force(today)).collect();
    let following = book
        .following(&worker, &in_force.iter().collect::<Vec<_>>())
        .into_iter()
        .filter(|wanted| wanted.window.contains(today))
        .filter_map(|wanted| Some((wanted, rules.iter().find(|rule| rule.id == wanted.rule_id)?.clone())))
        .collect();
    Ok(Diagnosis { worker, user, in_force, next, following, sync })
}

impl Diagnosis {
    /// The case for the checks; `causes` are those that the caller may see.
    pub fn case<'c>(&self, causes: &'c [BlockCause]) -> Case<'c> {
        let changes = |diff: &Diff| diff.add.len() + diff.adjust.len() + diff.remove.len();
        Case {
            account: self.user.as_ref().map(|user| user.state),
            causes,
            closed: self.worker.state == WorkerState::Closed,
            in_force: self.in_force.len(),
            next: self.next,
            // What all workers have says nothing of the contract.
            roles: self.following.iter().filter(|(_, rule)| !rule.all_workers).count(),
            out_of_step: self.sync.as_ref().map_or(0, changes),
        }
    }
}

fn values<T>(found: Vec<persistence::Stored<T>>) -> Vec<T> {
    found.into_iter().map(|found| found.value).collect()
}
