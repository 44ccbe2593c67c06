//! Names or numbers from left to right, values upwards.

use super::text::{spread, text_width};
use super::{
    Anchor, Draft, Ink, LINE, NAMES_SHARE, Picture, Room, Shape, Stroke, is_joined, missing,
    radius, tick_room,
};
use crate::report::plot::{Along, Kind, Plot, Point, Reference, Series};

/// Names or numbers to the right, values upwards.
pub(super) fn draw(plot: &Plot, room: Room) -> Picture {
    let Room { width, font } = room;
    let mut draft = Draft {
        font,
        shapes: Vec::new(),
    };
    let inner = (width * 0.42).clamp(font * 12.0, font * 24.0);
    let heading = plot.values.heading();
    let has_key = plot.series.len() > 1 && !end_apart(plot, inner, font);
    let lines = usize::from(!heading.is_empty()) + usize::from(has_key);
    let top = font * (0.6 + LINE * lines as f64);
    let bottom = top + inner;
    let ticks = plot.values.ticks(7);
    let widest = |texts: &mut dyn Iterator<Item = &str>| {
        texts.map(|text| text_width(text, font)).fold(0.0, f64::max)
    };
    let left = widest(&mut ticks.iter().map(|tick| &*tick.1)) + font;
    // Names of lines stand at their ends.
    let named: Vec<&Series> = match plot.series.len() > 1 && !has_key {
        true => plot.series.iter().collect(),
        false => Vec::new(),
    };
    let ends = named.iter().map(|series| &*series.name);
    let references = plot.references.iter().map(|reference| match reference {
        Reference::Value { name, .. } | Reference::Diagonal { name } => &**name,
    });
    let ends = widest(&mut ends.chain(references)).min(width * NAMES_SHARE);
    let right = width - if ends > 0.0 { ends + font } else { font };
    let up = |value: f64| bottom - plot.values.place(value) * inner;
    let n_names = match &plot.along {
        Along::Rows(names) | Along::Columns(names) => names.names.len().max(1),
        Along::Scale(_) => 0,
    };
    let pitch = (right - left) / n_names.max(1) as f64;
    let across = |at: f64| match &plot.along {
        Along::Rows(_) | Along::Columns(_) => left + pitch * (at + 0.5),
        Along::Scale(scale) => {
            // The first day would stand on the numbers of the other axis.
            let inset = if scale.kind == Kind::Days { font } else { 0.0 };
            left + inset + scale.place(at) * (right - left - 2.0 * inset)
        }
    };
    if !heading.is_empty() {
        draft.cut_text((0.0, font), Ink::Title, Anchor::Start, &heading, width);
    }
    if has_key {
        let line = usize::from(!heading.is_empty()) as f64;
        draft.key(&plot.series, (left, font * (1.0 + LINE * line)), width);
    }
    for (tick, text) in &ticks {
        let y = up(*tick);
        draft.line(Stroke::Grid, (left, y), (right, y));
        let at = (left - font * 0.6, y + font * 0.35);
        draft.text(at, Ink::Tick, Anchor::End, text);
    }
    draft.line(Stroke::Axis, (left, bottom), (right, bottom));
    let title = along(&mut draft, plot, &across, (left, right), (bottom, pitch));
    let mut side: Vec<(f64, Ink, &str)> = Vec::new();
    for reference in &plot.references {
        match (reference, &plot.along) {
            (Reference::Value { value, name }, _) => {
                let y = up(*value);
                draft.line(Stroke::Threshold, (left, y), (right, y));
                side.push((y, Ink::Threshold, name));
            }
            (Reference::Diagonal { name }, Along::Scale(scale)) => {
                let from = scale.from.max(plot.values.from);
                let to = scale.to.min(plot.values.to);
                if from < to {
                    let ends = [(across(from), up(from)), (across(to), up(to))];
                    draft.line(Stroke::Threshold, ends[0], ends[1]);
                    side.push((up(to), Ink::Threshold, name));
                }
            }
            (Reference::Diagonal { .. }, Along::Rows(_) | Along::Columns(_)) => {}
        }
    }
    // Series beside one another where they share places, so that whiskers do not hide one another.
    let n_series = plot.series.len().max(1);
    let aside = match n_names {
        0 => radius(font) * 1.6,
        _ => (pitch / (n_series + 1) as f64).min(font * 0.9),
    };
    for position in 0..plot.series.len() {
        let offset = aside * (position as f64 - (n_series - 1) as f64 / 2.0);
        points(
            &mut draft,
            &plot.series,
            position,
            (bottom, offset),
            (&across, &up),
        );
    }
    for (position, series) in named.iter().enumerate() {
        let last = series.points.iter().rev().find_map(Point::shown);
        if let Some(last) = last {
            side.push((up(last.value), Ink::Series(position), &series.name));
        }
    }
    let wanted: Vec<f64> = side.iter().map(|(y, ..)| *y).collect();
    let places = spread(&wanted, font * 1.15, (top, bottom));
    for ((_, ink, name), y) in side.into_iter().zip(places) {
        let at = (right + font * 0.5, y + font * 0.35);
        draft.cut_text(at, ink, Anchor::Start, name, ends);
    }
    let mut height = bottom + font * LINE;
    if !title.is_empty() {
        height += font * LINE;
        let at = ((left + right) / 2.0, height - font * 0.3);
        draft.cut_text(at, Ink::Title, Anchor::Middle, &title, width);
    }
    draft.picture(width, height + font * 0.3)
}

/// Whether lines end at one place along the axis, far enough apart for each to have its name there.
fn end_apart(plot: &Plot, inner: f64, font: f64) -> bool {
    let last = |series: &Series| {
        let mut points = series.points.iter().rev();
        points.find_map(|point| Some((point.at, point.shown()?.value)))
    };
    let ends: Option<Vec<(f64, f64)>> = plot.series.iter().map(last).collect();
    let Some(ends) = ends.filter(|_| is_joined(plot)) else {
        return false;
    };
    let mut heights: Vec<f64> = ends
        .iter()
        .map(|(_, value)| plot.values.place(*value) * inner)
        .collect();
    heights.sort_by(f64::total_cmp);
    let places = ends.iter().map(|(at, _)| *at);
    places.clone().zip(places.skip(1)).all(|(a, b)| a == b)
        && heights.windows(2).all(|pair| pair[1] - pair[0] >= font)
}

/// The names or numbers below an upright plot; gives the title of the axis.
fn along(
    draft: &mut Draft,
    plot: &Plot,
    across: &dyn Fn(f64) -> f64,
    (left, right): (f64, f64),
    (bottom, pitch): (f64, f64),
) -> String {
    let font = draft.font;
    // Lower than the numbers of the other axis, which end at the same height.
    let y = bottom + font * 1.4;
    match &plot.along {
        Along::Rows(names) | Along::Columns(names) => {
            let widest = names.names.iter().map(|name| text_width(name, font));
            let widest = widest.fold(0.0, f64::max) + font;
            // Every name, every second …: the last one always, which is where the eye ends.
            let every = (widest / pitch).ceil().max(1.0) as usize;
            let n = names.names.len();
            for (position, name) in names.names.iter().enumerate() {
                if (n - 1 - position).is_multiple_of(every) {
                    let half = text_width(name, font).min(right - left) / 2.0;
                    let x = across(position as f64).min(right + font - half);
                    draft.cut_text((x, y), Ink::Label, Anchor::Middle, name, right - left);
                }
            }
            names.title.clone()
        }
        Along::Scale(scale) => {
            for (tick, text) in scale.ticks(tick_room(scale, right - left, font)) {
                let x = across(tick);
                draft.line(Stroke::Axis, (x, bottom), (x, bottom + font * 0.3));
                draft.text((x, y), Ink::Tick, Anchor::Middle, &text);
            }
            scale.heading()
        }
    }
}

/// The points of a series in an upright plot, what joins them, and where there are none.
fn points(
    draft: &mut Draft,
    all: &[Series],
    position: usize,
    (bottom, offset): (f64, f64),
    (across, up): (&dyn Fn(f64) -> f64, &dyn Fn(f64) -> f64),
) {
    let font = draft.font;
    let series = &all[position];
    if series.is_joined {
        let runs = series.points.split(|point| point.shown().is_none());
        for run in runs.filter(|run| run.len() > 1) {
            let at = run.iter().filter_map(|point| {
                let shown = point.shown()?;
                Some((across(point.at) + offset, up(shown.value)))
            });
            let line = Shape::Line(Stroke::Line(position), at.collect());
            draft.shapes.push(line);
        }
    }
    for point in &series.points {
        if !point.at.is_finite() {
            continue;
        }
        let x = across(point.at) + offset;
        let Some(shown) = point.shown() else {
            // Beside another's whiskers there is no room for words; the gap is seen.
            let is_lone = !all
                .iter()
                .flat_map(|series| &series.points)
                .any(|other| other.at == point.at && other.shown().is_some());
            if let Some(text) = missing(all, position, point.at).filter(|_| is_lone) {
                let at = (x, bottom - font * 0.4);
                draft.text(at, Ink::Missing, Anchor::Middle, text);
            }
            continue;
        };
        let at = (x, up(shown.value));
        if let Some((low, high)) = shown.limits {
            let ends = [(x, up(low)), (x, up(high))];
            draft.whisker(position, at, ends, radius(font));
        }
        draft.shapes.push(Shape::Dot {
            at,
            series: position,
            is_hollow: shown.is_weak,
            says: point.says.clone(),
        });
    }
}
