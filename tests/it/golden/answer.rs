//! A computed value and its comparison with an expected one.

use std::collections::BTreeMap;

use labelgate::stat::Undefined;
use serde_json::Value;

/// A computed value, as free in shape as an expected one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Number(f64),
    Bool(bool),
    Text(String),
    Undefined(String),
    /// The place of a missing input in a list.
    Nothing,
    List(Vec<Answer>),
    Object(BTreeMap<String, Answer>),
}

/// The values computed for one case, by key.
#[derive(Default)]
pub(super) struct Answers(BTreeMap<String, Answer>);

impl Answers {
    pub(super) fn put(&mut self, key: &str, value: impl Into<Answer>) {
        self.0.insert(key.to_owned(), value.into());
    }

    pub(super) fn into_map(self) -> BTreeMap<String, Answer> {
        self.0
    }
}

impl From<Answers> for Answer {
    fn from(answers: Answers) -> Self {
        Self::Object(answers.0)
    }
}

impl From<f64> for Answer {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Answer {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u64> for Answer {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<bool> for Answer {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Undefined> for Answer {
    fn from(reason: Undefined) -> Self {
        Self::Undefined(reason.code().to_owned())
    }
}

impl<T: Into<Answer>> From<Result<T, Undefined>> for Answer {
    fn from(result: Result<T, Undefined>) -> Self {
        result.map_or_else(Self::from, Into::into)
    }
}

impl<T: Into<Answer>> From<Option<T>> for Answer {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::Nothing, Into::into)
    }
}

impl<T: Into<Answer>> From<Vec<T>> for Answer {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl From<(f64, f64)> for Answer {
    fn from((low, high): (f64, f64)) -> Self {
        Self::List(vec![low.into(), high.into()])
    }
}

/// How far a value may lie from the expected one: `abs + rel |expected|`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    rel: f64,
    abs: f64,
}

impl Tolerance {
    /// The case's tolerance for a key, or its default. A case without either demands equality.
    pub(super) fn of(tolerances: &Value, key: &str) -> Self {
        let found = tolerances.get(key).or_else(|| tolerances.get("default"));
        let part = |name| found.and_then(|t| t[name].as_f64()).unwrap_or(0.0);
        Self {
            rel: part("rel"),
            abs: part("abs"),
        }
    }

    fn at(self, expected: f64) -> f64 {
        self.abs + self.rel * expected.abs()
    }
}

/// How near a value came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Nearness {
    /// The error as a share of the tolerance.
    pub(super) of_tolerance: f64,
    /// The error relative to the expected value.
    pub(super) relative: f64,
}

impl Nearness {
    pub(super) fn worst(self, other: Self) -> Self {
        Self {
            of_tolerance: self.of_tolerance.max(other.of_tolerance),
            relative: self.relative.max(other.relative),
        }
    }
}

/// The error of an answer that meets what is expected, or in what it differs.
pub(super) fn compare(
    answer: &Answer,
    expected: &Value,
    tolerance: Tolerance,
) -> Result<Nearness, String> {
    let differs = || Err(format!("{answer:?} for {expected}"));
    let same = |equal: bool| {
        if equal {
            Ok(Nearness::default())
        } else {
            differs()
        }
    };
    match (answer, expected) {
        (Answer::Nothing, Value::Null) => Ok(Nearness::default()),
        (Answer::Bool(got), Value::Bool(wanted)) => same(got == wanted),
        (Answer::Text(got), Value::String(wanted)) => same(got == wanted),
        (Answer::Number(got), Value::Number(wanted)) => {
            let wanted = wanted.as_f64().ok_or("a number beyond f64")?;
            let error = (got - wanted).abs();
            let allowed = tolerance.at(wanted);
            // Written so that NaN is not near anything.
            if error <= allowed {
                Ok(Nearness {
                    of_tolerance: if error == 0.0 { 0.0 } else { error / allowed },
                    relative: if error == 0.0 {
                        0.0
                    } else {
                        error / wanted.abs().max(1e-12)
                    },
                })
            } else {
                differs()
            }
        }
        (Answer::Number(got), Value::Object(wanted)) => match wanted.get("infinite") {
            Some(sign) => {
                let infinite = if sign == "-" {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                };
                same(*got == infinite)
            }
            None => differs(),
        },
        (Answer::Undefined(got), Value::Object(wanted)) => {
            same(wanted.get("undefined").is_some_and(|code| code == got))
        }
        (Answer::List(got), Value::Array(wanted)) if got.len() == wanted.len() => {
            let pairs = got.iter().zip(wanted);
            pairs
                .enumerate()
                .try_fold(Nearness::default(), |worst, (place, (got, wanted))| {
                    let near = compare(got, wanted, tolerance);
                    Ok(worst.worst(near.map_err(|fault| format!("[{place}] {fault}"))?))
                })
        }
        (Answer::Object(got), Value::Object(wanted)) => {
            wanted
                .iter()
                .try_fold(Nearness::default(), |worst, (name, wanted)| {
                    let Some(got) = got.get(name) else {
                        return Err(format!(".{name} is not computed"));
                    };
                    let near = compare(got, wanted, tolerance);
                    Ok(worst.worst(near.map_err(|fault| format!(".{name} {fault}"))?))
                })
        }
        _ => differs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOLERANCE: Tolerance = Tolerance {
        rel: 1e-3,
        abs: 1e-6,
    };

    fn meets(answer: impl Into<Answer>, expected: &Value) -> bool {
        compare(&answer.into(), expected, TOLERANCE).is_ok()
    }

    #[test]
    fn golden_numbers_are_met_within_their_tolerance() {
        assert!(meets(2.001, &json!(2.0)));
        assert!(!meets(2.003, &json!(2.0)));
        assert!(meets(vec![1.0, 2.0], &json!([1.0, 2.0])));
        assert!(!meets(vec![1.0, 2.1], &json!([1.0, 2.0])));
        assert!(meets(f64::INFINITY, &json!({"infinite": "+"})));
        assert!(!meets(f64::INFINITY, &json!({"infinite": "-"})));
    }

    #[test]
    fn golden_values_are_never_met_by_nan() {
        assert!(!meets(f64::NAN, &json!(0.0)));
        assert!(!meets(f64::NAN, &json!({"undefined": "no_items"})));
        assert!(!meets(f64::NAN, &json!(null)));
    }

    #[test]
    fn golden_reasons_are_met_exactly() {
        assert!(meets(Undefined::NoItems, &json!({"undefined": "no_items"})));
        assert!(!meets(
            Undefined::NoVariation,
            &json!({"undefined": "no_items"})
        ));
        assert!(!meets(Undefined::NoItems, &json!(0.0)));
        assert!(!meets(0.0, &json!({"undefined": "no_items"})));
    }
}
