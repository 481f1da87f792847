//! Access tokens: short-lived JWTs (RFC 9068), signed with Ed25519.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{SessionId, UserId};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AuthError;
use super::keys::KeySet;
use super::secret::Secret;
use crate::config::Config;

/// The `typ` that tells an access token from any other JWT.
pub const TYPE: &str = "at+jwt";
/// By how much the clocks of two nodes may differ.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Longest token that is looked at; ours are about a third of that.
const LENGTH_MAX: usize = 2_048;
/// The client for which tokens are issued (RFC 9068 wants one): the log-in of this service.
const CLIENT: &str = "remit";

/// What an access token says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it: the service's public address.
    pub iss: String,
    /// For whom it is meant.
    pub aud: String,
    /// The client for which it was issued.
    pub client_id: String,
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// When it was issued, in seconds since 1970, as the other two instants.
    pub iat: i64,
    /// From when on it is good.
    pub nbf: i64,
    /// From when on it is refused.
    pub exp: i64,
    /// Its own id.
    pub jti: Uuid,
}

/// Issues and checks access tokens.
#[derive(Debug)]
pub struct AccessTokens {
    issuer: String,
    audience: String,
    life: TimeDelta,
    validation: Validation,
}

impl AccessTokens {
    /// Sets it up as configured.
    pub fn new(config: &Config) -> Self {
        let (issuer, audience) = (config.public_url(), config.token_audience.clone());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "nbf", "exp"]);
        // Instants are compared here, with the application's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { issuer, audience, life: config.access_token_life(), validation }
    }

    /// How long a token is good for.
    pub fn life(&self) -> TimeDelta {
        self.life
    }

    /// Issues a token of a session, and says for how many seconds it is good.
    ///
    /// # Errors
    /// There is no key to sign with.
    pub fn issue(
        &self,
        keys: &KeySet,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<(Secret, i64), AuthError> {
        let key = keys.signing()?;
        let issued = now.timestamp();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            client_id: CLIENT.to_owned(),
            sub: user,
            sid: session,
            iat: issued,
            nbf: issued,
            exp: issued + self.life.num_seconds(),
            jti: Uuid::now_v7(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        let token = encode(&header, &claims, key.encoding())
            .map_err(|_| AuthError::Internal("an access token can't be signed"))?;
        Ok((Secret::new(token), self.life.num_seconds()))
    }

    /// Checks a token: its type, its signature by a known key, for whom and when it is good.
    /// Gives what it says and the instant from which on it is refused.
    ///
    /// # Errors
    /// [`AuthError::ExpiredToken`] when time alone is to blame, [`AuthError::UnknownKey`] when
    /// the key is not among `keys`, else [`AuthError::InvalidToken`].
    pub fn check(&self, keys: &KeySet, token: &str, now: DateTime<Utc>) -> Result<(Claims, DateTime<Utc>), AuthError> {
        if token.len() > LENGTH_MAX {
            return Err(AuthError::InvalidToken);
        }
        let header = decode_header(token).map_err(|_| AuthError::InvalidToken)?;
        let typed = header.typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
        if !typed || header.alg != Algorithm::EdDSA {
            return Err(AuthError::InvalidToken);
        }
        let kid = header.kid.ok_or(AuthError::InvalidToken)?;
        let key = keys.find(&kid).ok_or(AuthError::UnknownKey)?;
        let claims =
            decode::<Claims>(token, key.decoding(), &self.validation).map_err(|_| AuthError::InvalidToken)?.claims;
        // A token issued when tokens lived longer is cut to their present life, so that the
        // end of a session need not be remembered for longer.
        let end = claims.exp.min(claims.iat.saturating_add(self.life.num_seconds()));
        let until = DateTime::from_timestamp(end, 0)
            .and_then(|end| end.checked_add_signed(LEEWAY))
            .ok_or(AuthError::InvalidToken)?;
        if now >= until {
            return Err(AuthError::ExpiredToken);
        }
        if claims.nbf > (now + LEEWAY).timestamp() {
            return Err(AuthError::InvalidToken);
        }
        Ok((claims, until))
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Key;
    use super::super::secret::base64url;
    use super::*;

    const USER: UserId = UserId(Uuid::from_u128(1));
    const SESSION: SessionId = SessionId(Uuid::from_u128(2));

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn keys(seed: u8) -> KeySet {
        KeySet::new(vec![Key::from_seed([seed; 32])])
    }

    fn issue(config: &Config, keys: &KeySet) -> String {
        let (token, life) = AccessTokens::new(config).issue(keys, USER, SESSION, now()).unwrap();
        assert_eq!(life, 600);
        token.into_exposed()
    }

    #[test]
    fn a_token_is_accepted_until_it_expires() {
        let tokens = AccessTokens::new(&Config::default());
        let token = issue(&Config::default(), &keys(1));
        let (claims, until) = tokens.check(&keys(1), &token, now()).unwrap();
        assert_eq!(until, now() + TimeDelta::seconds(605));
        assert_eq!((claims.sub, claims.sid), (USER, SESSION));
        assert_eq!((claims.iss.as_str(), claims.aud.as_str()), ("http://127.0.0.1:8080", "remit"));
        let at = |seconds| tokens.check(&keys(1), &token, now() + TimeDelta::seconds(seconds));
        assert!(at(604).is_ok() && at(-5).is_ok());
        assert!(matches!(at(605), Err(AuthError::ExpiredToken)));
        assert!(matches!(at(-6), Err(AuthError::InvalidToken)));
    }

    #[test]
    fn a_shorter_life_counts_for_tokens_already_issued() {
        let token = issue(&Config::default(), &keys(1));
        let tokens = AccessTokens::new(&Config { access_token_minutes: 1, ..Config::default() });
        let at = |seconds| tokens.check(&keys(1), &token, now() + TimeDelta::seconds(seconds));
        assert!(at(64).is_ok());
        assert!(matches!(at(65), Err(AuthError::ExpiredToken)));
    }

    #[test]
    fn tokens_of_other_keys_issuers_audiences_and_types_are_refused() {
        let tokens = AccessTokens::new(&Config::default());
        let refused = |token: &str| matches!(tokens.check(&keys(1), token, now()), Err(AuthError::InvalidToken));
        let token = issue(&Config::default(), &keys(2));
        assert!(matches!(tokens.check(&keys(1), &token, now()), Err(AuthError::UnknownKey)));
        let other = Config { token_audience: "other".to_owned(), ..Config::default() };
        assert!(refused(&issue(&other, &keys(1))));
        let other = Config { public_url: Some("https://x.example".to_owned()), ..other };
        assert!(refused(&issue(&other, &keys(1))));

        let token = issue(&Config::default(), &keys(1));
        let parts: Vec<_> = token.split('.').collect();
        let kid = Key::from_seed([1; 32]).kid;
        for header in [
            format!(r#"{{"typ":"JWT","alg":"EdDSA","kid":"{kid}"}}"#),
            format!(r#"{{"typ":"at+jwt","alg":"none","kid":"{kid}"}}"#),
            format!(r#"{{"typ":"at+jwt","alg":"HS256","kid":"{kid}"}}"#),
            r#"{"typ":"at+jwt","alg":"EdDSA"}"#.to_owned(),
            format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{kid}","x":1}}"#),
        ] {
            let header = base64url(header.as_bytes());
            assert!(refused(&format!("{header}.{}.{}", parts[1], parts[2])));
        }
        assert!(refused(&format!("{}.{}.", parts[0], parts[1])));
        assert!(refused("") && refused("a.b.c") && refused(&"x".repeat(5_000)));
    }

    #[test]
    fn a_signed_token_without_a_required_claim_is_refused() {
        let (tokens, keys) = (AccessTokens::new(&Config::default()), keys(1));
        let key = keys.signing().unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        let token = issue(&Config::default(), &keys);
        let whole = serde_json::to_value(tokens.check(&keys, &token, now()).unwrap().0).unwrap();
        for claim in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"] {
            let mut claims = whole.clone();
            claims.as_object_mut().unwrap().remove(claim);
            let token = encode(&header, &claims, key.encoding()).unwrap();
            assert!(matches!(tokens.check(&keys, &token, now()), Err(AuthError::InvalidToken)));
        }
    }
}
