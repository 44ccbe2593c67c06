//! Stopping early: when the verdict of a gate is certain though not every item was asked about.
//!
//! What a gate demands of a share or of a difference is that scores, each held against the
//! threshold, do not sum to less than 0. Items are asked in a random order that was fixed before
//! any answer was seen. Knows neither labels nor where answers come from.

#[cfg(test)]
mod tests;

use super::{By, Check, Judgement, Reason, Verdict};
use crate::score::Figure;
use crate::stat::confidence_sequence::{Plan, betting_capital, first_rejection};
use crate::stat::random::SplitMix64;
use crate::stat::without_replacement::capital;

/// How often a gate may pass, or fail, that does not deserve it.
pub const EARLY_ERROR: f64 = 0.05;

/// How many items the first wave asks about.
pub const FIRST_WAVE: usize = 50;

/// How many the wave after one of so many asks about: half as many again, so that one often looks
/// where there is little yet to lose.
pub fn wave_after(wave: usize) -> usize {
    wave + wave.div_ceil(2)
}

/// Bets on fewer clusters decide nothing, as intervals of so few do not.
const FEWEST_CLUSTERS: usize = 20;

/// Sums this near to 0, per item, are 0: rounding alone moves them so far.
const HAIR: f64 = 1e-9;

/// The order in which items are asked, and which of each cluster's stands for it: two random
/// rankings that know nothing of each other or of any answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The positions of the items, in the order of asking.
    pub items: Vec<usize>,
    /// One rank per item: of a cluster's items that count, the one of the least rank stands for it.
    pub lots: Vec<usize>,
}

impl Order {
    /// The order of so many items that belongs to a seed.
    pub fn new(n_items: usize, seed: u64) -> Self {
        let shuffled = |stream| {
            let mut random = SplitMix64::stream(seed, stream);
            let mut places: Vec<usize> = (0..n_items).collect();
            for place in (1..n_items).rev() {
                places.swap(place, random.index(place + 1));
            }
            places
        };
        Self {
            items: shuffled(0),
            lots: shuffled(1),
        }
    }
}

/// An item that may count for a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Position of the item.
    pub item: usize,
    /// Its score less the threshold, turned so that more is better; 0 where it turned out not to
    /// count; `None` while it was not asked about.
    pub seen: Option<f64>,
    /// The least that could be.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// Whether it stands for its cluster.
    pub speaks: bool,
}

/// One figure of a gate as far as it is known: the demand is met if the entries' sum is not below 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The figure.
    pub figure: Figure,
    /// The slice value it is of; `None` for all items.
    pub slice_value: Option<Box<str>>,
    /// Whether the demand is on the value for all these items, or on a bound of that for clusters
    /// like theirs.
    pub by: By,
    /// The least and the most an entry can be.
    pub range: (f64, f64),
    /// What an entry of spotless answers is: right for a share, no difference for a difference.
    pub spotless: f64,
    /// Whether so many reference items were seen as the gate asks for.
    pub is_supported: bool,
    /// All items that may count, in the order of asking.
    pub entries: Vec<Entry>,
}

/// How a verdict became certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No answer still open could change it.
    Arithmetic,
    /// A confidence sequence for the mean of a finite set excludes the threshold.
    Sequence,
    /// Betting against it on one item of each cluster made 1 into 20.
    Betting,
}

impl Why {
    /// The word in `report.json`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Arithmetic => "arithmetic",
            Self::Sequence => "sequence",
            Self::Betting => "betting",
        }
    }
}

/// What became of a gate whose items were asked about in waves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Settled {
    /// Its verdict became certain.
    Certain {
        /// The verdict.
        verdict: Verdict,
        /// How.
        why: Why,
        /// Which of the gate's looks decided, where one did.
        look: usize,
        /// How many items had been asked about.
        at: u64,
    },
    /// Not certain, and no item is left that could make it so.
    Undecided,
    /// Not certain yet.
    Open,
}

impl Look {
    /// Whether the figure can become certain before every item was asked about. Decided before any
    /// answer is seen: a bound needs twice as many clusters as spotless answers would take.
    pub fn is_promising(&self) -> bool {
        match self.by {
            By::Point => !self.entries.is_empty(),
            By::Bound => {
                let planned = self.entries.iter().filter(|entry| entry.speaks).count();
                let spotless = vec![self.spotless; planned];
                let needed = self.first_bet(&spotless, planned, 1.0, EARLY_ERROR);
                needed.is_some_and(|needed| 2 * needed <= planned)
            }
        }
    }

    /// The verdict, where it is certain. Errs in one direction with probability `pass`, in the other
    /// with `fail`, over all the times that it is called while answers come in.
    pub fn decide(&self, pass: f64, fail: f64) -> Option<(Verdict, Why)> {
        if !self.is_supported {
            return None;
        }
        match self.by {
            By::Point => self
                .by_arithmetic()
                .map(|verdict| (verdict, Why::Arithmetic))
                .or_else(|| Some((self.by_sequence(pass, fail)?, Why::Sequence))),
            By::Bound => Some((self.by_betting(pass, fail)?, Why::Betting)),
        }
    }

    /// The items not yet asked about that could make it certain, in the order of asking.
    fn needs(&self) -> impl Iterator<Item = usize> + '_ {
        let by_point = self.by == By::Point;
        let entries = self.entries.iter();
        entries
            .filter(move |entry| entry.seen.is_none() && (by_point || entry.speaks))
            .map(|entry| entry.item)
    }

    fn by_arithmetic(&self) -> Option<Verdict> {
        let sum = |open: fn(&Entry) -> f64| -> f64 {
            let entries = self.entries.iter();
            entries.map(|entry| entry.seen.unwrap_or(open(entry))).sum()
        };
        let hair = HAIR * self.entries.len() as f64;
        if sum(|entry| entry.least) > hair {
            Some(Verdict::Pass)
        } else if sum(|entry| entry.most) < -hair {
            Some(Verdict::Fail)
        } else {
            None
        }
    }

    fn by_sequence(&self, pass: f64, fail: f64) -> Option<Verdict> {
        let seen: Vec<f64> = self.entries.iter().map_while(|entry| entry.seen).collect();
        let of = self.entries.len() as u64;
        // Arithmetic settles what is near the threshold, so bets are for what is far from it.
        let plan = Plan::Items(of.div_ceil(4));
        let first = |sign: f64, alpha: f64| {
            let (x, null_mean) = self.scaled(&seen, sign);
            first_rejection(&capital(&x, of, null_mean, alpha, plan).ok()?, alpha).ok()
        };
        earlier(first(1.0, pass), first(-1.0, fail))
    }

    fn by_betting(&self, pass: f64, fail: f64) -> Option<Verdict> {
        let speakers = || self.entries.iter().filter(|entry| entry.speaks);
        let seen: Vec<f64> = speakers().map_while(|entry| entry.seen).collect();
        let planned = speakers().count();
        earlier(
            self.first_bet(&seen, planned, 1.0, pass),
            self.first_bet(&seen, planned, -1.0, fail),
        )
    }

    /// After how many clusters a bettor on more (`sign` 1) or less (−1) than the threshold has won.
    fn first_bet(&self, seen: &[f64], planned: usize, sign: f64, alpha: f64) -> Option<usize> {
        let (x, null_mean) = self.scaled(seen, sign);
        let plan = Plan::Items(planned as u64);
        let mut capital = betting_capital(&x, null_mean, alpha, plan).ok()?;
        for early in capital.iter_mut().take(FEWEST_CLUSTERS - 1) {
            *early = early.min(0.5 / alpha);
        }
        first_rejection(&capital, alpha).ok()
    }

    /// Scores on 0–1, and where the threshold then is.
    fn scaled(&self, scores: &[f64], sign: f64) -> (Vec<f64>, f64) {
        let (low, high) = self.range;
        let width = high - low;
        let end = if sign > 0.0 { low } else { high };
        let at = |score: f64| (sign * (score - end) / width).clamp(0.0, 1.0);
        (scores.iter().map(|score| at(*score)).collect(), at(0.0))
    }
}

fn earlier(pass: Option<usize>, fail: Option<usize>) -> Option<Verdict> {
    match (pass, fail) {
        (None, None) => None,
        (Some(pass), Some(fail)) if fail < pass => Some(Verdict::Fail),
        (Some(_), _) => Some(Verdict::Pass),
        (None, Some(_)) => Some(Verdict::Fail),
    }
}

/// Whether a gate's verdict is certain by its looks, one for each class and slice value that it
/// speaks of, after `at` items. To pass all must, each at the whole level; to fail one must, and so
/// the level is shared among them.
pub fn settle(looks: &[Look], at: u64) -> Settled {
    let each = EARLY_ERROR / looks.len().max(1) as f64;
    let decided: Vec<Option<(Verdict, Why)>> = looks
        .iter()
        .map(|look| look.decide(EARLY_ERROR, each))
        .collect();
    let failed = decided
        .iter()
        .position(|one| matches!(one, Some((Verdict::Fail, _))));
    let slowest = decided
        .iter()
        .position(|one| matches!(one, Some((_, Why::Sequence | Why::Betting))));
    let decider = match failed {
        Some(look) => Some(look),
        None if decided.iter().all(Option::is_some) => slowest.or((!looks.is_empty()).then_some(0)),
        None => None,
    };
    if let Some(look) = decider
        && let Some((verdict, why)) = decided[look]
    {
        return Settled::Certain {
            verdict,
            why,
            look,
            at,
        };
    }
    let is_spent = |look: &Look| look.needs().next().is_none();
    let is_bet = |look: &Look| look.by == By::Bound;
    match !looks.is_empty() && looks.iter().all(|look| is_bet(look) && is_spent(look)) {
        true => Settled::Undecided,
        false => Settled::Open,
    }
}

/// The next items to ask about, at most `n`: those that gates without certain verdict need, which
/// is all of them for a gate that cannot be looked at early. None where asking may end: every verdict
/// is certain or past settling, or one gate fails for certain and with it all.
pub fn next(
    order: &Order,
    is_asked: &[bool],
    gates: &[(&[Look], Settled)],
    n: usize,
) -> Vec<usize> {
    let fails = |(_, settled): &(&[Look], Settled)| {
        matches!(
            settled,
            Settled::Certain {
                verdict: Verdict::Fail,
                ..
            }
        )
    };
    if gates.iter().any(fails) {
        return Vec::new();
    }
    let open = || {
        let open = gates
            .iter()
            .filter(|(_, settled)| *settled == Settled::Open);
        open.map(|(looks, _)| *looks)
    };
    let mut is_needed = vec![open().any(<[Look]>::is_empty); is_asked.len()];
    for item in open().flatten().flat_map(Look::needs) {
        is_needed[item] = true;
    }
    let in_order = order.items.iter().copied();
    in_order
        .filter(|item| is_needed[*item] && !is_asked[*item])
        .take(n)
        .collect()
}

impl Judgement {
    /// What it comes to where items were asked about in waves: the certain verdict, or none yet. A
    /// gate that was not looked at before all was asked keeps its own.
    pub fn settled(mut self, settled: Settled, looks: &[Look]) -> Self {
        let (verdict, reason) = match settled {
            Settled::Certain { verdict, .. } if verdict == Verdict::Fail => {
                (verdict, Reason::Missed)
            }
            Settled::Certain { verdict, .. } => (verdict, Reason::Met),
            Settled::Undecided => (Verdict::Inconclusive, Reason::BetsUndecided),
            Settled::Open => (Verdict::Inconclusive, Reason::StoppedEarly),
        };
        let failing = match settled {
            Settled::Certain {
                verdict: Verdict::Fail,
                look,
                ..
            } => looks.get(look),
            _ => None,
        };
        for check in &mut self.checks {
            check.needed = None;
            (check.verdict, check.reason) = match failing {
                Some(look) if !is_of(check, look) => (Verdict::Inconclusive, Reason::StoppedEarly),
                _ => (verdict, reason),
            };
        }
        if let Some(look) = failing
            && let Some(place) = self.checks.iter().position(|check| is_of(check, look))
        {
            self.decider = place;
        }
        self.verdict = verdict;
        self.early = Some(settled);
        self
    }
}

fn is_of(check: &Check, look: &Look) -> bool {
    check.figure == Some(look.figure) && check.slice_value == look.slice_value
}
