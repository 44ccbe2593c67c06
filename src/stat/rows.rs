//! Pairs of numbers kept as they are, for statistics that need every one of them.

use super::Tally;

/// Pairs (x = reference, y = candidate) in a list: the tally that forgets nothing. Rank statistics
/// are functions of it. All numbers must be finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pairs: Vec<(f64, f64)>,
}

impl Rows {
    /// Adds one item's reference and candidate.
    pub fn push(&mut self, reference: f64, candidate: f64) {
        // Adding 0 turns −0 into 0, which sorts apart from it and would break a tie.
        self.pairs.push((reference + 0.0, candidate + 0.0));
    }

    /// The pairs, in the order in which they were added.
    pub fn pairs(&self) -> &[(f64, f64)] {
        &self.pairs
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl FromIterator<(f64, f64)> for Rows {
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(pairs: I) -> Self {
        let mut rows = Self::default();
        for (reference, candidate) in pairs {
            rows.push(reference, candidate);
        }
        rows
    }
}

impl Tally for Rows {
    fn add(&mut self, other: &Self) {
        self.pairs.extend_from_slice(&other.pairs);
    }

    fn clear(&mut self) {
        self.pairs.clear();
    }

    fn size(&self) -> f64 {
        self.pairs.len() as f64
    }
}
