//! Whether stated confidence matches how often it is right.

use super::{Count, Moments, Real, Undefined, numeric};

/// One bin of a reliability table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Items in the bin.
    pub n_items: usize,
    /// Their weight.
    pub weight: f64,
    /// Their mean confidence; undefined without items (`empty_bin`).
    pub confidence: Result<f64, Undefined>,
    /// The share of them that is right; undefined without items (`empty_bin`).
    pub accuracy: Result<f64, Undefined>,
}

impl Bin {
    /// The bin that these items make up.
    pub fn of(items: &[Forecast]) -> Self {
        let empty = |_| Undefined::EmptyBin;
        Self {
            n_items: items.len(),
            weight: items.iter().map(|item| item.weight).sum(),
            confidence: weighted_mean(items, |item| item.confidence).map_err(empty),
            accuracy: weighted_mean(items, |item| f64::from(item.right)).map_err(empty),
        }
    }
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

/// What was said of an item before it was known whether it is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// How sure, in 0–1.
    pub confidence: f64,
    /// Whether it is right.
    pub right: bool,
    /// How much the item counts.
    pub weight: f64,
}

impl Forecast {
    /// A forecast that counts once.
    pub fn new(confidence: f64, right: bool) -> Self {
        Self {
            confidence,
            right,
            weight: 1.0,
        }
    }
}

/// Which of so many bins of equal width a confidence in 0–1 belongs to.
///
/// One on an edge is placed by its decimal value: 0.6 of 5 bins is the upper edge of the third,
/// though in binary it lies below 3 × 0.2.
///
/// ```
/// use labelgate::stat::calibration::{Closed, bin_of};
/// assert_eq!((bin_of(0.6, 5, Closed::Right), bin_of(0.6, 5, Closed::Left)), (2, 3));
/// assert_eq!((bin_of(0.0, 5, Closed::Right), bin_of(1.0, 5, Closed::Left)), (0, 4));
/// ```
pub fn bin_of(confidence: f64, n_bins: usize, closed: Closed) -> usize {
    let place = confidence * n_bins as f64;
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
    (bin.max(0.0) as usize).min(n_bins.saturating_sub(1))
}

/// Items in bins of equal width, by [`bin_of`].
///
/// ```
/// use labelgate::stat::calibration::{Closed, Forecast, reliability};
/// let items = [Forecast::new(0.6, true), Forecast::new(0.61, false)];
/// let bins = reliability(&items, 5, Closed::Right);
/// assert_eq!((bins[2].n_items, bins[3].n_items), (1, 1));
/// ```
pub fn reliability(items: &[Forecast], n_bins: usize, closed: Closed) -> Vec<Bin> {
    let bins = by_width(items, n_bins, closed);
    bins.iter().map(|bin| Bin::of(bin)).collect()
}

/// The items of each bin of equal width, empty bins included.
pub fn by_width(items: &[Forecast], n_bins: usize, closed: Closed) -> Vec<Vec<Forecast>> {
    let mut bins = vec![Vec::new(); n_bins];
    for item in items {
        if let Some(bin) = bins.get_mut(bin_of(item.confidence, n_bins, closed)) {
            bin.push(*item);
        }
    }
    bins
}

/// Items in bins of equal number, by rising confidence: the first bins take one more where the
/// number does not divide.
///
/// ```
/// use labelgate::stat::calibration::{Forecast, equal_mass};
/// let items = [(0.9, true), (0.2, false), (0.4, true)].map(|(p, right)| Forecast::new(p, right));
/// let bins = equal_mass(&items, 2);
/// assert_eq!((bins[0].n_items, bins[0].accuracy), (2, Ok(0.5)));
/// ```
pub fn equal_mass(items: &[Forecast], n_bins: usize) -> Vec<Bin> {
    let bins = by_number(items, n_bins);
    bins.iter().map(|bin| Bin::of(bin)).collect()
}

/// The items of each bin of equal number.
pub fn by_number(items: &[Forecast], n_bins: usize) -> Vec<Vec<Forecast>> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let n = sorted.len();
    let mut rest = sorted.as_slice();
    (0..n_bins)
        .map(|bin| {
            let size = n / n_bins + usize::from(bin < n % n_bins);
            let (here, later) = rest.split_at(size);
            rest = later;
            here.to_vec()
        })
        .collect()
}

/// Expected calibration error: how far confidence and accuracy lie apart on average over items.
///
/// Σ (n_b/n) |accuracy_b − confidence_b| over the bins that have items, in 0–1. Undefined without
/// items (`no_items`). Distances have no sign, so that chance alone makes it larger than 0; see
/// [`ece_by_chance`].
///
/// Source: Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017.
///
/// ```
/// use labelgate::stat::calibration::{Closed, Forecast, ece, reliability};
/// // One bin: confidence 0.7 on average, right half the time.
/// let items = [Forecast::new(0.6, true), Forecast::new(0.8, false)];
/// let bins = reliability(&items, 1, Closed::Right);
/// assert!((ece(&bins).unwrap() - 0.2).abs() < 1e-12);
/// ```
pub fn ece(bins: &[Bin]) -> Result<f64, Undefined> {
    let n: f64 = bins.iter().map(|bin| bin.weight).sum();
    if n == 0.0 {
        return Err(Undefined::NoItems);
    }
    let apart = bins.iter().filter_map(|bin| Some(gap(bin)? * bin.weight));
    Ok(apart.sum::<f64>() / n)
}

/// What [`ece`] of these bins is on average if every confidence is true and items are independent:
/// how much of it is chance.
///
/// Σ (1/n) E|Σ_b (y − p)| over bins, exactly for bins of up to 2000 items and by the normal limit
/// for larger ones. In 0–1. Undefined without items (`no_items`) and for weighted ones
/// (`not_weighted`).
///
/// Source: Bröcker & Smith 2007 draw such outcomes; here their mean is computed.
///
/// ```
/// use labelgate::stat::calibration::{Forecast, ece_by_chance};
/// // Two fair coins: no head, one or two, so that the mean is off by a half, 0 and a half.
/// let bin = vec![Forecast::new(0.5, true), Forecast::new(0.5, true)];
/// assert_eq!(ece_by_chance(&[bin]), Ok(0.25));
/// ```
pub fn ece_by_chance(bins: &[Vec<Forecast>]) -> Result<f64, Undefined> {
    let n = bins.iter().flatten().count();
    if n == 0 {
        return Err(Undefined::NoItems);
    }
    if bins.iter().flatten().any(|item| item.weight != 1.0) {
        return Err(Undefined::NotWeighted);
    }
    let apart = bins.iter().map(|bin| mean_distance(bin));
    Ok(apart.sum::<f64>() / n as f64)
}

/// How far the number of right items lies from what is expected, on average.
fn mean_distance(items: &[Forecast]) -> f64 {
    const MOST: usize = 2000;
    let probabilities = || items.iter().map(|item| item.confidence);
    if items.len() > MOST {
        let variance: f64 = probabilities().map(|p| p * (1.0 - p)).sum();
        return (variance * std::f64::consts::FRAC_2_PI).sqrt();
    }
    // The probability of each number of right items among those seen so far.
    let mut of_number = vec![1.0];
    for p in probabilities() {
        of_number.push(0.0);
        for right in (0..of_number.len()).rev() {
            let one_less = if right > 0 { of_number[right - 1] } else { 0.0 };
            of_number[right] = of_number[right] * (1.0 - p) + one_less * p;
        }
    }
    let expected: f64 = probabilities().sum();
    let numbers = of_number.iter().enumerate();
    numbers
        .map(|(right, chance)| chance * (right as f64 - expected).abs())
        .sum()
}

/// Maximum calibration error: the largest gap between confidence and accuracy of any bin.
///
/// In 0–1. Undefined without items (`no_items`).
///
/// Source: Naeini, Cooper & Hauskrecht 2015.
///
/// ```
/// use labelgate::stat::calibration::{Closed, Forecast, mce, reliability};
/// let items = [Forecast::new(0.1, false), Forecast::new(0.6, false)];
/// let bins = reliability(&items, 2, Closed::Right);
/// assert_eq!(mce(&bins), Ok(0.6));
/// ```
pub fn mce(bins: &[Bin]) -> Result<f64, Undefined> {
    bins.iter()
        .filter_map(gap)
        .max_by(f64::total_cmp)
        .ok_or(Undefined::NoItems)
}

/// Mean confidence, of the moments that [`brier`] takes. Undefined without items (`no_items`).
pub fn mean_confidence<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    numeric::mse(moments)?;
    Ok(moments.candidate_mean())
}

/// Brier score of a yes/no outcome: mean squared distance of confidence from what came true. Of
/// moments whose reference is 1 where the item is right and 0 where it is not, and whose candidate
/// is the confidence.
///
/// Σ (p − y)² / n, in 0–1, 0 best. Undefined without items (`no_items`).
///
/// Source: Brier 1950.
///
/// ```
/// use labelgate::stat::{Moments, calibration::brier};
/// let mut moments = Moments::<u64>::new(0.5);
/// moments.count_pair(1.0, 0.5, 1);
/// moments.count_pair(0.0, 1.0, 1);
/// assert_eq!(brier(&moments), Ok(0.625));
/// ```
pub fn brier<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    numeric::mse(moments)
}

/// How much better the Brier score is than stating the share of right items for each: 1 perfect, 0
/// no better, negative worse. Of the same moments.
///
/// Undefined without items (`no_items`) and where all outcomes are the same (`constant_outcome`).
///
/// Source: Murphy 1973.
///
/// ```
/// use labelgate::stat::{Moments, calibration::brier_skill};
/// let mut moments = Moments::<u64>::new(0.5);
/// moments.count_pair(1.0, 1.0, 1);
/// moments.count_pair(0.0, 0.5, 1);
/// assert_eq!(brier_skill(&moments), Ok(0.5));
/// ```
pub fn brier_skill<C: Count>(moments: &Moments<C>) -> Result<C::Real, Undefined> {
    let score = brier(moments)?;
    if moments.is_reference_constant() {
        return Err(Undefined::ConstantOutcome);
    }
    let one = C::Real::constant(1.0);
    Ok(one - score / moments.spread().xx)
}

/// Log loss of a yes/no outcome: mean of −ln of the probability given to what came true.
///
/// 0 or more; infinite where something certain did not come true, since nothing is clipped.
/// Undefined without items (`no_items`).
///
/// Source: Good 1952.
///
/// ```
/// use labelgate::stat::calibration::{Forecast, log_loss};
/// let items = [Forecast::new(0.5, true), Forecast::new(0.5, false)];
/// assert_eq!(log_loss(&items), Ok(2.0_f64.ln()));
/// assert_eq!(log_loss(&[Forecast::new(1.0, false)]), Ok(f64::INFINITY));
/// ```
pub fn log_loss(items: &[Forecast]) -> Result<f64, Undefined> {
    weighted_mean(items, |item| match item.right {
        true => -item.confidence.ln(),
        false => -libm::log1p(-item.confidence),
    })
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

fn weighted_mean(items: &[Forecast], value: impl Fn(&Forecast) -> f64) -> Result<f64, Undefined> {
    let n: f64 = items.iter().map(|item| item.weight).sum();
    if n == 0.0 {
        return Err(Undefined::NoItems);
    }
    let of = |item: &Forecast| match item.weight {
        // Nothing, even where the value is infinite.
        0.0 => 0.0,
        weight => weight * value(item),
    };
    let mean = items.iter().map(of).sum::<f64>() / n;
    // A confidence outside 0–1 has no logarithm.
    Some(mean)
        .filter(|mean| !mean.is_nan())
        .ok_or(Undefined::NonFiniteValues)
}

fn gap(bin: &Bin) -> Option<f64> {
    Some((bin.confidence.ok()? - bin.accuracy.ok()?).abs())
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Result<f64, Undefined> {
    match values.len() {
        0 => Err(Undefined::NoItems),
        n => Some(values.sum::<f64>() / n as f64)
            .filter(|mean| !mean.is_nan())
            .ok_or(Undefined::NonFiniteValues),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every outcome of the items with its probability.
    fn by_all_outcomes(bins: &[Vec<f64>]) -> f64 {
        let items: Vec<f64> = bins.iter().flatten().copied().collect();
        let outcomes = 0..1_u32 << items.len();
        let of_outcome = |outcome: u32| {
            let is_right = |item: usize| outcome >> item & 1 == 1;
            let chances = items.iter().enumerate();
            let chance = chances.map(|(item, p)| if is_right(item) { *p } else { 1.0 - p });
            let mut first = 0;
            let mut apart = 0.0;
            for bin in bins {
                let items = bin.iter().enumerate();
                let gap = items.map(|(place, p)| p - f64::from(is_right(first + place)));
                apart += gap.sum::<f64>().abs();
                first += bin.len();
            }
            chance.product::<f64>() * apart / items.len() as f64
        };
        outcomes.map(of_outcome).sum()
    }

    fn forecasts(bins: &[Vec<f64>]) -> Vec<Vec<Forecast>> {
        let bin = |bin: &Vec<f64>| bin.iter().map(|p| Forecast::new(*p, true)).collect();
        bins.iter().map(bin).collect()
    }

    #[test]
    fn chance_is_the_mean_over_all_outcomes() {
        let bins = [
            vec![0.1, 0.05],
            vec![],
            vec![0.3, 0.35, 0.4, 0.31],
            vec![0.9, 1.0, 0.97],
        ];
        let found = ece_by_chance(&forecasts(&bins)).unwrap();
        assert!((found - by_all_outcomes(&bins)).abs() < 1e-14, "{found}");
    }

    #[test]
    fn chance_of_a_large_bin_is_near_that_of_its_normal_limit() {
        let of = |n: usize| ece_by_chance(&forecasts(&[vec![0.7; n]])).unwrap();
        // One item more changes the way it is computed.
        let (exact, normal) = (of(2000), of(2001));
        assert!((exact / normal - 1.0).abs() < 1e-3, "{exact}, {normal}");
    }

    #[test]
    fn nothing_and_weights_have_no_chance() {
        assert_eq!(ece_by_chance(&[vec![]]), Err(Undefined::NoItems));
        let heavy = Forecast {
            weight: 2.0,
            ..Forecast::new(0.5, true)
        };
        assert_eq!(ece_by_chance(&[vec![heavy]]), Err(Undefined::NotWeighted));
    }
}
