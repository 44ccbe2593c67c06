//! Small readings of text that every answer form needs.

/// The longest stretch of a reply that a reason quotes, in characters.
const QUOTED: usize = 80;

/// A piece of a reply fit for a reason: in backticks, shortened, without control characters, which
/// could otherwise reach a terminal.
pub(super) fn quoted(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut shown: String = characters
        .by_ref()
        .take(QUOTED)
        .map(|character| match character {
            character if character.is_control() => ' ',
            character => character,
        })
        .collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The number a text is, if it is a plain one: digits, perhaps a sign, a fraction, an exponent. No
/// units, no grouping, no words such as `inf`.
pub(super) fn plain_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain_mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || digits(whole)) && digits(fraction),
        None => digits(mantissa),
    };
    let plain_exponent = exponent
        .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
    (plain_mantissa && plain_exponent)
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
}

/// The text without one full stop at its end and one pair of quotes around it, or `None` where it
/// has neither.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')];
    let without_stop = |text| str::strip_suffix(text, '.');
    let outer = without_stop(text).unwrap_or(text);
    let inner = PAIRS
        .iter()
        .find_map(|(open, close)| outer.strip_prefix(*open)?.strip_suffix(*close));
    let bare = match inner {
        // The full stop may stand inside the quotes, but one is enough.
        Some(inner) if outer == text => without_stop(inner).unwrap_or(inner),
        Some(inner) => inner,
        None => outer,
    };
    (bare != text).then(|| bare.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_number_has_no_unit_no_grouping_and_no_words() {
        for (text, number) in [
            ("150", 150.0),
            ("1.5e3", 1500.0),
            ("-.5", -0.5),
            ("+2E-1", 0.2),
        ] {
            assert_eq!(plain_number(text), Some(number), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "5.",
            "e5",
            "1e",
            "$150",
            "1,500",
            "1_000",
            "NaN",
            "inf",
            "infinity",
            "1e999",
            "0x10",
            "１５０",
            " 1",
            "1 ",
            "--1",
        ] {
            assert_eq!(plain_number(text), None, "{text}");
        }
    }

    #[test]
    fn one_full_stop_and_one_pair_of_quotes_are_taken_off() {
        for (text, bare) in [
            ("fix.", Some("fix")),
            ("\"fix\"", Some("fix")),
            ("`fix`.", Some("fix")),
            ("“fix.”", Some("fix")),
            ("' fix '", Some("fix")),
            ("\"\"fix\"\"", Some("\"fix\"")),
            ("fix..", Some("fix.")),
            ("\"", None),
            ("\"fix", None),
            ("fix", None),
            ("**fix**", None),
        ] {
            assert_eq!(unquoted(text), bare, "{text}");
        }
    }

    #[test]
    fn a_quotation_is_short_and_harmless() {
        assert_eq!(quoted(" fix\n"), "`fix`");
        assert_eq!(quoted("\u{1b}[31mfix\r\nall"), "` [31mfix  all`");
        let long = quoted(&"ö".repeat(1000));
        assert_eq!(long, format!("`{}…`", "ö".repeat(80)));
    }
}
