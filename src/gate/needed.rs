//! What would settle an open gate: how many more items, from how many more clusters.
//!
//! The answer supposes that more items are like those at hand: the value stays where it is, clusters
//! are of the same sizes and as alike within themselves. Knows nothing of budgets or of the pool that
//! items are taken from.

use super::Demand;
use super::judge::AtLeast;
use crate::stat::distribution::{normal_quantile, t_quantile};
use crate::stat::interval::has_few_clusters;
use crate::stat::{Estimate, Method};

/// Beyond so many more items no number is given.
pub const MOST_NEEDED: u64 = 100_000;

/// The chance that [`Needed::More`] has for its larger number.
const LIKELY: f64 = 0.8;

/// What would settle an inconclusive check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Needed {
    /// So many more.
    More {
        /// Settles it if the value stays exactly where it is, so that chances are about even where
        /// the truth is what was observed.
        even: More,
        /// Settles it with a chance of 80 % where the truth is what was observed.
        likely: More,
    },
    /// More than [`MOST_NEEDED`].
    TooMany,
    /// No number, if the value stays where it is: it lies on the threshold.
    Never,
}

/// Items to add to those at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct More {
    /// Items, of whatever class.
    pub items: u64,
    /// The clusters that so many items come from.
    pub clusters: u64,
    /// How many of the items have the class that the gate is about, where it is about one.
    pub class_items: Option<u64>,
}

impl Needed {
    /// What takes more is greater.
    pub(super) fn rank(&self) -> f64 {
        match self {
            Self::More { even, .. } => even.items as f64,
            Self::TooMany => 2.0 * MOST_NEEDED as f64,
            Self::Never => f64::INFINITY,
        }
    }
}

/// What a figure rests on.
#[derive(Clone, Copy)]
pub(super) struct Basis {
    /// Items in all.
    pub(super) items: f64,
    /// Their clusters.
    pub(super) clusters: f64,
    /// Reference items of the class, where the figure is of one.
    pub(super) class: Option<f64>,
}

impl Basis {
    /// What is to be added to make it `factor` times as much.
    fn more(self, factor: f64) -> More {
        // A hair of rounding shall not ask for another item; at most `MOST_NEEDED` is asked for.
        let grown = |n: f64| ((n * (factor - 1.0) - 1e-6).ceil()).max(0.0) as u64;
        More {
            items: grown(self.items).max(1),
            clusters: grown(self.clusters).max(1),
            class_items: self.class.map(|class| grown(class).max(1)),
        }
    }

    fn most(self) -> f64 {
        1.0 + MOST_NEEDED as f64 / self.items.max(1.0)
    }

    fn needed(self, [even, likely]: [Option<f64>; 2]) -> Needed {
        match even {
            None => Needed::TooMany,
            Some(even) => Needed::More {
                even: self.more(even),
                // Where that is beyond the most, the most is the least that can be said.
                likely: self.more(likely.unwrap_or(self.most())),
            },
        }
    }
}

/// What would bring the limit that faces the threshold to its side, at the estimate's value.
///
/// With k times the items from k times the clusters the standard error falls with √k and degrees of
/// freedom rise with k. The limits of a share follow Wilson's formula at k times the effective size;
/// those of other figures keep their distance in standard errors.
pub(super) fn to_decide(demand: Demand, estimate: &Estimate, basis: Basis) -> Needed {
    let AtLeast {
        threshold, sign, ..
    } = AtLeast::of(demand);
    let (threshold, value) = (sign * threshold, estimate.value);
    let room = (value - threshold).abs();
    let Ok(interval) = &estimate.interval else {
        return Needed::Never;
    };
    if room <= f64::EPSILON {
        return Needed::Never;
    }
    let limit = if value > threshold {
        interval.low
    } else {
        interval.high
    };
    let reach = (value - limit).abs();
    // How many times the effective size has to be for the limit to stand on the threshold.
    let growth = match interval.method {
        Method::Wilson | Method::ClusteredWilson | Method::ExchangeableWilson => {
            let spread = |share: f64| share * (1.0 - share);
            spread(threshold) / spread(limit) * (reach / room) * (reach / room)
        }
        _ => (reach / room) * (reach / room),
    };
    let upper = estimate.level.upper_tail();
    let quantile = |factor: f64| match (is_normal(interval.method), estimate.df) {
        (false, Some(df)) => t_quantile(upper, df * factor),
        _ => normal_quantile(upper),
    };
    let settles = |factor: f64, chance: f64| {
        // Of the larger sample only the new items are left to chance.
        let chance = normal_quantile(chance) * (1.0 - 1.0 / factor).max(0.0).sqrt();
        let stretch = (quantile(factor) + chance) / quantile(1.0);
        let clusters = (estimate.n_clusters as f64 * factor).floor() as usize;
        let df = estimate.df.map(|df| df * factor);
        factor >= growth * stretch * stretch && !has_few_clusters(clusters, df)
    };
    if !growth.is_finite() {
        return Needed::TooMany;
    }
    let at = |chance: f64| least(|factor| settles(factor, chance), basis.most());
    basis.needed([at(0.5), at(LIKELY)])
}

/// What would give a class as many reference items as the gate asks for; `None` where there is not
/// one to go by.
pub(super) fn to_support(basis: Basis, support: f64, min_support: u64) -> Option<Needed> {
    if support <= 0.0 {
        return None;
    }
    let missing = (min_support.max(1) as f64 - support).max(1.0);
    let z = normal_quantile(LIKELY);
    // The number of a class among new items varies about like a Poisson number.
    let likely = missing + z * missing.sqrt() + 0.5 * z * z;
    let factor = |missing: f64| {
        let factor = 1.0 + missing / support;
        (factor <= basis.most()).then_some(factor)
    };
    Some(basis.needed([factor(missing), factor(likely)]))
}

/// Whether the limits come from a normal quantile whatever the degrees of freedom.
fn is_normal(method: Method) -> bool {
    matches!(method, Method::Wilson | Method::Tango | Method::Delta)
}

/// The least factor from 1 up that will do; `None` if even the most does not.
fn least(will_do: impl Fn(f64) -> bool, most: f64) -> Option<f64> {
    const STEPS: u32 = 60;
    if !will_do(most) {
        return None;
    }
    let (mut below, mut above) = (1.0, most);
    for _ in 0..STEPS {
        let middle = 0.5 * (below + above);
        if will_do(middle) {
            above = middle;
        } else {
            below = middle;
        }
    }
    Some(above)
}
