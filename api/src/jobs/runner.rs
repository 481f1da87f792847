//! The background threads: one runs operations, one follows the log, one copies SQLite's journal back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use parking_lot::{Condvar, Mutex, MutexGuard};
use persistence::{BackendName, Operation, OperationState, StoreError, Tx};
use uuid::Uuid;

use crate::app::{App, StartError};
use crate::auth::AuthError;
use crate::commands::{Refusal, settings};
use crate::http::idempotency::LIFE;
use crate::imports;
use crate::jobs::{IMPORT, ROLE_SYNC, role_sync, schedule};

/// How often the log is looked at for what other nodes wrote.
const FOLLOW: Duration = Duration::from_millis(200);

/// How often the journal is looked at.
const COPY_BACK: Duration = Duration::from_millis(100);

/// How long it is left alone after that failed.
const FAILED: Duration = Duration::from_secs(10);

/// How often the last uses of tokens are noted.
const TIDY: Duration = Duration::from_secs(60);

/// How often expired sessions and links are removed.
const CLEAN: Duration = Duration::from_secs(3_600);

/// After so long without a sign of life an operation of another node is taken over.
const SILENCE: TimeDelta = TimeDelta::seconds(10);

/// How often there is one, also where a step takes long.
const SIGN: Duration = Duration::from_secs(2);

/// How far operations of this process have come: rows done and, where known, in all.
pub type Underway = HashMap<Uuid, (i64, Option<i64>)>;

/// Whether an operation goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It does.
    GoOn,
    /// Somebody asked for it to stop.
    Cancelled,
}

/// What the background threads share with the requests.
#[derive(Clone, Default)]
pub struct Runner(Arc<Shared>);

#[derive(Default)]
struct Shared {
    woken: Mutex<bool>,
    wake: Condvar,
    /// How far the operations of this process have come, beyond what is committed.
    progress: Mutex<Underway>,
    cancelled: Mutex<HashSet<Uuid>>,
    stopping: AtomicBool,
    /// Held by whoever takes on an operation and runs it: within a process they come one after the other.
    turn: Mutex<()>,
    /// Held while daily jobs are done.
    daily: Mutex<()>,
}

impl Runner {
    /// A runner without threads.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: &App) -> Result<(), StartError> {
        let operations = app.clone();
        std::thread::Builder::new().name("remit-operations".into()).spawn(move || run_all(&operations))?;
        schedule::start(app)?;
        let follower = app.clone();
        std::thread::Builder::new().name("remit-log".into()).spawn(move || follow(&follower))?;
        if app.store().backend() == BackendName::Sqlite {
            let keeper = app.clone();
            std::thread::Builder::new().name("remit-journal".into()).spawn(move || copy_back(&keeper))?;
        }
        Ok(())
    }

    /// The turn to do daily jobs; one in this process has it.
    pub(super) fn daily(&self) -> MutexGuard<'_, ()> {
        self.0.daily.lock()
    }

    /// Tells that there may be something to do.
    pub fn wake(&self) {
        *self.0.woken.lock() = true;
        self.0.wake.notify_all();
    }

    /// Lets no further operation begin, and ends the present one at its next step; it goes on
    /// after the restart.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        self.wake();
    }

    /// Whether the process is about to end.
    pub fn stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Acquire)
    }

    /// Notes how far an operation has come.
    pub fn progress(&self, id: Uuid, done: i64, total: Option<i64>) {
        self.0.progress.lock().insert(id, (done, total));
    }

    /// How far each operation of this process has come. To be asked for before the operation is
    /// read: of one that ends in between, the row alone would tell an earlier state.
    pub fn underway(&self) -> Underway {
        self.0.progress.lock().clone()
    }

    /// How far an operation of this process has come.
    pub fn progress_of(&self, id: Uuid) -> Option<(i64, Option<i64>)> {
        self.0.progress.lock().get(&id).copied()
    }

    /// Asks an operation of this process to stop; whether it runs here.
    pub fn cancel(&self, id: Uuid) -> bool {
        let here = self.0.progress.lock().contains_key(&id);
        if here {
            self.0.cancelled.lock().insert(id);
        }
        here
    }

    /// Whether an operation of this process was asked to stop.
    pub fn is_cancelled(&self, id: Uuid) -> bool {
        self.0.cancelled.lock().contains(&id)
    }

    fn forget(&self, id: Uuid) {
        self.0.progress.lock().remove(&id);
        self.0.cancelled.lock().remove(&id);
    }

    fn wait(&self, timeout: Duration) {
        let mut woken = self.0.woken.lock();
        if !*woken {
            self.0.wake.wait_for(&mut woken, timeout);
        }
        *woken = false;
    }
}

fn clear_left_over(app: &App) {
    if let Err(refusal) = imports::file::clear_left_over(app) {
        log::warn!("files that were left over can't be found: {refusal:?}");
    }
}

fn copy_back(app: &App) {
    while !app.runner().stopping() {
        std::thread::sleep(COPY_BACK);
        match app.store().copy_back() {
            // Whoever writes has the turn; there will be another.
            Ok(()) | Err(StoreError::Busy) => {}
            Err(error) => {
                log::warn!("the journal can't be copied back: {error}");
                std::thread::sleep(FAILED);
            }
        }
    }
}

fn follow(app: &App) {
    let (mut tidied, mut cleaned) = (Instant::now(), Instant::now());
    while !app.runner().stopping() {
        std::thread::sleep(FOLLOW);
        let followed = if app.live().ready() { app.live().catch_up().map(|_| ()) } else { app.live().load() };
        if let Err(error) = followed {
            log::warn!("the log can't be followed: {error}");
        }
        if tidied.elapsed() >= TIDY {
            tidied = Instant::now();
            app.limits().tidy();
            if let Err(error) = app.auth().tidy() {
                log::warn!("uses of tokens can't be noted: {error}");
            }
            if let Err(error) = app.activity().store(app.store()) {
                log::warn!("activity can't be noted: {error}");
            }
        }
        if cleaned.elapsed() >= CLEAN {
            cleaned = Instant::now();
            let author = app.service().author(Some("expiry".to_owned()));
            if let Err(error) = app.store().write(&author, |tx| remove_expired(app, tx)) {
                log::warn!("what has expired can't be removed: {error}");
            }
            clear_left_over(app);
        }
    }
    if let Err(error) = app.auth().tidy() {
        log::warn!("uses of tokens can't be noted: {error}");
    }
    if let Err(error) = app.activity().store(app.store()) {
        log::warn!("activity can't be noted: {error}");
    }
}

/// Removes sessions, links, kept answers, plans, operations, attempts to log in and notifications whose time is over.
///
/// # Errors
/// The database can't do it.
pub fn remove_expired(app: &App, tx: &mut Tx<'_>) -> Result<(), AuthError> {
    app.auth().remove_expired(tx)?;
    tx.delete_idempotent_answers(tx.now() - LIFE)?;
    tx.delete_plans(tx.now())?;
    let oldest = |tx: &Tx<'_>, days| {
        let kept = TimeDelta::try_days(app.setting(days)).unwrap_or(TimeDelta::MAX);
        tx.now().checked_sub_signed(kept)
    };
    if let Some(oldest) = oldest(tx, &settings::LOG_IN_ATTEMPTS_DAYS) {
        tx.delete_log_in_attempts(oldest)?;
    }
    if let Some(oldest) = oldest(tx, &settings::OPERATIONS_DAYS) {
        tx.delete_operations(oldest)?;
    }
    if let Some(oldest) = oldest(tx, &settings::NOTIFICATIONS_DAYS) {
        tx.delete_notifications(oldest)?;
    }
    Ok(())
}

fn run_all(app: &App) {
    // What was under way when the process ended.
    clear_left_over(app);
    while !app.runner().stopping() {
        match run_next(app) {
            Ok(true) => {}
            Ok(false) => app.runner().wait(Duration::from_secs(1)),
            Err(error) => {
                log::warn!("no operation can be taken on: {error}");
                app.runner().wait(Duration::from_secs(1));
            }
        }
    }
}

/// Runs the next operation; whether there was one.
fn run_next(app: &App) -> Result<bool, StoreError> {
    let _turn = app.runner().0.turn.lock();
    let next = next(app)?;
    if let Some(operation) = &next {
        run(app, operation);
    }
    Ok(next.is_some())
}

/// Refuses to go on with an operation that another node has taken on or ended meanwhile, and whose file it clears. To be
/// asked within the transaction that does a part of it: as long as that holds the turn, nothing is cleared.
///
/// # Errors
/// [`StoreError::Busy`] when that is so; the database can't be read.
pub fn still_running(tx: &mut Tx<'_>, operation: &Operation) -> Result<(), Refusal> {
    if tx.has_operation(operation)? { Ok(()) } else { Err(Refusal::Store(StoreError::Busy)) }
}

/// Works on an operation with a sign of life now and then, so that no other node takes it on. On SQLite there is none.
fn kept<T>(app: &App, operation: &Operation, work: impl FnOnce() -> T) -> T {
    if app.store().backend() == BackendName::Sqlite {
        return work();
    }
    let (under_way, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let signs = move || {
            while ended.recv_timeout(SIGN) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = app.store().keep_operation(operation) {
                    log::warn!("operation {} can give no sign of life: {error}", operation.id);
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("remit-signs".into()).spawn_scoped(scope, signs) {
            log::warn!("operation {} gives no sign of life but its progress: {error}", operation.id);
        }
        let done = work();
        drop(under_way);
        done
    })
}

/// Takes on the next operation; on SQLite, which has one process, also what a crash left.
fn next(app: &App) -> Result<Option<Operation>, StoreError> {
    let waiting = app.store().read(|reader| reader.has_open_operation())?;
    if !waiting {
        return Ok(None);
    }
    let silence = match app.store().backend() {
        BackendName::Sqlite => TimeDelta::zero(),
        BackendName::Postgresql => SILENCE,
    };
    let author = app.service().author(None);
    let written = app.store().write(&author, |tx| {
        let stale = tx.now() - silence;
        tx.start_next_operation(stale)
    })?;
    Ok(written.value)
}

/// Runs an operation to its end, and writes down what came of it.
fn run(app: &App, operation: &Operation) {
    let id = operation.id;
    app.runner().progress(id, operation.done, operation.total);
    let outcome = kept(app, operation, || match operation.kind.as_str() {
        IMPORT => imports::run(app, operation),
        ROLE_SYNC => role_sync::run(app, operation),
        other => Err(Refusal::internal(format!("unknown operation kind {other}"))),
    });
    if let Err(Refusal::Store(error @ (StoreError::Busy | StoreError::Unavailable(_)))) = &outcome {
        // It goes on from where it stopped, once the database has room again.
        log::warn!("operation {id} waits: {error}");
        if app.runner().is_cancelled(id) {
            // Whoever goes on with it is to know.
            let author = app.service().author(None);
            if let Err(error) = app.store().write(&author, |tx| tx.request_cancel(id)) {
                log::warn!("operation {id} goes on although it was cancelled: {error}");
            }
        }
        app.runner().forget(id);
        app.runner().wait(Duration::from_secs(1));
        return;
    }
    let (state, result) = match outcome {
        Ok((Step::GoOn, result)) => (OperationState::Succeeded, Some(result)),
        Ok((Step::Cancelled, result)) => {
            if app.runner().stopping() && !app.runner().is_cancelled(id) {
                // It goes on after the restart.
                app.runner().forget(id);
                return;
            }
            (OperationState::Cancelled, Some(result))
        }
        Err(refusal) => {
            let faults = refusal.faults_of_operation();
            if let Refusal::Store(error) = &refusal {
                log::error!("operation {id}: {error}");
            }
            if let Refusal::Internal(what) = &refusal {
                log::error!("operation {id}: {what}");
            }
            (OperationState::Failed, Some(serde_json::json!({ "errors": faults })))
        }
    };
    let author = app.service().author(None);
    let ended = app.store().write(&author, |tx| tx.finish_operation(operation, state, result.as_ref()));
    // From here on the row tells all there is to tell.
    app.runner().forget(id);
    match ended {
        Ok(_) => imports::file::clear(app, id),
        Err(error) => log::error!("operation {id} can't be ended: {error}"),
    }
}

/// Runs everything that is queued, here and now, after what this process has under way.
///
/// # Errors
/// No operation can be taken on.
pub fn run_pending(app: &App) -> Result<(), Refusal> {
    while run_next(app)? {}
    Ok(())
}
