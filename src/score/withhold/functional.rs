//! What a figure tells of the cells of a confusion matrix by its value, once the sums of rows and
//! columns are known: a weighted sum of cells.
//!
//! Chance-corrected coefficients are then a function of observed agreement alone, so they tell what
//! agreement tells. Ranks and tests of homogeneity are no such sums, and tell nothing that linear
//! algebra could use.

use crate::score::Metric;
use crate::score::labels::LabelFacts;
use crate::stat::disclosure::{Residue, Sum};

/// An item, its reference label, and its label under test if there is a usable one.
pub(super) type Row = (usize, usize, Option<usize>);

/// How often each label occurs on both sides.
struct Margins {
    rows: Vec<i64>,
    columns: Vec<i64>,
}

impl Margins {
    fn of(n_labels: usize, rows: &[Row], is_real: &dyn Fn(usize) -> bool) -> Self {
        let mut margins = Self {
            rows: vec![0; n_labels],
            columns: vec![0; n_labels],
        };
        for (_, row, column) in rows.iter().filter(|(item, ..)| is_real(*item)) {
            margins.rows[*row] += 1;
            if let Some(column) = column {
                margins.columns[*column] += 1;
            }
        }
        margins
    }

    /// Twice the ordinal distance of Krippendorff, which counts how often labels between two occur.
    fn ordinal_distance(&self, one: usize, other: usize) -> i64 {
        let uses = |label: usize| self.rows[label] + self.columns[label];
        let (low, high) = (one.min(other), one.max(other));
        let between: i64 = (low..=high).map(uses).sum();
        2 * between - uses(low) - uses(high)
    }
}

/// The sums that each of these figures tells, all over the same rows.
pub(super) fn sums(
    metrics: impl Iterator<Item = Metric>,
    facts: &LabelFacts,
    rows: &[Row],
    is_real: &dyn Fn(usize) -> bool,
) -> Vec<(Metric, Vec<Sum>)> {
    let margins = Margins::of(facts.n_labels, rows, is_real);
    metrics
        .map(|metric| (metric, of_metric(metric, facts, rows, &margins)))
        .collect()
}

fn of_metric(metric: Metric, facts: &LabelFacts, rows: &[Row], margins: &Margins) -> Vec<Sum> {
    let weighted = |weight: &dyn Fn(usize, usize) -> Residue| {
        let terms = rows.iter();
        Sum::weighted(
            terms.filter_map(|(item, row, column)| Some((*item, weight(*row, (*column)?)))),
        )
    };
    let diagonal = |weight: &dyn Fn(usize) -> Residue| {
        weighted(&|row, column| {
            if row == column {
                weight(row)
            } else {
                Residue::ZERO
            }
        })
    };
    let apart = |row: usize, column: usize| row as i64 - column as i64;
    let (of_row, of_column) = (
        |label: usize| margins.rows[label],
        |label: usize| margins.columns[label],
    );
    let is_answer = |label: usize| facts.answers.contains(&label);
    vec![match metric {
        Metric::BalancedAccuracy | Metric::MacroRecall => {
            diagonal(&|label| Residue::ratio(1, of_row(label)))
        }
        Metric::MacroPrecision => diagonal(&|label| Residue::ratio(1, of_column(label))),
        Metric::MacroF1 => diagonal(&|label| Residue::ratio(2, of_row(label) + of_column(label))),
        Metric::WeightedPrecision => {
            diagonal(&|label| Residue::ratio(of_row(label), of_column(label)))
        }
        Metric::WeightedF1 => {
            diagonal(&|label| Residue::ratio(2 * of_row(label), of_row(label) + of_column(label)))
        }
        Metric::WithinOne => {
            weighted(&|row, column| Residue::of(i64::from(apart(row, column).abs() <= 1)))
        }
        Metric::KappaLinear | Metric::GwetAc2Linear => {
            weighted(&|row, column| Residue::of(apart(row, column).abs()))
        }
        Metric::KappaQuadratic | Metric::GwetAc2Quadratic => {
            weighted(&|row, column| Residue::of(apart(row, column).pow(2)))
        }
        Metric::MeanDifference => weighted(&|row, column| Residue::of(apart(column, row))),
        Metric::KrippendorffAlphaOrdinal => weighted(&|row, column| {
            let distance = Residue::of(margins.ordinal_distance(row, column));
            distance * distance
        }),
        Metric::PrevalenceIndex => diagonal(&|label| Residue::of(1 - 2 * label as i64)),
        Metric::BiasIndex => weighted(&|row, column| Residue::of(apart(row, column))),
        Metric::AnsweredAgreement | Metric::AnsweredCohenKappa => {
            return vec![
                diagonal(&|label| Residue::of(i64::from(is_answer(label)))),
                weighted(&|row, column| {
                    Residue::of(i64::from(is_answer(row) && is_answer(column)))
                }),
            ];
        }
        Metric::NoInformationRate => {
            let largest = (0..facts.n_labels).max_by_key(|label| of_row(*label));
            weighted(&|row, _| Residue::of(i64::from(Some(row) == largest)))
        }
        // Coverage is what became of the answers, which is told always.
        Metric::Coverage
        | Metric::Spearman
        | Metric::KendallTauB
        | Metric::StuartMaxwellP
        | Metric::BowkerP => {
            return Vec::new();
        }
        _ => diagonal(&|_| Residue::ONE),
    }]
}
