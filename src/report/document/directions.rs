//! Directions: a table of what was expected and what was found, and for each the outcome by label
//! as a table and a plot.

use super::plots::{extent, mark, words};
use super::{Block, Cell, Detail, Table, left, right};
use crate::report::model::{Direction, Report};
use crate::report::numbers;
use crate::report::plot::{Along, Kind, Names, Plot, Point, Scale, Series};
use crate::score::directions::{DirectionSide, Expected, Level, Per, Status, Transform, Which};
use crate::score::{Measured, Shown};
use crate::stat::Undefined;

/// A longer title of an axis leaves the page.
const LONGEST_TITLE: usize = 60;
const UNBOUNDED: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The directions of a report.
pub(super) fn directions(report: &Report, detail: Detail) -> Vec<Block> {
    if report.directions.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table(summary(report, detail))];
    if detail == Detail::Full {
        for direction in &report.directions {
            let title = format!("{} by label", direction.name);
            blocks.push(Block::Heading(3, title, None));
            blocks.push(Block::Prose(sentence(report, direction)));
            blocks.push(Block::Table(levels(report, direction)));
            blocks.extend(steps(report, direction).map(Block::Table));
            blocks.push(Block::Plot(plot(report, direction)));
        }
    }
    blocks
}

fn summary(report: &Report, detail: Detail) -> Table {
    let mut directions = report.directions.iter();
    let sides = || report.directions.iter().map(|one| &one.score.candidate);
    let has_cr2 = detail == Detail::Full && sides().any(|side| side.effect_cr2.is_some());
    let per = directions.next().map_or("", |one| per(one.score.per));
    let mut columns = vec![
        left("direction"),
        left("expected"),
        left("found"),
        left(&format!("effect per {per}")),
    ];
    if has_cr2 {
        columns.push(left("small-sample interval"));
    }
    columns.extend([left("on reference"), right("items"), left("")]);
    let rows = report.directions.iter().map(|direction| {
        let side = &direction.score.candidate;
        let mut row = vec![
            Cell::Text(direction.name.clone()),
            Cell::Text(expected(direction.expect).to_owned()),
            Cell::Text(found(side.status).to_owned()),
            effect(&side.effect),
        ];
        if has_cr2 {
            row.push(match &side.effect_cr2 {
                Some(Ok(effect)) => Cell::Number(numbers::limits(effect, UNBOUNDED)),
                _ => Cell::Faint("–".to_owned()),
            });
        }
        row.extend([
            effect(&direction.score.reference.effect),
            count(side.n),
            Cell::Note(note(side)),
        ]);
        row
    });
    Table {
        rows: rows.collect(),
        columns,
    }
}

fn expected(expect: Expected) -> &'static str {
    match expect {
        Expected::Increasing => "rises",
        Expected::Decreasing => "falls",
    }
}

fn found(status: Status) -> &'static str {
    match status {
        Status::Undefined(Undefined::Suppressed) => "not shown",
        status => status.key(),
    }
}

fn per(per: Per) -> &'static str {
    match per {
        Per::Step => "step",
        Per::Unit => "unit",
        Per::LogUnit => "log unit",
        Per::Share => "whole share",
    }
}

fn effect(measured: &Measured) -> Cell {
    match measured {
        Ok(estimate) => {
            let limits = numbers::limits(estimate, UNBOUNDED);
            let text = format!("{} {limits}", numbers::signed(estimate));
            Cell::Number(text.trim_end().to_owned())
        }
        Err(Undefined::Suppressed) => Cell::Suppressed,
        Err(_) => Cell::Faint("–".to_owned()),
    }
}

/// Why there is no effect, and which items it does without.
fn note(side: &DirectionSide) -> String {
    let mut notes = Vec::new();
    if let Status::Undefined(undefined) = side.status {
        notes.push(format!("undefined: {undefined}"));
    }
    // One pair says what is wrong; the report as JSON has all.
    if let Some((column, by)) = side.collinear.first() {
        let others = match side.collinear.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} more like it"),
        };
        notes.push(format!(
            "{column} is determined by {}{others}: leave out one of these controls",
            by.join(", ")
        ));
    }
    let Some(dropped) = &side.dropped else {
        return notes.join("; ");
    };
    let own = [
        (dropped.label, "a usable label".to_owned()),
        (dropped.telemetry, "telemetry".to_owned()),
        (
            dropped.outcome,
            "an outcome that can be computed".to_owned(),
        ),
    ];
    let controls = side.controls.iter().zip(&dropped.controls);
    let controls = controls.map(|(control, n)| (*n, control.name.clone()));
    let without = own.into_iter().chain(controls).filter(|(n, _)| *n > 0);
    notes.extend(without.map(|(n, what)| format!("{n} without {what}")));
    notes.join("; ")
}

/// What is held constant, and what ranks alone say.
fn sentence(report: &Report, direction: &Direction) -> String {
    let side = &direction.score.candidate;
    let names: Vec<&str> = side.controls.iter().map(|one| &*one.name).collect();
    let held = match names.is_empty() {
        true => "Nothing is held constant".to_owned(),
        false => format!("Held constant in the effect: {}", names.join(", ")),
    };
    let tau = numbers::estimate(&side.kendall_tau_b, (-1.0, 1.0));
    let trend = match side.jonckheere_terpstra_p {
        Some(Ok(p)) => {
            let p = numbers::p_value(p);
            let p = p
                .strip_prefix('<')
                .map_or(format!("= {p}"), |p| format!("< {}", p.trim()));
            format!(
                ", Jonckheere–Terpstra p {p} ({})",
                expected(direction.expect)
            )
        }
        _ => String::new(),
    };
    let label = share(report, direction).unwrap_or("label");
    format!(
        "{held}. Below, as it is: the mean of {} by {label}; Kendall tau b {tau}{trend}.",
        transformed(direction),
    )
}

fn share<'a>(report: &'a Report, direction: &Direction) -> Option<&'a str> {
    let share = report.names.shares.get(direction.share?)?;
    Some(share)
}

/// The outcome as it is regressed.
fn transformed(direction: &Direction) -> String {
    match direction.transform {
        Transform::None => direction.outcome.clone(),
        Transform::Log1p => format!("ln(1 + {})", direction.outcome),
    }
}

fn name(report: &Report, which: Which) -> String {
    match which {
        Which::Label(label) => report.names.labels[label].clone(),
        Which::Between(None, None) => "all".to_owned(),
        Which::Between(None, Some(high)) => format!("up to {}", numbers::bound(high)),
        Which::Between(Some(low), None) => format!("over {}", numbers::bound(low)),
        Which::Between(Some(low), Some(high)) => {
            format!(
                "over {}, up to {}",
                numbers::bound(low),
                numbers::bound(high)
            )
        }
    }
}

fn count(n: Shown<u64>) -> Cell {
    match n {
        Some(n) => Cell::Number(n.to_string()),
        None => Cell::Suppressed,
    }
}

fn levels(report: &Report, direction: &Direction) -> Table {
    let (candidate, reference) = (&direction.score.candidate, &direction.score.reference);
    let has_counts = candidate.levels.iter().any(|level| level.n.is_some());
    let mut columns = vec![left(share(report, direction).unwrap_or("label"))];
    if has_counts {
        columns.extend([right("items"), right("clusters")]);
    }
    columns.push(left(&format!("mean, labels of {}", report.candidate)));
    // Groups of numbers differ between the sides, so they do not share rows.
    let of_reference = |level: &Level| reference.levels.iter().find(|one| one.which == level.which);
    let has_reference = candidate
        .levels
        .iter()
        .all(|level| of_reference(level).is_some());
    if has_reference {
        columns.push(left(&format!("labels of {}", report.reference)));
    }
    let mean = |level: &Level| match &level.mean {
        measured @ Ok(_) => Cell::Number(numbers::estimate(measured, UNBOUNDED)),
        Err(Undefined::Suppressed) => Cell::Suppressed,
        Err(_) => Cell::Faint("–".to_owned()),
    };
    let rows = candidate.levels.iter().map(|level| {
        let mut row = vec![Cell::Text(name(report, level.which))];
        if has_counts {
            row.extend([count(level.n), count(level.n_clusters)]);
        }
        row.push(mean(level));
        row.extend(of_reference(level).filter(|_| has_reference).map(mean));
        row
    });
    Table {
        rows: rows.collect(),
        columns,
    }
}

fn steps(report: &Report, direction: &Direction) -> Option<Table> {
    let steps = &direction.score.candidate.steps;
    let label = |label: usize| &report.names.labels[label];
    let rows = steps.iter().map(|step| {
        vec![
            Cell::Text(format!("{} → {}", label(step.from), label(step.to))),
            effect(&step.difference),
            match step.p_holm {
                Some(p) => Cell::Number(numbers::p_value(p)),
                None => Cell::Faint("–".to_owned()),
            },
        ]
    });
    (!steps.is_empty()).then(|| Table {
        rows: rows.collect(),
        columns: vec![left("step"), left("other things equal"), right("p (Holm)")],
    })
}

/// The mean outcome by label on both sides; numbers of the side under test alone.
fn plot(report: &Report, direction: &Direction) -> Plot {
    let (candidate, reference) = (&direction.score.candidate, &direction.score.reference);
    let which = |side: &DirectionSide| -> Vec<Which> {
        side.levels.iter().map(|level| level.which).collect()
    };
    let mut series = vec![(&report.candidate, candidate)];
    if which(candidate) == which(reference) {
        series.push((&report.reference, reference));
    }
    let series: Vec<Series> = series
        .into_iter()
        .map(|(labels, side)| {
            let points = side.levels.iter().zip(0..);
            let point = |(level, at): (&Level, i32)| Point {
                at: f64::from(at),
                mark: mark(Some(&level.mean), UNBOUNDED),
                says: format!(
                    "{}: {}",
                    name(report, level.which),
                    words(Some(&level.mean), UNBOUNDED)
                ),
            };
            Series {
                name: format!("labels of {labels}"),
                points: points.map(point).collect(),
                is_joined: false,
            }
        })
        .collect();
    let says = series.first().into_iter().flat_map(|one| &one.points);
    let says: Vec<&str> = says.map(|point| &*point.says).collect();
    let points: Vec<&Point> = series.iter().flat_map(|one| &one.points).collect();
    let values = extent(&points);
    // The sentence above has a long outcome in full.
    let title = match format!("mean of {}", transformed(direction)) {
        title if title.chars().count() > LONGEST_TITLE => "mean of the outcome".to_owned(),
        title => title,
    };
    let labels = share(report, direction).unwrap_or(&report.classifier);
    Plot {
        title: format!("{} by {labels}", direction.name),
        summary: format!(
            "Mean of {} by {labels}. {}.",
            transformed(direction),
            says.join("; ")
        ),
        values: Scale::covering(&title, Kind::Linear, values, UNBOUNDED),
        along: Along::Rows(Names::of(
            labels,
            candidate
                .levels
                .iter()
                .map(|level| name(report, level.which)),
        )),
        series,
        references: Vec::new(),
    }
}
