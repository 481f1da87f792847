//! Who calls, by the token that a request carries.
//!
//! A token that was checked is remembered for some minutes under its SHA-256, so that most
//! requests cost one hash and one look-up, and no query. What is remembered is given up at once
//! when its session ends or its API token changes: the verifier follows every change that is
//! applied. Whether the account is active is not its business: that is asked of the rights model
//! with each request.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::change::{Change, Record};
use domain::id::{ApiTokenId, Kind, SessionId, UserId};
use domain::token::{ApiToken, SessionEnd};
use moka::sync::Cache;
use parking_lot::{Mutex, RwLock};
use persistence::{Actor, AuditQuery, Author, Reader, Store, StoreError};

use super::AuthError;
use super::access_token::{AccessTokens, LEEWAY};
use super::api_tokens;
use super::keyring::Keyring;
use super::oidc::Oidc;
use super::secret::{TokenHash, base64url, token_hash};

/// How many tokens are remembered.
const REMEMBERED: u64 = 100_000;
/// For how long.
const MEMORY: Duration = Duration::from_secs(300);
/// How exactly the last use of an API token is known.
const USE_STEP: TimeDelta = TimeDelta::minutes(1);
/// How many log entries are read at once at start.
const PAGE: i64 = 1_000;

/// Who calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The account.
    pub user_id: UserId,
    /// The session, when it logged in with a password.
    pub session: Option<SessionId>,
    /// The API token, when it is a program. Neither of them: a token of the identity provider.
    pub api_token: Option<ApiTokenId>,
    /// `module:action` or `module:*`; `None` means no limit beyond the account's rights.
    pub scopes: Option<Arc<Vec<String>>>,
}

/// A token that was checked.
struct Known {
    identity: Identity,
    /// From when on it is refused.
    until: Option<DateTime<Utc>>,
    /// The verifier's generation before the token was read from the database.
    generation: u64,
    /// When its use was last noted, in microseconds since 1970.
    noted: AtomicI64,
}

/// Tells who calls.
pub struct Verifier {
    store: Store,
    access: Arc<AccessTokens>,
    keys: Arc<Keyring>,
    provider: Option<Oidc>,
    known: Cache<TokenHash, Arc<Known>>,
    /// Sessions that ended while access tokens of theirs may live, until when these do.
    ended: RwLock<HashMap<SessionId, DateTime<Utc>>>,
    /// Counts the changes of API tokens.
    generation: AtomicU64,
    /// What was read of API tokens before this generation is void.
    floor: AtomicU64,
    /// API tokens that changed lately: what was read of them before is void.
    changed: RwLock<HashMap<ApiTokenId, (u64, Instant)>>,
    /// Uses of API tokens that are not stored yet.
    uses: Mutex<HashMap<ApiTokenId, DateTime<Utc>>>,
}

impl Verifier {
    /// A verifier that knows which sessions have ended.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn new(
        store: Store,
        access: Arc<AccessTokens>,
        keys: Arc<Keyring>,
        provider: Option<Oidc>,
        now: DateTime<Utc>,
    ) -> Result<Self, AuthError> {
        let verifier = Self {
            store,
            access,
            keys,
            provider,
            known: Cache::builder().max_capacity(REMEMBERED).time_to_live(MEMORY).build(),
            ended: RwLock::default(),
            generation: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            changed: RwLock::default(),
            uses: Mutex::default(),
        };
        verifier.reload(now)?;
        Ok(verifier)
    }

    /// Who brings this token. May ask the database where [`Verifier::remembered`] has no answer.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] or [`AuthError::ExpiredToken`]; [`AuthError::Store`] when the
    /// database could not be asked, which says nothing about the token.
    pub fn verify(&self, bearer: &str, now: DateTime<Utc>) -> Result<Identity, AuthError> {
        let hash = token_hash(bearer);
        if let Some(answer) = self.recall(&hash, now) {
            return answer;
        }
        let known = if bearer.starts_with(api_tokens::PREFIX) {
            self.check_api_token(bearer, &hash, now)?
        } else if let Some(provider) = self.provider.as_ref().filter(|provider| provider.claims(bearer)) {
            let (user_id, until) = provider.identify(&self.store, bearer, now)?;
            Known {
                identity: Identity { user_id, session: None, api_token: None, scopes: None },
                until: Some(until),
                generation: 0,
                noted: AtomicI64::new(i64::MAX),
            }
        } else {
            self.check_access_token(bearer, now)?
        };
        let known = Arc::new(known);
        self.known.insert(hash, Arc::clone(&known));
        self.note_use(&known, now);
        Ok(known.identity.clone())
    }

    /// The answer for a token that was checked before, without asking the database: cheap enough
    /// for the event loop. `None`: it has to be checked by [`Verifier::verify`].
    pub fn remembered(&self, bearer: &str, now: DateTime<Utc>) -> Option<Result<Identity, AuthError>> {
        self.recall(&token_hash(bearer), now)
    }

    fn recall(&self, hash: &TokenHash, now: DateTime<Utc>) -> Option<Result<Identity, AuthError>> {
        let known = self.known.get(hash)?;
        if self.is_void(&known) {
            return None;
        }
        if known.until.is_some_and(|until| now >= until) {
            return Some(Err(AuthError::ExpiredToken));
        }
        if let Some(session) = known.identity.session
            && self.has_ended(session)
        {
            return Some(Err(AuthError::InvalidToken));
        }
        self.note_use(&known, now);
        Some(Ok(known.identity.clone()))
    }

    /// Whether it was read from the database before it changed there.
    fn is_void(&self, known: &Known) -> bool {
        let Some(id) = known.identity.api_token else {
            return false;
        };
        known.generation < self.floor.load(Ordering::SeqCst)
            || self.changed.read().get(&id).is_some_and(|(at, _)| *at > known.generation)
    }

    fn has_ended(&self, session: SessionId) -> bool {
        self.ended.read().contains_key(&session)
    }

    fn check_access_token(&self, token: &str, now: DateTime<Utc>) -> Result<Known, AuthError> {
        let checked = match self.access.check(&self.keys.current(), token, now) {
            Err(AuthError::UnknownKey) => {
                self.keys.look_again()?;
                self.access.check(&self.keys.current(), token, now)
            }
            other => other,
        };
        let (claims, until) = checked.map_err(|error| match error {
            AuthError::UnknownKey => AuthError::InvalidToken,
            other => other,
        })?;
        if self.has_ended(claims.sid) {
            return Err(AuthError::InvalidToken);
        }
        Ok(Known {
            identity: Identity { user_id: claims.sub, session: Some(claims.sid), api_token: None, scopes: None },
            until: Some(until),
            generation: 0,
            noted: AtomicI64::new(i64::MAX),
        })
    }

    fn check_api_token(&self, token: &str, hash: &TokenHash, now: DateTime<Utc>) -> Result<Known, AuthError> {
        if !api_tokens::well_formed(token) {
            return Err(AuthError::InvalidToken);
        }
        // Before reading: what changes later makes void what is read now.
        let generation = self.generation.load(Ordering::SeqCst);
        let stored = self.store.read(|reader| match reader.token_by_secret(&base64url(hash))? {
            Some(id) => reader.get::<ApiToken>(id.0),
            None => Ok(None),
        })?;
        let token = stored.ok_or(AuthError::InvalidToken)?.value;
        if token.expires_at.is_some_and(|at| now >= at) {
            return Err(AuthError::ExpiredToken);
        }
        Ok(Known {
            identity: Identity {
                user_id: token.user_id,
                session: None,
                api_token: Some(token.id),
                scopes: token.scopes.map(Arc::new),
            },
            until: token.expires_at,
            generation,
            noted: AtomicI64::new(i64::MIN),
        })
    }

    fn note_use(&self, known: &Known, now: DateTime<Utc>) {
        let Some(id) = known.identity.api_token else {
            return;
        };
        let micros = now.timestamp_micros();
        let step = USE_STEP.num_microseconds().unwrap_or(0);
        let noted = known.noted.load(Ordering::Relaxed);
        if noted.saturating_add(step) <= micros
            && known.noted.compare_exchange(noted, micros, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.uses.lock().insert(id, now);
        }
    }

    /// When an API token was used on this node, if that is not stored yet.
    pub fn used_lately(&self, token: ApiTokenId) -> Option<DateTime<Utc>> {
        self.uses.lock().get(&token).copied()
    }

    /// Takes note of changes that were applied: ended sessions, changed and revoked API tokens.
    /// To be called with every change; twice does no harm.
    pub fn follow(&self, changes: &[Change]) {
        for change in changes {
            match change.record() {
                Some(Record::Session(end)) => {
                    self.ended.write().insert(end.id, end.tokens_expire_at);
                }
                Some(Record::ApiToken(token)) => {
                    let mut changed = self.changed.write();
                    let generation = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
                    changed.insert(token.id, (generation, Instant::now()));
                }
                // Whose token it was decided the binding, so every token has to be looked at again. It is
                // seldom enough.
                Some(Record::Identity(_)) if change.after.is_none() => self.known.invalidate_all(),
                _ => {}
            }
        }
    }

    /// Forgets what was remembered of API tokens and reads from the log which sessions ended: at start, and
    /// when changes may have been missed.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn reload(&self, now: DateTime<Utc>) -> Result<(), AuthError> {
        let from = now - self.access.life() - LEEWAY;
        let ends = self.store.read(|reader| ends_since(reader, from))?;
        let living = ends.into_iter().filter(|end| end.tokens_expire_at > now);
        self.ended.write().extend(living.map(|end| (end.id, end.tokens_expire_at)));
        let generation = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
        self.floor.fetch_max(generation, Ordering::SeqCst);
        Ok(())
    }

    /// Stores when API tokens were last used, and forgets what no longer matters. To be called
    /// about once a minute and when the process stops.
    ///
    /// # Errors
    /// The database can't be written; the uses are kept for the next time.
    pub fn tidy(&self, now: DateTime<Utc>) -> Result<(), AuthError> {
        self.ended.write().retain(|_, until| *until > now);
        // By then everything that was read before the change has been forgotten.
        self.changed.write().retain(|_, (_, at)| at.elapsed() < 2 * MEMORY);
        let uses: Vec<_> = self.uses.lock().drain().collect();
        if uses.is_empty() {
            return Ok(());
        }
        let stored = self.store.write(&Author::new(Actor::Service), |tx| tx.touch_tokens(&uses));
        if let Err(error) = stored {
            let mut kept = self.uses.lock();
            for (id, at) in uses {
                kept.entry(id).or_insert(at);
            }
            return Err(AuthError::Store(error));
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("known", &self.known.entry_count())
            .field("ended", &self.ended.read().len())
            .finish_non_exhaustive()
    }
}

/// The ends of sessions since an instant.
fn ends_since(reader: &mut Reader<'_>, from: DateTime<Utc>) -> Result<Vec<SessionEnd>, StoreError> {
    let mut query = AuditQuery { kind: Some(Kind::Session), from: Some(from), limit: PAGE, ..AuditQuery::default() };
    let mut ends = Vec::new();
    loop {
        let entries = reader.audit(&query)?;
        let Some(last) = entries.last() else {
            return Ok(ends);
        };
        query.after = Some((last.revision, last.ordinal));
        for entry in entries {
            let end = entry.after.map(serde_json::from_value).transpose();
            ends.extend(end.map_err(|_| StoreError::Corrupt("the end of a session".to_owned()))?);
        }
    }
}
