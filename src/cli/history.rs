//! The looks taken at a gold set: kept in the store, and warned of when they become many.

use std::path::Path;

use super::asking::now;
use super::progress::say;
use super::settings::Settings;
use crate::ask::{hex, sha256};
use crate::looks::Looks;
use crate::model::Split;
use crate::project::{Classifier, Project};
use crate::report::{Report, Run};
use crate::store::{Look, Store, StoreError};

/// Writes down that the candidates of a run were held against the gold set, and adds to the
/// warnings what the looks so far amount to. A store that cannot be written is said and no more:
/// the verdict does not rest on it.
pub(super) fn keep(project: &Project, run: &mut Run, store: &Path, settings: &Settings) {
    if let Err(error) = try_keep(project, run, store)
        && !settings.quiet
    {
        say(&format!(
            "this look at the gold set is not written down: {error}"
        ));
    }
}

fn try_keep(project: &Project, run: &mut Run, store: &Path) -> Result<(), StoreError> {
    let store = Store::open(store)?;
    let mut warnings = Vec::new();
    let is_held_out = project.split == Some(Split::Test);
    for report in run.reports.iter().filter(|report| !report.gates.is_empty()) {
        let Some(classifier) = project.classifier(&report.classifier) else {
            continue;
        };
        let gold = gold_digest(project, classifier);
        let prompt = &*classifier.candidate.sha256;
        let earlier = store.looks(&classifier.id, &gold)?;
        let earlier = earlier.iter().map(|look| &*look.prompt_sha256);
        let looks = Looks::count(earlier, prompt, is_held_out);
        store.record_look(&look(report, prompt, &gold))?;
        warnings.extend(looks.warning(&classifier.id));
    }
    if let Some(guard) = &mut run.guard {
        guard.warnings.extend(warnings);
    }
    Ok(())
}

fn look(report: &Report, prompt: &str, gold: &str) -> Look {
    let metrics = report.scorecard.all.metrics.iter();
    let figures: Vec<String> = metrics
        .filter_map(|(metric, measured)| {
            let value = measured.as_ref().ok()?.value;
            Some(format!("\"{}\":{value}", metric.key()))
        })
        .collect();
    Look {
        at: now(),
        classifier: report.classifier.as_str().into(),
        prompt_sha256: prompt.into(),
        gold_digest: gold.into(),
        verdict: report
            .verdict()
            .map_or("none", |verdict| verdict.key())
            .into(),
        figures: format!("{{{}}}", figures.join(",")).into(),
    }
}

/// What a classifier is judged on: the items with their texts, and the reference labels.
fn gold_digest(project: &Project, classifier: &Classifier) -> String {
    let mut all = Vec::new();
    for item in &project.items.items {
        all.extend(item.id.as_bytes());
        all.extend([0]);
        all.extend(item.text_sha256);
    }
    let reference = crate::fault::shown(&classifier.reference.path);
    let digest = project
        .digests
        .iter()
        .find(|digest| *digest.file == *reference);
    all.extend(digest.map_or("", |digest| &digest.sha256).as_bytes());
    hex(&sha256(&all))
}
