//! Items and reference labels that are not what they were. New items and new labels are no finding.

use std::collections::HashMap;

use super::{Sides, relative};
use crate::finding::{Finding, FindingName, Spot};
use crate::model::{Item, Items, Label, Scheme};
use crate::project::{Classifier, Project};

/// So many ids are kept with a finding.
const MOST_IDS: usize = 10;

/// What happened to the items.
pub(super) fn items(before: &Project, now: &Project) -> Vec<Finding> {
    let place = Spot::file(now.root.join(&now.texts.path));
    let was = Spot::file(&before.texts.path);
    let finding = |name, message: String, ids: &[&str]| {
        let finding = Finding::new(name, message, place.clone()).was(was.clone());
        with_ids(finding, ids)
    };
    let mut findings = Vec::new();
    let gone: Vec<&str> = before
        .items
        .items
        .iter()
        .filter(|item| now.items.position(&item.id).is_none())
        .map(|item| &*item.id)
        .collect();
    if !gone.is_empty() {
        let message = format!("{} are gone", of(gone.len(), before.items.len(), "item"));
        findings.push(finding(FindingName::GoldRemoved, message, &gone));
    }
    let both: Vec<(&Item, &Item)> = before
        .items
        .items
        .iter()
        .filter_map(|item| Some((item, &now.items.items[now.items.position(&item.id)?])))
        .collect();
    let columns = Columns::new(&before.items, &now.items);
    let mut edited: Vec<&str> = Vec::new();
    let mut what = Vec::new();
    type Differs<'c> = &'c dyn Fn(&Item, &Item) -> bool;
    let kinds: [(&str, Differs<'_>); 3] = [
        ("text", &|old, new| old.text_sha256 != new.text_sha256),
        ("telemetry", &|old, new| columns.telemetry_differs(old, new)),
        ("slices", &|old, new| columns.slices_differ(old, new)),
    ];
    for (kind, differs) in kinds {
        let changed = both.iter().filter(|(old, new)| differs(old, new));
        let ids: Vec<&str> = changed.map(|(old, _)| &*old.id).collect();
        if !ids.is_empty() {
            what.push(format!("the {kind} of {}", counted(ids.len(), "item")));
            edited.extend(ids);
        }
    }
    if !edited.is_empty() {
        edited.sort_unstable();
        edited.dedup();
        let message = format!("{} changed", what.join(", "));
        findings.push(finding(FindingName::GoldEdited, message, &edited));
    }
    let moved = other_clusters(before, now, &both);
    if !moved.is_empty() {
        let message = format!("{} in other clusters", of(moved.len(), both.len(), "item"));
        findings.push(finding(FindingName::ClustersChanged, message, &moved));
    }
    let split: Vec<&str> = both
        .iter()
        .filter(|(old, new)| old.split.is_some() && old.split != new.split)
        .map(|(old, _)| &*old.id)
        .collect();
    if !split.is_empty() {
        let message = format!(
            "{} on another side of the split",
            of(split.len(), both.len(), "item")
        );
        findings.push(finding(FindingName::SplitChanged, message, &split));
    }
    findings
}

/// Where each column of telemetry and each slice stands now.
struct Columns {
    telemetry: Vec<Option<usize>>,
    slices: Vec<Option<usize>>,
}

impl Columns {
    fn new(before: &Items, now: &Items) -> Self {
        let telemetry = |name: &str| {
            now.telemetry
                .iter()
                .position(|column| &*column.name == name)
        };
        let slice = |name: &str| now.slices.iter().position(|slice| &**slice == name);
        let columns = before.telemetry.iter();
        Self {
            telemetry: columns.map(|column| telemetry(&column.name)).collect(),
            slices: before.slices.iter().map(|name| slice(name)).collect(),
        }
    }

    fn telemetry_differs(&self, old: &Item, new: &Item) -> bool {
        let values = self.telemetry.iter().zip(&old.telemetry);
        values
            .into_iter()
            .any(|(at, value)| value.as_ref() != at.and_then(|at| new.telemetry.get(at)?.as_ref()))
    }

    /// A slice that nobody looks at any more is missed by the gates that named it.
    fn slices_differ(&self, old: &Item, new: &Item) -> bool {
        let values = self.slices.iter().zip(&old.slices);
        values
            .into_iter()
            .any(|(at, value)| at.is_some_and(|at| new.slices.get(at) != Some(value)))
    }
}

/// Items that do not share their cluster with the same items as before. New names for the same
/// clusters change nothing.
fn other_clusters<'p>(
    before: &'p Project,
    now: &Project,
    both: &[(&'p Item, &Item)],
) -> Vec<&'p str> {
    let mut there: HashMap<usize, usize> = HashMap::new();
    let mut back: HashMap<usize, usize> = HashMap::new();
    // The cluster of the same name, if it has items, is what an item should have stayed in.
    let names: HashMap<&str, usize> = now
        .items
        .clusters
        .iter()
        .map(|name| &**name)
        .zip(0..)
        .collect();
    for (old, new) in both {
        if names.get(&*before.items.clusters[old.cluster]) == Some(&new.cluster) {
            there.insert(old.cluster, new.cluster);
            back.insert(new.cluster, old.cluster);
        }
    }
    let mut moved = Vec::new();
    for (old, new) in both {
        let is_there = *there.entry(old.cluster).or_insert(new.cluster) == new.cluster;
        let is_back = *back.entry(new.cluster).or_insert(old.cluster) == old.cluster;
        if !(is_there && is_back) {
            moved.push(&*old.id);
        }
    }
    moved
}

/// What happened to the labels of the rater that is scored against.
pub(super) fn references(sides: Sides<'_>) -> Vec<Finding> {
    let ((before, old), (now, new)) = (sides.before, sides.now);
    let mut relabelled: Vec<&str> = Vec::new();
    let mut unlabelled: Vec<&str> = Vec::new();
    let mut n_labels = 0;
    for (item, label) in before.items.items.iter().zip(old.reference_labels()) {
        let Some(at) = now.items.position(&item.id) else {
            continue;
        };
        n_labels += usize::from(label.is_some());
        match (
            label,
            new.reference_labels().get(at).and_then(Option::as_ref),
        ) {
            (Some(_), None) => unlabelled.push(&item.id),
            (Some(was), Some(is)) if !is_same(old, was, new, is) => relabelled.push(&item.id),
            _ => {}
        }
    }
    let rater = |classifier: &Classifier| {
        let raters = &classifier.reference.raters.raters;
        raters
            .get(classifier.reference.rater)
            .map(|(name, _)| name.clone())
    };
    let place = Spot::file(now.root.join(&new.reference.path));
    let was = Spot::file(relative(before, &old.reference.path));
    let (n_relabelled, n_unlabelled) = (relabelled.len(), unlabelled.len());
    let is_elsewhere = old.reference.path != new.reference.path;
    let is_other = rater(old) != rater(new);
    if is_other || (is_elsewhere && n_relabelled + n_unlabelled > 0) {
        let mut what = Vec::new();
        if is_other {
            let name = |classifier| rater(classifier).unwrap_or_default();
            what.push(format!("rater {} → {}", name(old), name(new)));
        }
        if is_elsewhere {
            let file = |classifier: &Classifier| crate::fault::shown(&classifier.reference.path);
            what.push(format!("{} → {}", file(old), file(new)));
        }
        let message = format!(
            "{}: reference {}: {} labels differ and {n_unlabelled} are gone of {n_labels}",
            new.id,
            what.join(", "),
            n_relabelled
        );
        relabelled.extend(unlabelled);
        let (at, line) = (new.lines.reference, old.lines.reference);
        let finding = sides.finding(FindingName::ReferenceChanged, message, at, line);
        return vec![with_ids(finding, &relabelled)];
    }
    let mut findings = Vec::new();
    for (name, ids, what) in [
        (FindingName::GoldRelabelled, relabelled, "are others"),
        (FindingName::GoldUnlabelled, unlabelled, "are gone"),
    ] {
        if !ids.is_empty() {
            let n = of(ids.len(), n_labels, "reference label");
            let message = format!("{}: {n} {what}", new.id);
            let finding = Finding::new(name, message, place.clone()).was(was.clone());
            findings.push(with_ids(finding, &ids));
        }
    }
    findings
}

/// Whether two labels of schemes that may differ say the same.
fn is_same(old: &Classifier, was: &Label, new: &Classifier, is: &Label) -> bool {
    match (was, is) {
        (Label::One(was), Label::One(is)) => {
            let id = |scheme: &Scheme, label| scheme.labels().map(|set| set.id(label).to_owned());
            id(&old.scheme, *was) == id(&new.scheme, *is)
        }
        (Label::Counts(was), Label::Counts(is)) => match (&old.scheme, &new.scheme) {
            (Scheme::Decisions(one), Scheme::Decisions(other)) => {
                let is_comparable = one.stages == other.stages && one.deciders == other.deciders;
                !is_comparable || was == is
            }
            _ => was == is,
        },
        _ => was == is,
    }
}

fn with_ids(mut finding: Finding, ids: &[&str]) -> Finding {
    finding.items = ids
        .iter()
        .take(MOST_IDS)
        .map(|id| (*id).to_owned())
        .collect();
    finding
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

fn of(n: usize, all: usize, what: &str) -> String {
    format!("{n} of {}", counted(all, what))
}
