//! The two sides that items are held apart on.

/// A side of a hold-out split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Split {
    /// Items that prompts are written and tried on.
    Dev,
    /// Items that are looked at when a prompt is finished.
    Test,
}

impl Split {
    /// Both sides.
    pub const ALL: [Self; 2] = [Self::Dev, Self::Test];

    /// The word in data files, on the command line and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
        }
    }

    /// The side of this word.
    ///
    /// ```
    /// use labelgate::model::Split;
    /// assert_eq!(Split::of_word("test"), Some(Split::Test));
    /// assert_eq!(Split::of_word("train"), None);
    /// ```
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|split| split.word() == word)
    }
}
