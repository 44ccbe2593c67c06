//! Items rated by any number of raters, counted by how their labels spread.

use super::tally::lift_counts;
use super::{Cells, Count, Dual, Lift, Real, Tally, Undefined};

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

    /// How many raters there are.
    pub fn n_raters(&self) -> usize {
        self.n_raters
    }

    /// Items rated at all.
    pub(super) fn n_rated(&self) -> C::Real {
        self.counts[RATED].real()
    }

    /// Items rated twice or more.
    pub(super) fn n_pairable(&self) -> C::Real {
        self.counts[PAIRABLE].real()
    }

    /// Σ over these of the share of pairs of ratings that agree.
    pub(super) fn agreement(&self) -> C::Real {
        self.counts[AGREEMENT].real()
    }

    /// Every label's share of all ratings.
    ///
    /// Undefined without ratings (`no_items`).
    pub fn label_shares(&self) -> Result<Vec<C::Real>, Undefined> {
        let n = self.n_ratings();
        if n.value() == 0.0 {
            return Err(Undefined::NoItems);
        }
        Ok(self.uses().iter().map(|uses| uses.real() / n).collect())
    }

    /// Σ over items of a label's share of the item's ratings.
    pub(super) fn shares(&self) -> &[C] {
        self.list(0)
    }

    /// Ratings by label.
    pub(super) fn uses(&self) -> &[C] {
        self.list(1)
    }

    /// Σ over items of x(m − x): ordered pairs of ratings of which only the first is the label.
    pub(super) fn apart(&self) -> &[C] {
        self.list(2)
    }

    fn list(&self, place: usize) -> &[C] {
        let start = N_SINGLE + place * self.n_labels;
        &self.counts[start..start + self.n_labels]
    }

    pub(super) fn coincidence(&self, one: usize, other: usize) -> C {
        self.list(3 + one)[other]
    }

    pub(super) fn uses_by_rater(&self, rater: usize) -> &[C] {
        self.list(3 + self.n_labels + rater)
    }

    /// The number of ratings every item has.
    pub(super) fn equal_ratings(&self) -> Result<C::Real, Undefined> {
        match self.ratings_per_item {
            None => Err(Undefined::NoItems),
            Some((fewest, most)) if fewest != most => Err(Undefined::UnequalNumberOfRatings),
            Some((fewest, _)) if fewest < 2 => Err(Undefined::FewerThanTwoRatings),
            Some((fewest, _)) => Ok(C::Real::constant(fewest as f64)),
        }
    }

    /// Ratings.
    pub(super) fn n_ratings(&self) -> C::Real {
        self.uses().iter().map(|uses| uses.real()).sum()
    }

    /// Σ over labels of the square of its uses.
    pub(super) fn squared_uses(&self) -> C::Real {
        let uses = self.uses().iter();
        uses.map(|uses| uses.real() * uses.real()).sum()
    }

    /// Ordered pairs of unequal ratings of one item.
    pub(super) fn n_apart(&self) -> C::Real {
        self.apart().iter().map(|apart| apart.real()).sum()
    }
}

impl Panel<f64> {
    /// Counts one item: each rater's label, or none. `weight` is 1 unless items carry weights.
    pub fn count_item(&mut self, ratings: &[Option<usize>], weight: f64) {
        let n_labels = self.n_labels;
        // Each label given, once: items have few ratings, however many labels are declared.
        let mut uses: Vec<(usize, f64)> = Vec::with_capacity(ratings.len());
        for (rater, label) in ratings.iter().enumerate() {
            if let Some(label) = label {
                match uses.iter_mut().find(|(known, _)| known == label) {
                    Some((_, times)) => *times += 1.0,
                    None => uses.push((*label, 1.0)),
                }
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
        for (label, x) in &uses {
            self.counts[N_SINGLE + label] += weight * x / m;
            self.counts[N_SINGLE + n_labels + label] += weight * x;
            self.counts[N_SINGLE + 2 * n_labels + label] += weight * x * (m - x);
        }
        if n_ratings == 1 {
            return;
        }
        self.counts[PAIRABLE] += weight;
        let alike: f64 = uses.iter().map(|(_, x)| x * (x - 1.0)).sum();
        self.counts[AGREEMENT] += weight * alike / (m * (m - 1.0));
        for (one, x) in &uses {
            for (other, y) in &uses {
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

    fn coordinates(&self) -> Vec<f64> {
        self.counts.clone()
    }

    fn lift_by(&self, slopes: &[f64]) -> Panel<Dual> {
        Panel {
            n_labels: self.n_labels,
            n_raters: self.n_raters,
            ratings_per_item: self.ratings_per_item,
            counts: lift_counts(&self.counts, slopes),
        }
    }
}

impl Cells for Panel<f64> {
    fn with_coordinates(&self, coordinates: &[f64]) -> Self {
        Self {
            counts: coordinates.to_vec(),
            ..*self
        }
    }
}
