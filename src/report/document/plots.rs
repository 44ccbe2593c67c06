//! Figures as plots: the headline figure of each value of a slice.

use super::{Block, tables};
use crate::report::model::Report;
use crate::report::numbers;
use crate::report::plot::{Along, Kind, Mark, Names, Plot, Point, Reference, Scale, Series};
use crate::score::{Measured, SliceScore};
use crate::stat::Undefined;

/// Where a measured figure is drawn.
pub(in crate::report) fn mark(measured: Option<&Measured>, (low, high): (f64, f64)) -> Mark {
    match measured {
        Some(Ok(estimate)) => Mark::Value {
            value: estimate.value,
            limits: estimate
                .low()
                .zip(estimate.high())
                .map(|limits| (limits.0.clamp(low, high), limits.1.clamp(low, high))),
            is_weak: estimate.has_few_clusters(),
        },
        Some(Err(Undefined::Suppressed)) => Mark::Suppressed,
        Some(Err(_)) | None => Mark::Absent,
    }
}

/// What a measured figure says.
pub(in crate::report) fn words(measured: Option<&Measured>, range: (f64, f64)) -> String {
    match measured {
        Some(measured @ Ok(_)) => numbers::estimate(measured, range),
        Some(Err(Undefined::Suppressed)) => "not shown, too few clusters".to_owned(),
        Some(Err(undefined)) => format!("undefined: {undefined}"),
        None => "–".to_owned(),
    }
}

/// The numbers that a scale of these marks has room for. Whiskers that are not to be trusted may be
/// of any length: they get as much room as there is between the least and the greatest value.
pub(in crate::report) fn extent(points: &[&Point]) -> Vec<f64> {
    let shown = points.iter().filter_map(|point| match point.mark {
        Mark::Value {
            value,
            limits,
            is_weak,
        } => Some((value, limits.unwrap_or((value, value)), is_weak)),
        Mark::Absent | Mark::Suppressed => None,
    });
    let shown: Vec<(f64, (f64, f64), bool)> = shown.collect();
    let values = shown.iter().map(|(value, ..)| *value);
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let most = values.fold(f64::NEG_INFINITY, f64::max);
    let spread = most - least;
    let room = |(value, (low, high), is_weak): &(f64, (f64, f64), bool)| match is_weak {
        true if spread > 0.0 => [*value, low.max(least - spread), high.min(most + spread)],
        _ => [*value, *low, *high],
    };
    shown.iter().flat_map(room).collect()
}

/// The headline figure by the values of each slice that has several.
pub(super) fn slices(report: &Report) -> Vec<Block> {
    let Some(figure) = tables::headline_figures(report).into_iter().next() else {
        return Vec::new();
    };
    let name = report.figure_name(figure);
    let range = tables::range(figure);
    let all = report.scorecard.figure(figure);
    let slices = &report.scorecard.slices;
    let of_slice = |(position, slice): (usize, &String)| {
        let shown = slices.iter().filter(|one| one.slice == position);
        let shown = shown.map(|score| (&score.value, Some(score)));
        let hidden = report.scorecard.hidden_slices.iter();
        let hidden = hidden.filter(|(slice, _)| *slice == position);
        let values = shown.chain(hidden.map(|(_, value)| (value, None)));
        let values: Vec<(&Box<str>, Option<&SliceScore>)> = values.collect();
        if values.len() < 2 {
            return None;
        }
        let points = values
            .iter()
            .zip(0..)
            .map(|((value, score), at): (_, i32)| {
                let measured = match score {
                    Some(score) => score.figure(figure),
                    None => Some(&Err(Undefined::Suppressed)),
                };
                Point {
                    at: f64::from(at),
                    mark: mark(measured, range),
                    says: format!("{value}: {}", words(measured, range)),
                }
            });
        let points: Vec<Point> = points.collect();
        let all = match all {
            Some(Ok(all)) => Some((all.value, format!("all {}", numbers::value(all)))),
            _ => None,
        };
        let says = points.iter().map(|point| &*point.says);
        let summary = says.collect::<Vec<_>>().join("; ");
        let extent = extent(&points.iter().collect::<Vec<_>>()).into_iter();
        let extent = extent.chain(all.iter().map(|all| all.0));
        Some(Block::Plot(Plot {
            title: format!("{name} by {slice}"),
            summary: format!("{summary}."),
            values: Scale::covering(&name, Kind::Linear, extent, range),
            along: Along::Rows(Names::of(
                "",
                values.iter().map(|(value, _)| value.to_string()),
            )),
            series: vec![Series {
                name: report.candidate.clone(),
                points,
                is_joined: false,
            }],
            references: all
                .into_iter()
                .map(|(value, name)| Reference::Value { value, name })
                .collect(),
        }))
    };
    let names = report.names.slices.iter().enumerate();
    names.filter_map(of_slice).collect()
}
