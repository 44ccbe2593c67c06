//! A share's interval where the items of a cluster are alike: variance and degrees of freedom under
//! an exchangeable working correlation, every two items of a cluster alike to the same degree.

use super::cluster::{ClusterDesign, t_quantile};
use super::wilson::{Proportion, design_and_residual_sums, effective_n, wilson};
use crate::num::Level;
use crate::stat::distribution::normal_quantile;
use crate::stat::{Clustered, Estimate, Interval, Method, Undefined};

/// A proportion with Wilson's interval at the effective sample size, as
/// [`clustered_wilson`](super::clustered_wilson) has it, but with the variance and the degrees of
/// freedom of a model in which the items of a cluster are alike: to the degree that
/// [`fleiss_cuzick_icc`] finds in the data, where that is positive. Where it is not, the two
/// intervals are the same.
///
/// Degrees of freedom under independence are too many once a few clusters have most items and these
/// are alike: the variance then hangs on those few. `docs/coverage.md` has the coverage of both.
///
/// Within 0–1. Undefined without items (`no_items`); without interval from a single cluster
/// (`fewer_than_two_clusters`).
///
/// Source: Pustejovsky & Tipton 2018 for the variance; Imbens & Kolesár 2016 for degrees of freedom
/// under an estimated correlation; Korn & Graubard 1998 for the effective sample size.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::{Clustered, interval::{Proportion, clustered_wilson, exchangeable_wilson}};
/// // One user has most sessions, and the sessions of a user are alike.
/// let users = [(20_u64, 20_u64), (0, 3), (3, 3), (0, 2), (2, 2), (1, 2)];
/// let data = Clustered(users.map(|(hits, trials)| Proportion::new(hits, trials)).to_vec());
/// let low = |interval: fn(&_, _) -> Result<labelgate::stat::Estimate, _>| {
///     interval(&data, Level::DEFAULT).unwrap().low().unwrap()
/// };
/// assert!(low(exchangeable_wilson) < low(clustered_wilson));
/// ```
pub fn exchangeable_wilson(
    data: &Clustered<Proportion>,
    level: Level,
) -> Result<Estimate, Undefined> {
    let p = data.total().ok_or(Undefined::NoItems)?.share()?;
    let (design, residual_sums) = design_and_residual_sums(data, p);
    let icc = fleiss_cuzick_icc(data).unwrap_or(0.0).max(0.0);
    let mut estimate = design.estimate(p, level);
    estimate.interval = design
        .cr2_of_mean_at(icc, &residual_sums)
        .and_then(|variance| {
            let df = design.degrees_of_freedom_at(icc)?;
            estimate.se = Some(variance.sqrt());
            let z = normal_quantile(level.upper_tail());
            let shrink = z / t_quantile(level, df);
            let effective = effective_n(p, variance, &design);
            let (low, high) = wilson(p, effective * shrink * shrink, z);
            Ok(Interval {
                low,
                high,
                method: Method::ExchangeableWilson,
            })
        });
    Ok(estimate)
}

/// Intra-cluster correlation of yes and no: how alike the items of a cluster are, from how rarely
/// two of them differ.
///
/// 1 − Σ y(m − y)/m / ((n − G) p(1 − p)), with y of the m items of a cluster yes, and G clusters. At
/// most 1; negative where items of a cluster differ more than items of different clusters. Weights
/// count as items.
///
/// Undefined without items (`no_items`), where no cluster has two (`all_clusters_have_one_item`),
/// and where all are yes or all no (`zero_variance`).
///
/// Source: Fleiss & Cuzick 1979.
///
/// ```
/// use labelgate::stat::{Clustered, interval::{Proportion, fleiss_cuzick_icc}};
/// let icc = |users: [(u64, u64); 2]| {
///     let users = users.map(|(yes, items)| Proportion::new(yes, items));
///     fleiss_cuzick_icc(&Clustered(users.to_vec())).unwrap()
/// };
/// assert_eq!(icc([(3, 3), (0, 3)]), 1.0);
/// // 1 − (3/4 + 3/4) / (6 · 1/4).
/// assert_eq!(icc([(3, 4), (1, 4)]), 0.0);
/// assert_eq!(icc([(2, 4), (2, 4)]), 1.0 - 2.0 / 1.5);
/// ```
pub fn fleiss_cuzick_icc(data: &Clustered<Proportion>) -> Result<f64, Undefined> {
    let p = data.total().ok_or(Undefined::NoItems)?.share()?;
    let counted = || data.0.iter().filter(|cluster| cluster.trials > 0.0);
    let n: f64 = counted().map(|cluster| cluster.trials).sum();
    let repeated = n - counted().count() as f64;
    if repeated <= 0.0 {
        return Err(Undefined::AllClustersHaveOneItem);
    }
    let spread = repeated * (p * (1.0 - p));
    if spread <= 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let differing: f64 = counted()
        .map(|cluster| cluster.hits * (cluster.trials - cluster.hits) / cluster.trials)
        .sum();
    Ok(1.0 - differing / spread)
}

/// What the variance of a mean needs to know of a cluster when the items of a cluster correlate.
struct Cluster {
    /// Its share of all items.
    share: f64,
    /// The variance of the sum of its items, in units of one item's.
    variance: f64,
    /// By how much its squared residual sum falls short of that variance.
    adjustment: f64,
}

impl ClusterDesign {
    /// The bias-reduced (CR2) variance of a mean from the residual sums u of the clusters, where two
    /// items of a cluster have the correlation `icc`, in 0–1: Σ a u² / n² with a = v/b, v the
    /// variance m(1 + (m − 1) icc) of a cluster's sum and b = v(1 − m/n)² + (m/n)²(Σ v − v) that of
    /// its residual sum. Unbiased where the correlation is right, consistent where it is not.
    /// [`ClusterDesign::cr2_of_mean`] is the case of 0.
    ///
    /// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
    ///
    /// Source: Pustejovsky & Tipton 2018.
    ///
    /// ```
    /// use labelgate::stat::interval::ClusterDesign;
    /// // Clusters of one size fall short alike, however alike their items are.
    /// let design = ClusterDesign::new([5.0, 5.0]);
    /// assert!((design.cr2_of_mean_at(0.3, &[1.0, -1.0]).unwrap() - 0.04).abs() < 1e-15);
    /// ```
    pub fn cr2_of_mean_at(&self, icc: f64, residual_sums: &[f64]) -> Result<f64, Undefined> {
        self.check_clusters()?;
        let clusters = self.clusters_at(icc);
        let terms = residual_sums.iter().zip(&clusters);
        let sum: f64 = terms.map(|(u, cluster)| cluster.adjustment * u * u).sum();
        Ok(sum / (self.n() * self.n()))
    }

    /// Degrees of freedom of [`ClusterDesign::cr2_of_mean_at`] by Satterthwaite's approximation under
    /// the same correlation: (Σ v)² / ΣΣ a a′ B², with B the covariances of residual sums. Equal
    /// sizes give G − 1 whatever the correlation; where sizes differ it costs degrees.
    /// [`ClusterDesign::degrees_of_freedom`] is the case of 0.
    ///
    /// Undefined without items (`no_items`) and for one cluster (`fewer_than_two_clusters`).
    ///
    /// Source: Imbens & Kolesár 2016; Pustejovsky & Tipton 2018.
    ///
    /// ```
    /// use labelgate::stat::interval::ClusterDesign;
    /// let design = ClusterDesign::new([20.0, 3.0, 3.0, 2.0, 2.0, 2.0]);
    /// let df = |icc| design.degrees_of_freedom_at(icc).unwrap();
    /// assert!(df(0.3) < df(0.0));
    /// assert!((df(0.0) - design.degrees_of_freedom().unwrap()).abs() < 1e-12);
    /// ```
    pub fn degrees_of_freedom_at(&self, icc: f64) -> Result<f64, Undefined> {
        self.check_clusters()?;
        let clusters = self.clusters_at(icc);
        let sum = |term: &dyn Fn(&Cluster) -> f64| clusters.iter().map(term).sum::<f64>();
        let total = sum(&|c| c.variance);
        // B between two clusters is −h v′ − h′ v + h h′ Σ v with h the shares, so that the double
        // sum of squares comes apart. Its diagonal is the squares of b instead.
        let hh = sum(&|c| c.adjustment * c.share * c.share);
        let hv = sum(&|c| c.adjustment * c.share * c.variance);
        let vv = sum(&|c| c.adjustment * c.variance * c.variance);
        let pairs = 2.0 * hh * vv + 2.0 * hv * hv - 4.0 * total * hh * hv + (total * hh).powi(2);
        let not_pairs = sum(&|c| {
            let term = c.share * (c.share * total - 2.0 * c.variance);
            (c.adjustment * term).powi(2)
        });
        let own = sum(&|c| c.variance * c.variance);
        Ok(total * total / (pairs - not_pairs + own))
    }

    fn clusters_at(&self, icc: f64) -> Vec<Cluster> {
        let variance = |size: f64| size * (1.0 + (size - 1.0) * icc);
        let total: f64 = self.sizes().iter().map(|size| variance(*size)).sum();
        let cluster = |size: f64| {
            let (share, variance) = (size / self.n(), variance(size));
            let rest = 1.0 - share;
            let of_residual = variance * rest * rest + share * share * (total - variance);
            Cluster {
                share,
                variance,
                adjustment: variance / of_residual,
            }
        };
        self.sizes().iter().map(|size| cluster(*size)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stat::interval::clustered_wilson;

    const SIZES: [f64; 6] = [20.0, 3.0, 3.0, 2.0, 1.0, 1.0];

    /// The covariances of residual sums and the factors of their squares, written out as matrices.
    fn oracle(sizes: &[f64], icc: f64) -> (Vec<f64>, f64) {
        let n: f64 = sizes.iter().sum();
        let of_sum = |m: f64| m + m * (m - 1.0) * icc;
        let g = sizes.len();
        // Residual sums are R s with R = I − m 1ᵀ/n.
        let r = |i: usize, k: usize| f64::from(i == k) - sizes[i] / n;
        let covariance = |i: usize, j: usize| -> f64 {
            (0..g).map(|k| r(i, k) * of_sum(sizes[k]) * r(j, k)).sum()
        };
        let a: Vec<f64> = (0..g)
            .map(|i| of_sum(sizes[i]) / covariance(i, i))
            .collect();
        let trace: f64 = (0..g).map(|i| a[i] * covariance(i, i)).sum();
        let mut squares = 0.0;
        for i in 0..g {
            for j in 0..g {
                squares += a[i] * a[j] * covariance(i, j) * covariance(j, i);
            }
        }
        (a, trace * trace / squares)
    }

    #[test]
    fn the_closed_forms_are_those_of_the_matrices() {
        let design = ClusterDesign::new(SIZES);
        for icc in [0.0, 0.05, 0.3, 1.0] {
            let (a, df) = oracle(&SIZES, icc);
            let residual_sums = [3.0, -1.0, 0.5, -1.5, -0.5, -0.5];
            let squares = residual_sums.iter().zip(&a).map(|(u, a)| a * u * u);
            let variance = squares.sum::<f64>() / 900.0;
            let ours = design.cr2_of_mean_at(icc, &residual_sums).unwrap();
            assert!((ours - variance).abs() < 1e-14, "{icc}: {ours} {variance}");
            let ours = design.degrees_of_freedom_at(icc).unwrap();
            assert!((ours - df).abs() < 1e-10, "{icc}: {ours} {df}");
        }
    }

    #[test]
    fn without_correlation_they_are_the_usual_ones() {
        let design = ClusterDesign::new(SIZES);
        let residual_sums = [3.0, -1.0, 0.5, -1.5, -0.5, -0.5];
        let (ours, usual) = (
            design.cr2_of_mean_at(0.0, &residual_sums).unwrap(),
            design.cr2_of_mean(&residual_sums).unwrap(),
        );
        assert!((ours - usual).abs() < 1e-15);
        let df = design.degrees_of_freedom_at(0.0).unwrap();
        assert!((df - design.degrees_of_freedom().unwrap()).abs() < 1e-12);
    }

    #[test]
    fn equal_clusters_have_one_degree_less_than_clusters_whatever_the_correlation() {
        let design = ClusterDesign::new([4.0; 7]);
        for icc in [0.0, 0.3, 1.0] {
            assert!((design.degrees_of_freedom_at(icc).unwrap() - 6.0).abs() < 1e-12);
        }
    }

    #[test]
    fn clusters_that_are_not_alike_have_the_clustered_interval() {
        let counts = [(6.0, 8.0), (3.0, 4.0), (2.0, 2.0), (1.0, 2.0)];
        let clusters = counts.map(|(hits, trials)| Proportion { hits, trials });
        let data = Clustered(clusters.to_vec());
        assert!(fleiss_cuzick_icc(&data).unwrap() < 0.0);
        let ours = exchangeable_wilson(&data, Level::DEFAULT).unwrap();
        let usual = clustered_wilson(&data, Level::DEFAULT).unwrap();
        assert!((ours.low().unwrap() - usual.low().unwrap()).abs() < 1e-12);
        assert!((ours.high().unwrap() - usual.high().unwrap()).abs() < 1e-12);
        assert_eq!((ours.df, ours.flags), (usual.df, usual.flags));
    }

    #[test]
    fn a_perfect_share_and_a_single_cluster_are_as_before() {
        let perfect = Clustered(vec![Proportion::new(5_u64, 5), Proportion::new(3_u64, 3)]);
        let ours = exchangeable_wilson(&perfect, Level::DEFAULT).unwrap();
        let usual = clustered_wilson(&perfect, Level::DEFAULT).unwrap();
        assert!((ours.low().unwrap() - usual.low().unwrap()).abs() < 1e-12);
        assert_eq!(ours.high(), Some(1.0));
        let single = Clustered(vec![Proportion::new(3_u64, 4)]);
        let ours = exchangeable_wilson(&single, Level::DEFAULT).unwrap();
        assert_eq!(ours.interval, Err(Undefined::FewerThanTwoClusters));
    }
}
