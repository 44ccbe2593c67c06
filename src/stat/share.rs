//! Shares of decisions: who made how many of a session's decisions.

use super::{Count, Dual, Lift, Real, Tally, Undefined};

/// Sums over items that each have some decisions, of which a part is of one kind. An item without
/// decisions has no share and counts only among all items.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareSums<C: Count = u64> {
    /// Items with decisions.
    n: C,
    /// Sum of their shares.
    shares: C::Real,
    /// Decisions of the kind.
    part: C::Real,
    /// All decisions.
    whole: C::Real,
}

impl<C: Count> Default for ShareSums<C> {
    fn default() -> Self {
        let zero = C::Real::constant(0.0);
        Self {
            n: C::ZERO,
            shares: zero,
            part: zero,
            whole: zero,
        }
    }
}

impl<C: Count> ShareSums<C> {
    /// Counts one item of the given weight with `part` of `whole` decisions.
    pub fn count_item(&mut self, part: u64, whole: u64, weight: C) {
        if whole == 0 {
            return;
        }
        let (part, whole) = (part as f64, whole as f64);
        let weighted = |value: f64| weight.real() * C::Real::constant(value);
        self.n += weight;
        self.shares = self.shares + weighted(part / whole);
        self.part = self.part + weighted(part);
        self.whole = self.whole + weighted(whole);
    }

    /// Items with decisions.
    pub fn n(&self) -> C {
        self.n
    }
}

impl<C: Count> Tally for ShareSums<C> {
    fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.shares = self.shares + other.shares;
        self.part = self.part + other.part;
        self.whole = self.whole + other.whole;
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn size(&self) -> f64 {
        self.n.real().value()
    }
}

impl<C: Count<Real = f64>> Lift for ShareSums<C> {
    type Dual = ShareSums<Dual>;

    fn coordinates(&self) -> Vec<f64> {
        vec![self.n.real(), self.shares, self.part, self.whole]
    }

    fn lift_by(&self, slopes: &[f64]) -> ShareSums<Dual> {
        let dual = |value, place: usize| Dual {
            value,
            slope: slopes[place],
        };
        ShareSums {
            n: dual(self.n.real(), 0),
            shares: dual(self.shares, 1),
            part: dual(self.part, 2),
            whole: dual(self.whole, 3),
        }
    }
}

/// The mean of the items' shares: every item counts the same, however many decisions it has.
///
/// In 0–1. Undefined where no item has decisions (`no_items`).
///
/// ```
/// use labelgate::stat::{ShareSums, share::{mean_share, pooled_share}};
/// let mut sums = ShareSums::<u64>::default();
/// sums.count_item(1, 2, 1);
/// sums.count_item(0, 8, 1);
/// assert_eq!((mean_share(&sums), pooled_share(&sums)), (Ok(0.25), Ok(0.1)));
/// ```
pub fn mean_share<C: Count>(sums: &ShareSums<C>) -> Result<C::Real, Undefined> {
    if sums.n.is_zero() {
        return Err(Undefined::NoItems);
    }
    Ok(sums.shares / sums.n.real())
}

/// The share among all decisions pooled: items with many decisions count more. Not the same
/// quantity as [`mean_share`].
///
/// In 0–1. Undefined where no item has decisions (`no_items`).
pub fn pooled_share<C: Count>(sums: &ShareSums<C>) -> Result<C::Real, Undefined> {
    if sums.n.is_zero() {
        return Err(Undefined::NoItems);
    }
    Ok(sums.part / sums.whole)
}

/// A share of yes among items of which some are missing, with what it could be if every missing one
/// were no, or yes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MissingBounds {
    /// The share among items that are known. Undefined where none is (`no_items`).
    pub share: Result<f64, Undefined>,
    /// The share if all missing items were no, and if all were yes. Undefined without any item.
    pub bounds: Result<(f64, f64), Undefined>,
}

impl MissingBounds {
    /// The share and its bounds from counts.
    ///
    /// ```
    /// use labelgate::stat::share::MissingBounds;
    /// let rate = MissingBounds::of(2, 4, 3);
    /// assert_eq!((rate.share, rate.bounds), (Ok(2.0 / 6.0), Ok((2.0 / 9.0, 5.0 / 9.0))));
    /// ```
    pub fn of(yes: u64, no: u64, missing: u64) -> Self {
        let ratio = |part: u64, whole: u64| match whole {
            0 => Err(Undefined::NoItems),
            whole => Ok(part as f64 / whole as f64),
        };
        let all = yes + no + missing;
        Self {
            share: ratio(yes, yes + no),
            bounds: ratio(yes, all).and_then(|low| Ok((low, ratio(yes + missing, all)?))),
        }
    }
}
