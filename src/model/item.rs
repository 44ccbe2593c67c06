//! Items: the things that are classified.

use super::{Kind, Split, Value};

/// One thing to classify, with what was recorded about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Unique among the items.
    pub id: Box<str>,
    /// Where its cluster stands in [`Items::clusters`].
    pub cluster: usize,
    /// SHA-256 of its text, which is what is shown to the classifier. Texts stay on the disk: all
    /// together they may be more than fits into memory. Zeros in a label file, which has none.
    pub text_sha256: [u8; 32],
    /// How long the text is, in bytes of UTF-8.
    pub text_bytes: u64,
    /// Its value of each slice, in the order of [`Items::slices`].
    pub slices: Vec<Option<Box<str>>>,
    /// Its value of each column, in the order of [`Items::telemetry`]; `None` was not observed.
    pub telemetry: Vec<Option<Value>>,
    /// Its side of the hold-out split, where the project has one.
    pub split: Option<Split>,
}

/// A named, typed column of telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name rules use.
    pub name: Box<str>,
    /// The type of all its values.
    pub kind: Kind,
}

/// All items of a project or a label file, in the order of their ids, so that no sum depends on
/// the order of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// The items.
    pub items: Vec<Item>,
    /// The names of the clusters (accounts).
    pub clusters: Vec<Box<str>>,
    /// The names of the slices.
    pub slices: Vec<Box<str>>,
    /// What telemetry holds.
    pub telemetry: Vec<Column>,
}

impl Items {
    /// Where the item of this id stands.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.items.binary_search_by(|item| (*item.id).cmp(id)).ok()
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
