//! Secret texts, randomness, and the one-way form in which secrets are stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use super::AuthError;

/// A text that only its owner may see: a token, a key. Its debug view does not show it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, to hand to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text itself, to hand to its owner.
    pub fn into_exposed(self) -> String {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What is stored instead of a token, and looked up by. Tokens are 256 random bits, so a plain
/// SHA-256 can't be guessed backwards.
pub type TokenHash = [u8; 32];

/// The stored form of a token.
pub fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The stored form of a token as text.
pub fn stored_hash(token: &str) -> String {
    base64url(&token_hash(token))
}

/// Random bytes from the operating system.
///
/// # Errors
/// The system has none to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], AuthError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| AuthError::Internal("no randomness"))?;
    Ok(bytes)
}

/// How many characters [`random_token`] gives.
pub const TOKEN_LENGTH: usize = 43;

/// 32 random bytes as base64url: 43 characters.
///
/// # Errors
/// The system has no randomness to give.
pub fn random_token() -> Result<String, AuthError> {
    Ok(base64url(&random_bytes::<32>()?))
}

/// Base64url without padding.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether the text is made of characters of base64url only.
pub fn is_base64url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_secrets_are_not_shown() {
        let (a, b) = (random_token().unwrap(), random_token().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.len(), TOKEN_LENGTH);
        assert!(is_base64url(&a));
        assert_ne!(token_hash(&a), token_hash(&b));
        assert!(!format!("{:?}", Some(Secret::new(a.clone()))).contains(&a));
    }
}
