//! Krippendorff's alpha: agreement of any number of raters, missing ratings allowed, labels or
//! numbers.
//!
//! α = 1 − D_o/D_e: the mean squared difference of two ratings of one item against that of two
//! ratings of any items. An item with m ≥ 2 ratings pairs them all and weighs each pair
//! 1/(m − 1); an item rated once pairs with nothing and does not count. In −1–1 and below 0 where
//! raters disagree systematically.
//!
//! Source: Krippendorff 1970, 2004.

mod left_out;

use super::{Confusion, Count, Real, Tally, Undefined};

pub use left_out::alpha_left_out;

/// How two values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// Equal or not.
    Nominal,
    /// By how many ratings lie between them: an unused level adds no distance.
    Ordinal,
    /// By their difference; of labels, by steps.
    Interval,
    /// By their difference relative to their sum; of labels, by positions counted from 0. Needs
    /// values that are not negative.
    Ratio,
}

/// Krippendorff's alpha of two labellers. An unanswered item is a value of its own, as far from
/// every label as the first label is from the last.
///
/// Undefined without items (`no_pairable_values`) and where nothing differs (`no_variation`).
///
/// The small-sample factor (n − 1)/n is taken as known when an error is derived.
///
/// ```
/// use labelgate::stat::{Confusion, krippendorff::{Measurement, two_rater_alpha}};
/// // 12 items: D_o = 6/24, D_e = 2 · 15 · 9/(24 · 23).
/// let pairs = [(0, 0); 6].into_iter().chain([(1, 1); 3]).chain([(0, 1); 2]).chain([(1, 0)]);
/// let alpha = two_rater_alpha(&Confusion::tally(2, pairs), Measurement::Nominal).unwrap();
/// assert!((alpha - (1.0 - 6.0 * 23.0 / 270.0)).abs() < 1e-15);
/// ```
pub fn two_rater_alpha<C: Count>(
    confusion: &Confusion<C>,
    measurement: Measurement,
) -> Result<C::Real, Undefined> {
    let n_labels = confusion.n_labels();
    let mut together = Coincidences::new(n_labels);
    for one in 0..n_labels {
        for other in 0..n_labels {
            let count = confusion.count(one, other) + confusion.count(other, one);
            together.set(one, other, count.real());
        }
        let unanswered = confusion.unanswered(one).real();
        together.set(one, n_labels, unanswered);
        together.set(n_labels, one, unanswered);
    }
    together.alpha(measurement)
}

/// How often each two values met in one item, each pair in both orders, weighted 1/(m − 1). The
/// place after the last label is that of no answer.
pub(super) struct Coincidences<R> {
    n_labels: usize,
    cells: Vec<R>,
}

impl<R: Real> Coincidences<R> {
    pub(super) fn new(n_labels: usize) -> Self {
        let n_places = n_labels + 1;
        Self {
            n_labels,
            cells: vec![R::constant(0.0); n_places * n_places],
        }
    }

    pub(super) fn set(&mut self, one: usize, other: usize, count: R) {
        let n_places = self.n_labels + 1;
        self.cells[one * n_places + other] = count;
    }

    pub(super) fn alpha(&self, measurement: Measurement) -> Result<R, Undefined> {
        let uses: Vec<R> = self
            .cells
            .chunks(self.n_labels + 1)
            .map(|row| row.iter().copied().sum())
            .collect();
        let n: R = uses.iter().copied().sum();
        if n.value() <= 1.0 {
            return Err(Undefined::NoPairableValues);
        }
        let squares = self.squared_differences(&uses, measurement);
        let observed: R = self.cells.iter().zip(&squares).map(|(c, d)| *c * *d).sum();
        let pairs = uses.iter().flat_map(|a| uses.iter().map(move |b| *a * *b));
        let expected: R = pairs.zip(&squares).map(|(pair, d)| pair * *d).sum();
        if expected.value() == 0.0 {
            return Err(Undefined::NoVariation);
        }
        // n − 1 with the slope of n (n − 1)/n, see the documentation of `two_rater_alpha`.
        let n_less_one = n - n * R::constant(1.0 / n.value());
        Ok((expected - n_less_one * observed) / expected)
    }

    /// Squared differences up to a common factor, which cancels.
    fn squared_differences(&self, uses: &[R], measurement: Measurement) -> Vec<R> {
        let n_labels = self.n_labels;
        let mut middle_ranks = Vec::with_capacity(n_labels);
        let mut before = R::constant(0.0);
        for uses in uses.iter().take(n_labels) {
            middle_ranks.push(before + before + *uses);
            before = before + *uses;
        }
        let difference = |one: usize, other: usize| match measurement {
            Measurement::Nominal => R::constant(f64::from(u8::from(one != other))),
            Measurement::Ordinal => middle_ranks[one] - middle_ranks[other],
            Measurement::Interval => R::constant(one as f64 - other as f64),
            Measurement::Ratio if one == other => R::constant(0.0),
            Measurement::Ratio => {
                R::constant((one as f64 - other as f64) / (one as f64 + other as f64))
            }
        };
        let farthest = match measurement {
            Measurement::Nominal => R::constant(1.0),
            _ if n_labels == 0 => R::constant(0.0),
            _ => difference(0, n_labels - 1),
        };
        let mut squares = Vec::with_capacity((n_labels + 1) * (n_labels + 1));
        for one in 0..=n_labels {
            for other in 0..=n_labels {
                let apart = if one == other {
                    R::constant(0.0)
                } else if one == n_labels || other == n_labels {
                    farthest
                } else {
                    difference(one, other)
                };
                squares.push(apart * apart);
            }
        }
        squares
    }
}

/// Any number of numeric ratings of each item, kept as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RatedValues {
    values: Vec<f64>,
    ends: Vec<usize>,
}

impl RatedValues {
    /// Counts one item's ratings; those that are not finite are missing.
    pub fn count_item(&mut self, ratings: impl IntoIterator<Item = f64>) {
        self.values
            .extend(ratings.into_iter().filter(|value| value.is_finite()));
        self.ends.push(self.values.len());
    }

    fn items(&self) -> impl Iterator<Item = &[f64]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.values[start..end])
    }
}

impl Tally for RatedValues {
    fn add(&mut self, other: &Self) {
        let offset = self.values.len();
        self.values.extend(&other.values);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
    }

    fn size(&self) -> f64 {
        self.ends.len() as f64
    }
}

/// The two disagreements alpha compares, and what they rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disagreement {
    /// Items with two ratings or more.
    pub n_items: usize,
    /// Ratings of these items.
    pub n_values: usize,
    /// D_o, the mean squared difference within an item.
    pub observed: f64,
    /// D_e, the mean squared difference of any two ratings.
    pub expected: f64,
}

impl Disagreement {
    /// Measures the disagreement of ratings, in time that grows with their number (times its
    /// logarithm); for [`Measurement::Ratio`] with the square of the number of distinct values.
    ///
    /// Undefined for a ratio of negative values (`non_positive_values`).
    pub fn of(ratings: &RatedValues, measurement: Measurement) -> Result<Self, Undefined> {
        let items: Vec<&[f64]> = ratings.items().filter(|item| item.len() >= 2).collect();
        let pooled = Runs::of(items.iter().copied().flatten().copied());
        if measurement == Measurement::Ratio && pooled.0.iter().any(|(value, _)| *value < 0.0) {
            return Err(Undefined::NonPositiveValues);
        }
        let n_values: usize = items.iter().map(|item| item.len()).sum();
        let n = n_values as f64;
        let scores = pooled.middle_ranks();
        let unit = pooled.unit();
        let disagreement = |runs: &Runs| match measurement {
            Measurement::Nominal => runs.unequal_pairs(),
            Measurement::Ordinal => runs.squared_differences(|value| {
                let place = pooled.0.partition_point(|(other, _)| *other < value);
                scores[place]
            }),
            Measurement::Interval => runs.squared_differences(|value| value / unit),
            Measurement::Ratio => runs.squared_ratios(),
        };
        let within: f64 = items
            .iter()
            .map(|item| {
                let runs = Runs::of(item.iter().copied());
                disagreement(&runs) / (item.len() as f64 - 1.0)
            })
            .sum();
        let has_pairs = n_values >= 2;
        // All equal values differ by nothing, whatever rounding does to their mean.
        let varies = pooled.0.len() >= 2;
        Ok(Self {
            n_items: items.len(),
            n_values,
            observed: if varies { within / n } else { 0.0 },
            expected: if varies && has_pairs {
                disagreement(&pooled) / (n * (n - 1.0))
            } else {
                0.0
            },
        })
    }

    /// α = 1 − D_o/D_e.
    pub fn alpha(self) -> Result<f64, Undefined> {
        if self.n_items == 0 {
            Err(Undefined::NoPairableValues)
        } else if self.expected == 0.0 {
            Err(Undefined::NoVariation)
        } else {
            Ok(1.0 - self.observed / self.expected)
        }
    }
}

/// Krippendorff's alpha of numeric ratings.
///
/// Undefined where no item was rated twice (`no_pairable_values`), where nothing differs
/// (`no_variation`) and for a ratio of negative values (`non_positive_values`).
///
/// ```
/// use labelgate::stat::krippendorff::{Measurement, RatedValues, alpha_of_values};
/// let mut ratings = RatedValues::default();
/// for item in [&[1.0, 1.0][..], &[2.0, 2.0], &[3.0], &[3.0], &[1.0, 2.0]] {
///     ratings.count_item(item.iter().copied());
/// }
/// // Three items count: D_o = 2/6, D_e = 18/30.
/// let alpha = alpha_of_values(&ratings, Measurement::Interval).unwrap();
/// assert!((alpha - 4.0 / 9.0).abs() < 1e-15);
/// ```
pub fn alpha_of_values(ratings: &RatedValues, measurement: Measurement) -> Result<f64, Undefined> {
    Disagreement::of(ratings, measurement)?.alpha()
}

/// Distinct values in ascending order with how often each occurs.
struct Runs(Vec<(f64, f64)>);

impl Runs {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let runs = sorted.chunk_by(|one, other| one == other);
        Self(runs.map(|run| (run[0], run.len() as f64)).collect())
    }

    fn len(&self) -> f64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// What to measure values in so that no square overflows: 1 but for absurdly large values.
    fn unit(&self) -> f64 {
        let ends = [self.0.first(), self.0.last()];
        let largest = ends.into_iter().flatten().map(|(value, _)| value.abs());
        Some(largest.fold(0.0, f64::max))
            .filter(|largest| *largest > 1e100)
            .unwrap_or(1.0)
    }

    /// How many values lie below each distinct one, its own counting half.
    fn middle_ranks(&self) -> Vec<f64> {
        let mut before = 0.0;
        let rank = |(_, count): &(f64, f64)| {
            let middle = before + 0.5 * count;
            before += count;
            middle
        };
        self.0.iter().map(rank).collect()
    }

    /// Ordered pairs of unequal values.
    fn unequal_pairs(&self) -> f64 {
        let equal: f64 = self.0.iter().map(|(_, count)| count * count).sum();
        self.len() * self.len() - equal
    }

    /// Σ (s − t)² over ordered pairs of the values' scores, through their mean.
    fn squared_differences(&self, score: impl Fn(f64) -> f64) -> f64 {
        if self.0.len() < 2 {
            return 0.0;
        }
        let scores = self.0.iter().map(|(value, count)| (score(*value), *count));
        let n = self.len();
        let mean = scores.clone().map(|(s, count)| s * count).sum::<f64>() / n;
        let square = |(s, count): (f64, f64)| (s - mean) * (s - mean) * count;
        2.0 * n * scores.map(square).sum::<f64>()
    }

    /// Σ ((v − w)/(v + w))² over ordered pairs; two zeros do not differ.
    fn squared_ratios(&self) -> f64 {
        let mut sum = 0.0;
        for (place, (value, count)) in self.0.iter().enumerate() {
            for (other, other_count) in &self.0[..place] {
                sum += 2.0 * count * other_count * squared_ratio(*other, *value);
            }
        }
        sum
    }
}

/// ((v − w)/(v + w))² of two different values that are not negative, the smaller first.
fn squared_ratio(less: f64, more: f64) -> f64 {
    // The larger is positive, so neither division can fail or overflow.
    let share = less / more;
    let ratio = (1.0 - share) / (1.0 + share);
    ratio * ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurdly_large_values_give_no_nan() {
        let mut ratings = RatedValues::default();
        ratings.count_item([1e308, 1.7e308]);
        ratings.count_item([f64::NAN, f64::INFINITY]);
        ratings.count_item([1e-308, 3e307]);
        for measurement in [Measurement::Interval, Measurement::Ratio] {
            let alpha = alpha_of_values(&ratings, measurement).unwrap();
            assert!((-1.0..=1.0).contains(&alpha), "{alpha}");
        }
    }

    #[test]
    fn equal_values_do_not_vary_and_negative_ones_have_no_ratio() {
        let mut ratings = RatedValues::default();
        ratings.count_item([0.1, 0.1, 0.1]);
        ratings.count_item([0.1, 0.1]);
        assert_eq!(
            alpha_of_values(&ratings, Measurement::Interval),
            Err(Undefined::NoVariation)
        );
        ratings.count_item([-1.0, 2.0]);
        assert_eq!(
            alpha_of_values(&ratings, Measurement::Ratio),
            Err(Undefined::NonPositiveValues)
        );
    }
}
