//! What is handed over: bodies of hundreds of megabytes that are never in memory as a whole.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::header::HeaderValue;
use reqwest::Body;

use super::Rows;
use crate::provider::{Sheet, Wire};

/// What separates the parts of an upload. Bodies are JSON on one line, so none holds it.
const MARK: &str = "labelgate-3b1f0c5e9a7d4286";

/// A body that is made while it is sent, and can be made again.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) content_type: HeaderValue,
    pub(super) length: u64,
    parts: Arc<Vec<Part>>,
    file: Option<Arc<File>>,
}

/// A piece of a body.
#[derive(Debug)]
enum Part {
    Bytes(Bytes),
    /// Of the file: from where, how long.
    Stretch(u64, u32),
}

impl Upload {
    pub(super) fn small(body: Vec<u8>) -> Self {
        Self::new("application/json", vec![Part::Bytes(body.into())], None)
    }

    /// The rows as they are.
    pub(super) fn plain(wire: Wire, rows: &Rows) -> Self {
        let mut parts = Vec::new();
        add_rows(&mut parts, Sheet::new(wire), rows);
        Self::new("application/json", parts, Some(&rows.file))
    }

    /// The rows as a file in a form.
    pub(super) fn form(wire: Wire, rows: &Rows) -> Self {
        let head = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n\
             --{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\
             Content-Type: application/jsonl\r\n\r\n"
        );
        let mut parts = vec![Part::Bytes(head.into())];
        add_rows(&mut parts, Sheet::new(wire), rows);
        parts.push(Part::Bytes(format!("\r\n--{MARK}--\r\n").into()));
        let kind = format!("multipart/form-data; boundary={MARK}");
        Self::new(&kind, parts, Some(&rows.file))
    }

    fn new(content_type: &str, parts: Vec<Part>, file: Option<&Arc<File>>) -> Self {
        let lengths = parts.iter().map(|part| match part {
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Stretch(_, length) => u64::from(*length),
        });
        Self {
            // Both kinds are plain ASCII.
            content_type: HeaderValue::from_str(content_type)
                .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream")),
            length: lengths.sum(),
            parts: Arc::new(parts),
            file: file.cloned(),
        }
    }

    pub(super) fn stream(&self) -> Body {
        let state = (0, self.file.clone(), Arc::clone(&self.parts));
        Body::wrap_stream(stream::try_unfold(state, |(at, file, parts)| async move {
            let (next, piece) = piece(at, file.as_deref(), &parts)?;
            Ok::<_, io::Error>(piece.map(|piece| (piece, (next, file, parts))))
        }))
    }
}

/// Enough of the parts from `at` on to be worth sending. Reads and seeks at one stroke, so that
/// others of this thread may use the file in between.
fn piece(at: usize, file: Option<&File>, parts: &[Part]) -> io::Result<(usize, Option<Bytes>)> {
    const ENOUGH: usize = 64 << 10;
    let mut piece = Vec::new();
    let mut next = at;
    while let Some(part) = parts.get(next)
        && piece.len() < ENOUGH
    {
        match (part, file) {
            (Part::Bytes(bytes), _) => piece.extend_from_slice(bytes),
            (Part::Stretch(from, length), Some(mut file)) => {
                file.seek(SeekFrom::Start(*from))?;
                let start = piece.len();
                piece.resize(start + *length as usize, 0);
                file.read_exact(&mut piece[start..])?;
            }
            (Part::Stretch(..), None) => return Err(io::ErrorKind::NotFound.into()),
        }
        next += 1;
    }
    Ok((next, (next > at).then(|| piece.into())))
}

fn add_rows(parts: &mut Vec<Part>, sheet: Sheet, rows: &Rows) {
    parts.push(Part::Bytes(Bytes::from_static(sheet.open())));
    for (position, (custom_id, place)) in rows.rows.iter().enumerate() {
        let is_last = position + 1 == rows.rows.len();
        parts.push(Part::Bytes(sheet.before(custom_id).into()));
        parts.push(Part::Stretch(place.at, place.length));
        parts.push(Part::Bytes(Bytes::from_static(sheet.after(is_last))));
    }
    parts.push(Part::Bytes(Bytes::from_static(sheet.close())));
}
