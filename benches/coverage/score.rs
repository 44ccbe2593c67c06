//! How often an interval holds the truth, and how wide it is.

use std::fmt;

use labelgate::stat::{Estimate, Undefined};

/// Percent that nominal 95 % intervals should cover at least.
const ENOUGH: f64 = 93.0;

/// Intervals of one method in one cell.
#[derive(Clone, Default)]
pub(crate) struct Score {
    intervals: u64,
    covered: u64,
    width: f64,
    missing: u64,
}

impl Score {
    /// Counts one interval, its width as it is displayed: clipped to the statistic's range.
    pub(crate) fn count(&mut self, limits: Option<(f64, f64)>, truth: f64, range: (f64, f64)) {
        let Some((low, high)) = limits else {
            self.missing += 1;
            return;
        };
        self.intervals += 1;
        self.covered += u64::from(low <= truth && truth <= high);
        self.width += high.min(range.1) - low.max(range.0);
    }

    pub(crate) fn coverage(&self) -> f64 {
        100.0 * self.covered as f64 / self.intervals as f64
    }
}

/// Coverage in percent of the intervals there are, bold where it is too low, their mean width, and the
/// percentage of replications without one, where that is not 0.0.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (coverage, width) = (self.coverage(), self.width / self.intervals as f64);
        let bold = if coverage < ENOUGH { "**" } else { "" };
        write!(f, "{bold}{coverage:.1}{bold} ({width:.3}")?;
        let missing = 100.0 * self.missing as f64 / (self.intervals + self.missing) as f64;
        if missing < 0.05 {
            write!(f, ")")
        } else {
            write!(f, ", −{missing:.1} %)")
        }
    }
}

/// The limits of an estimate, where it has some.
pub(crate) fn limits(estimate: Result<Estimate, Undefined>) -> Option<(f64, f64)> {
    let interval = estimate.ok()?.interval.ok()?;
    Some((interval.low, interval.high))
}

/// Prints the head of a Markdown table.
pub(crate) fn print_head(columns: &[&str]) {
    println!("| {} |", columns.join(" | "));
    println!("|{}", " --- |".repeat(columns.len()));
}

/// Prints a row of a Markdown table.
pub(crate) fn print_row(name: impl fmt::Display, cells: &[impl fmt::Display]) {
    let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
    println!("| {name} | {} |", cells.join(" | "));
}
