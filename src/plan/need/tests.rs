use super::*;
use crate::gate::{Target, judge};
use crate::model::{Item, Items, Label, LabelSet, LabelText, Outcome, Ratings, Scheme};
use crate::num::Level;
use crate::score::{Intervals, Sample, Scope, Subject, score};
use crate::stat::distribution::{log_gamma, normal_quantile};
use crate::stat::interval::wilson;
use crate::stat::power::{PairedTest, Supposed, paired_power};

/// A pilot of items in clusters of `size`: of every ten the candidate gets `right` right and the
/// baseline the last `baseline`.
fn pilot(n: usize, size: usize, right: usize, baseline: usize) -> Scorecard {
    let none: &[&str] = &[];
    let texts = ["a", "b"].map(|id| LabelText {
        id: id.into(),
        says: "".into(),
    });
    let set = LabelSet::new(texts.to_vec(), none, none).unwrap();
    let label = |id: &str| Label::One(set.exact(id).unwrap());
    let item = |position: usize| Item {
        id: format!("s-{position:04}").into(),
        cluster: position / size,
        text_sha256: [0; 32],
        text_bytes: 0,
        slices: Vec::new(),
        split: None,
        telemetry: Vec::new(),
    };
    let items = Items {
        items: (0..n).map(item).collect(),
        clusters: (0..n.div_ceil(size))
            .map(|c| c.to_string().into())
            .collect(),
        ..Items::default()
    };
    let ratings = |is_right: &dyn Fn(usize) -> bool| Ratings {
        outcomes: (0..n)
            .map(|position| {
                Some(Outcome::Ok(label(if is_right(position % 10) {
                    "a"
                } else {
                    "b"
                })))
            })
            .collect(),
        n_normalised: 0,
    };
    let reference: Vec<Option<Label>> = (0..n).map(|_| Some(label("a"))).collect();
    score(&Subject {
        sample: Sample {
            items: &items,
            weights: None,
            intervals: Intervals::default(),
        },
        scheme: &Scheme::Nominal(set.clone()),
        reference: &reference,
        candidate: &ratings(&|place| place < right),
        baseline: Some(&ratings(&|place| place >= 10 - baseline)),
        rules: &[],
        margin: None,
        scope: Scope::All,
    })
}

fn gate(demand: Demand) -> Gate {
    Gate {
        target: Target::Overall(Metric::Agreement),
        demand,
        slice: None,
        line: 1,
    }
}

fn at_least(threshold: f64, by: By) -> Gate {
    gate(Demand::AtLeast { threshold, by })
}

fn needed(gate: &Gate, pilot: &Scorecard, pool: &[u64], assumed: &Assumed) -> Need {
    need(gate, &judge(gate, pilot), pilot, Pool::of(pool), assumed)
}

fn sizes(need: &Need) -> (bool, Size, Size) {
    match need.outlook {
        Outlook::Decided {
            passes,
            at_80,
            at_90,
        } => (passes, at_80, at_90),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_has_the_power_that_is_promised_counted_exactly() {
    let need = needed(
        &at_least(0.8, By::Bound),
        &pilot(100, 1, 9, 9),
        &[1; 100],
        &Assumed::default(),
    );
    let (passes, at_80, at_90) = sizes(&need);
    assert!(passes);
    assert_eq!(need.basis.truth, Some((0.9, Source::Pilot)));
    assert_eq!((at_80.items, at_80.clusters), (108, 108));
    let power = |n: u64| -> f64 {
        let z = normal_quantile(Level::DEFAULT.upper_tail());
        let ln_factorial = |k: u64| log_gamma(k as f64 + 1.0);
        (0..=n)
            .filter(|hits| wilson(*hits as f64 / n as f64, n as f64, z).0 >= 0.8)
            .map(|hits| {
                let ways = ln_factorial(n) - ln_factorial(hits) - ln_factorial(n - hits);
                (ways + hits as f64 * 0.9_f64.ln() + (n - hits) as f64 * 0.1_f64.ln()).exp()
            })
            .sum()
    };
    assert!(
        (power(at_80.items) - 0.8).abs() < 0.05,
        "{}",
        power(at_80.items)
    );
    assert!(
        (power(at_90.items) - 0.9).abs() < 0.04,
        "{}",
        power(at_90.items)
    );
}

#[test]
fn a_comparison_has_the_power_that_is_promised_counted_exactly() {
    // Two of ten items only the baseline gets right, two only the candidate.
    let demand = Demand::NotBehind {
        margin: 0.1,
        by: By::Bound,
    };
    let pilot = pilot(100, 1, 8, 8);
    let need = needed(&gate(demand), &pilot, &[1; 100], &Assumed::default());
    let (passes, at_80, _) = sizes(&need);
    assert!(passes);
    assert_eq!(need.basis.discordance, Some((0.4, Source::Pilot)));
    assert_eq!(need.basis.truth, Some((0.0, Source::Usual)));
    let supposed = Supposed {
        baseline_only: 0.2,
        candidate_only: 0.2,
    };
    let test = PairedTest::NonInferiority { margin: 0.1 };
    let power = paired_power(at_80.items, supposed, 0.05, test).power;
    assert!((power - 0.8).abs() < 0.03, "{power} with {}", at_80.items);
}

#[test]
fn a_true_value_on_the_threshold_never_decides() {
    let pilot = pilot(100, 1, 9, 9);
    let at_value = needed(
        &at_least(0.9, By::Bound),
        &pilot,
        &[1; 100],
        &Assumed::default(),
    );
    assert_eq!(at_value.outlook, Outlook::Never);
    let behind = Assumed {
        difference: Some(-0.02),
        ..Assumed::default()
    };
    let demand = Demand::NotBehind {
        margin: 0.02,
        by: By::Bound,
    };
    let at_margin = needed(&gate(demand), &pilot, &[1; 100], &behind);
    assert_eq!(at_margin.outlook, Outlook::Never);
}

#[test]
fn a_true_value_on_the_wrong_side_says_what_it_takes_to_fail() {
    let assumed = Assumed {
        truths: vec![
            (None, 0.5),
            (Some("agreement".into()), 0.7),
            (Some("mcc".into()), 0.1),
        ],
        difference: Some(-0.08),
        discordance: Some(0.2),
        ..Assumed::default()
    };
    let pilot = pilot(100, 1, 9, 9);
    let need = needed(&at_least(0.8, By::Bound), &pilot, &[1; 100], &assumed);
    assert_eq!(need.basis.truth, Some((0.7, Source::Stated)));
    let (passes, at_80, _) = sizes(&need);
    assert!(!passes);
    assert_eq!(
        at_80.items as f64,
        share_n(0.8, 0.7, 0.025, 0.8).unwrap().ceil()
    );
    let demand = Demand::NotBehind {
        margin: 0.03,
        by: By::Bound,
    };
    let (passes, at_80, _) = sizes(&needed(&gate(demand), &pilot, &[1; 100], &assumed));
    assert!(!passes);
    let mirrored = non_inferiority_n(0.2, 0.08, -0.03, 0.05, 0.8).unwrap();
    assert_eq!(at_80.items as f64, mirrored.ceil());
}

#[test]
fn without_a_pilot_assumptions_stand_in_and_are_named() {
    let nothing = pilot(0, 1, 9, 9);
    let pool = [4; 50];
    let unknown = needed(
        &at_least(0.8, By::Bound),
        &nothing,
        &pool,
        &Assumed::default(),
    );
    assert_eq!(unknown.outlook, Outlook::Unknown(Unforeseen::NoTruth));
    let assumed = Assumed {
        truths: vec![(None, 0.9)],
        ..Assumed::default()
    };
    let need = needed(&at_least(0.8, By::Bound), &nothing, &pool, &assumed);
    let (effect, source) = need.basis.design_effect.unwrap();
    assert!((effect - 1.3).abs() < 1e-12);
    assert_eq!(source, Source::Usual);
    let (_, at_80, _) = sizes(&need);
    let items = 1.3 * share_n(0.8, 0.9, 0.025, 0.8).unwrap();
    assert_eq!(
        (at_80.items, at_80.clusters),
        (items.ceil() as u64, (items / 4.0).ceil() as u64)
    );
    let demand = Demand::NotBehind {
        margin: 0.05,
        by: By::Bound,
    };
    let need = needed(&gate(demand), &nothing, &[1; 50], &Assumed::default());
    assert_eq!(need.basis.discordance, Some((0.12, Source::Usual)));
    // The textbook's 412 for 90 %.
    assert_eq!(sizes(&need).2.items, 412);
}

#[test]
fn clusters_that_are_alike_cost_items_and_a_bound_needs_twenty_of_them() {
    // Clusters of ten with the same share right in each are as good as independent.
    let alike = pilot(200, 10, 9, 9);
    let need = needed(
        &at_least(0.6, By::Bound),
        &alike,
        &[10; 20],
        &Assumed::default(),
    );
    assert_eq!(need.basis.design_effect, Some((1.0, Source::Pilot)));
    let (_, at_80, at_90) = sizes(&need);
    assert_eq!((at_80.items, at_80.clusters, at_90.clusters), (200, 20, 20));
    let assumed = Assumed {
        icc: Some(0.5),
        ..Assumed::default()
    };
    let need = needed(&at_least(0.8, By::Bound), &alike, &[10; 20], &assumed);
    assert_eq!(need.basis.design_effect, Some((5.5, Source::Stated)));
    assert_eq!(
        sizes(&need).1.items,
        (5.5 * share_n(0.8, 0.9, 0.025, 0.8).unwrap()).ceil() as u64
    );
}

#[test]
fn a_gate_on_the_point_needs_no_room_for_an_interval() {
    let pilot = pilot(100, 1, 9, 9);
    let by_point = sizes(&needed(
        &at_least(0.8, By::Point),
        &pilot,
        &[1; 100],
        &Assumed::default(),
    ));
    let by_bound = sizes(&needed(
        &at_least(0.8, By::Bound),
        &pilot,
        &[1; 100],
        &Assumed::default(),
    ));
    assert!(by_point.1.items < by_bound.1.items / 4);
}
