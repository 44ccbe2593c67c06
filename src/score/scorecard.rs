//! What is known of one labeller, once its labels are held against a reference and telemetry.

use std::collections::{BTreeMap, BTreeSet};

use super::moved::Moved;
use super::{ClassMetric, Metric, RuleMetric};
use crate::align::{Account, NotCommon};
use crate::stat::{Confusion, Estimate, Undefined};

/// An estimate, or why there is none.
pub type Measured = Result<Estimate, Undefined>;

/// How many items, or their weight; `None` where that is hidden, because it rests on too few clusters
/// or would give away what does.
pub type Shown<T> = Option<T>;

/// The figures over one set of items.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// What became of every item.
    pub account: Account,
    /// The figures over all scored items, those the scheme has.
    pub metrics: BTreeMap<Metric, Measured>,
    /// Counts of reference by candidate label; none for numbers.
    pub confusion: Option<Crosstab>,
    /// The figures of each scored label, in declared order; empty for numbers.
    pub classes: Vec<ClassScore>,
    /// The figures of each share, in declared order; empty except for decisions.
    pub shares: Vec<ShareScore>,
    /// How often the reference uses each scored label, hidden or not: of which classes a gate
    /// speaks. Never written out.
    pub(crate) support: Vec<f64>,
}

/// How often each label of the reference met each of the candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Crosstab {
    /// Rows are the reference, columns the candidate, scored labels in declared order.
    pub counts: Vec<Vec<Shown<f64>>>,
    /// All items that both sides gave a scored label.
    pub total: f64,
}

/// The figures of one label.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassScore {
    /// How often the reference uses it.
    pub reference: Shown<f64>,
    /// How often the candidate uses it.
    pub candidate: Shown<f64>,
    /// How often both do.
    pub true_positive: Shown<f64>,
    /// The figures.
    pub metrics: BTreeMap<ClassMetric, Measured>,
}

/// The figures of one share of a decisions scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareScore {
    /// Scored items on which the share is undefined on at least one side.
    pub undefined: u64,
    /// The figures over the other items.
    pub metrics: BTreeMap<Metric, Measured>,
}

/// The figures of one telemetry rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleScore {
    /// Rows: the label is one the rule speaks of, or not; columns: telemetry is as expected, or not.
    pub table: [[Shown<u64>; 2]; 2],
    /// The figures.
    pub metrics: BTreeMap<RuleMetric, Measured>,
    /// Items with a label whose telemetry was not recorded.
    pub missing_telemetry: u64,
    /// Items on which the expression cannot be computed.
    pub failed: u64,
    /// Positions of the items labelled as the rule says whose telemetry is not as expected.
    pub counterexamples: Vec<usize>,
}

/// All that is known of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// The figures over all items.
    pub all: Measures,
    /// The baseline's own figures over all its items, where there is a baseline.
    pub baseline: Option<Measures>,
    /// The figures of each value of each slice.
    pub slices: Vec<SliceScore>,
    /// Values of slices, by the slice's position, whose figures are hidden.
    pub hidden_slices: Vec<(usize, Box<str>)>,
    /// Positions of the items of whose labels nothing may be told.
    pub unlisted: BTreeSet<usize>,
    /// The telemetry rules on the candidate's labels, in declared order.
    pub rules: Vec<RuleScore>,
    /// The same rules on the reference's labels.
    pub reference_rules: Vec<RuleScore>,
    /// The candidate against the baseline, where there is one.
    pub comparison: Option<Comparison>,
}

/// The figures of one value of a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct SliceScore {
    /// Position of the slice.
    pub slice: usize,
    /// The value.
    pub value: Box<str>,
    /// The figures over its items.
    pub measures: Measures,
    /// The rules over its items.
    pub rules: Vec<RuleScore>,
    /// The comparison over its items.
    pub comparison: Option<Comparison>,
}

/// A figure that can be compared or judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Over all scored items.
    Overall(Metric),
    /// Of one class, by its position among the scored labels.
    Class(usize, ClassMetric),
    /// Of one share, by its position.
    Share(usize, Metric),
    /// Of one telemetry rule, by its position.
    Rule(usize, RuleMetric),
}

/// A candidate against a baseline on the items both were asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Items compared: those with a scored reference label.
    pub n: u64,
    /// Items that cannot be compared, by who lacks them.
    pub not_common: NotCommon,
    /// Items whose label differs between the two.
    pub changed: Shown<u64>,
    /// Whether there are no such items, hidden or not: what has not changed is not worse.
    pub is_unchanged: bool,
    /// Items on which only the baseline, and only the candidate, gave no usable label.
    pub unanswered: [u64; 2],
    /// Items only the baseline, and only the candidate, got right; none for numbers.
    pub discordant: Option<[Shown<f64>; 2]>,
    /// Candidate minus baseline of every figure that can be better or worse, at the level of the
    /// report.
    pub differences: BTreeMap<Figure, Measured>,
    /// The same at two-sided 90 %, whose limits are the one-sided 95 % bounds of gates.
    pub bounds: BTreeMap<Figure, Measured>,
    /// One-sided p-values that the candidate is worse; absent where there is none to be trusted:
    /// too few clusters, or no variance.
    pub worse: BTreeMap<Figure, f64>,
    /// What became of labels and items; none for decisions.
    pub moved: Option<Moved>,
    /// The agreement difference on items that both answered.
    pub answered_difference: Option<Measured>,
    /// McNemar's tests of the discordant pairs.
    pub mcnemar: Option<McNemar>,
    /// The test that agreement is not behind by more than the margin, where there is one.
    pub noninferiority: Option<Noninferiority>,
}

/// The test that the candidate's agreement is not behind the baseline's by more than a margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noninferiority {
    /// The margin as written.
    pub margin: f64,
    /// The one-sided p-value; under 0.05 exactly where the gate's bound passes.
    pub p: Result<f64, Undefined>,
}

/// p-values of McNemar's tests; items count as independent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct McNemar {
    /// Exact, two-sided.
    pub exact: Result<f64, Undefined>,
    /// Mid-p, two-sided.
    pub mid: Result<f64, Undefined>,
    /// Chi-square without correction.
    pub chi_square: Result<f64, Undefined>,
}

impl Crosstab {
    pub(super) fn new(confusion: &Confusion<f64>) -> Self {
        let rows = 0..confusion.n_labels();
        Self {
            counts: rows
                .map(|row| confusion.row(row).iter().copied().map(Some).collect())
                .collect(),
            total: confusion.total(),
        }
    }
}

impl ClassScore {
    /// Whether either side uses the label, as far as that may be told: of what is hidden it is not
    /// said that it is nothing.
    pub fn is_used(&self) -> bool {
        let is_nothing = |count: Shown<f64>| count == Some(0.0);
        !(is_nothing(self.reference) && is_nothing(self.candidate))
    }
}

impl Scorecard {
    /// The measured value of a figure, or `None` where the scheme has no such figure.
    pub fn figure(&self, figure: Figure) -> Option<&Measured> {
        match figure {
            Figure::Rule(rule, metric) => self.rules.get(rule)?.metrics.get(&metric),
            _ => self.all.figure(figure),
        }
    }
}

impl SliceScore {
    /// The measured value of a figure, or `None` where the scheme has no such figure.
    pub fn figure(&self, figure: Figure) -> Option<&Measured> {
        match figure {
            Figure::Rule(rule, metric) => self.rules.get(rule)?.metrics.get(&metric),
            _ => self.measures.figure(figure),
        }
    }
}

impl Measures {
    /// The measured value of a figure other than a rule's, or `None` where the scheme has none.
    pub fn figure(&self, figure: Figure) -> Option<&Measured> {
        match figure {
            Figure::Overall(metric) => self.metrics.get(&metric),
            Figure::Class(class, metric) => self.classes.get(class)?.metrics.get(&metric),
            Figure::Share(share, metric) => self.shares.get(share)?.metrics.get(&metric),
            Figure::Rule(..) => None,
        }
    }
}
