//! How many tokens a text has, roughly.

/// What a token weighs: an ASCII byte is 2/7 of one, any other byte half of one.
const TOKEN: u64 = 14;
const ASCII: u64 = 4;
const OTHER: u64 = 7;

/// About how many tokens a text has. An estimate, not a count: 3.5 bytes of ASCII to a token and
/// 2 bytes of anything else, which is near what tokenizers make of English prose and code and
/// rather more than what they make of other scripts. Grows with the text; never less for a whole
/// than for a part of it.
///
/// ```
/// use labelgate::ask::estimate_tokens;
/// assert_eq!(estimate_tokens("fourteen bytes"), 4);
/// assert_eq!(estimate_tokens("日本"), 3);
/// assert_eq!(estimate_tokens(""), 0);
/// ```
pub fn estimate_tokens(text: &str) -> u64 {
    weight(text).div_ceil(TOKEN)
}

/// What a text weighs; weights of parts add up to that of the whole.
pub(super) fn weight(text: &str) -> u64 {
    text.bytes().map(of_byte).sum()
}

/// What a text of so many tokens weighs at most.
pub(super) fn weight_of(tokens: u64) -> u64 {
    tokens.saturating_mul(TOKEN)
}

/// Whether a text weighs no more than `most`. Does not look at it where its length says enough.
pub(super) fn is_within(text: &str, most: u64) -> bool {
    (text.len() as u64).saturating_mul(OTHER) <= most || weight(text) <= most
}

/// The weight of a character.
pub(super) fn of_char(character: char) -> u64 {
    match character.is_ascii() {
        true => ASCII,
        false => OTHER * character.len_utf8() as u64,
    }
}

fn of_byte(byte: u8) -> u64 {
    match byte.is_ascii() {
        true => ASCII,
        false => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_whole_weighs_what_its_parts_weigh(one: String, two: String) {
            let whole = format!("{one}{two}");
            prop_assert_eq!(weight(&whole), weight(&one) + weight(&two));
            prop_assert_eq!(weight(&one), one.chars().map(of_char).sum::<u64>());
            prop_assert!(estimate_tokens(&whole) >= estimate_tokens(&one));
            prop_assert!(estimate_tokens(&whole) <= estimate_tokens(&one) + estimate_tokens(&two));
        }
    }
}
