//! The schema `labelgate.report/1`. Fields are only ever added.

mod calibration;
mod comparison;
mod directions;
mod gates;
mod guard;
mod raters;
mod reliability;
mod repeats;
mod spending;

use serde_json::{Value, json};

use super::object::{Object, number_value};
use crate::align::Account;
use crate::model::OutcomeKind;
use crate::report::model::{Early, Manifest, Report, Run};
use crate::score::{Figure, Measured, Measures, RuleScore, Shown, SliceScore};
use crate::stat::Undefined;
use guard::with_guard;

const SCHEMA: &str = "labelgate.report/1";

pub(super) fn render(run: &Run) -> String {
    let value = match (&*run.reports, &*run.rater_reports) {
        ([report], []) => one(report, run, true),
        ([], [report]) => whole(raters::one(report), run),
        (reports, rater_reports) => with_guard(
            Object::new()
                .with("schema", SCHEMA)
                .with("verdict", run.verdict.map(|verdict| verdict.key()))
                .with("incomplete", &run.incomplete),
            run.guard.as_ref(),
        )
        .with_some("early", run.early.map(early))
        .with(
            "reports",
            reports
                .iter()
                .map(|report| one(report, run, false))
                .chain(rater_reports.iter().map(raters::one))
                .collect::<Vec<_>>(),
        )
        .with("manifest", manifest(&run.manifest)),
    };
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn one(report: &Report, run: &Run, is_whole: bool) -> Object {
    // That of the run counts what was found besides.
    let verdict = match is_whole {
        true => run.verdict,
        false => report.verdict(),
    };
    let card = &report.scorecard;
    let measures = &card.all;
    let mut object = Object::new()
        .with("schema", SCHEMA)
        .with("classifier", &*report.classifier)
        .with("title", &*report.title)
        .with("scheme", report.scheme)
        .with("labels", &report.names.labels)
        .with("candidate", &*report.candidate)
        .with("baseline", report.baseline.as_deref())
        .with("reference", &*report.reference)
        .with("items", account(&measures.account))
        .with("metrics", metrics(measures));
    if let Some(baseline) = &card.baseline {
        object = object.with("baseline_metrics", metrics(baseline));
    }
    for (key, score) in [
        ("repeats", &report.repeats.candidate),
        ("baseline_repeats", &report.repeats.baseline),
    ] {
        if let Some(score) = score {
            object = object.with(key, repeats::repeats(score, report.scheme));
        }
    }
    object = with_tables(object, report, measures);
    if !report.seconds.is_empty() {
        object = object.with("reference_reliability", reliability::reliability(report));
    }
    object = object
        .with("calibration", calibration::calibration(report))
        .with("telemetry", rules(report))
        .with("directions", directions::directions(report))
        .with(
            "slices",
            card.slices
                .iter()
                .map(|score| slice(report, score))
                .chain(
                    card.hidden_slices
                        .iter()
                        .map(|(slice, value)| hidden_slice(&report.names.slices[*slice], value)),
                )
                .collect::<Vec<_>>(),
        )
        .with(
            "comparison",
            card.comparison
                .as_ref()
                .map_or_else(Object::new, |compared| {
                    comparison::compared(report, compared)
                }),
        )
        .with(
            "gates",
            report
                .gates
                .iter()
                .map(|gate| gates::judged(report, gate))
                .collect::<Vec<_>>(),
        )
        .with("verdict", verdict.map(|verdict| verdict.key()))
        .with("notes", &report.notes);
    if is_whole {
        object = whole(object, run);
    }
    object
}

/// The report that is all of a run, with what is known of the run.
fn whole(object: Object, run: &Run) -> Object {
    with_guard(
        object.with("incomplete", &run.incomplete),
        run.guard.as_ref(),
    )
    .with_some("early", run.early.map(early))
    .with("manifest", manifest(&run.manifest))
}

/// How much was asked where asking might end early.
fn early(early: Early) -> Object {
    Object::new()
        .with("asked", early.asked)
        .with("of", early.of)
        .with("saved", early.saved)
        .with("stopped", json!(early.stopped()))
}

fn with_tables(object: Object, report: &Report, measures: &Measures) -> Object {
    if let Some(confusion) = &measures.confusion {
        let row = |row: &Vec<Shown<f64>>| row.iter().map(|count| shown(*count)).collect();
        let counts: Vec<Value> = confusion.counts.iter().map(row).collect();
        let classes = measures.classes.iter().zip(&report.names.labels);
        return object
            .with(
                "confusion",
                Object::new()
                    .with("rows", "reference")
                    .with("columns", "candidate")
                    .with("labels", &report.names.labels)
                    .with("counts", Value::Array(counts)),
            )
            .with(
                "classes",
                classes
                    .map(|(class, label)| {
                        let object = Object::new()
                            .with("label", &**label)
                            .with("reference", shown(class.reference))
                            .with("candidate", shown(class.candidate))
                            .with("true_positive", shown(class.true_positive));
                        class
                            .metrics
                            .iter()
                            .fold(object, |object, (metric, measured)| {
                                object.with(metric.key(), estimate(measured))
                            })
                    })
                    .collect::<Vec<_>>(),
            );
    }
    if measures.shares.is_empty() {
        return object;
    }
    let shares = measures.shares.iter().zip(&report.names.shares);
    object.with(
        "shares",
        shares.fold(Object::new(), |shares, (share, name)| {
            let metrics = share
                .metrics
                .iter()
                .fold(Object::new(), |object, (metric, measured)| {
                    object.with(metric.key(), estimate(measured))
                });
            shares.with(
                &**name,
                Object::new()
                    .with("undefined_items", share.undefined)
                    .with("metrics", metrics),
            )
        }),
    )
}

fn account(account: &Account) -> Object {
    Object::new()
        .with("total", account.total)
        .with("scored", account.scored)
        .with("clusters", account.n_clusters)
        .with("missing_reference", account.missing_reference)
        .with("missing_candidate", account.missing_candidate)
        .with(
            "excluded",
            Object::new()
                .with("both", account.excluded.both)
                .with("reference_only", account.excluded.reference_only)
                .with("candidate_only", account.excluded.candidate_only),
        )
        .with(
            "outcomes",
            OutcomeKind::ALL
                .into_iter()
                .fold(Object::new(), |object, kind| {
                    object.with(kind.key(), account.outcome(kind))
                }),
        )
        .with("normalised", account.normalised)
}

fn metrics(measures: &Measures) -> Object {
    measures
        .metrics
        .iter()
        .fold(Object::new(), |object, (metric, measured)| {
            object.with(metric.key(), estimate(measured))
        })
}

/// A count; null where it is hidden.
fn shown(count: Shown<f64>) -> Value {
    count.map_or(Value::Null, number_value)
}

pub(super) fn estimate(measured: &Measured) -> Object {
    let estimate = match measured {
        Err(undefined) => return undefined_value(*undefined),
        Ok(estimate) => estimate,
    };
    let mut object = Object::new()
        .with("value", json!(estimate.value))
        .with("se", json!(estimate.se))
        .with("low", json!(estimate.low()))
        .with("high", json!(estimate.high()))
        .with("level", json!(estimate.level.coverage()));
    object = match &estimate.interval {
        Ok(interval) => object.with("method", interval.method.key()),
        Err(undefined) => object.with("interval_undefined", undefined.code()),
    };
    object = object
        .with("n", estimate.n)
        .with("clusters", estimate.n_clusters as u64);
    if let Some(df) = estimate.df {
        object = object.with("df", json!(df));
    }
    if !estimate.flags.is_empty() {
        let flags: Vec<&str> = estimate.flags.iter().map(|flag| flag.key()).collect();
        object = object.with("flags", json!(flags));
    }
    object
}

fn undefined_value(undefined: Undefined) -> Object {
    Object::new()
        .with("value", Value::Null)
        .with("undefined", undefined.code())
}

fn rules(report: &Report) -> Vec<Object> {
    let card = &report.scorecard;
    let scores = card.rules.iter().zip(&card.reference_rules);
    let of_rule = |((name, says), (score, on_reference)): (&(String, String), _)| {
        let (score, on_reference): (&RuleScore, &RuleScore) = (score, on_reference);
        let ids = score.counterexamples.iter();
        let ids = ids.map(|item| &*report.names.items[*item]);
        let counterexamples = match report.names_items {
            true => json!(ids.collect::<Vec<&str>>()),
            false => json!(score.table[0][1]),
        };
        rule(
            Object::new().with("rule", &**name).with("says", &**says),
            score,
        )
        .with("counterexamples", counterexamples)
        .with("on_reference", rule(Object::new(), on_reference))
    };
    report.names.rules.iter().zip(scores).map(of_rule).collect()
}

fn rule(object: Object, score: &RuleScore) -> Object {
    let object = object
        .with("table", json!(score.table))
        .with("missing_telemetry", score.missing_telemetry)
        .with("failed", score.failed);
    score
        .metrics
        .iter()
        .fold(object, |object, (metric, measured)| {
            object.with(metric.key(), estimate(measured))
        })
}

fn slice(report: &Report, score: &SliceScore) -> Object {
    let object = Object::new()
        .with("slice", &*report.names.slices[score.slice])
        .with("value", &*score.value)
        .with("items", account(&score.measures.account))
        .with("metrics", metrics(&score.measures));
    let rules = report.names.rules.iter().zip(&score.rules);
    object.with(
        "telemetry",
        rules
            .map(|((name, _), score)| rule(Object::new().with("rule", &**name), score))
            .collect::<Vec<_>>(),
    )
}

/// A value of a slice whose figures are hidden.
fn hidden_slice(slice: &str, value: &str) -> Object {
    Object::new()
        .with("slice", slice)
        .with("value", value)
        .with("suppressed", json!(true))
}

/// The keys that name a figure, as in `classifier.toml`.
fn figure_keys(object: Object, report: &Report, figure: Figure) -> Object {
    match figure {
        Figure::Overall(metric) => object.with("metric", metric.key()),
        Figure::Class(class, metric) => object
            .with("metric", metric.key())
            .with("class", &*report.names.labels[class]),
        Figure::Share(share, metric) => object
            .with("metric", metric.key())
            .with("share", &*report.names.shares[share]),
        Figure::Rule(rule, metric) => object
            .with("metric", metric.key())
            .with("rule", &*report.names.rules[rule].0),
    }
}

fn manifest(manifest: &Manifest) -> Object {
    let files = manifest
        .files
        .iter()
        .fold(Object::new(), |object, (path, sha256)| {
            object.with(&**path, &**sha256)
        });
    let intervals = manifest.intervals;
    let object = Object::new()
        .with("version", manifest.version)
        .with("level", json!(intervals.level.coverage()))
        .with("interval", intervals.method.key())
        .with("resamples", u64::from(intervals.resamples))
        .with("seed", json!(intervals.seed))
        .with("min_clusters", u64::from(manifest.min_clusters))
        .with("provider", &*manifest.provider)
        .with("sha256", files);
    match &manifest.spending {
        Some(spent) => object.with("spending", spending::spending(spent)),
        None => object,
    }
}
