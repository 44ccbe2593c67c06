//! What a gate demands: one thing, on a side that can fail, with a threshold that can decide.

use super::{Facts, Subject};
use crate::gate::{By, Demand};
use crate::project::raw::{File, Number, Section, Text};
use crate::score::Direction;

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

/// Reads the demand; what is wrong is noted in the file.
pub(super) fn demand(
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
    let by_span = section.value("by");
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
