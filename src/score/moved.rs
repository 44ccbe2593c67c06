//! What changed between two labellers: which labels became which, and which items went right or
//! wrong. Counts items, never weights; says nothing of significance.

use std::cmp::Ordering;

use super::{Keep, Shown};
use crate::align::{LabelTrio, NumberTrio, label_changes};
use crate::model::{LabelSet, Numeric, Ratings};

/// What changed between baseline and candidate.
#[derive(Clone, Debug, PartialEq)]
pub enum Moved {
    /// Of labels.
    Labels(LabelMoves),
    /// Of numbers.
    Numbers(NumberMoves),
}

/// How labels changed.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelMoves {
    /// All declared labels, excluded ones too, in declared order.
    pub labels: Vec<Box<str>>,
    /// How often each label of the baseline (rows) became each of the candidate (columns), over all
    /// items to which both gave a label, with or without a reference.
    pub changes: Vec<Vec<Shown<u64>>>,
    /// Items to which both gave a label.
    pub n_labelled: u64,
    /// Items to which both gave a label, and not the same.
    pub n_changed: Shown<u64>,
    /// What became of the items with a scored reference label.
    pub turns: Turns,
    /// The same by reference label, in the order of the scored labels.
    pub classes: Vec<Turns>,
    /// Positions of the items that only the baseline has right.
    pub worsened: Vec<usize>,
    /// Positions of the items that only the candidate has right.
    pub improved: Vec<usize>,
}

/// Items by who has them right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// Both do.
    pub both_right: Shown<u64>,
    /// Only the baseline does.
    pub worsened: Shown<u64>,
    /// Only the candidate does.
    pub improved: Shown<u64>,
    /// Neither does.
    pub both_wrong: Shown<u64>,
}

/// How numbers moved towards the reference or away from it. No answer counts as infinitely far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberMoves {
    /// Positions of the items on which the candidate is farther from the reference.
    pub farther: Vec<usize>,
    /// Positions of the items on which it is nearer.
    pub nearer: Vec<usize>,
    /// How many are farther.
    pub n_farther: Shown<u64>,
    /// How many are nearer.
    pub n_nearer: Shown<u64>,
    /// Items on which both are as far from it.
    pub as_far: Shown<u64>,
}

impl Turns {
    /// Counts items by whether baseline and candidate have them right.
    fn of(rights: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut both_right, mut worsened, mut improved, mut both_wrong) = (0, 0, 0, 0);
        for right in rights {
            *match right {
                (true, true) => &mut both_right,
                (true, false) => &mut worsened,
                (false, true) => &mut improved,
                (false, false) => &mut both_wrong,
            } += 1;
        }
        Self {
            both_right: Some(both_right),
            worsened: Some(worsened),
            improved: Some(improved),
            both_wrong: Some(both_wrong),
        }
    }

    /// All items.
    pub fn total(self) -> Shown<u64> {
        Some(self.baseline_right()? + self.improved? + self.both_wrong?)
    }

    /// Items that the baseline has right.
    pub fn baseline_right(self) -> Shown<u64> {
        Some(self.both_right? + self.worsened?)
    }

    /// Items that the candidate has right.
    pub fn candidate_right(self) -> Shown<u64> {
        Some(self.both_right? + self.improved?)
    }
}

/// How labels changed over the items that `keep` accepts; the trios are of these.
pub(super) fn labels(
    set: &LabelSet,
    [baseline, candidate]: [&Ratings; 2],
    trios: &[LabelTrio],
    keep: &Keep<'_>,
) -> LabelMoves {
    let changes = label_changes(set, baseline, candidate, keep);
    let n_labelled = changes.iter().flatten().sum();
    let kept: u64 = changes
        .iter()
        .enumerate()
        .map(|(label, row)| row[label])
        .sum();
    let rights = |trio: &LabelTrio| {
        let right = |label: Option<usize>| label == Some(trio.reference);
        (right(trio.baseline), right(trio.candidate))
    };
    let items = |wanted: (bool, bool)| {
        let items = trios.iter().filter(|trio| rights(trio) == wanted);
        items.map(|trio| trio.item).collect()
    };
    let of_class = |class: usize| {
        let of_class = trios.iter().filter(|trio| trio.reference == class);
        Turns::of(of_class.map(rights))
    };
    LabelMoves {
        labels: set
            .declared()
            .iter()
            .map(|label| label.id.clone())
            .collect(),
        changes: changes
            .into_iter()
            .map(|row| row.into_iter().map(Some).collect())
            .collect(),
        n_labelled,
        n_changed: Some(n_labelled - kept),
        turns: Turns::of(trios.iter().map(rights)),
        classes: (0..set.scored().count()).map(of_class).collect(),
        worsened: items((true, false)),
        improved: items((false, true)),
    }
}

/// Where the candidate's number is beside the baseline's, seen from the reference on the scale of the
/// scheme: nearer (`Less`) or farther.
pub(super) fn nearness(scale: &Numeric, trio: &NumberTrio) -> Ordering {
    let reference = scale.on_scale(trio.reference);
    let distance = |value: Option<f64>| {
        value.map_or(f64::INFINITY, |value| {
            (scale.on_scale(value) - reference).abs()
        })
    };
    distance(trio.candidate).total_cmp(&distance(trio.baseline))
}

/// How numbers moved, on the scale of the scheme.
pub(super) fn numbers(scale: &Numeric, trios: &[NumberTrio]) -> NumberMoves {
    let such = |wanted: Ordering| -> Vec<usize> {
        let trios = trios.iter();
        trios
            .filter(|trio| nearness(scale, trio) == wanted)
            .map(|trio| trio.item)
            .collect()
    };
    let (farther, nearer) = (such(Ordering::Greater), such(Ordering::Less));
    NumberMoves {
        n_farther: Some(farther.len() as u64),
        n_nearer: Some(nearer.len() as u64),
        as_far: Some(such(Ordering::Equal).len() as u64),
        farther,
        nearer,
    }
}
