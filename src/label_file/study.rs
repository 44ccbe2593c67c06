//! A candidate, its reference and perhaps a baseline.

use super::field::{Field, Files};
use super::flags::{self, ItemFlags, SchemeFlags};
use super::items::ItemFields;
use super::labels::Used;
use super::reader::Reader;
use super::telemetry::Telemetry;
use super::{Found, Spec, Study, join};
use crate::fault::Fault;
use crate::model::{Outcome, Ratings};
use crate::table::Table;

/// Reads what is scored. `against` is the file with the labels taken as right, where it is another
/// one; the two are joined on the id, and the items are those of both.
///
/// ```
/// use std::path::Path;
/// use labelgate::label_file::{Spec, study};
///
/// let text = "mode,judge\nfix,fix\nbuild,fix\nfix,\n";
/// let table = labelgate::table::read(Path::new("labels.csv"), text.into()).unwrap();
/// let spec = Spec { candidate: "judge".into(), reference: "mode".into(), ..Spec::default() };
/// let study = study(&spec, &table, None).unwrap();
/// assert_eq!(study.items.len(), 3);
/// assert_eq!(study.candidate.outcomes[2], None);
/// ```
pub fn study(spec: &Spec, table: &Table, against: Option<&Table>) -> Result<Study, Vec<Fault>> {
    let mut found = Found::default();
    let mut notes = Vec::new();
    let files = Files {
        file: table,
        against,
    };

    let scheme_flags = SchemeFlags::from(spec);
    let declared = flags::declared(&scheme_flags, &mut found);
    let rules = flags::rules(&spec.rules, &mut found);
    if spec.rater.is_some() && against.is_none() {
        found.push(
            flags::fault("`--rater` chooses among the raters of a file given by `--against`")
                .help("name the rater's column with `--reference`"),
        );
    }
    let candidate = found.keep(files.of_file(&spec.candidate, "--candidate"));
    let reference = found.keep(files.of_reference(&spec.reference, "--reference"));
    let baseline = spec.baseline.as_deref();
    let baseline = baseline.and_then(|name| found.keep(files.of_file(name, "--baseline")));
    let fields = ItemFields::find(ItemFlags::from(spec), files, &mut found);
    let (Some(candidate), Some(reference)) = (candidate, reference) else {
        return Err(found.into_vec());
    };
    found.none()?;

    let joined = match against {
        None => join::of_file(table, spec.id.as_deref(), &mut found),
        Some(against) => {
            let (id, rater) = (spec.id.as_deref(), spec.rater.as_deref());
            join::of_both(table, against, id, rater, &mut found, &mut notes)
        }
    };
    found.none()?;

    if against.is_none() && spec.candidate == spec.reference {
        notes.push(format!(
            "candidate and reference are the same column, `{}`",
            spec.candidate
        ));
    }
    let (mut items, weights) = fields.read(&joined, &mut found);
    let columns: Vec<_> = [Some(reference), Some(candidate), baseline]
        .into_iter()
        .flatten()
        .collect();
    let is_declared = declared.is_some();
    let reader = match Reader::new(&scheme_flags, declared, &columns, &joined, &mut notes) {
        Ok(reader) => reader,
        Err(fault) => {
            found.push(fault);
            return Err(found.into_vec());
        }
    };
    let right = reader.reference(reference, &mut found);
    let tested = reader.candidate(candidate, &mut found);
    let held = baseline.map(|baseline| (baseline, reader.candidate(baseline, &mut found)));
    if let (Some(set), false) = (reader.scheme.labels(), is_declared) {
        let reference = Used::by(reference, right.iter().flatten());
        let mut hold = |field: Field<'_>, ratings: &Ratings| {
            let labels = ratings.outcomes.iter().flatten().filter_map(Outcome::label);
            let used = Used::by(field, labels);
            found.extend(used.stranger(&reference, set));
            notes.extend(used.note_own(&reference, set));
        };
        hold(candidate, &tested);
        if let Some((baseline, ratings)) = &held {
            hold(*baseline, ratings);
        }
    }
    let telemetry = Telemetry::new(files, &joined, spec);
    let rules = telemetry.compile(&rules, &reader.scheme, &mut items, &mut found);
    found.none()?;
    Ok(Study {
        items,
        weights,
        scheme: reader.scheme,
        reference: right,
        candidate: tested,
        baseline: held.map(|(_, ratings)| ratings),
        rules,
        notes,
    })
}
