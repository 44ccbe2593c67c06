//! From a plot to a picture: lines, dots and texts with places on a page. Both writers write this
//! picture, so a plot looks alike in a browser and on paper. Places are in the unit of the width,
//! from the upper left corner down.

use unicode_width::UnicodeWidthStr;

use super::{Along, Kind, Mark, Names, Plot, Reference, Scale, Series};

/// The room a plot is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Its width.
    pub width: f64,
    /// The height of its letters, in the same unit.
    pub font: f64,
}

impl Room {
    /// A page on a screen, in pixels.
    pub const SCREEN: Self = Self {
        width: 640.0,
        font: 12.0,
    };
    /// One of several plots side by side, or a telephone, in pixels.
    pub const SMALL: Self = Self {
        width: 340.0,
        font: 12.0,
    };
    /// A column of text on paper, in points.
    pub const PAPER: Self = Self {
        width: 340.0,
        font: 8.0,
    };
}

/// A drawn plot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) font: f64,
    pub(super) shapes: Vec<Shape>,
}

/// A place in a picture: to the right, and down.
pub(super) type At = (f64, f64);

/// A piece of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A line through two or more places.
    Line(Stroke, Vec<At>),
    /// A point of a series by its position; hollow where it is weak, with what it says.
    Dot {
        at: At,
        series: usize,
        is_hollow: bool,
        says: String,
    },
    /// A text; in full where it had to be cut.
    Text {
        at: At,
        ink: Ink,
        anchor: Anchor,
        text: String,
        full: Option<String>,
    },
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// Where a tick runs through the plot.
    Grid,
    /// The axis along which names or numbers stand.
    Axis,
    /// What points are held against.
    Threshold,
    /// Joins the points of a series.
    Line(usize),
    /// The reach of a point of a series.
    Whisker(usize),
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// A name along an axis.
    Label,
    /// A number beside an axis.
    Tick,
    /// What an axis is.
    Title,
    /// The name of what points are held against.
    Threshold,
    /// The name of a series.
    Series(usize),
    /// Where there is nothing to show.
    Missing,
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How wide a letter is, as a part of its height: wide enough for most typefaces.
const LETTER: f64 = 0.64;
/// How far names may reach into a picture.
const NAMES_SHARE: f64 = 0.48;
const LINE: f64 = 1.5;

/// How wide a text is set, roughly.
fn text_width(text: &str, font: f64) -> f64 {
    text.width() as f64 * LETTER * font
}

/// A text that takes at most this width, and the whole text where it was cut.
fn cut(text: &str, width: f64, font: f64) -> (String, Option<String>) {
    if text_width(text, font) <= width {
        return (text.to_owned(), None);
    }
    let mut short = String::new();
    for character in text.chars() {
        let mut longer = short.clone();
        longer.push(character);
        if text_width(&longer, font) + LETTER * font > width {
            break;
        }
        short = longer;
    }
    (format!("{}…", short.trim_end()), Some(text.to_owned()))
}

/// A name in one line, or in two where it is too long for one and has a place to break.
fn broken(name: &str, width: f64, font: f64) -> (&str, &str) {
    if text_width(name, font) <= width {
        return (name, "");
    }
    let breaks = name.char_indices();
    let breaks = breaks.filter(|(_, c)| matches!(c, ' ' | '_' | '-' | '/'));
    let ends = breaks.map(|(start, c)| start + c.len_utf8());
    let fits = |end: &usize| text_width(&name[..*end], font) <= width;
    match ends.filter(fits).next_back() {
        Some(end) => name.split_at(end),
        None => (name, ""),
    }
}

/// Moves places apart so that neighbours are `gap` from one another, in their order and within the
/// ends, if there is room for all; each moves as little as the others let it.
pub(super) fn spread(places: &[f64], gap: f64, (first, last): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    // Runs of places that touch, each moved as one about the mean of where its members would be.
    let mut runs: Vec<(f64, Vec<usize>)> = Vec::new();
    let settle = |members: &[usize]| {
        let wanted = members
            .iter()
            .zip(0..)
            .map(|(m, i): (&usize, i32)| places[*m] - f64::from(i) * gap);
        let start = wanted.sum::<f64>() / members.len() as f64;
        let room = last - (members.len() - 1) as f64 * gap;
        start.min(room).max(first)
    };
    for member in order {
        let mut run = (settle(&[member]), vec![member]);
        while let Some((start, before)) = runs.pop() {
            if start + before.len() as f64 * gap <= run.0 {
                runs.push((start, before));
                break;
            }
            let members = [before, run.1].concat();
            run = (settle(&members), members);
        }
        runs.push(run);
    }
    let mut moved = places.to_vec();
    for (start, members) in runs {
        for (member, i) in members.iter().zip(0..) {
            moved[*member] = start + f64::from(i) * gap;
        }
    }
    moved
}

/// The picture of a plot.
pub(super) fn draw(plot: &Plot, room: Room) -> Picture {
    match &plot.along {
        Along::Rows(names) => rows(plot, names, room),
        Along::Columns(names) if !fit_side_by_side(plot, names, room) => rows(plot, names, room),
        Along::Columns(_) | Along::Scale(_) => upright(plot, room),
    }
}

fn is_joined(plot: &Plot) -> bool {
    plot.series.iter().any(|series| series.is_joined)
}

/// Whether names can stand below their columns; where a line joins them, some are enough.
fn fit_side_by_side(plot: &Plot, names: &Names, room: Room) -> bool {
    let widest = names.names.iter().map(|name| text_width(name, room.font));
    let widest = widest.fold(0.0, f64::max) + room.font;
    is_joined(plot) || widest * names.names.len() as f64 <= room.width - 4.0 * room.font
}

struct Draft {
    font: f64,
    shapes: Vec<Shape>,
}

impl Draft {
    fn text(&mut self, at: At, ink: Ink, anchor: Anchor, text: &str) {
        self.shapes.push(Shape::Text {
            at,
            ink,
            anchor,
            text: text.to_owned(),
            full: None,
        });
    }

    fn cut_text(&mut self, at: At, ink: Ink, anchor: Anchor, text: &str, width: f64) {
        let (text, full) = cut(text, width, self.font);
        self.shapes.push(Shape::Text {
            at,
            ink,
            anchor,
            text,
            full,
        });
    }

    fn line(&mut self, stroke: Stroke, from: At, to: At) {
        self.shapes.push(Shape::Line(stroke, vec![from, to]));
    }

    /// A whisker, which leaves the inside of a hollow dot free.
    fn whisker(&mut self, series: usize, dot: At, ends: [At; 2], radius: f64) {
        for end in ends {
            let (dx, dy) = (end.0 - dot.0, end.1 - dot.1);
            let length = dx.hypot(dy);
            if length > radius {
                let start = (dot.0 + dx / length * radius, dot.1 + dy / length * radius);
                self.line(Stroke::Whisker(series), start, end);
            }
        }
    }

    /// The names of several series in a line, each behind its dot; from the place, or from as far
    /// left as they need.
    fn key(&mut self, series: &[Series], start: At, width: f64) {
        let each = |series: &Series| text_width(&series.name, self.font) + self.font * 2.5;
        let all: f64 = series.iter().map(each).sum();
        let mut x = start.0.min(width - all).max(0.0);
        for (position, series) in series.iter().enumerate() {
            self.shapes.push(Shape::Dot {
                at: (x + self.font * 0.4, start.1 - self.font * 0.35),
                series: position,
                is_hollow: false,
                says: series.name.clone(),
            });
            x += self.font;
            self.text(
                (x, start.1),
                Ink::Series(position),
                Anchor::Start,
                &series.name,
            );
            x += text_width(&series.name, self.font) + self.font * 1.5;
        }
    }

    fn picture(self, width: f64, height: f64) -> Picture {
        Picture {
            width,
            height,
            font: self.font,
            shapes: self.shapes,
        }
    }
}

/// The radius of dots.
pub(super) fn radius(font: f64) -> f64 {
    font * 0.3
}

/// The corners of a series' dots in radii, `None` of a disc: series differ without colour.
pub(super) fn outline_corners(series: usize) -> Option<&'static [At]> {
    match series % 4 {
        0 => None,
        1 => Some(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        2 => Some(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
        _ => Some(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
    }
}

/// A length to a hundredth of the unit.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// How many ticks have room beside one another.
fn tick_room(scale: &Scale, width: f64, font: f64) -> usize {
    let widest = scale.ticks(6).into_iter();
    let widest = widest.map(|(_, text)| text_width(&text, font));
    let each = widest.fold(font, f64::max) + 2.0 * font;
    // Between 3 and 8 the cast is exact.
    (width / each).floor().clamp(3.0, 8.0) as usize
}

/// What is written where a series has no value; `None` where another series says it already.
fn missing(series: &[Series], position: usize, at: f64) -> Option<&'static str> {
    let of = |series: &Series| {
        let point = series.points.iter().find(|point| point.at == at)?;
        point.shown().is_none().then_some(point.mark)
    };
    match (of(&series[position])?, of(&series[0])) {
        (_, Some(_)) if position > 0 => None,
        (Mark::Suppressed, _) => Some("not shown"),
        (Mark::Absent | Mark::Value { .. }, _) => Some("–"),
    }
}

/// Names from the top, values to the right.
fn rows(plot: &Plot, names: &Names, room: Room) -> Picture {
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

/// Names or numbers to the right, values upwards.
fn upright(plot: &Plot, room: Room) -> Picture {
    let Room { width, font } = room;
    let mut draft = Draft {
        font,
        shapes: Vec::new(),
    };
    let inner = (width * 0.42).clamp(font * 12.0, font * 24.0);
    let heading = plot.values.heading();
    let has_key = plot.series.len() > 1 && !is_joined(plot);
    let lines = usize::from(!heading.is_empty()) + usize::from(has_key);
    let top = font * (0.6 + LINE * lines as f64);
    let bottom = top + inner;
    let ticks = plot.values.ticks(7);
    let widest = |texts: &mut dyn Iterator<Item = &str>| {
        texts.map(|text| text_width(text, font)).fold(0.0, f64::max)
    };
    let left = widest(&mut ticks.iter().map(|tick| &*tick.1)) + font;
    // Names of lines stand at their ends.
    let named: Vec<&Series> = match plot.series.len() > 1 && is_joined(plot) {
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
        let last = series.points.iter().rev().find_map(super::Point::shown);
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
            if let Some(text) = missing(all, position, point.at) {
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
