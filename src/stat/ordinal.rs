//! Agreement of two labellers on an ordered scale: the declared labels in their declared order.
//!
//! Distances come from the declared scale, not from the labels that occur. An unanswered item has
//! no level: it agrees with nothing, and is left out of differences of levels.

use super::agreement::{beyond_chance, items, margins, other_labels, pooled_diversity};
use super::{Confusion, Count, Real, Undefined};

/// How much two labels agree: 1 on the diagonal, less off it.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// Nothing off the diagonal: the unweighted statistic.
    Identity,
    /// 1 − |i − j|/(q − 1).
    Linear,
    /// 1 − (i − j)²/(q − 1)².
    Quadratic,
    /// Any symmetric matrix with rows and columns in the declared order; what it lacks is 0.
    Custom(Vec<Vec<f64>>),
}

impl Weights {
    /// The weight of two labels among `n_labels`.
    ///
    /// ```
    /// use labelgate::stat::ordinal::Weights;
    /// assert_eq!(Weights::Linear.weight(5, 1, 2), 0.75);
    /// assert_eq!(Weights::Quadratic.weight(5, 4, 1), 0.4375);
    /// ```
    pub fn weight(&self, n_labels: usize, one: usize, other: usize) -> f64 {
        self.scaled(n_labels, one, other) / self.scale(n_labels)
    }

    /// The weight times [`Self::scale`]: an integer unless custom, so that sums stay exact.
    fn scaled(&self, n_labels: usize, one: usize, other: usize) -> f64 {
        let steps = one.abs_diff(other) as f64;
        match self {
            Self::Identity => f64::from(u8::from(one == other)),
            Self::Linear => self.scale(n_labels) - steps,
            Self::Quadratic => self.scale(n_labels) - steps * steps,
            Self::Custom(rows) => rows
                .get(one)
                .and_then(|row| row.get(other))
                .copied()
                .unwrap_or(0.0),
        }
    }

    fn scale(&self, n_labels: usize) -> f64 {
        let most_steps = n_labels.saturating_sub(1).max(1) as f64;
        match self {
            Self::Identity | Self::Custom(_) => 1.0,
            Self::Linear => most_steps,
            Self::Quadratic => most_steps * most_steps,
        }
    }

    /// Σ over the cells of the weight, scaled, times `f`.
    fn sum<R: Real>(&self, n_labels: usize, f: impl Fn(usize, usize) -> R) -> R {
        (0..n_labels)
            .flat_map(|one| (0..n_labels).map(move |other| (one, other)))
            .map(|(one, other)| R::constant(self.scaled(n_labels, one, other)) * f(one, other))
            .sum()
    }
}

/// Weighted percent agreement: the mean weight of the two labels of an item.
///
/// Σ w_ij n_ij / n, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, weighted_agreement}};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (0, 2), (2, 2)]);
/// assert_eq!(weighted_agreement(&confusion, &Weights::Linear), Ok(0.625));
/// ```
pub fn weighted_agreement<C: Count>(
    confusion: &Confusion<C>,
    weights: &Weights,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    Ok(agreed(confusion, weights) / (n * scale(confusion, weights)))
}

/// The weighted agreement that weighted kappa expects by chance.
///
/// p_e = Σ w_ij r_i c_j, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, weighted_chance_agreement}};
/// // Reference (2, 0, 1)/3 by candidate (1, 1, 1)/3.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(weighted_chance_agreement(&confusion, &Weights::Linear), Ok(0.5));
/// ```
pub fn weighted_chance_agreement<C: Count>(
    confusion: &Confusion<C>,
    weights: &Weights,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    Ok(chance(confusion, weights) / (n * n * scale(confusion, weights)))
}

/// Weighted kappa: Cohen's kappa with partial credit for near misses.
///
/// (p_o − p_e)/(1 − p_e) of the weighted agreements, p_e = Σ w_ij r_i c_j, in −1–1. Undefined without items (`no_items`) and where chance agreement is 1 (`no_variation`).
///
/// Source: Cohen 1968.
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, weighted_kappa}};
/// // p_o = 2.5/3, p_e = 1/2.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(weighted_kappa(&confusion, &Weights::Linear), Ok(2.0 / 3.0));
/// ```
pub fn weighted_kappa<C: Count>(
    confusion: &Confusion<C>,
    weights: &Weights,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let observed = agreed(confusion, weights) * n;
    let whole = n * n * scale(confusion, weights);
    beyond_chance(observed, chance(confusion, weights), whole)
}

/// Weighted kappa with linear weights; see [`weighted_kappa`].
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, weighted_kappa, kappa_linear}};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(kappa_linear(&confusion), weighted_kappa(&confusion, &Weights::Linear));
/// ```
pub fn kappa_linear<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_kappa(confusion, &Weights::Linear)
}

/// Weighted kappa with quadratic weights; see [`weighted_kappa`]. The usual one for rating scales:
/// it equals an intraclass correlation up to terms of order 1/n.
///
/// Source: Fleiss & Cohen 1973.
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, weighted_kappa, kappa_quadratic}};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(kappa_quadratic(&confusion), weighted_kappa(&confusion, &Weights::Quadratic));
/// ```
pub fn kappa_quadratic<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_kappa(confusion, &Weights::Quadratic)
}

/// Gwet's AC2: AC1 with partial credit for near misses.
///
/// (p_o − p_e)/(1 − p_e), p_o the weighted agreement,
/// p_e = Σ w_ij Σ π_k(1 − π_k)/(q(q − 1)); at most 1. Undefined without items (`no_items`), with
/// fewer than two declared labels (`single_category`) and where p_e is 1 (`no_variation`).
///
/// Source: Gwet 2014.
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, gwet_ac2}};
/// // The nine weights sum to 5 and the pooled shares are (3, 1, 2)/6:
/// // p_e = 5/6 · 22/36, p_o = 2.5/3.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// let ac2 = gwet_ac2(&confusion, &Weights::Linear).unwrap();
/// let chance = 110.0 / 216.0;
/// assert!((ac2 - (2.5 / 3.0 - chance) / (1.0 - chance)).abs() < 1e-15);
/// ```
pub fn gwet_ac2<C: Count>(
    confusion: &Confusion<C>,
    weights: &Weights,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let others = other_labels(confusion)?;
    let labels = others + 1.0;
    let cells = C::Real::constant(4.0 * labels * others) * n;
    let observed = agreed(confusion, weights) * cells;
    let chance = total_weight::<C::Real>(confusion, weights) * pooled_diversity(confusion, n);
    beyond_chance(observed, chance, cells * n * scale(confusion, weights))
}

/// Gwet's AC2 with linear weights; see [`gwet_ac2`].
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, gwet_ac2, gwet_ac2_linear}};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(gwet_ac2_linear(&confusion), gwet_ac2(&confusion, &Weights::Linear));
/// ```
pub fn gwet_ac2_linear<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    gwet_ac2(confusion, &Weights::Linear)
}

/// Gwet's AC2 with quadratic weights; see [`gwet_ac2`].
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, gwet_ac2, gwet_ac2_quadratic}};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(gwet_ac2_quadratic(&confusion), gwet_ac2(&confusion, &Weights::Quadratic));
/// ```
pub fn gwet_ac2_quadratic<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    gwet_ac2(confusion, &Weights::Quadratic)
}

/// Brennan and Prediger's coefficient with partial credit for near misses.
///
/// (p_o − p_e)/(1 − p_e), p_e = Σ w_ij/q²; at most 1. Undefined without items (`no_items`), with
/// fewer than two declared labels (`single_category`) and where every weight is 1
/// (`no_variation`).
///
/// Source: Gwet 2014.
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::{Weights, brennan_prediger_weighted}};
/// // p_o = 2.5/3, p_e = 5/9.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (2, 2)]);
/// assert_eq!(brennan_prediger_weighted(&confusion, &Weights::Linear), Ok(0.625));
/// ```
pub fn brennan_prediger_weighted<C: Count>(
    confusion: &Confusion<C>,
    weights: &Weights,
) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let labels = other_labels(confusion)? + 1.0;
    let cells = C::Real::constant(labels * labels);
    let observed = agreed(confusion, weights) * cells;
    let chance = total_weight::<C::Real>(confusion, weights) * n;
    beyond_chance(observed, chance, n * cells * scale(confusion, weights))
}

/// The share of items whose two levels differ by one step at most.
///
/// Σ n_ij over |i − j| ≤ 1, divided by n, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::within_one};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (0, 2), (2, 1)]);
/// assert_eq!(within_one(&confusion), Ok(0.75));
/// ```
pub fn within_one<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let near: C::Real = cells(confusion)
        .filter(|(reference, candidate, _)| reference.abs_diff(*candidate) <= 1)
        .map(|(_, _, count)| count)
        .sum();
    Ok(near / n)
}

/// The mean difference in levels, candidate − reference: positive where the candidate goes higher.
///
/// Σ (j − i) n_ij / n in steps, in −(q − 1)–(q − 1), over items with both levels. Undefined
/// without such items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::mean_difference};
/// // The candidate is two steps higher once and one step lower once.
/// let confusion = Confusion::tally(3, [(0, 0), (0, 2), (2, 1), (1, 1)]);
/// assert_eq!(mean_difference(&confusion), Ok(0.25));
/// ```
pub fn mean_difference<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    mean_of_steps(confusion, |reference, candidate| {
        candidate as f64 - reference as f64
    })
}

/// The mean distance between the two levels.
///
/// Σ |j − i| n_ij / n in steps, in 0–(q − 1), over items with both levels. Undefined without such
/// items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, ordinal::mean_absolute_difference};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 2), (2, 1), (1, 1)]);
/// assert_eq!(mean_absolute_difference(&confusion), Ok(0.75));
/// ```
pub fn mean_absolute_difference<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    mean_of_steps(confusion, |reference, candidate| {
        reference.abs_diff(candidate) as f64
    })
}

fn mean_of_steps<C: Count>(
    confusion: &Confusion<C>,
    steps: impl Fn(usize, usize) -> f64,
) -> Result<C::Real, Undefined> {
    let answered: C::Real = cells(confusion).map(|(_, _, count)| count).sum();
    if answered.value() == 0.0 {
        return Err(Undefined::NoItems);
    }
    let sum: C::Real = cells(confusion)
        .map(|(reference, candidate, count)| C::Real::constant(steps(reference, candidate)) * count)
        .sum();
    Ok(sum / answered)
}

fn cells<C: Count>(confusion: &Confusion<C>) -> impl Iterator<Item = (usize, usize, C::Real)> {
    let n_labels = confusion.n_labels();
    (0..n_labels)
        .flat_map(move |reference| (0..n_labels).map(move |candidate| (reference, candidate)))
        .map(|(row, column)| (row, column, confusion.count(row, column).real()))
}

fn agreed<C: Count>(confusion: &Confusion<C>, weights: &Weights) -> C::Real {
    weights.sum(confusion.n_labels(), |reference, candidate| {
        confusion.count(reference, candidate).real()
    })
}

fn chance<C: Count>(confusion: &Confusion<C>, weights: &Weights) -> C::Real {
    let margins: Vec<(C::Real, C::Real)> = (0..confusion.n_labels())
        .map(|label| margins(confusion, label))
        .collect();
    weights.sum(confusion.n_labels(), |reference, candidate| {
        margins[reference].0 * margins[candidate].1
    })
}

fn total_weight<R: Real>(confusion: &Confusion<impl Count>, weights: &Weights) -> R {
    weights.sum(confusion.n_labels(), |_, _| R::constant(1.0))
}

fn scale<C: Count>(confusion: &Confusion<C>, weights: &Weights) -> C::Real {
    C::Real::constant(weights.scale(confusion.n_labels()))
}
