//! Names from top to bottom, values from left to right.

use super::text::{broken, text_width};
use super::{
    Anchor, Draft, Ink, LINE, NAMES_SHARE, Picture, Room, Shape, Stroke, missing, radius, tick_room,
};
use crate::report::plot::{Names, Plot, Reference};

/// Names from the top, values to the right.
pub(super) fn draw(plot: &Plot, names: &Names, room: Room) -> Picture {
    let Room { width, font } = room;
    let mut draft = Draft {
        font,
        shapes: Vec::new(),
    };
    let most = width * NAMES_SHARE;
    let labels = names.names.iter().chain([&names.title]);
    let labels = labels
        .map(|name| text_width(name, font))
        .fold(0.0, f64::max);
    let left = labels.min(most) + font;
    let right = width - font;
    let n_series = plot.series.len().max(1);
    let has_key = plot.series.len() > 1;
    let has_title = !names.title.is_empty();
    let lines = usize::from(has_key) + plot.references.len().max(usize::from(has_title));
    let top = font * (0.4 + LINE * lines as f64);
    let is_broken = |name: &String| !broken(name, most, font).1.is_empty();
    let pitch = match names.names.iter().any(is_broken) {
        true => font * (1.9 + 0.8 * (n_series - 1) as f64).max(2.6),
        false => font * (1.9 + 0.8 * (n_series - 1) as f64),
    };
    let bottom = top + pitch * names.names.len() as f64;
    let across = |value: f64| left + plot.values.place(value) * (right - left);
    if has_key {
        draft.key(&plot.series, (left, font), width);
    }
    for (tick, text) in plot
        .values
        .ticks(tick_room(&plot.values, right - left, font))
    {
        let x = across(tick);
        draft.line(Stroke::Grid, (x, top), (x, bottom));
        let at = (x, bottom + font * 1.2);
        draft.text(at, Ink::Tick, Anchor::Middle, &text);
    }
    draft.line(Stroke::Axis, (left, bottom), (right, bottom));
    if has_title {
        let at = (left - font, top - font * 0.4);
        draft.cut_text(at, Ink::Title, Anchor::End, &names.title, most);
    }
    for (position, name) in names.names.iter().enumerate() {
        let (first, second) = broken(name, most, font);
        let up = if second.is_empty() { 0.0 } else { font * 0.55 };
        let middle = top + pitch * (position as f64 + 0.5) + font * 0.35;
        let x = left - font;
        draft.cut_text((x, middle - up), Ink::Label, Anchor::End, first, most);
        if !second.is_empty() {
            draft.cut_text((x, middle + up), Ink::Label, Anchor::End, second, most);
        }
    }
    for (position, reference) in plot.references.iter().enumerate() {
        let Reference::Value { value, name } = reference else {
            continue;
        };
        let x = across(*value);
        let line = usize::from(has_key) + position;
        let baseline = font * (LINE * line as f64 + 1.0);
        draft.line(Stroke::Threshold, (x, baseline + font * 0.3), (x, bottom));
        let half = text_width(name, font) / 2.0;
        let middle = x.min(width - half).max(half);
        draft.text((middle, baseline), Ink::Threshold, Anchor::Middle, name);
    }
    for (position, series) in plot.series.iter().enumerate() {
        for point in &series.points {
            let offset = 0.8 * font * (position as f64 - (n_series - 1) as f64 / 2.0);
            let y = top + pitch * (point.at + 0.5) + offset;
            let Some(shown) = point.shown() else {
                if let Some(text) = missing(&plot.series, position, point.at) {
                    let at = (left + font * 0.5, y + font * 0.35);
                    draft.text(at, Ink::Missing, Anchor::Start, text);
                }
                continue;
            };
            let at = (across(shown.value), y);
            if let Some((low, high)) = shown.limits {
                let ends = [(across(low), y), (across(high), y)];
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
    let mut height = bottom + font * LINE;
    let heading = plot.values.heading();
    if !heading.is_empty() {
        height += font * LINE;
        let half = text_width(&heading, font) / 2.0;
        let middle = ((left + right) / 2.0).min(width - half).max(half);
        let at = (middle, height - font * 0.3);
        draft.text(at, Ink::Title, Anchor::Middle, &heading);
    }
    draft.picture(width, height + font * 0.3)
}
