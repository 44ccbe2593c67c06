//! Figures as plots: the headline figure of each value of a slice.

use super::{Block, tables};
use crate::report::model::Report;
use crate::report::numbers;
use crate::report::plot::{Along, Kind, Mark, Names, Plot, Point, Reference, Scale, Series};
use crate::score::{Measured, SliceScore};
use crate::stat::Undefined;

/// Where a measured figure is drawn.
pub(super) fn mark(measured: Option<&Measured>, (low, high): (f64, f64)) -> Mark {
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
pub(super) fn words(measured: Option<&Measured>, range: (f64, f64)) -> String {
    match measured {
        Some(measured @ Ok(estimate)) => format!(
            "{}, {} items",
            numbers::estimate(measured, range),
            numbers::count(estimate.n)
        ),
        Some(Err(Undefined::Suppressed)) => "not shown, too few clusters".to_owned(),
        Some(Err(undefined)) => format!("undefined: {undefined}"),
        None => "–".to_owned(),
    }
}

/// Every number that marks are drawn at.
pub(super) fn extent(points: &[Point]) -> impl Iterator<Item = f64> + '_ {
    points.iter().flat_map(|point| match point.mark {
        Mark::Value { value, limits, .. } => {
            let (low, high) = limits.unwrap_or((value, value));
            vec![value, low, high]
        }
        Mark::Absent | Mark::Suppressed => Vec::new(),
    })
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
        let extent = extent(&points).chain(all.iter().map(|all| all.0));
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
