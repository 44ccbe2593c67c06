//! JSON lines: one object a line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::json::{Entries, Entry};
use super::rows::Repr;
use super::text_rows::Filled;
use super::{Table, source};
use crate::fault::{Fault, Faults};

/// More columns than anybody means to have: a row takes a cell for each.
const MOST_COLUMNS: usize = 2000;

const ONE_A_LINE: &str =
    "write one object a line: `{\"id\": …}`, without `[`, `]` or commas between";

/// The lines of a text of one object a line.
#[derive(Debug)]
pub(super) struct Lines {
    names: Vec<Box<str>>,
    columns: BTreeMap<Box<str>, usize>,
    /// The line of the file that comes next.
    line: usize,
    has_rows: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            names: Vec::new(),
            columns: BTreeMap::new(),
            line: 1,
            has_rows: false,
        }
    }

    /// Reads lines from the beginning of `source` until it ends or the table has `most` rows.
    pub(super) fn fill(
        &mut self,
        table: &mut Table,
        source: &str,
        most: usize,
        faults: &mut Faults,
    ) -> Filled {
        let mut start = 0;
        for whole in source.split_inclusive('\n') {
            if table.n_rows() == most {
                break;
            }
            let text = whole.trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                match serde_json::from_str::<Entries<'_>>(text) {
                    Ok(Entries(entries)) => {
                        self.has_rows = true;
                        table.push_row(self.line, start);
                        self.push_entries(table, source, entries);
                        if self.names.len() > MOST_COLUMNS {
                            let place = source::place(source, start, self.line, start..start);
                            faults.push(too_many_columns(table.path()).at(place));
                            return Filled::Hopeless;
                        }
                    }
                    Err(error) => {
                        let (fault, is_hopeless) = broken(table.path(), self.line, text, &error);
                        faults.push(fault);
                        if is_hopeless && !self.has_rows {
                            return Filled::Hopeless;
                        }
                    }
                }
            }
            start += whole.len();
            self.line += 1;
        }
        table.names.clone_from(&self.names);
        Filled::UpTo(start)
    }

    fn push_entries(
        &mut self,
        table: &mut Table,
        source: &str,
        entries: Vec<(Cow<'_, str>, Entry<'_>)>,
    ) {
        let first = table.cells.len();
        for (key, entry) in entries {
            let column = self.column(&key);
            let repr = match entry {
                Entry::Verbatim(text) => table.push_slice(source, text),
                Entry::Json(json) => table.push_value(json),
            };
            if table.cells.len() <= first + column {
                table.cells.resize(first + column + 1, Repr::Missing);
            }
            table.cells[first + column] = repr;
        }
    }

    /// The column of a key, a new one if need be.
    fn column(&mut self, key: &str) -> usize {
        if let Some(column) = self.columns.get(key) {
            return *column;
        }
        self.columns.insert(key.into(), self.names.len());
        self.names.push(key.into());
        self.names.len() - 1
    }
}

fn too_many_columns(path: &Path) -> Fault {
    Fault::new(
        path,
        format!("more than {MOST_COLUMNS} different keys so far"),
    )
    .help("keys are names of columns; put what differs by row into values")
}

/// The fault of a line, and whether the file is not of one object a line at all.
fn broken(path: &Path, line: usize, text: &str, error: &serde_json::Error) -> (Fault, bool) {
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(message, _)| message);
    let array = text.trim_start().starts_with('[');
    let whole = if array {
        "this is one JSON document, not one object a line".to_owned()
    } else {
        format!("not a JSON object: {message}")
    };
    let at = error.column().saturating_sub(1);
    let place = source::place(text, 0, line, at..at);
    let fault = Fault::new(path, whole).at(place);
    let spread = array || text.trim() == "{";
    let help = if spread || error.is_eof() {
        ONE_A_LINE
    } else if message.contains("control character") {
        "write control characters as escapes, such as `\\n`; a line is one object"
    } else if message.contains("occurs twice") {
        "keep one of them"
    } else if message.contains("escape") {
        "`\\ud83d\\ude00` is one character in two halves, and neither stands alone"
    } else {
        "JSON has keys and texts in `\"`, numbers as digits, `true`, `false`, `null`, and no comma \
         at the end"
    };
    (fault.help(help), spread)
}

/// Where the value of a key stands in the line that begins at `start`.
pub(super) fn find(source: &str, start: usize, name: &str) -> Option<Range<usize>> {
    let line = source[start..].lines().next()?;
    let key = serde_json::to_string(name).ok()?;
    let (mut depth, mut string_start, mut escaped) = (0_usize, None, false);
    let mut key_end = None;
    let mut last_string = 0..0;
    for (at, byte) in line.bytes().enumerate() {
        if let Some(begin) = string_start {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    string_start = None;
                    last_string = begin..at + 1;
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => string_start = Some(at),
            b'{' | b'[' => depth += 1,
            b':' if depth == 1 && key_end.is_none() && line[last_string.clone()] == *key => {
                key_end = Some(at + 1);
            }
            b',' if depth == 1 => {
                if let Some(begin) = key_end {
                    return Some(trimmed(source, start + begin..start + at));
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if let (0, Some(begin)) = (depth, key_end) {
                    return Some(trimmed(source, start + begin..start + at));
                }
            }
            _ => {}
        }
    }
    None
}

fn trimmed(source: &str, range: Range<usize>) -> Range<usize> {
    let text = &source[range.clone()];
    let start = range.start + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}
