use super::{Entry, Look, Order, Settled, Why, next, settle};
use crate::gate::{By, Verdict};
use crate::score::{Figure, Metric};

const THRESHOLD: f64 = 0.8;

/// A gate on a share: of `n` items, each a cluster of its own, these hits and misses were seen.
fn share(by: By, n: usize, seen: &[bool]) -> Look {
    let (least, most) = (-THRESHOLD, 1.0 - THRESHOLD);
    let entry = |item: usize| Entry {
        item,
        seen: seen.get(item).map(|hit| if *hit { most } else { least }),
        least,
        most,
        speaks: true,
    };
    Look {
        figure: Figure::Overall(Metric::Agreement),
        slice_value: None,
        by,
        range: (least, most),
        spotless: most,
        is_supported: true,
        entries: (0..n).map(entry).collect(),
    }
}

fn certain(settled: Settled) -> (Verdict, Why) {
    match settled {
        Settled::Certain { verdict, why, .. } => (verdict, why),
        Settled::Undecided | Settled::Open => panic!("{settled:?}"),
    }
}

#[test]
fn arithmetic_settles_what_the_open_items_cannot_change() {
    // 5 misses of 20 leave at most 15 hits, and 16 are asked for; 4 leave it open.
    let misses = [true, true, false].repeat(5);
    let failed = settle(&[share(By::Point, 20, &misses)], 15);
    assert_eq!(certain(failed), (Verdict::Fail, Why::Arithmetic));
    let misses = [true, true, true, false].repeat(4);
    assert_eq!(settle(&[share(By::Point, 20, &misses)], 16), Settled::Open);
    // 17 hits of 20 leave at least 17.
    let passed = settle(&[share(By::Point, 20, &[true; 17])], 17);
    assert_eq!(certain(passed).0, Verdict::Pass);
}

#[test]
fn a_long_run_of_hits_settles_a_large_set_by_sequence_and_clusters_by_bets() {
    let hits = [true; 60];
    let point = settle(&[share(By::Point, 400, &hits)], 60);
    assert_eq!(certain(point), (Verdict::Pass, Why::Sequence));
    let bound = settle(&[share(By::Bound, 400, &hits)], 60);
    assert_eq!(certain(bound), (Verdict::Pass, Why::Betting));
    let misses = settle(&[share(By::Bound, 400, &[false; 60])], 60);
    assert_eq!(certain(misses), (Verdict::Fail, Why::Betting));
}

#[test]
fn no_bet_is_won_on_fewer_than_twenty_clusters() {
    let bound = |n: usize| settle(&[share(By::Bound, 400, &vec![false; n])], n as u64);
    assert_eq!(bound(19), Settled::Open);
    assert_eq!(certain(bound(20)), (Verdict::Fail, Why::Betting));
}

#[test]
fn a_bound_on_few_clusters_is_left_to_intervals() {
    assert!(!share(By::Bound, 30, &[]).is_promising());
    assert!(share(By::Bound, 400, &[]).is_promising());
    assert!(share(By::Point, 30, &[]).is_promising());
}

#[test]
fn bets_that_ran_out_of_clusters_are_undecided_and_ask_no_more() {
    let mut seen = [true, true, true, true, false].repeat(80);
    seen[399] = true;
    let look = share(By::Bound, 400, &seen);
    let settled = settle(std::slice::from_ref(&look), 400);
    assert_eq!(settled, Settled::Undecided);
}

#[test]
fn all_must_pass_and_one_that_fails_is_enough() {
    let hits = share(By::Point, 400, &[true; 60]);
    let misses = share(By::Point, 400, &[false; 60]);
    let open = share(By::Point, 400, &[]);
    let both = settle(&[hits.clone(), hits.clone()], 60);
    assert_eq!(certain(both).0, Verdict::Pass);
    assert_eq!(settle(&[hits.clone(), open.clone()], 60), Settled::Open);
    let failed = settle(&[hits, open, misses], 60);
    assert!(matches!(
        failed,
        Settled::Certain {
            verdict: Verdict::Fail,
            look: 2,
            ..
        }
    ));
}

#[test]
fn too_few_reference_items_settle_nothing() {
    let look = Look {
        is_supported: false,
        ..share(By::Point, 400, &[true; 60])
    };
    assert_eq!(settle(&[look], 60), Settled::Open);
}

#[test]
fn only_what_open_gates_need_is_asked_in_the_order_of_asking() {
    let order = Order::new(6, 3);
    let nothing = [false; 6];
    // A gate without looks needs everything.
    let all = next(&order, &nothing, &[(&[], Settled::Open)], 9);
    assert_eq!(all, order.items);
    // A bound needs those that speak.
    let mut look = share(By::Bound, 6, &[]);
    for entry in &mut look.entries {
        entry.speaks = entry.item % 2 == 0;
    }
    let looks = [look];
    let some = next(&order, &nothing, &[(&looks, Settled::Open)], 2);
    let expected = order.items.iter().copied().filter(|item| item % 2 == 0);
    assert_eq!(some, expected.take(2).collect::<Vec<_>>());
    // Once one gate fails, nothing is.
    let failed = Settled::Certain {
        verdict: Verdict::Fail,
        why: Why::Arithmetic,
        look: 0,
        at: 6,
    };
    assert!(
        next(
            &order,
            &nothing,
            &[(&looks, Settled::Open), (&[], failed)],
            2
        )
        .is_empty()
    );
}

#[test]
fn the_order_of_asking_and_who_speaks_for_a_cluster_are_drawn_apart() {
    let order = Order::new(50, 1);
    let sorted = |places: &[usize]| {
        let mut sorted = places.to_vec();
        sorted.sort_unstable();
        sorted
    };
    assert_eq!(sorted(&order.items), (0..50).collect::<Vec<_>>());
    assert_eq!(sorted(&order.lots), (0..50).collect::<Vec<_>>());
    assert_ne!(order.items, order.lots);
    assert_ne!(order, Order::new(50, 2));
    assert_eq!(order, Order::new(50, 1));
}
