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

/// How sure one labeller says to be of its labels, one place per item in the order of the items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Confidences {
    /// From 0 to 1; `None` where nothing usable is said. Empty where nobody was asked.
    pub stated: Vec<Option<f64>>,
    /// How many said something else than a number from 0 to 1.
    pub n_unusable: u64,
    /// The first of these, as written.
    pub unusable: Option<Box<str>>,
}

impl Confidences {
    /// The field of an answer, and the column of a label file, that says it.
    pub const NAME: &'static str = "confidence";

    /// Of so many items, nothing said of any.
    pub fn none(n_items: usize) -> Self {
        Self {
            stated: vec![None; n_items],
            ..Self::default()
        }
    }

    /// Takes down what was said of an item, if anything was: a number from 0 to 1, or what is none.
    pub fn state(&mut self, item: usize, said: Option<Result<f64, Box<str>>>) {
        match (said, self.stated.get_mut(item)) {
            (Some(Ok(confidence)), Some(place)) => *place = Some(confidence),
            (Some(Err(written)), _) => {
                self.n_unusable += 1;
                self.unusable.get_or_insert(written);
            }
            _ => {}
        }
    }

    /// Of this item, where it is known.
    pub fn of(&self, item: usize) -> Option<f64> {
        self.stated.get(item).copied().flatten()
    }

    /// Whether somebody said anything, usable or not.
    pub fn is_any(&self) -> bool {
        self.n_unusable > 0 || self.stated.iter().any(Option::is_some)
    }
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
