//! Interval methods: each takes any tally and any statistic.

mod binomial;
mod bootstrap;
mod cluster;
mod clustered_tango;
mod delta;
mod exchangeable;
mod paired;
mod resample;
mod table;
mod wilson;

pub use binomial::{
    agresti_coull, clopper_pearson, jeffreys, jeffreys_with_ends, wald, wilson_corrected,
    wilson_score,
};
pub use bootstrap::{Bca, Resampled, bootstrap, exhaustive_bootstrap, leave_one_out};
pub use cluster::{ClusterDesign, has_few_clusters};
pub use clustered_tango::{
    TangoTest, clustered_tango, clustered_tango_test, exchangeable_tango, exchangeable_tango_test,
    paired_design_effect, paired_difference, paired_icc, paired_worse_p,
};
pub use delta::{
    at_another_level, delta, delta_of_influences, delta_of_items, delta_of_sparse, jackknife,
    jackknife_of_left_out, without_interval,
};
pub use exchangeable::{exchangeable_wilson, fleiss_cuzick_icc};
pub use paired::{
    agresti_min, bonett_price, newcombe, noninferiority_p, paired_wald, tango, tango_statistic,
};
pub use resample::{Bootstrapped, Resample, Resampling, bootstrap_all, resample_all};
pub use table::delta_of_table;
pub use wilson::{Proportion, clustered_wilson, delta_of_share, effective_n, proportion, wilson};
