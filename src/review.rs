//! Which items are worth a person's look, and in which order: the more there is against an item's
//! labels, the earlier it comes. Knows labels and what was recorded; no texts, no files.
//!
//! Each reason is worth points, which add up. A new reason: a variant of [`Reason`], its points in
//! `entry`, its words in `report::review`, and a row in `docs/review.md`.

use std::cmp::Ordering;

use crate::align::rule_rows;
use crate::expr::Rule;
use crate::model::{Confidences, Item, Items, Label, Outcome, Rater, Ratings, Scheme};

/// Raters of the reference who say different things: whichever is right, something is unclear.
pub const RATERS_DIFFER: f64 = 4.0;
/// The candidate is farther from the reference than the baseline was.
pub const WORSE: f64 = 3.0;
/// The candidate is nearer to the reference than the baseline was.
pub const BETTER: f64 = 2.0;
/// Candidate and baseline differ, and the reference sides with neither.
pub const OTHERWISE: f64 = 1.0;
/// Telemetry contradicts the candidate's label.
pub const CONTRADICTED: f64 = 2.0;
/// The candidate differs from a reference label of confidence 0; less where there is more.
pub const UNSURE: f64 = 2.0;
/// The candidate says that it is not sure at all; less where it is surer, nothing from one half on.
pub const DOUBTED: f64 = 2.0;
/// The candidate differs from the reference.
pub const DIFFERS: f64 = 1.0;

/// What is known of the items of one classifier.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The items.
    pub items: &'a Items,
    /// What labels are.
    pub scheme: &'a Scheme,
    /// The labels of every rater of the reference.
    pub raters: &'a [(Rater, Vec<Option<Label>>)],
    /// The position of the rater that is taken as right.
    pub reference: usize,
    /// How sure that rater was, from 0 to 1; empty where it is not known.
    pub confidence: &'a [Option<f64>],
    /// The candidate's outcomes.
    pub candidate: &'a Ratings,
    /// How sure the candidate says it is of them.
    pub stated: &'a Confidences,
    /// The baseline's, where there is one.
    pub baseline: Option<&'a Ratings>,
    /// What telemetry should show.
    pub rules: &'a [Rule],
    /// The items that somebody has decided, which need no further look; empty where there are none.
    pub decided: &'a [Option<Label>],
}

/// An item of a queue: one that is worth a look, or was drawn at random.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its position.
    pub item: usize,
    /// What its reasons are worth together; 0 without any.
    pub score: f64,
    /// Why, with what each reason is worth, in a fixed order.
    pub reasons: Vec<(Reason, f64)>,
}

/// Why an item is worth a look.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Raters of the reference differ.
    RatersDiffer,
    /// Candidate and baseline differ.
    Changed(Change),
    /// Telemetry contradicts the candidate's label, by the rules at these positions.
    Contradicted(Vec<usize>),
    /// The candidate differs from a label that its rater was only so sure of.
    Unsure(f64),
    /// The candidate says that it is only so sure of its label.
    Doubted(f64),
    /// The candidate differs from the reference.
    Differs,
}

/// What a change of label did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Right before, wrong now.
    RightToWrong,
    /// Wrong before, right now.
    WrongToRight,
    /// Off before and farther off now.
    Farther,
    /// Off before and less so now.
    Nearer,
    /// As far off as before, in another way.
    Sideways,
    /// Nobody knows: there is no reference label.
    Unknown,
}

impl Entry {
    /// An item that nothing speaks against.
    pub fn without_reason(item: usize) -> Self {
        Self {
            item,
            score: 0.0,
            reasons: Vec::new(),
        }
    }
}

/// The items that are worth a look, in the order of the items.
pub fn entries(subject: &Subject<'_>) -> Vec<Entry> {
    let contradicting = contradicting(subject);
    let is_decided = |item: &usize| matches!(subject.decided.get(*item), Some(Some(_)));
    (0..subject.items.len())
        .filter(|item| !is_decided(item))
        .filter_map(|item| entry(subject, item, &contradicting[item]))
        .collect()
}

/// The items to which the candidate gave a label and that nobody has decided, in the order of the
/// items: a draw among them tells of all of them.
pub fn drawable(subject: &Subject<'_>) -> Vec<usize> {
    let outcomes = subject.candidate.outcomes.iter().enumerate();
    let labelled = outcomes.filter(|(_, outcome)| {
        let label = outcome.as_ref().and_then(Outcome::label);
        label.is_some()
    });
    let undecided = labelled
        .map(|(item, _)| item)
        .filter(|item| !matches!(subject.decided.get(*item), Some(Some(_))));
    undecided.collect()
}

/// Draws so many of the items without replacement, each with the same chance. Who is drawn depends
/// on the seed and on ids alone; of one seed, a smaller draw is the beginning of a larger one.
pub fn draw(items: &Items, among: &[usize], n: usize, seed: u64) -> Vec<usize> {
    let chance = |item: usize| stirred(hash(&items.items[item].id) ^ stirred(seed.wrapping_add(1)));
    let mut drawn = among.to_vec();
    drawn.sort_by_key(|item| (chance(*item), &items.items[*item].id));
    drawn.truncate(n);
    drawn
}

/// The order of a queue: more points first. A hash of the id settles ties, so that neither the
/// order of a file nor that of the ids favours anybody; items of one id stay together.
pub fn order((one, of_one): (&Entry, &Item), (other, of_other): (&Entry, &Item)) -> Ordering {
    let by_score = other.score.total_cmp(&one.score);
    by_score
        .then_with(|| hash(&of_one.id).cmp(&hash(&of_other.id)))
        .then_with(|| of_one.id.cmp(&of_other.id))
}

/// By item, the rules that contradict the candidate's label.
fn contradicting(subject: &Subject<'_>) -> Vec<Vec<usize>> {
    let mut rules = vec![Vec::new(); subject.items.len()];
    let outcomes = &subject.candidate.outcomes;
    let label = |item: usize| outcomes[item].as_ref().and_then(Outcome::label);
    for (position, rule) in subject.rules.iter().enumerate() {
        let rows = rule_rows(rule, subject.items, label).rows;
        for row in rows.iter().filter(|row| row.labelled && !row.expected) {
            rules[row.item].push(position);
        }
    }
    rules
}

fn entry(subject: &Subject<'_>, item: usize, rules: &[usize]) -> Option<Entry> {
    let far = |one: Option<&Label>, other: Option<&Label>| distance(subject.scheme, one, other);
    let by_rater: Vec<&Label> = subject
        .raters
        .iter()
        .filter_map(|(_, labels)| labels[item].as_ref())
        .collect();
    let (_, reference) = subject.raters.get(subject.reference)?;
    let reference = reference[item].as_ref();
    let outcome = subject.candidate.outcomes[item].as_ref();
    let candidate = outcome.and_then(Outcome::label);
    let mut reasons = Vec::new();
    let pairs = by_rater.iter().enumerate().flat_map(|(at, one)| {
        let others = by_rater[at + 1..].iter();
        others.map(|other| far(Some(*one), Some(*other)))
    });
    reasons.push((
        Reason::RatersDiffer,
        RATERS_DIFFER * pairs.fold(0.0, f64::max),
    ));
    let before = subject
        .baseline
        .and_then(|ratings| ratings.outcomes[item].as_ref());
    if outcome.is_some()
        && let Some(before) = before
    {
        let before = before.label();
        let change = change(reference, far(before, reference), far(candidate, reference));
        let points = change.points() * far(before, candidate);
        reasons.push((Reason::Changed(change), points));
    }
    if !rules.is_empty() {
        reasons.push((Reason::Contradicted(rules.to_vec()), CONTRADICTED));
    }
    if let Some(stated) = subject.stated.of(item).filter(|stated| *stated < 0.5)
        && candidate.is_some()
    {
        reasons.push((Reason::Doubted(stated), DOUBTED * (1.0 - stated)));
    }
    if reference.is_some() && candidate.is_some() {
        let off = far(candidate, reference);
        if let Some(Some(confidence)) = subject.confidence.get(item) {
            let points = UNSURE * (1.0 - confidence) * off;
            reasons.push((Reason::Unsure(*confidence), points));
        }
        reasons.push((Reason::Differs, DIFFERS * off));
    }
    reasons.retain(|(_, points)| *points > 0.0);
    let score: f64 = reasons.iter().map(|(_, points)| points).sum();
    (score > 0.0).then_some(Entry {
        item,
        score,
        reasons,
    })
}

/// What became of a label whose distance to the reference was `before` and is `now`.
fn change(reference: Option<&Label>, before: f64, now: f64) -> Change {
    match (reference, before.total_cmp(&now)) {
        (None, _) => Change::Unknown,
        (_, Ordering::Less) if before == 0.0 => Change::RightToWrong,
        (_, Ordering::Less) => Change::Farther,
        (_, Ordering::Greater) if now == 0.0 => Change::WrongToRight,
        (_, Ordering::Greater) => Change::Nearer,
        (_, Ordering::Equal) => Change::Sideways,
    }
}

impl Change {
    /// What it is worth where labels could not be farther apart.
    fn points(self) -> f64 {
        match self {
            Self::RightToWrong | Self::Farther => WORSE,
            Self::WrongToRight | Self::Nearer => BETTER,
            Self::Sideways | Self::Unknown => OTHERWISE,
        }
    }
}

/// How far two labels are apart, from 0 to 1. Where only one side has a label, 1.
fn distance(scheme: &Scheme, one: Option<&Label>, other: Option<&Label>) -> f64 {
    match (one, other) {
        (None, None) => 0.0,
        (Some(one), Some(other)) if one == other => 0.0,
        (Some(Label::One(one)), Some(Label::One(other))) => match scheme {
            // Excluded labels have no rank.
            Scheme::Ordinal(set) => match set.rank(*one).zip(set.rank(*other)) {
                Some((one, other)) => {
                    let steps = set.scored().count().saturating_sub(1).max(1);
                    one.abs_diff(other) as f64 / steps as f64
                }
                None => 1.0,
            },
            _ => 1.0,
        },
        // Relative, so that it means the same on either scale: half and double are 0.5 apart.
        (Some(Label::Number(one)), Some(Label::Number(other))) => {
            ((one - other).abs() / one.abs().max(other.abs())).min(1.0)
        }
        _ => 1.0,
    }
}

/// FNV-1a, stirred so that ids that differ in their last letter alone end up far apart.
fn hash(id: &str) -> u64 {
    let sum = id.bytes().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let stirred = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    stirred ^ (stirred >> 27)
}

/// The finaliser of SplitMix64: every bit of the number moves every bit of the result.
fn stirred(number: u64) -> u64 {
    let once = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LabelIx, LabelSet, LabelText};

    fn set(n: usize) -> LabelSet {
        let text = |at: usize| LabelText {
            id: at.to_string().into(),
            says: "".into(),
        };
        const NONE: [&str; 0] = [];
        LabelSet::new((0..n).map(text).collect(), &NONE, &NONE).unwrap()
    }

    #[test]
    fn labels_are_as_far_apart_as_their_scheme_says() {
        let one = |at| Label::One(LabelIx(at));
        let check = |scheme: &Scheme, a: Option<Label>, b: Option<Label>, expected: f64| {
            assert_eq!(distance(scheme, a.as_ref(), b.as_ref()), expected);
            assert_eq!(distance(scheme, b.as_ref(), a.as_ref()), expected);
        };
        let nominal = Scheme::Nominal(set(5));
        let ordinal = Scheme::Ordinal(set(5));
        check(&nominal, Some(one(0)), Some(one(1)), 1.0);
        check(&ordinal, Some(one(0)), Some(one(1)), 0.25);
        check(&ordinal, Some(one(0)), Some(one(4)), 1.0);
        check(&nominal, Some(one(0)), Some(one(0)), 0.0);
        check(&nominal, Some(one(0)), None, 1.0);
        check(&nominal, None, None, 0.0);
        let number = |value| Some(Label::Number(value));
        check(&nominal, number(10.0), number(20.0), 0.5);
        check(&nominal, number(0.0), number(3.0), 1.0);
        check(&nominal, number(-1.0), number(1.0), 1.0);
    }

    #[test]
    fn right_to_wrong_is_worth_more_than_wrong_to_right() {
        let reference = Label::One(LabelIx(0));
        let reference = Some(&reference);
        assert_eq!(change(reference, 0.0, 1.0), Change::RightToWrong);
        assert_eq!(change(reference, 1.0, 0.0), Change::WrongToRight);
        assert_eq!(change(reference, 0.25, 0.5), Change::Farther);
        assert_eq!(change(reference, 0.5, 0.25), Change::Nearer);
        assert_eq!(change(reference, 1.0, 1.0), Change::Sideways);
        assert_eq!(change(None, 1.0, 1.0), Change::Unknown);
        assert!(Change::RightToWrong.points() > Change::WrongToRight.points());
        assert!(Change::WrongToRight.points() > Change::Sideways.points());
    }

    fn item(at: usize) -> Item {
        Item {
            id: format!("item-{at:03}").into(),
            cluster: 0,
            text_sha256: [0; 32],
            text_bytes: 0,
            slices: Vec::new(),
            telemetry: Vec::new(),
            split: None,
        }
    }

    #[test]
    fn every_item_is_drawn_about_as_often_as_another() {
        let (n_items, n, n_seeds) = (40, 10, 2000);
        let items: Vec<Item> = (0..n_items).map(item).collect();
        let items = Items {
            items,
            ..Items::default()
        };
        let among: Vec<usize> = (0..n_items).collect();
        let mut times = vec![0_usize; n_items];
        for seed in 0..n_seeds {
            let drawn = draw(&items, &among, n, seed);
            assert_eq!(drawn, draw(&items, &among, n, seed));
            assert_eq!(drawn[..5], draw(&items, &among, 5, seed));
            drawn.iter().for_each(|item| times[*item] += 1);
        }
        // 500 are expected of each, with a standard deviation of 19.
        assert!(times.iter().all(|n| (410..590).contains(n)), "{times:?}");
    }

    #[test]
    fn ties_do_not_follow_the_order_of_ids() {
        let mut hashed: Vec<String> = (0..100).map(|n| format!("item-{n:03}")).collect();
        hashed.sort_by_key(|id| hash(id));
        let kept = hashed.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((30..70).contains(&kept), "{kept}");
    }
}
