//! The database that is open.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior};

use super::error::StoreError;
use super::{check, create};

/// How long another process is waited for that is writing just now. One transaction takes
/// milliseconds, but on a slow disk some seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many pages of 4 KiB the log grows to before it is merged into the file. Pages of the index
/// change with nearly every answer, so the longer, the fewer are written twice.
const LOG_PAGES: u32 = 4_000;

/// The store of a project, open. Reading sees what any process has committed.
///
/// It belongs to one thread; answers are added by the thread of a [`Writer`](super::Writer).
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Connection,
}

impl Store {
    /// Opens the store at `path`, or makes one there. A folder that is missing is made too; one
    /// called `.labelgate` is kept out of Git.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !create::is_there(path)? {
            create::create(path)?;
        }
        check::check(path)?;
        let connection = connect(path)?;
        let path = path.to_owned();
        Ok(Self { path, connection })
    }

    /// Opens the store at `path`; `None` if there is none, and then none is made.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, StoreError> {
        if create::is_there(path)? {
            return Self::open(path).map(Some);
        }
        Ok(None)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn using<T>(
        &self,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        f(&self.connection).map_err(|source| failed(&self.path, &self.connection, source))
    }

    /// Writes all or nothing, durable when it returns.
    pub(super) fn changing<T>(
        &self,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.using(|connection| {
            let immediate = TransactionBehavior::Immediate;
            let transaction = Transaction::new_unchecked(connection, immediate)?;
            let done = f(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// Reads several times as if nothing was written in between, which is also faster.
    pub(super) fn at_one_moment<T>(
        &self,
        f: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let begun = self.connection.unchecked_transaction();
        let failed = |source| failed(&self.path, &self.connection, source);
        let transaction = begun.map_err(failed)?;
        let read = f()?;
        transaction.commit().map_err(failed)?;
        Ok(read)
    }
}

/// Opens a store that was checked, for reading and writing.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|source| StoreError::sqlite(path, source))?;
    let set = || {
        connection.busy_timeout(PATIENCE)?;
        // Otherwise every search would be planned anew for the value searched for, which takes
        // longer than the search.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // The log is synced with every commit. `fullfsync` makes macOS do what others do anyway.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)
    };
    set().map_err(|source| failed(path, &connection, source))?;
    Ok(connection)
}

/// What an error of SQLite's means. After damage nothing more is written, not even when the
/// connection is closed, which would merge the log into the file.
pub(super) fn failed(path: &Path, connection: &Connection, source: rusqlite::Error) -> StoreError {
    let error = StoreError::sqlite(path, source);
    if matches!(error, StoreError::Damaged { .. }) {
        let no_merge = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        if let Err(error) = connection.set_db_config(no_merge, true) {
            tracing::warn!("the damaged store will be written to when it is closed: {error}");
        }
    }
    error
}

/// A count as SQLite keeps it, whose integers end at 2⁶³ − 1. No count of tokens gets there.
pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A column that holds a count.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    u64::try_from(count).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, count))
}
