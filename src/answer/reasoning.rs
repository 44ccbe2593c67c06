//! Where a reply thinks aloud in tags. What is thought is not answered.

/// A reasoning tag in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Where its `<` stands.
    pub(super) start: usize,
    /// Where the text after it begins.
    pub(super) end: usize,
    /// Whether it is a closing tag.
    pub(super) closes: bool,
}

const NAMES: [&str; 3] = ["think", "thinking", "reasoning"];

/// The reasoning tags of a text, in order.
pub(super) fn tags(text: &str) -> Vec<Tag> {
    text.match_indices('<')
        .filter_map(|(start, _)| tag_at(text, start))
        .collect()
}

fn tag_at(text: &str, start: usize) -> Option<Tag> {
    let inner = &text[start + 1..];
    let (closes, name) = match inner.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    let length = NAMES.iter().map(|name| name.len()).find(|length| {
        let bytes = name.as_bytes();
        bytes.get(*length) == Some(&b'>')
            && NAMES
                .iter()
                .any(|known| bytes[..*length].eq_ignore_ascii_case(known.as_bytes()))
    })?;
    Some(Tag {
        start,
        end: start + 1 + usize::from(closes) + length + 1,
        closes,
    })
}

/// The text without its reasoning: what stands after the last closing tag and before an opening
/// tag that is never closed.
pub(super) fn without_reasoning(text: &str) -> &str {
    let tags = tags(text);
    let start = tags.iter().rfind(|tag| tag.closes).map_or(0, |tag| tag.end);
    let end = tags
        .iter()
        .find(|tag| tag.start >= start)
        .map_or(text.len(), |tag| tag.start);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_ends_with_its_last_closing_tag() {
        let check = |text, rest| assert_eq!(without_reasoning(text), rest, "{text}");
        check("fix", "fix");
        check("<think>a</think>fix", "fix");
        check("<Think>a </THINK> b</think>fix", "fix");
        check("no opening tag</reasoning>fix", "fix");
        check("<thinking>a</thinking>fix<thinking>b", "fix");
        check("<think>never closed fix", "");
        check("fix<think>b</think>", "");
        check("<thinker>fix</thinker>", "<thinker>fix</thinker>");
        check("a < b <think", "a < b <think");
        check("<é</é>", "<é</é>");
    }
}
