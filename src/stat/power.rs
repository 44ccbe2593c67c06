//! How many items a comparison needs, and how likely it is to decide.

use super::Undefined;
use super::distribution::{log_gamma, normal_quantile};
use super::interval::{ClusterDesign, tango_statistic, wilson};
use crate::num::Level;

/// Which test of a paired difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PairedTest {
    /// McNemar's chi-square without correction, two-sided.
    McNemarChiSquare,
    /// McNemar's exact test, two-sided.
    McNemarExact,
    /// McNemar's mid-p test, two-sided.
    McNemarMidP,
    /// Tango's score test that the candidate is not worse by more than the margin, one-sided.
    NonInferiority {
        /// The margin, as a share.
        margin: f64,
    },
}

/// A supposed truth about paired outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Supposed {
    /// The share of items on which only the baseline is right.
    pub baseline_only: f64,
    /// The share of items on which only the candidate is right.
    pub candidate_only: f64,
}

/// What a test of `n` independent pairs does, over all outcomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// The probability that it rejects.
    pub power: f64,
    /// How many of the possible outcomes (b, c) it rejects.
    pub n_rejected: u64,
}

/// Exact unconditional power of a test at level `alpha` on `n` independent pairs: the probability,
/// under the supposed truth, of all outcomes that it rejects. For [`PairedTest::NonInferiority`]
/// to reject is to pass the candidate.
///
/// In 0–1. Takes time in the square of `n`.
///
/// Source: Suissa & Shuster 1991; Tango 1998.
///
/// ```
/// use labelgate::stat::power::{PairedTest, Supposed, paired_power};
/// // With six pairs the exact test rejects only where all six differ the same way.
/// let all = Supposed { baseline_only: 0.0, candidate_only: 1.0 };
/// assert!((paired_power(6, all, 0.05, PairedTest::McNemarExact).power - 1.0).abs() < 1e-9);
/// assert_eq!(paired_power(5, all, 0.05, PairedTest::McNemarExact).power, 0.0);
/// ```
pub fn paired_power(n: u64, supposed: Supposed, alpha: f64, test: PairedTest) -> Power {
    let factorials: Vec<f64> = (0..=n).map(|k| log_gamma(k as f64 + 1.0)).collect();
    let neither = 1.0 - supposed.baseline_only - supposed.candidate_only;
    let log_power = |share: f64, times: u64| match times {
        0 => 0.0,
        _ => times as f64 * share.ln(),
    };
    let probability = |b: u64, c: u64| -> f64 {
        let rest = n - b - c;
        let ways = factorials[n as usize]
            - factorials[b as usize]
            - factorials[c as usize]
            - factorials[rest as usize];
        let chance = log_power(supposed.baseline_only, b)
            + log_power(supposed.candidate_only, c)
            + log_power(neither.max(0.0), rest);
        (ways + chance).exp()
    };
    let mut power = Power {
        power: 0.0,
        n_rejected: 0,
    };
    let z_two_sided = normal_quantile(1.0 - alpha / 2.0);
    let z_one_sided = normal_quantile(1.0 - alpha);
    for discordant in 0..=n {
        let tails = match test {
            PairedTest::McNemarExact | PairedTest::McNemarMidP => {
                lower_tails(discordant, &factorials)
            }
            _ => Vec::new(),
        };
        for b in 0..=discordant {
            let c = discordant - b;
            let rejected = match test {
                PairedTest::NonInferiority { margin } => {
                    tango_statistic(b as f64, c as f64, n as f64, -margin) > z_one_sided
                }
                _ if discordant == 0 => false,
                PairedTest::McNemarChiSquare => {
                    let apart = b.abs_diff(c) as f64;
                    apart * apart / discordant as f64 > z_two_sided * z_two_sided
                }
                PairedTest::McNemarExact => {
                    let (tail, _) = tails[b.min(c) as usize];
                    2.0 * tail <= alpha
                }
                PairedTest::McNemarMidP => {
                    let (tail, at) = tails[b.min(c) as usize];
                    b != c && 2.0 * tail - at <= alpha
                }
            };
            if rejected {
                power.power += probability(b, c);
                power.n_rejected += 1;
            }
        }
    }
    power
}

/// P(X ≤ k) and P(X = k) of the smaller of two counts under no difference.
fn lower_tails(m: u64, factorials: &[f64]) -> Vec<(f64, f64)> {
    let halves = m as f64 * std::f64::consts::LN_2;
    let mut tail = 0.0;
    let tails = (0..=m / 2).map(|k| {
        let ways = factorials[m as usize] - factorials[k as usize] - factorials[(m - k) as usize];
        let at = (ways - halves).exp();
        tail += at;
        (tail, at)
    });
    tails.collect()
}

/// Pairs needed for McNemar's two-sided test at `alpha` to detect a difference with the given
/// power, where `discordance` is the share of items on which the labellers differ in being right.
/// Real; round up.
///
/// (z_α √ψ + z_β √(ψ − δ²))² / δ². Undefined where there is no difference to detect
/// (`no_variation`).
///
/// Source: Connor 1987.
///
/// ```
/// use labelgate::stat::power::mcnemar_n;
/// assert_eq!(mcnemar_n(0.2, 0.1, 0.05, 0.8).unwrap().ceil(), 155.0);
/// ```
pub fn mcnemar_n(
    discordance: f64,
    difference: f64,
    alpha: f64,
    power: f64,
) -> Result<f64, Undefined> {
    let squared = difference * difference;
    if squared == 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (za, zb) = (normal_quantile(1.0 - alpha / 2.0), normal_quantile(power));
    let root = za * discordance.sqrt() + zb * (discordance - squared).max(0.0).sqrt();
    Ok(root * root / squared)
}

/// Pairs needed for a one-sided non-inferiority test at `alpha` to pass with the given power a
/// candidate that differs from the baseline by `difference` (negative: worse). Real; round up.
///
/// (z_α + z_β)² (ψ − δ²) / (δ + margin)². Undefined where the difference is not above −margin
/// (`alternative_not_inside_margin`).
///
/// ```
/// use labelgate::stat::power::non_inferiority_n;
/// assert_eq!(non_inferiority_n(0.12, 0.0, 0.05, 0.05, 0.9).unwrap().ceil(), 412.0);
/// // A candidate that is really worse needs more.
/// assert!(non_inferiority_n(0.12, -0.02, 0.05, 0.05, 0.9).unwrap() > 1000.0);
/// ```
pub fn non_inferiority_n(
    discordance: f64,
    difference: f64,
    margin: f64,
    alpha: f64,
    power: f64,
) -> Result<f64, Undefined> {
    let room = difference + margin;
    if room <= 0.0 {
        return Err(Undefined::AlternativeNotInsideMargin);
    }
    let z = normal_quantile(1.0 - alpha) + normal_quantile(power);
    Ok(z * z * (discordance - difference * difference).max(0.0) / (room * room))
}

/// Independent items needed for a one-sided test of a share against the `threshold` at `alpha` to
/// decide with the given power where the share really is `truth`: for Wilson's limit at `alpha` to
/// clear the threshold. Real; round up. Takes `alpha` = 1/2 for a decision by the point.
///
/// ((z_α √(c(1 − c)) + z_β √(p(1 − p))) / (p − c))². Undefined where truth and threshold are the
/// same (`no_variation`).
///
/// Source: Fleiss, Levin & Paik 2003, 2.5.
///
/// ```
/// use labelgate::stat::power::share_n;
/// // z of 1.95996 and 0.84162: (1.95996 · 0.4 + 0.84162 · 0.3)² / 0.1².
/// assert_eq!(share_n(0.8, 0.9, 0.025, 0.8).unwrap().ceil(), 108.0);
/// assert!(share_n(0.8, 0.8, 0.025, 0.8).is_err());
/// ```
pub fn share_n(threshold: f64, truth: f64, alpha: f64, power: f64) -> Result<f64, Undefined> {
    let room = truth - threshold;
    if room == 0.0 {
        return Err(Undefined::NoVariation);
    }
    let spread = |share: f64| (share * (1.0 - share)).max(0.0).sqrt();
    let (za, zb) = (normal_quantile(1.0 - alpha), normal_quantile(power));
    let root = (za * spread(threshold) + zb * spread(truth)) / room;
    Ok(root * root)
}

/// Half the width of Wilson's interval of a share `p` of `n` independent items.
///
/// ```
/// use labelgate::{num::Level, stat::power::wilson_half_width};
/// assert!((wilson_half_width(0.9, 388, Level::DEFAULT) - 0.029_961_68).abs() < 1e-8);
/// ```
pub fn wilson_half_width(p: f64, n: u64, level: Level) -> f64 {
    let (low, high) = wilson(p, n as f64, normal_quantile(level.upper_tail()));
    0.5 * (high - low)
}

/// The fewest independent items for which Wilson's interval of a share `p` is no wider than twice
/// `half_width`. Undefined for a width that is not positive (`non_positive_values`).
///
/// ```
/// use labelgate::{num::Level, stat::power::wilson_n};
/// assert_eq!(wilson_n(0.9, 0.03, Level::DEFAULT), Ok(388));
/// ```
pub fn wilson_n(p: f64, half_width: f64, level: Level) -> Result<u64, Undefined> {
    if half_width.is_nan() || half_width <= 0.0 {
        return Err(Undefined::NonPositiveValues);
    }
    let wide = |n: u64| wilson_half_width(p, n, level) > half_width;
    let mut high = 1;
    while wide(high) {
        // Beyond any data set; a width this small is a mistake.
        if high > 1 << 60 {
            return Err(Undefined::NonPositiveValues);
        }
        high *= 2;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if wide(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

/// What clusters of given sizes cost at a given intra-cluster correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterCost {
    /// The size of the cluster of a random item: Σ m² / Σ m.
    pub typical_size: f64,
    /// Variance relative to independent items: 1 + (typical size − 1) icc.
    pub design_effect: f64,
    /// How many independent items these are worth.
    pub effective_n: f64,
    /// The same if the items of a cluster were all alike.
    pub worst_effective_n: f64,
}

/// What clusters of these sizes cost. Undefined without items (`no_items`).
///
/// Source: Kish 1965.
///
/// ```
/// use labelgate::stat::power::cluster_cost;
/// let cost = cluster_cost(&[1, 1, 4], 0.5).unwrap();
/// assert_eq!((cost.typical_size, cost.design_effect, cost.effective_n), (3.0, 2.0, 3.0));
/// ```
pub fn cluster_cost(sizes: &[u64], icc: f64) -> Result<ClusterCost, Undefined> {
    let design = ClusterDesign::new(sizes.iter().map(|size| *size as f64));
    let n = design.n();
    if n == 0.0 {
        return Err(Undefined::NoItems);
    }
    let typical_size = design.worst_design_effect();
    let design_effect = 1.0 + (typical_size - 1.0) * icc;
    Ok(ClusterCost {
        typical_size,
        design_effect,
        effective_n: n / design_effect,
        worst_effective_n: n / typical_size,
    })
}
