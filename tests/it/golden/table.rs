//! Two labellers' tables as the cases give them, and the standard errors of their statistics.

use labelgate::num::Level;
use labelgate::stat::interval::{delta, delta_of_table};
use labelgate::stat::{Clustered, Confusion, Dual, Estimate, Undefined};
use serde_json::Value;

/// A table of counts and how many pairs lacked a label.
pub(super) struct Table {
    pub(super) confusion: Confusion,
    pub(super) n_dropped: usize,
}

impl Table {
    /// Reads `matrix`, or the label arrays `a` and `b` over `categories`.
    pub(super) fn read(input: &Value) -> Option<Self> {
        if let Some(matrix) = input.get("matrix") {
            return Some(Self {
                confusion: read_matrix(matrix)?,
                n_dropped: 0,
            });
        }
        let categories = input["categories"].as_array()?;
        let (reference, candidate) = (input["a"].as_array()?, input["b"].as_array()?);
        let place = |label: &Value| categories.iter().position(|category| category == label);
        let pairs: Vec<Option<(usize, usize)>> = reference
            .iter()
            .zip(candidate)
            .map(|(a, b)| Some((place(a)?, place(b)?)))
            .collect();
        Some(Self {
            n_dropped: pairs.iter().filter(|pair| pair.is_none()).count(),
            confusion: Confusion::tally(categories.len(), pairs.into_iter().flatten()),
        })
    }

    pub(super) fn counts(&self) -> Vec<Vec<u64>> {
        (0..self.confusion.n_labels())
            .map(|reference| self.confusion.row(reference).to_vec())
            .collect()
    }
}

/// A square matrix of counts, the reference in rows.
pub(super) fn read_matrix(matrix: &Value) -> Option<Confusion> {
    let rows = matrix.as_array()?;
    let mut confusion = Confusion::new(rows.len());
    for (reference, row) in rows.iter().enumerate() {
        for (candidate, count) in row.as_array()?.iter().enumerate() {
            confusion.count_pair(reference, candidate, count.as_u64()?);
        }
    }
    Some(confusion)
}

/// The delta-method estimate with every item a cluster of its own. Small tables go item by item,
/// and must then agree with the shortcut that huge ones need.
pub(super) fn estimate(
    confusion: &Confusion,
    statistic: impl Fn(&Confusion<Dual>) -> Result<Dual, Undefined>,
) -> Result<Estimate, Undefined> {
    let shortcut = delta_of_table(confusion, &statistic, Level::DEFAULT);
    if confusion.total() > 1000 {
        return shortcut;
    }
    let n_labels = confusion.n_labels();
    let items = (0..n_labels)
        .flat_map(|reference| (0..n_labels).map(move |candidate| (reference, candidate)))
        .flat_map(|cell| {
            let n_items = confusion.count(cell.0, cell.1) as usize;
            std::iter::repeat_n(Confusion::tally(n_labels, [cell]), n_items)
        });
    let by_item = delta(&Clustered(items.collect()), &statistic, Level::DEFAULT);
    let errors = [&by_item, &shortcut].map(|e| e.as_ref().map(|e| e.se.unwrap_or(-1.0)));
    match errors {
        [Ok(one), Ok(other)] => assert!((one - other).abs() <= 1e-12 * one.abs()),
        [one, other] => assert_eq!(one, other),
    }
    by_item
}

/// The standard error, or why there is none.
pub(super) fn standard_error(estimate: Result<Estimate, Undefined>) -> Result<f64, Undefined> {
    let estimate = estimate?;
    match (estimate.se, estimate.interval) {
        (Some(se), _) => Ok(se),
        (None, Err(reason)) => Err(reason),
        (None, Ok(_)) => panic!("an interval without standard error"),
    }
}

/// The limits, or why there are none.
pub(super) fn limits(estimate: &Result<Estimate, Undefined>) -> Result<(f64, f64), Undefined> {
    let interval = estimate.as_ref().map_err(|reason| *reason)?.interval?;
    Ok((interval.low, interval.high))
}
