//! The store: ordered writes, snapshot reads.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, Utc};
use diesel::query_dsl::RunQueryDsl;
use diesel::r2d2::{Pool, PooledConnection};
use domain::change::Change;
use parking_lot::{FairMutex, FairMutexGuard, Mutex};

use crate::author::Author;
use crate::backend::BackendName;
use crate::change_log;
use crate::claim::Claim;
use crate::connection::{Address, AnyConnection, Manager, Purpose};
use crate::dialect;
use crate::error::StoreError;
use crate::migrations;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::unit::Stamp;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a store works.
#[derive(Clone)]
pub struct Options {
    /// How many reads run at a time.
    pub read_connections: u32,
    /// How long a read waits for a connection before it is told [`StoreError::Busy`].
    pub read_deadline: Duration,
    /// How long a write waits for its turn, in this process and in the database, before it is
    /// told [`StoreError::Busy`].
    pub write_deadline: Duration,
    /// What the instants of writes are taken from.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            read_connections: 8,
            read_deadline: Duration::from_secs(5),
            write_deadline: Duration::from_secs(5),
            clock: Arc::new(Utc::now),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("read_connections", &self.read_connections)
            .field("read_deadline", &self.read_deadline)
            .field("write_deadline", &self.write_deadline)
            .finish_non_exhaustive()
    }
}

/// The read connections, for metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PoolState {
    /// Open ones.
    pub connections: u32,
    /// Those that nobody uses.
    pub idle: u32,
}

/// What a write did.
#[derive(Clone, PartialEq, Debug)]
pub struct Written<T> {
    /// What the work returned.
    pub value: T,
    /// The newest revision after the write, also when it changed nothing.
    pub revision: i64,
    /// Whether the write changed a record, and so has a revision of its own.
    pub changed: bool,
    /// The instant of the write.
    pub at: DateTime<Utc>,
    /// What it changed, as it is logged.
    pub changes: Vec<Change>,
}

/// A database of Remit. Clones share everything.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) address: Address,
    options: Options,
    readers: Pool<Manager>,
    /// Fair: those who wait are served in the order in which they came.
    writer: FairMutex<Option<AnyConnection>>,
    /// Works beside the writes: copies SQLite's journal back, gives signs of life.
    pub(crate) keeper: Mutex<Option<AnyConnection>>,
    /// Whether the journal is to be emptied as soon as nobody reads out of it any more.
    pub(crate) unsettled: AtomicBool,
}

impl Store {
    /// Opens the database at `sqlite://<path>`, `postgres://...` or `postgresql://...`; the
    /// scheme alone picks the backend. A missing file is created. Nothing is migrated.
    ///
    /// # Errors
    /// [`StoreError::Misuse`] for an address of another form, [`StoreError::Unavailable`] when
    /// the database can't be reached.
    pub fn open(url: &str, options: Options) -> Result<Store, StoreError> {
        let address = Address::parse(url)?;
        address.prepare()?;
        let writer = address.connect(Purpose::Write)?;
        let readers = Pool::builder()
            .max_size(options.read_connections.max(1))
            .min_idle(Some(1))
            .connection_timeout(options.read_deadline)
            // A round trip less: a lost connection is noticed when a snapshot is begun on it.
            .test_on_check_out(false)
            .build_unchecked(Manager(address.clone()));
        let writer = FairMutex::new(Some(writer));
        Ok(Store {
            inner: Arc::new(Inner {
                address,
                options,
                readers,
                writer,
                keeper: Mutex::new(None),
                unsettled: AtomicBool::new(false),
            }),
        })
    }

    /// Which database it is.
    pub fn backend(&self) -> BackendName {
        match self.inner.address {
            Address::Sqlite(_) => BackendName::Sqlite,
            Address::Postgresql(_) => BackendName::Postgresql,
        }
    }

    /// Brings the tables to the form that this program needs and says how many migrations ran.
    /// Nodes that start together take turns.
    ///
    /// # Errors
    /// The database fails.
    pub fn migrate(&self) -> Result<usize, StoreError> {
        let (mut writer, _) = self.writer()?;
        migrations::run(self.connected(&mut writer)?)
    }

    /// Whether [`Store::migrate`] has something to do.
    ///
    /// # Errors
    /// The database fails.
    pub fn pending_migrations(&self) -> Result<bool, StoreError> {
        let (mut writer, _) = self.writer()?;
        migrations::pending(self.connected(&mut writer)?)
    }

    /// Claims the right to serve: on SQLite one process per file has it, until it drops the claim
    /// or dies; on PostgreSQL every node has it.
    ///
    /// # Errors
    /// [`StoreError::Claimed`] when another process has it.
    pub fn claim(&self) -> Result<Claim, StoreError> {
        match &self.inner.address {
            Address::Sqlite(path) => Claim::of_file(path),
            Address::Postgresql(_) => Ok(Claim::shared()),
        }
    }

    /// Runs `f` over one read-only snapshot: all that it reads comes from one state of the
    /// database, and writers are never waited for.
    ///
    /// # Errors
    /// What `f` returns; [`StoreError::Busy`] when no connection came free in time,
    /// [`StoreError::Unavailable`] when there is none to be had.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut link = self.reader()?;
        let mut open = Open { connection: Some(&mut link.connection) };
        let result = f(&mut Reader::new(open.get()?));
        let ended = open.end(dialect::rollback);
        link.failed = ended.is_err();
        result
    }

    /// Runs `f` as one ordered write and logs what it changed.
    ///
    /// Writes are totally ordered, over all processes and nodes: the next begins when this one has
    /// ended, and its revision is the next number. All is written together (rows, log, whatever
    /// stands beside the records), or, when `f` or the database says no, nothing at all. The
    /// commit has reached the disk when this returns. A write that changes no record makes no
    /// revision.
    ///
    /// # Errors
    /// What `f` returns; [`StoreError::Busy`] when its turn did not come in time;
    /// [`StoreError::Conflict`] when the database refuses a change;
    /// [`StoreError::Unavailable`] when the connection is lost, in which case, if it was lost
    /// while committing, nobody knows whether the write was made. An error of the database must
    /// be passed on, not swallowed: PostgreSQL takes nothing more after one.
    pub fn write<T, E: From<StoreError>>(
        &self,
        author: &Author,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Written<T>, E> {
        let (mut writer, deadline) = self.writer()?;
        self.begin_write(&mut writer, deadline)?;
        let mut open = Open { connection: writer.as_mut() };
        let result = self.work(open.get()?, author, f);
        let ended = match &result {
            Ok(_) => open.end(dialect::commit),
            Err(_) => open.end(dialect::rollback),
        };
        if let Err(error) = ended.map_err(StoreError::from) {
            if !matches!(error, StoreError::Conflict { .. }) {
                // Whatever state the connection is in, the next write does not inherit it.
                *writer = None;
            }
            result?;
            return Err(error.into());
        }
        result
    }

    /// Runs `f` as a write of which nothing stays: to see what it would do. It has its turn among the writes, so
    /// that what it reads is true until it ends.
    ///
    /// # Errors
    /// What `f` returns, and what [`Store::write`] returns before it begins.
    pub fn rehearse<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let (mut writer, deadline) = self.writer()?;
        self.begin_write(&mut writer, deadline)?;
        let mut open = Open { connection: writer.as_mut() };
        let stamp = self.stamp(open.get()?)?;
        let result = f(&mut Tx::new(open.get()?, stamp));
        if open.end(dialect::rollback).is_err() {
            // Whatever state the connection is in, the next write does not inherit it.
            *writer = None;
        }
        result
    }

    /// The present instant, as it is stored.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.inner.options.clock)().trunc_subsecs(6)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub fn ping(&self) -> Result<(), StoreError> {
        self.read(|reader| {
            diesel::sql_query("SELECT 1").execute(reader.connection)?;
            Ok(())
        })
    }

    /// The state of the read connections.
    pub fn pool_state(&self) -> PoolState {
        let state = self.inner.readers.state();
        PoolState { connections: state.connections, idle: state.idle_connections }
    }

    fn work<T, E: From<StoreError>>(
        &self,
        connection: &mut AnyConnection,
        author: &Author,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Written<T>, E> {
        let stamp = self.stamp(connection)?;
        let (last, at) = (stamp.revision - 1, stamp.now);
        let mut tx = Tx::new(connection, stamp);
        let value = f(&mut tx)?;
        if !tx.changed() {
            dialect::refuse_aborted(tx.connection).map_err(StoreError::from)?;
            return Ok(Written { value, revision: last, changed: false, at, changes: Vec::new() });
        }
        tx.flush()?;
        let changes = tx.into_changes();
        change_log::append(connection, stamp.revision, at, author, &changes)?;
        Ok(Written { value, revision: stamp.revision, changed: true, at, changes })
    }

    /// Revision and instant of the write that begins.
    fn stamp(&self, connection: &mut AnyConnection) -> Result<Stamp, StoreError> {
        let now = self.now();
        Ok(match change_log::head(connection)? {
            Some((last, at)) => Stamp { revision: last + 1, now: now.max(at) },
            None => Stamp { revision: 1, now },
        })
    }

    /// Waits for this process's turn to write; also says how much of the deadline is left.
    pub(crate) fn writer(&self) -> Result<(FairMutexGuard<'_, Option<AnyConnection>>, Duration), StoreError> {
        let deadline = self.inner.options.write_deadline;
        let began = Instant::now();
        let writer = self.inner.writer.try_lock_for(deadline).ok_or(StoreError::Busy)?;
        Ok((writer, deadline.saturating_sub(began.elapsed())))
    }

    /// The connection of a slot, a new one where it is empty.
    pub(crate) fn connected<'w>(
        &self,
        writer: &'w mut Option<AnyConnection>,
    ) -> Result<&'w mut AnyConnection, StoreError> {
        Ok(match writer {
            Some(connection) => connection,
            none => none.insert(self.inner.address.connect(Purpose::Write)?),
        })
    }

    /// Begins a write, on a new connection if the present one was lost since it was used last.
    fn begin_write(&self, writer: &mut Option<AnyConnection>, deadline: Duration) -> Result<(), StoreError> {
        let kept = writer.is_some();
        match dialect::begin_write(self.connected(writer)?, deadline) {
            Err(StoreError::Unavailable(_)) if kept => {
                *writer = None;
                dialect::begin_write(self.connected(writer)?, deadline)
            }
            other => other,
        }
    }

    /// A connection with a snapshot begun. Connections that were lost since they were used last
    /// are passed over, each once.
    fn reader(&self) -> Result<PooledConnection<Manager>, StoreError> {
        let mut tries = self.inner.options.read_connections.max(1) + 1;
        loop {
            let mut link = self.link()?;
            tries -= 1;
            match dialect::begin_read(&mut link.connection).map_err(StoreError::from) {
                Ok(()) => return Ok(link),
                Err(error) => {
                    link.failed = true;
                    if tries == 0 || !matches!(error, StoreError::Unavailable(_)) {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn link(&self) -> Result<PooledConnection<Manager>, StoreError> {
        self.inner.readers.get().map_err(|error| {
            // All connections at work, or none to be had.
            match self.pool_state().connections {
                0 => StoreError::unavailable(error),
                _ => StoreError::Busy,
            }
        })
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.backend().as_str())
    }
}

/// An open transaction. One that nobody ended, since the work panicked, is rolled back.
struct Open<'c> {
    connection: Option<&'c mut AnyConnection>,
}

impl Open<'_> {
    fn get(&mut self) -> Result<&mut AnyConnection, StoreError> {
        self.connection.as_deref_mut().ok_or_else(|| StoreError::Unavailable("closed".to_owned()))
    }

    fn end(mut self, how: fn(&mut AnyConnection) -> diesel::QueryResult<()>) -> diesel::QueryResult<()> {
        self.connection.take().map_or(Ok(()), how)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = dialect::rollback(connection)
        {
            log::error!("a transaction could not be rolled back: {error}");
        }
    }
}
