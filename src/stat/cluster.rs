//! The mean of a value over items that come in clusters: its variances, and how alike the items of
//! a cluster are. A paired difference is the mean of candidate minus baseline.

use super::Undefined;
use super::distribution::{t_quantile, t_sf};
use super::interval::ClusterDesign;
use crate::num::Level;

/// Residual sums this small beside their values are rounding noise of clusters that fit exactly.
const NOISE: f64 = 1e-12;

/// A mean over clustered items with what its variances need.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterMean {
    mean: f64,
    design: ClusterDesign,
    residual_sums: Vec<f64>,
    /// Σ (y − mean)² over all items, and over each cluster about its own mean.
    squares: f64,
    squares_within: f64,
}

impl ClusterMean {
    /// The mean of all values, given cluster by cluster; empty clusters do not count.
    ///
    /// Undefined without items (`no_items`).
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// let mean = ClusterMean::of(&[vec![1.0, 1.0], vec![0.0], vec![1.0]]).unwrap();
    /// assert_eq!(mean.mean(), 0.75);
    /// ```
    pub fn of(clusters: &[Vec<f64>]) -> Result<Self, Undefined> {
        let counted: Vec<&Vec<f64>> = clusters.iter().filter(|c| !c.is_empty()).collect();
        let design = ClusterDesign::new(counted.iter().map(|cluster| cluster.len() as f64));
        let n = design.n();
        if n == 0.0 {
            return Err(Undefined::NoItems);
        }
        let mean = counted.iter().copied().flatten().sum::<f64>() / n;
        let largest = counted
            .iter()
            .copied()
            .flatten()
            .fold(0.0, |a: f64, b| a.max(b.abs()));
        let quiet = |value: f64| {
            if value.abs() <= NOISE * largest {
                0.0
            } else {
                value
            }
        };
        let about = |values: &[f64], centre: f64| -> f64 {
            values
                .iter()
                .map(|v| quiet(v - centre))
                .map(|d| d * d)
                .sum()
        };
        let residual_sums: Vec<f64> = counted
            .iter()
            .map(|cluster| quiet(cluster.iter().map(|value| value - mean).sum()))
            .collect();
        let within = |cluster: &[f64]| -> f64 {
            about(cluster, cluster.iter().sum::<f64>() / cluster.len() as f64)
        };
        let all = Self {
            mean,
            squares: counted.iter().map(|cluster| about(cluster, mean)).sum(),
            squares_within: counted.iter().map(|cluster| within(cluster)).sum(),
            residual_sums,
            design,
        };
        if all.squares.is_finite() {
            Ok(all)
        } else {
            Err(Undefined::NonFiniteValues)
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The clusters' sizes and what follows from them.
    pub fn design(&self) -> &ClusterDesign {
        &self.design
    }

    /// Standard error if items were independent: √Σ (y − mean)² / n, with divisor n so that shares
    /// have √(p(1 − p)/n).
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// let mean = ClusterMean::of(&[vec![1.0, 0.0], vec![1.0, 0.0]]).unwrap();
    /// assert_eq!(mean.iid_se(), 0.25);
    /// ```
    pub fn iid_se(&self) -> f64 {
        self.squares.sqrt() / self.design.n()
    }

    /// Cluster-robust standard error without correction, CR0: √Σ u² / n, with u the sums of
    /// residuals by cluster.
    ///
    /// Source: Liang & Zeger 1986.
    pub fn cr0_se(&self) -> f64 {
        self.residual_sums.iter().map(|u| u * u).sum::<f64>().sqrt() / self.design.n()
    }

    /// CR1: CR0 times √(G/(G − 1)), as Stata and survey packages report it.
    ///
    /// Undefined for one cluster (`fewer_than_two_clusters`).
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// // Residual sums 1 and −1 over four items and two clusters.
    /// let mean = ClusterMean::of(&[vec![1.0, 1.0], vec![0.0, 0.0]]).unwrap();
    /// assert!((mean.cr0_se() - 0.125_f64.sqrt()).abs() < 1e-12);
    /// assert!((mean.cr1_se().unwrap() - 0.5).abs() < 1e-12);
    /// ```
    pub fn cr1_se(&self) -> Result<f64, Undefined> {
        let clusters = self.some_clusters()?;
        Ok(self.cr0_se() * (clusters / (clusters - 1.0)).sqrt())
    }

    /// CR2: each cluster's residuals are scaled up for the share that it takes in the mean, so that
    /// the variance is unbiased where items are independent. Never below CR0.
    ///
    /// Undefined for one cluster (`fewer_than_two_clusters`).
    ///
    /// Source: Bell & McCaffrey 2002.
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// let mean = ClusterMean::of(&[vec![1.0, 1.0, 0.0], vec![1.0, 0.0]]).unwrap();
    /// assert!((mean.cr2_se().unwrap() - 0.081_649_66).abs() < 1e-8);
    /// assert!((mean.cr2_df().unwrap() - 1.0).abs() < 1e-12);
    /// ```
    pub fn cr2_se(&self) -> Result<f64, Undefined> {
        self.design.cr2_of_mean(&self.residual_sums).map(f64::sqrt)
    }

    /// Bell–McCaffrey degrees of freedom of [`ClusterMean::cr2_se`].
    pub fn cr2_df(&self) -> Result<f64, Undefined> {
        self.design.degrees_of_freedom()
    }

    /// Limits by CR1 and t with G − 1 degrees of freedom. Undefined for one cluster, and where the
    /// variance is 0 (`zero_variance`).
    ///
    /// ```
    /// use labelgate::{num::Level, stat::cluster::ClusterMean};
    /// let mean = ClusterMean::of(&[vec![1.0, 1.0, 0.0], vec![1.0, 0.0]]).unwrap();
    /// // 0.6 ± 12.706 · 0.08.
    /// let (low, high) = mean.cr1_interval(Level::DEFAULT).unwrap();
    /// assert!((low + 0.416_496).abs() < 1e-6 && (high - 1.616_496).abs() < 1e-6);
    /// ```
    pub fn cr1_interval(&self, level: Level) -> Result<(f64, f64), Undefined> {
        let df = self.some_clusters()? - 1.0;
        self.limits(self.cr1_se()?, df, level)
    }

    /// Limits by CR2 and t with Bell–McCaffrey degrees of freedom. Undefined as
    /// [`ClusterMean::cr1_interval`] is.
    pub fn cr2_interval(&self, level: Level) -> Result<(f64, f64), Undefined> {
        self.limits(self.cr2_se()?, self.cr2_df()?, level)
    }

    /// Design effect: by how much clustering multiplies the variance, CR1²/iid².
    ///
    /// Below 1 where clusters are more alike than chance. Undefined for one cluster and where the
    /// variance is 0.
    ///
    /// Source: Kish 1965.
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// let mean = ClusterMean::of(&[vec![1.0, 1.0], vec![0.0, 0.0]]).unwrap();
    /// assert!((mean.design_effect().unwrap() - 4.0).abs() < 1e-12);
    /// ```
    pub fn design_effect(&self) -> Result<f64, Undefined> {
        let robust = self.cr1_se()?;
        if robust == 0.0 || self.squares == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        Ok((robust / self.iid_se()).powi(2))
    }

    /// Intra-cluster correlation by one-way analysis of variance with unequal sizes: how alike the
    /// items of a cluster are. At most 1; negative where they differ more than items of different
    /// clusters, and printed as it is.
    ///
    /// Undefined for one cluster, where no cluster has two items (`all_clusters_have_one_item`),
    /// and where nothing varies (`zero_variance`).
    ///
    /// Source: Fisher 1925; Donner & Koval 1980 for unequal sizes.
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// let alike = ClusterMean::of(&[vec![1.0, 1.0], vec![0.0, 0.0]]).unwrap();
    /// assert_eq!(alike.icc(), Ok(1.0));
    /// let opposed = ClusterMean::of(&[vec![1.0, 0.0], vec![0.0, 1.0]]).unwrap();
    /// assert_eq!(opposed.icc(), Ok(-1.0));
    /// ```
    pub fn icc(&self) -> Result<f64, Undefined> {
        let clusters = self.some_clusters()?;
        let n = self.design.n();
        if self.design.is_independent() {
            return Err(Undefined::AllClustersHaveOneItem);
        }
        let between = (self.squares - self.squares_within).max(0.0) / (clusters - 1.0);
        let within = self.squares_within / (n - clusters);
        let typical = (n - self.design.worst_design_effect()) / (clusters - 1.0);
        let all = between + (typical - 1.0) * within;
        if self.squares == 0.0 || all == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        Ok((between - within) / all)
    }

    /// The test that a paired difference is above −margin: t = (mean + margin)/CR2 with
    /// Bell–McCaffrey degrees of freedom.
    ///
    /// Undefined for one cluster, and where the variance is 0 (`zero_variance`).
    ///
    /// ```
    /// use labelgate::stat::cluster::ClusterMean;
    /// // Candidate minus baseline: worse by 0.1 and 0.3, so −0.2 with a standard error of 0.1.
    /// let difference = ClusterMean::of(&[vec![-0.1], vec![-0.3]]).unwrap();
    /// let test = difference.non_inferiority(0.3).unwrap();
    /// assert!((test.t - 1.0).abs() < 1e-12 && (test.p - 0.25).abs() < 1e-12);
    /// ```
    pub fn non_inferiority(&self, margin: f64) -> Result<NonInferiority, Undefined> {
        let (se, df) = (self.cr2_se()?, self.cr2_df()?);
        if se == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        let t = (self.mean + margin) / se;
        let lower_95 = self.mean - t_quantile(0.95, df) * se;
        Ok(NonInferiority {
            t,
            p: t_sf(t, df),
            lower_95,
        })
    }

    fn limits(&self, se: f64, df: f64, level: Level) -> Result<(f64, f64), Undefined> {
        if se == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        let half = t_quantile(level.upper_tail(), df) * se;
        Ok((self.mean - half, self.mean + half))
    }

    fn some_clusters(&self) -> Result<f64, Undefined> {
        match self.design.n_clusters() {
            0 => Err(Undefined::NoItems),
            1 => Err(Undefined::FewerThanTwoClusters),
            clusters => Ok(clusters as f64),
        }
    }
}

/// A one-sided test that a difference is above −margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NonInferiority {
    /// The test statistic, positive where the difference lies above −margin.
    pub t: f64,
    /// One-sided p-value: small is evidence that the candidate is not worse than the margin allows.
    pub p: f64,
    /// The lower one-sided 95 % bound of the difference.
    pub lower_95: f64,
}

impl NonInferiority {
    /// Whether the bound lies above −margin.
    pub fn passes(&self, margin: f64) -> bool {
        self.lower_95 > -margin
    }
}
