//! The rights model in memory: loaded from the rows, kept current by the change log.
//!
//! Readers never block: they take a snapshot. One applier at a time takes contiguous revisions
//! only; a gap (another node wrote) is read from the log.

mod onlookers;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use domain::access::{Fact, Model};
use domain::change::{Change, Record};
use domain::role::sync::RuleBook;
use parking_lot::{Condvar, Mutex, RwLock, RwLockReadGuard};
use persistence::{Reader, Store, StoreError, Stored, Table, Written};

pub use onlookers::Onlookers;

/// Most revisions read from the log at once.
const CATCH_UP: i64 = 500;

/// So many records are passed on to a new model at a time.
const LOADED: usize = 1_024;

/// So many times that many records may be read before they are taken in.
const AHEAD: usize = 8;

/// Told of every change that is applied.
pub type Observer = Box<dyn Fn(&[Change]) + Send + Sync>;

/// The model in memory.
pub struct Live {
    store: Store,
    model: ArcSwap<Model>,
    onlookers: RwLock<Onlookers>,
    rule_book: Mutex<Option<Arc<RuleBook<'static>>>>,
    applier: Mutex<()>,
    arrived: Condvar,
    arrival: Mutex<()>,
    ready: AtomicBool,
    observers: Vec<Observer>,
    contact: AtomicI64,
    born: Instant,
}

impl Live {
    /// An empty, unready model over a store. Observers see every change that is applied.
    pub fn new(store: Store, observers: Vec<Observer>) -> Self {
        Self {
            store,
            model: ArcSwap::from_pointee(Model::new()),
            onlookers: RwLock::default(),
            rule_book: Mutex::default(),
            applier: Mutex::new(()),
            arrived: Condvar::new(),
            arrival: Mutex::new(()),
            ready: AtomicBool::new(false),
            observers,
            contact: AtomicI64::new(0),
            born: Instant::now(),
        }
    }

    /// The present snapshot.
    pub fn model(&self) -> Arc<Model> {
        self.model.load_full()
    }

    /// Whom writes concern besides those that they are about, as of the model or newer.
    pub fn onlookers(&self) -> RwLockReadGuard<'_, Onlookers> {
        self.onlookers.read()
    }

    /// The rules of the automatic roles, as of the model: read where they have changed since they were last asked for.
    /// Whoever asks holds the writers' lock, so that nothing changes meanwhile.
    ///
    /// # Errors
    /// They can't be read.
    pub fn rule_book<E>(
        &self,
        read: impl FnOnce() -> Result<RuleBook<'static>, E>,
    ) -> Result<Arc<RuleBook<'static>>, E> {
        let mut kept = self.rule_book.lock();
        if let Some(book) = &*kept {
            return Ok(Arc::clone(book));
        }
        let book = Arc::new(read()?);
        *kept = Some(Arc::clone(&book));
        Ok(book)
    }

    /// Whether the model is loaded.
    pub fn ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// How long ago the log was last seen.
    pub fn since_contact(&self) -> Duration {
        let seen = u64::try_from(self.contact.load(Ordering::Relaxed)).unwrap_or(0);
        self.born.elapsed().saturating_sub(Duration::from_millis(seen))
    }

    fn contacted(&self) {
        let millis = i64::try_from(self.born.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.contact.store(millis, Ordering::Relaxed);
    }

    /// Loads the model from the rows, of one snapshot of the database.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn load(&self) -> Result<(), StoreError> {
        let _applier = self.applier.lock();
        let (model, onlookers) =
            self.store.read(|reader| Ok::<_, StoreError>((load_model(reader)?, Onlookers::load(reader)?)))?;
        *self.onlookers.write() = onlookers;
        *self.rule_book.lock() = None;
        self.publish(model);
        self.ready.store(true, Ordering::Release);
        Ok(())
    }

    fn publish(&self, model: Model) {
        self.model.store(Arc::new(model));
        self.contacted();
        let _arrival = self.arrival.lock();
        self.arrived.notify_all();
    }

    /// Applies what a write changed, before the write is answered. Where other revisions have to
    /// come first and the log can't be read, the model is no longer ready and will be loaded anew:
    /// the write is done all the same.
    pub fn follow<T>(&self, written: &Written<T>) {
        if !written.changed {
            return;
        }
        let guard = self.applier.lock();
        let present = self.model.load_full();
        if written.revision <= present.revision() {
            return;
        }
        if written.revision == present.revision() + 1 {
            let mut next = (*present).clone();
            drop(present);
            self.apply(&mut next, &written.changes, written.revision);
            self.publish(next);
            return;
        }
        drop(guard);
        if let Err(error) = self.catch_up() {
            log::error!("the rights model lost the log and is loaded anew: {error}");
            self.ready.store(false, Ordering::Release);
        }
    }

    /// Applies what the log holds beyond the model; how many revisions that were.
    ///
    /// # Errors
    /// The log can't be read.
    pub fn catch_up(&self) -> Result<i64, StoreError> {
        let _applier = self.applier.lock();
        let mut count = 0;
        loop {
            let present = self.model.load_full();
            let from = present.revision();
            let logged = self.store.read(|reader| reader.changes_since(from, CATCH_UP))?;
            if logged.is_empty() {
                self.contacted();
                return Ok(count);
            }
            let mut next = (*present).clone();
            drop(present);
            for entry in &logged {
                if entry.revision != next.revision() + 1 {
                    return Err(StoreError::Corrupt(format!(
                        "revision {} follows {}",
                        entry.revision,
                        next.revision()
                    )));
                }
                self.apply(&mut next, &entry.changes, entry.revision);
                count += 1;
            }
            self.publish(next);
        }
    }

    fn apply(&self, model: &mut Model, changes: &[Change], revision: i64) {
        model.apply(changes);
        model.set_revision(revision);
        self.onlookers.write().apply(changes);
        if changes.iter().any(bears_on_rules) {
            *self.rule_book.lock() = None;
        }
        for observer in &self.observers {
            observer(changes);
        }
    }

    /// Waits until the model has reached a revision; `false` when it did not in time.
    pub fn wait_for(&self, revision: i64, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut arrival = self.arrival.lock();
        while self.model.load().revision() < revision {
            if self.arrived.wait_until(&mut arrival, until).timed_out() {
                return self.model.load().revision() >= revision;
            }
        }
        true
    }
}

/// Builds a model from all rows of one snapshot: one thread reads, another one builds.
///
/// # Errors
/// The database can't be read.
pub fn load_model(reader: &mut Reader<'_>) -> Result<Model, StoreError> {
    let mut model = std::thread::scope(|scope| {
        let (read, facts) = sync_channel::<Vec<Fact>>(AHEAD);
        let building = scope.spawn(move || Model::load(facts.into_iter().flatten()));
        let mut batch = Vec::with_capacity(LOADED);
        reader.for_each_fact(|fact| {
            batch.push(fact);
            if batch.len() == LOADED {
                pass_on(&read, std::mem::replace(&mut batch, Vec::with_capacity(LOADED)))?;
            }
            Ok::<_, StoreError>(())
        })?;
        pass_on(&read, batch)?;
        drop(read);
        building.join().map_err(|_| halted())
    })?;
    model.set_revision(reader.revision()?);
    Ok(model)
}

fn pass_on(read: &SyncSender<Vec<Fact>>, batch: Vec<Fact>) -> Result<(), StoreError> {
    read.send(batch).map_err(|_| halted())
}

fn bears_on_rules(Change { before, after }: &Change) -> bool {
    let bears = |record: &Record| matches!(record, Record::RoleRule(_) | Record::Department(_));
    before.iter().chain(after).any(bears)
}

fn halted() -> StoreError {
    StoreError::Misuse("the rights model can't be built".to_owned())
}

/// Every record that the rights model follows.
///
/// # Errors
/// The database can't be read.
pub fn each(reader: &mut Reader<'_>, f: &mut dyn FnMut(Record)) -> Result<(), StoreError> {
    fn all<T: Table>(reader: &mut Reader<'_>, f: &mut dyn FnMut(Record)) -> Result<(), StoreError> {
        reader.for_each(|stored: Stored<T>| {
            f(stored.value.into());
            Ok(())
        })
    }
    all::<domain::grant::Module>(reader, f)?;
    all::<domain::grant::ObjectType>(reader, f)?;
    all::<domain::organisation::Department>(reader, f)?;
    all::<domain::user::User>(reader, f)?;
    all::<domain::worker::Worker>(reader, f)?;
    all::<domain::organisation::Contract>(reader, f)?;
    all::<domain::role::Role>(reader, f)?;
    all::<domain::role::RoleRule>(reader, f)?;
    all::<domain::role::Membership>(reader, f)?;
    all::<domain::area::Area>(reader, f)?;
    all::<domain::area::ProtectionRule>(reader, f)?;
    all::<domain::grant::Object>(reader, f)?;
    all::<domain::grant::Grant>(reader, f)?;
    all::<domain::wage::WageType>(reader, f)?;
    all::<domain::wage::WageOffer>(reader, f)?;
    all::<domain::setting::Setting>(reader, f)
}
