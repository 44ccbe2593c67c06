//! The history as a tidy table: a row for each figure and gate of each point.

use super::row::{COLUMNS, Numbers, Place, Rows, Ruling};
use super::{gates, scope};
use crate::report::history::{History, Point, Standing};
use crate::report::model::Report;
use crate::report::spreadsheet::guarded;

/// The history as CSV: the columns of a report's table, after those that say which run it is.
pub fn render(history: &History) -> String {
    let mut header: Vec<String> = ["at", "run", "provider", "model"].map(str::to_owned).into();
    header.extend(COLUMNS.map(str::to_owned));
    let mut lines = vec![header];
    for course in &history.courses {
        for point in &course.points {
            let mut rows = Rows::default();
            of_point(&mut rows, &course.classifier, point);
            lines.extend(rows.into_cells().map(|cells| {
                let mut line = vec![
                    guarded(&point.at),
                    point.run.to_string(),
                    guarded(&point.provider),
                    guarded(&point.model),
                ];
                line.extend(cells);
                line
            }));
        }
    }
    super::row::text(lines.into_iter())
}

fn of_point(rows: &mut Rows, classifier: &str, point: &Point) {
    let place = Place {
        classifier,
        side: "candidate",
        revision: &point.revision,
        ..Place::default()
    };
    match &point.standing {
        Standing::Assessed { report, .. } => assessed(rows, place, report),
        Standing::Remembered { verdict, figures } => {
            for (name, value) in figures {
                let overall = scope(place, "overall");
                rows.figure(overall, name, Numbers::p_value(Ok(*value)));
            }
            let ruling = Ruling {
                verdict: verdict.clone(),
                reason: "as the gates then said".to_owned(),
                ..Ruling::default()
            };
            rows.push(scope(place, "run"), "", Numbers::default(), ruling);
        }
        Standing::Unknown => {
            let ruling = Ruling {
                reason: "the prompt has changed since".to_owned(),
                ..Ruling::default()
            };
            rows.push(scope(place, "run"), "", Numbers::default(), ruling);
        }
    }
}

fn assessed<'a>(rows: &mut Rows, place: Place<'a>, report: &'a Report) {
    let place = Place {
        against: &report.reference,
        ..place
    };
    super::account(rows, place, &report.scorecard.all.account);
    super::overall(rows, place, &report.scorecard.all);
    for score in &report.scorecard.slices {
        let place = Place {
            slice: &report.names.slices[score.slice],
            slice_value: &score.value,
            ..place
        };
        super::overall(rows, place, &score.measures);
    }
    for (gate, judgement) in &report.gates {
        gates::judged(rows, report, place, gate, judgement);
    }
}
