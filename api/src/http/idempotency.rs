//! Idempotency keys: a repeated POST gets the answer of the first one instead of being done
//! twice.
//!
//! The answer is kept in the transaction that does the work, so the two are there together or not
//! at all, and a twin under way waits for the writers' lock like every other write. A refused
//! request changed nothing and keeps nothing: it may be sent again with the same key.
//!
//! An answer tells what its caller might see then. So the rights that the request needed are kept with
//! it, and whoever repeats it is asked for them again: the account may have lost them meanwhile, or
//! its other token may be narrower.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName};
use chrono::TimeDelta;
use domain::role::Role;
use parking_lot::Mutex;
use persistence::{IdempotentAnswer, Tx};
use sha2::{Digest, Sha256};

use crate::commands::Refusal;
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::rights::{Authority, Need};

/// The request header.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer is that of an earlier request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How long answers are kept.
pub const LIFE: TimeDelta = TimeDelta::hours(24);

/// Longest key.
const KEY_MAX: usize = 255;

/// The key of a request, what the request asks for, and which rights it needed so far.
#[derive(Clone)]
pub struct Idempotency {
    key: String,
    asked: Arc<Mutex<Sha256>>,
    needed: Arc<Mutex<BTreeSet<Need>>>,
}

impl Idempotency {
    /// The key of a POST that has one.
    ///
    /// # Errors
    /// 400: it is empty, too long, or not of visible ASCII characters.
    pub fn of(method: &Method, path_and_query: &str, headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(given) = headers.get(KEY).filter(|_| method == Method::POST) else {
            return Ok(None);
        };
        let key = given.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = format!("Idempotency-Key must be 1 to {KEY_MAX} visible ASCII characters, without blanks");
            return Err(Problem::new(problem::BAD_HEADER).detail(what));
        }
        let mut asked = Sha256::new();
        asked.update(path_and_query.as_bytes());
        asked.update([0]);
        Ok(Some(Self { key: key.to_owned(), asked: Arc::new(Mutex::new(asked)), needed: Arc::default() }))
    }

    /// Adds a part of the body to what is asked for. Whatever reads a body calls it, before the
    /// work begins.
    pub fn asks(&self, body: &[u8]) {
        self.asked.lock().update(body);
    }

    /// Adds a right that the request needed and has. Whatever grants a right calls it.
    pub fn needs(&self, need: Need) {
        self.needed.lock().insert(need);
    }

    fn fingerprint(&self) -> String {
        use std::fmt::Write;
        self.asked.lock().clone().finalize().iter().fold(String::new(), |mut out, byte| {
            // Writing to a string does not fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
    }
}

/// Does the work of a write and keeps its answer under the caller's key, or gives the answer that
/// is kept there. Without a key it is just done.
///
/// # Errors
/// The work's own; 422 when the key was used for another request; 403 when the caller no longer has
/// the rights that were needed.
pub fn once<'t>(
    tx: &mut Tx<'t>,
    authority: &Authority,
    work: impl FnOnce(&mut Tx<'t>) -> Result<Reply, Refusal>,
) -> Result<Reply, Refusal> {
    let (Some(user), Some(idempotency)) = (authority.user_id(), authority.idempotency()) else {
        return work(tx);
    };
    let fingerprint = idempotency.fingerprint();
    let since = tx.now() - LIFE;
    if let Some(kept) = tx.idempotent_answer(user, &idempotency.key, since)? {
        if kept.fingerprint != fingerprint {
            return Err(Problem::new(problem::KEY_REUSED).detail("take a new key for another request").into());
        }
        ask_again(tx, authority, &kept.needs)?;
        return Ok(Reply::restored(&kept.answer)?.header(REPLAYED, "true"));
    }
    let reply = work(tx)?;
    let needs = serde_json::to_string(&*idempotency.needed.lock());
    let needs = needs.map_err(|_| Refusal::internal("the rights behind an answer can't be kept"))?;
    let kept = IdempotentAnswer { fingerprint, answer: reply.kept()?, needs };
    tx.keep_idempotent_answer(user, &idempotency.key, &kept)?;
    Ok(reply)
}

/// Asks for the rights that a request needed when it was done. Their lack is a 403 even where the first
/// time it would be a 404: the caller has done it, and so knows of it.
fn ask_again(tx: &mut Tx<'_>, authority: &Authority, needs: &str) -> Result<(), Refusal> {
    let unreadable = |_| Refusal::internal("the rights behind a kept answer can't be read");
    let needs: Vec<Need> = serde_json::from_str(needs).map_err(unreadable)?;
    for need in needs {
        if let Some(role) = need.role() {
            let managers = tx.get::<Role>(role.0)?.map(|role| role.value.manager_ids).unwrap_or_default();
            authority.allow_members(role, &managers)?;
        } else if !authority.still_may(&need) {
            return Err(Refusal::forbidden(&need.module, &need.action));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn of(method: &Method, path: &str, key: &str) -> Result<Option<Idempotency>, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, HeaderValue::from_str(key).unwrap());
        Idempotency::of(method, path, &headers)
    }

    #[test]
    fn only_a_post_has_a_key_and_it_must_be_sane() {
        assert!(of(&Method::POST, "/a", "k").unwrap().is_some());
        assert!(of(&Method::PATCH, "/a", "k").unwrap().is_none());
        assert!(Idempotency::of(&Method::POST, "/a", &HeaderMap::new()).unwrap().is_none());
        for key in ["", "a b", &"k".repeat(256)] {
            assert_eq!(of(&Method::POST, "/a", key).err().map(|problem| problem.code), Some("bad_header"));
        }
    }

    #[test]
    fn path_and_body_make_the_fingerprint_however_the_body_comes() {
        let print = |path: &str, parts: &[&[u8]]| {
            let key = of(&Method::POST, path, "k").unwrap().unwrap();
            parts.iter().for_each(|part| key.asks(part));
            key.fingerprint()
        };
        assert_eq!(print("/a", &[b"one", b"two"]), print("/a", &[b"onetwo"]));
        assert_ne!(print("/a", &[b"one"]), print("/b", &[b"one"]));
        assert_ne!(print("/a", &[b"one"]), print("/a", &[b"two"]));
        assert_ne!(print("/a?x=1", &[]), print("/a?x=2", &[]));
    }
}
