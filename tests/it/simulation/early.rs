//! Simulated gates whose items are asked in waves until the verdict is certain.

use labelgate::gate::early::{Entry, FIRST_WAVE, Look, Order, Settled, next, settle, wave_after};
use labelgate::gate::{By, Verdict};
use labelgate::score::{Figure, Metric};

use super::Population;
use super::draw::Draw;

/// A gate, and the candidate it is held against.
pub(crate) struct Case {
    /// What is demanded of what, in words.
    pub(crate) name: String,
    pub(crate) by: By,
    /// What every score is held against.
    pub(crate) threshold: f64,
    /// Scores and their chances.
    pub(crate) scores: [(f64, f64); 3],
    /// Whether scores are differences.
    pub(crate) is_difference: bool,
    /// Whether every item speaks as if it were a cluster of its own, which is wrong.
    pub(crate) is_on_every_item: bool,
}

/// What a gate came to.
pub(crate) struct Came {
    /// Its certain verdict, if it has one.
    pub(crate) verdict: Option<Verdict>,
    /// Whether that is one which the population, or for a gate by point all its items, do not
    /// deserve. At the threshold itself a pass is wrong for the population.
    pub(crate) is_wrong: bool,
    /// Items asked about.
    pub(crate) asked: usize,
    /// Items there are.
    pub(crate) of: usize,
}

impl Case {
    /// Agreement against the baseline's, with a margin: chances that only the baseline is right, and
    /// only the candidate.
    pub(crate) fn difference(name: &str, by: By, margin: f64, [lost, won]: [f64; 2]) -> Self {
        Self {
            name: name.to_owned(),
            by,
            threshold: -margin,
            scores: [(-1.0, lost), (1.0, won), (0.0, 1.0 - lost - won)],
            is_difference: true,
            is_on_every_item: false,
        }
    }

    /// A share that is to be at least so much, and what it is.
    pub(crate) fn share(by: By, threshold: f64, truth: f64) -> Self {
        Self {
            name: format!("{truth} for {threshold}"),
            by,
            threshold,
            scores: [(1.0, truth), (0.0, 1.0 - truth), (0.0, 0.0)],
            is_difference: false,
            is_on_every_item: false,
        }
    }

    /// How far the truth is above the threshold.
    pub(crate) fn above(&self) -> f64 {
        let scores = self.scores.iter();
        let mean: f64 = scores.map(|(score, chance)| score * chance).sum();
        mean - self.threshold
    }

    /// One replication of the gate on a sample of users.
    pub(crate) fn run(&self, population: &Population, replication: u64) -> Came {
        let mut draw = Draw::replication(5, replication);
        let users = population.sample(self.scores.map(|(_, chance)| chance), &mut draw);
        let mut items: Vec<(usize, f64)> = Vec::new();
        for (user, counts) in users.iter().enumerate() {
            for (count, (score, _)) in counts.iter().zip(self.scores) {
                items.extend((0..*count).map(|_| (user, score - self.threshold)));
            }
        }
        let order = Order::new(items.len(), replication);
        let mut look = self.look(&items, users.len(), &order);
        let mut is_asked = vec![false; items.len()];
        let (mut settled, mut wave) = (Settled::Open, FIRST_WAVE);
        loop {
            let looks = [look];
            let more = next(&order, &is_asked, &[(&looks, settled)], wave);
            [look] = looks;
            if more.is_empty() {
                break;
            }
            for item in more {
                is_asked[item] = true;
            }
            for entry in &mut look.entries {
                entry.seen = is_asked[entry.item].then_some(items[entry.item].1);
            }
            settled = settle(std::slice::from_ref(&look), 0);
            wave = wave_after(wave);
        }
        let verdict = match settled {
            Settled::Certain { verdict, .. } => Some(verdict),
            Settled::Undecided | Settled::Open => None,
        };
        let asked = is_asked.iter().filter(|is_asked| **is_asked).count();
        Came {
            verdict,
            is_wrong: verdict.is_some_and(|verdict| self.is_wrong(verdict, &items)),
            asked,
            of: items.len(),
        }
    }

    fn look(&self, items: &[(usize, f64)], n_users: usize, order: &Order) -> Look {
        let [low, high] = match self.is_difference {
            true => [-1.0, 1.0].map(|score| score - self.threshold),
            false => [0.0, 1.0].map(|score| score - self.threshold),
        };
        let mut speakers = vec![usize::MAX; n_users];
        for (item, (user, _)) in items.iter().enumerate() {
            let known = speakers[*user];
            if known == usize::MAX || order.lots[item] < order.lots[known] {
                speakers[*user] = item;
            }
        }
        let entries = order.items.iter().map(|item| Entry {
            item: *item,
            seen: None,
            least: low,
            most: high,
            speaks: self.is_on_every_item || speakers[items[*item].0] == *item,
        });
        Look {
            figure: Figure::Overall(Metric::Agreement),
            slice_value: None,
            by: self.by,
            range: (low, high),
            spotless: if self.is_difference {
                -self.threshold
            } else {
                high
            },
            is_supported: true,
            entries: entries.collect(),
        }
    }

    fn is_wrong(&self, verdict: Verdict, items: &[(usize, f64)]) -> bool {
        let pass = verdict == Verdict::Pass;
        match self.by {
            By::Point => {
                let sum: f64 = items.iter().map(|(_, score)| score).sum();
                pass != (sum >= -1e-9)
            }
            By::Bound => {
                let above = self.above();
                if pass { above <= 1e-9 } else { above >= 1e-9 }
            }
        }
    }
}

/// By how much worse is accepted.
const MARGIN: f64 = 0.05;

/// Gates by bound and by point on candidates that are equal, better, worse by the margin and by
/// twice the margin, and on shares above, at and below their threshold.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let by_word = |by| if by == By::Point { "point" } else { "bound" };
    for by in [By::Bound, By::Point] {
        for revision in &super::compare::REVISIONS {
            let [lost, won, _] = revision.chances;
            let name = format!("difference by {}: {}", by_word(by), revision.name);
            cases.push(Case::difference(&name, by, MARGIN, [lost, won]));
        }
        for truth in [0.92, 0.88, 0.85, 0.82, 0.78] {
            let case = Case::share(by, 0.85, truth);
            let name = format!("share by {}: {}", by_word(by), case.name);
            cases.push(Case { name, ..case });
        }
    }
    cases
}
