//! Alpha with each cluster left out in turn, in the time of measuring it once.

use super::{Measurement, RatedValues, Runs, alpha_of_values, squared_ratio};
use crate::stat::interval;
use crate::stat::{Clustered, Tally, Undefined};

/// What is left of an expected disagreement below this share of it is rounding noise.
const NOISE: f64 = 1e-12;

/// Krippendorff's alpha of numeric ratings with each cluster left out in turn, in the order of the
/// clusters that have items.
///
/// For [`Measurement::Interval`] and [`Measurement::Ratio`] the distance of two values does not
/// depend on the others, so a cluster's part in both disagreements is taken away instead of adding
/// up all other clusters again.
///
/// Undefined where leaving out a cluster leaves alpha undefined.
///
/// ```
/// use labelgate::stat::Clustered;
/// use labelgate::stat::krippendorff::{Measurement, RatedValues, alpha_left_out};
/// let item = |ratings: [f64; 2]| {
///     let mut rated = RatedValues::default();
///     rated.count_item(ratings);
///     rated
/// };
/// let data = Clustered(vec![item([1.0, 1.0]), item([2.0, 2.0]), item([1.0, 2.0])]);
/// let left_out = alpha_left_out(&data, Measurement::Interval).unwrap();
/// // Without the last, raters agree; without either other, D_o = 1/2 and D_e = 1/2.
/// assert_eq!(left_out, [0.0, 0.0, 1.0]);
/// ```
pub fn alpha_left_out(
    data: &Clustered<RatedValues>,
    measurement: Measurement,
) -> Result<Vec<f64>, Undefined> {
    match measurement {
        Measurement::Interval | Measurement::Ratio => {}
        Measurement::Nominal | Measurement::Ordinal => {
            return interval::leave_one_out(data, |ratings| alpha_of_values(ratings, measurement));
        }
    }
    let counted: Vec<&RatedValues> = data.0.iter().filter(|part| part.size() > 0.0).collect();
    let pooled = Runs::of(counted.iter().copied().flat_map(pairable));
    if measurement == Measurement::Ratio && pooled.0.iter().any(|(value, _)| *value < 0.0) {
        return Err(Undefined::NonPositiveValues);
    }
    let distances = Distances::new(pooled, measurement);
    let parts: Vec<Part> = counted.iter().map(|part| distances.part(part)).collect();
    let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let (n, within, to_all) = (sum(|p| p.n), sum(|p| p.within), sum(|p| p.to_all));
    parts
        .iter()
        .map(|part| {
            let n = n - part.n;
            if n < 2.0 {
                return Err(Undefined::NoPairableValues);
            }
            // Distances across the cluster's border are in the sum from either side.
            let expected = to_all - 2.0 * part.to_all + part.inside;
            if expected <= NOISE * to_all {
                return Err(Undefined::NoVariation);
            }
            Ok(1.0 - (within - part.within) * (n - 1.0) / expected)
        })
        .collect()
}

/// The values that alpha rests on: those of items with two ratings or more.
fn pairable(ratings: &RatedValues) -> impl Iterator<Item = f64> {
    let items = ratings.items().filter(|item| item.len() >= 2);
    items.flatten().copied()
}

/// What a cluster adds to both disagreements, as sums of squared distances.
struct Part {
    /// How many values it has.
    n: f64,
    /// Within its items, each item's divided by its ratings less one.
    within: f64,
    /// From its values to all values.
    to_all: f64,
    /// Among its values.
    inside: f64,
}

/// Squared distances of two values that depend on no other value.
struct Distances {
    pooled: Runs,
    /// From each distinct value to all values.
    of_each: Vec<f64>,
    is_ratio: bool,
}

impl Distances {
    fn new(pooled: Runs, measurement: Measurement) -> Self {
        let is_ratio = measurement == Measurement::Ratio;
        let of_each = if is_ratio {
            pooled.squared_ratios_of_each()
        } else {
            pooled.squared_differences_of_each()
        };
        Self {
            pooled,
            of_each,
            is_ratio,
        }
    }

    fn part(&self, ratings: &RatedValues) -> Part {
        let items = ratings.items().filter(|item| item.len() >= 2);
        let within = |item: &[f64]| self.among(item.iter().copied()) / (item.len() as f64 - 1.0);
        let to_all = |value: f64| {
            let place = (self.pooled.0).partition_point(|(other, _)| *other < value);
            self.of_each[place]
        };
        Part {
            n: pairable(ratings).count() as f64,
            within: items.map(within).sum(),
            to_all: pairable(ratings).map(to_all).sum(),
            inside: self.among(pairable(ratings)),
        }
    }

    fn among(&self, values: impl Iterator<Item = f64>) -> f64 {
        let runs = Runs::of(values);
        if self.is_ratio {
            runs.squared_ratios()
        } else {
            runs.squared_differences(|value| value / self.pooled.unit())
        }
    }
}

impl Runs {
    /// Σ over all values w of (v − w)², for each distinct v, in units of [`Runs::unit`].
    fn squared_differences_of_each(&self) -> Vec<f64> {
        let (n, unit) = (self.len(), self.unit());
        let sum: f64 = self.0.iter().map(|(v, count)| v / unit * count).sum();
        let from_mean = |value: f64| (value / unit - sum / n) * (value / unit - sum / n);
        let squares: f64 = self.0.iter().map(|(v, count)| from_mean(*v) * count).sum();
        let of_value = |(value, _): &(f64, f64)| n * from_mean(*value) + squares;
        self.0.iter().map(of_value).collect()
    }

    /// Σ over all values w of ((v − w)/(v + w))², for each distinct v.
    fn squared_ratios_of_each(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.0.len()];
        for (place, (value, count)) in self.0.iter().enumerate() {
            for (other_place, (other, other_count)) in self.0[..place].iter().enumerate() {
                let square = squared_ratio(*other, *value);
                sums[place] += other_count * square;
                sums[other_place] += count * square;
            }
        }
        sums
    }
}
