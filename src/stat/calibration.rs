//! Whether stated confidence matches how often it is right.

use super::Undefined;

/// One bin of a reliability table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Items in the bin.
    pub n_items: usize,
    /// Their mean confidence; undefined without items (`empty_bin`).
    pub confidence: Result<f64, Undefined>,
    /// The share of them that is right; undefined without items (`empty_bin`).
    pub accuracy: Result<f64, Undefined>,
}

/// Which end of a bin belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// (low, high], with 0 in the first bin: what is reported.
    #[default]
    Right,
    /// [low, high), with 1 in the last bin.
    Left,
}

/// Items (confidence in 0–1, whether it was right) in bins of equal width.
///
/// A confidence on an edge is placed by its decimal value: 0.6 of 5 bins is the upper edge of the
/// third, though in binary it lies below 3 × 0.2.
///
/// ```
/// use labelgate::stat::calibration::{Closed, reliability};
/// let bins = reliability(&[(0.6, true), (0.61, false)], 5, Closed::Right);
/// assert_eq!((bins[2].n_items, bins[3].n_items), (1, 1));
/// ```
pub fn reliability(items: &[(f64, bool)], n_bins: usize, closed: Closed) -> Vec<Bin> {
    let mut bins = vec![Vec::new(); n_bins];
    for item in items {
        let place = item.0 * n_bins as f64;
        // Products such as 0.7 × 10 miss their edge by an ulp or two.
        let edge = place.round();
        let place = if (place - edge).abs() < 1e-12 * n_bins as f64 {
            edge
        } else {
            place
        };
        let bin = match closed {
            Closed::Right => place.ceil() - 1.0,
            Closed::Left => place.floor(),
        };
        let last = n_bins.saturating_sub(1);
        if let Some(bin) = bins.get_mut((bin.max(0.0) as usize).min(last)) {
            bin.push(*item);
        }
    }
    bins.iter().map(|bin| summed(bin)).collect()
}

/// Items in bins of equal number, by rising confidence: the first bins take one more where the
/// number does not divide.
///
/// ```
/// use labelgate::stat::calibration::equal_mass;
/// let bins = equal_mass(&[(0.9, true), (0.2, false), (0.4, true)], 2);
/// assert_eq!((bins[0].n_items, bins[0].accuracy), (2, Ok(0.5)));
/// ```
pub fn equal_mass(items: &[(f64, bool)], n_bins: usize) -> Vec<Bin> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = sorted.len();
    let mut rest = sorted.as_slice();
    (0..n_bins)
        .map(|bin| {
            let size = n / n_bins + usize::from(bin < n % n_bins);
            let (here, later) = rest.split_at(size);
            rest = later;
            summed(here)
        })
        .collect()
}

/// Expected calibration error: how far confidence and accuracy lie apart on average over items.
///
/// Σ (n_b/n) |accuracy_b − confidence_b| over the bins that have items, in 0–1. Undefined without
/// items (`no_items`).
///
/// Source: Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017.
///
/// ```
/// use labelgate::stat::calibration::{Closed, ece, reliability};
/// // One bin: confidence 0.7 on average, right half the time.
/// let bins = reliability(&[(0.6, true), (0.8, false)], 1, Closed::Right);
/// assert!((ece(&bins).unwrap() - 0.2).abs() < 1e-12);
/// ```
pub fn ece(bins: &[Bin]) -> Result<f64, Undefined> {
    let n: usize = bins.iter().map(|bin| bin.n_items).sum();
    if n == 0 {
        return Err(Undefined::NoItems);
    }
    let apart = bins
        .iter()
        .filter_map(|bin| Some(gap(bin)? * bin.n_items as f64));
    Ok(apart.sum::<f64>() / n as f64)
}

/// Maximum calibration error: the largest gap between confidence and accuracy of any bin.
///
/// In 0–1. Undefined without items (`no_items`).
///
/// Source: Naeini, Cooper & Hauskrecht 2015.
///
/// ```
/// use labelgate::stat::calibration::{Closed, mce, reliability};
/// let bins = reliability(&[(0.1, false), (0.6, false)], 2, Closed::Right);
/// assert_eq!(mce(&bins), Ok(0.6));
/// ```
pub fn mce(bins: &[Bin]) -> Result<f64, Undefined> {
    bins.iter()
        .filter_map(gap)
        .max_by(f64::total_cmp)
        .ok_or(Undefined::NoItems)
}

/// Brier score of a yes/no outcome: mean squared distance of confidence from what came true.
///
/// Σ (p − y)² / n, in 0–1, 0 best. Undefined without items (`no_items`).
///
/// Source: Brier 1950.
///
/// ```
/// use labelgate::stat::calibration::brier;
/// assert_eq!(brier(&[(0.5, true), (1.0, false)]), Ok(0.625));
/// ```
pub fn brier(items: &[(f64, bool)]) -> Result<f64, Undefined> {
    mean(
        items
            .iter()
            .map(|(p, right)| (p - f64::from(*right)).powi(2)),
    )
}

/// How much better the Brier score is than stating the share of right items for each: 1 perfect, 0
/// no better, negative worse.
///
/// Undefined without items (`no_items`) and where all outcomes are the same (`constant_outcome`).
///
/// Source: Murphy 1973.
///
/// ```
/// use labelgate::stat::calibration::brier_skill;
/// assert_eq!(brier_skill(&[(1.0, true), (0.5, false)]), Ok(0.5));
/// ```
pub fn brier_skill(items: &[(f64, bool)]) -> Result<f64, Undefined> {
    let score = brier(items)?;
    let right = mean(items.iter().map(|(_, right)| f64::from(*right)))?;
    let plain = right * (1.0 - right);
    if plain == 0.0 {
        return Err(Undefined::ConstantOutcome);
    }
    Ok(1.0 - score / plain)
}

/// Log loss of a yes/no outcome: mean of −ln of the probability given to what came true.
///
/// 0 or more; infinite where something certain did not come true, since nothing is clipped.
/// Undefined without items (`no_items`).
///
/// Source: Good 1952.
///
/// ```
/// use labelgate::stat::calibration::log_loss;
/// assert_eq!(log_loss(&[(0.5, true), (0.5, false)]), Ok(2.0_f64.ln()));
/// assert_eq!(log_loss(&[(1.0, false)]), Ok(f64::INFINITY));
/// ```
pub fn log_loss(items: &[(f64, bool)]) -> Result<f64, Undefined> {
    mean(
        items
            .iter()
            .map(|(p, right)| if *right { -p.ln() } else { -libm::log1p(-p) }),
    )
}

/// Brier score over several classes: mean squared distance of the probabilities from 1 for the
/// class that came true and 0 for the others. Each item has one probability per class and the
/// position of the true class.
///
/// In 0–2, 0 best; half of it is the score of some packages. Undefined without items (`no_items`).
///
/// Source: Brier 1950.
///
/// ```
/// use labelgate::stat::calibration::brier_multiclass;
/// let items = [(vec![0.5, 0.25, 0.25], 0)];
/// assert_eq!(brier_multiclass(&items), Ok(0.375));
/// ```
pub fn brier_multiclass(items: &[(Vec<f64>, usize)]) -> Result<f64, Undefined> {
    mean(items.iter().map(|(probabilities, label)| -> f64 {
        let squares = probabilities.iter().enumerate();
        squares
            .map(|(class, p)| (p - f64::from(class == *label)).powi(2))
            .sum()
    }))
}

/// Log loss over several classes; infinite where the true class was given no probability.
///
/// Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::calibration::log_loss_multiclass;
/// let items = [(vec![0.5, 0.25, 0.25], 1)];
/// assert_eq!(log_loss_multiclass(&items), Ok(4.0_f64.ln()));
/// ```
pub fn log_loss_multiclass(items: &[(Vec<f64>, usize)]) -> Result<f64, Undefined> {
    let given = |(probabilities, label): &(Vec<f64>, usize)| {
        probabilities.get(*label).copied().unwrap_or(0.0)
    };
    mean(items.iter().map(|item| -given(item).ln()))
}

/// The share of items whose likeliest class came true; the first of several equally likely ones
/// counts.
///
/// Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::calibration::top_accuracy;
/// let items = [(vec![0.4, 0.4, 0.2], 0), (vec![0.4, 0.4, 0.2], 1)];
/// assert_eq!(top_accuracy(&items), Ok(0.5));
/// ```
pub fn top_accuracy(items: &[(Vec<f64>, usize)]) -> Result<f64, Undefined> {
    mean(items.iter().map(|(probabilities, label)| {
        let mut top = 0;
        for (class, p) in probabilities.iter().enumerate() {
            if *p > probabilities[top] {
                top = class;
            }
        }
        f64::from(top == *label)
    }))
}

fn summed(items: &[(f64, bool)]) -> Bin {
    let empty = |_| Undefined::EmptyBin;
    Bin {
        n_items: items.len(),
        confidence: mean(items.iter().map(|(p, _)| *p)).map_err(empty),
        accuracy: mean(items.iter().map(|(_, right)| f64::from(*right))).map_err(empty),
    }
}

fn gap(bin: &Bin) -> Option<f64> {
    Some((bin.confidence.ok()? - bin.accuracy.ok()?).abs())
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Result<f64, Undefined> {
    match values.len() {
        0 => Err(Undefined::NoItems),
        // A confidence outside 0–1 has no logarithm.
        n => Some(values.sum::<f64>() / n as f64)
            .filter(|mean| !mean.is_nan())
            .ok_or(Undefined::NonFiniteValues),
    }
}
