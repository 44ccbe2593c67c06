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
