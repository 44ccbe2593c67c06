//! What a gate judges, by name: positions mean something else in another state of the project.

use crate::gate::{Gate, Target};
use crate::report::Names;

/// The figure of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) metric: &'static str,
    pub(super) of: Of,
    pub(super) min_support: Option<u64>,
    pub(super) slice: Option<String>,
}

/// What the figure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    All,
    Class(String),
    EveryClass,
    Rule(String),
    Share(String),
}

impl Judged {
    pub(super) fn new(gate: &Gate, names: &Names) -> Self {
        let name =
            |names: &[String], position: usize| names.get(position).cloned().unwrap_or_default();
        let (metric, of, min_support) = match gate.target {
            Target::Overall(metric) => (metric.key(), Of::All, None),
            Target::Class {
                metric,
                class,
                min_support,
            } => {
                let of = Of::Class(name(&names.labels, class));
                (metric.key(), of, Some(min_support))
            }
            Target::EveryClass {
                metric,
                min_support,
            } => (metric.key(), Of::EveryClass, Some(min_support)),
            Target::Rule { metric, rule } => {
                let rule = names.rules.get(rule).map(|(name, _)| name.clone());
                (metric.key(), Of::Rule(rule.unwrap_or_default()), None)
            }
            Target::Share { metric, share } => {
                (metric.key(), Of::Share(name(&names.shares, share)), None)
            }
        };
        Self {
            metric,
            of,
            min_support,
            slice: gate.slice.map(|slice| name(&names.slices, slice)),
        }
    }

    /// Whether judging this judges the other too: the same figure, or that of every class.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let is_class = matches!(other.of, Of::Class(_));
        self.metric == other.metric
            && (self.of == other.of || (is_class && self.of == Of::EveryClass))
    }

    /// The figure as people write it.
    pub(super) fn shown(&self) -> String {
        let figure = match &self.of {
            Of::All => self.metric.to_owned(),
            Of::Class(name) | Of::Share(name) => format!("{} of {name}", self.metric),
            Of::EveryClass => format!("{} of each class", self.metric),
            Of::Rule(name) => format!("{name} {}", self.metric),
        };
        match &self.slice {
            Some(slice) => format!("{figure} in every {slice}"),
            None => figure,
        }
    }
}
