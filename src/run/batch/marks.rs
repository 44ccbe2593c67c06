//! What is kept of a batch beside its questions.

use serde::{Deserialize, Serialize};

use crate::ask::{RequestKey, hex, sha256};

/// What it takes to take a batch up again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Marks {
    /// The name that is ours.
    #[serde(default)]
    pub(super) tag: String,
    /// The tokens it has in the queue; an estimate.
    #[serde(default)]
    pub(super) tokens: u64,
}

impl Marks {
    pub(super) fn to_json(&self) -> String {
        // Two plain fields can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// A name for a batch that no other has: made from its questions and the time.
pub(super) fn tag(now: i64, keys: impl IntoIterator<Item = RequestKey>) -> String {
    let mut bytes = now.to_le_bytes().to_vec();
    for key in keys {
        bytes.extend_from_slice(&key.0);
    }
    hex(&sha256(&bytes)[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_back_and_unknown_ones_are_passed_over() {
        let marks = Marks {
            tag: "abc".to_owned(),
            tokens: 7,
        };
        assert_eq!(Marks::from_json(&marks.to_json()), marks);
        assert_eq!(
            Marks::from_json(r#"{"tag":"abc","tokens":7,"new":1}"#),
            marks
        );
        assert_eq!(Marks::from_json(""), Marks::default());
    }

    #[test]
    fn a_batch_of_the_same_questions_at_another_time_has_another_tag() {
        let keys = [RequestKey([1; 32]), RequestKey([2; 32])];
        assert_eq!(tag(5, keys), tag(5, keys));
        assert_ne!(tag(5, keys), tag(6, keys));
        assert_ne!(tag(5, keys), tag(5, keys[..1].iter().copied()));
        assert_eq!(tag(5, keys).len(), 24);
    }
}
