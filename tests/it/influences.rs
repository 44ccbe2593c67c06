//! The delta method by every way there is: along the directions of clusters, along coordinates, and
//! from the influences of items.

use labelgate::num::Level;
use labelgate::stat::agreement::{cohen_kappa, gwet_ac1};
use labelgate::stat::class::{macro_f1, mcc};
use labelgate::stat::influence::{
    alpha_ratio_influences, auroc_influences, kendall_influences, spearman_influences,
};
use labelgate::stat::interval::{
    ClusterDesign, delta, delta_of_influences, delta_of_items, jackknife, leave_one_out,
};
use labelgate::stat::{
    Clustered, Confusion, Contingency, Dual, Estimate, Lift, Moments, Paired, Panel, Rows,
    Undefined, contingency, difference, numeric, rank, rank_sum, raters,
};
use proptest::prelude::*;

/// One evaluation in the direction of every cluster.
fn by_directions<T: Lift>(
    data: &Clustered<T>,
    statistic: impl Fn(&T::Dual) -> Result<Dual, Undefined>,
) -> Result<Estimate, Undefined> {
    let total = data.total().ok_or(Undefined::NoItems)?;
    let value = statistic(&total.lift(&total))?.value;
    let counted = data.0.iter().filter(|cluster| cluster.size() > 0.0);
    let influences: Result<Vec<f64>, Undefined> = counted
        .map(|cluster| Ok(statistic(&total.lift(cluster))?.slope))
        .collect();
    let level = Level::DEFAULT;
    Ok(delta_of_influences(
        value,
        &influences?,
        &ClusterDesign::new(data.sizes()),
        level,
    ))
}

fn same(one: Result<Estimate, Undefined>, other: Result<Estimate, Undefined>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            let near = |a: f64, b: f64| (a - b).abs() < 1e-12 * (1.0 + a.abs());
            let ends = |e: &Estimate| e.low().zip(e.high());
            one.value == other.value
                && (one.n, one.n_clusters, one.df) == (other.n, other.n_clusters, other.df)
                && one.flags == other.flags
                && one.interval.as_ref().err() == other.interval.as_ref().err()
                && match (ends(&one), ends(&other)) {
                    (Some(one), Some(other)) => near(one.0, other.0) && near(one.1, other.1),
                    (one, other) => one == other,
                }
        }
        (one, other) => one == other,
    }
}

fn check<T: Lift>(
    data: &Clustered<T>,
    statistic: impl Fn(&T::Dual) -> Result<Dual, Undefined>,
) -> Result<(), TestCaseError> {
    let slow = by_directions(data, &statistic);
    let fast = delta(data, &statistic, Level::DEFAULT);
    prop_assert!(same(fast.clone(), slow.clone()), "{fast:?} for {slow:?}");
    Ok(())
}

/// Up to 60 clusters of a few items, each with two labels out of four.
fn labelled() -> impl Strategy<Value = Vec<Vec<(usize, usize)>>> {
    let cluster = proptest::collection::vec((0_usize..4, 0_usize..4), 0..6);
    proptest::collection::vec(cluster, 1..60)
}

fn confusions(clusters: &[Vec<(usize, usize)>]) -> Clustered<Confusion<f64>> {
    let one = |pairs: &Vec<(usize, usize)>| Confusion::tally(4, pairs.iter().copied()).as_weights();
    Clustered(clusters.iter().map(one).collect())
}

fn rows(clusters: &[Vec<(usize, usize)>]) -> Clustered<Rows> {
    let number = |(x, y): &(usize, usize)| (*x as f64 + 1.0, *y as f64 + 1.0);
    let one = |pairs: &Vec<(usize, usize)>| pairs.iter().map(number).collect();
    Clustered(clusters.iter().map(one).collect())
}

proptest! {
    #[test]
    fn tables_have_the_same_errors_by_clusters_and_by_cells(clusters in labelled()) {
        let data = confusions(&clusters);
        for statistic in [cohen_kappa, gwet_ac1, mcc, macro_f1] {
            check(&data, statistic)?;
        }
        let turned = |one: &Confusion<f64>| Paired {
            baseline: one.transposed(),
            candidate: one.clone(),
        };
        check(&data.map(turned), difference(cohen_kappa))?;
        let binary = |one: &Confusion<f64>| Contingency::<f64>::new([
            [one.count(0, 0), one.count(0, 1)],
            [one.count(1, 0), one.count(1, 1)],
        ]);
        check(&data.map(binary), contingency::contrast)?;
    }

    #[test]
    fn numbers_and_panels_have_the_same_errors_by_clusters_and_by_sums(clusters in labelled()) {
        let moments = Clustered(clusters.iter().map(|pairs| {
            let mut moments = Moments::<f64>::new(1.5);
            for (x, y) in pairs {
                moments.count_pair(*x as f64, *y as f64, 1.0);
            }
            moments
        }).collect());
        let statistics = [numeric::mae, numeric::bias, numeric::lin_ccc, numeric::icc_2_1];
        for statistic in statistics {
            check(&moments, statistic)?;
        }
        let panels = Clustered(clusters.iter().map(|pairs| {
            let mut panel = Panel::new(4, 2);
            for (x, y) in pairs {
                panel.count_item(&[Some(*x), Some(*y)], 1.0);
            }
            panel
        }).collect());
        check(&panels, raters::gwet_ac1)?;
    }

    #[test]
    fn items_and_cells_influence_rank_correlations_alike(clusters in labelled()) {
        let (tables, rows) = (confusions(&clusters), rows(&clusters));
        for (of_table, of_rows, influences) in [
            (
                rank::spearman_of_table as fn(&Confusion<Dual>) -> _,
                rank::spearman as fn(&Rows) -> _,
                spearman_influences as fn(&Rows) -> _,
            ),
            (rank::kendall_tau_b_of_table, rank::kendall_tau_b, kendall_influences),
        ] {
            let by_cells = delta(&tables, of_table, Level::DEFAULT);
            let by_items = delta_of_items(&rows, of_rows, influences, Level::DEFAULT);
            match (by_cells, by_items) {
                (Ok(by_cells), Ok(by_items)) => {
                    let (one, other) = (by_cells.se, by_items.se);
                    let near = one.zip(other).is_none_or(|(a, b)| (a - b).abs() < 1e-9);
                    prop_assert!(near, "{one:?} for {other:?}");
                }
                (one, other) => prop_assert_eq!(one.err(), other.err()),
            }
        }
    }
}

/// A stream of numbers that depend on each other, with ties.
fn many(n: usize) -> Clustered<Rows> {
    let mut state = 1_u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) % 1000
    };
    let one = |_| {
        let (x, error) = (next(), next() / 3);
        Rows::from_iter([(x as f64 + 1.0, (x + error) as f64 + 0.5)])
    };
    Clustered((0..n).map(one).collect())
}

/// The same rows, right where the reference is large.
fn judged(rows: &Rows) -> Rows {
    let pairs = rows.pairs().iter();
    pairs.map(|(x, y)| (f64::from(*x > 500.0), *y)).collect()
}

#[test]
fn influences_are_what_leaving_an_item_out_tends_to() {
    let data = many(300);
    let total = data.total().unwrap();
    let n = data.0.len() as f64;
    for (statistic, influences) in [
        (
            rank::spearman as fn(&Rows) -> Result<f64, Undefined>,
            spearman_influences as fn(&Rows) -> Result<Vec<f64>, Undefined>,
        ),
        (rank::kendall_tau_b, kendall_influences),
        (numeric::krippendorff_alpha_ratio, alpha_ratio_influences),
        (
            |rows| rank_sum::auroc(&judged(rows)),
            |rows| auroc_influences(&judged(rows)),
        ),
    ] {
        let value = statistic(&total).unwrap();
        let influences = influences(&total).unwrap();
        let left_out = leave_one_out(&data, statistic).unwrap();
        for (influence, without) in influences.iter().zip(left_out) {
            assert!((influence - (value - without)).abs() < 30.0 / (n * n));
        }
        let by_items = delta_of_items(&data, statistic, |_| Ok(influences.clone()), Level::DEFAULT);
        let by_leaving_out = jackknife(&data, statistic, Level::DEFAULT).unwrap();
        let (one, other) = (by_items.unwrap().se.unwrap(), by_leaving_out.se.unwrap());
        assert!((one / other - 1.0).abs() < 0.02, "{one} for {other}");
    }
}

#[test]
fn very_many_clusters_are_left_out_in_groups() {
    let data = many(1500);
    let grouped = jackknife(&data, rank::spearman, Level::DEFAULT).unwrap();
    assert_eq!(
        grouped.interval.as_ref().unwrap().method.key(),
        "grouped_jackknife"
    );
    assert_eq!((grouped.n_clusters, grouped.df), (1500, Some(99.0)));
    let exact = delta_of_items(&data, rank::spearman, spearman_influences, Level::DEFAULT);
    // A hundred groups know an error to about a tenth.
    let ratio = grouped.se.unwrap() / exact.unwrap().se.unwrap();
    assert!((0.7..1.4).contains(&ratio), "{ratio}");
}
