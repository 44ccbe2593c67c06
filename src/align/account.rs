//! What became of every item.

use crate::model::{Items, Label, Outcome, OutcomeKind, Ratings, Scheme};

/// How many items were left out because of an excluded label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Excluded on both sides.
    pub both: u64,
    /// Only the reference is an excluded label.
    pub reference_only: u64,
    /// Only the candidate's label is excluded.
    pub candidate_only: u64,
}

impl Excluded {
    /// All items left out.
    pub fn total(self) -> u64 {
        self.both + self.reference_only + self.candidate_only
    }
}

/// What became of every item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// All items.
    pub total: u64,
    /// Items with a reference and a usable label, neither excluded.
    pub scored: u64,
    /// Distinct clusters of the scored items.
    pub n_clusters: u64,
    /// Items without a reference label.
    pub missing_reference: u64,
    /// Items the candidate was not asked about, or whose cell is empty.
    pub missing_candidate: u64,
    /// Items left out because of an excluded label.
    pub excluded: Excluded,
    /// How many answers became what, in the order of [`OutcomeKind::ALL`].
    pub outcomes: [u64; OutcomeKind::ALL.len()],
    /// Answers recognised only after Unicode normalisation, case folding and trimming.
    pub normalised: u64,
}

impl Account {
    /// How many answers had this outcome.
    pub fn outcome(&self, kind: OutcomeKind) -> u64 {
        self.outcomes[kind as usize]
    }

    /// Answers that are neither a label nor an abstention.
    pub fn unusable(&self) -> u64 {
        OutcomeKind::ALL
            .into_iter()
            .filter(|kind| !matches!(kind, OutcomeKind::Ok | OutcomeKind::Abstained))
            .map(|kind| self.outcome(kind))
            .sum()
    }

    /// Share of answers that gave a label other than an abstention, as (labelled, answered).
    pub fn coverage(&self) -> (u64, u64) {
        let answered = self.outcomes.iter().sum();
        (self.outcome(OutcomeKind::Ok), answered)
    }

    /// Counts what became of every item that `keep` accepts.
    pub fn take(
        scheme: &Scheme,
        items: &Items,
        reference: &[Option<Label>],
        candidate: &Ratings,
        keep: impl Fn(usize) -> bool,
    ) -> Self {
        let mut account = Self {
            normalised: candidate.n_normalised,
            ..Self::default()
        };
        let mut is_scored = vec![false; items.clusters.len()];
        let kept = items
            .items
            .iter()
            .enumerate()
            .filter(|(item, _)| keep(*item));
        for (item, about) in kept {
            account.total += 1;
            let (reference, outcome) = (&reference[item], &candidate.outcomes[item]);
            match outcome {
                None => account.missing_candidate += 1,
                Some(outcome) => account.outcomes[outcome.kind() as usize] += 1,
            }
            let Some(reference) = reference else {
                account.missing_reference += 1;
                continue;
            };
            let usable = outcome.as_ref().and_then(Outcome::label);
            let reference_excluded = is_excluded(scheme, Some(reference));
            let candidate_excluded = is_excluded(scheme, usable);
            match (reference_excluded, candidate_excluded) {
                (true, true) => account.excluded.both += 1,
                (true, false) => account.excluded.reference_only += 1,
                (false, true) => account.excluded.candidate_only += 1,
                (false, false) if usable.is_some() => {
                    account.scored += 1;
                    is_scored[about.cluster] = true;
                }
                (false, false) => {}
            }
        }
        account.n_clusters = is_scored.iter().filter(|scored| **scored).count() as u64;
        account
    }
}

fn is_excluded(scheme: &Scheme, label: Option<&Label>) -> bool {
    match (scheme.labels(), label) {
        (Some(set), Some(Label::One(label))) => set.is_excluded(*label),
        _ => false,
    }
}
