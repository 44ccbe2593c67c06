//! Sums over pairs of numbers from which means, errors and linear agreement follow.

use super::{Count, Dual, Lift, Real, Tally};

/// Weighted sums over pairs (x = reference, y = candidate), taken about a fixed centre so that
/// variances of large numbers that lie close together keep their digits.
///
/// Tallies to be added must have been made with the same centre; any number among the data will
/// do, their rough mean is best. All numbers must be finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments<C: Count = u64> {
    centre: f64,
    n_items: u64,
    count: C,
    sums: Sums<C::Real>,
    x_range: Option<(f64, f64)>,
    y_range: Option<(f64, f64)>,
}

/// The sums themselves: of x and y about the centre, their products, and of the error y − x.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sums<R> {
    x: R,
    y: R,
    xx: R,
    yy: R,
    xy: R,
    error: R,
    absolute_error: R,
    squared_error: R,
}

impl<R: Real> Sums<R> {
    fn zero() -> Self {
        let zero = R::constant(0.0);
        Self {
            x: zero,
            y: zero,
            xx: zero,
            yy: zero,
            xy: zero,
            error: zero,
            absolute_error: zero,
            squared_error: zero,
        }
    }

    fn zip<S, T>(&self, other: &Sums<S>, join: impl Fn(R, S) -> T) -> Sums<T>
    where
        S: Copy,
    {
        Sums {
            x: join(self.x, other.x),
            y: join(self.y, other.y),
            xx: join(self.xx, other.xx),
            yy: join(self.yy, other.yy),
            xy: join(self.xy, other.xy),
            error: join(self.error, other.error),
            absolute_error: join(self.absolute_error, other.absolute_error),
            squared_error: join(self.squared_error, other.squared_error),
        }
    }
}

/// Means of products of deviations from the means (variances and covariance with divisor n), and
/// the mean error and mean squared error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread<R> {
    pub(super) xx: R,
    pub(super) yy: R,
    pub(super) xy: R,
    /// Variance of the error y − x, divisor n.
    pub(super) error: R,
    pub(super) mean_error: R,
}

impl<C: Count> Moments<C> {
    /// No pairs yet, about the given centre.
    pub fn new(centre: f64) -> Self {
        Self {
            centre,
            n_items: 0,
            count: C::ZERO,
            sums: Sums::zero(),
            x_range: None,
            y_range: None,
        }
    }

    /// Counts one item of the given weight: its reference number and its candidate number. An
    /// item without weight is not counted.
    pub fn count_pair(&mut self, reference: f64, candidate: f64, weight: C) {
        if weight.is_zero() {
            return;
        }
        let (x, y) = (reference - self.centre, candidate - self.centre);
        let error = candidate - reference;
        let one = Sums {
            x,
            y,
            xx: x * x,
            yy: y * y,
            xy: x * y,
            error,
            absolute_error: error.abs(),
            squared_error: error * error,
        };
        let weighted = weight.real();
        self.sums = self
            .sums
            .zip(&one, |sum, value| sum + weighted * C::Real::constant(value));
        self.count += weight;
        self.n_items += 1;
        self.x_range = joined(self.x_range, Some((reference, reference)));
        self.y_range = joined(self.y_range, Some((candidate, candidate)));
    }

    /// How many items were counted, whatever their weights.
    pub fn n_items(&self) -> u64 {
        self.n_items
    }

    /// The sum of the weights.
    pub fn total(&self) -> C {
        self.count
    }

    /// Whether the reference takes a single value, exactly.
    pub fn is_reference_constant(&self) -> bool {
        self.x_range.is_none_or(|(low, high)| low == high)
    }

    /// Whether the candidate takes a single value, exactly.
    pub fn is_candidate_constant(&self) -> bool {
        self.y_range.is_none_or(|(low, high)| low == high)
    }

    /// The mean of the candidate's numbers.
    pub(super) fn candidate_mean(&self) -> C::Real {
        C::Real::constant(self.centre) + self.sums.y / self.count.real()
    }

    /// The mean error, candidate minus reference.
    pub(super) fn mean_error(&self) -> C::Real {
        self.sums.error / self.count.real()
    }

    /// The mean absolute error.
    pub(super) fn mean_absolute_error(&self) -> C::Real {
        self.sums.absolute_error / self.count.real()
    }

    /// The mean squared error.
    pub(super) fn mean_squared_error(&self) -> C::Real {
        self.sums.squared_error / self.count.real()
    }

    /// Variances and covariance. A side that takes a single value has a variance of exactly 0,
    /// which the difference of sums alone would miss by rounding.
    pub(super) fn spread(&self) -> Spread<C::Real> {
        let n = self.count.real();
        let zero = C::Real::constant(0.0);
        let about_means = |product: C::Real, a: C::Real, b: C::Real| (product - a * b / n) / n;
        let sums = &self.sums;
        let unless = |constant: bool, value: C::Real| if constant { zero } else { value };
        let (x_constant, y_constant) = (self.is_reference_constant(), self.is_candidate_constant());
        Spread {
            xx: unless(x_constant, about_means(sums.xx, sums.x, sums.x)),
            yy: unless(y_constant, about_means(sums.yy, sums.y, sums.y)),
            xy: unless(
                x_constant || y_constant,
                about_means(sums.xy, sums.x, sums.y),
            ),
            error: unless(
                x_constant && y_constant,
                about_means(sums.squared_error, sums.error, sums.error),
            ),
            mean_error: self.mean_error(),
        }
    }
}

impl<C: Count> Tally for Moments<C> {
    fn add(&mut self, other: &Self) {
        self.n_items += other.n_items;
        self.count += other.count;
        self.sums = self.sums.zip(&other.sums, |mine, more| mine + more);
        self.x_range = joined(self.x_range, other.x_range);
        self.y_range = joined(self.y_range, other.y_range);
    }

    fn clear(&mut self) {
        *self = Self::new(self.centre);
    }

    fn size(&self) -> f64 {
        self.count.real().value()
    }
}

impl<C: Count<Real = f64>> Lift for Moments<C> {
    type Dual = Moments<Dual>;

    fn coordinates(&self) -> Vec<f64> {
        let sums = &self.sums;
        vec![
            self.count.real(),
            sums.x,
            sums.y,
            sums.xx,
            sums.yy,
            sums.xy,
            sums.error,
            sums.absolute_error,
            sums.squared_error,
        ]
    }

    fn lift_by(&self, slopes: &[f64]) -> Moments<Dual> {
        let dual = |value, place: usize| Dual {
            value,
            slope: slopes[place],
        };
        let sums = &self.sums;
        Moments {
            centre: self.centre,
            // The number of items is part of the formula (n − 1), not of what varies.
            n_items: self.n_items,
            count: dual(self.count.real(), 0),
            sums: Sums {
                x: dual(sums.x, 1),
                y: dual(sums.y, 2),
                xx: dual(sums.xx, 3),
                yy: dual(sums.yy, 4),
                xy: dual(sums.xy, 5),
                error: dual(sums.error, 6),
                absolute_error: dual(sums.absolute_error, 7),
                squared_error: dual(sums.squared_error, 8),
            },
            x_range: self.x_range,
            y_range: self.y_range,
        }
    }
}

fn joined(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (a, b) {
        (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
        (some, None) | (None, some) => some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_side_has_no_variance_whatever_the_centre() {
        let mut moments = Moments::<u64>::new(17.3);
        for y in [0.1, 0.7, 0.9] {
            moments.count_pair(3.3, y, 1);
        }
        assert_eq!(moments.spread().xx, 0.0);
        assert!(moments.spread().yy > 0.0);
    }

    #[test]
    fn clearing_keeps_the_centre() {
        let mut moments = Moments::<u64>::new(2.0);
        moments.count_pair(1.0, 2.0, 1);
        moments.clear();
        assert_eq!(moments, Moments::new(2.0));
    }
}
