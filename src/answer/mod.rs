//! Reads a reply into an outcome on a scheme. Never guesses: whatever is not plainly one answer
//! is `unparsed`, with the reason.
//!
//! Knows no provider, no item and no prompt beyond the form asked for. Looks at why the model
//! stopped before it looks at the text, so that an answer cut off is never taken for a whole one.

mod confidence;
mod decisions;
mod explanation;
mod json;
mod reasoning;
mod scan;
mod text;
mod value;
mod vote;

#[cfg(test)]
mod tests;

use crate::model::{Label, Outcome, Reply, Scheme, Stop};

pub use confidence::confidence;
pub use explanation::explanation;
pub use vote::{majority, majority_confidence};

use json::Json;
use text::quoted;

/// The form in which a prompt asks for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerForm {
    /// A JSON object, anywhere in the reply, that has this field.
    Json {
        /// The field: `label`, `value` or `decisions`.
        field: Box<str>,
    },
    /// The reply is the label itself, or the number.
    Label,
}

/// What a reply became.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether the answer was recognised only after normalisation: of case, spaces, Unicode form,
    /// the writing of a number, or quotes around a bare label.
    pub normalised: bool,
}

/// A label as read, or why there is none.
type Reading = Result<Read, String>;

#[derive(Clone, Debug, PartialEq)]
struct Read {
    label: Label,
    normalised: bool,
}

/// Reads a reply.
///
/// ```
/// use labelgate::answer::{AnswerForm, read};
/// use labelgate::model::{Label, Numeric, Outcome, Reply, Scheme, Stop};
///
/// let scheme = Scheme::Numeric(Numeric { log: true, unit: None, min: None, max: None });
/// let form = AnswerForm::Json { field: "value".into() };
/// let mut reply = Reply { text: r#"So I say {"value": 150}"#.into(), stop: Stop::End };
/// assert_eq!(read(&reply, &scheme, &form).outcome, Outcome::Ok(Label::Number(150.0)));
/// reply.stop = Stop::MaxTokens;
/// assert_eq!(read(&reply, &scheme, &form).outcome, Outcome::Truncated);
/// ```
pub fn read(reply: &Reply, scheme: &Scheme, form: &AnswerForm) -> Answer {
    let reading = match reply.stop {
        Stop::MaxTokens => return without_label(Outcome::Truncated),
        Stop::Refusal => return without_label(Outcome::Refused),
        Stop::ContextOverflow => return without_label(Outcome::ContextOverflow),
        Stop::End if is_blank(&reply.text) => Err("the reply is empty".into()),
        Stop::End => match form {
            AnswerForm::Json { field } => read_json(&reply.text, scheme, field),
            AnswerForm::Label => read_bare(&reply.text, scheme),
        },
    };
    match reading {
        Ok(Read { label, normalised }) => Answer {
            outcome: match (label, scheme.labels()) {
                (Label::One(label), Some(set)) if set.is_abstention(label) => {
                    Outcome::Abstained(Label::One(label))
                }
                (label, _) => Outcome::Ok(label),
            },
            normalised,
        },
        Err(reason) => without_label(Outcome::Unparsed(reason.into())),
    }
}

fn without_label(outcome: Outcome) -> Answer {
    Answer {
        outcome,
        normalised: false,
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
}

fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

fn read_json(text: &str, scheme: &Scheme, field: &str) -> Reading {
    let found = scan::scan(text);
    let mut answers = Vec::new();
    let mut last_start = 0;
    for (start, object) in &found.objects {
        let before = answers.len();
        object.find(field, &mut answers);
        if answers.len() > before {
            last_start = *start;
        }
    }
    let Some((first, others)) = answers.split_first() else {
        return Err(why_no_answer(text, &found, field));
    };
    // What comes after an answer may correct it; a broken correction leaves no answer.
    let key = format!("\"{field}\"");
    if let Some(broken) = &found.broken
        && broken.span.start > last_start
        && text[broken.span.clone()].contains(&key)
    {
        return Err(why_broken(text, broken));
    }
    let mut reading = value::of_json(first, scheme, field);
    for other in others {
        let second = value::of_json(other, scheme, field);
        reading = match (reading, second) {
            (Ok(one), Ok(two)) if one.label == two.label => Ok(Read {
                label: one.label,
                normalised: one.normalised || two.normalised,
            }),
            (Err(one), Err(two)) if one == two => Err(one),
            _ => return Err(two_answers(first, other)),
        };
    }
    reading
}

fn two_answers(one: &Json, two: &Json) -> String {
    match (value::shown(one), value::shown(two)) {
        (Some(one), Some(two)) => {
            format!(
                "two different answers: {} and {}",
                quoted(&one),
                quoted(&two)
            )
        }
        _ => "two different answers".into(),
    }
}

fn why_no_answer(text: &str, found: &scan::Found, field: &str) -> String {
    if let Some(broken) = &found.broken {
        why_broken(text, broken)
    } else if !found.objects.is_empty() {
        format!("JSON without the field `{field}`")
    } else if found.thinks_on {
        "no answer: the reasoning is never closed".into()
    } else {
        "no JSON object".into()
    }
}

fn why_broken(text: &str, broken: &scan::Broken) -> String {
    let at = broken.at;
    // A word such as `NaN` is found wanting at its second letter; it is quoted whole.
    let word = text.as_bytes()[..at]
        .iter()
        .rev()
        .take(8)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let rest = (at - word..=text.len())
        .find_map(|at| text.get(at..))
        .unwrap_or("");
    if at == text.len() || is_blank(rest) {
        "broken JSON: it ends too early".into()
    } else {
        format!("broken JSON at {}", quoted(rest))
    }
}

fn read_bare(text: &str, scheme: &Scheme) -> Reading {
    let reply = trim(reasoning::without_reasoning(text));
    if reply.is_empty() {
        return Err("no answer beside the reasoning".into());
    }
    let candidates = [Some(reply), text::unquoted(reply)];
    let mut candidates = candidates.iter().flatten();
    match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => candidates
            .find_map(|text| value::label(text, *text != reply, set))
            .ok_or_else(|| value::no_label(reply)),
        Scheme::Numeric(numeric) => candidates
            .find_map(|text| text::plain_number(text).map(|number| (number, *text != reply)))
            .ok_or_else(|| value::no_number(reply))
            .and_then(|(number, normalised)| value::number(number, normalised, numeric)),
        Scheme::Decisions(_) => Err("a list of decisions cannot be a bare label".into()),
    }
}
