//! Agreement of any number of raters over a declared label set.

use super::krippendorff::{Coincidences, Measurement};
use super::{Count, Panel, Real, Undefined};

/// Mean pairwise agreement: over items rated twice or more, the share of an item's pairs of
/// ratings that agree.
///
/// In 0–1. Undefined where no item was rated twice (`no_items`, `no_pairable_values`).
///
/// ```
/// use labelgate::stat::{Panel, raters::pairwise_agreement};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), None], 1.0);
/// assert_eq!(pairwise_agreement(&panel), Ok((1.0 / 3.0 + 1.0) / 2.0));
/// ```
pub fn pairwise_agreement<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    check_pairable(panel)?;
    Ok(panel.agreement() / panel.n_pairable())
}

/// Fleiss' kappa: pairwise agreement beyond what the pooled shares of the labels would give.
///
/// (P̄ − P̄_e)/(1 − P̄_e), P̄_e = Σ p_j², in −1/(m − 1)–1. Undefined without items (`no_items`), where
/// items differ in their number of ratings (`unequal_number_of_ratings`) or have fewer than two
/// (`fewer_than_two_ratings`), and where only one label was used (`no_variation`).
///
/// Source: Fleiss 1971.
///
/// ```
/// use labelgate::stat::{Panel, raters::fleiss_kappa};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// // P̄ = 2/3, shares 1/3 and 2/3: P̄_e = 5/9.
/// assert_eq!(fleiss_kappa(&panel), Ok(0.25));
/// ```
pub fn fleiss_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let n = panel.n_ratings();
    let squares: C::Real = panel.squared_uses();
    let whole = (m - C::Real::constant(1.0)) * (n * n - squares);
    if whole.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((whole - panel.n_apart() * n) / whole)
}

/// The standard error of Fleiss' kappa if raters agreed by chance only: for testing κ = 0, never
/// for an interval.
///
/// √(2 (s² − Σ p q (q − p))/(N m (m − 1))) / s with s = Σ p q. Undefined like Fleiss' kappa.
///
/// Source: Fleiss, Nee & Landis 1979.
///
/// ```
/// use labelgate::stat::{Panel, raters::fleiss_kappa_null_se};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// // With two labels it is 1/√(N m (m − 1)/2).
/// assert!((fleiss_kappa_null_se(&panel).unwrap() - (1.0_f64 / 6.0).sqrt()).abs() < 1e-15);
/// ```
pub fn fleiss_kappa_null_se(panel: &Panel) -> Result<f64, Undefined> {
    fleiss_kappa(panel)?;
    let m = panel.equal_ratings()?;
    let (mut s, mut skew) = (0.0, 0.0);
    for p in panel.label_shares()? {
        s += p * (1.0 - p);
        skew += p * (1.0 - p) * (1.0 - 2.0 * p);
    }
    let pairs = panel.n_items() * m * (m - 1.0);
    Ok((2.0 / pairs * (s * s - skew)).sqrt() / s)
}

/// Kappa of one label against all others together.
///
/// 1 − Σ x(m − x)/(N m (m − 1) p (1 − p)), in −1/(m − 1)–1. Undefined like Fleiss' kappa, and where
/// the label was never or always used (`category_never_used_or_only_one`).
///
/// Source: Fleiss 1971.
///
/// ```
/// use labelgate::stat::{Panel, raters::label_kappa};
/// let mut panel = Panel::new(3, 2);
/// panel.count_item(&[Some(0), Some(0)], 1.0);
/// panel.count_item(&[Some(1), Some(2)], 1.0);
/// assert_eq!(label_kappa(&panel, 0), Ok(1.0));
/// // x(m − x) is 1 once, p = 1/4: 1 − 1/(4 · 3/16).
/// assert_eq!(label_kappa(&panel, 1), Ok(-1.0 / 3.0));
/// ```
pub fn label_kappa<C: Count>(panel: &Panel<C>, label: usize) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let n = panel.n_ratings();
    let uses = panel.uses()[label].real();
    let whole = (m - C::Real::constant(1.0)) * uses * (n - uses);
    if whole.value() == 0.0 {
        return Err(Undefined::CategoryNeverUsedOrOnlyOne);
    }
    Ok((whole - panel.apart()[label].real() * n) / whole)
}

/// Randolph's kappa: pairwise agreement beyond that of labels drawn evenly.
///
/// (q P̄ − 1)/(q − 1), in −1/(q − 1)–1. Undefined like Fleiss' kappa but for `no_variation`, and with
/// fewer than two declared labels (`single_category`).
///
/// Source: Randolph 2005.
///
/// ```
/// use labelgate::stat::{Panel, raters::randolph_kappa};
/// let mut panel = Panel::new(4, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// assert!((randolph_kappa(&panel).unwrap() - 5.0 / 9.0).abs() < 1e-15);
/// ```
pub fn randolph_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let others = check_labels(panel)?;
    let pairs = panel.n_ratings() * (m - C::Real::constant(1.0));
    let alike = pairs - panel.n_apart();
    let labels = C::Real::constant(others + 1.0);
    Ok((labels * alike - pairs) / (pairs * C::Real::constant(others)))
}

/// Conger's kappa: pairwise agreement beyond what the raters' own shares would give; Cohen's kappa
/// for two raters.
///
/// (p_a − p_e)/(1 − p_e), p_e the mean over pairs of raters of Σ p_aj p_bj, in −1–1. Undefined
/// without items (`no_items`), unless every rater rated every item (`unequal_number_of_ratings`,
/// `fewer_than_two_ratings`), and where p_e is 1 (`no_variation`).
///
/// Source: Conger 1980.
///
/// ```
/// use labelgate::stat::{Panel, raters::conger_kappa};
/// let mut panel = Panel::new(2, 2);
/// for (one, other, n) in [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)] {
///     panel.count_item(&[Some(one), Some(other)], f64::from(n));
/// }
/// assert_eq!(conger_kappa(&panel), Ok(0.4));
/// ```
pub fn conger_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    if m.value() != panel.n_raters() as f64 {
        return Err(Undefined::UnequalNumberOfRatings);
    }
    let n = panel.n_items();
    let mut chance: C::Real = panel.squared_uses();
    for rater in 0..panel.n_raters() {
        for uses in panel.uses_by_rater(rater) {
            chance = chance - uses.real() * uses.real();
        }
    }
    let pairs = m * (m - C::Real::constant(1.0)) * n * n;
    let possible = pairs - chance;
    if possible.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((possible - panel.n_apart() * n) / possible)
}

/// Gwet's AC1 of any number of raters. Items rated once count for the shares of the labels, not for
/// the agreement.
///
/// (p_a − p_e)/(1 − p_e), p_a the mean pairwise agreement, p_e = Σ π_k(1 − π_k)/(q − 1) with π_k the
/// mean over items of a label's share of the ratings; at most 1. Undefined where no item was rated
/// twice (`no_items`, `no_pairable_values`) and with fewer than two declared labels
/// (`single_category`).
///
/// As in Gwet's variance, the share of items that were rated twice is taken as known when an error
/// is derived; the published error divides by n − 1 where the delta method divides by n.
///
/// Source: Gwet 2008, 2014.
///
/// ```
/// use labelgate::stat::{Panel, raters::gwet_ac1};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// // p_a = 2/3, shares 1/3 and 2/3: p_e = 4/9.
/// assert!((gwet_ac1(&panel).unwrap() - 0.4).abs() < 1e-15);
/// ```
pub fn gwet_ac1<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    check_pairable(panel)?;
    let others = check_labels(panel)?;
    let one = C::Real::constant(1.0);
    let rated = panel.n_rated();
    let pairable = panel.n_pairable();
    let diversity: C::Real = panel
        .shares()
        .iter()
        .map(|share| share.real() / rated * (one - share.real() / rated))
        .sum();
    let chance = diversity / C::Real::constant(others);
    let pairable_share = C::Real::constant(pairable.value() / rated.value());
    let beyond = (panel.agreement() - chance * pairable) / (rated * pairable_share);
    Ok(beyond / (one - chance))
}

/// Krippendorff's alpha of labels; see [`super::krippendorff`].
///
/// Undefined where no item was rated twice (`no_pairable_values`) and where nothing differs
/// (`no_variation`).
///
/// ```
/// use labelgate::stat::{krippendorff::Measurement, Panel, raters::krippendorff_alpha};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), None, Some(1)], 1.0);
/// // Five values: D_o = 2/5, D_e = 12/20.
/// let alpha = krippendorff_alpha(&panel, Measurement::Nominal).unwrap();
/// assert!((alpha - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn krippendorff_alpha<C: Count>(
    panel: &Panel<C>,
    measurement: Measurement,
) -> Result<C::Real, Undefined> {
    let mut together = Coincidences::new(panel.n_labels());
    for one in 0..panel.n_labels() {
        for other in 0..panel.n_labels() {
            together.set(one, other, panel.coincidence(one, other).real());
        }
    }
    together.alpha(measurement)
}

fn check_pairable<C: Count>(panel: &Panel<C>) -> Result<(), Undefined> {
    if panel.n_items().value() == 0.0 {
        Err(Undefined::NoItems)
    } else if panel.n_pairable().value() == 0.0 {
        Err(Undefined::NoPairableValues)
    } else {
        Ok(())
    }
}

fn check_labels<C: Count>(panel: &Panel<C>) -> Result<f64, Undefined> {
    if panel.n_labels() < 2 {
        return Err(Undefined::SingleCategory);
    }
    Ok((panel.n_labels() - 1) as f64)
}
