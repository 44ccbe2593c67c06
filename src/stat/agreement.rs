//! Agreement of two labellers over a declared label set.
//!
//! All are computed in counts with one division at the end, so that integer tallies stay exact and
//! symmetries hold to the bit. An unanswered item agrees with nothing: it counts as a further
//! column that no reference row uses.

use super::{Axis, Confusion, Count, Estimate, Real, Undefined};

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
    Ok(confusion.diagonal().real() / items(confusion)?)
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
    let n = items(confusion)?;
    let chance = chance_products(confusion);
    beyond_chance(confusion.diagonal().real() * n, chance, n * n)
}

/// The agreement that Cohen's kappa expects by chance.
///
/// p_e = Σ r_i c_i, in 0–1. Undefined without items (`no_items`).
///
/// ```
/// use labelgate::stat::{Confusion, agreement::cohen_chance_agreement};
/// // Rows 3 and 1, columns 2 and 2 of 4 items.
/// let confusion = Confusion::tally(2, [(0, 0), (0, 1), (0, 0), (1, 1)]);
/// assert_eq!(cohen_chance_agreement(&confusion), Ok(0.5));
/// ```
pub fn cohen_chance_agreement<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    Ok(chance_products(confusion) / (n * n))
}

/// The largest kappa the two margins allow: how much of a shortfall is mismatch of the margins.
///
/// (Σ min(r_i, c_i) − p_e)/(1 − p_e), in 0–1. Undefined like kappa.
///
/// Source: Cohen 1960.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::kappa_max};
/// // Rows 25 and 25, columns 30 and 20: (0.9 − 0.5)/0.5.
/// let pairs = [(0, 0); 20].into_iter().chain([(0, 1); 5]).chain([(1, 0); 10]).chain([(1, 1); 15]);
/// assert_eq!(kappa_max(&Confusion::tally(2, pairs)), Ok(0.8));
/// ```
pub fn kappa_max<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let smaller: C::Real = (0..confusion.n_labels())
        .map(|label| {
            let (row, column) = margins(confusion, label);
            if row.value() <= column.value() {
                row
            } else {
                column
            }
        })
        .sum();
    beyond_chance(smaller * n, chance_products(confusion), n * n)
}

/// Scott's pi: agreement beyond what the pooled shares of the labels would give by chance.
///
/// π = (p_o − p_e)/(1 − p_e), p_e = Σ ((r_i + c_i)/2)², in −1–1. Undefined without items
/// (`no_items`) and where both labellers used the same single label (`no_variation`). Equals
/// Fleiss' kappa of two raters.
///
/// Source: Scott 1955.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::scott_pi};
/// // Pooled shares 5/8 and 3/8: p_e = 34/64, p_o = 3/4.
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(scott_pi(&confusion), Ok(7.0 / 15.0));
/// ```
pub fn scott_pi<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let four = C::Real::constant(4.0);
    let unanswered = confusion.total_unanswered().real();
    let squares: C::Real = (0..confusion.n_labels())
        .map(|label| {
            let (row, column) = margins(confusion, label);
            (row + column) * (row + column)
        })
        .sum();
    let chance = squares + unanswered * unanswered;
    beyond_chance(confusion.diagonal().real() * four * n, chance, four * n * n)
}

/// Gwet's AC1: agreement beyond chance that stays stable when one label dominates.
///
/// (p_o − p_e)/(1 − p_e), p_e = Σ π_k(1 − π_k)/(q − 1), π_k = (r_k + c_k)/2 over the q declared
/// labels (no answer is none of them), in −1/(q − 1)–1. Undefined without items (`no_items`) and with fewer than two declared
/// labels (`single_category`); 1 where both labellers used the same single label.
///
/// Source: Gwet 2008.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::gwet_ac1};
/// // Pooled shares 5/8 and 3/8: p_e = 30/64, p_o = 3/4.
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(gwet_ac1(&confusion), Ok(9.0 / 17.0));
/// ```
pub fn gwet_ac1<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let others = other_labels(confusion)?;
    let whole = C::Real::constant(4.0 * others) * n * n;
    let agreed = confusion.diagonal().real() * C::Real::constant(4.0 * others) * n;
    beyond_chance(agreed, pooled_diversity(confusion, n), whole)
}

/// The agreement that Gwet's AC1 expects by chance.
///
/// p_e = Σ π_k(1 − π_k)/(q − 1), in 0–1/q. Undefined like AC1.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::gwet_chance_agreement};
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(gwet_chance_agreement(&confusion), Ok(30.0 / 64.0));
/// ```
pub fn gwet_chance_agreement<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let whole = C::Real::constant(4.0 * other_labels(confusion)?) * n * n;
    Ok(pooled_diversity(confusion, n) / whole)
}

/// Brennan and Prediger's coefficient, also Bennett's S: agreement beyond that of labels drawn
/// evenly.
///
/// (q p_o − 1)/(q − 1) over the q declared labels, in −1/(q − 1)–1. Undefined without items
/// (`no_items`) and with fewer than two declared labels (`single_category`).
///
/// Source: Bennett, Alpert & Goldstein 1954; Brennan & Prediger 1981.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::brennan_prediger};
/// let confusion = Confusion::tally(3, [(0, 0), (0, 1), (1, 1), (2, 2)]);
/// assert_eq!(brennan_prediger(&confusion), Ok(0.625));
/// ```
pub fn brennan_prediger<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let n = items(confusion)?;
    let others = other_labels(confusion)?;
    let agreed = confusion.diagonal().real() * C::Real::constant(others + 1.0);
    Ok((agreed - n) / (n * C::Real::constant(others)))
}

/// PABAK, the prevalence-adjusted bias-adjusted kappa of two labels: Brennan and Prediger's
/// coefficient at q = 2.
///
/// 2 p_o − 1, in −1–1. Undefined without items (`no_items`) and unless two labels are declared
/// (`not_binary`).
///
/// Source: Byrt, Bishop & Carlin 1993.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::pabak};
/// assert_eq!(pabak(&Confusion::tally(2, [(0, 0), (0, 1), (1, 1), (1, 1)])), Ok(0.5));
/// ```
pub fn pabak<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    check_binary(confusion)?;
    brennan_prediger(confusion)
}

/// The prevalence index of two labels: how much more often both said the first than both the
/// second.
///
/// (n_11 − n_22)/n, in −1–1. Undefined without items (`no_items`) and unless two labels are
/// declared (`not_binary`).
///
/// Source: Byrt, Bishop & Carlin 1993, signed.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::prevalence_index};
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(prevalence_index(&confusion), Ok(0.25));
/// ```
pub fn prevalence_index<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    check_binary(confusion)?;
    let n = items(confusion)?;
    Ok((confusion.count(0, 0).real() - confusion.count(1, 1).real()) / n)
}

/// The bias index of two labels: how much more often the reference than the candidate said the
/// first label.
///
/// (n_12 − n_21)/n with the reference in rows, in −1–1. Undefined without items (`no_items`) and
/// unless two labels are declared (`not_binary`).
///
/// Source: Byrt, Bishop & Carlin 1993, signed.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::bias_index};
/// // The reference said the first label three times, the candidate twice.
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(bias_index(&confusion), Ok(0.25));
/// ```
pub fn bias_index<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    check_binary(confusion)?;
    let n = items(confusion)?;
    Ok((confusion.count(0, 1).real() - confusion.count(1, 0).real()) / n)
}

/// Specific agreement on a label: of the times either labeller used it, how often both did.
///
/// 2 n_jj/(r_j + c_j), in 0–1; identical to F1 of the class. Undefined without items
/// (`no_items`) and where neither used the label (`category_never_used`).
///
/// Source: Dice 1945; Cicchetti & Feinstein 1990.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::specific_agreement};
/// let confusion = Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)]);
/// assert_eq!(specific_agreement(&confusion, 0), Ok(0.8));
/// ```
pub fn specific_agreement<C: Count>(
    confusion: &Confusion<C>,
    label: usize,
) -> Result<C::Real, Undefined> {
    items(confusion)?;
    let (row, column) = margins(confusion, label);
    if (row + column).value() == 0.0 {
        return Err(Undefined::CategoryNeverUsed);
    }
    Ok(C::Real::constant(2.0) * confusion.count(label, label).real() / (row + column))
}

/// The table the two margins would give by chance, over answered items: r_i c_j/n. A statistic's
/// delta-method error at this table is its error under the hypothesis of no association.
///
/// ```
/// use labelgate::stat::{Confusion, agreement::chance_table};
/// let chance = chance_table(&Confusion::tally(2, [(0, 0), (0, 0), (0, 1), (1, 1)])).unwrap();
/// assert_eq!((chance.count(0, 0), chance.count(1, 0)), (1.5, 0.5));
/// ```
pub fn chance_table<C: Count<Real = f64>>(
    confusion: &Confusion<C>,
) -> Result<Confusion<f64>, Undefined> {
    let n = items(confusion)?;
    let rows = confusion.margins(Axis::Reference);
    let columns = confusion.margins(Axis::Candidate);
    let unanswered = confusion.total_unanswered().real();
    let mut table = Confusion::new(confusion.n_labels());
    for (reference, row) in rows.iter().enumerate() {
        for (candidate, column) in columns.iter().enumerate() {
            table.count_pair(reference, candidate, row.real() * column.real() / n);
        }
        table.count_unanswered(reference, row.real() * unanswered / n);
    }
    Ok(table)
}

/// A kappa's estimate with the right reason where it has no interval: exactly one labeller used a
/// single label (`one_rater_constant`) rather than `zero_variance`. Then its standard error, which
/// would be 0, says nothing and is removed.
pub fn with_constant_rater_named<C: Count>(
    mut estimate: Estimate,
    confusion: &Confusion<C>,
) -> Estimate {
    let n = confusion.total();
    let is_constant = |axis| (0..confusion.n_labels()).any(|l| confusion.margin(axis, l) == n);
    let one_constant = is_constant(Axis::Reference) != is_constant(Axis::Candidate);
    if one_constant && estimate.interval == Err(Undefined::ZeroVariance) {
        estimate.interval = Err(Undefined::OneRaterConstant);
        estimate.se = None;
    }
    estimate
}

/// The number of items, or `no_items`.
pub(super) fn items<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    let total = confusion.total();
    if total.is_zero() {
        Err(Undefined::NoItems)
    } else {
        Ok(total.real())
    }
}

/// How often the reference and the candidate used a label.
pub(super) fn margins<C: Count>(confusion: &Confusion<C>, label: usize) -> (C::Real, C::Real) {
    (
        confusion.margin(Axis::Reference, label).real(),
        confusion.margin(Axis::Candidate, label).real(),
    )
}

/// (observed − chance)/(whole − chance), or `no_variation` where chance is everything.
pub(super) fn beyond_chance<R: Real>(observed: R, chance: R, whole: R) -> Result<R, Undefined> {
    let possible = whole - chance;
    if possible.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((observed - chance) / possible)
}

/// Σ m_k(2n − m_k) with m_k the uses of a label by both labellers: 4n² Σ π_k(1 − π_k).
pub(super) fn pooled_diversity<C: Count>(confusion: &Confusion<C>, n: C::Real) -> C::Real {
    (0..confusion.n_labels())
        .map(|label| {
            let (row, column) = margins(confusion, label);
            let uses = row + column;
            uses * (n + n - uses)
        })
        .sum()
}

/// The number of declared labels less one, or `single_category`.
pub(super) fn other_labels<C: Count>(confusion: &Confusion<C>) -> Result<f64, Undefined> {
    if confusion.n_labels() < 2 {
        return Err(Undefined::SingleCategory);
    }
    Ok((confusion.n_labels() - 1) as f64)
}

fn chance_products<C: Count>(confusion: &Confusion<C>) -> C::Real {
    (0..confusion.n_labels())
        .map(|label| {
            let (row, column) = margins(confusion, label);
            row * column
        })
        .sum()
}

fn check_binary<C: Count>(confusion: &Confusion<C>) -> Result<(), Undefined> {
    if confusion.n_labels() == 2 {
        Ok(())
    } else {
        Err(Undefined::NotBinary)
    }
}
