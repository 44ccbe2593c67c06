//! Gates: conditions on estimates, and the verdicts they come to.

use crate::score::{ClassMetric, Metric, RuleMetric};

/// A condition that a candidate must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// Which figure is judged.
    pub target: Target,
    /// What is demanded of it.
    pub demand: Demand,
    /// The slice each of whose values must meet the demand, as its position among the slices.
    pub slice: Option<usize>,
    /// The line on which the gate is written.
    pub line: usize,
}

/// The figure a gate judges.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A metric over all scored items.
    Overall(Metric),
    /// A metric of one class (its position among the scored labels).
    Class {
        /// Which figure of the class.
        metric: ClassMetric,
        /// Position among the scored labels.
        class: usize,
        /// Classes with fewer reference items are not decided.
        min_support: u64,
    },
    /// A metric of every class with enough reference items; each must meet the demand.
    EveryClass {
        /// Which figure of each class.
        metric: ClassMetric,
        /// Classes with fewer reference items are left out.
        min_support: u64,
    },
    /// A metric of a telemetry rule (its position among the rules).
    Rule {
        /// Which figure of the rule.
        metric: RuleMetric,
        /// Position among the rules.
        rule: usize,
    },
    /// A metric of a share of a decisions scheme (its position among the shares).
    Share {
        /// Which figure of the share.
        metric: Metric,
        /// Position among the shares.
        share: usize,
    },
}

/// What a gate demands of its figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// At least the threshold.
    AtLeast {
        /// The least value that passes.
        threshold: f64,
        /// By the value, or by its lower limit.
        by: By,
    },
    /// At most the threshold.
    AtMost {
        /// The greatest value that passes.
        threshold: f64,
        /// By the value, or by its upper limit.
        by: By,
    },
    /// Not worse than the baseline by more than the margin.
    NotBehind {
        /// How much worse is still accepted; not negative.
        margin: f64,
        /// By the difference, or by its one-sided 95 % bound.
        by: By,
    },
}

/// What of an estimate is held against the demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The value itself; decides even where the interval is wide.
    Point,
    /// The limit of the interval on the side that could fail.
    Bound,
}
