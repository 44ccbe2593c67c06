//! Answers out of the store: every question is made again from prompt and item, and looked up.
//! Nothing is asked, and neither key nor model needs to be named.

use super::Failure;
use super::live;
use super::recorded::{self, OfRevision, Recorded, Side};
use crate::answer::{self, majority, majority_confidence};
use crate::assess::Answers;
use crate::model::Outcome;
use crate::plan::Prices;
use crate::project::{Classifier, Project, ProviderName, Revision, texts};
use crate::provider::Failure as Unanswered;
use crate::report::Spending;
use crate::run::{Series, Terms};
use crate::store::{RunId, Store};

/// What to do where there is no store.
pub(super) const STORES_ANSWERS: &str = "answers of a model are stored by `labelgate run` with a \
    provider that asks one (`--provider anthropic`, `openai` or `command`); recorded answers are no \
    runs and have no history. `--store PATH` names a store elsewhere";

/// Where stored answers are, and which of them count.
pub(super) struct Shelf<'a> {
    pub(super) store: &'a Store,
    /// The runs whose settings count.
    pub(super) runs: Runs,
    pub(super) prices: &'a Prices,
}

/// The runs that answers are of; without one, the latest that asked a revision.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Runs {
    pub(super) baseline: Option<RunId>,
    pub(super) candidate: Option<RunId>,
}

impl Runs {
    /// The same run for both sides.
    pub(super) fn both(run: Option<RunId>) -> Self {
        Self {
            baseline: run,
            candidate: run,
        }
    }

    /// The runs that are named.
    pub(super) fn named(self) -> impl Iterator<Item = RunId> {
        [self.baseline, self.candidate].into_iter().flatten()
    }
}

/// The answers of one revision, as they are taken out of the store.
struct Column<'a> {
    classifier: &'a Classifier,
    side: Side,
    revision: &'a Revision,
    series: Series,
    answers: Answers,
    unasked: u64,
    retryable: u64,
    /// The last thing a provider said of a question that may yet be answered.
    last_words: Box<str>,
}

/// Where the answers of a revision are.
enum Found {
    Store(Box<Series>),
    Recordings,
    Nowhere,
}

/// Takes the answers of candidate and baseline of every wanted classifier out of the store; those
/// of a revision whose latest run replayed recordings come from there.
pub(super) fn read_all(
    project: &Project,
    shelf: &Shelf<'_>,
    wanted: impl Fn(&str) -> bool,
) -> Result<(Recorded, Spending), Failure> {
    let mut columns: Vec<Column<'_>> = Vec::new();
    let mut found: Vec<((&str, Side), OfRevision)> = Vec::new();
    for classifier in project
        .classifiers
        .iter()
        .filter(|classifier| wanted(&classifier.id))
    {
        for side in Side::BOTH {
            let Some(revision) = side.revision(classifier) else {
                continue;
            };
            let name = (&*classifier.id, side);
            let run = match side {
                Side::Baseline => shelf.runs.baseline,
                Side::Candidate => shelf.runs.candidate,
            };
            match find(classifier, revision, run, shelf)? {
                Found::Store(series) => {
                    columns.push(Column::new(project, classifier, (side, revision), *series));
                }
                Found::Recordings => {
                    found.push((name, recorded::read(project, classifier, revision)?));
                }
                Found::Nowhere => {
                    let why = format!(
                        "{}@{} was never asked; `labelgate run` does.",
                        classifier.id, revision.name
                    );
                    let answers = Answers::none(project.items.len());
                    let why = vec![why];
                    found.push((name, OfRevision { answers, why }));
                }
            }
        }
    }
    let mut spending = Spending::default();
    if !columns.is_empty() {
        for text in texts(project)? {
            let (item, text) = text?;
            for column in &mut columns {
                column.take(item, &text, shelf.store, &mut spending)?;
            }
        }
    }
    found.extend(columns.into_iter().map(|column| {
        let name = (&*column.classifier.id, column.side);
        (name, column.finish(project.items.len()))
    }));
    let recorded = Recorded::assemble(project, |classifier, side| {
        let name = (&*classifier.id, side);
        let at = found.iter().position(|(known, _)| *known == name)?;
        Some(found[at].1.clone())
    });
    Ok((recorded, spending))
}

fn find(
    classifier: &Classifier,
    revision: &Revision,
    run: Option<RunId>,
    shelf: &Shelf<'_>,
) -> Result<Found, Failure> {
    let (id, name) = (&*classifier.id, &*revision.name);
    let record = match run {
        Some(run) => shelf.store.series_of_run(run, id, name)?,
        None => shelf
            .store
            .latest_series(id, name)?
            .map(|(_, record)| record),
    };
    let Some(record) = record else {
        return Ok(Found::Nowhere);
    };
    if &*record.provider == ProviderName::Replay.word() {
        return Ok(Found::Recordings);
    }
    let series = Terms::from_json(&record.settings).and_then(|terms| {
        let price = shelf.prices.of(&record.model);
        live::series(classifier, revision, &record, terms, price)
    });
    match series {
        Some(series) => Ok(Found::Store(Box::new(series))),
        None => Err(Failure::message(format!(
            "the store says of {id}@{name} what this version of labelgate does not know"
        ))
        .help("use the version that asked, or ask again with `labelgate run`")),
    }
}

impl<'a> Column<'a> {
    fn new(
        project: &Project,
        classifier: &'a Classifier,
        (side, revision): (Side, &'a Revision),
        series: Series,
    ) -> Self {
        let n_repeats = match series.terms.repeats {
            1 => 0,
            repeats => repeats as usize,
        };
        Self {
            classifier,
            side,
            revision,
            answers: Answers {
                repeats: vec![vec![None; project.items.len()]; n_repeats],
                rationales: match project.run.keeps_rationales {
                    true => vec![None; project.items.len()],
                    false => Vec::new(),
                },
                ..Answers::none(project.items.len())
            },
            series,
            unasked: 0,
            retryable: 0,
            last_words: "".into(),
        }
    }

    /// Looks up what became of the questions about one item.
    fn take(
        &mut self,
        item: usize,
        text: &str,
        store: &Store,
        spending: &mut Spending,
    ) -> Result<(), Failure> {
        let (body, was_cut) = self.series.body(text);
        spending.cut += u64::from(was_cut);
        let mut said = Vec::with_capacity(1);
        for repeat in 0..self.series.terms.repeats {
            let key = self.series.key(&body, repeat);
            let mut confidence = None;
            let outcome = match store.answer(&key)? {
                None => {
                    self.unasked += 1;
                    continue;
                }
                Some(stored) => match stored.settled.result {
                    Ok(response) => {
                        let (usage, in_batch) = (response.usage.as_ref(), stored.settled.batch);
                        let price = self.series.price.zip(usage);
                        let cost = price.map(|(price, usage)| price.micro_usd(usage, in_batch));
                        spending.count(usage, in_batch, cost);
                        let (scheme, form) = (&self.classifier.scheme, &self.revision.answer);
                        let answer = answer::read(&response.reply, scheme, form);
                        self.answers.ratings.n_normalised += u64::from(answer.normalised);
                        confidence = answer::confidence(&response.reply, form);
                        // Of several repeats, the first that says something.
                        if let Some(rationale @ None) = self.answers.rationales.get_mut(item) {
                            let said = answer::explanation(&response.reply, form);
                            *rationale = said.map(String::into_boxed_str);
                        }
                        answer.outcome
                    }
                    Err(failure) => {
                        if failure.is_retryable() {
                            self.retryable += 1;
                            self.last_words = failure.to_string().into();
                        }
                        outcome(&failure)
                    }
                },
            };
            if let Some(of_repeat) = self.answers.repeats.get_mut(repeat as usize) {
                of_repeat[item] = Some(outcome.clone());
            }
            let confidence = match confidence {
                Some(Ok(confidence)) => Some(confidence),
                unusable => {
                    self.answers.confidences.state(item, unusable);
                    None
                }
            };
            said.push((outcome, confidence));
        }
        let outcomes: Vec<Outcome> = said.iter().map(|(outcome, _)| outcome.clone()).collect();
        let majority = majority(&outcomes);
        let sure = majority.as_ref();
        let sure = sure.and_then(|majority| majority_confidence(&said, majority));
        self.answers.confidences.state(item, sure.map(Ok));
        self.answers.ratings.outcomes[item] = majority;
        Ok(())
    }

    fn finish(self, n_items: usize) -> OfRevision {
        let mut why = Vec::new();
        let name = &self.series.name;
        let of = n_items as u64 * u64::from(self.series.terms.repeats);
        if self.unasked > 0 {
            why.push(format!(
                "{name}: {} of {of} questions have no answer to the prompt and items as they are \
                 now; `labelgate run {name}` asks them.",
                self.unasked
            ));
        }
        if self.retryable > 0 {
            why.push(format!(
                "{name}: {} of {of} questions failed and may yet be answered ({}); \
                 `labelgate run {name}` asks them again.",
                self.retryable, self.last_words
            ));
        }
        OfRevision {
            answers: self.answers,
            why,
        }
    }
}

fn outcome(failure: &Unanswered) -> Outcome {
    match failure {
        Unanswered::ContextOverflow(_) => Outcome::ContextOverflow,
        Unanswered::Expired => Outcome::Expired,
        Unanswered::Fatal(_) | Unanswered::Rejected(_) | Unanswered::Exhausted { .. } => {
            Outcome::Error(failure.to_string().into())
        }
    }
}
