//! The text of a file, some lines at a time.

use std::path::{Path, PathBuf};

use super::source::{self, BOM};
use super::unpack::Unpacked;
use crate::fault::Fault;

/// The lines of a file: UTF-8, each but the last with a line feed at its end.
pub(super) struct Text {
    path: PathBuf,
    /// `None` if all that there is has been read.
    input: Option<Unpacked>,
    sha256: [u8; 32],
    /// Read and not handed out.
    raw: Vec<u8>,
    /// The line of the file with which that begins.
    line: usize,
    is_begun: bool,
    /// Whether there was nothing but white space so far.
    is_blank: bool,
}

/// Why a text cannot be read, and how much more that says than other faults of the file.
struct Wrong {
    gravity: Gravity,
    fault: Fault,
}

/// The fault of a file as a whole is the only one shown, and of these the gravest: the others
/// would follow from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gravity {
    Nul,
    NotUtf8,
    Empty,
    Binary,
    Unreadable,
}

impl Text {
    pub(super) fn new(path: &Path, input: Unpacked) -> Self {
        Self {
            path: path.to_owned(),
            input: Some(input),
            sha256: [0; 32],
            raw: Vec::new(),
            line: 1,
            is_begun: false,
            is_blank: true,
        }
    }

    /// The text of a file that was read already.
    pub(super) fn whole(path: &Path, bytes: Vec<u8>) -> Self {
        Self {
            path: path.to_owned(),
            input: None,
            sha256: [0; 32],
            raw: bytes,
            line: 1,
            is_begun: false,
            is_blank: true,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The SHA-256 of what has been read of the file.
    pub(super) fn sha256(&self) -> [u8; 32] {
        self.input.as_ref().map_or(self.sha256, Unpacked::sha256)
    }

    /// Whether nothing follows what has been handed out.
    pub(super) fn is_at_end(&self) -> bool {
        self.input.is_none() && self.raw.is_empty()
    }

    /// The next lines, about `wanted` bytes of them, but always whole ones; `None` at the end. The
    /// fault of the file as a whole otherwise, for which the rest of it is looked through.
    pub(super) fn lines(&mut self, wanted: usize) -> Result<Option<String>, Fault> {
        self.checked(wanted).map_err(|wrong| self.gravest(wrong))
    }

    fn checked(&mut self, wanted: usize) -> Result<Option<String>, Wrong> {
        if !self.is_begun {
            self.is_begun = true;
            self.begin(wanted)?;
        }
        let end = self.fill(wanted)?;
        if end == 0 {
            return match self.is_blank {
                true => Err(Wrong::new(Gravity::Empty, source::empty(&self.path))),
                false => Ok(None),
            };
        }
        let rest = self.raw.split_off(end);
        let bytes = std::mem::replace(&mut self.raw, rest);
        let first = self.line;
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count();
        self.is_blank = self.is_blank && bytes.trim_ascii().is_empty();
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let fault = source::not_utf8_from(&self.path, error.as_bytes(), first, at);
            Wrong::new(Gravity::NotUtf8, fault)
        })?;
        // Seen by nobody, it would make two names of one.
        match text.find('\0') {
            Some(at) => {
                let place = source::place(&text, 0, first, at..at + 1);
                let fault = Fault::new(&self.path, "a NUL byte, which no text has").at(place);
                let help =
                    "the file may be damaged or of another format: write it again as UTF-8 text";
                Err(Wrong::new(Gravity::Nul, fault.help(help)))
            }
            None => Ok(Some(text)),
        }
    }

    /// Reads until there is a line, by the end of which lines end in one way or another.
    fn begin(&mut self, wanted: usize) -> Result<(), Wrong> {
        const LONGEST_MAGIC: usize = 4;
        let mut searched = 0;
        let has_line_feed = loop {
            if self.raw[searched..].contains(&b'\n') && self.raw.len() >= LONGEST_MAGIC {
                break true;
            }
            searched = match self.raw.len() {
                n if n < LONGEST_MAGIC => 0,
                n => n,
            };
            if !self.more(wanted)? {
                break self.raw.contains(&b'\n');
            }
        };
        if let Some((what, help)) = source::binary(&self.raw) {
            let fault = Fault::new(&self.path, format!("this is {what}, not text"));
            return Err(Wrong::new(Gravity::Binary, fault.help(help)));
        }
        if self.raw.starts_with(BOM) {
            self.raw.drain(..BOM.len());
            self.is_blank = false;
        }
        // Only very old programs end lines so; all positions are counted by line feeds.
        if !has_line_feed {
            for byte in self.raw.iter_mut().filter(|byte| **byte == b'\r') {
                *byte = b'\n';
            }
        }
        Ok(())
    }

    /// Reads until there are lines of `wanted` bytes; where the last whole one ends.
    fn fill(&mut self, wanted: usize) -> Result<usize, Wrong> {
        let (mut searched, mut end) = (0, 0);
        loop {
            let newline = self.raw[searched..].iter().rposition(|byte| *byte == b'\n');
            end = newline.map_or(end, |at| searched + at + 1);
            searched = self.raw.len();
            if end > 0 && searched >= wanted && self.input.is_some() {
                return Ok(end);
            }
            if !self.more(wanted)? {
                return Ok(self.raw.len());
            }
        }
    }

    /// Reads on; false at the end.
    fn more(&mut self, wanted: usize) -> Result<bool, Wrong> {
        let Some(input) = &mut self.input else {
            return Ok(false);
        };
        let n = input
            .read(wanted.clamp(1, 64 << 10), &mut self.raw)
            .map_err(|fault| Wrong::new(Gravity::Unreadable, fault))?;
        if n == 0 {
            self.sha256 = input.sha256();
            self.input = None;
        }
        Ok(n > 0)
    }

    /// Looks through the rest of the file for a graver fault.
    fn gravest(&mut self, mut gravest: Wrong) -> Fault {
        const WANTED: usize = 64 << 10;
        while gravest.gravity < Gravity::Unreadable {
            match self.checked(WANTED) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(wrong) if wrong.gravity > gravest.gravity => gravest = wrong,
                Err(wrong) if wrong.gravity == Gravity::Empty => break,
                Err(_) => {}
            }
        }
        gravest.fault
    }
}

impl Wrong {
    fn new(gravity: Gravity, fault: Fault) -> Self {
        Self { gravity, fault }
    }
}
