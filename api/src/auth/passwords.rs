//! Passwords: Argon2id, few at a time.
//!
//! Which ones are good enough says `policy.rs`. A password is brought to Unicode NFKC before it is
//! hashed, so that it does not matter on which keyboard it is typed. White space counts, also at
//! the ends.

mod policy;

use std::fmt;
use std::time::{Duration, Instant};

use argon2::password_hash::Error as HashError;
use argon2::{Algorithm, Argon2, Params, PasswordHash as Phc, PasswordHasher, PasswordVerifier, Version};
use parking_lot::{Condvar, Mutex};

use super::AuthError;
use super::secret::random_token;
use crate::config::Config;

pub use policy::{Holder, PASSWORD_MAX, PASSWORD_MIN, Weakness};

/// For each password that may be hashed, so many may wait. More would fill the threads that
/// serve the database.
const WAITING_PER_SLOT: usize = 32;

/// The stored form of a password (PHC string). Its debug view does not show it.
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The PHC string, to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What a comparison found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    /// Another password, or nothing to compare with.
    No,
    /// The right password.
    Yes,
    /// The right password, stored with other parameters than those now set: hash it anew.
    Outdated,
}

/// Hashes and compares passwords.
pub struct Passwords {
    argon2: Argon2<'static>,
    gate: Gate,
    deadline: Duration,
    /// Compared with when there is no such account, so that this takes as long as if there was.
    dummy: PasswordHash,
}

impl Passwords {
    /// Sets it up as configured.
    ///
    /// # Errors
    /// The parameters are out of range.
    pub fn new(config: &Config) -> Result<Self, AuthError> {
        let params = Params::new(config.argon2_memory_kib, config.argon2_iterations, config.argon2_parallelism, None)
            .map_err(|_| AuthError::Internal("the parameters of Argon2 are out of range"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash_with(&argon2, &random_token()?)?;
        Ok(Self { argon2, gate: Gate::new(config.hashing_at_once), deadline: config.hashing_deadline(), dummy })
    }

    /// Hashes a new password of somebody.
    ///
    /// # Errors
    /// The password is not good enough, or too many are being hashed.
    pub fn hash(&self, password: &str, holder: &Holder<'_>) -> Result<PasswordHash, AuthError> {
        let normal = policy::check(password, holder).map_err(AuthError::WeakPassword)?;
        self.hash_normal(&normal)
    }

    /// Hashes a password once more that was accepted before, with the parameters of today.
    ///
    /// # Errors
    /// Too many are being hashed.
    pub fn hash_anew(&self, password: &str) -> Result<PasswordHash, AuthError> {
        let normal = policy::normal_form(password).map_err(AuthError::WeakPassword)?;
        self.hash_normal(&normal)
    }

    fn hash_normal(&self, normal: &str) -> Result<PasswordHash, AuthError> {
        let _pass = self.gate.enter(self.deadline)?;
        hash_with(&self.argon2, normal)
    }

    /// Compares a password with a stored hash. Without one it takes the same time and fails.
    ///
    /// # Errors
    /// Too many are being hashed, or the stored hash can't be read.
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Result<Match, AuthError> {
        // Such a password was never accepted, whoever's it is.
        let Ok(normal) = policy::normal_form(password) else {
            return Ok(Match::No);
        };
        let phc = Phc::new(stored.unwrap_or(self.dummy.as_str()))
            .map_err(|_| AuthError::Internal("a stored password hash can't be read"))?;
        let _pass = self.gate.enter(self.deadline)?;
        match self.argon2.verify_password(normal.as_bytes(), &phc) {
            Ok(()) if stored.is_none() => Ok(Match::No),
            Ok(()) if self.is_current(&phc) => Ok(Match::Yes),
            Ok(()) => Ok(Match::Outdated),
            Err(HashError::PasswordInvalid) => Ok(Match::No),
            Err(_) => Err(AuthError::Internal("a password can't be compared")),
        }
    }

    fn is_current(&self, stored: &Phc) -> bool {
        let now = self.argon2.params();
        let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        stored.algorithm == Algorithm::Argon2id.ident()
            && stored.version == Some(Version::V0x13.into())
            && Params::try_from(stored).is_ok_and(|params| costs(&params) == costs(now))
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("argon2", &self.argon2).finish_non_exhaustive()
    }
}

fn hash_with(argon2: &Argon2<'_>, normal: &str) -> Result<PasswordHash, AuthError> {
    let hash: Phc =
        argon2.hash_password(normal.as_bytes()).map_err(|_| AuthError::Internal("a password can't be hashed"))?;
    Ok(PasswordHash(hash.to_string()))
}

/// Lets so many in at a time, and so many wait.
struct Gate {
    state: Mutex<Queue>,
    freed: Condvar,
    waiting_max: usize,
}

struct Queue {
    free: usize,
    waiting: usize,
}

impl Gate {
    fn new(at_once: usize) -> Self {
        Self {
            state: Mutex::new(Queue { free: at_once.max(1), waiting: 0 }),
            freed: Condvar::new(),
            waiting_max: at_once.max(1) * WAITING_PER_SLOT,
        }
    }

    fn enter(&self, deadline: Duration) -> Result<Pass<'_>, AuthError> {
        let until = Instant::now() + deadline;
        let mut queue = self.state.lock();
        if queue.free == 0 {
            if queue.waiting >= self.waiting_max {
                return Err(AuthError::Busy);
            }
            queue.waiting += 1;
            let mut late = false;
            while queue.free == 0 && !late {
                late = self.freed.wait_until(&mut queue, until).timed_out();
            }
            queue.waiting -= 1;
            if queue.free == 0 {
                return Err(AuthError::Busy);
            }
        }
        queue.free -= 1;
        Ok(Pass { gate: self })
    }
}

struct Pass<'a> {
    gate: &'a Gate,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.state.lock().free += 1;
        self.gate.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(iterations: u32) -> Passwords {
        let config = Config { argon2_memory_kib: 8, argon2_iterations: iterations, ..Config::default() };
        Passwords::new(&config).unwrap()
    }

    #[test]
    fn the_right_password_matches_and_others_do_not() {
        let passwords = passwords(1);
        let hash = passwords.hash("correct horse", &Holder::default()).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert_ne!(hash.as_str(), passwords.hash("correct horse", &Holder::default()).unwrap().as_str());
        let verify = |password| passwords.verify(password, Some(hash.as_str())).unwrap();
        assert_eq!(verify("correct horse"), Match::Yes);
        assert_eq!(verify("Correct horse"), Match::No);
        assert_eq!(verify("correct horse "), Match::No);
        assert_eq!(verify(""), Match::No);
        assert_eq!(passwords.verify("correct horse", None).unwrap(), Match::No);
        assert!(passwords.verify("correct horse", Some("plain")).is_err());
    }

    #[test]
    fn both_unicode_forms_of_a_password_are_the_same() {
        let passwords = passwords(1);
        let hash = passwords.hash("p\u{159}\u{ed}li\u{161} \u{17e}lu\u{165}", &Holder::default()).unwrap();
        let apart = "pr\u{30c}i\u{301}lis\u{30c} z\u{30c}lut\u{30c}";
        assert_eq!(passwords.verify(apart, Some(hash.as_str())).unwrap(), Match::Yes);
    }

    #[test]
    fn other_parameters_ask_for_a_new_hash() {
        let hash = passwords(1).hash("correct horse", &Holder::default()).unwrap();
        let now = passwords(2);
        assert_eq!(now.verify("correct horse", Some(hash.as_str())).unwrap(), Match::Outdated);
        assert_eq!(now.verify("wrong horse", Some(hash.as_str())).unwrap(), Match::No);
    }

    #[test]
    fn the_gate_lets_few_in_and_turns_away_who_waits_too_long() {
        let gate = Gate::new(1);
        let pass = gate.enter(Duration::ZERO).unwrap();
        assert!(matches!(gate.enter(Duration::from_millis(5)), Err(AuthError::Busy)));
        std::thread::scope(|scope| {
            let next = scope.spawn(|| gate.enter(Duration::from_secs(60)).is_ok());
            drop(pass);
            assert!(next.join().unwrap());
        });
        let queue = gate.state.lock();
        assert_eq!((queue.free, queue.waiting), (1, 0));
    }
}
