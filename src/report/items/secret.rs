//! Which items a report keeps to itself: those in a cell whose count it hides. If their labels were
//! listed, whoever counts rows would have the count.

use crate::model::{Label, Outcome, Scheme};
use crate::score::{Comparison, Crosstab, LabelMoves, Moved, Scorecard};

/// What a report hides of single items.
pub(super) struct Secret<'a> {
    scheme: &'a Scheme,
    confusion: Option<&'a Crosstab>,
    moves: Option<&'a LabelMoves>,
}

impl<'a> Secret<'a> {
    /// What a scorecard hides; nothing without one.
    pub(super) fn of(card: Option<&'a Scorecard>, scheme: &'a Scheme) -> Self {
        let comparison = card.and_then(|card| card.comparison.as_ref());
        let moved = comparison.and_then(|Comparison { moved, .. }| moved.as_ref());
        Self {
            scheme,
            confusion: card.and_then(|card| card.all.confusion.as_ref()),
            moves: match moved {
                Some(Moved::Labels(moves)) => Some(moves),
                Some(Moved::Numbers(_)) | None => None,
            },
        }
    }

    /// Whether an item is in a hidden cell: of the confusion matrix, of the matrix of changes, or of
    /// those that count which side has the items of its class right.
    pub(super) fn hides(
        &self,
        reference: Option<&Label>,
        candidate: Option<&Outcome>,
        baseline: Option<&Outcome>,
    ) -> bool {
        let [candidate, baseline] = [candidate, baseline].map(|one| one.and_then(Outcome::label));
        let row = self.rank(reference);
        let cell = self.confusion.zip(row).zip(self.rank(candidate));
        if cell.is_some_and(|((confusion, row), column)| confusion.counts[row][column].is_none()) {
            return true;
        }
        let Some(moves) = self.moves else {
            return false;
        };
        let change = declared(baseline).zip(declared(candidate));
        if change.is_some_and(|(before, after)| moves.changes[before][after].is_none()) {
            return true;
        }
        // Who gave no label has it wrong, so both sides are looked at with or without one.
        row.is_some_and(|class| {
            let turns = &moves.classes[class];
            let count = match [baseline, candidate].map(|label| self.rank(label) == row) {
                [true, true] => turns.both_right,
                [true, false] => turns.worsened,
                [false, true] => turns.improved,
                [false, false] => turns.both_wrong,
            };
            count.is_none()
        })
    }

    /// The position of a label among the scored ones.
    fn rank(&self, label: Option<&Label>) -> Option<usize> {
        match label? {
            Label::One(label) => self.scheme.labels()?.rank(*label),
            Label::Number(_) | Label::Counts(_) => None,
        }
    }
}

/// The position of a label among all declared ones.
fn declared(label: Option<&Label>) -> Option<usize> {
    match label? {
        Label::One(label) => Some(label.0),
        Label::Number(_) | Label::Counts(_) => None,
    }
}
