//! How many items a gate needs to be decided, told before they are asked.
//!
//! From a pilot (the answers that are there already) or from assumptions, each marked as what it
//! is. Normal approximation throughout: a figure's standard error falls with the root of the number
//! of items, clusters stay of the same sizes and as alike within themselves.

use crate::gate::{By, Check, Demand, Gate, Judgement};
use crate::score::{Comparison, Figure, Measured, Metric, Scorecard};
use crate::stat::power::{non_inferiority_n, share_n};
use crate::stat::{Estimate, distribution};

/// The level of the bounds that comparisons go by, one-sided.
const ALPHA_OF_COMPARISONS: f64 = 0.05;
/// The share of items on which two revisions differ in being right, where nothing is known of it.
const USUAL_DISCORDANCE: f64 = 0.12;
/// How alike the items of a cluster are, where nothing is known of it.
const USUAL_ICC: f64 = 0.1;
/// Fewer clusters than this decide no gate on a bound.
const FEWEST_CLUSTERS: f64 = 20.0;
/// Closer than this a value lies on the threshold.
const SAME: f64 = 1e-9;

/// What is taken as true instead of what a pilot shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumed {
    /// True values, by the key of a metric or for all thresholds; the last that fits counts.
    pub truths: Vec<(Option<Box<str>>, f64)>,
    /// The true difference to the baseline, more being better; 0 without a word.
    pub difference: Option<f64>,
    /// The share of items on which the two revisions differ in being right.
    pub discordance: Option<f64>,
    /// How alike the items of a cluster are, from 0 to 1.
    pub icc: Option<f64>,
}

/// The items that a gate is judged on and more of which are to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// How many.
    pub items: f64,
    /// Of how many clusters.
    pub clusters: f64,
    /// The size of the cluster of a random item: Σ m² / Σ m.
    pub typical_size: f64,
}

impl Pool {
    /// The pool of items whose clusters have these sizes.
    ///
    /// ```
    /// use labelgate::plan::Pool;
    /// let pool = Pool::of(&[1, 1, 4]);
    /// assert_eq!((pool.items, pool.clusters, pool.typical_size), (6.0, 3.0, 3.0));
    /// ```
    pub fn of(sizes: &[u64]) -> Self {
        let sizes = || {
            sizes
                .iter()
                .map(|size| *size as f64)
                .filter(|size| *size > 0.0)
        };
        let items: f64 = sizes().sum();
        let squares: f64 = sizes().map(|size| size * size).sum();
        Self {
            items,
            clusters: sizes().count() as f64,
            typical_size: if items > 0.0 { squares / items } else { 1.0 },
        }
    }

    fn mean_size(&self) -> f64 {
        if self.clusters > 0.0 {
            self.items / self.clusters
        } else {
            1.0
        }
    }
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The answers that are there.
    Pilot,
    /// Whoever asks said so.
    Stated,
    /// Nothing is known, so the usual is taken.
    Usual,
}

impl Source {
    /// The word in a plan.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pilot => "pilot",
            Self::Stated => "stated",
            Self::Usual => "assumed",
        }
    }
}

/// What a number of items rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Basis {
    /// The true value; of a comparison, the true difference.
    pub truth: Option<(f64, Source)>,
    /// The share of items on which the two sides differ in being right.
    pub discordance: Option<(f64, Source)>,
    /// Variance relative to that of independent items; `None` where the pilot's standard error
    /// is taken as a whole.
    pub design_effect: Option<(f64, Source)>,
}

/// So many items from so many clusters, those at hand included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Items.
    pub items: u64,
    /// Clusters.
    pub clusters: u64,
}

/// Why no number can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unforeseen {
    /// No answers are there, and no true value was stated.
    NoTruth,
    /// The figure's spread is only known from answers, and there are none, or they show none.
    NoSpread,
    /// It is not known which classes or slice values the gate will speak of.
    NoFigure,
}

impl Unforeseen {
    /// The code in a plan.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoTruth => "no_true_value",
            Self::NoSpread => "no_spread",
            Self::NoFigure => "no_figure",
        }
    }
}

/// What will become of a gate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outlook {
    /// It will be decided.
    Decided {
        /// Whether it passes; otherwise it fails.
        passes: bool,
        /// What that needs with a chance of 80 %.
        at_80: Size,
        /// What that needs with a chance of 90 %.
        at_90: Size,
    },
    /// Never: the true value lies on the threshold.
    Never,
    /// That cannot be told.
    Unknown(Unforeseen),
}

impl Outlook {
    /// What takes more is greater.
    fn rank(&self) -> f64 {
        match self {
            Self::Unknown(_) => -1.0,
            Self::Decided { at_90, .. } => at_90.items as f64,
            Self::Never => f64::INFINITY,
        }
    }
}

/// What a gate needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The figure that needs the most, where the gate comes down to one.
    pub figure: Option<Figure>,
    /// The slice value that needs the most; the numbers count its items alone.
    pub slice_value: Option<Box<str>>,
    /// What the numbers rest on.
    pub basis: Basis,
    /// The numbers.
    pub outlook: Outlook,
}

/// What a gate needs to be decided, judged on a pilot of which there may be nothing.
pub fn need(
    gate: &Gate,
    judgement: &Judgement,
    pilot: &Scorecard,
    pool: Pool,
    assumed: &Assumed,
) -> Need {
    let needs = judgement.checks.iter().map(|check| {
        let of_slice = check.slice_value.as_ref().and_then(|value| {
            let mut slices = pilot.slices.iter();
            slices.find(|score| Some(score.slice) == gate.slice && score.value == *value)
        });
        let (account, comparison) = match of_slice {
            Some(slice) => (&slice.measures.account, slice.comparison.as_ref()),
            None => (&pilot.all.account, pilot.comparison.as_ref()),
        };
        let case = Case {
            check,
            n_scored: account.scored as f64,
            comparison,
            pool: match of_slice {
                Some(_) if account.n_clusters > 0 => Pool {
                    items: account.scored as f64,
                    clusters: account.n_clusters as f64,
                    ..pool
                },
                _ => pool,
            },
            assumed,
        };
        let (basis, outlook) = case.foresee(gate.demand);
        Need {
            figure: check.figure,
            slice_value: check.slice_value.clone(),
            basis,
            outlook,
        }
    });
    let most = needs.reduce(|most, other| {
        if other.outlook.rank() > most.outlook.rank() {
            other
        } else {
            most
        }
    });
    most.unwrap_or(Need {
        figure: None,
        slice_value: None,
        basis: Basis::default(),
        outlook: Outlook::Unknown(Unforeseen::NoFigure),
    })
}

/// One figure to be foreseen.
struct Case<'a> {
    check: &'a Check,
    /// Items behind the pilot's figure.
    n_scored: f64,
    comparison: Option<&'a Comparison>,
    pool: Pool,
    assumed: &'a Assumed,
}

impl Case<'_> {
    fn foresee(&self, demand: Demand) -> (Basis, Outlook) {
        let Some(figure) = self.check.figure else {
            return (Basis::default(), Outlook::Unknown(Unforeseen::NoFigure));
        };
        match demand {
            Demand::AtLeast { threshold, by } => self.of_threshold(figure, threshold, 1.0, by),
            Demand::AtMost { threshold, by } => self.of_threshold(figure, threshold, -1.0, by),
            Demand::NotBehind { margin, by } => self.of_comparison(figure, margin, by),
        }
    }

    fn of_threshold(&self, figure: Figure, threshold: f64, sign: f64, by: By) -> (Basis, Outlook) {
        let measured = estimate(self.check.measured.as_ref());
        let mut basis = Basis {
            truth: self
                .stated(figure)
                .or_else(|| Some((measured?.value, Source::Pilot))),
            ..Basis::default()
        };
        let Some((truth, _)) = basis.truth else {
            return (basis, Outlook::Unknown(Unforeseen::NoTruth));
        };
        let room = truth - threshold;
        if room.abs() < SAME {
            return (basis, Outlook::Never);
        }
        // The gate's interval is two-sided, and one of its limits decides.
        let level = measured.map_or(crate::num::Level::DEFAULT, |estimate| estimate.level);
        let alpha = alpha(by, 1.0 - level.upper_tail());
        let items: Box<dyn Fn(f64) -> Option<f64>> = if is_share_of_items(figure) {
            let effect = self.design_effect(measured.and_then(|estimate| {
                let variance = estimate.value * (1.0 - estimate.value) / estimate.n;
                (variance > 0.0).then(|| Some(estimate.se?.powi(2) / variance))?
            }));
            basis.design_effect = Some(effect);
            Box::new(move |power| Some(effect.0 * share_n(threshold, truth, alpha, power).ok()?))
        } else {
            self.of_spread(measured, room, alpha)
        };
        (basis, self.outlook(sign * room > 0.0, by, &*items))
    }

    fn of_comparison(&self, figure: Figure, margin: f64, by: By) -> (Basis, Outlook) {
        let truth = match self.assumed.difference {
            Some(difference) => (difference, Source::Stated),
            None => (0.0, Source::Usual),
        };
        let mut basis = Basis {
            truth: Some(truth),
            ..Basis::default()
        };
        let room = truth.0 + margin;
        if room.abs() < SAME {
            return (basis, Outlook::Never);
        }
        let alpha = alpha(by, ALPHA_OF_COMPARISONS);
        let measured = estimate(self.comparison.and_then(|c| c.bounds.get(&figure)));
        let items: Box<dyn Fn(f64) -> Option<f64>> = if figure == Figure::Overall(Metric::Agreement)
        {
            let discordance = self.discordance(truth.0);
            let effect = self.design_effect(self.discordance_of_pilot().and_then(|observed| {
                let measured = measured?;
                let variance = observed - measured.value * measured.value;
                (variance > 0.0).then(|| Some(measured.se?.powi(2) * measured.n / variance))?
            }));
            basis.discordance = Some(discordance);
            basis.design_effect = Some(effect);
            // Beyond the margin the same question is asked from the other side.
            let side = room.signum();
            Box::new(move |power| {
                let n =
                    non_inferiority_n(discordance.0, side * truth.0, side * margin, alpha, power);
                Some(effect.0 * n.ok()?)
            })
        } else {
            self.of_spread(measured, room, alpha)
        };
        (basis, self.outlook(room > 0.0, by, &*items))
    }

    /// The number of items at which the pilot's standard error has shrunk enough.
    fn of_spread(
        &self,
        measured: Option<&Estimate>,
        room: f64,
        alpha: f64,
    ) -> Box<dyn Fn(f64) -> Option<f64>> {
        let se = measured
            .and_then(|estimate| estimate.se)
            .filter(|se| *se > 0.0);
        let n_scored = self.n_scored;
        Box::new(move |power| {
            let z =
                distribution::normal_quantile(1.0 - alpha) + distribution::normal_quantile(power);
            Some(n_scored * (se? * z / room).powi(2))
        })
    }

    fn stated(&self, figure: Figure) -> Option<(f64, Source)> {
        let key = match figure {
            Figure::Overall(metric) | Figure::Share(_, metric) => metric.key(),
            Figure::Class(_, metric) => metric.key(),
            Figure::Rule(_, metric) => metric.key(),
        };
        let mut fitting = self.assumed.truths.iter().rev();
        let (_, truth) = fitting.find(|(of, _)| of.as_deref().is_none_or(|of| of == key))?;
        Some((*truth, Source::Stated))
    }

    /// What the pilot shows, unless something else is stated; without either the usual. A design
    /// effect under 1 is luck, and is not counted on.
    fn design_effect(&self, of_pilot: Option<f64>) -> (f64, Source) {
        let at = |icc: f64| (1.0 + (self.pool.typical_size - 1.0) * icc).max(1.0);
        match (self.assumed.icc, of_pilot) {
            (Some(icc), _) => (at(icc), Source::Stated),
            (None, Some(effect)) => (effect.max(1.0), Source::Pilot),
            (None, None) => (at(USUAL_ICC), Source::Usual),
        }
    }

    fn discordance_of_pilot(&self) -> Option<f64> {
        let comparison = self.comparison?;
        let [one, other] = comparison.discordant?;
        let share = (one? + other?) / comparison.n as f64;
        (share > 0.0).then_some(share)
    }

    /// No less than the difference itself.
    fn discordance(&self, difference: f64) -> (f64, Source) {
        let (share, source) = match (self.assumed.discordance, self.discordance_of_pilot()) {
            (Some(share), _) => (share, Source::Stated),
            (None, Some(share)) => (share, Source::Pilot),
            (None, None) => (USUAL_DISCORDANCE, Source::Usual),
        };
        (share.max(difference.abs()), source)
    }

    fn outlook(&self, passes: bool, by: By, items: &dyn Fn(f64) -> Option<f64>) -> Outlook {
        let size = |power: f64| {
            let least = match by {
                By::Bound => FEWEST_CLUSTERS,
                By::Point => 1.0,
            };
            let items = items(power)?.max(least * self.pool.mean_size());
            // A hair of rounding shall not ask for another item.
            let whole = |n: f64| (n - 1e-6).ceil().max(1.0) as u64;
            items.is_finite().then(|| Size {
                items: whole(items),
                clusters: whole(items / self.pool.mean_size()),
            })
        };
        match size(0.8).zip(size(0.9)) {
            Some((at_80, at_90)) => Outlook::Decided {
                passes,
                at_80,
                at_90,
            },
            None => Outlook::Unknown(Unforeseen::NoSpread),
        }
    }
}

fn alpha(by: By, of_bound: f64) -> f64 {
    match by {
        By::Bound => of_bound,
        // The value itself decides, so it need only fall on its side of the threshold.
        By::Point => 0.5,
    }
}

/// Whether a figure is the share of all scored items that meet something.
fn is_share_of_items(figure: Figure) -> bool {
    matches!(
        figure,
        Figure::Overall(
            Metric::Agreement | Metric::Coverage | Metric::WithinOne | Metric::WithinFactor2
        )
    )
}

fn estimate(measured: Option<&Measured>) -> Option<&Estimate> {
    measured?.as_ref().ok()
}

#[cfg(test)]
mod tests;
