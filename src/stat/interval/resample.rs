//! Resampling whole clusters: any number of statistics of the same resamples, on any number of
//! threads.

use super::bootstrap::Resampled;
use super::cluster::ClusterDesign;
use crate::num::Level;
use crate::stat::random::SplitMix64;
use crate::stat::{Cells, Clustered, Estimate, Flag, Interval, Method, Sparse, Tally, Undefined};

/// How many resamples are added up side by side.
const LANES: usize = 8;

/// How resamples are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// How many.
    pub resamples: u32,
    /// The seed of their streams.
    pub seed: u64,
    /// On how many threads; no result depends on it.
    pub threads: usize,
}

/// Clusters that can be drawn with replacement.
pub trait Resample: Sync {
    /// What their items add up to.
    type Total;
    /// The sum of all clusters, or `None` without any.
    fn whole(&self) -> Option<Self::Total>;
    /// The sizes of the clusters that counted anything: those that are drawn.
    fn drawn_sizes(&self) -> Vec<f64>;
    /// Draws as many clusters as there are, once from each stream, and hands out what they add up
    /// to, in the order of the streams.
    fn draw(&self, streams: &mut [SplitMix64], visit: &mut dyn FnMut(&Self::Total));
}

impl<T: Tally + Sync> Resample for Clustered<T> {
    type Total = T;

    fn whole(&self) -> Option<T> {
        self.total()
    }

    fn drawn_sizes(&self) -> Vec<f64> {
        self.sizes()
    }

    fn draw(&self, streams: &mut [SplitMix64], visit: &mut dyn FnMut(&T)) {
        let clusters = self.0.iter().filter(|cluster| cluster.size() > 0.0);
        let clusters: Vec<&T> = clusters.collect();
        let Some(first) = clusters.first() else {
            return;
        };
        let mut sum = (*first).clone();
        for stream in streams {
            sum.clear();
            for _ in 0..clusters.len() {
                sum.add(clusters[stream.index(clusters.len())]);
            }
            visit(&sum);
        }
    }
}

impl<T: Cells + Sync> Resample for Sparse<T> {
    type Total = T;

    fn whole(&self) -> Option<T> {
        (self.n_clusters() > 0).then(|| self.total().clone())
    }

    fn drawn_sizes(&self) -> Vec<f64> {
        self.sizes().to_vec()
    }

    fn draw(&self, streams: &mut [SplitMix64], visit: &mut dyn FnMut(&T)) {
        let n = self.n_clusters();
        let mut times: [Vec<u32>; LANES] = std::array::from_fn(|_| vec![0; n]);
        for streams in streams.chunks_mut(LANES) {
            let n_lanes = streams.len();
            for (times, stream) in times.iter_mut().zip(streams) {
                times.fill(0);
                for _ in 0..n {
                    times[stream.index(n)] += 1;
                }
            }
            // One pass over the clusters adds to eight sums at once; whole counts are exact, and
            // weights are added in the order of the clusters whatever was drawn first.
            let mut sums = vec![[0.0; LANES]; self.n_coordinates()];
            for (cluster, entries) in self.clusters().enumerate() {
                let times: [f64; LANES] =
                    std::array::from_fn(|lane| f64::from(times[lane][cluster]));
                for (place, count) in entries {
                    for (sum, times) in sums[*place as usize].iter_mut().zip(times) {
                        *sum += times * count;
                    }
                }
            }
            for lane in 0..n_lanes {
                let coordinates: Vec<f64> = sums.iter().map(|lanes| lanes[lane]).collect();
                visit(&self.total().with_coordinates(&coordinates));
            }
        }
    }
}

/// A statistic with its values over resamples.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrapped {
    /// The value with what it rests on, without interval.
    pub estimate: Estimate,
    /// Its values over the resamples.
    pub resampled: Resampled,
}

impl Bootstrapped {
    /// The estimate with percentile limits.
    pub fn at(&self, level: Level) -> Estimate {
        self.onto(self.estimate.clone(), level)
    }

    /// Another estimate of the same value with these resamples' error and limits.
    pub fn onto(&self, mut estimate: Estimate, level: Level) -> Estimate {
        estimate.level = level;
        estimate.se = None;
        let (defined, undefined) = (self.resampled.n_defined(), self.resampled.undefined());
        if self.estimate.n_clusters < 2 {
            estimate.interval = Err(Undefined::FewerThanTwoClusters);
            return estimate;
        }
        if undefined > 0 {
            let whole = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
            estimate.flags.push(Flag::UndefinedResamples {
                undefined: whole(undefined),
                resamples: whole(defined + undefined),
            });
        }
        estimate.interval = if defined == 0 || defined < undefined {
            Err(Undefined::Unstable)
        } else {
            self.interval(&mut estimate, level)
        };
        estimate
    }

    fn interval(&self, estimate: &mut Estimate, level: Level) -> Result<Interval, Undefined> {
        let se = self.resampled.se()?;
        estimate.se = Some(se);
        if se == 0.0 {
            return Err(Undefined::ZeroVariance);
        }
        let (low, high) = self.resampled.percentile(level)?;
        Ok(Interval {
            low,
            high,
            method: Method::ClusterBootstrap,
        })
    }
}

/// Any number of statistics with their cluster bootstrap intervals, all from the same resamples:
/// each is what [`super::bootstrap()`] gives of it alone with the same seed.
///
/// `statistics` gives the same number of values for every total. Clusters that are kept sparsely
/// take the least time, and give the same bits as long as counts are whole.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::agreement::{agreement, cohen_kappa};
/// use labelgate::stat::interval::{Resampling, bootstrap, bootstrap_all};
/// use labelgate::stat::{Clustered, Confusion, Sparse};
/// let user = |pairs: [(usize, usize); 2]| Confusion::tally(2, pairs).as_weights();
/// let data = Clustered(vec![
///     user([(0, 0), (1, 1)]), user([(0, 1), (1, 1)]), user([(0, 0), (0, 0)]), user([(1, 0), (1, 1)]),
/// ]);
/// let both = |total: &Confusion<f64>| vec![agreement(total), cohen_kappa(total)];
/// let resampling = Resampling { resamples: 100, seed: 1, threads: 2 };
/// let all = bootstrap_all(&Sparse::of(&data).unwrap(), both, Level::DEFAULT, resampling);
/// let kappa = bootstrap(&data, cohen_kappa, Level::DEFAULT, 100, 1);
/// assert_eq!(all[1], kappa);
/// ```
pub fn bootstrap_all<D: Resample>(
    data: &D,
    statistics: impl Fn(&D::Total) -> Vec<Result<f64, Undefined>> + Sync,
    level: Level,
    resampling: Resampling,
) -> Vec<Result<Estimate, Undefined>> {
    let all = resample_all(data, statistics, resampling).into_iter();
    all.map(|one| one.map(|one| one.at(level))).collect()
}

/// [`bootstrap_all`] with every value kept, for limits of several levels. Empty without clusters.
pub fn resample_all<D: Resample>(
    data: &D,
    statistics: impl Fn(&D::Total) -> Vec<Result<f64, Undefined>> + Sync,
    resampling: Resampling,
) -> Vec<Result<Bootstrapped, Undefined>> {
    let Some(total) = data.whole() else {
        return Vec::new();
    };
    let values = statistics(&total);
    let design = ClusterDesign::new(data.drawn_sizes());
    let resamples = if design.n_clusters() < 2 {
        0
    } else {
        resampling.resamples
    };
    let mut drawn = vec![Vec::new(); resamples as usize];
    // A whole number of lanes each, so that no pass over the clusters is for less than it could be.
    let threads = resampling.threads.max(1);
    let share = drawn.len().div_ceil(threads).max(1).next_multiple_of(LANES);
    std::thread::scope(|scope| {
        for (first, drawn) in drawn.chunks_mut(share).enumerate() {
            let statistics = &statistics;
            let mut work = move || {
                let first = first * share;
                let stream = |i| SplitMix64::stream(resampling.seed, i as u64);
                let mut streams: Vec<_> = (first..first + drawn.len()).map(stream).collect();
                let mut places = drawn.iter_mut();
                data.draw(&mut streams, &mut |total| {
                    if let Some(place) = places.next() {
                        *place = statistics(total);
                    }
                });
            };
            if threads == 1 {
                work();
            } else {
                scope.spawn(work);
            }
        }
    });
    let of_statistic = |(which, value): (usize, Result<f64, Undefined>)| {
        let mut resampled = Resampled::default();
        for values in &drawn {
            resampled.push(
                values
                    .get(which)
                    .copied()
                    .unwrap_or(Err(Undefined::NoItems)),
                1,
            );
        }
        resampled.sort();
        Ok(Bootstrapped {
            estimate: design.estimate(value?, Level::DEFAULT),
            resampled,
        })
    };
    values.into_iter().enumerate().map(of_statistic).collect()
}
