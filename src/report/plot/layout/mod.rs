//! From a plot to a picture: lines, dots and texts with places on a page. Both writers write this
//! picture, so a plot looks alike in a browser and on paper. Places are in the unit of the width,
//! from the upper left corner down.

mod rows;
mod text;
mod upright;

use super::{Along, Mark, Names, Plot, Scale, Series};
use text::{cut, text_width};

#[cfg(test)]
pub(super) use text::spread;

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

/// How far names may reach into a picture.
const NAMES_SHARE: f64 = 0.48;
/// From a line of text to the next, in heights of letters.
const LINE: f64 = 1.5;

/// The picture of a plot.
pub(super) fn draw(plot: &Plot, room: Room) -> Picture {
    match &plot.along {
        Along::Rows(names) => rows::draw(plot, names, room),
        Along::Columns(names) if !fit_side_by_side(plot, names, room) => {
            rows::draw(plot, names, room)
        }
        Along::Columns(_) | Along::Scale(_) => upright::draw(plot, room),
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
        // All stand in the line: those too long for their part of it are cut.
        let font = self.font;
        let longest = width / series.len().max(1) as f64 - font * 2.5;
        let named = |series: &Series| text_width(&series.name, font).min(longest);
        let each = |series: &Series| named(series) + font * 2.5;
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
            self.cut_text(
                (x, start.1),
                Ink::Series(position),
                Anchor::Start,
                &series.name,
                named(series),
            );
            x += named(series) + self.font * 1.5;
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
