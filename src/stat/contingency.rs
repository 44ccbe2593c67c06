//! The two-by-two table of a telemetry rule: does what a label claims show in what was recorded?

use super::tally::{lift_counts, reals};
use super::{Cells, Confusion, Count, Dual, Lift, Real, Tally, Undefined};

/// Items by whether their label is one of the rule's (rows) and whether the telemetry meets the
/// rule's expectation (columns).
#[derive(Clone, Debug, PartialEq)]
pub struct Contingency<C: Count = u64> {
    /// [label and expectation, label only, expectation only, neither].
    cells: [C; 4],
}

impl<C: Count> Default for Contingency<C> {
    fn default() -> Self {
        Self {
            cells: [C::ZERO; 4],
        }
    }
}

impl<C: Count> Contingency<C> {
    /// A table of counts: first row the rule's labels, first column the expectation met.
    pub fn new(cells: [[C; 2]; 2]) -> Self {
        let [[a, b], [c, d]] = cells;
        Self {
            cells: [a, b, c, d],
        }
    }

    /// Counts one item.
    pub fn count_item(&mut self, label: bool, expectation: bool, count: C) {
        let row = if label { 0 } else { 2 };
        self.cells[row + usize::from(!expectation)] += count;
    }

    /// The counts: first row the rule's labels, first column the expectation met.
    pub fn table(&self) -> [[C; 2]; 2] {
        let [a, b, c, d] = self.cells;
        [[a, b], [c, d]]
    }

    /// The same table as a confusion matrix of two classes, "yes" first, telemetry in the columns:
    /// agreement and kappa are taken of it.
    pub fn confusion(&self) -> Confusion<C> {
        let mut confusion = Confusion::new(2);
        for (place, count) in self.cells.iter().enumerate() {
            confusion.count_pair(place / 2, place % 2, *count);
        }
        confusion
    }

    fn reals(&self) -> [C::Real; 4] {
        self.cells.map(Count::real)
    }
}

impl<C: Count> Tally for Contingency<C> {
    fn add(&mut self, other: &Self) {
        for (mine, more) in self.cells.iter_mut().zip(other.cells) {
            *mine += more;
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn size(&self) -> f64 {
        self.cells.iter().map(|count| count.real().value()).sum()
    }
}

impl<C: Count<Real = f64>> Lift for Contingency<C> {
    type Dual = Contingency<Dual>;

    fn coordinates(&self) -> Vec<f64> {
        reals(&self.cells)
    }

    fn lift_by(&self, slopes: &[f64]) -> Contingency<Dual> {
        let lifted = lift_counts(&self.cells, slopes);
        let mut cells = [Dual::ZERO; 4];
        cells.copy_from_slice(&lifted);
        Contingency { cells }
    }
}

impl Cells for Contingency<f64> {
    fn with_coordinates(&self, coordinates: &[f64]) -> Self {
        let mut cells = [0.0; 4];
        cells.copy_from_slice(coordinates);
        Self { cells }
    }
}

/// Of the items with a label of the rule, the share that meets the expectation: how often the rule
/// holds.
///
/// a/(a + b), in 0–1. Undefined where no item has such a label (`no_sessions_with_label`).
///
/// ```
/// use labelgate::stat::{Contingency, contingency::{found, holds}};
/// // 10 items have the label, 8 of them changed code; 4 more changed code without the label.
/// let table = Contingency::<u64>::new([[8, 2], [4, 6]]);
/// assert_eq!((holds(&table), found(&table)), (Ok(0.8), Ok(8.0 / 12.0)));
/// ```
pub fn holds<C: Count>(table: &Contingency<C>) -> Result<C::Real, Undefined> {
    let [a, b, _, _] = table.reals();
    share(a, b, Undefined::NoSessionsWithLabel)
}

/// Of the items without a label of the rule, the share that meets the expectation all the same.
///
/// c/(c + d), in 0–1. Undefined where every item has such a label (`no_sessions_without_label`).
///
/// ```
/// use labelgate::stat::{Contingency, contingency::holds_otherwise};
/// assert_eq!(holds_otherwise(&Contingency::<u64>::new([[8, 2], [3, 9]])), Ok(0.25));
/// ```
pub fn holds_otherwise<C: Count>(table: &Contingency<C>) -> Result<C::Real, Undefined> {
    let [_, _, c, d] = table.reals();
    share(c, d, Undefined::NoSessionsWithoutLabel)
}

/// Of the items that meet the expectation, the share with a label of the rule: how many of them the
/// label found.
///
/// a/(a + c), in 0–1. Undefined where no item meets the expectation (`telemetry_never_fires`). For
/// an example see [`holds`].
pub fn found<C: Count>(table: &Contingency<C>) -> Result<C::Real, Undefined> {
    let [a, _, c, _] = table.reals();
    share(a, c, Undefined::TelemetryNeverFires)
}

/// By how much the expectation is met more often with a label of the rule than without.
///
/// a/(a + b) − c/(c + d), in −1–1: positive where the label goes with the expectation. Undefined
/// where no item, or every item, has such a label (`no_sessions_with_label`,
/// `no_sessions_without_label`).
///
/// ```
/// use labelgate::stat::{Contingency, contingency::contrast};
/// // 8 of 10 with the label, 3 of 12 without.
/// let table = Contingency::<u64>::new([[8, 2], [3, 9]]);
/// assert!((contrast(&table).unwrap() - 0.55).abs() < 1e-12);
/// ```
pub fn contrast<C: Count>(table: &Contingency<C>) -> Result<C::Real, Undefined> {
    Ok(holds(table)? - holds_otherwise(table)?)
}

/// The correlation of label and expectation.
///
/// φ = (ad − bc) / √((a + b)(c + d)(a + c)(b + d)), in −1–1. Undefined without items (`no_items`)
/// and where a row or column is empty (`constant_reference_or_prediction`).
///
/// Source: Yule 1912.
///
/// ```
/// use labelgate::stat::{Contingency, contingency::phi};
/// let table = Contingency::<u64>::new([[4, 1], [1, 4]]);
/// assert!((phi(&table).unwrap() - 0.6).abs() < 1e-12);
/// ```
pub fn phi<C: Count>(table: &Contingency<C>) -> Result<C::Real, Undefined> {
    if table.size() == 0.0 {
        return Err(Undefined::NoItems);
    }
    let [a, b, c, d] = table.reals();
    let margins = [a + b, c + d, a + c, b + d];
    if margins.iter().any(|margin| margin.value() == 0.0) {
        return Err(Undefined::ConstantReferenceOrPrediction);
    }
    let [row, other_row, column, other_column] = margins;
    // Two roots, since the product of four counts leaves the exact range of f64 early.
    let spread = (row * other_row).sqrt() * (column * other_column).sqrt();
    Ok((a * d - b * c) / spread)
}

fn share<R: Real>(part: R, rest: R, otherwise: Undefined) -> Result<R, Undefined> {
    let whole = part + rest;
    if whole.value() == 0.0 {
        return Err(otherwise);
    }
    Ok(part / whole)
}
