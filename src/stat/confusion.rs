//! The confusion matrix: how often each reference label met each candidate label.

use super::tally::{lift_counts, reals};
use super::{Cells, Count, Dual, Lift, Tally};

/// Which labeller a margin belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The labels taken as right: the rows.
    Reference,
    /// The labels under test: the columns.
    Candidate,
}

/// Counts of reference label (rows) by candidate label (columns) over a declared label set.
///
/// An item the candidate gave no usable label may be counted as unanswered: it belongs to its
/// reference row and to no column, so it agrees with nothing. Comparisons use this, so that
/// refusing cannot win.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion<C = u64> {
    n_labels: usize,
    cells: Vec<C>,
    unanswered: Vec<C>,
}

impl<C: Count> Confusion<C> {
    /// An empty matrix over `n_labels` labels.
    pub fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            cells: vec![C::ZERO; n_labels * n_labels],
            unanswered: vec![C::ZERO; n_labels],
        }
    }

    /// How many labels are declared.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// Counts one pair of label positions.
    pub fn count_pair(&mut self, reference: usize, candidate: usize, count: C) {
        self.cells[reference * self.n_labels + candidate] += count;
    }

    /// Counts one item that the candidate gave no usable label.
    pub fn count_unanswered(&mut self, reference: usize, count: C) {
        self.unanswered[reference] += count;
    }

    /// How often the two labels met.
    pub fn count(&self, reference: usize, candidate: usize) -> C {
        self.cells[reference * self.n_labels + candidate]
    }

    /// How many items of a reference label were left without a usable candidate label.
    pub fn unanswered(&self, reference: usize) -> C {
        self.unanswered[reference]
    }

    /// How often one labeller used the label.
    pub fn margin(&self, axis: Axis, label: usize) -> C {
        match axis {
            Axis::Reference => self.row(label).iter().copied().sum::<C>() + self.unanswered[label],
            Axis::Candidate => (0..self.n_labels)
                .map(|reference| self.count(reference, label))
                .sum(),
        }
    }

    /// All margins of one labeller, in the declared order of labels.
    pub fn margins(&self, axis: Axis) -> Vec<C> {
        (0..self.n_labels)
            .map(|label| self.margin(axis, label))
            .collect()
    }

    /// The candidate's counts for one reference label, in the declared order of labels.
    pub fn row(&self, reference: usize) -> &[C] {
        &self.cells[reference * self.n_labels..(reference + 1) * self.n_labels]
    }

    /// All items counted.
    pub fn total(&self) -> C {
        self.cells.iter().chain(&self.unanswered).copied().sum()
    }

    /// Items on which both labellers used the same label.
    pub fn diagonal(&self) -> C {
        (0..self.n_labels)
            .map(|label| self.count(label, label))
            .sum()
    }

    /// The matrix with reference and candidate exchanged; unanswered items are left out.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut transposed = Self::new(self.n_labels);
        for reference in 0..self.n_labels {
            for candidate in 0..self.n_labels {
                transposed.count_pair(candidate, reference, self.count(reference, candidate));
            }
        }
        transposed
    }

    /// The counts as numbers.
    pub fn as_weights(&self) -> Confusion<f64>
    where
        C: Count<Real = f64>,
    {
        Confusion {
            n_labels: self.n_labels,
            cells: self.cells.iter().map(|count| count.real()).collect(),
            unanswered: self.unanswered.iter().map(|count| count.real()).collect(),
        }
    }

    /// All items the candidate gave no usable label.
    pub fn total_unanswered(&self) -> C {
        self.unanswered.iter().copied().sum()
    }

    /// The matrix over some of the labels only, in the order given; other items are left out.
    #[must_use]
    pub fn restricted(&self, labels: &[usize]) -> Self {
        let mut restricted = Self::new(labels.len());
        for (row, &reference) in labels.iter().enumerate() {
            for (column, &candidate) in labels.iter().enumerate() {
                restricted.count_pair(row, column, self.count(reference, candidate));
            }
            restricted.count_unanswered(row, self.unanswered[reference]);
        }
        restricted
    }
}

impl Confusion<u64> {
    /// Counts pairs of (reference, candidate) label positions.
    pub fn tally(n_labels: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut confusion = Self::new(n_labels);
        for (reference, candidate) in pairs {
            confusion.count_pair(reference, candidate, 1);
        }
        confusion
    }
}

impl<C: Count> Tally for Confusion<C> {
    fn add(&mut self, other: &Self) {
        let mine = self.cells.iter_mut().chain(&mut self.unanswered);
        for (cell, more) in mine.zip(other.cells.iter().chain(&other.unanswered)) {
            *cell += *more;
        }
    }

    fn clear(&mut self) {
        self.cells.fill(C::ZERO);
        self.unanswered.fill(C::ZERO);
    }

    fn size(&self) -> f64 {
        use super::Real;
        self.total().real().value()
    }
}

impl<C: Count<Real = f64>> Lift for Confusion<C> {
    type Dual = Confusion<Dual>;

    fn coordinates(&self) -> Vec<f64> {
        let mut coordinates = reals(&self.cells);
        coordinates.extend(self.unanswered.iter().map(|count| count.real()));
        coordinates
    }

    fn lift_by(&self, slopes: &[f64]) -> Confusion<Dual> {
        let (cells, unanswered) = slopes.split_at(self.cells.len());
        Confusion {
            n_labels: self.n_labels,
            cells: lift_counts(&self.cells, cells),
            unanswered: lift_counts(&self.unanswered, unanswered),
        }
    }
}

impl Cells for Confusion<f64> {
    fn with_coordinates(&self, coordinates: &[f64]) -> Self {
        let (cells, unanswered) = coordinates.split_at(self.cells.len());
        Self {
            n_labels: self.n_labels,
            cells: cells.to_vec(),
            unanswered: unanswered.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_reference_and_columns_the_candidate() {
        let confusion = Confusion::tally(2, [(0, 1), (0, 1), (1, 0), (0, 0)]);
        assert_eq!(confusion.count(0, 1), 2);
        assert_eq!(confusion.margins(Axis::Reference), [3, 1]);
        assert_eq!(confusion.margins(Axis::Candidate), [2, 2]);
        assert_eq!(confusion.transposed().count(1, 0), 2);
    }

    #[test]
    fn an_unanswered_item_belongs_to_a_row_and_to_no_column() {
        let mut confusion = Confusion::tally(2, [(0, 0), (1, 1)]);
        confusion.count_unanswered(1, 1);
        assert_eq!(confusion.total(), 3);
        assert_eq!(confusion.margins(Axis::Reference), [1, 2]);
        assert_eq!(confusion.margins(Axis::Candidate), [1, 1]);
    }
}
