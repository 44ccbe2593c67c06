//! Plots as values: what stands on the axes, which points with which whiskers. [`svg`] and [`pgf`]
//! write the same picture, which `layout` draws from lines, dots and texts.
//!
//! To add a kind of axis: a variant of [`Along`] or [`Kind`], its ticks, its place in `layout`.

mod layout;
pub mod pgf;
mod scale;
pub mod svg;
pub mod ticks;

pub use layout::Room;
pub use scale::{Kind, Scale};

/// A plot.
///
/// The title is not drawn: it is the caption that a page or a paper sets beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it shows, in a few words.
    pub title: String,
    /// What is to be seen in it, in a sentence or two, for those who cannot see it.
    pub summary: String,
    /// What the points are told apart by.
    pub along: Along,
    /// The axis of their values.
    pub values: Scale,
    /// The points.
    pub series: Vec<Series>,
    /// What they are held against.
    pub references: Vec<Reference>,
}

/// The axis that points stand along.
#[derive(Clone, Debug, PartialEq)]
pub enum Along {
    /// Names from top to bottom; values run from left to right. Names of any length fit.
    Rows(Names),
    /// Names from left to right; values run upwards. Names that do not fit side by side are set in
    /// rows, or where points are joined, are named in part.
    Columns(Names),
    /// Numbers or days from left to right; values run upwards.
    Scale(Scale),
}

/// Names along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// What they are names of; may be empty.
    pub title: String,
    /// The names, in order.
    pub names: Vec<String>,
}

/// Points of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are; shown where there are several series.
    pub name: String,
    /// The points, in order.
    pub points: Vec<Point>,
    /// Whether a line joins them; it is broken where a point is absent or suppressed.
    pub is_joined: bool,
}

/// A place along the axis and what is known there.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The position of a name from 0, or the number or day.
    pub at: f64,
    /// What is known there.
    pub mark: Mark,
    /// What it says, already rounded, such as `codex-cli: 0.87 [0.82, 0.91], n 41`.
    pub says: String,
}

/// What is known at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// A value.
    Value {
        /// The value.
        value: f64,
        /// The ends of its whiskers, where there are some.
        limits: Option<(f64, f64)>,
        /// Whether too little stands behind it to trust the whiskers: drawn hollow.
        is_weak: bool,
    },
    /// Nothing: there is no value.
    Absent,
    /// A value that is not shown, because it rests on too few clusters.
    Suppressed,
}

/// What points are held against.
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// A value, the same all along.
    Value {
        /// The value.
        value: f64,
        /// What it is, already rounded, such as `all 0.87`.
        name: String,
    },
    /// Values that equal the place along the axis, which must be a scale.
    Diagonal {
        /// What it is.
        name: String,
    },
}

impl Plot {
    /// Whether any point is drawn hollow.
    pub fn has_weak(&self) -> bool {
        let mut points = self.series.iter().flat_map(|series| &series.points);
        points.any(|point| point.shown().is_some_and(|shown| shown.is_weak))
    }
}

impl Names {
    /// Names of a thing.
    pub fn of(title: &str, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            title: title.to_owned(),
            names: names.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is drawn of a point.
struct Shown {
    value: f64,
    limits: Option<(f64, f64)>,
    is_weak: bool,
}

impl Point {
    /// What is drawn, if anything is: finite numbers.
    fn shown(&self) -> Option<Shown> {
        match self.mark {
            Mark::Value {
                value,
                limits,
                is_weak,
            } if value.is_finite() && self.at.is_finite() => {
                let limits = limits.filter(|(low, high)| low.is_finite() && high.is_finite());
                Some(Shown {
                    value,
                    limits,
                    is_weak,
                })
            }
            Mark::Value { .. } | Mark::Absent | Mark::Suppressed => None,
        }
    }
}

#[cfg(test)]
mod tests;
