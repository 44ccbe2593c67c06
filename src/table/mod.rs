//! Rows out of files: CSV, TSV, JSONL and Parquet, each also compressed.
//!
//! A file is a sequence of [`Chunks`], and a [`Table`] is a chunk: some rows that follow one
//! another, with their places in the file. What a small file needs at once comes by [`read`] as
//! one table; a large one is read chunk by chunk, in the room of one.
//!
//! Bytes go a way of four steps: `unpack` takes them out of their compression, `text` makes them
//! lines of UTF-8, a format (`delimited`, `jsonl`, `parquet`) fills tables with rows, and
//! [`Chunks`] sees to it that a file at fault is no file.
//!
//! Knows cells, lines and columns; nothing of items, labels or schemes. To add a format: a file
//! here that fills a [`Table`], and its ending in `source.rs`.

mod cell;
mod delimited;
mod json;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod source;
mod text;
mod text_rows;
mod unpack;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use crate::fault::{Fault, Faults};
use source::{Format, Layout};
use text::Text;
use text_rows::TextRows;
use unpack::{Input, Packing, Unpacked};

pub use cell::Cell;
pub use json::Json;
pub use rows::Table;
pub use source::ENDINGS;
pub(crate) use source::not_utf8;

/// The rows of a file, some at a time.
///
/// Rows that have been handed out are those of a sound file only once the sequence has ended: a
/// fault is an `Err` with all faults of the file, wherever they stand, and the last thing to come.
/// So a chunk at fault is never handed out, but those before it were.
pub struct Chunks {
    path: PathBuf,
    limit: Limit,
    rows: Rows,
    faults: Faults,
    n_rows: usize,
    is_done: bool,
}

/// How much a chunk holds. A row is always whole, however long it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// About how many bytes of text.
    pub(crate) bytes: usize,
    /// At most how many rows; at least 1.
    pub(crate) rows: usize,
}

impl Limit {
    const USUAL: Self = Self {
        bytes: 256 << 10,
        rows: 1000,
    };
    const NONE: Self = Self {
        bytes: usize::MAX,
        rows: usize::MAX,
    };
}

enum Rows {
    Text(Box<TextRows>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Rows>),
}

impl Chunks {
    /// Begins to read an open file. Its name, `path` as shown to people, says how.
    ///
    /// # Errors
    ///
    /// A name that says nothing; of Parquet, which is told by its end, also a file that is none.
    pub fn new(path: &Path, file: fs::File) -> Result<Self, Vec<Fault>> {
        Self::limited(path, Input::File(file), Limit::USUAL)
    }

    fn limited(path: &Path, input: Input, limit: Limit) -> Result<Self, Vec<Fault>> {
        let (format, packing) = source::by_name(path)
            .and_then(|named| named.ok_or_else(|| source::nameless(path)))
            .map_err(|fault| vec![fault])?;
        let rows = match (format, packing, input) {
            (Format::Parquet, Packing::Plain, Input::File(file)) => {
                let sha256 = unpack::sha256_of(path, &file).map_err(|fault| vec![fault])?;
                parquet_rows(path, Input::File(file), sha256)?
            }
            (Format::Parquet, _, input) => {
                let mut unpacked = Unpacked::new(path, input, packing);
                let bytes = unpacked.all().map_err(|fault| vec![fault])?;
                parquet_rows(path, Input::Bytes(bytes), unpacked.sha256())?
            }
            (Format::Text(layout), _, input) => {
                let text = Text::new(path, Unpacked::new(path, input, packing));
                Rows::Text(Box::new(TextRows::new(layout, text)))
            }
        };
        Ok(Self::of_rows(path, rows, limit))
    }

    fn of_rows(path: &Path, rows: Rows, limit: Limit) -> Self {
        Self {
            path: path.to_owned(),
            limit,
            rows,
            faults: Faults::new(path),
            n_rows: 0,
            is_done: false,
        }
    }

    /// The SHA-256 of the file's bytes as they lie on the disk, once the sequence has ended without
    /// a fault; until then, of those that were read so far.
    pub fn sha256(&self) -> [u8; 32] {
        match &self.rows {
            Rows::Text(rows) => rows.sha256(),
            #[cfg(feature = "parquet")]
            Rows::Parquet(rows) => rows.sha256(),
        }
    }

    /// The next rows, sound or not; all faults at the end.
    fn step(&mut self) -> Result<Option<Table>, Vec<Fault>> {
        let Self {
            path,
            limit,
            rows,
            faults,
            ..
        } = self;
        let table = match rows {
            Rows::Text(rows) => rows.next(*limit, faults)?,
            #[cfg(feature = "parquet")]
            Rows::Parquet(rows) => rows.next(path, *limit, faults)?,
        };
        if table.is_none() {
            std::mem::replace(faults, Faults::new(&**path)).none()?;
            if self.n_rows == 0 {
                return Err(vec![source::no_rows(&self.path)]);
            }
        }
        Ok(table)
    }
}

impl Iterator for Chunks {
    type Item = Result<Table, Vec<Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            match self.step() {
                Ok(Some(table)) => {
                    self.n_rows += table.n_rows();
                    // What stands beside a fault is only looked through for others.
                    if self.faults.is_empty() {
                        return Some(Ok(table));
                    }
                }
                Ok(None) => self.is_done = true,
                Err(faults) => {
                    self.is_done = true;
                    return Some(Err(faults));
                }
            }
        }
        None
    }
}

/// Reads the bytes of a whole file into one table. Its name, `path` as shown to people, says how;
/// `-` stands for standard input, whose format is told from its first bytes.
pub fn read(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    read_as(path, bytes, |layout, _| layout)
}

/// The same of a file that a spreadsheet may have saved: where numbers have decimal commas, it parts
/// the columns of a `.csv` file by semicolons.
pub fn read_saved(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    read_as(path, bytes, |layout, bytes| {
        let first = bytes.split(|byte| *byte == b'\n').next();
        let first = first.unwrap_or_default();
        match layout {
            Layout::Delimited(b',') if first.contains(&b';') && !first.contains(&b',') => {
                Layout::Delimited(b';')
            }
            layout => layout,
        }
    })
}

fn read_as(
    path: &Path,
    bytes: Vec<u8>,
    laid_out: fn(Layout, &[u8]) -> Layout,
) -> Result<Table, Vec<Fault>> {
    let named = source::by_name(path).map_err(|fault| vec![fault])?;
    let packing = named.map_or_else(|| source::packing_of(&bytes), |(_, packing)| packing);
    let bytes = match packing {
        Packing::Plain => bytes,
        Packing::Gzip | Packing::Zstd => Unpacked::new(path, Input::Bytes(bytes), packing)
            .all()
            .map_err(|fault| vec![fault])?,
    };
    let format = named.map_or_else(|| source::format_of(&bytes), |(format, _)| format);
    let rows = match format {
        // Nobody asks for the digest.
        Format::Parquet => parquet_rows(path, Input::Bytes(bytes), [0; 32])?,
        Format::Text(layout) => {
            let layout = laid_out(layout, &bytes);
            Rows::Text(Box::new(TextRows::new(layout, Text::whole(path, bytes))))
        }
    };
    let whole = Chunks::of_rows(path, rows, Limit::NONE).next();
    whole.unwrap_or_else(|| Err(vec![source::no_rows(path)]))
}

#[cfg(feature = "parquet")]
fn parquet_rows(path: &Path, input: Input, sha256: [u8; 32]) -> Result<Rows, Vec<Fault>> {
    if let Input::Bytes(bytes) = &input
        && bytes.trim_ascii().is_empty()
    {
        return Err(vec![source::empty(path)]);
    }
    let rows = parquet::Rows::new(path, input, sha256)?;
    Ok(Rows::Parquet(Box::new(rows)))
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(path: &Path, _input: Input, _sha256: [u8; 32]) -> Result<Rows, Vec<Fault>> {
    let fault = Fault::new(path, "this build reads no Parquet");
    Err(vec![fault.help(
        "build with `--features parquet`, or convert the file to CSV",
    )])
}

/// Names in backticks, parted by commas; the end of a long list is left out.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 24;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        format!(
            "{} and {} more",
            names[..MOST].join(", "),
            names.len() - MOST
        )
    } else {
        names.join(", ")
    }
}
