//! The form an answer shall have, from the scheme it is read by.

use crate::model::{Confidences, LabelSet, Scheme};

use super::{Field, Shape};

/// More labels than this are not listed in the shape: grammars made of longer lists are refused as
/// too complex. The prompt lists them all the same, and the answer is checked when it is read.
const MOST_LABELS: usize = 150;

/// The field an answer on a scheme stands in.
pub fn answer_field(scheme: &Scheme) -> &'static str {
    match scheme {
        Scheme::Nominal(_) | Scheme::Ordinal(_) => "label",
        Scheme::Numeric(_) => "value",
        Scheme::Decisions(_) => "decisions",
    }
}

/// The object to answer with: these fields in their order, so that a rationale named first is
/// written first. Fields other than the answer's hold text, but `confidence` a number; a field named
/// twice is one field, and the answer's own is added at the end where it is not named.
///
/// Labels may be any that are declared, abstentions and excluded ones included. The range of a
/// number is not part of the shape, because providers refuse it there.
///
/// ```
/// use labelgate::ask::{Field, shape};
/// use labelgate::model::{Numeric, Scheme};
/// let scheme = Scheme::Numeric(Numeric { log: false, unit: None, min: None, max: None });
/// let fields = shape(&scheme, &["rationale".into(), "value".into()]).fields;
/// assert_eq!(fields, [("rationale".into(), Field::Text), ("value".into(), Field::Number)]);
/// ```
pub fn shape(scheme: &Scheme, fields: &[Box<str>]) -> Shape {
    let answer = answer_field(scheme);
    let mut shaped: Vec<(Box<str>, Field)> = Vec::with_capacity(fields.len() + 1);
    for name in fields.iter().map(AsRef::as_ref).chain([answer]) {
        if shaped.iter().any(|(shaped, _)| **shaped == *name) {
            continue;
        }
        let field = match name == answer {
            true => answer_shape(scheme),
            false if name == Confidences::NAME => Field::Number,
            false => Field::Text,
        };
        shaped.push((name.into(), field));
    }
    Shape { fields: shaped }
}

fn answer_shape(scheme: &Scheme) -> Field {
    match scheme {
        Scheme::Nominal(set) | Scheme::Ordinal(set) => labels(set),
        Scheme::Numeric(_) => Field::Number,
        Scheme::Decisions(decisions) => Field::List(vec![
            ("what".into(), Field::Text),
            ("stage".into(), Field::OneOf(decisions.stages.clone())),
            ("decider".into(), Field::OneOf(decisions.deciders.clone())),
        ]),
    }
}

fn labels(set: &LabelSet) -> Field {
    let declared = set.declared();
    match declared.len() <= MOST_LABELS {
        true => Field::OneOf(declared.iter().map(|label| label.id.clone()).collect()),
        false => Field::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Decisions, LabelText};

    fn nominal(ids: &[&str], abstain: &[&str], exclude: &[&str]) -> Scheme {
        let labels = ids.iter().map(|id| LabelText {
            id: (*id).into(),
            says: "".into(),
        });
        Scheme::Nominal(LabelSet::new(labels.collect(), abstain, exclude).unwrap())
    }

    fn one_of(texts: &[&str]) -> Field {
        Field::OneOf(texts.iter().map(|text| (*text).into()).collect())
    }

    #[test]
    fn a_label_is_any_that_is_declared_after_the_rationale() {
        let scheme = nominal(&["a", "b", "none", "x"], &["none"], &["x"]);
        assert_eq!(
            shape(&scheme, &["rationale".into(), "label".into()]).fields,
            [
                ("rationale".into(), Field::Text),
                ("label".into(), one_of(&["a", "b", "none", "x"])),
            ]
        );
    }

    #[test]
    fn a_long_list_of_labels_is_left_to_the_prompt() {
        let ids: Vec<String> = (0..151).map(|id| format!("l{id}")).collect();
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        let field = |ids| shape(&nominal(ids, &[], &[]), &[]).fields.remove(0).1;
        assert_eq!(field(&ids), Field::Text);
        assert_eq!(field(&ids[..150]), one_of(&ids[..150]));
    }

    #[test]
    fn decisions_are_a_list_of_objects() {
        let scheme = Scheme::Decisions(Decisions {
            stages: vec!["planning".into(), "execution".into()],
            deciders: vec!["user".into(), "assistant".into()],
            yields: vec![],
        });
        let entry = vec![
            ("what".into(), Field::Text),
            ("stage".into(), one_of(&["planning", "execution"])),
            ("decider".into(), one_of(&["user", "assistant"])),
        ];
        let decisions = ("decisions".into(), Field::List(entry));
        assert_eq!(shape(&scheme, &["decisions".into()]).fields, [decisions]);
    }

    #[test]
    fn a_confidence_is_a_number() {
        let fields = ["label".into(), "confidence".into()];
        let shaped = shape(&nominal(&["a", "b"], &[], &[]), &fields).fields;
        assert_eq!(shaped[1], ("confidence".into(), Field::Number));
    }

    #[test]
    fn no_field_occurs_twice_and_the_answer_is_never_left_out() {
        let scheme = nominal(&["a", "b"], &[], &[]);
        let names = |fields: &[&str]| -> Vec<Box<str>> {
            let fields: Vec<Box<str>> = fields.iter().map(|name| (*name).into()).collect();
            let shaped = shape(&scheme, &fields).fields.into_iter();
            shaped.map(|(name, _)| name).collect()
        };
        assert_eq!(
            names(&["label", "why", "label", "why"]),
            ["label".into(), "why".into()]
        );
        assert_eq!(names(&["why"]), ["why".into(), "label".into()]);
        assert_eq!(names(&[]), ["label".into()]);
    }
}
