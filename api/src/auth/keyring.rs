//! The signing keys of this node: read from the database (or a file), made at first start,
//! rotated, and read again when a token names one that is not known yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use parking_lot::Mutex;
use persistence::{Actor, Author, SigningKey, Store, StoreError};

use super::AuthError;
use super::access_token::LEEWAY;
use super::keys::{Key, KeySet};
use crate::config::Config;

/// The name of EdDSA in JWS.
const ALGORITHM: &str = "EdDSA";
/// How long a retired key still verifies beyond the life of its last token: time enough for
/// every node to notice.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// Unknown keys make this node read the database at most once in this time.
const PAUSE: Duration = Duration::from_secs(5);

/// The keys, kept current.
#[derive(Debug)]
pub struct Keyring {
    store: Store,
    /// The key of the file that the configuration names; it signs before all others.
    given: Option<Key>,
    life: TimeDelta,
    current: ArcSwap<KeySet>,
    read_at: Mutex<Option<Instant>>,
}

impl Keyring {
    /// Reads the keys, and makes the first one where there is none to sign with.
    ///
    /// # Errors
    /// The key file or the database can't be read.
    pub fn open(store: Store, config: &Config) -> Result<Self, AuthError> {
        let given = match &config.signing_key_file {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|_| AuthError::Internal("signing_key_file can't be read"))?;
                Some(Key::from_pem(&text)?)
            }
            None => None,
        };
        let ring = Self {
            store,
            given,
            life: config.access_token_life(),
            current: ArcSwap::default(),
            read_at: Mutex::new(None),
        };
        ring.reload()?;
        if ring.current().signing().is_err() {
            ring.make_first()?;
            ring.reload()?;
        }
        Ok(ring)
    }

    /// The keys as of now.
    pub fn current(&self) -> Arc<KeySet> {
        self.current.load_full()
    }

    /// Reads the keys again.
    ///
    /// # Errors
    /// The database can't be read, or a key in it makes no sense.
    pub fn reload(&self) -> Result<(), AuthError> {
        let stored = self.store.read(|reader| reader.signing_keys())?;
        let mut keys: Vec<Key> = self.given.clone().into_iter().collect();
        // Those that sign before those that only verify; each group the newest first.
        let (retired, fresh): (Vec<_>, Vec<_>) = stored.iter().partition(|key| key.retired_at.is_some());
        // With a key from a file and none else, a retired key must not begin to sign again.
        let signs = self.given.is_some() || !fresh.is_empty();
        for stored in fresh.into_iter().chain(retired).filter(|_| signs) {
            if keys.iter().all(|key| key.kid != stored.kid) {
                keys.push(read(stored)?);
            }
        }
        self.current.store(Arc::new(KeySet::new(keys)));
        Ok(())
    }

    /// Reads the keys again because a token names an unknown one, unless that was done just now.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn look_again(&self) -> Result<(), AuthError> {
        let mut read_at = self.read_at.lock();
        if read_at.is_none_or(|at| at.elapsed() >= PAUSE) {
            self.reload()?;
            *read_at = Some(Instant::now());
        }
        Ok(())
    }

    /// Makes a new key, which signs from now on. The present one verifies as long as its tokens
    /// live, then it is removed by a later rotation.
    ///
    /// # Errors
    /// The key is given by a file, or the database can't do it.
    pub fn rotate(&self) -> Result<(), AuthError> {
        if self.given.is_some() {
            return Err(AuthError::Internal("the signing key is given by signing_key_file"));
        }
        let key = Key::generate()?;
        self.store.write(&service("signing_keys.rotate"), |tx| {
            let now = tx.now();
            for old in tx.reader().signing_keys()? {
                match old.retired_at {
                    None => drop(tx.retire_signing_key(&old.kid)?),
                    Some(at) if at + self.life + LEEWAY + GRACE <= now => {
                        tx.remove_signing_key(&old.kid)?;
                    }
                    Some(_) => {}
                }
            }
            tx.add_signing_key(&row(&key, now))
        })?;
        self.reload()
    }

    fn make_first(&self) -> Result<(), AuthError> {
        let key = Key::generate()?;
        self.store.write(&service("signing_keys.first"), |tx| {
            // Another node may have been faster.
            let mut keys = tx.reader().signing_keys()?.into_iter();
            if keys.any(|key| key.retired_at.is_none()) {
                return Ok(());
            }
            let now = tx.now();
            tx.add_signing_key(&row(&key, now))
        })?;
        Ok(())
    }
}

fn service(cause: &str) -> Author {
    Author::new(Actor::Service).because(cause)
}

fn row(key: &Key, now: chrono::DateTime<chrono::Utc>) -> SigningKey {
    SigningKey {
        kid: key.kid.clone(),
        algorithm: ALGORITHM.to_owned(),
        private_key: key.seed().to_vec(),
        created_at: now,
        retired_at: None,
    }
}

fn read(stored: &SigningKey) -> Result<Key, AuthError> {
    let seed = stored.private_key.as_slice().try_into().ok();
    match seed.filter(|_| stored.algorithm == ALGORITHM).map(Key::from_seed) {
        Some(key) if key.kid == stored.kid => Ok(key),
        _ => Err(StoreError::Corrupt("a signing key".to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Place;
    use super::*;

    #[test]
    fn the_first_key_is_made_once_and_kept() {
        let place = Place::new();
        let first = Keyring::open(place.store.clone(), &place.config).unwrap();
        let kid = first.current().signing().unwrap().kid.clone();
        let again = Keyring::open(place.store.clone(), &place.config).unwrap();
        assert_eq!(again.current().signing().unwrap().kid, kid);
    }

    #[test]
    fn a_rotated_key_verifies_until_its_tokens_are_dead() {
        let place = Place::new();
        let ring = Keyring::open(place.store.clone(), &place.config).unwrap();
        let other = Keyring::open(place.store.clone(), &place.config).unwrap();
        let first = ring.current().signing().unwrap().kid.clone();
        place.clock.advance(TimeDelta::days(1));
        ring.rotate().unwrap();
        let second = ring.current().signing().unwrap().kid.clone();
        assert_ne!(first, second);
        assert!(ring.current().find(&first).is_some());
        assert!(other.current().find(&second).is_none());
        other.look_again().unwrap();
        assert_eq!(other.current().signing().unwrap().kid, second);
        place.clock.advance(TimeDelta::days(1));
        ring.rotate().unwrap();
        assert!(ring.current().find(&first).is_none());
        assert!(ring.current().find(&second).is_some());
        // Asked again right away, the other node does not read the database.
        other.look_again().unwrap();
        assert_eq!(other.current().signing().unwrap().kid, second);
    }

    #[test]
    fn a_key_from_a_file_signs_and_none_is_made() {
        use base64::Engine;
        let mut place = Place::new();
        let path = place.folder.path().join("key.pem");
        let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06];
        der.extend([0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]);
        der.extend([9; 32]);
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        std::fs::write(&path, pem).unwrap();
        place.config.signing_key_file = Some(path.to_string_lossy().into_owned());
        let ring = Keyring::open(place.store.clone(), &place.config).unwrap();
        assert_eq!(ring.current().signing().unwrap().kid, Key::from_seed([9; 32]).kid);
        assert!(place.store.read(|reader| reader.signing_keys()).unwrap().is_empty());
        assert!(ring.rotate().is_err());
    }
}
