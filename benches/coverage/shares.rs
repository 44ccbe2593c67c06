//! Intervals of a share, such as agreement.

use labelgate::num::Level;
use labelgate::stat::Clustered;
use labelgate::stat::cluster::ClusterMean;
use labelgate::stat::interval::{
    Proportion, bootstrap, clustered_wilson, exchangeable_wilson, wilson_score,
};

use crate::Settings;
use crate::cells::Cell;
use crate::score::{Score, limits, print_head, print_row};
use crate::simulation::draw::Draw;

const SEED: u64 = 1;
const RESAMPLES: u32 = 399;
/// The bootstrap is slow, so it sees only every so many replications.
const BOOTSTRAP_EVERY: u64 = 4;

/// One sample: right and wrong by user.
struct Sample(Vec<[u32; 2]>);

type Limits = Option<(f64, f64)>;

impl Sample {
    fn clusters(&self) -> Clustered<Proportion> {
        let share = |[hits, misses]: &[u32; 2]| Proportion {
            hits: f64::from(*hits),
            trials: f64::from(hits + misses),
        };
        Clustered(self.0.iter().map(share).collect())
    }

    fn mean(&self) -> Option<ClusterMean> {
        let values = |[hits, misses]: &[u32; 2]| {
            let mut values = vec![1.0; *hits as usize];
            values.resize((hits + misses) as usize, 0.0);
            values
        };
        ClusterMean::of(&self.0.iter().map(values).collect::<Vec<_>>()).ok()
    }

    fn wilson(&self) -> Limits {
        let total = self.clusters().total()?;
        wilson_score(total, Level::DEFAULT).ok()
    }

    /// Without variance there is one value, which is never the truth.
    fn cr1(&self) -> Limits {
        let mean = self.mean()?;
        let limits = mean.cr1_interval(Level::DEFAULT);
        Some(limits.unwrap_or((mean.mean(), mean.mean())))
    }

    fn cr2(&self) -> Limits {
        let mean = self.mean()?;
        let limits = mean.cr2_interval(Level::DEFAULT);
        Some(limits.unwrap_or((mean.mean(), mean.mean())))
    }

    fn clustered_wilson(&self) -> Limits {
        limits(clustered_wilson(&self.clusters(), Level::DEFAULT))
    }

    fn exchangeable_wilson(&self) -> Limits {
        limits(exchangeable_wilson(&self.clusters(), Level::DEFAULT))
    }

    fn bootstrap(&self) -> Limits {
        let share = |total: &Proportion| total.share();
        limits(bootstrap(
            &self.clusters(),
            share,
            Level::DEFAULT,
            RESAMPLES,
            SEED,
        ))
    }
}

type Method = fn(&Sample) -> Limits;

fn scores<const K: usize>(
    cell: &Cell,
    truth: f64,
    settings: &Settings,
    methods: [Method; K],
) -> [Score; K] {
    let mut scores = [(); K].map(|()| Score::default());
    for replication in 0..settings.replications {
        let mut draw = Draw::replication(SEED, replication);
        let sample = Sample(cell.0.sample([truth, 1.0 - truth], &mut draw));
        for (score, method) in scores.iter_mut().zip(methods) {
            score.count(method(&sample), truth, (0.0, 1.0));
        }
    }
    scores
}

/// Coverage in percent of Wilson, CR1 t, CR2 with Bell–McCaffrey degrees, and clustered Wilson for a
/// share of 0.9, from an earlier, independent simulation with 5,000 to 8,000 replications.
const REFERENCE: [(&str, u32, f64, [f64; 4]); 14] = [
    ("light", 50, 0.0, [95.1, 90.1, 92.2, 97.9]),
    ("light", 50, 0.1, [91.1, 87.4, 90.0, 97.3]),
    ("light", 50, 0.3, [86.7, 84.9, 87.9, 97.2]),
    ("light", 200, 0.0, [95.2, 93.5, 94.3, 96.4]),
    ("light", 200, 0.1, [88.9, 91.7, 93.0, 94.9]),
    ("light", 200, 0.3, [81.2, 89.6, 90.8, 94.0]),
    ("light", 1000, 0.0, [95.1, 94.7, 94.9, 95.7]),
    ("light", 1000, 0.1, [87.8, 93.6, 93.8, 94.2]),
    ("light", 1000, 0.3, [76.8, 92.5, 92.8, 93.7]),
    ("heavy", 50, 0.3, [72.8, 65.9, 80.0, 98.7]),
    ("heavy", 200, 0.1, [70.8, 81.3, 89.6, 95.0]),
    ("heavy", 200, 0.3, [53.8, 74.7, 84.0, 93.0]),
    ("heavy", 1000, 0.1, [62.3, 89.4, 91.7, 93.0]),
    ("heavy", 1000, 0.3, [41.1, 83.7, 85.7, 89.3]),
];

/// The simulation against an earlier one.
pub(crate) fn reference(settings: &Settings) {
    print_head(&["cell", "Wilson", "CR1 t", "CR2 BM", "clustered Wilson"]);
    let methods = [
        Sample::wilson,
        Sample::cr1,
        Sample::cr2,
        Sample::clustered_wilson,
    ];
    for (law, n_sessions, icc, expected) in REFERENCE {
        let cell = Cell::new(law, n_sessions, icc);
        if !settings.wants_cell(&cell) {
            continue;
        }
        let ours = scores(&cell, 0.9, settings, methods);
        let both: Vec<String> = ours
            .iter()
            .zip(expected)
            .map(|(ours, expected)| format!("{:.1} / {expected:.1}", ours.coverage()))
            .collect();
        print_row(cell, &both);
    }
}

/// Percent of samples that carry the flag for too few clusters, whatever the share.
fn flagged(cell: &Cell, settings: &Settings) -> f64 {
    let flagged = (0..settings.replications).filter(|replication| {
        let mut draw = Draw::replication(SEED, *replication);
        let sample = Sample(cell.0.sample([0.5, 0.5], &mut draw));
        let estimate = clustered_wilson(&sample.clusters(), Level::DEFAULT);
        estimate.is_ok_and(|estimate| estimate.has_few_clusters())
    });
    100.0 * flagged.count() as f64 / settings.replications as f64
}

/// Every interval of a share in every cell.
pub(crate) fn all(settings: &Settings) {
    print_head(&[
        "cell",
        "share",
        "flagged",
        "Wilson",
        "CR2 BM",
        "bootstrap",
        "clustered Wilson",
        "exchangeable Wilson",
    ]);
    let slow = Settings {
        replications: settings.replications.div_ceil(BOOTSTRAP_EVERY),
        cells: Vec::new(),
        tables: Vec::new(),
    };
    let methods = [
        Sample::wilson,
        Sample::cr2,
        Sample::clustered_wilson,
        Sample::exchangeable_wilson,
    ];
    for cell in Cell::all() {
        if !settings.wants_cell(&cell) {
            continue;
        }
        let flagged = flagged(&cell, settings);
        for truth in [0.7, 0.9, 0.97] {
            let [wilson, cr2, clustered, exchangeable] = scores(&cell, truth, settings, methods);
            let [bootstrap] = scores(&cell, truth, &slow, [Sample::bootstrap]);
            let columns = [wilson, cr2, bootstrap, clustered, exchangeable];
            print_row(format!("{cell} | {truth} | {flagged:.1}"), &columns);
        }
    }
}
