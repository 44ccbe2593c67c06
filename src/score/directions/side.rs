//! A direction on the labels of one side.

use super::design::{self, Columns};
use super::{
    CR2_BELOW, DirectionSide, DirectionSubject, Dropped, Expected, Level, Status, Step, Which,
};
use crate::align::NoNumber;
use crate::model::{Label, Scheme};
use crate::num::Level as Coverage;
use crate::score::{Measured, Sample};
use crate::stat::cluster::ClusterMean;
use crate::stat::interval::has_few_clusters;
use crate::stat::multiplicity::{Adjustment, adjusted};
use crate::stat::quantile::{QuantileType, quantile};
use crate::stat::rank_sum::jonckheere;
use crate::stat::regression::{Contrast, Ols, Robust, collinear_columns, ols};
use crate::stat::{Estimate, Interval, Method, Rows, Undefined, influence, rank};

/// How many groups numbers are shown in.
const GROUPS: usize = 4;

/// An item of the regression.
struct Row {
    item: usize,
    cluster: usize,
    /// The label as a number.
    label: f64,
    /// The transformed outcome.
    outcome: f64,
}

/// Evaluates the direction on the labels that `label` gives items.
pub(super) fn evaluate<'a>(
    subject: &DirectionSubject<'_>,
    outcomes: &[Result<f64, NoNumber>],
    label: &dyn Fn(usize) -> Option<&'a Label>,
) -> DirectionSide {
    let (rows, dropped) = rows(subject, outcomes, label);
    let items: Vec<usize> = rows.iter().map(|row| row.item).collect();
    let (controls, uses) = design::controls(subject.controls, &items);
    let sample = &subject.sample;
    let coverage = sample.intervals.level;
    let is_known = subject.controls.iter().all(|one| one.values.is_some());
    let mut collinear = Vec::new();
    let fitted = match is_known {
        true => effect(&rows, &controls, &mut collinear),
        false => Err(Undefined::ControlNotAnswered),
    };
    let measured = |kind| {
        fitted.as_ref().map_err(|why| *why).and_then(|fit| {
            // The label stands behind the intercept.
            let mut weights = vec![0.0; fit.coefficients().len()];
            weights[1] = 1.0;
            measure(fit, &weights, kind, rows.len(), coverage)
        })
    };
    let cr1 = measured(Robust::Cr1);
    let has_few = matches!(&cr1, Ok(effect) if effect.n_clusters < CR2_BELOW);
    let labels = labels(subject.scheme);
    let steps = match (&labels, is_known) {
        (Some(labels), true) => steps(&rows, labels, &controls, coverage),
        _ => Vec::new(),
    };
    let cr2 = has_few.then(|| measured(Robust::Cr2));
    DirectionSide {
        status: Status::of(&cr1, cr2.as_ref(), subject.expect),
        effect: cr1,
        effect_cr2: cr2,
        collinear,
        levels: match &labels {
            Some(labels) => of_labels(&rows, labels, coverage),
            None => of_groups(&rows, subject.scheme, coverage),
        },
        steps,
        kendall_tau_b: kendall_tau_b(sample, &rows),
        jonckheere_terpstra_p: labels.map(|labels| trend(&rows, &labels, subject.expect)),
        n: Some(rows.len() as u64),
        dropped: Some(dropped),
        controls: uses,
    }
}

/// The ranks of the labels that are levels: all scored ones but abstentions.
fn labels(scheme: &Scheme) -> Option<Vec<usize>> {
    let set = scheme.labels()?;
    let scored = set.scored().enumerate();
    let levels = scored.filter(|(_, label)| !set.is_abstention(*label));
    Some(levels.map(|(rank, _)| rank).collect())
}

fn rows<'a>(
    subject: &DirectionSubject<'_>,
    outcomes: &[Result<f64, NoNumber>],
    label: &dyn Fn(usize) -> Option<&'a Label>,
) -> (Vec<Row>, Dropped) {
    let mut dropped = Dropped {
        controls: vec![0; subject.controls.len()],
        ..Dropped::default()
    };
    let mut rows = Vec::new();
    for (item, outcome) in outcomes.iter().enumerate() {
        let Some(label) = label(item).and_then(|label| as_number(subject, label)) else {
            dropped.label += 1;
            continue;
        };
        let outcome = match outcome {
            Ok(outcome) => *outcome,
            Err(NoNumber::Missing) => {
                dropped.telemetry += 1;
                continue;
            }
            Err(NoNumber::Failed) => {
                dropped.outcome += 1;
                continue;
            }
        };
        // A control that nothing is known of is said to be so, and drops no items.
        let lacks = subject.controls.iter().position(|control| {
            let values = control.values.as_ref();
            values.is_some_and(|values| values[item].is_none())
        });
        if let Some(control) = lacks {
            dropped.controls[control] += 1;
            continue;
        }
        rows.push(Row {
            item,
            cluster: subject.sample.cluster(item),
            label,
            outcome,
        });
    }
    (rows, dropped)
}

fn as_number(subject: &DirectionSubject<'_>, label: &Label) -> Option<f64> {
    match (subject.scheme, label) {
        (Scheme::Ordinal(set) | Scheme::Nominal(set), Label::One(label)) => {
            let rank = set.rank(*label).filter(|_| !set.is_abstention(*label));
            rank.map(|rank| rank as f64)
        }
        (Scheme::Numeric(numeric), Label::Number(value)) => {
            Some(numeric.on_scale(*value)).filter(|value| value.is_finite())
        }
        (Scheme::Decisions(decisions), Label::Counts(counts)) => {
            decisions.share(decisions.yields.get(subject.share?)?, counts)
        }
        _ => None,
    }
}

/// The regression on the label and the controls.
fn effect(
    rows: &[Row],
    controls: &Columns,
    collinear: &mut Vec<(String, Vec<String>)>,
) -> Result<Ols, Undefined> {
    if rows.is_empty() {
        return Err(Undefined::NoItems);
    }
    let is_constant = |value: fn(&Row) -> f64| {
        rows.windows(2)
            .all(|pair| value(&pair[0]) == value(&pair[1]))
    };
    if is_constant(|row| row.label) || is_constant(|row| row.outcome) {
        return Err(Undefined::NoVariation);
    }
    let mut columns = Columns::default();
    columns.push("the intercept".to_owned(), vec![1.0; rows.len()]);
    let label = rows.iter().map(|row| row.label).collect();
    columns.push("the label".to_owned(), label);
    columns.extend(controls);
    let fitted = fit(rows, &columns);
    if fitted.as_ref().err() == Some(&Undefined::CollinearColumns) {
        let all = collinear_columns(&columns.rows(rows.len())).into_iter();
        let named = all.map(|(column, by)| {
            let by = by.into_iter().map(|column| columns.name(column));
            (columns.name(column), by.collect())
        });
        *collinear = named.collect();
    }
    fitted
}

fn fit(rows: &[Row], columns: &Columns) -> Result<Ols, Undefined> {
    let outcomes: Vec<f64> = rows.iter().map(|row| row.outcome).collect();
    let clusters: Vec<usize> = rows.iter().map(|row| row.cluster).collect();
    ols(&outcomes, &columns.rows(rows.len()), &clusters)
}

/// A sum of coefficients with its interval.
fn measure(fit: &Ols, weights: &[f64], kind: Robust, n: usize, coverage: Coverage) -> Measured {
    let contrast = fit.contrast(weights, kind)?;
    let method = match kind {
        Robust::Cr2 => Method::Cr2,
        Robust::Cr0 | Robust::Cr1 => Method::Cr1,
    };
    let few = fit.contrast(weights, Robust::Cr2)?.df;
    Ok(estimate(
        &contrast,
        method,
        few,
        n,
        fit.n_clusters(),
        coverage,
    ))
}

fn estimate(
    contrast: &Contrast,
    method: Method,
    bell_mccaffrey: f64,
    n: usize,
    n_clusters: usize,
    coverage: Coverage,
) -> Estimate {
    let (low, high) = contrast.interval(coverage);
    let has_few = has_few_clusters(n_clusters, Some(bell_mccaffrey));
    Estimate {
        value: contrast.estimate,
        se: Some(contrast.se),
        interval: match contrast.se > 0.0 {
            true => Ok(Interval { low, high, method }),
            false => Err(Undefined::ZeroVariance),
        },
        level: coverage,
        n: n as f64,
        n_clusters,
        df: Some(contrast.df),
        flags: has_few
            .then_some(crate::stat::Flag::FewClusters)
            .into_iter()
            .collect(),
    }
}

/// The changes from each label to the next one in use.
fn steps(rows: &[Row], labels: &[usize], controls: &Columns, coverage: Coverage) -> Vec<Step> {
    let is_used = |label: &usize| rows.iter().any(|row| row.label == *label as f64);
    let used: Vec<usize> = labels.iter().copied().filter(is_used).collect();
    if used.len() < 2 {
        return Vec::new();
    }
    let mut columns = Columns::default();
    for label in &used {
        let is = rows.iter().map(|row| f64::from(row.label == *label as f64));
        columns.push(String::new(), is.collect());
    }
    columns.extend(controls);
    let fitted = fit(rows, &columns);
    let steps = used.windows(2).enumerate().map(|(position, pair)| {
        let measured = fitted.as_ref().map_err(|why| *why).and_then(|fit| {
            let mut weights = vec![0.0; fit.coefficients().len()];
            weights[position] = -1.0;
            weights[position + 1] = 1.0;
            let p = fit.contrast(&weights, Robust::Cr1)?.p_two_sided();
            Ok((
                measure(fit, &weights, Robust::Cr1, rows.len(), coverage)?,
                p.ok(),
            ))
        });
        let (difference, p) = match measured {
            Ok((difference, p)) => (Ok(difference), p),
            Err(undefined) => (Err(undefined), None),
        };
        (p, pair[0], pair[1], difference)
    });
    let steps: Vec<_> = steps.collect();
    let p: Vec<Option<f64>> = steps.iter().map(|(p, ..)| *p).collect();
    let holm = adjusted(&p, Adjustment::Holm).unwrap_or_else(|_| vec![None; p.len()]);
    let steps = steps.into_iter().zip(holm);
    steps
        .map(|((_, from, to, difference), p_holm)| Step {
            from,
            to,
            difference,
            p_holm,
        })
        .collect()
}

fn of_labels(rows: &[Row], labels: &[usize], coverage: Coverage) -> Vec<Level> {
    let level = |label: &usize| {
        let of_label: Vec<&Row> = rows
            .iter()
            .filter(|row| row.label == *label as f64)
            .collect();
        level(Which::Label(*label), &of_label, coverage)
    };
    labels.iter().map(level).collect()
}

/// Numbers in groups of about equal size; equal numbers are in the same.
fn of_groups(rows: &[Row], scheme: &Scheme, coverage: Coverage) -> Vec<Level> {
    let mut sorted: Vec<f64> = rows.iter().map(|row| row.label).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.last().copied() else {
        return Vec::new();
    };
    let cut = |group: usize| {
        quantile(
            &sorted,
            group as f64 / GROUPS as f64,
            QuantileType::Inverted,
        )
    };
    let mut cuts: Vec<f64> = (1..GROUPS).filter_map(|group| cut(group).ok()).collect();
    cuts.dedup();
    cuts.retain(|cut| *cut < last);
    let as_answered = |cut: f64| match scheme {
        Scheme::Numeric(numeric) if numeric.log => cut.exp(),
        _ => cut,
    };
    let bounds = (0..=cuts.len()).map(|group| {
        let low = group.checked_sub(1).map(|before| cuts[before]);
        (low, cuts.get(group).copied())
    });
    bounds
        .map(|(low, high)| {
            let is_in = |row: &&Row| {
                low.is_none_or(|low| row.label > low) && high.is_none_or(|high| row.label <= high)
            };
            let of_group: Vec<&Row> = rows.iter().filter(is_in).collect();
            let which = Which::Between(low.map(as_answered), high.map(as_answered));
            level(which, &of_group, coverage)
        })
        .collect()
}

fn level(which: Which, rows: &[&Row], coverage: Coverage) -> Level {
    let mut by_cluster: std::collections::BTreeMap<usize, Vec<f64>> = Default::default();
    for row in rows {
        by_cluster.entry(row.cluster).or_default().push(row.outcome);
    }
    let n_clusters = by_cluster.len();
    let clusters: Vec<Vec<f64>> = by_cluster.into_values().collect();
    let mean = ClusterMean::of(&clusters).map(|mean| {
        let df = mean.cr2_df().ok();
        let interval = mean.cr2_interval(coverage);
        Estimate {
            value: mean.mean(),
            se: mean.cr2_se().ok(),
            interval: interval.map(|(low, high)| Interval {
                low,
                high,
                method: Method::Cr2,
            }),
            level: coverage,
            n: rows.len() as f64,
            n_clusters,
            df,
            flags: has_few_clusters(n_clusters, df)
                .then_some(crate::stat::Flag::FewClusters)
                .into_iter()
                .collect(),
        }
    });
    Level {
        which,
        n: Some(rows.len() as u64),
        n_clusters: Some(n_clusters as u64),
        mean,
    }
}

fn kendall_tau_b(sample: &Sample<'_>, rows: &[Row]) -> Measured {
    let data = sample.tally(
        &Rows::default(),
        rows,
        |row| row.item,
        |tally, row, _| {
            tally.push(row.label, row.outcome);
        },
    );
    let level = sample.intervals.level;
    sample.intervals.of_items(
        &data,
        rank::kendall_tau_b,
        influence::kendall_influences,
        level,
    )
}

fn trend(rows: &[Row], labels: &[usize], expect: Expected) -> Result<f64, Undefined> {
    let group = |label: &usize| -> Vec<f64> {
        let of_label = rows.iter().filter(|row| row.label == *label as f64);
        of_label.map(|row| row.outcome).collect()
    };
    let mut groups: Vec<Vec<f64>> = labels.iter().map(group).collect();
    if expect == Expected::Decreasing {
        groups.reverse();
    }
    jonckheere(&groups)?.p_increasing()
}
