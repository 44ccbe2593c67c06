//! Intervals from resampling whole clusters.

use super::resample::{Resampling, bootstrap_all};
use crate::num::Level;
use crate::stat::distribution::{normal_cdf, normal_quantile};
use crate::stat::quantile::{QuantileType, quantile};
use crate::stat::{Clustered, Estimate, Tally, Undefined};

/// Values closer than this, relative to their size, are one value computed in two orders.
const SAME: f64 = 1e-13;
/// The most resamples that are enumerated.
const MOST: f64 = 1e6;

/// Any statistic of any tally with its cluster bootstrap interval: G clusters are drawn with
/// replacement from the G there are, the statistic is taken of all their items, and the limits are
/// percentiles (type 7) over the resamples.
///
/// Resample i draws from its own stream of the seed, so the same seed gives the same bits whatever
/// the order or the number of threads. Resamples in which the statistic is undefined are left out
/// and counted in the flags.
///
/// Undefined where the statistic is; without interval for one cluster (`fewer_than_two_clusters`),
/// where less than half of the resamples are defined (`unstable`), and where all give the same
/// value (`zero_variance`).
///
/// Source: Efron 1979; Field & Welsh 2007 for clusters.
///
/// ```
/// use labelgate::num::Level;
/// use labelgate::stat::interval::{Proportion, bootstrap};
/// use labelgate::stat::Clustered;
/// let hits = [1.0, 0.0, 2.0, 3.0, 1.0, 2.0];
/// let data = Clustered(hits.iter().map(|h| Proportion { hits: *h, trials: 3.0 }).collect());
/// let share = |total: &Proportion| total.share();
/// let estimate = bootstrap(&data, share, Level::DEFAULT, 200, 1).unwrap();
/// assert_eq!(estimate.value, 0.5);
/// assert!(estimate.low().unwrap() < 0.5 && estimate.high().unwrap() > 0.5);
/// ```
pub fn bootstrap<T: Tally + Sync>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined> + Sync,
    level: Level,
    resamples: u32,
    seed: u64,
) -> Result<Estimate, Undefined> {
    let resampling = Resampling {
        resamples,
        seed,
        threads: 1,
    };
    let one = |total: &T| vec![statistic(total)];
    let mut all = bootstrap_all(data, one, level, resampling).into_iter();
    all.next().unwrap_or(Err(Undefined::NoItems))
}

/// All Gᴳ resamples of few clusters, each as likely as any other: what [`bootstrap`] approaches.
///
/// Undefined without clusters (`no_items`), and where there are more than a million resamples
/// (`unstable`).
///
/// ```
/// use labelgate::stat::{Clustered, interval::{Proportion, exhaustive_bootstrap}};
/// let data = Clustered(vec![Proportion::new(1_u64, 1), Proportion::new(0_u64, 1)]);
/// let all = exhaustive_bootstrap(&data, |total: &Proportion| total.share()).unwrap();
/// assert_eq!(all.values(), [(0.0, 1), (0.5, 2), (1.0, 1)]);
/// ```
pub fn exhaustive_bootstrap<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
) -> Result<Resampled, Undefined> {
    let counted = counted(data);
    let mut sum = data.total().ok_or(Undefined::NoItems)?;
    let n = counted.len();
    if (n as f64).powi(n as i32) > MOST {
        return Err(Undefined::Unstable);
    }
    let mut resampled = Resampled::default();
    // Every way to draw each cluster some number of times, which stands for a multinomial number
    // of orders.
    let mut times = vec![0; n];
    let mut visit = |times: &[usize]| {
        sum.clear();
        let mut orders = factorial(n);
        for (cluster, times) in counted.iter().zip(times) {
            orders /= factorial(*times);
            for _ in 0..*times {
                sum.add(cluster);
            }
        }
        resampled.push(statistic(&sum), orders);
    };
    compositions(&mut times, 0, n, &mut visit);
    resampled.sort();
    Ok(resampled)
}

/// A statistic's values over resamples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resampled {
    values: Vec<(f64, u64)>,
    undefined: u64,
}

impl Resampled {
    /// The distinct values in ascending order, each with the number of resamples that gave it.
    pub fn values(&self) -> &[(f64, u64)] {
        &self.values
    }

    /// Resamples in which the statistic is undefined; they enter nothing else.
    pub fn undefined(&self) -> u64 {
        self.undefined
    }

    /// Resamples in which it is defined.
    pub fn n_defined(&self) -> u64 {
        self.values.iter().map(|(_, times)| times).sum()
    }

    /// The mean over resamples. Undefined where none is defined (`no_defined_resample`).
    pub fn mean(&self) -> Result<f64, Undefined> {
        let n = self.some()?;
        Ok(self
            .values
            .iter()
            .map(|(v, times)| v * *times as f64)
            .sum::<f64>()
            / n)
    }

    /// The standard deviation over resamples, with their number as divisor.
    pub fn se(&self) -> Result<f64, Undefined> {
        if self.values.len() == 1 {
            return Ok(0.0);
        }
        let (n, mean) = (self.some()?, self.mean()?);
        let squares = self
            .values
            .iter()
            .map(|(v, times)| (v - mean) * (v - mean) * *times as f64);
        Ok((squares.sum::<f64>() / n).sqrt())
    }

    /// A quantile over resamples.
    pub fn quantile(&self, p: f64, kind: QuantileType) -> Result<f64, Undefined> {
        self.some()?;
        let values = self.values.iter();
        let all: Vec<f64> = values
            .flat_map(|(value, times)| std::iter::repeat_n(*value, *times as usize))
            .collect();
        quantile(&all, p, kind)
    }

    /// Percentile limits: type 7 quantiles.
    pub fn percentile(&self, level: Level) -> Result<(f64, f64), Undefined> {
        let high = level.upper_tail();
        let at = |p| self.quantile(p, QuantileType::Linear);
        Ok((at(1.0 - high)?, at(high)?))
    }

    /// Basic limits: the percentiles reflected in the estimate.
    ///
    /// Source: Davison & Hinkley 1997.
    pub fn basic(&self, estimate: f64, level: Level) -> Result<(f64, f64), Undefined> {
        let (low, high) = self.percentile(level)?;
        Ok((2.0 * estimate - high, 2.0 * estimate - low))
    }

    /// Bias-corrected and accelerated limits from the estimate and its leave-one-cluster-out
    /// values. Undefined where the estimate lies outside all resamples or leaving out a cluster
    /// changes nothing (`unstable`).
    ///
    /// Source: Efron 1987.
    pub fn bca(&self, estimate: f64, left_out: &[f64], level: Level) -> Result<Bca, Undefined> {
        let n = self.some()?;
        let same = |value: f64| is_same(value, estimate);
        let share = self.values.iter().map(|(value, times)| {
            let part = if same(*value) {
                0.5
            } else {
                f64::from(*value < estimate)
            };
            part * *times as f64
        });
        let share = share.sum::<f64>() / n;
        let centre = left_out.iter().sum::<f64>() / left_out.len().max(1) as f64;
        let power = |k: i32| -> f64 { left_out.iter().map(|v| (centre - v).powi(k)).sum() };
        let squares = power(2);
        if share <= 0.0 || share >= 1.0 || squares <= 0.0 {
            return Err(Undefined::Unstable);
        }
        let z0 = normal_quantile(share);
        let acceleration = power(3) / (6.0 * squares.powf(1.5));
        let at = |p: f64| {
            let z = z0 + normal_quantile(p);
            normal_cdf(z0 + z / (1.0 - acceleration * z))
        };
        let high = level.upper_tail();
        let levels = (at(1.0 - high), at(high));
        Ok(Bca {
            z0,
            acceleration,
            levels,
            low: self.quantile(levels.0, QuantileType::Linear)?,
            high: self.quantile(levels.1, QuantileType::Linear)?,
        })
    }

    fn some(&self) -> Result<f64, Undefined> {
        match self.n_defined() {
            0 => Err(Undefined::NoDefinedResample),
            n => Ok(n as f64),
        }
    }

    pub(super) fn push(&mut self, value: Result<f64, Undefined>, times: u64) {
        match value {
            Ok(value) if value.is_finite() => self.values.push((value, times)),
            _ => self.undefined += times,
        }
    }

    /// Sorts, and joins values that are the same but for the order in which they were added up.
    pub(super) fn sort(&mut self) {
        self.values.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.values.dedup_by(|next, kept| {
            let same = is_same(next.0, kept.0);
            if same {
                kept.1 += next.1;
            }
            same
        });
    }
}

/// Bias-corrected and accelerated limits and what they were made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bca {
    /// The bias correction: how far the estimate lies from the resamples' median.
    pub z0: f64,
    /// How fast the standard error changes with the value.
    pub acceleration: f64,
    /// The probabilities whose quantiles are the limits.
    pub levels: (f64, f64),
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// The statistic with each cluster left out in turn, in the order of the clusters that have items.
///
/// Undefined where leaving out a cluster leaves the statistic undefined.
pub fn leave_one_out<T: Tally>(
    data: &Clustered<T>,
    statistic: impl Fn(&T) -> Result<f64, Undefined>,
) -> Result<Vec<f64>, Undefined> {
    let counted = counted(data);
    let mut rest = data.total().ok_or(Undefined::NoItems)?;
    (0..counted.len())
        .map(|left_out| {
            rest.clear();
            for (place, cluster) in counted.iter().enumerate() {
                if place != left_out {
                    rest.add(cluster);
                }
            }
            statistic(&rest)
        })
        .collect()
}

fn counted<T: Tally>(data: &Clustered<T>) -> Vec<&T> {
    data.0
        .iter()
        .filter(|cluster| cluster.size() > 0.0)
        .collect()
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME * a.abs().max(b.abs()).max(1e-3)
}

fn factorial(n: usize) -> u64 {
    (1..=n as u64).product()
}

/// Calls `visit` with every vector of whole numbers that add up to `left` from `place` on.
fn compositions(
    times: &mut Vec<usize>,
    place: usize,
    left: usize,
    visit: &mut impl FnMut(&[usize]),
) {
    if place + 1 >= times.len() {
        if let Some(last) = times.last_mut() {
            *last = left;
        }
        visit(times);
        return;
    }
    for here in 0..=left {
        times[place] = here;
        compositions(times, place + 1, left - here, visit);
    }
}
