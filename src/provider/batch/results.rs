//! The results of a batch, line by line.

use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};

use super::scratch::Scratch;
use crate::provider::secrets::Secrets;
use crate::provider::{RowResult, Unreadable, Wire};

/// What became of the rows of a batch, in the provider's order. A line that cannot be read is one
/// row less, and no reason to lose the others.
#[derive(Debug)]
pub struct Results {
    wire: Wire,
    /// What no row may repeat.
    secrets: Secrets,
    lines: BufReader<Scratch>,
    line: Vec<u8>,
}

impl Results {
    pub(super) fn new(wire: Wire, mut scratch: Scratch, secrets: Secrets) -> io::Result<Self> {
        scratch.file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            wire,
            secrets,
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
                Ok(_) => {
                    self.secrets.cover_body(&mut self.line, true);
                    return Some(Ok(self.wire.read_row(&self.line)));
                }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use http::header::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn a_row_that_repeats_the_key_is_read_without_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut scratch = Scratch::new(folder.path()).unwrap();
        let row = r#"{"custom_id":"c1","result":{"type":"errored","error":{"type":"error",
            "error":{"type":"invalid_request_error","message":"bad key long-secret-0123456789"}}}}"#;
        writeln!(scratch.file, "{}", row.replace('\n', "")).unwrap();
        let mut key = HeaderValue::from_static("long-secret-0123456789");
        key.set_sensitive(true);
        let headers = HeaderMap::from_iter([(http::HeaderName::from_static("x-api-key"), key)]);
        let secrets = Secrets::of(&headers);
        let rows: Vec<_> = Results::new(Wire::Anthropic, scratch, secrets)
            .unwrap()
            .collect();
        let shown = format!("{rows:?}");
        assert!(shown.contains("bad key [key]"), "{shown}");
        assert!(!shown.contains("long-secret"), "{shown}");
    }
}
