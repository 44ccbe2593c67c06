//! The labels of a file that nobody declared.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::coded::Coded;
use super::flags::{self, SchemeFlags};
use super::{SchemeWord, few, quoted};
use crate::fault::{Fault, did_you_mean};
use crate::model::{LabelSet, LabelText, fold};
use crate::table::list;

/// More different labels than this in one column are taken for a mistake: every figure is made of
/// a table with a row and a column for each.
const MOST: usize = 1000;

/// What other programs write where there is no value.
const MARKS_OF_ABSENCE: [&str; 5] = ["na", "n/a", "nan", "null", "none"];

/// The labels found in the columns, each spelt as where it is found first, and those that flags
/// name, in order.
pub(super) fn observed(
    flags: &SchemeFlags<'_>,
    columns: &[Coded<'_>],
    notes: &mut Vec<String>,
) -> Result<LabelSet, Fault> {
    let mut spellings = Spellings::default();
    for column in columns {
        if column.texts.len() > MOST {
            return Err(too_many(column));
        }
        for text in &column.texts {
            spellings.spell(text);
        }
    }
    if spellings.labels.is_empty() {
        let names: Vec<_> = columns.iter().map(|column| column.field.name).collect();
        let fault = flags::fault(format!("no cell of {} holds a label", list(names)));
        return Err(fault.help("name the columns that hold the labels"));
    }
    note_marks(&spellings.labels, notes);
    let mut named = |flag: &str, words: &[String]| -> Vec<String> {
        let mut word = |word: &String| {
            let found = spellings.labels.len();
            let label = spellings.spell(word.trim());
            if spellings.labels.len() > found {
                let labels = spellings.labels[..found].iter().map(|label| &**label);
                let guess = did_you_mean(word, labels)
                    .map_or_else(String::new, |guess| format!("; {guess}"));
                notes.push(format!("`{flag} {}` occurs nowhere{guess}", word.trim()));
            }
            spellings.labels[label].to_string()
        };
        words.iter().map(&mut word).collect()
    };
    let abstain = named("--abstain", flags.abstain);
    let exclude = named("--exclude", flags.exclude);
    let mut labels = spellings.labels;
    labels.sort_by(|one, other| order(one, other));
    if flags.scheme == SchemeWord::Ordinal {
        let ranked = labels.iter().map(|label| &**label);
        let ranked = ranked.filter(|label| !exclude.iter().any(|excluded| excluded == label));
        notes.push(note_of_order(&ranked.collect::<Vec<_>>()));
    }
    let texts = labels.into_iter().map(|id| LabelText {
        id,
        says: "".into(),
    });
    LabelSet::observed(texts.collect(), &abstain, &exclude).map_err(|reason| {
        let help = "a label is an abstention, excluded or an answer; some answer must be left";
        flags::fault(reason.to_string()).help(help)
    })
}

/// Labels that cannot be told apart, under one spelling.
#[derive(Debug, Default)]
struct Spellings {
    labels: Vec<Box<str>>,
    folded: HashMap<String, usize>,
}

impl Spellings {
    /// The position of the label that the text means; a new one if it means none so far.
    fn spell(&mut self, text: &str) -> usize {
        *self.folded.entry(fold(text)).or_insert_with(|| {
            self.labels.push(text.into());
            self.labels.len() - 1
        })
    }
}

fn too_many(column: &Coded<'_>) -> Fault {
    let name = column.field.name;
    let message = format!("`{name}` holds {} different labels", column.texts.len());
    let texts = column.texts.iter().map(|text| &**text);
    let help = if column.texts.iter().all(|text| number(text).is_some()) {
        "say `--scheme numeric` if it holds numbers; otherwise declare the labels with `--labels`"
            .to_owned()
    } else {
        format!(
            "it has {}: if these are labels, declare them with `--labels`",
            few(texts)
        )
    };
    column.field.fault(message).help(help)
}

fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// Numbers by value before all other texts.
fn order(one: &str, other: &str) -> Ordering {
    match (number(one), number(other)) {
        (Some(left), Some(right)) => left.total_cmp(&right).then_with(|| one.cmp(other)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => one.cmp(other),
    }
}

fn note_of_order(labels: &[&str]) -> String {
    let order = if labels.iter().all(|label| number(label).is_some()) {
        "ordered as numbers"
    } else {
        "in alphabetical order"
    };
    let shown: Vec<String> = labels.iter().take(12).map(|label| quoted(label)).collect();
    let more = if labels.len() > shown.len() {
        " < …"
    } else {
        ""
    };
    format!(
        "the order of the labels was not declared, so they are {order}: {}{more}; `--labels` \
         declares another",
        shown.join(" < ")
    )
}

fn note_marks(labels: &[Box<str>], notes: &mut Vec<String>) {
    let is_mark = |label: &&&str| MARKS_OF_ABSENCE.contains(&&*fold(label));
    let all: Vec<&str> = labels.iter().map(|label| &**label).collect();
    let marks: Vec<&str> = all.iter().filter(is_mark).copied().collect();
    if !marks.is_empty() {
        notes.push(format!(
            "{} counts as a label; leave the cells empty if there is none",
            few(marks)
        ));
    }
    let mut numbers: Vec<(f64, &str)> = all
        .iter()
        .filter_map(|label| Some((number(label)?, *label)))
        .collect();
    numbers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let twins = numbers.windows(2).find(|twins| twins[0].0 == twins[1].0);
    if let Some([(_, one), (_, other)]) = twins {
        notes.push(format!(
            "{} and {} count as different labels, although they are the same number",
            quoted(one),
            quoted(other)
        ));
    }
}
