//! Tests of order between groups: two groups, or groups that stand in an order themselves.

use std::collections::BTreeMap;

use super::distribution::normal_sf;
use super::rank::{doubled_midranks, tie_sizes};
use super::{Rows, Undefined};

/// Two groups compared by the order of their values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannWhitney {
    /// Pairs (one of each group) in which the first group's value is larger, ties one half.
    pub u: f64,
    /// The variance of `u` where both groups are alike, corrected for ties.
    pub variance: f64,
    /// All pairs.
    pub pairs: f64,
}

impl MannWhitney {
    /// The probability that a value of the first group is larger than one of the second, ties one
    /// half: the area under the ROC curve. In 0–1; one half where the groups are alike.
    ///
    /// ```
    /// use labelgate::stat::rank_sum::mann_whitney;
    /// let test = mann_whitney(&[1.0, 4.0], &[2.0, 2.0, 3.0]).unwrap();
    /// assert_eq!(test.auc(), 0.5);
    /// ```
    pub fn auc(&self) -> f64 {
        self.u / self.pairs
    }

    /// Two-sided p-value by the normal approximation, with or without a continuity correction of
    /// one half. Undefined where all values are tied (`all_values_tied`).
    ///
    /// ```
    /// use labelgate::stat::rank_sum::mann_whitney;
    /// let test = mann_whitney(&[1.0, 4.0], &[2.0, 2.0, 3.0]).unwrap();
    /// assert_eq!(test.p(false), Ok(1.0));
    /// ```
    pub fn p(&self, continuity: bool) -> Result<f64, Undefined> {
        if self.variance <= 0.0 {
            return Err(Undefined::AllValuesTied);
        }
        let correction = if continuity { 0.5 } else { 0.0 };
        let distance = ((self.u - 0.5 * self.pairs).abs() - correction).max(0.0);
        Ok((2.0 * normal_sf(distance / self.variance.sqrt())).min(1.0))
    }
}

/// Mann–Whitney U of the first group: whether its values tend to be larger. Directed: exchanging
/// the groups gives the pairs minus U.
///
/// Undefined where a group is empty (`empty_group`).
///
/// Source: Mann & Whitney 1947.
///
/// ```
/// use labelgate::stat::rank_sum::mann_whitney;
/// let test = mann_whitney(&[3.0, 5.0], &[1.0, 3.0]).unwrap();
/// assert_eq!((test.u, test.auc()), (3.5, 0.875));
/// ```
pub fn mann_whitney(first: &[f64], second: &[f64]) -> Result<MannWhitney, Undefined> {
    if first.is_empty() || second.is_empty() {
        return Err(Undefined::EmptyGroup);
    }
    let both = [first, second].concat();
    let (n1, n2) = (first.len() as f64, second.len() as f64);
    let n = n1 + n2;
    let doubled: u64 = doubled_midranks(&both)[..first.len()].iter().sum();
    let ties: u128 = tie_sizes(both).iter().map(|t| t * t * t - t).sum();
    Ok(MannWhitney {
        u: 0.5 * doubled as f64 - 0.5 * n1 * (n1 + 1.0),
        variance: n1 * n2 / 12.0 * (n + 1.0 - ties as f64 / (n * (n - 1.0))),
        pairs: n1 * n2,
    })
}

/// Area under the ROC curve: the probability that the candidate's number is larger on an item whose
/// reference is above 0 (it is right) than on one whose reference is not, ties one half.
///
/// In 0–1; one half where the numbers do not tell the two apart. Undefined where all items are right
/// or none is (`constant_outcome`), and without items (`no_items`).
///
/// Source: Hanley & McNeil 1982.
///
/// ```
/// use labelgate::stat::{Rows, rank_sum::auroc};
/// let rows = Rows::from_iter([(1.0, 0.9), (1.0, 0.4), (0.0, 0.5), (0.0, 0.1)]);
/// assert_eq!(auroc(&rows), Ok(0.75));
/// ```
pub fn auroc(rows: &Rows) -> Result<f64, Undefined> {
    if rows.is_empty() {
        return Err(Undefined::NoItems);
    }
    let [right, wrong] = by_outcome(rows);
    let test = mann_whitney(&right, &wrong).map_err(|_| Undefined::ConstantOutcome)?;
    Ok(test.auc())
}

/// The candidate's numbers where the reference is above 0, and where it is not.
pub(super) fn by_outcome(rows: &Rows) -> [Vec<f64>; 2] {
    let of = |right: bool| {
        let pairs = rows.pairs().iter();
        pairs.filter(move |pair| (pair.0 > 0.0) == right)
    };
    [true, false].map(|right| of(right).map(|pair| pair.1).collect())
}

/// Two-sided exact p-value of [`mann_whitney`]: the share of all ways to divide the pooled values
/// into groups of these sizes in which U lies at least as far from its mean. Ties are kept. Takes
/// time that grows fast with the number of values; meant for a few dozen.
///
/// Undefined where a group is empty (`empty_group`).
///
/// ```
/// use labelgate::stat::rank_sum::mann_whitney_exact_p;
/// // Of the six divisions, two are as far apart as this one.
/// let p = mann_whitney_exact_p(&[1.0, 2.0], &[3.0, 4.0]).unwrap();
/// assert!((p - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn mann_whitney_exact_p(first: &[f64], second: &[f64]) -> Result<f64, Undefined> {
    let test = mann_whitney(first, second)?;
    let (observed, pairs) = ((2.0 * test.u) as i64, test.pairs as i64);
    let far = (observed - pairs).abs();
    // The count of pairs in which the later group is larger: first as the later one gives U.
    let counts = later_larger_counts(&[second, first]);
    Ok(share(&counts, |doubled| {
        (doubled as i64 - pairs).abs() >= far
    }))
}

/// Groups in order, and whether values rise with them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jonckheere {
    /// Pairs of values of different groups in which the later group's is larger, ties one half.
    pub j: f64,
    /// What `j` is on average where the groups are alike.
    pub mean: f64,
    /// Its variance then, corrected for ties.
    pub variance: f64,
}

impl Jonckheere {
    /// The standardised statistic, positive where values rise, without continuity correction.
    /// Undefined where all values are tied (`all_values_tied`).
    pub fn z(&self) -> Result<f64, Undefined> {
        if self.variance <= 0.0 {
            return Err(Undefined::AllValuesTied);
        }
        Ok((self.j - self.mean) / self.variance.sqrt())
    }

    /// One-sided p-value against no rise.
    pub fn p_increasing(&self) -> Result<f64, Undefined> {
        self.z().map(normal_sf)
    }

    /// Two-sided p-value against neither rise nor fall.
    pub fn p_two_sided(&self) -> Result<f64, Undefined> {
        self.z().map(|z| 2.0 * normal_sf(z.abs()))
    }
}

/// Jonckheere–Terpstra test of a trend over ordered groups. Empty groups are left out. Directed:
/// groups in the opposite order change the sign of z.
///
/// Undefined for fewer than two groups with values (`fewer_than_two_groups`).
///
/// Source: Terpstra 1952; Jonckheere 1954; tie correction of Hollander & Wolfe 1999.
///
/// ```
/// use labelgate::stat::rank_sum::jonckheere;
/// // Six of the eight pairs rise, one is tied, one falls.
/// let groups = [vec![1.0, 2.0], vec![2.0, 4.0], vec![3.0]];
/// let test = jonckheere(&groups).unwrap();
/// assert_eq!((test.j, test.mean), (6.5, 4.0));
/// ```
pub fn jonckheere(groups: &[Vec<f64>]) -> Result<Jonckheere, Undefined> {
    let groups = filled(groups)?;
    let sizes: Vec<u128> = groups.iter().map(|group| group.len() as u128).collect();
    let n: u128 = sizes.iter().sum();
    let mut doubled = 0;
    let mut seen: Vec<f64> = Vec::new();
    for group in &groups {
        let mut sorted = seen.clone();
        sorted.sort_by(f64::total_cmp);
        for value in *group {
            let below = sorted.partition_point(|other| other < value);
            doubled += below + sorted.partition_point(|other| other <= value);
        }
        seen.extend_from_slice(group);
    }
    let ties = tie_sizes(seen);
    let sum = |sizes: &[u128], term: &dyn Fn(u128) -> u128| -> u128 {
        sizes.iter().map(|size| term(*size)).sum()
    };
    let base = |n: u128| n * (n - 1) * (2 * n + 5);
    let pairs = |n: u128| n * (n - 1);
    let triples = |n: u128| n * (n - 1) * n.saturating_sub(2);
    let mut variance =
        (base(n) - sum(&sizes, &base)) as f64 / 72.0 - sum(&ties, &base) as f64 / 72.0;
    if n > 2 {
        variance += sum(&sizes, &triples) as f64 * sum(&ties, &triples) as f64
            / (36 * n * (n - 1) * (n - 2)) as f64;
    }
    variance += sum(&sizes, &pairs) as f64 * sum(&ties, &pairs) as f64 / (8 * n * (n - 1)) as f64;
    // With all values tied the terms cancel, but only up to rounding.
    if ties.len() == 1 {
        variance = 0.0;
    }
    let squares = sum(&sizes, &|size| size * size);
    Ok(Jonckheere {
        j: 0.5 * doubled as f64,
        mean: 0.25 * (n * n - squares) as f64,
        variance,
    })
}

/// One-sided exact p-value of [`jonckheere`]: the share of all ways to divide the pooled values
/// into groups of these sizes in which J is at least as large. Ties are kept. Meant for a few
/// dozen values at most.
///
/// Undefined for fewer than two groups with values (`fewer_than_two_groups`).
///
/// ```
/// use labelgate::stat::rank_sum::jonckheere_exact_p;
/// let groups = [vec![1.0], vec![2.0], vec![3.0]];
/// assert_eq!(jonckheere_exact_p(&groups), Ok(1.0 / 6.0));
/// ```
pub fn jonckheere_exact_p(groups: &[Vec<f64>]) -> Result<f64, Undefined> {
    let observed = 2.0 * jonckheere(groups)?.j;
    let counts = later_larger_counts(&filled(groups)?);
    Ok(share(&counts, |doubled| doubled as f64 >= observed))
}

fn filled(groups: &[Vec<f64>]) -> Result<Vec<&[f64]>, Undefined> {
    let filled: Vec<&[f64]> = groups
        .iter()
        .filter(|group| !group.is_empty())
        .map(Vec::as_slice)
        .collect();
    if filled.len() < 2 {
        return Err(Undefined::FewerThanTwoGroups);
    }
    Ok(filled)
}

/// How many divisions of the pooled values have each doubled count of pairs in which the later
/// group's value is larger. Goes up through the distinct values; what has been placed so far
/// matters only through how much of each group it filled.
fn later_larger_counts(groups: &[&[f64]]) -> BTreeMap<u64, f64> {
    let sizes: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let mut states: BTreeMap<Vec<usize>, BTreeMap<u64, f64>> = BTreeMap::new();
    states.insert(vec![0; sizes.len()], BTreeMap::from([(0, 1.0)]));
    for block in tie_sizes(groups.concat()) {
        let mut next: BTreeMap<Vec<usize>, BTreeMap<u64, f64>> = BTreeMap::new();
        for (placed, counts) in &states {
            let room: Vec<usize> = sizes.iter().zip(placed).map(|(size, n)| size - n).collect();
            for (taken, ways) in divisions(block as usize, &room) {
                let gain = gained(placed, &taken);
                let filled = placed.iter().zip(&taken).map(|(a, b)| a + b).collect();
                let target = next.entry(filled).or_default();
                for (doubled, count) in counts {
                    *target.entry(doubled + gain).or_default() += count * ways;
                }
            }
        }
        states = next;
    }
    states.into_values().next().unwrap_or_default()
}

/// The doubled count of new pairs in which the later group's value is larger, ties one half.
fn gained(placed: &[usize], taken: &[usize]) -> u64 {
    let (mut lower, mut level, mut gain) = (0, 0, 0);
    for (before, now) in placed.iter().zip(taken) {
        gain += now * (2 * lower + level);
        lower += before;
        level += now;
    }
    gain as u64
}

/// Every way to divide `n` like items among groups with this much room, and how many choices of
/// the items each stands for.
fn divisions(n: usize, room: &[usize]) -> Vec<(Vec<usize>, f64)> {
    let Some((first, rest)) = room.split_first() else {
        return if n == 0 {
            vec![(Vec::new(), 1.0)]
        } else {
            Vec::new()
        };
    };
    let mut all = Vec::new();
    let mut ways = 1.0;
    for taken in 0..=n.min(*first) {
        for (mut others, more) in divisions(n - taken, rest) {
            others.insert(0, taken);
            all.push((others, ways * more));
        }
        ways = ways * (n - taken) as f64 / (taken + 1) as f64;
    }
    all
}

fn share(counts: &BTreeMap<u64, f64>, counted: impl Fn(u64) -> bool) -> f64 {
    let total: f64 = counts.values().sum();
    let chosen: f64 = counts
        .iter()
        .filter(|(doubled, _)| counted(**doubled))
        .map(|(_, count)| count)
        .sum();
    chosen / total
}
