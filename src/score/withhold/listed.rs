//! Which items may be listed one by one, with their labels. Whoever has the list counts its rows, so
//! it tells how many items have each combination of what it says of them, and these counts must not
//! give a hidden one away.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Atoms;
use super::parts::Parts;
use super::{Place, RulePlace, Slot};
use crate::align::RuleRows;
use crate::stat::disclosure::Sum;
use crate::stat::suppression::beside;

/// The items whose labels must not be listed beside the parts that are shown: those in a cell that is
/// hidden, those behind any other count that rests on too few clusters, and as many more as keep the
/// rows of the others from giving one away.
pub(super) fn unlisted(
    atoms: &Atoms,
    parts: &Parts,
    shown: &[bool],
    min_clusters: u64,
) -> BTreeSet<usize> {
    let is_told: BTreeMap<Slot, bool> = parts.slots.iter().copied().zip(shown.to_vec()).collect();
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    // Where each item counts: in what a row says of its labels, and in all that a row says.
    let mut labels: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut all: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (slot, part)) in parts.slots.iter().zip(&parts.parts).enumerate() {
        let ([(sum, behind)], Some(kind)) = (&*part.sums, Kind::of(*slot)) else {
            continue;
        };
        // The value of a hidden slice is not listed.
        let is_hidden_slice = |slice| is_told.get(&Slot::Slice(slice)) == Some(&false);
        if kind.slice.is_some_and(is_hidden_slice) {
            continue;
        }
        let items: Vec<usize> = sum.items().filter(|item| atoms.is_real(*item)).collect();
        for item in &items {
            all.entry(*item).or_default().push(at);
            if kind.is_cell {
                labels.entry(*item).or_default().push(at);
            }
        }
        let is_small = behind.n_clusters < min_clusters;
        if !shown[at] && (kind.is_cell || is_small) {
            hidden.extend(items);
        }
    }
    // Items with the same labels are listed together, or not at all.
    let mut groups: BTreeMap<&Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (item, cells) in labels.iter().filter(|(item, _)| !hidden.contains(item)) {
        groups.entry(cells).or_default().push(*item);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort_by_key(|items| std::cmp::Reverse(items.len()));
    let rows = |items: &Vec<usize>| -> Vec<Sum> {
        let mut alike: BTreeMap<&Vec<usize>, Vec<usize>> = BTreeMap::new();
        for item in items {
            alike.entry(&all[item]).or_default().push(*item);
        }
        alike.into_values().map(Sum::of).collect()
    };
    let listed: Vec<Vec<Sum>> = groups.iter().map(rows).collect();
    let mut always = parts.always.clone();
    always.extend(telemetry(atoms, &is_told));
    let is_listed = beside(&parts.parts, shown, &always, min_clusters, &listed);
    let others = groups
        .into_iter()
        .zip(is_listed)
        .filter(|(_, listed)| !listed);
    hidden.extend(others.flat_map(|(items, _)| items));
    hidden
}

/// The telemetry of every item is listed, so it is known how often it is as a rule expects, over all
/// items and over every slice that is told.
fn telemetry(atoms: &Atoms, is_told: &BTreeMap<Slot, bool>) -> Vec<Sum> {
    let expected = |rule: &RuleRows, is_here: &dyn Fn(usize) -> bool| {
        let rows = rule.rows.iter();
        let rows = rows.filter(|row| row.expected && is_here(row.item));
        Sum::of(rows.map(|row| row.item))
    };
    let rules = || atoms.rules.iter().flatten();
    let mut sums: Vec<Sum> = rules().map(|rule| expected(rule, &|_| true)).collect();
    for (slice, items) in atoms.slices.iter().enumerate() {
        if is_told.get(&Slot::Slice(slice)) == Some(&true) {
            sums.extend(rules().map(|rule| expected(rule, &|item| items.contains(&item))));
        }
    }
    sums
}

/// A count of items, seen by who has the list.
struct Kind {
    /// Whether a row tells by its labels alone that it counts here.
    is_cell: bool,
    /// Of which slice's value it is.
    slice: Option<usize>,
}

impl Kind {
    fn of(slot: Slot) -> Option<Self> {
        let (is_cell, slice) = match slot {
            Slot::Cell(..) | Slot::Change(..) => (true, None),
            Slot::Turn(Place::Class(_), ..) | Slot::Nearness(Place::All, _) => (true, None),
            Slot::Turn(Place::Slice(slice), ..) | Slot::Nearness(Place::Slice(slice), _) => {
                (false, Some(slice))
            }
            Slot::Rule(_, RulePlace::Slice(slice), ..) => (false, Some(slice)),
            Slot::Rule(..) | Slot::Side(..) | Slot::Turn(..) => (false, None),
            Slot::Row(_) | Slot::Column(_) | Slot::Hit(_) => (false, None),
            _ => return None,
        };
        Some(Self { is_cell, slice })
    }
}
