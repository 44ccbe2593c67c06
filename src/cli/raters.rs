//! `labelgate score FILE --raters`: agreement among any number of raters.

use std::path::Path;

use super::Failure;
use super::args::{FileArgs, ScaleWord, ScoreArgs};
use super::score::{file_run, read, scheme};
use super::settings::Settings;
use crate::assess::names;
use crate::label_file::{self, Panel, PanelSpec};
use crate::model::Scheme;
use crate::report::{RaterReport, Run};
use crate::score::{Intervals, RaterSubject, Sample, score_raters, withhold_raters};

pub(super) fn score_file(
    args: &ScoreArgs,
    raters: &[String],
    intervals: Intervals,
    settings: &Settings,
) -> Result<Run, Failure> {
    let file = &*args.subject;
    let min_clusters = settings.min_clusters(&args.output, 1)?;
    let spec = spec(raters, &args.file)?;
    let mut digests = Vec::new();
    let table = read(Path::new(file), settings, &mut digests)?;
    let panel = label_file::panel(&spec, &table)?;
    Ok(Run {
        rater_reports: vec![report(file, panel, intervals, min_clusters)],
        ..file_run(file.to_owned(), digests, intervals, min_clusters)
    })
}

fn spec(raters: &[String], args: &FileArgs) -> Result<PanelSpec, Failure> {
    Ok(PanelSpec {
        raters: raters.to_vec(),
        scheme: scheme(args)?,
        labels: args.labels.clone(),
        id: args.id.clone(),
        cluster: args.cluster.clone(),
        slices: args.slice.clone(),
        weight: args.weight.clone(),
        abstain: args.abstain.clone(),
        exclude: args.exclude.clone(),
        log: args.scale == Some(ScaleWord::Log),
    })
}

fn report(file: &str, panel: Panel, intervals: Intervals, min_clusters: u32) -> RaterReport {
    let subject = RaterSubject {
        sample: Sample {
            items: &panel.items,
            weights: panel.weights.as_deref(),
            intervals,
        },
        scheme: &panel.scheme,
        ratings: &panel.ratings,
    };
    let mut score = score_raters(&subject);
    withhold_raters(&subject, &mut score, min_clusters.into());
    let mut notes = panel.notes;
    if let Scheme::Numeric(scale) = &panel.scheme
        && scale.log
    {
        notes.push(
            "Figures are of natural logarithms, but for krippendorff_alpha_ratio.".to_owned(),
        );
    }
    RaterReport {
        classifier: file.to_owned(),
        scheme: panel.scheme.word(),
        raters: panel.raters,
        names: names(&panel.items, &panel.scheme, &[]),
        score,
        notes,
    }
}
