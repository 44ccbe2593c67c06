//! Variance and degrees of freedom when items come in clusters.

use crate::num::Level;
use crate::stat::{Estimate, Flag, Undefined, distribution};

/// Fewer clusters than this make an interval untrustworthy.
const FEW_CLUSTERS: usize = 20;
/// Fewer Bell–McCaffrey degrees of freedom than this do the same.
const FEW_DEGREES: f64 = 8.0;

/// The sizes of clusters, from which leverage and degrees of freedom follow.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterDesign {
    sizes: Vec<f64>,
    n: f64,
    df: Result<f64, Undefined>,
}

impl ClusterDesign {
    /// The design of clusters of these sizes; empty clusters do not count.
    pub fn new(sizes: impl IntoIterator<Item = f64>) -> Self {
        let sizes: Vec<f64> = sizes.into_iter().filter(|size| *size > 0.0).collect();
        let n = sizes.iter().sum();
        let df = degrees_of_freedom(&sizes, n);
        Self { sizes, n, df }
    }

    /// The sum of the sizes.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// The sizes of the clusters that have items.
    pub(super) fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// How many clusters have items.
    pub fn n_clusters(&self) -> usize {
        self.sizes.len()
    }

    /// Whether no cluster has more than one item, so that items are independent.
    pub fn is_independent(&self) -> bool {
        self.sizes.iter().all(|size| *size == 1.0)
    }

    /// Σ m² / n: the design effect of clusters that agree perfectly within themselves.
    pub fn worst_design_effect(&self) -> f64 {
        self.sizes.iter().map(|size| size * size).sum::<f64>() / self.n
    }

    /// The bias-reduced (CR2) variance of a mean from the residual sums of the clusters:
    /// Σ u² / (1 − m/n) / n², in the order of the sizes.
    ///
    /// Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018.
    pub fn cr2_of_mean(&self, residual_sums: &[f64]) -> Result<f64, Undefined> {
        check_clusters(&self.sizes)?;
        let terms = residual_sums.iter().zip(&self.sizes);
        let sum: f64 = terms.map(|(u, size)| u * u / (1.0 - size / self.n)).sum();
        Ok(sum / (self.n * self.n))
    }

    /// Bell–McCaffrey degrees of freedom of that variance, by Satterthwaite's approximation under
    /// independence: n² / (Σ m² + (Σ w)² − Σ w²) with w = m²/n / (1 − m/n). Equal sizes give
    /// G − 1; one dominant cluster gives a number near 1 however many small ones there are.
    pub fn degrees_of_freedom(&self) -> Result<f64, Undefined> {
        self.df
    }

    pub(super) fn check_clusters(&self) -> Result<(), Undefined> {
        check_clusters(&self.sizes)
    }

    /// An estimate without interval that rests on this design; its flags follow from the design.
    pub(crate) fn estimate(&self, value: f64, level: Level) -> Estimate {
        let df = self.degrees_of_freedom().ok();
        Estimate {
            value,
            se: None,
            interval: Err(Undefined::FewerThanTwoClusters),
            level,
            n: self.n,
            n_clusters: self.n_clusters(),
            df,
            flags: if has_few_clusters(self.n_clusters(), df) {
                vec![Flag::FewClusters]
            } else {
                Vec::new()
            },
        }
    }
}

fn degrees_of_freedom(sizes: &[f64], n: f64) -> Result<f64, Undefined> {
    check_clusters(sizes)?;
    let (mut squares, mut w_sum, mut w_squares) = (0.0, 0.0, 0.0);
    for size in sizes {
        let w = size * size / n / (1.0 - size / n);
        squares += size * size;
        w_sum += w;
        w_squares += w * w;
    }
    Ok(n * n / (squares + w_sum * w_sum - w_squares))
}

fn check_clusters(sizes: &[f64]) -> Result<(), Undefined> {
    match sizes.len() {
        0 => Err(Undefined::NoItems),
        1 => Err(Undefined::FewerThanTwoClusters),
        _ => Ok(()),
    }
}

/// Whether there are too few clusters to trust any interval: fewer than 20, or fewer than 8
/// Bell–McCaffrey degrees of freedom.
pub fn has_few_clusters(n_clusters: usize, df: Option<f64>) -> bool {
    n_clusters < FEW_CLUSTERS || df.is_none_or(|df| df < FEW_DEGREES)
}

/// The quantile of Student's t with real degrees of freedom at the upper tail of a two-sided level.
pub(super) fn t_quantile(level: Level, df: f64) -> f64 {
    distribution::t_quantile(level.upper_tail(), df)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_clusters_have_one_degree_of_freedom_less_than_clusters() {
        let design = ClusterDesign::new([4.0; 7]);
        assert!((design.degrees_of_freedom().unwrap() - 6.0).abs() < 1e-12);
    }

    #[test]
    fn one_dominant_cluster_leaves_about_one_degree_of_freedom() {
        let design = ClusterDesign::new(std::iter::once(10_000.0).chain([1.0; 100]));
        assert!(design.degrees_of_freedom().unwrap() < 1.1);
    }

    #[test]
    fn a_single_cluster_shows_no_variation_between_clusters() {
        let design = ClusterDesign::new([5.0, 0.0]);
        assert_eq!(
            design.cr2_of_mean(&[0.3]),
            Err(Undefined::FewerThanTwoClusters)
        );
        assert_eq!(
            design.degrees_of_freedom(),
            Err(Undefined::FewerThanTwoClusters)
        );
    }
}
