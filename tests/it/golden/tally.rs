//! The count of what was met, by family.

use std::fmt;

use super::answer::Nearness;

/// What became of one family's values.
pub(super) struct Family {
    pub(super) name: String,
    pub(super) n_cases: usize,
    pub(super) n_listed: usize,
    pub(super) faults: Vec<String>,
    n_met: usize,
    worst: Nearness,
}

impl Family {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            n_cases: 0,
            n_listed: 0,
            faults: Vec::new(),
            n_met: 0,
            worst: Nearness::default(),
        }
    }

    pub(super) fn met(&mut self, near: Nearness) {
        self.n_met += 1;
        self.worst = self.worst.worst(near);
    }

    pub(super) fn fault(&mut self, case: &str, key: &str, difference: String) {
        self.faults.push(format!("{case} {key}: {difference}"));
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "golden {:<22} {:>3} cases {:>4} met {:>3} failed {:>3} listed; \
             worst error {:.1e} of its tolerance, {:.1e} relative",
            self.name,
            self.n_cases,
            self.n_met,
            self.faults.len(),
            self.n_listed,
            self.worst.of_tolerance,
            self.worst.relative,
        )
    }
}
