//! What would settle an open gate, held against simulated samples of that size.

use super::needed::{Basis, to_decide, to_support};
use super::{By, Demand, Needed};
use crate::num::Level;
use crate::stat::interval::{Proportion, paired_difference, proportion};
use crate::stat::paired::PairedOutcomes;
use crate::stat::random::SplitMix64;
use crate::stat::{Clustered, Estimate, Tally};

const AT_LEAST: Demand = Demand::AtLeast {
    threshold: 0.8,
    by: By::Bound,
};
const NOT_BEHIND: Demand = Demand::NotBehind {
    margin: 0.03,
    by: By::Bound,
};

fn basis<T: Tally>(data: &Clustered<T>) -> Basis {
    Basis {
        items: data.total().unwrap().size(),
        clusters: data.n_clusters() as f64,
        class: None,
    }
}

/// Clusters of 1 to 6 items that are alike: each has its own chance.
fn shares(n_clusters: usize, seed: u64) -> Clustered<Proportion> {
    let mut random = SplitMix64::new(seed);
    let cluster = |_| {
        let trials = 1 + random.index(6);
        let chance = [9, 5][usize::from(random.index(8) == 0)];
        let hits = (0..trials).filter(|_| random.index(10) < chance).count();
        Proportion::new(hits as f64, trials as f64)
    };
    Clustered((0..n_clusters).map(cluster).collect())
}

/// Clusters in which some items were lost or won.
fn differences(n_clusters: usize, seed: u64) -> Clustered<PairedOutcomes<f64>> {
    let mut random = SplitMix64::new(seed);
    let cluster = |_| {
        let mut outcomes = PairedOutcomes::new();
        let is_hard = random.index(4) == 0;
        for _ in 0..1 + random.index(5) {
            let draw = random.index(100);
            let (lost, won) = if is_hard { (15, 30) } else { (3, 6) };
            outcomes.count_item(draw >= won || draw < lost, draw >= lost, 1.0);
        }
        outcomes
    };
    Clustered((0..n_clusters).map(cluster).collect())
}

/// How often the demand is settled, towards the side on which the value lies, once so many more
/// clusters like those at hand have been drawn from among them.
fn settled<T: Tally>(
    data: &Clustered<T>,
    more: u64,
    is_settled: impl Fn(&Clustered<T>) -> bool,
) -> f64 {
    const REPLICATIONS: u64 = 300;
    let settled = (0..REPLICATIONS).filter(|replication| {
        let mut random = SplitMix64::stream(77, *replication);
        let mut all = data.0.clone();
        all.extend((0..more).map(|_| data.0[random.index(data.0.len())].clone()));
        is_settled(&Clustered(all))
    });
    settled.count() as f64 / REPLICATIONS as f64
}

/// Over several samples that leave the demand open: the shares settled by the smaller and by the
/// larger number, and how many samples there were.
fn rates<T: Tally>(
    draw: impl Fn(u64) -> Clustered<T>,
    demand: Demand,
    measure: impl Fn(&Clustered<T>) -> Estimate,
    threshold: f64,
) -> ([f64; 2], usize) {
    let mut sums = [0.0; 2];
    let mut n = 0;
    for seed in 0..200 {
        let data = draw(seed);
        let estimate = measure(&data);
        let (low, high) = (estimate.low().unwrap(), estimate.high().unwrap());
        let is_open = low < threshold && threshold <= high;
        if !is_open || (estimate.value - threshold).abs() < 0.5 * (high - low) / 2.0 {
            continue;
        }
        let Needed::More { even, likely } = to_decide(demand, &estimate, basis(&data)) else {
            continue;
        };
        let is_above = estimate.value > threshold;
        let is_settled = |data: &Clustered<T>| {
            let estimate = measure(data);
            match is_above {
                true => estimate.low().unwrap() >= threshold,
                false => estimate.high().unwrap() < threshold,
            }
        };
        for (sum, more) in sums.iter_mut().zip([even, likely]) {
            *sum += settled(&data, more.clusters, is_settled);
        }
        n += 1;
        if n == 12 {
            break;
        }
    }
    (sums.map(|sum| sum / n as f64), n)
}

#[test]
fn as_many_more_items_as_a_share_needs_settle_it_in_about_half_and_in_four_fifths() {
    let measure = |data: &Clustered<Proportion>| proportion(data, Level::DEFAULT).unwrap();
    let draw = |seed| shares(60, seed);
    let ([even, likely], n) = rates(draw, AT_LEAST, measure, 0.8);
    assert_eq!(n, 12);
    assert!((0.45..0.65).contains(&even), "{even}");
    assert!((0.75..0.92).contains(&likely), "{likely}");
}

#[test]
fn as_many_more_items_as_a_difference_needs_settle_it_in_about_half_and_in_four_fifths() {
    let measure = |data: &Clustered<PairedOutcomes<f64>>| {
        paired_difference(data, Level::ONE_SIDED_95).unwrap()
    };
    let draw = |seed| differences(80, seed);
    let ([even, likely], n) = rates(draw, NOT_BEHIND, measure, -0.03);
    assert_eq!(n, 12);
    assert!((0.45..0.65).contains(&even), "{even}");
    assert!((0.75..0.92).contains(&likely), "{likely}");
}

/// Independent items of which so many are hits.
fn independent(hits: usize, trials: usize) -> Clustered<Proportion> {
    let item = |at| Proportion::new(f64::from(u8::from(at < hits)), 1.0);
    Clustered((0..trials).map(item).collect())
}

fn needed(hits: usize, trials: usize) -> Needed {
    let data = independent(hits, trials);
    let estimate = proportion(&data, Level::DEFAULT).unwrap();
    to_decide(AT_LEAST, &estimate, basis(&data))
}

#[test]
fn the_number_needed_is_the_least_at_which_wilson_s_limit_clears_the_threshold() {
    // 85 of 100: the lower limit reaches 0.8 at z² T(1 − T)/(p − T)² = 245.9 items.
    let Needed::More { even, likely } = needed(85, 100) else {
        panic!("a number");
    };
    assert_eq!(even.items, 146);
    assert_eq!(even.clusters, 146);
    assert!(likely.items > even.items);
    let low = |hits, trials| {
        let estimate = proportion(&independent(hits, trials), Level::DEFAULT).unwrap();
        estimate.low().unwrap()
    };
    // 209 of 246 are as near to 85 % as whole items come from below.
    assert!(low(210, 246) > 0.8 && low(204, 240) < 0.8);
}

#[test]
fn the_nearer_the_value_is_to_the_threshold_the_more_it_takes() {
    assert_eq!(needed(80, 100), Needed::Never);
    let near = needed(8_001, 10_000);
    assert_eq!(near, Needed::TooMany);
    assert!(near.rank() > needed(82, 100).rank());
    assert!(needed(82, 100).rank() > needed(84, 100).rank());
}

#[test]
fn too_few_clusters_need_twenty_of_them() {
    // All hits, so the interval is clear of the threshold, but twelve clusters are too few.
    let data = Clustered(vec![Proportion::new(20.0, 20.0); 12]);
    let estimate = proportion(&data, Level::DEFAULT).unwrap();
    let demand = Demand::AtLeast {
        threshold: 0.2,
        by: By::Bound,
    };
    let Needed::More { even, .. } = to_decide(demand, &estimate, basis(&data)) else {
        panic!("a number");
    };
    assert_eq!((even.items, even.clusters), (160, 8));
}

#[test]
fn a_small_class_needs_items_of_it_at_the_mix_at_hand() {
    let basis = Basis {
        items: 200.0,
        clusters: 40.0,
        class: Some(10.0),
    };
    let Some(Needed::More { even, likely }) = to_support(basis, 10.0, 15) else {
        panic!("a number");
    };
    assert_eq!((even.items, even.clusters), (100, 20));
    assert_eq!(even.class_items, Some(5));
    assert!(likely.items > 100);
    assert_eq!(to_support(basis, 0.0, 15), None);
}
