//! Telemetry rules and direction checks: expressions over labels and telemetry.

use std::ops::Range;
use std::sync::Arc;

use super::raw::{File, Section, Text, among};
use super::{Classifier, Control, DirectionCheck};
use crate::expr::{Name, Program, Rule, Scope, Type, Wanted};
use crate::model::{Items, Scheme};
use crate::score::directions::{Expected, Transform};

/// What the expressions of a classifier may speak of.
#[derive(Debug)]
pub(super) struct Surroundings<'s> {
    /// The items; `None` if they could not be read.
    pub(super) items: Option<&'s Items>,
    /// Every classifier and its scheme, which is `None` where it could not be read.
    pub(super) classifiers: &'s [(Box<str>, Option<Scheme>)],
    /// The position of the classifier at hand.
    pub(super) own: usize,
    /// The classifiers that were read before it.
    pub(super) earlier: &'s [Classifier],
}

/// The type of a scheme's labels in expressions; decisions have none.
pub(super) fn label_type(scheme: &Scheme) -> Option<Type> {
    match scheme {
        Scheme::Nominal(labels) => Some(Type::Nominal(Arc::new(labels.clone()))),
        Scheme::Ordinal(labels) => Some(Type::Ordinal(Arc::new(labels.clone()))),
        Scheme::Numeric(_) => Some(Type::Double),
        Scheme::Decisions(_) => None,
    }
}

/// The telemetry columns as names, in their order.
pub(super) fn telemetry_names(items: &Items) -> Vec<Name> {
    items
        .telemetry
        .iter()
        .map(|column| Name {
            name: column.name.clone(),
            ty: column.kind.into(),
        })
        .collect()
}

/// Compiles an expression; what is wrong is noted at its place in the file.
pub(super) fn compile(
    file: &File,
    text: &Text<'_>,
    scope: &Scope,
    wanted: Wanted,
) -> Option<Program> {
    match Program::compile(text.value, scope, wanted) {
        Ok(program) => Some(program),
        Err(faults) => {
            for fault in faults {
                let help = fault.help.unwrap_or_else(|| crate::expr::FORM.to_owned());
                file.fault_help(file.inside(text, fault.span), fault.message, help);
            }
            None
        }
    }
}

/// A name that gates and reports use; noted if it was used before.
fn name<'a>(
    section: &mut Section<'a>,
    what: &str,
    used: &mut Vec<(&'a str, Range<usize>)>,
) -> Option<&'a str> {
    let text = section.needed("name", "say what gates and reports shall call it")?;
    if let Some((_, first)) = used.iter().find(|(name, _)| *name == text.value) {
        let line = section.file.line(first.start);
        let message = format!("the {what} `{}` stands on line {line} already", text.value);
        let help = format!("give each {what} a name of its own");
        section.file.fault_help(text.span, message, help);
        return None;
    }
    used.push((text.value, text.span));
    Some(text.value)
}

/// The telemetry rules, the names of all that are written, sound or not, and the lines of the sound.
pub(super) fn rules<'a>(
    section: &mut Section<'a>,
    scheme: &Scheme,
    items: Option<&Items>,
) -> (Vec<Rule>, Vec<&'a str>, Vec<usize>) {
    let file = section.file;
    let mut used = Vec::new();
    let mut rules = Vec::new();
    let mut lines = Vec::new();
    let label = label_type(scheme);
    if label.is_none()
        && let Some(span) = section.key("telemetry")
    {
        let message = "a list of decisions has no label that a telemetry rule could speak of";
        file.fault_help(
            span,
            message,
            "leave the rules out, or write a `[[direction]]`",
        );
    }
    let label_scope = label.map(|ty| {
        let name = "label".into();
        Scope(vec![Name { name, ty }])
    });
    let telemetry_scope = items.map(|items| Scope(telemetry_names(items)));
    for mut entry in section.tables("telemetry") {
        let line = entry.line();
        let name = name(&mut entry, "rule", &mut used);
        let says = entry.text("says");
        let when = entry.needed("when", "say which labels it is about: `label == \"…\"`");
        let expect = entry.needed("expect", "say what telemetry should show: `commits > 0`");
        entry.finish();
        let compiled = |text: Option<Text<'_>>, scope: &Option<Scope>| {
            compile(file, &text?, scope.as_ref()?, Wanted::Bool)
        };
        let when = compiled(when, &label_scope);
        let expect = compiled(expect, &telemetry_scope);
        if let (Some(name), Some(when), Some(expect)) = (name, when, expect) {
            lines.push(line);
            rules.push(Rule {
                name: name.into(),
                says: says.map(|says| says.value.into()).unwrap_or_default(),
                when,
                expect,
            });
        }
    }
    (
        rules,
        used.into_iter().map(|(name, _)| name).collect(),
        lines,
    )
}

/// The direction checks.
pub(super) fn directions(
    section: &mut Section<'_>,
    scheme: &Scheme,
    around: &Surroundings<'_>,
) -> Vec<DirectionCheck> {
    let file = section.file;
    if let (Scheme::Nominal(_), Some(span)) = (scheme, section.key("direction")) {
        let message = "a direction needs labels in order, and this scheme is nominal";
        file.fault_help(span, message, "leave it out, or change `scheme`");
    }
    let mut used = Vec::new();
    let mut checks = Vec::new();
    let scope = around.items.map(|items| Scope(telemetry_names(items)));
    for mut entry in section.tables("direction") {
        let name = name(&mut entry, "direction", &mut used);
        let outcome = entry.needed("outcome", "say what should change: `double(tool_calls)`");
        let outcome = match (outcome, &scope) {
            (Some(text), Some(scope)) => compile(file, &text, scope, Wanted::Number),
            _ => None,
        };
        let transforms = [("none", Transform::None), ("log1p", Transform::Log1p)];
        let transform = entry.choice("transform", &transforms);
        if entry.key("expect").is_none() {
            entry.missing(
                "expect",
                "write `expect = \"increasing\"` or `\"decreasing\"`",
            );
        }
        let ways = [
            ("increasing", Expected::Increasing),
            ("decreasing", Expected::Decreasing),
        ];
        let expect = entry.choice("expect", &ways);
        let controls = controls(&mut entry, around);
        let share = share(&mut entry, scheme);
        entry.finish();
        if let (Some(name), Some(outcome), Some(expect), Some(controls), Some(share)) =
            (name, outcome, expect, controls, share)
        {
            checks.push(DirectionCheck {
                name: name.into(),
                outcome,
                transform: transform.unwrap_or(Transform::None),
                expect,
                controls,
                share,
            });
        }
    }
    checks
}

fn share(entry: &mut Section<'_>, scheme: &Scheme) -> Option<Option<usize>> {
    let file = entry.file;
    let text = entry.text("share");
    let Scheme::Decisions(decisions) = scheme else {
        return match text {
            None => Some(None),
            Some(text) => {
                super::scheme::needs(file, text.span, "`share`", "a `decisions` scheme");
                None
            }
        };
    };
    let known = decisions.yields.iter().map(|share| &*share.name);
    let Some(text) = text else {
        if entry.key("share").is_none() {
            let known = crate::table::list(known);
            entry.missing(
                "share",
                &format!("a direction on decisions names one of {known}"),
            );
        }
        return None;
    };
    let position = known.clone().position(|share| share == text.value);
    if position.is_none() {
        file.unknown(text.span, "share", text.value, known);
    }
    position.map(Some)
}

fn controls(entry: &mut Section<'_>, around: &Surroundings<'_>) -> Option<Vec<Control>> {
    let file = entry.file;
    let texts = entry.texts("controls").unwrap_or_default();
    let items = around.items?;
    let mut controls = Vec::new();
    let mut sound = true;
    for text in &texts {
        let name = text.value;
        let slice = items.slices.iter().position(|slice| &**slice == name);
        let telemetry = items
            .telemetry
            .iter()
            .position(|column| &*column.name == name);
        let classifier = around.classifiers.iter().position(|(id, _)| &**id == name);
        let fault = |message: String, help: String| {
            file.fault_help(text.span.clone(), message, help);
        };
        match (slice, classifier, telemetry) {
            (Some(slice), _, _) => controls.push(Control::Slice(slice)),
            (None, Some(own), _) if own == around.own => {
                let message = format!("`{name}` cannot be held constant in its own direction");
                fault(message, "leave it out".to_owned());
                sound = false;
            }
            (None, Some(at), _) => match &around.classifiers[at].1 {
                Some(Scheme::Decisions(_)) => {
                    let message = format!("`{name}` yields lists, which cannot be held constant");
                    fault(
                        message,
                        "name another classifier, a slice or telemetry".to_owned(),
                    );
                    sound = false;
                }
                _ => controls.push(Control::Classifier(at)),
            },
            (None, None, Some(column)) => controls.push(Control::Telemetry(column)),
            (None, None, None) => {
                let slices = items.slices.iter().map(|slice| &**slice);
                let classifiers = around.classifiers.iter().map(|(id, _)| &**id);
                let telemetry = items.telemetry.iter().map(|column| &*column.name);
                let known = slices.chain(classifiers).chain(telemetry);
                let help = among(name, known);
                fault(format!("unknown control `{name}`"), help);
                sound = false;
            }
        }
    }
    sound.then_some(controls)
}
