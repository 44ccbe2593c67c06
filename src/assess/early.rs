//! What can be told of a project's gates before every item was asked about.

mod hit;

use super::{Answered, Side, classifiers_named, derived_outcomes};
use crate::align::{as_reference, derived_labels, rule_rows};
use crate::expr::Rule;
use crate::gate::early::{Entry, Look, Order};
use crate::gate::{Demand, Gate, Target};
use crate::model::{Items, Label, LabelSet, LabelSetFault, Outcome, OutcomeKind, Ratings, Scheme};
use crate::project::Project;
use crate::score::{Figure, Metric, RuleMetric};
use hit::Hit;

/// What was asked so far, and in which order the rest will be.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// One place per classifier, with a place for every item of the project in each.
    pub answered: &'a [Option<Answered>],
    /// Whether an item was asked about.
    pub is_asked: &'a [bool],
    /// The order of asking.
    pub order: &'a Order,
}

/// The looks at each gate of each report that [`super::assess`] makes, in its order. A gate of a
/// figure that is no mean of scores, or on a bound that too few clusters stand behind, has none.
///
/// # Errors
///
/// Only if the labels of derived measures are no label set, which they are.
pub fn looks(
    project: &Project,
    asked: Asked<'_>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Vec<Vec<Look>>>, LabelSetFault> {
    let mut reports = Vec::new();
    for (classifier, answered) in project.classifiers.iter().zip(asked.answered) {
        if let Some(answered) = answered
            && wanted(&classifier.id)
        {
            let subject = Subject {
                items: &project.items,
                scheme: &classifier.scheme,
                reference: classifier.reference_labels(),
                candidate: &answered.candidate.ratings,
                baseline: answered.baseline_ratings(),
                rules: &classifier.rules,
                asked,
            };
            let gates = classifier.gates.iter();
            reports.push(gates.map(|gate| subject.looks(gate)).collect());
        }
    }
    if !project.derived.iter().any(|derived| wanted(&derived.id)) {
        return Ok(reports);
    }
    let scheme = Scheme::Nominal(derived_labels()?);
    let sides = [Side::Candidate, Side::Baseline, Side::Reference]
        .map(|side| derived_outcomes(project, asked.answered, side));
    let reported = project.derived.iter().enumerate();
    for (position, derived) in reported.filter(|(_, derived)| wanted(&derived.id)) {
        let [candidate, baseline, reference] = sides.each_ref().map(|side| Ratings {
            outcomes: side[position].clone(),
            n_normalised: 0,
        });
        let subject = Subject {
            items: &project.items,
            scheme: &scheme,
            reference: &as_reference(&reference),
            candidate: &candidate,
            baseline: Some(&baseline),
            rules: &[],
            asked,
        };
        // Of telemetry alone nothing is asked, and it has nothing to agree with.
        let has_labels = !classifiers_named(project, derived).is_empty();
        let looks = |gate| match has_labels {
            true => subject.looks(gate),
            false => Vec::new(),
        };
        reports.push(derived.gates.iter().map(looks).collect());
    }
    Ok(reports)
}

/// What the gates of one report are about.
struct Subject<'a> {
    items: &'a Items,
    scheme: &'a Scheme,
    reference: &'a [Option<Label>],
    candidate: &'a Ratings,
    baseline: Option<&'a Ratings>,
    rules: &'a [Rule],
    asked: Asked<'a>,
}

/// A threshold, and what a score is multiplied by so that more is better.
#[derive(Clone, Copy)]
struct Bar {
    threshold: f64,
    sign: f64,
}

impl Bar {
    /// A score less the threshold; 0 where the item does not count.
    fn slack(self, score: Option<f64>) -> f64 {
        score.map_or(0.0, |score| self.sign * (score - self.threshold))
    }

    fn ends(self, low: f64, high: f64) -> (f64, f64) {
        let [one, other] = [low, high].map(|score| self.slack(Some(score)));
        (one.min(other), one.max(other))
    }
}

/// What an item is to a figure: its score less the threshold as far as it was asked about, and what
/// that can be.
struct Part {
    seen: f64,
    least: f64,
    most: f64,
}

impl Part {
    /// Of an item that may turn out not to count, which is worth 0.
    fn new(seen: f64, (least, most): (f64, f64)) -> Self {
        Self {
            seen,
            least: least.min(0.0),
            most: most.max(0.0),
        }
    }
}

impl Subject<'_> {
    fn looks(&self, gate: &Gate) -> Vec<Look> {
        let mut looks = Vec::new();
        for (slice_value, keep) in self.kept(gate.slice) {
            for (figure, min_support) in self.figures(&gate.target, &keep) {
                match self.look(gate.demand, figure, min_support, &keep) {
                    Some(look) if look.is_promising() => looks.push(Look {
                        slice_value: slice_value.clone(),
                        ..look
                    }),
                    // One that cannot be told of early keeps the whole gate open.
                    _ => return Vec::new(),
                }
            }
        }
        looks
    }

    /// All items, or those of each value of a slice.
    fn kept(&self, slice: Option<usize>) -> Vec<(Option<Box<str>>, Vec<bool>)> {
        let items = &self.items.items;
        let Some(slice) = slice else {
            return vec![(None, vec![true; items.len()])];
        };
        let values = items.iter().map(|item| item.slices[slice].as_deref());
        let mut distinct: Vec<&str> = values.clone().flatten().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let keep = |value| values.clone().map(|of| of == Some(value)).collect();
        let distinct = distinct.into_iter();
        distinct
            .map(|value| (Some(value.into()), keep(value)))
            .collect()
    }

    /// The figures that a gate is about, with the reference items that it asks for.
    fn figures(&self, target: &Target, keep: &[bool]) -> Vec<(Figure, u64)> {
        match *target {
            Target::Overall(metric) => vec![(Figure::Overall(metric), 0)],
            Target::Rule { metric, rule } => vec![(Figure::Rule(rule, metric), 0)],
            Target::Share { metric, share } => vec![(Figure::Share(share, metric), 0)],
            Target::Class {
                metric,
                class,
                min_support,
            } => vec![(Figure::Class(class, metric), min_support)],
            Target::EveryClass {
                metric,
                min_support,
            } => {
                let n_labels = self.scheme.labels().map_or(0, |set| set.scored().count());
                let least = min_support.max(1);
                (0..n_labels)
                    .filter(|class| self.support(*class, keep, |_| true) >= least)
                    .map(|class| (Figure::Class(class, metric), least))
                    .collect()
            }
        }
    }

    fn look(
        &self,
        demand: Demand,
        figure: Figure,
        min_support: u64,
        keep: &[bool],
    ) -> Option<Look> {
        let (by, threshold, sign) = match demand {
            Demand::AtLeast { threshold, by } => (by, threshold, 1.0),
            Demand::AtMost { threshold, by } => (by, threshold, -1.0),
            Demand::NotBehind { margin, by } => (by, -margin, 1.0),
        };
        let bar = Bar { threshold, sign };
        let (parts, range, spotless) = match demand {
            Demand::NotBehind { .. } => {
                let range = bar.ends(-1.0, 1.0);
                (self.differences(figure, bar)?, range, bar.slack(Some(0.0)))
            }
            Demand::AtLeast { .. } | Demand::AtMost { .. } => {
                let range = bar.ends(0.0, 1.0);
                (self.shares(figure, bar)?, range, range.1)
            }
        };
        // A threshold at the end of the range leaves nothing to bet on.
        if range.0 >= 0.0 || range.1 <= 0.0 {
            return None;
        }
        let is_supported = match figure {
            Figure::Class(class, _) => {
                let is_seen = |item: usize| self.rank(self.candidate, item).is_some();
                self.support(class, keep, is_seen) >= min_support
            }
            _ => true,
        };
        Some(Look {
            figure,
            slice_value: None,
            by,
            range,
            spotless,
            is_supported,
            entries: self.in_order(&parts, keep),
        })
    }

    fn in_order(&self, parts: &[Option<Part>], keep: &[bool]) -> Vec<Entry> {
        let Asked {
            order, is_asked, ..
        } = self.asked;
        let cluster = |item: usize| self.items.items[item].cluster;
        let part = |item: usize| parts[item].as_ref().filter(|_| keep[item]);
        let mut speakers: Vec<Option<usize>> = vec![None; self.items.clusters.len()];
        for item in (0..parts.len()).filter(|item| part(*item).is_some()) {
            let speaker = &mut speakers[cluster(item)];
            if speaker.is_none_or(|known| order.lots[item] < order.lots[known]) {
                *speaker = Some(item);
            }
        }
        let entry = |item: usize| {
            let part = part(item)?;
            Some(Entry {
                item,
                seen: is_asked[item].then_some(part.seen),
                least: part.least,
                most: part.most,
                speaks: speakers[cluster(item)] == Some(item),
            })
        };
        order.items.iter().filter_map(|item| entry(*item)).collect()
    }

    /// How many reference items a class has, of those that are kept and seen.
    fn support(&self, class: usize, keep: &[bool], is_seen: impl Fn(usize) -> bool) -> u64 {
        let Some(set) = self.scheme.labels() else {
            return 0;
        };
        (0..self.items.len())
            .filter(|item| keep[*item] && is_seen(*item))
            .filter(|item| rank(set, self.reference[*item].as_ref()) == Some(class))
            .count() as u64
    }

    fn rank(&self, ratings: &Ratings, item: usize) -> Option<usize> {
        let label = ratings.outcomes[item].as_ref().and_then(Outcome::label);
        rank(self.scheme.labels()?, label)
    }

    /// What each item is to a share; `None` for a figure that is none.
    fn shares(&self, figure: Figure, bar: Bar) -> Option<Vec<Option<Part>>> {
        let range = bar.ends(0.0, 1.0);
        let anything = |seen| Some(Part::new(bar.slack(score(seen)), range));
        let items = 0..self.items.len();
        match figure {
            Figure::Overall(Metric::Coverage) => {
                let covered = |item| anything(is_covered(self.candidate, item));
                Some(items.map(covered).collect())
            }
            Figure::Rule(rule, metric @ (RuleMetric::Holds | RuleMetric::Found)) => {
                let outcome = |item: usize| self.candidate.outcomes[item].as_ref();
                let label = |item| outcome(item).and_then(Outcome::label);
                let mut seen = vec![None; self.items.len()];
                for row in rule_rows(self.rules.get(rule)?, self.items, label).rows {
                    seen[row.item] = match metric {
                        RuleMetric::Holds => row.labelled.then_some(row.expected),
                        _ => row.expected.then_some(row.labelled),
                    };
                }
                Some(seen.into_iter().map(anything).collect())
            }
            Figure::Overall(_) | Figure::Class(..) => {
                let set = self.scheme.labels()?;
                let hit = Hit::of(figure, set)?;
                let n_labels = set.scored().count();
                let part = |item: usize| {
                    let reference = rank(set, self.reference[item].as_ref())?;
                    let slack = |hit| bar.slack(score(hit));
                    let can: Vec<f64> = (0..n_labels)
                        .filter_map(|label| hit.of_pair(reference, label))
                        .map(|hit| slack(Some(hit)))
                        .collect();
                    let least = can.iter().copied().reduce(f64::min)?;
                    let most = can.iter().copied().reduce(f64::max)?;
                    let label = self.rank(self.candidate, item);
                    let seen = label.and_then(|label| hit.of_pair(reference, label));
                    Some(Part::new(slack(seen), (least, most)))
                };
                Some(items.map(part).collect())
            }
            Figure::Rule(..) | Figure::Share(..) => None,
        }
    }

    /// What each item is to a difference; `None` for a figure whose difference is no mean. An answer
    /// that is no label is wrong, as in every comparison.
    fn differences(&self, figure: Figure, bar: Bar) -> Option<Vec<Option<Part>>> {
        let baseline = self.baseline?;
        let range = bar.ends(-1.0, 1.0);
        let part = |sides: [Option<bool>; 2]| {
            let [before, after] = sides.map(score);
            let difference = before.zip(after).map(|(before, after)| after - before);
            Some(Part::new(bar.slack(difference), range))
        };
        let items = 0..self.items.len();
        let both = [baseline, self.candidate];
        if figure == Figure::Overall(Metric::Coverage) {
            let covered = |item| part(both.map(|side| is_covered(side, item)));
            return Some(items.map(covered).collect());
        }
        let set = self.scheme.labels()?;
        let hit = Hit::of(figure, set)?;
        // Of the others the denominators of the two sides differ.
        if !matches!(hit, Hit::Equal | Hit::Near | Hit::Recall(_)) {
            return None;
        }
        let of_item = |item: usize| {
            let reference = rank(set, self.reference[item].as_ref())?;
            hit.of_pair(reference, reference)?;
            part(both.map(|side| {
                side.outcomes[item].as_ref()?;
                let label = self.rank(side, item);
                Some(label.and_then(|label| hit.of_pair(reference, label)) == Some(true))
            }))
        };
        Some(items.map(of_item).collect())
    }
}

fn score(hit: Option<bool>) -> Option<f64> {
    hit.map(|hit| f64::from(u8::from(hit)))
}

fn is_covered(ratings: &Ratings, item: usize) -> Option<bool> {
    let outcome = ratings.outcomes[item].as_ref()?;
    Some(outcome.kind() == OutcomeKind::Ok)
}

/// A label's position among the scored ones.
fn rank(set: &LabelSet, label: Option<&Label>) -> Option<usize> {
    match label? {
        Label::One(label) => set.rank(*label),
        _ => None,
    }
}
