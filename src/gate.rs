//! Gates: conditions on estimates, and the verdicts they come to.

use crate::score::{
    ClassMetric, ClassScore, Comparison, Figure, Measured, Metric, RuleMetric, Scorecard,
    SliceScore,
};
use crate::stat::{Estimate, Undefined};

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
}

/// What a gate came to, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The worst of the checks.
    pub verdict: Verdict,
    /// One check for each class and slice value the gate speaks of; at least one.
    pub checks: Vec<Check>,
    /// The position of the check that decided: of those with the verdict, the nearest to failing.
    decider: usize,
}

impl Judgement {
    /// The check that decided: of those with the verdict, the nearest to failing.
    pub fn deciding(&self) -> Option<&Check> {
        self.checks.get(self.decider)
    }
}

/// Holds a gate against a scorecard.
///
/// A demand on a bound passes when the whole interval meets it, fails when the whole interval
/// misses it, and is inconclusive otherwise, without an interval, or with too few clusters. A
/// demand on the point is decided by the value. Several gates need no correction for their number:
/// all must pass (an intersection–union test; Berger 1982).
pub fn judge(gate: &Gate, scorecard: &Scorecard) -> Judgement {
    let checks = match gate.slice {
        None => judge_evidence(gate, &Evidence::of_all(scorecard)),
        Some(slice) => {
            let mut checks = Vec::new();
            for score in scorecard.slices.iter().filter(|score| score.slice == slice) {
                let of_value = judge_evidence(gate, &Evidence::of_slice(score));
                checks.extend(of_value.into_iter().map(|check| Check {
                    slice_value: Some(score.value.clone()),
                    ..check
                }));
            }
            if checks.is_empty() {
                vec![undecided(None, Reason::EmptySlice)]
            } else {
                checks
            }
        }
    };
    let verdict = checks.iter().map(|check| check.verdict).max();
    let verdict = verdict.unwrap_or(Verdict::Inconclusive);
    let slack = |check: &Check| match (&check.measured, gate.demand) {
        (Some(Ok(estimate)), Demand::AtMost { .. }) => -estimate.value,
        (Some(Ok(estimate)), _) => estimate.value,
        _ => f64::NEG_INFINITY,
    };
    let decisive = checks
        .iter()
        .enumerate()
        .filter(|(_, check)| check.verdict == verdict);
    let decider = decisive.min_by(|(_, one), (_, other)| slack(one).total_cmp(&slack(other)));
    let decider = decider.map_or(0, |(position, _)| position);
    Judgement {
        verdict,
        checks,
        decider,
    }
}

/// What a gate is judged on: the figures of all items, or of one slice value.
struct Evidence<'a> {
    figure: Box<dyn Fn(Figure) -> Option<&'a Measured> + 'a>,
    classes: &'a [ClassScore],
    comparison: Option<&'a Comparison>,
}

impl<'a> Evidence<'a> {
    fn of_all(scorecard: &'a Scorecard) -> Self {
        Self {
            figure: Box::new(|figure| scorecard.figure(figure)),
            classes: &scorecard.all.classes,
            comparison: scorecard.comparison.as_ref(),
        }
    }

    fn of_slice(score: &'a SliceScore) -> Self {
        Self {
            figure: Box::new(|figure| score.figure(figure)),
            classes: &score.measures.classes,
            comparison: score.comparison.as_ref(),
        }
    }
}

fn judge_evidence(gate: &Gate, evidence: &Evidence<'_>) -> Vec<Check> {
    let check = |figure| judge_figure(gate.demand, figure, evidence);
    match gate.target {
        Target::Overall(metric) => vec![check(Figure::Overall(metric))],
        Target::Rule { metric, rule } => vec![check(Figure::Rule(rule, metric))],
        Target::Share { metric, share } => vec![check(Figure::Share(share, metric))],
        Target::Class {
            metric,
            class,
            min_support,
        } => {
            let figure = Figure::Class(class, metric);
            let support = evidence
                .classes
                .get(class)
                .map_or(0.0, |class| class.reference);
            if support < min_support as f64 {
                vec![undecided(Some(figure), Reason::LowSupport { support })]
            } else {
                vec![check(figure)]
            }
        }
        Target::EveryClass {
            metric,
            min_support,
        } => {
            let checks: Vec<Check> = (0..evidence.classes.len())
                .filter(|class| evidence.classes[*class].reference >= min_support.max(1) as f64)
                .map(|class| check(Figure::Class(class, metric)))
                .collect();
            if checks.is_empty() {
                vec![undecided(None, Reason::NoClassSupported)]
            } else {
                checks
            }
        }
    }
}

fn judge_figure(demand: Demand, figure: Figure, evidence: &Evidence<'_>) -> Check {
    let measured = match demand {
        Demand::NotBehind { .. } => match evidence.comparison {
            None => return undecided(Some(figure), Reason::NoBaseline),
            Some(comparison) => comparison.bounds.get(&figure),
        },
        Demand::AtLeast { .. } | Demand::AtMost { .. } => (evidence.figure)(figure),
    };
    let unchanged = matches!(demand, Demand::NotBehind { .. })
        && evidence
            .comparison
            .is_some_and(|comparison| comparison.n > 0 && comparison.changed == 0);
    let (verdict, reason) = match measured {
        _ if unchanged => (Verdict::Pass, Reason::Unchanged),
        None => (Verdict::Inconclusive, Reason::Undefined(Undefined::NoItems)),
        Some(Err(undefined)) => (Verdict::Inconclusive, Reason::Undefined(*undefined)),
        Some(Ok(estimate)) => judge_estimate(demand, estimate),
    };
    Check {
        figure: Some(figure),
        slice_value: None,
        measured: measured.cloned(),
        verdict,
        reason,
    }
}

fn judge_estimate(demand: Demand, estimate: &Estimate) -> (Verdict, Reason) {
    // Each demand becomes "at least": an upper threshold is turned round, a margin is a threshold
    // on the difference, which is oriented so that more is better.
    let (threshold, by, sign, strictly) = match demand {
        Demand::AtLeast { threshold, by } => (threshold, by, 1.0, false),
        Demand::AtMost { threshold, by } => (-threshold, by, -1.0, false),
        Demand::NotBehind { margin, by } => (-margin, by, 1.0, true),
    };
    let meets = |value: f64| value > threshold || (!strictly && value == threshold);
    match by {
        // At the margin itself a point is not behind by more than the margin.
        By::Point if sign * estimate.value >= threshold => (Verdict::Pass, Reason::Met),
        By::Point => (Verdict::Fail, Reason::Missed),
        By::Bound => match &estimate.interval {
            Err(undefined) => (Verdict::Inconclusive, Reason::NoInterval(*undefined)),
            Ok(_) if estimate.has_few_clusters() => (Verdict::Inconclusive, Reason::FewClusters),
            Ok(interval) => {
                let (worst, best) = if sign > 0.0 {
                    (interval.low, interval.high)
                } else {
                    (-interval.high, -interval.low)
                };
                if meets(worst) {
                    (Verdict::Pass, Reason::Met)
                } else if best < threshold {
                    (Verdict::Fail, Reason::Missed)
                } else {
                    (Verdict::Inconclusive, Reason::Straddles)
                }
            }
        },
    }
}

fn undecided(figure: Option<Figure>, reason: Reason) -> Check {
    Check {
        figure,
        slice_value: None,
        measured: None,
        verdict: Verdict::Inconclusive,
        reason,
    }
}
