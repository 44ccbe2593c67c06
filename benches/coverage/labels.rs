//! Intervals of what follows from a confusion matrix: three labels, of which one is rare, and users
//! who differ in how often they have each label and in how often the classifier errs on them.

use labelgate::num::Level;
use labelgate::stat::interval::{self, Proportion, bootstrap, delta, jackknife};
use labelgate::stat::{Axis, Clustered, Confusion, Count, Statistic, agreement, class};

use crate::Settings;
use crate::cells::Cell;
use crate::score::{Score, limits, print_head, print_row};
use crate::simulation::draw::Draw;

const SEED: u64 = 2;
const RESAMPLES: u32 = 399;
/// The jackknife and the bootstrap are slow, so they see only every so many replications.
const RESAMPLING_EVERY: u64 = 8;

/// How often each label is right.
const MIX: [f64; 3] = [0.6, 0.3, 0.1];
/// How often the classifier gives the right label.
const ACCURACY: f64 = 0.9;
/// Where its errors go, by right label.
const ERRORS: [[f64; 3]; 3] = [[0.0, 0.8, 0.2], [0.6, 0.0, 0.4], [0.3, 0.7, 0.0]];
const RARE: usize = 2;
const COMMON: usize = 0;

/// The matrix of the whole population.
fn truth() -> Confusion<f64> {
    let mut truth = Confusion::new(3);
    for (label, share) in MIX.into_iter().enumerate() {
        truth.count_pair(label, label, share * ACCURACY);
        for (given, error) in ERRORS[label].into_iter().enumerate() {
            truth.count_pair(label, given, share * (1.0 - ACCURACY) * error);
        }
    }
    truth
}

fn sample(cell: &Cell, draw: &mut Draw) -> Clustered<Confusion<f64>> {
    let population = &cell.0;
    let users = (0..population.n_users()).map(|_| {
        let sessions = population.law.sessions(draw);
        let mix = draw.dirichlet(MIX, population.icc);
        let accuracy = draw.dirichlet([ACCURACY, 1.0 - ACCURACY], population.icc);
        let mut confusion = Confusion::new(3);
        for _ in 0..sessions {
            let label = draw.category(&mix);
            let is_right = draw.category(&accuracy) == 0;
            let given = if is_right {
                label
            } else {
                draw.category(&ERRORS[label])
            };
            confusion.count_pair(label, given, 1.0);
        }
        confusion
    });
    Clustered(users.collect())
}

fn share(confusion: &Confusion<f64>, axis: Axis, label: usize) -> Proportion {
    Proportion {
        hits: confusion.count(label, label),
        trials: confusion.margin(axis, label),
    }
}

/// A statistic that has the interval of a share: its name, and its hits and trials.
type Share = (&'static str, fn(&Confusion<f64>) -> Proportion);

/// All of them.
const SHARES: [Share; 5] = [
    ("agreement", |confusion| Proportion {
        hits: confusion.diagonal(),
        trials: confusion.total(),
    }),
    ("precision, common", |c| share(c, Axis::Candidate, COMMON)),
    ("recall, common", |c| share(c, Axis::Reference, COMMON)),
    ("precision, rare", |c| share(c, Axis::Candidate, RARE)),
    ("recall, rare", |c| share(c, Axis::Reference, RARE)),
];

fn kappa<C: Count>(confusion: &Confusion<C>) -> Statistic<C::Real> {
    agreement::cohen_kappa(confusion)
}

fn macro_f1<C: Count>(confusion: &Confusion<C>) -> Statistic<C::Real> {
    class::macro_f1(confusion)
}

const KAPPA_RANGE: (f64, f64) = (-1.0, 1.0);
const SHARE_RANGE: (f64, f64) = (0.0, 1.0);

/// The intervals that reports have.
pub(crate) fn all(settings: &Settings) {
    let mut columns = vec!["cell"];
    columns.extend(SHARES.map(|(name, _)| name));
    columns.extend(["κ, delta", "macro F1, delta"]);
    print_head(&columns);
    let truth = truth();
    for cell in Cell::all().iter().filter(|cell| settings.wants_cell(cell)) {
        let mut scores = vec![Score::default(); SHARES.len() + 2];
        for replication in 0..settings.replications {
            let data = sample(cell, &mut Draw::replication(SEED, replication));
            for (score, (_, share)) in scores.iter_mut().zip(SHARES) {
                let estimate = interval::proportion(&data.map(share), Level::DEFAULT);
                let at = share(&truth);
                score.count(limits(estimate), at.hits / at.trials, SHARE_RANGE);
            }
            let estimate = limits(delta(&data, kappa, Level::DEFAULT));
            let at = kappa(&truth).unwrap_or(f64::NAN);
            scores[SHARES.len()].count(estimate, at, KAPPA_RANGE);
            let estimate = limits(delta(&data, macro_f1, Level::DEFAULT));
            let at = macro_f1(&truth).unwrap_or(f64::NAN);
            scores[SHARES.len() + 1].count(estimate, at, SHARE_RANGE);
        }
        print_row(cell, &scores);
    }
}

/// Intervals from leaving out or resampling users, which can be asked for.
pub(crate) fn resampling(settings: &Settings) {
    print_head(&[
        "cell",
        "κ, delta",
        "κ, jackknife",
        "κ, bootstrap",
        "macro F1, delta",
        "macro F1, jackknife",
        "macro F1, bootstrap",
    ]);
    let truth = truth();
    let (kappa_truth, f1_truth) = (kappa(&truth), macro_f1(&truth));
    for cell in Cell::all().iter().filter(|cell| settings.wants_cell(cell)) {
        let mut scores = vec![Score::default(); 6];
        for replication in 0..settings.replications.div_ceil(RESAMPLING_EVERY) {
            let data = sample(cell, &mut Draw::replication(SEED, replication));
            let level = Level::DEFAULT;
            let all = [
                delta(&data, kappa, level),
                jackknife(&data, kappa, level),
                bootstrap(&data, kappa, level, RESAMPLES, SEED),
                delta(&data, macro_f1, level),
                jackknife(&data, macro_f1, level),
                bootstrap(&data, macro_f1, level, RESAMPLES, SEED),
            ];
            for (place, estimate) in all.into_iter().enumerate() {
                let (at, range) = if place < 3 {
                    (kappa_truth, KAPPA_RANGE)
                } else {
                    (f1_truth, SHARE_RANGE)
                };
                scores[place].count(limits(estimate), at.unwrap_or(f64::NAN), range);
            }
        }
        print_row(cell, &scores);
    }
}
