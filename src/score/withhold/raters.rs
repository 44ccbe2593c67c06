//! The same for raters of whom none is taken as right.

use std::collections::BTreeSet;

use super::decide;
use crate::align::{PanelAccount, label_panel, number_panel};
use crate::model::Scheme;
use crate::score::raters::{RaterMeasures, RaterScore, RaterSubject};
use crate::stat::Undefined;
use crate::stat::disclosure::Sum;
use crate::stat::suppression::{Behind, Part};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    /// How often a rater uses a label, over all items or in a slice.
    Use(Option<usize>, usize, usize),
    /// The figures of two raters, likewise.
    Pair(Option<usize>, usize),
    /// The figures of all raters.
    All,
    /// All of a slice's value.
    Slice(usize),
}

/// Which label each rater gave, in whatever position; numbers have none.
type Row = (usize, Vec<Option<Option<usize>>>);

/// Hides what rests on fewer distinct clusters than `min_clusters`, or would give that away.
pub fn withhold_raters(subject: &RaterSubject<'_>, score: &mut RaterScore, min_clusters: u64) {
    if min_clusters <= 1 {
        return;
    }
    let rows: Vec<Row> = match subject.scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => label_panel(set, subject.ratings)
            .into_iter()
            .map(|row| {
                (
                    row.item,
                    row.ratings.iter().map(|one| one.map(Some)).collect(),
                )
            })
            .collect(),
        _ => number_panel(subject.ratings)
            .into_iter()
            .map(|row| {
                (
                    row.item,
                    row.ratings.iter().map(|one| one.map(|_| None)).collect(),
                )
            })
            .collect(),
    };
    let mut always = Vec::new();
    let mut slots = Vec::new();
    let mut parts = Vec::new();
    let items = &subject.sample.items.items;
    let sum = |wanted: &dyn Fn(&Row) -> bool| {
        let rows = rows.iter().filter(|row| wanted(row));
        let sum = Sum::of(rows.map(|row| row.0));
        let clusters: BTreeSet<usize> = sum.items().map(|item| items[item].cluster).collect();
        let behind = Behind {
            n_items: sum.items().count() as u64,
            n_clusters: clusters.len() as u64,
        };
        (sum, behind)
    };
    let mut push = |slot: Slot, worth: u8, sums: Vec<(Sum, Behind)>| {
        slots.push(slot);
        parts.push(Part { sums, worth });
    };
    let scored = |row: &Row| row.1.iter().flatten().count() > 1;
    always.push(sum(&|_| true).0);
    always.push(sum(&scored).0);
    push(Slot::All, 7, vec![sum(&scored)]);
    let slices = score.slices.iter().enumerate();
    let slices = slices.map(|(place, one)| (Some(place), one.slice, &*one.value, &one.measures));
    let all = [(None, 0, "", &score.all)];
    for (place, slice, value, measures) in all.into_iter().chain(slices) {
        let here =
            |row: &Row| place.is_none() || items[row.0].slices[slice].as_deref() == Some(value);
        if let Some(place) = place {
            let (of_slice, behind) = sum(&|row| here(row) && scored(row));
            let (all, _) = sum(&here);
            push(
                Slot::Slice(place),
                5,
                vec![(of_slice, behind), (all, behind)],
            );
        }
        for rater in 0..subject.ratings.len() {
            let rated = sum(&|row| here(row) && row.1[rater].is_some());
            if place.is_none() {
                always.push(rated.0);
            }
            let n_labels = measures.account.raters[rater].uses.len();
            for label in 0..n_labels {
                let uses = sum(&|row| here(row) && row.1[rater] == Some(Some(label)));
                push(Slot::Use(place, rater, label), 0, vec![uses]);
            }
        }
        for (position, pair) in measures.pairs.iter().enumerate() {
            let [one, other] = pair.raters;
            let both = |row: &Row| here(row) && row.1[one].is_some() && row.1[other].is_some();
            let (rated, behind) = sum(&both);
            let (same, _) = sum(&|row| both(row) && row.1[one] == row.1[other]);
            push(
                Slot::Pair(place, position),
                2,
                vec![(rated, behind), (same, behind)],
            );
        }
    }
    let shown = decide(&parts, &always, min_clusters, (), |(), _| {
        Some(((), Vec::new()))
    });
    let hidden = slots.into_iter().zip(shown).filter(|(_, shown)| !shown);
    let hidden: BTreeSet<Slot> = hidden.map(|(slot, _)| slot).collect();
    if hidden.contains(&Slot::All) {
        for measured in score.all.metrics.values_mut() {
            *measured = Err(Undefined::Suppressed);
        }
    }
    hide(&mut score.all, None, &hidden);
    let slices = std::mem::take(&mut score.slices);
    for (place, mut one) in slices.into_iter().enumerate() {
        if hidden.contains(&Slot::Slice(place)) {
            score.hidden_slices.push((one.slice, one.value));
        } else {
            hide(&mut one.measures, Some(place), &hidden);
            score.slices.push(one);
        }
    }
}

fn hide(measures: &mut RaterMeasures, place: Option<usize>, hidden: &BTreeSet<Slot>) {
    let PanelAccount { raters, .. } = &mut measures.account;
    for (rater, account) in raters.iter_mut().enumerate() {
        for (label, uses) in account.uses.iter_mut().enumerate() {
            if hidden.contains(&Slot::Use(place, rater, label)) {
                *uses = None;
            }
        }
    }
    for (position, pair) in measures.pairs.iter_mut().enumerate() {
        if hidden.contains(&Slot::Pair(place, position)) {
            pair.n_items = None;
            for measured in pair.metrics.values_mut() {
                *measured = Err(Undefined::Suppressed);
            }
        }
    }
}
