//! A candidate against a baseline on the same sessions: intervals of the difference and gates.

use labelgate::num::Level;
use labelgate::stat::cluster::ClusterMean;
use labelgate::stat::interval::{
    bootstrap, clustered_tango, clustered_tango_test, exchangeable_tango_test, noninferiority_p,
    tango,
};
use labelgate::stat::paired::{PairedOutcomes, difference};
use labelgate::stat::{Clustered, Tally};

use crate::Settings;
use crate::cells::Cell;
use crate::score::{Score, limits, print_head, print_row};
use crate::simulation::draw::Draw;

const SEED: u64 = 3;
const RESAMPLES: u32 = 399;
/// The bootstrap is slow, so it sees only every so many replications.
const BOOTSTRAP_EVERY: u64 = 4;
const MARGIN: f64 = 0.05;
const ALPHA: f64 = 0.05;

/// Chances that only the baseline is right, that only the candidate is, and that both or neither
/// are: worse by exactly the margin, and no worse.
const AT_THE_MARGIN: [f64; 3] = [0.085, 0.035, 0.88];
const UNCHANGED: [f64; 3] = [0.06, 0.06, 0.88];

type Outcomes = Clustered<PairedOutcomes<f64>>;

fn sample(cell: &Cell, chances: [f64; 3], replication: u64) -> Outcomes {
    let mut draw = Draw::replication(SEED, replication);
    let users = cell.0.sample(chances, &mut draw);
    let outcomes = users.iter().map(|counts| {
        let [baseline_only, candidate_only, both] = counts.map(f64::from);
        PairedOutcomes {
            both,
            baseline_only,
            candidate_only,
            neither: 0.0,
        }
    });
    Clustered(outcomes.collect())
}

/// b, c and n of all users.
fn counts(data: &Outcomes) -> [f64; 3] {
    let total = data.total().unwrap_or_default();
    [total.baseline_only, total.candidate_only, total.size()]
}

fn mean(data: &Outcomes) -> Option<ClusterMean> {
    let values = |user: &PairedOutcomes<f64>| {
        let mut values = vec![-1.0; user.baseline_only as usize];
        values.extend(vec![1.0; user.candidate_only as usize]);
        values.resize(user.size() as usize, 0.0);
        values
    };
    ClusterMean::of(&data.0.iter().map(values).collect::<Vec<_>>()).ok()
}

/// Intervals of a difference of −5 points.
pub(crate) fn differences(settings: &Settings) {
    print_head(&["cell", "Tango", "CR2 BM", "bootstrap", "clustered Tango"]);
    let (level, range) = (Level::DEFAULT, (-1.0, 1.0));
    for cell in Cell::all().iter().filter(|cell| settings.wants_cell(cell)) {
        let mut scores = vec![Score::default(); 4];
        for replication in 0..settings.replications {
            let data = sample(cell, AT_THE_MARGIN, replication);
            let [b, c, n] = counts(&data);
            let cr2 = mean(&data).map(|mean| {
                let limits = mean.cr2_interval(level);
                limits.unwrap_or((mean.mean(), mean.mean()))
            });
            scores[0].count(tango(b, c, n, level).ok(), -MARGIN, range);
            scores[1].count(cr2, -MARGIN, range);
            if replication % BOOTSTRAP_EVERY == 0 {
                let resampled = bootstrap(&data, difference, level, RESAMPLES, SEED);
                scores[2].count(limits(resampled), -MARGIN, range);
            }
            scores[3].count(limits(clustered_tango(&data, level)), -MARGIN, range);
        }
        print_row(cell, &scores);
    }
}

/// Law, sessions and correlation of a cell, and how often gates pass a candidate that is worse by the
/// margin and an unchanged one: Tango's test as if sessions were independent, CR2 with Bell–McCaffrey
/// degrees, and clustered Tango.
type Row = (&'static str, u32, f64, [f64; 3], [f64; 3]);

/// Percentages from an earlier, independent simulation with 5,000 to 8,000 replications.
const REFERENCE: [Row; 10] = [
    ("light", 200, 0.0, [4.7, 5.7, 3.9], [62.5, 64.2, 58.2]),
    ("light", 200, 0.3, [12.4, 7.2, 5.5], [59.8, 48.8, 44.1]),
    ("light", 1000, 0.0, [4.4, 5.1, 4.2], [99.8, 99.8, 99.7]),
    ("light", 1000, 0.1, [9.5, 6.0, 5.5], [98.5, 96.1, 95.8]),
    ("light", 1000, 0.3, [16.0, 7.1, 6.2], [95.9, 86.7, 86.0]),
    ("light", 3000, 0.3, [16.9, 6.4, 6.0], [99.9, 98.7, 98.5]),
    ("heavy", 200, 0.0, [4.9, 5.3, 1.9], [59.1, 53.2, 39.8]),
    ("heavy", 200, 0.3, [28.4, 11.4, 6.5], [58.1, 32.5, 23.0]),
    ("heavy", 1000, 0.3, [34.1, 10.3, 8.2], [80.8, 52.8, 49.4]),
    ("heavy", 3000, 0.3, [34.3, 7.9, 6.9], [95.2, 72.2, 70.3]),
];

fn pass_rates(cell: &Cell, chances: [f64; 3], settings: &Settings) -> [f64; 4] {
    let mut passes = [0; 4];
    for replication in 0..settings.replications {
        let data = sample(cell, chances, replication);
        let [b, c, n] = counts(&data);
        let is_small = |p: Option<f64>| u64::from(p.is_some_and(|p| p < ALPHA));
        passes[0] += is_small(noninferiority_p(b, c, n, MARGIN).ok());
        let cr2 = mean(&data).and_then(|mean| mean.non_inferiority(MARGIN).ok());
        passes[1] += is_small(cr2.map(|test| test.p));
        let clustered = clustered_tango_test(&data, MARGIN, ALPHA);
        passes[2] += is_small(clustered.ok().map(|test| test.p));
        let exchangeable = exchangeable_tango_test(&data, MARGIN, ALPHA);
        passes[3] += is_small(exchangeable.ok().map(|test| test.p));
    }
    passes.map(|passes| 100.0 * passes as f64 / settings.replications as f64)
}

/// How often gates pass, against an earlier simulation.
pub(crate) fn gates(settings: &Settings) {
    print_head(&[
        "cell",
        "worse: Tango",
        "worse: CR2 BM",
        "worse: clustered Tango",
        "worse: exchangeable Tango",
        "unchanged: Tango",
        "unchanged: CR2 BM",
        "unchanged: clustered Tango",
        "unchanged: exchangeable Tango",
    ]);
    for (law, n_sessions, icc, worse, unchanged) in REFERENCE {
        let cell = Cell::new(law, n_sessions, icc);
        if !settings.wants_cell(&cell) {
            continue;
        }
        let ours = [AT_THE_MARGIN, UNCHANGED].map(|chances| pass_rates(&cell, chances, settings));
        let both: Vec<String> = ours
            .iter()
            .zip([worse, unchanged])
            .flat_map(|(ours, expected)| {
                let compared = ours.iter().zip(expected);
                let compared = compared.map(|(ours, other)| format!("{ours:.1} / {other:.1}"));
                // The earlier simulation does not have the last.
                compared.chain(ours.last().map(|ours| format!("{ours:.1}")))
            })
            .collect();
        print_row(cell, &both);
    }
}
