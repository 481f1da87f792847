//! Logging in with a password: slowed down where it failed before, noted, and the account blocked
//! where it failed too often (U-04).

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;
use domain::log_in::LogInOutcome;
use domain::name;
use domain::rule::code;
use domain::user::{BlockCause, Capability, User, capable};
use parking_lot::{Condvar, Mutex};
use persistence::{Key, LogInAttempt, Tx};
use uuid::Uuid;

use crate::app::{App, StartError};
use crate::auth::secret::stored_hash;
use crate::auth::sessions::shortened;
use crate::auth::throttle::{Rules, Turn};
use crate::auth::{AuthError, Tokens};
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work, settings};
use crate::http::etag::Expected;
use crate::rights::UserBlock;

/// Most attempts that wait to be stored; beyond that, further ones are only counted.
const WAITING: usize = 10_000;
/// So many are stored in one transaction.
const BATCH: usize = 500;
/// How much is kept of the hash of a login that there is none of: enough to see that the same was
/// typed again, too little to tell what. It may be a password in the wrong field.
const HASH_KEPT: usize = 8;

/// Where an attempt comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address; of IPv6 the network.
    pub address: Option<IpAddr>,
    /// The program.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

/// An attempt that may go on now.
pub struct Attempt {
    login: String,
    origin: Origin,
    turn: Turn,
}

impl Attempt {
    /// Begins an attempt, unless its login or address has to wait. Cheap enough for the event loop.
    ///
    /// # Errors
    /// [`AuthError::Slowed`].
    pub fn begin(app: &App, login: String, origin: Origin) -> Result<Self, AuthError> {
        let turn = app.auth().throttle().begin(&login, origin.address, &rules(app), app.clock().now());
        let turn = turn.map_err(AuthError::Slowed)?;
        Ok(Self { login, origin, turn })
    }

    /// Notes how it ended. What is no verdict on the password counts for nothing.
    pub fn end<T>(self, app: &App, ended: &Result<T, AuthError>) {
        let now = app.clock().now();
        let outcome = match ended {
            Ok(_) => LogInOutcome::Succeeded,
            Err(AuthError::InvalidCredentials | AuthError::WrongPassword) => LogInOutcome::WrongPassword,
            Err(AuthError::NotAllowed { .. }) => LogInOutcome::NotAllowed,
            Err(_) => return,
        };
        match outcome {
            LogInOutcome::Succeeded => self.turn.succeeded(),
            LogInOutcome::WrongPassword => self.turn.failed(now),
            _ => {}
        }
        app.attempts().note(Noted {
            id: Uuid::now_v7(),
            at: now,
            login: self.login,
            address: self.origin.address.map(|address| address.to_string()),
            outcome,
            user_agent: self.origin.user_agent.as_deref().map(shortened),
        });
    }
}

/// Logs in with a password.
///
/// # Errors
/// Those of [`crate::auth::Auth::log_in`].
pub fn log_in(app: &App, attempt: Attempt, password: &str) -> Result<Tokens, Refusal> {
    let Origin { user_agent, request_id, .. } = &attempt.origin;
    let answer = app.auth().log_in(&attempt.login, password, user_agent.as_deref(), request_id.as_deref());
    attempt.end(app, &answer);
    Ok(answer?)
}

/// When an account is blocked, as it is set now.
fn rules(app: &App) -> Rules {
    let failures = u32::try_from(app.setting(&settings::LOCK_AFTER_FAILURES)).unwrap_or(u32::MAX);
    Rules { failures, window: TimeDelta::minutes(app.setting(&settings::LOCK_WINDOW_MINUTES)) }
}

/// An attempt that ended, with the login as typed, which is not kept for longer than it takes to
/// look it up.
struct Noted {
    id: Uuid,
    at: DateTime<Utc>,
    login: String,
    address: Option<String>,
    outcome: LogInOutcome,
    user_agent: Option<String>,
}

/// Attempts that wait to be stored. That is done in the background, so that it takes nobody's time,
/// tells nothing by the time it takes, and many go into one transaction.
#[derive(Default)]
pub struct Attempts {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    storing: Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    attempts: VecDeque<Noted>,
    dropped: u64,
}

impl Attempts {
    /// Starts the thread that stores them.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: &App) -> Result<(), StartError> {
        let app = app.clone();
        std::thread::Builder::new().name("remit-log-ins".into()).spawn(move || {
            while !app.runner().stopping() {
                app.attempts().wait(Duration::from_secs(1));
                if let Err(refusal) = app.attempts().store(&app) {
                    log::warn!("attempts to log in can't be stored: {:?}", refusal.faults());
                    std::thread::sleep(Duration::from_secs(1));
                }
            }
        })?;
        Ok(())
    }

    fn note(&self, noted: Noted) {
        let mut waiting = self.waiting.lock();
        if waiting.attempts.len() < WAITING {
            waiting.attempts.push_back(noted);
        } else {
            waiting.dropped += 1;
        }
        self.arrived.notify_all();
    }

    fn wait(&self, timeout: Duration) {
        let mut waiting = self.waiting.lock();
        if waiting.attempts.is_empty() {
            self.arrived.wait_for(&mut waiting, timeout);
        }
    }

    fn next(&self) -> Vec<Noted> {
        let mut waiting = self.waiting.lock();
        let dropped = std::mem::take(&mut waiting.dropped);
        if dropped > 0 {
            log::warn!("{dropped} attempts to log in were too many to be stored");
        }
        let many = waiting.attempts.len().min(BATCH);
        waiting.attempts.drain(..many).collect()
    }

    /// Stores everything that was noted until now, and blocks the accounts that failed too often.
    ///
    /// # Errors
    /// The database can't take it; then it is tried again later.
    pub fn store(&self, app: &App) -> Result<(), Refusal> {
        // Whoever comes second goes on when what the first one took is stored.
        let _storing = self.storing.lock();
        loop {
            let batch = self.next();
            if batch.is_empty() {
                return Ok(());
            }
            let rules = rules(app);
            let author = app.service().author(Some("log-in attempts".to_owned()));
            match app.store().write(&author, |tx| store_batch(tx, &batch, &rules)) {
                Ok(written) => {
                    for (user, attempt) in written.value {
                        lock(app, user, attempt, &rules)?;
                    }
                }
                Err(refusal) => {
                    let mut waiting = self.waiting.lock();
                    batch.into_iter().rev().for_each(|noted| waiting.attempts.push_front(noted));
                    return Err(refusal);
                }
            }
        }
    }
}

/// Stores attempts, and says which accounts failed too often, each with the attempt that was once too
/// much.
fn store_batch(tx: &mut Tx<'_>, batch: &[Noted], rules: &Rules) -> Result<Vec<(UserId, Uuid)>, Refusal> {
    let keys: Vec<Key> = batch.iter().map(|noted| Key::UserLogin(name::key(&noted.login))).collect();
    tx.preload_keys::<User>(&keys)?;
    let mut rows = Vec::with_capacity(batch.len());
    let mut failed: BTreeMap<UserId, DateTime<Utc>> = BTreeMap::new();
    for (noted, key) in batch.iter().zip(&keys) {
        let user_id = tx.find::<User>(key)?.pop().map(|user| user.value.id);
        let mut outcome = noted.outcome;
        match user_id {
            Some(user) if outcome == LogInOutcome::WrongPassword => drop(failed.insert(user, noted.at)),
            None if outcome == LogInOutcome::WrongPassword => outcome = LogInOutcome::UnknownLogin,
            _ => {}
        }
        rows.push(LogInAttempt {
            id: noted.id,
            at: noted.at,
            user_id,
            login_hash: user_id.is_none().then(|| hashed(&noted.login)),
            address: noted.address.clone(),
            outcome,
            user_agent: noted.user_agent.clone(),
        });
    }
    tx.add_log_in_attempts(&rows)?;
    let mut over = Vec::new();
    for (user, at) in failed {
        // What lies back as far as the window no longer counts.
        let since = at - rules.window + TimeDelta::microseconds(1);
        let found = tx.reader().failed_log_ins(user, since, i64::from(rules.failures))?;
        if found.len() >= usize::try_from(rules.failures).unwrap_or(usize::MAX) {
            over.extend(found.first().map(|newest| (user, *newest)));
        }
    }
    Ok(over)
}

/// The hash under which attempts with a login are kept that no account has.
pub fn hashed(login: &str) -> String {
    let mut hash = stored_hash(&name::key(login));
    hash.truncate(HASH_KEPT);
    hash
}

/// Blocks an account after too many failed log-ins, unless it is the last active system administrator's.
fn lock(app: &App, user: UserId, attempt: Uuid, rules: &Rules) -> Result<(), Refusal> {
    let cause = || Some("failed log-ins".to_owned());
    match app.write(&app.service(), cause(), |work| block(work, user, attempt, rules)) {
        Ok(done) => {
            if done.value {
                log::warn!("account {user} is blocked after {} failed log-ins", rules.failures);
            }
            Ok(())
        }
        Err(Refusal::Violations(why)) if why.iter().any(|one| one.code == code::LAST_ADMINISTRATOR) => {
            log::warn!("account {user} has {} failed log-ins, but is the last administrator's", rules.failures);
            let author = app.service().author(cause());
            app.store().write(&author, |tx| tx.judge_log_in_attempt(attempt, LogInOutcome::Spared))?;
            Ok(())
        }
        Err(refusal) => Err(refusal),
    }
}

/// Whether it was blocked: one that can't log in anyway needs no further block.
fn block(work: &mut Work<'_, '_>, id: UserId, attempt: Uuid, rules: &Rules) -> Result<bool, Refusal> {
    let Some(user) = work.tx.get::<User>(id.0)? else {
        return Ok(false);
    };
    if !capable(user.value.kind, user.value.state, Capability::LogIn) {
        return Ok(false);
    }
    let allowed = MayBlock::AnyUser(work.authority.allow::<UserBlock>()?);
    let note = format!("{} failed log-ins within {} minutes", rules.failures, rules.window.num_minutes());
    users::block(work, &allowed, id, &Expected::Any, BlockCause::Security, Some(note))?;
    work.tx.judge_log_in_attempt(attempt, LogInOutcome::Locked)?;
    Ok(true)
}
