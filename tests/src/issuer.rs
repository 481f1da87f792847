//! An identity provider for tests: discovery, keys, and tokens signed with them.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use api::auth::secret::random_bytes;
use api::config::Config;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::pkcs8::EncodePrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};

/// For whom its tokens are.
pub const AUDIENCE: &str = "remit";

/// A key of the provider.
#[derive(Clone)]
pub struct IssuerKey {
    /// Its id.
    pub kid: String,
    /// The algorithm that it is for.
    pub algorithm: Algorithm,
    private: EncodingKey,
    /// The public part, as it is published.
    pub public: Value,
}

impl IssuerKey {
    /// A new key for ES256.
    pub fn elliptic(kid: &str) -> Self {
        let secret = p256::SecretKey::from_slice(&random_bytes::<32>().unwrap()).unwrap();
        let der = secret.to_pkcs8_der().unwrap();
        Self::of(kid, Algorithm::ES256, EncodingKey::from_ec_der(der.as_bytes()))
    }

    /// A new key for RS256.
    pub fn rsa(kid: &str) -> Self {
        let secret = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).unwrap();
        let der = secret.to_pkcs1_der().unwrap();
        Self::of(kid, Algorithm::RS256, EncodingKey::from_rsa_der(der.as_bytes()))
    }

    fn of(kid: &str, algorithm: Algorithm, private: EncodingKey) -> Self {
        let mut jwk = Jwk::from_encoding_key(&private, algorithm).unwrap();
        jwk.common.key_id = Some(kid.to_owned());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let public = serde_json::to_value(&jwk).unwrap();
        Self { kid: kid.to_owned(), algorithm, private, public }
    }

    /// Signs claims under a header of one's own.
    pub fn sign(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).unwrap()
    }

    /// The usual header.
    pub fn header(&self) -> Header {
        Header { kid: Some(self.kid.clone()), ..Header::new(self.algorithm) }
    }
}

#[derive(Default)]
struct State {
    keys: Vec<IssuerKey>,
    fetched: usize,
    silent: bool,
}

/// The provider.
pub struct Issuer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Issuer {
    /// Starts it with one key.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { keys: vec![IssuerKey::elliptic("first")], ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that breaks off gets no answer.
                drop(answer(stream, address, &shared));
            }
        });
        Self { address, state }
    }

    /// Lets a service accept its tokens.
    pub fn configure(&self, config: &mut Config) {
        config.oidc_issuer = Some(self.url());
        config.oidc_audience = Some(AUDIENCE.to_owned());
    }

    /// Its issuer.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that it signs with.
    pub fn key(&self) -> IssuerKey {
        self.state.lock().unwrap().keys[0].clone()
    }

    /// Publishes these keys and no other; the first one signs.
    pub fn publish(&self, keys: Vec<IssuerKey>) {
        self.state.lock().unwrap().keys = keys;
    }

    /// How often its keys were fetched.
    pub fn fetched(&self) -> usize {
        self.state.lock().unwrap().fetched
    }

    /// Whether it answers with a fault from now on.
    pub fn silent(&self, silent: bool) {
        self.state.lock().unwrap().silent = silent;
    }

    /// The claims of a good token at noon of 15 June 2026 UTC, when the tests' clock stands still, with some
    /// of them changed; null leaves one out.
    pub fn claims(&self, subject: &str, name: &str, change: &Value) -> Value {
        let mut claims = json!({
            "iss": self.url(), "aud": AUDIENCE, "sub": subject, "preferred_username": name,
            "iat": 1_781_524_800, "exp": 1_781_525_400,
        });
        let all = claims.as_object_mut().unwrap();
        all.extend(change.as_object().cloned().unwrap_or_default());
        all.retain(|_, value| !value.is_null());
        claims
    }

    /// A good token.
    pub fn token(&self, subject: &str, name: &str) -> String {
        self.token_with(subject, name, &json!({}))
    }

    /// A token with some claims changed.
    pub fn token_with(&self, subject: &str, name: &str, change: &Value) -> String {
        let key = self.key();
        key.sign(&key.header(), &self.claims(subject, name, change))
    }
}

/// A token of any header and signature.
pub fn raw_token(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

fn answer(stream: TcpStream, address: SocketAddr, state: &Mutex<State>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let mut state = state.lock().unwrap();
    let body = match first.split(' ').nth(1).unwrap_or_default() {
        _ if state.silent => None,
        "/.well-known/openid-configuration" => {
            Some(json!({"issuer": format!("http://{address}"), "jwks_uri": format!("http://{address}/keys")}))
        }
        "/keys" => {
            state.fetched += 1;
            Some(json!({"keys": state.keys.iter().map(|key| key.public.clone()).collect::<Vec<_>>()}))
        }
        _ => None,
    };
    let (status, body) = match body {
        Some(body) => ("200 OK", body.to_string()),
        None => ("503 Service Unavailable", String::new()),
    };
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
