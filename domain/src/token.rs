//! API tokens, the end of sessions and bindings to identity providers, as far as the log knows them:
//! never a secret.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ApiTokenId, IdentityId, SessionId, UserId};

/// A program's credential; the secret's hash is kept elsewhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ApiToken {
    /// The record's id.
    pub id: ApiTokenId,
    /// The account that the token speaks for.
    pub user_id: UserId,
    /// What the token is for.
    pub name: String,
    /// `module:action` or `module:*`; `None` means all that the account may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// From this instant on the token is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Who made it, and so was shown the token itself; `None` for the local operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
}

/// A session that ended before its time: its tokens are refused from now on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SessionEnd {
    /// The session's id.
    pub id: SessionId,
    /// Whose session it was.
    pub user_id: UserId,
    /// When the last of its tokens would have expired, so that it can be forgotten then.
    pub tokens_expire_at: DateTime<Utc>,
}

/// An account was bound to a subject of an identity provider: whose tokens of that provider count as
/// the account's. Issuer and subject are kept elsewhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoundIdentity {
    /// The binding's id.
    pub id: IdentityId,
    /// The account.
    pub user_id: UserId,
}
