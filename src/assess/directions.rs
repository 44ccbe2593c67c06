//! The directions of a classifier, with what the project holds constant in them.

use super::Answered;
use crate::model::{Item, Label, Ratings, Scheme, Value};
use crate::project::{self, Classifier, Project};
use crate::report::Direction;
use crate::score::directions::{Control, DirectionSubject, Held, evaluate_direction};
use crate::score::{Intervals, Sample, Scorecard};

/// Evaluates every direction of a classifier. Labels of other classifiers that are held constant are
/// those of their candidates, on both sides.
pub(super) fn evaluate(
    project: &Project,
    classifier: &Classifier,
    answered: &[Option<Answered>],
    intervals: Intervals,
    card: &Scorecard,
) -> Vec<Direction> {
    let place = project.classifiers.iter();
    let mut place = place
        .zip(answered)
        .filter(|(one, _)| one.id == classifier.id);
    let Some((_, Some(own))) = place.next() else {
        return Vec::new();
    };
    let checks = classifier.directions.iter();
    let of_check = |check: &project::DirectionCheck| {
        let controls = check.controls.iter();
        let controls: Vec<Control> = controls
            .map(|control| control_values(project, answered, *control))
            .collect();
        let mut score = evaluate_direction(&DirectionSubject {
            sample: Sample {
                items: &project.items,
                weights: None,
                intervals,
            },
            scheme: &classifier.scheme,
            share: check.share,
            outcome: &check.outcome,
            transform: check.transform,
            expect: check.expect,
            controls: &controls,
            candidate: &own.candidate.ratings,
            reference: classifier.reference_labels(),
        });
        let min_clusters = project.privacy.min_clusters.into();
        let has_hidden_slices = !card.hidden_slices.is_empty();
        let class = |label: usize| card.all.classes.get(label);
        let answered = |label: usize| class(label).is_some_and(|one| one.candidate.is_some());
        let expected = |label: usize| class(label).is_some_and(|one| one.reference.is_some());
        score
            .candidate
            .withhold(min_clusters, has_hidden_slices, &answered);
        score
            .reference
            .withhold(min_clusters, has_hidden_slices, &expected);
        Direction {
            name: check.name.to_string(),
            outcome: check.outcome.text().to_owned(),
            transform: check.transform,
            expect: check.expect,
            share: check.share,
            score,
        }
    };
    checks.map(of_check).collect()
}

/// The classifiers that are held constant in some direction of the wanted ones.
pub fn held_constant(project: &Project, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let wanted = project.classifiers.iter().filter(|one| wanted(&one.id));
    let checks = wanted.flat_map(|one| &one.directions);
    let controls = checks.flat_map(|check| &check.controls);
    let held = controls.filter_map(|control| match control {
        project::Control::Classifier(other) => Some(&*project.classifiers[*other].id),
        project::Control::Slice(_) | project::Control::Telemetry(_) => None,
    });
    let mut held: Vec<&str> = held.collect();
    held.sort_unstable();
    held.dedup();
    held
}

fn control_values(
    project: &Project,
    answered: &[Option<Answered>],
    control: project::Control,
) -> Control {
    let items = &project.items;
    let of_items =
        |held: &dyn Fn(&Item) -> Option<Held>| Some(items.items.iter().map(held).collect());
    match control {
        project::Control::Slice(slice) => Control {
            name: items.slices[slice].to_string(),
            values: of_items(&|item| item.slices[slice].clone().map(Held::Level)),
        },
        project::Control::Telemetry(column) => Control {
            name: items.telemetry[column].name.to_string(),
            values: of_items(&|item| item.telemetry[column].as_ref().map(held_value)),
        },
        project::Control::Classifier(other) => {
            let classifier = &project.classifiers[other];
            let answered = answered.get(other).and_then(Option::as_ref);
            Control {
                name: classifier.id.to_string(),
                values: answered.map(|one| labels(&classifier.scheme, &one.candidate.ratings)),
            }
        }
    }
}

fn held_value(value: &Value) -> Held {
    match value {
        Value::Int(value) => Held::Number(*value as f64),
        Value::Double(value) => Held::Number(*value),
        Value::Bool(_) | Value::Text(_) => Held::Level(value.to_string().into()),
    }
}

/// Labels as levels, in order or not; numbers on the scale of their figures.
fn labels(scheme: &Scheme, ratings: &Ratings) -> Vec<Option<Held>> {
    let held = |label: &Label| match (scheme, label) {
        (Scheme::Nominal(set) | Scheme::Ordinal(set), Label::One(label)) => {
            Some(Held::Level(set.id(*label).into()))
        }
        (Scheme::Numeric(numeric), Label::Number(value)) => {
            Some(Held::Number(numeric.on_scale(*value)))
        }
        _ => None,
    };
    let outcomes = ratings.outcomes.iter();
    outcomes
        .map(|outcome| held(outcome.as_ref()?.label()?))
        .collect()
}
