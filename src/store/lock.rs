//! One run at a time on a store.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::create;
use super::error::StoreError;

/// The right to ask questions whose answers go to a store. While one process has it, another one
/// cannot get it, so no two ask for the same things. Reading needs none.
///
/// It is a lock of the operating system on a file beside the store, so it ends with the process,
/// however that ends.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of the store at `path`, which need not exist yet; `None` while another
    /// process, or another part of this one, has it.
    pub fn try_lock(path: &Path) -> Result<Option<Self>, StoreError> {
        create::folder_of(path)?;
        let lock = beside(path, "-lock");
        let file = open(&lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::io("lock", &lock)(source)),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Closing the file unlocks it as well; only a copy of it in a child would keep it locked.
        let _ = self.file.unlock();
    }
}

/// Opens a file that is there only to be locked.
pub(super) fn open(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    options.open(path).map_err(StoreError::io("open", path))
}

/// The path of a file that belongs to another and has a longer name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
