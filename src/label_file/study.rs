//! A candidate, its reference and perhaps a baseline.

use super::field::{Field, Files};
use super::flags::{self, ItemFlags, SchemeFlags};
use super::items::ItemFields;
use super::labels::Used;
use super::reader::Reader;
use super::reference::References;
use super::telemetry::Telemetry;
use super::{Found, Spec, Study, confidence, join, second};
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
    read(
        spec,
        Files {
            file: table,
            against,
            base: None,
        },
    )
}

/// Reads what is compared where baseline and candidate are files of their own, joined on the id: the
/// items are those of all files. The labels taken as right stand in `against` or, without it, in
/// either file; where both have them they must agree. [`Spec::baseline`] is the column of the base
/// file, named as [`Spec::candidate`] if it is absent.
pub fn study_of_two(
    spec: &Spec,
    base: &Table,
    head: &Table,
    against: Option<&Table>,
) -> Result<Study, Vec<Fault>> {
    let baseline = spec.baseline.clone();
    let spec = Spec {
        baseline: Some(baseline.unwrap_or_else(|| spec.candidate.clone())),
        ..spec.clone()
    };
    read(
        &spec,
        Files {
            file: head,
            against,
            base: Some(base),
        },
    )
}

fn read(spec: &Spec, files: Files<'_>) -> Result<Study, Vec<Fault>> {
    let mut found = Found::default();
    let mut notes = Vec::new();
    let against = files.against;

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
    let right = References::find(spec, files, &mut found);
    let baseline = spec.baseline.as_deref();
    let baseline = baseline.and_then(|name| found.keep(files.of_base(name, "--baseline")));
    let sure = spec.confidence.as_deref();
    let sure = sure.and_then(|name| found.keep(files.of_file(name, "--confidence")));
    let fields = ItemFields::find(ItemFlags::from(spec), files, &mut found);
    let (Some(candidate), Some(right)) = (candidate, right) else {
        return Err(found.into_vec());
    };
    found.none()?;

    let joined = match (against, files.base) {
        (None, None) => join::of_file(files.file, spec.id.as_deref(), &mut found),
        _ => {
            let (id, rater) = (spec.id.as_deref(), spec.rater.as_deref());
            join::of_all(files, id, rater, &mut found, &mut notes)
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
    let columns: Vec<_> = (right.fields())
        .chain([candidate])
        .chain(baseline)
        .collect();
    let is_declared = declared.is_some();
    let reader = match Reader::new(&scheme_flags, declared, &columns, &joined, &mut notes) {
        Ok(reader) => reader,
        Err(fault) => {
            found.push(fault);
            return Err(found.into_vec());
        }
    };
    let reference = right.read(&reader, &mut found);
    let tested = reader.candidate(candidate, &mut found);
    let sure = sure.map(|field| confidence::read(field, &joined, &mut found));
    let held = baseline.map(|baseline| (baseline, reader.candidate(baseline, &mut found)));
    if let (Some(set), false) = (reader.scheme.labels(), is_declared) {
        let of_reference = Used::by(right.first, reference.iter().flatten());
        let mut hold = |field: Field<'_>, ratings: &Ratings| {
            let labels = ratings.outcomes.iter().flatten().filter_map(Outcome::label);
            let used = Used::by(field, labels);
            found.extend(used.stranger(&of_reference, set));
            notes.extend(used.note_own(&of_reference, set));
        };
        hold(candidate, &tested);
        if let Some((baseline, ratings)) = &held {
            hold(*baseline, ratings);
        }
    }
    let telemetry = Telemetry::new(files, &joined, spec);
    let rules = telemetry.compile(&rules, &reader.scheme, &mut items, &mut found);
    found.none()?;
    let second = second::read(&reader, right.first, &mut notes);
    Ok(Study {
        items,
        weights,
        scheme: reader.scheme,
        reference,
        second,
        candidate: tested,
        confidences: sure.unwrap_or_default(),
        baseline: held.map(|(_, ratings)| ratings),
        rules,
        notes,
    })
}
