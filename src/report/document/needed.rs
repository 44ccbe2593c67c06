//! What would settle an open gate, in a sentence.

use crate::gate::{Demand, Gate, Judgement, MOST_NEEDED, Needed, Reason};
use crate::report::numbers;

/// What would settle the gate: `about 240 more items from some 130 more clusters would settle it, if
/// the difference stays at -0.008`.
pub(super) fn sentence(gate: &Gate, judgement: &Judgement, needed: Needed) -> String {
    let Some(check) = judgement.needing(needed) else {
        return String::new();
    };
    let counts_only = matches!(
        check.reason,
        Reason::LowSupport { .. } | Reason::NoClassSupported
    );
    let value = match (&check.measured, gate.demand) {
        (Some(Ok(estimate)), Demand::NotBehind { .. }) => {
            format!("the difference stays at {}", numbers::signed(estimate))
        }
        (Some(Ok(estimate)), _) => format!("it stays at {}", numbers::value(estimate)),
        _ => String::new(),
    };
    let (even, likely) = match needed {
        Needed::Never => return "no number of items would settle it where it stands".to_owned(),
        Needed::TooMany => {
            let most = thousands(MOST_NEEDED);
            let stays = if value.is_empty() {
                value
            } else {
                format!(", if {value}")
            };
            return format!("more than {most} more items would be needed to settle it{stays}");
        }
        Needed::More { even, likely } => (even, likely),
    };
    let of_class = even.class_items.map_or_else(String::new, |items| {
        format!(" ({} of the class)", thousands(rounded(items)))
    });
    let clusters = if even.clusters == even.items {
        String::new()
    } else {
        let n = thousands(rounded(even.clusters));
        let plural = if even.clusters == 1 { "" } else { "s" };
        format!(" from some {n} more cluster{plural}")
    };
    let plural = if even.items == 1 { "" } else { "s" };
    let items = thousands(rounded(even.items));
    let what = if counts_only {
        "would be enough to decide on"
    } else {
        "would settle it"
    };
    let stays = if value.is_empty() {
        value
    } else {
        format!(", if {value}")
    };
    let surer = match likely.items > even.items {
        true => format!(
            " ({} for a chance of 80 %)",
            thousands(rounded(likely.items))
        ),
        false => String::new(),
    };
    format!("about {items} more item{plural}{of_class}{clusters} {what}{stays}{surer}")
}

/// Two digits are all that such a number bears.
fn rounded(n: u64) -> u64 {
    let mut unit = 1;
    while n / unit >= 100 {
        unit *= 10;
    }
    n.div_ceil(unit) * unit
}

/// A whole number with its thousands apart.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_needed_are_rounded_up_to_two_digits() {
        assert_eq!(
            [0, 7, 99, 100, 101, 236, 99_100].map(rounded),
            [0, 7, 99, 100, 110, 240, 100_000]
        );
        assert_eq!(
            [5, 999, 1_000, 1_234_567].map(thousands),
            ["5", "999", "1,000", "1,234,567"]
        );
    }
}
