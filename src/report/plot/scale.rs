//! An axis of numbers: its range, and where a number stands on it.

use super::ticks;

/// An axis of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// What the numbers are; may be empty.
    pub title: String,
    /// What they are counted in.
    pub unit: Option<String>,
    /// The least number shown.
    pub from: f64,
    /// The greatest.
    pub to: f64,
    /// How numbers are placed.
    pub kind: Kind,
}

/// How numbers are placed on a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Equal differences take equal room.
    Linear,
    /// Equal ratios take equal room; only numbers above 0 have a place.
    Log,
    /// Whole days since 1 January 1970, as equal differences.
    Days,
}

/// How many ticks a scale that fits its values is rounded to.
const TICKS: usize = 6;

impl Scale {
    /// A linear scale from a number to another.
    pub fn new(title: &str, from: f64, to: f64) -> Self {
        Self {
            title: title.to_owned(),
            unit: None,
            from,
            to,
            kind: Kind::Linear,
        }
    }

    /// A scale that has room for all values, its ends on round numbers but not beyond `bounds`.
    /// Values that are no finite numbers, and on a log scale those not above 0, do not count.
    pub fn covering(
        title: &str,
        kind: Kind,
        values: impl IntoIterator<Item = f64>,
        bounds: (f64, f64),
    ) -> Self {
        let has_place = |value: &f64| value.is_finite() && (kind != Kind::Log || *value > 0.0);
        let values: Vec<f64> = values.into_iter().filter(has_place).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (from, to) = match kind {
            _ if values.is_empty() => (0.0, 1.0),
            Kind::Linear => ticks::round_ends(least, most, TICKS),
            Kind::Log => ticks::round_log_ends(least, most),
            Kind::Days => (least, most),
        };
        let clipped = (from.max(bounds.0), to.min(bounds.1));
        let (from, to) = if clipped.0 < clipped.1 {
            clipped
        } else {
            (from, to)
        };
        Self {
            title: title.to_owned(),
            unit: None,
            from,
            to,
            kind,
        }
    }

    /// The same with a unit.
    #[must_use]
    pub fn in_unit(self, unit: &str) -> Self {
        Self {
            unit: Some(unit.to_owned()),
            ..self
        }
    }

    /// What stands beside it: its title, and its unit in brackets.
    pub(super) fn heading(&self) -> String {
        match &self.unit {
            Some(unit) if self.title.is_empty() => unit.clone(),
            Some(unit) => format!("{} ({unit})", self.title),
            None => self.title.clone(),
        }
    }

    /// Where a number stands: 0 at the start, 1 at the end; numbers outside stand at the ends.
    pub(super) fn place(&self, value: f64) -> f64 {
        let (value, from, to) = match self.kind {
            Kind::Linear | Kind::Days => (value, self.from, self.to),
            Kind::Log => (value.ln(), self.from.ln(), self.to.ln()),
        };
        let place = (value - from) / (to - from);
        if place.is_finite() {
            place.clamp(0.0, 1.0)
        } else {
            // A scale without extent has one place only.
            0.5
        }
    }

    /// The numbers that are written beside it, with their texts: at most `most`.
    pub(super) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        match self.kind {
            Kind::Linear => ticks::linear(self.from, self.to, most),
            Kind::Log => ticks::log(self.from, self.to, most),
            Kind::Days => ticks::days(self.from, self.to, most),
        }
    }
}
