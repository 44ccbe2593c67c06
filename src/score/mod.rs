//! From aligned labels to a scorecard: which statistics a scheme has, over which items, with which
//! interval. Does no arithmetic of its own beyond calling `stat`.

mod calibration;
mod compare;
pub mod directions;
mod intervals;
mod labels;
mod metric;
mod moved;
mod numbers;
mod raters;
mod reliability;
mod repeats;
mod rules;
mod sample;
mod scorecard;
mod withhold;

use std::collections::BTreeMap;

use crate::align::{
    Account, NotCommon, Pair, RuleRows, Trio, decision_pairs, decision_trios, label_pairs,
    label_trios, number_pairs, number_trios, rule_rows,
};
use crate::expr::Rule;
use crate::model::{Decisions, Label, Numeric, Outcome, OutcomeKind, Ratings, Scheme, Share};
use crate::stat::Axis;
use crate::stat::interval::Proportion;
use crate::stat::paired::PairedOutcomes;
use intervals::Resamples;
use labels::{LabelData, LabelFacts};

pub use calibration::{Calibration, CalibrationBin, Claim, calibration, is_share_hidden};
pub use intervals::{IntervalMethod, Intervals};
pub use metric::{
    CalibrationMetric, ClassMetric, Direction, Metric, RaterMetric, RuleMetric, SchemeKind,
};
pub use moved::{LabelMoves, Moved, NumberMoves, Turns};
pub use raters::{RaterMeasures, RaterPair, RaterScore, RaterSlice, RaterSubject, score_raters};
pub use reliability::{SecondOpinion, Sides, second_opinion};
pub use repeats::{RepeatScore, RepeatSubject, score_repeats};
pub use sample::Sample;
pub use scorecard::{
    ClassScore, Comparison, Crosstab, Figure, McNemar, Measured, Measures, Noninferiority,
    RuleScore, Scorecard, ShareScore, Shown, SliceScore,
};
pub use withhold::{Second, withhold, withhold_raters};

/// What is scored: a candidate's labels, what they are held against, and how.
pub struct Subject<'a> {
    /// The items.
    pub sample: Sample<'a>,
    /// What labels are.
    pub scheme: &'a Scheme,
    /// The labels taken as right, one place per item.
    pub reference: &'a [Option<Label>],
    /// The labels under test.
    pub candidate: &'a Ratings,
    /// The labels they must not fall behind.
    pub baseline: Option<&'a Ratings>,
    /// What telemetry should show.
    pub rules: &'a [Rule],
    /// The items that the figures of either side are of.
    pub scope: Scope,
    /// By how much agreement may be behind the baseline's, where that is to be tested.
    pub margin: Option<f64>,
}

/// Which items the figures of one side are of. A comparison is always of those that both sides
/// have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All that the side has.
    #[default]
    All,
    /// Those that the other side has too.
    Common,
}

impl Subject<'_> {
    /// Whether figures of one side are of this item.
    pub fn is_in_scope(&self, item: usize) -> bool {
        let has = |ratings: &Ratings| ratings.outcomes[item].is_some();
        match (self.scope, self.baseline) {
            (Scope::Common, Some(baseline)) => has(self.candidate) && has(baseline),
            _ => true,
        }
    }
}

/// The range and scale of a share, which is a number between 0 and 1.
const SHARE: Numeric = Numeric {
    log: false,
    unit: None,
    min: Some(0.0),
    max: Some(1.0),
};

/// Scores a candidate over all items and over each value of each slice.
pub fn score(subject: &Subject<'_>) -> Scorecard {
    let rules: Vec<RuleSides> = subject
        .rules
        .iter()
        .map(|rule| RuleSides::new(rule, subject))
        .collect();
    let all = |item: usize| subject.is_in_scope(item);
    let items = subject.sample.items;
    let slices = subject.sample.slice_values().into_iter();
    let slices = slices
        .map(|one| {
            let of_slice = |item: usize| one.holds(item);
            let keep = |item: usize| one.holds(item) && all(item);
            SliceScore {
                slice: one.slice,
                value: one.value.into(),
                measures: measure(subject, subject.candidate, &keep),
                rules: rules
                    .iter()
                    .map(|rule| rule.score(subject, &keep))
                    .collect(),
                comparison: compare(subject, &rules, &of_slice),
            }
        })
        .collect();
    Scorecard {
        all: measure(subject, subject.candidate, &all),
        baseline: subject
            .baseline
            .map(|baseline| measure(subject, baseline, &all)),
        slices,
        hidden_slices: Vec::new(),
        rules: rules.iter().map(|rule| rule.score(subject, &all)).collect(),
        reference_rules: subject
            .rules
            .iter()
            .map(|rule| {
                let rows = rule_rows(rule, items, |item| subject.reference[item].as_ref());
                rules::score(&subject.sample, &rows, &all)
            })
            .collect(),
        comparison: compare(subject, &rules, &|_| true),
    }
}

type Keep<'a> = dyn Fn(usize) -> bool + 'a;

fn measure(subject: &Subject<'_>, candidate: &Ratings, keep: &Keep<'_>) -> Measures {
    let Subject {
        sample,
        scheme,
        reference,
        ..
    } = subject;
    let account = Account::take(scheme, sample.items, reference, candidate, keep);
    let mut measures = Measures {
        account,
        metrics: BTreeMap::new(),
        confusion: None,
        classes: Vec::new(),
        shares: Vec::new(),
        support: Vec::new(),
    };
    match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let facts = LabelFacts::new(set, matches!(scheme, Scheme::Ordinal(_)));
            let pairs = kept(label_pairs(set, reference, candidate), keep);
            let overall = labels::overall(facts.kind).map(Figure::Overall);
            let figures: Vec<Figure> = overall.chain(labels::of_classes(facts.n_labels)).collect();
            let data = LabelData::new(sample, &facts, &pairs, &figures);
            measures.metrics = labels::overall(facts.kind)
                .map(|metric| (metric, data.measure(Figure::Overall(metric))))
                .collect();
            measures.classes = data.classes();
            measures.support = data.total().margins(Axis::Reference);
            measures.confusion = Some(Crosstab::new(data.total()));
        }
        Scheme::Numeric(scale) => {
            let pairs = kept(number_pairs(reference, candidate), keep);
            measures.metrics = numbers::metrics(sample, scale, &pairs);
        }
        Scheme::Decisions(decisions) => {
            let pairs = kept(decision_pairs(reference, candidate), keep);
            measures.shares = decisions
                .yields
                .iter()
                .map(|share| {
                    let of_share = share_pairs(decisions, share, &pairs);
                    ShareScore {
                        undefined: (pairs.len() - of_share.len()) as u64,
                        metrics: numbers::metrics(sample, &SHARE, &of_share),
                    }
                })
                .collect();
        }
    }
    let covered = coverage(subject, candidate, keep);
    measures.metrics.insert(Metric::Coverage, covered);
    measures
}

fn kept<T>(pairs: Vec<Pair<T>>, keep: &Keep<'_>) -> Vec<Pair<T>> {
    pairs.into_iter().filter(|pair| keep(pair.item)).collect()
}

fn coverage(subject: &Subject<'_>, ratings: &Ratings, keep: &Keep<'_>) -> Measured {
    let rows: Vec<(usize, bool)> = answers(ratings)
        .filter(|(item, _)| keep(*item))
        .map(|(item, outcome)| (item, outcome.kind() == OutcomeKind::Ok))
        .collect();
    let data = subject.sample.tally(
        &Proportion::default(),
        &rows,
        |row| row.0,
        |share, (_, covered), weight| {
            share.trials += weight;
            share.hits += if *covered { weight } else { 0.0 };
        },
    );
    let intervals = &subject.sample.intervals;
    let resamples = Resamples::of(&data, intervals, &[()], |(), share| share.share());
    let level = intervals.level;
    resamples.onto((), intervals.share(&data, level), level)
}

fn answers(ratings: &Ratings) -> impl Iterator<Item = (usize, &Outcome)> {
    ratings
        .outcomes
        .iter()
        .enumerate()
        .filter_map(|(item, outcome)| Some((item, outcome.as_ref()?)))
}

fn share_pairs(decisions: &Decisions, share: &Share, pairs: &[Pair<&[u32]>]) -> Vec<Pair<f64>> {
    pairs
        .iter()
        .filter_map(|pair| {
            Some(Pair {
                item: pair.item,
                reference: decisions.share(share, pair.reference)?,
                candidate: decisions.share(share, pair.candidate)?,
            })
        })
        .collect()
}

/// The items on which the share is defined wherever there is an answer.
fn share_trios(decisions: &Decisions, share: &Share, trios: &[Trio<&[u32]>]) -> Vec<Trio<f64>> {
    let side = |counts: Option<&[u32]>| match counts {
        None => Some(None),
        Some(counts) => decisions.share(share, counts).map(Some),
    };
    trios
        .iter()
        .filter_map(|trio| {
            Some(Trio {
                item: trio.item,
                reference: decisions.share(share, trio.reference)?,
                baseline: side(trio.baseline)?,
                candidate: side(trio.candidate)?,
            })
        })
        .collect()
}

fn compare(subject: &Subject<'_>, rules: &[RuleSides], keep: &Keep<'_>) -> Option<Comparison> {
    let Subject {
        sample,
        scheme,
        reference,
        candidate,
        ..
    } = subject;
    let baseline = subject.baseline?;
    let mut comparison = match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let facts = LabelFacts::new(set, matches!(scheme, Scheme::Ordinal(_)));
            let mut trios = label_trios(set, reference, baseline, candidate);
            trios.retain(|trio| keep(trio.item));
            let moved = moved::labels(set, [baseline, candidate], &trios, keep);
            Comparison {
                moved: Some(Moved::Labels(moved)),
                ..compare::labels(sample, &facts, &trios, subject.margin)
            }
        }
        Scheme::Numeric(scale) => {
            let mut trios = number_trios(reference, baseline, candidate);
            trios.retain(|trio| keep(trio.item));
            Comparison {
                moved: Some(Moved::Numbers(moved::numbers(scale, &trios))),
                ..compare::numbers(sample, scale, &trios, Figure::Overall)
            }
        }
        Scheme::Decisions(decisions) => {
            let mut trios = decision_trios(reference, baseline, candidate);
            trios.retain(|trio| keep(trio.item));
            let mut whole = compare::without_figures(&trios);
            for (position, share) in decisions.yields.iter().enumerate() {
                let trios = share_trios(decisions, share, &trios);
                let figure = |metric| Figure::Share(position, metric);
                let of_share = compare::numbers(sample, &SHARE, &trios, figure);
                whole.differences.extend(of_share.differences);
                whole.bounds.extend(of_share.bounds);
                whole.worse.extend(of_share.worse);
            }
            whole
        }
    };
    comparison.not_common = NotCommon::take(baseline, candidate, keep);
    let covered: Vec<(usize, bool, bool)> = baseline
        .outcomes
        .iter()
        .zip(&candidate.outcomes)
        .enumerate()
        .filter(|(item, _)| keep(*item))
        .filter_map(|(item, (baseline, candidate))| {
            let covered =
                |outcome: &Option<Outcome>| Some(outcome.as_ref()?.kind() == OutcomeKind::Ok);
            Some((item, covered(baseline)?, covered(candidate)?))
        })
        .collect();
    let covered = sample.tally(
        &PairedOutcomes::new(),
        &covered,
        |row| row.0,
        |tally, row, w| {
            tally.count_item(row.1, row.2, w);
        },
    );
    let level = sample.intervals.level;
    let difference = compare::shares_apart(sample, &covered);
    let coverage = Figure::Overall(Metric::Coverage);
    comparison.insert(coverage, level, difference);
    comparison.judge_share(coverage, &sample.intervals, &covered);
    for (position, rule) in rules.iter().enumerate() {
        let Some(baseline) = &rule.baseline else {
            continue;
        };
        compare::rule(
            &mut comparison,
            sample,
            position,
            baseline,
            &rule.candidate,
            keep,
        );
    }
    Some(comparison)
}

/// A rule on the labels of candidate and baseline.
struct RuleSides {
    candidate: RuleRows,
    baseline: Option<RuleRows>,
}

impl RuleSides {
    fn new(rule: &Rule, subject: &Subject<'_>) -> Self {
        let rows = |ratings: &Ratings| {
            rule_rows(rule, subject.sample.items, |item| {
                ratings.outcomes[item].as_ref().and_then(Outcome::label)
            })
        };
        Self {
            candidate: rows(subject.candidate),
            baseline: subject.baseline.map(rows),
        }
    }

    fn score(&self, subject: &Subject<'_>, keep: &Keep<'_>) -> RuleScore {
        rules::score(&subject.sample, &self.candidate, keep)
    }
}
