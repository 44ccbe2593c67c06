//! Derived measures: expressions over the labels of classifiers and telemetry.

use std::collections::BTreeSet;

use super::checks::{compile, label_type, telemetry_names};
use super::gates::{self, Subject};
use super::raw::{File, Section, Text};
use super::{Derived, ScopeName};
use crate::expr::{Name, Program, Scope, Type, Wanted};
use crate::gate::Gate;
use crate::model::{Items, Scheme};
use crate::score::SchemeKind;

/// What derived measures may speak of.
#[derive(Debug)]
pub(super) struct Bases<'b> {
    pub(super) items: Option<&'b Items>,
    /// Every classifier, its scheme, and whether it names a baseline.
    pub(super) classifiers: Vec<(&'b str, Option<&'b Scheme>, bool)>,
}

/// The names so far and what each stands for.
struct Names {
    scope: Vec<Name>,
    stand_for: Vec<ScopeName>,
    /// For each derived measure, the classifiers it rests on.
    rests_on: Vec<BTreeSet<usize>>,
    /// Whether everything there is has a name; otherwise no expression can be judged.
    complete: bool,
}

impl Names {
    fn new(bases: &Bases<'_>) -> Self {
        let mut names = Self {
            scope: Vec::new(),
            stand_for: Vec::new(),
            rests_on: Vec::new(),
            complete: bases.items.is_some(),
        };
        for (at, (id, scheme, _)) in bases.classifiers.iter().enumerate() {
            match scheme.map(label_type) {
                Some(Some(ty)) => names.push(id, ty, ScopeName::Classifier(at)),
                Some(None) => {}
                None => names.complete = false,
            }
        }
        if let Some(items) = bases.items {
            for (at, name) in telemetry_names(items).into_iter().enumerate() {
                names.push(&name.name, name.ty, ScopeName::Telemetry(at));
            }
        }
        names
    }

    fn push(&mut self, name: &str, ty: Type, stands_for: ScopeName) {
        self.scope.push(Name {
            name: name.into(),
            ty,
        });
        self.stand_for.push(stands_for);
    }

    /// The classifiers that the names at some positions rest on.
    fn classifiers(&self, positions: &[usize]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for position in positions {
            match self.stand_for.get(*position) {
                Some(ScopeName::Classifier(at)) => {
                    found.insert(*at);
                }
                Some(ScopeName::Derived(at)) => {
                    found.extend(self.rests_on.get(*at).into_iter().flatten());
                }
                Some(ScopeName::Telemetry(_)) | None => {}
            }
        }
        found
    }
}

/// Reads `derived.toml`; what is wrong is noted in the file. The measures, and what the names
/// in their expressions stand for.
pub(super) fn read(
    file: &File,
    mut section: Section<'_>,
    bases: &Bases<'_>,
) -> (Vec<Derived>, Vec<ScopeName>) {
    let mut names = Names::new(bases);
    let mut measures: Vec<Derived> = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    for mut entry in section.tables("derived") {
        let line = entry.line();
        let id = entry.needed("id", "say what reports shall call it");
        if let Some(id) = &id {
            let clash = |what: &str, help: &str| {
                let message = format!("`{}` is the name of {what} already", id.value);
                file.fault_help(id.span.clone(), message, help);
            };
            if !is_identifier(id.value) {
                let message = format!("`{}` cannot be used in expressions", id.value);
                let help = "use letters, digits and `_`, and do not begin with a digit";
                file.fault_help(id.span.clone(), message, help);
            } else if used.contains(&id.value) {
                clash(
                    "a derived measure",
                    "give each derived measure an id of its own",
                );
            } else if bases.classifiers.iter().any(|(name, ..)| *name == id.value) {
                clash("a classifier", "choose another id");
            } else if names.scope.iter().any(|name| &*name.name == id.value) {
                clash("telemetry", "choose another id");
            }
            used.push(id.value);
        }
        let title = entry.text("title").map(|title| title.value.into());
        let says = entry.text("says").map(|says| says.value.into());
        let value = entry.needed("value", "write an expression that is true or false");
        let filter = entry.text("where");
        let scope = Scope(names.scope.clone());
        let compiled = |text| match names.complete {
            true => compile(file, text, &scope, Wanted::Bool),
            false => None,
        };
        let program = value.as_ref().and_then(&compiled);
        let filtered = filter.as_ref().map(&compiled);
        for (text, program) in [(&value, &program), (&filter, &filtered.clone().flatten())] {
            if let (Some(text), Some(program)) = (text, program) {
                note_ambiguous(file, text, program, &scope);
            }
        }
        let inputs: Vec<usize> = [program.as_ref(), filtered.as_ref().and_then(Option::as_ref)]
            .into_iter()
            .flatten()
            .flat_map(|program| program.inputs().to_vec())
            .collect();
        let rests_on = names.classifiers(&inputs);
        let gates = gates_of(&mut entry, bases, &rests_on, program.is_some());
        entry.finish();
        let position = names.rests_on.len();
        names.rests_on.push(rests_on);
        if let Some(id) = &id {
            names.push(id.value, Type::Bool, ScopeName::Derived(position));
        } else {
            names.complete = false;
        }
        if let (Some(id), Some(value)) = (id, program)
            && filtered.as_ref().is_none_or(Option::is_some)
        {
            measures.push(Derived {
                id: id.value.into(),
                title: title.unwrap_or_else(|| id.value.into()),
                says: says.unwrap_or_default(),
                value,
                filter: filtered.flatten(),
                gates,
                line,
            });
        }
    }
    section.finish();
    (measures, names.stand_for)
}

/// Notes the names that two things have.
fn note_ambiguous(file: &File, text: &Text<'_>, program: &Program, scope: &Scope) {
    for position in program.inputs() {
        let name = &scope.0[*position].name;
        if scope.0.iter().filter(|known| known.name == *name).count() > 1 {
            let message = format!("`{name}` is both a classifier and telemetry");
            let help = "rename one of them, so that it is plain which is meant";
            file.fault_help(text.span.clone(), message, help);
        }
    }
}

fn gates_of(
    entry: &mut Section<'_>,
    bases: &Bases<'_>,
    rests_on: &BTreeSet<usize>,
    is_compiled: bool,
) -> Vec<Gate> {
    let lacking = rests_on
        .iter()
        .filter_map(|at| bases.classifiers.get(*at))
        .find(|(_, _, has_baseline)| !has_baseline);
    let no_baseline = match lacking {
        Some((id, ..)) => Some((
            format!("nothing to compare with: `{id}` has no baseline"),
            format!("add `baseline = \"…\"` to the `classifier.toml` of `{id}`"),
        )),
        None if rests_on.is_empty() && is_compiled => Some((
            "nothing to compare: this measure uses no classifier".to_owned(),
            "leave the gate out".to_owned(),
        )),
        None => None,
    };
    let subject = Subject {
        word: "derived",
        kind: SchemeKind::Nominal { n_labels: 2 },
        classes: vec![("false", Some(0)), ("true", Some(1))],
        shares: None,
        rules: Vec::new(),
        slices: bases.items.map(|items| &*items.slices),
        no_baseline,
    };
    gates::read_all(entry.tables("gate"), &subject)
}

fn is_identifier(id: &str) -> bool {
    !id.starts_with(|first: char| first.is_ascii_digit())
        && id
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}
