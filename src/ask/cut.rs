//! Cutting an item that is longer than its budget.
//!
//! The policy: the beginning and the end are kept, about half of the budget each, because a
//! session says at its beginning what was wanted and at its end what became of it. Between them
//! stands a marker that says how much was left out. The cut is made between turns (at a blank
//! line) where that costs at most half of what the side has room for, otherwise between lines on
//! the same terms, otherwise between two characters.

use std::borrow::Cow;

use super::tokens::{is_within, of_char, weight, weight_of};

/// What was left out of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Bytes of the text that are not in the result.
    pub left_out_bytes: usize,
    /// The same in characters, the number in the marker.
    pub left_out_characters: usize,
}

/// The text within a budget of tokens, as [`estimate_tokens`](super::estimate_tokens) counts them,
/// and what was left out of it, if anything. The same text and budget always give the same result.
/// A budget that does not even hold the marker keeps what it can of the beginning, without marker.
///
/// ```
/// use labelgate::ask::cut;
/// let text = format!("User: fix it\n\n{}\n\nUser: thanks", "Agent: trying\n\n".repeat(999));
/// let (short, left_out) = cut(&text, 40);
/// assert!(short.starts_with("User: fix it\n\nAgent: trying\n\n"));
/// assert!(short.contains(" characters left out …]\n\nAgent: trying\n\n"));
/// assert!(short.ends_with("Agent: trying\n\n\n\nUser: thanks"));
/// assert!(left_out.is_some());
/// ```
pub fn cut(text: &str, budget_tokens: u64) -> (Cow<'_, str>, Option<Cut>) {
    let budget = weight_of(budget_tokens);
    if is_within(text, budget) {
        return (Cow::Borrowed(text), None);
    }
    // The true marker is no longer than this one, and line ends are reckoned in full.
    let longest_marker = weight(&marker(text.chars().count())) + 3 * of_char('\n');
    let Some(room) = budget.checked_sub(longest_marker) else {
        let kept = &text[..longest_head(text, budget)];
        return (Cow::Borrowed(kept), Some(left_out(&text[kept.len()..])));
    };
    let head = &text[..head_end(text, room / 2)];
    let rest = &text[head.len()..];
    let tail = &rest[tail_start(rest, room - weight(head))..];
    let middle = &rest[..rest.len() - tail.len()];
    let cut = left_out(middle);
    let mut short = String::with_capacity(head.len() + tail.len() + 64);
    short.push_str(head);
    if !head.is_empty() && !head.ends_with('\n') {
        short.push('\n');
    }
    short.push_str(&marker(cut.left_out_characters));
    // A turn begins after a blank line, as it did in the text.
    short.push_str(if is_turn_end(middle) { "\n\n" } else { "\n" });
    short.push_str(tail);
    (Cow::Owned(short), Some(cut))
}

fn left_out(text: &str) -> Cut {
    Cut {
        left_out_bytes: text.len(),
        left_out_characters: text.chars().count(),
    }
}

fn marker(characters: usize) -> String {
    let digits = characters.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("[… {grouped} characters left out …]")
}

/// Whether a text ends with a blank line, so that what follows it begins a turn.
fn is_turn_end(text: &str) -> bool {
    text.ends_with("\n\n") || text.ends_with("\n\r\n")
}

/// How many bytes of the beginning weigh at most `room`.
fn longest_head(text: &str, room: u64) -> usize {
    let mut left = room;
    for (start, character) in text.char_indices() {
        match left.checked_sub(of_char(character)) {
            Some(less) => left = less,
            None => return start,
        }
    }
    text.len()
}

/// Where the longest end that weighs at most `room` begins.
fn longest_tail(text: &str, room: u64) -> usize {
    let mut left = room;
    for (start, character) in text.char_indices().rev() {
        match left.checked_sub(of_char(character)) {
            Some(less) => left = less,
            None => return start + character.len_utf8(),
        }
    }
    0
}

fn head_end(text: &str, room: u64) -> usize {
    let longest = longest_head(text, room);
    let least = longest / 2;
    let ends = || {
        let lines = text[..longest].rmatch_indices('\n').map(|(at, _)| at + 1);
        lines.take_while(|end| *end > least)
    };
    ends()
        .find(|end| is_turn_end(&text[..*end]))
        .or_else(|| ends().next())
        .unwrap_or(longest)
}

fn tail_start(text: &str, room: u64) -> usize {
    let longest = longest_tail(text, room);
    let most = longest + (text.len() - longest) / 2;
    // The line that ends where the tail begins may itself be left out.
    let from = longest.saturating_sub(1);
    let starts = || {
        let bytes = text.as_bytes()[from..].iter().enumerate();
        let lines = bytes.filter(|(_, byte)| **byte == b'\n');
        let starts = lines.map(move |(at, _)| from + at + 1);
        starts.take_while(move |start| *start < most)
    };
    starts()
        .find(|start| is_turn_end(&text[..*start]))
        .or_else(|| starts().next())
        .unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ask::estimate_tokens;

    #[track_caller]
    fn check(text: &str, budget: u64, expect: &str) {
        assert_eq!(cut(text, budget).0, expect);
    }

    #[test]
    fn a_text_within_its_budget_is_untouched() {
        let text = "a line\nand another\n";
        let (same, cut) = cut(text, estimate_tokens(text));
        assert!(matches!(same, Cow::Borrowed(_)));
        assert_eq!((&*same, cut), (text, None));
    }

    #[test]
    fn whole_turns_are_kept_where_they_are_not_too_long() {
        let turns: Vec<String> = (10..40)
            .map(|turn| format!("turn {turn}\nmore of it"))
            .collect();
        check(
            &turns.join("\n\n"),
            40,
            "turn 10\nmore of it\n\nturn 11\nmore of it\n\n\
             [… 500 characters left out …]\n\n\
             turn 37\nmore of it\n\nturn 38\nmore of it\n\nturn 39\nmore of it",
        );
    }

    #[test]
    fn whole_lines_are_kept_where_turns_are_too_long() {
        let lines: Vec<String> = (10..40).map(|line| format!("line {line}")).collect();
        check(
            &lines.join("\n"),
            24,
            "line 10\nline 11\n[… 200 characters left out …]\nline 37\nline 38\nline 39",
        );
    }

    #[test]
    fn a_single_long_line_is_cut_between_characters() {
        check(
            &"ä".repeat(1000),
            26,
            "ääääää\n[… 987 characters left out …]\näääääää",
        );
    }

    #[test]
    fn a_budget_without_room_for_the_marker_keeps_the_beginning() {
        check("0123456789", 2, "0123456");
        check("0123456789", 0, "");
    }

    #[test]
    fn the_marker_and_the_cut_say_how_much_is_missing() {
        let text = "é".repeat(2_000_000);
        let (short, left_out) = cut(&text, 100);
        let Cut {
            left_out_bytes,
            left_out_characters,
        } = left_out.unwrap();
        assert_eq!(left_out_bytes, 2 * left_out_characters);
        let kept = short.matches('é').count();
        assert_eq!(kept + left_out_characters, 2_000_000);
        assert!(short.contains("[… 1,999,9"), "{short}");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_a_beginning_and_an_end_within_the_budget(
            text in "([a-c]{1,30}|\n|\n\n|\r\n|[äö日🦀]{1,8}|\\[… 7 characters left out …\\]){0,60}",
            budget in 0_u64..120,
        ) {
            let (short, left_out) = cut(&text, budget);
            prop_assert!(estimate_tokens(&short) <= budget);
            prop_assert_eq!(left_out.is_none(), estimate_tokens(&text) <= budget);
            let Some(left_out) = left_out else {
                prop_assert_eq!(&*short, &*text);
                return Ok(());
            };
            if matches!(short, Cow::Borrowed(_)) {
                prop_assert!(text.starts_with(&*short));
                prop_assert_eq!(left_out.left_out_bytes, text.len() - short.len());
                return Ok(());
            }
            let marker = marker(left_out.left_out_characters);
            let found = short.match_indices(&marker).any(|(at, _)| {
                let (before, after) = (&short[..at], &short[at + marker.len()..]);
                ["", "\n"].iter().any(|before_end| ["\n", "\n\n"].iter().any(|after_start| {
                    let head = before.strip_suffix(before_end);
                    let tail = after.strip_prefix(after_start);
                    head.zip(tail).is_some_and(|(head, tail)| {
                        text.starts_with(head)
                            && text.ends_with(tail)
                            && head.len() + tail.len() + left_out.left_out_bytes == text.len()
                    })
                }))
            });
            prop_assert!(found, "{short:?} of {text:?}");
        }
    }
}
