//! Passwords: set by a one-time link, changed by their owner, links made for those who can't log in.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{SessionId, UserId};
use domain::name;
use domain::rule::{Violation, code};
use domain::user::{Capability, User, capable};
use persistence::{Key, Stored};

use crate::app::App;
use crate::auth::passwords::{Match, PasswordHash};
use crate::auth::{AuthError, Holder};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::http::problem::{self, Problem};
use crate::mail::{Letter, LinkKind};
use crate::rest::users::moves::password_url;
use crate::rights::{Allowed, UserRelease};

/// Somebody who can't log in is sent a link at most once in this time.
pub const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// Sets a password by a one-time link. All sessions of the account end.
///
/// # Errors
/// The link is not good, or the password is not; then the link stays good.
pub fn set_by_link(app: &App, token: &str, password: &str) -> Result<(), Refusal> {
    // Looked at first: nothing is hashed for a link that is not good.
    let id = app.auth().whose_password_link(token)?;
    let user = app.store().read(|reader| reader.get::<User>(id.0))?.ok_or(AuthError::InvalidLink)?.value;
    let hash = app.auth().hash(password, &Holder::of(&user))?;
    app.write(&app.service(), Some("password link".to_owned()), |work| {
        let user = app.auth().take_password_link(work.tx, token)?;
        app.auth().end_sessions_of(work.tx, user)?;
        Ok(app.auth().set_password(work.tx, user, &hash)?)
    })?;
    if let Some(login) = &user.login {
        app.auth().throttle().forgive(login);
    }
    Ok(())
}

/// A change of one's own password that was found to be right, ready to be made.
pub struct Change {
    user: UserId,
    before: String,
    after: PasswordHash,
}

impl Change {
    /// Compares the present password and hashes the new one.
    ///
    /// # Errors
    /// [`AuthError::WrongPassword`], also for who has none; [`AuthError::WeakPassword`].
    pub fn prepare(app: &App, user: &User, current: &str, password: &str) -> Result<Self, AuthError> {
        let before = app.store().read(|reader| reader.password_hash(user.id))?;
        let matched = app.auth().compare(current, before.as_deref())?;
        let Some(before) = before.filter(|_| matched != Match::No) else {
            return Err(AuthError::WrongPassword);
        };
        let after = app.auth().hash(password, &Holder::of(user))?;
        Ok(Self { user: user.id, before, after })
    }

    /// Makes it: all other sessions of the account end, and links to set its password are void.
    ///
    /// # Errors
    /// The password has changed meanwhile.
    pub fn make(&self, work: &mut Work<'_, '_>, kept: SessionId) -> Result<(), Refusal> {
        let auth = work.app.auth();
        if work.tx.reader().password_hash(self.user)?.as_ref() != Some(&self.before) {
            return Err(AuthError::WrongPassword.into());
        }
        auth.end_sessions_but(work.tx, self.user, kept)?;
        auth.void_password_links(work.tx, self.user)?;
        Ok(auth.set_password(work.tx, self.user, &self.after)?)
    }
}

/// Makes a one-time link by which an account's owner sets a new password; earlier ones are void. Where
/// it can be sent, the letter to post after the commit comes along.
///
/// Whoever makes a link may be shown it, so it is not made for an account that may do more in `system`
/// than they may themself, nor for their own, which has a way that asks for the present password.
///
/// # Errors
/// The account is the caller's own, does not exist, is stale, can't log in, or may do more.
pub fn make_link(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserRelease>,
    id: UserId,
    expected: &Expected,
) -> Result<(Stored<User>, String, Option<Letter>), Refusal> {
    let user = work.get::<User>(id.0)?;
    expected.check(user.revision)?;
    if work.authority.user_id() == Some(id) {
        let detail = "change your own password with PUT /api/v1/me/password";
        return Err(Problem::new(problem::OWN_ACCOUNT).detail(detail).into());
    }
    let User { kind, state, .. } = user.value;
    if !capable(kind, state, Capability::LogIn) {
        let detail = format!("an account of kind {kind} in state {state} can't log in");
        return Err(Violation::new(code::CAPABILITY_MISSING, detail).into());
    }
    work.authority.allow_no_less_than(id)?;
    let link = password_url(work.app, &work.app.auth().password_link(work.tx, id)?);
    let letter = Letter::link(work.app, &user.value, LinkKind::Password, &link);
    Ok((user, link, letter))
}

/// Makes the link for somebody who can't log in and asked for one by login. `None`: there is nothing to
/// send, because there is no such account, it can't log in, has no address, or was sent one just now.
///
/// # Errors
/// The database can't do it.
pub fn reset(app: &App, login: &str) -> Result<Option<Letter>, Refusal> {
    let key = Key::UserLogin(name::key(login));
    let may = |user: &User| {
        capable(user.kind, user.state, Capability::LogIn) && Letter::link(app, user, LinkKind::Password, "").is_some()
    };
    // Read first, so that logins that there are none of don't stand in the way of writers.
    let found = app.store().read(|reader| reader.find::<User>(&key))?;
    if !found.iter().any(|user| may(&user.value)) {
        return Ok(None);
    }
    let done = app.write(&app.service(), Some("password reset".to_owned()), |work| {
        let Some(user) = work.tx.find::<User>(&key)?.pop().map(|user| user.value) else {
            return Ok(None);
        };
        if !may(&user) || asked_lately(work, user.id)? {
            return Ok(None);
        }
        let link = password_url(app, &app.auth().password_link(work.tx, user.id)?);
        Ok(Letter::link(app, &user, LinkKind::Password, &link))
    })?;
    Ok(done.value)
}

fn asked_lately(work: &mut Work<'_, '_>, user: UserId) -> Result<bool, Refusal> {
    let made: Option<DateTime<Utc>> = work.app.auth().password_link_made(work.tx, user)?;
    Ok(made.is_some_and(|made| work.tx.now() - made < PAUSE))
}
