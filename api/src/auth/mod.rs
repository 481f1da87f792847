//! Who calls: passwords, sessions, tokens, one-time links. Knows no HTTP.
//!
//! Everything here may block (the database, hashing) but [`Verifier::remembered`].

pub mod access_token;
pub mod api_tokens;
mod error;
pub mod keyring;
pub mod keys;
pub mod links;
pub mod oidc;
pub mod passwords;
pub mod secret;
pub mod sessions;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod throttle;
pub mod verify;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::change::Change;
use domain::id::{ApiTokenId, UserId};
use domain::token::ApiToken;
use persistence::{Store, Tx};

use crate::clock::Clock;
use crate::config::Config;
use access_token::AccessTokens;
use keyring::Keyring;
use links::Purpose;
use oidc::Oidc;
use passwords::{Match, PasswordHash, Passwords};
use throttle::Throttle;

pub use error::AuthError;
pub use passwords::Holder;
pub use secret::Secret;
pub use sessions::{Refreshed, Tokens};
pub use verify::{Identity, Verifier};

/// Everything about who calls.
#[derive(Debug)]
pub struct Auth {
    store: Store,
    clock: Clock,
    passwords: Passwords,
    throttle: Throttle,
    access: Arc<AccessTokens>,
    keys: Arc<Keyring>,
    verifier: Arc<Verifier>,
    refresh_life: TimeDelta,
}

impl Auth {
    /// Sets it up over a migrated store; makes the first signing key where there is none.
    ///
    /// From then on [`Auth::follow`] must see every change that is applied. When others may have
    /// written between this and the first change that it saw, [`Auth::reload`] makes up for it.
    ///
    /// # Errors
    /// The configuration makes no sense, or the database fails.
    pub fn new(store: Store, config: &Config, clock: Clock) -> Result<Self, AuthError> {
        let access = Arc::new(AccessTokens::new(config));
        let keys = Arc::new(Keyring::open(store.clone(), config)?);
        let provider = Oidc::new(config);
        let verifier = Verifier::new(store.clone(), Arc::clone(&access), Arc::clone(&keys), provider, clock.now())?;
        let verifier = Arc::new(verifier);
        let passwords = Passwords::new(config)?;
        let refresh_life = config.refresh_token_life();
        Ok(Self { store, clock, passwords, throttle: Throttle::default(), access, keys, verifier, refresh_life })
    }

    /// Who brings this token, now. See [`Verifier::verify`].
    ///
    /// # Errors
    /// The token is not good, or the database could not be asked.
    pub fn verify(&self, bearer: &str) -> Result<Identity, AuthError> {
        self.verifier.verify(bearer, self.clock.now())
    }

    /// Tells who brings a token.
    pub fn verifier(&self) -> &Arc<Verifier> {
        &self.verifier
    }

    /// Takes note of changes that were applied. See [`Verifier::follow`].
    pub fn follow(&self, changes: &[Change]) {
        self.verifier.follow(changes);
    }

    /// Reads again what changes may have been missed of. See [`Verifier::reload`].
    ///
    /// # Errors
    /// The database can't be read.
    pub fn reload(&self) -> Result<(), AuthError> {
        self.keys.reload()?;
        self.verifier.reload(self.clock.now())
    }

    /// What has to be done about once a minute, and when the process stops: stores the last uses
    /// of API tokens, takes note of keys that other nodes made.
    ///
    /// # Errors
    /// The database fails; nothing is lost by trying again later.
    pub fn tidy(&self) -> Result<(), AuthError> {
        self.verifier.tidy(self.clock.now())?;
        self.keys.reload()
    }

    /// Removes expired sessions and links. To be done now and then, on one node.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn remove_expired(&self, tx: &mut Tx<'_>) -> Result<(), AuthError> {
        tx.delete_expired_sessions()?;
        // Those of a while ago are still needed to tell whose invitation expired.
        tx.delete_expired_links(tx.now() - links::KEPT)?;
        Ok(())
    }

    /// The public keys as a JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        self.keys.current().jwks()
    }

    /// The mark of a text that this service hands out and takes back, on whichever node. See [`keys::KeySet::mark`].
    ///
    /// # Errors
    /// There is no key.
    pub fn mark(&self, purpose: &str, text: &[u8]) -> Result<[u8; 32], AuthError> {
        self.keys.current().mark(purpose, text)
    }

    /// Whether that mark is this service's.
    pub fn has_marked(&self, purpose: &str, text: &[u8], mark: &[u8]) -> bool {
        self.keys.current().has_marked(purpose, text, mark)
    }

    /// Makes a new signing key. See [`Keyring::rotate`].
    ///
    /// # Errors
    /// The key is given by a file, or the database can't do it.
    pub fn rotate_keys(&self) -> Result<(), AuthError> {
        self.keys.rotate()
    }

    /// Hashes a new password of somebody.
    ///
    /// # Errors
    /// [`AuthError::WeakPassword`], [`AuthError::Busy`].
    pub fn hash(&self, password: &str, holder: &Holder<'_>) -> Result<PasswordHash, AuthError> {
        self.passwords.hash(password, holder)
    }

    /// Compares a password with a stored hash. Without one it takes the same time and fails.
    ///
    /// # Errors
    /// [`AuthError::Busy`].
    pub fn compare(&self, password: &str, stored: Option<&str>) -> Result<Match, AuthError> {
        self.passwords.verify(password, stored)
    }

    /// Who has to wait before the next attempt to log in.
    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Makes an API token. See [`api_tokens::create`].
    ///
    /// # Errors
    /// Values that make no sense; an account that may not call with a token (U-10).
    pub fn create_api_token(
        &self,
        tx: &mut Tx<'_>,
        user_id: UserId,
        name: &str,
        scopes: Option<Vec<String>>,
        expires_at: Option<DateTime<Utc>>,
        created_by: Option<UserId>,
    ) -> Result<(ApiToken, Secret), AuthError> {
        api_tokens::create(tx, user_id, name, scopes, expires_at, created_by)
    }

    /// Revokes an API token. `false`: there is none.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn revoke_api_token(&self, tx: &mut Tx<'_>, id: ApiTokenId) -> Result<bool, AuthError> {
        api_tokens::revoke(tx, id)
    }

    /// Ends all sessions, revokes all API tokens, voids all links of an account, and unbinds it from the
    /// identity provider (U-06).
    ///
    /// # Errors
    /// The database can't do it.
    pub fn shut_out(&self, tx: &mut Tx<'_>, user: UserId) -> Result<(), AuthError> {
        self.end_sessions_of(tx, user)?;
        api_tokens::revoke_all_of(tx, user)?;
        tx.unbind_identities_of(user)?;
        for purpose in [Purpose::Password, Purpose::Invitation] {
            tx.void_links(purpose.as_str(), Some(user))?;
        }
        Ok(())
    }

    /// A link to make the first administrator with, good for an hour.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn setup_link(&self, tx: &mut Tx<'_>) -> Result<Secret, AuthError> {
        links::create(tx, Purpose::SetUp, None, Purpose::SetUp.life())
    }

    /// Looks at a set-up link without using it up.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn look_at_setup_link(&self, token: &str) -> Result<(), AuthError> {
        self.look_at(Purpose::SetUp, token).map(|_| ())
    }

    fn look_at(&self, purpose: Purpose, token: &str) -> Result<Option<UserId>, AuthError> {
        let now = self.clock.now();
        self.store.read(|reader| links::look_at(reader, purpose, token, now))
    }

    /// Uses a set-up link up.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn take_setup_link(&self, tx: &mut Tx<'_>, token: &str) -> Result<(), AuthError> {
        links::take(tx, Purpose::SetUp, token).map(|_| ())
    }

    /// A link to set one's password with, good for 48 hours.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn password_link(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Secret, AuthError> {
        links::create(tx, Purpose::Password, Some(user), Purpose::Password.life())
    }

    /// Whose a password link is, without using it up.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn whose_password_link(&self, token: &str) -> Result<UserId, AuthError> {
        self.look_at(Purpose::Password, token)?.ok_or(AuthError::InvalidToken)
    }

    /// When the password link of an account was made, if there is one.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn password_link_made(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Option<DateTime<Utc>>, AuthError> {
        Ok(tx.reader().newest_link(Purpose::Password.as_str(), user)?)
    }

    /// Voids the links to set an account's password.
    ///
    /// # Errors
    /// The database can't do it.
    pub fn void_password_links(&self, tx: &mut Tx<'_>, user: UserId) -> Result<(), AuthError> {
        tx.void_links(Purpose::Password.as_str(), Some(user))?;
        Ok(())
    }

    /// Uses a password link up and says whose it was.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn take_password_link(&self, tx: &mut Tx<'_>, token: &str) -> Result<UserId, AuthError> {
        links::take(tx, Purpose::Password, token)?.ok_or(AuthError::InvalidToken)
    }

    /// A link to accept an invitation with (U-15).
    ///
    /// # Errors
    /// The database can't do it.
    pub fn invitation_link(&self, tx: &mut Tx<'_>, user: UserId, life: TimeDelta) -> Result<Secret, AuthError> {
        links::create(tx, Purpose::Invitation, Some(user), life)
    }

    /// Whose an invitation link is, without using it up.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn whose_invitation_link(&self, token: &str) -> Result<UserId, AuthError> {
        self.look_at(Purpose::Invitation, token)?.ok_or(AuthError::InvalidToken)
    }

    /// Uses an invitation link up and says whose it was.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`].
    pub fn take_invitation_link(&self, tx: &mut Tx<'_>, token: &str) -> Result<UserId, AuthError> {
        links::take(tx, Purpose::Invitation, token)?.ok_or(AuthError::InvalidToken)
    }
}
