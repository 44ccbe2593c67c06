//! How well a candidate finds the classes of a reference: per class, and averaged over classes.
//!
//! Rows are the reference. An unanswered item counts against its class's recall and specificity
//! and is neither a positive nor a negative prediction.

use super::agreement::{items, margins};
use super::{Axis, Confusion, Count, Real, Undefined};

/// A statistic of one class, to be averaged over classes.
pub type ClassStatistic<C> = fn(&Confusion<C>, usize) -> Result<<C as Count>::Real, Undefined>;

/// Which declared classes a macro average runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classes {
    /// Those with support or predictions, an undefined part counting 0: what is reported.
    Present,
    /// All declared ones, an undefined part counting 0.
    Declared,
    /// Those where the part is defined.
    Defined,
}

/// Precision: of the items the candidate gave the class, how many have it.
///
/// n_kk/c_k, in 0–1. Undefined where the candidate never gives the class (`no_predicted_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::precision};
/// // Class 0 was given four times, rightly three times; it occurs five times.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(precision(&Confusion::tally(2, pairs), 0), Ok(0.75));
/// ```
pub fn precision<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (_, predicted) = margins(confusion, class);
    let hits = confusion.count(class, class).real();
    ratio(hits, predicted, Undefined::NoPredictedItems)
}

/// Recall, or sensitivity: of the items that have the class, how many the candidate gave it.
///
/// n_kk/r_k, in 0–1. Undefined where the reference never has the class (`no_reference_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::recall};
/// // Class 0 occurs five times and was found three times; it was given four times.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(recall(&Confusion::tally(2, pairs), 0), Ok(0.6));
/// ```
pub fn recall<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (support, _) = margins(confusion, class);
    let hits = confusion.count(class, class).real();
    ratio(hits, support, Undefined::NoReferenceItems)
}

/// F1: the harmonic mean of precision and recall.
///
/// 2 n_kk/(r_k + c_k), in 0–1; 0 where exactly one of support and predictions is 0. Undefined where
/// both are (`class_absent`).
///
/// Source: Dice 1945; van Rijsbergen 1979.
///
/// ```
/// use labelgate::stat::{Confusion, class::f1};
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(f1(&Confusion::tally(2, pairs), 0), Ok(6.0 / 9.0));
/// ```
pub fn f1<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (support, predicted) = margins(confusion, class);
    let hits = confusion.count(class, class).real();
    ratio(hits + hits, support + predicted, Undefined::ClassAbsent)
}

/// Jaccard index: of the items either side gave the class, how many both did.
///
/// n_kk/(r_k + c_k − n_kk), in 0–1. Undefined where neither has the class (`class_absent`).
///
/// Source: Jaccard 1901.
///
/// ```
/// use labelgate::stat::{Confusion, class::jaccard};
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(jaccard(&Confusion::tally(2, pairs), 0), Ok(0.5));
/// ```
pub fn jaccard<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (support, predicted) = margins(confusion, class);
    let hits = confusion.count(class, class).real();
    ratio(hits, support + predicted - hits, Undefined::ClassAbsent)
}

/// Specificity: of the items without the class, how many the candidate gave another one.
///
/// Σ_{i,j≠k} n_ij / (n − r_k), in 0–1. Undefined where the reference has nothing but the class
/// (`no_reference_negatives`).
///
/// ```
/// use labelgate::stat::{Confusion, class::specificity};
/// // Two items lack class 0; one of them was given it. Four of seven were given it.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(specificity(&Confusion::tally(2, pairs), 0), Ok(0.5));
/// ```
pub fn specificity<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (support, _) = margins(confusion, class);
    let negatives = confusion.total().real() - support;
    let found = true_negatives(confusion, class);
    ratio(found, negatives, Undefined::NoReferenceNegatives)
}

/// Negative predictive value: of the items the candidate gave another class, how many lack this
/// one.
///
/// Σ_{i,j≠k} n_ij / Σ_{j≠k} c_j, in 0–1. Undefined where the candidate gives nothing but the class
/// (`no_predicted_negatives`).
///
/// ```
/// use labelgate::stat::{Confusion, class::npv};
/// // Three items were not given class 0; one of them lacks it.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// assert_eq!(npv(&Confusion::tally(2, pairs), 0), Ok(1.0 / 3.0));
/// ```
pub fn npv<C: Count>(confusion: &Confusion<C>, class: usize) -> Result<C::Real, Undefined> {
    let (_, predicted) = margins(confusion, class);
    let negatives = answered(confusion) - predicted;
    let right = true_negatives(confusion, class);
    ratio(right, negatives, Undefined::NoPredictedNegatives)
}

/// The mean of a statistic over classes, each class counting the same.
///
/// In the statistic's range. Undefined without items (`no_items`), and where no class has the
/// statistic, with the reason of the first.
///
/// ```
/// use labelgate::stat::{Confusion, class::{Classes, macro_average, precision}};
/// // Class 2 occurs and is never given, class 3 is only declared: 1/2, 1, undefined, undefined.
/// let confusion = Confusion::tally(4, [(0, 0), (1, 1), (2, 0)]);
/// let average = |classes| macro_average(&confusion, precision, classes);
/// assert_eq!(average(Classes::Present), Ok(0.5));
/// assert_eq!(average(Classes::Declared), Ok(0.375));
/// assert_eq!(average(Classes::Defined), Ok(0.75));
/// ```
pub fn macro_average<C: Count>(
    confusion: &Confusion<C>,
    statistic: ClassStatistic<C>,
    classes: Classes,
) -> Result<C::Real, Undefined> {
    items(confusion)?;
    let mut n_classes = 0.0;
    let mut sum = C::Real::constant(0.0);
    let mut first_reason = None;
    for class in 0..confusion.n_labels() {
        let (support, predicted) = margins(confusion, class);
        let part = statistic(confusion, class);
        let counts = match classes {
            Classes::Present => (support + predicted).value() > 0.0,
            Classes::Declared => true,
            Classes::Defined => part.is_ok(),
        };
        n_classes += f64::from(u8::from(counts));
        match part {
            Ok(part) if counts => sum = sum + part,
            Ok(_) => {}
            Err(reason) => first_reason = first_reason.or(Some(reason)),
        }
    }
    if n_classes == 0.0 {
        return Err(first_reason.unwrap_or(Undefined::ClassAbsent));
    }
    Ok(sum / C::Real::constant(n_classes))
}

/// The mean of a statistic over classes, each counting as often as the reference has it; an
/// undefined part counts 0.
///
/// Σ r_k f_k / n, in the statistic's range. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::{precision, weighted_average}};
/// // Supports 1, 3, 2 and precisions 1/2, 3/4, undefined.
/// let confusion = Confusion::tally(3, [(0, 0), (1, 1), (2, 0), (2, 1), (1, 1), (1, 1)]);
/// assert_eq!(weighted_average(&confusion, precision), Ok((0.5 + 3.0 * 0.75) / 6.0));
/// ```
pub fn weighted_average<C: Count>(
    confusion: &Confusion<C>,
    statistic: ClassStatistic<C>,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let sum: C::Real = (0..confusion.n_labels())
        .filter_map(|class| {
            let part = statistic(confusion, class).ok()?;
            Some(margins(confusion, class).0 * part)
        })
        .sum();
    Ok(sum / n)
}

/// Macro precision over the classes present; see [`macro_average`].
///
/// ```
/// use labelgate::stat::{Confusion, class::macro_precision};
/// // Precisions 3/4 and 1/3.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = macro_precision(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 13.0 / 24.0).abs() < 1e-15);
/// ```
pub fn macro_precision<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    macro_average(confusion, precision, Classes::Present)
}

/// Macro recall over the classes present; see [`macro_average`].
///
/// ```
/// use labelgate::stat::{Confusion, class::macro_recall};
/// // Recalls 3/5 and 1/2.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = macro_recall(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 11.0 / 20.0).abs() < 1e-15);
/// ```
pub fn macro_recall<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    macro_average(confusion, recall, Classes::Present)
}

/// Macro F1, the mean of the classes' F1, over the classes present; see [`macro_average`]. The F1
/// of macro precision and macro recall is another number.
///
/// ```
/// use labelgate::stat::{Confusion, class::macro_f1};
/// // F1 of 2/3 and 2/5.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = macro_f1(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 8.0 / 15.0).abs() < 1e-15);
/// ```
pub fn macro_f1<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    macro_average(confusion, f1, Classes::Present)
}

/// Precision weighted by support; see [`weighted_average`].
///
/// ```
/// use labelgate::stat::{Confusion, class::weighted_precision};
/// // Precisions 3/4 and 1/3, supports 5 and 2.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = weighted_precision(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 53.0 / 84.0).abs() < 1e-15);
/// ```
pub fn weighted_precision<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_average(confusion, precision)
}

/// Recall weighted by support, which is the percent agreement; see [`weighted_average`].
///
/// ```
/// use labelgate::stat::{Confusion, class::weighted_recall};
/// // Recalls 3/5 and 1/2, supports 5 and 2.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = weighted_recall(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 4.0 / 7.0).abs() < 1e-15);
/// ```
pub fn weighted_recall<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_average(confusion, recall)
}

/// F1 weighted by support; see [`weighted_average`].
///
/// ```
/// use labelgate::stat::{Confusion, class::weighted_f1};
/// // F1 of 2/3 and 2/5, supports 5 and 2.
/// let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 1)];
/// let average = weighted_f1(&Confusion::tally(2, pairs)).unwrap();
/// assert!((average - 62.0 / 105.0).abs() < 1e-15);
/// ```
pub fn weighted_f1<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_average(confusion, f1)
}

/// Micro precision: of all answers, how many are right.
///
/// Σ n_kk / Σ c_k, in 0–1; equals percent agreement where all items were answered. Undefined
/// without answers (`no_predicted_items`) or items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::micro_precision};
/// let mut confusion = Confusion::tally(2, [(0, 0), (0, 1), (1, 1), (1, 1)]);
/// confusion.count_unanswered(0, 2);
/// assert_eq!(micro_precision(&confusion), Ok(0.75));
/// ```
pub fn micro_precision<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    items(confusion)?;
    let hits = confusion.diagonal().real();
    ratio(hits, answered(confusion), Undefined::NoPredictedItems)
}

/// Micro recall, which is the percent agreement.
///
/// Σ n_kk / Σ r_k, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::micro_recall};
/// let mut confusion = Confusion::tally(2, [(0, 0), (0, 1), (1, 1), (1, 1)]);
/// confusion.count_unanswered(0, 2);
/// assert_eq!(micro_recall(&confusion), Ok(0.5));
/// ```
pub fn micro_recall<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    Ok(confusion.diagonal().real() / items(confusion)?)
}

/// Micro F1: the harmonic mean of micro precision and micro recall.
///
/// 2 Σ n_kk / Σ (r_k + c_k), in 0–1; equals percent agreement where all items were answered.
/// Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::micro_f1};
/// let mut confusion = Confusion::tally(2, [(0, 0), (0, 1), (1, 1), (1, 1)]);
/// assert_eq!(micro_f1(&confusion), Ok(0.75));
/// confusion.count_unanswered(0, 2);
/// assert_eq!(micro_f1(&confusion), Ok(0.6));
/// ```
pub fn micro_f1<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let hits = confusion.diagonal().real();
    Ok((hits + hits) / (n + answered(confusion)))
}

/// Balanced accuracy: the mean recall of the classes the reference has.
///
/// In 0–1. Undefined without items (`no_items`).
///
/// Source: Brodersen, Ong, Stephan & Buhmann 2010.
///
/// ```
/// use labelgate::stat::{Confusion, class::balanced_accuracy};
/// // Recalls 1 and 1/2; the third class never occurs.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 0), (0, 0), (1, 1), (1, 2)]);
/// assert_eq!(balanced_accuracy(&confusion), Ok(0.75));
/// ```
pub fn balanced_accuracy<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    macro_average(confusion, recall, Classes::Defined)
}

/// Matthews' correlation of reference and candidate over all classes, Gorodkin's R_K.
///
/// (n Σ n_kk − Σ r_k c_k)/√((n² − Σ r_k²)(n² − Σ c_k²)), no answer being a class of the candidate's,
/// in −1–1. Undefined without items (`no_items`) and where one side uses a single label
/// (`constant_reference_or_prediction`).
///
/// Source: Matthews 1975; Gorodkin 2004.
///
/// ```
/// use labelgate::stat::{Confusion, class::mcc};
/// let pairs = [(0, 0); 6].into_iter().chain([(0, 1); 2]).chain([(1, 0); 1]).chain([(1, 1); 3]);
/// // (6·3 − 2·1)/√(8·4·7·5).
/// let mcc = mcc(&Confusion::tally(2, pairs)).unwrap();
/// assert!((mcc - 16.0 / 1120.0_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn mcc<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let unanswered = confusion.total_unanswered().real();
    let (mut rows, mut columns) = (n * n, n * n - unanswered * unanswered);
    let mut covariance = confusion.diagonal().real() * n;
    for class in 0..confusion.n_labels() {
        let (support, predicted) = margins(confusion, class);
        rows = rows - support * support;
        columns = columns - predicted * predicted;
        covariance = covariance - support * predicted;
    }
    if rows.value() <= 0.0 || columns.value() <= 0.0 {
        return Err(Undefined::ConstantReferenceOrPrediction);
    }
    Ok(covariance / (rows * columns).sqrt())
}

/// The agreement of always answering the most frequent reference class.
///
/// max r_k / n, in 1/q–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, class::no_information_rate};
/// let confusion = Confusion::tally(2, [(0, 1), (0, 1), (0, 0), (1, 1)]);
/// assert_eq!(no_information_rate(&confusion), Ok(0.75));
/// ```
pub fn no_information_rate<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let supports = confusion.margins(Axis::Reference).into_iter();
    let largest = supports
        .map(Count::real)
        .fold(C::Real::constant(0.0), |largest, support| {
            if support.value() > largest.value() {
                support
            } else {
                largest
            }
        });
    Ok(largest / n)
}

fn answered<C: Count>(confusion: &Confusion<C>) -> C::Real {
    let columns = confusion.margins(Axis::Candidate).into_iter();
    columns.map(Count::real).sum()
}

fn true_negatives<C: Count>(confusion: &Confusion<C>, class: usize) -> C::Real {
    let (_, predicted) = margins(confusion, class);
    let row: C::Real = confusion.row(class).iter().map(|count| count.real()).sum();
    answered(confusion) - row - predicted + confusion.count(class, class).real()
}

fn ratio<R: Real>(part: R, whole: R, reason: Undefined) -> Result<R, Undefined> {
    if whole.value() == 0.0 {
        Err(reason)
    } else {
        Ok(part / whole)
    }
}
