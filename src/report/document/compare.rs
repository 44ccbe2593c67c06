//! The section of a comparison: what differs, who is right, what moved.

use super::count_cell;
use super::tables::{difference_cell, is_main, is_told_already, side_cell};
use super::{Block, Cell, Column, Detail, Matrix, Table, gates, left, reliability, right, tables};
use crate::gate::{Demand, Verdict, Watch};
use crate::report::model::Report;
use crate::report::numbers;
use crate::score::{
    ClassMetric, ClassScore, Comparison, Figure, LabelMoves, McNemar, Metric, Moved, NumberMoves,
    Shown, Turns,
};
use crate::stat::Undefined;

pub(super) fn section(report: &Report, detail: Detail) -> Vec<Block> {
    let mut title = report.classifier.clone();
    if !report.title.is_empty() {
        title = format!("{title} · {}", report.title);
    }
    let mut blocks = vec![Block::Heading(2, title, report.verdict())];
    let Some(comparison) = &report.scorecard.comparison else {
        return blocks;
    };
    blocks.push(Block::Prose(account(report, comparison)));
    blocks.extend(not_common(report, comparison).map(Block::Prose));
    blocks.extend(tables::unanswered(report).map(Block::Prose));
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    blocks.extend(figures(report, comparison, detail));
    blocks.extend(reliability::reliability(report, detail));
    blocks.extend(discordant(report, comparison));
    match &comparison.moved {
        Some(Moved::Labels(moves)) => blocks.extend(label_moves(report, moves)),
        Some(Moved::Numbers(moves)) => blocks.push(number_moves(report, moves)),
        None => {}
    }
    blocks.extend(items_that_moved(report, comparison, detail));
    blocks.extend(alarms(report));
    blocks.extend(gates::gates(report));
    blocks
}

/// What the verdict says, in a sentence.
pub(super) fn verdict(report: &Report, verdict: Verdict) -> String {
    let margin = report.gates.iter().find_map(|(gate, _)| match gate.demand {
        Demand::NotBehind { margin, .. } => Some(numbers::threshold(margin)),
        Demand::AtLeast { .. } | Demand::AtMost { .. } => None,
    });
    let margin = margin.unwrap_or_default();
    let (before, after) = (baseline(report), &report.candidate);
    match verdict {
        Verdict::Pass => format!("{after} is not worse than {before} by more than {margin}"),
        Verdict::Fail => format!("{after} is worse than {before} by more than {margin}"),
        Verdict::Inconclusive => {
            format!(
                "these items cannot tell whether {after} is worse than {before} by more than {margin}"
            )
        }
    }
}

pub(super) fn baseline(report: &Report) -> &str {
    report.baseline.as_deref().unwrap_or("baseline")
}

pub(super) fn account(report: &Report, comparison: &Comparison) -> String {
    let account = &report.scorecard.all.account;
    let mut words = vec![format!(
        "{} against {}, compared on {} with a reference label",
        report.candidate,
        baseline(report),
        counted(comparison.n, "item")
    )];
    words.push(tables::clusters(account.n_clusters, account.scored));
    for (n, what) in [
        (account.missing_reference, "without reference"),
        (
            account.excluded.both + account.excluded.reference_only,
            "excluded by label",
        ),
    ] {
        if n > 0 {
            words.push(format!("{n} {what}"));
        }
    }
    words.join(", ")
}

fn counted(n: u64, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// Which side lacks how many items.
pub(super) fn not_common(report: &Report, comparison: &Comparison) -> Option<String> {
    let lack = comparison.not_common;
    let sides = [
        (lack.candidate_lacks, format!("{} lacks", report.candidate)),
        (lack.baseline_lacks, format!("{} lacks", baseline(report))),
        (lack.both_lack, "both lack".to_owned()),
    ];
    let sides: Vec<String> = sides
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, who)| format!("{who} {n}"))
        .collect();
    (!sides.is_empty()).then(|| {
        format!(
            "Not common and left out: {}: {}.",
            counted(lack.total(), "item"),
            sides.join(", ")
        )
    })
}

/// Every difference, or the main ones.
pub(super) fn figures(report: &Report, comparison: &Comparison, detail: Detail) -> Vec<Block> {
    let is_full = detail == Detail::Full;
    let all = || comparison.differences.keys().copied();
    let has_coverage = report
        .scorecard
        .all
        .metrics
        .get(&Metric::Coverage)
        .is_some_and(|coverage| !matches!(coverage, Ok(estimate) if estimate.value == 1.0));
    let overall = all().filter(|figure| match figure {
        Figure::Overall(Metric::Coverage) => is_full || has_coverage,
        Figure::Overall(metric) if is_told_already(report, *metric) => false,
        Figure::Overall(metric) | Figure::Share(_, metric) => {
            is_full || is_main(report.scheme, *metric)
        }
        _ => false,
    });
    let mut blocks = vec![Block::Table(rows(report, comparison, "", overall))];
    let classes = &report.scorecard.all.classes;
    let is_used = |class: usize| {
        let used = |classes: &[ClassScore]| classes.get(class).is_some_and(ClassScore::is_used);
        let of_baseline = report.scorecard.baseline.as_ref();
        used(classes) || of_baseline.is_some_and(|measures| used(&measures.classes))
    };
    let of_classes = all().filter(|figure| match figure {
        Figure::Class(class, metric) => is_used(*class) && (is_full || *metric == ClassMetric::F1),
        _ => false,
    });
    blocks.extend(filled(rows(report, comparison, "class", of_classes)));
    let of_rules = all().filter(|figure| is_full && matches!(figure, Figure::Rule(..)));
    blocks.extend(filled(rows(report, comparison, "telemetry rule", of_rules)));
    blocks
}

fn filled(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn rows(
    report: &Report,
    comparison: &Comparison,
    title: &str,
    figures: impl Iterator<Item = Figure>,
) -> Table {
    let card = &report.scorecard;
    let of_baseline = |figure: Figure| match figure {
        Figure::Rule(..) => None,
        _ => card.baseline.as_ref()?.figure(figure),
    };
    let rows = figures.map(|figure| {
        let mut cells = vec![Cell::Text(report.figure_name(figure))];
        cells.push(side_cell(of_baseline(figure)));
        cells.push(side_cell(card.figure(figure)));
        cells.push(difference_cell(Some(comparison), figure));
        cells
    });
    Table {
        rows: rows.collect(),
        columns: vec![
            left(title),
            right(baseline(report)),
            right(&report.candidate),
            left("better by"),
        ],
    }
}

/// Who is right, and McNemar's tests.
pub(super) fn discordant(report: &Report, comparison: &Comparison) -> Vec<Block> {
    let (Some([of_baseline, of_candidate]), Some(tests)) =
        (comparison.discordant, comparison.mcnemar)
    else {
        return Vec::new();
    };
    let (before, after) = (baseline(report), &report.candidate);
    let McNemar {
        exact,
        mid,
        chi_square,
    } = tests;
    let title = format!(
        "Right on one side alone: {} by {after}, {} by {before}",
        numbers::shown_count(of_candidate),
        numbers::shown_count(of_baseline)
    );
    let mut sentence = format!(
        "McNemar's tests, which take items as independent: {}, {}, {}.",
        p("exact", exact),
        p("mid-p", mid),
        p("χ²", chi_square)
    );
    if let Some(test) = &comparison.noninferiority {
        sentence.push_str(&format!(
            " Not worse by more than {}: {}.",
            numbers::threshold(test.margin),
            p("one-sided", test.p)
        ));
    }
    vec![Block::Heading(3, title, None), Block::Prose(sentence)]
}

fn p(name: &str, p: Result<f64, Undefined>) -> String {
    match p {
        Ok(p) if p < 0.001 => format!("{name} p < 0.001"),
        Ok(p) => format!("{name} p = {}", numbers::p_value(p)),
        Err(undefined) => format!("{name} p undefined ({undefined})"),
    }
}

pub(super) fn label_moves(report: &Report, moves: &LabelMoves) -> Vec<Block> {
    let title = format!(
        "What moved: {} of {} changed label",
        numbers::shown_count(moves.n_changed.map(|n| n as f64)),
        counted(moves.n_labelled, "item")
    );
    let mut blocks = vec![Block::Heading(3, title, None)];
    if moves.n_changed != Some(0) {
        blocks.push(Block::Matrix(changes(report, moves)));
    }
    let by_class = moves.classes.iter().zip(&report.names.labels);
    let by_class = by_class.map(|(turns, label)| (vec![label.clone()], *turns));
    let slices = report.scorecard.slices.iter().filter_map(|score| {
        let Some(Moved::Labels(moves)) = &score.comparison.as_ref()?.moved else {
            return None;
        };
        let slice = report.names.slices[score.slice].clone();
        Some((vec![slice, score.value.to_string()], moves.turns))
    });
    if moves.turns.worsened != Some(0) || moves.turns.improved != Some(0) {
        blocks.push(turns(report, &["reference"], by_class, Some(moves.turns)));
        blocks.push(turns(report, &["slice", "value"], slices, None));
        blocks.retain(|block| !matches!(block, Block::Table(table) if table.rows.is_empty()));
    }
    blocks
}

/// The items that moved for better or worse, by name, where they may be named.
pub(super) fn items_that_moved(
    report: &Report,
    comparison: &Comparison,
    detail: Detail,
) -> Vec<Block> {
    let lists = match &comparison.moved {
        Some(Moved::Labels(moves)) => [
            ("Right → wrong", &moves.worsened),
            ("Wrong → right", &moves.improved),
        ],
        Some(Moved::Numbers(moves)) => [("Farther", &moves.farther), ("Nearer", &moves.nearer)],
        None => return Vec::new(),
    };
    let lists = lists.into_iter();
    lists
        .filter_map(|(title, list)| items(report, title, list, detail))
        .collect()
}

/// The matrix of label changes, without labels that nobody used.
fn changes(report: &Report, moves: &LabelMoves) -> Matrix {
    let n = moves.labels.len();
    let is_used = |label: &usize| {
        let is_nothing = |count: Shown<u64>| count == Some(0);
        let nothing = |other: usize| {
            is_nothing(moves.changes[*label][other]) && is_nothing(moves.changes[other][*label])
        };
        !(0..n).all(nothing)
    };
    let used: Vec<usize> = (0..n).filter(is_used).collect();
    let counts = |before: &usize| {
        let row = &moves.changes[*before];
        let count = |after: &usize| row[*after].map(|n| n as f64);
        used.iter().map(count).collect()
    };
    Matrix {
        rows: baseline(report).to_owned(),
        columns: report.candidate.clone(),
        labels: used.iter().map(|l| moves.labels[*l].to_string()).collect(),
        counts: used.iter().map(counts).collect(),
        totals: None,
    }
}

/// Items by who has them right, one row for each group.
fn turns(
    report: &Report,
    titles: &[&str],
    groups: impl Iterator<Item = (Vec<String>, Turns)>,
    all: Option<Turns>,
) -> Block {
    let mut columns: Vec<Column> = titles.iter().map(|title| left(title)).collect();
    columns.extend([
        right("items"),
        right(&format!("{} right", baseline(report))),
        right(&format!("{} right", report.candidate)),
        right("right → wrong"),
        right("wrong → right"),
    ]);
    let counts = |turns: Turns| {
        [
            turns.total(),
            turns.baseline_right(),
            turns.candidate_right(),
            turns.worsened,
            turns.improved,
        ]
        .map(|n| count_cell(n.map(|n| n as f64), false))
    };
    let mut rows: Vec<Vec<Cell>> = groups
        .filter(|(_, turns)| turns.total() != Some(0))
        .map(|(names, turns)| {
            let names = names.into_iter().map(Cell::Text);
            names.chain(counts(turns)).collect()
        })
        .collect();
    if let Some(all) = all {
        let name = std::iter::once(Cell::Faint("all".to_owned()));
        rows.push(name.chain(counts(all)).collect());
    }
    Block::Table(Table { columns, rows })
}

/// The items by name, where they may be named; of many the first, unless all is wanted.
fn items(report: &Report, title: &str, items: &[usize], detail: Detail) -> Option<Block> {
    const FEW: usize = 10;
    if !report.names_items || items.is_empty() {
        return None;
    }
    let most = match detail {
        Detail::Full => items.len(),
        Detail::Summary => FEW,
    };
    let ids = items.iter().take(most);
    let ids: Vec<&str> = ids.map(|item| &*report.names.items[*item]).collect();
    let more = match items.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(" and {more} more, which -v names"),
    };
    Some(Block::Prose(format!("{title}: {}{more}.", ids.join(", "))))
}

pub(super) fn number_moves(report: &Report, moves: &NumberMoves) -> Block {
    let count = |n: Shown<u64>| numbers::shown_count(n.map(|n| n as f64));
    Block::Prose(format!(
        "What moved: {} is nearer to the reference on {}, farther on {}, as far on {}.",
        report.candidate,
        moves
            .n_nearer
            .map_or_else(|| numbers::HIDDEN.to_owned(), |n| counted(n, "item")),
        count(moves.n_farther),
        count(moves.as_far)
    ))
}

/// Figures that got worse although no gate says anything of it.
pub(super) fn alarms(report: &Report) -> Vec<Block> {
    let Some(Watch { n_watched, alarms }) = &report.watch else {
        return Vec::new();
    };
    if alarms.is_empty() {
        return Vec::new();
    }
    let title = format!(
        "Alarms: {} of {n_watched} figures without a gate got significantly worse (no verdict \
         changes)",
        alarms.len()
    );
    let rows = alarms.iter().map(|alarm| {
        let difference = match &alarm.difference {
            Ok(estimate) => {
                let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
                let limits = numbers::limits(estimate, unbounded);
                format!("{} {limits}", numbers::signed(estimate))
            }
            Err(_) => "–".to_owned(),
        };
        vec![
            Cell::Text(report.figure_name(alarm.figure)),
            Cell::Number(difference),
            Cell::Number(numbers::p_value(alarm.p)),
            Cell::Number(numbers::p_value(alarm.adjusted_p)),
        ]
    });
    vec![
        Block::Heading(3, title, None),
        Block::Table(Table {
            columns: vec![
                left("figure"),
                left("better by"),
                right("p"),
                right("p after Holm"),
            ],
            rows: rows.collect(),
        }),
    ]
}
