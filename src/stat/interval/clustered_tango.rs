//! The difference of two labellers' shares of right answers where items come in clusters, by
//! Tango's score interval at the effective number of items.

use super::cluster::ClusterDesign;
use super::paired::{noninferiority_p, tango, tango_statistic};
use crate::num::Level;
use crate::stat::distribution::{normal_cdf, normal_quantile, t_quantile, t_sf};
use crate::stat::paired::{PairedOutcomes, difference};
use crate::stat::{Clustered, Count, Estimate, Interval, Method, Tally, Undefined};

/// Residual sums smaller than this share of all items are rounding noise.
const NOISE: f64 = 1e-14;

/// Paired outcomes brought to an effective size: b, c and n of Tango's statistic.
#[derive(Clone, Copy)]
struct Effective {
    baseline_only: f64,
    candidate_only: f64,
    n: f64,
}

/// A paired difference of shares, candidate − baseline, with its score interval: Tango's where items
/// are independent (no cluster has two), otherwise that of clusters whose items are alike.
///
/// Undefined without items (`no_items`); without interval from a single cluster of several items
/// (`fewer_than_two_clusters`).
///
/// Source: Tango 1998; see [`exchangeable_tango`].
pub fn paired_difference<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let (design, _) = design_and_residual_sums(data, value);
    if !design.is_independent() {
        return exchangeable_tango(data, level);
    }
    let all = stretched(&total, 1.0);
    let mut estimate = design.estimate(value, level);
    estimate.se = Some(iid_variance(all, value).sqrt());
    let limits = tango(all.baseline_only, all.candidate_only, all.n, level);
    estimate.interval = limits.map(|(low, high)| Interval {
        low,
        high,
        method: Method::Tango,
    });
    Ok(estimate)
}

/// A paired difference of shares, candidate − baseline, with Tango's interval at the effective
/// number of items: counts divided by [`paired_design_effect`] × (t/z)², t on Bell–McCaffrey
/// degrees of freedom.
///
/// Undefined without items (`no_items`); without interval from a single cluster
/// (`fewer_than_two_clusters`).
///
/// Source: Tango 1998, with the design effect of Korn & Graubard 1998.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::{Clustered, interval::clustered_tango, paired::PairedOutcomes};
/// let user = |baseline_only, candidate_only| PairedOutcomes {
///     both: 4 - baseline_only - candidate_only, baseline_only, candidate_only, neither: 0_u64,
/// };
/// let data = Clustered(vec![user(1, 0), user(0, 0), user(2, 1), user(1, 0)]);
/// let estimate = clustered_tango(&data, Level::DEFAULT).unwrap();
/// assert_eq!(estimate.value, -0.1875);
/// assert!(estimate.low().unwrap() < -0.1875 && estimate.high().unwrap() > -0.1875);
/// ```
pub fn clustered_tango<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let (design, residual_sums) = design_and_residual_sums(data, value);
    let mut estimate = design.estimate(value, level);
    estimate.se = design.cr2_of_mean(&residual_sums).map(f64::sqrt).ok();
    let limits = effective(data, level.upper_tail(), 0.0)
        .and_then(|at| tango(at.baseline_only, at.candidate_only, at.n, level));
    estimate.interval = limits.map(|(low, high)| Interval {
        low,
        high,
        method: Method::ClusteredTango,
    });
    Ok(estimate)
}

/// The interval of [`clustered_tango`] with variance and degrees of freedom of a model in which the
/// items of a cluster are alike: to the degree that [`paired_icc`] finds, where that is positive.
/// Where it is not, the two are the same.
///
/// Undefined without items (`no_items`); without interval from a single cluster
/// (`fewer_than_two_clusters`).
///
/// Source: Tango 1998; Pustejovsky & Tipton 2018 for the variance; Imbens & Kolesár 2016 for degrees
/// of freedom under an estimated correlation; Korn & Graubard 1998 for the effective size.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::interval::{clustered_tango, exchangeable_tango};
/// use labelgate::stat::{Clustered, paired::PairedOutcomes};
/// let user = |both, baseline_only| PairedOutcomes {
///     both, baseline_only, candidate_only: 0, neither: 0_u64,
/// };
/// // One user has most sessions, and the sessions of a user are alike.
/// let data = Clustered(vec![user(2, 18), user(3, 0), user(3, 0), user(0, 2), user(2, 0), user(2, 0)]);
/// let width = |estimate: labelgate::stat::Estimate| {
///     estimate.high().unwrap() - estimate.low().unwrap()
/// };
/// let alike = exchangeable_tango(&data, Level::DEFAULT).unwrap();
/// assert!(width(alike) > width(clustered_tango(&data, Level::DEFAULT).unwrap()));
/// ```
pub fn exchangeable_tango<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let (design, residual_sums) = design_and_residual_sums(data, value);
    let icc = working_icc(data);
    let mut estimate = design.estimate(value, level);
    estimate.se = design
        .cr2_of_mean_at(icc, &residual_sums)
        .map(f64::sqrt)
        .ok();
    let limits = effective(data, level.upper_tail(), icc)
        .and_then(|at| tango(at.baseline_only, at.candidate_only, at.n, level));
    estimate.interval = limits.map(|(low, high)| Interval {
        low,
        high,
        method: Method::ExchangeableTango,
    });
    Ok(estimate)
}

/// Intra-cluster correlation of the paired score, −1 for an item only the baseline has right, 1 for
/// one only the candidate has, 0 for all others: one less the variance within clusters over that of
/// all items.
///
/// 1 − Σ ((b + c) − (c − b)²/m) / ((n − G) s²), with b and c of the m items of a cluster, G clusters
/// and s² = (Σb + Σc)/n − d². At most 1; negative where items of a cluster differ more than items of
/// different clusters. For scores of 0 and 1 it is [`fleiss_cuzick_icc`](super::fleiss_cuzick_icc).
///
/// Undefined without items (`no_items`), where no cluster has two (`all_clusters_have_one_item`),
/// and where no score differs from another (`zero_variance`).
///
/// ```
/// use labelgate::stat::{Clustered, interval::paired_icc, paired::PairedOutcomes};
/// let user = |baseline_only, candidate_only| PairedOutcomes {
///     both: 4 - baseline_only - candidate_only, baseline_only, candidate_only, neither: 0_u64,
/// };
/// assert_eq!(paired_icc(&Clustered(vec![user(4, 0), user(0, 4)])), Ok(1.0));
/// // 1 − (2 + 2) / (6 · ½).
/// let mixed = paired_icc(&Clustered(vec![user(1, 1), user(1, 1)])).unwrap();
/// assert!((mixed + 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn paired_icc<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
) -> Result<f64, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let counted = || data.0.iter().filter(|cluster| cluster.size() > 0.0);
    let n: f64 = counted().map(Tally::size).sum();
    let repeated = n - counted().count() as f64;
    if repeated <= 0.0 {
        return Err(Undefined::AllClustersHaveOneItem);
    }
    let all = stretched(&total, 1.0);
    // n times the variance of the mean is the variance of a score.
    let spread = repeated * iid_variance(all, value) * n;
    if spread <= 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let within: f64 = counted()
        .map(|cluster| {
            let (b, c) = (cluster.baseline_only.real(), cluster.candidate_only.real());
            b + c - (c - b) * (c - b) / cluster.size()
        })
        .sum();
    Ok(1.0 - within / spread)
}

/// The correlation that the model supposes.
fn working_icc<C: Count<Real = f64>>(data: &Clustered<PairedOutcomes<C>>) -> f64 {
    paired_icc(data).unwrap_or(0.0).max(0.0)
}

/// By how much clusters multiply the variance of a paired difference: max(1, CR2/iid), or Σ m²/n
/// where either variance is 0.
///
/// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
///
/// ```
/// use labelgate::stat::{Clustered, interval::paired_design_effect, paired::PairedOutcomes};
/// // Nothing differs, so the worst case is taken: (9 + 1)/4.
/// let user = |both| PairedOutcomes { both, ..PairedOutcomes::<u64>::new() };
/// assert_eq!(paired_design_effect(&Clustered(vec![user(3), user(1)])), Ok(2.5));
/// ```
pub fn paired_design_effect<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
) -> Result<f64, Undefined> {
    design_effect_at(data, 0.0)
}

fn design_effect_at<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    icc: f64,
) -> Result<f64, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let (design, residual_sums) = design_and_residual_sums(data, value);
    let robust = design.cr2_of_mean_at(icc, &residual_sums)?;
    let plain = iid_variance(stretched(&total, 1.0), value);
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
/// use labelgate::stat::{Clustered, interval::clustered_tango_test, paired::PairedOutcomes};
/// let user = |baseline_only| PairedOutcomes {
///     both: 4 - baseline_only, baseline_only, candidate_only: 0, neither: 0_u64,
/// };
/// // Worse by half: no evidence at all that it is within a tenth.
/// let worse = Clustered(vec![user(2), user(1), user(3), user(2)]);
/// assert!(clustered_tango_test(&worse, 0.1, 0.05).unwrap().p > 0.9);
/// ```
pub fn clustered_tango_test<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    margin: f64,
    alpha: f64,
) -> Result<TangoTest, Undefined> {
    test_at(effective(data, 1.0 - alpha, 0.0)?, margin)
}

/// The test of [`clustered_tango_test`] that belongs to [`exchangeable_tango`].
///
/// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
///
/// ```
/// use labelgate::stat::interval::{clustered_tango_test, exchangeable_tango_test};
/// use labelgate::stat::{Clustered, paired::PairedOutcomes};
/// let user = |baseline_only| PairedOutcomes {
///     both: 4 - baseline_only, baseline_only, candidate_only: 0, neither: 0_u64,
/// };
/// // Clusters of one size have the same variance, however alike their items are.
/// let data = Clustered(vec![user(2), user(1), user(3), user(2)]);
/// let [one, other] = [clustered_tango_test, exchangeable_tango_test]
///     .map(|test| test(&data, 0.6, 0.05).unwrap().p);
/// assert!((one - other).abs() < 1e-12);
/// ```
pub fn exchangeable_tango_test<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    margin: f64,
    alpha: f64,
) -> Result<TangoTest, Undefined> {
    test_at(effective(data, 1.0 - alpha, working_icc(data))?, margin)
}

fn test_at(at: Effective, margin: f64) -> Result<TangoTest, Undefined> {
    Ok(TangoTest {
        z: tango_statistic(at.baseline_only, at.candidate_only, at.n, -margin),
        p: noninferiority_p(at.baseline_only, at.candidate_only, at.n, margin)?,
    })
}

/// The one-sided p-value that the candidate is worse than the baseline, against no difference:
/// (c − b)/√(b + c) on counts divided by the design effect of [`exchangeable_tango`], on t with its
/// degrees of freedom; on the normal where items are independent. It is the tail beyond which the upper
/// limit of [`paired_difference`] falls below 0.
///
/// In 0–1; ½ where the two sides are alike, and 1 where no item is right on one side alone.
/// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
///
/// Source: McNemar 1947; Tango 1998 for the statistic at 0.
///
/// ```
/// use labelgate::stat::{Clustered, interval::paired_worse_p, paired::PairedOutcomes};
/// let item = |baseline_only, candidate_only| PairedOutcomes {
///     both: 0, baseline_only, candidate_only, neither: 0_u64,
/// };
/// // Nine items lost and none won: z = −3.
/// let p = paired_worse_p(&Clustered(vec![item(1, 0); 9])).unwrap();
/// assert!((p - 0.001_349_898).abs() < 1e-9);
/// ```
pub fn paired_worse_p<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
) -> Result<f64, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = difference(&total)?;
    let (design, _) = design_and_residual_sums(data, value);
    let all = stretched(&total, 1.0);
    let discordant = all.baseline_only + all.candidate_only;
    if discordant == 0.0 {
        return Ok(1.0);
    }
    let z = (all.candidate_only - all.baseline_only) / discordant.sqrt();
    if design.is_independent() {
        return Ok(normal_cdf(z));
    }
    let icc = working_icc(data);
    let t = z / design_effect_at(data, icc)?.sqrt();
    Ok(t_sf(-t, design.degrees_of_freedom_at(icc)?))
}

/// The counts divided by design effect × (t/z)², both quantiles at the same probability.
fn effective<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    probability: f64,
    icc: f64,
) -> Result<Effective, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let design_effect = design_effect_at(data, icc)?;
    let (design, _) = design_and_residual_sums(data, difference(&total)?);
    let t = t_quantile(probability, design.degrees_of_freedom_at(icc)?);
    let stretch = t / normal_quantile(probability);
    Ok(stretched(&total, design_effect * stretch * stretch))
}

fn stretched<C: Count<Real = f64>>(total: &PairedOutcomes<C>, factor: f64) -> Effective {
    Effective {
        baseline_only: total.baseline_only.real() / factor,
        candidate_only: total.candidate_only.real() / factor,
        n: total.size() / factor,
    }
}

fn iid_variance(all: Effective, difference: f64) -> f64 {
    let discordant = (all.baseline_only + all.candidate_only) / all.n;
    let variance = (discordant - difference * difference) / all.n;
    if variance <= NOISE { 0.0 } else { variance }
}

fn design_and_residual_sums<C: Count<Real = f64>>(
    data: &Clustered<PairedOutcomes<C>>,
    difference: f64,
) -> (ClusterDesign, Vec<f64>) {
    let counted = || data.0.iter().filter(|cluster| cluster.size() > 0.0);
    let design = ClusterDesign::new(counted().map(Tally::size));
    let noise = NOISE * design.n();
    let residual_sums = counted()
        .map(|cluster| {
            let net = cluster.candidate_only.real() - cluster.baseline_only.real();
            net - difference * cluster.size()
        })
        .map(|sum| if sum.abs() <= noise { 0.0 } else { sum })
        .collect();
    (design, residual_sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(same: u64, baseline_only: u64, candidate_only: u64) -> PairedOutcomes<u64> {
        PairedOutcomes {
            both: same,
            baseline_only,
            candidate_only,
            neither: 0,
        }
    }

    fn uneven() -> Clustered<PairedOutcomes<u64>> {
        let few = [cluster(3, 6, 0), cluster(4, 0, 2), cluster(5, 1, 0)];
        let many = (0..20).map(|place| cluster(2 + place % 3, 0, 0));
        Clustered(few.into_iter().chain(many).collect())
    }

    #[test]
    fn the_p_value_of_being_worse_is_the_tail_at_which_the_interval_reaches_0() {
        let single =
            (0..40).map(|place| cluster(u64::from(place % 3 > 0), u64::from(place % 3 == 0), 0));
        for data in [uneven(), Clustered(single.collect())] {
            let p = paired_worse_p(&data).unwrap();
            assert!((1e-9..0.4).contains(&p), "{p}");
            let level = Level::new(1.0 - 2.0 * p).unwrap();
            let high = paired_difference(&data, level).unwrap().high().unwrap();
            assert!(high.abs() < 1e-6, "{p}: {high}");
        }
    }

    #[test]
    fn items_that_are_not_alike_have_the_clustered_interval() {
        let data = Clustered(vec![cluster(2, 1, 1); 30]);
        assert!(paired_icc(&data).unwrap() < 0.0);
        let level = Level::ONE_SIDED_95;
        let ours = exchangeable_tango(&data, level).unwrap();
        let usual = clustered_tango(&data, level).unwrap();
        assert!((ours.low().unwrap() - usual.low().unwrap()).abs() < 1e-12);
        assert!((ours.high().unwrap() - usual.high().unwrap()).abs() < 1e-12);
    }

    #[test]
    fn uneven_clusters_whose_items_are_alike_have_a_wider_interval() {
        let data = uneven();
        assert!(paired_icc(&data).unwrap() > 0.1);
        let width = |estimate: Estimate| estimate.high().unwrap() - estimate.low().unwrap();
        let ours = exchangeable_tango(&data, Level::DEFAULT).unwrap();
        assert!(width(ours) > width(clustered_tango(&data, Level::DEFAULT).unwrap()));
    }

    #[test]
    fn the_test_passes_where_the_lower_limit_clears_the_margin() {
        let data = uneven();
        let low = exchangeable_tango(&data, Level::ONE_SIDED_95)
            .unwrap()
            .low()
            .unwrap();
        let p = |margin: f64| exchangeable_tango_test(&data, margin, 0.05).unwrap().p;
        assert!(p(-low + 1e-6) < 0.05 && p(-low - 1e-6) > 0.05);
    }
}
