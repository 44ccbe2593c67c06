//! Whether telemetry moves with the label as is expected of a label that measures something: the
//! outcome regressed on the label, with other things held constant, and the outcome's mean by label
//! as it is.
//!
//! The label counts as its rank, as its number or as its share. The effect is that of one step; its
//! interval is t of cluster-robust errors. A direction is a check that is reported, never a gate.

mod design;
mod side;

use super::{Measured, Sample, Shown};
use crate::align::{NoNumber, numbers};
use crate::expr::Program;
use crate::model::{Label, OutcomeKind, Ratings, Scheme};
use crate::stat::{Estimate, Undefined};

/// Levels of a control with fewer items are counted as one, `other`.
pub const LEAST_OF_LEVEL: usize = 5;
/// With fewer clusters the small-sample error stands beside the usual one.
pub const CR2_BELOW: usize = 50;

/// What is done to an outcome before it is regressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// Nothing.
    None,
    /// ln(1 + x).
    Log1p,
}

/// Which way an outcome should go as the label rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Up.
    Increasing,
    /// Down.
    Decreasing,
}

/// A direction, and what it is evaluated on.
pub struct DirectionSubject<'a> {
    /// The items.
    pub sample: Sample<'a>,
    /// What labels are; a nominal one has no direction.
    pub scheme: &'a Scheme,
    /// For decisions, the position of the share that stands for the label.
    pub share: Option<usize>,
    /// The number over telemetry that should move.
    pub outcome: &'a Program,
    /// What is done to it first.
    pub transform: Transform,
    /// Which way it should move.
    pub expect: Expected,
    /// What is held constant.
    pub controls: &'a [Control],
    /// The labels under test.
    pub candidate: &'a Ratings,
    /// The labels taken as right.
    pub reference: &'a [Option<Label>],
}

/// Something that is held constant, with its value of each item.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// What it is called.
    pub name: String,
    /// One place per item, `None` where it has no value; nothing at all where no answers are known.
    pub values: Option<Vec<Option<Held>>>,
}

/// A value that is held constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// One of several, without order.
    Level(Box<str>),
    /// A number.
    Number(f64),
}

/// What an effect is the effect of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// The next label.
    Step,
    /// One more of the number.
    Unit,
    /// The number times e.
    LogUnit,
    /// The whole share instead of nothing.
    Share,
}

/// What became of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The whole interval lies on the expected side of 0, and with few clusters the small-sample
    /// interval too.
    Holds,
    /// They lie on the other side.
    Contradicted,
    /// One of them has 0 inside.
    Inconclusive,
    /// There is no effect to speak of.
    Undefined(Undefined),
}

/// A direction on the labels under test and on those taken as right.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionScore {
    /// What the effect is of.
    pub per: Per,
    /// On the labels under test.
    pub candidate: DirectionSide,
    /// On the labels taken as right, with the same controls.
    pub reference: DirectionSide,
}

/// A direction on the labels of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionSide {
    /// What became of the expectation.
    pub status: Status,
    /// How much the transformed outcome changes, other things equal, with CR1 error.
    pub effect: Measured,
    /// The same with CR2 error, where there are few clusters.
    pub effect_cr2: Option<Measured>,
    /// Columns that others determine, with those; the reason for which there is no effect.
    pub collinear: Vec<(String, Vec<String>)>,
    /// The outcome by label, as it is: nothing is held constant.
    pub levels: Vec<Level>,
    /// From each label to the next that is used, other things equal; none for numbers.
    pub steps: Vec<Step>,
    /// Kendall's rank correlation of label and outcome; nothing is held constant.
    pub kendall_tau_b: Measured,
    /// One-sided p-value of Jonckheere and Terpstra in the expected direction, of independent items
    /// and with nothing held constant; none for numbers.
    pub jonckheere_terpstra_p: Option<Result<f64, Undefined>>,
    /// Items used; `None` is hidden.
    pub n: Shown<u64>,
    /// Why others are not; `None` is hidden.
    pub dropped: Shown<Dropped>,
    /// How each control was held constant.
    pub controls: Vec<ControlUse>,
}

/// The outcome of items with one label, or with numbers within some bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Which label.
    pub which: Which,
    /// Items.
    pub n: Shown<u64>,
    /// Clusters.
    pub n_clusters: Shown<u64>,
    /// The mean of the transformed outcome, with CR2 error.
    pub mean: Measured,
}

/// The labels of a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Which {
    /// A label, by its position among the scored ones.
    Label(usize),
    /// Numbers above the first, where there is one, and at most the second, where there is one.
    Between(Option<f64>, Option<f64>),
}

/// The change from one label to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Position of the lower label among the scored ones.
    pub from: usize,
    /// Position of the higher.
    pub to: usize,
    /// The change of the transformed outcome, with CR1 error.
    pub difference: Measured,
    /// Two-sided p-value against no change, adjusted for all steps after Holm.
    pub p_holm: Option<f64>,
}

/// Items that a direction does without, each counted once, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// No usable label: none given, an abstention, an excluded one, or a share of nothing.
    pub label: u64,
    /// Telemetry of the outcome was not recorded.
    pub telemetry: u64,
    /// The outcome cannot be computed, such as by a division by 0.
    pub outcome: u64,
    /// No value of a control, by the first control without.
    pub controls: Vec<u64>,
}

/// How a control was held constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlUse {
    /// What it is called.
    pub name: String,
    /// How it came into the regression.
    pub coding: Coding,
}

/// How a control came into the regression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As a number.
    Number,
    /// As levels, of which some with few items were counted as one.
    Levels {
        /// Levels told apart, that of pooled items among them.
        told_apart: usize,
        /// Levels that were pooled.
        pooled: usize,
    },
    /// Not at all: every item has the same value.
    Constant,
}

impl Expected {
    /// The word of `classifier.toml` and of `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Increasing => "increasing",
            Self::Decreasing => "decreasing",
        }
    }

    /// 1 up, −1 down.
    fn sign(self) -> f64 {
        match self {
            Self::Increasing => 1.0,
            Self::Decreasing => -1.0,
        }
    }
}

impl Transform {
    /// The word of `classifier.toml` and of `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Log1p => "log1p",
        }
    }

    fn of(self, value: f64) -> Option<f64> {
        let transformed = match self {
            Self::None => value,
            Self::Log1p => value.ln_1p(),
        };
        transformed.is_finite().then_some(transformed)
    }
}

impl Per {
    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Unit => "unit",
            Self::LogUnit => "log_unit",
            Self::Share => "share",
        }
    }
}

impl Status {
    /// The name in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Contradicted => "contradicted",
            Self::Inconclusive => "inconclusive",
            Self::Undefined(_) => "undefined",
        }
    }

    /// What the effect says about an expectation, with either error.
    fn of(effect: &Measured, effect_cr2: Option<&Measured>, expect: Expected) -> Self {
        let mut ends = Vec::new();
        for measured in std::iter::once(effect).chain(effect_cr2) {
            match measured {
                Err(undefined) => return Self::Undefined(*undefined),
                Ok(estimate) => match &estimate.interval {
                    Err(undefined) => return Self::Undefined(*undefined),
                    Ok(interval) => ends.extend([interval.low, interval.high]),
                },
            }
        }
        let is_beyond = |sign: f64| ends.iter().all(|end| end * sign > 0.0);
        if is_beyond(expect.sign()) {
            Self::Holds
        } else if is_beyond(-expect.sign()) {
            Self::Contradicted
        } else {
            Self::Inconclusive
        }
    }
}

impl DirectionSide {
    /// Hides the outcome of labels that rest on fewer than `least` clusters, or whose count is hidden,
    /// and the steps from and to them: the digits of a mean of whole numbers tell how many they are.
    /// Other means are rounded to what their errors are worth. The counts by label are hidden
    /// altogether: they leave out items whose telemetry is not known, who could be counted by what
    /// other tables say of the label. Where values of slices are hidden, so are the items that a
    /// direction does without: those without a value would tell of the rest.
    pub fn withhold(
        &mut self,
        least: u64,
        has_hidden_slices: bool,
        is_counted: &dyn Fn(usize) -> bool,
    ) {
        if least <= 1 {
            return;
        }
        if has_hidden_slices {
            self.n = None;
            self.dropped = None;
        }
        let steps = &mut self.steps;
        for level in &mut self.levels {
            let is_small = level.n_clusters.is_none_or(|n| n < least) && level.n != Some(0);
            let is_secret = match level.which {
                Which::Label(label) => !is_counted(label),
                Which::Between(..) => false,
            };
            level.n = None;
            level.n_clusters = None;
            if !is_small && !is_secret {
                if let Ok(mean) = &mut level.mean {
                    round(mean);
                }
                continue;
            }
            level.mean = Err(Undefined::Suppressed);
            for step in steps.iter_mut() {
                if [step.from, step.to]
                    .map(Which::Label)
                    .contains(&level.which)
                {
                    step.difference = Err(Undefined::Suppressed);
                    step.p_holm = None;
                }
            }
        }
    }
}

/// Rounds an estimate to two digits of its error, and its degrees of freedom to one place.
fn round(estimate: &mut Estimate) {
    let error = estimate.se.filter(|se| *se > 0.0);
    let place = error.map_or(2.0, |se| 1.0 - se.log10().floor());
    let round = |value: f64| {
        let scale = 10.0_f64.powf(place.clamp(-9.0, 9.0));
        (value * scale).round() / scale
    };
    estimate.value = round(estimate.value);
    estimate.se = estimate.se.map(round);
    estimate.df = estimate.df.map(|df| (df * 10.0).round() / 10.0);
    if let Ok(interval) = &mut estimate.interval {
        interval.low = round(interval.low);
        interval.high = round(interval.high);
    }
}

/// Evaluates a direction on the labels of both sides.
pub fn evaluate_direction(subject: &DirectionSubject<'_>) -> DirectionScore {
    let outcomes = numbers(subject.outcome, subject.sample.items);
    let outcomes = outcomes.into_iter().map(|outcome| {
        let transformed = subject.transform.of(outcome?);
        transformed.ok_or(NoNumber::Failed)
    });
    let outcomes: Vec<Result<f64, NoNumber>> = outcomes.collect();
    let of_candidate = |item: usize| match &subject.candidate.outcomes[item] {
        Some(outcome) if outcome.kind() == OutcomeKind::Ok => outcome.label(),
        _ => None,
    };
    let of_reference = |item: usize| subject.reference[item].as_ref();
    DirectionScore {
        per: match subject.scheme {
            Scheme::Nominal(_) | Scheme::Ordinal(_) => Per::Step,
            Scheme::Numeric(numeric) if numeric.log => Per::LogUnit,
            Scheme::Numeric(_) => Per::Unit,
            Scheme::Decisions(_) => Per::Share,
        },
        candidate: side::evaluate(subject, &outcomes, &of_candidate),
        reference: side::evaluate(subject, &outcomes, &of_reference),
    }
}

#[cfg(test)]
mod tests;
