//! Clusters kept as the few coordinates in which each is not 0.

use std::sync::OnceLock;

use super::interval::{ClusterDesign, Proportion};
use super::{Cells, Clustered, Lift};

/// One tally per cluster, like [`Clustered`], for many clusters of few items: a cluster takes the
/// room of its coordinates that are not 0, not that of a whole table. Clusters that counted nothing
/// are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparse<T> {
    total: T,
    n_coordinates: usize,
    sizes: Vec<f64>,
    /// Where the entries of each cluster end.
    ends: Vec<usize>,
    entries: Vec<(u32, f64)>,
    /// Made once, since every statistic of the clusters needs it.
    design: OnceLock<ClusterDesign>,
}

impl<T: Lift> Sparse<T> {
    /// No clusters yet; `empty` gives the shape.
    pub fn new(empty: &T) -> Self {
        let mut total = empty.clone();
        total.clear();
        Self {
            n_coordinates: total.coordinates().len(),
            total,
            sizes: Vec::new(),
            ends: Vec::new(),
            entries: Vec::new(),
            design: OnceLock::new(),
        }
    }

    /// The same clusters; `None` without any, since then nothing tells the shape.
    pub fn of(data: &Clustered<T>) -> Option<Self> {
        let mut sparse = Self::new(data.0.first()?);
        for cluster in &data.0 {
            sparse.push(cluster);
        }
        Some(sparse)
    }

    /// Adds a cluster.
    pub fn push(&mut self, cluster: &T) {
        let size = cluster.size();
        if size <= 0.0 {
            return;
        }
        self.design.take();
        self.total.add(cluster);
        self.sizes.push(size);
        let coordinates = cluster.coordinates().into_iter().zip(0..);
        let entries = coordinates.filter(|(value, _)| *value != 0.0);
        self.entries
            .extend(entries.map(|(value, place)| (place, value)));
        self.ends.push(self.entries.len());
    }

    /// The sum of all clusters' tallies.
    pub fn total(&self) -> &T {
        &self.total
    }

    /// How many clusters counted anything.
    pub fn n_clusters(&self) -> usize {
        self.sizes.len()
    }

    /// The clusters' sizes.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The clusters' sizes and what follows from them.
    pub fn design(&self) -> &ClusterDesign {
        self.design
            .get_or_init(|| ClusterDesign::new(self.sizes.iter().copied()))
    }

    /// How many coordinates the tallies have.
    pub fn n_coordinates(&self) -> usize {
        self.n_coordinates
    }

    /// Each cluster's coordinates that are not 0, with their places.
    pub fn clusters(&self) -> impl Iterator<Item = &[(u32, f64)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.entries[start..end])
    }
}

impl<T: Cells> Sparse<T> {
    /// The tally of an item that counts in one coordinate alone.
    pub fn unit(&self, place: usize) -> T {
        let mut coordinates = vec![0.0; self.n_coordinates];
        coordinates[place] = 1.0;
        self.total.with_coordinates(&coordinates)
    }

    /// What is made of each cluster's tally.
    #[must_use]
    pub fn map<U: Lift>(&self, tally: impl Fn(&T) -> U) -> Sparse<U> {
        let mut mapped = Sparse::new(&tally(&self.total));
        let mut coordinates = vec![0.0; self.n_coordinates];
        for entries in self.clusters() {
            coordinates.fill(0.0);
            for (place, value) in entries {
                coordinates[*place as usize] = *value;
            }
            mapped.push(&tally(&self.total.with_coordinates(&coordinates)));
        }
        mapped
    }

    /// The clusters' hits and trials; both must add up as the tallies do.
    pub fn proportions(&self, share: impl Fn(&T) -> Proportion) -> Clustered<Proportion> {
        let units: Vec<Proportion> = (0..self.n_coordinates)
            .map(|place| share(&self.unit(place)))
            .collect();
        let sum = |entries: &[(u32, f64)]| {
            let mut sum = Proportion::default();
            for (place, count) in entries {
                let unit = units[*place as usize];
                sum.hits += count * unit.hits;
                sum.trials += count * unit.trials;
            }
            sum
        };
        Clustered(self.clusters().map(sum).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stat::Confusion;

    #[test]
    fn clusters_are_kept_but_for_empty_ones() {
        let cluster =
            |pairs: &[(usize, usize)]| Confusion::tally(3, pairs.iter().copied()).as_weights();
        let data = Clustered(vec![
            cluster(&[(0, 0), (0, 0), (2, 1)]),
            cluster(&[]),
            cluster(&[(1, 1)]),
        ]);
        let sparse = Sparse::of(&data).unwrap();
        assert_eq!(Some(sparse.total()), data.total().as_ref());
        assert_eq!(sparse.sizes(), data.sizes());
        let clusters: Vec<_> = sparse.clusters().collect();
        assert_eq!(clusters, [&[(0, 2.0), (7, 1.0)][..], &[(4, 1.0)]]);
        let agreed = sparse.proportions(|c| Proportion::new(c.diagonal(), c.total()));
        assert_eq!(
            agreed.0[0],
            Proportion {
                hits: 2.0,
                trials: 3.0
            }
        );
    }
}
