//! Agreement of two labellers over a declared label set.

use super::{Axis, Confusion, Count, Real, Undefined};

/// Percent agreement: the share of items on which both labellers used the same label.
///
/// p_o = Σ n_ii / n, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, agreement::agreement};
/// let confusion = Confusion::tally(2, [(0, 0), (0, 1), (1, 1), (1, 1)]);
/// assert_eq!(agreement(&confusion), Ok(0.75));
/// ```
pub fn agreement<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let total = confusion.total();
    if total.is_zero() {
        return Err(Undefined::NoItems);
    }
    Ok(confusion.diagonal().real() / total.real())
}

/// Cohen's kappa: agreement beyond what the two labellers' own margins would give by chance.
///
/// κ = (p_o − p_e)/(1 − p_e), p_e = Σ r_i c_i, in −1–1. Undefined without items (`no_items`), and
/// where both labellers used the same single label (`no_variation`); exactly 0 where one of them
/// used a single label.
///
/// Source: Cohen 1960.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::cohen_kappa};
/// let pairs = [(0, 0); 20].into_iter().chain([(0, 1); 5]).chain([(1, 0); 10]).chain([(1, 1); 15]);
/// assert_eq!(cohen_kappa(&Confusion::tally(2, pairs)), Ok(0.4));
/// ```
pub fn cohen_kappa<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = confusion.total().real();
    if confusion.total().is_zero() {
        return Err(Undefined::NoItems);
    }
    // In counts rather than shares, so that integer tallies stay exact up to the one division.
    let chance: C::Real = (0..confusion.n_labels())
        .map(|label| {
            confusion.margin(Axis::Reference, label).real()
                * confusion.margin(Axis::Candidate, label).real()
        })
        .sum();
    let possible = n * n - chance;
    if possible.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((confusion.diagonal().real() * n - chance) / possible)
}
