//! Interval methods: each takes any tally and any statistic.

mod cluster;
mod delta;
mod wilson;

pub use cluster::{ClusterDesign, has_few_clusters};
pub use delta::{delta, jackknife};
pub use wilson::{Proportion, proportion, wilson};
