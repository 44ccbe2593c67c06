//! Agreement of any number of raters over a declared label set.

use super::krippendorff::{Coincidences, Measurement};
use super::tally::lift_counts;
use super::{Count, Dual, Lift, Real, Tally, Undefined};

/// Items counted by how their raters' labels spread; the tally of every statistic of many raters.
///
/// What an item adds depends on its own ratings only, so panels add up, and derivatives in the
/// direction of a cluster's panel exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel<C = f64> {
    n_labels: usize,
    n_raters: usize,
    /// The fewest and the most ratings of an item.
    ratings_per_item: Option<(usize, usize)>,
    counts: Vec<C>,
}

/// Places of the single numbers among the counts, before the lists.
const ITEMS: usize = 0;
const RATED: usize = 1;
const PAIRABLE: usize = 2;
const AGREEMENT: usize = 3;
const N_SINGLE: usize = 4;

impl<C: Count> Panel<C> {
    /// An empty panel.
    pub fn new(n_labels: usize, n_raters: usize) -> Self {
        let n_counts = N_SINGLE + n_labels * (3 + n_labels + n_raters);
        Self {
            n_labels,
            n_raters,
            ratings_per_item: None,
            counts: vec![C::ZERO; n_counts],
        }
    }

    /// How many labels are declared.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// How many items were counted.
    pub fn n_items(&self) -> C::Real {
        self.counts[ITEMS].real()
    }

    /// Every label's share of all ratings.
    ///
    /// Undefined without ratings (`no_items`).
    pub fn label_shares(&self) -> Result<Vec<C::Real>, Undefined> {
        let n: C::Real = self.uses().iter().map(|uses| uses.real()).sum();
        if n.value() == 0.0 {
            return Err(Undefined::NoItems);
        }
        Ok(self.uses().iter().map(|uses| uses.real() / n).collect())
    }

    /// Σ over items of a label's share of the item's ratings.
    fn shares(&self) -> &[C] {
        self.list(0)
    }

    /// Ratings by label.
    fn uses(&self) -> &[C] {
        self.list(1)
    }

    /// Σ over items of x(m − x): ordered pairs of ratings of which only the first is the label.
    fn apart(&self) -> &[C] {
        self.list(2)
    }

    fn list(&self, place: usize) -> &[C] {
        let start = N_SINGLE + place * self.n_labels;
        &self.counts[start..start + self.n_labels]
    }

    fn coincidence(&self, one: usize, other: usize) -> C {
        self.list(3 + one)[other]
    }

    fn uses_by_rater(&self, rater: usize) -> &[C] {
        self.list(3 + self.n_labels + rater)
    }

    /// The number of ratings every item has.
    fn equal_ratings(&self) -> Result<C::Real, Undefined> {
        match self.ratings_per_item {
            None => Err(Undefined::NoItems),
            Some((fewest, most)) if fewest != most => Err(Undefined::UnequalNumberOfRatings),
            Some((fewest, _)) if fewest < 2 => Err(Undefined::FewerThanTwoRatings),
            Some((fewest, _)) => Ok(C::Real::constant(fewest as f64)),
        }
    }

    fn sum(counts: &[C]) -> C::Real {
        counts.iter().map(|count| count.real()).sum()
    }
}

impl Panel<f64> {
    /// Counts one item: each rater's label, or none. `weight` is 1 unless items carry weights.
    pub fn count_item(&mut self, ratings: &[Option<usize>], weight: f64) {
        let n_labels = self.n_labels;
        let mut uses = vec![0.0; n_labels];
        for (rater, label) in ratings.iter().enumerate() {
            if let Some(label) = label {
                uses[*label] += 1.0;
                self.counts[N_SINGLE + (3 + n_labels + rater) * n_labels + label] += weight;
            }
        }
        let n_ratings = ratings.iter().flatten().count();
        let (fewest, most) = self.ratings_per_item.unwrap_or((n_ratings, n_ratings));
        self.ratings_per_item = Some((fewest.min(n_ratings), most.max(n_ratings)));
        self.counts[ITEMS] += weight;
        if n_ratings == 0 {
            return;
        }
        let m = n_ratings as f64;
        self.counts[RATED] += weight;
        for (label, x) in uses.iter().enumerate() {
            self.counts[N_SINGLE + label] += weight * x / m;
            self.counts[N_SINGLE + n_labels + label] += weight * x;
            self.counts[N_SINGLE + 2 * n_labels + label] += weight * x * (m - x);
        }
        if n_ratings == 1 {
            return;
        }
        self.counts[PAIRABLE] += weight;
        let alike: f64 = uses.iter().map(|x| x * (x - 1.0)).sum();
        self.counts[AGREEMENT] += weight * alike / (m * (m - 1.0));
        for (one, x) in uses.iter().enumerate() {
            for (other, y) in uses.iter().enumerate() {
                let pairs = if one == other { x * (x - 1.0) } else { x * y };
                let place = N_SINGLE + (3 + one) * n_labels + other;
                self.counts[place] += weight * pairs / (m - 1.0);
            }
        }
    }
}

impl<C: Count> Tally for Panel<C> {
    fn add(&mut self, other: &Self) {
        self.ratings_per_item = match (self.ratings_per_item, other.ratings_per_item) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += *more;
        }
    }

    fn clear(&mut self) {
        self.ratings_per_item = None;
        self.counts.fill(C::ZERO);
    }

    fn size(&self) -> f64 {
        self.n_items().value()
    }
}

impl Lift for Panel<f64> {
    type Dual = Panel<Dual>;

    fn lift(&self, direction: &Self) -> Panel<Dual> {
        Panel {
            n_labels: self.n_labels,
            n_raters: self.n_raters,
            ratings_per_item: self.ratings_per_item,
            counts: lift_counts(&self.counts, &direction.counts),
        }
    }
}

/// Mean pairwise agreement: over items rated twice or more, the share of an item's pairs of
/// ratings that agree.
///
/// In 0–1. Undefined where no item was rated twice (`no_items`, `no_pairable_values`).
///
/// ```
/// use labelgate::stat::raters::{Panel, pairwise_agreement};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), None], 1.0);
/// assert_eq!(pairwise_agreement(&panel), Ok((1.0 / 3.0 + 1.0) / 2.0));
/// ```
pub fn pairwise_agreement<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    check_pairable(panel)?;
    Ok(panel.counts[AGREEMENT].real() / panel.counts[PAIRABLE].real())
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
/// use labelgate::stat::raters::{Panel, fleiss_kappa};
/// let mut panel = Panel::new(2, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// // P̄ = 2/3, shares 1/3 and 2/3: P̄_e = 5/9.
/// assert_eq!(fleiss_kappa(&panel), Ok(0.25));
/// ```
pub fn fleiss_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let n = Panel::sum(panel.uses());
    let squares: C::Real = panel.uses().iter().map(|u| u.real() * u.real()).sum();
    let whole = (m - C::Real::constant(1.0)) * (n * n - squares);
    if whole.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((whole - Panel::sum(panel.apart()) * n) / whole)
}

/// The standard error of Fleiss' kappa if raters agreed by chance only: for testing κ = 0, never
/// for an interval.
///
/// √(2 (s² − Σ p q (q − p))/(N m (m − 1))) / s with s = Σ p q. Undefined like Fleiss' kappa.
///
/// Source: Fleiss, Nee & Landis 1979.
///
/// ```
/// use labelgate::stat::raters::{Panel, fleiss_kappa_null_se};
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
/// use labelgate::stat::raters::{Panel, label_kappa};
/// let mut panel = Panel::new(3, 2);
/// panel.count_item(&[Some(0), Some(0)], 1.0);
/// panel.count_item(&[Some(1), Some(2)], 1.0);
/// assert_eq!(label_kappa(&panel, 0), Ok(1.0));
/// // x(m − x) is 1 once, p = 1/4: 1 − 1/(4 · 3/16).
/// assert_eq!(label_kappa(&panel, 1), Ok(-1.0 / 3.0));
/// ```
pub fn label_kappa<C: Count>(panel: &Panel<C>, label: usize) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let n = Panel::sum(panel.uses());
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
/// use labelgate::stat::raters::{Panel, randolph_kappa};
/// let mut panel = Panel::new(4, 3);
/// panel.count_item(&[Some(0), Some(0), Some(1)], 1.0);
/// panel.count_item(&[Some(1), Some(1), Some(1)], 1.0);
/// assert!((randolph_kappa(&panel).unwrap() - 5.0 / 9.0).abs() < 1e-15);
/// ```
pub fn randolph_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    let others = check_labels(panel)?;
    let pairs = Panel::sum(panel.uses()) * (m - C::Real::constant(1.0));
    let alike = pairs - Panel::sum(panel.apart());
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
/// use labelgate::stat::raters::{Panel, conger_kappa};
/// let mut panel = Panel::new(2, 2);
/// for (one, other, n) in [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)] {
///     panel.count_item(&[Some(one), Some(other)], f64::from(n));
/// }
/// assert_eq!(conger_kappa(&panel), Ok(0.4));
/// ```
pub fn conger_kappa<C: Count>(panel: &Panel<C>) -> Result<C::Real, Undefined> {
    let m = panel.equal_ratings()?;
    if m.value() != panel.n_raters as f64 {
        return Err(Undefined::UnequalNumberOfRatings);
    }
    let n = panel.n_items();
    let mut chance: C::Real = panel.uses().iter().map(|u| u.real() * u.real()).sum();
    for rater in 0..panel.n_raters {
        for uses in panel.uses_by_rater(rater) {
            chance = chance - uses.real() * uses.real();
        }
    }
    let pairs = m * (m - C::Real::constant(1.0)) * n * n;
    let possible = pairs - chance;
    if possible.value() == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((possible - Panel::sum(panel.apart()) * n) / possible)
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
/// use labelgate::stat::raters::{Panel, gwet_ac1};
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
    let rated = panel.counts[RATED].real();
    let pairable = panel.counts[PAIRABLE].real();
    let diversity: C::Real = panel
        .shares()
        .iter()
        .map(|share| share.real() / rated * (one - share.real() / rated))
        .sum();
    let chance = diversity / C::Real::constant(others);
    let pairable_share = C::Real::constant(pairable.value() / rated.value());
    let beyond = (panel.counts[AGREEMENT].real() - chance * pairable) / (rated * pairable_share);
    Ok(beyond / (one - chance))
}

/// Krippendorff's alpha of labels; see [`super::krippendorff`].
///
/// Undefined where no item was rated twice (`no_pairable_values`) and where nothing differs
/// (`no_variation`).
///
/// ```
/// use labelgate::stat::{krippendorff::Measurement, raters::{Panel, krippendorff_alpha}};
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
    let mut together = Coincidences::new(panel.n_labels);
    for one in 0..panel.n_labels {
        for other in 0..panel.n_labels {
            together.set(one, other, panel.coincidence(one, other).real());
        }
    }
    together.alpha(measurement)
}

fn check_pairable<C: Count>(panel: &Panel<C>) -> Result<(), Undefined> {
    if panel.counts[ITEMS].is_zero() {
        Err(Undefined::NoItems)
    } else if panel.counts[PAIRABLE].is_zero() {
        Err(Undefined::NoPairableValues)
    } else {
        Ok(())
    }
}

fn check_labels<C: Count>(panel: &Panel<C>) -> Result<f64, Undefined> {
    if panel.n_labels < 2 {
        return Err(Undefined::SingleCategory);
    }
    Ok((panel.n_labels - 1) as f64)
}
