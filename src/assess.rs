//! From a project and its answers to reports: align, score, judge. A pure function, so that stored
//! answers can be assessed again without asking anything.

mod answered;
mod confidence;
mod derived;
mod directions;
pub mod early;
pub mod listing;

pub use answered::{Answered, Answers};
pub use derived::classifiers_named;
pub use directions::held_constant;

use derived::{Side, derived_outcomes, derived_report};

use crate::align::derived_labels;
use crate::expr::{Evaluated, Input, Rule};
use crate::gate::{Demand, Gate, judge, watch};
use crate::model::{Items, Label, LabelSet, LabelSetFault, Rater, Scheme, Value};
use crate::project::{Classifier, Project};
use crate::report::{Names, Repeats, Report, RuleWords};
use crate::score::{
    Intervals, RepeatSubject, Sample, Scope, Scorecard, SecondOpinion, Subject, score,
    score_repeats, second_opinion, withhold,
};

/// One report per classifier that was asked and per derived measure, in the order of the project;
/// `wanted` says which ids are reported, `scope` which items the figures of one side are of.
/// `answered` has one place per classifier.
///
/// # Errors
///
/// Only if the labels of derived measures are no label set, which they are.
pub fn assess(
    project: &Project,
    answered: &[Option<Answered>],
    wanted: impl Fn(&str) -> bool,
    intervals: Intervals,
    scope: Scope,
    mut observe: impl FnMut(&str),
) -> Result<Vec<Report>, LabelSetFault> {
    let mut reports = Vec::new();
    for (classifier, one) in project.classifiers.iter().zip(answered) {
        if let Some(one) = one
            && wanted(&classifier.id)
        {
            observe(&classifier.id);
            let mut report = classifier_report(project, classifier, one, intervals, scope);
            report.directions =
                directions::evaluate(project, classifier, answered, intervals, &report.scorecard);
            reports.push(report);
        }
    }
    if !project.derived.iter().any(|derived| wanted(&derived.id)) {
        return Ok(reports);
    }
    let scheme = Scheme::Nominal(derived_labels()?);
    let side = |side| derived_outcomes(project, answered, side);
    let sides = [Side::Candidate, Side::Baseline, Side::Reference].map(side);
    for (position, derived) in project.derived.iter().enumerate() {
        if wanted(&derived.id) {
            observe(&derived.id);
            let outcomes = sides.each_ref().map(|side| &side[position]);
            reports.push(derived_report(
                project, derived, &scheme, outcomes, intervals,
            ));
        }
    }
    Ok(reports)
}

fn classifier_report(
    project: &Project,
    classifier: &Classifier,
    answered: &Answered,
    intervals: Intervals,
    scope: Scope,
) -> Report {
    let reference = &classifier.reference;
    let (rater, labels) = &reference.raters.raters[reference.rater];
    let subject = Subject {
        sample: Sample {
            items: &project.items,
            weights: None,
            intervals,
        },
        scheme: &classifier.scheme,
        reference: labels,
        candidate: &answered.candidate.ratings,
        baseline: answered.baseline_ratings(),
        rules: &classifier.rules,
        scope,
        margin: margin(&classifier.gates),
    };
    let mut scorecard = score(&subject);
    let mut seconds = seconds(&subject, classifier);
    let min_clusters = project.privacy.min_clusters;
    let opinions = seconds
        .iter_mut()
        .map(|(_, labels, opinion)| (*labels, opinion));
    withhold(
        &subject,
        &mut scorecard,
        &mut opinions.collect::<Vec<_>>(),
        min_clusters.into(),
    );
    let certainties = confidence::certainties(
        &subject,
        classifier,
        answered,
        &scorecard,
        &seconds,
        min_clusters.into(),
    );
    Report {
        classifier: classifier.id.to_string(),
        title: classifier.title.to_string(),
        scheme: classifier.scheme.word(),
        candidate: classifier.candidate.name.to_string(),
        baseline: classifier
            .baseline
            .as_ref()
            .map(|revision| revision.name.to_string()),
        reference: rater.to_string(),
        names: names(&project.items, &classifier.scheme, &classifier.rules),
        gates: judged(&classifier.gates, &scorecard),
        watch: watch(&classifier.gates, &scorecard),
        seconds: seconds
            .into_iter()
            .map(|(name, _, opinion)| (name, opinion))
            .collect(),
        names_items: false,
        scorecard,
        certainties,
        directions: Vec::new(),
        notes: notes(classifier, answered),
        repeats: repeats(project, classifier, answered, intervals),
    }
}

fn repeats(
    project: &Project,
    classifier: &Classifier,
    answered: &Answered,
    intervals: Intervals,
) -> Repeats {
    let steadiness = |answers: &Answers| {
        score_repeats(&RepeatSubject {
            sample: Sample {
                items: &project.items,
                weights: None,
                intervals,
            },
            scheme: &classifier.scheme,
            repeats: &answers.repeats,
        })
    };
    Repeats {
        candidate: steadiness(&answered.candidate),
        baseline: answered.baseline.as_ref().and_then(steadiness),
    }
}

/// The raters of the reference who are not taken as right, with their labels.
fn seconds<'a>(
    subject: &Subject<'_>,
    classifier: &'a Classifier,
) -> Vec<(String, &'a [Option<Label>], SecondOpinion)> {
    let reference = &classifier.reference;
    let raters = reference.raters.raters.iter().enumerate();
    let others = raters.filter(|(position, _)| *position != reference.rater);
    let opinion = |(_, (name, labels)): (usize, &'a (Rater, Vec<Option<Label>>))| {
        let opinion = second_opinion(subject, labels)?;
        Some((name.to_string(), &**labels, opinion))
    };
    others.filter_map(opinion).collect()
}

fn notes(classifier: &Classifier, answered: &Answered) -> Vec<String> {
    let mut notes = answered.notes.clone();
    if let Some(baseline) = &classifier.baseline
        && baseline.name == classifier.candidate.name
    {
        let name = &baseline.name;
        notes.push(format!(
            "Baseline and candidate are both {name}: it is compared with itself."
        ));
    }
    notes
}

/// What positions stand for in the scorecard of a scheme.
pub fn names(items: &Items, scheme: &Scheme, rules: &[Rule]) -> Names {
    let texts = |texts: &[Box<str>]| texts.iter().map(ToString::to_string).collect();
    Names {
        labels: scheme.labels().map_or_else(Vec::new, |set| {
            set.scored().map(|label| set.id(label).to_owned()).collect()
        }),
        shares: match scheme {
            Scheme::Decisions(decisions) => decisions
                .yields
                .iter()
                .map(|share| share.name.to_string())
                .collect(),
            _ => Vec::new(),
        },
        rules: rules
            .iter()
            .map(|rule| (rule.name.to_string(), rule.says.to_string()))
            .collect(),
        rule_words: rules.iter().map(|rule| rule_words(rule, scheme)).collect(),
        slices: texts(&items.slices),
        items: items.items.iter().map(|item| item.id.to_string()).collect(),
    }
}

/// What a rule speaks of. Labels are named where there are not too many of them.
fn rule_words(rule: &Rule, scheme: &Scheme) -> RuleWords {
    const MOST: usize = 6;
    let labelled = |set: &LabelSet| -> Vec<String> {
        let of_rule = set.scored().filter(|label| {
            let input = |_| Some(Input::Label(*label));
            matches!(
                rule.when.evaluate(input),
                Evaluated::Value(Value::Bool(true))
            )
        });
        of_rule.map(|label| set.id(label).to_owned()).collect()
    };
    let names = scheme.labels().map(labelled).unwrap_or_default();
    let labelled = match &*names {
        [] => format!("so that {}", rule.when.text()),
        [only] => only.clone(),
        [firsts @ .., last] if names.len() <= MOST => format!("{} or {last}", firsts.join(", ")),
        _ => format!("so that {}", rule.when.text()),
    };
    RuleWords {
        labelled,
        expects: rule.expect.text().to_owned(),
    }
}

/// By how much agreement may be behind the baseline's, as far as some gate says so.
fn margin(gates: &[Gate]) -> Option<f64> {
    let gate = gates.iter().find(|gate| gate.is_agreement_to_baseline())?;
    match gate.demand {
        Demand::NotBehind { margin, .. } => Some(margin),
        Demand::AtLeast { .. } | Demand::AtMost { .. } => None,
    }
}

fn judged(gates: &[Gate], scorecard: &Scorecard) -> Vec<(Gate, crate::gate::Judgement)> {
    gates
        .iter()
        .map(|gate| (gate.clone(), judge(gate, scorecard)))
        .collect()
}
