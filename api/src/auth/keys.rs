//! Signing keys: Ed25519 (EdDSA), several at once. The newest signs, all that are not retired
//! verify, so keys rotate without anyone being logged out.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::AuthError;
use super::secret::{base64url, random_bytes};

/// What stands before the 32 bytes of a private key in PKCS#8 (RFC 8410).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A key pair. Its debug view shows its id alone.
#[derive(Clone)]
pub struct Key {
    /// Its id: the thumbprint of the public key (RFC 7638).
    pub kid: String,
    /// The public key, base64url.
    x: String,
    seed: [u8; 32],
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    /// A new key.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn generate() -> Result<Self, AuthError> {
        Ok(Self::from_seed(random_bytes()?))
    }

    /// The key of a stored secret.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let public = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let x = base64url(&public);
        // The members and their order are those of RFC 8037, which makes the id the same
        // wherever it is computed.
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        let mut der = PKCS8.to_vec();
        der.extend_from_slice(&seed);
        Self {
            kid: base64url(&thumbprint),
            x,
            seed,
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_der(&public),
        }
    }

    /// The key in a PEM file (PKCS#8), such as `openssl genpkey -algorithm ed25519` makes.
    ///
    /// # Errors
    /// The text is no such file.
    pub fn from_pem(text: &str) -> Result<Self, AuthError> {
        let wrong = AuthError::Internal("the signing key file holds no Ed25519 key (PKCS#8, PEM)");
        let body = text
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"));
        let base64: String = body.unwrap_or_default().split_whitespace().collect();
        match STANDARD.decode(base64).ok().as_deref().and_then(|der| der.strip_prefix(&PKCS8)) {
            Some(seed) => Ok(Self::from_seed(seed.try_into().map_err(|_| wrong)?)),
            None => Err(wrong),
        }
    }

    /// The secret, to be stored.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The key in the form that signs.
    pub fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    /// The key in the form that verifies.
    pub fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    fn jwk(&self) -> Value {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": self.x,
            "kid": self.kid,
            "alg": "EdDSA",
            "use": "sig",
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kid)
    }
}

/// The keys now in use.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

impl KeySet {
    /// These keys, the one that signs first.
    pub fn new(keys: Vec<Key>) -> Self {
        Self { keys }
    }

    /// The key that signs.
    ///
    /// # Errors
    /// There is none.
    pub fn signing(&self) -> Result<&Key, AuthError> {
        self.keys.first().ok_or(AuthError::Internal("there is no signing key"))
    }

    /// The key of that id.
    pub fn find(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The mark of a text that this service hands out and takes back; the key that signs makes it.
    ///
    /// # Errors
    /// There is no key.
    pub fn mark(&self, purpose: &str, text: &[u8]) -> Result<[u8; 32], AuthError> {
        Ok(marking(self.signing()?, purpose, text).finalize().into_bytes().into())
    }

    /// Whether one of the keys made that mark, of which the beginning will do.
    pub fn has_marked(&self, purpose: &str, text: &[u8], mark: &[u8]) -> bool {
        self.keys.iter().any(|key| marking(key, purpose, text).verify_truncated_left(mark).is_ok())
    }

    /// The public keys as a JWK set (RFC 7517).
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys.iter().map(Key::jwk).collect::<Vec<_>>() })
    }
}

/// HMAC-SHA256 of a text, by a secret of that purpose alone that follows from a key.
fn marking(key: &Key, purpose: &str, text: &[u8]) -> Hmac<Sha256> {
    let secret = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(key.seed).finalize();
    // As long as a block, which a shorter secret would be filled up to with zeros.
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(secret).for_each(|(at, byte)| *at = byte);
    <Hmac<Sha256> as KeyInit>::new(&block).chain_update(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_thumbprint_of_rfc_8037() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&seed[2 * at..2 * at + 2], 16).unwrap()).collect();
        let key = Key::from_seed(bytes.try_into().unwrap());
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_pem_file_of_openssl_is_read() {
        // openssl genpkey -algorithm ed25519
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode([&PKCS8[..], &[7; 32]].concat())
        );
        assert_eq!(Key::from_pem(&pem).unwrap().seed(), &[7; 32]);
        for wrong in ["", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----", &pem[5..]] {
            assert!(Key::from_pem(wrong).is_err());
        }
    }

    #[test]
    fn a_mark_is_of_one_text_and_purpose_and_outlives_its_key_s_turn() {
        let (new, old) = (Key::generate().unwrap(), Key::generate().unwrap());
        let mark = KeySet::new(vec![old.clone()]).mark("a", b"text").unwrap();
        let keys = KeySet::new(vec![new.clone(), old]);
        assert!(keys.has_marked("a", b"text", &mark) && keys.has_marked("a", b"text", &mark[..16]));
        for (purpose, text) in [("b", &b"text"[..]), ("a", b"tex"), ("", b"a\0text")] {
            assert!(!keys.has_marked(purpose, text, &mark));
        }
        assert!(!keys.has_marked("a", b"text", &[]) && !KeySet::new(vec![new]).has_marked("a", b"text", &mark));
    }

    #[test]
    fn the_first_key_signs_and_secrets_stay_inside() {
        let (new, old) = (Key::generate().unwrap(), Key::generate().unwrap());
        let keys = KeySet::new(vec![new.clone(), old.clone()]);
        assert_eq!(keys.signing().unwrap().kid, new.kid);
        assert!(keys.find(&old.kid).is_some() && keys.find("other").is_none());
        let jwks = keys.jwks();
        assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
        assert!(jwks["keys"][0].get("d").is_none());
        assert_eq!(format!("{new:?}"), format!("Key({})", new.kid));
        assert!(KeySet::default().signing().is_err());
    }
}
