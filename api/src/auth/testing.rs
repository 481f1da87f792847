//! A throw-away database for the tests of this folder.

use chrono::{DateTime, Utc};
use domain::id::UserId;
use domain::user::{User, UserKind, UserState};
use persistence::{Actor, Author, Options, Store, Tx};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Auth, AuthError};
use crate::clock::Clock;
use crate::config::Config;

pub struct Place {
    pub folder: TempDir,
    pub store: Store,
    pub clock: Clock,
    pub config: Config,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::fixed(now);
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let options = Options { clock: clock.source(), ..Options::default() };
        let store = Store::open(&url, options).unwrap();
        store.migrate().unwrap();
        let config = Config { argon2_memory_kib: 8, argon2_iterations: 1, ..Config::default() };
        Self { folder, store, clock, config }
    }

    pub fn auth(&self) -> Auth {
        Auth::new(self.store.clone(), &self.config, self.clock.clone()).unwrap()
    }

    pub fn write<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, AuthError>) -> Result<T, AuthError> {
        self.store.write(&Author::new(Actor::Operator), f).map(|written| written.value)
    }

    /// An active person with that login.
    pub fn person(&self, login: &str) -> UserId {
        self.user(login, UserKind::Person, UserState::Active)
    }

    pub fn user(&self, login: &str, kind: UserKind, state: UserState) -> UserId {
        let id = UserId(Uuid::now_v7());
        let user = User {
            id,
            external_id: None,
            kind,
            state,
            login: Some(login.to_owned()),
            first_name: Some("Ada".to_owned()),
            last_name: Some("Byron".to_owned()),
            display_name: Some("Ada".to_owned()),
            email: Some("ada@example.org".to_owned()),
            phone: None,
            language: None,
            time_zone: None,
            blocks: vec![],
            managed_in: vec![],
        };
        self.write(|tx| Ok(tx.create(user)?)).unwrap();
        id
    }

    pub fn set_state(&self, user: UserId, state: UserState) {
        self.write(|tx| {
            let stored = tx.get::<User>(user.0)?.unwrap();
            Ok(tx.update(User { state, ..stored.value })?)
        })
        .unwrap();
    }
}
