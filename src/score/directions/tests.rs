use proptest::prelude::*;

use super::*;
use crate::expr::{Name, Scope, Type, Wanted};
use crate::model::{Column, Item, Items, Kind, LabelIx, LabelSet, LabelText, Outcome, Value};
use crate::score::Intervals;

/// An item: cluster, label, telemetry `x`.
type Given = (usize, Option<usize>, Option<f64>);

fn items(given: &[Given]) -> Items {
    let item = |(position, (cluster, _, x)): (usize, &Given)| Item {
        id: format!("{position:04}").into(),
        cluster: *cluster,
        text_sha256: [0; 32],
        text_bytes: 0,
        slices: Vec::new(),
        telemetry: vec![x.map(Value::Double)],
        split: None,
    };
    let n_clusters = given.iter().map(|one| one.0 + 1).max().unwrap_or(0);
    Items {
        items: given.iter().enumerate().map(item).collect(),
        clusters: (0..n_clusters)
            .map(|name| name.to_string().into())
            .collect(),
        slices: Vec::new(),
        telemetry: vec![Column {
            name: "x".into(),
            kind: Kind::Double,
        }],
    }
}

fn evaluate(given: &[Given], text: &str, transform: Transform, expect: Expected) -> DirectionScore {
    let label = |id: &str| LabelText {
        id: id.into(),
        says: "".into(),
    };
    let none: [&str; 0] = [];
    let set = LabelSet::new(["a", "b", "c"].map(label).to_vec(), &none, &none).unwrap();
    let scope = Scope(vec![Name {
        name: "x".into(),
        ty: Type::Double,
    }]);
    let items = items(given);
    let reference: Vec<Option<Label>> = given
        .iter()
        .map(|one| Some(Label::One(LabelIx(one.1?))))
        .collect();
    let candidate = Ratings {
        outcomes: reference
            .iter()
            .cloned()
            .map(|one| one.map(Outcome::Ok))
            .collect(),
        n_normalised: 0,
    };
    evaluate_direction(&DirectionSubject {
        sample: Sample {
            items: &items,
            weights: None,
            intervals: Intervals::default(),
        },
        scheme: &Scheme::Ordinal(set),
        share: None,
        outcome: &Program::compile(text, &scope, Wanted::Number).unwrap(),
        transform,
        expect,
        controls: &[],
        candidate: &candidate,
        reference: &reference,
    })
}

fn rising(n_clusters: usize) -> Vec<Given> {
    // Labels rise by one, the outcome by two, and clusters differ a little.
    let item = |item: usize| {
        let (cluster, label) = (item / 3, item % 3);
        let noise = [0.3, -0.2, 0.1, -0.4][cluster % 4] * (label as f64 - 1.0);
        (cluster, Some(label), Some(2.0 * label as f64 + noise))
    };
    (0..3 * n_clusters).map(item).collect()
}

#[test]
fn the_effect_of_a_step_is_the_slope_of_the_ranks() {
    let score = evaluate(&rising(24), "x", Transform::None, Expected::Increasing);
    let side = &score.candidate;
    let effect = side.effect.as_ref().unwrap();
    // The noise of four clusters is 0.3, −0.2, 0.1 and −0.4 a step: −0.05 on average.
    assert!((effect.value - 1.95).abs() < 1e-12, "{effect:?}");
    assert_eq!(
        (effect.n, effect.n_clusters, effect.df),
        (72.0, 24, Some(23.0))
    );
    assert_eq!(side.status, Status::Holds);
    assert_eq!(score.reference, score.candidate);
    let steps: Vec<f64> = side
        .steps
        .iter()
        .map(|step| step.difference.as_ref().unwrap().value)
        .collect();
    assert!(
        steps.iter().all(|step| (step - 1.95).abs() < 1e-12),
        "{steps:?}"
    );
}

#[test]
fn what_cannot_be_regressed_says_why() {
    let of = |given: &[Given]| {
        let score = evaluate(given, "x", Transform::None, Expected::Increasing);
        score.candidate.status
    };
    assert_eq!(of(&[]), Status::Undefined(Undefined::NoItems));
    let same_label = [
        (0, Some(1), Some(1.0)),
        (1, Some(1), Some(2.0)),
        (2, Some(1), Some(4.0)),
    ];
    assert_eq!(of(&same_label), Status::Undefined(Undefined::NoVariation));
    let same_outcome = [
        (0, Some(0), Some(1.0)),
        (1, Some(1), Some(1.0)),
        (2, Some(2), Some(1.0)),
    ];
    assert_eq!(of(&same_outcome), Status::Undefined(Undefined::NoVariation));
    let one_cluster = [
        (0, Some(0), Some(1.0)),
        (0, Some(1), Some(3.0)),
        (0, Some(2), Some(4.0)),
    ];
    assert_eq!(
        of(&one_cluster),
        Status::Undefined(Undefined::FewerThanTwoClusters)
    );
    let two_items = [(0, Some(0), Some(1.0)), (1, Some(1), Some(3.0))];
    assert_eq!(
        of(&two_items),
        Status::Undefined(Undefined::NoResidualDegreesOfFreedom)
    );
}

#[test]
fn an_outcome_that_cannot_be_computed_drops_its_item() {
    let mut given = rising(8);
    given[0].2 = None;
    given[1].2 = Some(-1.0);
    given[2].1 = None;
    let score = evaluate(&given, "x", Transform::Log1p, Expected::Increasing);
    let dropped = score.candidate.dropped.unwrap();
    assert_eq!((dropped.label, dropped.telemetry), (1, 1));
    // ln(1 − 1) is no number, nor are logarithms of what is below.
    let below = given.iter().filter(|one| one.1.is_some());
    let below = below.filter(|one| one.2.is_some_and(|x| x <= -1.0)).count();
    assert_eq!(dropped.outcome, below as u64);
}

#[test]
fn hiding_leaves_nothing_of_small_levels_and_no_counts() {
    let mut given = rising(24);
    for one in given.iter_mut().skip(6).filter(|one| one.1 == Some(2)) {
        one.1 = Some(1);
    }
    let mut side = evaluate(&given, "x", Transform::None, Expected::Increasing).candidate;
    assert_eq!(side.levels[2].n_clusters, Some(2));
    side.withhold(5, true, &|_| true);
    assert!(
        side.levels
            .iter()
            .all(|level| level.n.is_none() && level.n_clusters.is_none())
    );
    assert_eq!(side.levels[2].mean, Err(Undefined::Suppressed));
    assert!(side.levels[1].mean.is_ok());
    assert_eq!(side.steps[1].difference, Err(Undefined::Suppressed));
    assert!(side.steps[0].difference.is_ok());
    assert_eq!((side.n, side.dropped), (None, None));
}

#[test]
fn the_digits_of_a_mean_do_not_tell_of_how_many_it_is() {
    // Whole numbers: thirds and sevenths would give their number away.
    let item = |item: usize| (item % 31, Some(item % 3), Some((item * item % 11) as f64));
    let given: Vec<Given> = (0..97).map(item).collect();
    let open = evaluate(&given, "x", Transform::None, Expected::Increasing).candidate;
    let mut side = open.clone();
    side.withhold(5, false, &|label| label != 1);
    assert_eq!(side.levels[1].mean, Err(Undefined::Suppressed));
    assert!(side.steps.iter().all(|step| step.difference.is_err()));
    for label in [0, 2] {
        let [full, told] = [&open, &side].map(|of| of.levels[label].mean.as_ref().unwrap());
        assert!((full.value - told.value).abs() <= 0.05 * full.se.unwrap());
        let fits = |n: &usize| {
            let total = (told.value * *n as f64).round();
            (total / *n as f64 - told.value).abs() <= 0.5e-2
        };
        let possible = (5..=97).filter(fits).count();
        assert!(possible > 20, "{told:?}: {possible}");
    }
}

proptest! {
    #[test]
    fn turning_the_expectation_round_turns_the_status_round(
        given in prop::collection::vec((0..30_usize, prop::option::weighted(0.9, 0..3_usize),
            prop::option::weighted(0.9, 0.0..9.0_f64)), 0..60),
    ) {
        let of = |expect| evaluate(&given, "x", Transform::None, expect).candidate;
        let (up, down) = (of(Expected::Increasing), of(Expected::Decreasing));
        let turned = match up.status {
            Status::Holds => Status::Contradicted,
            Status::Contradicted => Status::Holds,
            other => other,
        };
        prop_assert_eq!(turned, down.status);
        prop_assert_eq!(&up.effect, &down.effect);
        // Every item is used or counted.
        let dropped = up.dropped.unwrap();
        let all = up.n.unwrap() + dropped.label + dropped.telemetry + dropped.outcome;
        prop_assert_eq!(all, given.len() as u64);
        let n_levels: u64 = up.levels.iter().map(|level| level.n.unwrap()).sum();
        prop_assert_eq!(n_levels, up.n.unwrap());
    }
}
