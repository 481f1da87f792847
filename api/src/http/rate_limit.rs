//! How many requests a caller may make: by account for who shows a valid token, by address for
//! who does not. Counted on each node for itself.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use domain::id::UserId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;

use crate::config::Config;
use crate::http::problem::{self, Problem};

/// What is left of the quota, and in how many seconds it is whole again.
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The quota and its window in seconds.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Seconds in which a quota fills up.
const WINDOW: u32 = 60;

/// What a request left of a quota: the values of the two headers.
#[derive(Clone, Debug)]
pub struct Left {
    /// `RateLimit`.
    pub limit: String,
    /// `RateLimit-Policy`.
    pub policy: String,
}

/// The quotas.
pub struct RateLimits {
    callers: Option<Limiter<UserId>>,
    addresses: Option<Limiter<IpAddr>>,
    proxies: Vec<IpNet>,
}

struct Limiter<K: Hash + Eq + Clone> {
    name: &'static str,
    quota: NonZeroU32,
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

impl RateLimits {
    /// The quotas of a configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            callers: Limiter::new("caller", config.rate_limit),
            addresses: Limiter::new("address", config.rate_limit_address),
            proxies: config.trusted_proxies.clone(),
        }
    }

    /// Counts a request of an account. `None`: there is no limit.
    ///
    /// # Errors
    /// 429: the quota is used up.
    pub fn of_caller(&self, user: UserId) -> Result<Option<Left>, Problem> {
        self.callers.as_ref().map(|limiter| limiter.count(&user)).transpose()
    }

    /// Counts a request that shows no valid token. `None`: there is no limit.
    ///
    /// # Errors
    /// 429: the quota is used up.
    pub fn of_address(&self, request: &HttpRequest) -> Result<Option<Left>, Problem> {
        let (Some(limiter), Some(address)) = (&self.addresses, self.address(request)) else {
            return Ok(None);
        };
        limiter.count(&address).map(Some)
    }

    /// Forgets who made no request lately.
    pub fn tidy(&self) {
        if let Some(limiter) = &self.callers {
            limiter.limiter.retain_recent();
        }
        if let Some(limiter) = &self.addresses {
            limiter.limiter.retain_recent();
        }
    }

    /// Where a request comes from: the peer, or, when that is a trusted proxy, whom it forwards
    /// for. Of an IPv6 address the network counts, since one host has all of it.
    pub fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let trusted = |address: &IpAddr| self.proxies.iter().any(|net| net.contains(address));
        let peer = request.peer_addr()?.ip().to_canonical();
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let mut hops: Vec<&str> = forwarded.flat_map(|text| text.split(',')).map(str::trim).collect();
        let mut address = peer;
        while trusted(&address)
            && let Some(before) = hops.pop().and_then(|hop| hop.parse::<IpAddr>().ok())
        {
            address = before.to_canonical();
        }
        Some(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(whole) => IpAddr::V6((u128::from(whole) >> 64 << 64).into()),
        })
    }
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(name: &'static str, per_minute: u32) -> Option<Self> {
        let quota = NonZeroU32::new(per_minute)?;
        let limiter = RateLimiter::keyed(Quota::per_minute(quota)).with_middleware();
        Some(Self { name, quota, limiter })
    }

    fn count(&self, key: &K) -> Result<Left, Problem> {
        match self.limiter.check_key(key) {
            Ok(state) => Ok(self.left(&state)),
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil().max(1.0);
                Err(Problem::new(problem::TOO_MANY)
                    .detail(format!("at most {} requests in {WINDOW} seconds", self.quota))
                    .header(header::RETRY_AFTER, wait.to_string())
                    .header(LIMIT, format!("\"{}\";r=0;t={wait}", self.name))
                    .header(POLICY, self.policy()))
            }
        }
    }

    fn left(&self, state: &StateSnapshot) -> Left {
        let left = state.remaining_burst_capacity();
        let used = u64::from(self.quota.get().saturating_sub(left));
        let whole = (used * u64::from(WINDOW)).div_ceil(u64::from(self.quota.get()));
        Left { limit: format!("\"{}\";r={left};t={whole}", self.name), policy: self.policy() }
    }

    fn policy(&self) -> String {
        format!("\"{}\";q={};w={WINDOW}", self.name, self.quota)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn limits(address: u32, proxies: &[&str]) -> RateLimits {
        RateLimits::new(&Config {
            rate_limit_address: address,
            rate_limit: 0,
            trusted_proxies: proxies.iter().map(|net| net.parse().unwrap()).collect(),
            ..Config::default()
        })
    }

    fn from(peer: &str, forwarded: &[&str]) -> HttpRequest {
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for one in forwarded {
            request = request.append_header(("x-forwarded-for", *one));
        }
        request.to_http_request()
    }

    #[test]
    fn a_quota_is_counted_down_and_then_refused() {
        let limits = limits(3, &[]);
        let request = from("192.0.2.1:5", &[]);
        let first = limits.of_address(&request).unwrap().unwrap();
        assert_eq!((first.limit.as_str(), first.policy.as_str()), ("\"address\";r=2;t=20", "\"address\";q=3;w=60"));
        assert!(limits.of_address(&request).is_ok() && limits.of_address(&request).is_ok());
        let refused = limits.of_address(&request).unwrap_err();
        assert_eq!((refused.status, refused.code), (429, "too_many_requests"));
        let wait = refused.headers.iter().find(|(name, _)| name == header::RETRY_AFTER).unwrap();
        assert!((1..=20).contains(&wait.1.parse::<u32>().unwrap()), "{}", wait.1);
        assert!(limits.of_address(&from("192.0.2.2:5", &[])).is_ok(), "another address has a quota of its own");
        assert!(limits.of_caller(UserId(uuid::Uuid::nil())).unwrap().is_none(), "0 is no limit");
    }

    #[test]
    fn only_a_trusted_proxy_may_name_another_address() {
        let limits = limits(1, &["10.0.0.0/8"]);
        let address = |peer: &str, forwarded: &[&str]| limits.address(&from(peer, forwarded)).unwrap().to_string();
        assert_eq!(address("192.0.2.1:5", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(address("10.1.1.1:5", &["198.51.100.7"]), "198.51.100.7");
        // What the client itself wrote stands to the left of what the proxies added.
        assert_eq!(address("10.1.1.1:5", &["203.0.113.9, 198.51.100.7", "10.2.2.2"]), "198.51.100.7");
        assert_eq!(address("10.1.1.1:5", &["nonsense"]), "10.1.1.1");
        assert_eq!(address("[2001:db8:1:2:3::4]:5", &[]), "2001:db8:1:2::");
        assert_eq!(address("[::ffff:192.0.2.1]:5", &[]), "192.0.2.1");
    }
}
