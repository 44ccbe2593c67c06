//! Counts, tokens and money as people read them.

/// A count with commas between thousands.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A large count to three digits: `1.23M`.
pub fn short(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to three digits")]
    let (value, unit) = match count {
        0..10_000 => return grouped(count),
        10_000..1_000_000 => (count as f64 / 1e3, "k"),
        1_000_000..1_000_000_000 => (count as f64 / 1e6, "M"),
        _ => (count as f64 / 1e9, "G"),
    };
    match value {
        ..10.0 => format!("{value:.2}{unit}"),
        ..100.0 => format!("{value:.1}{unit}"),
        _ => format!("{value:.0}{unit}"),
    }
}

/// Money in dollars; small sums to a hundredth of a cent.
pub fn money(micro_usd: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to a few digits")]
    let dollars = micro_usd as f64 / 1e6;
    if dollars < 0.1 {
        format!("${dollars:.4}")
    } else {
        format!("${dollars:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short_enough_to_read_and_long_enough_to_trust() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(123), "123");
        assert_eq!(
            [short(9999), short(12_345), short(1_234_567)],
            ["9,999", "12.3k", "1.23M"]
        );
        assert_eq!([money(1234), money(1_234_567)], ["$0.0012", "$1.23"]);
    }
}
