//! A provider's own words, made fit to be shown.

/// More than this of a message, in characters, helps nobody.
const MOST: usize = 400;

/// How keys begin.
const KEYS: [&str; 7] = ["sk-", "sk_", "gsk_", "xai-", "pplx-", "hf_", "AIza"];

/// The shortest run of characters that may be a key.
const SHORTEST_KEY: usize = 12;

/// A message on one line, without control characters and keys, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    let mut line = String::new();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut last_was_bearer = false;
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        match last_was_bearer && is_unmasked(word) {
            true => line.push('…'),
            false => line.push_str(&without_keys(word)),
        }
        last_was_bearer = word.eq_ignore_ascii_case("bearer");
        // Enough to cut; a message may be megabytes.
        if line.len() > 4 * MOST {
            break;
        }
    }
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// A word in which every key is cut to its beginning. Keys that the provider has masked stay: they
/// tell which key it was and nothing else.
fn without_keys(word: &str) -> String {
    let mut kept = String::with_capacity(word.len());
    let mut rest = word;
    while !rest.is_empty() {
        let other = rest.find(is_of_key).unwrap_or(rest.len());
        kept.push_str(&rest[..other]);
        rest = &rest[other..];
        let end = rest.find(|c| !is_of_key(c)).unwrap_or(rest.len());
        let run = &rest[..end];
        match KEYS.iter().find(|start| run.starts_with(**start)) {
            Some(start) if run.len() >= SHORTEST_KEY && is_unmasked(run) => {
                kept.push_str(start);
                kept.push('…');
            }
            _ => kept.push_str(run),
        }
        rest = &rest[end..];
    }
    kept
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.*".contains(c)
}

fn is_unmasked(run: &str) -> bool {
    !run.contains("**") && !run.contains("...")
}

/// Whether a body is a web page.
pub(super) fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// What a body that is not JSON says: the title of a page, or its text.
pub(super) fn of_body(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if !is_page(body) {
        return text.into_owned();
    }
    let title = text.split_once("<title>").map(|(_, rest)| rest);
    let title = title.and_then(|rest| rest.split_once("</title>"));
    title.map_or_else(|| "a web page".into(), |(title, _)| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_bounded_length() {
        assert_eq!(shown(" a\r\n\tb\u{1b}[31m c "), "a b [31m c");
        let long = shown(&"wörd ".repeat(10_000));
        assert_eq!(long.chars().count(), MOST);
        assert!(long.ends_with("wörd…"));
    }

    #[test]
    fn keys_are_cut_unless_they_are_masked() {
        let check = |text: &str, expect: &str| assert_eq!(shown(text), expect);
        check(
            "Incorrect API key provided: sk-proj-abcDEF0123456789.",
            "Incorrect API key provided: sk-…",
        );
        check("key=\"sk-ant-api03-secret\" is bad", "key=\"sk-…\" is bad");
        check(
            "Authorization: Bearer local-token",
            "Authorization: Bearer …",
        );
        for harmless in [
            "Incorrect API key provided: sk-proj-********************WXYZ.",
            "Received API Key = sk-...WXYZ",
            "the task-of-many-words failed",
            "sk-learn",
        ] {
            check(harmless, harmless);
        }
    }

    #[test]
    fn a_page_says_its_title() {
        let page = b"\n<html><head><title>413 Too\nLarge</title></head></html>";
        assert_eq!(shown(&of_body(page)), "413 Too Large");
        assert_eq!(of_body(b"<html></html>"), "a web page");
        assert_eq!(of_body(b"upstream \xff gone"), "upstream \u{fffd} gone");
    }
}
