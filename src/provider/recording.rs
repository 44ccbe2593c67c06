//! Recorded answers: one JSON object a line with `id`, `text`, `prompt_sha256`, `item_sha256` and,
//! where they are known, `stop`, `model` and `usage`.
//!
//! To add a key: [`KEYS`], the match in `Reader::recording`, and the page on formats.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use serde_json::error::Category;

use crate::fault::{Fault, Place, nearest};
use crate::model::Stop;

use super::line::{LineFault, Member, members, without_position};

/// One recorded answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The id of the item it answers.
    pub item: String,
    /// The reply as received.
    pub text: String,
    /// Why the model stopped there.
    pub stop: Stop,
    /// The hash of the prompt file's bytes at the time.
    pub prompt_sha256: String,
    /// The hash of the item's text at the time.
    pub item_sha256: String,
    /// The line it stands on, from 1.
    pub line: usize,
    /// The column of its id there, from 1.
    pub column: usize,
}

const KEYS: [&str; 7] = [
    "id",
    "text",
    "stop",
    "prompt_sha256",
    "item_sha256",
    "model",
    "usage",
];

const STOPS: [(&str, Stop); 4] = [
    ("end", Stop::End),
    ("max_tokens", Stop::MaxTokens),
    ("refusal", Stop::Refusal),
    ("context_overflow", Stop::ContextOverflow),
];

/// How many faults of one file are told.
const MOST_FAULTS: usize = 50;

/// Reads a file of recorded answers, or tells its faults: the first 50 with their places, then how
/// many more there are.
pub fn read_recordings(shown_path: &Path, bytes: &[u8]) -> Result<Vec<Recording>, Vec<Fault>> {
    let mut reader = Reader {
        file: shown_path,
        recordings: Vec::new(),
        lines: BTreeMap::new(),
        faults: Vec::new(),
        n_faults: 0,
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut n_lines: usize = 0;
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.trim_ascii().is_empty() {
            n_lines += 1;
            reader.line(index + 1, line);
        }
    }
    if n_lines == 0 {
        reader.fault(|file| {
            Fault::new(file, "the file holds no recorded answer")
                .help("record the answers, or take the file away: its items then count as unasked")
        });
    }
    reader.finish()
}

struct Reader<'a> {
    file: &'a Path,
    recordings: Vec<Recording>,
    /// The line on which each id was first given.
    lines: BTreeMap<String, usize>,
    faults: Vec<Fault>,
    n_faults: usize,
}

/// A line being read.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl Line<'_> {
    fn place(self, span: Range<usize>) -> Place {
        let floor = |at: usize| (0..=at).rev().find(|at| self.text.is_char_boundary(*at));
        let start = floor(span.start).unwrap_or(0);
        let end = floor(span.end).unwrap_or(start).max(start);
        Place::of_line(
            self.number,
            self.text[..start].chars().count() + 1,
            self.text[start..end].chars().count(),
            self.text,
        )
    }
}

/// What the members of a line say.
#[derive(Default)]
struct Fields {
    id: Option<String>,
    text: Option<String>,
    stop: Option<Stop>,
    prompt_sha256: Option<String>,
    item_sha256: Option<String>,
    id_span: Range<usize>,
}

impl Reader<'_> {
    /// Counts a fault, and builds it unless there are enough.
    fn fault(&mut self, build: impl FnOnce(&Path) -> Fault) {
        self.n_faults += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(build(self.file));
        }
    }

    fn fault_at(&mut self, line: Line, span: Range<usize>, message: String, help: Option<String>) {
        self.fault(|file| Fault {
            help,
            ..Fault::new(file, message).at(line.place(span))
        });
    }

    fn line(&mut self, number: usize, bytes: &[u8]) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.not_utf8(number, bytes, error.valid_up_to()),
        };
        let line = Line { number, text };
        match members(text) {
            Ok(members) => self.recording(line, &members),
            Err(LineFault::Broken(at, expected)) => self.fault_at(
                line,
                at..at + 1,
                format!("broken JSON: {expected}"),
                Some("each line holds one JSON object".into()),
            ),
            Err(LineFault::NotAnObject(at)) => self.fault_at(
                line,
                at..text.trim_end().len(),
                "not a JSON object".into(),
                Some("each line holds one JSON object".into()),
            ),
        }
    }

    fn not_utf8(&mut self, number: usize, bytes: &[u8], valid: usize) {
        self.fault(|file| {
            let shown = String::from_utf8_lossy(bytes);
            let column = String::from_utf8_lossy(&bytes[..valid]).chars().count() + 1;
            let byte = bytes.get(valid).copied().unwrap_or(0);
            let message = format!(
                "not UTF-8: byte {byte:#04x} at byte {} of the line",
                valid + 1
            );
            Fault::new(file, message)
                .at(Place::of_line(number, column, 1, &shown))
                .help("save the file as UTF-8")
        });
    }

    fn recording(&mut self, line: Line, members: &[Member]) {
        let faults_before = self.n_faults;
        let mut fields = Fields::default();
        let mut seen = BTreeSet::new();
        // A required key that a misspelt one stands for is not told as missing as well.
        let mut meant = BTreeSet::new();
        for member in members {
            let Some(key) = self.parse::<String>(line, &member.key, "a key must be a text") else {
                continue;
            };
            if seen.contains(&key) {
                let message = format!("`{key}` is given twice");
                let help = Some("keep one of them".into());
                self.fault_at(line, member.key.clone(), message, help);
                continue;
            }
            let value = &member.value;
            match &*key {
                "id" => {
                    fields.id = self.id(line, value);
                    fields.id_span = value.clone();
                }
                "text" => fields.text = self.text(line, &key, value),
                "stop" => fields.stop = self.stop(line, value),
                "prompt_sha256" => fields.prompt_sha256 = self.hash(line, &key, value),
                "item_sha256" => fields.item_sha256 = self.hash(line, &key, value),
                "model" | "usage" => {}
                _ => {
                    let near = nearest(&key, KEYS);
                    meant.extend(near);
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("known keys are `{}`", KEYS.join("`, `")),
                    };
                    let message = format!("unknown key `{key}`");
                    self.fault_at(line, member.key.clone(), message, Some(help));
                }
            }
            seen.insert(key);
        }
        for required in ["id", "text", "prompt_sha256", "item_sha256"] {
            if !seen.contains(required) && !meant.contains(&required) {
                let start = line.text.len() - line.text.trim_start().len();
                let message = format!("`{required}` is missing");
                let help = "a recording has `id`, `text`, `prompt_sha256` and `item_sha256`";
                self.fault_at(line, start..start + 1, message, Some(help.into()));
            }
        }
        if self.n_faults > faults_before {
            return;
        }
        if let Fields {
            id: Some(item),
            text: Some(text),
            stop,
            prompt_sha256: Some(prompt_sha256),
            item_sha256: Some(item_sha256),
            id_span,
        } = fields
        {
            self.recordings.push(Recording {
                item,
                text,
                stop: stop.unwrap_or(Stop::End),
                prompt_sha256,
                item_sha256,
                line: line.number,
                column: line.place(id_span).column,
            });
        }
    }

    /// A part of the line as a type, or a fault.
    fn parse<T: serde::de::DeserializeOwned>(
        &mut self,
        line: Line,
        span: &Range<usize>,
        message: &str,
    ) -> Option<T> {
        let part = &line.text[span.clone()];
        let error = match serde_json::from_str(part) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        // A text can be well-formed and yet mean no characters: half a surrogate pair.
        let (message, help) = match error.classify() {
            Category::Data => (message.into(), "write it in quotes: `\"…\"`"),
            _ => (
                format!("broken JSON: {}", without_position(&error)),
                "each line holds one JSON object",
            ),
        };
        self.fault_at(line, span.clone(), message, Some(help.into()));
        None
    }

    fn text(&mut self, line: Line, key: &str, span: &Range<usize>) -> Option<String> {
        self.parse(line, span, &format!("`{key}` must be a text"))
    }

    /// An id, and a fault if it has been given before.
    fn id(&mut self, line: Line, span: &Range<usize>) -> Option<String> {
        let id = if line.text[span.clone()].starts_with('"') {
            self.text(line, "id", span)?
        } else {
            let message = "`id` must be a text or a number";
            self.parse::<serde_json::Number>(line, span, message)?
                .to_string()
        };
        if id.is_empty() {
            let help = Some("write the id of the item that is answered".into());
            self.fault_at(line, span.clone(), "`id` is empty".into(), help);
            return None;
        }
        if let Some(first) = self.lines.get(&id) {
            let message = format!("a second answer for `{id}`: the first is on line {first}");
            let help = Some("keep one answer for each item".into());
            self.fault_at(line, span.clone(), message, help);
            return None;
        }
        self.lines.insert(id.clone(), line.number);
        Some(id)
    }

    fn stop(&mut self, line: Line, span: &Range<usize>) -> Option<Stop> {
        let word = self.text(line, "stop", span)?;
        let stop = STOPS.into_iter().find(|(known, _)| *known == word);
        if stop.is_none() {
            let words = STOPS.map(|(known, _)| known);
            let help = match nearest(&word, words) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are `{}`", words.join("`, `")),
            };
            let message = format!("`{word}` is not a stop reason");
            self.fault_at(line, span.clone(), message, Some(help));
        }
        stop.map(|(_, stop)| stop)
    }

    fn hash(&mut self, line: Line, key: &str, span: &Range<usize>) -> Option<String> {
        let hash = self.text(line, key, span)?;
        let is_hash = |hash: &str| {
            hash.len() == 64
                && hash
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if is_hash(&hash) {
            return Some(hash);
        }
        let help = match is_hash(&hash.to_ascii_lowercase()) {
            true => "write it in lower case",
            false => "write the SHA-256 of the prompt file, or of the item's text, as recorded",
        };
        let message = format!("`{key}` must be 64 lower-case hexadecimal digits");
        self.fault_at(line, span.clone(), message, Some(help.into()));
        None
    }

    fn finish(mut self) -> Result<Vec<Recording>, Vec<Fault>> {
        if self.n_faults == 0 {
            return Ok(self.recordings);
        }
        let more = self.n_faults - self.faults.len();
        if more > 0 {
            self.faults
                .push(Fault::new(self.file, format!("and {more} more")));
        }
        Err(self.faults)
    }
}

#[cfg(test)]
mod tests;
