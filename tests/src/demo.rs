//! The sample company of `remit demo`, as it is just after its start.

use std::net::TcpListener;
use std::path::Path;

use actix_web::dev::ServerHandle;
use api::app::{App, Purpose};
use api::clock::Clock;
use persistence::testing::{Database, sqlite};

use crate::{Client, PASSWORD, quick_config, serve};

/// The loaded company, to be served from a fresh copy as often as wanted.
pub struct Demo {
    files: Vec<(String, Vec<u8>)>,
    token: String,
}

/// One service over a copy.
pub struct Running {
    /// A client of the company's administrator.
    pub admin: Client,
    /// A client without a token.
    pub anonymous: Client,
    server: ServerHandle,
    app: App,
    _database: Database,
}

fn start(database: &Database) -> (App, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = quick_config(database.url(), listener.local_addr().unwrap());
    let clock = Clock::fixed("2026-06-15T12:00:00Z".parse().unwrap());
    (App::start(config, clock, Purpose::Demo).unwrap(), listener)
}

fn folder(database: &Database) -> &Path {
    Path::new(database.url().trim_start_matches("sqlite://")).parent().unwrap()
}

impl Demo {
    /// Loads the company once.
    pub fn load() -> Self {
        let database = sqlite();
        let (app, _) = start(&database);
        let token = api::demo::prepare(&app, PASSWORD).expect("the company");
        drop(app);
        let read =
            |entry: std::fs::DirEntry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
        let files = std::fs::read_dir(folder(&database)).unwrap().map(|entry| read(entry.unwrap()));
        Self { files: files.filter(|(name, _)| name.starts_with("remit.db")).collect(), token }
    }

    /// Serves a fresh copy.
    pub fn serve(&self) -> Running {
        let database = sqlite();
        for (name, bytes) in &self.files {
            std::fs::write(folder(&database).join(name), bytes).unwrap();
        }
        let (app, listener) = start(&database);
        let address = listener.local_addr().unwrap();
        let server = serve(&app, listener);
        let admin = Client::new(address, Some(self.token.clone()));
        Running { admin, anonymous: Client::new(address, None), server, app, _database: database }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.runner().stop();
        drop(self.server.stop(false));
    }
}
