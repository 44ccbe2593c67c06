//! CSV and TSV, quoted as RFC 4180 says.
//!
//! Scanned here rather than by a library because every fault needs the line and column of its
//! cell, because cells point into the text, and because a quote that is never closed has to be
//! reported where it was opened.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use super::rows::Repr;
use super::text_rows::Filled;
use super::{Table, list, source};
use crate::fault::{Fault, Faults, Place};

/// One field of a record.
#[derive(Clone, Debug)]
struct Field {
    /// Where its content stands, without the quotes around it.
    content: Range<usize>,
    /// Whether the content has doubled quotes.
    doubled: bool,
}

/// Why a record cannot be read.
#[derive(Debug)]
enum Broken {
    /// The quote at this byte is never closed.
    Open(usize),
    /// A closed field goes on at this byte.
    AfterQuote(usize),
}

/// Reads the record at byte `at` into `fields`; the byte at which the next one begins.
fn record(
    text: &str,
    mut at: usize,
    separator: u8,
    fields: &mut Vec<Field>,
) -> Result<usize, Broken> {
    let bytes = text.as_bytes();
    fields.clear();
    loop {
        let doubled;
        let content;
        if bytes.get(at) == Some(&b'"') {
            let (end, has_doubled) = closing_quote(bytes, at + 1).ok_or(Broken::Open(at))?;
            content = at + 1..end;
            doubled = has_doubled;
            at = end + 1;
        } else {
            let len = bytes[at..]
                .iter()
                .position(|byte| *byte == separator || *byte == b'\n')
                .unwrap_or(bytes.len() - at);
            let mut end = at + len;
            if bytes.get(end) != Some(&separator) && end > at && bytes[end - 1] == b'\r' {
                end -= 1;
            }
            content = at..end;
            doubled = false;
            at = end;
        }
        fields.push(Field { content, doubled });
        match bytes.get(at..).unwrap_or_default() {
            [] | [b'\r'] => return Ok(bytes.len()),
            [b'\n', ..] => return Ok(at + 1),
            [b'\r', b'\n', ..] => return Ok(at + 2),
            [byte, ..] if *byte == separator => at += 1,
            _ => return Err(Broken::AfterQuote(at)),
        }
    }
}

/// The quote that closes a field whose content begins at `at`, and whether some are doubled.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut doubled = false;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some((at, doubled));
        }
        doubled = true;
        at += 2;
    }
}

/// Whether a record is a line without anything on it.
fn is_blank(fields: &[Field], text: &str, start: usize) -> bool {
    matches!(fields, [only] if only.content.is_empty() && only.content.start == start)
        && !text[start..].starts_with('"')
}

/// The records of a text whose first one names the columns.
#[derive(Debug)]
pub(super) struct Records {
    separator: u8,
    names: Vec<Box<str>>,
    /// The first line of the file.
    head: Option<Place>,
    /// The line of the file on which the next record begins.
    line: usize,
}

impl Records {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            separator,
            names: Vec::new(),
            head: None,
            line: 1,
        }
    }

    /// Reads records from the beginning of `text` until it ends or the table has `most` rows. What
    /// follows the text is unknown, unless it `is_last`.
    pub(super) fn fill(
        &mut self,
        table: &mut Table,
        text: &str,
        is_last: bool,
        most: usize,
        faults: &mut Faults,
    ) -> Filled {
        let head = self
            .head
            .get_or_insert_with(|| source::place(text, 0, 1, 0..0));
        table.head = Some(head.clone());
        table.names.clone_from(&self.names);
        let mut fields = Vec::new();
        let mut start = 0;
        while start < text.len() && table.n_rows() < most {
            let next = match record(text, start, self.separator, &mut fields) {
                Ok(next) => next,
                // The quote may be closed in what follows.
                Err(Broken::Open(_)) if !is_last => break,
                Err(broken) => {
                    // Where the next record begins is anybody's guess.
                    faults.push(broken_fault(table.path(), text, start, self.line, &broken));
                    return Filled::Hopeless;
                }
            };
            if is_blank(&fields, text, start) {
            } else if table.names.is_empty() {
                name_columns(table, faults, text, self.line, &fields);
                self.names.clone_from(&table.names);
            } else if fields.len() == table.names.len() {
                table.push_row(self.line, start);
                for field in &fields {
                    let cell = push_field(table, text, field);
                    table.cells.push(cell);
                }
            } else {
                let place = source::place(text, start, self.line, start..next);
                faults.push(wrong_number(table, fields.len()).at(place));
            }
            self.line += text[start..next].matches('\n').count();
            start = next;
        }
        Filled::UpTo(start)
    }
}

fn unquoted(text: &str, field: &Field) -> String {
    text[field.content.clone()].replace("\"\"", "\"")
}

fn push_field(table: &mut Table, text: &str, field: &Field) -> Repr {
    if field.doubled {
        table.push_text(unquoted(text, field).into())
    } else {
        table.push_slice(text, &text[field.content.clone()])
    }
}

fn name_columns(table: &mut Table, faults: &mut Faults, text: &str, line: usize, fields: &[Field]) {
    let start = fields.first().map_or(0, |field| field.content.start);
    let mut known = BTreeSet::new();
    for (position, field) in fields.iter().enumerate() {
        let name = unquoted(text, field);
        let place = || source::place(text, start, line, field.content.clone());
        if name.trim().is_empty() {
            let message = format!("column {} has no name", position + 1);
            let help = "name every column on the first line; if the column is only row numbers, \
                        leave it out";
            faults.push(Fault::new(table.path(), message).at(place()).help(help));
        } else if !known.insert(name.clone()) {
            let message = format!("two columns are named `{name}`");
            let help = "give each column a name of its own";
            faults.push(Fault::new(table.path(), message).at(place()).help(help));
        }
        table.names.push(name.into());
    }
}

fn wrong_number(table: &Table, n_fields: usize) -> Fault {
    let n_names = table.names.len();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let message = format!(
        "{n_fields} field{} where the first line names {n_names} column{}",
        plural(n_fields),
        plural(n_names)
    );
    let help = if n_fields > n_names {
        "put quotes around a field that contains the separator".to_owned()
    } else {
        format!(
            "the columns are {}",
            list(table.names.iter().map(|name| &**name))
        )
    };
    Fault::new(table.path(), message).help(help)
}

fn broken_fault(path: &Path, text: &str, start: usize, line: usize, broken: &Broken) -> Fault {
    let (at, message, help) = match *broken {
        Broken::Open(at) => (
            at,
            "a quote is opened here and never closed",
            "close the field with `\"`; a quote inside a field is written twice",
        ),
        Broken::AfterQuote(at) => (
            at,
            "text after the closing quote of a field",
            "a quote inside a field is written twice; the whole field stands in quotes",
        ),
    };
    let place = source::place(text, start, line, at..at + 1);
    Fault::new(path, message).at(place).help(help)
}

/// Where the field under a column stands in the record that begins at `start`.
pub(super) fn find(text: &str, start: usize, separator: u8, column: usize) -> Option<Range<usize>> {
    let mut fields = Vec::new();
    record(text, start, separator, &mut fields).ok()?;
    fields.get(column).map(|field| field.content.clone())
}
