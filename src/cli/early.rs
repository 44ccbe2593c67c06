//! `--stop-early`: items are asked in waves, and asking ends as soon as the gates' verdicts are
//! certain.

use super::Failure;
use super::answers::{self, Gathered};
use super::args::RunArgs;
use super::exit::Exit;
use super::gate::names_needed;
use super::progress::say;
use super::settings::Settings;
use crate::assess::early::{Asked, looks};
use crate::assess::{Answered, Answers};
use crate::gate::Verdict;
use crate::gate::early::{FIRST_WAVE, Look, Order, Settled, next, settle, wave_after};
use crate::model::Ratings;
use crate::project::Project;
use crate::report::{Early, Report, Run};

/// What asking in waves came to.
pub(super) struct Stopped {
    /// The project with the items that were asked about.
    pub(super) project: Project,
    /// Their answers.
    pub(super) gathered: Gathered,
    /// What was asked, of what.
    early: Early,
    /// The gates of each report.
    gates: Gates,
}

/// Asks in waves about the items of a project.
pub(super) fn ask(
    whole: &Project,
    names: &[String],
    (command, seed): (&'static str, u64),
    args: &RunArgs,
    settings: &Settings,
) -> Result<Stopped, Failure> {
    if args.batch {
        return Err(Failure::message(
            "`--batch` sends all questions at once, `--stop-early` a few",
        )
        .help("one of the two saves money at a time"));
    }
    let reported = |id: &str| names.is_empty() || names.iter().any(|name| name == id);
    let needed = names_needed(whole, names);
    let wanted = |id: &str| needed.contains(&id);
    let order = Order::new(whole.items.len(), seed);
    let mut is_asked = vec![false; whole.items.len()];
    let mut gates = looked(
        whole,
        &nothing(whole, &wanted),
        &is_asked,
        &order,
        &reported,
    )?;
    if gates.iter().all(Vec::is_empty) {
        return Err(Failure::message("there is no gate to stop early by")
            .help("write `[[gate]]` with `metric` and `at_least` into a classifier.toml"));
    }
    let (mut wave, mut spent) = (FIRST_WAVE, 0);
    let mut last = None;
    loop {
        let more = wanted_next(&order, &is_asked, &gates, wave);
        if let (true, Some(last)) = (more.is_empty(), last.take()) {
            return Ok(stopped(whole, last, &is_asked, gates, &wanted));
        }
        for item in more {
            is_asked[item] = true;
        }
        let mut project = whole.clone();
        project.keep(&is_asked);
        if let Some(budget) = &mut project.run.budget_usd {
            *budget = (*budget - spent as f64 / 1e6).max(0.0);
        }
        let gathered = answers::ask(&project, &wanted, (command, args), settings)?;
        spent += gathered.micro_usd;
        let is_cut_short = gathered.signal.is_some() || !gathered.recorded.incomplete.is_empty();
        let answered = spread(&gathered.recorded.answered, &is_asked);
        let now = looked(whole, &answered, &is_asked, &order, &reported)?;
        gates = keep_certain(gates, now);
        last = Some((project, gathered));
        if is_cut_short && let Some(last) = last.take() {
            return Ok(stopped(whole, last, &is_asked, gates, &wanted));
        }
        wave = wave_after(wave);
    }
}

type Gates = Vec<Vec<(Vec<Look>, Settled)>>;

fn looked(
    whole: &Project,
    answered: &[Option<Answered>],
    is_asked: &[bool],
    order: &Order,
    reported: &dyn Fn(&str) -> bool,
) -> Result<Gates, Failure> {
    let asked = Asked {
        answered,
        is_asked,
        order,
    };
    let reports =
        looks(whole, asked, reported).map_err(|fault| Failure::message(fault.to_string()))?;
    let at = count(is_asked);
    let settled = |looks: Vec<Look>| {
        let settled = settle(&looks, at);
        (looks, settled)
    };
    let of_report = |gates: Vec<Vec<Look>>| gates.into_iter().map(settled).collect();
    Ok(reports.into_iter().map(of_report).collect())
}

/// A verdict that was certain once stays so.
fn keep_certain(before: Gates, now: Gates) -> Gates {
    let gate =
        |((_, before), (looks, now)): ((Vec<Look>, Settled), (Vec<Look>, Settled))| match before {
            Settled::Certain { .. } => (looks, before),
            Settled::Undecided | Settled::Open => (looks, now),
        };
    let reports = before.into_iter().zip(now);
    reports
        .map(|(before, now)| before.into_iter().zip(now).map(gate).collect())
        .collect()
}

fn wanted_next(order: &Order, is_asked: &[bool], gates: &Gates, wave: usize) -> Vec<usize> {
    let gates = gates.iter().flatten();
    let gates: Vec<(&[Look], Settled)> =
        gates.map(|(looks, settled)| (&**looks, *settled)).collect();
    next(order, is_asked, &gates, wave)
}

/// Nothing is known yet.
fn nothing(whole: &Project, wanted: &dyn Fn(&str) -> bool) -> Vec<Option<Answered>> {
    let none = || Answers::none(whole.items.len());
    let answered = whole.classifiers.iter().map(|classifier| {
        wanted(&classifier.id).then(|| Answered {
            candidate: none(),
            baseline: classifier.baseline.as_ref().map(|_| none()),
            notes: Vec::new(),
        })
    });
    answered.collect()
}

/// Answers at the places that their items have in the whole project.
fn spread(answered: &[Option<Answered>], is_asked: &[bool]) -> Vec<Option<Answered>> {
    // No gate is about anything else.
    let ratings = |kept: &Answers| {
        let kept = &kept.ratings;
        let mut outcomes = kept.outcomes.iter();
        let place = |is_asked: &bool| is_asked.then(|| outcomes.next().cloned().flatten());
        Answers::of(Ratings {
            outcomes: is_asked.iter().map(place).map(Option::flatten).collect(),
            n_normalised: kept.n_normalised,
        })
    };
    let of = |answered: &Answered| Answered {
        candidate: ratings(&answered.candidate),
        baseline: answered.baseline.as_ref().map(ratings),
        notes: answered.notes.clone(),
    };
    answered.iter().map(|one| one.as_ref().map(of)).collect()
}

fn stopped(
    whole: &Project,
    (project, gathered): (Project, Gathered),
    is_asked: &[bool],
    gates: Gates,
    wanted: &dyn Fn(&str) -> bool,
) -> Stopped {
    let (asked, of) = (count(is_asked), is_asked.len() as u64);
    let classifiers = whole.classifiers.iter().filter(|one| wanted(&one.id));
    let revisions: u64 = classifiers
        .map(|one| match &one.baseline {
            Some(baseline) if baseline.name != one.candidate.name => 2,
            _ => 1,
        })
        .sum();
    Stopped {
        project,
        gathered,
        early: Early {
            asked,
            of,
            saved: (of - asked) * revisions * u64::from(whole.run.repeats),
        },
        gates,
    }
}

fn count(is_asked: &[bool]) -> u64 {
    is_asked.iter().filter(|is_asked| **is_asked).count() as u64
}

/// Gives a run's gates the verdicts that became certain, and says what was saved.
pub(super) fn apply(early: Early, gates: Gates, run: &mut Run) {
    for (report, settled) in run.reports.iter_mut().zip(gates) {
        let judged = std::mem::take(&mut report.gates).into_iter().zip(settled);
        report.gates = judged
            .map(|((gate, judgement), (looks, settled))| {
                // What all answers say is no longer early.
                let is_whole = settled == Settled::Open && !early.stopped();
                match is_whole {
                    true => (gate, judgement),
                    false => (gate, judgement.settled(settled, &looks)),
                }
            })
            .collect();
    }
    run.verdict = run.reports.iter().filter_map(Report::verdict).max();
    run.early = Some(early);
}

impl Stopped {
    /// Takes it apart: the project, its answers, and what [`apply`] needs.
    pub(super) fn into_parts(self) -> (Project, Gathered, Early, Gates) {
        (self.project, self.gathered, self.early, self.gates)
    }

    /// How `run` ends: a verdict is not its business.
    pub(super) fn exit(&self) -> Exit {
        match self.gathered.signal {
            Some(signal) => Exit::Signal(signal),
            None if self.gathered.recorded.incomplete.is_empty() => Exit::Success,
            None => Exit::Incomplete,
        }
    }

    /// Says in a few lines what `run` came to.
    pub(super) fn summary(&self, settings: &Settings) {
        if settings.quiet {
            return;
        }
        say(&self.early.sentence());
        let n = |wanted: fn(&Settled) -> bool| {
            let gates = self.gates.iter().flatten();
            gates.filter(|(_, settled)| wanted(settled)).count()
        };
        let is = |settled: &Settled, wanted| matches!(settled, Settled::Certain { verdict, .. } if *verdict == wanted);
        let all = self.gates.iter().flatten();
        let certain = |wanted| {
            all.clone()
                .filter(|(_, settled)| is(settled, wanted))
                .count()
        };
        say(&format!(
            "gates: {} pass for certain, {} fail for certain, {} undecided by bets, {} open",
            certain(Verdict::Pass),
            certain(Verdict::Fail),
            n(|settled| *settled == Settled::Undecided),
            n(|settled| *settled == Settled::Open),
        ));
    }
}
