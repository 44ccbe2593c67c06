//! From bytes to text: which format, compression, UTF-8; and places in the text.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use super::{Table, delimited, jsonl};
use crate::fault::{Fault, Place};

/// The endings of file names that say how a file is read.
pub const ENDINGS: &str = "`.csv`, `.tsv`, `.jsonl` or `.parquet`, each also with `.gz` or `.zst`";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Delimited(u8),
    Jsonl,
    Parquet,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// Reads the bytes of a file. Its name, `path` as shown to people, says how; `-` stands for
/// standard input, whose format is told from its first bytes.
pub fn read(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let named = by_name(path).map_err(one)?;
    let packing = named.map_or_else(|| packing_of(&bytes), |(_, packing)| packing);
    let bytes = unpack(path, bytes, packing).map_err(one)?;
    let format = named.map_or_else(|| format_of(&bytes), |(format, _)| format);
    if let (Format::Delimited(_) | Format::Jsonl, Some((what, help))) = (format, binary(&bytes)) {
        let fault = Fault::new(path, format!("this is {what}, not text"));
        return Err(one(fault.help(help)));
    }
    if bytes.trim_ascii().is_empty() {
        let fault = Fault::new(path, "the file is empty");
        return Err(one(fault.help("it should have one row for each item")));
    }
    let table = match format {
        Format::Parquet => parquet(path, bytes)?,
        Format::Jsonl => jsonl::read(path, text(path, bytes).map_err(one)?)?,
        Format::Delimited(separator) => {
            delimited::read(path, text(path, bytes).map_err(one)?, separator)?
        }
    };
    if table.n_rows() == 0 {
        let fault = Fault::new(path, "no rows: the file has only a header");
        return Err(one(fault.help("it should have one row for each item")));
    }
    Ok(table)
}

/// Format and compression by the endings of a name; `None` for standard input.
fn by_name(path: &Path) -> Result<Option<(Format, Packing)>, Fault> {
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
        Some("csv") => Format::Delimited(b','),
        Some("tsv") => Format::Delimited(b'\t'),
        Some("jsonl" | "ndjson") => Format::Jsonl,
        Some("parquet") => Format::Parquet,
        Some("json") => {
            return Err(Fault::new(path, "a `.json` file is one document, not rows")
                .help("write one object a line and name the file `.jsonl`"));
        }
        _ => {
            return Err(
                Fault::new(path, "cannot tell the format of the file from its name")
                    .help(format!("use {ENDINGS}")),
            );
        }
    };
    Ok(Some((format, packing)))
}

/// What a file is that passes for text by its name alone, and what to do, as far as its first bytes
/// tell.
fn binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
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

fn packing_of(bytes: &[u8]) -> Packing {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        Packing::Gzip
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Packing::Zstd
    } else {
        Packing::Plain
    }
}

fn format_of(bytes: &[u8]) -> Format {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.starts_with(b"PAR1") {
        return Format::Parquet;
    }
    match bytes.trim_ascii_start().first() {
        Some(b'{' | b'[') => Format::Jsonl,
        _ => Format::Delimited(b','),
    }
}

fn unpack(path: &Path, bytes: Vec<u8>, packing: Packing) -> Result<Vec<u8>, Fault> {
    let (word, unpacked) = match packing {
        Packing::Plain => return Ok(bytes),
        Packing::Gzip => ("gzip", unpack_gzip(&bytes)),
        // The decoder's words are for programmers.
        Packing::Zstd => ("zstd", unpack_zstd(&bytes).map_err(without_code)),
    };
    unpacked.map_err(|reason| {
        Fault::new(
            path,
            format!("the {word} data is damaged or cut off: {reason}"),
        )
        .help("make or fetch the file again, or give it a name that fits what it is")
    })
}

/// An error without the name and number that a library prints of its own values.
fn without_code(error: String) -> String {
    match error.contains("BadMagicNumber") {
        true => "it does not begin as zstd data do".to_owned(),
        false => error,
    }
}

fn unpack_gzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut unpacked)
        .map_err(|error| error.to_string())?;
    Ok(unpacked)
}

/// All frames one after another, as `zstd -d` does; each is held to its checksum if it has one.
fn unpack_zstd(mut bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    if bytes.is_empty() {
        return Err("no data".to_owned());
    }
    while !bytes.is_empty() {
        // Skippable frames hold notes, not data.
        if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, rest @ ..] = bytes {
            let len = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            bytes = rest.get(len..).ok_or("a frame is cut off")?;
            continue;
        }
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(&mut bytes)
            .map_err(|error| error.to_string())?;
        decoder
            .read_to_end(&mut unpacked)
            .map_err(|error| error.to_string())?;
        let frame = decoder.into_frame_decoder();
        if let (Some(stored), Some(found)) = (
            frame.get_checksum_from_data(),
            frame.get_calculated_checksum(),
        ) && stored != found
        {
            return Err("the checksum does not fit".to_owned());
        }
    }
    Ok(unpacked)
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The text of a file without byte order mark.
fn text(path: &Path, mut bytes: Vec<u8>) -> Result<String, Fault> {
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    // Only very old programs end lines so; all positions are counted by line feeds.
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        for byte in &mut bytes {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        not_utf8(path, error.as_bytes(), at)
    })?;
    // Seen by nobody, it would make two names of one.
    match text.find('\0') {
        Some(at) => Err(Fault::new(path, "a NUL byte, which no text has")
            .at(place(&text, 0, 1, at..at + 1))
            .help("the file may be damaged or of another format: write it again as UTF-8 text")),
        None => Ok(text),
    }
}

/// The fault of a text that is not UTF-8 from byte `at` on.
pub(crate) fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Fault {
    let start = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let end = bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |newline| at + newline);
    let line = bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
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
        .help(
            match bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
                true => "this is UTF-16: save the file as UTF-8",
                false => "save the file as UTF-8",
            },
        )
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

#[cfg(feature = "parquet")]
fn parquet(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    super::parquet::read(path, bytes)
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, _bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    let fault = Fault::new(path, "this build reads no Parquet");
    Err(vec![fault.help(
        "build with `--features parquet`, or convert the file to CSV",
    )])
}
