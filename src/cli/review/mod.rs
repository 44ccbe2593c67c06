//! `labelgate review`: what a person should look at, and what a person decided.

mod read;
mod take;

use std::path::Path;

use super::args::ReviewArgs;
use super::exit::Exit;
use super::output::{cannot_write, print, terminal_width, writable};
use super::recorded::Recorded;
use super::settings::Settings;
use super::stored::Runs;
use super::{Failure, answers, progress};
use crate::assess::Answered;
use crate::fault::{did_you_mean, shown};
use crate::model::{Label, Outcome, Ratings, Scheme};
use crate::project::{Classifier, Project, texts};
use crate::report::document::review::queue as lay_out;
use crate::report::items::label_text;
use crate::report::review::{Labelled, Queue, Queued, render_csv};
use crate::report::terminal;
use crate::review::{Entry, Reason, Subject, entries, order};
use crate::store::RunId;

/// Standard output, as a file name.
const STANDARD: &str = "-";
/// How many items a terminal shows unless told otherwise.
const USUAL_LIMIT: usize = 20;
/// How much of a text a file has unless told otherwise, in characters.
const USUAL_CHARS: usize = 4000;

pub(super) fn run(args: &ReviewArgs, settings: &Settings) -> Result<Exit, Failure> {
    if let Some(file) = &args.take {
        return take::run(file, args, settings);
    }
    let output = args.output.as_deref();
    if let Some(output) = output.filter(|output| *output != STANDARD) {
        if !output.ends_with(".csv") {
            let message = format!("a queue is written as .csv, and `{output}` is none");
            return Err(Failure::message(message).help("give the file this ending, or write `-`"));
        }
        writable(&settings.path(Path::new(output)))?;
    }
    if args.limit == Some(0) {
        return Err(Failure::message("a queue of 0 items shows nothing")
            .help("write from 1 up, or leave it out"));
    }
    let mut project = settings.load()?;
    let ids = chosen(&project, &args.names)?;
    let from = args.run();
    settings.apply_run(&from, &mut project)?;
    let Recorded {
        answered,
        incomplete,
    } = gather(&project, &ids, args, settings)?;
    let limit = args.limit.unwrap_or(match output {
        Some(_) => usize::MAX,
        None => USUAL_LIMIT,
    });
    let n_chars = match output {
        Some(_) => args.text_chars.unwrap_or(USUAL_CHARS),
        None => USUAL_CHARS,
    };
    let is_incomplete = !incomplete.is_empty();
    let mut queue = queue(&project, &ids, &answered, limit);
    queue.notes = notes(&incomplete);
    if args.names.is_empty() {
        queue.notes.extend(left_out(&project));
    }
    set_texts(&mut queue, &project, n_chars)?;
    match output {
        None => print(&terminal::render(&lay_out(&queue), terminal_width()))?,
        Some(STANDARD) => print(&render_csv(&queue))?,
        Some(output) => {
            let path = settings.path(Path::new(output));
            std::fs::write(&path, render_csv(&queue))
                .map_err(|error| cannot_write(&path, &error.to_string()))?;
            if !settings.quiet {
                progress::say(&format!(
                    "{} of {} items worth a look are in {}, with their texts; fill in `decision` \
                     and `why`, then `labelgate review --take {output} --who NAME`",
                    queue.entries.len(),
                    queue.n_all,
                    shown(&path)
                ));
            }
        }
    }
    if output.is_some() {
        queue.notes.iter().for_each(|note| progress::say(note));
    }
    Ok(match is_incomplete {
        true => Exit::Incomplete,
        false => Exit::Success,
    })
}

/// The answers that are there.
fn gather(
    project: &Project,
    ids: &[String],
    args: &ReviewArgs,
    settings: &Settings,
) -> Result<Recorded, Failure> {
    let wanted = |id: &str| ids.iter().any(|known| known == id);
    let runs = Runs::both(args.stored_run.map(RunId));
    let gathered = answers::look_up(project, &wanted, &args.run(), runs, settings)?;
    Ok(gathered.recorded)
}

fn notes(incomplete: &[String]) -> Vec<String> {
    let incomplete = incomplete.iter();
    incomplete.map(|why| format!("Incomplete: {why}")).collect()
}

fn is_reviewed(classifier: &Classifier) -> bool {
    !matches!(classifier.scheme, Scheme::Decisions(_))
}

/// What is said of the classifiers that no queue can hold.
fn left_out(project: &Project) -> Option<String> {
    let classifiers = project.classifiers.iter();
    let lists = classifiers.filter(|classifier| !is_reviewed(classifier));
    let lists: Vec<&str> = lists.map(|classifier| &*classifier.id).collect();
    (!lists.is_empty()).then(|| format!("Left out: {} ({LISTS}).", lists.join(", ")))
}

const LISTS: &str = "lists of decisions have no one label to decide";

/// The classifiers to look at.
fn chosen(project: &Project, names: &[String]) -> Result<Vec<String>, Failure> {
    let known = || project.classifiers.iter().map(|classifier| &*classifier.id);
    for name in names {
        let Some(classifier) = project.classifier(name) else {
            let is_derived = project.derived.iter().any(|derived| *derived.id == **name);
            let help = match is_derived {
                true => "a derived measure follows from labels: name the classifiers it is made of"
                    .to_owned(),
                false => did_you_mean(name, known()).unwrap_or_else(|| {
                    format!("the project has {}", known().collect::<Vec<_>>().join(", "))
                }),
            };
            return Err(Failure::message(format!("there is no classifier `{name}`")).help(help));
        };
        if !is_reviewed(classifier) {
            let message = format!("`{name}` cannot be reviewed: {LISTS}");
            return Err(Failure::message(message).help("name another classifier"));
        }
    }
    let classifiers = project.classifiers.iter();
    let wanted = classifiers.filter(|classifier| match names.is_empty() {
        true => is_reviewed(classifier),
        false => names.iter().any(|name| **name == *classifier.id),
    });
    let ids: Vec<String> = wanted.map(|classifier| classifier.id.to_string()).collect();
    if ids.is_empty() {
        return Err(Failure::message("the project has no classifier to review").help(LISTS));
    }
    Ok(ids)
}

/// The queue of all wanted classifiers, without texts.
fn queue(project: &Project, ids: &[String], answered: &[Option<Answered>], limit: usize) -> Queue {
    let mut all: Vec<(Entry, &Classifier, &Answered)> = Vec::new();
    let mut n_decided = 0;
    for (classifier, answered) in project.classifiers.iter().zip(answered) {
        let is_wanted = ids.iter().any(|id| **id == *classifier.id);
        let Some(answered) = answered.as_ref().filter(|_| is_wanted) else {
            continue;
        };
        let reference = &classifier.reference;
        n_decided += reference.decided.iter().flatten().count();
        let found = entries(&Subject {
            items: &project.items,
            scheme: &classifier.scheme,
            raters: &reference.raters.raters,
            reference: reference.rater,
            confidence: &reference.confidence.stated,
            candidate: &answered.candidate.ratings,
            baseline: answered.baseline_ratings(),
            rules: &classifier.rules,
            decided: &reference.decided,
        });
        all.extend(found.into_iter().map(|entry| (entry, classifier, answered)));
    }
    let item = |entry: &Entry| &project.items.items[entry.item];
    all.sort_by(|(one, ..), (other, ..)| order((one, item(one)), (other, item(other))));
    let n_all = all.len();
    let shown = all.into_iter().take(limit);
    let shown =
        shown.map(|(entry, classifier, answered)| queued(project, entry, classifier, answered));
    Queue {
        entries: shown.collect(),
        n_all,
        n_decided,
        notes: Vec::new(),
    }
}

fn queued(project: &Project, entry: Entry, classifier: &Classifier, answered: &Answered) -> Queued {
    let Entry {
        item,
        score,
        reasons,
    } = entry;
    let scheme = &classifier.scheme;
    let label = |label: Option<&Label>| label.map_or_else(String::new, |l| label_text(scheme, l));
    let of_side = |name: &str, ratings: &Ratings| Labelled {
        by: name.to_owned(),
        label: match ratings.outcomes[item].as_ref() {
            None => "(not asked)".to_owned(),
            Some(outcome) => match outcome.label() {
                Some(found) => label(Some(found)),
                None => without_label(outcome),
            },
        },
    };
    let mut raters = classifier.reference.raters.raters.iter().enumerate();
    let mut reference = Labelled::default();
    let mut seconds = Vec::new();
    for (position, (name, labels)) in raters.by_ref() {
        let labelled = Labelled {
            by: name.to_string(),
            label: label(labels[item].as_ref()),
        };
        if position == classifier.reference.rater {
            reference = labelled;
        } else if labels[item].is_some() {
            seconds.push(labelled);
        }
    }
    let contradicting = reasons.iter().find_map(|(reason, _)| match reason {
        Reason::Contradicted(rules) => Some(rules.clone()),
        _ => None,
    });
    let rules = contradicting.unwrap_or_default().into_iter();
    let revisions = classifier
        .baseline
        .as_ref()
        .zip(answered.baseline_ratings());
    Queued {
        classifier: classifier.id.to_string(),
        id: project.items.items[item].id.to_string(),
        score,
        reasons,
        rules: rules
            .map(|rule| classifier.rules[rule].name.to_string())
            .collect(),
        reference,
        seconds,
        baseline: revisions.map(|(revision, ratings)| of_side(&revision.name, ratings)),
        candidate: of_side(&classifier.candidate.name, &answered.candidate.ratings),
        text: String::new(),
    }
}

/// In brackets, so that no label is meant.
fn without_label(outcome: &Outcome) -> String {
    format!("({})", outcome.kind().key().replace('_', " "))
}

/// Gives the items of the queue the beginnings of their texts.
fn set_texts(queue: &mut Queue, project: &Project, n_chars: usize) -> Result<(), Failure> {
    if n_chars == 0 || queue.entries.is_empty() {
        return Ok(());
    }
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); project.items.len()];
    for (place, entry) in queue.entries.iter().enumerate() {
        if let Some(item) = project.items.position(&entry.id) {
            places[item].push(place);
        }
    }
    for text in texts(project)? {
        let (item, text) = text?;
        for place in &places[item] {
            queue.entries[*place].text = match text.char_indices().nth(n_chars) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text.to_string(),
            };
        }
    }
    Ok(())
}
