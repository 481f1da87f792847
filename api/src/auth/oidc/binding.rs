//! Which account a subject of the provider is: found the first time, bound from then on.

use chrono::{DateTime, Utc};
use domain::id::{IdentityId, Kind, UserId};
use domain::name;
use domain::token::BoundIdentity;
use domain::user::{Capability, User, capable};
use persistence::{Actor, Author, Key, Reader, Store, Tx};
use uuid::Uuid;

use super::super::AuthError;
use super::{Foreign, Oidc};
use crate::config::OidcMatch;

impl Oidc {
    /// The account of a token, and from when on the token is refused. The first token of a subject binds it.
    /// The change is the account's own; whoever follows the log will see it.
    ///
    /// # Errors
    /// Those of [`Oidc::check`]; [`AuthError::InvalidToken`] when no account is meant, or one that is bound
    /// to another subject; [`AuthError::NotAllowed`] when the account may not log in (U-10).
    pub fn identify(
        &self,
        store: &Store,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(UserId, DateTime<Utc>), AuthError> {
        let foreign = self.check(token, now)?;
        let bound = store.read(|reader| reader.user_of_identity(&self.issuer, &foreign.subject_hash))?;
        let user = match bound {
            Some(user) => user,
            None => self.bind(store, &foreign)?,
        };
        Ok((user, foreign.until))
    }

    fn bind(&self, store: &Store, foreign: &Foreign) -> Result<UserId, AuthError> {
        let key = self.key(foreign)?;
        let user = store.read(|reader| meant(reader, &key))?;
        let author = Author::new(Actor::User(user)).because("single sign-on");
        let written = store.write(&author, |tx| self.bind_in(tx, foreign, &key))?;
        log::info!("single sign-on: account {} is bound", written.value);
        Ok(written.value)
    }

    fn bind_in(&self, tx: &mut Tx<'_>, foreign: &Foreign, key: &Key) -> Result<UserId, AuthError> {
        // Another request with the same token may have been faster.
        if let Some(user) = tx.reader().user_of_identity(&self.issuer, &foreign.subject_hash)? {
            return Ok(user);
        }
        let user = meant(&mut tx.reader(), key)?;
        if tx.reader().has_identity(user, &self.issuer)? {
            return Err(AuthError::InvalidToken);
        }
        let bound = BoundIdentity { id: IdentityId(Uuid::now_v7()), user_id: user };
        tx.bind_identity(&bound, &self.issuer, &foreign.subject_hash)?;
        Ok(user)
    }

    /// By what the account is found.
    fn key(&self, foreign: &Foreign) -> Result<Key, AuthError> {
        let name = foreign.name.as_deref().filter(|name| name.len() <= 1_024).ok_or(AuthError::InvalidToken)?;
        Ok(match self.compared {
            OidcMatch::Login => Key::UserLogin(name::key(name)),
            OidcMatch::ExternalId => Key::ExternalId(Kind::User, name.to_owned()),
        })
    }
}

/// The account that a token means, if it may log in.
fn meant(reader: &mut Reader<'_>, key: &Key) -> Result<UserId, AuthError> {
    let user = reader.find::<User>(key)?.pop().ok_or(AuthError::InvalidToken)?.value;
    if capable(user.kind, user.state, Capability::LogIn) {
        Ok(user.id)
    } else {
        Err(AuthError::NotAllowed { kind: user.kind, state: user.state })
    }
}
