//! Gates: figures that exist, thresholds that can decide.

mod demand;
mod target;

use super::raw::{Section, among};
use crate::gate::{Demand, Gate};
use crate::model::{LabelIx, Scheme, Share};
use crate::score::{Direction, Metric, SchemeKind};

use demand::demand;
use target::target;

/// What the gates of a classifier or derived measure can be about.
#[derive(Debug)]
pub(super) struct Subject<'s> {
    /// The word of the scheme.
    pub(super) word: &'static str,
    /// Decides which metrics there are.
    pub(super) kind: SchemeKind,
    /// The declared labels with their position among the scored ones.
    pub(super) classes: Vec<(&'s str, Option<usize>)>,
    /// The shares of a decisions scheme.
    pub(super) shares: Option<&'s [Share]>,
    /// The names of the telemetry rules.
    pub(super) rules: Vec<&'s str>,
    /// The names of the slices; `None` while they are not known.
    pub(super) slices: Option<&'s [Box<str>]>,
    /// Why there is nothing to compare with, if so, and what to do.
    pub(super) no_baseline: Option<(String, String)>,
}

impl<'s> Subject<'s> {
    /// What a scheme has; rules, slices and baseline are still to be filled in.
    pub(super) fn of_scheme(scheme: &'s Scheme) -> Self {
        let labels = scheme.labels();
        let n_labels = labels.map_or(0, |labels| labels.scored().count());
        Self {
            word: scheme.word(),
            kind: match scheme {
                Scheme::Nominal(_) => SchemeKind::Nominal { n_labels },
                Scheme::Ordinal(_) => SchemeKind::Ordinal { n_labels },
                Scheme::Numeric(_) | Scheme::Decisions(_) => SchemeKind::Numeric,
            },
            classes: labels.map_or_else(Vec::new, |labels| {
                let declared = labels.declared().iter().zip(0..);
                let rank = |at| labels.rank(LabelIx(at));
                declared.map(|(label, at)| (&*label.id, rank(at))).collect()
            }),
            shares: match scheme {
                Scheme::Decisions(decisions) => Some(&decisions.yields),
                _ => None,
            },
            rules: Vec::new(),
            slices: None,
            no_baseline: None,
        }
    }

    fn metrics(&self) -> impl Iterator<Item = &'static str> + Clone {
        let kind = self.kind;
        let metrics = Metric::ALL
            .iter()
            .filter(move |metric| metric.applies_to(kind));
        metrics.map(|metric| metric.key())
    }
}

/// What is known of a metric whichever list it is from.
#[derive(Clone, Copy)]
struct Facts {
    key: &'static str,
    direction: Direction,
    range: (f64, f64),
}

/// Reads the gates of a classifier or measure; what is wrong is noted in the file.
pub(super) fn read_all(sections: Vec<Section<'_>>, subject: &Subject<'_>) -> Vec<Gate> {
    let mut gates: Vec<Gate> = Vec::new();
    for section in sections {
        let (file, span) = (section.file, section.span.clone());
        let Some(gate) = read(section, subject) else {
            continue;
        };
        if let Some(other) = gates.iter().find(|other| contradict(other, &gate)) {
            let message = format!(
                "no value can pass both this gate and that on line {}",
                other.line
            );
            let help = "let `at_least` be below `at_most`, or leave one out";
            file.fault_help(span, message, help);
        }
        gates.push(gate);
    }
    gates
}

/// Whether one demands at least more than the other demands at most, of the same figure.
fn contradict(one: &Gate, other: &Gate) -> bool {
    let empty = |one: &Gate, other: &Gate| match (one.demand, other.demand) {
        (
            Demand::AtLeast {
                threshold: least, ..
            },
            Demand::AtMost {
                threshold: most, ..
            },
        ) => least > most,
        _ => false,
    };
    one.target == other.target
        && one.slice == other.slice
        && (empty(one, other) || empty(other, one))
}

/// Reads a gate; what is wrong is noted in the file.
fn read(mut section: Section<'_>, subject: &Subject<'_>) -> Option<Gate> {
    let target = target(&mut section, subject);
    let slice = slice(&mut section, subject);
    let facts = target.as_ref().ok().map(|(_, facts)| *facts);
    let demand = demand(&mut section, subject, facts);
    let line = target.is_ok().then(|| section.line());
    section.finish();
    Some(Gate {
        target: target.ok()?.0,
        demand: demand?,
        slice: slice?,
        line: line?,
    })
}

/// The slice of the gate, if it names one; `None` if that is at fault.
fn slice(section: &mut Section<'_>, subject: &Subject<'_>) -> Option<Option<usize>> {
    let file = section.file;
    let Some(text) = section.text("slice") else {
        return Some(None);
    };
    let slices = subject.slices?;
    let position = slices.iter().position(|slice| &**slice == text.value);
    if position.is_none() {
        let known = slices.iter().map(|slice| &**slice);
        let help = match slices {
            [] => "name the columns that are slices under `[items]`: `slices = [\"month\"]`".into(),
            _ => among(text.value, known),
        };
        file.fault_help(text.span, format!("unknown slice `{}`", text.value), help);
    }
    position.map(Some)
}
