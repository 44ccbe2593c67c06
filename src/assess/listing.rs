//! The items of a project one by one, with what every side says of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answered, Side as Of, classifiers_named, derived_outcomes};
use crate::align::{as_reference, derived_labels};
use crate::model::{LabelSetFault, Outcome, Ratings, Scheme};
use crate::project::{Derived, Project, ScopeName};
use crate::report::Report;
use crate::report::items::{Listing, Side};
use crate::score::Scope;

/// The items with their labels, for the reports that [`assess`](super::assess) made of the same
/// arguments. They have no texts yet, and no labels where a report hides how many have them.
///
/// # Errors
///
/// Only if the labels of derived measures are no label set, which they are.
pub fn listing(
    project: &Project,
    answered: &[Option<Answered>],
    wanted: impl Fn(&str) -> bool,
    scope: Scope,
    reports: &[Report],
) -> Result<Listing, LabelSetFault> {
    let mut listing = Listing::new(&project.items);
    let secret = Secret::of(project, reports);
    let card = |position: usize| Some(&reports.get(position)?.scorecard);
    let mut position = 0;
    for (classifier, answered) in project.classifiers.iter().zip(answered) {
        if let Some(answered) = answered
            && wanted(&classifier.id)
        {
            let (own, other) = (&answered.candidate, answered.baseline.as_ref());
            let others = answered.baseline_ratings();
            let [candidate, baseline] = in_scope(&own.ratings, others, scope);
            let baseline = baseline.as_ref().or(others);
            let sides = (
                Side {
                    ratings: candidate.as_ref().unwrap_or(&own.ratings),
                    rationales: &own.rationales,
                },
                baseline.map(|ratings| Side {
                    ratings,
                    rationales: other.map_or(&[], |other| &other.rationales),
                }),
            );
            let (scheme, reference) = (&classifier.scheme, classifier.reference_labels());
            let hidden = secret.of_report(&classifier.id);
            listing.add_report(position, scheme, reference, sides, card(position), hidden);
            position += 1;
        }
    }
    if !project.derived.iter().any(|derived| wanted(&derived.id)) {
        return Ok(listing);
    }
    let scheme = Scheme::Nominal(derived_labels()?);
    let [candidate, baseline, reference] = [Of::Candidate, Of::Baseline, Of::Reference]
        .map(|side| derived_outcomes(project, answered, side));
    let ratings = |outcomes: &[Option<Outcome>]| Ratings {
        outcomes: outcomes.to_vec(),
        n_normalised: 0,
    };
    for (at, derived) in project.derived.iter().enumerate() {
        if wanted(&derived.id) {
            let side = |ratings| Side {
                ratings,
                rationales: &[],
            };
            let reference = as_reference(&ratings(&reference[at]));
            let (candidate, baseline) = (ratings(&candidate[at]), ratings(&baseline[at]));
            let sides = (side(&candidate), Some(side(&baseline)));
            let hidden = secret.of_report(&derived.id);
            if let Some(report) = reports.get(position) {
                let columns = telemetry_named(project, derived);
                listing.hide_telemetry(&columns, &report.scorecard.unlisted);
            }
            listing.add_report(position, &scheme, &reference, sides, card(position), hidden);
            position += 1;
        }
    }
    Ok(listing)
}

/// The items of whose labels nothing is told, by report. Who knows the labels that a derived measure
/// takes can compute the measure, and a measure tells of them.
struct Secret {
    by_report: BTreeMap<String, BTreeSet<usize>>,
}

impl Secret {
    fn of(project: &Project, reports: &[Report]) -> Self {
        let own = reports.iter().map(|report| {
            let hidden = report.scorecard.unlisted.clone();
            (report.classifier.clone(), hidden)
        });
        let own: BTreeMap<String, BTreeSet<usize>> = own.collect();
        let mut by_report = own.clone();
        for derived in &project.derived {
            for of in classifiers_named(project, derived) {
                for (one, other) in [(of, &*derived.id), (&*derived.id, of)] {
                    let hidden = own.get(other).cloned().unwrap_or_default();
                    by_report.entry(one.to_owned()).or_default().extend(hidden);
                }
            }
        }
        Self { by_report }
    }

    fn of_report(&self, id: &str) -> &BTreeSet<usize> {
        const NONE: &BTreeSet<usize> = &BTreeSet::new();
        self.by_report.get(id).unwrap_or(NONE)
    }
}

/// The telemetry that a derived measure takes, through earlier measures too.
fn telemetry_named(project: &Project, derived: &Derived) -> BTreeSet<usize> {
    let filter = derived.filter.as_ref();
    let filter = filter.map_or(&[][..], |filter| filter.inputs());
    let inputs = derived.value.inputs().iter().chain(filter);
    let named = inputs.flat_map(|input| match project.derived_scope[*input] {
        ScopeName::Telemetry(column) => BTreeSet::from([column]),
        ScopeName::Derived(earlier) => telemetry_named(project, &project.derived[earlier]),
        ScopeName::Classifier(_) => BTreeSet::new(),
    });
    named.collect()
}

/// Both sides without the items that only one of them has, where the figures leave those out;
/// nothing where they do not.
pub fn in_scope(
    candidate: &Ratings,
    baseline: Option<&Ratings>,
    scope: Scope,
) -> [Option<Ratings>; 2] {
    let (Scope::Common, Some(baseline)) = (scope, baseline) else {
        return [None, None];
    };
    let only = |one: &Ratings, other: &Ratings| {
        let outcomes = one.outcomes.iter().zip(&other.outcomes);
        let outcomes = outcomes.map(|(one, other)| one.clone().filter(|_| other.is_some()));
        Ratings {
            outcomes: outcomes.collect(),
            n_normalised: one.n_normalised,
        }
    };
    [
        Some(only(candidate, baseline)),
        Some(only(baseline, candidate)),
    ]
}
