//! Slowing down whoever guesses passwords (U-04), before anything is hashed, so that a flood costs
//! nothing. Counted in memory, on each node for itself, and alike for logins that there are none of.
//!
//! Three things are counted, and whichever asks for the longest wait decides:
//!
//! - failures of a **login**, wherever they come from: the first three are free, then the wait doubles
//!   from one second to a minute;
//! - failures of an **address**, whatever the login: twenty are free, since many people may share it,
//!   then the wait doubles from one second to five minutes;
//! - failures of a **login from one address**: here the waits are such that one address can't bring
//!   about the block of an account, see [`Rules::wait_of_pair`].
//!
//! A success ends the count of its login. What lies longer back than the window no longer counts.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::name;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;

use super::secret::{TokenHash, token_hash};

/// How many logins, addresses and pairs of them are remembered; then the oldest give way.
const REMEMBERED: u64 = 100_000;
/// For how long at most after their last failure: the longest window that can be set.
const MEMORY: Duration = Duration::from_secs(86_400);
/// Failures of a login and of an address that are free.
const FREE_LOGIN: u32 = 3;
const FREE_ADDRESS: u32 = 20;
/// The longest waits.
const WAIT_LOGIN: i64 = 60;
const WAIT_ADDRESS: i64 = 300;
/// So many attempts on one login from one address may fail, or be under way at once, before the first
/// wait.
const AT_FIRST: u32 = 4;

/// When an account is blocked (U-04), from which the waits follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// After so many failed log-ins,
    pub failures: u32,
    /// within so long.
    pub window: TimeDelta,
}

impl Rules {
    /// How many attempts of a pair may fail, or be under way, before the first wait.
    fn at_first(&self) -> u32 {
        AT_FIRST.min(self.failures.saturating_sub(1)).max(1)
    }

    /// The wait after the n-th failure of a login from one address: none after the first few, so
    /// that a typing error costs nothing. Then it doubles, and is such that up to the failure that
    /// would block the account it takes at least as long as the window: by then the first ones no
    /// longer count.
    pub fn wait_of_pair(&self, failures: u32) -> TimeDelta {
        if failures < self.at_first() {
            return TimeDelta::zero();
        }
        let window = self.window.num_seconds().max(1);
        let power = |exponent: i64| 2_f64.powi(i32::try_from(exponent).unwrap_or(i32::MIN));
        let limit = i64::from(self.failures);
        // Those from `at_first` to the last before the block fill the window.
        let share = power(i64::from(failures) - limit) / (1.0 - power(i64::from(self.at_first()) - limit));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most a day, in seconds")]
        let seconds = (window as f64 * share).ceil().min(window as f64) as i64;
        TimeDelta::seconds(seconds.max(1))
    }
}

/// The wait after the n-th failure, of which some are free: doubled each time, up to a longest one.
fn doubled(failures: u32, free: u32, longest: i64) -> TimeDelta {
    match failures.checked_sub(free) {
        None => TimeDelta::zero(),
        Some(more) => TimeDelta::seconds(1_i64.checked_shl(more.min(62)).unwrap_or(longest).clamp(1, longest)),
    }
}

/// The failures of something.
#[derive(Default, Debug)]
struct Count {
    failures: u32,
    under_way: u32,
    last: DateTime<Utc>,
}

impl Count {
    /// Forgets failures that lie too far back, and says how long to wait still.
    fn wait(&mut self, now: DateTime<Utc>, window: TimeDelta, wait: impl Fn(u32) -> TimeDelta) -> TimeDelta {
        let since = now - self.last;
        if self.failures > 0 && since >= window {
            self.failures = 0;
        }
        if self.failures == 0 { TimeDelta::zero() } else { wait(self.failures) - since }
    }

    fn fail(&mut self, now: DateTime<Utc>) {
        self.failures = self.failures.saturating_add(1);
        self.last = now;
    }
}

type Shared = Arc<Mutex<Count>>;

fn memory<K: Hash + Eq + Send + Sync + 'static>() -> Cache<K, Shared> {
    let cache = Cache::builder().max_capacity(REMEMBERED).time_to_idle(MEMORY);
    cache.eviction_policy(EvictionPolicy::lru()).build()
}

/// Counts failed attempts to log in.
#[derive(Debug)]
pub struct Throttle {
    logins: Cache<TokenHash, Shared>,
    addresses: Cache<IpAddr, Shared>,
    pairs: Cache<TokenHash, Shared>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { logins: memory(), addresses: memory(), pairs: memory() }
    }
}

impl Throttle {
    /// Lets an attempt begin, or says for how long it has to wait.
    ///
    /// # Errors
    /// The time to wait.
    pub fn begin(
        &self,
        login: &str,
        address: Option<IpAddr>,
        rules: &Rules,
        now: DateTime<Utc>,
    ) -> Result<Turn, TimeDelta> {
        let key = name::key(login);
        let of_login = self.logins.get_with(token_hash(&key), Shared::default);
        let of_address = address.map(|address| self.addresses.get_with(address, Shared::default));
        let from = address.map(|address| address.to_string()).unwrap_or_default();
        // No address holds a blank, so no two pairs are written alike.
        let pair = self.pairs.get_with(token_hash(&format!("{from} {key}")), Shared::default);

        let mut wait = of_login.lock().wait(now, rules.window, |n| doubled(n, FREE_LOGIN, WAIT_LOGIN));
        if let Some(of_address) = &of_address {
            wait = wait.max(of_address.lock().wait(now, rules.window, |n| doubled(n, FREE_ADDRESS, WAIT_ADDRESS)));
        }
        {
            let mut pair = pair.lock();
            wait = wait.max(pair.wait(now, rules.window, |n| rules.wait_of_pair(n)));
            if wait > TimeDelta::zero() {
                return Err(wait);
            }
            let most = rules.at_first().saturating_sub(pair.failures).max(1);
            if pair.under_way >= most {
                return Err(TimeDelta::seconds(1));
            }
            pair.under_way += 1;
        }
        Ok(Turn { login: of_login, address: of_address, pair })
    }

    /// Forgets the failures of a login: its owner was recognised in another way.
    pub fn forgive(&self, login: &str) {
        self.logins.invalidate(&token_hash(&name::key(login)));
    }
}

/// An attempt under way. One that ends without a verdict, because the service was busy, counts for
/// nothing.
#[derive(Debug)]
pub struct Turn {
    login: Shared,
    address: Option<Shared>,
    pair: Shared,
}

impl Turn {
    /// The password was wrong, or there is no such login.
    pub fn failed(self, now: DateTime<Utc>) {
        for count in [Some(&self.login), self.address.as_ref(), Some(&self.pair)].into_iter().flatten() {
            count.lock().fail(now);
        }
    }

    /// The password was right.
    pub fn succeeded(self) {
        self.login.lock().failures = 0;
        self.pair.lock().failures = 0;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut pair = self.pair.lock();
        pair.under_way = pair.under_way.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { failures: 10, window: TimeDelta::minutes(15) };

    fn start() -> DateTime<Utc> {
        "2026-06-15T12:00:00Z".parse().unwrap()
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    fn fail(throttle: &Throttle, login: &str, from: u8, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        throttle.begin(login, address(from), &RULES, now).map(|turn| turn.failed(now))
    }

    // U-04: however one address times its attempts, it never comes to so many failures within the
    // window that the account is blocked.
    #[test]
    fn one_address_does_not_bring_about_a_block() {
        for (failures, minutes) in [(2, 15), (3, 1), (5, 60), (10, 15), (20, 5), (100, 1_440)] {
            let rules = Rules { failures, window: TimeDelta::minutes(minutes) };
            let throttle = Throttle::default();
            let mut now = start();
            let mut failed: Vec<DateTime<Utc>> = Vec::new();
            // At first as many at once as may be, then each as soon as it may.
            let mut turns = Vec::new();
            while let Ok(turn) = throttle.begin("ada", address(1), &rules, now) {
                turns.push(turn);
            }
            failed.extend(turns.into_iter().map(|turn| {
                turn.failed(now);
                now
            }));
            for _ in 0..300 {
                match throttle.begin("ADA ", address(1), &rules, now) {
                    Ok(turn) => {
                        turn.failed(now);
                        failed.push(now);
                    }
                    Err(wait) => now += wait,
                }
            }
            let many = usize::try_from(failures).unwrap();
            assert!(failed.len() >= many, "{failures}: the attempts went on");
            for some in failed.windows(many) {
                assert!(some[many - 1] - some[0] >= rules.window, "{failures} in {minutes}: {some:?}");
            }
        }
    }

    #[test]
    fn the_wait_of_a_pair_doubles_up_to_the_window() {
        let waits: Vec<_> = (1..=12).map(|n| RULES.wait_of_pair(n).num_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 15, 29, 58, 115, 229, 458, 900, 900, 900]);
        let once = Rules { failures: 1, window: TimeDelta::minutes(15) };
        assert!(once.wait_of_pair(1) >= TimeDelta::seconds(1));
    }

    #[test]
    fn a_login_is_slowed_from_many_addresses_and_freed_by_success() {
        let (throttle, now) = (Throttle::default(), start());
        for from in 1..=3 {
            fail(&throttle, "ada", from, now).unwrap();
        }
        let mut later = now;
        for (from, wait) in [(4, 1), (5, 2), (6, 4), (7, 8)] {
            assert_eq!(fail(&throttle, "Ada", from, later).unwrap_err(), TimeDelta::seconds(wait), "{from}");
            later += TimeDelta::seconds(wait);
            fail(&throttle, "ada", from, later).unwrap();
        }
        let later = later + TimeDelta::seconds(16);
        assert!(throttle.begin("ben", address(9), &RULES, later).is_ok(), "another login is not slowed");
        throttle.begin("ada", address(9), &RULES, later).unwrap().succeeded();
        fail(&throttle, "ada", 9, later).unwrap();
        throttle.forgive("ada");
        fail(&throttle, "ada", 10, later).unwrap();
    }

    #[test]
    fn an_address_is_slowed_over_many_logins() {
        let (throttle, now) = (Throttle::default(), start());
        for n in 0..20 {
            fail(&throttle, &format!("u{n}"), 1, now).unwrap();
        }
        assert_eq!(fail(&throttle, "ada", 1, now).unwrap_err(), TimeDelta::seconds(1));
        fail(&throttle, "ada", 2, now).unwrap();
        let now = now + TimeDelta::seconds(1);
        fail(&throttle, "ada", 1, now).unwrap();
        assert_eq!(fail(&throttle, "ben", 1, now).unwrap_err(), TimeDelta::seconds(2));
        // What lies too far back is forgotten.
        let now = now + RULES.window;
        fail(&throttle, "ben", 1, now).unwrap();
        fail(&throttle, "cid", 1, now).unwrap();
    }

    #[test]
    fn few_attempts_of_a_pair_are_under_way_at_once() {
        let (throttle, now) = (Throttle::default(), start());
        let begin = || throttle.begin("ada", address(1), &RULES, now);
        let turns: Vec<_> = (0..4).map(|_| begin().unwrap()).collect();
        assert_eq!(begin().unwrap_err(), TimeDelta::seconds(1));
        drop(turns);
        // Those without a verdict count for nothing; one that failed takes its place for good.
        begin().unwrap().failed(now);
        let turns: Vec<_> = (0..3).map(|_| begin().unwrap()).collect();
        assert_eq!(begin().unwrap_err(), TimeDelta::seconds(1));
        turns.into_iter().for_each(|turn| turn.failed(now));
        assert_eq!(begin().unwrap_err(), TimeDelta::seconds(15));
        let now = now + TimeDelta::seconds(15);
        let one = throttle.begin("ada", address(1), &RULES, now).unwrap();
        assert!(throttle.begin("ada", address(1), &RULES, now).is_err(), "then one after the other");
        one.failed(now);
    }
}
