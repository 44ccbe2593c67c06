//! Questions that wait for their batch, on the disk.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use super::scratch::Scratch;

/// Bodies in a file, one after another.
#[derive(Debug)]
pub struct Spool {
    scratch: Scratch,
    file: Arc<File>,
    length: u64,
}

/// Where a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) at: u64,
    pub(super) length: u32,
}

/// The questions of a batch: their names, and their bodies in a file.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(super) file: Arc<File>,
    pub(super) rows: Vec<(Box<str>, Place)>,
}

impl Spool {
    /// An empty one, in a folder that is there.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let scratch = Scratch::new(folder)?;
        Ok(Self {
            file: Arc::new(scratch.file.try_clone()?),
            scratch,
            length: 0,
        })
    }

    /// Adds a body.
    pub fn push(&mut self, body: &[u8]) -> io::Result<Place> {
        let place = Place {
            at: self.length,
            length: u32::try_from(body.len()).map_err(|_| io::ErrorKind::FileTooLarge)?,
        };
        // Whoever reads moves the same place in the file.
        self.scratch.file.seek(SeekFrom::Start(place.at))?;
        self.scratch.file.write_all(body)?;
        self.length += body.len() as u64;
        Ok(place)
    }

    /// Some of the bodies, each with the name of its row.
    pub fn rows(&self, rows: Vec<(Box<str>, Place)>) -> Rows {
        Rows {
            file: Arc::clone(&self.file),
            rows,
        }
    }
}

impl Place {
    /// How many bytes the body has.
    pub fn length(&self) -> u64 {
        self.length.into()
    }
}
