//! Hides what rests on too few clusters, and what would give that away.
//!
//! What is told always: how many items there are, are scored and are compared, and what became of the
//! answers. Everything else is shown or hidden by [`suppression::withhold`](crate::stat::suppression::withhold).

mod apply;
mod cells;
mod functional;
mod parts;
mod raters;
mod reader;

use std::collections::BTreeSet;

use super::labels::LabelFacts;
use super::reliability::SecondOpinion;
use super::{Metric, RuleSides, Scorecard, Subject, rule_rows};
use crate::align::RuleRows;
use crate::model::{Label, Scheme};
use crate::stat::suppression::withhold as decide;
use cells::Atoms;
use parts::Parts;
use reader::{Known, Reader};

pub use raters::withhold_raters;

/// What may be shown or hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    /// A cell of the confusion matrix.
    Cell(usize, usize),
    /// How often the reference uses a label.
    Row(usize),
    /// How often the candidate uses a label.
    Column(usize),
    /// How often both do.
    Hit(usize),
    /// A figure over all items.
    Overall(Metric),
    /// The same of the baseline.
    Baseline(Metric),
    /// How a figure differs between the two.
    Difference(Metric),
    /// How the figures of a label differ.
    ClassDifference(usize),
    /// A cell of the matrix of changes.
    Change(usize, usize),
    /// How many labels changed.
    Changed,
    /// Items by whether baseline and candidate are right.
    Turn(Place, bool, bool),
    /// Items by whether the candidate came nearer to a number (`Less`), or went away from it.
    Nearness(Place, std::cmp::Ordering),
    /// A cell of a rule's table: labelled or not, as expected or not.
    Rule(usize, RulePlace, bool, bool),
    /// How many items a slice's value has, and with it whether anything of it is told.
    Slice(usize),
    /// A figure over a slice's value.
    SliceFigure(usize, Metric),
    /// How a figure differs between the two over a slice's value.
    SliceDifference(usize, Metric),
    /// Whom a second rater sides with.
    Side(usize, super::reliability::Side),
}

/// Of which items something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    All,
    Class(usize),
    Slice(usize),
}

/// On whose labels a rule is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RulePlace {
    Candidate,
    Reference,
    Baseline,
    Slice(usize),
}

/// A second rater's labels, and what was made of them.
pub type Second<'a> = (&'a [Option<Label>], &'a mut SecondOpinion);

/// Hides from a scorecard, and from the opinions of second raters, what rests on fewer distinct
/// clusters than `min_clusters` or would give such a number away. With `min_clusters` of 1 nothing
/// is hidden.
///
/// Counts are hidden if linear algebra could find them from all that is shown. Weighted counts follow
/// the same rule as counts of items.
pub fn withhold(
    subject: &Subject<'_>,
    card: &mut Scorecard,
    seconds: &mut [Second<'_>],
    min_clusters: u64,
) {
    if min_clusters <= 1 {
        return;
    }
    let items = subject.sample.items;
    let sides: Vec<RuleSides> = subject
        .rules
        .iter()
        .map(|rule| RuleSides::new(rule, subject))
        .collect();
    let on_candidate: Vec<RuleRows> = sides.iter().map(|rule| rule.candidate.clone()).collect();
    let on_baseline: Vec<RuleRows> = sides.into_iter().filter_map(|rule| rule.baseline).collect();
    let on_reference: Vec<RuleRows> = subject
        .rules
        .iter()
        .map(|rule| rule_rows(rule, items, |item| subject.reference[item].as_ref()))
        .collect();
    let rules = [on_candidate, on_reference, on_baseline];
    let atoms = Atoms::of(subject, card, rules);
    let facts = match subject.scheme {
        Scheme::Nominal(set) => Some(LabelFacts::new(set, false)),
        Scheme::Ordinal(set) => Some(LabelFacts::new(set, true)),
        Scheme::Numeric(_) | Scheme::Decisions(_) => None,
    };
    let parts = parts(subject, &atoms, facts.as_ref(), card, seconds);
    let reader = Reader::new(&atoms, &parts, facts.as_ref(), min_clusters);
    let learn = |known: &Known, part: usize| reader.learn(known, part);
    let shown = decide(
        &parts.parts,
        &parts.always,
        min_clusters,
        reader.start(),
        learn,
    );
    let hidden = parts.slots.iter().zip(shown);
    let hidden = hidden.filter(|(_, shown)| !shown).map(|(slot, _)| *slot);
    let hidden: BTreeSet<Slot> = hidden.collect();
    let n_clusters = card.all.account.n_clusters;
    apply::apply(&hidden, card, seconds);
    if n_clusters < min_clusters {
        apply::hide_figures(card);
    }
}

/// Everything that may be shown, as sums over the atoms.
fn parts(
    subject: &Subject<'_>,
    atoms: &Atoms,
    facts: Option<&LabelFacts>,
    card: &Scorecard,
    seconds: &[Second<'_>],
) -> Parts {
    let mut parts = Parts::default();
    match facts {
        Some(facts) => parts.labels(atoms, facts, card),
        None => parts.numbers(subject, atoms, card),
    }
    parts.rules(atoms);
    for (position, (labels, _)) in seconds.iter().enumerate() {
        parts.second(subject, atoms, position, labels);
    }
    parts
}
