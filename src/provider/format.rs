//! How a question is written for whoever is asked.

use super::{Dialect, Feature, Wire};
use crate::ask::Prompt;

/// A provider's way of writing questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A body for an HTTP provider.
    Http(Wire),
    /// A line for a program.
    Command,
}

impl Format {
    /// The word in settings and in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http(wire) => wire.word(),
            Self::Command => "command",
        }
    }

    /// The format of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        [
            Self::Http(Wire::Anthropic),
            Self::Http(Wire::OpenAi),
            Self::Command,
        ]
        .into_iter()
        .find(|format| format.word() == word)
    }

    /// The question about an item, as it is sent; the same to the byte each time.
    pub fn body(self, prompt: &Prompt, item: &str, dialect: &Dialect) -> Vec<u8> {
        match self {
            Self::Http(wire) => wire.body(&prompt.request(item), dialect),
            Self::Command => super::process::line(prompt, item),
        }
    }

    /// The form to try first.
    pub fn first_dialect(self, base_url: &str) -> Dialect {
        match self {
            Self::Http(wire) => wire.first_dialect(base_url),
            Self::Command => Wire::OpenAi.first_dialect(base_url),
        }
    }

    /// The next form to try where one is not understood.
    pub fn without(self, dialect: Dialect, feature: Feature) -> Option<Dialect> {
        match self {
            Self::Http(wire) => dialect.without(wire, feature),
            Self::Command => None,
        }
    }
}
