//! Score intervals of a proportion.

use super::cluster::{ClusterDesign, t_quantile};
use super::delta::delta_of_influences;
use super::exchangeable::exchangeable_wilson;
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Clustered, Count, Estimate, Interval, Method, Real, Tally, Undefined};

/// Residual sums smaller than this share of all items are rounding noise of clusters that all have
/// the overall share, whose variance is 0.
const RESIDUAL_NOISE: f64 = 1e-14;

/// Hits among trials: the tally of anything that is a share of items.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Proportion {
    /// Trials that are hits.
    pub hits: f64,
    /// All trials.
    pub trials: f64,
}

impl Proportion {
    /// A tally of `hits` among `trials`.
    pub fn new<C: Count>(hits: C, trials: C) -> Self {
        Self {
            hits: hits.real().value(),
            trials: trials.real().value(),
        }
    }

    /// The share of hits.
    pub fn share(self) -> Result<f64, Undefined> {
        if self.trials == 0.0 {
            Err(Undefined::NoItems)
        } else {
            Ok(self.hits / self.trials)
        }
    }
}

impl Tally for Proportion {
    fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.trials += other.trials;
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn size(&self) -> f64 {
        self.trials
    }
}

/// Wilson's score interval of a share `p` of `n` independent trials, with the normal or t quantile
/// `z`: the values π for which |p − π| ≤ z √(π(1 − π)/n).
///
/// Source: Wilson 1927.
///
/// ```
/// let (low, high) = labelgate::stat::interval::wilson(0.9, 50.0, 1.959963984540054);
/// assert!((low - 0.786398).abs() < 1e-6 && (high - 0.956524).abs() < 1e-6);
/// ```
pub fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let centre = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At the ends the limit is exact; rounding must not push it past the value.
    let low = if p == 0.0 {
        0.0
    } else {
        (centre - half) / scale
    };
    let high = if p == 1.0 {
        1.0
    } else {
        (centre + half) / scale
    };
    (low, high)
}

/// A proportion with its score interval: Wilson's where items are independent (no cluster has
/// two), otherwise the one for clusters whose items are alike.
///
/// Undefined without items (`no_items`); without interval from a single cluster of several items
/// (`fewer_than_two_clusters`).
///
/// Source: Wilson 1927; see [`exchangeable_wilson`].
pub fn proportion(data: &Clustered<Proportion>, level: Level) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let p = total.share()?;
    let (design, _) = design_and_residual_sums(data, p);
    if !design.is_independent() {
        return exchangeable_wilson(data, level);
    }
    let n = design.n();
    let (low, high) = wilson(p, n, normal_quantile(level.upper_tail()));
    let mut estimate = design.estimate(p, level);
    estimate.se = Some((p * (1.0 - p) / n).sqrt());
    estimate.interval = Ok(Interval {
        low,
        high,
        method: Method::Wilson,
    });
    Ok(estimate)
}

/// A proportion with Wilson's interval at the effective sample size n_eff (z/t)²,
/// n_eff = min(n, p(1 − p)/V), with V the CR2 variance and t on Bell–McCaffrey degrees of freedom;
/// n² / Σ m² where V = 0.
///
/// Covers too little where a few clusters have most items and these are alike; reports have
/// [`exchangeable_wilson`].
///
/// Undefined without items (`no_items`); without interval from a single cluster
/// (`fewer_than_two_clusters`).
///
/// Source: Korn & Graubard 1998; Dean & Pagano 2015.
pub fn clustered_wilson(data: &Clustered<Proportion>, level: Level) -> Result<Estimate, Undefined> {
    let p = data.total().ok_or(Undefined::NoItems)?.share()?;
    let (design, residual_sums) = design_and_residual_sums(data, p);
    let mut estimate = design.estimate(p, level);
    estimate.interval = design.cr2_of_mean(&residual_sums).and_then(|variance| {
        let df = design.degrees_of_freedom()?;
        estimate.se = Some(variance.sqrt());
        let effective = effective_n(p, variance, &design);
        let z = normal_quantile(level.upper_tail());
        let shrink = z / t_quantile(level, df);
        let (low, high) = wilson(p, effective * shrink * shrink, z);
        Ok(Interval {
            low,
            high,
            method: Method::ClusteredWilson,
        })
    });
    Ok(estimate)
}

/// A proportion with its delta-method interval: p ± t √V with the CR2 variance V, or p ± z √(pq/n)
/// where items are independent. It may leave 0–1, and there is none where all items agree; see
/// [`proportion`] for the better one.
///
/// Undefined without items (`no_items`); without interval where the variance is 0
/// (`zero_variance`) or there is a single cluster (`fewer_than_two_clusters`).
pub fn delta_of_share(data: &Clustered<Proportion>, level: Level) -> Result<Estimate, Undefined> {
    let p = data.total().ok_or(Undefined::NoItems)?.share()?;
    let (design, residual_sums) = design_and_residual_sums(data, p);
    let influences: Vec<f64> = residual_sums.iter().map(|sum| sum / design.n()).collect();
    Ok(delta_of_influences(p, &influences, &design, level))
}

/// How many independent items would give a share its variance: min(n, p(1 − p)/V), or n² / Σ m²
/// where the variance is 0, as if clusters agreed perfectly within themselves.
pub fn effective_n(p: f64, variance: f64, design: &ClusterDesign) -> f64 {
    let n = design.n();
    if variance > 0.0 {
        (p * (1.0 - p) / variance).min(n)
    } else {
        n / design.worst_design_effect()
    }
}

pub(super) fn design_and_residual_sums(
    data: &Clustered<Proportion>,
    p: f64,
) -> (ClusterDesign, Vec<f64>) {
    let counted = || data.0.iter().filter(|cluster| cluster.trials > 0.0);
    let design = ClusterDesign::new(counted().map(|cluster| cluster.trials));
    let noise = RESIDUAL_NOISE * design.n();
    let residual_sums = counted()
        .map(|cluster| cluster.hits - p * cluster.trials)
        .map(|sum| if sum.abs() <= noise { 0.0 } else { sum })
        .collect();
    (design, residual_sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(counts: &[(f64, f64)]) -> Clustered<Proportion> {
        Clustered(
            counts
                .iter()
                .map(|&(hits, trials)| Proportion { hits, trials })
                .collect(),
        )
    }

    #[test]
    fn independent_items_have_the_plain_score_interval() {
        let mut counts = vec![(1.0, 1.0); 45];
        counts.extend([(0.0, 1.0); 5]);
        let estimate = proportion(&clusters(&counts), Level::DEFAULT).unwrap();
        let interval = estimate.interval.unwrap();
        assert_eq!(interval.method, Method::Wilson);
        assert!((interval.low - 0.786_398).abs() < 1e-6);
    }

    #[test]
    fn clusters_widen_the_interval() {
        let alike = clusters(&[(10.0, 10.0), (0.0, 10.0), (10.0, 10.0), (10.0, 10.0)]);
        let mixed = clusters(&[(8.0, 10.0), (7.0, 10.0), (7.0, 10.0), (8.0, 10.0)]);
        let width = |data| {
            let interval = proportion(data, Level::DEFAULT).unwrap().interval.unwrap();
            interval.high - interval.low
        };
        assert!(width(&alike) > 2.0 * width(&mixed));
    }

    #[test]
    fn a_perfect_share_still_has_an_interval() {
        let estimate = proportion(&clusters(&[(5.0, 5.0), (5.0, 5.0)]), Level::DEFAULT).unwrap();
        let interval = estimate.interval.unwrap();
        assert_eq!(interval.high, 1.0);
        assert!(interval.low < 0.5);
    }

    #[test]
    fn no_trials_have_no_share() {
        let data = clusters(&[(0.0, 0.0)]);
        assert_eq!(
            proportion(&data, Level::DEFAULT).unwrap_err(),
            Undefined::NoItems
        );
    }

    #[test]
    fn one_cluster_has_a_share_without_interval() {
        let estimate = proportion(&clusters(&[(3.0, 4.0)]), Level::DEFAULT).unwrap();
        assert_eq!(estimate.value, 0.75);
        assert_eq!(estimate.interval, Err(Undefined::FewerThanTwoClusters));
        assert!(estimate.has_few_clusters());
    }
}
