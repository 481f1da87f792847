//! What the database itself refuses, whoever asks.

use domain::area::{Area, AreaClass, AreaKind, MarkPattern, Notice, ProtectionRule};
use domain::change::Record;
use domain::grant::{Grant, Holder, Object, ObjectType, Scope, Template};
use domain::notification::NotificationSubscription;
use domain::organisation::{Contract, ContractState, Department, Position};
use domain::qualification::Qualification;
use domain::role::{Member, Membership, Role, Source};
use domain::setting::Setting;
use domain::token::ApiToken;
use domain::user::User;
use domain::wage::{Amount, Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use domain::worker::Worker;
use persistence::testing::on_every_backend;
use persistence::{Constraint, Store, StoreError, Table};

use crate::samples::*;
use crate::support::*;

fn start(store: &Store) -> Vec<Record> {
    let samples = samples();
    write(store, |tx| {
        samples.iter().for_each(|sample| sample.create(tx));
        Ok(())
    })
    .unwrap();
    samples
}

fn first<T: Table>(samples: &[Record]) -> T {
    samples.iter().find_map(T::from_record).unwrap().clone()
}

fn last<T: Table>(samples: &[Record]) -> T {
    samples.iter().filter_map(T::from_record).next_back().unwrap().clone()
}

fn some_area(samples: &[Record]) -> Area {
    area("Another", &first(samples), &first(samples))
}

/// Creating the record is refused for that reason; `name` where both databases tell one.
fn refused<T: Table>(store: &Store, value: T, reason: Constraint, name: Option<&str>) {
    let before = store.read(|reader| reader.revision()).unwrap();
    let what = value.clone().into();
    match write(store, |tx| tx.create(value)) {
        Err(StoreError::Conflict { constraint, name: told }) => {
            assert_eq!(constraint, reason, "{what:?}: {told:?}");
            if let Some(name) = name {
                assert_eq!(told.as_deref(), Some(name), "{what:?}");
            }
        }
        other => panic!("{what:?}: {other:?}"),
    }
    assert_eq!(store.read(|reader| reader.revision()).unwrap(), before);
}

#[test]
fn values_that_must_be_unique() {
    on_every_backend(|store| {
        let s = start(store);
        let unique = Constraint::Unique;
        let name = |text| Some(text);
        refused(store, User { login: Some("ADA".into()), ..user("x") }, unique, name("users_login_key_key"));
        let external = Some("u-1".to_owned());
        refused(store, User { external_id: external, ..user("x") }, unique, name("users_external_id_key"));
        refused(store, worker("7"), unique, name("workers_personal_number_key"));
        let linked = Worker { user_id: first::<Worker>(&s).user_id, ..worker("8") };
        refused(store, linked, unique, name("workers_user_id_key"));
        refused(store, department("all"), unique, name("departments_code_key"));
        refused(store, position("boss"), unique, name("positions_code_key"));
        refused(store, role("plain"), unique, name("roles_code_key"));
        refused(store, module("stock"), unique, name("modules_code_key"));
        refused(store, object_type("box", &first(&s)), unique, name("object_types_code_key"));
        refused(store, Setting::new("four_eyes", true.into()), unique, name("settings_key_key"));
        refused(store, Membership { id: new_id(), ..last(&s) }, unique, name("memberships_role_parts_key"));
        let again = Membership { id: new_id(), external_id: None, ..first(&s) };
        refused(store, again, unique, name("memberships_contract_id_rule_id_key"));
        let parts = name("notification_subscriptions_parts_key");
        refused(store, NotificationSubscription { id: new_id(), ..last(&s) }, unique, parts);
        refused(store, NotificationSubscription { id: new_id(), external_id: None, ..first(&s) }, unique, parts);
        refused(store, Grant { id: new_id(), ..last(&s) }, unique, name("grants_parts_key"));
        refused(store, Grant { id: new_id(), external_id: None, ..first(&s) }, unique, name("grants_parts_key"));
        refused(store, Area { mark: Some("Ucetnictvi".into()), ..some_area(&s) }, unique, name("areas_mark_key"));
        refused(store, wage_type("overtime"), unique, name("wage_types_code_key"));
        refused(store, WageOffer { id: new_id(), ..last(&s) }, unique, name("wage_offers_parts_key"));
        let pattern = MarkPattern { id: new_id(), ..last(&s) };
        refused(store, pattern, unique, name("mark_patterns_parts_key"));
        let same_mark = Object { id: new_id(), external_id: None, ..first(&s) };
        refused(store, same_mark.clone(), unique, name("objects_mark_key_key"));
        create(store, &Object { unique_mark: false, ..same_mark });
        let everywhere = Grant { id: new_id(), scope: Scope::All, ..last(&s) };
        create(store, &everywhere);
        refused(store, Grant { id: new_id(), ..everywhere }, unique, name("grants_parts_key"));
        // Another window, another source, other letters: another thing.
        create(store, &Membership { id: new_id(), window: year(), ..last(&s) });
        create(store, &Membership { id: new_id(), source: Source::Scim, ..last(&s) });
        create(store, &position("Boss"));
        // An id, too, also when the record was never loaded.
        let there: Position = first(&s);
        refused(store, Position { code: "x".into(), external_id: None, ..there }, unique, None);
    });
}

#[test]
fn things_that_must_exist() {
    on_every_backend(|store| {
        let s = start(store);
        let (key, none) = (Constraint::ForeignKey, None);
        let contract: Contract = first(&s);
        let fresh = Contract { id: new_id(), external_id: None, ..contract };
        refused(store, Worker { user_id: Some(new_id()), ..worker("9") }, key, none);
        refused(store, Qualification { user_id: new_id(), ..qualification(&user("q")) }, key, none);
        refused(store, subscription(&role("unknown")), key, none);
        let known = subscription(&last::<Role>(&s));
        let person = Some(new_id());
        refused(store, NotificationSubscription { user_id: person, ..known }, key, none);
        refused(store, Department { parent_id: Some(new_id()), ..department("x") }, key, none);
        refused(store, Department { head_id: Some(new_id()), ..department("x") }, key, none);
        refused(store, Contract { worker_id: new_id(), ..fresh.clone() }, key, none);
        refused(store, Contract { department_id: new_id(), ..fresh.clone() }, key, none);
        refused(store, Contract { position_id: new_id(), ..fresh.clone() }, key, none);
        refused(store, Contract { supervisor_id: Some(new_id()), ..fresh }, key, none);
        refused(store, rule(&role("unknown")), key, none);
        refused(store, membership(&last::<Role>(&s), Member::User(new_id())), key, none);
        refused(store, membership(&last::<Role>(&s), Member::Role(new_id())), key, none);
        let automatic: Membership = first(&s);
        let automatic = Membership { id: new_id(), external_id: None, ..automatic };
        refused(store, Membership { contract_id: Some(new_id()), ..automatic.clone() }, key, none);
        refused(store, Membership { rule_id: Some(new_id()), ..automatic }, key, none);
        refused(store, object_type("x", &module("unknown")), key, none);
        refused(store, object("x", &object_type("unknown", &first(&s))), key, none);
        let object: Object = last(&s);
        let fresh = Object { id: new_id(), external_id: None, ..object };
        refused(store, Object { department_id: Some(new_id()), ..fresh.clone() }, key, none);
        refused(store, Object { author_id: Some(new_id()), ..fresh.clone() }, key, none);
        refused(store, Object { assignee_id: Some(new_id()), ..fresh.clone() }, key, none);
        refused(store, Object { area_id: Some(new_id()), ..fresh }, key, none);
        refused(store, Area { owner_id: new_id(), ..some_area(&s) }, key, none);
        refused(store, Area { parent_id: Some(new_id()), ..some_area(&s) }, key, none);
        let pattern = mark_pattern(&last::<ObjectType>(&s));
        refused(store, MarkPattern { area_id: Some(new_id()), ..pattern.clone() }, key, none);
        refused(store, MarkPattern { object_type: "unknown".into(), ..pattern }, key, none);
        let guards =
            ProtectionRule { class: None, module: Some("unknown".into()), ..protection_rule(&last::<Role>(&s)) };
        refused(store, guards, key, none);
        let offer = wage_offer(Holder::Role(last::<Role>(&s).id), &last(&s));
        refused(store, WageOffer { wage_type_id: new_id(), ..offer.clone() }, key, none);
        refused(store, WageOffer { holder: Holder::Role(new_id()), ..offer.clone() }, key, none);
        refused(store, WageOffer { holder: Holder::User(new_id()), ..offer }, key, none);
        let notice = Notice { id: new_id(), ..last(&s) };
        refused(store, Notice { object_id: new_id(), ..notice.clone() }, key, none);
        refused(store, Notice { area_id: new_id(), ..notice.clone() }, key, none);
        refused(store, Notice { author_id: new_id(), ..notice.clone() }, key, none);
        refused(store, Notice { recipient_id: new_id(), ..notice }, key, none);
        let user = first::<User>(&s).id;
        let grant = |scope| grant(Holder::User(user), &first(&s), scope);
        refused(store, grant(Scope::Department { id: new_id(), include_subtree: false }), key, none);
        refused(store, grant(Scope::Worker { id: new_id() }), key, none);
        refused(store, grant(Scope::Area { id: new_id() }), key, none);
        refused(store, grant(Scope::Object { id: new_id() }), key, none);
        refused(store, grant(Scope::ObjectType { id: "unknown".into() }), key, none);
        refused(store, Grant { holder: Holder::User(new_id()), ..grant(Scope::All) }, key, none);
        refused(store, Grant { holder: Holder::Role(new_id()), ..grant(Scope::All) }, key, none);
        refused(store, Grant { module: "unknown".into(), ..grant(Scope::All) }, key, none);
        refused(store, ApiToken { user_id: new_id(), ..api_token(&first(&s)) }, key, none);
        // What others refer to stays.
        let gone = write(store, |tx| tx.remove::<User>(user.0));
        assert!(matches!(gone, Err(StoreError::Conflict { constraint: Constraint::ForeignKey, .. })));
        assert!(get::<User>(store, user).is_some());
    });
}

#[test]
fn references_are_looked_at_when_the_write_ends() {
    on_every_backend(|store| {
        // The one that refers comes first, in each table and between them.
        let (below, above) = (department("below"), department("above"));
        let (linked, account) = (worker("1"), user("ada"));
        write(store, |tx| {
            tx.create(Worker { user_id: Some(account.id), ..linked.clone() })?;
            tx.create(Department { parent_id: Some(above.id), ..below.clone() })?;
            tx.create(Department { head_id: Some(linked.id), ..above.clone() })?;
            tx.create(account.clone())
        })
        .unwrap();
        write(store, |tx| {
            tx.remove::<User>(account.id.0)?;
            tx.remove::<Department>(above.id.0)?;
            tx.remove::<Worker>(linked.id.0)?;
            tx.remove::<Department>(below.id.0)
        })
        .unwrap();
    });
}

#[test]
fn values_out_of_range() {
    on_every_backend(|store| {
        let s = start(store);
        let check = Constraint::Check;
        let backwards = Window::new(Some(day("2026-02-01")), Some(day("2026-01-31")));
        let fresh = Contract { id: new_id(), external_id: None, ..first(&s) };
        let name = |text| Some(text);
        let area = some_area(&s);
        refused(store, Area { processor_ids: vec![], ..area.clone() }, check, name("areas_processors_check"));
        refused(store, Area { parent_id: Some(area.id), ..area }, check, name("areas_parent_check"));
        let pattern: MarkPattern = first(&s);
        let both = MarkPattern { id: new_id(), external_id: None, area_kind: Some(AreaKind::Area), ..pattern };
        refused(store, both, check, name("mark_patterns_place_check"));
        let rule = ProtectionRule { id: new_id(), ..last(&s) };
        let aimless = ProtectionRule { class: None, ..rule.clone() };
        refused(store, aimless, check, name("protection_rules_aim_check"));
        let normal = ProtectionRule { class: Some(AreaClass::Normal), ..rule.clone() };
        refused(store, normal, check, name("protection_rules_class_check"));
        let nobody = ProtectionRule { role_ids: vec![], ..rule };
        refused(store, nobody, check, name("protection_rules_barred_check"));
        refused(store, WageType { request_group: 3, ..wage_type("x") }, check, name("wage_types_request_group_check"));
        let offer = wage_offer(Holder::Role(last::<Role>(&s).id), &first(&s));
        let limits = Limits { max_per_day: Some(Amount::thousandths(-1)), ..Limits::NONE };
        refused(store, WageOffer { limits, ..offer.clone() }, check, name("wage_offers_max_per_day_check"));
        let own = WageOffer { own: true, ..offer };
        let asked_for = WageOffer { mode: WageMode::Workflow, ..own.clone() };
        refused(store, asked_for, check, name("wage_offers_own_role_check"));
        let limits = Limits { max_per_year: Some(Amount::thousandths(1)), ..Limits::NONE };
        refused(store, WageOffer { limits, ..own.clone() }, check, name("wage_offers_own_role_check"));
        let in_person = WageOffer { holder: Holder::User(first::<User>(&s).id), ..own };
        refused(store, in_person, check, name("wage_offers_own_role_check"));
        let empty = Template { id: new_id(), rights: vec![], ..last(&s) };
        refused(store, empty, check, name("templates_rights_check"));
        let by_hand = Grant { id: new_id(), template_id: Some(new_id()), ..last(&s) };
        refused(store, by_hand, check, name("grants_template_check"));
        refused(store, Role { priority: -1, ..role("x") }, check, name("roles_priority_range_check"));
        refused(store, Role { priority: 1_000_001, ..role("x") }, check, name("roles_priority_range_check"));
        refused(store, Role { window: backwards, ..role("x") }, check, name("roles_window_check"));
        let of_ada = Qualification { window: backwards, ..qualification(&first(&s)) };
        refused(store, of_ada, check, name("qualifications_window_check"));
        refused(store, Position { window: backwards, ..position("x") }, check, name("positions_window_check"));
        refused(store, Department { window: backwards, ..department("x") }, check, name("departments_window_check"));
        refused(store, Contract { workload_percent: 1_001, ..fresh.clone() }, check, name("contracts_workload_check"));
        refused(store, Contract { workload_percent: -1, ..fresh.clone() }, check, name("contracts_workload_check"));
        let own = Contract { supervisor_id: Some(fresh.worker_id), ..fresh.clone() };
        refused(store, own, check, name("contracts_supervisor_check"));
        let endless = Contract { state: ContractState::Ended, window: Window::ALWAYS, ..fresh };
        refused(store, endless, check, name("contracts_ended_check"));
        let top = department("x");
        refused(store, Department { parent_id: Some(top.id), ..top }, check, name("departments_parent_check"));
        let plain: Role = last(&s);
        let itself = membership(&plain, Member::Role(plain.id));
        refused(store, itself, check, name("memberships_cycle_check"));
        let half = Membership {
            contract_id: Some(first::<Contract>(&s).id),
            ..membership(&plain, Member::User(first::<User>(&s).id))
        };
        refused(store, half, check, name("memberships_automatic_check"));
        let one_day = Window::new(Some(day("2026-02-01")), Some(day("2026-02-01")));
        create(store, &Position { window: one_day, ..position("one-day") });
    });
}

#[test]
fn a_refused_change_leaves_the_connection_in_order() {
    on_every_backend(|store| {
        let one = position("one");
        create(store, &one);
        for _ in 0..3 {
            refused(store, position("one"), Constraint::Unique, None);
            refused(store, Worker { user_id: Some(new_id()), ..worker("9") }, Constraint::ForeignKey, None);
        }
        assert_eq!(create(store, &position("two")).revision, 2);
        // Swallowed, an error of the database must not pass for success.
        let swallowed = write(store, |tx| {
            let twice = persistence::NewSession {
                id: new_id(),
                user_id: new_id(),
                expires_at: tx.now(),
                refresh_hash: "same".into(),
                user_agent: None,
            };
            tx.create_session(&twice)?;
            tx.create_session(&twice).unwrap_err();
            Ok(())
        });
        assert!(swallowed.is_err());
    });
}

#[test]
fn messages_hold_no_value() {
    on_every_backend(|store| {
        let secret = || position("very-private");
        create(store, &secret());
        let error = write(store, |tx| tx.create(secret())).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("private"), "{error:?}");
    });
}
