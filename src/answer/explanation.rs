//! What a reply says beside its label.

use super::json::Json;
use super::{AnswerForm, scan};
use crate::model::Reply;

/// The texts beside the answer in the object that holds it, such as its rationale; each under its
/// name where there are several. `None` where there are none, or the reply is a bare label.
///
/// ```
/// use labelgate::answer::{AnswerForm, explanation};
/// use labelgate::model::{Reply, Stop};
///
/// let form = AnswerForm::Json { field: "label".into() };
/// let text = r#"{"rationale": "Tests were run.", "label": "fix"}"#.into();
/// let said = explanation(&Reply { text, stop: Stop::End }, &form);
/// assert_eq!(said.as_deref(), Some("Tests were run."));
/// ```
pub fn explanation(reply: &Reply, form: &AnswerForm) -> Option<String> {
    let AnswerForm::Json { field } = form else {
        return None;
    };
    let found = scan::scan(&reply.text);
    let holder = last_holder(&found, field)?;
    let texts: Vec<(&str, &str)> = holder
        .iter()
        .filter(|(key, _)| **key != **field)
        .filter_map(|(key, value)| match value {
            Json::Text(text) if !text.trim().is_empty() => Some((&**key, text.trim())),
            _ => None,
        })
        .collect();
    match &*texts {
        [] => None,
        [(_, text)] => Some((*text).to_owned()),
        several => {
            let lines = several.iter().map(|(key, text)| format!("{key}: {text}"));
            Some(lines.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// The pairs of the last object that has the key.
pub(super) fn last_holder<'a>(found: &'a scan::Found, key: &str) -> Option<&'a [(String, Json)]> {
    let mut objects = found.objects.iter().rev();
    objects.find_map(|(_, object)| holder(object, key))
}

/// The pairs of the object that has the key itself.
fn holder<'a>(json: &'a Json, key: &str) -> Option<&'a [(String, Json)]> {
    match json {
        Json::Object(pairs) if pairs.iter().any(|(name, _)| name == key) => Some(pairs),
        Json::Object(pairs) => pairs.iter().find_map(|(_, value)| holder(value, key)),
        Json::List(values) => values.iter().find_map(|value| holder(value, key)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stop;

    fn said(text: &str) -> Option<String> {
        let form = AnswerForm::Json {
            field: "label".into(),
        };
        let (text, stop) = (text.into(), Stop::End);
        explanation(&Reply { text, stop }, &form)
    }

    #[test]
    fn several_texts_come_with_their_names() {
        let text = r#"Well: {"answer": {"doubt": "none", "label": "a", "rationale": "b", "n": 1}}"#;
        assert_eq!(said(text).unwrap(), "doubt: none\nrationale: b");
    }

    #[test]
    fn a_label_alone_has_no_explanation() {
        assert_eq!(said(r#"{"label": "a"}"#), None);
        assert_eq!(said("a"), None);
    }
}
