//! The difference of two labellers' shares of right answers on the same items, by Tango's score
//! statistic: it exists even where the two never differ in being right.

use super::distribution::{normal_quantile, normal_sf, t_quantile};
use super::interval::ClusterDesign;
use super::{Clustered, Estimate, Interval, Method, Tally, Undefined};
use crate::num::Level;

/// Residual sums smaller than this share of all items are rounding noise.
const NOISE: f64 = 1e-14;

/// Items on which one labeller is right and the other wrong, among all: the tally of a paired
/// comparison of shares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Discordant {
    /// Items on which only the baseline is right.
    pub baseline_only: f64,
    /// Items on which only the candidate is right.
    pub candidate_only: f64,
    /// All items.
    pub n: f64,
}

impl Discordant {
    /// Candidate's minus baseline's share of right answers: positive where the candidate is
    /// better. In −1–1. Undefined without items (`no_items`).
    ///
    /// ```
    /// use labelgate::stat::tango::Discordant;
    /// let pairs = Discordant { baseline_only: 3.0, candidate_only: 1.0, n: 20.0 };
    /// assert_eq!(pairs.difference(), Ok(-0.1));
    /// ```
    pub fn difference(self) -> Result<f64, Undefined> {
        if self.n == 0.0 {
            return Err(Undefined::NoItems);
        }
        Ok((self.candidate_only - self.baseline_only) / self.n)
    }

    fn scaled(self, factor: f64) -> Self {
        Self {
            baseline_only: self.baseline_only / factor,
            candidate_only: self.candidate_only / factor,
            n: self.n / factor,
        }
    }
}

impl Tally for Discordant {
    fn add(&mut self, other: &Self) {
        self.baseline_only += other.baseline_only;
        self.candidate_only += other.candidate_only;
        self.n += other.n;
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn size(&self) -> f64 {
        self.n
    }
}

/// Tango's score statistic: the observed difference minus a supposed one, in standard errors that
/// hold if the supposed one is true. Positive where the observed one is larger; infinite where the
/// supposed one cannot be.
///
/// (c − b − nδ) / √(n (2q + δ(1 − δ))), with q the likeliest share of items on which only the
/// baseline is right. Counts may be real, as effective ones are.
///
/// Source: Tango 1998.
///
/// ```
/// use labelgate::stat::tango::{Discordant, tango_z};
/// // No difference on 40 items: 40·0.1 / √(40·0.1·0.9) above a difference of −0.1.
/// let same = Discordant { baseline_only: 0.0, candidate_only: 0.0, n: 40.0 };
/// assert!((tango_z(same, -0.1) - 2.108_185).abs() < 1e-6);
/// ```
pub fn tango_z(pairs: Discordant, difference: f64) -> f64 {
    let Discordant {
        baseline_only: b,
        candidate_only: c,
        n,
    } = pairs;
    let d = difference;
    let linear = (2.0 * n - c + b) * d - b - c;
    let constant = -b * d * (1.0 - d);
    let root = (linear * linear - 8.0 * n * constant).max(0.0).sqrt();
    // The same root of the quadratic, written so that like numbers are never subtracted.
    let q = if linear > 0.0 {
        -2.0 * constant / (root + linear)
    } else {
        (root - linear) / (4.0 * n)
    };
    let variance = n * (2.0 * q + d * (1.0 - d));
    let distance = c - b - n * d;
    if distance == 0.0 {
        0.0
    } else if variance > 0.0 {
        distance / variance.sqrt()
    } else {
        f64::INFINITY.copysign(distance)
    }
}

/// Tango's score interval at the normal quantile `z`: the differences that the score statistic
/// does not reject. Undefined without items (`no_items`).
///
/// Source: Tango 1998.
///
/// ```
/// use labelgate::stat::tango::{Discordant, tango_interval};
/// // Where nothing differs the limits are ∓z²/(n + z²).
/// let same = Discordant { baseline_only: 0.0, candidate_only: 0.0, n: 40.0 };
/// let (low, high) = tango_interval(same, 2.0).unwrap();
/// assert!((low + 4.0 / 44.0).abs() < 1e-12 && (high - 4.0 / 44.0).abs() < 1e-12);
/// ```
pub fn tango_interval(pairs: Discordant, z: f64) -> Result<(f64, f64), Undefined> {
    let estimate = pairs.difference()?;
    let low = if pairs.baseline_only >= pairs.n {
        -1.0
    } else {
        crossing(-1.0, estimate, |d| tango_z(pairs, d) > z)
    };
    let high = if pairs.candidate_only >= pairs.n {
        1.0
    } else {
        crossing(estimate, 1.0, |d| tango_z(pairs, d) > -z)
    };
    Ok((low, high))
}

/// A paired difference of shares with its score interval: Tango's where items are independent (no
/// cluster has two), otherwise the clustered one.
///
/// Undefined without items (`no_items`); without interval from a single cluster of several items
/// (`fewer_than_two_clusters`).
///
/// Source: Tango 1998; see [`clustered_tango`].
pub fn paired_difference(
    data: &Clustered<Discordant>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let design = ClusterDesign::new(data.0.iter().map(|cluster| cluster.n));
    if !design.is_independent() {
        return clustered_tango(data, level);
    }
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = total.difference()?;
    let mut estimate = design.estimate(value, level);
    estimate.se = Some(iid_variance(total, value).sqrt());
    let limits = tango_interval(total, normal_quantile(level.upper_tail()));
    estimate.interval = limits.map(|(low, high)| Interval {
        low,
        high,
        method: Method::Tango,
    });
    Ok(estimate)
}

/// A paired difference of shares with Tango's interval at the effective number of items: counts
/// divided by [`paired_design_effect`] × (t/z)², t on Bell–McCaffrey degrees of freedom.
///
/// Undefined without items (`no_items`); without interval from a single cluster
/// (`fewer_than_two_clusters`).
///
/// Source: Tango 1998, with the design effect of Korn & Graubard 1998.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::Clustered;
/// use labelgate::stat::tango::{Discordant, clustered_tango};
/// let user = |b, c| Discordant { baseline_only: b, candidate_only: c, n: 4.0 };
/// let data = Clustered(vec![user(1.0, 0.0), user(0.0, 0.0), user(2.0, 1.0), user(1.0, 0.0)]);
/// let estimate = clustered_tango(&data, Level::DEFAULT).unwrap();
/// assert_eq!(estimate.value, -0.1875);
/// assert!(estimate.low().unwrap() < -0.1875 && estimate.high().unwrap() > -0.1875);
/// ```
pub fn clustered_tango(data: &Clustered<Discordant>, level: Level) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = total.difference()?;
    let (design, residual_sums) = design_and_residual_sums(data, value);
    let mut estimate = design.estimate(value, level);
    estimate.se = design.cr2_of_mean(&residual_sums).map(f64::sqrt).ok();
    let z = normal_quantile(level.upper_tail());
    let limits = effective(data, level.upper_tail()).and_then(|counts| tango_interval(counts, z));
    estimate.interval = limits.map(|(low, high)| Interval {
        low,
        high,
        method: Method::ClusteredTango,
    });
    Ok(estimate)
}

/// By how much clusters multiply the variance of a paired difference: max(1, CR2/iid), or Σ m²/n
/// where either variance is 0.
///
/// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
///
/// ```
/// use labelgate::stat::Clustered;
/// use labelgate::stat::tango::{Discordant, paired_design_effect};
/// // Nothing differs, so the worst case is taken: (9 + 1)/4.
/// let user = |n| Discordant { baseline_only: 0.0, candidate_only: 0.0, n };
/// assert_eq!(paired_design_effect(&Clustered(vec![user(3.0), user(1.0)])), Ok(2.5));
/// ```
pub fn paired_design_effect(data: &Clustered<Discordant>) -> Result<f64, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = total.difference()?;
    let (design, residual_sums) = design_and_residual_sums(data, value);
    let (robust, plain) = (
        design.cr2_of_mean(&residual_sums)?,
        iid_variance(total, value),
    );
    if robust == 0.0 || plain == 0.0 {
        return Ok(design.worst_design_effect());
    }
    Ok((robust / plain).max(1.0))
}

/// The test that the candidate is not worse than the baseline by more than a margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TangoTest {
    /// The score statistic at a difference of −margin: large is evidence that the candidate is not
    /// worse than that.
    pub z: f64,
    /// Its one-sided p-value.
    pub p: f64,
}

/// Tango's non-inferiority test on effective counts, at the one-sided level `alpha` to which the
/// counts are adjusted. It passes where `p < alpha`, which is where the lower limit of
/// [`clustered_tango`] at level 1 − 2 alpha lies above −margin.
///
/// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
///
/// ```
/// use labelgate::stat::Clustered;
/// use labelgate::stat::tango::{Discordant, clustered_tango_test};
/// let user = |b| Discordant { baseline_only: b, candidate_only: 0.0, n: 4.0 };
/// let worse = Clustered(vec![user(2.0), user(1.0), user(3.0), user(2.0)]);
/// // Worse by half: no evidence at all that it is within a tenth.
/// assert!(clustered_tango_test(&worse, 0.1, 0.05).unwrap().p > 0.9);
/// ```
pub fn clustered_tango_test(
    data: &Clustered<Discordant>,
    margin: f64,
    alpha: f64,
) -> Result<TangoTest, Undefined> {
    let z = tango_z(effective(data, 1.0 - alpha)?, -margin);
    Ok(TangoTest { z, p: normal_sf(z) })
}

/// The counts divided by design effect × (t/z)², both quantiles at the same probability.
fn effective(data: &Clustered<Discordant>, probability: f64) -> Result<Discordant, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let design_effect = paired_design_effect(data)?;
    let design = ClusterDesign::new(data.0.iter().map(|cluster| cluster.n));
    let t = t_quantile(probability, design.degrees_of_freedom()?);
    let stretch = t / normal_quantile(probability);
    Ok(total.scaled(design_effect * stretch * stretch))
}

fn iid_variance(total: Discordant, difference: f64) -> f64 {
    let discordant = (total.baseline_only + total.candidate_only) / total.n;
    let variance = (discordant - difference * difference) / total.n;
    if variance <= NOISE { 0.0 } else { variance }
}

fn design_and_residual_sums(
    data: &Clustered<Discordant>,
    difference: f64,
) -> (ClusterDesign, Vec<f64>) {
    let counted = || data.0.iter().filter(|cluster| cluster.n > 0.0);
    let design = ClusterDesign::new(counted().map(|cluster| cluster.n));
    let noise = NOISE * design.n();
    let residual_sums = counted()
        .map(|c| c.candidate_only - c.baseline_only - difference * c.n)
        .map(|sum| if sum.abs() <= noise { 0.0 } else { sum })
        .collect();
    (design, residual_sums)
}

/// Where a condition that holds from the low end on stops holding, to the last digit.
fn crossing(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}
