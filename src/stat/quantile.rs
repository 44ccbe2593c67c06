//! Sample quantiles, in the nine definitions of Hyndman & Fan 1996.

use super::Undefined;

/// Which definition of a sample quantile. numpy and R use the seventh unless asked otherwise, and
/// so does everything printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuantileType {
    /// Inverse of the empirical distribution.
    Inverted,
    /// The same, averaged at its steps.
    AveragedInverted,
    /// The nearest value, at a half the even one.
    Nearest,
    /// Straight lines through the steps.
    Interpolated,
    /// Straight lines through the middles of the steps.
    Hazen,
    /// Expected order: k/(n + 1).
    Weibull,
    /// (k − 1)/(n − 1).
    #[default]
    Linear,
    /// Approximately the median of the order's distribution.
    MedianUnbiased,
    /// Approximately unbiased for normal data.
    NormalUnbiased,
}

impl QuantileType {
    /// The definitions by number: the first is type 1.
    pub const ALL: [Self; 9] = [
        Self::Inverted,
        Self::AveragedInverted,
        Self::Nearest,
        Self::Interpolated,
        Self::Hazen,
        Self::Weibull,
        Self::Linear,
        Self::MedianUnbiased,
        Self::NormalUnbiased,
    ];
}

/// The quantile of values in ascending order at a probability between 0 and 1.
///
/// Undefined without values (`no_items`).
///
/// Source: Hyndman & Fan 1996.
///
/// ```
/// use labelgate::stat::quantile::{QuantileType, quantile};
/// let values = [1.0, 2.0, 4.0];
/// assert_eq!(quantile(&values, 0.75, QuantileType::Linear), Ok(3.0));
/// assert_eq!(quantile(&values, 0.75, QuantileType::Inverted), Ok(4.0));
/// ```
pub fn quantile(sorted: &[f64], p: f64, kind: QuantileType) -> Result<f64, Undefined> {
    let last = sorted.len().checked_sub(1).ok_or(Undefined::NoItems)?;
    let n = sorted.len() as f64;
    let shift = |alpha: f64| alpha + p * (1.0 - 2.0 * alpha);
    let place = n * p
        + match kind {
            QuantileType::Inverted | QuantileType::AveragedInverted => 0.0,
            QuantileType::Nearest => -0.5,
            QuantileType::Interpolated => 0.0,
            QuantileType::Hazen => 0.5,
            QuantileType::Weibull => shift(0.0),
            QuantileType::Linear => shift(1.0),
            QuantileType::MedianUnbiased => shift(1.0 / 3.0),
            QuantileType::NormalUnbiased => shift(3.0 / 8.0),
        };
    // A product such as 100 × 0.29 falls just short of the step that it stands on.
    let fuzz = 4.0 * f64::EPSILON * n.max(1.0);
    let below = (place + fuzz).floor();
    let rest = place - below;
    let rest = if rest.abs() < fuzz { 0.0 } else { rest };
    let weight = match kind {
        QuantileType::Inverted => f64::from(rest > 0.0),
        QuantileType::AveragedInverted => 0.5 + 0.5 * f64::from(rest > 0.0),
        QuantileType::Nearest => f64::from(!(rest == 0.0 && below % 2.0 == 0.0)),
        _ => rest,
    };
    let at = |place: f64| sorted[(place.max(0.0) as usize).min(last)];
    let (low, high) = (at(below - 1.0), at(below));
    // Equal neighbours must give themselves, not themselves but for rounding.
    if weight == 0.0 || low == high {
        return Ok(low);
    }
    Ok((1.0 - weight) * low + weight * high)
}
