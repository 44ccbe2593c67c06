//! Who gave which item which label.

use super::{Label, Outcome};

/// The name of somebody, or of a model, whose labels serve as reference.
pub type Rater = Box<str>;

/// The outcomes of one labeller, one place per item in the order of the items; `None` was never
/// asked or has an empty cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratings {
    /// The outcome of each item.
    pub outcomes: Vec<Option<Outcome>>,
    /// How many labels were recognised only after normalisation.
    pub n_normalised: u64,
}

/// The labels of one or more reference raters.
#[derive(Clone, Debug, PartialEq)]
pub struct References {
    /// Each rater's labels, one place per item; the first rater is the one scored against unless
    /// another is named.
    pub raters: Vec<(Rater, Vec<Option<Label>>)>,
}

impl References {
    /// The labels of the rater of this name.
    pub fn rater(&self, name: &str) -> Option<&[Option<Label>]> {
        self.raters
            .iter()
            .find(|(rater, _)| &**rater == name)
            .map(|(_, labels)| &**labels)
    }
}
