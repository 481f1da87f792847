//! The keys of an identity provider: found by discovery, kept, and fetched again when a token names one
//! that is not known, at most every 30 seconds. What is fetched is bounded in time and size, and no
//! redirect is followed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use parking_lot::Mutex;
use serde_json::Value;

use super::AuthError;
use crate::config::is_this_machine;

/// The time between two fetches because of an unknown key.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The same after a failure.
const PAUSE_FAILED: TimeDelta = TimeDelta::seconds(5);
/// For how long keys are good without being fetched again: one that the provider withdrew goes then.
const LIFE: TimeDelta = TimeDelta::hours(1);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest document.
const SIZE_MAX: u64 = 256 * 1_024;
/// Most keys.
const KEYS_MAX: usize = 100;
/// So many requests may wait for keys; more would fill the threads that serve the database.
const WAITING_MAX: usize = 8;

/// A key, and the algorithm that it is for, where the provider says so.
#[derive(Clone)]
struct Known {
    key: Arc<DecodingKey>,
    algorithm: Option<String>,
}

/// The keys as of a fetch.
#[derive(Default)]
struct Keys {
    by_kid: HashMap<String, Known>,
    fetched: Option<DateTime<Utc>>,
}

impl Keys {
    fn find(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
        let known = self.by_kid.get(kid)?;
        // A key is for one algorithm.
        let fits = known.key.family() == algorithm.family()
            && known.algorithm.as_ref().is_none_or(|named| *named == format!("{algorithm:?}"));
        fits.then(|| Arc::clone(&known.key))
    }

    fn are_fresh(&self, now: DateTime<Utc>) -> bool {
        self.fetched.is_some_and(|at| now - at < LIFE)
    }
}

/// The keys of a provider.
pub(super) struct ProviderKeys {
    issuer: String,
    agent: ureq::Agent,
    current: ArcSwap<Keys>,
    /// When they were last asked for, and whether they came.
    asked: Mutex<Option<(DateTime<Utc>, bool)>>,
    waiting: AtomicUsize,
}

impl ProviderKeys {
    /// None yet.
    pub(super) fn new(issuer: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .tls_config(ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build())
            .build()
            .new_agent();
        Self {
            issuer: issuer.to_owned(),
            agent,
            current: ArcSwap::default(),
            asked: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// The key of that id for an algorithm. May ask the provider.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] when there is none, [`AuthError::ProviderUnreachable`] when the provider
    /// was never heard.
    pub(super) fn find(
        &self,
        kid: &str,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Arc<DecodingKey>, AuthError> {
        let keys = self.current.load();
        if keys.are_fresh(now)
            && let Some(key) = keys.find(kid, algorithm)
        {
            return Ok(key);
        }
        self.look_again(now)?;
        let keys = self.current.load();
        match keys.find(kid, algorithm) {
            Some(key) => Ok(key),
            None if keys.fetched.is_some() => Err(AuthError::InvalidToken),
            None => Err(AuthError::ProviderUnreachable),
        }
    }

    /// Fetches the keys, unless that was done just now. Those there are stay when it fails.
    fn look_again(&self, now: DateTime<Utc>) -> Result<(), AuthError> {
        if self.waiting.fetch_add(1, Ordering::AcqRel) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            return Err(AuthError::ProviderUnreachable);
        }
        {
            let mut asked = self.asked.lock();
            let lately = asked.is_some_and(|(at, came)| now - at < if came { PAUSE } else { PAUSE_FAILED });
            if !lately {
                let fetched = self.fetch();
                *asked = Some((now, fetched.is_ok()));
                match fetched {
                    Ok(by_kid) => self.current.store(Arc::new(Keys { by_kid, fetched: Some(now) })),
                    Err(why) => log::warn!("the keys of the identity provider can't be had: {why}"),
                }
            }
        }
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        Ok(())
    }

    fn fetch(&self) -> Result<HashMap<String, Known>, &'static str> {
        let base = self.issuer.trim_end_matches('/');
        let about = self.get(&format!("{base}/.well-known/openid-configuration"))?;
        if about.get("issuer").and_then(Value::as_str) != Some(&self.issuer) {
            return Err("its discovery document names another issuer");
        }
        let address = about.get("jwks_uri").and_then(Value::as_str).ok_or("its discovery document names no keys")?;
        let secured = address.starts_with("https://")
            || self.issuer.starts_with("http://") && address.strip_prefix("http://").is_some_and(is_this_machine);
        if !secured {
            return Err("its keys are not at an https:// address");
        }
        let set = self.get(address)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or("what it gives is no set of keys")?;
        Ok(keys.iter().take(KEYS_MAX).filter_map(usable).collect())
    }

    fn get(&self, address: &str) -> Result<Value, &'static str> {
        let mut response = self.agent.get(address).call().map_err(|_| "it does not answer")?;
        if response.status() != 200 {
            return Err("it does not answer with a document");
        }
        let bytes = response.body_mut().with_config().limit(SIZE_MAX).read_to_vec();
        let bytes = bytes.map_err(|_| "its document is too long or broke off")?;
        serde_json::from_slice(&bytes).map_err(|_| "its document is no JSON")
    }
}

impl std::fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderKeys").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A key that can check signatures: public, with an id. One with a shared secret is none.
fn usable(value: &Value) -> Option<(String, Known)> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    let public = matches!(
        jwk.algorithm,
        AlgorithmParameters::RSA(_) | AlgorithmParameters::EllipticCurve(_) | AlgorithmParameters::OctetKeyPair(_)
    );
    if !public || jwk.common.public_key_use.as_ref().is_some_and(|of| *of != PublicKeyUse::Signature) {
        return None;
    }
    let key = Arc::new(DecodingKey::from_jwk(&jwk).ok()?);
    let algorithm = value.get("alg").and_then(Value::as_str).map(str::to_owned);
    Some((jwk.common.key_id?, Known { key, algorithm }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn only_public_keys_with_an_id_are_usable() {
        let ec = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "k", "use": "sig", "alg": "ES256"});
        assert!(usable(&ec).is_some());
        for (name, value) in [("kid", json!(null)), ("use", json!("enc")), ("kty", json!("XY")), ("x", json!("?"))] {
            let mut other = ec.clone();
            other[name] = value;
            assert!(usable(&other).is_none(), "{name}");
        }
        assert!(usable(&json!({"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"})).is_none());
    }

    #[test]
    fn a_key_serves_its_own_algorithm_alone() {
        let ec = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "k", "alg": "ES256"});
        let keys = Keys { by_kid: usable(&ec).into_iter().collect(), fetched: None };
        assert!(keys.find("k", Algorithm::ES256).is_some());
        for other in [Algorithm::ES384, Algorithm::RS256, Algorithm::HS256, Algorithm::EdDSA] {
            assert!(keys.find("k", other).is_none(), "{other:?}");
        }
        assert!(keys.find("other", Algorithm::ES256).is_none());
    }
}
