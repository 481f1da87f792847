//! API tokens: what programs call with.
//!
//! `rmt_` + 43 characters (256 random bits, base64url) + `_` + 6 characters: the first six of
//! base64url(SHA-256(the 47 characters before that `_`)). So a typing error is told without
//! asking the database, and a scanner can tell a leaked token from chance. The secret is shown
//! once; its SHA-256 is stored.

use chrono::{DateTime, SubsecRound, Utc};
use domain::id::{ApiTokenId, UserId};
use domain::rule::{Violation, code, verdict};
use domain::text;
use domain::token::ApiToken;
use domain::user::{Capability, User, capable};
use persistence::{Key, Stored, Tx};
use uuid::Uuid;

use super::AuthError;
use super::secret::{Secret, TOKEN_LENGTH, is_base64url, random_token, stored_hash};

/// How every API token begins.
pub const PREFIX: &str = "rmt_";
/// How many characters the checksum has.
const CHECKSUM_LENGTH: usize = 6;
/// Most scopes of one token.
const SCOPES_MAX: usize = 200;

/// Makes a token for an account, stores its hash, and gives the secret, which is never seen again.
///
/// # Errors
/// Every value that makes no sense; an account that may not call with a token (U-10).
pub fn create(
    tx: &mut Tx<'_>,
    user_id: UserId,
    name: &str,
    scopes: Option<Vec<String>>,
    expires_at: Option<DateTime<Utc>>,
    created_by: Option<UserId>,
) -> Result<(ApiToken, Secret), AuthError> {
    let token = ApiToken {
        id: ApiTokenId(Uuid::now_v7()),
        user_id,
        name: name.trim().to_owned(),
        scopes,
        expires_at: expires_at.map(|at| at.trunc_subsecs(6)),
        created_by,
    };
    let mut violations = check(&token, tx.now());
    match tx.get::<User>(user_id.0)? {
        Some(Stored { value: user, .. }) => {
            if !capable(user.kind, user.state, Capability::CallWithToken) {
                let detail = format!("the account is of kind {}, {}", user.kind, user.state);
                violations.push(Violation::new(code::NO_RIGHT_TO_SERVE, detail).at("/user_id"));
            }
        }
        None => violations.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no user of that id").at("/user_id")),
    }
    verdict(violations).map_err(AuthError::Refused)?;
    let secret = make()?;
    tx.create(token.clone())?;
    tx.set_token_secret(token.id, &stored_hash(secret.expose()))?;
    Ok((token, secret))
}

/// Revokes a token: it is refused from the moment that this is committed. `false`: there is none.
///
/// # Errors
/// The database can't do it.
pub fn revoke(tx: &mut Tx<'_>, id: ApiTokenId) -> Result<bool, AuthError> {
    if tx.get::<ApiToken>(id.0)?.is_none() {
        return Ok(false);
    }
    tx.remove::<ApiToken>(id.0)?;
    Ok(true)
}

/// Revokes all tokens of an account (U-06), and says how many.
///
/// # Errors
/// The database can't do it.
pub fn revoke_all_of(tx: &mut Tx<'_>, user: UserId) -> Result<usize, AuthError> {
    let tokens = tx.find::<ApiToken>(&Key::TokensOf(user))?;
    for token in &tokens {
        tx.remove::<ApiToken>(token.value.id.0)?;
    }
    Ok(tokens.len())
}

/// What is wrong with the values of a token.
pub fn check(token: &ApiToken, now: DateTime<Utc>) -> Vec<Violation> {
    let mut out = Vec::new();
    text::required(&mut out, "/name", &token.name, text::NAME_MAX);
    if token.expires_at.is_some_and(|at| at <= now) {
        out.push(Violation::new(code::OUT_OF_RANGE, "must lie in the future").at("/expires_at"));
    }
    let Some(scopes) = &token.scopes else {
        return out;
    };
    if scopes.is_empty() || scopes.len() > SCOPES_MAX {
        let detail = format!("from 1 to {SCOPES_MAX}; leave it out for no limit");
        out.push(Violation::new(code::OUT_OF_RANGE, detail).at("/scopes"));
        return out;
    }
    for (at, scope) in scopes.iter().enumerate() {
        let pointer = format!("/scopes/{at}");
        if !is_scope(scope) {
            let detail = "must be module:action or module:*";
            out.push(Violation::new(code::BAD_VALUE, detail).at(pointer));
        } else if scopes.iter().take(at).any(|other| other == scope) {
            out.push(Violation::new(code::DUPLICATE_ITEM, "is named twice").at(pointer));
        }
    }
    out
}

fn is_scope(scope: &str) -> bool {
    let part = |part: &str| {
        (1..=text::CODE_MAX).contains(&part.chars().count())
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    scope.split_once(':').is_some_and(|(module, action)| part(module) && (action == "*" || part(action)))
}

/// A new token.
fn make() -> Result<Secret, AuthError> {
    let body = format!("{PREFIX}{}", random_token()?);
    let sum = checksum(&body);
    Ok(Secret::new(format!("{body}_{sum}")))
}

/// Whether a text has the form and the checksum of an API token.
pub fn well_formed(token: &str) -> bool {
    let whole = PREFIX.len() + TOKEN_LENGTH + 1 + CHECKSUM_LENGTH;
    if token.len() != whole || !token.is_ascii() {
        return false;
    }
    // Secret and checksum may hold a `_` themselves, so the parts are told by their length.
    let (body, rest) = token.split_at(PREFIX.len() + TOKEN_LENGTH);
    body.strip_prefix(PREFIX).is_some_and(is_base64url)
        && rest.strip_prefix('_').is_some_and(|sum| sum == checksum(body))
}

fn checksum(body: &str) -> String {
    let mut sum = stored_hash(body);
    sum.truncate(CHECKSUM_LENGTH);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(scopes: Option<Vec<&str>>) -> ApiToken {
        ApiToken {
            id: ApiTokenId(Uuid::from_u128(1)),
            user_id: UserId(Uuid::from_u128(2)),
            name: "ERP".to_owned(),
            scopes: scopes.map(|scopes| scopes.into_iter().map(str::to_owned).collect()),
            expires_at: None,
            created_by: None,
        }
    }

    fn wrong(token: &ApiToken) -> Vec<String> {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        check(token, now).into_iter().filter_map(|violation| violation.pointer).collect()
    }

    #[test]
    fn a_token_carries_a_checksum_that_typing_errors_break() {
        let token = make().unwrap().into_exposed();
        assert_eq!(token.len(), 54);
        assert!(well_formed(&token));
        for at in 0..token.len() {
            let mut typo = token.clone().into_bytes();
            typo[at] = if typo[at] == b'x' { b'y' } else { b'x' };
            assert!(!well_formed(&String::from_utf8(typo).unwrap()), "{at}");
        }
        for wrong in ["", "rmt_", &token[1..], &token[..53], &format!("{token}x"), &"\u{e9}".repeat(27)] {
            assert!(!well_formed(wrong));
        }
    }

    #[test]
    fn the_checksum_is_the_documented_one() {
        let body = format!("{PREFIX}{}", "A".repeat(TOKEN_LENGTH));
        assert_eq!(checksum(&body), "jKHXZf");
        assert!(well_formed(&format!("{body}_{}", checksum(&body))));
    }

    #[test]
    fn scopes_name_a_module_and_an_action() {
        assert!(wrong(&token(None)).is_empty());
        assert!(wrong(&token(Some(vec!["hr:read", "system:*", "objednávky:contracts.read"]))).is_empty());
        assert_eq!(wrong(&token(Some(vec![]))), ["/scopes"]);
        let scopes = vec!["hr", ":read", "hr:", "*:read", "hr:a:b", "hr:read", "hr:read", "hr: read"];
        let pointers: Vec<_> = [0, 1, 2, 3, 4, 6, 7].map(|at| format!("/scopes/{at}")).to_vec();
        assert_eq!(wrong(&token(Some(scopes))), pointers);
    }

    #[test]
    fn a_name_is_needed_and_the_end_lies_ahead() {
        let ended = Some("2026-03-01T12:00:00Z".parse().unwrap());
        let wrong = wrong(&ApiToken { name: " ".to_owned(), expires_at: ended, ..token(None) });
        assert_eq!(wrong, ["/name", "/expires_at"]);
    }
}
