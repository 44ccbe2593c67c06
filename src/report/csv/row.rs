//! One row of the table: a place, a figure, and what a gate makes of it.

use crate::report::exact;
use crate::report::spreadsheet;
use crate::score::{Measured, Shown};
use crate::stat::Undefined;

/// The columns, in order.
pub(super) const COLUMNS: [&str; 26] = [
    "classifier",
    "side",
    "revision",
    "against",
    "scope",
    "name",
    "slice",
    "slice_value",
    "reference_label",
    "candidate_label",
    "metric",
    "value",
    "se",
    "low",
    "high",
    "level",
    "method",
    "n",
    "clusters",
    "df",
    "flags",
    "undefined",
    "gate",
    "threshold",
    "verdict",
    "reason",
];

/// What a figure is of. Empty where a part does not apply.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    pub(super) classifier: &'a str,
    /// `candidate`, `baseline`, `difference`, `reference` or `raters`.
    pub(super) side: &'a str,
    /// Whose labels they are.
    pub(super) revision: &'a str,
    /// What they are held against.
    pub(super) against: &'a str,
    /// `overall`, `class`, `share`, `rule`, `confusion` and so on.
    pub(super) scope: &'a str,
    /// Which class, share, rule, rater or pair.
    pub(super) name: &'a str,
    pub(super) slice: &'a str,
    pub(super) slice_value: &'a str,
    pub(super) reference_label: &'a str,
    pub(super) candidate_label: &'a str,
}

/// What a gate or a finding adds.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruling {
    /// The gate in words.
    pub(super) gate: String,
    /// What is demanded.
    pub(super) threshold: String,
    pub(super) verdict: String,
    pub(super) reason: String,
}

/// A number with what is known of it, each part as JSON writes it.
#[derive(Default)]
pub(super) struct Numbers {
    value: String,
    se: String,
    low: String,
    high: String,
    level: String,
    method: String,
    n: String,
    clusters: String,
    df: String,
    flags: String,
    /// Why there is no value, or no interval.
    undefined: String,
}

impl Numbers {
    /// A count, or that it is hidden.
    pub(super) fn count(count: impl Into<Shown<u64>>) -> Self {
        Self::shown(count.into().map(|count| count.to_string()))
    }

    /// A sum of weights, whole where no item is weighted, or that it is hidden.
    pub(super) fn sum(sum: Shown<f64>) -> Self {
        Self::shown(sum.map(exact::count))
    }

    fn shown(value: Shown<String>) -> Self {
        match value {
            Some(value) => Self {
                value,
                ..Self::default()
            },
            None => Self::undefined(Undefined::Suppressed),
        }
    }

    pub(super) fn p_value(p: Result<f64, Undefined>) -> Self {
        p.map_or_else(Self::undefined, Self::plain)
    }

    /// A number of which no more is known.
    pub(super) fn plain(value: f64) -> Self {
        Self::shown(Some(exact::number(value)))
    }

    pub(super) fn undefined(undefined: Undefined) -> Self {
        Self {
            undefined: undefined.code().to_owned(),
            ..Self::default()
        }
    }

    /// The same without the number of items, where that is hidden.
    pub(super) fn without_n(self) -> Self {
        Self {
            n: String::new(),
            ..self
        }
    }

    /// The same without the number of clusters.
    pub(super) fn without_clusters(self) -> Self {
        Self {
            clusters: String::new(),
            ..self
        }
    }

    pub(super) fn measured(measured: &Measured) -> Self {
        let estimate = match measured {
            Ok(estimate) => estimate,
            Err(undefined) => return Self::undefined(*undefined),
        };
        let number = |value: Option<f64>| value.map_or_else(String::new, exact::number);
        let (method, undefined) = match &estimate.interval {
            Ok(interval) => (interval.method.key(), ""),
            Err(undefined) => ("", undefined.code()),
        };
        let flags: Vec<&str> = estimate.flags.iter().map(|flag| flag.key()).collect();
        Self {
            value: exact::number(estimate.value),
            se: number(estimate.se),
            low: number(estimate.low()),
            high: number(estimate.high()),
            level: exact::number(estimate.level.coverage()),
            method: method.to_owned(),
            n: exact::count(estimate.n),
            clusters: estimate.n_clusters.to_string(),
            df: number(estimate.df),
            flags: flags.join(" "),
            undefined: undefined.to_owned(),
        }
    }
}

/// The rows so far.
#[derive(Default)]
pub(super) struct Rows(Vec<[String; COLUMNS.len()]>);

impl Rows {
    pub(super) fn figure(&mut self, place: Place<'_>, metric: &str, numbers: Numbers) {
        self.push(place, metric, numbers, Ruling::default());
    }

    pub(super) fn count(&mut self, place: Place<'_>, metric: &str, count: impl Into<Shown<u64>>) {
        self.figure(place, metric, Numbers::count(count));
    }

    pub(super) fn measured(&mut self, place: Place<'_>, metric: &str, measured: &Measured) {
        self.figure(place, metric, Numbers::measured(measured));
    }

    pub(super) fn push(
        &mut self,
        place: Place<'_>,
        metric: &str,
        numbers: Numbers,
        ruling: Ruling,
    ) {
        let text = spreadsheet::guarded;
        self.0.push([
            text(place.classifier),
            text(place.side),
            text(place.revision),
            text(place.against),
            text(place.scope),
            text(place.name),
            text(place.slice),
            text(place.slice_value),
            text(place.reference_label),
            text(place.candidate_label),
            text(metric),
            numbers.value,
            numbers.se,
            numbers.low,
            numbers.high,
            numbers.level,
            numbers.method,
            numbers.n,
            numbers.clusters,
            numbers.df,
            numbers.flags,
            numbers.undefined,
            text(&ruling.gate),
            ruling.threshold,
            ruling.verdict,
            text(&ruling.reason),
        ]);
    }

    /// The rows as CSV, below their header.
    pub(super) fn into_text(self) -> String {
        let header = COLUMNS.map(str::to_owned);
        text(std::iter::once(header).chain(self.0))
    }

    /// The cells of each row, in the order of the columns.
    pub(super) fn into_cells(self) -> impl Iterator<Item = [String; COLUMNS.len()]> {
        self.0.into_iter()
    }
}

/// Rows of guarded cells as CSV. Writing to memory cannot fail.
pub(in crate::report) fn text(rows: impl Iterator<Item: AsRef<[String]>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let _ = writer.write_record(row.as_ref());
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
