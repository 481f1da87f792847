//! Records are found by the keys that follow from their fields, stored or pending alike.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::area::{Area, MarkPattern, Notice, ProtectionRule};
use domain::change::{Entity, Record};
use domain::grant::{Grant, Module, Object, ObjectType, Scope};
use domain::id::Kind;
use domain::notification::NotificationSubscription;
use domain::organisation::{Contract, Department, Position};
use domain::qualification::Qualification;
use domain::role::{Membership, Role, RoleRule};
use domain::setting::Setting;
use domain::token::ApiToken;
use domain::user::{User, UserKind, UserState};
use domain::wage::{WageOffer, WageType};
use domain::worker::Worker;
use persistence::testing::{on_every_backend, postgresql};
use persistence::{Key, Store, StoreError, Table};

use crate::samples::*;
use crate::support::*;

fn pick<T: Table>(samples: &[Record], which: usize) -> T {
    samples.iter().filter_map(T::from_record).nth(which).unwrap().clone()
}

/// Looks a key up in the database, in a write that created the records itself, and in one that
/// loads them.
fn found<T: Table + std::fmt::Debug>(store: &Store, key: &Key, expected: &[&T]) {
    let expected: Vec<T> = expected.iter().map(|value| (*value).clone()).collect();
    let values = |rows: Vec<persistence::Stored<T>>| -> Vec<T> { rows.into_iter().map(|row| row.value).collect() };
    let read = store.read(|reader| reader.find::<T>(key)).unwrap();
    assert_eq!(values(read), expected, "read {key:?}");
    write(store, |tx| {
        assert_eq!(values(tx.find::<T>(key)?), expected, "loaded {key:?}");
        // Pending: all gone, then all back.
        for value in &expected {
            tx.remove::<T>(value.uuid())?;
        }
        assert_eq!(values(tx.find::<T>(key)?), vec![], "removed {key:?}");
        for value in &expected {
            tx.create(value.clone())?;
        }
        assert_eq!(values(tx.find::<T>(key)?), expected, "created {key:?}");
        assert_eq!(tx.changes(), vec![]);
        Ok(())
    })
    .unwrap();
}

#[test]
fn records_are_found_by_every_key_they_have() {
    on_every_backend(|store| {
        let samples = samples();
        write(store, |tx| {
            samples.iter().for_each(|sample| sample.create(tx));
            Ok(())
        })
        .unwrap();
        let s = &samples;
        let (user, service): (User, User) = (pick(s, 0), pick(s, 1));
        let (closed, active): (Worker, Worker) = (pick(s, 0), pick(s, 1));
        let (all, sales): (Department, Department) = (pick(s, 0), pick(s, 1));
        let (clerk, _): (Position, Position) = (pick(s, 0), pick(s, 1));
        let (ended, signed): (Contract, Contract) = (pick(s, 0), pick(s, 1));
        let (team, plain): (Role, Role) = (pick(s, 0), pick(s, 1));
        let (rule, other_rule): (RoleRule, RoleRule) = (pick(s, 0), pick(s, 1));
        let (automatic, nested): (Membership, Membership) = (pick(s, 0), pick(s, 1));
        let (stock, _): (Module, Module) = (pick(s, 0), pick(s, 1));
        let (crates, boxes): (ObjectType, ObjectType) = (pick(s, 0), pick(s, 1));
        let (object, _): (Object, Object) = (pick(s, 0), pick(s, 1));
        let (over_sales, personal): (Grant, Grant) = (pick(s, 0), pick(s, 1));
        let (token, other_token): (ApiToken, ApiToken) = (pick(s, 0), pick(s, 1));
        let (qualification, other): (Qualification, Qualification) = (pick(s, 0), pick(s, 1));
        let (named, of_all): (NotificationSubscription, NotificationSubscription) = (pick(s, 0), pick(s, 1));
        let (top, accounting): (Area, Area) = (pick(s, 0), pick(s, 1));
        let (of_area, of_all_areas): (MarkPattern, MarkPattern) = (pick(s, 0), pick(s, 1));
        let (protection, _): (ProtectionRule, ProtectionRule) = (pick(s, 0), pick(s, 1));
        let (notice, other_notice): (Notice, Notice) = (pick(s, 0), pick(s, 1));
        let (overtime, holiday): (WageType, WageType) = (pick(s, 0), pick(s, 1));
        let (in_person, of_role): (WageOffer, WageOffer) = (pick(s, 0), pick(s, 1));
        let (setting, _): (Setting, Setting) = (pick(s, 0), pick(s, 1));

        found(store, &Key::ExternalId(Kind::User, "u-1".into()), &[&user]);
        found::<User>(store, &Key::ExternalId(Kind::User, "w-1".into()), &[]);
        found(store, &Key::UserLogin("ada".into()), &[&user]);
        found(store, &Key::All(Kind::User), &[&user, &service]);
        found(store, &Key::PersonalNumber("00042".into()), &[&closed]);
        found(store, &Key::WorkerOfUser(user.id), &[&closed]);
        found(store, &Key::LinkedWorkers, &[&closed]);
        found(store, &Key::Code(Kind::Department, "all".into()), &[&all]);
        found(store, &Key::ChildrenOf(all.id), &[&sales]);
        found(store, &Key::HeadedBy(closed.id), &[&sales]);
        found(store, &Key::Code(Kind::Position, "clerk".into()), &[&clerk]);
        found::<Position>(store, &Key::Code(Kind::Position, "Clerk".into()), &[]);
        found(store, &Key::ContractsOf(closed.id), &[&ended]);
        found(store, &Key::ContractsIn(all.id), &[&signed]);
        found(store, &Key::ContractsAs(clerk.id), &[&ended]);
        found(store, &Key::SupervisedBy(active.id), &[&ended]);
        found(store, &Key::Code(Kind::Role, "plain".into()), &[&plain]);
        found(store, &Key::RulesOf(team.id), &[&rule, &other_rule]);
        found(store, &Key::MembersOf(team.id), &[&automatic]);
        found(store, &Key::MembershipsOf(automatic.member), &[&automatic]);
        found(store, &Key::MembershipsOf(nested.member), &[&nested]);
        found(store, &Key::MembershipsOfContract(ended.id), &[&automatic]);
        found(store, &Key::MembershipsOfRule(rule.id), &[&automatic]);
        found(store, &Key::Code(Kind::Module, "stock".into()), &[&stock]);
        found(store, &Key::Code(Kind::ObjectType, "box".into()), &[&boxes]);
        found(store, &Key::TypesIn("stock".into()), &[&crates, &boxes]);
        found(store, &Key::ObjectsOfType("crate".into()), &[&object]);
        found(store, &Key::ObjectsIn(sales.id), &[&object]);
        found(store, &Key::AssignedTo(user.id), &[&object]);
        found(store, &Key::GrantsOf(over_sales.holder), &[&over_sales]);
        found(store, &Key::GrantsOf(personal.holder), &[&personal]);
        found(store, &Key::GrantsIn("stock".into()), &[&over_sales]);
        found(store, &Key::GrantsOn(personal.scope.clone()), &[&personal]);
        for include_subtree in [false, true] {
            let scope = Scope::Department { id: sales.id, include_subtree };
            found(store, &Key::GrantsOn(scope), &[&over_sales]);
        }
        found::<Grant>(store, &Key::GrantsOn(Scope::All), &[]);
        found(store, &Key::TokensOf(service.id), &[&token, &other_token]);
        found(store, &Key::QualificationsOf(user.id), &[&qualification, &other]);
        found(store, &Key::SubscriptionsOf(named.role_id), &[&named]);
        found(store, &Key::SubscriptionsTo("account_blocked".into()), &[&named, &of_all]);
        found(store, &Key::SubscriptionsNaming(user.id), &[&named]);
        found(store, &Key::AreasOwnedBy(user.id), &[&top, &accounting]);
        found(store, &Key::AreasBelow(top.id), &[&accounting]);
        found(store, &Key::AreaMark("Ucetnictvi".into()), &[&accounting]);
        found(store, &Key::PatternsOf(accounting.id), &[&of_area]);
        found(store, &Key::PatternsFor("crate".into()), &[&of_area, &of_all_areas]);
        found(store, &Key::ProtectionOf("canteen".into()), &[&protection]);
        found(store, &Key::ObjectsInArea(accounting.id), &[&object]);
        found(store, &Key::ObjectsMarked("2020-1/Ucetnictvi/345".into()), &[&object]);
        found(store, &Key::NoticesOn(object.id), &[&notice, &other_notice]);
        found(store, &Key::NoticesIn(accounting.id), &[&notice, &other_notice]);
        found::<User>(store, &Key::ExternalFillers, &[]);
        found(store, &Key::Code(Kind::WageType, "overtime".into()), &[&overtime]);
        found(store, &Key::WageOffersOf(in_person.holder), &[&in_person]);
        found(store, &Key::WageOffersOf(of_role.holder), &[&of_role]);
        found(store, &Key::OffersOfWageType(holiday.id), &[&of_role]);
        found(store, &Key::SettingKey("working_hours".into()), &[&setting]);

        let wrong = store.read(|reader| reader.find::<User>(&Key::LinkedWorkers));
        assert!(matches!(wrong, Err(StoreError::Misuse(_))));
    });
}

#[test]
fn a_forgotten_login_is_free() {
    on_every_backend(|store| {
        let old = user("Ada");
        create(store, &old);
        let key = Key::UserLogin(domain::name::key("ADA"));
        found(store, &key, &[&old]);
        write(store, |tx| {
            tx.get::<User>(old.id.0)?;
            tx.update(User { state: UserState::Forgotten, ..old.clone() })?;
            assert_eq!(tx.find::<User>(&key)?.len(), 0);
            tx.create(user("ada"))
        })
        .unwrap();
    });
}

#[test]
fn many_keys_are_loaded_at_once_each_record_once() {
    on_every_backend(|store| {
        let (boss, clerk) = (worker("1"), worker("2"));
        let (place, job) = (department("d"), position("p"));
        let one = Contract { supervisor_id: Some(boss.id), ..contract(&clerk, &place, &job) };
        write(store, |tx| {
            tx.create(boss.clone())?;
            tx.create(clerk.clone())?;
            tx.create(place.clone())?;
            tx.create(job.clone())?;
            tx.create(one.clone())
        })
        .unwrap();
        let keys = [
            Key::ContractsOf(clerk.id),
            Key::ContractsOf(boss.id),
            Key::SupervisedBy(boss.id),
            Key::ContractsIn(place.id),
        ];
        let found = store.read(|reader| reader.find_many::<Contract>(&keys)).unwrap();
        assert_eq!(found.iter().map(|row| &row.value).collect::<Vec<_>>(), [&one]);
        write(store, |tx| {
            tx.preload_keys::<Contract>(&keys)?;
            assert_eq!(tx.find::<Contract>(&keys[0])?.len(), 1);
            assert_eq!(tx.find::<Contract>(&keys[1])?.len(), 0);
            // A key that a pending change brings, and one that it takes away.
            tx.update(Contract { worker_id: boss.id, supervisor_id: None, ..one.clone() })?;
            assert_eq!(tx.find::<Contract>(&keys[0])?.len(), 0);
            assert_eq!(tx.find::<Contract>(&keys[1])?.len(), 1);
            assert_eq!(tx.find::<Contract>(&keys[2])?.len(), 0);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn more_keys_than_one_statement_holds_are_found() {
    on_every_backend(|store| {
        let positions: Vec<_> = (0..2_500).map(|n| position(&format!("p{n}"))).collect();
        write(store, |tx| positions.iter().cloned().try_for_each(|p| tx.create(p))).unwrap();
        let keys: Vec<_> = (0..3_000).map(|n| Key::Code(Kind::Position, format!("p{n}"))).collect();
        let ids: Vec<_> = positions.iter().map(Entity::uuid).rev().collect();
        store
            .read(|reader| {
                assert_eq!(reader.find_many::<Position>(&keys)?.len(), 2_500);
                let rows = reader.get_many::<Position>(&ids)?;
                assert_eq!(rows.iter().map(|row| row.value.uuid()).collect::<Vec<_>>(), ids);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn external_administrators_are_found_by_their_kind() {
    // G-3
    on_every_backend(|store| {
        let samples = samples();
        let user: User = pick(&samples, 0);
        let outside = User { kind: UserKind::ExternalAdministrator, ..user };
        write(store, |tx| {
            let service: User = pick(&samples, 1);
            tx.create(service)?;
            tx.create(outside.clone())
        })
        .unwrap();
        found(store, &Key::ExternalAdministrators, &[&outside]);
    });
}

#[derive(QueryableByName, Debug)]
struct Scans {
    #[diesel(sql_type = BigInt)]
    whole: i64,
    #[diesel(sql_type = BigInt)]
    by_index: i64,
}

#[test]
fn long_work_looks_up_by_index_also_where_the_server_knows_nothing_of_the_table() {
    let Some(database) = postgresql() else { return };
    let mut server = PgConnection::establish(database.url()).unwrap();
    let mut scans = || -> Scans {
        let sql = "SELECT seq_scan AS whole, idx_scan AS by_index FROM pg_stat_user_tables WHERE relname = 'contracts'";
        diesel::sql_query(sql).get_result(&mut server).unwrap()
    };
    let keys: Vec<_> = (0..400).map(|_| Key::ContractsOf(new_id())).collect();
    let in_a_write = |store: Store| write(&store, |tx| tx.preload_keys::<Contract>(&keys)).map(|_| ());
    let in_a_snapshot = |store: Store| {
        store.read(|reader| {
            reader.look_up_by_index()?;
            reader.find_many::<Contract>(&keys).map(|_| ())
        })
    };
    for look_up in [&in_a_write as &dyn Fn(Store) -> Result<(), StoreError>, &in_a_snapshot] {
        let before = scans();
        // The server counts when the connection ends, which is when the store is dropped.
        look_up(database.store()).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        let after = loop {
            let now = scans();
            if now.by_index > before.by_index || now.whole > before.whole || Instant::now() > until {
                break now;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(after.whole, before.whole, "the whole table was read");
        assert!(after.by_index > before.by_index);
    }
}
