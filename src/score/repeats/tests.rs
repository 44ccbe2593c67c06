use super::*;
use crate::model::{Decisions, Item, Items, LabelSet, LabelText, Numeric};
use crate::score::Intervals;

/// Items, each of an account of its own.
fn items(n: usize) -> Items {
    let item = |position: usize| Item {
        id: format!("s-{position}").into(),
        cluster: position,
        text_sha256: [0; 32],
        text_bytes: 0,
        slices: Vec::new(),
        split: None,
        telemetry: Vec::new(),
    };
    Items {
        items: (0..n).map(item).collect(),
        clusters: (0..n).map(|account| account.to_string().into()).collect(),
        ..Items::default()
    }
}

fn scored(
    scheme: &Scheme,
    n_items: usize,
    repeats: &[Vec<Option<Outcome>>],
) -> Option<RepeatScore> {
    let items = items(n_items);
    score_repeats(&RepeatSubject {
        sample: Sample {
            items: &items,
            weights: None,
            intervals: Intervals::default(),
        },
        scheme,
        repeats,
    })
}

fn nominal() -> (Scheme, [Outcome; 2]) {
    let texts = ["a", "b"].map(|id| LabelText {
        id: id.into(),
        says: "".into(),
    });
    let none: &[&str] = &[];
    let set = LabelSet::new(texts.to_vec(), none, none).unwrap();
    let outcomes = ["a", "b"].map(|id| Outcome::Ok(Label::One(set.exact(id).unwrap())));
    (Scheme::Nominal(set), outcomes)
}

#[test]
fn three_repeats_come_to_what_is_worked_out_by_hand() {
    let (scheme, [a, b]) = nominal();
    let (a, b, no) = (Some(a), Some(b), Some(Outcome::Refused));
    // By item: aaa, aab, bbb, b-a, --a. Pairs that differ: 0 of 3, 2 of 3, 0 of 3, 1 of 1.
    let repeats = [
        vec![a.clone(), a.clone(), b.clone(), b.clone(), no.clone()],
        vec![a.clone(), a.clone(), b.clone(), no, None],
        vec![a.clone(), b.clone(), b, a.clone(), a],
    ];
    let score = scored(&scheme, 5, &repeats).unwrap();
    assert_eq!((score.count, score.n_items, score.n_flipped), (3, 4, 2));
    let flip_rate = score.flip_rate.unwrap();
    assert!((flip_rate.value - 5.0 / 12.0).abs() < 1e-12);
    assert!(flip_rate.low().unwrap() > 0.0 && flip_rate.high().unwrap() < 1.0);
    // Of aaa, aab, bbb: (7/9 − 41/81)/(1 − 41/81).
    let kappa = score.test_retest_kappa.unwrap().unwrap();
    assert!((kappa.value - 0.55).abs() < 1e-12, "{}", kappa.value);
    let keys: Vec<&str> = score.metrics.keys().map(|metric| metric.key()).collect();
    assert_eq!(keys, ["krippendorff_alpha", "gwet_ac1"]);
}

#[test]
fn repeats_that_never_differ_leave_room_for_doubt() {
    let (scheme, [a, b]) = nominal();
    let labels: Vec<Option<Outcome>> = (0..40)
        .map(|item| Some([&a, &b][item % 2].clone()))
        .collect();
    let score = scored(&scheme, 40, &[labels.clone(), labels]).unwrap();
    assert_eq!(score.n_flipped, 0);
    let flip_rate = score.flip_rate.unwrap();
    assert_eq!(flip_rate.value, 0.0);
    assert!(
        flip_rate.high().unwrap() > 0.05,
        "forty items prove no perfection"
    );
    assert_eq!(score.test_retest_kappa.unwrap().unwrap().value, 1.0);
}

#[test]
fn numbers_have_alpha_and_lists_have_the_flip_rate_alone() {
    let number = |number: f64| Some(Outcome::Ok(Label::Number(number)));
    let scheme = Scheme::Numeric(Numeric {
        log: false,
        unit: None,
        min: None,
        max: None,
    });
    let repeats = [
        vec![number(1.0), number(2.0), number(7.0)],
        vec![number(1.0), number(3.0), number(7.0)],
    ];
    let score = scored(&scheme, 3, &repeats).unwrap();
    assert_eq!(score.n_flipped, 1);
    assert_eq!(score.test_retest_kappa, None);
    assert!(score.metrics[&RaterMetric::KrippendorffAlphaInterval].is_ok());

    let counts = |counts: &[u32]| Some(Outcome::Ok(Label::Counts(counts.to_vec())));
    let scheme = Scheme::Decisions(Decisions {
        stages: Vec::new(),
        deciders: Vec::new(),
        yields: Vec::new(),
    });
    let repeats = [
        vec![counts(&[1, 0]), counts(&[2, 2])],
        vec![counts(&[1, 0]), counts(&[2, 1])],
    ];
    let score = scored(&scheme, 2, &repeats).unwrap();
    assert_eq!(score.flip_rate.unwrap().value, 0.5);
    assert_eq!(score.test_retest_kappa, None);
    assert!(score.metrics.is_empty());
}

#[test]
fn one_answer_to_each_question_tells_nothing_of_steadiness() {
    let (scheme, [a, _]) = nominal();
    assert_eq!(scored(&scheme, 1, &[vec![Some(a)]]), None);
    assert_eq!(scored(&scheme, 1, &[]), None);
}
