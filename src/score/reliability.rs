//! How far raters of the reference agree among themselves: the ceiling of what a candidate's
//! agreement with one of them can mean. No rater is taken as better than another.

use std::collections::BTreeMap;

use super::labels::{LabelData, LabelFacts};
use super::sample::Sample;
use super::{Figure, Measured, Metric, Shown, Subject, compare, numbers};
use crate::align::{LabelTrio, NumberTrio, Pair, Trio, label_trios, number_trios};
use crate::model::{Label, LabelSet, Numeric, Outcome, Ratings, Scheme};

/// A second rater of the reference beside the candidate, all figures on the items that reference,
/// second rater and candidate labelled.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOpinion {
    /// How many items these are.
    pub n: u64,
    /// The second rater against the reference: the ceiling.
    pub ceiling: BTreeMap<Metric, Measured>,
    /// The candidate against the reference.
    pub candidate: BTreeMap<Metric, Measured>,
    /// The candidate's agreement with the reference less the second rater's, paired; none for
    /// numbers.
    pub difference: Option<Measured>,
    /// Whom the second rater sides with where candidate and reference differ.
    pub sides: Sides,
}

/// Items on which candidate and reference differ, by what the second rater says. Of numbers, by whom
/// it is nearer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The same as the candidate.
    pub with_candidate: Shown<u64>,
    /// The same as the reference.
    pub with_reference: Shown<u64>,
    /// Something else; of numbers, as near to one as to the other.
    pub with_neither: Shown<u64>,
}

/// Whom a second rater sides with on one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Candidate,
    Reference,
    Neither,
}

impl Sides {
    fn of(sides: impl Iterator<Item = Side>) -> Self {
        let sides: Vec<Side> = sides.collect();
        let n = |wanted| sides.iter().filter(|side| **side == wanted).count() as u64;
        Self {
            with_candidate: Some(n(Side::Candidate)),
            with_reference: Some(n(Side::Reference)),
            with_neither: Some(n(Side::Neither)),
        }
    }

    /// All items on which candidate and reference differ.
    pub fn total(self) -> Shown<u64> {
        Some(self.with_candidate? + self.with_reference? + self.with_neither?)
    }
}

/// Whom the second rater, in the baseline's place, sides with; `None` where candidate and reference
/// agree.
pub(super) fn side_on_labels(trio: &LabelTrio) -> Option<Side> {
    (trio.candidate != Some(trio.reference)).then(|| {
        if trio.baseline == trio.candidate {
            Side::Candidate
        } else if trio.baseline == Some(trio.reference) {
            Side::Reference
        } else {
            Side::Neither
        }
    })
}

/// Whom the second rater is nearer to on the scale of the scheme.
pub(super) fn side_on_numbers(scale: &Numeric, trio: &NumberTrio) -> Option<Side> {
    if trio.candidate == Some(trio.reference) {
        return None;
    }
    let second = trio.baseline.map(|value| scale.on_scale(value));
    let distance = |value: Option<f64>| {
        let (value, second) = (scale.on_scale(value?), second?);
        Some((value - second).abs())
    };
    let (to_candidate, to_reference) = (distance(trio.candidate), distance(Some(trio.reference)));
    Some(if to_candidate < to_reference {
        Side::Candidate
    } else if to_reference < to_candidate {
        Side::Reference
    } else {
        Side::Neither
    })
}

impl SecondOpinion {
    /// Whether the candidate agrees with the reference more than the second rater does. That is no
    /// sign of being better: the reference is not the truth.
    pub fn is_above_ceiling(&self) -> bool {
        let value = |figures: &BTreeMap<Metric, Measured>, metric: Metric| {
            let estimate = figures.get(&metric)?.as_ref().ok()?;
            Some(estimate.value)
        };
        let above = |metric: Metric, sign: f64| {
            let (ceiling, candidate) = (
                value(&self.ceiling, metric)?,
                value(&self.candidate, metric)?,
            );
            Some(sign * candidate > sign * ceiling)
        };
        above(Metric::Agreement, 1.0)
            .or_else(|| above(Metric::Mae, -1.0))
            .unwrap_or(false)
    }
}

/// Holds a second rater beside the candidate. `None` for decisions, and where no item has all three
/// labels.
pub fn second_opinion(subject: &Subject<'_>, second: &[Option<Label>]) -> Option<SecondOpinion> {
    let Subject {
        sample,
        scheme,
        reference,
        candidate,
        ..
    } = subject;
    let second = Ratings {
        outcomes: second
            .iter()
            .map(|label| label.clone().map(Outcome::Ok))
            .collect(),
        n_normalised: 0,
    };
    match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => {
            let mut trios = label_trios(set, reference, &second, candidate);
            trios.retain(|trio| trio.baseline.is_some() && trio.candidate.is_some());
            let is_ordinal = matches!(scheme, Scheme::Ordinal(_));
            (!trios.is_empty()).then(|| of_labels(sample, set, is_ordinal, &trios))
        }
        Scheme::Numeric(scale) => {
            let mut trios = number_trios(reference, &second, candidate);
            trios.retain(|trio| trio.baseline.is_some() && trio.candidate.is_some());
            (!trios.is_empty()).then(|| of_numbers(sample, scale, &trios))
        }
        // Their shares are numbers of their own, each with its own ceiling.
        Scheme::Decisions(_) => None,
    }
}

/// The pairs of reference and one side.
fn pairs<T: Copy>(trios: &[Trio<T>], side: impl Fn(&Trio<T>) -> Option<T>) -> Vec<Pair<T>> {
    let pair = |trio| {
        let trio: &Trio<T> = trio;
        Some(Pair {
            item: trio.item,
            reference: trio.reference,
            candidate: side(trio)?,
        })
    };
    trios.iter().filter_map(pair).collect()
}

fn of_labels(
    sample: &Sample<'_>,
    set: &LabelSet,
    is_ordinal: bool,
    trios: &[LabelTrio],
) -> SecondOpinion {
    let facts = LabelFacts::new(set, is_ordinal);
    let mut metrics = vec![Metric::Agreement, Metric::CohenKappa];
    if is_ordinal {
        metrics.push(Metric::KappaQuadratic);
    }
    let figures: Vec<Figure> = metrics.iter().copied().map(Figure::Overall).collect();
    let measured = |pairs: &[Pair<usize>]| {
        let data = LabelData::new(sample, &facts, pairs, &figures);
        let of = |metric: &Metric| (*metric, data.measure(Figure::Overall(*metric)));
        metrics.iter().map(of).collect()
    };
    let right = |trio: &LabelTrio, label: Option<usize>| label == Some(trio.reference);
    let apart = compare::discordance(sample, trios, right);
    let sides = Sides::of(trios.iter().filter_map(side_on_labels));
    SecondOpinion {
        n: trios.len() as u64,
        ceiling: measured(&pairs(trios, |trio| trio.baseline)),
        candidate: measured(&pairs(trios, |trio| trio.candidate)),
        difference: Some(compare::shares_apart(sample, &apart)(
            sample.intervals.level,
        )),
        sides,
    }
}

fn of_numbers(sample: &Sample<'_>, scale: &Numeric, trios: &[NumberTrio]) -> SecondOpinion {
    let metrics = [Metric::Mae, Metric::Spearman, Metric::LinCcc];
    let measured = |pairs: &[Pair<f64>]| numbers::chosen(sample, scale, pairs, &metrics);
    let sides = trios.iter().filter_map(|trio| side_on_numbers(scale, trio));
    let sides = Sides::of(sides);
    SecondOpinion {
        n: trios.len() as u64,
        ceiling: measured(&pairs(trios, |trio| trio.baseline)),
        candidate: measured(&pairs(trios, |trio| trio.candidate)),
        difference: None,
        sides,
    }
}
