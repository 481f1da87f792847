//! Log-in sessions: a short access token and a refresh token that changes with every use.
//!
//! A refresh token is `rmr_` + 43 characters (256 random bits, base64url), stored as SHA-256.
//! It is good once. Whoever brings one that was used already may have stolen it, or its owner
//! was robbed, so the session ends.

use domain::change::Change;
use domain::id::{SessionId, UserId};
use domain::name;
use domain::token::SessionEnd;
use domain::user::{Capability, User, capable};
use persistence::{Actor, Author, Key, NewSession, Reader, Refresh, Session, Tx, Written};
use uuid::Uuid;

use super::access_token::LEEWAY;
use super::passwords::{Match, PasswordHash};
use super::secret::{Secret, TOKEN_LENGTH, is_base64url, random_token, stored_hash};
use super::{Auth, AuthError};

/// How every refresh token begins.
pub const PREFIX: &str = "rmr_";
/// Longest login that is looked up, in characters (U-01).
const LOGIN_MAX: usize = 200;
/// Longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 200;

/// What a log-in or a refresh gives.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The account.
    pub user_id: UserId,
    /// The session.
    pub session: SessionId,
    /// The access token.
    pub access_token: Secret,
    /// For how many seconds the access token is good.
    pub expires_in: i64,
    /// The token to get the next pair with.
    pub refresh_token: Secret,
}

/// What a refresh wrote. To be followed by the model whatever it holds, and then looked into:
/// where it says that the token was used before, the session's end was written.
pub type Refreshed = Written<Result<Tokens, AuthError>>;

impl Auth {
    /// Logs in with a password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], alike for an unknown login and for a wrong password;
    /// [`AuthError::NotAllowed`] when the password is right, but the account may not log in
    /// (U-10); [`AuthError::Busy`].
    pub fn log_in(
        &self,
        login: &str,
        password: &str,
        user_agent: Option<&str>,
        request_id: Option<&str>,
    ) -> Result<Tokens, AuthError> {
        let found = self.store.read(|reader| account(reader, login))?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_deref());
        let matched = self.passwords.verify(password, stored)?;
        let Some((user, Some(hash))) = found.filter(|_| matched != Match::No) else {
            return Err(AuthError::InvalidCredentials);
        };
        may_log_in(&user)?;
        let anew = match matched {
            Match::Outdated => Some(self.passwords.hash_anew(password)?),
            _ => None,
        };
        let session = SessionId(Uuid::now_v7());
        let tokens = self.tokens(user.id, session)?;
        let author = author(Actor::User(user.id), request_id);
        let written = self.store.write(&author, |tx| {
            // Between reading and writing the account may have been blocked or have got
            // another password.
            let user = tx.get::<User>(user.id.0)?.ok_or(AuthError::InvalidCredentials)?.value;
            if tx.reader().password_hash(user.id)?.as_ref() != Some(&hash) {
                return Err(AuthError::InvalidCredentials);
            }
            may_log_in(&user)?;
            if let Some(anew) = &anew {
                tx.set_password_hash(user.id, anew.as_str())?;
            }
            tx.create_session(&NewSession {
                id: session,
                user_id: user.id,
                expires_at: tx.now() + self.refresh_life,
                refresh_hash: stored_hash(tokens.refresh_token.expose()),
                user_agent: user_agent.map(shortened),
            })?;
            Ok(tokens)
        })?;
        Ok(written.value)
    }

    /// Changes a refresh token for a new pair.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] or [`AuthError::ExpiredToken`] when the token is not good;
    /// [`AuthError::NotAllowed`] when the account may no longer log in. When it was used before,
    /// the error stands inside what was written.
    pub fn refresh(&self, token: &str, request_id: Option<&str>) -> Result<Refreshed, AuthError> {
        let body = token.strip_prefix(PREFIX).ok_or(AuthError::InvalidToken)?;
        if body.len() != TOKEN_LENGTH || !is_base64url(body) {
            return Err(AuthError::InvalidToken);
        }
        let hash = stored_hash(token);
        // Read first, so that tokens that never were don't stand in the way of writers.
        let (session, _) =
            self.store.read(|reader| reader.session_by_refresh(&hash))?.ok_or(AuthError::InvalidToken)?;
        let tokens = self.tokens(session.user_id, session.id)?;
        let author = author(Actor::Service, request_id).because("session.refresh");
        let written = self.store.write(&author, |tx| {
            let found = tx.reader().session_by_refresh(&hash)?;
            let (session, which) = found.ok_or(AuthError::InvalidToken)?;
            if session.expires_at <= tx.now() {
                return Err(AuthError::ExpiredToken);
            }
            if which == Refresh::Previous {
                self.end_session(tx, session.id)?;
                return Ok(Err(AuthError::InvalidToken));
            }
            let user = tx.get::<User>(session.user_id.0)?.ok_or(AuthError::InvalidToken)?.value;
            may_log_in(&user)?;
            let next = stored_hash(tokens.refresh_token.expose());
            tx.rotate_session(session.id, &next, tx.now() + self.refresh_life)?;
            Ok(Ok(tokens))
        })?;
        if written.value.is_err() {
            log::warn!("session {} ended: its refresh token was used twice", session.id);
        }
        self.verifier.follow(&written.changes);
        Ok(written)
    }

    /// Ends a session. `false`: there was none. To be followed by the model.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn log_out(
        &self,
        session: SessionId,
        user: UserId,
        request_id: Option<&str>,
    ) -> Result<Written<bool>, AuthError> {
        let author = author(Actor::User(user), request_id).because("session.log_out");
        let written = self.store.write(&author, |tx| self.end_session(tx, session))?;
        self.verifier.follow(&written.changes);
        Ok(written)
    }

    /// Ends a session and logs its end. `false`: there was none.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn end_session(&self, tx: &mut Tx<'_>, session: SessionId) -> Result<bool, AuthError> {
        let ended = tx.end_session(session)?;
        Ok(self.note_ends(tx, ended) > 0)
    }

    /// Ends all sessions of an account, logs their ends, and says how many.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn end_sessions_of(&self, tx: &mut Tx<'_>, user: UserId) -> Result<usize, AuthError> {
        let ended = tx.end_sessions_of(user)?;
        Ok(self.note_ends(tx, ended))
    }

    /// Ends all sessions of an account but one, logs their ends, and says how many.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn end_sessions_but(&self, tx: &mut Tx<'_>, user: UserId, kept: SessionId) -> Result<usize, AuthError> {
        let ended = tx.end_sessions_but(user, kept)?;
        Ok(self.note_ends(tx, ended))
    }

    fn note_ends(&self, tx: &mut Tx<'_>, ended: impl IntoIterator<Item = Session>) -> usize {
        // Access tokens are issued before their session is written, so none lives longer.
        let tokens_expire_at = tx.now() + self.access.life() + LEEWAY;
        let mut count = 0;
        for session in ended {
            let end = SessionEnd { id: session.id, user_id: session.user_id, tokens_expire_at };
            tx.note(Change::created(end));
            count += 1;
        }
        count
    }

    fn tokens(&self, user: UserId, session: SessionId) -> Result<Tokens, AuthError> {
        let keys = self.keys.current();
        let (access_token, expires_in) = self.access.issue(&keys, user, session, self.clock.now())?;
        let refresh_token = Secret::new(format!("{PREFIX}{}", random_token()?));
        Ok(Tokens { user_id: user, session, access_token, expires_in, refresh_token })
    }

    /// Sets an account's password. Its sessions go on, unless they are ended as well.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn set_password(&self, tx: &mut Tx<'_>, user: UserId, hash: &PasswordHash) -> Result<(), AuthError> {
        Ok(tx.set_password_hash(user, hash.as_str())?)
    }
}

/// The account of that login with the hash of its password.
fn account(reader: &mut Reader<'_>, login: &str) -> Result<Option<(User, Option<String>)>, AuthError> {
    if login.chars().nth(LOGIN_MAX).is_some() {
        return Ok(None);
    }
    let Some(found) = reader.find::<User>(&Key::UserLogin(name::key(login)))?.pop() else {
        return Ok(None);
    };
    let hash = reader.password_hash(found.value.id)?;
    Ok(Some((found.value, hash)))
}

fn may_log_in(user: &User) -> Result<(), AuthError> {
    if capable(user.kind, user.state, Capability::LogIn) {
        Ok(())
    } else {
        Err(AuthError::NotAllowed { kind: user.kind, state: user.state })
    }
}

fn author(actor: Actor, request_id: Option<&str>) -> Author {
    Author { request_id: request_id.map(str::to_owned), ..Author::new(actor) }
}

/// A user agent as it is kept.
pub fn shortened(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect()
}
