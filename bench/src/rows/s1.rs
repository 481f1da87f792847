//! S1: the role sync of everybody with nothing to change, from memory; and from the database, beside reading the rows.

use std::collections::HashMap;

use domain::id::{MembershipId, WorkerId};
use domain::organisation::Contract;
use domain::role::sync::RuleBook;
use domain::role::{Member, Membership, Source};
use domain::worker::Worker;
use persistence::Stored;

use crate::plain::Place;
use crate::report::{Goal, Line, Table, Unit};
use crate::rows::s2::run_of_everybody;
use crate::runs::{Runs, timed};
use crate::service::Service;
use crate::sets::staff::{self, Staff};
use crate::{Outcome, Plan};

/// Measures the sync from memory.
pub fn measure(plan: &Plan, staff: &Staff, table: &mut Table) -> Outcome {
    let book = RuleBook::new(&staff.rules, &staff.departments);
    let mut contracts: HashMap<WorkerId, Vec<&Contract>> = HashMap::new();
    for contract in &staff.contracts {
        contracts.entry(contract.worker_id).or_default().push(contract);
    }
    let none = Vec::new();
    // In the order in which a batch is read: workers with their contracts and memberships.
    let mut everybody: Vec<(&Worker, &[&Contract], Vec<Membership>)> = Vec::new();
    let mut number = 0;
    for worker in &staff.workers {
        let own = contracts.get(&worker.id).unwrap_or(&none);
        let wanted = book.wanted(worker, own);
        let present = wanted.into_iter().filter_map(|want| {
            number += 1;
            Some(Membership {
                id: MembershipId(staff::membership(number)),
                external_id: None,
                role_id: want.role_id,
                member: Member::User(worker.user_id?),
                source: Source::Automatic,
                contract_id: Some(want.contract_id),
                rule_id: Some(want.rule_id),
                window: want.window,
            })
        });
        everybody.push((worker, own, present.collect()));
    }
    let mut ours = Runs::default();
    for _ in 0..plan.runs {
        let (seconds, kept) = timed(|| {
            let book = RuleBook::new(&staff.rules, &staff.departments);
            let mut kept = 0;
            for (worker, own, present) in &everybody {
                let present: Vec<&Membership> = present.iter().collect();
                let found = book.compare(worker, own, &present);
                if !found.is_empty() {
                    return None;
                }
                kept += found.kept;
            }
            Some(kept)
        });
        if kept != Some(number) {
            return Err("the sync found something to do".into());
        }
        ours.push(seconds);
    }
    table.add(&Line {
        row: "S1",
        what: format!(
            "{} workers, {} contracts, {} rules, from memory",
            staff.workers.len(),
            staff.contracts.len(),
            staff.rules.len()
        ),
        unit: Unit::Time,
        ours,
        yardstick: None,
        goal: Goal::at_most(0.5),
        said: "under 0.5 s",
    });
    Ok(())
}

/// Measures the same from the database, where everything is in step.
pub fn measure_stored(plan: &Plan, place: Place, service: &Service, table: &mut Table) -> Outcome {
    let (mut ours, mut reading) = (Runs::default(), Runs::default());
    for _ in 0..plan.runs {
        let (seconds, read) = timed(|| {
            service.app.app.store().read(|reader| {
                reader.for_each(|_: Stored<Worker>| Ok::<_, persistence::StoreError>(()))?;
                reader.for_each(|_: Stored<Contract>| Ok::<_, persistence::StoreError>(()))?;
                reader.for_each(|_: Stored<Membership>| Ok::<_, persistence::StoreError>(()))
            })
        });
        read?;
        reading.push(seconds);
        let (seconds, run) = timed(|| run_of_everybody(service));
        if run?.get("changed") != Some(&0.into()) {
            return Err("the second run found something to do".into());
        }
        ours.push(seconds);
    }
    table.add(&Line {
        row: "S1",
        what: format!("the same from the database, {}", place.name()),
        unit: Unit::Time,
        ours,
        yardstick: Some(("reading the rows".to_owned(), reading)),
        goal: Goal::at_most_times(3.0),
        said: "at most 3 times",
    });
    Ok(())
}
