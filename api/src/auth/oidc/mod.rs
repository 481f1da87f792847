//! Single sign-on: bearer tokens of one identity provider (OpenID Connect).
//!
//! A token is checked by the provider's published keys. Whom it stands for is decided by issuer
//! and subject (`iss`, `sub`) alone, once they are bound to an account: at the first use
//! the account is found by a claim, never by an e-mail address, and from then on the binding decides,
//! whatever the claim says.

mod binding;
mod keys;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::AuthError;
use super::secret::stored_hash;
use crate::config::{Config, OidcAlgorithm, OidcMatch};
use keys::ProviderKeys;

/// By how much the clocks of the provider and of this node may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// The types of tokens that say who somebody is. A provider issues others too, such as for logging out.
const TYPES: [&str; 3] = ["JWT", "at+jwt", "application/at+jwt"];
/// Longest subject (OpenID Connect Core, section 2).
const SUBJECT_MAX: usize = 255;

/// What a good token of the provider says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foreign {
    /// The subject, hashed.
    pub subject_hash: String,
    /// What the claim says by which an account is found the first time.
    pub name: Option<String>,
    /// From when on the token is refused.
    pub until: DateTime<Utc>,
}

/// The identity provider whose tokens are accepted.
#[derive(Debug)]
pub struct Oidc {
    issuer: String,
    audience: String,
    algorithms: Vec<Algorithm>,
    claim: String,
    compared: OidcMatch,
    keys: ProviderKeys,
}

impl Oidc {
    /// The provider of a configuration, if it names one. It is asked for its keys when the first token
    /// comes.
    pub fn new(config: &Config) -> Option<Self> {
        let (issuer, audience) = (config.oidc_issuer.clone()?, config.oidc_audience.clone()?);
        Some(Self {
            keys: ProviderKeys::new(&issuer),
            issuer,
            audience,
            algorithms: config.oidc_algorithms.iter().map(|algorithm| named(*algorithm)).collect(),
            claim: config.oidc_claim.clone(),
            compared: config.oidc_match,
        })
    }

    /// Whether a token says, unproven, that it is the provider's.
    pub fn claims(&self, token: &str) -> bool {
        #[derive(Deserialize)]
        struct Issued {
            iss: String,
        }
        let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        payload
            .and_then(|json| serde_json::from_slice::<Issued>(&json).ok())
            .is_some_and(|issued| issued.iss == self.issuer)
    }

    /// Checks a token: its type, its signature by one of the provider's keys with one of the allowed
    /// algorithms, by and for whom it was issued, and its time.
    ///
    /// # Errors
    /// [`AuthError::ExpiredToken`] when time alone is to blame, [`AuthError::ProviderUnreachable`] when
    /// the keys can't be had, else [`AuthError::InvalidToken`].
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Result<Foreign, AuthError> {
        let header = decode_header(token).map_err(|_| AuthError::InvalidToken)?;
        let typed = header.typ.as_deref().is_none_or(|typ| TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ)));
        if !typed || header.crit.is_some() || !self.algorithms.contains(&header.alg) {
            return Err(AuthError::InvalidToken);
        }
        let kid = header.kid.ok_or(AuthError::InvalidToken)?;
        let key = self.keys.find(&kid, header.alg, now)?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Instants are compared here, with the application's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims =
            decode::<Map<String, Value>>(token, &key, &validation).map_err(|_| AuthError::InvalidToken)?.claims;
        self.read(&claims, now)
    }

    fn read(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<Foreign, AuthError> {
        let instant = |name: &str| match claims.get(name) {
            None => Ok(None),
            // Whole seconds, or with a fraction (RFC 7519, section 2).
            Some(value) => {
                #[expect(clippy::cast_possible_truncation, reason = "a number out of range becomes the greatest one")]
                let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64));
                let at = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
                at.map(Some).ok_or(AuthError::InvalidToken)
            }
        };
        let until = instant("exp")?.and_then(|at| at.checked_add_signed(LEEWAY)).ok_or(AuthError::InvalidToken)?;
        if now >= until {
            return Err(AuthError::ExpiredToken);
        }
        if [instant("nbf")?, instant("iat")?].into_iter().flatten().any(|from| from > now + LEEWAY) {
            return Err(AuthError::InvalidToken);
        }
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let subject = text("sub").filter(|subject| subject.len() <= SUBJECT_MAX).ok_or(AuthError::InvalidToken)?;
        let name = text(&self.claim).map(str::to_owned);
        Ok(Foreign { subject_hash: stored_hash(subject), name, until })
    }
}

fn named(algorithm: OidcAlgorithm) -> Algorithm {
    match algorithm {
        OidcAlgorithm::Rs256 => Algorithm::RS256,
        OidcAlgorithm::Rs384 => Algorithm::RS384,
        OidcAlgorithm::Rs512 => Algorithm::RS512,
        OidcAlgorithm::Ps256 => Algorithm::PS256,
        OidcAlgorithm::Ps384 => Algorithm::PS384,
        OidcAlgorithm::Ps512 => Algorithm::PS512,
        OidcAlgorithm::Es256 => Algorithm::ES256,
        OidcAlgorithm::Es384 => Algorithm::ES384,
        OidcAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}
