//! The figure a gate judges.

use super::{Facts, Subject};
use crate::fault::did_you_mean;
use crate::gate::Target;
use crate::project::raw::{File, Section, Text};
use crate::project::scheme;
use crate::score::{ClassMetric, Metric, RuleMetric, SchemeKind};
use crate::table::list;

macro_rules! facts {
    ($metric:expr) => {
        Facts {
            key: $metric.key(),
            direction: $metric.direction(),
            range: $metric.range(),
        }
    };
}

/// A target is at fault; that has been noted.
pub(super) struct Noted;

/// Reads the target; what is wrong is noted in the file.
pub(super) fn target(
    section: &mut Section<'_>,
    subject: &Subject<'_>,
) -> Result<(Target, Facts), Noted> {
    let file = section.file;
    let metric = section.needed("metric", "name the figure that is judged");
    let rule = section.text("rule");
    let share = section.text("share");
    let class = section.text("class");
    let support = section.key("min_support");
    let min_support = section.whole("min_support", 0);
    if let (Some(span), None) = (support, &class) {
        let help = "add `class = \"*\"` or a label, or leave it out";
        file.fault_help(span, "`min_support` needs a `class`", help);
    }
    let given = [("rule", &rule), ("share", &share), ("class", &class)];
    let given: Vec<_> = given
        .iter()
        .filter_map(|(key, text)| Some((key, (*text).as_ref()?)))
        .collect();
    if let [(first, _), (second, text), ..] = &*given {
        let message = format!("a gate judges one figure: `{first}` and `{second}` cannot both be");
        file.fault_help(text.span.clone(), message, "make two gates of it");
        return Err(Noted);
    }
    if let (Some(share), None) = (&share, subject.shares) {
        scheme::needs(file, share.span.clone(), "`share`", "a `decisions` scheme");
        return Err(Noted);
    }
    if let (Some(class), []) = (&class, &*subject.classes) {
        let whose = "a `nominal` or `ordinal` scheme";
        scheme::needs(file, class.span.clone(), "`class`", whose);
        return Err(Noted);
    }
    let metric = metric.ok_or(Noted)?;
    if let Some(rule) = rule {
        let rule = rule_position(file, &rule, subject);
        let metric = rule_metric(file, &metric);
        let (rule, metric) = (rule.ok_or(Noted)?, metric.ok_or(Noted)?);
        return Ok((Target::Rule { metric, rule }, facts!(metric)));
    }
    if let Some(class) = class {
        let class = class_position(file, &class, subject);
        let metric = class_metric(file, &metric);
        let (class, metric) = (class.ok_or(Noted)?, metric.ok_or(Noted)?);
        let min_support = u64::from(min_support.unwrap_or(1));
        let target = match class {
            Some(class) => Target::Class {
                metric,
                class,
                min_support,
            },
            None => Target::EveryClass {
                metric,
                min_support,
            },
        };
        return Ok((target, facts!(metric)));
    }
    let share = share.map(|share| share_position(file, &share, subject));
    let found = overall_metric(file, &metric, subject);
    if share.is_none()
        && let Some(shares) = subject.shares
    {
        let known = list(shares.iter().map(|share| &*share.name));
        section.missing(
            "share",
            &format!("a gate on decisions names one of {known}"),
        );
        return Err(Noted);
    }
    let metric = found.ok_or(Noted)?;
    let target = match share {
        None => Target::Overall(metric),
        Some(share) => Target::Share {
            metric,
            share: share.ok_or(Noted)?,
        },
    };
    Ok((target, facts!(metric)))
}

fn rule_position(file: &File, text: &Text<'_>, subject: &Subject<'_>) -> Option<usize> {
    let known = &subject.rules;
    let position = known.iter().position(|rule| *rule == text.value);
    if position.is_none() {
        let span = text.span.clone();
        if known.is_empty() {
            let message = format!("unknown rule `{}`", text.value);
            file.fault_help(span, message, "there is no `[[telemetry]]` rule here");
        } else {
            file.unknown(span, "rule", text.value, known.iter().copied());
        }
    }
    position
}

fn share_position(file: &File, text: &Text<'_>, subject: &Subject<'_>) -> Option<usize> {
    let shares = subject.shares?;
    let position = shares.iter().position(|share| &*share.name == text.value);
    if position.is_none() {
        let known = shares.iter().map(|share| &*share.name);
        file.unknown(text.span.clone(), "share", text.value, known);
    }
    position
}

/// The class, or every class; `None` if that is at fault.
fn class_position(file: &File, text: &Text<'_>, subject: &Subject<'_>) -> Option<Option<usize>> {
    let span = text.span.clone();
    if text.value == "*" {
        return Some(None);
    }
    match subject
        .classes
        .iter()
        .find(|(class, _)| *class == text.value)
    {
        Some((_, Some(position))) => Some(Some(*position)),
        Some((_, None)) => {
            let message = format!(
                "the label `{}` is excluded, so it has no figures",
                text.value
            );
            file.fault_help(
                span,
                message,
                "name another label, or take it out of `exclude`",
            );
            None
        }
        None => {
            let known = subject.classes.iter().map(|(class, _)| *class);
            file.unknown(span, "class", text.value, known);
            None
        }
    }
}

fn rule_metric(file: &File, text: &Text<'_>) -> Option<RuleMetric> {
    let known = RuleMetric::ALL.iter().map(|metric| metric.key());
    let found = RuleMetric::from_key(text.value);
    if found.is_none() {
        let help = format!("{} are", list(known.clone()));
        not_among(file, text, "of a telemetry rule", known, help);
    }
    found
}

fn class_metric(file: &File, text: &Text<'_>) -> Option<ClassMetric> {
    let known = ClassMetric::ALL.iter().map(|metric| metric.key());
    let found = ClassMetric::from_key(text.value);
    if found.is_none() {
        let help = format!(
            "{} are; other metrics go without `class`",
            list(known.clone())
        );
        not_among(file, text, "of one class", known, help);
    }
    found
}

fn is_metric(key: &str) -> bool {
    Metric::from_key(key).is_some()
        || ClassMetric::from_key(key).is_some()
        || RuleMetric::from_key(key).is_some()
}

/// Notes a metric that is none of those expected, whether or not it exists elsewhere.
fn not_among(
    file: &File,
    text: &Text<'_>,
    whose: &str,
    known: impl Iterator<Item = &'static str> + Clone,
    help: String,
) {
    if is_metric(text.value) {
        let message = format!("`{}` is not a metric {whose}", text.value);
        file.fault_help(text.span.clone(), message, help);
    } else {
        file.unknown(text.span.clone(), "metric", text.value, known);
    }
}

fn overall_metric(file: &File, text: &Text<'_>, subject: &Subject<'_>) -> Option<Metric> {
    let span = text.span.clone();
    let key = text.value;
    match Metric::from_key(key) {
        Some(metric) if metric.applies_to(subject.kind) => Some(metric),
        Some(metric) => {
            let of = schemes_with(metric);
            let message = format!(
                "`{key}` is a metric of {of}, and this scheme is {}",
                subject.word
            );
            let help = format!("this scheme has {}", list(subject.metrics()));
            file.fault_help(span, message, help);
            None
        }
        None => {
            let (message, help) = if ClassMetric::from_key(key).is_some() {
                (
                    format!("`{key}` is a metric of one class"),
                    "add `class = \"*\"` for every class, or name one".to_owned(),
                )
            } else if RuleMetric::from_key(key).is_some() {
                (
                    format!("`{key}` is a metric of a telemetry rule"),
                    "add `rule` with the rule's name".to_owned(),
                )
            } else {
                let message = format!("unknown metric `{key}`");
                let known = subject.metrics();
                let elsewhere = ClassMetric::ALL.iter().map(|metric| metric.key());
                let elsewhere = elsewhere.chain(RuleMetric::ALL.iter().map(|metric| metric.key()));
                let guess = did_you_mean(key, known.clone().chain(elsewhere));
                (
                    message,
                    guess.unwrap_or_else(|| format!("this scheme has {}", list(known))),
                )
            };
            file.fault_help(span, message, help);
            None
        }
    }
}

fn schemes_with(metric: Metric) -> &'static str {
    let applies = |kind| metric.applies_to(kind);
    if applies(SchemeKind::Nominal { n_labels: 3 }) {
        "labels"
    } else if applies(SchemeKind::Nominal { n_labels: 2 }) {
        "schemes with two labels"
    } else if applies(SchemeKind::Ordinal { n_labels: 3 }) {
        if applies(SchemeKind::Numeric) {
            "ordinal and numeric schemes"
        } else {
            "ordinal schemes"
        }
    } else {
        "numeric schemes"
    }
}
