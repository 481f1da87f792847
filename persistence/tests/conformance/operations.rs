//! Long work: taken on by one runner at a time, with its progress, its errors and its file. Never logged.

use chrono::TimeDelta;
use domain::id::UserId;
use persistence::testing::on_every_backend;
use persistence::{NewOperation, OperationError, OperationState, Progress, Store};
use serde_json::json;
use uuid::Uuid;

use crate::support::*;

fn queue(store: &Store, created_by: Option<UserId>) -> Uuid {
    let id = new_id();
    write(store, |tx| {
        tx.create_operation(NewOperation {
            id,
            kind: "import".into(),
            parameters: json!({"kind": "workers", "mode": "atomic"}),
            created_by,
            total: Some(10),
        })
    })
    .unwrap();
    id
}

#[test]
fn operations_run_one_after_the_other_and_survive_their_runner() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let (one, two) = (queue(store, Some(ada)), queue(store, None));
        let next = |stale_after: TimeDelta| {
            let next = write(store, |tx| tx.start_next_operation(tx.now() - stale_after));
            next.unwrap().value
        };
        let hour = TimeDelta::hours(1);
        let started = next(hour).unwrap();
        assert_eq!((started.id, started.state), (one, OperationState::Running));
        assert_eq!(started.parameters["mode"], "atomic");
        assert_eq!((started.created_by, started.total), (Some(ada), Some(10)));
        assert_eq!(next(hour).unwrap().id, two);
        assert_eq!(next(hour), None);
        // Whoever ran the first one gives no sign of life for some time.
        let resumed = next(TimeDelta::zero()).unwrap();
        assert_eq!((resumed.id, resumed.started_at), (one, started.started_at));
        let progress = Progress { done: 4, total: Some(12) };
        // Should it wake again, it has nothing to say any more.
        let early = Progress { done: 1, total: None };
        assert!(!write(store, |tx| tx.has_operation(&started)).unwrap().value);
        assert!(!write(store, |tx| tx.progress_operation(&started, early)).unwrap().value);
        assert!(!write(store, |tx| tx.finish_operation(&started, OperationState::Failed, None)).unwrap().value);
        store.keep_operation(&started).unwrap();
        assert_eq!(read!(store, operation(one)), Some(resumed.clone()));
        assert!(write(store, |tx| tx.has_operation(&resumed)).unwrap().value);
        assert!(write(store, |tx| tx.progress_operation(&resumed, progress)).unwrap().value);
        let now = read!(store, operation(one)).unwrap();
        assert_eq!((now.done, now.total, now.finished_at), (4, Some(12), None));
        let result = json!({"created": 4});
        let finish = |state| write(store, |tx| tx.finish_operation(&resumed, state, Some(&result))).unwrap().value;
        assert!(finish(OperationState::Succeeded));
        assert!(!finish(OperationState::Failed), "it ends once");
        let done = read!(store, operation(one)).unwrap();
        assert_eq!((done.state, done.result), (OperationState::Succeeded, Some(result.clone())));
        assert!(done.finished_at.is_some());
        assert!(!write(store, |tx| tx.progress_operation(&resumed, progress)).unwrap().value);
        assert_eq!(read!(store, operation(new_id())), None);
        // Cancelling: a running one when it next looks, a queued one at once, no other.
        let three = queue(store, Some(ada));
        for (id, cancelled) in [(one, false), (two, true), (three, true)] {
            assert_eq!(write(store, |tx| tx.request_cancel(id)).unwrap().value, cancelled);
        }
        let running = read!(store, operation(two)).unwrap();
        assert!(!write(store, |tx| tx.progress_operation(&running, progress)).unwrap().value);
        let since = running.heartbeat.unwrap();
        store.keep_operation(&running).unwrap();
        assert!(read!(store, operation(two)).unwrap().heartbeat.unwrap() > since, "a sign of life");
        assert_eq!(read!(store, operation(two)).unwrap().state, OperationState::Running);
        assert_eq!(read!(store, operation(three)).unwrap().state, OperationState::Cancelled);
    });
}

#[test]
fn operations_are_listed_the_newest_first() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let mut ids: Vec<_> = (0..7).map(|n| queue(store, (n % 2 == 0).then_some(ada))).collect();
        ids.reverse();
        let list = |user, after, limit| read!(store, operations(user, None, &[], after, limit));
        let all: Vec<_> = list(None, None, 100).into_iter().map(|one| one.id).collect();
        assert_eq!(all, ids);
        let mut paged = Vec::new();
        let mut after = None;
        while let [.., last] = &list(None, after, 2)[..] {
            paged.extend(list(None, after, 2).into_iter().map(|one| one.id));
            after = Some((last.created_at, last.id));
        }
        assert_eq!(paged, ids);
        assert_eq!(list(Some(ada), None, 100).len(), 4);
        assert_eq!(list(Some(new_id()), None, 100), []);
    });
}

#[test]
fn errors_and_files_of_operations_come_in_parts() {
    on_every_backend(|store| {
        let id = queue(store, None);
        let error = |line| OperationError {
            line,
            code: "bad_code".into(),
            pointer: (line % 2 == 0).then(|| "/code".to_owned()),
            detail: format!("line {line}: \"x\\y\"\t"),
        };
        let errors: Vec<_> = (1..=50).map(error).collect();
        for errors in [&errors[..1], &errors[1..3], &errors[3..], &[]] {
            write(store, |tx| tx.add_operation_errors(id, errors)).unwrap();
        }
        assert_eq!(read!(store, operation(id)).unwrap().errors_count, 50);
        let mut paged = Vec::new();
        let mut after = -1;
        loop {
            let page = read!(store, operation_errors(id, after, 20));
            let Some((last, _)) = page.last() else { break };
            after = *last;
            paged.extend(page.into_iter().map(|(_, error)| error));
        }
        assert_eq!(paged, errors);

        let part = [0u8, 1, 255].repeat(100_000);
        for (expected, data) in [(0, &part[..]), (1, b"")] {
            let number = write(store, |tx| tx.append_operation_file(id, data)).unwrap().value;
            assert_eq!(number, expected);
        }
        assert_eq!(read!(store, operation_file(id, 0)), Some(part));
        assert_eq!(read!(store, operation_file(id, 1)), Some(vec![]));
        assert_eq!(read!(store, operation_file(id, 2)), None);
        let deleted = || write(store, |tx| tx.delete_operation_file_part(id)).unwrap().value;
        assert!(!deleted(), "it is needed still");
        assert!(read!(store, operation_file(id, 1)).is_some());
        finish(store, id, OperationState::Succeeded);
        assert!(deleted());
        assert_eq!(read!(store, operation_file(id, 1)), None);
        assert!(read!(store, operation_file(id, 0)).is_some());
        assert!(deleted() && !deleted());
        assert_eq!(read!(store, operation_file(id, 0)), None);
    });
}

#[test]
fn files_are_left_over_whose_operation_has_ended_or_never_began() {
    on_every_backend(|store| {
        let file = |id| write(store, |tx| tx.append_operation_file(id, b"part")).unwrap();
        let (waiting, ended) = (queue(store, None), queue(store, None));
        let at = |instant: &str| {
            let millis = u64::try_from(self::instant(instant).timestamp_millis()).unwrap();
            uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
        };
        let (early, late) = (at("2026-03-01T11:59:59.999Z"), at("2026-03-01T12:00:00Z"));
        for id in [waiting, ended, early, late] {
            file(id);
        }
        finish(store, ended, OperationState::Failed);
        let left_over = |before: &str| {
            let mut found = read!(store, left_over_files(instant(before)));
            found.sort_unstable();
            found
        };
        assert_eq!(left_over("2026-03-01T11:00:00Z"), [ended]);
        let mut expected = [ended, early];
        expected.sort_unstable();
        assert_eq!(left_over("2026-03-01T12:00:00Z"), expected);
        file(ended);
        assert_eq!(left_over("2026-03-01T11:00:00Z"), [ended], "once, however many parts");
    });
}
