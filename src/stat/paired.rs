//! Two sides judged right or wrong on the same items: the difference of their rates, and tests of
//! it. The difference is candidate − baseline throughout.
//!
//! Interval and score functions take real counts, so that clustered data can be brought to their
//! effective size first. `b` are the items only the baseline has right, `c` those only the candidate
//! has right.

use super::distribution::{beta_quantile, binomial_cdf, binomial_pmf};
use super::homogeneity::ChiSquareTest;
use super::tally::{lift_counts, reals};
use super::{Cells, Count, Dual, Lift, Real, Tally, Undefined};
use crate::num::Level;

/// Items counted by which side is right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairedOutcomes<C = u64> {
    /// Both are right.
    pub both: C,
    /// Only the baseline is right (b).
    pub baseline_only: C,
    /// Only the candidate is right (c).
    pub candidate_only: C,
    /// Neither is right.
    pub neither: C,
}

impl<C: Count> PairedOutcomes<C> {
    /// Nothing counted.
    pub fn new() -> Self {
        Self {
            both: C::ZERO,
            baseline_only: C::ZERO,
            candidate_only: C::ZERO,
            neither: C::ZERO,
        }
    }

    /// Counts one item, or one item's weight.
    pub fn count_item(&mut self, baseline_right: bool, candidate_right: bool, count: C) {
        let place = match (baseline_right, candidate_right) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.baseline_only,
            (false, true) => &mut self.candidate_only,
            (false, false) => &mut self.neither,
        };
        *place += count;
    }

    /// All items.
    pub fn total(&self) -> C {
        self.both + self.baseline_only + self.candidate_only + self.neither
    }

    /// Items that one side alone has right.
    pub fn discordant(&self) -> C {
        self.baseline_only + self.candidate_only
    }

    fn counts(&self) -> [C; 4] {
        [
            self.both,
            self.baseline_only,
            self.candidate_only,
            self.neither,
        ]
    }
}

impl<C: Count> Tally for PairedOutcomes<C> {
    fn add(&mut self, other: &Self) {
        self.both += other.both;
        self.baseline_only += other.baseline_only;
        self.candidate_only += other.candidate_only;
        self.neither += other.neither;
    }

    fn clear(&mut self) {
        *self = Self::new();
    }

    fn size(&self) -> f64 {
        self.total().real().value()
    }
}

impl<C: Count<Real = f64>> Lift for PairedOutcomes<C> {
    type Dual = PairedOutcomes<Dual>;

    fn coordinates(&self) -> Vec<f64> {
        reals(&self.counts())
    }

    fn lift_by(&self, slopes: &[f64]) -> PairedOutcomes<Dual> {
        let counts = lift_counts(&self.counts(), slopes);
        PairedOutcomes {
            both: counts[0],
            baseline_only: counts[1],
            candidate_only: counts[2],
            neither: counts[3],
        }
    }
}

impl Cells for PairedOutcomes<f64> {
    fn with_coordinates(&self, coordinates: &[f64]) -> Self {
        Self {
            both: coordinates[0],
            baseline_only: coordinates[1],
            candidate_only: coordinates[2],
            neither: coordinates[3],
        }
    }
}

/// The difference of the rates of being right, candidate − baseline.
///
/// (c − b)/n, in −1–1. Undefined without items (`no_items`). Its delta-method interval is Wald's.
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, difference};
/// // The candidate gains 2 items and loses 5: it is worse.
/// let outcomes = PairedOutcomes { both: 10u64, baseline_only: 5, candidate_only: 2, neither: 3 };
/// assert_eq!(difference(&outcomes), Ok(-0.15));
/// ```
pub fn difference<C: Count>(outcomes: &PairedOutcomes<C>) -> Result<C::Real, Undefined> {
    let n = items(outcomes)?;
    Ok((outcomes.candidate_only.real() - outcomes.baseline_only.real()) / n)
}

/// The share of items the baseline has right, (a + b)/n, in 0–1. Undefined without items
/// (`no_items`).
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, baseline_rate};
/// let outcomes = PairedOutcomes { both: 20u64, baseline_only: 9, candidate_only: 6, neither: 15 };
/// assert_eq!(baseline_rate(&outcomes), Ok(29.0 / 50.0));
/// ```
pub fn baseline_rate<C: Count>(outcomes: &PairedOutcomes<C>) -> Result<C::Real, Undefined> {
    let n = items(outcomes)?;
    Ok((outcomes.both.real() + outcomes.baseline_only.real()) / n)
}

/// The share of items the candidate has right, (a + c)/n, in 0–1. Undefined without items
/// (`no_items`).
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, candidate_rate};
/// let outcomes = PairedOutcomes { both: 20u64, baseline_only: 9, candidate_only: 6, neither: 15 };
/// assert_eq!(candidate_rate(&outcomes), Ok(26.0 / 50.0));
/// ```
pub fn candidate_rate<C: Count>(outcomes: &PairedOutcomes<C>) -> Result<C::Real, Undefined> {
    let n = items(outcomes)?;
    Ok((outcomes.both.real() + outcomes.candidate_only.real()) / n)
}

/// McNemar's test of equal rates by its chi-square approximation, (b − c)²/(b + c).
///
/// Undefined without discordant items (`no_discordant_pairs`) or items (`no_items`).
///
/// Source: McNemar 1947.
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_chi2};
/// let outcomes = PairedOutcomes { both: 20u64, baseline_only: 9, candidate_only: 6, neither: 15 };
/// assert_eq!(mcnemar_chi2(&outcomes).unwrap().statistic, 0.6);
/// ```
pub fn mcnemar_chi2<C: Count>(outcomes: &PairedOutcomes<C>) -> Result<ChiSquareTest, Undefined> {
    mcnemar_corrected(outcomes, 0.0)
}

/// McNemar's test with Edwards' continuity correction, (|b − c| − 1)²/(b + c), 0 where b and c
/// differ by less than 1.
///
/// Undefined like [`mcnemar_chi2`].
///
/// Source: Edwards 1948.
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_chi2_edwards};
/// let outcomes = PairedOutcomes { both: 20u64, baseline_only: 9, candidate_only: 6, neither: 15 };
/// assert_eq!(mcnemar_chi2_edwards(&outcomes).unwrap().statistic, 4.0 / 15.0);
/// ```
pub fn mcnemar_chi2_edwards<C: Count>(
    outcomes: &PairedOutcomes<C>,
) -> Result<ChiSquareTest, Undefined> {
    mcnemar_corrected(outcomes, 1.0)
}

/// McNemar's test with the continuity correction of one half, (|b − c| − ½)²/(b + c), 0 where
/// b = c.
///
/// Undefined like [`mcnemar_chi2`].
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_chi2_half};
/// let outcomes = PairedOutcomes { both: 20u64, baseline_only: 9, candidate_only: 6, neither: 15 };
/// assert_eq!(mcnemar_chi2_half(&outcomes).unwrap().statistic, 6.25 / 15.0);
/// ```
pub fn mcnemar_chi2_half<C: Count>(
    outcomes: &PairedOutcomes<C>,
) -> Result<ChiSquareTest, Undefined> {
    mcnemar_corrected(outcomes, 0.5)
}

fn mcnemar_corrected<C: Count>(
    outcomes: &PairedOutcomes<C>,
    correction: f64,
) -> Result<ChiSquareTest, Undefined> {
    items(outcomes)?;
    let (b, c) = (
        outcomes.baseline_only.real().value(),
        outcomes.candidate_only.real().value(),
    );
    if b + c == 0.0 {
        return Err(Undefined::NoDiscordantPairs);
    }
    let distance = ((b - c).abs() - correction).max(0.0);
    Ok(ChiSquareTest::new(distance * distance / (b + c), 1.0))
}

/// McNemar's exact test, two-sided: twice the binomial probability of as few or fewer, at most 1.
///
/// min(1, 2 P(X ≤ min(b, c))), X binomial (b + c, ½). 1 without discordant items; undefined without
/// items (`no_items`).
///
/// Source: McNemar 1947; Cochran 1950.
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_exact_p};
/// let outcomes = PairedOutcomes { both: 9, baseline_only: 5, candidate_only: 1, neither: 0 };
/// // 2 (1 + 6)/64.
/// assert!((mcnemar_exact_p(&outcomes).unwrap() - 14.0 / 64.0).abs() < 1e-15);
/// ```
pub fn mcnemar_exact_p(outcomes: &PairedOutcomes) -> Result<f64, Undefined> {
    items(outcomes)?;
    let fewer = outcomes.baseline_only.min(outcomes.candidate_only);
    Ok((2.0 * binomial_cdf(fewer, outcomes.discordant(), 0.5)).min(1.0))
}

/// McNemar's test with the mid-p value, two-sided: the exact p less the probability of the outcome
/// itself. The one to read: it keeps its level almost always and loses less power than the exact
/// test.
///
/// 2 P(X ≤ m) − P(X = m), m = min(b, c), X binomial (b + c, ½); exactly 1 where b = c. Undefined
/// without items (`no_items`).
///
/// Source: Fagerland, Lydersen & Laake 2013.
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_midp};
/// let outcomes = PairedOutcomes { both: 9, baseline_only: 5, candidate_only: 1, neither: 0 };
/// assert!((mcnemar_midp(&outcomes).unwrap() - 8.0 / 64.0).abs() < 1e-15);
/// ```
pub fn mcnemar_midp(outcomes: &PairedOutcomes) -> Result<f64, Undefined> {
    items(outcomes)?;
    if outcomes.baseline_only == outcomes.candidate_only {
        return Ok(1.0);
    }
    let fewer = outcomes.baseline_only.min(outcomes.candidate_only);
    let discordant = outcomes.discordant();
    let p = 2.0 * binomial_cdf(fewer, discordant, 0.5) - binomial_pmf(fewer, discordant, 0.5);
    Ok(p.min(1.0))
}

/// McNemar's exact test against the alternative that the candidate is worse: P(X ≤ c), X binomial
/// (b + c, ½). Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::paired::{PairedOutcomes, mcnemar_exact_p_candidate_worse};
/// let outcomes = PairedOutcomes { both: 9, baseline_only: 5, candidate_only: 1, neither: 0 };
/// assert!((mcnemar_exact_p_candidate_worse(&outcomes).unwrap() - 7.0 / 64.0).abs() < 1e-15);
/// ```
pub fn mcnemar_exact_p_candidate_worse(outcomes: &PairedOutcomes) -> Result<f64, Undefined> {
    items(outcomes)?;
    let discordant = outcomes.discordant();
    Ok(binomial_cdf(outcomes.candidate_only, discordant, 0.5))
}

/// The conditional odds ratio c/b of the candidate being right, infinite where b = 0, with the limits
/// of Clopper and Pearson's interval for c/(b + c).
///
/// Undefined without discordant items (`no_discordant_pairs`) or items (`no_items`).
///
/// ```
/// use labelgate::{num::Level, stat::paired::{PairedOutcomes, odds_ratio}};
/// let outcomes = PairedOutcomes { both: 9u64, baseline_only: 2, candidate_only: 4, neither: 0 };
/// assert_eq!(odds_ratio(&outcomes, Level::DEFAULT).unwrap().0, 2.0);
/// ```
pub fn odds_ratio<C: Count>(
    outcomes: &PairedOutcomes<C>,
    level: Level,
) -> Result<(f64, (f64, f64)), Undefined> {
    items(outcomes)?;
    let (b, c) = (
        outcomes.baseline_only.real().value(),
        outcomes.candidate_only.real().value(),
    );
    if b + c == 0.0 {
        return Err(Undefined::NoDiscordantPairs);
    }
    let tail = 1.0 - level.upper_tail();
    let low = if c == 0.0 {
        0.0
    } else {
        let share = beta_quantile(tail, c, b + 1.0);
        share / (1.0 - share)
    };
    let high = if b == 0.0 {
        f64::INFINITY
    } else {
        // From the other side, so that a limit near 1 keeps its digits.
        let rest = beta_quantile(tail, b, c + 1.0);
        (1.0 - rest) / rest
    };
    let ratio = if b == 0.0 { f64::INFINITY } else { c / b };
    Ok((ratio, (low, high)))
}

fn items<C: Count>(outcomes: &PairedOutcomes<C>) -> Result<C::Real, Undefined> {
    if outcomes.total().is_zero() {
        Err(Undefined::NoItems)
    } else {
        Ok(outcomes.total().real())
    }
}
