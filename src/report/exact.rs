//! Numbers as machines read them: every digit, the same in all formats.

use serde_json::{Value, json};

/// A number as JSON writes it; whole numbers without a decimal point, as counts are.
pub(super) fn value(number: f64) -> Value {
    // Beyond 2^53 not every whole number is exact, so none is claimed to be one.
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

/// A count or a sum of weights; empty if it is not finite.
pub(super) fn count(count: f64) -> String {
    match count.is_finite() {
        true => value(count).to_string(),
        false => String::new(),
    }
}

/// A number that need not be whole; empty if it is not finite.
pub(super) fn number(number: f64) -> String {
    match number.is_finite() {
        true => json!(number).to_string(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_is_lost_and_no_point_is_added() {
        assert_eq!(number(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(number(1.0), "1.0");
        assert_eq!(count(190.0), "190");
        assert_eq!(count(190.5), "190.5");
        assert_eq!(number(f64::NAN), "");
    }
}
