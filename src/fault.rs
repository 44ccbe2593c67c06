//! What is wrong with a file, and where. Collected, so that all faults are shown at once.

use std::path::{Path, PathBuf};

/// A fault of a file that a person can mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Where in the file, if anywhere in particular.
    pub place: Option<Place>,
    /// What is wrong: a lower-case sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters the fault covers, at least 1.
    pub width: usize,
    /// The line's text, without its end; of a very long line the beginning, which may not reach
    /// the column.
    pub excerpt: Box<str>,
}

impl Fault {
    /// A fault of a file as a whole.
    pub fn new(file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            place: None,
            message: message.into(),
            help: None,
        }
    }

    /// The same fault at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same fault with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Longer lines are not kept with a fault.
const LONGEST_EXCERPT: usize = 4000;

/// The faults of one file. Only the first are kept: a file that is wrong on every line is wrong
/// in one way.
#[derive(Clone, Debug)]
pub struct Faults {
    file: PathBuf,
    kept: Vec<Fault>,
    n_more: usize,
}

impl Faults {
    /// How many faults of a file are kept.
    pub const MOST: usize = 50;

    /// No faults yet.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            kept: Vec::new(),
            n_more: 0,
        }
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        if self.is_full() {
            self.n_more += 1;
        } else {
            self.kept.push(fault);
        }
    }

    /// Adds faults of the same file after these.
    pub fn append(&mut self, other: Self) {
        other.kept.into_iter().for_each(|fault| self.push(fault));
        self.n_more += other.n_more;
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Whether further faults are only counted, so that advice on them is not worth finding.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= Self::MOST
    }

    /// The faults kept, and last how many more there are.
    pub fn into_vec(mut self) -> Vec<Fault> {
        if self.n_more > 0 {
            let more = format!("and {} more like these", self.n_more);
            self.kept.push(Fault::new(self.file, more));
        }
        self.kept
    }

    /// An error if there is any fault.
    pub fn none(self) -> Result<(), Vec<Fault>> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(self.into_vec())
        }
    }
}

impl Place {
    /// The place of a byte range in a text. A range beyond the end stands for the end.
    pub fn of_span(text: &str, span: std::ops::Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..]
            .find('\n')
            .map_or(text.len(), |newline| start + newline);
        let end = floor_char_boundary(text, span.end).clamp(start, line_end);
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: text[start..end].chars().count().max(1),
            excerpt: cut(text[line_start..line_end].trim_end_matches('\r')),
        }
    }

    /// A column of a line that has been read on its own.
    pub fn of_line(line: usize, column: usize, width: usize, excerpt: &str) -> Self {
        Self {
            line,
            column,
            width: width.max(1),
            excerpt: cut(excerpt.trim_end()),
        }
    }
}

/// The beginning of a very long line.
fn cut(line: &str) -> Box<str> {
    match line.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => line[..end].into(),
        None => line.into(),
    }
}

fn floor_char_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// The candidate most like `word`, if one is near enough to be meant.
///
/// ```
/// use labelgate::fault::nearest;
/// assert_eq!(nearest("lable", ["label", "scheme"]), Some("label"));
/// assert_eq!(nearest("xyz", ["label", "scheme"]), None);
/// assert_eq!(nearest("c", ["a", "b"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes time by the product of the lengths, and nobody misspells a page.
    const LONGEST: usize = 200;
    let len = word.chars().count();
    if len > LONGEST {
        return None;
    }
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let candidate_len = candidate.chars().count();
            let most = len.max(candidate_len).div_ceil(3);
            if len.abs_diff(candidate_len) > most {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            // What shares no letter with the word is not meant by it.
            (distance <= most && distance < len.max(candidate_len)).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?`, where some candidate is near enough.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// A file path as shown to people: with forward slashes and without a leading `./`.
pub fn shown(path: &Path) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_placed_by_line_and_character() {
        let text = "a = 1\nö = 2\r\n";
        let place = Place::of_span(text, 9..10);
        assert_eq!((place.line, place.column, place.width), (2, 3, 1));
        assert_eq!(&*place.excerpt, "ö = 2");
    }

    #[test]
    fn a_span_beyond_the_end_stands_for_the_end() {
        let place = Place::of_span("abc", 7..9);
        assert_eq!((place.line, place.column, place.width), (1, 4, 1));
    }
}
