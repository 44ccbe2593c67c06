//! The results of a batch, line by line.

use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};

use super::scratch::Scratch;
use crate::provider::{RowResult, Unreadable, Wire};

/// What became of the rows of a batch, in the provider's order. A line that cannot be read is one
/// row less, and no reason to lose the others.
#[derive(Debug)]
pub struct Results {
    wire: Wire,
    lines: BufReader<Scratch>,
    line: Vec<u8>,
}

impl Results {
    pub(super) fn new(wire: Wire, mut scratch: Scratch) -> io::Result<Self> {
        scratch.file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            wire,
            lines: BufReader::with_capacity(64 << 10, scratch),
            line: Vec::new(),
        })
    }
}

impl Iterator for Results {
    type Item = io::Result<Result<RowResult, Unreadable>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line.clear();
            match self.lines.read_until(b'\n', &mut self.line) {
                Ok(0) => return None,
                Ok(_) if self.line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok(self.wire.read_row(&self.line))),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Read for Scratch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}
