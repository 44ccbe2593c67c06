//! How sure the labeller under test says it is.

use super::Found;
use super::field::{Field, Spot};
use super::join::Joined;
use crate::model::Confidences;

/// The confidence of each item; an empty cell says nothing.
pub(super) fn read(field: Field<'_>, joined: &Joined, found: &mut Found) -> Confidences {
    let stated = joined.in_file_order(None, |_, row| {
        let spot = field.spot(row).filter(|spot| !spot.is_missing())?;
        let confidence = confidence(spot);
        if confidence.is_none() {
            let message = format!("the confidence {} is no number from 0 to 1", spot.shown());
            let help = "write a share such as 0.8, or leave the cell empty";
            found.push(spot.fault(message).help(help));
        }
        confidence
    });
    Confidences {
        stated,
        ..Confidences::default()
    }
}

fn confidence(spot: Spot<'_>) -> Option<f64> {
    let number = spot.cell().number();
    number.filter(|share| (0.0..=1.0).contains(share))
}
