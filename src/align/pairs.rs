//! Rows of labels on the same item.

use crate::model::{Label, LabelSet, Outcome, Ratings};

/// A reference label and a candidate label on one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair<T> {
    /// Position of the item.
    pub item: usize,
    /// The label taken as right.
    pub reference: T,
    /// The label under test.
    pub candidate: T,
}

/// A reference label and what baseline and candidate made of the item; `None` is an answer that
/// cannot be right: no usable label, or an excluded one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trio<T> {
    /// Position of the item.
    pub item: usize,
    /// The label taken as right.
    pub reference: T,
    /// The label of the labeller compared against.
    pub baseline: Option<T>,
    /// The label under test.
    pub candidate: Option<T>,
}

/// Positions among the scored labels.
pub type LabelPair = Pair<usize>;
/// Values as answered.
pub type NumberPair = Pair<f64>;
/// Decision counts.
pub type CountPair<'a> = Pair<&'a [u32]>;
/// Positions among the scored labels.
pub type LabelTrio = Trio<usize>;
/// Values as answered.
pub type NumberTrio = Trio<f64>;

type Labels<'a> = &'a [Option<Label>];

/// The items that both sides gave a scored label, as positions among the scored labels.
pub fn label_pairs(set: &LabelSet, reference: Labels<'_>, candidate: &Ratings) -> Vec<LabelPair> {
    let ranks = ranks(set);
    pairs(reference, candidate, |label| {
        one(label).and_then(|label| ranks[label])
    })
}

/// The items that both sides gave a number.
pub fn number_pairs(reference: Labels<'_>, candidate: &Ratings) -> Vec<NumberPair> {
    pairs(reference, candidate, |label| match label {
        Label::Number(value) => Some(*value),
        _ => None,
    })
}

/// The items that both sides gave a list of decisions.
pub fn decision_pairs<'a>(reference: Labels<'a>, candidate: &'a Ratings) -> Vec<CountPair<'a>> {
    pairs(reference, candidate, counts)
}

fn pairs<'a, T>(
    reference: &'a [Option<Label>],
    candidate: &'a Ratings,
    read: impl Fn(&'a Label) -> Option<T>,
) -> Vec<Pair<T>> {
    reference
        .iter()
        .zip(&candidate.outcomes)
        .enumerate()
        .filter_map(|(item, (reference, outcome))| {
            let reference = read(reference.as_ref()?)?;
            let candidate = read(outcome.as_ref()?.label()?)?;
            Some(Pair {
                item,
                reference,
                candidate,
            })
        })
        .collect()
}

/// The items with a scored reference label that both baseline and candidate were asked about.
pub fn label_trios(
    set: &LabelSet,
    reference: Labels<'_>,
    baseline: &Ratings,
    candidate: &Ratings,
) -> Vec<LabelTrio> {
    let ranks = ranks(set);
    trios(reference, baseline, candidate, |label| {
        one(label).and_then(|label| ranks[label])
    })
}

/// The items with a reference value that both baseline and candidate were asked about.
pub fn number_trios(
    reference: Labels<'_>,
    baseline: &Ratings,
    candidate: &Ratings,
) -> Vec<NumberTrio> {
    trios(reference, baseline, candidate, |label| match label {
        Label::Number(value) => Some(*value),
        _ => None,
    })
}

/// The items with a reference list that both baseline and candidate were asked about.
pub fn decision_trios<'a>(
    reference: Labels<'a>,
    baseline: &'a Ratings,
    candidate: &'a Ratings,
) -> Vec<Trio<&'a [u32]>> {
    trios(reference, baseline, candidate, counts)
}

fn trios<'a, T>(
    reference: &'a [Option<Label>],
    baseline: &'a Ratings,
    candidate: &'a Ratings,
    read: impl Fn(&'a Label) -> Option<T>,
) -> Vec<Trio<T>> {
    reference
        .iter()
        .zip(&baseline.outcomes)
        .zip(&candidate.outcomes)
        .enumerate()
        .filter_map(|(item, ((reference, baseline), candidate))| {
            let reference = read(reference.as_ref()?)?;
            let (baseline, candidate) = (baseline.as_ref()?, candidate.as_ref()?);
            let read = |outcome: &'a Outcome| outcome.label().and_then(&read);
            Some(Trio {
                item,
                reference,
                baseline: read(baseline),
                candidate: read(candidate),
            })
        })
        .collect()
}

/// Each declared label's position among the scored ones, made once rather than per item.
pub(super) fn ranks(set: &LabelSet) -> Vec<Option<usize>> {
    let mut ranks = vec![None; set.declared().len()];
    for (rank, label) in set.scored().enumerate() {
        ranks[label.0] = Some(rank);
    }
    ranks
}

/// The position of a declared label; none of numbers and lists.
pub fn one(label: &Label) -> Option<usize> {
    match label {
        Label::One(label) => Some(label.0),
        _ => None,
    }
}

fn counts(label: &Label) -> Option<&[u32]> {
    match label {
        Label::Counts(counts) => Some(counts),
        _ => None,
    }
}
