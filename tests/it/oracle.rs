//! Second, slow or plainly different ways to the same values.

use labelgate::num::Level;
use labelgate::stat::agreement::{brennan_prediger, cohen_kappa, gwet_ac1, scott_pi};
use labelgate::stat::class::mcc;
use labelgate::stat::homogeneity::{bowker, stuart_maxwell};
use labelgate::stat::interval::{
    Proportion, clopper_pearson, delta, delta_of_table, jeffreys_with_ends, leave_one_out, tango,
    tango_statistic, wilson_score,
};
use labelgate::stat::krippendorff::{
    Measurement, RatedValues, alpha_left_out, alpha_of_values, two_rater_alpha,
};
use labelgate::stat::paired::{PairedOutcomes, mcnemar_chi2, mcnemar_exact_p, mcnemar_midp};
use labelgate::stat::raters::{
    conger_kappa, fleiss_kappa, krippendorff_alpha, pairwise_agreement, randolph_kappa,
};
use labelgate::stat::{Clustered, Confusion, Panel, Tally, Undefined, raters};
use proptest::prelude::*;

fn near(one: Result<f64, Undefined>, other: Result<f64, Undefined>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => (one - other).abs() < 1e-11,
        (one, other) => one == other,
    }
}

/// Items of up to four ratings on a scale of five.
fn ratings() -> impl Strategy<Value = Vec<Vec<Option<usize>>>> {
    let rating = proptest::option::weighted(0.8, 0_usize..5);
    proptest::collection::vec(proptest::collection::vec(rating, 4), 0..15)
}

fn panel_of(items: &[Vec<Option<usize>>]) -> Panel {
    let mut panel = Panel::new(5, 4);
    for item in items {
        panel.count_item(item, 1.0);
    }
    panel
}

fn values_of(items: &[Vec<Option<usize>>]) -> RatedValues {
    let mut values = RatedValues::default();
    for item in items {
        values.count_item(item.iter().flatten().map(|label| *label as f64));
    }
    values
}

/// Alpha by its definition: every pair of ratings of an item against every pair at all.
fn slow_alpha(items: &[Vec<Option<usize>>], measurement: Measurement) -> Result<f64, Undefined> {
    let units: Vec<Vec<usize>> = items
        .iter()
        .map(|item| item.iter().flatten().copied().collect())
        .filter(|unit: &Vec<usize>| unit.len() >= 2)
        .collect();
    let pooled: Vec<usize> = units.concat();
    let uses = |level: usize| pooled.iter().filter(|value| **value == level).count() as f64;
    let square = |a: usize, b: usize| {
        let (low, high) = (a.min(b), a.max(b));
        let difference = match measurement {
            _ if a == b => 0.0,
            Measurement::Nominal => 1.0,
            Measurement::Ordinal => {
                (low..=high).map(uses).sum::<f64>() - (uses(low) + uses(high)) / 2.0
            }
            Measurement::Interval => (high - low) as f64,
            Measurement::Ratio => (high - low) as f64 / (high + low) as f64,
        };
        difference * difference
    };
    let pairs = |values: &[usize]| {
        let mut sum = 0.0;
        for one in values {
            for other in values {
                sum += square(*one, *other);
            }
        }
        sum
    };
    let n = pooled.len() as f64;
    if units.is_empty() {
        return Err(Undefined::NoPairableValues);
    }
    let within: f64 = units
        .iter()
        .map(|unit| pairs(unit) / (unit.len() as f64 - 1.0))
        .sum();
    let expected = pairs(&pooled) / (n - 1.0);
    if expected == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - within / expected)
}

proptest! {
    #[test]
    fn alpha_is_that_of_all_pairs(items in ratings()) {
        for measurement in [
            Measurement::Nominal,
            Measurement::Ordinal,
            Measurement::Interval,
            Measurement::Ratio,
        ] {
            let slow = slow_alpha(&items, measurement);
            let by_values = alpha_of_values(&values_of(&items), measurement);
            let by_labels = krippendorff_alpha(&panel_of(&items), measurement);
            prop_assert!(near(by_values, slow), "{measurement:?}: {by_values:?} for {slow:?}");
            prop_assert!(near(by_labels, slow), "{measurement:?}: {by_labels:?} for {slow:?}");
        }
    }

    #[test]
    fn alpha_without_a_cluster_is_that_of_the_others(items in ratings(), size in 1_usize..4) {
        let clusters = Clustered(items.chunks(size).map(values_of).collect());
        for measurement in [
            Measurement::Nominal,
            Measurement::Ordinal,
            Measurement::Interval,
            Measurement::Ratio,
        ] {
            let slow = leave_one_out(&clusters, |rest| alpha_of_values(rest, measurement));
            let quick = alpha_left_out(&clusters, measurement);
            match (quick, slow) {
                (Ok(quick), Ok(slow)) => {
                    prop_assert_eq!(quick.len(), slow.len());
                    for (quick, slow) in quick.into_iter().zip(slow) {
                        prop_assert!(near(Ok(quick), Ok(slow)), "{quick} for {slow}");
                    }
                }
                // Without any cluster the slow way has nothing to begin with.
                (Ok(quick), Err(Undefined::NoItems)) => prop_assert!(quick.is_empty()),
                (quick, slow) => prop_assert_eq!(quick, slow),
            }
        }
    }

    #[test]
    fn panels_and_rated_values_add_up(items in ratings(), cut in 0_usize..15) {
        let (first, rest) = items.split_at(cut.min(items.len()));
        let mut values = values_of(first);
        values.add(&values_of(rest));
        prop_assert_eq!(values, values_of(&items));
        let mut panel = panel_of(first);
        panel.add(&panel_of(rest));
        let whole = panel_of(&items);
        prop_assert_eq!(panel.n_items(), whole.n_items());
        prop_assert!(near(pairwise_agreement(&panel), pairwise_agreement(&whole)));
        prop_assert!(near(raters::gwet_ac1(&panel), raters::gwet_ac1(&whole)));
        prop_assert_eq!(fleiss_kappa(&panel), fleiss_kappa(&whole));
    }

    #[test]
    fn two_raters_are_a_table(pairs in proptest::collection::vec((0_usize..5, 0_usize..5), 0..40)) {
        let confusion = Confusion::tally(5, pairs.iter().copied());
        let mut panel = Panel::new(5, 2);
        for (one, other) in pairs {
            panel.count_item(&[Some(one), Some(other)], 1.0);
        }
        prop_assert!(near(fleiss_kappa(&panel), scott_pi(&confusion)));
        prop_assert!(near(conger_kappa(&panel), cohen_kappa(&confusion)));
        prop_assert!(near(randolph_kappa(&panel), brennan_prediger(&confusion)));
        prop_assert!(near(raters::gwet_ac1(&panel), gwet_ac1(&confusion)));
        for measurement in [Measurement::Nominal, Measurement::Ordinal] {
            let alpha = two_rater_alpha(&confusion, measurement);
            prop_assert!(near(krippendorff_alpha(&panel, measurement), alpha));
        }
    }

    #[test]
    fn two_labels_make_every_test_of_homogeneity_mcnemars(
        pairs in proptest::collection::vec((0_usize..2, 0_usize..2), 1..40),
    ) {
        let mut outcomes = PairedOutcomes::new();
        for (baseline, candidate) in &pairs {
            outcomes.count_item(*baseline == 1, *candidate == 1, 1);
        }
        let confusion = Confusion::tally(2, pairs);
        let statistic = mcnemar_chi2(&outcomes).map(|test| test.statistic);
        prop_assert!(near(statistic, bowker(&confusion).map(|test| test.statistic)));
        prop_assert!(near(statistic, stuart_maxwell(&confusion).map(|test| test.statistic)));
    }

    #[test]
    fn exact_tests_add_up_binomial_probabilities(b in 0_u64..30, c in 0_u64..30) {
        let outcomes = PairedOutcomes { both: 1, baseline_only: b, candidate_only: c, neither: 1 };
        let mut probability = 0.5_f64.powi((b + c) as i32);
        let mut cumulated = probability;
        for k in 1..=b.min(c) {
            probability *= (b + c - k + 1) as f64 / k as f64;
            cumulated += probability;
        }
        let exact = (2.0 * cumulated).min(1.0);
        prop_assert!(near(mcnemar_exact_p(&outcomes), Ok(exact)));
        let mid = if b == c { 1.0 } else { 2.0 * cumulated - probability };
        prop_assert!(near(mcnemar_midp(&outcomes), Ok(mid)));
    }

    #[test]
    fn intervals_of_a_proportion_hold_it_within_its_range(n in 1_u64..500, share in 0.0..=1.0_f64) {
        let proportion = Proportion::new((n as f64 * share).round() as u64, n);
        let p = proportion.share().unwrap();
        for interval in [wilson_score, clopper_pearson, jeffreys_with_ends] {
            let (low, high) = interval(proportion, Level::DEFAULT).unwrap();
            prop_assert!(0.0 <= low && low <= p && p <= high && high <= 1.0);
        }
    }

    #[test]
    fn the_score_interval_holds_the_difference_and_agrees_with_the_test(
        b in 0.0..20.0_f64,
        c in 0.0..20.0_f64,
        rest in 0.0..200.0_f64,
    ) {
        let n = b + c + rest + 0.5;
        let (low, high) = tango(b, c, n, Level::DEFAULT).unwrap();
        let difference = (c - b) / n;
        prop_assert!(-1.0 <= low && low <= difference && difference <= high && high <= 1.0);
        let inside = 0.999 * low + 0.001 * difference;
        prop_assert!(tango_statistic(b, c, n, inside) < 1.96);
        let outside = low - 0.01 * (1.0 + low);
        prop_assert!(tango_statistic(b, c, n, outside) > 1.959);
    }

    #[test]
    fn the_shortcut_for_tables_is_the_delta_method_item_by_item(
        pairs in proptest::collection::vec((0_usize..4, 0_usize..4), 2..40),
    ) {
        let items: Vec<Confusion> =
            pairs.iter().map(|pair| Confusion::tally(4, [*pair])).collect();
        let table = Confusion::tally(4, pairs);
        for statistic in [cohen_kappa, gwet_ac1, mcc] {
            let one = delta(&Clustered(items.clone()), statistic, Level::DEFAULT);
            let other = delta_of_table(&table, statistic, Level::DEFAULT);
            match (one, other) {
                (Ok(one), Ok(other)) => {
                    prop_assert_eq!(one.value, other.value);
                    prop_assert_eq!((one.n, one.n_clusters), (other.n, other.n_clusters));
                    prop_assert_eq!(one.flags, other.flags);
                    prop_assert_eq!(one.interval.is_ok(), other.interval.is_ok());
                    let (one, other) = (one.se.unwrap(), other.se.unwrap());
                    prop_assert!((one - other).abs() < 1e-12);
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}

/// irrCAC derives the error of alpha without the small-sample factor 1 − 1/n, and divides by n − 1
/// items; with the same number of ratings of every item that is all it does differently. The value
/// is that of `krippendorff-05-binary-nominal`.
#[test]
fn the_error_of_alpha_is_gwets_where_items_have_equal_ratings() {
    let first = [0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0];
    let second = [1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1];
    let pairs = first.into_iter().zip(second);
    let confusion = Confusion::tally(2, pairs);
    let alpha = |table: &_| two_rater_alpha(table, Measurement::Nominal);
    let se = delta_of_table(&confusion, alpha, Level::DEFAULT)
        .unwrap()
        .se
        .unwrap();
    let gwet = se * (12.0_f64 / 11.0).sqrt() / (1.0 - 1.0 / 24.0);
    assert!((gwet - 0.275_203_424_403_824_4).abs() < 1e-14);
}
