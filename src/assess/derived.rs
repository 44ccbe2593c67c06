//! Measures derived from labels and telemetry: their outcomes, and their reports.

use super::{Answered, judged, margin, names};
use crate::align::{
    Known, as_reference, derive, known_of_derived, known_of_label, known_of_outcome,
};
use crate::expr::Input;
use crate::gate::watch;
use crate::model::{Label, Outcome, Ratings, Scheme};
use crate::project::{Derived, Project, ScopeName};
use crate::report::{Names, Repeats, Report};
use crate::score::{Intervals, Sample, Scope, Scorecard, Subject, score, withhold};

/// A label source of a derived measure: the candidates, the baselines or the references.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Candidate,
    Baseline,
    Reference,
}

/// Every derived measure's outcome on every item, from one side's labels. A measure may name
/// those before it.
pub(super) fn derived_outcomes(
    project: &Project,
    answered: &[Option<Answered>],
    side: Side,
) -> Vec<Vec<Option<Outcome>>> {
    let mut outcomes: Vec<Vec<Option<Outcome>>> = Vec::new();
    for derived in &project.derived {
        let of_item = |item: usize| {
            let known = |input: usize| match project.derived_scope[input] {
                ScopeName::Classifier(classifier) => {
                    known_of_classifier(project, answered, side, classifier, item)
                }
                ScopeName::Telemetry(column) => {
                    let value = project.items.items[item].telemetry[column].clone();
                    value.map_or(Known::Missing, |v| Known::Input(Input::Value(v)))
                }
                ScopeName::Derived(earlier) => known_of_derived(outcomes[earlier][item].as_ref()),
            };
            derive(&derived.value, derived.filter.as_ref(), known)
        };
        let of_items = (0..project.items.len()).map(of_item).collect();
        outcomes.push(of_items);
    }
    outcomes
}

fn known_of_classifier(
    project: &Project,
    answered: &[Option<Answered>],
    side: Side,
    classifier: usize,
    item: usize,
) -> Known {
    let answered = answered[classifier].as_ref();
    let of_ratings = |ratings: Option<&Ratings>| {
        known_of_outcome(ratings.and_then(|ratings| ratings.outcomes[item].as_ref()))
    };
    match side {
        Side::Candidate => of_ratings(answered.map(|answered| &answered.candidate.ratings)),
        // A classifier without baseline is the same on both sides of the comparison.
        Side::Baseline => of_ratings(answered.map(|answered| {
            let baseline = answered.baseline_ratings();
            baseline.unwrap_or(&answered.candidate.ratings)
        })),
        Side::Reference => {
            let reference = &project.classifiers[classifier].reference;
            let labels: &[Option<Label>] = &reference.raters.raters[reference.rater].1;
            known_of_label(labels[item].as_ref())
        }
    }
}

pub(super) fn derived_report(
    project: &Project,
    derived: &Derived,
    scheme: &Scheme,
    [candidate, baseline, reference]: [&Vec<Option<Outcome>>; 3],
    intervals: Intervals,
) -> Report {
    let ratings = |outcomes: &[Option<Outcome>]| Ratings {
        outcomes: outcomes.to_vec(),
        n_normalised: 0,
    };
    let labels: Vec<&str> = classifiers_named(project, derived);
    let (reference, candidate, baseline) = (
        as_reference(&ratings(reference)),
        ratings(candidate),
        ratings(baseline),
    );
    let subject = Subject {
        sample: Sample {
            items: &project.items,
            weights: None,
            intervals,
        },
        scheme,
        reference: &reference,
        candidate: &candidate,
        baseline: Some(&baseline),
        rules: &[],
        scope: Scope::All,
        margin: margin(&derived.gates),
    };
    let mut scorecard = score(&subject);
    withhold(
        &subject,
        &mut scorecard,
        &mut [],
        project.privacy.min_clusters.into(),
    );
    let names = names(&project.items, scheme, &[]);
    let mut notes = Vec::new();
    if labels.is_empty() {
        notes.push(format!(
            "Computed from telemetry alone: candidate and reference cannot differ, so no agreement \
             is reported.{}",
            values(&scorecard, &names)
        ));
        clear_agreement(&mut scorecard);
    } else {
        notes.push(format!(
            "Derived from {}: {}",
            labels.join(", "),
            derived.value.text()
        ));
    }
    Report {
        classifier: derived.id.to_string(),
        title: derived.title.to_string(),
        scheme: "derived",
        candidate: "candidates".to_owned(),
        baseline: Some("baselines".to_owned()),
        reference: "reference".to_owned(),
        names,
        gates: judged(&derived.gates, &scorecard),
        watch: watch(&derived.gates, &scorecard),
        seconds: Vec::new(),
        names_items: false,
        scorecard,
        certainties: Vec::new(),
        directions: Vec::new(),
        notes,
        repeats: Repeats::default(),
    }
}

/// The classifiers whose labels a derived measure rests on, through earlier measures too.
pub fn classifiers_named<'a>(project: &'a Project, derived: &Derived) -> Vec<&'a str> {
    let mut named: Vec<&str> = Vec::new();
    let filter = derived
        .filter
        .as_ref()
        .map_or(&[][..], |filter| filter.inputs());
    for input in derived.value.inputs().iter().chain(filter) {
        match project.derived_scope[*input] {
            ScopeName::Classifier(classifier) => named.push(&project.classifiers[classifier].id),
            ScopeName::Derived(earlier) => {
                named.extend(classifiers_named(project, &project.derived[earlier]));
            }
            ScopeName::Telemetry(_) => {}
        }
    }
    named.sort_unstable();
    named.dedup();
    named
}

/// On how many items the measure takes each value, where that may be told.
fn values(scorecard: &Scorecard, names: &Names) -> String {
    let Some(confusion) = &scorecard.all.confusion else {
        return String::new();
    };
    // Both sides are the same, so all counts lie on the diagonal.
    let diagonal = confusion.counts.iter().enumerate();
    let diagonal = diagonal.map(|(place, counts)| counts[place]);
    let told = names.labels.iter().zip(diagonal);
    let told = told.map(|(label, count)| Some(format!("{label} on {} items", count?)));
    match told.collect::<Option<Vec<String>>>() {
        Some(told) if !told.is_empty() => format!(" It is {}.", told.join(" and ")),
        _ => String::new(),
    }
}

/// Leaves out all figures of agreement: that of a thing with itself would only flatter.
fn clear_agreement(scorecard: &mut Scorecard) {
    scorecard.all.metrics.clear();
    scorecard.all.confusion = None;
    scorecard.all.classes.clear();
    scorecard.slices.clear();
    scorecard.hidden_slices.clear();
    scorecard.baseline = None;
    scorecard.comparison = None;
}
