//! Columns of answers, of whichever scheme.

use super::coded::Coded;
use super::field::Field;
use super::flags::SchemeFlags;
use super::join::Joined;
use super::{Found, SchemeWord, label_set, labels, numbers};
use crate::fault::Fault;
use crate::model::{Label, LabelSet, Numeric, Ratings, Scheme};

/// Reads columns by a scheme.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) scheme: Scheme,
    pub(super) joined: &'a Joined,
}

impl<'a> Reader<'a> {
    /// A reader by the labels declared or, where none are, by those found in the columns.
    pub(super) fn new(
        flags: &SchemeFlags<'_>,
        declared: Option<LabelSet>,
        fields: &[Field<'_>],
        joined: &'a Joined,
        notes: &mut Vec<String>,
    ) -> Result<Self, Fault> {
        let labels = |notes| match declared {
            Some(set) => Ok(set),
            None => {
                let columns: Vec<_> = fields
                    .iter()
                    .map(|field| Coded::read(joined, *field))
                    .collect();
                label_set::observed(flags, &columns, notes)
            }
        };
        let scheme = match flags.scheme {
            SchemeWord::Nominal => Scheme::Nominal(labels(notes)?),
            SchemeWord::Ordinal => Scheme::Ordinal(labels(notes)?),
            SchemeWord::Numeric => Scheme::Numeric(Numeric {
                log: flags.log,
                unit: None,
                min: None,
                max: None,
            }),
        };
        Ok(Self { scheme, joined })
    }

    /// A column written by people or taken as right: what cannot be read in it is a fault.
    pub(super) fn reference(&self, field: Field<'_>, found: &mut Found) -> Vec<Option<Label>> {
        match &self.scheme {
            Scheme::Nominal(set) | Scheme::Ordinal(set) => {
                labels::reference(&Coded::read(self.joined, field), set, self.joined, found)
            }
            Scheme::Numeric(numeric) => numbers::reference(field, numeric, self.joined, found),
            Scheme::Decisions(_) => vec![None; self.joined.rows.len()],
        }
    }

    /// A column under test: what cannot be read in it is an outcome.
    pub(super) fn candidate(&self, field: Field<'_>, found: &mut Found) -> Ratings {
        match &self.scheme {
            Scheme::Nominal(set) | Scheme::Ordinal(set) => {
                labels::candidate(&Coded::read(self.joined, field), set, found)
            }
            Scheme::Numeric(numeric) => numbers::candidate(field, numeric, self.joined, found),
            Scheme::Decisions(_) => Ratings {
                outcomes: vec![None; self.joined.rows.len()],
                n_normalised: 0,
            },
        }
    }
}
