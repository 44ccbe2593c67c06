//! Interval methods: each takes any tally and any statistic.

mod bootstrap;
mod cluster;
mod delta;
mod wilson;

pub use bootstrap::{Bca, Resampled, bootstrap, exhaustive_bootstrap, leave_one_out};
pub use cluster::{ClusterDesign, has_few_clusters};
pub use delta::{delta, jackknife};
pub use wilson::{Proportion, clustered_wilson, effective_n, proportion, wilson};
