//! Whether two labellers use the labels equally often, or exchange them evenly: tests on the square
//! table of items with both labels. Unanswered items say nothing about either.

use super::distribution::chi_square_sf;
use super::{Confusion, Count, Real, Undefined};

/// A chi-square test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquareTest {
    /// The statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// The probability of a statistic as large or larger under the hypothesis.
    pub p: f64,
}

impl ChiSquareTest {
    pub(super) fn new(statistic: f64, df: f64) -> Self {
        let p = chi_square_sf(statistic, df);
        Self { statistic, df, p }
    }
}

/// Bowker's test of symmetry: whether label i is taken for j as often as j for i, for every pair.
///
/// Σ_{i<j} (n_ij − n_ji)²/(n_ij + n_ji), one degree of freedom for every pair of labels with a
/// discordant item. McNemar's test for two labels. Undefined without items (`no_items`) and without
/// discordant items (`no_discordant_pairs`).
///
/// Source: Bowker 1948.
///
/// ```
/// use labelgate::stat::{Confusion, homogeneity::bowker};
/// // 9 against 4, 6 against 2, and no item between labels 1 and 2.
/// let mut table = Confusion::new(3);
/// for (reference, candidate, count) in [(0, 1, 9u64), (1, 0, 4), (0, 2, 6), (2, 0, 2), (1, 1, 5)] {
///     table.count_pair(reference, candidate, count);
/// }
/// let test = bowker(&table).unwrap();
/// assert!((test.statistic - (25.0 / 13.0 + 16.0 / 8.0)).abs() < 1e-14);
/// assert_eq!(test.df, 2.0);
/// ```
pub fn bowker<C: Count>(confusion: &Confusion<C>) -> Result<ChiSquareTest, Undefined> {
    let table = Discordance::of(confusion)?;
    let (mut statistic, mut df) = (0.0, 0.0);
    for one in 0..table.n_labels {
        for other in 0..one {
            let (here, there) = (table.count(one, other), table.count(other, one));
            if here + there > 0.0 {
                statistic += (here - there) * (here - there) / (here + there);
                df += 1.0;
            }
        }
    }
    Ok(ChiSquareTest::new(statistic, df))
}

/// The Stuart–Maxwell test of marginal homogeneity: whether both labellers use every label equally
/// often.
///
/// dᵀ S⁻¹ d with the differences d of the margins and their covariance S under the hypothesis, on as
/// many labels as S has rank: labels that no discordant item connects are independent of each
/// other, and each connected group loses one degree of freedom. McNemar's test for two labels.
/// Undefined like Bowker's test.
///
/// Source: Stuart 1955; Maxwell 1970.
///
/// ```
/// use labelgate::stat::{Confusion, homogeneity::stuart_maxwell};
/// // 6 against 9: McNemar's (6 − 9)²/(6 + 9).
/// let pairs = [(0, 1); 6].into_iter().chain([(1, 0); 9]).chain([(0, 0); 20]);
/// let test = stuart_maxwell(&Confusion::tally(2, pairs)).unwrap();
/// assert!((test.statistic - 0.6).abs() < 1e-15);
/// assert_eq!(test.df, 1.0);
/// ```
pub fn stuart_maxwell<C: Count>(confusion: &Confusion<C>) -> Result<ChiSquareTest, Undefined> {
    let table = Discordance::of(confusion)?;
    let labels = table.independent_labels();
    let differences: Vec<f64> = labels
        .iter()
        .map(|label| table.difference(*label))
        .collect();
    let covariance = labels
        .iter()
        .map(|one| {
            labels
                .iter()
                .map(|other| table.covariance(*one, *other))
                .collect()
        })
        .collect();
    let solution = solve(covariance, differences.clone()).ok_or(Undefined::SingularCovariance)?;
    let statistic: f64 = differences.iter().zip(&solution).map(|(d, x)| d * x).sum();
    // Rounding must not make a sum of squares negative.
    Ok(ChiSquareTest::new(statistic.max(0.0), labels.len() as f64))
}

/// Bhapkar's test of marginal homogeneity: Stuart and Maxwell's with the covariance estimated
/// without the hypothesis, W/(1 − W/n); more powerful, the same for large n.
///
/// Undefined like Stuart and Maxwell's, and where every item is discordant in one direction
/// (`singular_covariance`).
///
/// Source: Bhapkar 1966; Keefe 1982.
///
/// ```
/// use labelgate::stat::{Confusion, homogeneity::bhapkar};
/// let pairs = [(0, 1); 6].into_iter().chain([(1, 0); 9]).chain([(0, 0); 20]);
/// let test = bhapkar(&Confusion::tally(2, pairs)).unwrap();
/// assert!((test.statistic - 0.6 / (1.0 - 0.6 / 35.0)).abs() < 1e-15);
/// ```
pub fn bhapkar<C: Count>(confusion: &Confusion<C>) -> Result<ChiSquareTest, Undefined> {
    let test = stuart_maxwell(confusion)?;
    let n = Discordance::of(confusion)?.n;
    let rest = 1.0 - test.statistic / n;
    // At W = n rounding may leave a little more or less than nothing.
    if rest < 1e-13 {
        return Err(Undefined::SingularCovariance);
    }
    Ok(ChiSquareTest::new(test.statistic / rest, test.df))
}

/// The answered part of a table as plain numbers.
struct Discordance {
    n_labels: usize,
    cells: Vec<f64>,
    n: f64,
}

impl Discordance {
    fn of<C: Count>(confusion: &Confusion<C>) -> Result<Self, Undefined> {
        let n_labels = confusion.n_labels();
        let cells: Vec<f64> = (0..n_labels)
            .flat_map(|reference| confusion.row(reference))
            .map(|count| count.real().value())
            .collect();
        let n: f64 = cells.iter().sum();
        let table = Self { n_labels, cells, n };
        if n == 0.0 {
            Err(Undefined::NoItems)
        } else if (0..n_labels).all(|label| !table.is_discordant(label)) {
            Err(Undefined::NoDiscordantPairs)
        } else {
            Ok(table)
        }
    }

    fn count(&self, reference: usize, candidate: usize) -> f64 {
        self.cells[reference * self.n_labels + candidate]
    }

    fn exchanged(&self, one: usize, other: usize) -> f64 {
        self.count(one, other) + self.count(other, one)
    }

    fn others(&self, label: usize) -> impl Iterator<Item = usize> {
        (0..self.n_labels).filter(move |other| *other != label)
    }

    fn is_discordant(&self, label: usize) -> bool {
        self.others(label)
            .any(|other| self.exchanged(label, other) > 0.0)
    }

    /// How much more often the reference than the candidate used the label.
    fn difference(&self, label: usize) -> f64 {
        let net = |other| self.count(label, other) - self.count(other, label);
        self.others(label).map(net).sum()
    }

    /// The covariance of two such differences if both margins are the same.
    fn covariance(&self, one: usize, other: usize) -> f64 {
        if one == other {
            self.others(one)
                .map(|other| self.exchanged(one, other))
                .sum()
        } else {
            -self.exchanged(one, other)
        }
    }

    /// All labels with discordant items, but for the last of each connected group.
    fn independent_labels(&self) -> Vec<usize> {
        let mut group: Vec<usize> = (0..self.n_labels).collect();
        for one in 0..self.n_labels {
            for other in 0..one {
                if self.exchanged(one, other) > 0.0 {
                    let (from, to) = (group[one], group[other]);
                    for member in &mut group {
                        if *member == from {
                            *member = to;
                        }
                    }
                }
            }
        }
        let has_later = |label: usize| group[label + 1..].contains(&group[label]);
        (0..self.n_labels)
            .filter(|label| has_later(*label))
            .collect()
    }
}

/// Gaussian elimination with pivots from the diagonal, which a positive definite matrix allows.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for pivot in 0..size {
        let pivot_row = matrix[pivot].clone();
        if pivot_row[pivot] <= 0.0 {
            return None;
        }
        for row in pivot + 1..size {
            let factor = matrix[row][pivot] / pivot_row[pivot];
            for (cell, above) in matrix[row].iter_mut().zip(&pivot_row) {
                *cell -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}
