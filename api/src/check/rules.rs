//! The rows against the rules that span several of them.

use std::collections::{HashMap, HashSet};

use domain::change::Record;
use domain::id::{DepartmentId, RoleId, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::sync::RuleBook;
use domain::role::{Member, Membership, RoleRule, Source};
use domain::user::{Capability, User, capable};
use domain::wage::WageOffer;
use domain::worker::Worker;

use crate::check::Report;

/// Checks links, trees, contracts, automatic memberships and offers of wage types.
pub fn check(rows: &[Record], report: &mut Report) {
    let mut users: HashMap<UserId, &User> = HashMap::new();
    let mut workers: Vec<&Worker> = vec![];
    let mut departments: Vec<Department> = vec![];
    let mut contracts: HashMap<WorkerId, Vec<&Contract>> = HashMap::new();
    let mut memberships: Vec<&Membership> = vec![];
    let mut rules: Vec<RoleRule> = vec![];
    let mut offers: Vec<&WageOffer> = vec![];
    for row in rows {
        match row {
            Record::User(user) => drop(users.insert(user.id, user)),
            Record::Worker(worker) => workers.push(worker),
            Record::Department(department) => departments.push(department.clone()),
            Record::Contract(contract) => contracts.entry(contract.worker_id).or_default().push(contract),
            Record::Membership(membership) => memberships.push(membership),
            Record::RoleRule(rule) => rules.push(rule.clone()),
            Record::WageOffer(offer) => offers.push(offer),
            _ => {}
        }
    }
    check_tree(&departments, report);
    check_roles(&memberships, report);
    check_offers(&offers, report);
    for (worker, lines) in &contracts {
        for contract in lines {
            for violation in contract.check(None, lines) {
                report.fault(format!(
                    "{}: contract {} of worker {worker}: {}",
                    rule(&violation),
                    contract.id,
                    violation.detail
                ));
            }
        }
    }
    let mut by_user: HashMap<UserId, Vec<&Membership>> = HashMap::new();
    for membership in &memberships {
        if let Member::User(user) = membership.member {
            by_user.entry(user).or_default().push(membership);
        }
    }
    let book = RuleBook::new(&rules, &departments);
    let mut linked = HashSet::new();
    for worker in &workers {
        let Some(user_id) = worker.user_id else { continue };
        if !linked.insert(user_id) {
            report.fault(format!("W-03: user {user_id} is linked to two workers"));
        }
        if users.get(&user_id).is_none_or(|user| !capable(user.kind, user.state, Capability::LinkToWorker)) {
            report.fault(format!("W-04: worker {} is linked to an account that can't be linked", worker.id));
        }
        let own = contracts.get(&worker.id).map_or(&[][..], Vec::as_slice);
        let present = by_user.get(&user_id).map_or(&[][..], Vec::as_slice);
        let todo = book.compare(worker, own, present);
        if !todo.is_empty() {
            report.fault(format!(
                "R-06: worker {}: a role sync would add {}, change {} and remove {} memberships",
                worker.id,
                todo.add.len(),
                todo.adjust.len(),
                todo.remove.len()
            ));
        }
    }
    for (user, present) in &by_user {
        if !linked.contains(user) && present.iter().any(|membership| membership.source == Source::Automatic) {
            report.fault(format!("R-03: user {user} has automatic memberships and no worker"));
        }
    }
    report.lines.push(format!(
        "rules: {} workers, {} contracts, {} memberships, {} departments",
        workers.len(),
        contracts.values().map(Vec::len).sum::<usize>(),
        memberships.len(),
        departments.len()
    ));
}

fn rule(violation: &domain::rule::Violation) -> &'static str {
    violation.code.rule.unwrap_or(violation.code.name)
}

fn check_tree(departments: &[Department], report: &mut Report) {
    let parents: HashMap<DepartmentId, Option<DepartmentId>> =
        departments.iter().map(|department| (department.id, department.parent_id)).collect();
    for department in departments {
        let mut seen = HashSet::from([department.id]);
        let mut next = department.parent_id;
        while let Some(id) = next {
            if !seen.insert(id) {
                report.fault(format!("D-01: department {} lies below itself", department.id));
                break;
            }
            next = parents.get(&id).copied().flatten();
        }
    }
}

/// No holder has two settings for one wage type on the same day (P-07).
fn check_offers(offers: &[&WageOffer], report: &mut Report) {
    let mut beside: HashMap<_, Vec<&WageOffer>> = HashMap::new();
    for offer in offers {
        let present = beside.entry((offer.holder, offer.wage_type_id, offer.own)).or_default();
        if let Some(other) = present.iter().find(|other| offer.meets(other)) {
            report.fault(format!("P-07: offer {} holds on days of offer {}", offer.id, other.id));
        }
        present.push(offer);
    }
}

fn check_roles(memberships: &[&Membership], report: &mut Report) {
    let mut above: HashMap<RoleId, Vec<RoleId>> = HashMap::new();
    for membership in memberships {
        if let Member::Role(member) = membership.member {
            above.entry(member).or_default().push(membership.role_id);
        }
    }
    for start in above.keys() {
        let (mut seen, mut open) = (HashSet::new(), above.get(start).cloned().unwrap_or_default());
        while let Some(role) = open.pop() {
            if role == *start {
                report.fault(format!("R-02: role {start} is a member of itself"));
                break;
            }
            if seen.insert(role) {
                open.extend(above.get(&role).into_iter().flatten());
            }
        }
    }
}
