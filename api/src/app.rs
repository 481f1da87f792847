//! The application: its parts, and how it starts. `server.rs` serves it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use arc_swap::ArcSwap;
use domain::change::{Change, Record};
use parking_lot::Mutex;
use persistence::{Claim, Options, Store};
use tokio::sync::Semaphore;

use crate::activity::Activity;
use crate::auth::Auth;
use crate::authzen::search::Kept;
use crate::clock::{Clock, Zone};
use crate::commands::log_in::Attempts;
use crate::commands::settings::{self, Number, Numbers};
use crate::commands::{Refusal, set_up};
use crate::config::Config;
pub use crate::http::caller::{Caller, ExternalId, Id, PathIds};
use crate::http::problem::{self, Problem};
use crate::http::rate_limit::RateLimits;
use crate::http::schema::Schemas;
use crate::jobs::Runner;
use crate::live::Live;
use crate::mail::Mail;
use crate::metrics::Metrics;
use crate::openapi;
use crate::rights::{Authority, Identity};

/// The application, shared by all requests.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    purpose: Purpose,
    config: Config,
    clock: Clock,
    zone: Arc<ArcSwap<Zone>>,
    numbers: Arc<ArcSwap<Numbers>>,
    store: Store,
    auth: Arc<Auth>,
    live: Arc<Live>,
    schemas: Schemas,
    metrics: Metrics,
    limits: RateLimits,
    exports: Arc<Semaphore>,
    searches: Kept,
    attempts: Attempts,
    activity: Arc<Activity>,
    mail: Mail,
    runner: Runner,
    _claim: Mutex<Option<Claim>>,
}

/// Why the service can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error("database: {0}")]
    Store(#[from] persistence::StoreError),
    /// Set-up was refused.
    #[error("set-up: {0}")]
    SetUp(String),
    /// Keys or tokens.
    #[error("log-in: {0}")]
    Auth(String),
    /// The published schemas.
    #[error("contract: {0}")]
    Contract(String),
    /// E-mail.
    #[error("e-mail: {0}")]
    Mail(String),
    /// The address.
    #[error("listening: {0}")]
    Listen(#[from] std::io::Error),
}

/// Whether the process serves, or works beside or instead of a serving one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Serves, or writes in bulk: alone on an SQLite file.
    Serve,
    /// Does one small thing beside a serving process.
    Beside,
    /// Serves the sample company.
    Demo,
}

impl App {
    /// Opens the database, migrates it, sets it up, and loads the model.
    ///
    /// # Errors
    /// One of these can't be done.
    pub fn start(config: Config, clock: Clock, purpose: Purpose) -> Result<App, StartError> {
        let options = Options {
            read_connections: config.read_connections,
            write_deadline: config.write_deadline(),
            clock: {
                let clock = clock.clone();
                Arc::new(move || clock.now())
            },
            ..Options::default()
        };
        // Compiled while the database is opened and a password hashed.
        let mail = Mail::new(&config).map_err(StartError::Mail)?;
        let schemas = {
            let config = config.clone();
            std::thread::spawn(move || Schemas::new(openapi::served(&config)))
        };
        let store = Store::open(config.database_url.expose(), options)?;
        let claim = match purpose {
            Purpose::Serve | Purpose::Demo => Some(store.claim()?),
            Purpose::Beside => None,
        };
        store.migrate()?;
        let auth = Arc::new(
            Auth::new(store.clone(), &config, clock.clone()).map_err(|error| StartError::Auth(error.to_string()))?,
        );
        let zone = Arc::new(ArcSwap::from_pointee(Zone::new(config.time_zone)));
        let numbers = Arc::new(ArcSwap::from_pointee(Numbers::default()));
        let (followed_auth, followed_zone) = (Arc::clone(&auth), Arc::clone(&zone));
        let followed_numbers = Arc::clone(&numbers);
        let activity = Arc::new(Activity::default());
        let followed_activity = Arc::clone(&activity);
        let live = Arc::new(Live::new(
            store.clone(),
            vec![
                Box::new(move |changes: &[Change]| followed_auth.follow(changes)),
                Box::new(move |changes: &[Change]| follow_zone(&followed_zone, changes)),
                Box::new(move |changes: &[Change]| follow_numbers(&followed_numbers, changes)),
                Box::new(move |changes: &[Change]| followed_activity.follow(changes)),
            ],
        ));
        let schemas = schemas.join().map_err(|_| StartError::Contract("it can't be put together".to_owned()))?;
        let schemas = schemas.map_err(|error| StartError::Contract(error.to_string()))?;
        let limits = RateLimits::new(&config);
        let searches = Kept::new(config.search_memory);
        let exports = Arc::new(Semaphore::new(config.exports_at_once));
        let app = App(Arc::new(Parts {
            purpose,
            config,
            clock,
            zone,
            numbers,
            store,
            auth,
            live,
            schemas,
            metrics: Metrics::new(),
            limits,
            exports,
            searches,
            attempts: Attempts::default(),
            activity,
            mail,
            runner: Runner::new(),
            _claim: Mutex::new(claim),
        }));
        app.set_up().map_err(|refusal: Refusal| StartError::SetUp(Problem::from(refusal).to_string()))?;
        app.live().load()?;
        app.auth().reload().map_err(|error| StartError::Auth(error.to_string()))?;
        Ok(app)
    }

    fn set_up(&self) -> Result<(), Refusal> {
        let authority = self.service();
        let seed = self.config().time_zone.name();
        self.write(&authority, Some("set-up".to_owned()), |work| set_up::install(work, seed))?;
        if let Some(name) = self.store().read(settings::time_zone)? {
            self.0.zone.store(Arc::new(zone_of(&name)));
        }
        self.0.numbers.store(Arc::new(self.store().read(Numbers::read)?));
        Ok(())
    }

    /// What the process is for.
    pub fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    /// The configuration of the process.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The one clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The organisation's time zone.
    pub fn zone(&self) -> Zone {
        Zone::clone(&self.0.zone.load())
    }

    /// The settings that are numbers.
    pub fn numbers(&self) -> Arc<Numbers> {
        self.0.numbers.load_full()
    }

    /// What holds of a setting that is a number.
    pub fn setting(&self, number: &Number) -> i64 {
        self.0.numbers.load().get(number)
    }

    /// What active accounts do just now.
    pub fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Who calls.
    pub fn auth(&self) -> &Auth {
        &self.0.auth
    }

    /// The rights model in memory.
    pub fn live(&self) -> &Arc<Live> {
        &self.0.live
    }

    /// The published schemas.
    pub fn schemas(&self) -> &Schemas {
        &self.0.schemas
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// How many requests a caller may make.
    pub fn limits(&self) -> &RateLimits {
        &self.0.limits
    }

    /// Whose turn it is to export.
    pub fn exports(&self) -> &Arc<Semaphore> {
        &self.0.exports
    }

    /// What searches found, for the pages to come.
    pub fn searches(&self) -> &Kept {
        &self.0.searches
    }

    /// Attempts to log in that are to be stored.
    pub fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    /// The way out for e-mail.
    pub fn mail(&self) -> &Mail {
        &self.0.mail
    }

    /// The runner of long work.
    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    /// The authority of the service's own jobs.
    pub fn service(&self) -> Authority {
        Authority::service(Arc::clone(self.live()), self.zone(), self.clock().now())
    }

    /// The authority of the local operator.
    pub fn operator(&self) -> Authority {
        Authority::operator(Arc::clone(self.live()), self.zone(), self.clock().now())
    }

    /// The authority of a verified user, now.
    pub fn authority_of(&self, identity: Identity, request_id: Option<String>) -> Authority {
        Authority::user(identity, Arc::clone(self.live()), self.zone(), self.clock().now(), request_id)
    }

    /// Whether this node knows of a revision.
    pub fn has_reached(&self, revision: i64) -> bool {
        self.live().model().revision() >= revision
    }

    /// Waits, for a second at most, until this node knows of a revision. Blocks.
    ///
    /// # Errors
    /// 503: it does not.
    pub fn wait_for(&self, revision: i64) -> Result<(), Problem> {
        let reached = self.has_reached(revision)
            || (self.live().catch_up().is_ok() && self.live().wait_for(revision, Duration::from_secs(1)));
        if reached {
            return Ok(());
        }
        Err(Problem::new(problem::BEHIND).detail(format!("revision {revision} is not here yet")))
    }

    /// The same without blocking.
    ///
    /// # Errors
    /// 503: it does not.
    pub async fn reach(&self, revision: i64) -> Result<(), Problem> {
        if self.has_reached(revision) {
            return Ok(());
        }
        self.run(move |app| Ok(app.wait_for(revision)?)).await
    }

    /// Runs blocking work (database, hashing, searches) off the event loop.
    ///
    /// # Errors
    /// What the work refused.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.clone();
        web::block(move || work(&app).map_err(Problem::from)).await.map_err(|_| Problem::new(problem::INTERNAL))?
    }
}

fn zone_of(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|| Zone::new(chrono_tz::UTC))
}

fn follow_zone(zone: &ArcSwap<Zone>, changes: &[Change]) {
    for change in changes {
        if let Some(Record::Setting(setting)) = &change.after
            && setting.key == settings::TIME_ZONE
            && let Some(name) = setting.value.as_str()
        {
            zone.store(Arc::new(zone_of(name)));
        }
    }
}

fn follow_numbers(numbers: &ArcSwap<Numbers>, changes: &[Change]) {
    let mut now = Numbers::clone(&numbers.load());
    if now.follow(changes) {
        numbers.store(Arc::new(now));
    }
}
