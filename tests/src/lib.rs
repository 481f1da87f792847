//! What the black-box tests share: the real application on a port of its own, over a fresh
//! database of every kind, and a client that speaks HTTP to it.
//!
//! Everything here may panic: it only runs in tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "test support")]

mod client;
mod company;
mod contract;
mod data;
mod demo;
pub mod employees;
mod issuer;
mod mailbox;
mod program;

pub use client::{Answer, Client};
pub use company::{Company, Person};
pub use data::data_folder;
pub use demo::Demo;
pub use issuer::{Issuer, IssuerKey, raw_token};
pub use mailbox::{Letter, Mailbox};
pub use program::Program;

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use api::app::{App, Purpose};
use api::auth::Holder;
use api::clock::Clock;
use api::commands::set_up::{FirstAdministrator, first_administrator};
use api::config::Config;
use api::server::build;
use domain::id::UserId;
use persistence::testing::Database;

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery";

/// A running service over a database of its own, with an administrator `admin`.
pub struct TestApp {
    /// The application's parts.
    pub app: App,
    /// Its clock; it stands still until it is set.
    pub clock: Clock,
    /// Where it listens.
    pub address: SocketAddr,
    /// The administrator's account.
    pub admin_id: UserId,
    admin_token: String,
    server: ServerHandle,
    database: Option<Database>,
}

/// Settings that make tests quick.
pub fn quick_config(database_url: &str, listen: SocketAddr) -> Config {
    Config {
        database_url: database_url.into(),
        listen,
        workers: Some(1),
        read_connections: 4,
        argon2_memory_kib: 64,
        argon2_iterations: 1,
        argon2_parallelism: 1,
        ..Config::default()
    }
}

impl TestApp {
    /// Starts the service as the program does, at noon of 15 June 2026 UTC.
    pub fn start(database: Database) -> Self {
        Self::start_with(database, |_| {})
    }

    /// The same with settings of its own.
    pub fn start_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = quick_config(database.url(), address);
        change(&mut config);
        let clock = Clock::fixed("2026-06-15T12:00:00Z".parse().unwrap());
        let app = App::start(config, clock.clone(), Purpose::Serve).unwrap();
        let server = serve(&app, listener);
        let password_hash = app.auth().hash(PASSWORD, &Holder::default()).unwrap().as_str().to_owned();
        let administrator = FirstAdministrator {
            login: "admin".into(),
            email: "admin@example.org".into(),
            first_name: "Ada".into(),
            last_name: "Admin".into(),
            password_hash,
        };
        let done = app.write(&app.operator(), None, |work| first_administrator(work, administrator));
        let admin_id = done.expect("an administrator").value.id;
        let mut started =
            Self { app, clock, address, admin_id, admin_token: String::new(), server, database: Some(database) };
        started.admin_token = started.token_of(admin_id);
        started
    }

    /// A client with the administrator's token.
    pub fn admin(&self) -> Client {
        Client::new(self.address, Some(self.admin_token.clone()))
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None)
    }

    /// A client with a token of that account.
    pub fn as_user(&self, user: UserId) -> Client {
        Client::new(self.address, Some(self.token_of(user)))
    }

    /// A client with that token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.address, Some(token.to_owned()))
    }

    /// An API token of that account, without limits.
    pub fn token_of(&self, user: UserId) -> String {
        let done = self.app.write(&self.app.operator(), None, |work| {
            work.get::<domain::user::User>(user.0)?;
            Ok(self.app.auth().create_api_token(work.tx, user, "test", None, None, None)?)
        });
        done.expect("a token").value.1.into_exposed()
    }

    /// Logs in with the password of everybody, which the account has; the tokens.
    #[track_caller]
    pub fn log_in(&self, client: &Client, login: &str) -> Answer {
        client.post("/auth/login", serde_json::json!({"login": login, "password": PASSWORD})).expect(200)
    }

    /// A client in the session of a log-in.
    pub fn in_session(&self, tokens: &Answer) -> Client {
        self.with_token(tokens.json["access_token"].as_str().unwrap())
    }

    /// The id of the session of a log-in.
    #[track_caller]
    pub fn session_of(&self, tokens: &Answer) -> String {
        let listed = self.in_session(tokens).get("/api/v1/sessions").expect(200);
        let current = listed.items().iter().find(|session| session["current"] == true).unwrap();
        current["id"].as_str().unwrap().to_owned()
    }

    /// Gives an account the password of everybody.
    pub fn set_password(&self, user: UserId) {
        let hash = self.app.auth().hash(PASSWORD, &Holder::default()).unwrap();
        let done = self
            .app
            .write(&self.app.operator(), None, |work| Ok(self.app.auth().set_password(work.tx, user, &hash)?));
        done.expect("a password");
    }

    /// A builder of people, departments and rights over the API.
    pub fn company(&self) -> Company<'_> {
        Company::new(self)
    }

    /// All bytes that the database holds.
    pub fn dump(&self) -> Vec<u8> {
        self.database.as_ref().expect("a database").dump()
    }

    /// What `remit check` finds wrong.
    pub fn faults(&self) -> Vec<String> {
        api::check::check(&self.app).expect("a check").faults
    }
}

/// Serves an application on a thread of its own.
fn serve(app: &App, listener: TcpListener) -> ServerHandle {
    let (send, receive) = mpsc::channel();
    let served = app.clone();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = build(&served, listener).unwrap();
            send.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    receive.recv().unwrap()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.runner().stop();
        let handle = self.server.clone();
        // The server's own thread ends it; nobody needs to wait.
        drop(handle.stop(false));
        drop(self.database.take());
    }
}

/// Makes a test of a function over a running service, on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_every_database {
    ($($(#[$meta:meta])* fn $name:ident($app:ident: &TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "shared by all tests of a file")]
            use super::*;

            fn check($app: &$crate::TestApp) $body

            #[test]
            fn sqlite() {
                check(&$crate::TestApp::start(persistence::testing::sqlite()));
            }

            #[test]
            fn postgresql() {
                if let Some(database) = persistence::testing::postgresql() {
                    check(&$crate::TestApp::start(database));
                }
            }
        }
    )*};
}
