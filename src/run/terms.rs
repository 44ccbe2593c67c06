//! On what terms a series is asked, beside provider, place and model: what has to be known to
//! find its answers in the store again.

use serde::{Deserialize, Serialize};

use crate::provider::Dialect;

/// The terms of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The form in which the server understands it.
    pub dialect: Dialect,
    /// How often each question is asked.
    pub repeats: u32,
    /// How much of an item is sent, in estimated tokens.
    pub item_tokens: Option<u32>,
}

/// The terms as they are stored.
#[derive(Deserialize, Serialize)]
struct Kept {
    dialect: String,
    repeats: u32,
    item_tokens: Option<u32>,
}

impl Terms {
    /// The terms as text, to be read back by [`from_json`](Self::from_json).
    pub fn to_json(&self) -> String {
        let kept = Kept {
            dialect: self.dialect.to_string(),
            repeats: self.repeats,
            item_tokens: self.item_tokens,
        };
        // Three plain fields can always be written.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// The terms that a text gives; `None` if it gives none that this version knows.
    pub fn from_json(text: &str) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        Some(Self {
            dialect: kept.dialect.parse().ok()?,
            repeats: kept.repeats.max(1),
            item_tokens: kept.item_tokens,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Wire;

    #[test]
    fn terms_are_read_back_as_they_were_written() {
        let terms = Terms {
            dialect: Wire::OpenAi.first_dialect("http://localhost"),
            repeats: 3,
            item_tokens: Some(8000),
        };
        assert_eq!(Terms::from_json(&terms.to_json()), Some(terms));
        assert_eq!(Terms::from_json("{}"), None);
    }
}
