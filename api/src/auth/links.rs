//! One-time links: a random token whose hash is stored until it is used, void or expired.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;
use persistence::{OneTimeLink, Reader, Tx};

use super::AuthError;
use super::secret::{Secret, TOKEN_LENGTH, is_base64url, random_token, stored_hash};

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Making the first administrator.
    SetUp,
    /// Setting one's password: after a release, or when it was forgotten.
    Password,
    /// Accepting an invitation (U-15).
    Invitation,
}

impl Purpose {
    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::SetUp => "set_up",
            Purpose::Password => "password",
            Purpose::Invitation => "invitation",
        }
    }

    /// How long such a link is good for, where nothing else is said.
    pub const fn life(self) -> TimeDelta {
        match self {
            Purpose::SetUp => TimeDelta::hours(1),
            Purpose::Password | Purpose::Invitation => TimeDelta::hours(48),
        }
    }
}

/// For so long links are kept after they expired, which tells whose they were. They are good for nothing.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// Makes a link and gives its token, which is never seen again. Earlier links for the same
/// purpose and account are void.
///
/// # Errors
/// The database can't do it.
pub fn create(tx: &mut Tx<'_>, purpose: Purpose, user: Option<UserId>, life: TimeDelta) -> Result<Secret, AuthError> {
    let token = random_token()?;
    tx.void_links(purpose.as_str(), user)?;
    tx.add_link(&OneTimeLink {
        hash: stored_hash(&token),
        purpose: purpose.as_str().to_owned(),
        user_id: user,
        expires_at: tx.now() + life,
    })?;
    Ok(Secret::new(token))
}

/// Uses a link up and says whose it was. It stays good when the transaction is rolled back.
///
/// # Errors
/// [`AuthError::InvalidLink`] when there is no such link for that purpose, or no longer.
pub fn take(tx: &mut Tx<'_>, purpose: Purpose, token: &str) -> Result<Option<UserId>, AuthError> {
    if token.len() != TOKEN_LENGTH || !is_base64url(token) {
        return Err(AuthError::InvalidLink);
    }
    match tx.take_link(&stored_hash(token))? {
        Some(link) if link.purpose == purpose.as_str() => Ok(link.user_id),
        _ => Err(AuthError::InvalidLink),
    }
}

/// Whose a link is, without using it up.
///
/// # Errors
/// [`AuthError::InvalidLink`] when there is no such link for that purpose, or no longer.
pub fn look_at(
    reader: &mut Reader<'_>,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, AuthError> {
    if token.len() != TOKEN_LENGTH || !is_base64url(token) {
        return Err(AuthError::InvalidLink);
    }
    match reader.link(&stored_hash(token))? {
        Some(link) if link.purpose == purpose.as_str() && link.expires_at > now => Ok(link.user_id),
        _ => Err(AuthError::InvalidLink),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Place;
    use super::*;

    #[test]
    fn a_link_works_once_for_its_purpose_and_in_its_time() {
        let place = Place::new();
        let user = place.person("ada");
        let make = |purpose: Purpose, user| {
            place.write(|tx| create(tx, purpose, user, purpose.life())).unwrap().into_exposed()
        };
        let take = |purpose, token: &str| place.write(|tx| take(tx, purpose, token));
        let refused = |result| matches!(result, Err(AuthError::InvalidLink));

        let look = |purpose, token: &str| {
            let now = place.clock.now();
            place.store.read(|reader| look_at(reader, purpose, token, now))
        };
        let token = make(Purpose::Password, Some(user));
        assert_eq!(look(Purpose::Password, &token).unwrap(), Some(user));
        assert!(refused(look(Purpose::Invitation, &token)) && refused(look(Purpose::Password, "short")));
        let token = make(Purpose::Password, Some(user));
        assert!(refused(take(Purpose::Invitation, &token)));
        assert_eq!(take(Purpose::Password, &token).unwrap(), Some(user));
        assert!(refused(take(Purpose::Password, &token)));
        assert!(refused(take(Purpose::Password, "short")));

        let old = make(Purpose::SetUp, None);
        let new = make(Purpose::SetUp, None);
        assert!(refused(take(Purpose::SetUp, &old)));
        place.clock.advance(TimeDelta::minutes(59));
        assert_eq!(take(Purpose::SetUp, &new).unwrap(), None);

        let late = make(Purpose::SetUp, None);
        place.clock.advance(TimeDelta::minutes(60));
        assert!(refused(look(Purpose::SetUp, &late)));
        assert!(refused(take(Purpose::SetUp, &late)));
    }

    #[test]
    fn a_link_is_kept_when_what_it_was_for_fails() {
        let place = Place::new();
        let token = place.write(|tx| create(tx, Purpose::SetUp, None, Purpose::SetUp.life())).unwrap().into_exposed();
        let failed: Result<(), _> = place.write(|tx| {
            take(tx, Purpose::SetUp, &token)?;
            Err(AuthError::Internal("something else"))
        });
        assert!(failed.is_err());
        assert!(place.write(|tx| take(tx, Purpose::SetUp, &token)).is_ok());
    }
}
