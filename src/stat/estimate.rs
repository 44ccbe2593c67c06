//! A statistic's value with what is known of its error.

use super::Undefined;
use crate::num::Level;

/// How an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Wilson's score interval; items are independent.
    Wilson,
    /// Wilson's score interval at the effective sample size of the clusters.
    ClusteredWilson,
    /// Wilson's score interval at the effective sample size of clusters whose items are alike.
    ExchangeableWilson,
    /// Derivatives of the statistic, normal limits; items are independent.
    Delta,
    /// Derivatives of the statistic by cluster, CR2 variance, t limits on Bell–McCaffrey degrees.
    ClusteredDelta,
    /// Leave-one-cluster-out values, t limits on Bell–McCaffrey degrees.
    ClusterJackknife,
    /// The same, leaving out whole groups of very many clusters.
    GroupedJackknife,
    /// Percentiles of the statistic over resampled clusters.
    ClusterBootstrap,
    /// Tango's score interval of a paired difference; items are independent.
    Tango,
    /// Tango's score interval at the effective sample size of the clusters.
    ClusteredTango,
    /// Tango's score interval at the effective sample size of clusters whose items are alike.
    ExchangeableTango,
    /// CR1 error of a regression, t limits on one degree less than there are clusters.
    Cr1,
    /// CR2 error of a regression or a mean, t limits on Bell–McCaffrey degrees.
    Cr2,
}

impl Method {
    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::ClusteredWilson => "clustered_wilson",
            Self::ExchangeableWilson => "exchangeable_wilson",
            Self::Delta => "delta",
            Self::ClusteredDelta => "clustered_delta",
            Self::ClusterJackknife => "cluster_jackknife",
            Self::GroupedJackknife => "grouped_jackknife",
            Self::ClusterBootstrap => "cluster_bootstrap",
            Self::Tango => "tango",
            Self::ClusteredTango => "clustered_tango",
            Self::ExchangeableTango => "exchangeable_tango",
            Self::Cr1 => "cr1",
            Self::Cr2 => "cr2",
        }
    }
}

/// Limits of an estimate, raw: they may leave the statistic's range and are clipped for display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
    /// How it was made.
    pub method: Method,
}

/// A warning that travels with an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// Fewer than 20 clusters, or fewer than 8 Bell–McCaffrey degrees of freedom.
    FewClusters,
    /// The statistic was undefined in some resamples, which the interval leaves out.
    UndefinedResamples {
        /// Resamples left out.
        undefined: u32,
        /// Resamples drawn.
        resamples: u32,
    },
}

impl Flag {
    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::FewClusters => "few_clusters",
            Self::UndefinedResamples { .. } => "undefined_resamples",
        }
    }
}

/// A value, its standard error and interval, and what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The statistic on all items.
    pub value: f64,
    /// Its standard error, where one is known.
    pub se: Option<f64>,
    /// Its interval, or why there is none.
    pub interval: Result<Interval, Undefined>,
    /// What the interval claims to cover.
    pub level: Level,
    /// How many items (or how much weight) it rests on.
    pub n: f64,
    /// How many clusters these items come from.
    pub n_clusters: usize,
    /// Degrees of freedom of the limits, where clusters were used: Bell–McCaffrey's, but of CR1
    /// errors one less than there are clusters.
    pub df: Option<f64>,
    /// Warnings, in order.
    pub flags: Vec<Flag>,
}

impl Estimate {
    /// Whether too few clusters stand behind it to trust any interval.
    pub fn has_few_clusters(&self) -> bool {
        self.flags.contains(&Flag::FewClusters)
    }

    /// The lower limit, where there is an interval.
    pub fn low(&self) -> Option<f64> {
        self.interval.as_ref().ok().map(|interval| interval.low)
    }

    /// The upper limit, where there is an interval.
    pub fn high(&self) -> Option<f64> {
        self.interval.as_ref().ok().map(|interval| interval.high)
    }
}
