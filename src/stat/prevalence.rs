//! How common a class is, corrected for a classifier's known mistakes.

use super::distribution::normal_quantile;
use super::interval::wilson;
use super::{Axis, Confusion, Count, Dual, Real, Undefined};
use crate::num::Level;

/// A classifier's accuracy on a class, counted on a validation sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validation {
    /// Items of the class that the classifier found.
    pub true_positive: u64,
    /// Items of the class that it missed.
    pub false_negative: u64,
    /// Other items that it left out.
    pub true_negative: u64,
    /// Other items that it took for the class.
    pub false_positive: u64,
}

/// How often a classifier is right on items of the class and on other items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy<R = f64> {
    /// The share of the class that it finds.
    pub sensitivity: R,
    /// The share of other items that it leaves out.
    pub specificity: R,
}

impl Validation {
    /// Sensitivity and specificity. Undefined where the class or the rest has no items
    /// (`no_reference_items_in_a_class`).
    ///
    /// ```
    /// use labelgate::stat::prevalence::Validation;
    /// let counts = Validation { true_positive: 9, false_negative: 1, true_negative: 15, false_positive: 5 };
    /// let accuracy = counts.accuracy().unwrap();
    /// assert_eq!((accuracy.sensitivity, accuracy.specificity), (0.9, 0.75));
    /// ```
    pub fn accuracy(&self) -> Result<Accuracy, Undefined> {
        let (positive, negative) = self.sizes();
        if positive == 0.0 || negative == 0.0 {
            return Err(Undefined::NoReferenceItemsInAClass);
        }
        Ok(Accuracy {
            sensitivity: self.true_positive as f64 / positive,
            specificity: self.true_negative as f64 / negative,
        })
    }

    fn sizes(&self) -> (f64, f64) {
        let positive = self.true_positive + self.false_negative;
        let negative = self.true_negative + self.false_positive;
        (positive as f64, negative as f64)
    }
}

/// Rogan–Gladen: the share of a class, from the share that the classifier reports.
///
/// (p + sp − 1) / (se + sp − 1). Not clipped, so it may leave 0–1. Undefined where sensitivity and
/// specificity add up to 1 or less (`uninformative_classifier`).
///
/// Source: Rogan & Gladen 1978.
///
/// ```
/// use labelgate::stat::prevalence::{Accuracy, rogan_gladen};
/// let accuracy = Accuracy { sensitivity: 0.75, specificity: 1.0 };
/// // A quarter of the class is missed and nothing is added: 0.3 reported are 0.4.
/// assert!((rogan_gladen(0.3, accuracy).unwrap() - 0.4).abs() < 1e-12);
/// ```
pub fn rogan_gladen<R: Real>(apparent: R, accuracy: Accuracy<R>) -> Result<R, Undefined> {
    let one = R::constant(1.0);
    let youden = accuracy.sensitivity + accuracy.specificity - one;
    // Shares such as 0.4 and 0.6 miss their sum of 1 by an ulp.
    if youden.value() <= 1e-15 {
        return Err(Undefined::UninformativeClassifier);
    }
    Ok((apparent + accuracy.specificity - one) / youden)
}

/// Standard error of [`rogan_gladen`] where sensitivity and specificity are known: that of the
/// reported share of `n` items, enlarged by the correction.
///
/// Undefined without items (`no_items`) and as [`rogan_gladen`] is.
///
/// ```
/// use labelgate::stat::prevalence::{Accuracy, rogan_gladen_se_known};
/// let accuracy = Accuracy { sensitivity: 0.9, specificity: 0.95 };
/// let se = rogan_gladen_se_known(0.15, 200, accuracy).unwrap();
/// assert!((se - 0.029_704_4).abs() < 1e-7);
/// ```
pub fn rogan_gladen_se_known(apparent: f64, n: u64, accuracy: Accuracy) -> Result<f64, Undefined> {
    some(n)?;
    let slope = gradient(apparent, accuracy)?[0];
    Ok((slope * slope * binomial_variance(apparent, n as f64)).sqrt())
}

/// Limits of [`rogan_gladen`] where sensitivity and specificity are known: Wilson's limits of the
/// reported share, corrected. Not clipped.
///
/// Undefined without items (`no_items`) and as [`rogan_gladen`] is.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::prevalence::{Accuracy, rogan_gladen_interval_known};
/// let accuracy = Accuracy { sensitivity: 0.9, specificity: 0.95 };
/// let (low, high) = rogan_gladen_interval_known(0.15, 200, accuracy, Level::DEFAULT).unwrap();
/// assert!((low - 0.067_218_7).abs() < 1e-7 && (high - 0.183_595_1).abs() < 1e-7);
/// ```
pub fn rogan_gladen_interval_known(
    apparent: f64,
    n: u64,
    accuracy: Accuracy,
    level: Level,
) -> Result<(f64, f64), Undefined> {
    some(n)?;
    let z = normal_quantile(level.upper_tail());
    let (low, high) = wilson(apparent, n as f64, z);
    Ok((rogan_gladen(low, accuracy)?, rogan_gladen(high, accuracy)?))
}

/// Standard error of [`rogan_gladen`] with the error of sensitivity and specificity, by
/// derivatives.
///
/// Undefined without items (`no_items`), where a class has no validation items
/// (`no_reference_items_in_a_class`), and as [`rogan_gladen`] is.
///
/// Source: Rogan & Gladen 1978.
///
/// ```
/// use labelgate::stat::prevalence::{Validation, rogan_gladen_se};
/// let counts = Validation { true_positive: 45, false_negative: 5, true_negative: 92, false_positive: 8 };
/// let se = rogan_gladen_se(0.15, 200, counts).unwrap();
/// assert!((se - 0.043_396_9).abs() < 1e-7);
/// ```
pub fn rogan_gladen_se(apparent: f64, n: u64, validation: Validation) -> Result<f64, Undefined> {
    some(n)?;
    let accuracy = validation.accuracy()?;
    let slopes = gradient(apparent, accuracy)?;
    let (positive, negative) = validation.sizes();
    let variances = [
        binomial_variance(apparent, n as f64),
        binomial_variance(accuracy.sensitivity, positive),
        binomial_variance(accuracy.specificity, negative),
    ];
    let terms = slopes.iter().zip(variances);
    Ok(terms
        .map(|(slope, variance)| slope * slope * variance)
        .sum::<f64>()
        .sqrt())
}

/// Lang–Reiczigel limits of [`rogan_gladen`], clipped to 0–1: adjusted shares keep their coverage
/// where accuracy comes from a small validation sample.
///
/// Undefined where a class has no validation items (`no_reference_items_in_a_class`), without
/// items, and for an uninformative classifier.
///
/// Source: Lang & Reiczigel 2014.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::prevalence::{Validation, lang_reiczigel};
/// let counts = Validation { true_positive: 45, false_negative: 5, true_negative: 92, false_positive: 8 };
/// let (low, high) = lang_reiczigel(30, 200, counts, Level::DEFAULT).unwrap();
/// assert!(low == 0.0 && (high - 0.171_061_3).abs() < 1e-7);
/// ```
pub fn lang_reiczigel(
    positives: u64,
    n: u64,
    validation: Validation,
    level: Level,
) -> Result<(f64, f64), Undefined> {
    some(n)?;
    validation.accuracy()?;
    let z = normal_quantile(level.upper_tail());
    let z2 = z * z;
    let (positive, negative) = validation.sizes();
    let (n1, n0, size) = (positive + 2.0, negative + 2.0, n as f64 + z2);
    let se = (validation.true_positive as f64 + 1.0) / n1;
    let sp = (validation.true_negative as f64 + 1.0) / n0;
    let p = (positives as f64 + 0.5 * z2) / size;
    let accuracy = Accuracy {
        sensitivity: se,
        specificity: sp,
    };
    let share = rogan_gladen(p, accuracy)?;
    let (v1, v0) = (binomial_variance(se, n1), binomial_variance(sp, n0));
    let shift = 2.0 * z2 * (share * v1 - (1.0 - share) * v0);
    let spread =
        binomial_variance(p, size) + share * share * v1 + (1.0 - share) * (1.0 - share) * v0;
    let half = z / (se + sp - 1.0) * spread.sqrt();
    let clip = |limit: f64| limit.clamp(0.0, 1.0);
    Ok((clip(share + shift - half), clip(share + shift + half)))
}

/// Shares of several classes with their standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// One share per class; the inverse estimator's may leave 0–1, but they add up to 1.
    pub shares: Vec<f64>,
    /// Their standard errors.
    pub se: Vec<f64>,
}

impl Shares {
    /// The shares with negative ones set to 0, rescaled to add up to 1.
    ///
    /// ```
    /// use labelgate::stat::prevalence::Shares;
    /// let shares = Shares { shares: vec![1.25, -0.25], se: vec![0.1, 0.1] };
    /// assert_eq!(shares.clipped(), [1.0, 0.0]);
    /// ```
    pub fn clipped(&self) -> Vec<f64> {
        let kept: Vec<f64> = self.shares.iter().map(|share| share.max(0.0)).collect();
        let total: f64 = kept.iter().sum();
        kept.iter().map(|share| share / total).collect()
    }
}

/// Shares of the classes on a target sample by the *direct* estimator: each predicted class is
/// divided among reference classes as in the validation sample. Right where both samples have the
/// same mix of classes.
///
/// share_i = Σ_j q_j P(reference i | predicted j). Validation has reference rows and predicted
/// columns; unanswered items are left out. Undefined without target items (`no_items`), and where
/// a class predicted on the target was never predicted on the validation sample
/// (`predicted_class_absent_from_validation`).
///
/// Source: Tenenbein 1972.
///
/// ```
/// use labelgate::stat::Confusion;
/// use labelgate::stat::prevalence::direct;
/// // Of predictions of the first class one in four is of the second; the reverse never happens.
/// let validation = Confusion::tally(2, [(0, 0), (0, 0), (0, 0), (1, 0), (1, 1)]);
/// let shares = direct(&validation, &[40, 60]).unwrap().shares;
/// assert!((shares[0] - 0.3).abs() < 1e-12 && (shares[1] - 0.7).abs() < 1e-12);
/// ```
pub fn direct(validation: &Confusion, predicted: &[u64]) -> Result<Shares, Undefined> {
    some(predicted.iter().sum())?;
    let used = predicted
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0);
    for (class, _) in used {
        if validation.margin(Axis::Candidate, class) == 0 {
            return Err(Undefined::PredictedClassAbsentFromValidation);
        }
    }
    with_errors(validation, predicted, |validation, predicted| {
        let classes = 0..predicted.len();
        let total: Dual = predicted.iter().copied().sum();
        let columns: Vec<Dual> = classes
            .clone()
            .map(|class| classes.clone().map(|i| validation[i][class]).sum())
            .collect();
        let share = |i: usize| -> Dual {
            let used = classes.clone().filter(|class| !columns[*class].is_zero());
            used.map(|class| predicted[class] / total * validation[i][class] / columns[class])
                .sum()
        };
        Some(classes.clone().map(share).collect())
    })
}

/// Shares of the classes on a target sample by the *inverse* estimator: the mix of classes whose
/// predictions, with the validation sample's rates of confusion, would look like those of the
/// target. Right where the samples' mixes differ, and noisier.
///
/// Solves Σ_i P(predicted j | reference i) share_i = q_j; not clipped. Undefined without target
/// items (`no_items`), where a reference class has no validation items
/// (`reference_class_absent_from_validation`), and where the confusion matrix has no inverse
/// (`singular_confusion_matrix`).
///
/// Source: Selén 1986; with two classes it is Rogan & Gladen 1978.
///
/// ```
/// use labelgate::stat::Confusion;
/// use labelgate::stat::prevalence::inverse;
/// // A quarter of the first class is predicted as the second; the reverse never happens.
/// let validation = Confusion::tally(2, [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1)]);
/// let shares = inverse(&validation, &[30, 70]).unwrap().shares;
/// assert!((shares[0] - 0.4).abs() < 1e-12 && (shares[1] - 0.6).abs() < 1e-12);
/// ```
pub fn inverse(validation: &Confusion, predicted: &[u64]) -> Result<Shares, Undefined> {
    some(predicted.iter().sum())?;
    for class in 0..predicted.len() {
        if validation.row(class).iter().sum::<u64>() == 0 {
            return Err(Undefined::ReferenceClassAbsentFromValidation);
        }
    }
    with_errors(validation, predicted, |validation, predicted| {
        let classes = 0..predicted.len();
        let total: Dual = predicted.iter().copied().sum();
        let rows: Vec<Dual> = validation
            .iter()
            .map(|row| row.iter().copied().sum())
            .collect();
        let rates = |predicted: usize| -> Vec<Dual> {
            classes
                .clone()
                .map(|i| validation[i][predicted] / rows[i])
                .collect()
        };
        let matrix = classes.clone().map(rates).collect();
        solve(
            matrix,
            predicted.iter().map(|count| *count / total).collect(),
        )
    })
}

/// Shares with errors by derivatives. The predicted counts, and those of each validation class, are
/// multinomial; a share does not change when all counts of one of them are scaled, so its
/// variance is the sum over cells of count × slope².
fn with_errors(
    validation: &Confusion,
    predicted: &[u64],
    statistic: impl Fn(&[Vec<Dual>], &[Dual]) -> Option<Vec<Dual>>,
) -> Result<Shares, Undefined> {
    let plain = |count: &u64| Dual::constant(*count as f64);
    let mut cells: Vec<Vec<Dual>> = (0..predicted.len())
        .map(|class| validation.row(class).iter().map(plain).collect())
        .collect();
    let mut targets: Vec<Dual> = predicted.iter().map(plain).collect();
    let singular = Undefined::SingularConfusionMatrix;
    let shares = statistic(&cells, &targets).ok_or(singular)?;
    let mut variances = vec![0.0; shares.len()];
    let mut add = |count: f64, slopes: Vec<Dual>| {
        for (variance, share) in variances.iter_mut().zip(slopes) {
            *variance += count * share.slope * share.slope;
        }
    };
    for i in 0..targets.len() {
        for j in 0..targets.len() {
            cells[i][j].slope = 1.0;
            add(
                cells[i][j].value,
                statistic(&cells, &targets).ok_or(singular)?,
            );
            cells[i][j].slope = 0.0;
        }
        targets[i].slope = 1.0;
        add(
            targets[i].value,
            statistic(&cells, &targets).ok_or(singular)?,
        );
        targets[i].slope = 0.0;
    }
    Ok(Shares {
        shares: shares.iter().map(|share| share.value).collect(),
        se: variances.iter().map(|variance| variance.sqrt()).collect(),
    })
}

/// Solves a system of shares by elimination with row exchanges, or `None` where it has no single
/// solution.
fn solve<R: Real>(mut matrix: Vec<Vec<R>>, mut right: Vec<R>) -> Option<Vec<R>> {
    let n = right.len();
    for place in 0..n {
        let size = |row: &usize| matrix[*row][place].value().abs();
        let pivot = (place..n).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&pivot) <= 1e-12 {
            return None;
        }
        matrix.swap(place, pivot);
        right.swap(place, pivot);
        for row in (0..n).filter(|row| *row != place) {
            let factor = matrix[row][place] / matrix[place][place];
            let pivot_row = matrix[place].clone();
            for (value, pivot) in matrix[row].iter_mut().zip(pivot_row) {
                *value = *value - factor * pivot;
            }
            right[row] = right[row] - factor * right[place];
        }
    }
    Some(
        (0..n)
            .map(|place| right[place] / matrix[place][place])
            .collect(),
    )
}

/// Derivatives of the corrected share by reported share, sensitivity and specificity.
fn gradient(apparent: f64, accuracy: Accuracy) -> Result<[f64; 3], Undefined> {
    let mut slopes = [0.0; 3];
    for (place, slope) in slopes.iter_mut().enumerate() {
        let along = |value: f64, at: usize| Dual {
            value,
            slope: f64::from(at == place),
        };
        let accuracy = Accuracy {
            sensitivity: along(accuracy.sensitivity, 1),
            specificity: along(accuracy.specificity, 2),
        };
        *slope = rogan_gladen(along(apparent, 0), accuracy)?.slope;
    }
    Ok(slopes)
}

fn binomial_variance(p: f64, n: f64) -> f64 {
    p * (1.0 - p) / n
}

fn some(n: u64) -> Result<(), Undefined> {
    if n == 0 {
        Err(Undefined::NoItems)
    } else {
        Ok(())
    }
}
