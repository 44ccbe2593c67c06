//! One line of JSON with the places of its parts, which `serde_json` does not keep.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::error::Category;

/// One `"key": value` of an object, as bytes of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// The key, its quotes included.
    pub(super) key: Range<usize>,
    /// The value.
    pub(super) value: Range<usize>,
}

/// Why a line is not an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineFault {
    /// It is not JSON from this byte on; what was expected.
    Broken(usize, String),
    /// It is JSON, but no object; where it begins.
    NotAnObject(usize),
}

/// The members of the object on a line, duplicates included.
pub(super) fn members(line: &str) -> Result<Vec<Member>, LineFault> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
        // Skipping is safe at any depth, but reading says better what is wrong, and where.
        let error = serde_json::from_str::<Value>(line).err().unwrap_or(error);
        let at = match error.classify() {
            Category::Eof => line.len(),
            _ => error.column().saturating_sub(1).min(line.len()),
        };
        return Err(LineFault::Broken(at, without_position(&error)));
    }
    let mut walk = Walk {
        line: line.as_bytes(),
        at: 0,
    };
    walk.space();
    if walk.peek() != Some(b'{') {
        return Err(LineFault::NotAnObject(walk.at));
    }
    walk.at += 1;
    let mut members = Vec::new();
    loop {
        walk.space();
        if walk.peek() != Some(b'"') {
            return Ok(members);
        }
        let key = walk.value();
        walk.space();
        // The colon.
        walk.at += 1;
        walk.space();
        let value = walk.value();
        members.push(Member { key, value });
        walk.space();
        // The comma, or the end.
        walk.at += 1;
    }
}

/// What an error says, without the position that is shown apart.
pub(super) fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    // "EOF while parsing …" reads oddly of one line among many.
    match what.strip_prefix("EOF") {
        Some(rest) => format!("the line ends{rest}"),
        None => what.into(),
    }
}

/// A walk over a line that is known to be JSON.
struct Walk<'a> {
    line: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Range<usize> {
        let start = self.at;
        let mut depth: usize = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' | b'}' | b']' if depth == 0 => break,
                _ if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        start..self.at
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_are_found_with_their_places() {
        let line = r#" {"a" : "x\"}", "b":[1,{"a":"]"}] ,"c":-1.5e3,"d":null,"a":{}, "é":true}"#;
        let parts: Vec<_> = members(line)
            .unwrap()
            .into_iter()
            .map(|member| (&line[member.key], &line[member.value]))
            .collect();
        let expect = [
            (r#""a""#, r#""x\"}""#),
            (r#""b""#, r#"[1,{"a":"]"}]"#),
            (r#""c""#, "-1.5e3"),
            (r#""d""#, "null"),
            (r#""a""#, "{}"),
            (r#""é""#, "true"),
        ];
        assert_eq!(parts, expect);
        assert_eq!(members(" { } "), Ok(Vec::new()));
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(members(&deep), Err(LineFault::NotAnObject(0)));
        assert_eq!(members(&format!("{{\"a\":{deep}}}")).unwrap().len(), 1);
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "[{}\\[\\]\":,\\\\ a1é-]{0,24}") {
            let _ = members(&line);
        }

        #[test]
        fn members_are_those_that_were_written(
            pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..6),
        ) {
            let quote = |text: &String| serde_json::to_string(text).unwrap();
            let written: Vec<(String, String)> =
                pairs.iter().map(|(key, value)| (quote(key), quote(value))).collect();
            let line = written
                .iter()
                .map(|(key, value)| format!("{key}: {value}"))
                .collect::<Vec<_>>()
                .join(" , ");
            let line = format!("{{{line}}}");
            let read: Vec<(String, String)> = members(&line)
                .unwrap()
                .into_iter()
                .map(|member| (line[member.key].into(), line[member.value].into()))
                .collect();
            prop_assert_eq!(read, written);
        }
    }
}
