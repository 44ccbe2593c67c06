//! The items behind the figures: their clusters, their weights where they have some, and how the
//! figures get intervals.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Intervals;
use crate::model::Items;
use crate::stat::{Clustered, Lift, Sparse, Tally};

/// The items that figures are computed over.
pub struct Sample<'a> {
    /// The items.
    pub items: &'a Items,
    /// One weight per item; `None` counts each item once.
    pub weights: Option<&'a [f64]>,
    /// The intervals wanted of figures.
    pub intervals: Intervals,
}

/// One value of a slice.
pub(super) struct SliceValue<'a> {
    pub(super) slice: usize,
    pub(super) value: &'a str,
    /// Its place among the values of the slice, and that of every item's value: whole numbers, so
    /// that the items of each value are found without comparing texts.
    place: usize,
    places: Rc<[Option<usize>]>,
}

impl SliceValue<'_> {
    /// Whether the item has the value.
    pub(super) fn holds(&self, item: usize) -> bool {
        self.places[item] == Some(self.place)
    }
}

impl Sample<'_> {
    /// How much the item counts.
    pub(super) fn weight(&self, item: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[item])
    }

    /// Each value of each slice that an item has, in order.
    pub(super) fn slice_values(&self) -> Vec<SliceValue<'_>> {
        let mut all = Vec::new();
        for slice in 0..self.items.slices.len() {
            let items = self.items.items.iter();
            let values: BTreeSet<&str> = items
                .filter_map(|item| item.slices[slice].as_deref())
                .collect();
            let values: BTreeMap<&str, usize> = values.into_iter().zip(0..).collect();
            let places = self.items.items.iter();
            let places: Rc<[Option<usize>]> = places
                .map(|item| values.get(item.slices[slice].as_deref()?).copied())
                .collect();
            all.extend(values.into_iter().map(|(value, place)| SliceValue {
                slice,
                value,
                place,
                places: Rc::clone(&places),
            }));
        }
        all
    }

    /// Where the item's cluster stands.
    pub(super) fn cluster(&self, item: usize) -> usize {
        if self.intervals.are_independent() {
            item
        } else {
            self.items.items[item].cluster
        }
    }

    fn n_clusters(&self) -> usize {
        if self.intervals.are_independent() {
            self.items.len()
        } else {
            self.items.clusters.len()
        }
    }

    /// Counts rows into one tally per cluster, clusters and rows in the order of the items.
    pub(super) fn tally<T: Tally, R>(
        &self,
        empty: &T,
        rows: &[R],
        item: impl Fn(&R) -> usize,
        count: impl Fn(&mut T, &R, f64),
    ) -> Clustered<T> {
        // Clusters without rows get no tally, so that a small slice of many accounts stays small.
        let mut places = vec![None; self.n_clusters()];
        let mut tallies: Vec<(usize, T)> = Vec::new();
        for row in rows {
            let position = item(row);
            let cluster = self.cluster(position);
            let place = *places[cluster].get_or_insert_with(|| {
                tallies.push((cluster, empty.clone()));
                tallies.len() - 1
            });
            count(&mut tallies[place].1, row, self.weight(position));
        }
        tallies.sort_by_key(|(cluster, _)| *cluster);
        Clustered(tallies.into_iter().map(|(_, tally)| tally).collect())
    }

    /// The same, each cluster kept as the few coordinates in which it counts anything.
    pub(super) fn sparse<T: Lift, R>(
        &self,
        empty: &T,
        rows: &[R],
        item: impl Fn(&R) -> usize,
        count: impl Fn(&mut T, &R, f64),
    ) -> Sparse<T> {
        let by_cluster = rows.iter().enumerate();
        let mut by_cluster: Vec<(usize, usize)> = by_cluster
            .map(|(place, row)| (self.cluster(item(row)), place))
            .collect();
        by_cluster.sort_unstable();
        let mut sparse = Sparse::new(empty);
        let mut tally = empty.clone();
        for cluster in by_cluster.chunk_by(|a, b| a.0 == b.0) {
            tally.clear();
            for (_, place) in cluster {
                let row = &rows[*place];
                count(&mut tally, row, self.weight(item(row)));
            }
            sparse.push(&tally);
        }
        sparse
    }
}
