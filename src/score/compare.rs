//! A candidate against a baseline on the same items: paired, clustered differences.

use std::collections::BTreeMap;

use super::labels::{self, LabelFacts};
use super::numbers::{self, Basis};
use super::rules;
use super::sample::Sample;
use super::{
    Comparison, Direction, Figure, IntervalMethod, Intervals, McNemar, Measured, Metric,
    Noninferiority, Resamples, RuleMetric, SchemeKind,
};
use crate::align::{LabelTrio, NotCommon, NumberTrio, RuleRow, RuleRows, Trio};
use crate::model::Numeric;
use crate::num::Level;
use crate::stat::interval::{self, ClusterDesign};
use crate::stat::paired::{self, PairedOutcomes};
use crate::stat::{
    Clustered, Confusion, Contingency, Estimate, Method, Moments, Paired, Real, Rows, Sparse,
    Statistic, Tally, Undefined, distribution, numeric,
};

/// Candidate against baseline on labels.
pub(super) fn labels(
    sample: &Sample<'_>,
    facts: &LabelFacts,
    trios: &[LabelTrio],
    margin: Option<f64>,
) -> Comparison {
    let data = labels::paired_confusions(sample, facts, trios);
    let right = |trio: &LabelTrio, label: Option<usize>| label == Some(trio.reference);
    let within = |trio: &LabelTrio, label: Option<usize>| {
        label.is_some_and(|label| label.abs_diff(trio.reference) <= 1)
    };
    let agreement = discordance(sample, trios, right);
    let within_one = discordance(sample, trios, within);
    let answered: Vec<LabelTrio> = trios
        .iter()
        .copied()
        .filter(|trio| trio.baseline.is_some() && trio.candidate.is_some())
        .collect();
    let answered = discordance(sample, &answered, right);
    let total = agreement.total().unwrap_or_else(PairedOutcomes::new);
    let overall = comparable(facts.kind).map(Figure::Overall);
    let figures: Vec<Figure> = overall.chain(labels::of_classes(facts.n_labels)).collect();
    let intervals = &sample.intervals;
    let resamples = Resamples::of(&data, intervals, &figures, |figure, pair| {
        oriented(direction(figure), |c| {
            labels::figure_value(figure, c, facts)
        })(pair)
    });
    let difference = |figure: Figure, level: Level| match figure {
        Figure::Overall(Metric::Agreement | Metric::MicroF1 | Metric::WeightedRecall) => {
            intervals.difference(&agreement, level)
        }
        Figure::Overall(Metric::WithinOne) => intervals.difference(&within_one, level),
        _ if data.n_clusters() == 0 => Err(Undefined::NoItems),
        _ => {
            let value = |c: &Confusion<_>| labels::figure_value(figure, c, facts);
            interval::delta_of_sparse(&data, oriented(direction(figure), value), level)
        }
    };
    let mut comparison = without_figures(trios);
    for figure in figures {
        comparison.insert(figure, intervals.level, |level| {
            resamples.onto(figure, difference(figure, level), level)
        });
    }
    for metric in [Metric::Agreement, Metric::MicroF1, Metric::WeightedRecall] {
        comparison.judge_share(Figure::Overall(metric), intervals, &agreement);
    }
    comparison.judge_share(Figure::Overall(Metric::WithinOne), intervals, &within_one);
    let (b, c) = (total.baseline_only, total.candidate_only);
    Comparison {
        discordant: Some([Some(b), Some(c)]),
        answered_difference: Some(shares_apart(sample, &answered)(intervals.level)),
        mcnemar: Some(mcnemar(sample, &total)),
        noninferiority: margin.map(|margin| noninferiority(&agreement, &total, margin)),
        ..comparison
    }
}

/// Candidate against baseline on numbers; `figure` names each metric (of a scheme or of a share).
pub(super) fn numbers(
    sample: &Sample<'_>,
    scale: &Numeric,
    trios: &[NumberTrio],
    figure: impl Fn(Metric) -> Figure,
) -> Comparison {
    let rows = numbers::paired_values(scale, trios);
    type Row = (usize, Paired<(f64, f64)>);
    let item = |row: &Row| row.0;
    let on_scale = |(x, y): (f64, f64)| (scale.on_scale(x), scale.on_scale(y));
    let centre = numbers::centre(rows.iter().map(|(_, pair)| on_scale(pair.candidate).0));
    let empty = Moments::new(centre);
    let moments = sample.tally(
        &Paired {
            baseline: empty.clone(),
            candidate: empty,
        },
        &rows,
        item,
        |moments, (_, pair), weight| {
            let (x, y) = on_scale(pair.baseline);
            moments.baseline.count_pair(x, y, weight);
            let (x, y) = on_scale(pair.candidate);
            moments.candidate.count_pair(x, y, weight);
        },
    );
    let empty = Paired {
        baseline: Rows::default(),
        candidate: Rows::default(),
    };
    let paired_rows = |place: &dyn Fn((f64, f64)) -> (f64, f64)| {
        sample.tally(&empty, &rows, item, |paired, (_, pair), _| {
            let (x, y) = place(pair.baseline);
            paired.baseline.push(x, y);
            let (x, y) = place(pair.candidate);
            paired.candidate.push(x, y);
        })
    };
    let (ranks, raw) = (paired_rows(&on_scale), paired_rows(&|pair| pair));
    let factor = discordance(sample, trios, |trio, value| {
        value.is_some_and(|value| numeric::is_within_factor(trio.reference, value, 2.0))
    });
    let intervals = &sample.intervals;
    let metrics: Vec<Metric> = comparable(SchemeKind::Numeric).collect();
    let of = |basis: Basis| basis.among(&metrics);
    let of_moments = |metric: Metric, pair: &Paired<Moments<f64>>| {
        oriented(metric.direction(), |m| numbers::moment_value(metric, m))(pair)
    };
    let of_rows = |metric: Metric, pair: &Paired<Rows>| {
        oriented(metric.direction(), |rows| numbers::row_value(metric, rows))(pair)
    };
    let of_factor = |_: Metric, total: &PairedOutcomes<f64>| paired::difference(total);
    let resamples = Resamples::of(&moments, intervals, &of(Basis::Moments), of_moments)
        .and(Resamples::of(&ranks, intervals, &of(Basis::Ranks), of_rows))
        .and(Resamples::of(&raw, intervals, &of(Basis::Raw), of_rows))
        .and(Resamples::of(
            &factor,
            intervals,
            &of(Basis::Factor),
            of_factor,
        ));
    let moments = Sparse::of(&moments);
    let difference = |metric: Metric, level: Level| match Basis::of(metric) {
        Basis::Moments => {
            let value = |m: &Moments<_>| numbers::moment_value(metric, m);
            let moments = moments.as_ref().ok_or(Undefined::NoItems)?;
            interval::delta_of_sparse(moments, oriented(metric.direction(), value), level)
        }
        Basis::Factor => intervals.difference(&factor, level),
        Basis::Ranks | Basis::Raw if sample.weights.is_some() => Err(Undefined::NotWeighted),
        basis => intervals.of_items(
            if basis == Basis::Ranks { &ranks } else { &raw },
            |pair| of_rows(metric, pair),
            |pair| difference_of_influences(metric, pair),
            level,
        ),
    };
    let mut comparison = without_figures(trios);
    for metric in &metrics {
        comparison.insert(figure(*metric), intervals.level, |level| {
            resamples.onto(*metric, difference(*metric, level), level)
        });
        if Basis::of(*metric) == Basis::Factor {
            comparison.judge_share(figure(*metric), intervals, &factor);
        }
    }
    comparison
}

/// How much each item moves the difference of a metric of rows, of which more is better.
fn difference_of_influences(metric: Metric, pair: &Paired<Rows>) -> Statistic<Vec<f64>> {
    let baseline = numbers::row_influences(metric, &pair.baseline)?;
    let candidate = numbers::row_influences(metric, &pair.candidate)?;
    let items = candidate.iter().zip(&baseline);
    Ok(items
        .map(|(candidate, baseline)| candidate - baseline)
        .collect())
}

/// A difference of shares at any level.
pub(super) fn shares_apart(
    sample: &Sample<'_>,
    data: &Clustered<PairedOutcomes<f64>>,
) -> impl Fn(Level) -> Measured {
    let intervals = &sample.intervals;
    let resamples = Resamples::of(data, intervals, &[()], |(), total| {
        paired::difference(total)
    });
    move |level| resamples.onto((), intervals.difference(data, level), level)
}

/// A comparison that names no figure yet.
pub(super) fn without_figures<T: PartialEq>(trios: &[Trio<T>]) -> Comparison {
    Comparison {
        n: trios.len() as u64,
        not_common: NotCommon::default(),
        changed: Some(n_changed(trios)),
        is_unchanged: n_changed(trios) == 0,
        unanswered: n_unanswered(trios),
        discordant: None,
        differences: BTreeMap::new(),
        bounds: BTreeMap::new(),
        worse: BTreeMap::new(),
        moved: None,
        answered_difference: None,
        mcnemar: None,
        noninferiority: None,
    }
}

/// Adds the differences of one telemetry rule, over the items on which both sides can be judged.
pub(super) fn rule(
    comparison: &mut Comparison,
    sample: &Sample<'_>,
    rule: usize,
    baseline: &RuleRows,
    candidate: &RuleRows,
    keep: &dyn Fn(usize) -> bool,
) {
    // Rows stand in the order of the items.
    let of_baseline = |item: usize| {
        let place = baseline.rows.binary_search_by_key(&item, |row| row.item);
        place.ok().map(|place| baseline.rows[place])
    };
    let rows: Vec<Paired<RuleRow>> = candidate
        .rows
        .iter()
        .filter(|row| keep(row.item))
        .filter_map(|row| {
            Some(Paired {
                baseline: of_baseline(row.item)?,
                candidate: *row,
            })
        })
        .collect();
    let empty = Paired {
        baseline: Contingency::default(),
        candidate: Contingency::default(),
    };
    let data = sample.sparse(
        &empty,
        &rows,
        |row| row.candidate.item,
        |tables, row, weight| {
            rules::count(&mut tables.baseline, &row.baseline, weight);
            rules::count(&mut tables.candidate, &row.candidate, weight);
        },
    );
    let intervals = &sample.intervals;
    let resamples = Resamples::of(&data, intervals, RuleMetric::ALL, |metric, pair| {
        oriented(metric.direction(), |t| rules::value(metric, t))(pair)
    });
    for metric in RuleMetric::ALL {
        let value = oriented(metric.direction(), |t: &Contingency<_>| {
            rules::value(*metric, t)
        });
        comparison.insert(Figure::Rule(rule, *metric), intervals.level, |level| {
            if data.n_clusters() == 0 {
                return Err(Undefined::NoItems);
            }
            let measured = interval::delta_of_sparse(&data, &value, level);
            resamples.onto(*metric, measured, level)
        });
    }
}

impl Comparison {
    /// Measures a difference at the level of the report and at that of gates.
    pub(super) fn insert(
        &mut self,
        figure: Figure,
        level: Level,
        difference: impl Fn(Level) -> Measured,
    ) {
        let measured = difference(level);
        let bound = match &measured {
            Ok(estimate) => interval::at_another_level(estimate, Level::ONE_SIDED_95),
            Err(_) => None,
        };
        let bound = bound.map_or_else(|| difference(Level::ONE_SIDED_95), Ok);
        if let Some(p) = measured.as_ref().ok().and_then(worse_p) {
            self.worse.insert(figure, p);
        }
        self.differences.insert(figure, measured);
        self.bounds.insert(figure, bound);
    }

    /// Takes the p-value of a difference of shares from the statistic that its interval inverts,
    /// where it has a p-value and such an interval.
    pub(super) fn judge_share(
        &mut self,
        figure: Figure,
        intervals: &Intervals,
        data: &Clustered<PairedOutcomes<f64>>,
    ) {
        if let Some(p) = self.worse.get_mut(&figure)
            && intervals.method != IntervalMethod::Delta
            && let Ok(of_score) = interval::paired_worse_p(data)
        {
            *p = of_score;
        }
    }
}

/// The one-sided p-value that a difference, of which more is better, is below 0: by its standard
/// error, on t where clusters stand behind it. None with too few clusters, or without variance where
/// the difference is not exactly 0.
fn worse_p(estimate: &Estimate) -> Option<f64> {
    if estimate.has_few_clusters() {
        return None;
    }
    // Without variance there is evidence of nothing, unless the sides do not differ at all.
    let se = match estimate.se {
        Some(se) if se > 0.0 => se,
        _ => return (estimate.value == 0.0).then_some(1.0),
    };
    let t = estimate.value / se;
    let method = estimate.interval.as_ref().ok()?.method;
    Some(match (method, estimate.df) {
        (Method::Delta | Method::Tango, _) | (_, None) => distribution::normal_cdf(t),
        (_, Some(df)) => distribution::t_sf(-t, df),
    })
}

/// The metrics of a kind of scheme that can be better or worse and are compared here.
fn comparable(kind: SchemeKind) -> impl Iterator<Item = Metric> {
    Metric::ALL.iter().copied().filter(move |metric| {
        metric.applies_to(kind)
            && metric.direction() != Direction::Neither
            && *metric != Metric::Coverage
    })
}

/// Which way a figure is better.
fn direction(figure: Figure) -> Direction {
    match figure {
        Figure::Overall(metric) | Figure::Share(_, metric) => metric.direction(),
        Figure::Class(_, metric) => metric.direction(),
        Figure::Rule(_, metric) => metric.direction(),
    }
}

/// The candidate's statistic against the baseline's, turned so that more is better.
pub(super) fn oriented<T, R: Real>(
    direction: Direction,
    statistic: impl Fn(&T) -> Statistic<R>,
) -> impl Fn(&Paired<T>) -> Statistic<R> {
    move |pair| {
        let (baseline, candidate) = (statistic(&pair.baseline)?, statistic(&pair.candidate)?);
        Ok(match direction {
            Direction::Higher | Direction::Neither => candidate - baseline,
            Direction::Lower => baseline - candidate,
            Direction::NearZero => magnitude(baseline) - magnitude(candidate),
        })
    }
}

fn magnitude<R: Real>(number: R) -> R {
    if number.value() < 0.0 {
        -number
    } else {
        number
    }
}

pub(super) fn discordance<T: Copy>(
    sample: &Sample<'_>,
    trios: &[Trio<T>],
    right: impl Fn(&Trio<T>, Option<T>) -> bool,
) -> Clustered<PairedOutcomes<f64>> {
    sample.tally(
        &PairedOutcomes::new(),
        trios,
        |trio| trio.item,
        |tally, trio, weight| {
            tally.count_item(
                right(trio, trio.baseline),
                right(trio, trio.candidate),
                weight,
            );
        },
    )
}

/// The test that belongs to the bound of [`interval::paired_difference`]: Tango's, on effective
/// counts where items come in clusters.
fn noninferiority(
    data: &Clustered<PairedOutcomes<f64>>,
    total: &PairedOutcomes<f64>,
    margin: f64,
) -> Noninferiority {
    const ALPHA: f64 = 0.05;
    let p = if ClusterDesign::new(data.sizes()).is_independent() {
        let (b, c) = (total.baseline_only, total.candidate_only);
        interval::noninferiority_p(b, c, total.size(), margin)
    } else {
        interval::exchangeable_tango_test(data, margin, ALPHA).map(|test| test.p)
    };
    Noninferiority { margin, p }
}

/// The tests count items, so weights have no place in them.
fn mcnemar(sample: &Sample<'_>, total: &PairedOutcomes<f64>) -> McNemar {
    if sample.weights.is_some() {
        let none = Err(Undefined::NotWeighted);
        return McNemar {
            exact: none,
            mid: none,
            chi_square: none,
        };
    }
    // Counts of items are whole.
    let whole = |count: f64| count as u64;
    let outcomes = PairedOutcomes {
        both: whole(total.both),
        baseline_only: whole(total.baseline_only),
        candidate_only: whole(total.candidate_only),
        neither: whole(total.neither),
    };
    McNemar {
        exact: paired::mcnemar_exact_p(&outcomes),
        mid: paired::mcnemar_midp(&outcomes),
        chi_square: paired::mcnemar_chi2(&outcomes).map(|test| test.p),
    }
}

fn n_changed<T: PartialEq>(trios: &[Trio<T>]) -> u64 {
    trios
        .iter()
        .filter(|trio| trio.baseline != trio.candidate)
        .count() as u64
}

fn n_unanswered<T>(trios: &[Trio<T>]) -> [u64; 2] {
    [
        trios.iter().filter(|trio| trio.baseline.is_none()).count() as u64,
        trios.iter().filter(|trio| trio.candidate.is_none()).count() as u64,
    ]
}
