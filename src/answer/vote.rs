//! One outcome out of several answers to the same question.

use crate::model::{Label, Outcome};

/// The outcome of a question that was asked several times, in the order of asking.
///
/// Of labels, the one given most often; of those given equally often, the one given first. Of
/// numbers, the median, which of an even number is the mean of the two in the middle. Of lists of
/// decisions, the median of each count, rounded down. Answers without a label have no vote, but
/// where they are the majority there is no label either: the outcome is then the most frequent of
/// theirs, the first of equals.
///
/// `None` if nothing was asked.
///
/// ```
/// use labelgate::answer::majority;
/// use labelgate::model::{Label, Outcome};
/// let number = |number| Outcome::Ok(Label::Number(number));
/// let answers = [number(1.0), Outcome::Refused, number(4.0)];
/// assert_eq!(majority(&answers), Some(number(2.5)));
/// let answers = [number(1.0), Outcome::Refused, Outcome::Truncated];
/// assert_eq!(majority(&answers), Some(Outcome::Refused));
/// ```
pub fn majority(answers: &[Outcome]) -> Option<Outcome> {
    let (labelled, others): (Vec<&Outcome>, Vec<&Outcome>) = answers
        .iter()
        .partition(|outcome| outcome.label().is_some());
    if others.len() > labelled.len() {
        return most_frequent(&others, |outcome| outcome.kind()).cloned();
    }
    match labelled.first()?.label()? {
        Label::One(_) => most_frequent(&labelled, |outcome| match outcome.label() {
            Some(Label::One(label)) => Some(*label),
            _ => None,
        })
        .cloned(),
        Label::Number(_) => {
            let numbers = labelled.iter().filter_map(|outcome| match outcome.label() {
                Some(Label::Number(number)) => Some(*number),
                _ => None,
            });
            Some(Outcome::Ok(Label::Number(median(numbers.collect())?)))
        }
        Label::Counts(first) => {
            let cell = |cell: usize| {
                let counts = labelled.iter().filter_map(|outcome| match outcome.label() {
                    Some(Label::Counts(counts)) => counts.get(cell).copied(),
                    _ => None,
                });
                middle(counts.collect())
            };
            Some(Outcome::Ok(Label::Counts(
                (0..first.len()).map(cell).collect(),
            )))
        }
    }
}

/// How sure the answers are that were asked several times: the mean of what those say whose label
/// is that of the majority, or of numbers and lists, which are not counted by votes, all that have a
/// label.
///
/// ```
/// use labelgate::answer::majority_confidence;
/// use labelgate::model::{Label, LabelIx, Outcome};
/// let label = |label| Outcome::Ok(Label::One(LabelIx(label)));
/// let answers = [(label(0), Some(0.5)), (label(1), Some(0.9)), (label(0), Some(0.75))];
/// assert_eq!(majority_confidence(&answers, &label(0)), Some(0.625));
/// ```
pub fn majority_confidence(answers: &[(Outcome, Option<f64>)], majority: &Outcome) -> Option<f64> {
    let is_counted = |outcome: &Outcome| match majority.label() {
        Some(Label::One(_)) => outcome.label() == majority.label(),
        Some(_) => outcome.label().is_some(),
        None => false,
    };
    let counted = answers.iter().filter(|(outcome, _)| is_counted(outcome));
    let stated: Vec<f64> = counted.filter_map(|(_, confidence)| *confidence).collect();
    (!stated.is_empty()).then(|| stated.iter().sum::<f64>() / stated.len() as f64)
}

/// The first of those that occur most often, as told apart by `by`.
fn most_frequent<'a, K: PartialEq>(
    outcomes: &[&'a Outcome],
    by: impl Fn(&Outcome) -> K,
) -> Option<&'a Outcome> {
    let count = |one: &Outcome| {
        let key = by(one);
        outcomes.iter().filter(|other| by(other) == key).count()
    };
    let mut best: Option<(&Outcome, usize)> = None;
    for outcome in outcomes {
        let n = count(outcome);
        if best.is_none_or(|(_, most)| n > most) {
            best = Some((outcome, n));
        }
    }
    best.map(|(outcome, _)| outcome)
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let upper = *numbers.get(half)?;
    match numbers.len().is_multiple_of(2) {
        true => Some(f64::midpoint(numbers[half - 1], upper)),
        false => Some(upper),
    }
}

fn middle(mut counts: Vec<u32>) -> u32 {
    counts.sort_unstable();
    let half = counts.len() / 2;
    match (counts.get(half), counts.len().is_multiple_of(2)) {
        (Some(upper), true) => counts[half - 1].midpoint(*upper),
        (Some(upper), false) => *upper,
        (None, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LabelSet, LabelText};

    #[test]
    fn the_majority_decides_and_the_first_of_equals() {
        let texts = ["a", "b", "none"].map(|id| LabelText {
            id: id.into(),
            says: "".into(),
        });
        let set = LabelSet::new(texts.to_vec(), &["none"], &[] as &[&str]).unwrap();
        let label = |id: &str| Label::One(set.exact(id).unwrap());
        let (a, b) = (Outcome::Ok(label("a")), Outcome::Ok(label("b")));
        let none = Outcome::Abstained(label("none"));
        let check = |answers: &[&Outcome], expect: &Outcome| {
            let answers: Vec<Outcome> = answers.iter().map(|outcome| (*outcome).clone()).collect();
            assert_eq!(majority(&answers).as_ref(), Some(expect), "{answers:?}");
        };
        check(&[&a, &b, &b], &b);
        check(&[&b, &a], &b);
        check(&[&a, &b, &none, &none], &none);
        check(&[&Outcome::Refused, &a], &a);
        check(
            &[&Outcome::Refused, &a, &Outcome::Truncated],
            &Outcome::Refused,
        );
        assert_eq!(majority(&[]), None);
    }

    #[test]
    fn counts_are_taken_one_by_one() {
        let counts = |counts: &[u32]| Outcome::Ok(Label::Counts(counts.to_vec()));
        let answers = [counts(&[1, 0]), counts(&[3, 0]), counts(&[8, 1])];
        assert_eq!(majority(&answers), Some(counts(&[3, 0])));
    }
}
