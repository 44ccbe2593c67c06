//! The texts that labels rest on: definitions, rules, derived measures, prompts.

use crate::model::{Decisions, LabelSet, Numeric, Scheme};
use crate::report::appendix::{Appendix, Described, Prompt};
use crate::report::document::{Block, Cell, Table, left};
use crate::report::model::Run;

/// What every label, rule and derived measure means.
pub(super) fn definitions(run: &Run, appendix: &Appendix) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(2, "Definitions".to_owned(), None)];
    for classifier in &appendix.classifiers {
        blocks.push(Block::Heading(3, title(run, &classifier.id), None));
        match &classifier.scheme {
            Scheme::Nominal(set) => labels(&mut blocks, classifier, set, ""),
            Scheme::Ordinal(set) => labels(&mut blocks, classifier, set, ", lowest first"),
            Scheme::Numeric(numeric) => blocks.push(Block::Prose(number(numeric))),
            Scheme::Decisions(decisions) => blocks.push(Block::Prose(decided(decisions))),
        }
        rules(&mut blocks, classifier);
    }
    if appendix.derived.is_empty() {
        return blocks;
    }
    blocks.push(Block::Heading(3, "Derived measures".to_owned(), None));
    let caption = "Measures computed from labels and telemetry; no model is asked. A measure is \
        undefined for an item where anything that it names is missing; items that do not meet \
        the condition are left out.";
    blocks.push(Block::Caption(caption.to_owned()));
    let rows = appendix.derived.iter().map(|derived| {
        let cells = [&derived.id, &derived.says, &derived.value, &derived.filter];
        cells.map(|cell| Cell::Text(cell.clone())).to_vec()
    });
    blocks.push(Block::Table(Table {
        columns: vec![
            left("Measure"),
            left("Meaning"),
            left("Holds where"),
            left("Of items where"),
        ],
        rows: rows.collect(),
    }));
    blocks
}

/// What the classifier asks, where it is reported, with its id.
fn title(run: &Run, id: &str) -> String {
    let report = run.reports.iter().find(|report| report.classifier == id);
    match report.map(|report| &*report.title) {
        Some(title) if !title.is_empty() && title != id => format!("{title} ({id})"),
        _ => id.to_owned(),
    }
}

fn labels(blocks: &mut Vec<Block>, classifier: &Described, set: &LabelSet, order: &str) {
    let names = |is: &dyn Fn(usize) -> bool| {
        let declared = set.declared().iter().enumerate();
        let names = declared.filter(|(position, _)| is(*position));
        let names: Vec<&str> = names.map(|(_, label)| &*label.id).collect();
        names.join(", ")
    };
    let abstain = names(&|position| set.is_abstention(crate::model::LabelIx(position)));
    let exclude = names(&|position| set.is_excluded(crate::model::LabelIx(position)));
    let mut caption = format!(
        "{}: labels and their definitions, in declared order{order}.",
        classifier.id
    );
    if !abstain.is_empty() {
        caption.push_str(&format!(" Abstains: {abstain}."));
    }
    if !exclude.is_empty() {
        caption.push_str(&format!(" Left out of all figures: {exclude}."));
    }
    let rows = set.declared().iter().map(|label| {
        vec![
            Cell::Text(label.id.to_string()),
            Cell::Text(label.says.to_string()),
        ]
    });
    blocks.push(Block::Caption(caption));
    blocks.push(Block::Table(Table {
        columns: vec![left("Label"), left("Definition")],
        rows: rows.collect(),
    }));
}

fn number(numeric: &Numeric) -> String {
    let mut text = "A number".to_owned();
    if let Some(unit) = &numeric.unit {
        text.push_str(&format!(" in {unit}"));
    }
    if let Some(min) = numeric.min {
        text.push_str(&format!(", at least {min}"));
    }
    if let Some(max) = numeric.max {
        text.push_str(&format!(", at most {max}"));
    }
    text.push_str(match numeric.log {
        true => "; figures are computed on its natural logarithm.",
        false => ".",
    });
    text
}

fn decided(decisions: &Decisions) -> String {
    let yields: Vec<&str> = decisions.yields.iter().map(|share| &*share.name).collect();
    format!(
        "A list of decisions, each of a stage ({}) and by a decider ({}). From it come the shares {}: \
         of the decisions of a stage, the part by a decider; undefined where there is none.",
        decisions.stages.join(", "),
        decisions.deciders.join(", "),
        yields.join(", ")
    )
}

fn rules(blocks: &mut Vec<Block>, classifier: &Described) {
    if classifier.rules.is_empty() {
        return;
    }
    let rows = classifier.rules.iter().map(|rule| {
        let cells = [&rule.name, &rule.when, &rule.expect, &rule.says];
        cells.map(|cell| Cell::Text(cell.clone())).to_vec()
    });
    blocks.push(Block::Caption(format!(
        "{}: telemetry rules, as they are evaluated.",
        classifier.id
    )));
    blocks.push(Block::Table(Table {
        columns: vec![
            left("Rule"),
            left("Where"),
            left("Telemetry should show"),
            left("Because"),
        ],
        rows: rows.collect(),
    }));
}

/// Every prompt in full.
pub(super) fn prompts(appendix: &Appendix) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(2, "Prompts".to_owned(), None),
        Block::Prose(
            "The files as they are, front matter between lines of plus signs included. In place of \
             {{item}} stands the text of the item, in place of {{labels}} the list of labels, with \
             their definitions where the front matter says so. A line that is too long goes on with \
             an indent; a character that the fonts lack stands as its Unicode number in a box."
                .to_owned(),
        ),
    ];
    for classifier in &appendix.classifiers {
        for prompt in &classifier.prompts {
            blocks.extend(one(&classifier.id, prompt));
        }
    }
    blocks
}

fn one(id: &str, prompt: &Prompt) -> [Block; 3] {
    let role = match prompt.is_candidate {
        true => "candidate",
        false => "baseline",
    };
    [
        Block::Heading(
            3,
            format!("{id}, revision {} ({role})", prompt.revision),
            None,
        ),
        Block::Prose(format!("{}, SHA-256 {}", prompt.file, prompt.sha256)),
        Block::Verbatim(prompt.text.clone()),
    ]
}
