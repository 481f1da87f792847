//! The services outside that Remit is told to use: an SMTP server, an identity provider.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize, Serializer};
use validator::ValidationError;

use super::{Config, wrong};

/// The address of an SMTP server. It may hold a password, so it is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SmtpUrl(String);

/// Ends an address of a server to which nothing is secured.
const UNSECURED: &str = "?tls=none";

impl SmtpUrl {
    /// The address in the form that the transport takes, password and all. With `smtp://` the connection
    /// is secured by STARTTLS, unless the address says otherwise.
    pub fn for_transport(&self) -> String {
        match self.0.strip_suffix(UNSECURED) {
            Some(plain) => plain.to_owned(),
            None if self.0.starts_with("smtp://") => format!("{}?tls=required", self.0),
            None => self.0.clone(),
        }
    }
}

impl From<&str> for SmtpUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Serialize for SmtpUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[redacted]")
    }
}

/// An algorithm that tokens of an identity provider may be signed with: none with a shared secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs, reason = "named after the algorithms of RFC 7518 and 8037")]
pub enum OidcAlgorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "RS384")]
    Rs384,
    #[serde(rename = "RS512")]
    Rs512,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "PS384")]
    Ps384,
    #[serde(rename = "PS512")]
    Ps512,
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "ES384")]
    Es384,
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// What of an account is compared with a claim of the identity provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OidcMatch {
    /// The login, without regard to case.
    Login,
    /// The external id.
    ExternalId,
}

pub(super) fn known_mail_server(url: &SmtpUrl) -> Result<(), ValidationError> {
    let (secured, plain) = (url.0.strip_prefix("smtps://"), url.0.strip_prefix("smtp://"));
    let rest = secured.or_else(|| plain.map(|rest| rest.strip_suffix(UNSECURED).unwrap_or(rest)));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', ' ']) => Ok(()),
        _ => {
            Err(wrong("smtp", "must be like smtps://USER:PASSWORD@HOST or smtp://HOST, the latter also with ?tls=none"))
        }
    }
}

/// Keys and tokens must not be changed on their way: only to this machine itself may it be unsecured.
pub(super) fn provider_address(url: &str) -> Result<(), ValidationError> {
    super::web_address(url)?;
    if url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_this_machine) {
        Ok(())
    } else {
        Err(wrong("https", "must be an https:// address"))
    }
}

/// Whether the part of an address behind its scheme names this machine.
pub fn is_this_machine(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) fn outside_services_are_whole(config: &Config) -> Result<(), ValidationError> {
    if config.smtp_url.is_some() != config.mail_from.is_some() {
        return Err(wrong("mail", "smtp_url and mail_from go together"));
    }
    if config.oidc_issuer.is_some() != config.oidc_audience.is_some() {
        return Err(wrong("oidc", "oidc_issuer and oidc_audience go together"));
    }
    if config.oidc_algorithms.is_empty() {
        return Err(wrong("oidc", "oidc_algorithms must name at least one"));
    }
    if config.oidc_claim == "email" {
        return Err(wrong(
            "oidc",
            "oidc_claim must not be email: whoever gets hold of an address would get the account",
        ));
    }
    Ok(())
}
