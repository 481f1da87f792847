//! How this process is set up: addresses, pools, limits, keys.
//!
//! A value comes from the environment (`REMIT_LISTEN`), else from `remit.toml` (`listen`), else
//! from its default; [`KEYS`] lists them all. An empty variable counts as absent. One style for
//! all numbers: they are whole, a time is in seconds and a size in bytes unless the key's name
//! ends in another unit. What belongs to the organisation rather than to the process lives in
//! the database as a setting.

mod keys;
mod load;
mod outside;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use ipnet::IpNet;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use validator::{Validate, ValidationError};

pub use keys::{Form, KEYS, Key};
pub use load::{ConfigError, Problem, unknown_variables};
pub use outside::{OidcAlgorithm, OidcMatch, SmtpUrl, is_this_machine};
use outside::{known_mail_server, outside_services_are_whole, provider_address};

/// The settings of the process. See [`KEYS`] for what each is for.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "memory_suits_lanes"))]
#[validate(schema(function = "outside_services_are_whole"))]
pub struct Config {
    /// Where the data live.
    #[validate(custom(function = "known_database"))]
    pub database_url: DatabaseUrl,
    /// Address and port to listen on.
    #[serde(deserialize_with = "address_and_port")]
    pub listen: SocketAddr,
    /// Where clients reach the service; see [`Config::public_url`].
    #[validate(custom(function = "web_address"))]
    pub public_url: Option<String>,
    /// The organisation's time zone when the database is empty; later it is a setting.
    #[serde(with = "zone_name")]
    pub time_zone: Tz,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Connections for reading.
    #[validate(range(min = 1, max = 256))]
    pub read_connections: u32,
    /// Threads that serve requests; see [`Config::workers`].
    #[validate(range(min = 1, max = 1024))]
    pub workers: Option<u32>,
    /// Seconds that a change waits for its turn.
    #[validate(range(min = 1, max = 600))]
    pub write_deadline: u64,
    /// Largest request body in bytes.
    #[validate(range(min = 1_024, max = 1_073_741_824))]
    pub body_limit: usize,
    /// Largest import file in bytes.
    #[validate(range(min = 1_024, max = 68_719_476_736_u64))]
    pub import_limit: u64,
    /// Deepest nesting of a JSON body.
    #[validate(range(min = 4, max = 128))]
    pub json_depth: usize,
    /// Requests per minute of one account on this node; 0 for no limit.
    pub rate_limit: u32,
    /// Requests per minute of one address without a valid token on this node; 0 for no limit.
    pub rate_limit_address: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Most items of one batch of decisions.
    #[validate(range(min = 1, max = 10_000))]
    pub batch_limit: usize,
    /// Most results of a page of a search.
    #[validate(range(min = 1, max = 1_000))]
    pub search_limit: usize,
    /// Bytes in which searches are kept for their next pages.
    #[validate(range(min = 0, max = 68_719_476_736_usize))]
    pub search_memory: usize,
    /// Most items of a page.
    #[validate(range(min = 1, max = 200))]
    pub page_limit: i64,
    /// How many exports are sent at the same time.
    #[validate(range(min = 1, max = 64))]
    pub exports_at_once: usize,
    /// Seconds that a stopping process gives requests under way.
    #[validate(range(min = 0, max = 3_600))]
    pub shutdown_timeout: u64,
    /// Life of an access token.
    #[validate(range(min = 1, max = 1_440))]
    pub access_token_minutes: u32,
    /// Life of a refresh token.
    #[validate(range(min = 1, max = 3_650))]
    pub refresh_token_days: u32,
    /// The audience of access tokens.
    #[validate(length(min = 1, max = 200))]
    pub token_audience: String,
    /// File of the key that signs access tokens, where it is not kept in the database.
    pub signing_key_file: Option<String>,
    /// How many passwords are hashed at the same time.
    #[validate(range(min = 1, max = 64))]
    pub hashing_at_once: usize,
    /// Seconds that a log-in waits for its turn to hash.
    #[validate(range(min = 1, max = 600))]
    pub hashing_deadline: u64,
    /// Memory of one password hash.
    #[validate(range(min = 8, max = 4_194_304))]
    pub argon2_memory_kib: u32,
    /// Passes of one password hash.
    #[validate(range(min = 1, max = 100))]
    pub argon2_iterations: u32,
    /// Lanes of one password hash.
    #[validate(range(min = 1, max = 64))]
    pub argon2_parallelism: u32,
    /// The SMTP server that e-mail is given to.
    #[validate(custom(function = "known_mail_server"))]
    pub smtp_url: Option<SmtpUrl>,
    /// Who writes e-mail.
    #[validate(length(min = 3, max = 320))]
    pub mail_from: Option<String>,
    /// The identity provider whose tokens are accepted.
    #[validate(custom(function = "provider_address"))]
    pub oidc_issuer: Option<String>,
    /// The audience of its tokens.
    #[validate(length(min = 1, max = 200))]
    pub oidc_audience: Option<String>,
    /// The algorithms that its tokens may be signed with.
    pub oidc_algorithms: Vec<OidcAlgorithm>,
    /// The claim by which an account is found the first time.
    #[validate(length(min = 1, max = 100))]
    pub oidc_claim: String,
    /// What of the account the claim is compared with.
    pub oidc_match: OidcMatch,
    /// Origins whose pages may call the service.
    #[validate(custom(function = "web_origins"))]
    pub cors_origins: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: DatabaseUrl("sqlite://remit.db".to_owned()),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            time_zone: Tz::UTC,
            log_format: LogFormat::Text,
            read_connections: 8,
            workers: None,
            write_deadline: 10,
            body_limit: 4_194_304,
            import_limit: 268_435_456,
            json_depth: 32,
            rate_limit: 60_000,
            rate_limit_address: 600,
            trusted_proxies: Vec::new(),
            batch_limit: 10_000,
            search_limit: 1_000,
            search_memory: 67_108_864,
            page_limit: 200,
            exports_at_once: 2,
            shutdown_timeout: 30,
            access_token_minutes: 10,
            refresh_token_days: 30,
            token_audience: "remit".to_owned(),
            signing_key_file: None,
            hashing_at_once: 2,
            hashing_deadline: 5,
            argon2_memory_kib: 19_456,
            argon2_iterations: 2,
            argon2_parallelism: 1,
            smtp_url: None,
            mail_from: None,
            oidc_issuer: None,
            oidc_audience: None,
            oidc_algorithms: vec![OidcAlgorithm::Rs256, OidcAlgorithm::Es256],
            oidc_claim: "preferred_username".to_owned(),
            oidc_match: OidcMatch::Login,
            cors_origins: Vec::new(),
        }
    }
}

impl Config {
    /// Where clients reach the service, without a slash at the end; also the issuer of its tokens.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether clients reach it by `https`, and never otherwise.
    pub fn is_secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// How many worker threads to start: as set, else one per core.
    pub fn workers(&self) -> usize {
        match self.workers {
            Some(number) => usize::try_from(number).unwrap_or(1),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// How long a writer waits for its turn.
    pub fn write_deadline(&self) -> Duration {
        Duration::from_secs(self.write_deadline)
    }

    /// How long a stopping process waits for requests under way.
    pub fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout)
    }

    /// How long a log-in waits for its turn to hash.
    pub fn hashing_deadline(&self) -> Duration {
        Duration::from_secs(self.hashing_deadline)
    }

    /// How long an access token is good for.
    pub fn access_token_life(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.access_token_minutes))
    }

    /// How long a refresh token is good for; each refresh begins that time anew.
    pub fn refresh_token_life(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.refresh_token_days))
    }
}

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line of text per event.
    Text,
    /// One JSON object per event.
    Json,
}

/// The address of the database. It may hold a password, so it is shown without one.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address as given, password and all.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for DatabaseUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once("://") {
            Some(("sqlite", _)) => f.write_str(&self.0),
            // The password may stand before the host or among the parameters, and an address
            // that is wrong may have it anywhere.
            Some((scheme @ ("postgres" | "postgresql"), _)) => write!(f, "{scheme}://[redacted]"),
            _ => f.write_str("[redacted]"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

mod zone_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Tz;

    pub fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(|_| D::Error::custom(format!("{name:?} is no IANA time zone")))
    }
}

fn address_and_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("{text:?} is no IP address with a port, such as 127.0.0.1:8080")))
}

fn wrong(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

fn known_database(url: &DatabaseUrl) -> Result<(), ValidationError> {
    match url.0.split_once("://") {
        Some(("sqlite" | "postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(()),
        _ => Err(wrong("scheme", "must begin with sqlite:// or postgres://")),
    }
}

fn web_address(url: &str) -> Result<(), ValidationError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', '@', ' ']) => Ok(()),
        _ => Err(wrong("url", "must be an http:// or https:// address without a query")),
    }
}

fn web_origins(origins: &[String]) -> Result<(), ValidationError> {
    let plain =
        |origin: &String| web_address(origin).is_ok() && origin.matches('/').count() == 2 && !origin.contains('*');
    if origins.iter().all(plain) {
        Ok(())
    } else {
        Err(wrong("origin", "each must be like https://app.example.org, without a path or *"))
    }
}

fn memory_suits_lanes(config: &Config) -> Result<(), ValidationError> {
    if config.argon2_memory_kib >= config.argon2_parallelism.saturating_mul(8) {
        Ok(())
    } else {
        Err(wrong("argon2", "argon2_memory_kib must be at least 8 times argon2_parallelism"))
    }
}
