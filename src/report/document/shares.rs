//! The counts of a matrix as shares of their rows and of their columns.

use super::Matrix;
use crate::score::Shown;

/// Shares of the cells, by row and then by column: the number and, rounded, its text. `None` is
/// hidden.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Of all in the row.
    pub rows: Vec<Vec<Shown<(f64, String)>>>,
    /// Of all in the column.
    pub columns: Vec<Vec<Shown<(f64, String)>>>,
    /// The greatest count; never 0.
    pub most: f64,
}

/// Works out the shares. A share is hidden where its count or its total is.
pub fn shares(matrix: &Matrix) -> Shares {
    let n = matrix.labels.len();
    let sum = |cells: Vec<Shown<f64>>| cells.into_iter().sum::<Shown<f64>>();
    let count = |row: usize, column: usize| matrix.counts[row][column];
    let of_row = |row: usize| match &matrix.totals {
        Some(totals) => totals.rows[row],
        None => sum((0..n).map(|column| count(row, column)).collect()),
    };
    let of_column = |column: usize| match &matrix.totals {
        Some(totals) => totals.columns[column],
        None => sum((0..n).map(|row| count(row, column)).collect()),
    };
    let by = |total: &dyn Fn(usize, usize) -> Shown<f64>| {
        let cell = |row, column| {
            let (count, total) = (count(row, column)?, total(row, column)?);
            let share = if total > 0.0 { count / total } else { 0.0 };
            Some((share, percent(share)))
        };
        let row = |row| (0..n).map(|column| cell(row, column)).collect();
        (0..n).map(row).collect()
    };
    let counts = matrix.counts.iter().flatten().flatten();
    let most = counts.fold(0.0, |most: f64, count| most.max(*count));
    Shares {
        rows: by(&|row, _| of_row(row)),
        columns: by(&|_, column| of_column(column)),
        most: if most > 0.0 { most } else { 1.0 },
    }
}

/// A whole per cent; what is something is never called 0, nor what is not all 100.
fn percent(share: f64) -> String {
    match share {
        share if share > 0.0 && share < 0.005 => "<1".to_owned(),
        share if (0.995..1.0).contains(&share) => ">99".to_owned(),
        share => format!("{:.0}", 100.0 * share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(counts: [[Shown<f64>; 2]; 2]) -> Matrix {
        Matrix {
            rows: "reference".to_owned(),
            columns: "candidate".to_owned(),
            labels: vec!["a".to_owned(), "b".to_owned()],
            counts: counts.map(Vec::from).into(),
            totals: None,
        }
    }

    #[test]
    fn rows_and_columns_are_not_exchanged() {
        let shares = shares(&matrix([[Some(3.0), Some(1.0)], [Some(1.0), Some(1.0)]]));
        let text = |cell: &Shown<(f64, String)>| cell.as_ref().unwrap().1.clone();
        assert_eq!(text(&shares.rows[0][1]), "25");
        assert_eq!(text(&shares.columns[0][1]), "50");
    }

    #[test]
    fn a_hidden_count_hides_the_shares_of_what_it_would_complete() {
        let shares = shares(&matrix([[Some(3.0), None], [Some(1.0), Some(1.0)]]));
        assert_eq!(shares.rows[0], [None, None]);
        assert!(shares.columns[0][0].is_some());
        assert_eq!(shares.columns[1][1], None);
    }

    #[test]
    fn what_is_something_is_not_called_nothing() {
        assert_eq!(percent(0.001), "<1");
        assert_eq!(percent(0.999), ">99");
        assert_eq!(percent(1.0), "100");
    }
}
