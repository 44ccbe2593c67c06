//! Evidence about the mean of a finite set, drawn from in random order, that may be looked at after
//! every draw. What was drawn is known, so the rest is held against what remains of the threshold.

use super::Undefined;
use super::confidence_sequence::{Plan, most, plug_in_bets, some};

/// Sums of scores this near to a threshold are on it: rounding alone moves them so far.
const HAIR: f64 = 1e-9;

/// Capital after each draw of a bettor who starts with one unit and holds that the mean of all `of`
/// values is above `null_mean`. Where it is not, the capital ever reaches 1/alpha with probability at
/// most alpha, over the order of drawing, whenever one looks; infinite once the values drawn alone
/// exceed the threshold.
///
/// K_t = Π (1 + λ_t (x_t − m_t)) with m_t the mean that the values not yet drawn have if all have
/// `null_mean`, λ from the mean and variance of what came before, at most 1/(2 m_t). Values lie in
/// 0–1. Undefined without items (`no_items`).
///
/// Source: Waudby-Smith & Ramdas 2020, "Confidence sequences for sampling without replacement".
///
/// ```
/// use labelgate::stat::confidence_sequence::{Plan, first_rejection};
/// use labelgate::stat::without_replacement::capital;
/// // 60 hits in a row of 100 items: that more than half are hits is certain after 51, and evident
/// // sooner.
/// let capital = capital(&[1.0; 60], 100, 0.5, 0.05, Plan::Items(25)).unwrap();
/// assert!(first_rejection(&capital, 0.05).unwrap() < 20);
/// assert!(capital[50].is_infinite());
/// ```
pub fn capital(
    x: &[f64],
    of: u64,
    null_mean: f64,
    alpha: f64,
    plan: Plan,
) -> Result<Vec<f64>, Undefined> {
    some(x)?;
    let threshold = of as f64 * null_mean;
    let (mut capital, mut drawn) = (1.0, 0.0);
    let bets = plug_in_bets(x, alpha, plan);
    let after = x.iter().zip(bets).enumerate().map(|(place, (x, bet))| {
        let left = (of as f64 - place as f64).max(1.0);
        let mean = ((threshold - drawn) / left).max(0.0);
        // A mean above 1 cannot be: the null holds, and there is nothing to bet on.
        if mean <= 1.0 {
            capital *= 1.0 + bet.min(most(mean)) * (x - mean);
        }
        drawn += x;
        if drawn > threshold + HAIR * of as f64 {
            capital = f64::INFINITY;
        }
        capital
    });
    Ok(after.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stat::confidence_sequence::first_rejection;
    use crate::stat::random::SplitMix64;

    #[test]
    fn one_draw_multiplies_the_capital_as_the_formula_says() {
        // λ = √(2 ln 20 / (100 · 1/4)) = 0.4896; m_1 = 0.5; m_2 = (50 − 1)/99.
        let two = capital(&[1.0, 0.0], 100, 0.5, 0.05, Plan::Items(100)).unwrap();
        assert!((two[0] - 1.244_79).abs() < 1e-4, "{}", two[0]);
        let squares: f64 = 0.25 + 0.25 * 0.25;
        let bet = (2.0 * 20.0_f64.ln() / (100.0 * squares / 2.0)).sqrt();
        let expected = two[0] * (1.0 - bet * 49.0 / 99.0);
        assert!((two[1] - expected).abs() < 1e-12, "{}", two[1]);
    }

    #[test]
    fn a_set_exactly_at_the_threshold_is_rarely_held_to_be_above_it() {
        let mut wrong = 0;
        for replication in 0..1000 {
            let mut random = SplitMix64::stream(11, replication);
            let mut x = [[1.0; 160].as_slice(), &[0.0; 40]].concat();
            for place in (1..x.len()).rev() {
                x.swap(place, random.index(place + 1));
            }
            let capital = capital(&x, 200, 0.8, 0.05, Plan::Items(50)).unwrap();
            wrong += u32::from(first_rejection(&capital, 0.05).is_ok());
        }
        // 5 % and three standard errors.
        assert!(wrong <= 70, "{wrong}");
        assert!(wrong > 0, "the bettor never dares anything");
    }
}
