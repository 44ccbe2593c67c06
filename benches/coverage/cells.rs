//! The cells of the tables: a law of sessions per user, how many sessions, how alike they are.

use std::fmt;

use crate::simulation::{Population, ZipfLaw};

/// One population.
pub(crate) struct Cell(pub(crate) Population);

impl Cell {
    pub(crate) fn new(law: &str, n_sessions: u32, icc: f64) -> Self {
        Self(Population {
            law: if law == "heavy" {
                ZipfLaw::heavy()
            } else {
                ZipfLaw::light()
            },
            n_sessions,
            icc,
        })
    }

    /// Both laws with 50, 200 and 1000 sessions and correlations of 0, 0.1 and 0.3.
    pub(crate) fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for law in ["light", "heavy"] {
            for n_sessions in [50, 200, 1000] {
                cells.extend([0.0, 0.1, 0.3].map(|icc| Self::new(law, n_sessions, icc)));
            }
        }
        cells
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Population {
            law,
            n_sessions,
            icc,
        } = &self.0;
        write!(f, "{}/{n_sessions}/{icc}", law.name)
    }
}
