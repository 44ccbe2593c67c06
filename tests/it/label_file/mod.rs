//! Label files: which rows, columns and cells become which items, labels and outcomes.

mod faults;
mod joined;
mod labels;
mod panel;
mod real;
mod rules;

use std::path::Path;

use labelgate::fault::Fault;
use labelgate::label_file::{Spec, Study, study};
use labelgate::model::{Label, LabelSet, Outcome, Ratings};
use labelgate::table::Table;

fn table(name: &str, text: &str) -> Table {
    labelgate::table::read(Path::new(name), text.into()).expect("a table")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Reference `r` and candidate `c`.
fn spec() -> Spec {
    Spec {
        candidate: "c".into(),
        reference: "r".into(),
        ..Spec::default()
    }
}

#[track_caller]
fn read(spec: &Spec, text: &str) -> Study {
    study(spec, &table("a.csv", text), None).expect("a study")
}

/// Every fault as `file:line:column: message; help`.
fn shown(faults: &[Fault]) -> Vec<String> {
    let one = |fault: &Fault| {
        let place = match &fault.place {
            Some(place) => format!(":{}:{}", place.line, place.column),
            None => String::new(),
        };
        let help = fault
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!("; {help}"));
        format!("{}{place}: {}{help}", fault.file.display(), fault.message)
    };
    faults.iter().map(one).collect()
}

/// Each fault of reading `text` begins with the expected one.
#[track_caller]
fn check_faults(spec: &Spec, text: &str, expect: &[&str]) {
    check_begin(
        &shown(&study(spec, &table("a.csv", text), None).expect_err("faults")),
        expect,
    );
}

#[track_caller]
fn check_begin(faults: &[String], expect: &[&str]) {
    let fits = faults.len() == expect.len()
        && faults
            .iter()
            .zip(expect)
            .all(|(fault, expect)| fault.starts_with(expect));
    assert!(fits, "{faults:#?}\nare not\n{expect:#?}");
}

fn ids(set: &LabelSet) -> Vec<&str> {
    set.declared().iter().map(|label| &*label.id).collect()
}

fn label(study: &Study, label: &Label) -> String {
    match (label, study.scheme.labels()) {
        (Label::One(label), Some(set)) => set.id(*label).to_owned(),
        (Label::Number(value), _) => value.to_string(),
        other => format!("{other:?}"),
    }
}

/// The labels of each item; `-` is missing.
fn reference(study: &Study) -> Vec<String> {
    let shown = |one: &Option<Label>| one.as_ref().map_or("-".into(), |one| label(study, one));
    study.reference.iter().map(shown).collect()
}

/// The outcomes of each item; `-` is missing, `~` before an abstention, `!` before a reason.
fn outcomes(study: &Study, ratings: &Ratings) -> Vec<String> {
    let shown = |outcome: &Option<Outcome>| match outcome {
        None => "-".to_owned(),
        Some(Outcome::Ok(one)) => label(study, one),
        Some(Outcome::Abstained(one)) => format!("~{}", label(study, one)),
        Some(Outcome::Unparsed(reason)) => format!("!{reason}"),
        Some(other) => format!("{other:?}"),
    };
    ratings.outcomes.iter().map(shown).collect()
}
