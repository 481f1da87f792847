//! Plans (H-03) and the reports of the role sync (R-06): beside the log.

use chrono::{TimeDelta, Utc};
use domain::id::{UserId, WorkerId};
use persistence::testing::on_every_backend;
use persistence::{NewOperation, OperationError, OperationState, Plan, PlanLine, PlanSection, PlanState, Store};
use uuid::Uuid;

use crate::support::*;

fn plan(store: &Store, made_by: Option<UserId>, request: &str, lines: &[PlanLine]) -> Plan {
    let written = write(store, |tx| {
        let (made_at, expires_at) = (tx.now(), tx.now() + TimeDelta::hours(1));
        let plan = Plan {
            id: Uuid::now_v7(),
            made_by,
            made_at,
            expires_at,
            request: request.to_owned(),
            findings: "{}".to_owned(),
            hash: "abc".to_owned(),
            applied: None,
        };
        tx.keep_plan(&plan, lines)?;
        Ok(plan)
    });
    let written = written.unwrap();
    assert!(!written.changed, "the log knows nothing of it");
    written.value
}

fn line(section: PlanSection, position: i64, user_id: Option<UserId>) -> PlanLine {
    PlanLine { section, position, user_id, line: format!("{}-{position}", section.as_str()) }
}

#[test]
fn a_plan_is_kept_with_its_lines_and_applied_once() {
    on_every_backend(|store| {
        let ada = user("ada");
        create(store, &ada);
        let lines = [
            line(PlanSection::Change, 0, None),
            line(PlanSection::Change, 1, None),
            line(PlanSection::Right, 0, None),
            line(PlanSection::Person, 0, Some(ada.id)),
            line(PlanSection::Person, 1, None),
        ];
        let kept = plan(store, Some(ada.id), "r", &lines);
        let read = |id| store.read(|reader| reader.plan(id)).unwrap();
        assert_eq!(read(kept.id), Some(kept.clone()));
        let part = |section, user, after, limit| {
            store.read(|reader| reader.plan_lines(kept.id, section, user, after, limit)).unwrap()
        };
        assert_eq!(part(PlanSection::Change, None, -1, 1), lines[..1]);
        assert_eq!(part(PlanSection::Change, None, 0, 5), lines[1..2]);
        assert_eq!(part(PlanSection::Person, Some(ada.id), -1, 5), lines[3..4]);
        let rights = store.read(|reader| reader.plan_lines_at(kept.id, PlanSection::Right, &[0, 7])).unwrap();
        assert_eq!(rights, lines[2..3]);
        write(store, |tx| tx.plan_applied(kept.id, ada.id, 7)).unwrap();
        let (by, _, revision) = read(kept.id).unwrap().applied.unwrap();
        assert_eq!((by, revision), (ada.id, 7));
        write(store, |tx| tx.discard_plan(kept.id)).unwrap();
        assert_eq!(read(kept.id), None);
        assert_eq!(part(PlanSection::Change, None, -1, 5), []);
    });
}

/// An operation with a file of these parts.
fn operation(store: &Store, parts: &[&[u8]]) -> Uuid {
    let id = Uuid::now_v7();
    write(store, |tx| {
        let parameters = serde_json::json!({});
        tx.create_operation(NewOperation { id, kind: "test".into(), parameters, created_by: None, total: None })?;
        parts.iter().try_for_each(|part| tx.append_operation_file(id, part).map(|_| ()))
    })
    .unwrap();
    id
}

/// The parts of an operation's file.
fn file(store: &Store, operation: Uuid) -> Vec<Vec<u8>> {
    let part = |part| store.read(|reader| reader.operation_file(operation, part)).unwrap();
    (0..).map_while(part).collect()
}

#[test]
fn a_file_is_kept_with_a_plan_and_goes_with_it() {
    on_every_backend(|store| {
        let parts: [&[u8]; 2] = [b"one", b"two\xff"];
        let (first, second, third) = (operation(store, &parts), operation(store, &[]), operation(store, &[]));
        let kept = plan(store, None, "r", &[]);
        write(store, |tx| tx.keep_plan_file(kept.id, first)).unwrap();
        finish(store, first, OperationState::Succeeded);
        while write(store, |tx| tx.delete_operation_file_part(first)).unwrap().value {}
        write(store, |tx| tx.take_plan_file(kept.id, second)).unwrap();
        assert_eq!(file(store, second), parts);
        write(store, |tx| tx.discard_plan(kept.id)).unwrap();
        write(store, |tx| tx.take_plan_file(kept.id, third)).unwrap();
        assert_eq!(file(store, third), Vec::<Vec<u8>>::new());
        let other = plan(store, None, "r", &[]);
        write(store, |tx| {
            tx.keep_plan_file(other.id, second)?;
            tx.delete_plan_file(other.id)?;
            tx.take_plan_file(other.id, third)
        })
        .unwrap();
        assert_eq!(file(store, third), Vec::<Vec<u8>>::new());
    });
}

#[test]
fn plans_come_newest_first_and_go_when_their_time_is_over() {
    on_every_backend(|store| {
        let ada = user("ada");
        create(store, &ada);
        let (first, second) = (plan(store, Some(ada.id), "1", &[]), plan(store, None, "2", &[]));
        let list = |of, after| {
            let found = store.read(|reader| reader.plans(of, (&[], Utc::now()), after, 5)).unwrap();
            found.into_iter().map(|plan| plan.id).collect::<Vec<_>>()
        };
        assert_eq!(list(None, None), [second.id, first.id]);
        assert_eq!(list(Some(ada.id), None), [first.id]);
        assert_eq!(list(None, Some((second.made_at, second.id))), [first.id]);
        assert_eq!(write(store, |tx| tx.delete_plans(tx.now())).unwrap().value, 0);
        assert_eq!(write(store, |tx| tx.delete_plans(tx.now() + TimeDelta::hours(2))).unwrap().value, 2);
        assert_eq!(list(None, None), Vec::<Uuid>::new());
    });
}

#[test]
fn plans_are_listed_by_where_they_stand() {
    on_every_backend(|store| {
        let ada = user("ada");
        create(store, &ada);
        let (open, applied) = (plan(store, Some(ada.id), "1", &[]), plan(store, None, "2", &[]));
        write(store, |tx| tx.plan_applied(applied.id, ada.id, 7)).unwrap();
        let now = open.made_at;
        let later = now + TimeDelta::hours(2);
        let list = |states: &[PlanState], at| {
            let found = store.read(|reader| reader.plans(None, (states, at), None, 5)).unwrap();
            found.iter().for_each(|plan| assert!(states.is_empty() || states.contains(&plan.state(at))));
            found.into_iter().map(|plan| plan.id).collect::<Vec<_>>()
        };
        assert_eq!(list(&[PlanState::Open], now), [open.id]);
        assert_eq!(list(&[PlanState::Open], later), Vec::<Uuid>::new());
        assert_eq!(list(&[PlanState::Expired], later), [open.id]);
        assert_eq!(list(&[PlanState::Expired], now), Vec::<Uuid>::new());
        assert_eq!(list(&[PlanState::Applied], later), [applied.id]);
        assert_eq!(list(&[PlanState::Applied, PlanState::Expired], later), [applied.id, open.id]);
        assert_eq!(list(PlanState::ALL, now), list(&[], now));
    });
}

#[test]
fn a_plan_goes_with_the_person_that_it_is_about() {
    // U-08
    on_every_backend(|store| {
        let (ada, ben) = (user("ada"), user("ben"));
        create(store, &ada);
        create(store, &ben);
        let by_line = plan(store, Some(ben.id), "nothing", &[line(PlanSection::Person, 0, Some(ada.id))]);
        let by_text = plan(store, Some(ben.id), "{\"login\": \"ada\"}", &[]);
        let own = plan(store, Some(ada.id), "nothing", &[]);
        let other = plan(store, Some(ben.id), "nothing", &[line(PlanSection::Person, 0, Some(ben.id))]);
        // Who is in a file is not to be told from its bytes.
        let with_file = plan(store, Some(ben.id), "nothing", &[]);
        let import = operation(store, &[b"first_name\nAda\n"]);
        write(store, |tx| tx.keep_plan_file(with_file.id, import)).unwrap();
        let traces = persistence::Traces { user: ada.id, login_hashes: vec![], texts: vec!["ada".into()] };
        let erased = write(store, |tx| tx.erase_beside(&traces)).unwrap().value;
        assert!(erased.contains(&("plans", 4)), "{erased:?}");
        let left = store.read(|reader| reader.plans(None, (&[], Utc::now()), None, 9)).unwrap();
        assert_eq!(left, [other], "{} {} {}", by_line.id, by_text.id, own.id);
    });
}

#[test]
fn what_is_rehearsed_leaves_nothing() {
    on_every_backend(|store| {
        let ada = user("ada");
        let seen = store.rehearse(|tx| {
            tx.create(ada.clone())?;
            tx.create_operation(NewOperation {
                id: ada.id.0,
                kind: "test".into(),
                parameters: serde_json::json!({}),
                created_by: None,
                total: None,
            })?;
            Ok::<_, persistence::StoreError>((tx.get::<domain::user::User>(ada.id.0)?.is_some(), tx.revision()))
        });
        let (seen, revision) = seen.unwrap();
        assert!(seen, "it is seen while it lasts");
        assert!(get::<domain::user::User>(store, ada.id).is_none());
        assert!(store.read(|reader| reader.operation(ada.id.0)).unwrap().is_none());
        assert_eq!(create(store, &ada).revision, revision, "its revision was not used up");
    });
}

#[test]
fn reports_of_a_role_sync_come_in_pages_by_worker() {
    // R-06
    on_every_backend(|store| {
        let mut workers: Vec<WorkerId> = ["a", "b", "c"]
            .map(|name| {
                let worker = worker(name);
                create(store, &worker);
                worker.id
            })
            .into();
        workers.sort_unstable();
        let operation = Uuid::now_v7();
        let lines: Vec<(WorkerId, String)> = workers.iter().map(|id| (*id, format!("report {id}"))).collect();
        write(store, |tx| {
            tx.create_operation(NewOperation {
                id: operation,
                kind: "role_sync".into(),
                parameters: serde_json::json!({}),
                created_by: None,
                total: None,
            })?;
            tx.add_role_sync_reports(operation, &lines)
        })
        .unwrap();
        let page = |worker, after, limit| {
            store.read(|reader| reader.role_sync_reports(operation, worker, after, limit)).unwrap()
        };
        assert_eq!(page(None, None, 2), lines[..2]);
        assert_eq!(page(None, Some(workers[1].0), 2), lines[2..]);
        assert_eq!(page(Some(workers[2]), None, 2), lines[2..]);
        let of_kind =
            |kind: &str| store.read(|reader| reader.operations(None, Some(kind), &[], None, 5)).unwrap().len();
        assert_eq!((of_kind("role_sync"), of_kind("import")), (1, 0));
        let in_state = |states: &[OperationState]| {
            store.read(|reader| reader.operations(None, Some("role_sync"), states, None, 5)).unwrap().len()
        };
        assert_eq!((in_state(&[OperationState::Queued]), in_state(&[OperationState::Failed])), (1, 0));
        assert_eq!(in_state(&[OperationState::Failed, OperationState::Queued]), 1);
        write(store, |tx| tx.drop_role_sync_reports(operation)).unwrap();
        assert_eq!(page(None, None, 2), []);
    });
}

#[test]
fn operations_go_when_they_ended_long_ago_with_all_that_hangs_on_them() {
    // R-06
    on_every_backend(|store| {
        let worker = worker("a");
        create(store, &worker);
        let make = || {
            let id = Uuid::now_v7();
            let new = NewOperation {
                id,
                kind: "role_sync".into(),
                parameters: serde_json::json!({}),
                created_by: None,
                total: None,
            };
            let error = OperationError { line: 1, code: "required".into(), pointer: None, detail: "is missing".into() };
            write(store, |tx| {
                tx.create_operation(new)?;
                tx.add_operation_errors(id, &[error])?;
                tx.add_role_sync_reports(id, &[(worker.id, "report".to_owned())])
            })
            .unwrap();
            id
        };
        let finish = |id| finish(store, id, OperationState::Cancelled);
        let (old, queued, running) = (make(), make(), make());
        // The oldest that is queued is taken on first.
        finish(old);
        let started = write(store, |tx| tx.start_next_operation(tx.now())).unwrap().value;
        assert_eq!(started.map(|operation| operation.id), Some(queued));
        let (running, queued) = (queued, running);
        let limit = finish(make()).at + TimeDelta::microseconds(1);
        let young = make();
        let delete = |before| write(store, |tx| tx.delete_operations(before)).unwrap().value;
        let there = |id| {
            let operation = store.read(|reader| reader.operation(id)).unwrap().is_some();
            let errors = store.read(|reader| reader.operation_errors(id, -1, 5)).unwrap().len() == 1;
            let reports = store.read(|reader| reader.role_sync_reports(id, None, None, 5)).unwrap().len() == 1;
            assert_eq!((operation, errors), (errors, reports));
            operation
        };
        assert_eq!(delete(limit), 2);
        assert_eq!([old, queued, running, young].map(there), [false, true, true, true]);
        finish(young);
        assert_eq!(delete(limit + TimeDelta::days(1)), 1);
        assert_eq!([queued, running, young].map(there), [true, true, false]);
    });
}
