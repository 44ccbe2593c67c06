//! What changed about a label scheme.

use crate::model::{LabelIx, LabelSet, Scheme};

/// What changed, in words; definitions of labels are part of the prompt and may change.
pub(super) fn changed(before: &Scheme, now: &Scheme) -> Option<String> {
    let mut what = Vec::new();
    if before.word() != now.word() {
        what.push(format!("scheme {} → {}", before.word(), now.word()));
    }
    match (before, now) {
        (Scheme::Numeric(old), Scheme::Numeric(new)) => {
            let limit = |limit: Option<f64>| limit.map_or("none".to_owned(), |x| x.to_string());
            let scale = |log| if log { "log" } else { "linear" }.to_owned();
            push(&mut what, "scale", scale(old.log), scale(new.log));
            push(&mut what, "min", limit(old.min), limit(new.min));
            push(&mut what, "max", limit(old.max), limit(new.max));
        }
        (Scheme::Decisions(old), Scheme::Decisions(new)) => {
            let shares = |decisions: &crate::model::Decisions| {
                let names = decisions.yields.iter().map(|share| share.name.clone());
                names.collect::<Vec<_>>()
            };
            lists(&mut what, "stages", &old.stages, &new.stages);
            lists(&mut what, "deciders", &old.deciders, &new.deciders);
            lists(&mut what, "yields", &shares(old), &shares(new));
        }
        _ => {
            if let (Some(old), Some(new)) = (before.labels(), now.labels()) {
                labels(&mut what, old, new);
            }
        }
    }
    (!what.is_empty()).then(|| what.join("; "))
}

fn labels(what: &mut Vec<String>, old: &LabelSet, new: &LabelSet) {
    let ids = |set: &LabelSet| -> Vec<Box<str>> {
        let declared = set.declared().iter();
        declared.map(|label| label.id.clone()).collect()
    };
    let with = |set: &LabelSet, is: fn(&LabelSet, LabelIx) -> bool| -> Vec<Box<str>> {
        let all = (0..set.declared().len()).map(LabelIx);
        let mut ids: Vec<Box<str>> = all
            .filter(|label| is(set, *label))
            .map(|label| set.id(label).into())
            .collect();
        ids.sort_unstable();
        ids
    };
    lists(what, "labels", &ids(old), &ids(new));
    for (key, is) in [
        (
            "abstain",
            LabelSet::is_abstention as fn(&LabelSet, LabelIx) -> bool,
        ),
        ("exclude", LabelSet::is_excluded),
    ] {
        lists(what, key, &with(old, is), &with(new, is));
    }
}

fn push(what: &mut Vec<String>, key: &str, from: String, to: String) {
    if from != to {
        what.push(format!("{key} {from} → {to}"));
    }
}

/// What was taken out of a list, put into it, or only moved.
fn lists(what: &mut Vec<String>, key: &str, old: &[Box<str>], new: &[Box<str>]) {
    let lacking = |from: &[Box<str>], of: &[Box<str>]| {
        let lacking = from.iter().filter(|name| !of.contains(name));
        lacking.map(|name| &**name).collect::<Vec<_>>().join(", ")
    };
    let (removed, added) = (lacking(old, new), lacking(new, old));
    if !removed.is_empty() {
        what.push(format!("{key} without {removed}"));
    }
    if !added.is_empty() {
        what.push(format!("{key} with {added}"));
    }
    if removed.is_empty() && added.is_empty() && old != new {
        what.push(format!("{key} in another order"));
    }
}
