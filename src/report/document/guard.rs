//! What was found about the test itself.

use super::{Block, Cell, Table, left};
use crate::finding::{Finding, Spot};
use crate::gate::Verdict;
use crate::report::guard::Guard;

/// The findings, and what else must be known of the run.
pub(super) fn guard(guard: &Guard) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(guard.warnings.iter().cloned().map(Block::Prose));
    blocks.extend(guard.no_base.iter().cloned().map(Block::Prose));
    let failing = guard.n_failing();
    let allowed = guard.findings.len() - failing;
    if guard.findings.is_empty() {
        blocks.extend(
            guard
                .base
                .as_ref()
                .filter(|_| guard.no_base.is_none())
                .map(|base| {
                    Block::Prose(format!(
                        "Gates, gold and label schemes are no weaker than at {base}."
                    ))
                }),
        );
        return blocks;
    }
    let mut title = match &guard.base {
        Some(base) => format!("Findings against {base}"),
        None => "Findings".to_owned(),
    };
    if allowed > 0 {
        title = format!("{title}, {allowed} allowed");
    }
    let verdict = match failing {
        0 => Verdict::Pass,
        _ => Verdict::Fail,
    };
    blocks.push(Block::Heading(2, title, Some(verdict)));
    blocks.push(Block::Table(Table {
        columns: vec![
            left("finding"),
            left(""),
            left("where"),
            left("what"),
            left(""),
        ],
        rows: guard
            .findings
            .iter()
            .map(|finding| row(guard, finding))
            .collect(),
    }));
    if failing > 0 {
        let words: Vec<&str> = names(guard);
        blocks.push(Block::Prose(format!(
            "If this is meant, allow it by name: {}.",
            words
                .iter()
                .map(|word| format!("--allow {word}"))
                .collect::<Vec<_>>()
                .join(" ")
        )));
    }
    blocks
}

/// The words of the findings that nobody has allowed, each once.
fn names(guard: &Guard) -> Vec<&'static str> {
    let failing = guard.findings.iter().filter(|finding| !finding.allowed);
    let mut words: Vec<&str> = failing.map(|finding| finding.name.word()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn row(guard: &Guard, finding: &Finding) -> Vec<Cell> {
    let verdict = match finding.allowed {
        true => Cell::Faint("allowed".to_owned()),
        false => Cell::Verdict(Verdict::Fail),
    };
    let mut note = finding.before.as_ref().map_or_else(String::new, |before| {
        let base = guard.base.as_deref().unwrap_or("the base");
        format!("at {base}: {}", Spot::shown(before))
    });
    if !finding.items.is_empty() {
        let items = finding.items.join(", ");
        note = match note.is_empty() {
            true => format!("items: {items}"),
            false => format!("{note}; items: {items}"),
        };
    }
    vec![
        verdict,
        Cell::Text(finding.name.word().to_owned()),
        Cell::Faint(finding.place.shown()),
        Cell::Text(finding.message.clone()),
        Cell::Note(note),
    ]
}
