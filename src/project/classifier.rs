//! `classifier.toml`: one classifier with its revisions, reference, rules and gates.

use std::path::{Path, PathBuf};

use super::checks::{self, Surroundings};
use super::gates::{self, Subject};
use super::paths::{Root, is_name};
use super::raw::{File, Section, Text, among};
use super::reviews::Reviews;
use super::{Classifier, Digest, Lines, Reference, Revision, items, labels, prompt, scheme};
use crate::fault::Fault;
use crate::model::{Confidences, Items, Scheme};

/// What a `classifier.toml` says of itself, before other files are looked at.
#[derive(Debug)]
pub(super) struct Head<'a> {
    /// Relative to the project.
    pub(super) folder: PathBuf,
    pub(super) title: Option<Box<str>>,
    pub(super) baseline: Option<Text<'a>>,
    candidate: Option<Text<'a>>,
    reference: Option<ReferenceSettings<'a>>,
    lines: Lines,
    section: Section<'a>,
}

/// `[reference]` as written.
#[derive(Debug)]
struct ReferenceSettings<'a> {
    path: Text<'a>,
    rater: Option<Text<'a>>,
    reviews: Reviews<'a>,
}

/// Reads what others may need to know of the classifier; what is wrong is noted in the file.
pub(super) fn head<'a>(folder: &Path, mut section: Section<'a>) -> (Head<'a>, Option<Scheme>) {
    let title = section.text("title").map(|title| title.value.into());
    let scheme = scheme::read(&mut section);
    let baseline = section.text("baseline");
    let help = "name the revision under test: `candidate = \"v1\"` for `v1.md`";
    let candidate = section.needed("candidate", help);
    if section.key("reference").is_none() {
        let help = "add `[reference]` with the `path` of the labels taken as right";
        section.missing("reference", help);
    }
    let reference = section.table("reference").and_then(|mut section| {
        let path = section.needed("path", "name the file of the labels taken as right");
        let rater = section.text("rater");
        let reviews = Reviews::of(&mut section);
        section.finish();
        Some(ReferenceSettings {
            path: path?,
            rater,
            reviews,
        })
    });
    let file = section.file;
    let line = |span: Option<std::ops::Range<usize>>| span.map(|span| file.line(span.start));
    let lines = Lines {
        scheme: line(section.key("scheme")).unwrap_or(1),
        baseline: line(section.key("baseline")),
        reference: line(section.key("reference")).unwrap_or(1),
        rules: Vec::new(),
    };
    let head = Head {
        folder: folder.to_owned(),
        title,
        baseline,
        candidate,
        reference,
        lines,
        section,
    };
    (head, scheme)
}

/// Reads the rest. What is wrong with the file itself is noted there, what is wrong with others
/// is added to `faults`.
pub(super) fn finish(
    root: &Root,
    head: Head<'_>,
    around: &Surroundings<'_>,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Classifier> {
    let (id, scheme) = &around.classifiers[around.own];
    let scheme = scheme.as_ref();
    let mut section = head.section;
    let file = section.file;
    let available = prompt::names(root, &head.folder);
    let mut revision =
        |text: &Text<'_>| revision(root, file, &head.folder, text, scheme, &available, faults);
    let candidate = head.candidate.as_ref().and_then(&mut revision);
    let same = |text: &&Text<'_>| {
        let candidate = head.candidate.as_ref();
        candidate.is_some_and(|candidate| candidate.value == text.value)
    };
    let baseline = head.baseline.as_ref().map(|text| match same(&text) {
        // Its faults have been found already.
        true => candidate.clone(),
        false => revision(text),
    });
    let reference = head.reference.as_ref().and_then(|settings| {
        let of = (scheme, around.items);
        let mut reference = reference(root, file, settings, of, digests, faults)?;
        let reviews = &settings.reviews;
        reviews.join(root, file, &mut reference, (id, around), digests, faults)?;
        Some(reference)
    });
    let Some(scheme) = scheme else {
        for key in ["telemetry", "direction", "gate"] {
            section.key(key);
        }
        section.finish();
        return None;
    };
    let (rules, rule_names, rule_lines) = checks::rules(&mut section, scheme, around.items);
    let directions = checks::directions(&mut section, scheme, around);
    let subject = Subject {
        rules: rule_names,
        slices: around.items.map(|items| &*items.slices),
        no_baseline: section.key("baseline").is_none().then(|| {
            let message = "nothing to compare with: this classifier names no `baseline`";
            let help = "add `baseline = \"v1\"` at the top of the file";
            (message.to_owned(), help.to_owned())
        }),
        ..Subject::of_scheme(scheme)
    };
    let gates = gates::read_all(section.tables("gate"), &subject);
    section.finish();
    Some(Classifier {
        id: id.clone(),
        title: head.title.unwrap_or_else(|| id.clone()),
        scheme: scheme.clone(),
        candidate: candidate?,
        baseline: match baseline {
            Some(baseline) => Some(baseline?),
            None => None,
        },
        reference: reference?,
        rules,
        directions,
        gates,
        folder: head.folder,
        file: file.path.clone(),
        lines: Lines {
            rules: rule_lines,
            ..head.lines
        },
    })
}

fn revision(
    root: &Root,
    file: &File,
    folder: &Path,
    name: &Text<'_>,
    scheme: Option<&Scheme>,
    available: &[String],
    faults: &mut Vec<Fault>,
) -> Option<Revision> {
    if !is_name(name.value) || !available.iter().any(|known| known == name.value) {
        let message = match is_name(name.value) {
            true => format!("no prompt file `{}.md` in this folder", name.value),
            false => format!("`{}` is not the name of a revision", name.value),
        };
        let help = prompt::no_revision(name.value, available);
        file.fault_help(name.span.clone(), message, help);
        return None;
    }
    prompt::load(root, folder, name.value, scheme)
        .map_err(|wrong| faults.extend(wrong))
        .ok()
}

fn reference(
    root: &Root,
    file: &File,
    ReferenceSettings { path, rater, .. }: &ReferenceSettings<'_>,
    (scheme, items): (Option<&Scheme>, Option<&Items>),
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<Reference> {
    let table = items::read(root, file, path, digests, faults)?;
    let labels::Read {
        references: raters,
        mut confidence,
    } = labels::read(&table, scheme?, items?)
        .map_err(|wrong| faults.extend(wrong))
        .ok()?;
    let names = raters.raters.iter().map(|(name, _)| &**name);
    let rater = match rater {
        None => 0,
        Some(rater) => {
            let position = names.clone().position(|name| name == rater.value);
            if position.is_none() {
                let message = format!("no rater `{}` in `{}`", rater.value, path.value);
                file.fault_help(rater.span.clone(), message, among(rater.value, names));
            }
            position?
        }
    };
    Some(Reference {
        path: path.value.into(),
        raters,
        rater,
        confidence: Confidences {
            stated: confidence.swap_remove(rater),
            ..Confidences::default()
        },
        reviews: Default::default(),
        decided: Vec::new(),
        adjudicated: false,
    })
}
