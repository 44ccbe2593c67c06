//! Label sets: what a classifier may answer, in declared order.

use std::collections::BTreeMap;

use thiserror::Error;
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// The position of a label among all declared labels, excluded ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelIx(pub usize);

/// A label as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelText {
    /// What the model answers and reports print.
    pub id: Box<str>,
    /// Its definition; may be empty.
    pub says: Box<str>,
}

/// The declared labels of a nominal or ordinal scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSet {
    labels: Vec<LabelText>,
    abstain: Vec<LabelIx>,
    exclude: Vec<LabelIx>,
    folded: BTreeMap<String, LabelIx>,
}

/// Why a list of labels is no label set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelSetFault {
    /// Two labels are the same after normalisation and case folding.
    #[error(
        "labels `{first}` and `{second}` cannot be told apart: case, spaces at the ends and Unicode form do not count"
    )]
    Indistinct {
        /// The earlier label.
        first: Box<str>,
        /// The later label.
        second: Box<str>,
    },
    /// A label without characters.
    #[error("a label may not be empty")]
    Empty,
    /// `abstain` or `exclude` names no label.
    #[error("`{0}` is not a declared label")]
    Unknown(Box<str>),
    /// A label is both abstention and excluded.
    #[error("`{0}` cannot be both an abstention and excluded")]
    AbstainsAndExcluded(Box<str>),
    /// Fewer than two labels are left to score.
    #[error("at least two labels that are not excluded are needed")]
    TooFew,
}

/// The form in which labels are compared: NFKC, trimmed, case folded.
///
/// ```
/// assert_eq!(labelgate::model::fold(" Ｂｕｉｌｄ\n"), "build");
/// ```
pub fn fold(text: &str) -> String {
    let normal: String = text.nfkc().collect();
    // Folding can leave the normal form (ΐ), so it is normalised again.
    UniCase::unicode(normal.trim())
        .to_folded_case()
        .nfkc()
        .collect()
}

impl LabelSet {
    /// Builds the set that somebody declared, or says what is wrong with it.
    pub fn new(
        labels: Vec<LabelText>,
        abstain: &[impl AsRef<str>],
        exclude: &[impl AsRef<str>],
    ) -> Result<Self, LabelSetFault> {
        let set = Self::observed(labels, abstain, exclude)?;
        if set.scored().count() < 2 {
            return Err(LabelSetFault::TooFew);
        }
        Ok(set)
    }

    /// Builds the set of the labels found in data. Unlike a declared set it may have fewer than
    /// two labels to score: that everybody gave the same label is no mistake of anybody's, and
    /// the figures that need more say so themselves.
    ///
    /// ```
    /// use labelgate::model::{LabelSet, LabelText};
    /// let only = || vec![LabelText { id: "build".into(), says: "".into() }];
    /// assert!(LabelSet::new(only(), &[] as &[&str], &[] as &[&str]).is_err());
    /// assert!(LabelSet::observed(only(), &[] as &[&str], &[] as &[&str]).is_ok());
    /// ```
    pub fn observed(
        labels: Vec<LabelText>,
        abstain: &[impl AsRef<str>],
        exclude: &[impl AsRef<str>],
    ) -> Result<Self, LabelSetFault> {
        let mut folded = BTreeMap::new();
        for (position, label) in labels.iter().enumerate() {
            let key = fold(&label.id);
            if key.is_empty() {
                return Err(LabelSetFault::Empty);
            }
            if let Some(LabelIx(first)) = folded.insert(key, LabelIx(position)) {
                let first = labels[first].id.clone();
                return Err(LabelSetFault::Indistinct {
                    first,
                    second: label.id.clone(),
                });
            }
        }
        let position = |id: &str| {
            labels
                .iter()
                .position(|label| &*label.id == id)
                .map(LabelIx)
                .ok_or_else(|| LabelSetFault::Unknown(id.into()))
        };
        let positions = |ids: Vec<&str>| ids.into_iter().map(position).collect::<Result<_, _>>();
        let abstain: Vec<LabelIx> = positions(abstain.iter().map(AsRef::as_ref).collect())?;
        let exclude: Vec<LabelIx> = positions(exclude.iter().map(AsRef::as_ref).collect())?;
        if let Some(LabelIx(both)) = abstain.iter().find(|label| exclude.contains(label)) {
            return Err(LabelSetFault::AbstainsAndExcluded(labels[*both].id.clone()));
        }
        Ok(Self {
            labels,
            abstain,
            exclude,
            folded,
        })
    }

    /// All declared labels, excluded ones included.
    pub fn declared(&self) -> &[LabelText] {
        &self.labels
    }

    /// The labels that are scored (all but the excluded), in declared order.
    pub fn scored(&self) -> impl Iterator<Item = LabelIx> + '_ {
        (0..self.labels.len())
            .map(LabelIx)
            .filter(|label| !self.is_excluded(*label))
    }

    /// The position of a label among the scored ones; for an ordinal scheme its rank. `None` for
    /// an excluded label.
    pub fn rank(&self, label: LabelIx) -> Option<usize> {
        self.scored().position(|scored| scored == label)
    }

    /// The label's id.
    pub fn id(&self, label: LabelIx) -> &str {
        &self.labels[label.0].id
    }

    /// The label with exactly this id.
    pub fn exact(&self, id: &str) -> Option<LabelIx> {
        self.labels
            .iter()
            .position(|label| &*label.id == id)
            .map(LabelIx)
    }

    /// The label that `text` means after normalisation, and whether normalisation was needed.
    pub fn find(&self, text: &str) -> Option<(LabelIx, bool)> {
        match self.exact(text) {
            Some(label) => Some((label, false)),
            None => self.folded.get(&fold(text)).map(|label| (*label, true)),
        }
    }

    /// Whether the label means that no answer is given.
    pub fn is_abstention(&self, label: LabelIx) -> bool {
        self.abstain.contains(&label)
    }

    /// Whether items with the label are left out of the figures.
    pub fn is_excluded(&self, label: LabelIx) -> bool {
        self.exclude.contains(&label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ids: &[&str]) -> Vec<LabelText> {
        ids.iter()
            .map(|id| LabelText {
                id: (*id).into(),
                says: "".into(),
            })
            .collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn a_label_is_found_whatever_its_case_spaces_and_unicode_form() {
        let set = LabelSet::new(labels(&["build", "Größe"]), &NONE, &NONE).unwrap();
        assert_eq!(set.find("build"), Some((LabelIx(0), false)));
        assert_eq!(set.find(" BUILD "), Some((LabelIx(0), true)));
        assert_eq!(set.find("GRÖSSE"), Some((LabelIx(1), true)));
        assert_eq!(set.find("gro\u{308}ße"), Some((LabelIx(1), true)));
        assert_eq!(set.find("built"), None);
    }

    #[test]
    fn an_excluded_label_has_no_rank_and_takes_none_from_the_others() {
        let set = LabelSet::new(labels(&["low", "n/a", "high"]), &NONE, &["n/a"]).unwrap();
        assert_eq!(set.rank(LabelIx(1)), None);
        assert_eq!(set.rank(LabelIx(2)), Some(1));
    }

    #[test]
    fn a_label_set_says_what_is_wrong_with_it() {
        let fault = |ids: &[&str], exclude: &[&str]| {
            LabelSet::new(labels(ids), &NONE, exclude)
                .unwrap_err()
                .to_string()
        };
        assert!(fault(&["a", "A "], &[]).contains("cannot be told apart"));
        assert!(fault(&["a", " "], &[]).contains("empty"));
        assert!(fault(&["a", "b"], &["c"]).contains("`c`"));
        assert!(fault(&["a", "b"], &["a"]).contains("at least two"));
    }
}
