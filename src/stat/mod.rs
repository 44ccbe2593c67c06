//! Statistics on bare numbers: label positions and counts in, a value or the reason for its
//! absence out. Knows neither labels' names nor items, so it can be held against other tools.
//!
//! Two ideas carry it. Items are counted into a [`Tally`], a commutative monoid; a statistic is a
//! function of a tally. An interval method takes any tally and any statistic: resampling adds
//! clusters' tallies again, and analytic errors come from evaluating the same statistic on
//! [`Dual`] numbers, never from a variance formula written by hand.
//!
//! To add a statistic: one function with its documentation form (words, formula, range, when
//! undefined, source, example), a golden case, and a variant of `score::Metric` if it is reported.

pub mod agreement;
pub mod bounds;
pub mod calibration;
pub mod class;
pub mod cluster;
pub mod confidence_sequence;
mod confusion;
pub mod contingency;
mod count;
pub mod dawid_skene;
pub mod disclosure;
pub mod distribution;
mod estimate;
pub mod homogeneity;
pub mod icc;
pub mod influence;
pub mod interval;
pub mod krippendorff;
mod linear;
mod moments;
pub mod multiplicity;
pub mod numeric;
pub mod numeric_interval;
pub mod ordinal;
pub mod paired;
mod panel;
pub mod power;
pub mod ppi;
pub mod prevalence;
pub mod quantile;
pub mod random;
pub mod rank;
pub mod rank_sum;
pub mod raters;
mod ratio;
pub mod regression;
mod rows;
pub mod share;
mod sparse;
pub mod suppression;
mod tally;
mod undefined;
pub mod without_replacement;

pub use confusion::{Axis, Confusion};
pub use contingency::Contingency;
pub use count::{Count, Dual, Real};
pub use estimate::{Estimate, Flag, Interval, Method};
pub use moments::Moments;
pub use panel::Panel;
pub use rows::Rows;
pub use share::ShareSums;
pub use sparse::Sparse;
pub use tally::{Cells, Clustered, Lift, Paired, Tally, difference};
pub use undefined::Undefined;

/// A statistic's value, or why it has none.
pub type Statistic<T = f64> = Result<T, Undefined>;
