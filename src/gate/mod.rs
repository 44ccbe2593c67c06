//! Gates: conditions on estimates, the verdicts they come to, what would settle those that are
//! open, and what no gate watches.

pub mod early;
mod judge;
mod needed;
#[cfg(test)]
mod tests;
mod watch;

use crate::score::{ClassMetric, Figure, Measured, Metric, RuleMetric};
use crate::stat::Undefined;

pub use judge::judge;
pub use needed::{MOST_NEEDED, More, Needed};
pub use watch::{ALARM_LEVEL, Alarm, Watch, watch};

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

impl Gate {
    /// Whether it holds the agreement on all items against the baseline's.
    pub fn is_agreement_to_baseline(&self) -> bool {
        self.target == Target::Overall(Metric::Agreement)
            && self.slice.is_none()
            && matches!(self.demand, Demand::NotBehind { .. })
    }
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

/// What a gate, or a whole run, comes to. Ordered: the worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The demand is met.
    Pass,
    /// The data cannot tell.
    Inconclusive,
    /// The demand is missed.
    Fail,
}

impl Verdict {
    /// The word in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

/// Why a check came to its verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// The value, or the limit that could fail, meets the demand.
    Met,
    /// The value, or the whole interval, misses the demand.
    Missed,
    /// The demand lies inside the interval.
    Straddles,
    /// Baseline and candidate gave every item the same label.
    Unchanged,
    /// The figure has no value.
    Undefined(Undefined),
    /// The figure has a value and no interval.
    NoInterval(Undefined),
    /// Too few clusters stand behind the interval.
    FewClusters,
    /// The class has fewer reference items than the gate asks for.
    LowSupport {
        /// Reference items of the class.
        support: f64,
    },
    /// No class has as many reference items as the gate asks for.
    NoClassSupported,
    /// The slice has no value.
    EmptySlice,
    /// There is no baseline to compare with.
    NoBaseline,
    /// Asking ended before the verdict was certain.
    StoppedEarly,
    /// Betting on one item of each cluster settled it neither way.
    BetsUndecided,
}

impl Reason {
    /// The code in `report.json`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Straddles => "threshold_inside_interval",
            Self::Unchanged => "unchanged",
            Self::Undefined(undefined) | Self::NoInterval(undefined) => undefined.code(),
            Self::FewClusters => "few_clusters",
            Self::LowSupport { .. } => "low_support",
            Self::NoClassSupported => "no_class_at_min_support",
            Self::EmptySlice => "no_items",
            Self::NoBaseline => "no_baseline",
            Self::StoppedEarly => "stopped_early",
            Self::BetsUndecided => "bets_undecided",
        }
    }
}

/// One figure held against a gate's demand.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The figure, where the gate came down to one.
    pub figure: Option<Figure>,
    /// The slice value it was measured on; `None` for all items.
    pub slice_value: Option<Box<str>>,
    /// What was measured: the figure, or its oriented difference to the baseline at two-sided
    /// 90 %, whose limits are one-sided 95 % bounds.
    pub measured: Option<Measured>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What would settle it, where it is inconclusive and that can be told.
    pub needed: Option<Needed>,
}

/// What a gate came to, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The worst of the checks.
    pub verdict: Verdict,
    /// One check for each class and slice value the gate speaks of; at least one.
    pub checks: Vec<Check>,
    /// How it was settled before every item was asked about, where that was tried; its intervals
    /// then say nothing of the verdict.
    pub early: Option<early::Settled>,
    /// The position of the check that decided: of those with the verdict, the nearest to failing.
    decider: usize,
}

impl Judgement {
    /// The check that decided: of those with the verdict, the nearest to failing.
    pub fn deciding(&self) -> Option<&Check> {
        self.checks.get(self.decider)
    }

    /// The open check that takes so much to settle.
    pub fn needing(&self, needed: Needed) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.needed == Some(needed))
    }

    /// What would settle all of its open checks, where the gate is inconclusive and that can be
    /// told of one of them at least.
    pub fn needed(&self) -> Option<Needed> {
        if self.verdict != Verdict::Inconclusive {
            return None;
        }
        let open = self.checks.iter().filter_map(|check| check.needed);
        open.max_by(|one, other| one.rank().total_cmp(&other.rank()))
    }
}
