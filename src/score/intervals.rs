//! Which intervals figures get, and how resamples are shared among them.

use std::collections::BTreeMap;

use super::Measured;
use crate::num::Level;
use crate::stat::interval::{self, Bootstrapped, Proportion, Resample, Resampling, resample_all};
use crate::stat::paired::{self, PairedOutcomes};
use crate::stat::{Clustered, Statistic, Tally};

/// Leaving out each cluster in turn may take up to so many rows in all; beyond, rank statistics
/// have their errors from the influences of items.
const MOST_ROWS: f64 = 2e6;

/// How intervals are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IntervalMethod {
    /// What suits each figure best.
    #[default]
    Auto,
    /// As `Auto`, but every item is taken as independent of all others: Wilson's interval of
    /// shares, Tango's of their differences, the delta method for the rest.
    Wilson,
    /// The delta method for everything, shares included.
    Delta,
    /// Percentiles over resampled clusters for everything but p-values.
    Bootstrap,
}

impl IntervalMethod {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Wilson, Self::Delta, Self::Bootstrap];

    /// The word of the command line and of `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wilson => "wilson",
            Self::Delta => "delta",
            Self::Bootstrap => "bootstrap",
        }
    }

    /// The method of this word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.key() == key)
    }
}

/// What intervals cover, and how they are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intervals {
    /// What they claim to cover.
    pub level: Level,
    /// How they are made.
    pub method: IntervalMethod,
    /// How many resamples a bootstrap draws.
    pub resamples: u32,
    /// The seed of its random numbers.
    pub seed: u64,
    /// On how many threads it draws; no figure depends on it.
    pub threads: usize,
}

impl Default for Intervals {
    fn default() -> Self {
        Self {
            level: Level::DEFAULT,
            method: IntervalMethod::Auto,
            resamples: 2000,
            seed: 1,
            threads: 1,
        }
    }
}

impl Intervals {
    /// Whether every item counts as a cluster of its own.
    pub(super) fn are_independent(&self) -> bool {
        self.method == IntervalMethod::Wilson
    }

    /// A share of items.
    pub(super) fn share(&self, data: &Clustered<Proportion>, level: Level) -> Measured {
        match self.method {
            IntervalMethod::Delta => interval::delta_of_share(data, level),
            _ => interval::proportion(data, level),
        }
    }

    /// A difference of the shares that two sides get right.
    pub(super) fn difference(
        &self,
        data: &Clustered<PairedOutcomes<f64>>,
        level: Level,
    ) -> Measured {
        match self.method {
            IntervalMethod::Delta => interval::delta(data, paired::difference, level),
            _ => interval::paired_difference(data, level),
        }
    }

    /// A statistic of items kept as they are.
    pub(super) fn of_items<T: Tally>(
        &self,
        data: &Clustered<T>,
        statistic: impl Fn(&T) -> Statistic,
        influences: impl Fn(&T) -> Statistic<Vec<f64>>,
        level: Level,
    ) -> Measured {
        let sizes = data.sizes();
        let n_rows = sizes.len() as f64 * sizes.iter().sum::<f64>();
        if self.method == IntervalMethod::Delta || n_rows > MOST_ROWS {
            interval::delta_of_items(data, statistic, influences, level)
        } else {
            interval::jackknife(data, statistic, level)
        }
    }
}

/// Figures over resampled clusters, all over the same ones; empty unless intervals are made so.
pub(super) struct Resamples<K>(BTreeMap<K, Bootstrapped>);

impl<K: Copy + Ord + Sync> Resamples<K> {
    /// Draws resamples and takes the figures of each.
    pub(super) fn of<D: Resample>(
        data: &D,
        intervals: &Intervals,
        figures: &[K],
        value: impl Fn(K, &D::Total) -> Statistic + Sync,
    ) -> Self {
        if intervals.method != IntervalMethod::Bootstrap {
            return Self(BTreeMap::new());
        }
        let resampling = Resampling {
            resamples: intervals.resamples,
            seed: intervals.seed,
            threads: intervals.threads,
        };
        let all = |total: &D::Total| figures.iter().map(|figure| value(*figure, total)).collect();
        let all = resample_all(data, all, resampling);
        let defined = figures.iter().zip(all);
        Self(
            defined
                .filter_map(|(figure, one)| Some((*figure, one.ok()?)))
                .collect(),
        )
    }

    /// The figures of these and of those.
    #[must_use]
    pub(super) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The figure with its interval from the resamples, if there are any of it.
    pub(super) fn onto(&self, figure: K, measured: Measured, level: Level) -> Measured {
        match self.0.get(&figure) {
            Some(resampled) => Ok(resampled.onto(measured?, level)),
            None => measured,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_its_word() {
        for method in IntervalMethod::ALL {
            assert_eq!(IntervalMethod::from_key(method.key()), Some(method));
        }
    }
}
