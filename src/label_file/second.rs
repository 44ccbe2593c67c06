//! Second opinions: the raters of a reference file who are not taken as right.

use super::Found;
use super::field::Field;
use super::quoted;
use super::reader::Reader;
use crate::model::{Label, Outcome};

/// The labels of each other rater, one place per item. They judge nothing, so what cannot be read
/// in them is left out and noted rather than refused.
pub(super) fn read(
    reader: &Reader<'_>,
    field: Field<'_>,
    notes: &mut Vec<String>,
) -> Vec<(String, Vec<Option<Label>>)> {
    let mut all = Vec::new();
    for (rater, rows) in &reader.joined.second {
        let joined = reader.joined.with_rows(rows);
        let reader = Reader {
            scheme: reader.scheme.clone(),
            joined: &joined,
        };
        let ratings = reader.candidate(field, &mut Found::default());
        let label = |outcome: &Option<Outcome>| outcome.as_ref()?.label().cloned();
        let labels: Vec<_> = ratings.outcomes.iter().map(label).collect();
        let answered = ratings.outcomes.iter().flatten().count();
        let unread = answered - labels.iter().flatten().count();
        if unread > 0 {
            notes.push(format!(
                "{unread} labels of {} are none of the scheme, and are left out of the comparison \
                 of raters",
                quoted(rater)
            ));
        }
        all.push((rater.clone(), labels));
    }
    all
}
