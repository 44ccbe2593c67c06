//! Intervals of the difference of two rates on the same items, candidate − baseline, and the score
//! test of non-inferiority.
//!
//! `b` are the items only the baseline has right, `c` those only the candidate has right, of `n`.
//! They are real numbers, so that clustered data can be brought to their effective size first.
//! Exchanging `b` and `c` negates every interval to the bit.

use super::wilson;
use crate::num::Level;
use crate::stat::Undefined;
use crate::stat::distribution::{normal_quantile, normal_sf};

/// Wald's interval of a paired difference: (c − b)/n ∓ z √(b + c − (b − c)²/n)/n. Empty where no
/// item is discordant; kept for comparison only.
///
/// Undefined without items (`no_items`).
///
/// ```
/// use labelgate::{num::Level, stat::interval::paired_wald};
/// let (low, high) = paired_wald(47.0, 55.0, 1000.0, Level::DEFAULT).unwrap();
/// assert!((low + 0.0117885).abs() < 1e-7 && (high - 0.0277885).abs() < 1e-7);
/// ```
pub fn paired_wald(b: f64, c: f64, n: f64, level: Level) -> Result<(f64, f64), Undefined> {
    wald_of(b + c, c - b, n, level)
}

/// Bonett and Price's interval: Wald's with one item added to each discordant cell, and n + 2. May
/// leave −1–1.
///
/// Undefined without items (`no_items`).
///
/// Source: Bonett & Price 2012.
///
/// ```
/// use labelgate::{num::Level, stat::interval::bonett_price};
/// let (low, high) = bonett_price(47.0, 55.0, 1000.0, Level::DEFAULT).unwrap();
/// assert!((low + 0.0119577).abs() < 1e-7 && (high - 0.0279257).abs() < 1e-7);
/// ```
pub fn bonett_price(b: f64, c: f64, n: f64, level: Level) -> Result<(f64, f64), Undefined> {
    check_items(n)?;
    wald_of(b + c + 2.0, c - b, n + 2.0, level)
}

/// Agresti and Min's interval: Wald's with half an item added to each of the four cells. May leave
/// −1–1.
///
/// Undefined without items (`no_items`).
///
/// Source: Agresti & Min 2005.
///
/// ```
/// use labelgate::{num::Level, stat::interval::agresti_min};
/// let (low, high) = agresti_min(47.0, 55.0, 1000.0, Level::DEFAULT).unwrap();
/// assert!((low + 0.0118616).abs() < 1e-7 && (high - 0.0278296).abs() < 1e-7);
/// ```
pub fn agresti_min(b: f64, c: f64, n: f64, level: Level) -> Result<(f64, f64), Undefined> {
    check_items(n)?;
    wald_of(b + c + 1.0, c - b, n + 2.0, level)
}

/// Newcombe's method 10: Wilson's limits of the two rates, joined through their correlation with a
/// continuity correction where it is positive. `a` items both have right, `d` neither. Within
/// −1–1.
///
/// Undefined without items (`no_items`).
///
/// Source: Newcombe 1998b.
///
/// ```
/// use labelgate::{num::Level, stat::interval::newcombe};
/// let (low, high) = newcombe([812.0, 47.0, 55.0, 86.0], Level::DEFAULT).unwrap();
/// assert!((low + 0.0119985).abs() < 1e-7 && (high - 0.0280828).abs() < 1e-7);
/// ```
pub fn newcombe([a, b, c, d]: [f64; 4], level: Level) -> Result<(f64, f64), Undefined> {
    let n = (a + d) + (b + c);
    check_items(n)?;
    let z = normal_quantile(level.upper_tail());
    let (baseline, candidate) = ((a + b) / n, (a + c) / n);
    let (baseline_low, baseline_high) = wilson(baseline, n, z);
    let (candidate_low, candidate_high) = wilson(candidate, n, z);
    let phi = corrected_phi([a, b, c, d]);
    let joined = |one: f64, other: f64| {
        let square = (one * one + other * other) - 2.0 * phi * (one * other);
        square.max(0.0).sqrt()
    };
    let difference = (c - b) / n;
    Ok((
        difference - joined(candidate - candidate_low, baseline_high - baseline),
        difference + joined(candidate_high - candidate, baseline - baseline_low),
    ))
}

/// The four-fold correlation, moved towards 0 by n/2 in ad − bc where it is positive; 0 where a
/// margin is empty.
fn corrected_phi([a, b, c, d]: [f64; 4]) -> f64 {
    let margins = ((a + b) * (c + d)) * ((a + c) * (b + d));
    if margins == 0.0 {
        return 0.0;
    }
    let product = a * d - b * c;
    let corrected = if product > 0.0 {
        (product - ((a + d) + (b + c)) / 2.0).max(0.0)
    } else {
        product
    };
    corrected / margins.sqrt()
}

/// Tango's score statistic of the hypothesis that the difference is `difference`: the distance of
/// the observed one in standard errors, with the variance that is likeliest under the hypothesis.
/// Falls as `difference` grows; infinite where the hypothesis has no variance.
///
/// Source: Tango 1998.
///
/// ```
/// use labelgate::stat::interval::tango_statistic;
/// assert!((tango_statistic(47.0, 55.0, 1000.0, -0.03) - 3.618435).abs() < 1e-6);
/// assert_eq!(tango_statistic(5.0, 3.0, 40.0, 0.1), -tango_statistic(3.0, 5.0, 40.0, -0.1));
/// ```
pub fn tango_statistic(b: f64, c: f64, n: f64, difference: f64) -> f64 {
    if difference < 0.0 {
        // The mirrored case has no cancellation.
        return -tango_statistic(c, b, n, -difference);
    }
    // The likeliest share of items only the baseline has right solves a quadratic.
    let x = b * (1.0 - difference);
    let y = c * (1.0 + difference);
    let shift = 2.0 * n * difference;
    let half = shift - x - y;
    let root = (half * half + 4.0 * shift * x).sqrt();
    let baseline_only = if half > 0.0 {
        2.0 * x * difference / (half + root)
    } else {
        (root - half) / (4.0 * n)
    };
    let variance = n * (2.0 * baseline_only + difference * (1.0 - difference));
    let distance = c - b - n * difference;
    if variance > 0.0 {
        distance / variance.sqrt()
    } else if distance == 0.0 {
        0.0
    } else {
        distance.signum() * f64::INFINITY
    }
}

/// Tango's score interval of a paired difference: the differences that the score statistic does not
/// reject. Exists without discordant items, and stays within −1–1.
///
/// Undefined without items (`no_items`).
///
/// Source: Tango 1998.
///
/// ```
/// use labelgate::{num::Level, stat::interval::tango};
/// let (low, high) = tango(47.0, 55.0, 1000.0, Level::DEFAULT).unwrap();
/// assert!((low + 0.0119801).abs() < 1e-7 && (high - 0.0281788).abs() < 1e-7);
/// ```
pub fn tango(b: f64, c: f64, n: f64, level: Level) -> Result<(f64, f64), Undefined> {
    check_items(n)?;
    let z = normal_quantile(level.upper_tail());
    Ok((tango_low(b, c, n, z), -tango_low(c, b, n, z)))
}

fn tango_low(b: f64, c: f64, n: f64, z: f64) -> f64 {
    if b >= n {
        return -1.0;
    }
    // The statistic is infinite or large at −1, and 0 at the observed difference.
    let (mut low, mut high) = (-1.0, (c - b) / n);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if tango_statistic(b, c, n, middle) > z {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The one-sided p of Tango's score test that the candidate is worse by `margin` or more; a small p
/// speaks for non-inferiority.
///
/// Undefined without items (`no_items`).
///
/// Source: Tango 1998.
///
/// ```
/// use labelgate::stat::interval::noninferiority_p;
/// assert!((noninferiority_p(47.0, 55.0, 1000.0, 0.03).unwrap() - 1.4819e-4).abs() < 1e-8);
/// ```
pub fn noninferiority_p(b: f64, c: f64, n: f64, margin: f64) -> Result<f64, Undefined> {
    check_items(n)?;
    Ok(normal_sf(tango_statistic(b, c, n, -margin)))
}

fn wald_of(discordant: f64, net: f64, n: f64, level: Level) -> Result<(f64, f64), Undefined> {
    check_items(n)?;
    let se = (discordant - net * net / n).max(0.0).sqrt() / n;
    let half = normal_quantile(level.upper_tail()) * se;
    Ok((net / n - half, net / n + half))
}

fn check_items(n: f64) -> Result<(), Undefined> {
    if n > 0.0 {
        Ok(())
    } else {
        Err(Undefined::NoItems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanging_the_sides_negates_every_interval_to_the_bit() {
        let intervals = |b, c| {
            [
                paired_wald(b, c, 91.3, Level::DEFAULT).unwrap(),
                bonett_price(b, c, 91.3, Level::DEFAULT).unwrap(),
                agresti_min(b, c, 91.3, Level::DEFAULT).unwrap(),
                tango(b, c, 91.3, Level::DEFAULT).unwrap(),
                newcombe([40.0, b, c, 51.3 - (b + c)], Level::DEFAULT).unwrap(),
            ]
        };
        for (one, other) in intervals(7.5, 3.0).into_iter().zip(intervals(3.0, 7.5)) {
            assert_eq!((one.0, one.1), (-other.1, -other.0));
        }
    }

    #[test]
    fn the_score_interval_ends_where_the_test_stops_rejecting() {
        for (b, c, n) in [(0.0, 0.0, 120.0), (0.0, 4.0, 60.0), (7.5, 3.25, 44.0)] {
            let (low, high) = tango(b, c, n, Level::DEFAULT).unwrap();
            assert!((tango_statistic(b, c, n, low) - 1.959_963_984_540_054).abs() < 1e-9);
            assert!((tango_statistic(b, c, n, high) + 1.959_963_984_540_054).abs() < 1e-9);
        }
    }

    #[test]
    fn a_side_that_always_wins_has_an_interval_up_to_the_end() {
        assert_eq!(tango(0.0, 10.0, 10.0, Level::DEFAULT).unwrap().1, 1.0);
        assert_eq!(tango(10.0, 0.0, 10.0, Level::DEFAULT).unwrap().0, -1.0);
    }
}
