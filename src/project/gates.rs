//! Gates: figures that exist, thresholds that can decide.

use super::raw::{File, Number, Section, Text, among};
use crate::fault::did_you_mean;
use crate::gate::{By, Demand, Gate, Target};
use crate::model::{Scheme, Share};
use crate::score::{ClassMetric, Direction, Metric, RuleMetric, SchemeKind};
use crate::table::list;

/// What the gates of a classifier or derived measure can be about.
#[derive(Debug)]
pub(super) struct Subject<'s> {
    /// The word of the scheme.
    pub(super) word: &'static str,
    /// Decides which metrics there are.
    pub(super) kind: SchemeKind,
    /// The declared labels with their position among the scored ones.
    pub(super) classes: Vec<(&'s str, Option<usize>)>,
    /// The shares of a decisions scheme.
    pub(super) shares: Option<&'s [Share]>,
    /// The names of the telemetry rules.
    pub(super) rules: Vec<&'s str>,
    /// The names of the slices; `None` while they are not known.
    pub(super) slices: Option<&'s [Box<str>]>,
    /// Why there is nothing to compare with, if so, and what to do.
    pub(super) no_baseline: Option<(String, String)>,
}

impl<'s> Subject<'s> {
    /// What a scheme has; rules, slices and baseline are still to be filled in.
    pub(super) fn of_scheme(scheme: &'s Scheme) -> Self {
        let labels = scheme.labels();
        let n_labels = labels.map_or(0, |labels| labels.scored().count());
        Self {
            word: scheme.word(),
            kind: match scheme {
                Scheme::Nominal(_) => SchemeKind::Nominal { n_labels },
                Scheme::Ordinal(_) => SchemeKind::Ordinal { n_labels },
                Scheme::Numeric(_) | Scheme::Decisions(_) => SchemeKind::Numeric,
            },
            classes: labels.map_or_else(Vec::new, |labels| {
                let declared = labels.declared().iter().zip(0..);
                let rank = |at| labels.rank(crate::model::LabelIx(at));
                declared.map(|(label, at)| (&*label.id, rank(at))).collect()
            }),
            shares: match scheme {
                Scheme::Decisions(decisions) => Some(&decisions.yields),
                _ => None,
            },
            rules: Vec::new(),
            slices: None,
            no_baseline: None,
        }
    }

    fn metrics(&self) -> impl Iterator<Item = &'static str> + Clone {
        let kind = self.kind;
        let metrics = Metric::ALL
            .iter()
            .filter(move |metric| metric.applies_to(kind));
        metrics.map(|metric| metric.key())
    }
}

/// What is known of a metric whichever list it is from.
#[derive(Clone, Copy)]
struct Facts {
    key: &'static str,
    direction: Direction,
    range: (f64, f64),
}

macro_rules! facts {
    ($metric:expr) => {
        Facts {
            key: $metric.key(),
            direction: $metric.direction(),
            range: $metric.range(),
        }
    };
}

/// Reads a gate; what is wrong is noted in the file.
pub(super) fn read(mut section: Section<'_>, subject: &Subject<'_>) -> Option<Gate> {
    let target = target(&mut section, subject);
    let slice = slice(&mut section, subject);
    let facts = target.as_ref().ok().map(|(_, facts)| *facts);
    let demand = demand(&mut section, subject, facts);
    let line = section.line();
    section.finish();
    Some(Gate {
        target: target.ok()?.0,
        demand: demand?,
        slice: slice?,
        line,
    })
}

/// The slice of the gate, if it names one; `None` if that is at fault.
fn slice(section: &mut Section<'_>, subject: &Subject<'_>) -> Option<Option<usize>> {
    let file = section.file;
    let Some(text) = section.text("slice") else {
        return Some(None);
    };
    let slices = subject.slices?;
    let position = slices.iter().position(|slice| &**slice == text.value);
    if position.is_none() {
        let known = slices.iter().map(|slice| &**slice);
        let help = match slices {
            [] => "name the columns that are slices under `[items]`: `slices = [\"month\"]`".into(),
            _ => among(text.value, known),
        };
        file.fault_help(text.span, format!("unknown slice `{}`", text.value), help);
    }
    position.map(Some)
}

/// A target is at fault; that has been noted.
struct Noted;

fn target(section: &mut Section<'_>, subject: &Subject<'_>) -> Result<(Target, Facts), Noted> {
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
    let Some(shares) = subject.shares else {
        super::scheme::needs(file, text.span.clone(), "`share`", "a `decisions` scheme");
        return None;
    };
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
    if subject.classes.is_empty() {
        super::scheme::needs(file, span, "`class`", "a `nominal` or `ordinal` scheme");
        return None;
    }
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Point,
    Lower,
    Upper,
}

const SIDES: &[(&str, Written)] = &[
    ("point", Written::Point),
    ("lower", Written::Lower),
    ("upper", Written::Upper),
];

const DEMANDS: &str = "write one of `at_least = …`, `at_most = …` or \
                       `compared_to = \"baseline\"` with `margin = …`";

fn demand(
    section: &mut Section<'_>,
    subject: &Subject<'_>,
    facts: Option<Facts>,
) -> Option<Demand> {
    let file = section.file;
    let keys = ["at_least", "at_most", "compared_to"];
    let given: Vec<_> = keys
        .into_iter()
        .filter_map(|key| Some((key, section.key(key)?)))
        .collect();
    let least = section.number("at_least");
    let most = section.number("at_most");
    let compared = section.text("compared_to");
    let margin_span = section.key("margin");
    let margin = section.number("margin");
    let by_span = section.text("by").map(|by| by.span);
    let by = section.choice("by", SIDES);
    if let Some(span) = margin_span.clone()
        && !given.iter().any(|(key, _)| *key == "compared_to")
    {
        let help = "add `compared_to = \"baseline\"`, or leave it out";
        file.fault_help(span, "`margin` needs `compared_to`", help);
    }
    let key = match &*given {
        [] => {
            let span = section.span.clone();
            file.fault_help(span, "this gate demands nothing", DEMANDS);
            return None;
        }
        [(key, _)] => *key,
        [(first, _), (second, span), ..] => {
            let message = format!("a gate demands one thing: `{first}` and `{second}` are two");
            file.fault_help(span.clone(), message, "make two gates of it");
            return None;
        }
    };
    let wrong_side = match key {
        "at_most" => Written::Lower,
        _ => Written::Upper,
    };
    let by = match (by, by_span) {
        (Some(side), Some(span)) if side == wrong_side => {
            let (fits, word) = match key {
                "at_most" => ("upper", "lower"),
                _ => ("lower", "upper"),
            };
            let message = format!("`{key}` cannot go by `{word}`: that limit could not fail it");
            file.fault_help(
                span,
                message,
                format!("write `by = \"{fits}\"` or `by = \"point\"`"),
            );
            None
        }
        (Some(Written::Point), _) => Some(By::Point),
        (Some(_), _) | (None, None) => Some(By::Bound),
        // Noted as no side at all.
        (None, Some(_)) => None,
    };
    match key {
        "at_least" => {
            let threshold = threshold(file, &least?, facts, true);
            Some(Demand::AtLeast {
                threshold: threshold?,
                by: by?,
            })
        }
        "at_most" => {
            let threshold = threshold(file, &most?, facts, false);
            Some(Demand::AtMost {
                threshold: threshold?,
                by: by?,
            })
        }
        _ => {
            let margin = margin_of(section, margin_span.is_some(), margin);
            let comparable = comparable(file, &compared?, subject, facts);
            comparable.then_some(())?;
            Some(Demand::NotBehind {
                margin: margin?,
                by: by?,
            })
        }
    }
}

fn margin_of(section: &mut Section<'_>, given: bool, margin: Option<Number>) -> Option<f64> {
    let file = section.file;
    match margin {
        Some(margin) if margin.value < 0.0 => {
            let help = "say how much worse than the baseline is still accepted; 0 is nothing";
            file.fault_help(margin.span, "`margin` must not be negative", help);
            None
        }
        Some(margin) => Some(margin.value),
        None => {
            if !given {
                let help = "say how much worse than the baseline is still accepted, such as \
                            `margin = 0.02`";
                section.missing("margin", help);
            }
            None
        }
    }
}

/// Whether the candidate can be compared on the metric.
fn comparable(
    file: &File,
    compared: &Text<'_>,
    subject: &Subject<'_>,
    facts: Option<Facts>,
) -> bool {
    let mut sound = true;
    if compared.value != "baseline" {
        let message = format!("`compared_to` cannot be `{}`", compared.value);
        file.fault_help(
            compared.span.clone(),
            message,
            "write `compared_to = \"baseline\"`",
        );
        sound = false;
    }
    if let Some((message, help)) = &subject.no_baseline {
        file.fault_help(compared.span.clone(), message, help);
        sound = false;
    }
    if let Some(Facts {
        key,
        direction: Direction::Neither,
        ..
    }) = facts
    {
        let message = format!("`{key}` is neither better high nor low, so nothing can be behind");
        file.fault_help(compared.span.clone(), message, "compare another metric");
        sound = false;
    }
    sound
}

/// A threshold that can decide.
fn threshold(file: &File, number: &Number, facts: Option<Facts>, least: bool) -> Option<f64> {
    let Number { value, span } = number;
    if let Some(Facts {
        key,
        range: (low, high),
        ..
    }) = facts
        && (*value < low || *value > high)
    {
        let verdict = match (least, *value > high) {
            (true, true) | (false, false) => "could never pass",
            (true, false) | (false, true) => "could never fail",
        };
        let message = format!("this gate {verdict}: `{key}` is {}", span_of(low, high));
        let help = match high == 1.0 && *value > 1.0 && *value <= 100.0 {
            true => format!("write a share: {}", value / 100.0),
            false => "choose a threshold in that range".to_owned(),
        };
        file.fault_help(span.clone(), message, help);
        return None;
    }
    Some(*value)
}

fn span_of(low: f64, high: f64) -> String {
    match high.is_finite() {
        true => format!("between {low} and {high}"),
        false => format!("{low} or more"),
    }
}
