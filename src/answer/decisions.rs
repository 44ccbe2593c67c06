//! Reads a list of decisions into counts.

use crate::model::{Decisions, Label, fold};

use super::json::Json;
use super::text::quoted;
use super::value::unusable;
use super::{Read, Reading};

/// How many decisions of each stage each decider made. One bad decision spoils the list: leaving
/// it out would shift the shares without a trace.
pub(super) fn counts(json: &Json, scheme: &Decisions, field: &str) -> Reading {
    let Json::List(entries) = json else {
        return Err(format!("{}, not a list", unusable(json, field)));
    };
    let stages = Names::new("stage", &scheme.stages);
    let deciders = Names::new("decider", &scheme.deciders);
    let mut counts = vec![0; scheme.stages.len() * scheme.deciders.len()];
    let mut normalised = false;
    for (position, entry) in entries.iter().enumerate() {
        let in_entry = |reason| format!("decision {}: {reason}", position + 1);
        let (stage, stage_folded) = stages.of(entry).map_err(in_entry)?;
        let (decider, decider_folded) = deciders.of(entry).map_err(in_entry)?;
        counts[stage * scheme.deciders.len() + decider] += 1;
        normalised |= stage_folded || decider_folded;
    }
    Ok(Read {
        label: Label::Counts(counts),
        normalised,
    })
}

/// The declared values of one key of a decision.
struct Names<'a> {
    key: &'static str,
    exact: &'a [Box<str>],
    folded: Vec<String>,
}

impl<'a> Names<'a> {
    fn new(key: &'static str, names: &'a [Box<str>]) -> Self {
        Self {
            key,
            exact: names,
            folded: names.iter().map(|name| fold(name)).collect(),
        }
    }

    /// Which name an entry has, and whether folding was needed to see it.
    fn of(&self, entry: &Json) -> Result<(usize, bool), String> {
        let key = self.key;
        if !matches!(entry, Json::Object(_)) {
            return Err("not an object".into());
        }
        let mut values = entry.values(key);
        let first = values.next().ok_or_else(|| format!("no `{key}`"))?;
        let (position, mut folded) = self.find(first)?;
        // The same key twice is harmless only where both say the same.
        for value in values {
            let (other, other_folded) = self.find(value)?;
            if other != position {
                return Err(format!("two different `{key}`s"));
            }
            folded |= other_folded;
        }
        Ok((position, folded))
    }

    fn find(&self, value: &Json) -> Result<(usize, bool), String> {
        let key = self.key;
        let Json::Text(text) = value else {
            return Err(format!("{}, not a text", unusable(value, key)));
        };
        if let Some(position) = self.exact.iter().position(|name| **name == **text) {
            return Ok((position, false));
        }
        let folded = fold(text);
        self.folded
            .iter()
            .position(|name| *name == folded)
            .map(|position| (position, true))
            .ok_or_else(|| format!("{} is not a declared {key}", quoted(text)))
    }
}
