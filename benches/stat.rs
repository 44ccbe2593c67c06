//! How long the statistics take that people wait for. `just bench-stat` runs them;
//! `docs/benchmarks.md` holds the figures.

use divan::Bencher;
use labelgate::num::Level;
use labelgate::stat::interval::{Resampling, bootstrap_all, delta_of_sparse};
use labelgate::stat::krippendorff::Measurement;
use labelgate::stat::random::SplitMix64;
use labelgate::stat::{
    Clustered, Confusion, Panel, Rows, Sparse, Statistic, agreement, class, influence,
    krippendorff, rank, raters,
};

/// As many labels as the largest shipped classifier has.
const LABELS: usize = 9;

fn main() {
    divan::main();
}

/// Items that candidate and reference label alike four times out of five, spread over clusters at
/// random.
fn labelled(n_items: usize, n_clusters: usize) -> Sparse<Confusion<f64>> {
    let mut random = SplitMix64::new(1);
    let mut clusters = vec![Vec::new(); n_clusters];
    for _ in 0..n_items {
        let reference = random.index(LABELS);
        let candidate = match random.index(5) {
            0 => random.index(LABELS),
            _ => reference,
        };
        clusters[random.index(n_clusters)].push((reference, candidate));
    }
    let mut sparse = Sparse::new(&Confusion::new(LABELS));
    for pairs in clusters {
        sparse.push(&Confusion::tally(LABELS, pairs).as_weights());
    }
    sparse
}

/// Every figure of a nominal scorecard: over all items, and of each class.
fn scorecard(total: &Confusion<f64>) -> Vec<Statistic> {
    let mut values = vec![
        agreement::agreement(total),
        agreement::cohen_kappa(total),
        agreement::scott_pi(total),
        agreement::gwet_ac1(total),
        agreement::brennan_prediger(total),
        krippendorff::two_rater_alpha(total, Measurement::Nominal),
        class::mcc(total),
        class::balanced_accuracy(total),
        class::macro_precision(total),
        class::macro_recall(total),
        class::macro_f1(total),
        class::weighted_precision(total),
        class::weighted_recall(total),
        class::weighted_f1(total),
        class::no_information_rate(total),
    ];
    for label in 0..total.n_labels() {
        values.extend([
            class::precision(total, label),
            class::recall(total, label),
            class::f1(total, label),
            class::specificity(total, label),
            class::npv(total, label),
        ]);
    }
    values
}

/// 10,000 resamples of the whole scorecard of a classifier with nine labels.
#[divan::bench(args = [(100_000, 10_000), (1_000_000, 50_000)], sample_count = 5)]
fn bootstrap_of_a_scorecard(bencher: Bencher<'_, '_>, (n_items, n_clusters): (usize, usize)) {
    let data = labelled(n_items, n_clusters);
    let resampling = Resampling {
        resamples: 10_000,
        seed: 1,
        threads: 2,
    };
    bencher.bench_local(|| bootstrap_all(&data, scorecard, Level::DEFAULT, resampling));
}

/// κ with its error from the derivatives of the statistic.
#[divan::bench(args = [(100_000, 10_000), (1_000_000, 1_000_000)])]
fn delta_of_cohen_kappa(bencher: Bencher<'_, '_>, (n_items, n_clusters): (usize, usize)) {
    let data = labelled(n_items, n_clusters);
    bencher.bench_local(|| delta_of_sparse(&data, agreement::cohen_kappa, Level::DEFAULT));
}

/// Krippendorff's α of 100,000 items, each rated by five raters.
#[divan::bench]
fn krippendorff_alpha_of_five_raters(bencher: Bencher<'_, '_>) {
    let mut random = SplitMix64::new(1);
    let items: Vec<[Option<usize>; 5]> = (0..100_000)
        .map(|_| {
            let truth = random.index(LABELS);
            std::array::from_fn(|_| match random.index(5) {
                0 => Some(random.index(LABELS)),
                _ => Some(truth),
            })
        })
        .collect();
    bencher.bench_local(|| {
        let mut panel = Panel::new(LABELS, 5);
        for item in &items {
            panel.count_item(item, 1.0);
        }
        raters::krippendorff_alpha(&panel, Measurement::Nominal)
    });
}

/// The influence of each of 100,000 items on a rank correlation.
#[divan::bench]
fn influences_on_spearman(bencher: Bencher<'_, '_>) {
    let rows = numbers(100_000);
    bencher.bench_local(|| (rank::spearman(&rows), influence::spearman_influences(&rows)));
}

/// The same for Kendall's τ_b.
#[divan::bench]
fn influences_on_kendall(bencher: Bencher<'_, '_>) {
    let rows = numbers(100_000);
    bencher.bench_local(|| {
        (
            rank::kendall_tau_b(&rows),
            influence::kendall_influences(&rows),
        )
    });
}

fn numbers(n: usize) -> Rows {
    let mut random = SplitMix64::new(1);
    let one = |_| {
        let x = random.index(1 << 40) as f64;
        Rows::from_iter([(x, x + random.index(1 << 40) as f64)])
    };
    Clustered((0..n).map(one).collect())
        .total()
        .unwrap_or_default()
}
