//! The real service, started as the program does, and a client of it.

use domain::change::Record;
use persistence::testing::Database;
use persistence::{Actor, Author, StoreError, Tx};
use serde_json::Value;
use tests::TestApp;

use crate::Outcome;

/// Records of one transaction.
const BATCH: usize = 20_000;

/// A running service.
pub struct Service {
    /// The service.
    pub app: TestApp,
    /// A token of its administrator.
    pub token: String,
    /// The address of its database.
    pub url: String,
}

impl Service {
    /// Starts it on one thread, so that the load generator has the other core.
    pub fn start(database: Database) -> Self {
        let url = database.url().to_owned();
        let app = TestApp::start_with(database, |config| {
            config.workers = Some(1);
            config.rate_limit = 0;
            config.rate_limit_address = 0;
            config.import_limit = 4 * 1024 * 1024 * 1024;
        });
        // What a day's jobs would do is done before there is anything to do: they do not join in while it is measured.
        api::jobs::schedule::run_due(&app.app);
        let token = app.token_of(app.admin_id);
        Self { app, token, url }
    }

    /// Stores records, and loads the model anew.
    pub fn take(&self, records: impl Iterator<Item = Record>) -> Outcome {
        store(self.app.app.store(), records)?;
        self.app.app.live().load()?;
        Ok(())
    }

    /// A client that keeps its connection.
    pub fn client(&self, token: &str) -> Client {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        Client { agent, base: format!("http://{}", self.app.address), bearer: format!("Bearer {token}") }
    }
}

/// Stores records.
pub fn store(store: &persistence::Store, mut records: impl Iterator<Item = Record>) -> Outcome {
    let author = Author::new(Actor::Operator);
    loop {
        let batch: Vec<Record> = records.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        store.write(&author, |tx| batch.into_iter().try_for_each(|record| create(tx, record)))?;
    }
}

fn create(tx: &mut Tx<'_>, record: Record) -> Result<(), StoreError> {
    match record {
        Record::User(one) => tx.create(one),
        Record::Worker(one) => tx.create(one),
        Record::Department(one) => tx.create(one),
        Record::Position(one) => tx.create(one),
        Record::Contract(one) => tx.create(one),
        Record::Role(one) => tx.create(one),
        Record::RoleRule(one) => tx.create(one),
        Record::Membership(one) => tx.create(one),
        Record::Module(one) => tx.create(one),
        Record::Grant(one) => tx.create(one),
        other => Err(StoreError::Misuse(format!("no company has a {}", other.kind()))),
    }
}

/// Speaks HTTP over a connection that is kept.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    bearer: String,
}

impl Client {
    /// The body of the answer to a request that must succeed.
    pub fn send(&self, method: &str, path: &str, body: &str) -> Outcome<String> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", &self.bearer);
        let mut response = if body.is_empty() {
            self.agent.run(request.body(())?)?
        } else {
            self.agent.run(request.header("content-type", "application/json").body(body)?)?
        };
        let text = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?;
        if !response.status().is_success() {
            return Err(format!("{method} {path}: {} {text}", response.status()).into());
        }
        Ok(text)
    }

    /// The same as JSON.
    pub fn json(&self, method: &str, path: &str, body: &str) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.send(method, path, body)?)?)
    }
}
