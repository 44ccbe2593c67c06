//! The texts of a column, each distinct one once, so that a million cells cost a million look-ups
//! and not a million comparisons with every label.

use std::borrow::Cow;
use std::collections::HashMap;

use super::field::Field;
use super::join::Joined;

/// A column of labels as written.
#[derive(Clone, Debug)]
pub(super) struct Coded<'a> {
    pub(super) field: Field<'a>,
    /// The distinct texts, in the order of the file.
    pub(super) texts: Vec<Cow<'a, str>>,
    /// What each item has.
    pub(super) cells: Vec<Written>,
}

/// What is written for one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing.
    Missing,
    /// Something that is no text; what.
    Unusable(&'static str),
    /// The text at this position.
    Text(usize),
}

impl<'a> Coded<'a> {
    pub(super) fn read(joined: &Joined, field: Field<'a>) -> Self {
        let mut texts: Vec<Cow<'a, str>> = Vec::new();
        let mut known: HashMap<Cow<'a, str>, usize> = HashMap::new();
        let cells = joined.in_file_order(Written::Missing, |_, row| {
            match field.spot(row).map_or(Ok(None), |spot| spot.text()) {
                Ok(None) => Written::Missing,
                Err(kind) => Written::Unusable(kind),
                Ok(Some(text)) => match known.get(&text) {
                    Some(at) => Written::Text(*at),
                    None => {
                        texts.push(text.clone());
                        known.insert(text, texts.len() - 1);
                        Written::Text(texts.len() - 1)
                    }
                },
            }
        });
        Self {
            field,
            texts,
            cells,
        }
    }
}
