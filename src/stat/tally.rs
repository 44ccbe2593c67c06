//! Tallies: commutative monoids that items are counted into.

use super::{Count, Dual, Real, Undefined};

/// What items are counted into, such that counting a longer list equals adding the tallies of its
/// parts, in any order.
pub trait Tally: Clone {
    /// Adds what `other` counted. Both must have been made with the same shape.
    fn add(&mut self, other: &Self);
    /// Forgets the items, keeps the shape.
    fn clear(&mut self);
    /// How many items (or how much weight) were counted.
    fn size(&self) -> f64;
}

/// A tally that can be evaluated together with its rate of change in a direction. Its coordinates
/// are the sums that it consists of; adding tallies adds them.
pub trait Lift: Tally {
    /// The same tally counted in [`Dual`] numbers.
    type Dual;
    /// The sums, in an order of the tally's own.
    fn coordinates(&self) -> Vec<f64>;
    /// The dual tally with the values of `self` and these slopes, one for each coordinate.
    fn lift_by(&self, slopes: &[f64]) -> Self::Dual;

    /// The dual tally with the values of `self` and the slopes of `direction`.
    fn lift(&self, direction: &Self) -> Self::Dual {
        self.lift_by(&direction.coordinates())
    }
}

/// A tally that is nothing but its coordinates, so that these make it whole again.
pub trait Cells: Lift {
    /// The tally of this shape with other coordinates.
    #[must_use]
    fn with_coordinates(&self, coordinates: &[f64]) -> Self;
}

/// One tally per cluster: the unit that is resampled and left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustered<T>(pub Vec<T>);

impl<T: Tally> Clustered<T> {
    /// The sum of all clusters' tallies, or `None` without clusters.
    pub fn total(&self) -> Option<T> {
        let (first, rest) = self.0.split_first()?;
        let mut total = first.clone();
        for tally in rest {
            total.add(tally);
        }
        Some(total)
    }

    /// How many clusters counted anything.
    pub fn n_clusters(&self) -> usize {
        self.0.iter().filter(|tally| tally.size() > 0.0).count()
    }

    /// The clusters' sizes, empty clusters left out.
    pub fn sizes(&self) -> Vec<f64> {
        self.0
            .iter()
            .map(Tally::size)
            .filter(|size| *size > 0.0)
            .collect()
    }

    /// One tally per cluster made from this one.
    pub fn map<U>(&self, tally: impl Fn(&T) -> U) -> Clustered<U> {
        Clustered(self.0.iter().map(tally).collect())
    }
}

/// Two labellers counted over the same items, so that resamples are shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Paired<T> {
    /// The labeller compared against.
    pub baseline: T,
    /// The labeller under test.
    pub candidate: T,
}

impl<T: Tally> Tally for Paired<T> {
    fn add(&mut self, other: &Self) {
        self.baseline.add(&other.baseline);
        self.candidate.add(&other.candidate);
    }

    fn clear(&mut self) {
        self.baseline.clear();
        self.candidate.clear();
    }

    fn size(&self) -> f64 {
        self.candidate.size().max(self.baseline.size())
    }
}

impl<T: Lift> Lift for Paired<T> {
    type Dual = Paired<T::Dual>;

    fn coordinates(&self) -> Vec<f64> {
        let mut coordinates = self.baseline.coordinates();
        coordinates.extend(self.candidate.coordinates());
        coordinates
    }

    fn lift_by(&self, slopes: &[f64]) -> Self::Dual {
        // Both sides have one shape, so each has half of the coordinates.
        let (baseline, candidate) = slopes.split_at(slopes.len() / 2);
        Paired {
            baseline: self.baseline.lift_by(baseline),
            candidate: self.candidate.lift_by(candidate),
        }
    }
}

impl<T: Cells> Cells for Paired<T> {
    fn with_coordinates(&self, coordinates: &[f64]) -> Self {
        let (baseline, candidate) = coordinates.split_at(coordinates.len() / 2);
        Paired {
            baseline: self.baseline.with_coordinates(baseline),
            candidate: self.candidate.with_coordinates(candidate),
        }
    }
}

/// The statistic of the candidate minus that of the baseline. Exactly 0 for a labeller against
/// itself.
pub fn difference<T, R: Real>(
    statistic: impl Fn(&T) -> Result<R, Undefined>,
) -> impl Fn(&Paired<T>) -> Result<R, Undefined> {
    move |pair| Ok(statistic(&pair.candidate)? - statistic(&pair.baseline)?)
}

/// A vector of counts with these slopes.
pub(super) fn lift_counts<C: Count<Real = f64>>(values: &[C], slopes: &[f64]) -> Vec<Dual> {
    values
        .iter()
        .zip(slopes)
        .map(|(value, slope)| Dual {
            value: value.real(),
            slope: *slope,
        })
        .collect()
}

/// A vector of counts as numbers.
pub(super) fn reals<C: Count<Real = f64>>(counts: &[C]) -> Vec<f64> {
    counts.iter().map(|count| count.real()).collect()
}
