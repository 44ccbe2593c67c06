//! The queue of a review, and what its decisions change.

use super::tables::{self, is_p, measured_cell, side_cell};
use super::{Block, Cell, Detail, Document, Table, left, right};
use crate::report::numbers;
use crate::report::review::{Effect, Labelled, Queue, Queued, Random, Taken};
use crate::score::{ClassMetric, Figure, Measured};
use crate::stat::Undefined;

/// So much of a text stands in a terminal.
const MOST_LINES: usize = 6;
const LONGEST_LINE: usize = 160;

/// What decisions on chosen items cannot show.
const CHOSEN: &str = "Items came into the queue because something disagreed on them; errors that \
    nothing contradicts were not looked at. So the figures after flatter the candidate: they say \
    what the decisions change, and are no estimate for all items.";

/// What to do about it.
const DRAW: &str = "`review --random N` draws items by chance, which are one.";
const APART: &str = "What was drawn at random stands apart and is one.";

/// Lays a queue out, the most informative items first.
pub fn queue(queue: &Queue) -> Document {
    let n_shown = queue.entries.len();
    let n_drawn = queue.n_drawn();
    let n_shown = n_shown - n_drawn;
    let mut words = match (n_shown, queue.n_all) {
        (0, _) if n_drawn > 0 => String::new(),
        (0, _) => "Nothing is worth a look.".to_owned(),
        (shown, all) if shown == all => format!("{all} to look at, the most informative first."),
        (shown, all) => format!("{shown} of {all} to look at, the most informative first."),
    };
    if n_drawn > 0 {
        let and = if words.is_empty() { "" } else { " Then " };
        words = format!("{n_drawn} drawn at random.{and}{words}");
    }
    if queue.n_decided > 0 {
        words.push_str(&format!(" {} decided already.", queue.n_decided));
    }
    let notes = queue.notes.iter().cloned().map(Block::Prose);
    let entries = queue.entries.iter().enumerate();
    Document {
        head: std::iter::once(Block::Prose(words)).chain(notes).collect(),
        sections: entries
            .map(|(place, entry)| of_entry(place, entry))
            .collect(),
        ..Document::default()
    }
}

fn of_entry(place: usize, entry: &Queued) -> Vec<Block> {
    let title = format!(
        "{}. {} · {} · {}",
        place + 1,
        entry.classifier,
        entry.id,
        numbers::stated(entry.score)
    );
    let row = |what: &str, labelled: &Labelled| {
        vec![
            Cell::Faint(what.to_owned()),
            Cell::Text(labelled.by.clone()),
            Cell::Text(labelled.label.clone()),
        ]
    };
    let mut rows = vec![row("reference", &entry.reference)];
    rows.extend(entry.seconds.iter().map(|second| row("second", second)));
    rows.extend(entry.baseline.iter().map(|side| row("baseline", side)));
    rows.push(row("candidate", &entry.candidate));
    let mut blocks = vec![
        Block::Heading(2, title, None),
        Block::Table(Table {
            columns: vec![left(""), left(""), left("")],
            rows,
        }),
        Block::List(entry.words()),
    ];
    let beginning = beginning(&entry.text);
    blocks.extend((!beginning.is_empty()).then_some(Block::Verbatim(beginning)));
    blocks
}

/// The first lines of a text, none of them very long.
fn beginning(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut kept: Vec<String> = lines.by_ref().take(MOST_LINES).map(cut).collect();
    if lines.next().is_some() {
        kept.push("…".to_owned());
    }
    kept.join("\n")
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Lays out what decisions change.
pub fn effect(taken: &Taken) -> Document {
    let n: usize = taken.effects.iter().map(|one| one.n_decisions).sum();
    let mut words = match n {
        1 => format!("1 decision of {}", taken.who),
        n => format!("{n} decisions of {}", taken.who),
    };
    if taken.n_open > 0 {
        let rows = if taken.n_open == 1 { "row" } else { "rows" };
        words.push_str(&format!("; {} {rows} without a decision", taken.n_open));
    }
    words.push_str(match taken.dry_run {
        true => ". A dry run: nothing was written.",
        false => ".",
    });
    let notes = taken.notes.iter().cloned().map(Block::Prose);
    let has_random = taken.effects.iter().any(|one| one.random.is_some());
    let chosen = match has_random {
        true => format!("{CHOSEN} {APART}"),
        false => format!("{CHOSEN} {DRAW}"),
    };
    let mut head = vec![Block::Prose(words), Block::Prose(chosen)];
    head.extend(notes);
    let sections = taken.effects.iter();
    let sections = sections.map(|one| of_classifier(one, taken.dry_run));
    let sections: Vec<Vec<Block>> = sections.collect();
    Document {
        head,
        legend: super::legend(&sections),
        sections,
        ..Document::default()
    }
}

fn of_classifier(effect: &Effect, dry_run: bool) -> Vec<Block> {
    let Effect { before, after, .. } = effect;
    let title = format!("{} · {} against", before.classifier, before.candidate);
    let mut words = vec![match (effect.n_decisions, dry_run) {
        (1, true) => format!("1 decision for {}.", effect.file),
        (n, true) => format!("{n} decisions for {}.", effect.file),
        (1, false) => format!("1 decision added to {}.", effect.file),
        (n, false) => format!("{n} decisions added to {}.", effect.file),
    }];
    match effect.n_same {
        0 => {}
        1 => words.push("1 of them says what had been decided before.".to_owned()),
        n => words.push(format!("{n} of them say what had been decided before.")),
    }
    if !effect.adjudicated {
        words.push(format!(
            "Reports go on to take {} as right and show the decisions as a second opinion; \
             `adjudicated = true` under [reference] takes them as right.",
            before.reference
        ));
    }
    let mut blocks = vec![
        Block::Heading(2, format!("{title} {}", after.reference), None),
        Block::Prose(words.join(" ")),
        Block::Table(Table {
            columns: vec![
                left(""),
                left(&format!("before: {}", before.reference)),
                left("after"),
                right("difference"),
            ],
            rows: rows(effect),
        }),
    ];
    blocks.extend(gates(effect));
    blocks.extend(effect.random.iter().flat_map(random));
    blocks
}

/// What the items drawn at random tell of all that could be drawn.
fn random(random: &Random) -> Vec<Block> {
    let Random {
        n_drawn,
        n_decided,
        report,
    } = random;
    let open = match n_drawn.saturating_sub(*n_decided) {
        0 => String::new(),
        n => format!(
            " {n} of those drawn have no decision: if they were passed over because they are hard, \
             the figures flatter."
        ),
    };
    let mut blocks = vec![
        Block::Heading(3, "Drawn at random".to_owned(), None),
        Block::Prose(format!(
            "Held against the decisions on {n_decided} items drawn at random alone. This is an \
             estimate for all items with a label and without an earlier decision.{open}"
        )),
    ];
    blocks.extend(tables::metrics(report, Detail::Summary));
    blocks
}

fn rows(effect: &Effect) -> Vec<Vec<Cell>> {
    let Effect { before, after, .. } = effect;
    let (was, is) = (&before.scorecard.all, &after.scorecard.all);
    let overall = was.metrics.keys().map(|metric| Figure::Overall(*metric));
    let classes = (0..was.classes.len()).map(|class| Figure::Class(class, ClassMetric::F1));
    let scored = |count: u64| Cell::Number(count.to_string());
    let mut rows = vec![vec![
        Cell::Text("scored items".to_owned()),
        scored(was.account.scored),
        scored(is.account.scored),
        Cell::Text(String::new()),
    ]];
    rows.extend(overall.chain(classes).filter_map(|figure| {
        let (was, is) = (was.figure(figure)?, is.figure(figure)?);
        let is_known = |one: &Measured| matches!(one, Ok(_) | Err(Undefined::Suppressed));
        (is_known(was) || is_known(is)).then(|| {
            vec![
                Cell::Text(before.figure_name(figure)),
                measured_cell(was, figure),
                measured_cell(is, figure),
                match is_p(figure) {
                    true => side_cell(None),
                    false => difference(was, is),
                },
            ]
        })
    }));
    rows
}

fn difference(was: &Measured, is: &Measured) -> Cell {
    match (was, is) {
        (Ok(was), Ok(is)) => Cell::Number(numbers::between(was, is)),
        (Err(Undefined::Suppressed), _) | (_, Err(Undefined::Suppressed)) => Cell::Suppressed,
        _ => side_cell(None),
    }
}

/// The gates that the decisions decide otherwise.
fn gates(effect: &Effect) -> Option<Block> {
    let Effect { before, after, .. } = effect;
    let gates = before.gates.iter().zip(&after.gates);
    let moved = gates.filter(|((_, was), (_, is))| was.verdict != is.verdict);
    let rows: Vec<Vec<Cell>> = moved
        .map(|((gate, was), (_, is))| {
            vec![
                Cell::Text(super::gate_demand(before, gate)),
                Cell::Verdict(was.verdict),
                Cell::Verdict(is.verdict),
            ]
        })
        .collect();
    let table = Table {
        columns: vec![left("gate"), left("before"), left("after")],
        rows,
    };
    (!table.rows.is_empty()).then_some(Block::Table(table))
}
