//! A text file written by people, what is wrong with it, and where.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::DeTable;

use crate::fault::{Fault, Faults, Place, did_you_mean};
use crate::table::list;

/// A text file and what is wrong with it.
#[derive(Debug)]
pub(super) struct File {
    /// As shown to people.
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Where its lines begin, once that has been asked for.
    lines: OnceCell<Vec<usize>>,
    faults: RefCell<Faults>,
}

/// A text out of a file, and where it stands there (with its quotes).
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) value: &'a str,
    pub(super) span: Range<usize>,
}

/// A number out of a file.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) span: Range<usize>,
}

impl File {
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        Self {
            faults: RefCell::new(Faults::new(path.clone())),
            lines: OnceCell::new(),
            path,
            text,
        }
    }

    /// The line a byte is on, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let starts = self.lines.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(ends).collect()
        });
        starts.partition_point(|start| *start <= at)
    }

    /// Notes a fault at a byte range, with advice.
    pub(super) fn fault_help(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(span, message.into(), Some(help.into()));
    }

    pub(super) fn note(&self, span: Range<usize>, message: String, help: Option<String>) {
        let mut faults = self.faults.borrow_mut();
        let mut fault = Fault::new(&self.path, message);
        // Finding a place takes time by the length of the file.
        if !faults.is_full() {
            fault = fault.at(Place::of_span(&self.text, span));
        }
        fault.help = help;
        faults.push(fault);
    }

    /// Notes a word that is none of those expected there.
    pub(super) fn unknown<'w>(
        &self,
        span: Range<usize>,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str> + Clone,
    ) {
        self.note(
            span,
            format!("unknown {what} `{word}`"),
            Some(among(word, known)),
        );
    }

    /// Whether nothing has been noted so far.
    pub(super) fn is_sound(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// What has been noted, in the order of the file.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner().into_vec();
        faults.sort_by_key(|fault| {
            let place = fault.place.as_ref();
            place.map_or((usize::MAX, 0), |place| (place.line, place.column))
        });
        faults
    }

    /// The file's tree; `None`, with the faults noted, if it is not TOML.
    pub(super) fn tree(&self) -> Option<Spanned<DeTable<'_>>> {
        self.tree_of(0..self.text.len())
    }

    /// The tree of a part of the file.
    pub(super) fn tree_of(&self, part: Range<usize>) -> Option<Spanned<DeTable<'_>>> {
        let base = part.start;
        let (tree, errors) = DeTable::parse_recoverable(&self.text[part]);
        // After a header or value that is broken, whole tables read as repeated.
        let is_repeat = |error: &toml::de::Error| error.message() == DUPLICATE;
        let all_repeats = errors.iter().all(is_repeat);
        for error in errors
            .iter()
            .filter(|error| all_repeats || !is_repeat(error))
        {
            let span = error.span().unwrap_or(0..0);
            self.fault_help(
                base + span.start..base + span.end,
                format!("not TOML: {}", error.message()),
                advice(error.message()),
            );
        }
        errors.is_empty().then_some(tree)
    }

    /// Where a part of a string's value stands in the file. Exact unless the string has escapes;
    /// then all of it.
    pub(super) fn inside(&self, text: &Text<'_>, part: Range<usize>) -> Range<usize> {
        let written = self.text.get(text.span.clone()).unwrap_or_default();
        let long = ["\"\"\"", "'''"].iter().find_map(|quotes| {
            let content = written.strip_prefix(quotes)?;
            // A line end right after three quotes is no part of the value.
            let content = content.strip_prefix('\r').unwrap_or(content);
            Some(content.strip_prefix('\n').unwrap_or(content))
        });
        let content = long.or_else(|| written.strip_prefix(['"', '\'']));
        // Where the string has escapes the value is not what is written.
        let Some(content) = content.filter(|content| content.starts_with(text.value)) else {
            return text.span.clone();
        };
        let start = text.span.start + written.len() - content.len();
        start + part.start..start + part.end
    }
}

/// What the TOML reader says of a key or table that stands twice.
const DUPLICATE: &str = "duplicate key";

/// What to do about a text that is not TOML, by what its reader says.
fn advice(message: &str) -> &'static str {
    if message == DUPLICATE {
        "keep one of them; a table is opened once, and a list entry with `[[…]]`"
    } else if message.contains("string") {
        "close the text with the quote it began with, on the same line"
    } else if message.contains("array") || message.contains("table") {
        "close every bracket: `[table]`, `[[list]]`, `key = [\"a\", \"b\"]`"
    } else {
        "a line is `key = value`, `[table]` or `[[list]]`; texts stand in quotes"
    }
}

/// Advice which of some words may be meant, or which there are.
pub(super) fn among<'w>(word: &str, known: impl IntoIterator<Item = &'w str> + Clone) -> String {
    did_you_mean(word, known.clone()).unwrap_or_else(|| match list(known) {
        known if known.is_empty() => "there are none".to_owned(),
        known => format!("known: {known}"),
    })
}
