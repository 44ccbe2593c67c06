//! Rows of a report on raters.

use super::row::{Place, Rows};
use super::{hidden_slice, named, scope};
use crate::report::model::RaterReport;
use crate::score::RaterMeasures;

pub(super) fn rows(rows: &mut Rows, report: &RaterReport) {
    let place = Place {
        classifier: &report.classifier,
        side: "raters",
        ..Place::default()
    };
    measures(rows, report, place, &report.score.all);
    for (slice, value) in &report.score.hidden_slices {
        hidden_slice(rows, place, &report.names.slices[*slice], value);
    }
    for score in &report.score.slices {
        let place = Place {
            slice: &report.names.slices[score.slice],
            slice_value: &score.value,
            ..place
        };
        measures(rows, report, place, &score.measures);
    }
}

fn measures(rows: &mut Rows, report: &RaterReport, place: Place<'_>, measures: &RaterMeasures) {
    let account = &measures.account;
    for (key, count) in [
        ("total", account.total),
        ("scored", account.scored),
        ("clusters", account.n_clusters),
        ("rated_once", account.rated_once),
        ("unrated", account.unrated),
    ] {
        rows.count(scope(place, "items"), key, count);
    }
    for (metric, measured) in &measures.metrics {
        rows.measured(scope(place, "overall"), metric.key(), measured);
    }
    for pair in &measures.pairs {
        let [one, other] = pair.raters.map(|rater| &*report.raters[rater]);
        let place = Place {
            revision: other,
            against: one,
            ..scope(place, "pair")
        };
        rows.count(place, "items", pair.n_items);
        for (metric, measured) in &pair.metrics {
            rows.measured(place, metric.key(), measured);
        }
    }
    for (name, rater) in report.raters.iter().zip(&account.raters) {
        let place = Place {
            revision: name,
            ..scope(place, "rater")
        };
        for (key, count) in [
            ("ratings", rater.ratings),
            ("missing", rater.missing),
            ("excluded", rater.excluded),
        ] {
            rows.count(place, key, count);
        }
        for (label, count) in report.names.labels.iter().zip(&rater.uses) {
            rows.count(named(place, "rater", label), "uses", *count);
        }
    }
}
