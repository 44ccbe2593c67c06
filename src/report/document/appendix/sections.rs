//! One classifier: all of its figures, each table with a caption of its own.

use super::names;
use crate::report::document::tables::{account, metrics, rules, slices, unanswered};
use crate::report::document::{
    Block, Cell, Detail, Table, calibration, classes, compare, directions, gates, reliability,
    repeats, versus,
};
use crate::report::model::{Report, Run};
use crate::report::plot::Plot;
use crate::score::{IntervalMethod, Intervals, Metric, Scorecard};
use crate::stat::Method;

pub(super) fn section(report: &Report, run: &Run) -> Vec<Block> {
    let title = match &*report.title {
        "" => String::new(),
        title if title == report.classifier => String::new(),
        title => format!("{title}. "),
    };
    let mut blocks = vec![
        Block::Heading(2, report.classifier.clone(), None),
        Block::Prose(format!(
            "{title}{} scheme; {}, held against the reference of rater “{}”; {}.",
            capital(report.scheme),
            versus(report),
            report.reference,
            account(report)
        )),
    ];
    blocks.extend(unanswered(report).map(Block::Prose));
    blocks.extend(report.notes.iter().cloned().map(Block::Prose));
    let what = |what: &str| caption(report, run, what);
    let figures = what("Agreement with the reference");
    blocks.extend(captioned(metrics(report, Detail::Full), &figures));
    blocks.extend(captioned(
        classes::confusion(report),
        &what("Confusion matrix, counts of items"),
    ));
    blocks.extend(captioned(
        classes::classes(report),
        &what("Figures of each label; counts of items by reference and by candidate"),
    ));
    blocks.extend(captioned(rules(report), &what("Telemetry rules")));
    blocks.extend(captioned(
        reliability::reliability(report, Detail::Full),
        &what("Reliability of the reference: a second rater on the same items"),
    ));
    blocks.extend(captioned(
        calibration::calibration(report, Detail::Full),
        &what("Whether confidence comes true"),
    ));
    blocks.extend(captioned(
        repeats::repeats(report),
        &what("Steadiness: the same question asked several times"),
    ));
    blocks.extend(captioned(slices(report), &what("Slices of the items")));
    blocks.extend(directed(report, run));
    blocks.extend(captioned(
        gates::gates(report),
        &what("Conditions set beforehand, and what they came to"),
    ));
    blocks.extend(captioned(
        compare::alarms(report),
        &what("What got significantly worse than the baseline without a condition on it"),
    ));
    blocks
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
    format!(
        "{}: {what}. n = {}, {} clusters, {}.",
        report.classifier,
        account.scored,
        account.n_clusters,
        intervals(run)
    )
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
    let account = &report.scorecard.all.account;
    let rests_on = format!(
        "n = {}, {} clusters, {} cluster-robust intervals",
        account.scored, account.n_clusters, run.manifest.intervals.level
    );
    let caption = |what: &str| format!("{}: {what}. {rests_on}.", report.classifier);
    let mut directions = report.directions.iter();
    let mut name = "";
    // What the next table of the direction shows.
    let mut tables = ["Directions: how telemetry moves with the label"].iter();
    let mut captioned = Vec::new();
    for block in directions::directions(report, Detail::Full) {
        match block {
            Block::Heading(..) => {
                name = directions.next().map_or("", |direction| &direction.name);
                tables = [
                    "mean by label, with nothing held constant",
                    "from each label to the next, other things equal",
                ]
                .iter();
            }
            Block::Table(table) => {
                let shows = tables.next().copied().unwrap_or_default();
                let shows = match name {
                    "" => shows.to_owned(),
                    name => format!("{name}, {shows}"),
                };
                captioned.push(Block::Caption(caption(&shows)));
                captioned.push(Block::Table(table));
            }
            Block::Plot(mut plot) => {
                plot.title = caption(&plot.title);
                captioned.push(Block::Plot(weak_explained(plot)));
            }
            other => captioned.push(other),
        }
    }
    captioned
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
    for column in &mut table.columns {
        if let Some(name) = names::of_title(&column.title) {
            column.title = name.to_owned();
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
