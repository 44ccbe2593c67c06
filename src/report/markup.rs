//! Text that HTML and SVG must take as text. Ids, labels, notes and transcripts come from files, and
//! whoever wrote them may have wished for more.

/// Text for the inside of an element or of a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // What could not stand in a page, or would turn the reading direction of what follows.
            '\t' | '\n' => escaped.push(character),
            // XML has no way to write them.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() || is_bidirectional(c) => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether the character overrides or isolates the direction of text.
fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text() {
        assert_eq!(
            escape("</td><script>alert('a')</script> & \"b\""),
            "&lt;/td&gt;&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt; &amp; &quot;b&quot;"
        );
        assert_eq!(
            escape("a\u{0}b\u{1b}[1mc\u{202e}d"),
            "a\u{fffd}b\u{fffd}[1mc\u{fffd}d"
        );
    }
}
