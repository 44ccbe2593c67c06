//! Finds the JSON objects of a reply, wherever they stand in it.
//!
//! Fails closed: of an object that is broken nothing is used, not even whole objects inside it,
//! since an example quoted in it could pass for the answer. Each stretch of text is read at most
//! a few times, whatever the text.

use std::ops::Range;

use serde_json::Deserializer;

use super::json::Json;
use super::reasoning::{Tag, tags};

/// What a reply holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    /// The whole objects outside of reasoning, in order, each with the byte it begins at.
    pub(super) objects: Vec<(usize, Json)>,
    /// The last object that is not whole.
    pub(super) broken: Option<Broken>,
    /// Whether the reply ends in reasoning that is never closed.
    pub(super) thinks_on: bool,
}

/// An object that begins like one and is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// From its brace to where its braces close.
    pub(super) span: Range<usize>,
    /// Where it stops being JSON.
    pub(super) at: usize,
}

/// Finds the JSON objects of a text.
pub(super) fn scan(text: &str) -> Found {
    let tags = tags(text);
    let mut found = Found::default();
    let mut at = 0;
    let mut next_tag = 0;
    loop {
        while tags.get(next_tag).is_some_and(|tag| tag.start < at) {
            next_tag += 1;
        }
        let tag = tags.get(next_tag);
        let until = tag.map_or(text.len(), |tag| tag.start);
        // Only the stretch up to the next tag, lest many tags make the work quadratic.
        let brace = text[at..until].find('{').map(|offset| at + offset);
        at = match (brace, tag) {
            (Some(start), _) => match object_at(text, start) {
                Attempt::Whole(object, end) => {
                    found.objects.push((start, object));
                    end
                }
                Attempt::Prose(end) => end,
                Attempt::Broken(broken) => {
                    let end = broken.span.end;
                    found.broken = Some(broken);
                    // A string left open can swallow the end of the reasoning it stands in.
                    last_tag_within(&tags[next_tag..], end).unwrap_or(end)
                }
            },
            (None, Some(_)) => {
                let Some(close) = tags[next_tag..].iter().find(|tag| tag.closes) else {
                    found.thinks_on = true;
                    return found;
                };
                found = Found::default();
                close.end
            }
            (None, None) => return found,
        };
    }
}

enum Attempt {
    /// An object and where it ends.
    Whole(Json, usize),
    /// No JSON, and where to look on.
    Prose(usize),
    /// The beginning of an object.
    Broken(Broken),
}

fn last_tag_within(tags: &[Tag], end: usize) -> Option<usize> {
    tags.iter()
        .take_while(|tag| tag.start < end)
        .last()
        .map(|tag| tag.start)
}

fn object_at(text: &str, start: usize) -> Attempt {
    let rest = &text[start..];
    // Saves an attempt at each of many braces that cannot begin an object.
    let inner = rest[1..].trim_start_matches([' ', '\t', '\r', '\n']);
    if !inner.starts_with(['"', '}']) {
        return Attempt::Prose(start + 1);
    }
    let mut values = Deserializer::from_str(rest).into_iter::<Json>();
    match values.next() {
        Some(Ok(object)) => Attempt::Whole(object, start + values.byte_offset()),
        Some(Err(error)) => {
            let stop = if error.is_eof() {
                rest.len()
            } else {
                byte_of(rest, error.line(), error.column()).max(1)
            };
            let open = open_braces(&rest.as_bytes()[..stop]);
            Attempt::Broken(Broken {
                span: start..start + closing(rest.as_bytes(), stop, open),
                at: start + stop,
            })
        }
        None => Attempt::Prose(start + 1),
    }
}

/// The byte that `serde_json` complains about: it counts columns in bytes and from 1.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let line_start = match line {
        0 | 1 => 0,
        _ => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(newline, _)| newline + 1),
    };
    (line_start + column.saturating_sub(1)).min(text.len())
}

/// How many braces are open at the end of the beginning of a JSON value.
fn open_braces(json: &[u8]) -> usize {
    let mut open: usize = 0;
    let mut in_string = false;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b'{' if !in_string => open += 1,
            b'}' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}

/// Where the open braces are closed, or the end of the text. What follows the break is no longer
/// JSON, so strings are not told apart.
fn closing(text: &[u8], from: usize, mut open: usize) -> usize {
    for (offset, byte) in text[from..].iter().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return from + offset + 1;
        }
    }
    text.len()
}
