//! One classifier: all of its figures, each table with a caption of its own.

use std::fmt::Display;

use super::condense::condense;
use super::names;
use crate::report::document::tables::{account, metrics, rules, slices, unanswered};
use crate::report::document::{
    Block, Cell, Detail, Table, calibration, classes, compare, directions, gates, reliability,
    repeats, versus,
};
use crate::report::model::{Direction, Report, Run};
use crate::report::numbers;
use crate::report::plot::Plot;
use crate::score::{IntervalMethod, Intervals, Metric, Scorecard};
use crate::stat::Method;

pub(super) fn section(report: &Report, run: &Run) -> Vec<Block> {
    let title = match &*report.title {
        "" => String::new(),
        title if title == report.classifier => String::new(),
        title => format!("{title}. "),
    };
    let held_against = match report.scheme {
        "derived" => "the same measure of the reference’s labels".to_owned(),
        _ => format!("the reference of rater “{}”", report.reference),
    };
    let mut blocks = vec![
        Block::Heading(2, report.classifier.clone(), None),
        Block::Prose(format!(
            "{title}{} scheme; {}, held against {held_against}; {}.",
            capital(report.scheme),
            versus(report),
            account(report)
        )),
    ];
    blocks.extend(unanswered(report).map(Block::Prose));
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    let what = |what: &str| caption(report, run, what);
    blocks.extend(figures(report, run));
    blocks.extend(captioned(
        classes::confusion(report),
        &what("Confusion matrix, counts of items"),
    ));
    blocks.extend(captioned(
        classes::classes(report),
        &what("Figures of each label; counts of items by reference and by candidate"),
    ));
    blocks.extend(captioned(rules(report), &what("Telemetry rules")));
    blocks.extend(second_raters(report, run));
    blocks.extend(captioned(
        calibration::calibration(report, Detail::Full),
        &format!(
            "{}: Whether confidence comes true, on items for which it is stated; {}.",
            report.classifier,
            intervals(run)
        ),
    ));
    blocks.extend(captioned(
        repeats::repeats(report),
        &what("Steadiness: the same question asked several times"),
    ));
    blocks.extend(captioned(slices(report), &what("Slices of the items")));
    blocks.extend(directed(report, run));
    blocks.extend(captioned(
        conditions(report),
        &what("Conditions declared in the project, and what they came to"),
    ));
    blocks.extend(captioned(
        compare::alarms(report),
        &what("What got significantly worse than the baseline without a condition on it"),
    ));
    with_keys(condense(blocks))
}

/// The words with a capital first.
pub(super) fn capital(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// What a table shows, of whom, on how many, and how its intervals are made.
fn caption(report: &Report, run: &Run, what: &str) -> String {
    let account = &report.scorecard.all.account;
    on(report, run, what, account.scored, account.n_clusters)
}

fn on(report: &Report, run: &Run, what: &str, n: impl Display, n_clusters: impl Display) -> String {
    format!(
        "{}: {what}. n = {n}, {n_clusters} clusters, {}.",
        report.classifier,
        intervals(run)
    )
}

/// The figures over all items; those of a share rest on the items that have it.
fn figures(report: &Report, run: &Run) -> Vec<Block> {
    let mut shares = report.scorecard.all.shares.iter();
    let mut names = report.names.shares.iter();
    let mut figures = caption(report, run, "Agreement with the reference");
    let mut blocks = Vec::new();
    for block in metrics(report, Detail::Full) {
        match block {
            Block::Heading(..) => {
                let measured = shares
                    .next()
                    .and_then(|share| share.metrics.values().next());
                let name = names.next().map_or("", |name| name);
                let what = format!("Agreement with the reference on {name}");
                figures = match measured {
                    Some(Ok(one)) => on(report, run, &what, numbers::count(one.n), one.n_clusters),
                    _ => caption(report, run, &what),
                };
            }
            other => blocks.extend(captioned(vec![other], &figures)),
        }
    }
    blocks
}

/// Each second rater, on the items that all three labelled.
fn second_raters(report: &Report, run: &Run) -> Vec<Block> {
    let mut opinions = report.seconds.iter().map(|(_, opinion)| opinion);
    let what = "Reliability of the reference: a second rater on the same items";
    let mut blocks = Vec::new();
    for block in reliability::reliability(report, Detail::Full) {
        match block {
            Block::Table(_) => {
                let caption = opinions.next().map_or_else(
                    || caption(report, run, what),
                    |opinion| {
                        let mut ceiling = opinion.ceiling.values();
                        let first = ceiling.find_map(|one| one.as_ref().ok());
                        let n_clusters = first.map_or(0, |one| one.n_clusters);
                        on(report, run, what, opinion.n, n_clusters)
                    },
                );
                blocks.extend(captioned(vec![block], &caption));
            }
            other => blocks.push(other),
        }
    }
    blocks
}

/// The conditions, with figures under the names that papers use.
fn conditions(report: &Report) -> Vec<Block> {
    let mut blocks = gates::gates(report);
    for block in &mut blocks {
        let Block::Table(table) = block else {
            continue;
        };
        if let Some(column) = table.columns.get_mut(1) {
            column.title = "Condition".to_owned();
        }
        for row in &mut table.rows {
            if let Some(Cell::Text(demand)) = row.get_mut(1) {
                *demand = names::of_words(demand);
            }
        }
    }
    blocks
}

/// Captions that say what the marks in their tables mean.
pub(super) fn with_keys(mut blocks: Vec<Block>) -> Vec<Block> {
    let keys: Vec<String> = blocks.iter().map(keys).collect();
    let after = keys.into_iter().skip(1);
    for (block, keys) in blocks.iter_mut().zip(after) {
        if let Block::Caption(caption) = block {
            caption.push_str(&keys);
        }
    }
    blocks
}

/// What the marks of a table mean, as far as it has any.
fn keys(block: &Block) -> String {
    let cells: Vec<Cell> = match block {
        Block::Table(table) => table.rows.concat(),
        Block::Matrix(matrix) => matrix.table().rows.concat(),
        _ => return String::new(),
    };
    let has = |is: &dyn Fn(&str) -> bool| {
        cells.iter().any(|cell| match cell {
            Cell::Number(text)
            | Cell::Estimate(text, _)
            | Cell::Faint(text)
            | Cell::Count(text, _) => is(text),
            _ => false,
        })
    };
    let marks = [
        (
            has(&|text| text.ends_with("]*")),
            "* too few clusters to trust the interval".to_owned(),
        ),
        (
            cells.contains(&Cell::Suppressed),
            format!("{} hidden", numbers::HIDDEN),
        ),
        (has(&|text| text == "–"), "– undefined".to_owned()),
        (has(&|text| text == "·"), "· none".to_owned()),
    ];
    let marks = marks.into_iter().filter(|(is_there, _)| *is_there);
    let marks: Vec<String> = marks.map(|(_, says)| says).collect();
    match marks.is_empty() {
        true => String::new(),
        false => format!(" {}.", marks.join("; ")),
    }
}

/// Level and making of all intervals, in a few words.
pub(super) fn intervals(run: &Run) -> String {
    let Intervals {
        level,
        method,
        resamples,
        seed,
        ..
    } = run.manifest.intervals;
    match method {
        IntervalMethod::Auto => format!("{level} cluster-robust intervals"),
        IntervalMethod::Wilson => format!("{level} intervals of independent items"),
        IntervalMethod::Delta => format!("{level} cluster-robust delta-method intervals"),
        IntervalMethod::Bootstrap => {
            format!("{level} cluster-bootstrap intervals ({resamples} resamples, seed {seed})")
        }
    }
}

/// The blocks with headings turned into captions, and figures under the names that papers use.
fn captioned(blocks: Vec<Block>, caption: &str) -> Vec<Block> {
    let mut heading: Option<String> = None;
    let mut captioned = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(_, title, _) => heading = Some(title),
            Block::Table(table) => {
                captioned.push(Block::Caption(with(caption, heading.take())));
                captioned.push(Block::Table(named(table)));
            }
            Block::Matrix(matrix) => {
                heading = None;
                captioned.push(Block::Caption(caption.to_owned()));
                captioned.push(Block::Matrix(matrix));
            }
            Block::Plot(mut plot) => {
                plot.title = with(caption, Some(plot.title));
                captioned.push(Block::Plot(weak_explained(plot)));
            }
            other => captioned.push(other),
        }
    }
    captioned
}

/// Directions, each table and plot captioned with the direction it is of. Their intervals are by
/// regression whatever the other figures have.
fn directed(report: &Report, run: &Run) -> Vec<Block> {
    let level = run.manifest.intervals.level;
    let intervals = format!("{level} cluster-robust intervals");
    let caption = |what: &str, direction: Option<&Direction>| {
        let rests_on = direction.map_or_else(String::new, rests_on);
        format!("{}: {what}. {rests_on}{intervals}.", report.classifier)
    };
    let mut directions = report.directions.iter();
    let mut direction: Option<&Direction> = None;
    // What the next table of the direction shows.
    let mut tables = ["Directions: how telemetry moves with the label"].iter();
    let mut captioned = Vec::new();
    for block in directions::directions(report, Detail::Full) {
        match block {
            Block::Heading(..) => {
                direction = directions.next();
                tables = [
                    "mean by label, with nothing held constant",
                    "from each label to the next, other things equal",
                ]
                .iter();
            }
            Block::Table(table) => {
                let shows = tables.next().copied().unwrap_or_default();
                let shows = match direction {
                    None => shows.to_owned(),
                    Some(direction) => format!("{}, {shows}", direction.name),
                };
                captioned.push(Block::Caption(caption(&shows, direction)));
                captioned.push(Block::Table(titled(table)));
            }
            Block::Plot(mut plot) => {
                plot.title = caption(&plot.title, direction);
                captioned.push(Block::Plot(weak_explained(plot)));
            }
            other => captioned.push(other),
        }
    }
    captioned
}

/// How many items and clusters a direction rests on, as far as that may be told.
fn rests_on(direction: &Direction) -> String {
    let side = &direction.score.candidate;
    let n = side.n.map_or_else(
        || "Number of items hidden".to_owned(),
        |n| format!("n = {n}"),
    );
    match &side.effect {
        Ok(effect) => format!("{n}, {} clusters, ", effect.n_clusters),
        Err(_) => format!("{n}, "),
    }
}

/// The plot, with what hollow points mean where it has some.
fn weak_explained(mut plot: Plot) -> Plot {
    if plot.has_weak() {
        plot.title
            .push_str(" Hollow: too few clusters to trust the interval.");
    }
    plot
}

/// The caption, with what a heading said of the very table where it said more.
fn with(caption: &str, heading: Option<String>) -> String {
    match heading {
        Some(heading) if !matches!(&*heading, "Classes" | "Slices") => {
            format!("{caption} {heading}.")
        }
        _ => caption.to_owned(),
    }
}

fn named(mut table: Table) -> Table {
    for row in &mut table.rows {
        if let Some(Cell::Text(key)) = row.first_mut()
            && let Some(name) = names::of_key(key)
        {
            *key = name.to_owned();
        }
    }
    titled(table)
}

/// The table with titles as papers write them; its rows begin with names from the data.
fn titled(mut table: Table) -> Table {
    for column in &mut table.columns {
        if let Some(name) = names::of_title(&column.title) {
            column.title = name;
        }
    }
    table
}

/// The ways in which the intervals of a run were made, in the order of their names.
pub(super) fn methods_used(run: &Run) -> Vec<Method> {
    let mut methods: Vec<Method> = Vec::new();
    let scorecards = run.reports.iter().map(|report| &report.scorecard);
    for method in scorecards.flat_map(of_scorecard) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods.sort_by_key(|method| method.key());
    methods
}

fn of_scorecard(scorecard: &Scorecard) -> Vec<Method> {
    let all = &scorecard.all;
    let shares = all.shares.iter().flat_map(|share| share.metrics.values());
    let classes = all.classes.iter().flat_map(|class| class.metrics.values());
    let rules = scorecard
        .rules
        .iter()
        .flat_map(|rule| rule.metrics.values());
    let differences = scorecard.comparison.iter();
    let differences = differences.flat_map(|comparison| comparison.differences.values());
    let measured = all.metrics.values().chain(shares).chain(classes);
    let measured = measured.chain(rules).chain(differences);
    let intervals = measured.filter_map(|one| one.as_ref().ok()?.interval.as_ref().ok());
    intervals.map(|interval| interval.method).collect()
}

/// Whether any report has one of these figures.
pub(super) fn has_any(run: &Run, wanted: &[Metric]) -> bool {
    let has = |metrics: &std::collections::BTreeMap<Metric, _>| {
        wanted.iter().any(|metric| metrics.contains_key(metric))
    };
    run.reports.iter().any(|report| {
        let all = &report.scorecard.all;
        has(&all.metrics) || all.shares.iter().any(|share| has(&share.metrics))
    })
}
