//! Columns of numbers.

use super::field::{Field, Row, Spot};
use super::join::Joined;
use super::{Found, few};
use crate::model::{Label, Numeric, Outcome, Ratings};

/// The number in a cell, or why there is none.
fn number(spot: Spot<'_>, numeric: &Numeric) -> Result<f64, String> {
    match spot.cell().number() {
        Some(value) if numeric.accepts(value) => Ok(value),
        Some(value) => Err(format!("`{value}` is not positive")),
        None => Err(format!("{} is not a number", spot.shown())),
    }
}

fn written(field: Field<'_>, row: Row) -> Option<Spot<'_>> {
    field.spot(row).filter(|spot| !spot.is_missing())
}

/// Numbers taken as right.
pub(super) fn reference(
    field: Field<'_>,
    numeric: &Numeric,
    joined: &Joined,
    found: &mut Found,
) -> Vec<Option<Label>> {
    joined.in_file_order(None, |_, row| {
        let spot = written(field, row)?;
        let value = number(spot, numeric).map_err(|reason| {
            let help = if numeric.log {
                "`--scale log` needs numbers above 0; leave a cell empty where there is none"
            } else {
                "leave a cell empty where there is no number"
            };
            found.push(spot.fault(reason).help(help));
        });
        value.ok().map(Label::Number)
    })
}

/// Numbers under test.
pub(super) fn candidate(
    field: Field<'_>,
    numeric: &Numeric,
    joined: &Joined,
    found: &mut Found,
) -> Ratings {
    let mut n_read = 0_usize;
    let mut unread = Vec::new();
    let outcomes = joined.in_file_order(None, |_, row| {
        let spot = written(field, row)?;
        Some(match number(spot, numeric) {
            Ok(value) => {
                n_read += 1;
                Outcome::Ok(Label::Number(value))
            }
            Err(reason) => {
                if unread.len() < 9 {
                    unread.push(spot);
                }
                Outcome::Unparsed(reason.into())
            }
        })
    });
    if n_read == 0 && !unread.is_empty() {
        let texts: Vec<_> = unread
            .iter()
            .filter_map(|spot| spot.text().ok().flatten())
            .collect();
        let message = format!(
            "no cell of `{}` is a {}number",
            field.name,
            if numeric.log { "positive " } else { "" }
        );
        let help = format!(
            "it has {}: check that this is the column you meant, and the scheme",
            few(texts.iter().map(|text| &**text))
        );
        found.push(field.fault(message).help(help));
    }
    Ratings {
        outcomes,
        n_normalised: 0,
    }
}
