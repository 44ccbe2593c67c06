//! What a tally counts in, and what its statistics compute in.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// What items are counted in: whole items (`u64`, exact), case weights (`f64`), or a count and its
/// rate of change in one direction ([`Dual`]).
pub trait Count: Copy + Add<Output = Self> + AddAssign + Sum + PartialEq {
    /// The number type in which statistics of these counts are computed.
    type Real: Real;
    /// Nothing counted.
    const ZERO: Self;
    /// The count as a number.
    fn real(self) -> Self::Real;
    /// Whether nothing was counted.
    fn is_zero(self) -> bool;
}

/// A number a statistic can be computed in: plain (`f64`) or with its derivative ([`Dual`]).
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Sum
{
    /// A constant.
    fn constant(value: f64) -> Self;
    /// The number without its derivative.
    fn value(self) -> f64;
    /// The square root.
    fn sqrt(self) -> Self;
}

impl Count for u64 {
    type Real = f64;
    const ZERO: Self = 0;

    fn real(self) -> f64 {
        // Exact up to 2^53; counts of items stay far below.
        self as f64
    }

    fn is_zero(self) -> bool {
        self == 0
    }
}

impl Count for f64 {
    type Real = f64;
    const ZERO: Self = 0.0;

    fn real(self) -> f64 {
        self
    }

    fn is_zero(self) -> bool {
        self == 0.0
    }
}

impl Real for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
}

/// A number with its derivative in one direction (a dual number): arithmetic on it differentiates
/// whatever is computed, exactly (forward-mode differentiation; Wengert 1964).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    /// The number.
    pub value: f64,
    /// Its derivative in the chosen direction.
    pub slope: f64,
}

impl Count for Dual {
    type Real = Self;
    const ZERO: Self = Self {
        value: 0.0,
        slope: 0.0,
    };

    fn real(self) -> Self {
        self
    }

    fn is_zero(self) -> bool {
        self.value == 0.0
    }
}

impl Real for Dual {
    fn constant(value: f64) -> Self {
        Self { value, slope: 0.0 }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        // At 0 a positive slope has no finite root; a flat one stays flat.
        let slope = if self.slope == 0.0 {
            0.0
        } else {
            self.slope / (2.0 * root)
        };
        Self { value: root, slope }
    }
}

impl Add for Dual {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            slope: self.slope + other.slope,
        }
    }
}

impl AddAssign for Dual {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Dual {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            value: self.value - other.value,
            slope: self.slope - other.slope,
        }
    }
}

impl Neg for Dual {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            value: -self.value,
            slope: -self.slope,
        }
    }
}

impl Mul for Dual {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self {
            value: self.value * other.value,
            slope: self.slope * other.value + self.value * other.slope,
        }
    }
}

impl Div for Dual {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self {
            value,
            slope: (self.slope - value * other.slope) / other.value,
        }
    }
}

impl Sum for Dual {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |total, term| total + term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dual_number_differentiates_a_quotient_of_products() {
        let x = Dual {
            value: 3.0,
            slope: 1.0,
        };
        let y = x * x / (x + Dual::constant(1.0));
        assert_eq!(y.value, 9.0 / 4.0);
        // (2x(x+1) - x²) / (x+1)² at 3.
        assert_eq!(y.slope, 15.0 / 16.0);
    }

    #[test]
    fn a_dual_root_differentiates() {
        let root = Dual {
            value: 16.0,
            slope: 1.0,
        }
        .sqrt();
        assert_eq!((root.value, root.slope), (4.0, 0.125));
    }
}
