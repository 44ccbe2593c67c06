//! Frequent words as one or two bytes, before deflate. A window of 32 KiB forgets what a
//! transcript of last week said; the words it shares with all others it need not spell out again.
//!
//! Bytes below 128 are ASCII as it is, but for two: [`END`] ends a text, and [`RAW`] is followed by
//! a count and as many bytes as they are. 128 to 223 are the commonest words, 224 to 255 begin the
//! two bytes of the others. `report.js` does the way back.

use std::collections::HashMap;

/// Ends a text.
pub(super) const END: u8 = 0;
/// Introduces bytes that stand for themselves.
const RAW: u8 = 1;
/// The code of the first word.
const FIRST: usize = 128;
/// How many words have a code of one byte.
const SHORT: usize = 96;
/// The lead of the first code of two bytes.
const LEAD: usize = FIRST + SHORT;
/// How many second bytes there are.
const SECOND: usize = 128;
/// How many words there may be.
const MOST: usize = SHORT + (256 - LEAD) * SECOND;

/// The words worth a code, the commonest first.
pub(super) struct Words<'a> {
    listed: Vec<&'a str>,
    codes: HashMap<&'a str, usize>,
}

impl<'a> Words<'a> {
    /// Finds the words whose codes save most in these texts.
    pub(super) fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for text in texts {
            for piece in Pieces(text) {
                if let Piece::Word(word) = piece {
                    *counts.entry(word).or_default() += 1;
                }
            }
        }
        // A word costs its letters once, and a code of about one and a half bytes each time.
        let saved =
            |word: &str, n: usize| (n * (2 * word.len() - 3)).saturating_sub(2 * word.len());
        let mut worth: Vec<(usize, usize, &str)> = counts
            .into_iter()
            .filter(|(word, n)| word.len() > 2 && *n > 2)
            .map(|(word, n)| (saved(word, n), n, word))
            .filter(|(saved, ..)| *saved > 0)
            .collect();
        // By name where they save the same, so that the same texts give the same bytes.
        worth.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.2.cmp(other.2)));
        worth.truncate(MOST);
        worth.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.2.cmp(other.2)));
        let listed: Vec<&str> = worth.into_iter().map(|(.., word)| word).collect();
        let codes = listed.iter().enumerate().map(|(at, word)| (*word, at));
        Self {
            codes: codes.collect(),
            listed,
        }
    }

    /// The words, each ended by a line feed, and then [`END`].
    pub(super) fn list(&self, into: &mut Vec<u8>) {
        for word in &self.listed {
            into.extend_from_slice(word.as_bytes());
            into.push(b'\n');
        }
        into.push(END);
    }

    /// A text in codes, and its end.
    pub(super) fn code(&self, text: &str, into: &mut Vec<u8>) {
        for piece in Pieces(text) {
            match piece {
                Piece::Raw(bytes) => {
                    for run in bytes.chunks(127) {
                        into.push(RAW);
                        // Below 128, so it fits.
                        into.push(run.len() as u8);
                        into.extend_from_slice(run);
                    }
                }
                Piece::Word(word) | Piece::Other(word) => match self.codes.get(word) {
                    None => into.extend_from_slice(word.as_bytes()),
                    Some(code) if *code < SHORT => into.push((FIRST + code) as u8),
                    Some(code) => {
                        let rest = code - SHORT;
                        into.push((LEAD + rest / SECOND) as u8);
                        into.push((FIRST + rest % SECOND) as u8);
                    }
                },
            }
        }
        into.push(END);
    }
}

/// A piece of a text.
enum Piece<'a> {
    /// Letters, perhaps with the space before them.
    Word(&'a str),
    /// A single other character of ASCII.
    Other(&'a str),
    /// Bytes that are no plain ASCII.
    Raw(&'a [u8]),
}

/// The pieces of a text.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let bytes = self.0.as_bytes();
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        let is_raw = |byte: &u8| !byte.is_ascii() || *byte == END || *byte == RAW;
        let first = bytes.first()?;
        if is_raw(first) {
            let n = bytes.iter().take_while(|byte| is_raw(byte)).count();
            let (run, rest) = self.0.split_at(n);
            self.0 = rest;
            return Some(Piece::Raw(run.as_bytes()));
        }
        let space = usize::from(*first == b' ');
        let letters = bytes[space..]
            .iter()
            .take_while(|byte| is_letter(byte))
            .count();
        let n = match letters {
            0 => 1,
            letters => space + letters,
        };
        let (piece, rest) = self.0.split_at(n);
        self.0 = rest;
        Some(match letters {
            0 => Piece::Other(piece),
            _ => Piece::Word(piece),
        })
    }
}
