//! How sure a reply says it is.

use super::explanation::last_holder;
use super::json::Json;
use super::value::shown;
use super::{AnswerForm, scan};
use crate::model::{Confidences, Reply};

/// What the field `confidence` beside the answer says: a number from 0 to 1, which may be written as
/// text and as a percentage (`"85%"`), or what is written there instead. A bare 85 is not taken for
/// a percentage, since 1 would then mean two things. `None` where there is no such field, it is
/// null, or the reply is a bare label.
///
/// ```
/// use labelgate::answer::{AnswerForm, confidence};
/// use labelgate::model::{Reply, Stop};
///
/// let form = AnswerForm::Json { field: "label".into() };
/// let sure = |text: &str| confidence(&Reply { text: text.into(), stop: Stop::End }, &form);
/// assert_eq!(sure(r#"{"label": "fix", "confidence": 0.8}"#), Some(Ok(0.8)));
/// assert_eq!(sure(r#"{"label": "fix", "confidence": "high"}"#), Some(Err("high".into())));
/// assert_eq!(sure(r#"{"label": "fix"}"#), None);
/// ```
pub fn confidence(reply: &Reply, form: &AnswerForm) -> Option<Result<f64, Box<str>>> {
    let AnswerForm::Json { field } = form else {
        return None;
    };
    let found = scan::scan(&reply.text);
    let holder = last_holder(&found, field)?;
    let (_, said) = holder.iter().find(|(key, _)| key == Confidences::NAME)?;
    let text = match said {
        Json::Null => return None,
        Json::List(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        plain => shown(plain)?,
    };
    Some(stated(&text).ok_or_else(|| text.into()))
}

/// A confidence as people write it: `0.85` or `85%`.
fn stated(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, scale) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    let value = number.chars().all(plain).then(|| number.parse::<f64>());
    let value = value?.ok()? / scale;
    (0.0..=1.0).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_is_a_number_from_0_to_1_or_a_percentage() {
        for (text, value) in [
            ("0.85", 0.85),
            ("85%", 0.85),
            (" 85 % ", 0.85),
            ("1", 1.0),
            ("0", 0.0),
            ("1%", 0.01),
            ("1e-3", 0.001),
        ] {
            assert_eq!(stated(text), Some(value), "{text}");
        }
        for text in [
            "85", "1.01", "-0.1", "101%", "high", "", "%", "nan", "inf", "0,85",
        ] {
            assert_eq!(stated(text), None, "{text}");
        }
    }
}
