//! Whether a file is a store that can be used, found out without changing a byte.
//!
//! Opening a database the usual way writes: a log beside it is made, or merged into it when it is
//! closed. So the first look takes the file as unchangeable. If there is a log with answers in it,
//! a second look takes the log into account, with SQLite told to keep the index of the log in
//! memory, to write nothing and to merge nothing. That takes the file for itself alone; if another
//! process has it open, that one has looked.

use std::fmt::Write;
use std::path::{self, Path};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::create::size;
use super::error::StoreError;
use super::lock::beside;
use super::schema;

/// Files up to this size, in bytes, are checked page by page; larger ones take too long for a
/// command that only reads, and are refused when a damaged page is met.
const CHECKED_SIZE: u64 = 512 << 20;

/// Refuses what is not a store that this version can use, and leaves it as it is.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    let journal = beside(path, "-journal");
    if size(&journal)?.is_some_and(|size| size > 0) {
        // A store never has one: to open it would be to undo what another program did.
        let what = format!("another program left {}", journal.display());
        return Err(StoreError::damaged(path, what));
    }
    let first = look(path, &unchangeable(path)?, !has_log(path)?);
    match first {
        Err(StoreError::NotAStore { .. } | StoreError::Newer { .. }) => first,
        // While a log is merged into the file, the file alone may look damaged.
        Ok(()) | Err(_) if has_log(path)? => look_with_log(path),
        Ok(()) | Err(_) => first,
    }
}

fn has_log(path: &Path) -> Result<bool, StoreError> {
    Ok(size(&beside(path, "-wal"))?.is_some_and(|size| size > 0))
}

/// The file alone, which SQLite is told nobody can change.
fn unchangeable(path: &Path) -> Result<Connection, StoreError> {
    let absolute = path::absolute(path).map_err(StoreError::io("find", path))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(&absolute), flags)
        .map_err(|source| StoreError::sqlite(path, source))
}

fn uri(absolute: &Path) -> String {
    let mut uri = "file:".to_owned();
    if cfg!(windows) {
        uri.push('/');
    }
    for &byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri + "?immutable=1"
}

fn look_with_log(path: &Path) -> Result<(), StoreError> {
    let wrap = |source| StoreError::sqlite(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(wrap)?;
    let careful = |connection: &Connection| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))
    };
    careful(&connection).map_err(wrap)?;
    match look(path, &connection, true) {
        Err(StoreError::Busy { .. }) => Ok(()),
        looked => looked,
    }
}

/// What is wrong with an open database. `whole` says whether what it shows is all there is.
fn look(path: &Path, connection: &Connection, whole: bool) -> Result<(), StoreError> {
    let number = |name| {
        let number = connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        number.map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::NotAStore {
                path: path.to_owned(),
            },
            _ => StoreError::sqlite(path, source),
        })
    };
    if number("application_id")? != schema::APPLICATION_ID {
        let path = path.to_owned();
        return Err(StoreError::NotAStore { path });
    }
    let found = number("user_version")?;
    if found > schema::VERSION {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: schema::VERSION,
        });
    }
    if found < schema::VERSION {
        let what = format!("there is no version {found} of it");
        return Err(StoreError::damaged(path, what));
    }
    if !whole {
        return Ok(());
    }
    for probe in schema::PROBES {
        connection.prepare(probe).map_err(|source| {
            if matches!(source, rusqlite::Error::SqlInputError { .. })
                || source.sqlite_error_code() == Some(ErrorCode::Unknown)
            {
                // The statement is right, so it is the tables that are not.
                return StoreError::damaged(path, source.to_string());
            }
            StoreError::sqlite(path, source)
        })?;
    }
    if size(path)?.unwrap_or(0) > CHECKED_SIZE {
        return Ok(());
    }
    let said = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match said {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(StoreError::damaged(path, said)),
        Err(source) => Err(StoreError::sqlite(path, source)),
    }
}
