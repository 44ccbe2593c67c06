//! Whether confidence comes true: a sentence and figures of everyone who states some, and the
//! reliability diagram of each as a table and a plot.

use super::plots::{extent, mark, words};
use super::{Block, Cell, Detail, Table, left, right};
use crate::report::model::{Certainty, Report, Whose};
use crate::report::numbers;
use crate::report::plot::{Along, Kind, Plot, Point, Reference, Scale, Series};
use crate::score::{CalibrationBin, CalibrationMetric, Measured};
use crate::stat::{Estimate, Undefined};

const SHARE: (f64, f64) = (0.0, 1.0);

/// The confidence of everyone who states some. In brief, of the labels under test alone.
pub(super) fn calibration(report: &Report, detail: Detail) -> Vec<Block> {
    let shown = |one: &&Certainty| detail == Detail::Full || one.whose != Whose::Reference;
    let shown: Vec<&Certainty> = report.certainties.iter().filter(shown).collect();
    let sentences = shown.iter().map(|one| Block::Prose(sentence(report, one)));
    let mut blocks: Vec<Block> = sentences.collect();
    // Of what is hidden the sentences say so.
    let is_told = shown.iter().any(|one| one.calibration.n.is_some());
    if detail == Detail::Full && is_told {
        blocks.push(Block::Table(figures(&shown)));
        for one in shown {
            // One bin says no more than the sentence.
            if one.calibration.bins.len() > 1 {
                let title = format!("Confidence of {} against {}", one.name, one.against);
                blocks.push(Block::Heading(3, title, None));
                blocks.push(Block::Table(bins(report, one)));
                blocks.push(Block::Plot(plot(report, one)));
            }
        }
    }
    blocks
}

/// When a label counts as right.
fn right_when(report: &Report, one: &Certainty) -> String {
    match report.scheme {
        "numeric" => format!("lies within a factor of two of {}", one.against),
        _ => format!("agrees with {}", one.against),
    }
}

fn sentence(report: &Report, one: &Certainty) -> String {
    use CalibrationMetric::{Accuracy, MeanConfidence, Overconfidence};
    let found = &one.calibration;
    let figure = |metric: CalibrationMetric| found.metrics.get(&metric);
    let mut text = match (found.n, figure(MeanConfidence), figure(Overconfidence)) {
        (Some(0), ..) => format!("Confidence: {} states none on a scored item.", one.name),
        (Some(n), Some(Ok(mean)), Some(Ok(over))) => format!(
            "Confidence: on {n} item{}, {} states {} on average and {} in {}: {}.",
            plural(n),
            one.name,
            numbers::value(mean),
            right_when(report, one),
            written(figure(Accuracy), Accuracy),
            surer(over)
        ),
        _ => format!(
            "Confidence: that of {} against {} is not shown, as too few clusters stand behind it.",
            one.name, one.against
        ),
    };
    if let Some(without @ 1..) = found.without {
        text.push_str(&format!(
            " {without} scored item{} come{} without.",
            plural(without),
            if without == 1 { "s" } else { "" }
        ));
    }
    if let n @ 1.. = found.n_unusable {
        // What a model wrote may be of an item's text.
        let such_as = found.unusable.as_deref().filter(|_| report.names_items);
        let such_as = such_as.map_or_else(String::new, |written| {
            format!(", such as “{}”", shortened(written))
        });
        text.push_str(&format!(
            " {n} confidence{} {} no number from 0 to 1{such_as}, and {} left out.",
            plural(n),
            if n == 1 { "is" } else { "are" },
            if n == 1 { "is" } else { "are" },
        ));
    }
    text
}

/// Whether confidence lies above or below what comes true, as far as the interval tells.
fn surer(over: &Estimate) -> String {
    let by = signed(over);
    match (over.low(), over.high()) {
        _ if over.has_few_clusters() => {
            format!("a difference of {by}, with too few clusters to call it")
        }
        (Some(low), _) if low > 0.0 => format!("overconfident by {by}"),
        (_, Some(high)) if high < 0.0 => format!("underconfident by {by}"),
        _ => format!("a difference of {by}, which may be chance"),
    }
}

fn signed(over: &Estimate) -> String {
    let limits = numbers::limits(over, CalibrationMetric::Overconfidence.range());
    let text = format!("{} {limits}", numbers::signed(over));
    text.trim_end().to_owned()
}

fn plural(n: u64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The first words of what somebody wrote, on one line.
fn shortened(text: &str) -> String {
    const MOST: usize = 30;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn written(measured: Option<&Measured>, metric: CalibrationMetric) -> String {
    measured.map_or_else(
        || "–".to_owned(),
        |measured| numbers::estimate(measured, metric.range()),
    )
}

/// The figures, a column for each who states some.
fn figures(shown: &[&Certainty]) -> Table {
    let mut columns = vec![left("confidence")];
    let columns_of = shown
        .iter()
        .map(|one| left(&format!("{} against {}", one.name, one.against)));
    columns.extend(columns_of);
    let count = |n: Option<u64>| n.map_or(Cell::Suppressed, |n| Cell::Number(n.to_string()));
    let of = |cell: &dyn Fn(&Certainty) -> Cell| shown.iter().map(|one| cell(one)).collect();
    let row = |name: &str, cells: Vec<Cell>| -> Vec<Cell> {
        let name = Cell::Text(name.to_owned());
        std::iter::once(name).chain(cells).collect()
    };
    let mut rows = vec![row("items", of(&|one| count(one.calibration.n)))];
    for metric in CalibrationMetric::ALL {
        let cell = |one: &Certainty| match one.calibration.metrics.get(metric) {
            Some(Ok(estimate)) if *metric == CalibrationMetric::Overconfidence => {
                Cell::Number(signed(estimate))
            }
            Some(measured @ Ok(_)) => Cell::Number(numbers::estimate(measured, metric.range())),
            Some(Err(Undefined::Suppressed)) => Cell::Suppressed,
            Some(Err(_)) | None => Cell::Faint("–".to_owned()),
        };
        rows.push(row(metric.key(), of(&cell)));
    }
    Table { columns, rows }
}

/// The bounds of a bin, as tables and plots name it.
fn bounds(bin: &CalibrationBin) -> String {
    let (low, high) = (numbers::stated(bin.low), numbers::stated(bin.high));
    match bin.low > 0.0 {
        true => format!("over {low}, up to {high}"),
        false => format!("up to {high}"),
    }
}

fn bins(report: &Report, one: &Certainty) -> Table {
    let rows = one.calibration.bins.iter().map(|bin| {
        vec![
            Cell::Text(bounds(bin)),
            Cell::Number(bin.n.to_string()),
            Cell::Number(numbers::fixed(bin.confidence, 2)),
            Cell::Number(numbers::estimate(&bin.accuracy, SHARE)),
        ]
    });
    Table {
        rows: rows.collect(),
        columns: vec![
            left("confidence"),
            right("items"),
            right("mean"),
            left(&right_when(report, one)),
        ],
    }
}

/// The reliability diagram: where points lie below the diagonal, the labeller is surer than it is
/// right.
fn plot(report: &Report, one: &Certainty) -> Plot {
    let points = one.calibration.bins.iter().map(|bin| Point {
        at: bin.confidence,
        mark: mark(Some(&bin.accuracy), SHARE),
        says: format!(
            "{}: mean {}, right {}, n {}",
            bounds(bin),
            numbers::fixed(bin.confidence, 2),
            words(Some(&bin.accuracy), SHARE),
            bin.n
        ),
    });
    let points: Vec<Point> = points.collect();
    let says: Vec<&str> = points.iter().map(|point| &*point.says).collect();
    let values = extent(&points.iter().collect::<Vec<_>>()).into_iter();
    let range: Vec<f64> = values.chain(points.iter().map(|point| point.at)).collect();
    let title = format!("share that {}", right_when(report, one));
    Plot {
        title: format!("Calibration of {} against {}", one.name, one.against),
        summary: format!(
            "Share that {} by stated confidence, against the diagonal on which the two are equal. {}.",
            right_when(report, one),
            says.join("; ")
        ),
        // Both axes show the same numbers, so that the diagonal looks like one.
        values: Scale::covering(&title, Kind::Linear, range.clone(), SHARE),
        along: Along::Scale(Scale::covering(
            "stated confidence",
            Kind::Linear,
            range,
            SHARE,
        )),
        series: vec![Series {
            name: one.name.clone(),
            points,
            is_joined: false,
        }],
        references: vec![Reference::Diagonal {
            name: "equal".to_owned(),
        }],
    }
}
