//! What changed between two labellers: which labels became which, and which items went right or
//! wrong. Counts items, never weights; says nothing of significance.

use super::Keep;
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
    pub changes: Vec<Vec<u64>>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    /// Both do.
    pub both_right: u64,
    /// Only the baseline does.
    pub worsened: u64,
    /// Only the candidate does.
    pub improved: u64,
    /// Neither does.
    pub both_wrong: u64,
}

/// How numbers moved towards the reference or away from it. No answer counts as infinitely far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberMoves {
    /// Positions of the items on which the candidate is farther from the reference.
    pub farther: Vec<usize>,
    /// Positions of the items on which it is nearer.
    pub nearer: Vec<usize>,
    /// Items on which both are as far from it.
    pub as_far: u64,
}

impl Turns {
    /// All items.
    pub fn total(self) -> u64 {
        self.both_right + self.worsened + self.improved + self.both_wrong
    }

    /// Items that the baseline has right.
    pub fn baseline_right(self) -> u64 {
        self.both_right + self.worsened
    }

    /// Items that the candidate has right.
    pub fn candidate_right(self) -> u64 {
        self.both_right + self.improved
    }

    fn count(&mut self, baseline_right: bool, candidate_right: bool) {
        *match (baseline_right, candidate_right) {
            (true, true) => &mut self.both_right,
            (true, false) => &mut self.worsened,
            (false, true) => &mut self.improved,
            (false, false) => &mut self.both_wrong,
        } += 1;
    }
}

impl LabelMoves {
    /// Items to which both gave a label.
    pub fn n_labelled(&self) -> u64 {
        self.changes.iter().flatten().sum()
    }

    /// Items to which both gave a label, and not the same.
    pub fn n_changed(&self) -> u64 {
        let rows = self.changes.iter().enumerate();
        let kept: u64 = rows.map(|(label, row)| row[label]).sum();
        self.n_labelled() - kept
    }
}

/// How labels changed over the items that `keep` accepts; the trios are of these.
pub(super) fn labels(
    set: &LabelSet,
    [baseline, candidate]: [&Ratings; 2],
    trios: &[LabelTrio],
    keep: &Keep<'_>,
) -> LabelMoves {
    let mut moves = LabelMoves {
        labels: set
            .declared()
            .iter()
            .map(|label| label.id.clone())
            .collect(),
        changes: label_changes(set, baseline, candidate, keep),
        turns: Turns::default(),
        classes: vec![Turns::default(); set.scored().count()],
        worsened: Vec::new(),
        improved: Vec::new(),
    };
    for trio in trios {
        let right = |label: Option<usize>| label == Some(trio.reference);
        let (before, after) = (right(trio.baseline), right(trio.candidate));
        moves.turns.count(before, after);
        moves.classes[trio.reference].count(before, after);
        match (before, after) {
            (true, false) => moves.worsened.push(trio.item),
            (false, true) => moves.improved.push(trio.item),
            _ => {}
        }
    }
    moves
}

/// How numbers moved, on the scale of the scheme.
pub(super) fn numbers(scale: &Numeric, trios: &[NumberTrio]) -> NumberMoves {
    let mut moves = NumberMoves::default();
    for trio in trios {
        let reference = scale.on_scale(trio.reference);
        let distance = |value: Option<f64>| {
            value.map_or(f64::INFINITY, |value| {
                (scale.on_scale(value) - reference).abs()
            })
        };
        let (before, after) = (distance(trio.baseline), distance(trio.candidate));
        if after > before {
            moves.farther.push(trio.item);
        } else if after < before {
            moves.nearer.push(trio.item);
        } else {
            moves.as_far += 1;
        }
    }
    moves
}
