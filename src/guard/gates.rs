//! Gates that demand less than they did. Gates are matched by what they judge and the kind of
//! their demand.

use std::mem::discriminant;
use std::path::PathBuf;

use super::names::Judged;
use crate::finding::{Finding, FindingName, Spot};
use crate::gate::{By, Demand, Gate};
use crate::report::Names;

/// The gates of a classifier or derived measure in one state of the project.
pub(super) struct Gates<'g> {
    pub(super) of: &'g str,
    pub(super) gates: &'g [Gate],
    pub(super) names: &'g Names,
    pub(super) file: PathBuf,
}

/// What is weaker now. A gate is as strong as it was if any gate now demands as much; of those that
/// demand less the nearest is taken for what became of it.
pub(super) fn compare(before: &Gates<'_>, now: &Gates<'_>) -> Vec<Finding> {
    let named = |gates: &Gates<'_>| -> Vec<Judged> {
        let gates_of = gates.gates.iter();
        gates_of
            .map(|gate| Judged::new(gate, gates.names))
            .collect()
    };
    let (old_names, new_names) = (named(before), named(now));
    let weaker = |old: usize, new: usize| {
        let (was, is) = (&before.gates[old], &now.gates[new]);
        let is_comparable = discriminant(&was.demand) == discriminant(&is.demand)
            && new_names[new].covers(&old_names[old]);
        is_comparable.then(|| weaknesses((was, &old_names[old]), (is, &new_names[new])))
    };
    // Gates that are as strong as before take their partner first, so that a weakened gate is not
    // taken for one of them.
    let mut taken = vec![false; now.gates.len()];
    let mut left = Vec::new();
    for old in 0..before.gates.len() {
        let strong: Vec<usize> = (0..now.gates.len())
            .filter(|new| weaker(old, *new).is_some_and(|weaker| weaker.is_empty()))
            .collect();
        match strong.iter().find(|new| !taken[**new]).or(strong.first()) {
            Some(new) => taken[*new] = true,
            None => left.push(old),
        }
    }
    let mut findings = Vec::new();
    for old in left {
        let nearest = (0..now.gates.len())
            .filter(|new| !taken[*new])
            .filter_map(|new| Some((new, weaker(old, new)?)))
            .min_by_key(|(_, weaker)| weaker.len());
        let (gate, name) = (&before.gates[old], &old_names[old]);
        let was = Spot::line(&before.file, gate.line);
        match nearest {
            Some((new, weaker)) => {
                taken[new] = true;
                let place = Spot::line(&now.file, now.gates[new].line);
                findings.extend(weaker.into_iter().map(|(kind, what)| {
                    let message = format!("{}: {what}", now.of);
                    Finding::new(kind, message, place.clone()).was(was.clone())
                }));
            }
            None => {
                let what = format!("{}: no gate on {} any more", now.of, demanded(name, gate));
                let place = Spot::file(&now.file);
                findings.push(Finding::new(FindingName::GateRemoved, what, place).was(was));
            }
        }
    }
    findings
}

/// A gate as its file writes it, in short.
fn demanded(judged: &Judged, gate: &Gate) -> String {
    let figure = judged.shown();
    match gate.demand {
        Demand::AtLeast { threshold, .. } => format!("{figure} at_least {threshold}"),
        Demand::AtMost { threshold, .. } => format!("{figure} at_most {threshold}"),
        Demand::NotBehind { margin, .. } => {
            format!("{figure} against the baseline, margin {margin}")
        }
    }
}

/// In what one gate demands less than another of the same kind.
fn weaknesses(
    (was, old): (&Gate, &Judged),
    (is, new): (&Gate, &Judged),
) -> Vec<(FindingName, String)> {
    let figure = new.shown();
    let mut found = Vec::new();
    let (key, kind, from, to, is_weaker) = match (was.demand, is.demand) {
        (
            Demand::AtLeast {
                threshold: from, ..
            },
            Demand::AtLeast { threshold: to, .. },
        ) => (
            "at_least",
            FindingName::ThresholdLowered,
            from,
            to,
            to < from,
        ),
        (
            Demand::AtMost {
                threshold: from, ..
            },
            Demand::AtMost { threshold: to, .. },
        ) => ("at_most", FindingName::ThresholdRaised, from, to, to > from),
        (Demand::NotBehind { margin: from, .. }, Demand::NotBehind { margin: to, .. }) => {
            ("margin", FindingName::MarginWidened, from, to, to > from)
        }
        // Gates of different kinds are not compared.
        _ => return found,
    };
    if is_weaker {
        found.push((kind, format!("{figure} {key} {from} → {to}")));
    }
    if by(was.demand) == By::Bound && by(is.demand) == By::Point {
        let bound = match was.demand {
            Demand::AtMost { .. } => "upper",
            Demand::AtLeast { .. } | Demand::NotBehind { .. } => "lower",
        };
        let what = format!("{figure} {key} {to} by {bound} → point");
        found.push((FindingName::ByWeakened, what));
    }
    if let (Some(from), Some(to)) = (old.min_support, new.min_support)
        && to > from
    {
        let what = format!("{figure} {key} min_support {from} → {to}");
        found.push((FindingName::MinSupportRaised, what));
    }
    if let Some(slice) = &old.slice
        && old.slice != new.slice
    {
        let to = new.slice.as_deref().unwrap_or("all items together");
        let what = format!("{} {key} in every {slice} → {to}", plain(new));
        found.push((FindingName::SliceDropped, what));
    }
    found
}

fn by(demand: Demand) -> By {
    match demand {
        Demand::AtLeast { by, .. } | Demand::AtMost { by, .. } | Demand::NotBehind { by, .. } => by,
    }
}

/// The figure without its slice.
fn plain(judged: &Judged) -> String {
    let plain = Judged {
        slice: None,
        ..judged.clone()
    };
    plain.shown()
}
