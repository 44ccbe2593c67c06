//! Holding gates against scorecards.

use super::needed::{self, Basis};
use super::{By, Check, Demand, Gate, Judgement, Reason, Target, Verdict};
use crate::score::{ClassScore, Comparison, Figure, Measured, Scorecard, SliceScore};
use crate::stat::{Estimate, Undefined};

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
            let hidden = scorecard.hidden_slices.iter();
            checks.extend(
                hidden
                    .filter(|(of, _)| *of == slice)
                    .map(|(_, value)| Check {
                        slice_value: Some(value.clone()),
                        ..undecided(None, SUPPRESSED)
                    }),
            );
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
        early: None,
        decider,
    }
}

/// What a gate is judged on: the figures of all items, or of one slice value.
struct Evidence<'a> {
    figure: Box<dyn Fn(Figure) -> Option<&'a Measured> + 'a>,
    items: u64,
    clusters: u64,
    classes: &'a [ClassScore],
    support: &'a [f64],
    comparison: Option<&'a Comparison>,
}

impl<'a> Evidence<'a> {
    fn of_all(scorecard: &'a Scorecard) -> Self {
        Self {
            figure: Box::new(|figure| scorecard.figure(figure)),
            items: scorecard.all.account.scored,
            clusters: scorecard.all.account.n_clusters,
            classes: &scorecard.all.classes,
            support: &scorecard.all.support,
            comparison: scorecard.comparison.as_ref(),
        }
    }

    fn of_slice(score: &'a SliceScore) -> Self {
        Self {
            figure: Box::new(|figure| score.figure(figure)),
            items: score.measures.account.scored,
            clusters: score.measures.account.n_clusters,
            classes: &score.measures.classes,
            support: &score.measures.support,
            comparison: score.comparison.as_ref(),
        }
    }

    /// Whether it is hidden how often the reference uses the class.
    fn hides(&self, class: usize) -> bool {
        let class = self.classes.get(class);
        class.is_some_and(|class| class.reference.is_none())
    }

    /// What all figures rest on.
    fn of_items(&self, class: Option<f64>) -> Basis {
        Basis {
            items: self.items as f64,
            clusters: self.clusters as f64,
            class,
        }
    }

    /// What a figure rests on, and more of which it would rest on more.
    fn basis(&self, demand: Demand, figure: Figure) -> Basis {
        let class = match figure {
            Figure::Class(class, _) => self.classes.get(class).and_then(|class| class.reference),
            _ => None,
        };
        let basis = self.of_items(class);
        match (demand, self.comparison) {
            (Demand::NotBehind { .. }, Some(comparison)) => Basis {
                items: comparison.n as f64,
                ..basis
            },
            _ => basis,
        }
    }
}

const SUPPRESSED: Reason = Reason::Undefined(Undefined::Suppressed);

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
            let support = evidence.support.get(class).copied().unwrap_or(0.0);
            if evidence.hides(class) {
                vec![undecided(Some(figure), SUPPRESSED)]
            } else if support < min_support as f64 {
                let basis = evidence.of_items(Some(support));
                vec![Check {
                    needed: needed::to_support(basis, support, min_support),
                    ..undecided(Some(figure), Reason::LowSupport { support })
                }]
            } else {
                vec![check(figure)]
            }
        }
        Target::EveryClass {
            metric,
            min_support,
        } => {
            let checks: Vec<Check> = (0..evidence.support.len())
                .filter(|class| evidence.support[*class] >= min_support.max(1) as f64)
                .map(|class| check(Figure::Class(class, metric)))
                .collect();
            let hides_any = (0..evidence.support.len()).any(|class| evidence.hides(class));
            if checks.is_empty() && hides_any {
                vec![undecided(None, Reason::NoClassSupported)]
            } else if checks.is_empty() {
                let most = evidence.support.iter().copied().fold(0.0, f64::max);
                vec![Check {
                    needed: needed::to_support(evidence.of_items(Some(most)), most, min_support),
                    ..undecided(None, Reason::NoClassSupported)
                }]
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
            .is_some_and(|comparison| comparison.n > 0 && comparison.is_unchanged);
    let (verdict, reason) = match measured {
        _ if unchanged => (Verdict::Pass, Reason::Unchanged),
        None => (Verdict::Inconclusive, Reason::Undefined(Undefined::NoItems)),
        Some(Err(undefined)) => (Verdict::Inconclusive, Reason::Undefined(*undefined)),
        Some(Ok(estimate)) => judge_estimate(demand, estimate),
    };
    let estimate = measured.and_then(|measured| measured.as_ref().ok());
    let needed = match (reason, estimate) {
        (Reason::Straddles | Reason::FewClusters, Some(estimate)) => Some(needed::to_decide(
            demand,
            estimate,
            evidence.basis(demand, figure),
        )),
        _ => None,
    };
    Check {
        figure: Some(figure),
        slice_value: None,
        measured: measured.cloned(),
        verdict,
        reason,
        needed,
    }
}

/// Every demand as "at least": an upper threshold is turned round, a margin is a threshold on the
/// difference, which is oriented so that more is better.
#[derive(Clone, Copy)]
pub(super) struct AtLeast {
    pub(super) threshold: f64,
    pub(super) by: By,
    /// What the figure is multiplied by.
    pub(super) sign: f64,
    /// Whether a bound at the threshold itself does not meet it.
    strictly: bool,
}

impl AtLeast {
    pub(super) fn of(demand: Demand) -> Self {
        let (threshold, by, sign, strictly) = match demand {
            Demand::AtLeast { threshold, by } => (threshold, by, 1.0, false),
            Demand::AtMost { threshold, by } => (-threshold, by, -1.0, false),
            Demand::NotBehind { margin, by } => (-margin, by, 1.0, true),
        };
        Self {
            threshold,
            by,
            sign,
            strictly,
        }
    }
}

fn judge_estimate(demand: Demand, estimate: &Estimate) -> (Verdict, Reason) {
    let AtLeast {
        threshold,
        by,
        sign,
        strictly,
    } = AtLeast::of(demand);
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
        needed: None,
    }
}
