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
pub mod class;
mod confusion;
mod count;
pub mod distribution;
mod estimate;
pub mod homogeneity;
pub mod interval;
pub mod krippendorff;
pub mod ordinal;
pub mod paired;
mod panel;
pub mod raters;
mod tally;
mod undefined;

pub use confusion::{Axis, Confusion};
pub use count::{Count, Dual, Real};
pub use estimate::{Estimate, Flag, Interval, Method};
pub use panel::Panel;
pub use tally::{Clustered, Lift, Paired, Tally, difference};
pub use undefined::Undefined;

/// A statistic's value, or why it has none.
pub type Statistic<T = f64> = Result<T, Undefined>;
