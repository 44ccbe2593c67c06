//! Least squares with errors that hold when items come in clusters.

use super::Undefined;
use super::distribution::{t_quantile, t_sf};
use super::linear::{Orthogonal, dot, norm, symmetric_eigen};
use crate::num::Level;

/// Eigenvalues of a cluster's residual map below this are 0: the cluster alone fits a coefficient.
const NO_RESIDUAL: f64 = 1e-10;

/// Ordinary least squares of y on columns, with what cluster-robust errors need.
#[derive(Clone, Debug)]
pub struct Ols {
    n: usize,
    coefficients: Vec<f64>,
    /// Maps scores in the orthogonal basis back to the columns.
    basis: Orthogonal,
    clusters: Vec<Block>,
    residual_squares: f64,
    total_squares: f64,
}

/// What one cluster contributes, in the orthogonal basis Q.
#[derive(Clone, Debug)]
struct Block {
    /// The cluster's rows of Q.
    rows: Vec<Vec<f64>>,
    /// Their residuals e.
    residuals: Vec<f64>,
    /// Qᵀe, the score.
    score: Vec<f64>,
}

/// Which correction a cluster-robust error has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Robust {
    /// None.
    Cr0,
    /// G/(G − 1) (n − 1)/(n − k), as Stata; t with G − 1 degrees of freedom.
    Cr1,
    /// Bell & McCaffrey's, unbiased where items are independent; t with Satterthwaite's degrees of
    /// freedom.
    Cr2,
}

/// A weighted sum of coefficients with its robust error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The sum.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom of its t.
    pub df: f64,
}

impl Contrast {
    /// The estimate in standard errors. Undefined where the error is 0 (`zero_variance`).
    pub fn t(&self) -> Result<f64, Undefined> {
        if self.se > 0.0 {
            Ok(self.estimate / self.se)
        } else {
            Err(Undefined::ZeroVariance)
        }
    }

    /// Two-sided p-value against a sum of 0.
    pub fn p_two_sided(&self) -> Result<f64, Undefined> {
        self.t().map(|t| 2.0 * t_sf(t.abs(), self.df))
    }

    /// One-sided p-value against a sum of 0 or less: small is evidence of a positive sum.
    pub fn p_positive(&self) -> Result<f64, Undefined> {
        self.t().map(|t| t_sf(t, self.df))
    }

    /// Limits of the sum.
    pub fn interval(&self, level: Level) -> (f64, f64) {
        let half = t_quantile(level.upper_tail(), self.df) * self.se;
        (self.estimate - half, self.estimate + half)
    }
}

/// Columns that earlier columns determine, each with those earlier columns, so that a refusal can
/// name them.
///
/// ```
/// use labelgate::stat::regression::collinear_columns;
/// // The last column is the second doubled.
/// let x = [vec![1.0, 1.0, 2.0], vec![1.0, 2.0, 4.0], vec![1.0, 5.0, 10.0]];
/// assert_eq!(collinear_columns(&x), [(2, vec![1])]);
/// ```
pub fn collinear_columns(x: &[Vec<f64>]) -> Vec<(usize, Vec<usize>)> {
    Orthogonal::of(x).dependent
}

/// Least squares of `y` on the columns of `x` (one row per item, an intercept is a column of
/// ones), with each item's cluster.
///
/// Undefined without items (`no_items`), where a column is determined by others
/// (`collinear_columns`; [`collinear_columns`] says which), with as many columns as items
/// (`no_residual_degrees_of_freedom`), and for rows of unequal length or numbers that overflow
/// (`non_finite_values`).
///
/// Source: Legendre 1805; White 1980 and Liang & Zeger 1986 for robust errors.
///
/// ```
/// use labelgate::stat::regression::{Robust, ols};
/// // y = 1 + 2x exactly at the ends, 0.3 too high in the middle.
/// let x = [vec![1.0, 0.0], vec![1.0, 1.0], vec![1.0, 2.0]];
/// let fit = ols(&[1.0, 3.3, 5.0], &x, &[0, 1, 2]).unwrap();
/// assert!((fit.coefficients()[0] - 1.1).abs() < 1e-12);
/// let slope = fit.contrast(&[0.0, 1.0], Robust::Cr1).unwrap();
/// assert!((slope.estimate - 2.0).abs() < 1e-12);
/// assert_eq!(slope.df, 2.0);
/// ```
pub fn ols(y: &[f64], x: &[Vec<f64>], clusters: &[usize]) -> Result<Ols, Undefined> {
    let columns = x.first().map_or(0, Vec::len);
    if y.is_empty() || columns == 0 {
        return Err(Undefined::NoItems);
    }
    let shapes = x.len() == y.len() && clusters.len() == y.len();
    if !shapes || x.iter().any(|row| row.len() != columns) {
        return Err(Undefined::NonFiniteValues);
    }
    let basis = Orthogonal::of(x);
    if !basis.dependent.is_empty() {
        return Err(Undefined::CollinearColumns);
    }
    if y.len() <= columns {
        return Err(Undefined::NoResidualDegreesOfFreedom);
    }
    let (scores, residuals) = basis.project(y);
    let coefficients = basis.solve(&scores);
    if coefficients.iter().any(|b| !b.is_finite()) {
        return Err(Undefined::NonFiniteValues);
    }
    let total = if basis.spans_constant() {
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        y.iter().map(|y| (y - mean) * (y - mean)).sum()
    } else {
        dot(y, y)
    };
    let mut members: std::collections::BTreeMap<usize, Vec<usize>> = Default::default();
    for (item, cluster) in clusters.iter().enumerate() {
        members.entry(*cluster).or_default().push(item);
    }
    let blocks = members
        .values()
        .map(|items| Block::of(&basis, &residuals, items));
    Ok(Ols {
        n: y.len(),
        coefficients,
        clusters: blocks.collect(),
        residual_squares: dot(&residuals, &residuals),
        total_squares: total,
        basis,
    })
}

impl Ols {
    /// The coefficients, in the order of the columns.
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// How many clusters there are.
    pub fn n_clusters(&self) -> usize {
        self.clusters.len()
    }

    /// Items minus columns.
    pub fn residual_df(&self) -> usize {
        self.n - self.coefficients.len()
    }

    /// The share of the variance of y that the columns explain, about its mean where they include
    /// an intercept. Undefined where y does not vary (`no_variation`).
    pub fn r_squared(&self) -> Result<f64, Undefined> {
        if self.total_squares == 0.0 {
            return Err(Undefined::NoVariation);
        }
        Ok(1.0 - self.residual_squares / self.total_squares)
    }

    /// Standard errors if items were independent and equally spread, in the order of the columns.
    pub fn iid_se(&self) -> Vec<f64> {
        let variance = self.residual_squares / self.residual_df() as f64;
        let columns = 0..self.coefficients.len();
        columns
            .map(|column| variance.sqrt() * norm(&self.basis.inverse_row(column)))
            .collect()
    }

    /// One coefficient with its robust error; `None` beyond the last column.
    pub fn coefficient(&self, column: usize, kind: Robust) -> Option<Result<Contrast, Undefined>> {
        let columns = self.coefficients.len();
        (column < columns).then(|| {
            let weights: Vec<f64> = (0..columns).map(|c| f64::from(c == column)).collect();
            self.contrast(&weights, kind)
        })
    }

    /// A weighted sum of coefficients with its robust error: with weights −1 and 1 on two levels,
    /// the step from the first to the second.
    ///
    /// Undefined for one cluster (`fewer_than_two_clusters`).
    ///
    /// Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018 for CR2 and its degrees of freedom.
    ///
    /// ```
    /// use labelgate::stat::regression::{Robust, ols};
    /// // Two levels with means 2 and 5: the step from the first to the second is +3.
    /// let x = [vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0], vec![0.0, 1.0]];
    /// let fit = ols(&[1.0, 3.0, 4.0, 6.0], &x, &[0, 1, 2, 3]).unwrap();
    /// let step = fit.contrast(&[-1.0, 1.0], Robust::Cr2).unwrap();
    /// assert!((step.estimate - 3.0).abs() < 1e-12);
    /// assert!((step.se - 2.0_f64.sqrt()).abs() < 1e-12);
    /// ```
    pub fn contrast(&self, weights: &[f64], kind: Robust) -> Result<Contrast, Undefined> {
        let clusters = self.clusters.len() as f64;
        if self.clusters.len() < 2 {
            return Err(Undefined::FewerThanTwoClusters);
        }
        let direction = self.basis.to_basis(weights);
        let plain = || -> f64 {
            let terms = self.clusters.iter().map(|one| dot(&direction, &one.score));
            terms.map(|term| term * term).sum()
        };
        let n = self.n as f64;
        let correction = clusters / (clusters - 1.0) * (n - 1.0) / self.residual_df() as f64;
        let (variance, df) = match kind {
            Robust::Cr0 => (plain(), clusters - 1.0),
            Robust::Cr1 => (correction * plain(), clusters - 1.0),
            Robust::Cr2 => self.adjusted_variance(&direction),
        };
        Ok(Contrast {
            estimate: dot(weights, &self.coefficients),
            se: variance.sqrt(),
            df,
        })
    }

    /// The CR2 variance of a direction in the basis, and its degrees of freedom: (tr P)² / tr P² of
    /// the matrix P = RRᵀ of the variance under independent errors. Off the diagonal its entries are
    /// −v_g·v_h, with v = Qᵀw of the adjusted weights w of a cluster's items.
    fn adjusted_variance(&self, direction: &[f64]) -> (f64, f64) {
        let columns = direction.len();
        let mut gram = vec![vec![0.0; columns]; columns];
        let (mut variance, mut trace, mut squares) = (0.0, 0.0, 0.0);
        for cluster in &self.clusters {
            let weights = cluster.adjusted(direction);
            let term = dot(&weights, &cluster.residuals);
            variance += term * term;
            let mut v = vec![0.0; columns];
            for (row, weight) in cluster.rows.iter().zip(&weights) {
                for (sum, q) in v.iter_mut().zip(row) {
                    *sum += q * weight;
                }
            }
            let overlap = dot(&v, &v);
            let diagonal = dot(&weights, &weights) - overlap;
            trace += diagonal;
            squares += diagonal * diagonal - overlap * overlap;
            for (row, a) in gram.iter_mut().zip(&v) {
                for (entry, b) in row.iter_mut().zip(&v) {
                    *entry += a * b;
                }
            }
        }
        squares += gram.iter().map(|row| dot(row, row)).sum::<f64>();
        // A coefficient that one cluster alone fits has no variance left. Its P is 0, of which
        // rounding leaves a single entry: the least that a matrix of one sign can have is 1.
        if trace <= NO_RESIDUAL * dot(direction, direction) || squares <= 0.0 {
            return (variance, 1.0);
        }
        (variance, (trace * trace / squares).max(1.0))
    }
}

impl Block {
    fn of(basis: &Orthogonal, residuals: &[f64], items: &[usize]) -> Self {
        let rows: Vec<Vec<f64>> = items.iter().map(|item| basis.row(*item)).collect();
        let residuals: Vec<f64> = items.iter().map(|item| residuals[*item]).collect();
        let mut score = vec![0.0; basis.columns()];
        for (row, residual) in rows.iter().zip(&residuals) {
            for (sum, q) in score.iter_mut().zip(row) {
                *sum += q * residual;
            }
        }
        Self {
            rows,
            residuals,
            score,
        }
    }

    /// (1 − QQᵀ)^(−1/2) Q times a direction: the Bell–McCaffrey weights of the cluster's items. Taken
    /// by the eigenvalues of QQᵀ or of QᵀQ, whichever is smaller: most clusters are small.
    fn adjusted(&self, direction: &[f64]) -> Vec<f64> {
        let plain: Vec<f64> = self.rows.iter().map(|row| dot(row, direction)).collect();
        if self.rows.len() <= direction.len() {
            let leverage = |row: &Vec<f64>| self.rows.iter().map(|other| dot(row, other)).collect();
            let leverage: Vec<Vec<f64>> = self.rows.iter().map(leverage).collect();
            return without_leverage(&leverage, &plain);
        }
        let columns = direction.len();
        let mut leverage = vec![vec![0.0; columns]; columns];
        for row in &self.rows {
            for (entries, a) in leverage.iter_mut().zip(row) {
                for (entry, b) in entries.iter_mut().zip(row) {
                    *entry += a * b;
                }
            }
        }
        let adjusted = without_leverage(&leverage, direction);
        self.rows.iter().map(|row| dot(row, &adjusted)).collect()
    }
}

/// (1 − H)^(−1/2) times a vector; parts that the cluster alone fits become 0.
fn without_leverage(leverage: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    let (values, vectors) = symmetric_eigen(leverage);
    let mut adjusted = vec![0.0; vector.len()];
    for (value, axis) in values.iter().zip(&vectors) {
        let rest = 1.0 - value;
        if rest > NO_RESIDUAL {
            let part = dot(axis, vector) / rest.sqrt();
            for (sum, along) in adjusted.iter_mut().zip(axis) {
                *sum += part * along;
            }
        }
    }
    adjusted
}
