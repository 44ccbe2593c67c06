//! Intraclass correlation of any number of raters who all rated every item.

use super::Undefined;
use super::distribution::f_quantile;
use crate::num::Level;

/// Squares this small beside the values' are rounding noise of ratings that fit exactly.
const NOISE: f64 = 1e-26;

/// Mean squares of the two-way layout items × raters, from which every intraclass correlation of
/// single ratings follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSquares {
    /// How many items.
    pub n_items: usize,
    /// How many raters.
    pub n_raters: usize,
    /// Between items.
    pub items: f64,
    /// Between raters.
    pub raters: f64,
    /// What neither item nor rater explains.
    pub error: f64,
    /// Within items: raters and error together.
    pub within: f64,
}

impl MeanSquares {
    /// Mean squares of ratings, one row per item with one rating per rater. Undefined for fewer
    /// than two items or raters, and for rows of unequal length.
    ///
    /// ```
    /// use labelgate::stat::icc::MeanSquares;
    /// let squares = MeanSquares::of(&[vec![1.0, 2.0], vec![3.0, 6.0]]).unwrap();
    /// assert_eq!((squares.items, squares.raters, squares.error), (9.0, 4.0, 1.0));
    /// ```
    pub fn of(ratings: &[Vec<f64>]) -> Result<Self, Undefined> {
        let n_items = ratings.len();
        let n_raters = ratings.first().map_or(0, Vec::len);
        if n_items < 2 || n_raters < 2 {
            return Err(Undefined::FewerThanTwoItemsOrRaters);
        }
        if ratings.iter().any(|row| row.len() != n_raters) {
            return Err(Undefined::UnequalNumberOfRatings);
        }
        let (n, k) = (n_items as f64, n_raters as f64);
        let item_means: Vec<f64> = ratings
            .iter()
            .map(|row| row.iter().sum::<f64>() / k)
            .collect();
        let rater_means: Vec<f64> = (0..n_raters)
            .map(|rater| ratings.iter().map(|row| row[rater]).sum::<f64>() / n)
            .collect();
        let mean = item_means.iter().sum::<f64>() / n;
        let about_mean =
            |means: &[f64]| -> f64 { means.iter().map(|m| (m - mean) * (m - mean)).sum() };
        let (mut error, mut squares) = (0.0, 0.0);
        for (row, item_mean) in ratings.iter().zip(&item_means) {
            for (value, rater_mean) in row.iter().zip(&rater_means) {
                let residual = value - item_mean - rater_mean + mean;
                error += residual * residual;
                squares += value * value;
            }
        }
        let quiet = |square: f64| {
            if square <= NOISE * squares {
                0.0
            } else {
                square
            }
        };
        let (items, raters) = (k * about_mean(&item_means), n * about_mean(&rater_means));
        let (items, raters, error) = (quiet(items), quiet(raters), quiet(error));
        let all = Self {
            n_items,
            n_raters,
            items: items / (n - 1.0),
            raters: raters / (k - 1.0),
            error: error / ((n - 1.0) * (k - 1.0)),
            within: (raters + error) / (n * (k - 1.0)),
        };
        if (all.items + all.within).is_finite() {
            Ok(all)
        } else {
            Err(Undefined::NonFiniteValues)
        }
    }

    /// ICC(1,1): raters differ from item to item. Undefined where nothing varies
    /// (`no_variation`).
    ///
    /// Source: Shrout & Fleiss 1979.
    ///
    /// ```
    /// use labelgate::stat::icc::MeanSquares;
    /// // (9 − 2.5) / (9 + 2.5).
    /// let squares = MeanSquares::of(&[vec![1.0, 2.0], vec![3.0, 6.0]]).unwrap();
    /// assert_eq!(squares.icc_1_1(), Ok(13.0 / 23.0));
    /// ```
    pub fn icc_1_1(&self) -> Result<f64, Undefined> {
        let k = self.n_raters as f64;
        ratio(
            self.items - self.within,
            self.items + (k - 1.0) * self.within,
        )
    }

    /// ICC(2,1): absolute agreement of a single rating; a shift between raters counts against it.
    ///
    /// (MSR − MSE) / (MSR + (k − 1) MSE + (k/n)(MSC − MSE)). Undefined where nothing varies.
    ///
    /// Source: Shrout & Fleiss 1979.
    ///
    /// ```
    /// use labelgate::stat::icc::MeanSquares;
    /// // (9 − 1) / (9 + 1 + 4 − 1).
    /// let squares = MeanSquares::of(&[vec![1.0, 2.0], vec![3.0, 6.0]]).unwrap();
    /// assert_eq!(squares.icc_2_1(), Ok(8.0 / 13.0));
    /// ```
    pub fn icc_2_1(&self) -> Result<f64, Undefined> {
        let (n, k) = (self.n_items as f64, self.n_raters as f64);
        let shift = k / n * (self.raters - self.error);
        ratio(
            self.items - self.error,
            self.items + (k - 1.0) * self.error + shift,
        )
    }

    /// ICC(3,1): consistency of a single rating; a shift between raters is forgiven.
    ///
    /// (MSR − MSE) / (MSR + (k − 1) MSE). Undefined where nothing varies.
    ///
    /// Source: Shrout & Fleiss 1979.
    ///
    /// ```
    /// use labelgate::stat::icc::MeanSquares;
    /// // (9 − 1) / (9 + 1).
    /// let squares = MeanSquares::of(&[vec![1.0, 2.0], vec![3.0, 6.0]]).unwrap();
    /// assert_eq!(squares.icc_3_1(), Ok(0.8));
    /// ```
    pub fn icc_3_1(&self) -> Result<f64, Undefined> {
        let k = self.n_raters as f64;
        ratio(self.items - self.error, self.items + (k - 1.0) * self.error)
    }

    /// F of the items, MSR/MSE: infinite where raters are consistent without error. Undefined
    /// where nothing varies.
    pub fn f_items(&self) -> Result<f64, Undefined> {
        match (self.items > 0.0, self.error > 0.0) {
            (false, false) => Err(Undefined::NoVariation),
            (true, false) => Ok(f64::INFINITY),
            (_, true) => Ok(self.items / self.error),
        }
    }

    /// Limits of [`MeanSquares::icc_3_1`] by the F distribution; items are independent.
    ///
    /// Undefined without error (`zero_variance`).
    ///
    /// Source: Shrout & Fleiss 1979.
    ///
    /// ```
    /// use labelgate::{num::Level, stat::icc::MeanSquares};
    /// let ratings = [[1.0, 2.0], [3.0, 3.0], [4.0, 5.0], [2.0, 2.0], [5.0, 4.0], [3.0, 4.0]];
    /// let squares = MeanSquares::of(&ratings.map(Vec::from)).unwrap();
    /// let (low, high) = squares.icc_3_1_interval(Level::DEFAULT).unwrap();
    /// assert!((low - 0.136_200_1).abs() < 1e-7 && (high - 0.970_664_2).abs() < 1e-7);
    /// ```
    pub fn icc_3_1_interval(&self, level: Level) -> Result<(f64, f64), Undefined> {
        let f = self.f_with_error()?;
        let (n, k) = (self.n_items as f64, self.n_raters as f64);
        let (df1, df2) = (n - 1.0, (n - 1.0) * (k - 1.0));
        let limit = |f: f64| (f - 1.0) / (f + k - 1.0);
        let tail = level.upper_tail();
        Ok((
            limit(f / f_quantile(tail, df1, df2)),
            limit(f * f_quantile(tail, df2, df1)),
        ))
    }

    /// Limits of [`MeanSquares::icc_2_1`] with Satterthwaite's degrees of freedom; items are
    /// independent.
    ///
    /// Undefined without error (`zero_variance`).
    ///
    /// Source: Shrout & Fleiss 1979.
    ///
    /// ```
    /// use labelgate::{num::Level, stat::icc::MeanSquares};
    /// let ratings = [[1.0, 2.0], [3.0, 3.0], [4.0, 5.0], [2.0, 2.0], [5.0, 4.0], [3.0, 4.0]];
    /// let squares = MeanSquares::of(&ratings.map(Vec::from)).unwrap();
    /// let (low, high) = squares.icc_2_1_interval(Level::DEFAULT).unwrap();
    /// assert!((low - 0.220_820_6).abs() < 1e-7 && (high - 0.969_973_9).abs() < 1e-7);
    /// ```
    pub fn icc_2_1_interval(&self, level: Level) -> Result<(f64, f64), Undefined> {
        self.f_with_error()?;
        let rho = self.icc_2_1()?;
        let (n, k) = (self.n_items as f64, self.n_raters as f64);
        let a = k * rho / (n * (1.0 - rho)) * self.raters;
        let b = (1.0 + k * rho * (n - 1.0) / (n * (1.0 - rho))) * self.error;
        let df = (a + b) * (a + b) / (a * a / (k - 1.0) + b * b / ((n - 1.0) * (k - 1.0)));
        let tail = level.upper_tail();
        let (f1, f2) = (f_quantile(tail, n - 1.0, df), f_quantile(tail, df, n - 1.0));
        let rest = k * self.raters + (k * n - k - n) * self.error;
        let low = n * (self.items - f1 * self.error) / (f1 * rest + n * self.items);
        let high = n * (f2 * self.items - self.error) / (rest + n * f2 * self.items);
        if low.is_finite() && high.is_finite() {
            Ok((low, high))
        } else {
            Err(Undefined::NonFiniteValues)
        }
    }

    fn f_with_error(&self) -> Result<f64, Undefined> {
        if self.error > 0.0 {
            self.f_items()
        } else {
            Err(Undefined::ZeroVariance)
        }
    }
}

fn ratio(part: f64, whole: f64) -> Result<f64, Undefined> {
    if whole == 0.0 {
        Err(Undefined::NoVariation)
    } else {
        Ok(part / whole)
    }
}
