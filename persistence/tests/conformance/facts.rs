//! What the rights model is loaded from is what the records say.

use domain::access::Fact;
use domain::change::Record;
use domain::window::Window;
use persistence::StoreError;
use persistence::testing::on_every_backend;

use crate::samples::*;
use crate::support::*;

/// The facts in an order of their own.
fn sorted(facts: impl IntoIterator<Item = Fact>) -> Vec<String> {
    let mut facts: Vec<_> = facts.into_iter().map(|fact| format!("{fact:?}")).collect();
    facts.sort_unstable();
    facts
}

#[test]
fn facts_are_what_the_records_say() {
    on_every_backend(|store| {
        let samples = samples();
        let (worker, department, position) = (worker("1"), department("d"), position("p"));
        // More than are read at a time, with each sort of window.
        let contracts = (0..10_050).map(|number| domain::organisation::Contract {
            window: Window::new(
                (number % 3 > 0).then(|| day("2026-01-31")),
                (number % 2 > 0).then(|| day("9999-12-31")),
            ),
            ..contract(&worker, &department, &position)
        });
        let contracts: Vec<_> = contracts.collect();
        write(store, |tx| {
            samples.iter().for_each(|sample| sample.create(tx));
            tx.create(worker.clone())?;
            tx.create(department.clone())?;
            tx.create(position)?;
            contracts.iter().cloned().try_for_each(|contract| tx.create(contract))
        })
        .unwrap();
        let mut read = Vec::new();
        store
            .read(|reader| {
                reader.for_each_fact(|fact| {
                    read.push(fact);
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
        let unknown = |record: &Record| {
            matches!(
                record,
                Record::Position(_)
                    | Record::RoleRule(_)
                    | Record::ApiToken(_)
                    | Record::Qualification(_)
                    | Record::NotificationSubscription(_)
                    | Record::MarkPattern(_)
                    | Record::Notice(_)
                    | Record::Template(_)
            )
        };
        let expected = samples.into_iter().filter(|record| !unknown(record)).chain([worker.into(), department.into()]);
        let expected = expected.chain(contracts.into_iter().map(Record::from)).map(Fact::from);
        assert_eq!(sorted(read), sorted(expected));
    });
}
