//! The items of a project one by one, with what every side says of them.

use super::{Answered, Side as Of, derived_outcomes};
use crate::align::{as_reference, derived_labels};
use crate::model::{LabelSetFault, Outcome, Ratings, Scheme};
use crate::project::Project;
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
            listing.add_report(position, scheme, reference, sides, card(position));
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
            listing.add_report(position, &scheme, &reference, sides, card(position));
            position += 1;
        }
    }
    Ok(listing)
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
