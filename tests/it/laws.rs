//! Laws that every statistic of a table keeps, whatever the items.

use labelgate::stat::agreement::{
    agreement, bias_index, brennan_prediger, cohen_kappa, gwet_ac1, kappa_max, pabak,
    prevalence_index, scott_pi, specific_agreement,
};
use labelgate::stat::class::{
    balanced_accuracy, f1, jaccard, macro_f1, macro_precision, macro_recall, mcc, micro_f1,
    micro_precision, no_information_rate, npv, precision, recall, specificity, weighted_f1,
    weighted_precision, weighted_recall,
};
use labelgate::stat::krippendorff::{Measurement, two_rater_alpha};
use labelgate::stat::ordinal::{
    Weights, brennan_prediger_weighted, gwet_ac2_linear, gwet_ac2_quadratic, kappa_linear,
    kappa_quadratic, mean_absolute_difference, mean_difference, weighted_agreement, within_one,
};
use labelgate::stat::{Confusion, Count, Dual, Lift, Paired, Tally, Undefined, difference};
use proptest::prelude::*;

/// A statistic of a table in every number type it is used with.
struct Statistic {
    name: &'static str,
    of_counts: fn(&Confusion) -> Result<f64, Undefined>,
    of_weights: fn(&Confusion<f64>) -> Result<f64, Undefined>,
    of_duals: fn(&Confusion<Dual>) -> Result<Dual, Undefined>,
    range: (f64, f64),
}

macro_rules! statistics {
    ($($name:ident in $low:literal..=$high:literal),* $(,)?) => {
        [$(Statistic {
            name: stringify!($name),
            of_counts: $name,
            of_weights: $name,
            of_duals: $name,
            range: ($low, $high),
        }),*]
    };
}

fn alpha<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    two_rater_alpha(confusion, Measurement::Nominal)
}

fn alpha_ordinal<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    two_rater_alpha(confusion, Measurement::Ordinal)
}

fn agreement_linear<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    weighted_agreement(confusion, &Weights::Linear)
}

fn brennan_prediger_linear<C: Count>(confusion: &Confusion<C>) -> Result<C::Real, Undefined> {
    brennan_prediger_weighted(confusion, &Weights::Linear)
}

/// Unchanged when the labellers change places, when labels change theirs, and by an unused label.
const NOMINAL: [Statistic; 6] = statistics![
    agreement in 0.0..=1.0,
    cohen_kappa in -1.0..=1.0,
    kappa_max in 0.0..=1.0,
    scott_pi in -1.0..=1.0,
    alpha in -1.0..=1.0,
    mcc in -1.0000000000000002..=1.0000000000000002,
];

/// Unchanged when the labellers change places and when labels change theirs.
const BY_DECLARED_LABELS: [Statistic; 2] = statistics![
    gwet_ac1 in -1.0..=1.0,
    brennan_prediger in -1.0..=1.0,
];

/// Unchanged when the labellers change places and when the scale is turned over.
const ORDINAL: [Statistic; 8] = statistics![
    agreement_linear in 0.0..=1.0,
    kappa_linear in -1.0..=1.0,
    kappa_quadratic in -1.0..=1.0,
    gwet_ac2_linear in -9.0..=1.0,
    gwet_ac2_quadratic in -9.0..=1.0,
    brennan_prediger_linear in -9.0..=1.0,
    within_one in 0.0..=1.0,
    mean_absolute_difference in 0.0..=9.0,
];

/// Directed, so exchange changes them; unchanged when labels change places.
const DIRECTED: [Statistic; 11] = statistics![
    balanced_accuracy in 0.0..=1.0,
    macro_precision in 0.0..=1.0,
    macro_recall in 0.0..=1.0,
    macro_f1 in 0.0..=1.0,
    micro_precision in 0.0..=1.0,
    micro_f1 in 0.0..=1.0,
    weighted_precision in 0.0..=1.0,
    weighted_recall in 0.0..=1.0,
    weighted_f1 in 0.0..=1.0,
    no_information_rate in 0.0..=1.0,
    mean_difference in -9.0..=9.0,
];

fn every() -> impl Iterator<Item = Statistic> {
    let ordinal = statistics![alpha_ordinal in -1.0..=1.0];
    NOMINAL
        .into_iter()
        .chain(BY_DECLARED_LABELS)
        .chain(ORDINAL)
        .chain(DIRECTED)
        .chain(ordinal)
}

type Pairs = Vec<(usize, usize)>;

/// A number of labels and items with both labels.
fn labelled() -> impl Strategy<Value = (usize, Pairs)> {
    (2_usize..6).prop_flat_map(|n_labels| {
        let pair = (0..n_labels, 0..n_labels);
        (Just(n_labels), proptest::collection::vec(pair, 0..40))
    })
}

/// The same with a few unanswered items.
fn table() -> impl Strategy<Value = Confusion> {
    labelled().prop_flat_map(|(n_labels, pairs)| {
        let unanswered = proptest::collection::vec(0..n_labels, 0..5);
        unanswered.prop_map(move |unanswered| {
            let mut confusion = Confusion::tally(n_labels, pairs.clone());
            for reference in unanswered {
                confusion.count_unanswered(reference, 1);
            }
            confusion
        })
    })
}

proptest! {
    #[test]
    fn counting_a_longer_list_adds_the_tallies_of_its_parts(
        (n_labels, pairs) in labelled(),
        cut in 0_usize..40,
    ) {
        let cut = cut.min(pairs.len());
        let mut sum = Confusion::tally(n_labels, pairs[..cut].iter().copied());
        sum.add(&Confusion::tally(n_labels, pairs[cut..].iter().copied()));
        prop_assert_eq!(sum, Confusion::tally(n_labels, pairs));
    }

    #[test]
    fn values_lie_in_their_range_and_are_numbers(confusion in table()) {
        for statistic in every() {
            if let Ok(value) = (statistic.of_counts)(&confusion) {
                let (low, high) = statistic.range;
                prop_assert!(low <= value && value <= high, "{} is {value}", statistic.name);
            }
        }
        for class in 0..confusion.n_labels() {
            for part in [precision, recall, f1, jaccard, specificity, npv, specific_agreement] {
                if let Ok(value) = part(&confusion, class) {
                    prop_assert!((0.0..=1.0).contains(&value));
                }
            }
        }
    }

    #[test]
    fn counts_weights_and_duals_give_the_same_bits(confusion in table()) {
        let weights = confusion.as_weights();
        let duals = confusion.lift(&confusion);
        for statistic in every() {
            let value = (statistic.of_counts)(&confusion);
            prop_assert_eq!(value, (statistic.of_weights)(&weights), "{}", statistic.name);
            let dual = (statistic.of_duals)(&duals).map(|dual| dual.value);
            prop_assert_eq!(value, dual, "{}", statistic.name);
        }
    }

    #[test]
    fn slopes_are_those_of_small_steps(confusion in table(), row in 0_usize..6, column in 0_usize..6) {
        // Where no cell is empty every statistic is smooth but for those that take an extreme.
        let mut weights = confusion.as_weights();
        for reference in 0..weights.n_labels() {
            for candidate in 0..weights.n_labels() {
                let uneven = (reference * 7 + candidate * 3) as f64 / 11.0;
                weights.count_pair(reference, candidate, 1.0 + uneven);
            }
        }
        let mut direction = weights.clone();
        direction.clear();
        let (row, column) = (row % weights.n_labels(), column % weights.n_labels());
        direction.count_pair(row, column, 1.0);
        let takes_an_extreme = ["kappa_max", "no_information_rate"];
        for statistic in every().filter(|s| !takes_an_extreme.contains(&s.name)) {
            let at = |step: f64| {
                let mut moved = weights.clone();
                moved.count_pair(row, column, step);
                (statistic.of_weights)(&moved).unwrap()
            };
            let slope = (statistic.of_duals)(&weights.lift(&direction)).unwrap().slope;
            let n = weights.total();
            let known_factor = if statistic.name.starts_with("alpha") {
                // Its small-sample factor is taken as known; undo its share of the slope.
                (1.0 - at(0.0)) / n / (2.0 * n - 1.0)
            } else {
                0.0
            };
            let step = (at(1e-5) - at(-1e-5)) / 2e-5 + known_factor;
            let near = (slope - step).abs() < 1e-7 * (1.0 + slope.abs());
            prop_assert!(near, "{}: {slope} for {step}", statistic.name);
        }
    }

    #[test]
    fn exchanging_the_labellers_transposes_and_changes_no_symmetric_value(
        (n_labels, pairs) in labelled(),
    ) {
        let confusion = Confusion::tally(n_labels, pairs.clone());
        let exchanged = Confusion::tally(n_labels, pairs.into_iter().map(|(a, b)| (b, a)));
        prop_assert_eq!(&confusion.transposed(), &exchanged);
        for statistic in NOMINAL.into_iter().chain(BY_DECLARED_LABELS).chain(ORDINAL) {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&exchanged));
            prop_assert_eq!(one, other, "{}", statistic.name);
        }
        let turned = mean_difference(&exchanged).map(|difference| -difference);
        prop_assert_eq!(mean_difference(&confusion), turned);
        for class in 0..n_labels {
            prop_assert_eq!(precision(&confusion, class).ok(), recall(&exchanged, class).ok());
            prop_assert_eq!(npv(&confusion, class).ok(), specificity(&exchanged, class).ok());
            prop_assert_eq!(f1(&confusion, class), f1(&exchanged, class));
        }
    }

    #[test]
    fn labels_may_change_places(confusion in table(), turn in 0_usize..6) {
        let n_labels = confusion.n_labels();
        let order: Vec<usize> = (0..n_labels).map(|label| (label + turn) % n_labels).collect();
        let turned = confusion.restricted(&order);
        for statistic in NOMINAL.into_iter().chain(BY_DECLARED_LABELS) {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&turned));
            prop_assert_eq!(one, other, "{}", statistic.name);
        }
        for statistic in DIRECTED.into_iter().filter(|s| s.name != "mean_difference") {
            match ((statistic.of_counts)(&confusion), (statistic.of_counts)(&turned)) {
                // A sum of fractions in another order.
                (Ok(one), Ok(other)) => prop_assert!((one - other).abs() < 1e-14),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
        let backwards: Vec<usize> = (0..n_labels).rev().collect();
        let backwards = confusion.restricted(&backwards);
        for statistic in ORDINAL {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&backwards));
            prop_assert_eq!(one, other, "{}", statistic.name);
        }
        let reversed = mean_difference(&backwards).map(|difference| -difference);
        prop_assert_eq!(mean_difference(&confusion), reversed);
    }

    #[test]
    fn an_unused_label_changes_no_value_that_does_not_count_labels(
        (n_labels, pairs) in labelled(),
    ) {
        let confusion = Confusion::tally(n_labels, pairs.clone());
        let wider = Confusion::tally(n_labels + 1, pairs);
        for statistic in NOMINAL.into_iter().chain(DIRECTED) {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&wider));
            prop_assert_eq!(one, other, "{}", statistic.name);
        }
    }

    #[test]
    fn repeating_every_item_changes_nothing(confusion in table(), times in 2_usize..5) {
        let mut repeated = confusion.clone();
        for _ in 1..times {
            repeated.add(&confusion);
        }
        // Alpha corrects for small samples, and a root rounds.
        for statistic in every().filter(|s| !s.name.starts_with("alpha") && s.name != "mcc") {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&repeated));
            let near = match (one, other) {
                (Ok(one), Ok(other)) => (one - other).abs() < 1e-15,
                (one, other) => one == other,
            };
            prop_assert!(near, "{}: {one:?} and {other:?}", statistic.name);
        }
        prop_assert_eq!(cohen_kappa(&confusion), cohen_kappa(&repeated));
    }

    #[test]
    fn no_answer_is_a_label_that_no_reference_uses(confusion in table()) {
        let n_labels = confusion.n_labels();
        let mut wider = Confusion::new(n_labels + 1);
        for reference in 0..n_labels {
            for candidate in 0..n_labels {
                wider.count_pair(reference, candidate, confusion.count(reference, candidate));
            }
            wider.count_pair(reference, n_labels, confusion.unanswered(reference));
        }
        for statistic in NOMINAL.into_iter().filter(|s| s.name != "alpha") {
            let (one, other) = ((statistic.of_counts)(&confusion), (statistic.of_counts)(&wider));
            prop_assert_eq!(one, other, "{}", statistic.name);
        }
        prop_assert_eq!(alpha(&confusion), alpha(&wider));
    }

    #[test]
    fn a_labeller_does_not_differ_from_itself(
        (n_labels, pairs) in labelled(),
        others in proptest::collection::vec((0_usize..6, 0_usize..6), 40),
    ) {
        let baseline = Confusion::tally(n_labels, pairs.clone());
        let other = pairs.iter().zip(others).map(|((a, _), (_, b))| (*a, b % n_labels));
        let candidate = Confusion::tally(n_labels, other);
        for statistic in every() {
            let of = difference(statistic.of_counts);
            let same = Paired { baseline: baseline.clone(), candidate: baseline.clone() };
            prop_assert!(of(&same).is_err() || of(&same) == Ok(0.0));
            let there = Paired { baseline: baseline.clone(), candidate: candidate.clone() };
            let back = Paired { baseline: candidate.clone(), candidate: baseline.clone() };
            if let (Ok(there), Ok(back)) = (of(&there), of(&back)) {
                prop_assert_eq!(there, -back);
            }
        }
    }

    #[test]
    fn two_labels_have_their_simple_forms(pairs in proptest::collection::vec((0_usize..2, 0_usize..2), 1..40)) {
        let confusion = Confusion::tally(2, pairs);
        let balance = 2.0 * agreement(&confusion).unwrap() - 1.0;
        prop_assert!((pabak(&confusion).unwrap() - balance).abs() < 1e-15);
        prop_assert_eq!(kappa_quadratic(&confusion), cohen_kappa(&confusion));
        prop_assert_eq!(gwet_ac2_linear(&confusion), gwet_ac1(&confusion));
        prop_assert_eq!(micro_f1(&confusion), agreement(&confusion));
        let bias = bias_index(&confusion).unwrap();
        prop_assert_eq!(Ok(bias), mean_difference(&confusion));
        prop_assert!(prevalence_index(&confusion).unwrap().abs() + bias.abs() < 1.0 + 1e-15);
    }
}

#[test]
fn other_than_two_labels_have_no_binary_figures() {
    let confusion = Confusion::tally(3, [(0, 0)]);
    for statistic in [pabak, bias_index, prevalence_index] {
        assert_eq!(statistic(&confusion), Err(Undefined::NotBinary));
    }
}
