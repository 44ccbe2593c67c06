//! Classical intervals of numeric agreement for independent items. Clustered items go through
//! `interval::delta` or `interval::bootstrap` instead.

use super::distribution::{normal_quantile, t_quantile};
use super::numeric::{bias, lin_ccc, loa_high, loa_low, pearson, sd_difference};
use super::{Moments, Undefined};
use crate::num::Level;

/// Lin's concordance correlation with divisor n − 1 in place of n, and otherwise as
/// [`lin_ccc`]: what some packages print.
///
/// ```
/// use labelgate::stat::{Moments, numeric_interval::lin_ccc_unbiased};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert!((lin_ccc_unbiased(&moments).unwrap() - 2.0 / 3.0).abs() < 1e-12);
/// ```
pub fn lin_ccc_unbiased(moments: &Moments) -> Result<f64, Undefined> {
    lin_ccc(moments)?;
    let n = moments.n_items() as f64;
    let spread = moments.spread();
    let bessel = n / (n - 1.0);
    let shift = spread.mean_error * spread.mean_error;
    Ok(2.0 * spread.xy * bessel / ((spread.xx + spread.yy) * bessel + shift))
}

/// By how much shift and scale lower concordance below correlation: [`lin_ccc`]/[`pearson`], in
/// 0–1.
///
/// Undefined as either is, and where there is no correlation (`zero_correlation`).
///
/// Source: Lin 1989.
///
/// ```
/// use labelgate::stat::{Moments, numeric_interval::bias_correction_factor};
/// let mut moments = Moments::<u64>::new(0.0);
/// for (x, y) in [(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)] {
///     moments.count_pair(x, y, 1);
/// }
/// assert!((bias_correction_factor(&moments).unwrap() - 4.0 / 7.0).abs() < 1e-12);
/// ```
pub fn bias_correction_factor(moments: &Moments) -> Result<f64, Undefined> {
    let rho = pearson(moments)?;
    if rho == 0.0 {
        return Err(Undefined::ZeroCorrelation);
    }
    Ok(lin_ccc(moments)? / rho)
}

/// Limits of [`lin_ccc`] on Fisher's z scale.
///
/// Undefined as [`pearson`] is, for two items (`fewer_than_three_items`), where concordance or
/// correlation is perfect (`zero_variance`), and where there is none (`zero_correlation`).
///
/// Source: Lin 1989, corrected 2000.
///
/// ```
/// use labelgate::{num::Level, stat::{Moments, numeric_interval::lin_ccc_interval}};
/// let mut moments = Moments::<u64>::new(3.0);
/// for (x, y) in [(1.0, 4.8), (2.0, 4.1), (3.0, 3.2), (4.0, 1.9), (5.0, 1.2)] {
///     moments.count_pair(x, y, 1);
/// }
/// // Reversed on five items: −0.993, with an upper limit that shows how little five are.
/// let (low, high) = lin_ccc_interval(&moments, Level::DEFAULT).unwrap();
/// assert!(low < -0.999 && (high - 0.939_064_3).abs() < 1e-6);
/// ```
pub fn lin_ccc_interval(moments: &Moments, level: Level) -> Result<(f64, f64), Undefined> {
    let (concordance, rho) = (lin_ccc(moments)?, pearson(moments)?);
    let n = moments.n_items() as f64;
    if n < 3.0 {
        return Err(Undefined::FewerThanThreeItems);
    }
    if concordance == 0.0 {
        return Err(Undefined::ZeroCorrelation);
    }
    if concordance.abs() >= 1.0 || rho.abs() >= 1.0 {
        return Err(Undefined::ZeroVariance);
    }
    let spread = moments.spread();
    // The shift between the sides in units of their common spread, squared.
    let shift = spread.mean_error * spread.mean_error / (spread.xx * spread.yy).sqrt();
    let squared = concordance * concordance;
    let variance = ((1.0 - rho * rho) * squared / (rho * rho) * (1.0 - squared)
        + 2.0 * squared * concordance * (1.0 - concordance) * shift / rho
        - squared * squared * shift * shift / (2.0 * rho * rho))
        / (n - 2.0);
    // Of opposite signs the terms can cancel to below 0, where there is no error to speak of.
    if variance.is_nan() || variance <= 0.0 {
        return Err(Undefined::ZeroVariance);
    }
    let half = normal_quantile(level.upper_tail()) * variance.sqrt() / (1.0 - squared);
    let centre = libm::atanh(concordance);
    Ok((libm::tanh(centre - half), libm::tanh(centre + half)))
}

/// Limits of the bias by t with n − 1 degrees of freedom.
///
/// Undefined as [`sd_difference`] is.
///
/// ```
/// use labelgate::{num::Level, stat::{Moments, numeric_interval::bias_interval}};
/// let mut moments = Moments::<u64>::new(0.0);
/// moments.count_pair(1.0, 2.0, 1);
/// moments.count_pair(3.0, 6.0, 1);
/// // 2 ± 12.706 · √2/√2.
/// let (low, high) = bias_interval(&moments, Level::DEFAULT).unwrap();
/// assert!((low + 10.706).abs() < 1e-3 && (high - 14.706).abs() < 1e-3);
/// ```
pub fn bias_interval(moments: &Moments, level: Level) -> Result<(f64, f64), Undefined> {
    around(moments, bias(moments)?, 1.0, level)
}

/// Limits of the lower limit of agreement: standard error s √(3/n), t with n − 1 degrees.
///
/// Undefined as [`sd_difference`] is.
///
/// Source: Bland & Altman 1986.
///
/// ```
/// use labelgate::{num::Level, stat::{Moments, numeric_interval::loa_low_interval}};
/// let mut moments = Moments::<u64>::new(3.0);
/// for (x, y) in [(1.0, 4.8), (2.0, 4.1), (3.0, 3.2), (4.0, 1.9), (5.0, 1.2)] {
///     moments.count_pair(x, y, 1);
/// }
/// let (low, high) = loa_low_interval(&moments, Level::DEFAULT).unwrap();
/// assert!((low + 12.584_930).abs() < 1e-6 && (high - 0.625_581).abs() < 1e-6);
/// ```
pub fn loa_low_interval(moments: &Moments, level: Level) -> Result<(f64, f64), Undefined> {
    around(moments, loa_low(moments)?, 3.0, level)
}

/// Limits of the upper limit of agreement; see [`loa_low_interval`].
pub fn loa_high_interval(moments: &Moments, level: Level) -> Result<(f64, f64), Undefined> {
    around(moments, loa_high(moments)?, 3.0, level)
}

fn around(
    moments: &Moments,
    centre: f64,
    inflation: f64,
    level: Level,
) -> Result<(f64, f64), Undefined> {
    let n = moments.n_items() as f64;
    let se = sd_difference(moments)? * (inflation / n).sqrt();
    let half = t_quantile(level.upper_tail(), n - 1.0) * se;
    Ok((centre - half, centre + half))
}
