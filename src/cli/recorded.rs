//! Answers from recordings: read, matched to items by hash, parsed into outcomes.

use std::path::Path;

use super::Failure;
use crate::answer;
use crate::ask::hex;
use crate::assess::{Answered, Answers};
use crate::fault::{Fault, Faults, Place, did_you_mean, shown};
use crate::model::Outcome;
use crate::project::{Classifier, Project, Revision};
use crate::provider::{Replay, Replayed, Staleness, read_recordings};

/// What became of the questions of all wanted classifiers.
pub(super) struct Recorded {
    /// One place per classifier; `None` was not wanted.
    pub(super) answered: Vec<Option<Answered>>,
    /// Why the run is incomplete, one sentence each.
    pub(super) incomplete: Vec<String>,
}

/// Which of a classifier's two revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Baseline,
    Candidate,
}

impl Side {
    /// In the order in which they are asked.
    pub(super) const BOTH: [Self; 2] = [Self::Baseline, Self::Candidate];

    pub(super) fn revision(self, classifier: &Classifier) -> Option<&Revision> {
        match self {
            Self::Baseline => classifier.baseline.as_ref(),
            Self::Candidate => Some(&classifier.candidate),
        }
    }
}

/// What was found of one revision.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OfRevision {
    pub(super) answers: Answers,
    /// Why they are incomplete, one sentence each.
    pub(super) why: Vec<String>,
}

impl Recorded {
    /// Puts together what was found of candidates and baselines; a classifier of whose candidate
    /// nothing was found was not wanted.
    pub(super) fn assemble(
        project: &Project,
        mut find: impl FnMut(&Classifier, Side) -> Option<OfRevision>,
    ) -> Self {
        let mut incomplete: Vec<String> = Vec::new();
        let answered = project.classifiers.iter().map(|classifier| {
            let baseline = classifier.baseline.as_ref();
            let baseline = baseline.and_then(|_| find(classifier, Side::Baseline));
            let candidate = find(classifier, Side::Candidate)?;
            let mut notes: Vec<String> = Vec::new();
            for why in baseline
                .iter()
                .flat_map(|found| &found.why)
                .chain(&candidate.why)
            {
                if !notes.contains(why) {
                    notes.push(why.clone());
                }
            }
            incomplete.extend(notes.iter().cloned());
            Some(Answered {
                candidate: candidate.answers,
                baseline: baseline.map(|found| found.answers),
                notes,
            })
        });
        let answered = answered.collect();
        Self {
            answered,
            incomplete,
        }
    }
}

/// Reads the recordings of candidate and baseline of every wanted classifier. All faults of all
/// files are collected.
pub(super) fn read_all(
    project: &Project,
    wanted: impl Fn(&str) -> bool,
) -> Result<Recorded, Failure> {
    check_folder(project)?;
    let mut faults = Vec::new();
    let recorded = Recorded::assemble(project, |classifier, side| {
        if !wanted(&classifier.id) {
            return None;
        }
        let revision = side.revision(classifier)?;
        match read_revision(project, classifier, revision) {
            Ok(answers) => Some(answers),
            Err(found) => {
                faults.extend(found);
                None
            }
        }
    });
    match faults.is_empty() {
        true => Ok(recorded),
        false => Err(faults.into()),
    }
}

/// The recorded answers of one revision.
pub(super) fn read(
    project: &Project,
    classifier: &Classifier,
    revision: &Revision,
) -> Result<OfRevision, Failure> {
    check_folder(project)?;
    Ok(read_revision(project, classifier, revision)?)
}

/// Without the folder nothing at all can be replayed, which is a fault of the settings and no
/// open question.
fn check_folder(project: &Project) -> Result<(), Failure> {
    let folder = project.root.join(&project.replay);
    if folder.is_dir() {
        return Ok(());
    }
    let shown = shown(&project.replay);
    let reason = match folder.exists() {
        true => "is no folder",
        false => "does not exist",
    };
    let message = format!("the folder of recorded answers, `{shown}`, {reason}");
    let similar = || {
        let name = folder.file_name()?.to_str()?;
        let names = std::fs::read_dir(folder.parent()?).ok()?;
        let names: Vec<String> = names
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        did_you_mean(name, names.iter().map(|name| &**name))
    };
    let help = (!folder.exists()).then(similar).flatten();
    let help = help.unwrap_or_else(|| {
        "answers are read from `<folder>/<classifier>/<revision>.jsonl`; `[replay] path` names it"
            .to_owned()
    });
    let mut fault = Fault::new(project.root.join(&project.file), message).help(help);
    fault.place = project.replay_place.clone();
    Err(vec![fault].into())
}

fn read_revision(
    project: &Project,
    classifier: &Classifier,
    revision: &Revision,
) -> Result<OfRevision, Vec<Fault>> {
    let shown = project
        .replay
        .join(&*classifier.id)
        .join(format!("{}.jsonl", revision.name));
    let path = project.root.join(&shown);
    let mut bytes = Vec::new();
    let replay = match std::fs::read(&path) {
        Ok(read) => {
            bytes = read;
            Replay::new(read_recordings(&path, &bytes)?)
        }
        // Nothing recorded yet is an open question, not a fault.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Replay::default(),
        Err(error) => {
            let reason = match error.kind() {
                std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
                _ => error.to_string(),
            };
            let fault = Fault::new(path, format!("cannot be read: {reason}"));
            return Err(vec![
                fault.help("recorded answers are an ordinary `.jsonl` file"),
            ]);
        }
    };
    check_ids(project, &replay, &path, &bytes)?;
    let n_items = project.items.len();
    let mut answers = Answers::none(n_items);
    if project.run.keeps_rationales {
        answers.rationales = vec![None; n_items];
    }
    let mut stale: Vec<Staleness> = Vec::new();
    let mut missing = 0;
    for (position, item) in project.items.items.iter().enumerate() {
        let outcome = match replay.answer(&item.id, &revision.sha256, &hex(&item.text_sha256)) {
            Replayed::Reply(reply) => {
                let answer = answer::read(&reply, &classifier.scheme, &revision.answer);
                answers.ratings.n_normalised += u64::from(answer.normalised);
                let confidence = answer::confidence(&reply, &revision.answer);
                answers.confidences.state(position, confidence);
                if let Some(rationale) = answers.rationales.get_mut(position) {
                    let said = answer::explanation(&reply, &revision.answer);
                    *rationale = said.map(String::into_boxed_str);
                }
                Some(answer.outcome)
            }
            Replayed::Stale(staleness) => {
                stale.push(staleness);
                Some(Outcome::Error(
                    format!("stale recording: {staleness}").into(),
                ))
            }
            Replayed::NotRecorded => {
                missing += 1;
                None
            }
        };
        answers.ratings.outcomes[position] = outcome;
    }
    Ok(OfRevision {
        answers,
        why: explain(
            classifier,
            revision,
            &shown,
            &stale,
            missing,
            project.items.len(),
        ),
    })
}

/// A recording of an item that the project does not have is a fault of the file.
fn check_ids(
    project: &Project,
    replay: &Replay,
    shown: &Path,
    bytes: &[u8],
) -> Result<(), Vec<Fault>> {
    let mut strangers: Vec<_> = replay
        .recordings()
        .filter(|recording| !project.has_item(&recording.item))
        .collect();
    strangers.sort_by_key(|recording| recording.line);
    let ids = || project.items.items.iter().map(|item| &*item.id);
    let mut faults = Faults::new(shown);
    for recording in strangers {
        let fault = Fault::new(shown, format!("no item has the id `{}`", recording.item));
        if faults.is_full() {
            faults.push(fault);
            continue;
        }
        let line = bytes.split(|byte| *byte == b'\n').nth(recording.line - 1);
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        let width = recording.item.chars().count() + 2;
        let help = did_you_mean(&recording.item, ids());
        let help = help.unwrap_or_else(|| "take the line out, or add the item".to_owned());
        let place = Place::of_line(recording.line, recording.column, width, &line);
        faults.push(fault.at(place).help(help));
    }
    faults.none()
}

fn explain(
    classifier: &Classifier,
    revision: &Revision,
    shown: &Path,
    stale: &[Staleness],
    missing: usize,
    n_items: usize,
) -> Vec<String> {
    let name = format!("{}@{}", classifier.id, revision.name);
    let mut why = Vec::new();
    let n = |wanted: &[Staleness]| stale.iter().filter(|s| wanted.contains(s)).count();
    let (prompt, item) = (
        n(&[Staleness::Prompt, Staleness::Both]),
        n(&[Staleness::Item]),
    );
    if prompt > 0 {
        why.push(format!(
            "{name}: {prompt} of {n_items} recordings answer another text of {}, which has \
             changed since. Record them again, or put the file back as it was.",
            crate::fault::shown(&revision.file)
        ));
    }
    if item > 0 {
        why.push(format!(
            "{name}: {item} of {n_items} recordings answer another text of their item, which has \
             changed since. Record them again, or put the items back as they were."
        ));
    }
    if missing > 0 {
        why.push(format!(
            "{name}: {missing} of {n_items} items have no recording in {}.",
            crate::fault::shown(shown)
        ));
    }
    why
}
