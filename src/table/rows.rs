//! A table: some rows of a file, and the cells in them.

use std::path::{Path, PathBuf};

use super::source::{Format, Layout};
use super::{Cell, Json, delimited, jsonl, list, source};
use crate::fault::{Fault, Place, did_you_mean};

/// Rows that follow one another in a file. Their text is held once; cells point into it.
#[derive(Clone, Debug)]
pub struct Table {
    path: PathBuf,
    pub(super) names: Vec<Box<str>>,
    format: Format,
    /// Of a delimited file, its first line, which names the columns.
    pub(super) head: Option<Place>,
    pub(super) source: String,
    rows: Vec<RowAt>,
    pub(super) cells: Vec<Repr>,
    texts: Vec<Box<str>>,
    json: Vec<Json>,
}

#[derive(Clone, Copy, Debug)]
struct RowAt {
    /// From 1; of a binary file, the number of the row.
    line: usize,
    /// Where its text begins in the source.
    start: usize,
    /// Where its cells begin. A row may have fewer cells than there are names.
    first_cell: usize,
}

/// A cell as stored: 16 bytes, so that a million rows fit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Repr {
    Missing,
    /// Stands in the source as it is.
    Verbatim {
        len: u32,
        start: usize,
    },
    /// Position among the texts.
    Text(usize),
    Int(i64),
    Double(f64),
    Bool(bool),
    /// Position among the lists and objects.
    Json(usize),
}

impl Table {
    pub(super) fn empty(path: &Path, format: Format) -> Self {
        Self {
            path: path.to_owned(),
            names: Vec::new(),
            format,
            head: None,
            source: String::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            texts: Vec::new(),
            json: Vec::new(),
        }
    }

    /// The file, as shown to people.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns; of JSONL, in the order in which they first occur, up to the last
    /// of these rows.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// The position of the column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| &**column == name)
    }

    /// Whether cells are text alone, so that numbers have to be told from their spelling.
    pub fn is_text(&self) -> bool {
        matches!(self.format, Format::Text(Layout::Delimited(_)))
    }

    /// How many rows there are; never 0.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The line of the file on which a row begins, from 1; of Parquet, the number of the row.
    pub fn line(&self, row: usize) -> usize {
        self.rows[row].line
    }

    /// Where a row is, for messages that name a second place: `line 7`, or `row 7` of Parquet.
    pub fn spot(&self, row: usize) -> String {
        self.spot_of_line(self.line(row))
    }

    /// The same for any [line](Self::line) of the file, which another chunk may hold.
    pub fn spot_of_line(&self, line: usize) -> String {
        let word = match self.format {
            Format::Text(_) => "line",
            Format::Parquet => "row",
        };
        format!("{word} {line}")
    }

    /// What stands in a row under a column.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match self.repr(row, column) {
            Repr::Missing => Cell::Missing,
            Repr::Verbatim { len, start } => Cell::Text(&self.source[start..start + len as usize]),
            Repr::Text(at) => Cell::Text(&self.texts[at]),
            Repr::Int(value) => Cell::Int(value),
            Repr::Double(value) => Cell::Double(value),
            Repr::Bool(value) => Cell::Bool(value),
            Repr::Json(at) => Cell::Json(&self.json[at]),
        }
    }

    /// Takes the text of a cell out of the table, without a copy where the table has its own; the
    /// cell may be empty afterwards.
    pub fn take_text(&mut self, row: usize, column: usize) -> Option<Box<str>> {
        match self.repr(row, column) {
            Repr::Verbatim { len, start } => Some(self.source[start..start + len as usize].into()),
            Repr::Text(at) => Some(std::mem::take(&mut self.texts[at])),
            _ => None,
        }
    }

    fn repr(&self, row: usize, column: usize) -> Repr {
        let first = self.rows[row].first_cell;
        let end = self
            .rows
            .get(row + 1)
            .map_or(self.cells.len(), |next| next.first_cell);
        self.cells[first..end]
            .get(column)
            .copied()
            .unwrap_or(Repr::Missing)
    }

    /// A fault of one cell.
    pub fn fault(&self, row: usize, column: usize, message: impl Into<String>) -> Fault {
        let range = match (self.format, self.repr(row, column)) {
            (Format::Parquet, _) => None,
            (_, Repr::Verbatim { len, start }) => Some(start..start + len as usize),
            (Format::Text(Layout::Delimited(separator)), _) => {
                delimited::find(&self.source, self.rows[row].start, separator, column)
            }
            (Format::Text(Layout::Jsonl), _) => self
                .names
                .get(column)
                .and_then(|name| jsonl::find(&self.source, self.rows[row].start, name)),
        };
        self.fault_in_row(row, range, message.into())
    }

    /// A fault of a row as a whole.
    pub fn row_fault(&self, row: usize, message: impl Into<String>) -> Fault {
        self.fault_in_row(row, None, message.into())
    }

    fn fault_in_row(
        &self,
        row: usize,
        range: Option<std::ops::Range<usize>>,
        message: String,
    ) -> Fault {
        let RowAt { line, start, .. } = self.rows[row];
        if self.format == Format::Parquet {
            return Fault::new(&self.path, format!("row {line}: {message}"));
        }
        let range = range.unwrap_or(start..start);
        Fault::new(&self.path, message).at(source::place(&self.source, start, line, range))
    }

    /// A fault of the columns: of a delimited file, on its first line.
    pub fn header_fault(&self, message: impl Into<String>) -> Fault {
        let fault = Fault::new(&self.path, message);
        match &self.head {
            Some(head) => fault.at(head.clone()),
            None => fault,
        }
    }

    /// A fault of one column's name: where it stands first among these rows, as far as the file
    /// has lines.
    pub fn column_fault(&self, column: usize, message: impl Into<String>) -> Fault {
        let row = match self.format {
            Format::Text(Layout::Jsonl) => {
                (0..self.n_rows()).find(|row| !matches!(self.repr(*row, column), Repr::Missing))
            }
            Format::Text(Layout::Delimited(_)) | Format::Parquet => None,
        };
        match row {
            Some(row) => self.fault(row, column, message),
            None => self.header_fault(message),
        }
    }

    /// The fault of lacking a column, with advice which one may be meant.
    pub fn no_column(&self, name: &str) -> Fault {
        let names = self.names.iter().map(|name| &**name);
        let listed = list(names.clone());
        let help = match (did_you_mean(name, names), &*self.names) {
            (Some(guess), _) => format!("{guess} The file has {listed}"),
            (None, [only]) if only.contains(';') => {
                "the columns seem to be separated by `;`: save the file with commas".to_owned()
            }
            (None, [only]) if only.contains('\t') => {
                "the columns seem to be separated by tabs: let the file's name end in `.tsv`"
                    .to_owned()
            }
            (None, _) => format!("the file has {listed}"),
        };
        self.header_fault(format!("no column `{name}`")).help(help)
    }

    pub(super) fn push_row(&mut self, line: usize, start: usize) {
        self.rows.push(RowAt {
            line,
            start,
            first_cell: self.cells.len(),
        });
    }

    pub(super) fn push_text(&mut self, text: Box<str>) -> Repr {
        if text.is_empty() {
            return Repr::Missing;
        }
        self.texts.push(text);
        Repr::Text(self.texts.len() - 1)
    }

    /// A cell whose text is a part of the source.
    pub(super) fn push_slice(&mut self, source: &str, text: &str) -> Repr {
        let start = text.as_ptr().addr().wrapping_sub(source.as_ptr().addr());
        match u32::try_from(text.len()) {
            Ok(0) => Repr::Missing,
            Ok(len) if source.get(start..start + text.len()) == Some(text) => {
                Repr::Verbatim { len, start }
            }
            _ => self.push_text(text.into()),
        }
    }

    pub(super) fn push_value(&mut self, json: Json) -> Repr {
        match json {
            Json::Null => Repr::Missing,
            Json::Bool(value) => Repr::Bool(value),
            Json::Int(value) => Repr::Int(value),
            Json::Double(value) => Repr::Double(value),
            Json::Text(text) => self.push_text(text),
            Json::List(_) | Json::Object(_) => {
                self.json.push(json);
                Repr::Json(self.json.len() - 1)
            }
        }
    }
}
