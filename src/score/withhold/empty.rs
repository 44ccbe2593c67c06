//! Invented items of which a reader can tell that they are none: counts are not negative, so where the
//! shown cells of a row leave nothing, the hidden ones are all empty and cover nothing.

use std::collections::BTreeSet;

use super::cells::{Atoms, Turn};
use super::{Place, Slot};

/// The invented items that cover nothing once these parts are hidden.
pub(super) fn known_empty(atoms: &Atoms, hidden: &BTreeSet<Slot>) -> BTreeSet<usize> {
    let mut empty = BTreeSet::new();
    let mut look = |items: Vec<usize>| {
        if items.iter().all(|item| !atoms.is_real(*item)) {
            empty.extend(items);
        }
    };
    let is_hidden = |slot: Slot| hidden.contains(&slot);
    for label in 0..atoms.n_labels {
        let cells = || {
            let cells = atoms.pairs.iter();
            cells.filter(|(_, row, column)| is_hidden(Slot::Cell(*row, *column)))
        };
        if !is_hidden(Slot::Row(label)) {
            let of_row = cells().filter(|cell| cell.1 == label);
            look(of_row.map(|cell| cell.0).collect());
        }
        if !is_hidden(Slot::Column(label)) {
            let of_column = cells().filter(|cell| cell.2 == label);
            look(of_column.map(|cell| cell.0).collect());
        }
    }
    // How many items are compared is told always, and how many of a class or slice with these.
    let classes = (0..atoms.n_labels).map(|class| (Place::Class(class), Slot::Row(class)));
    let slices = (0..atoms.slices.len()).map(|slice| (Place::Slice(slice), Slot::Slice(slice)));
    let told = classes.chain(slices).filter(|(_, slot)| !is_hidden(*slot));
    for place in [Place::All].into_iter().chain(told.map(|(place, _)| place)) {
        let is_here = |turn: &&Turn| match place {
            Place::All => true,
            Place::Class(class) => turn.1 == class,
            Place::Slice(slice) => atoms.slices[slice].contains(&turn.0),
        };
        let slot = |turn: &Turn| {
            let right = |label: Option<usize>| label == Some(turn.1);
            Slot::Turn(place, right(turn.2), right(turn.3))
        };
        let turns = atoms.turns.iter().filter(is_here);
        let turns = turns.filter(|turn| is_hidden(slot(turn)));
        look(turns.map(|turn| turn.0).collect());
    }
    empty
}
