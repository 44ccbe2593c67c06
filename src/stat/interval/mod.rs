//! Interval methods: each takes any tally and any statistic.

mod binomial;
mod cluster;
mod delta;
mod paired;
mod table;
mod wilson;

pub use binomial::{
    agresti_coull, clopper_pearson, jeffreys, jeffreys_with_ends, wald, wilson_corrected,
    wilson_score,
};
pub use cluster::{ClusterDesign, has_few_clusters};
pub use delta::{delta, jackknife};
pub use paired::{
    agresti_min, bonett_price, newcombe, noninferiority_p, paired_wald, tango, tango_statistic,
};
pub use table::delta_of_table;
pub use wilson::{Proportion, proportion, wilson};
