//! The cluster bootstrap: the same bits on any number of threads, for one statistic or many, and by
//! drawing clusters one after another.

use labelgate::num::Level;
use labelgate::stat::agreement::{agreement, cohen_kappa};
use labelgate::stat::class::{macro_f1, precision};
use labelgate::stat::interval::{Resampling, bootstrap, bootstrap_all};
use labelgate::stat::random::SplitMix64;
use labelgate::stat::{
    Clustered, Confusion, Estimate, Paired, Sparse, Statistic, Tally, Undefined, difference,
};
use proptest::prelude::*;

type Clusters = Clustered<Confusion<f64>>;

fn clusters() -> impl Strategy<Value = Clusters> {
    let cluster = proptest::collection::vec((0_usize..3, 0_usize..3), 0..6);
    proptest::collection::vec(cluster, 2..20).prop_map(|clusters| {
        let tally = |pairs: Vec<(usize, usize)>| Confusion::tally(3, pairs).as_weights();
        Clustered(clusters.into_iter().map(tally).collect())
    })
}

const STATISTICS: [fn(&Confusion<f64>) -> Statistic; 4] =
    [agreement, cohen_kappa, macro_f1, |total| {
        precision(total, 2)
    }];

fn all(total: &Confusion<f64>) -> Vec<Statistic> {
    STATISTICS
        .iter()
        .map(|statistic| statistic(total))
        .collect()
}

fn resampling(seed: u64, threads: usize) -> Resampling {
    Resampling {
        resamples: 60,
        seed,
        threads,
    }
}

fn on_threads(data: &Clusters, seed: u64, threads: usize) -> Vec<Result<Estimate, Undefined>> {
    let sparse = Sparse::of(data).unwrap();
    bootstrap_all(&sparse, all, Level::DEFAULT, resampling(seed, threads))
}

proptest! {
    #[test]
    fn threads_change_no_bit(data in clusters(), seed: u64) {
        let one = on_threads(&data, seed, 1);
        for threads in [2, 3, 8] {
            prop_assert_eq!(&on_threads(&data, seed, threads), &one);
        }
        let dense = bootstrap_all(&data, all, Level::DEFAULT, resampling(seed, 8));
        if data.n_clusters() > 0 {
            prop_assert_eq!(dense, one);
        }
    }

    #[test]
    fn many_statistics_are_resampled_as_each_alone(data in clusters(), seed: u64) {
        for (estimate, statistic) in on_threads(&data, seed, 2).into_iter().zip(STATISTICS) {
            let alone = bootstrap(&data, statistic, Level::DEFAULT, 60, seed);
            prop_assert_eq!(estimate, alone);
        }
    }

    #[test]
    fn both_sides_of_a_comparison_share_their_resamples(data in clusters(), seed: u64) {
        let turned = data.map(|one| Paired { baseline: one.transposed(), candidate: one.clone() });
        let of_difference = difference(macro_f1::<f64>);
        let sparse = Sparse::of(&turned).unwrap();
        let all = |total: &Paired<_>| vec![of_difference(total)];
        let estimates = bootstrap_all(&sparse, all, Level::DEFAULT, resampling(seed, 2));
        let alone = bootstrap(&turned, &of_difference, Level::DEFAULT, 60, seed);
        if data.n_clusters() > 0 {
            prop_assert_eq!(&estimates[0], &alone);
        }
    }

    #[test]
    fn resamples_are_clusters_drawn_one_after_another(data in clusters(), seed: u64) {
        let counted: Vec<&Confusion<f64>> =
            data.0.iter().filter(|cluster| cluster.size() > 0.0).collect();
        prop_assume!(counted.len() >= 2);
        let mut values: Vec<f64> = (0..60)
            .filter_map(|resample| {
                let mut random = SplitMix64::stream(seed, resample);
                let mut sum = Confusion::new(3);
                for _ in 0..counted.len() {
                    sum.add(counted[random.index(counted.len())]);
                }
                cohen_kappa(&sum).ok()
            })
            .collect();
        values.sort_by(f64::total_cmp);
        let estimate = bootstrap(&data, cohen_kappa, Level::DEFAULT, 60, seed);
        if let Ok(Ok(interval)) = estimate.map(|estimate| estimate.interval) {
            // Type 7: the value at 2.5 % of the way from the first to the last.
            let at = 0.025 * (values.len() - 1) as f64;
            let (below, above) = (values[at as usize], values[at as usize + 1]);
            let low = below + (at - at.floor()) * (above - below);
            prop_assert!((interval.low - low).abs() < 1e-12);
        }
    }
}
