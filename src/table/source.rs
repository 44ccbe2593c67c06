//! What a file is, by its name and first bytes; the faults of files as a whole; places in a text.

use std::ops::Range;
use std::path::Path;

use super::unpack::Packing;
use crate::fault::{Fault, Place};

/// The endings of file names that say how a file is read.
pub const ENDINGS: &str = "`.csv`, `.tsv`, `.jsonl` or `.parquet`, each also with `.gz` or `.zst`";

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// As text, of which a part can be read on its own.
    Text(Layout),
    Parquet,
}

/// How rows are laid out in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// With this between the fields.
    Delimited(u8),
    Jsonl,
}

/// Format and compression by the endings of a name; `None` for standard input.
pub(super) fn by_name(path: &Path) -> Result<Option<(Format, Packing)>, Fault> {
    if path == Path::new("-") {
        return Ok(None);
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let (name, packing) = match (name.strip_suffix(".gz"), name.strip_suffix(".zst")) {
        (Some(inner), _) => (inner, Packing::Gzip),
        (None, Some(inner)) => (inner, Packing::Zstd),
        (None, None) => (&*name, Packing::Plain),
    };
    let format = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("csv") => Format::Text(Layout::Delimited(b',')),
        Some("tsv") => Format::Text(Layout::Delimited(b'\t')),
        Some("jsonl" | "ndjson") => Format::Text(Layout::Jsonl),
        Some("parquet") => Format::Parquet,
        Some("json") => {
            return Err(Fault::new(path, "a `.json` file is one document, not rows")
                .help("write one object a line and name the file `.jsonl`"));
        }
        _ => {
            return Err(nameless(path));
        }
    };
    Ok(Some((format, packing)))
}

/// The fault of a name that does not say what the file is.
pub(super) fn nameless(path: &Path) -> Fault {
    Fault::new(path, "cannot tell the format of the file from its name")
        .help(format!("use {ENDINGS}"))
}

const ROWS: &str = "it should have one row for each item";

/// The fault of a file with nothing in it.
pub(super) fn empty(path: &Path) -> Fault {
    Fault::new(path, "the file is empty").help(ROWS)
}

/// The fault of a file that has names of columns at most.
pub(super) fn no_rows(path: &Path) -> Fault {
    Fault::new(path, "no rows: the file has only a header").help(ROWS)
}

/// What a file is that passes for text by its name alone, and what to do, as far as its first bytes
/// tell.
pub(super) fn binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(&[0x1f, 0x8b]) {
        Some(("gzip data", "unpack it, or let its name end in `.gz`"))
    } else if starts(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Some(("zstd data", "unpack it, or let its name end in `.zst`"))
    } else if starts(b"PAR1") {
        Some(("Parquet", "let its name end in `.parquet`"))
    } else if starts(b"PK\x03\x04") {
        Some((
            "a ZIP archive or a spreadsheet",
            "unpack it, or save the sheet as CSV",
        ))
    } else {
        None
    }
}

pub(super) fn packing_of(bytes: &[u8]) -> Packing {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        Packing::Gzip
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Packing::Zstd
    } else {
        Packing::Plain
    }
}

pub(super) fn format_of(bytes: &[u8]) -> Format {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.starts_with(b"PAR1") {
        return Format::Parquet;
    }
    match bytes.trim_ascii_start().first() {
        Some(b'{' | b'[') => Format::Text(Layout::Jsonl),
        _ => Format::Text(Layout::Delimited(b',')),
    }
}

/// What some programs write before a text.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// The fault of a text that is not UTF-8 from byte `at` on.
pub(crate) fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Fault {
    not_utf8_from(path, bytes, 1, at)
}

/// The same of the part of a text whose first line is line `first` of the whole.
pub(super) fn not_utf8_from(path: &Path, bytes: &[u8], first: usize, at: usize) -> Fault {
    let start = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let end = bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |newline| at + newline);
    let line = first + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let before = String::from_utf8_lossy(&bytes[start..at]);
    let excerpt = String::from_utf8_lossy(&bytes[start..end]);
    let message = format!(
        "not UTF-8: byte {} of the line, 0x{:02x}",
        at - start + 1,
        bytes[at]
    );
    Fault::new(path, message)
        .at(Place::of_line(
            line,
            before.chars().count() + 1,
            1,
            &excerpt,
        ))
        .help(match is_utf16 && first == 1 {
            true => "this is UTF-16: save the file as UTF-8",
            false => "save the file as UTF-8",
        })
}

/// The place of a byte range of a text in which line `line` begins at byte `start`.
pub(super) fn place(text: &str, start: usize, line: usize, range: Range<usize>) -> Place {
    let at = floor(text, range.start.max(start));
    let line = line + text[start..at].matches('\n').count();
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline);
    let end = floor(text, range.end).clamp(at, line_end);
    Place::of_line(
        line,
        text[line_start..at].chars().count() + 1,
        text[at..end].chars().count(),
        &text[line_start..line_end],
    )
}

fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
