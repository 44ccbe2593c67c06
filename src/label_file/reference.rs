//! The columns of labels taken as right: one, or one in each of two files that must agree.

use super::field::{Field, Files, no_column};
use super::flags;
use super::reader::Reader;
use super::{Found, Spec, quoted};
use crate::model::Label;

/// Where the labels taken as right stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct References<'a> {
    pub(super) first: Field<'a>,
    /// The same in the file of the baseline.
    other: Option<Field<'a>>,
}

impl<'a> References<'a> {
    pub(super) fn find(spec: &'a Spec, files: Files<'a>, found: &mut Found) -> Option<Self> {
        let (name, flag) = (&*spec.reference, "--reference");
        let (None, Some(_)) = (files.against, files.base) else {
            let first = found.keep(files.of_reference(name, flag))?;
            return Some(Self { first, other: None });
        };
        let tested = [Some(&spec.candidate), spec.baseline.as_ref()];
        if tested.into_iter().flatten().any(|tested| *tested == name) {
            let message = format!("{} is a column under test, and no reference", quoted(name));
            found.push(flags::fault(message).help(
                "name the column of labels taken as right with `--reference`, or the file that \
                 holds them with `--against`",
            ));
            return None;
        }
        let in_head = files.of_file(name, flag).ok();
        let in_base = files.of_base(name, flag).ok();
        match (in_head, in_base) {
            (Some(first), other) | (None, other @ Some(first)) => Some(Self {
                first,
                other: other.filter(|_| in_head.is_some()),
            }),
            (None, None) => {
                let fault = no_column(files.file, name, flag);
                let help = "either file may have it, or a third that `--against` names";
                let help = match &fault.help {
                    Some(guess) => format!("{guess}; {help}"),
                    None => help.to_owned(),
                };
                found.push(fault.help(help));
                None
            }
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = Field<'a>> {
        [Some(self.first), self.other].into_iter().flatten()
    }

    /// The labels; two files that say different things of an item are a fault.
    pub(super) fn read(self, reader: &Reader<'_>, found: &mut Found) -> Vec<Option<Label>> {
        let mut labels = reader.reference(self.first, found);
        let Some(other) = self.other else {
            return labels;
        };
        let others = reader.reference(other, found);
        let mut is_agreed = true;
        for (item, row) in reader.joined.walk() {
            match (&labels[item], &others[item]) {
                (Some(here), Some(there)) if here != there && is_agreed => {
                    is_agreed = false;
                    let (Some(spot), Some(first)) = (other.spot(row), self.first.spot(row)) else {
                        continue;
                    };
                    let id = quoted(&reader.joined.ids[item]);
                    let message = format!(
                        "the reference of {id} is {} here and {} on {}",
                        spot.shown(),
                        first.shown(),
                        first.place()
                    );
                    found.push(spot.fault(message).help(
                        "let both files say the same, or name the file that is right with \
                         `--against`",
                    ));
                }
                (None, Some(_)) => labels[item] = others[item].clone(),
                _ => {}
            }
        }
        labels
    }
}
