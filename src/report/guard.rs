//! What was held against another commit and against the prompts, beside the figures.

use crate::finding::Finding;

/// What a run on a project was guarded by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guard {
    /// The commit it was held against, as it was named.
    pub base: Option<String>,
    /// Why there was nothing to hold it against, if so.
    pub no_base: Option<String>,
    /// The side of the hold-out split it is about; all items without one.
    pub split: Option<&'static str>,
    /// What was found, allowed or not.
    pub findings: Vec<Finding>,
    /// What a reader must know of the whole run, such as how often the items were looked at.
    pub warnings: Vec<String>,
}

impl Guard {
    /// How many findings nobody has allowed.
    pub fn n_failing(&self) -> usize {
        self.findings
            .iter()
            .filter(|finding| !finding.allowed)
            .count()
    }
}
