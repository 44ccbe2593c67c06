//! The course of a classifier as plots: its headline figure from run to run, and by month.

use super::{Course, Point, Standing, any_report, by_month};
use crate::report::document::{Block, extent, headline_figures, mark, range, words};
use crate::report::model::Report;
use crate::report::numbers;
use crate::report::plot::ticks::day_at;
use crate::report::plot::{self, Along, Kind, Mark, Names, Plot, Scale, Series};

/// With more models than this their lines could not be told apart.
const MOST_LINES: usize = 3;
/// Runs stand along days if no two are nearer to each other than this part of all the time.
const NEAREST: f64 = 0.03;

/// The first headline figure of each run: a line for each model, along days where they are apart.
pub(super) fn runs(course: &Course) -> Option<Block> {
    let report = any_report(course)?;
    let figure = *headline_figures(report).first()?;
    let (name, range) = (report.figure_name(figure), range(figure));
    let shown = |point: &Point| -> (Mark, String) {
        match &point.standing {
            Standing::Assessed { report, .. } => {
                let measured = report.scorecard.figure(figure);
                (mark(measured, range), words(measured, range))
            }
            Standing::Remembered { figures, .. } => {
                let known = figures.iter().find(|(known, _)| *known == name);
                known.map_or((Mark::Absent, "–".to_owned()), |(_, value)| {
                    let mark = Mark::Value {
                        value: *value,
                        limits: None,
                        is_weak: false,
                    };
                    let value = numbers::fixed(*value, 2);
                    (mark, format!("{value}†, as the last gate then had it"))
                })
            }
            Standing::Unknown => (Mark::Absent, "–".to_owned()),
        }
    };
    let has_value = |point: &&Point| matches!(shown(point).0, Mark::Value { .. });
    if course.points.iter().filter(has_value).count() < 2 {
        return None;
    }
    let mut models: Vec<&str> = Vec::new();
    for point in &course.points {
        if !models.contains(&&*point.model) {
            models.push(&point.model);
        }
    }
    let has_lines = models.len() <= MOST_LINES;
    let (along, places) = match days(&course.points) {
        Some((scale, days)) if has_lines => (Along::Scale(scale), days),
        _ => by_name(&course.points, has_lines),
    };
    let points = course.points.iter().zip(&places).map(|(point, at)| {
        let (mark, value) = shown(point);
        let Point { run, revision, .. } = point;
        let (when, model) = (&point.at, &point.model);
        let says = format!("{when}, run {run}, {revision}, {model}: {value}");
        let at = *at;
        (&**model, plot::Point { at, mark, says })
    });
    let points: Vec<(&str, plot::Point)> = points.collect();
    let says: Vec<&str> = points.iter().map(|(_, point)| &*point.says).collect();
    let extent = extent(&points.iter().map(|(_, point)| point).collect::<Vec<_>>());
    let series = |is_drawn: &dyn Fn(&str) -> bool, name: &str| Series {
        name: name.to_owned(),
        points: points
            .iter()
            .filter(|(model, _)| is_drawn(model))
            .map(|(_, point)| point.clone())
            .collect(),
        is_joined: has_lines,
    };
    let series = match has_lines {
        true => models
            .iter()
            .map(|name| series(&|model| model == *name, name))
            .collect(),
        false => vec![series(&|_| true, "all models")],
    };
    Some(Block::Plot(Plot {
        title: format!("{}: {name} from run to run", course.classifier),
        summary: format!("{}.", says.join("; ")),
        values: Scale::covering(&name, Kind::Linear, extent, range),
        along,
        series,
        references: Vec::new(),
    }))
}

/// When each run was, if that tells them apart.
fn days(points: &[Point]) -> Option<(Scale, Vec<f64>)> {
    let days: Option<Vec<f64>> = points.iter().map(|point| day_at(&point.at)).collect();
    let days = days?;
    let mut sorted = days.clone();
    sorted.sort_by(f64::total_cmp);
    let (first, last) = (sorted.first()?.floor(), sorted.last()?.ceil());
    let mut gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
    let scale = Scale {
        title: String::new(),
        unit: None,
        from: first,
        to: last,
        kind: Kind::Days,
    };
    gaps.all(|gap| gap >= NEAREST * (last - first))
        .then_some((scale, days))
}

/// One run beside the next, however long was between them. Without lines, names say more.
fn by_name(points: &[Point], has_lines: bool) -> (Along, Vec<f64>) {
    let names = points.iter().map(|point| match has_lines {
        true => format!("{}, run {}", point.revision, point.run),
        false => format!("{}, run {}, {}", point.revision, point.run, point.model),
    });
    let names = Names::of("", names);
    let places = (0..points.len()).map(|place| place as f64).collect();
    let along = match has_lines {
        true => Along::Columns(names),
        false => Along::Rows(names),
    };
    (along, places)
}

/// The first headline figure by month, a line for each of the latest runs.
pub(super) fn months(course: &Course) -> Option<Block> {
    let assessed = course.points.iter();
    let assessed = assessed.filter_map(|point| Some((point, point.standing.report()?)));
    let assessed: Vec<(&Point, &Report)> = assessed.collect();
    let (_, report) = assessed.last()?;
    let figure = *headline_figures(report).first()?;
    let (name, range) = (report.figure_name(figure), range(figure));
    let months: Vec<&str> = by_month(report).map(|(month, _)| month).collect();
    if months.len() < 2 {
        return None;
    }
    let latest = &assessed[assessed.len().saturating_sub(MOST_LINES)..];
    let series = latest.iter().map(|(point, report)| {
        let run = format!("{}, run {}", point.revision, point.run);
        let points = months.iter().enumerate().map(|(place, month)| {
            let mut slices = by_month(report);
            let found = slices.find(|(value, _)| value == month);
            let measured = found.and_then(|(_, slice)| slice.figure(figure));
            plot::Point {
                at: place as f64,
                mark: mark(measured, range),
                says: format!("{month}, {run}: {}", words(measured, range)),
            }
        });
        Series {
            points: points.collect(),
            name: run,
            is_joined: true,
        }
    });
    let series: Vec<Series> = series.collect();
    let points = || series.iter().flat_map(|one| &one.points);
    let says: Vec<&str> = points().map(|point| &*point.says).collect();
    let extent = extent(&points().collect::<Vec<_>>());
    Some(Block::Plot(Plot {
        title: format!("{}: {name} by month", course.classifier),
        summary: format!("{}.", says.join("; ")),
        values: Scale::covering(&name, Kind::Linear, extent, range),
        along: Along::Columns(Names::of("", months)),
        series,
        references: Vec::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(moments: &[&str]) -> Vec<Point> {
        let point = |(at, run): (&&str, i64)| Point {
            at: (*at).to_owned(),
            run,
            n_runs: 1,
            revision: "v1".to_owned(),
            provider: "command".to_owned(),
            model: "a".to_owned(),
            standing: Standing::Unknown,
        };
        moments.iter().zip(1..).map(point).collect()
    }

    #[test]
    fn runs_stand_along_days_only_where_these_tell_them_apart() {
        let (scale, places) = days(&points(&[
            "2026-03-01 12:00",
            "2026-03-04 00:00",
            "2026-03-09 18:00",
        ]))
        .unwrap();
        assert_eq!((scale.from, scale.to), (20_513.0, 20_522.0));
        assert_eq!(places, [20_513.5, 20_516.0, 20_521.75]);
        let crowded = ["2026-03-01 12:00", "2026-03-01 12:05", "2026-06-01 12:00"];
        assert!(days(&points(&crowded)).is_none());
        assert!(days(&points(&["2026-03-01 12:00", ""])).is_none());
    }

    #[test]
    fn a_classifier_that_no_answers_are_left_of_has_no_plot() {
        let course = Course {
            classifier: "mode".to_owned(),
            title: String::new(),
            points: points(&["2026-03-01 12:00", "2026-03-04 00:00"]),
        };
        assert_eq!((runs(&course), months(&course)), (None, None));
    }
}
