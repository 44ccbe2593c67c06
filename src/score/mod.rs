//! From aligned labels to a scorecard: which statistics a scheme has, over which items, with which
//! interval. Does no arithmetic of its own beyond calling `stat`.

mod metric;

pub use metric::{ClassMetric, Direction, Metric, RuleMetric, SchemeKind};
