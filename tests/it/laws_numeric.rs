//! Laws of numeric and rank statistics, clusters, resampling and inference, on generated data.

use labelgate::num::Level;
use labelgate::stat::cluster::ClusterMean;
use labelgate::stat::distribution as d;
use labelgate::stat::interval::{
    bootstrap, clustered_tango, delta, exhaustive_bootstrap, jackknife, paired_difference, tango,
};
use labelgate::stat::multiplicity::{Adjustment, adjusted};
use labelgate::stat::numeric::{self, *};
use labelgate::stat::paired::PairedOutcomes;
use labelgate::stat::quantile::{QuantileType, quantile};
use labelgate::stat::random::SplitMix64;
use labelgate::stat::rank::{self, PairCounts};
use labelgate::stat::regression::{Robust, ols};
use labelgate::stat::suppression::{Behind, suppress};
use labelgate::stat::{
    Clustered, Confusion, Contingency, Dual, Estimate, Lift, Moments, Rows, Tally, Undefined,
    contingency, power, prevalence, rank_sum,
};
use proptest::collection::vec;
use proptest::prelude::*;

type Pairs = Vec<(f64, f64)>;
type Numeric = fn(&Moments) -> Result<f64, Undefined>;
type Of<C> = fn(&Moments<C>) -> Result<C, Undefined>;

/// Eighths, whose sums are exact, so that laws of tallies hold to the bit.
fn eighth() -> impl Strategy<Value = f64> {
    (-400_i32..400).prop_map(|k| f64::from(k) / 8.0)
}

fn pairs(size: std::ops::Range<usize>) -> impl Strategy<Value = Pairs> {
    vec((eighth(), eighth()), size)
}

/// Few distinct values, so that there are many ties.
fn tied(size: std::ops::Range<usize>) -> impl Strategy<Value = Pairs> {
    let level = || (0_u8..5).prop_map(f64::from);
    vec((level(), level()), size)
}

fn clusters() -> impl Strategy<Value = Vec<Vec<f64>>> {
    vec(vec(eighth(), 1..6), 2..12)
}

fn moments(pairs: &[(f64, f64)]) -> Moments {
    weighted(pairs, 1)
}

fn weighted<C: labelgate::stat::Count>(pairs: &[(f64, f64)], weight: C) -> Moments<C> {
    let mut moments = Moments::new(0.5);
    for (x, y) in pairs {
        moments.count_pair(*x, *y, weight);
    }
    moments
}

fn exchanged(pairs: &[(f64, f64)]) -> Pairs {
    pairs.iter().map(|(x, y)| (*y, *x)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn same(a: Result<f64, Undefined>, b: Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => near(a, b),
        (a, b) => a == b,
    }
}

const SYMMETRIC: [Numeric; 7] = [
    mae,
    rmse,
    pearson,
    lin_ccc,
    icc_2_1,
    icc_3_1,
    krippendorff_alpha_interval,
];

proptest! {
    #[test]
    fn tallies_of_parts_add_up_to_the_tally_of_the_whole(a in pairs(0..20), b in pairs(0..20)) {
        let whole = [a.clone(), b.clone()].concat();
        let mut sum = moments(&a);
        sum.add(&moments(&b));
        prop_assert_eq!(&sum, &moments(&whole));
        let mut rows = Rows::from_iter(a);
        rows.add(&Rows::from_iter(b));
        prop_assert_eq!(rows, Rows::from_iter(whole));
    }

    #[test]
    fn the_order_of_rows_changes_nothing(pairs in tied(2..30)) {
        let mut turned = pairs.clone();
        turned.reverse();
        prop_assert_eq!(moments(&pairs), moments(&turned));
        let (rows, turned) = (Rows::from_iter(pairs), Rows::from_iter(turned));
        prop_assert_eq!(rank::spearman(&rows), rank::spearman(&turned));
        prop_assert_eq!(rank::kendall_tau_b(&rows), rank::kendall_tau_b(&turned));
        prop_assert_eq!(rank::somers_d(&rows), rank::somers_d(&turned));
        prop_assert_eq!(rank::kendall_p(&rows), rank::kendall_p(&turned));
        prop_assert_eq!(krippendorff_alpha_ratio(&rows), krippendorff_alpha_ratio(&turned));
    }

    #[test]
    fn exchanging_the_sides_negates_the_bias_and_leaves_agreement(pairs in pairs(1..20)) {
        let (one, other) = (moments(&pairs), moments(&exchanged(&pairs)));
        prop_assert_eq!(bias(&one), bias(&other).map(|bias| -bias));
        prop_assert!(same(loa_low(&one), loa_high(&other).map(|limit| -limit)));
        for statistic in SYMMETRIC {
            prop_assert!(same(statistic(&one), statistic(&other)));
        }
        let (one, other) = (Rows::from_iter(pairs.clone()), Rows::from_iter(exchanged(&pairs)));
        prop_assert_eq!(rank::spearman(&one), rank::spearman(&other));
        prop_assert_eq!(rank::kendall_tau_b(&one), rank::kendall_tau_b(&other));
        prop_assert_eq!(rank::gamma(&one), rank::gamma(&other));
    }

    #[test]
    fn doubling_every_weight_changes_nothing(pairs in pairs(1..20)) {
        let (one, two) = (weighted(&pairs, 1.0), weighted(&pairs, 2.0));
        let statistics: [Of<f64>; 8] =
            [mae, rmse, bias, pearson, lin_ccc, icc_2_1, loa_low, loa_high];
        for statistic in statistics {
            prop_assert!(same(statistic(&one), statistic(&two)));
        }
    }

    #[test]
    fn values_lie_in_their_range_and_are_numbers(pairs in tied(0..12)) {
        let tally = moments(&pairs);
        let rows = Rows::from_iter(pairs);
        let unit = [
            pearson(&tally),
            lin_ccc(&tally),
            icc_3_1(&tally),
            rank::spearman(&rows),
            rank::kendall_tau_b(&rows),
            rank::gamma(&rows),
            rank::somers_d(&rows),
        ];
        for value in unit.into_iter().flatten() {
            prop_assert!((-1.0..=1.0).contains(&value), "{}", value);
        }
        let at_most_one = [
            icc_2_1(&tally),
            krippendorff_alpha_interval(&tally),
            krippendorff_alpha_ratio(&rows),
        ];
        for value in at_most_one.into_iter().flatten() {
            prop_assert!(value <= 1.0 + 1e-12, "{}", value);
        }
        for p in [rank::spearman_p(&rows), rank::kendall_p(&rows)].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&p), "{}", p);
        }
        if let (Ok(mae), Ok(rmse), Ok(bias)) = (mae(&tally), rmse(&tally), bias(&tally)) {
            prop_assert!(bias.abs() <= mae + 1e-12 && mae <= rmse + 1e-12);
        }
        if let (Ok(concordance), Ok(correlation)) = (lin_ccc(&tally), pearson(&tally)) {
            prop_assert!(concordance.abs() <= correlation.abs() + 1e-12);
        }
    }

    #[test]
    fn a_labeller_against_itself_agrees_perfectly(x in vec(eighth(), 2..20)) {
        let pairs: Pairs = x.iter().map(|x| (*x, *x)).collect();
        let tally = moments(&pairs);
        prop_assert_eq!(mae(&tally), Ok(0.0));
        prop_assert_eq!(bias(&tally), Ok(0.0));
        if x.iter().any(|value| *value != x[0]) {
            let rows = Rows::from_iter(pairs);
            prop_assert_eq!(rank::spearman(&rows), Ok(1.0));
            prop_assert_eq!(rank::kendall_tau_b(&rows), Ok(1.0));
            prop_assert!(near(lin_ccc(&tally).unwrap(), 1.0));
        }
    }

    #[test]
    fn pairs_are_counted_as_one_by_one(pairs in tied(0..30)) {
        let (mut concordant, mut discordant) = (0, 0);
        for (place, a) in pairs.iter().enumerate() {
            for b in &pairs[..place] {
                let product = (a.0 - b.0) * (a.1 - b.1);
                concordant += u64::from(product > 0.0);
                discordant += u64::from(product < 0.0);
            }
        }
        let counts = PairCounts::of(&Rows::from_iter(pairs));
        prop_assert_eq!((counts.concordant, counts.discordant), (concordant, discordant));
    }

    #[test]
    fn a_table_and_its_rows_have_the_same_rank_correlations(pairs in tied(0..30)) {
        let table = Confusion::tally(5, pairs.iter().map(|(x, y)| (*x as usize, *y as usize)));
        let rows = Rows::from_iter(pairs);
        prop_assert!(same(rank::spearman_of_table(&table), rank::spearman(&rows)));
        prop_assert!(same(rank::kendall_tau_b_of_table(&table), rank::kendall_tau_b(&rows)));
    }

    #[test]
    fn slopes_are_what_small_steps_give(pairs in pairs(4..12), more in pairs(1..4)) {
        let (total, direction) = (weighted(&pairs, 1.0), weighted(&more, 1.0));
        let statistics: [(Of<f64>, Of<Dual>); 5] = [
            (mae, mae),
            (rmse, rmse),
            (bias, bias),
            (pearson, pearson),
            (lin_ccc, lin_ccc),
        ];
        let along = |step: f64| -> Moments<f64> {
            let mut moved = total.clone();
            for (x, y) in &more {
                moved.count_pair(*x, *y, step);
            }
            moved
        };
        const STEP: f64 = 1e-5;
        for (plain, dual) in statistics {
            let difference = |step: f64| -> Result<f64, Undefined> {
                Ok((plain(&along(step))? - plain(&along(-step))?) / (2.0 * step))
            };
            let (Ok(coarse), Ok(fine)) = (difference(STEP), difference(STEP / 2.0)) else {
                continue;
            };
            let slope: f64 = dual(&total.lift(&direction)).map(|value: Dual| value.slope).unwrap();
            // Where values hardly vary a statistic bends within the step; how much is seen from
            // what halving the step changes.
            let bend = (coarse - fine).abs();
            prop_assert!((slope - fine).abs() < 1e-4 * fine.abs().max(1.0) + 10.0 * bend);
        }
    }

    #[test]
    fn the_delta_method_of_a_mean_is_its_clustered_variance(clusters in clusters()) {
        let tally = |values: &Vec<f64>| {
            moments(&values.iter().map(|value| (0.0, *value)).collect::<Pairs>())
        };
        let data = Clustered(clusters.iter().map(tally).collect());
        let estimate = delta(&data, numeric::bias, Level::DEFAULT).unwrap();
        let mean = ClusterMean::of(&clusters).unwrap();
        prop_assert!(near(estimate.value, mean.mean()));
        if let (Ok(interval), false) = (estimate.interval, mean.design().is_independent()) {
            let (low, high) = mean.cr2_interval(Level::DEFAULT).unwrap();
            prop_assert!(near(interval.low, low) && near(interval.high, high));
        }
    }

    #[test]
    fn corrections_only_widen(clusters in clusters()) {
        let mean = ClusterMean::of(&clusters).unwrap();
        let plain = mean.cr0_se();
        prop_assert!(mean.cr1_se().unwrap() >= plain);
        prop_assert!(mean.cr2_se().unwrap() >= plain * (1.0 - 1e-12));
        let df = mean.cr2_df().unwrap();
        prop_assert!(df > 0.99 && df <= clusters.len() as f64 - 1.0 + 1e-9);
        let singletons: Vec<Vec<f64>> = clusters.concat().iter().map(|y| vec![*y]).collect();
        let mean = ClusterMean::of(&singletons).unwrap();
        prop_assert!(near(mean.cr1_se().unwrap(), mean.cr2_se().unwrap()));
        prop_assert!(near(mean.cr2_df().unwrap(), singletons.len() as f64 - 1.0));
    }

    #[test]
    fn negating_every_value_negates_the_mean_and_its_limits(clusters in clusters()) {
        let turned: Vec<Vec<f64>> =
            clusters.iter().map(|values| values.iter().map(|y| -y).collect()).collect();
        let (one, other) = (ClusterMean::of(&clusters).unwrap(), ClusterMean::of(&turned).unwrap());
        prop_assert_eq!(one.mean(), -other.mean());
        prop_assert_eq!(one.cr2_se(), other.cr2_se());
        prop_assert!(same(one.icc(), other.icc()));
    }

    #[test]
    fn the_same_seed_gives_the_same_bits(clusters in clusters(), seed: u64) {
        let tally = |values: &Vec<f64>| {
            moments(&values.iter().map(|value| (0.0, *value)).collect::<Pairs>())
        };
        let data = Clustered(clusters.iter().map(tally).collect());
        let run = || bootstrap(&data, numeric::bias, Level::DEFAULT, 50, seed).unwrap();
        let (one, other) = (run(), run());
        prop_assert_eq!(&one, &other);
        if let (Some(low), Some(high)) = (one.low(), one.high()) {
            let all = clusters.concat();
            let least = all.iter().copied().fold(f64::INFINITY, f64::min);
            let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least <= low && low <= high && high <= most);
        }
    }

    #[test]
    fn quantiles_rise_between_the_extremes(mut values in vec(eighth(), 1..20), p in 0.0..1.0_f64) {
        values.sort_by(f64::total_cmp);
        for kind in QuantileType::ALL {
            let at = |p| quantile(&values, p, kind).unwrap();
            prop_assert!(values[0] <= at(p) && at(p) <= values[values.len() - 1]);
            prop_assert!(at(p) <= at((p + 0.1).min(1.0)) + 1e-12);
        }
    }

    #[test]
    fn exchanging_the_groups_turns_their_comparison_round(
        x in vec(eighth(), 1..10),
        y in vec(eighth(), 1..10),
    ) {
        let one = rank_sum::mann_whitney(&x, &y).unwrap();
        let other = rank_sum::mann_whitney(&y, &x).unwrap();
        prop_assert_eq!(one.u + other.u, one.pairs);
        prop_assert_eq!(one.p(true), other.p(true));
        let larger: f64 = x.iter().flat_map(|x| y.iter().map(move |y| (x, y)))
            .map(|(x, y)| if x > y { 1.0 } else if x == y { 0.5 } else { 0.0 })
            .sum();
        prop_assert_eq!(one.u, larger);
        let trend = rank_sum::jonckheere(&[y, x]).unwrap();
        prop_assert_eq!(trend.j, one.u);
        prop_assert!(same(trend.p_two_sided(), one.p(false)));
    }

    #[test]
    fn exchanging_baseline_and_candidate_turns_the_difference_round(
        users in vec((0_u64..4, 0_u64..4, 1_u64..5), 2..10),
    ) {
        let tally = |b, c, rest| PairedOutcomes {
            both: rest,
            baseline_only: b,
            candidate_only: c,
            neither: 0,
        };
        let one = Clustered(users.iter().map(|(b, c, rest)| tally(*b, *c, *rest)).collect());
        let other = Clustered(users.iter().map(|(b, c, rest)| tally(*c, *b, *rest)).collect());
        let one = paired_difference(&one, Level::DEFAULT).unwrap();
        let other = paired_difference(&other, Level::DEFAULT).unwrap();
        prop_assert_eq!(one.value, -other.value);
        let (low, high) = (one.low().unwrap(), one.high().unwrap());
        prop_assert!((low + other.high().unwrap()).abs() < 1e-9);
        prop_assert!((high + other.low().unwrap()).abs() < 1e-9);
        prop_assert!(-1.0 <= low && low <= one.value && one.value <= high && high <= 1.0);
    }

    #[test]
    fn clusters_of_one_item_cost_at_least_their_degrees_of_freedom(
        outcomes in vec(0_u8..3, 3..40),
    ) {
        let single = |outcome: &u8| {
            let mut one = PairedOutcomes::<u64>::new();
            one.count_item(*outcome != 1, *outcome != 0, 1);
            one
        };
        let data = Clustered(outcomes.iter().map(single).collect());
        let estimate = clustered_tango(&data, Level::DEFAULT).unwrap();
        let total = data.total().unwrap();
        let (b, c) = (total.baseline_only as f64, total.candidate_only as f64);
        let (low, high) = tango(b, c, total.size(), Level::DEFAULT).unwrap();
        prop_assert!(estimate.low().unwrap() <= low + 1e-12);
        prop_assert!(estimate.high().unwrap() >= high - 1e-12);
        let plain = paired_difference(&data, Level::DEFAULT).unwrap();
        prop_assert_eq!((plain.low(), plain.high()), (Some(low), Some(high)));
    }

    #[test]
    fn adjusting_keeps_the_order_and_never_lowers(p in vec(proptest::option::of(0.0..=1.0_f64), 1..12)) {
        for adjustment in Adjustment::ALL {
            let Ok(values) = adjusted(&p, adjustment) else {
                prop_assert!(p.iter().all(Option::is_none));
                continue;
            };
            let both: Vec<(f64, f64)> =
                p.iter().zip(&values).filter_map(|(p, value)| p.zip(*value)).collect();
            prop_assert_eq!(both.len(), p.iter().flatten().count());
            for (a, adjusted_a) in &both {
                prop_assert!(*adjusted_a >= a - 1e-15 && *adjusted_a <= 1.0);
                for (b, adjusted_b) in &both {
                    prop_assert!(a >= b || adjusted_a <= adjusted_b);
                }
            }
        }
    }

    #[test]
    fn two_classes_solved_are_rogan_and_gladen(
        tp in 6_u64..30, fn_ in 0_u64..5, tn in 6_u64..30, fp in 0_u64..5,
        positives in 0_u64..100,
    ) {
        let mut validation = Confusion::new(2);
        validation.count_pair(0, 0, tp);
        validation.count_pair(0, 1, fn_);
        validation.count_pair(1, 0, fp);
        validation.count_pair(1, 1, tn);
        let counts = prevalence::Validation {
            true_positive: tp, false_negative: fn_, true_negative: tn, false_positive: fp,
        };
        let share = positives as f64 / 100.0;
        let plain = prevalence::rogan_gladen(share, counts.accuracy().unwrap()).unwrap();
        let se = prevalence::rogan_gladen_se(share, 100, counts).unwrap();
        let solved = prevalence::inverse(&validation, &[positives, 100 - positives]).unwrap();
        prop_assert!(near(solved.shares[0], plain) && near(solved.se[0], se));
        prop_assert!(near(solved.shares.iter().sum(), 1.0));
    }

    #[test]
    fn a_line_is_found_and_an_offset_moves_only_the_intercept(
        rows in vec((eighth(), eighth(), 0_usize..5), 6..30),
        offset in eighth(),
    ) {
        let x: Vec<Vec<f64>> = rows.iter().map(|(x, _, _)| vec![1.0, *x]).collect();
        let y: Vec<f64> = rows.iter().map(|(_, y, _)| *y).collect();
        let moved: Vec<f64> = y.iter().map(|y| y + offset).collect();
        let cluster: Vec<usize> = rows.iter().map(|(_, _, cluster)| *cluster).collect();
        let Ok(fit) = ols(&y, &x, &cluster) else {
            return Ok(());
        };
        let shifted = ols(&moved, &x, &cluster).unwrap();
        let (a, b) = (fit.coefficients(), shifted.coefficients());
        prop_assert!((a[0] + offset - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6);
        let line: Vec<f64> = x.iter().map(|row| 2.0 - 3.0 * row[1]).collect();
        let exact = ols(&line, &x, &cluster).unwrap();
        prop_assert!((exact.coefficients()[1] + 3.0).abs() < 1e-9);
        if let (Ok(plain), Ok(corrected)) =
            (fit.contrast(&[0.0, 1.0], Robust::Cr0), fit.contrast(&[0.0, 1.0], Robust::Cr1))
        {
            prop_assert!(corrected.se >= plain.se);
        }
    }

    #[test]
    fn exchanging_the_rows_of_a_rule_negates_its_contrast(cells in vec(1_u64..50, 4)) {
        let table = Contingency::new([[cells[0], cells[1]], [cells[2], cells[3]]]);
        let turned = Contingency::new([[cells[2], cells[3]], [cells[0], cells[1]]]);
        let contrast = contingency::contrast(&table).unwrap();
        prop_assert_eq!(contrast, -contingency::contrast(&turned).unwrap());
        let phi = contingency::phi(&table).unwrap();
        prop_assert!(near(phi, -contingency::phi(&turned).unwrap()) && phi.abs() <= 1.0 + 1e-12);
        prop_assert!(contrast == 0.0 || contrast.signum() == phi.signum());
    }

    #[test]
    fn no_cell_below_the_minimum_is_shown_or_can_be_worked_out(
        users in vec(0_u64..12, 1..8),
        with_total: bool,
    ) {
        let cells: Vec<Behind> =
            users.iter().map(|users| Behind { n_items: users * 2, n_clusters: *users }).collect();
        let shown = suppress(&cells, 5, with_total).shown;
        prop_assert!(cells.iter().zip(&shown).all(|(cell, shown)| !shown || cell.n_clusters >= 5));
        let hidden = cells.iter().zip(&shown).filter(|(cell, shown)| !**shown && cell.n_items > 0);
        prop_assert!(!with_total || hidden.count() != 1 || !shown.contains(&true));
    }

    #[test]
    fn a_quantile_is_where_its_distribution_function_reaches_it(
        p in 0.001..0.999_f64,
        df1 in 0.7..60.0_f64,
        df2 in 0.7..60.0_f64,
    ) {
        let same = |sf: f64| (sf - (1.0 - p)).abs() < 1e-9;
        prop_assert!(same(d::normal_sf(d::normal_quantile(p))));
        prop_assert!(same(d::t_sf(d::t_quantile(p, df1), df1)));
        prop_assert!(same(d::chi_square_sf(d::chi_square_quantile(p, df1), df1)));
        prop_assert!(same(d::f_sf(d::f_quantile(p, df1, df2), df1, df2)));
    }
}

#[test]
fn resampling_approaches_all_resamples() {
    let values = [
        vec![1.0, 1.0, 0.0],
        vec![1.0, 0.0],
        vec![0.0],
        vec![1.0, 1.0],
    ];
    let tally =
        |values: &Vec<f64>| moments(&values.iter().map(|value| (0.0, *value)).collect::<Pairs>());
    let data = Clustered(values.iter().map(tally).collect());
    let all = exhaustive_bootstrap(&data, numeric::bias).unwrap();
    let drawn = bootstrap(&data, numeric::bias, Level::DEFAULT, 20_000, 1).unwrap();
    assert!((drawn.se.unwrap() - all.se().unwrap()).abs() < 0.003);
    let other = bootstrap(&data, numeric::bias, Level::DEFAULT, 20_000, 2).unwrap();
    assert_ne!(drawn.se, other.se);
}

#[test]
fn resamples_without_a_value_are_counted_and_too_many_leave_no_interval() {
    let pair = |x: f64, y: f64| moments(&[(x, y)]);
    let mixed = Clustered(vec![
        pair(0.0, 1.0),
        pair(1.0, 0.0),
        pair(2.0, 3.0),
        pair(3.0, 1.0),
    ]);
    let estimate = bootstrap(&mixed, pearson, Level::DEFAULT, 400, 1).unwrap();
    assert!(estimate.interval.is_ok());
    let keys: Vec<&str> = estimate.flags.iter().map(|flag| flag.key()).collect();
    assert!(keys.contains(&"undefined_resamples"));
    // Sizes 1, 2 and 4 add up to 7 only where each cluster is drawn once: 6 of 27 resamples.
    let sized = |n: usize| moments(&vec![(0.0, n as f64); n]);
    let sizes = Clustered(vec![sized(1), sized(2), sized(4)]);
    let rarely = |tally: &Moments| match tally.n_items() {
        7 => numeric::bias(tally),
        _ => Err(Undefined::NoVariation),
    };
    let estimate = bootstrap(&sizes, rarely, Level::DEFAULT, 400, 1).unwrap();
    assert_eq!(estimate.value, 3.0);
    assert_eq!(estimate.interval, Err(Undefined::Unstable));
}

#[test]
fn one_cluster_cannot_be_resampled() {
    let data = Clustered(vec![moments(&[(0.0, 1.0), (1.0, 3.0)])]);
    let estimate = bootstrap(&data, numeric::bias, Level::DEFAULT, 50, 1).unwrap();
    assert_eq!(estimate.value, 1.5);
    assert_eq!(estimate.interval, Err(Undefined::FewerThanTwoClusters));
}

#[test]
fn more_pairs_or_a_wider_margin_pass_an_unchanged_candidate_more_often() {
    let unchanged = power::Supposed {
        baseline_only: 0.06,
        candidate_only: 0.06,
    };
    let pass = |n, margin| {
        power::paired_power(
            n,
            unchanged,
            0.05,
            power::PairedTest::NonInferiority { margin },
        )
        .power
    };
    assert!(pass(200, 0.05) > pass(100, 0.05));
    assert!(pass(100, 0.1) > pass(100, 0.05));
}

#[test]
fn derivatives_and_leaving_clusters_out_give_like_errors() {
    let mut random = SplitMix64::new(11);
    let tables: Vec<Confusion> = (0..150)
        .map(|_| {
            let pair = |random: &mut SplitMix64| {
                let reference = random.index(5);
                let shift = random.index(3);
                (reference, (reference + shift).saturating_sub(1).min(4))
            };
            let pairs: Vec<(usize, usize)> = (0..3).map(|_| pair(&mut random)).collect();
            Confusion::tally(5, pairs)
        })
        .collect();
    let data = Clustered(tables);
    let level = Level::DEFAULT;
    let like = |smooth: Result<Estimate, Undefined>, left_out: Result<Estimate, Undefined>| {
        let (smooth, left_out) = (smooth.unwrap(), left_out.unwrap());
        assert_eq!(smooth.value, left_out.value);
        let ratio = smooth.se.unwrap() / left_out.se.unwrap();
        assert!((0.97..1.03).contains(&ratio), "{ratio}");
    };
    like(
        delta(&data, rank::spearman_of_table, level),
        jackknife(&data, rank::spearman_of_table, level),
    );
    like(
        delta(&data, rank::kendall_tau_b_of_table, level),
        jackknife(&data, rank::kendall_tau_b_of_table, level),
    );
}
