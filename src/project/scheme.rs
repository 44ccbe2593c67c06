//! The label scheme a `classifier.toml` declares.

use std::collections::BTreeMap;

use super::raw::{File, Number, Section, Text, among};
use crate::model::{Decisions, LabelSet, LabelSetFault, LabelText, Numeric, Scheme, Share, fold};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Nominal,
    Ordinal,
    Numeric,
    Decisions,
}

const WORDS: &[(&str, Word)] = &[
    ("nominal", Word::Nominal),
    ("ordinal", Word::Ordinal),
    ("numeric", Word::Numeric),
    ("decisions", Word::Decisions),
];

/// The keys that only some schemes have, and which those are.
const KEYS: [(&str, &[Word], &str); 10] = [
    ("label", &[Word::Nominal, Word::Ordinal], LABELLED),
    ("abstain", &[Word::Nominal, Word::Ordinal], LABELLED),
    ("exclude", &[Word::Nominal, Word::Ordinal], LABELLED),
    ("scale", &[Word::Numeric], "`numeric` schemes"),
    ("unit", &[Word::Numeric], "`numeric` schemes"),
    ("min", &[Word::Numeric], "`numeric` schemes"),
    ("max", &[Word::Numeric], "`numeric` schemes"),
    ("stages", &[Word::Decisions], "`decisions` schemes"),
    ("deciders", &[Word::Decisions], "`decisions` schemes"),
    ("yields", &[Word::Decisions], "`decisions` schemes"),
];

const LABELLED: &str = "`nominal` and `ordinal` schemes";

/// Reads the scheme; what is wrong is noted in the file.
pub(super) fn read(section: &mut Section<'_>) -> Option<Scheme> {
    let help = "write `scheme = \"nominal\"`, `\"ordinal\"`, `\"numeric\"` or `\"decisions\"`";
    if section.key("scheme").is_none() {
        section.missing("scheme", help);
    }
    let word = section.choice("scheme", WORDS);
    for (key, words, whose) in KEYS {
        if let Some(span) = section.key(key)
            && let Some(word) = word
            && !words.contains(&word)
        {
            let message = format!("`{key}` belongs to {whose}");
            section
                .file
                .fault_help(span, message, "leave it out, or change `scheme`");
        }
    }
    match word? {
        Word::Nominal => labels(section).map(Scheme::Nominal),
        Word::Ordinal => labels(section).map(Scheme::Ordinal),
        Word::Numeric => numeric(section).map(Scheme::Numeric),
        Word::Decisions => decisions(section).map(Scheme::Decisions),
    }
}

fn labels(section: &mut Section<'_>) -> Option<LabelSet> {
    let file = section.file;
    if section.key("label").is_none() {
        section.missing(
            "label",
            "add a `[[label]]` with `id` and `says` for each label",
        );
        return None;
    }
    let mut labels: Vec<LabelText> = Vec::new();
    let mut folded = BTreeMap::new();
    let mut complete = true;
    for mut entry in section.tables("label") {
        let id = entry.needed("id", "write the label as the model shall answer it");
        let says = entry.text("says");
        entry.finish();
        let Some(id) = id else {
            complete = false;
            continue;
        };
        if id.value.chars().any(char::is_control) {
            let help = "write the label on one line, without tabs";
            file.fault_help(id.span, "a control character in a label", help);
            complete = false;
            continue;
        }
        if let Some(twin) = folded.insert(fold(id.value), id.value) {
            let fault = LabelSetFault::Indistinct {
                first: twin.into(),
                second: id.value.into(),
            };
            let message = match twin == id.value {
                true => format!("the label `{}` is declared twice", id.value),
                false => fault.to_string(),
            };
            file.fault_help(id.span, message, "give each label an id of its own");
            complete = false;
            continue;
        }
        labels.push(LabelText {
            id: id.value.into(),
            says: says
                .map(|says| says.value.trim().into())
                .unwrap_or_default(),
        });
    }
    let abstain = marked(section, "abstain", &labels);
    let exclude = marked(section, "exclude", &labels);
    if !complete {
        return None;
    }
    let both = exclude
        .iter()
        .find(|label| abstain.iter().any(|other| other.value == label.value));
    let ids = |marked: &[Text<'_>]| -> Vec<Box<str>> {
        let known = |text: &&Text<'_>| labels.iter().any(|label| &*label.id == text.value);
        let marked = marked.iter().filter(known);
        marked.map(|text| text.value.into()).collect()
    };
    let (abstain, exclude_ids) = (ids(&abstain), ids(&exclude));
    match LabelSet::new(labels, &abstain, &exclude_ids) {
        Ok(set) => Some(set),
        Err(fault) => {
            let span = match (&fault, both) {
                (LabelSetFault::AbstainsAndExcluded(_), Some(text)) => text.span.clone(),
                _ => section.key("label").unwrap_or(0..0),
            };
            let help = match fault {
                LabelSetFault::TooFew => "add a `[[label]]` for each answer the model may give",
                LabelSetFault::AbstainsAndExcluded(_) => {
                    "an abstention is scored as a class; an excluded label is left out"
                }
                _ => "see the labels of this file",
            };
            file.fault_help(span, fault.to_string(), help);
            None
        }
    }
}

/// A list of label ids; those that are none are noted.
fn marked<'a>(section: &mut Section<'a>, key: &'static str, labels: &[LabelText]) -> Vec<Text<'a>> {
    let file = section.file;
    let marked = section.texts(key).unwrap_or_default();
    for text in &marked {
        if !labels.iter().any(|label| &*label.id == text.value) {
            let help = among(text.value, labels.iter().map(|label| &*label.id));
            let message = format!("`{}` in `{key}` is not a label", text.value);
            file.fault_help(text.span.clone(), message, help);
        }
    }
    marked
}

fn numeric(section: &mut Section<'_>) -> Option<Numeric> {
    let file = section.file;
    let log = section.choice("scale", &[("linear", false), ("log", true)]);
    let log = log.unwrap_or_default();
    let unit = section.text("unit").map(|unit| unit.value.into());
    let min = section.number("min");
    let max = section.number("max");
    if let (Some(min), Some(max)) = (&min, &max)
        && min.value >= max.value
    {
        let message = format!("`max` is {}, not above `min`, {}", max.value, min.value);
        file.fault_help(max.span.clone(), message, "exchange them, or leave one out");
        // Every label would be outside such a range.
        return None;
    }
    if let Some(max) = &max
        && log
        && max.value <= 0.0
    {
        let help = "on a log scale values are above 0";
        file.fault_help(max.span.clone(), "no value can be accepted", help);
    }
    let value = |number: Option<Number>| number.map(|number| number.value);
    Some(Numeric {
        log,
        unit,
        min: value(min),
        max: value(max),
    })
}

fn decisions(section: &mut Section<'_>) -> Option<Decisions> {
    let file = section.file;
    let stages = list_of(section, "stages", "such as `[\"planning\", \"execution\"]`");
    let deciders = list_of(section, "deciders", "such as `[\"user\", \"assistant\"]`");
    let yields = list_of(section, "yields", "name shares: `<decider>_<stage>_share`");
    let (stages, deciders) = (stages?, deciders?);
    let mut shares = Vec::new();
    for (stage, stage_name) in stages.iter().enumerate() {
        for (decider, decider_name) in deciders.iter().enumerate() {
            shares.push(Share {
                name: format!("{}_{}_share", decider_name.value, stage_name.value).into(),
                decider,
                stage,
            });
        }
    }
    let known: Vec<&str> = shares.iter().map(|share| &*share.name).collect();
    let mut found = Vec::new();
    for text in yields? {
        match shares.iter().find(|share| &*share.name == text.value) {
            Some(share) => found.push(share.clone()),
            None => file.unknown(text.span, "share", text.value, known.iter().copied()),
        }
    }
    let names = |texts: Vec<Text<'_>>| texts.iter().map(|text| text.value.into()).collect();
    Some(Decisions {
        stages: names(stages),
        deciders: names(deciders),
        yields: found,
    })
}

/// A list that has to be there and not empty.
fn list_of<'a>(section: &mut Section<'a>, key: &'static str, help: &str) -> Option<Vec<Text<'a>>> {
    match section.key(key) {
        None => {
            section.missing(key, help);
            None
        }
        Some(span) => {
            let texts = section.texts(key)?;
            if texts.is_empty() {
                section
                    .file
                    .fault_help(span, format!("`{key}` is empty"), help);
                return None;
            }
            Some(texts)
        }
    }
}

/// Notes that a file has no scheme of this kind for what is asked.
pub(super) fn needs(file: &File, span: std::ops::Range<usize>, what: &str, whose: &str) {
    file.fault_help(
        span,
        format!("{what} needs {whose}"),
        "leave it out, or change `scheme`",
    );
}
