//! JSON lines: one object a line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::json::{Entries, Entry};
use super::{Layout, Repr, Table, source};
use crate::fault::{Fault, Faults};

/// More columns than anybody means to have: a row takes a cell for each.
const MOST_COLUMNS: usize = 2000;

const ONE_A_LINE: &str =
    "write one object a line: `{\"id\": …}`, without `[`, `]` or commas between";

/// Reads a text of one object a line.
pub(super) fn read(path: &Path, source: String) -> Result<Table, Vec<Fault>> {
    let mut table = Table::empty(path, Layout::Jsonl, String::new());
    let mut faults = Faults::new(path);
    let mut columns: BTreeMap<Box<str>, usize> = BTreeMap::new();
    let mut start = 0;
    for (index, whole) in source.split_inclusive('\n').enumerate() {
        let text = whole.trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            match serde_json::from_str::<Entries<'_>>(text) {
                Ok(Entries(entries)) => {
                    table.push_row(index + 1, start);
                    push_entries(&mut table, &mut columns, &source, entries);
                    if columns.len() > MOST_COLUMNS {
                        let message = format!("more than {MOST_COLUMNS} different keys so far");
                        let help = "keys are names of columns; put what differs by row into values";
                        let place = source::place(&source, start, index + 1, start..start);
                        faults.push(Fault::new(path, message).at(place).help(help));
                        break;
                    }
                }
                Err(error) => {
                    let (fault, hopeless) = broken(path, index + 1, text, &error);
                    faults.push(fault);
                    if hopeless && table.rows.is_empty() {
                        break;
                    }
                }
            }
        }
        start += whole.len();
    }
    faults.none()?;
    table.source = source;
    Ok(table)
}

fn push_entries(
    table: &mut Table,
    columns: &mut BTreeMap<Box<str>, usize>,
    source: &str,
    entries: Vec<(Cow<'_, str>, Entry<'_>)>,
) {
    let first = table.cells.len();
    for (key, entry) in entries {
        let column = *columns.entry(key.as_ref().into()).or_insert_with(|| {
            table.names.push(key.as_ref().into());
            table.names.len() - 1
        });
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
