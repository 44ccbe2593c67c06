//! Metrics that no gate holds against the baseline are watched all the same: alarms, which change no
//! verdict.

use super::{Demand, Gate, Target};
use crate::score::{ClassMetric, Figure, Measured, Metric, RuleMetric, Scorecard};
use crate::stat::Undefined;
use crate::stat::multiplicity::{Adjustment, adjusted, rejected};

/// The chance of any false alarm in a comparison in which nothing got worse.
pub const ALARM_LEVEL: f64 = 0.05;

/// What was watched, and what got worse.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watch {
    /// How many figures were watched; the family over which p-values are adjusted.
    pub n_watched: usize,
    /// The figures that got worse, the surest first.
    pub alarms: Vec<Alarm>,
}

/// A figure that is significantly worse than the baseline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// The figure.
    pub figure: Figure,
    /// Its difference, of which more is better.
    pub difference: Measured,
    /// The one-sided p-value of no difference against worse.
    pub p: f64,
    /// The same after Holm's adjustment over all figures watched.
    pub adjusted_p: f64,
}

/// Watches all differences over all items that have a p-value and that no gate judges: Holm's
/// procedure at [`ALARM_LEVEL`]. Left out are figures that are agreement under another name, and
/// those of classes and rules with too few clusters behind them, whose standard errors say little.
/// `None` without a comparison.
///
/// Source: Holm 1979.
pub fn watch(gates: &[Gate], scorecard: &Scorecard) -> Option<Watch> {
    let comparison = scorecard.comparison.as_ref()?;
    let is_watched = |figure: &Figure| {
        let is_agreement = matches!(
            figure,
            Figure::Overall(Metric::MicroF1 | Metric::WeightedRecall)
        );
        !is_agreement
            && is_supported(scorecard, *figure)
            && !gates.iter().any(|gate| judges(gate, *figure))
    };
    let family = comparison.worse.iter();
    let family: Vec<(Figure, f64)> = family
        .filter(|(figure, _)| is_watched(figure))
        .map(|(figure, p)| (*figure, *p))
        .collect();
    let p: Vec<Option<f64>> = family.iter().map(|(_, p)| Some(*p)).collect();
    let Ok(adjusted) = adjusted(&p, Adjustment::Holm) else {
        return Some(Watch::default());
    };
    let is_alarm = rejected(&adjusted, ALARM_LEVEL);
    let all = family.iter().zip(adjusted.iter().zip(is_alarm));
    let mut alarms: Vec<Alarm> = all
        .filter_map(|((figure, p), (adjusted_p, is_alarm))| {
            is_alarm?.then_some(())?;
            let difference = comparison.differences.get(figure).cloned();
            Some(Alarm {
                figure: *figure,
                difference: difference.unwrap_or(Err(Undefined::NoItems)),
                p: *p,
                adjusted_p: (*adjusted_p)?,
            })
        })
        .collect();
    alarms.sort_by(|one, other| one.p.total_cmp(&other.p));
    Some(Watch {
        n_watched: family.len(),
        alarms,
    })
}

/// Whether enough clusters have the class, or what the rule speaks of, on either side.
fn is_supported(scorecard: &Scorecard, figure: Figure) -> bool {
    let is_trusted = |measured: Option<&Measured>| match measured {
        Some(Ok(estimate)) => !estimate.has_few_clusters(),
        _ => false,
    };
    match figure {
        Figure::Overall(_) | Figure::Share(..) => true,
        Figure::Class(class, _) => {
            let sides = [Some(&scorecard.all), scorecard.baseline.as_ref()];
            sides.into_iter().flatten().all(|side| {
                let of = |metric| side.figure(Figure::Class(class, metric));
                is_trusted(of(ClassMetric::Precision)) && is_trusted(of(ClassMetric::Recall))
            })
        }
        Figure::Rule(rule, _) => {
            let of = |metric| scorecard.figure(Figure::Rule(rule, metric));
            is_trusted(of(RuleMetric::Holds)) && is_trusted(of(RuleMetric::Found))
        }
    }
}

/// Whether the gate holds the figure over all items against the baseline's.
fn judges(gate: &Gate, figure: Figure) -> bool {
    if gate.slice.is_some() || !matches!(gate.demand, Demand::NotBehind { .. }) {
        return false;
    }
    match gate.target {
        Target::Overall(metric) => figure == Figure::Overall(metric),
        Target::Class { metric, class, .. } => figure == Figure::Class(class, metric),
        Target::EveryClass { metric, .. } => {
            matches!(figure, Figure::Class(_, of_class) if of_class == metric)
        }
        Target::Rule { metric, rule } => figure == Figure::Rule(rule, metric),
        Target::Share { metric, share } => figure == Figure::Share(share, metric),
    }
}
