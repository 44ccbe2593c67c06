//! Simulated revisions as label files, judged by what `compare FILE --margin` goes through.

use std::fmt::Write as _;
use std::path::Path;

use labelgate::gate::{By, Demand, Gate, Target, Verdict, judge, watch};
use labelgate::label_file::{SchemeWord, Spec, study};
use labelgate::score::{Intervals, Metric, Sample, Scope, Subject, score};

use super::Population;
use super::draw::Draw;

/// By how much worse is accepted.
pub(crate) const MARGIN: f64 = 0.05;

/// A revision of known quality: chances that only the baseline is right, only the candidate, and
/// that they do not differ. On 12 % of items they do.
pub(crate) struct Revision {
    /// What it truly is.
    pub(crate) name: &'static str,
    pub(crate) chances: [f64; 3],
}

/// Equal, better by 3 points, worse by the margin and by twice the margin.
pub(crate) const REVISIONS: [Revision; 4] = [
    Revision {
        name: "equal",
        chances: [0.06, 0.06, 0.88],
    },
    Revision {
        name: "better by 3 points",
        chances: [0.045, 0.075, 0.88],
    },
    Revision {
        name: "worse by the margin",
        chances: [0.085, 0.035, 0.88],
    },
    Revision {
        name: "worse by twice the margin",
        chances: [0.11, 0.01, 0.88],
    },
];

/// The label file of one replication: three labels, and a baseline that is right in nine of ten.
pub(crate) fn label_file(population: &Population, chances: [f64; 3], replication: u64) -> String {
    const LABELS: [&str; 3] = ["build", "fix", "test"];
    let mut draw = Draw::replication(4, replication);
    let users = population.sample(chances, &mut draw);
    let mut text = "user,human,old,new\n".to_owned();
    for (user, counts) in users.iter().enumerate() {
        for (kind, count) in counts.iter().enumerate() {
            for _ in 0..*count {
                let human = draw.category(&[0.5, 0.3, 0.2]);
                let wrong = (human + 1 + draw.category(&[0.5, 0.5])) % 3;
                let (old, new) = match kind {
                    0 => (human, wrong),
                    1 => (wrong, human),
                    _ if draw.uniform() < 0.93 => (human, human),
                    _ => (wrong, wrong),
                };
                let [human, old, new] = [human, old, new].map(|label| LABELS[label]);
                let _ = writeln!(text, "u{user},{human},{old},{new}");
            }
        }
    }
    text
}

/// What `compare FILE --margin` says of a file, and whether it gives any alarm.
pub(crate) fn compared(text: String) -> (Verdict, bool) {
    let table = labelgate::table::read(Path::new("labels.csv"), text.into())
        .expect("what is simulated is a table");
    let spec = Spec {
        candidate: "new".into(),
        baseline: Some("old".into()),
        reference: "human".into(),
        scheme: SchemeWord::Nominal,
        cluster: Some("user".into()),
        ..Spec::default()
    };
    let study = study(&spec, &table, None).expect("and without fault");
    let scorecard = score(&Subject {
        sample: Sample {
            items: &study.items,
            weights: None,
            intervals: Intervals::default(),
        },
        scheme: &study.scheme,
        reference: &study.reference,
        candidate: &study.candidate,
        baseline: study.baseline.as_ref(),
        rules: &[],
        scope: Scope::Common,
        margin: Some(MARGIN),
    });
    let gate = Gate {
        target: Target::Overall(Metric::Agreement),
        demand: Demand::NotBehind {
            margin: MARGIN,
            by: By::Bound,
        },
        slice: None,
        line: 0,
    };
    let verdict = judge(&gate, &scorecard).verdict;
    let watched = watch(&[gate], &scorecard).expect("there is a baseline");
    (verdict, !watched.alarms.is_empty())
}
