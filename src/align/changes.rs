//! Two labellers on the same items, and which items only one of them has.

use super::pairs::one;
use crate::model::{LabelSet, Outcome, Ratings};

/// Items that cannot be compared, by who was not asked about them or has an empty cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotCommon {
    /// Only the baseline lacks them.
    pub baseline_lacks: u64,
    /// Only the candidate lacks them.
    pub candidate_lacks: u64,
    /// Both lack them.
    pub both_lack: u64,
}

impl NotCommon {
    /// Counts the items that `keep` accepts.
    pub fn take(baseline: &Ratings, candidate: &Ratings, keep: impl Fn(usize) -> bool) -> Self {
        let mut count = Self::default();
        let sides = baseline.outcomes.iter().zip(&candidate.outcomes);
        for (_, sides) in sides.enumerate().filter(|(item, _)| keep(*item)) {
            match sides {
                (Some(_), Some(_)) => {}
                (None, Some(_)) => count.baseline_lacks += 1,
                (Some(_), None) => count.candidate_lacks += 1,
                (None, None) => count.both_lack += 1,
            }
        }
        count
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.baseline_lacks + self.candidate_lacks + self.both_lack
    }
}

/// How often each declared label of the baseline (rows) became each of the candidate (columns), over
/// the items that `keep` accepts and to which both gave a label.
pub fn label_changes(
    set: &LabelSet,
    baseline: &Ratings,
    candidate: &Ratings,
    keep: impl Fn(usize) -> bool,
) -> Vec<Vec<u64>> {
    let n_labels = set.declared().len();
    let mut counts = vec![vec![0; n_labels]; n_labels];
    let label = |outcome: &Option<Outcome>| one(outcome.as_ref()?.label()?);
    let sides = baseline.outcomes.iter().zip(&candidate.outcomes);
    for (item, (before, after)) in sides.enumerate() {
        if keep(item)
            && let (Some(before), Some(after)) = (label(before), label(after))
        {
            counts[before][after] += 1;
        }
    }
    counts
}
