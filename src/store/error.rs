//! Why a store cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why a store cannot be used, with its path and what can be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is something else, or its first bytes are damaged.
    #[error(
        "{path} is not a store of labelgate; it was left as it is. Move it away, or name another \
         store"
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A later labelgate wrote it.
    #[error(
        "{path} is a store of version {found}, and this labelgate knows versions up to {known}; \
         it was left as it is. Use the labelgate that wrote it, or name another store"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version that can be read.
        known: i64,
    },
    /// The file is not as SQLite or labelgate left it.
    #[error(
        "the store {path} is damaged ({what}); nothing more was written to it. Put back a copy, or \
         move it away together with the files of its name ending in -wal and -shm"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Another process kept it locked for longer than is waited.
    #[error("the store {path} is in use by another process; try again when that is done")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// There is no room for more.
    #[error("the store {path} cannot grow: the disk is full")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file system does not do what is asked of it.
    #[error("failed to {action} {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What came of it.
        source: io::Error,
    },
    /// SQLite does not do what is asked of it.
    #[error("failed to use the store {path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Writing failed, so that answers already received are not kept.
    #[error("{answers} answers could not be kept: {source}")]
    Unsaved {
        /// How many answers had been taken for writing and are lost.
        answers: usize,
        /// Why.
        source: Box<StoreError>,
    },
    /// The writer takes no more answers: it was finished, or it failed and says why when it is
    /// finished.
    #[error("the writer of the store {path} has stopped")]
    Stopped {
        /// The file.
        path: PathBuf,
    },
}

impl StoreError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            path,
            action,
            source,
        }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    /// What SQLite says, told apart by what can be done.
    pub(super) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        if is_damage(&source) {
            let what = source.to_string();
            return Self::Damaged { path, what };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            _ => Self::Sqlite { path, source },
        }
    }
}

/// Whether the file is to blame: its structure, or a value that is never written.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error,
    };
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    ) || matches!(
        error,
        FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnType(..)
            | Utf8Error(..)
    )
}
