//! Making a store where there is none, so that there is either none or a whole one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use rusqlite::Connection;

use super::error::StoreError;
use super::lock::{self, beside};
use super::schema;

/// A project's folder for what labelgate keeps.
const FOLDER: &str = ".labelgate";

/// Whether there is a store, or anything, at `path`. An empty file is none. What SQLite keeps
/// beside a store but no store is damage: a store made there would be filled from it.
pub(super) fn is_there(path: &Path) -> Result<bool, StoreError> {
    if size(path)?.is_some_and(|size| size > 0) {
        return Ok(true);
    }
    for ending in ["-wal", "-journal"] {
        let log = beside(path, ending);
        if size(&log)?.is_some_and(|size| size > 0) {
            let what = format!("it is empty or gone while {} is there", log.display());
            return Err(StoreError::damaged(path, what));
        }
    }
    Ok(false)
}

/// The size of a file in bytes, `None` if there is none. Does not open it: closing a file of
/// SQLite's would end the locks this process has on it.
pub(super) fn size(path: &Path) -> Result<Option<u64>, StoreError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
}

/// Makes a store if there is none. It is made under another name and then renamed, so that no
/// kill leaves half of one.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path)?;
    // Two processes at once: the second finds the store of the first.
    let making = lock::open(&beside(path, "-create"))?;
    making.lock().map_err(StoreError::io("lock", path))?;
    if is_there(path)? {
        return Ok(());
    }
    let new = beside(path, "-new");
    for ending in ["", "-wal", "-shm", "-journal"] {
        remove(&beside(&new, ending))?;
    }
    fill(&new).map_err(|source| StoreError::sqlite(&new, source))?;
    fs::rename(&new, path).map_err(StoreError::io("make", path))?;
    sync(folder).map_err(StoreError::io("write", folder))
}

/// The folder of a store, made if need be. A folder of labelgate's own is kept out of Git.
pub(super) fn folder_of(path: &Path) -> Result<&Path, StoreError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let folder = if parent == Path::new("") {
        Path::new(".")
    } else {
        parent
    };
    fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
    let ignore = folder.join(".gitignore");
    if folder.ends_with(FOLDER) && !ignore.exists() {
        fs::write(&ignore, "*\n").map_err(StoreError::io("write", &ignore))?;
    }
    Ok(folder)
}

fn fill(path: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    schema::make(&connection)?;
    // Kept in the file, so that its header is that of a finished store from the first byte on.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Makes a rename last through a power cut. Windows cannot do that with a folder.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
