//! Numbers whose meaning the type carries. Knows nothing else of the program.

use std::fmt;

/// The coverage an interval claims, strictly between 0 and 1: 0.95 for a 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// The level at which everything is reported unless the user asks for another.
    pub const DEFAULT: Self = Self(0.95);
    /// Two-sided 90 %: each of its limits is a one-sided 95 % bound.
    pub const ONE_SIDED_95: Self = Self(0.90);

    /// `None` unless `coverage` lies strictly between 0 and 1.
    pub fn new(coverage: f64) -> Option<Self> {
        (coverage > 0.0 && coverage < 1.0).then_some(Self(coverage))
    }

    /// The coverage, between 0 and 1.
    pub fn coverage(self) -> f64 {
        self.0
    }

    /// The probability up to which a symmetric two-sided interval reaches: 0.975 at level 0.95.
    pub fn upper_tail(self) -> f64 {
        0.5 + 0.5 * self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        if (percent - percent.round()).abs() < 1e-9 {
            write!(f, "{percent:.0} %")
        } else {
            write!(f, "{percent} %")
        }
    }
}
