//! Prediction-powered inference: a mean over few labelled items, sharpened by predictions on many.

use super::Undefined;
use super::cluster::ClusterMean;
use super::distribution::normal_quantile;
use crate::num::Level;

/// How far predictions are trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tuning {
    /// By how well they follow the labels, between 0 and 1.
    Auto,
    /// Given: 0 is the plain mean of the labels, 1 the plain prediction-powered one.
    Fixed(f64),
}

/// A prediction-powered mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PpiMean {
    /// The mean.
    pub estimate: f64,
    /// Its standard error, items independent, population variances.
    pub se: f64,
    /// How far predictions were trusted.
    pub lambda: f64,
    /// The tuned value before it was clipped to 0–1; undefined where every prediction is the same
    /// (`constant_predictions`), which is then not trusted at all. `None` where it was given.
    pub tuned: Option<Result<f64, Undefined>>,
    /// The standard error of the labelled items' mean alone.
    pub classical_se: f64,
}

impl PpiMean {
    /// Normal limits.
    pub fn interval(&self, level: Level) -> (f64, f64) {
        let half = normal_quantile(level.upper_tail()) * self.se;
        (self.estimate - half, self.estimate + half)
    }

    /// Variance as a share of that of the labelled items' mean: below 1 where predictions help.
    /// Undefined where the labels do not vary (`zero_variance`).
    pub fn variance_ratio(&self) -> Result<f64, Undefined> {
        if self.classical_se == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        Ok((self.se / self.classical_se).powi(2))
    }
}

/// The mean of y over all items, where y is known for few of them (with predictions f) and
/// predictions are known for many others.
///
/// λ mean(f unlabelled) + mean(y − λf), with λ = cov(y, f) / ((1 + n/N) var f) clipped to 0–1, which
/// makes the variance least (PPI++). Undefined without labelled or without unlabelled items, and
/// where labels and predictions differ in number (`no_items`).
///
/// Source: Angelopoulos et al. 2023; Angelopoulos, Duchi & Zrnic 2023 for tuning.
///
/// ```
/// use labelgate::stat::ppi::{Tuning, ppi_mean};
/// // Predictions are too high by a half on the labelled items, so theirs is lowered by that.
/// let ppi = ppi_mean(&[1.0, 0.0], &[1.0, 1.0], &[1.0, 0.0, 1.0, 1.0], Tuning::Fixed(1.0)).unwrap();
/// assert_eq!(ppi.estimate, 0.25);
/// ```
pub fn ppi_mean(
    y: &[f64],
    f: &[f64],
    unlabelled: &[f64],
    tuning: Tuning,
) -> Result<PpiMean, Undefined> {
    if y.is_empty() || y.len() != f.len() || unlabelled.is_empty() {
        return Err(Undefined::NoItems);
    }
    let (n, big_n) = (y.len() as f64, unlabelled.len() as f64);
    let (lambda, tuned) = match tuning {
        Tuning::Fixed(lambda) => (lambda, None),
        Tuning::Auto => {
            let tuned = tuned_lambda(y, f, unlabelled);
            (
                tuned.map_or(0.0, |lambda| lambda.clamp(0.0, 1.0)),
                Some(tuned),
            )
        }
    };
    let rectifier = rectifier(y, f, lambda);
    let estimate = lambda * mean(unlabelled) + mean(&rectifier);
    let variance = lambda * lambda * variance(unlabelled) / big_n + variance(&rectifier) / n;
    if !(estimate + variance).is_finite() {
        return Err(Undefined::NonFiniteValues);
    }
    Ok(PpiMean {
        estimate,
        se: variance.sqrt(),
        lambda,
        tuned,
        classical_se: (self::variance(y) / n).sqrt(),
    })
}

/// Standard error of [`ppi_mean`] at a given λ where items come in clusters: CR1 for the labelled
/// and for the unlabelled part, which must not share clusters. Labelled items are (y, f).
///
/// Undefined where either part has fewer than two clusters (`fewer_than_two_clusters`).
///
/// ```
/// use labelgate::stat::ppi::ppi_clustered_se;
/// let labelled = [vec![(1.0, 1.0), (1.0, 1.0)], vec![(0.0, 0.0), (0.0, 0.0)]];
/// let unlabelled = [vec![1.0, 1.0], vec![0.0, 0.0]];
/// // Nothing to correct, so only the unlabelled part varies.
/// let se = ppi_clustered_se(&labelled, &unlabelled, 1.0).unwrap();
/// assert!((se - 0.5).abs() < 1e-12);
/// ```
pub fn ppi_clustered_se(
    labelled: &[Vec<(f64, f64)>],
    unlabelled: &[Vec<f64>],
    lambda: f64,
) -> Result<f64, Undefined> {
    let rest = |cluster: &Vec<(f64, f64)>| cluster.iter().map(|(y, f)| y - lambda * f).collect();
    let rectifiers: Vec<Vec<f64>> = labelled.iter().map(rest).collect();
    let corrected = ClusterMean::of(&rectifiers)?.cr1_se()?;
    let predicted = lambda * ClusterMean::of(unlabelled)?.cr1_se()?;
    Ok((corrected * corrected + predicted * predicted).sqrt())
}

fn tuned_lambda(y: &[f64], f: &[f64], unlabelled: &[f64]) -> Result<f64, Undefined> {
    let (n, big_n) = (y.len() as f64, unlabelled.len() as f64);
    let pooled = [f, unlabelled].concat();
    if pooled.iter().all(|prediction| *prediction == pooled[0]) {
        return Err(Undefined::ConstantPredictions);
    }
    let (my, mf) = (mean(y), mean(f));
    let products = y.iter().zip(f).map(|(y, f)| (y - my) * (f - mf));
    let covariance = products.sum::<f64>() / n;
    let spread = variance(&pooled) * (n + big_n) / (n + big_n - 1.0);
    Ok(covariance / ((1.0 + n / big_n) * spread))
}

fn rectifier(y: &[f64], f: &[f64], lambda: f64) -> Vec<f64> {
    y.iter().zip(f).map(|(y, f)| y - lambda * f).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// With the number of values as divisor.
fn variance(values: &[f64]) -> f64 {
    // All the same is exactly no variance, which the mean's rounding would miss.
    if values.iter().all(|value| *value == values[0]) {
        return 0.0;
    }
    let centre = mean(values);
    let squares = values
        .iter()
        .map(|value| (value - centre) * (value - centre));
    squares.sum::<f64>() / values.len() as f64
}
