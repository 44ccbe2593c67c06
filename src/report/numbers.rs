//! Numbers as people read them: as many digits as the standard error bears, the same everywhere.

use crate::score::Measured;
use crate::stat::{Estimate, Undefined};

/// How many decimals a value with this standard error bears: two significant digits of the error,
/// at least 2 and at most 4.
fn decimals(se: Option<f64>) -> usize {
    match se {
        Some(se) if se > 0.0 => {
            let first_digit = -se.log10().floor();
            // Between 2 and 4 the cast is exact.
            first_digit.clamp(2.0, 4.0) as usize
        }
        _ => 2,
    }
}

/// A number without a minus sign before zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches(['-', '0', '.']).is_empty() {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// A value with as many digits as its error bears.
pub(super) fn value(estimate: &Estimate) -> String {
    fixed(estimate.value, decimals(estimate.se))
}

/// The same with a sign.
pub(super) fn signed(estimate: &Estimate) -> String {
    let text = value(estimate);
    if estimate.value > 0.0 && !text.trim_start_matches(['0', '.']).is_empty() {
        format!("+{text}")
    } else {
        text
    }
}

/// How much one value is above another, with a sign and the digits that either error bears.
pub(super) fn between(from: &Estimate, to: &Estimate) -> String {
    let text = fixed(
        to.value - from.value,
        decimals(from.se).max(decimals(to.se)),
    );
    match text.trim_start_matches(['0', '.']) {
        "" => text,
        _ if text.starts_with('-') => text,
        _ => format!("+{text}"),
    }
}

/// A number that is not measured, such as points or a stated confidence: at most two decimals.
pub(super) fn stated(value: f64) -> String {
    let text = fixed(value, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The limits, clipped to a range, as `[0.75, 0.89]`; empty without interval.
pub(super) fn limits(estimate: &Estimate, (low, high): (f64, f64)) -> String {
    match &estimate.interval {
        Err(_) => String::new(),
        Ok(interval) => {
            let decimals = decimals(estimate.se);
            let flag = if estimate.has_few_clusters() { "*" } else { "" };
            format!(
                "[{}, {}]{flag}",
                fixed(interval.low.clamp(low, high), decimals),
                fixed(interval.high.clamp(low, high), decimals),
            )
        }
    }
}

/// A value and its limits, or a dash, or the mark of what is hidden.
pub(super) fn estimate(measured: &Measured, range: (f64, f64)) -> String {
    match measured {
        Err(Undefined::Suppressed) => HIDDEN.to_owned(),
        Err(_) => "–".to_owned(),
        Ok(estimate) => match limits(estimate, range) {
            limits if limits.is_empty() => value(estimate),
            limits => format!("{} {limits}", value(estimate)),
        },
    }
}

/// A share and its limits in per cent, with the digits it has elsewhere: `95 % [90, 98]`.
pub(super) fn percent(share: &Estimate) -> String {
    let decimals = decimals(share.se).saturating_sub(2);
    let percent = |share: f64| fixed(100.0 * share, decimals);
    match &share.interval {
        Err(_) => format!("{} %", percent(share.value)),
        Ok(interval) => {
            let flag = if share.has_few_clusters() { "*" } else { "" };
            format!(
                "{} % [{}, {}]{flag}",
                percent(share.value),
                percent(interval.low.clamp(0.0, 1.0)),
                percent(interval.high.clamp(0.0, 1.0)),
            )
        }
    }
}

/// A p-value: three decimals, and never 0.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        fixed(p, 3)
    }
}

/// What stands in the place of a number that is hidden.
pub(super) const HIDDEN: &str = "▒";

/// A count that may be hidden.
pub(super) fn shown_count(count_: Option<f64>) -> String {
    count_.map_or_else(|| HIDDEN.to_owned(), count)
}

/// A count or a sum of weights.
pub(super) fn count(count: f64) -> String {
    if count.fract() == 0.0 {
        format!("{count:.0}")
    } else {
        format!("{count:.2}")
    }
}

/// The bound of a group of numbers: three significant digits and every digit before the point.
pub(super) fn bound(value: f64) -> String {
    let magnitude = value.abs().max(1e-9).log10().floor();
    // Between 0 and 11 the cast is exact.
    let decimals = (2.0 - magnitude).clamp(0.0, 11.0) as usize;
    let text = fixed(value, decimals);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A threshold as it was written.
pub(super) fn threshold(value: f64) -> String {
    let text = format!("{value}");
    if text.contains('.') {
        text
    } else {
        format!("{value:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_standard_error() {
        assert_eq!(decimals(Some(0.03)), 2);
        assert_eq!(decimals(Some(0.004)), 3);
        assert_eq!(decimals(Some(0.4)), 2);
        assert_eq!(decimals(Some(1e-9)), 4);
        assert_eq!(decimals(None), 2);
    }

    #[test]
    fn what_is_stated_has_no_digits_that_say_nothing() {
        let texts = [4.0, 0.5, 0.25, 10.0, 0.004, 1.0 / 3.0].map(stated);
        assert_eq!(texts, ["4", "0.5", "0.25", "10", "0", "0.33"]);
    }

    #[test]
    fn bounds_have_the_digits_that_tell_them_apart() {
        let bounds = [
            0.0,
            1.0 / 3.0,
            45.000_000_000_000_01,
            12_345.6,
            0.000_123_4,
            1.5,
        ];
        let texts = bounds.map(bound);
        assert_eq!(texts, ["0", "0.333", "45", "12346", "0.000123", "1.5"]);
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(-0.01, 2), "-0.01");
    }
}
