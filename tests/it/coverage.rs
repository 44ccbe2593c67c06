//! Intervals and gates on simulated users, in short: a wrong variance, a wrong number of degrees of
//! freedom or a wrong unit of resampling leaves these bands. `docs/coverage.md` has the long version,
//! which `cargo bench --bench coverage` prints.

use labelgate::gate::Verdict;
use labelgate::num::Level;
use labelgate::stat::interval::{
    self, Proportion, clustered_tango_test, clustered_wilson, noninferiority_p,
};
use labelgate::stat::paired::PairedOutcomes;
use labelgate::stat::{Clustered, Estimate, Undefined};

use crate::cli::{code, labelgate};
use crate::simulation::compare::{
    MARGIN as MARGIN_OF_FILES, REVISIONS, Revision, compared, label_file,
};
use crate::simulation::draw::Draw;
use crate::simulation::{Population, ZipfLaw};

const REPLICATIONS: u64 = 2000;
const MARGIN: f64 = 0.05;

/// Chances that only the baseline is right, that only the candidate is, and the rest.
const AT_THE_MARGIN: [f64; 3] = [0.085, 0.035, 0.88];
const UNCHANGED: [f64; 3] = [0.06, 0.06, 0.88];

type Interval = fn(&Clustered<Proportion>, Level) -> Result<Estimate, Undefined>;

/// How often the interval of a share holds the true one.
fn coverage(population: &Population, truth: f64, interval: Interval) -> f64 {
    let covered = (0..REPLICATIONS).filter(|replication| {
        let mut draw = Draw::replication(1, *replication);
        let users = population.sample([truth, 1.0 - truth], &mut draw);
        let shares = users.iter().map(|[hits, misses]| Proportion {
            hits: f64::from(*hits),
            trials: f64::from(hits + misses),
        });
        let estimate = interval(&Clustered(shares.collect()), Level::DEFAULT).unwrap();
        let limits = estimate.interval.unwrap();
        limits.low <= truth && truth <= limits.high
    });
    covered.count() as f64 / REPLICATIONS as f64
}

/// How often the clustered gate passes a candidate, and the gate that ignores users.
fn pass_rates(population: &Population, chances: [f64; 3]) -> [f64; 2] {
    let mut passes = [0; 2];
    for replication in 0..REPLICATIONS {
        let mut draw = Draw::replication(2, replication);
        let users = population.sample(chances, &mut draw);
        let outcomes = users.iter().map(|[b, c, same]| PairedOutcomes {
            both: u64::from(*same),
            baseline_only: u64::from(*b),
            candidate_only: u64::from(*c),
            neither: 0,
        });
        let data = Clustered(outcomes.collect());
        let total = data.total().unwrap();
        let counts = [total.baseline_only, total.candidate_only, total.total()];
        let [b, c, n] = counts.map(|count| count as f64);
        let clustered = clustered_tango_test(&data, MARGIN, 0.05).unwrap().p;
        let independent = noninferiority_p(b, c, n, MARGIN).unwrap();
        passes[0] += u64::from(clustered < 0.05);
        passes[1] += u64::from(independent < 0.05);
    }
    passes.map(|passes| passes as f64 / REPLICATIONS as f64)
}

fn population(law: ZipfLaw, n_sessions: u32, icc: f64) -> Population {
    Population {
        law,
        n_sessions,
        icc,
    }
}

#[test]
fn users_have_as_many_sessions_as_the_laws_say() {
    for (law, mean, users) in [(ZipfLaw::light(), 1.8, 556), (ZipfLaw::heavy(), 5.4, 186)] {
        assert!((law.mean - mean).abs() < 0.05, "{}: {}", law.name, law.mean);
        assert_eq!(law.n_users(1000), users, "{}", law.name);
    }
}

#[test]
fn sessions_of_a_user_are_as_alike_as_asked() {
    // Of two sessions of a user, both fail with chance q² + icc · pq.
    let (q, icc) = (0.3, 0.3);
    let users = population(ZipfLaw::heavy(), 40_000, icc);
    let sample = users.sample([1.0 - q, q], &mut Draw::replication(3, 0));
    let (mut pairs, mut both_fail) = (0.0, 0.0);
    for [hits, misses] in sample.iter().map(|counts| counts.map(f64::from)) {
        let n = hits + misses;
        // Every user with two sessions or more weighs the same.
        if n > 1.0 {
            pairs += 1.0;
            both_fail += misses * (misses - 1.0) / (n * (n - 1.0));
        }
    }
    let share = both_fail / pairs;
    assert!(
        (share - (q * q + icc * q * (1.0 - q))).abs() < 0.02,
        "{share}"
    );
}

#[test]
fn clustered_wilson_covers_what_it_claims_with_light_users() {
    let users = population(ZipfLaw::light(), 200, 0.1);
    let covered = coverage(&users, 0.9, clustered_wilson);
    assert!((0.93..=0.965).contains(&covered), "{covered}");
}

#[test]
fn the_interval_of_reports_holds_where_clustered_wilson_does_not() {
    let users = population(ZipfLaw::heavy(), 1000, 0.3);
    let before = coverage(&users, 0.9, clustered_wilson);
    assert!((0.87..0.92).contains(&before), "{before}");
    let covered = coverage(&users, 0.9, interval::proportion);
    assert!((0.945..=0.975).contains(&covered), "{covered}");
}

#[test]
fn the_gate_rarely_passes_a_candidate_at_the_margin() {
    let users = population(ZipfLaw::light(), 1000, 0.3);
    let [clustered, independent] = pass_rates(&users, AT_THE_MARGIN);
    assert!((0.02..=0.08).contains(&clustered), "{clustered}");
    assert!((0.12..=0.20).contains(&independent), "{independent}");
}

#[test]
fn the_gate_mostly_passes_an_unchanged_candidate() {
    let users = population(ZipfLaw::light(), 1000, 0.3);
    let [clustered, _] = pass_rates(&users, UNCHANGED);
    assert!((0.83..=0.89).contains(&clustered), "{clustered}");
}

/// Shares of pass and fail that `compare` gives a simulated revision.
fn verdicts(population: &Population, revision: &Revision) -> [f64; 2] {
    const REPLICATIONS: u64 = 150;
    let mut counts = [0.0; 2];
    for replication in 0..REPLICATIONS {
        match compared(label_file(population, revision.chances, replication)).0 {
            Verdict::Pass => counts[0] += 1.0,
            Verdict::Fail => counts[1] += 1.0,
            Verdict::Inconclusive => {}
        }
    }
    counts.map(|count| count / REPLICATIONS as f64)
}

#[test]
fn compare_errs_no_more_than_it_claims_on_simulated_revisions() {
    let users = population(ZipfLaw::light(), 1000, 0.3);
    let [equal, better, at_margin, twice] = REVISIONS.each_ref().map(|r| verdicts(&users, r));
    // Of 150 replications 5 % are 7.5, give or take 2.7.
    assert!(equal[0] > 0.75 && equal[1] == 0.0, "{equal:?}");
    assert!(better[0] > 0.95 && better[1] == 0.0, "{better:?}");
    assert!(at_margin[0] < 0.12 && at_margin[1] < 0.12, "{at_margin:?}");
    assert!(twice[0] == 0.0 && twice[1] > 0.75, "{twice:?}");
    let independent = population(ZipfLaw::single(), 400, 0.0);
    let [pass, fail] = verdicts(&independent, &REVISIONS[2]);
    assert!(pass < 0.11 && fail < 0.11, "{pass} {fail}");
}

#[test]
fn the_program_says_of_a_simulated_file_what_the_simulation_says() {
    let users = population(ZipfLaw::light(), 200, 0.1);
    let folder = tempfile::tempdir().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for revision in &REVISIONS {
        for replication in 0..3 {
            let text = label_file(&users, revision.chances, replication);
            std::fs::write(folder.path().join("labels.csv"), &text).unwrap();
            let margin = MARGIN_OF_FILES.to_string();
            let arguments = [
                "compare",
                "labels.csv",
                "--baseline",
                "old",
                "--candidate",
                "new",
                "--reference",
                "human",
                "--cluster",
                "user",
                "--scheme",
                "nominal",
                "--margin",
                &margin,
            ];
            let exit = code(&labelgate(folder.path(), &arguments));
            let (verdict, _) = compared(text);
            let expected = match verdict {
                Verdict::Pass => 0,
                Verdict::Fail => 1,
                Verdict::Inconclusive => 3,
            };
            assert_eq!(exit, expected, "{} {replication}", revision.name);
            seen.insert(exit);
        }
    }
    assert!(seen.len() > 1, "{seen:?}");
}
