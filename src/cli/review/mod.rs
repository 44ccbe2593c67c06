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
use crate::report::review::{Draw, Labelled, Queue, Queued, render_csv};
use crate::report::terminal;
use crate::review::{Entry, Reason, Subject, draw, drawable, entries, order};
use crate::store::RunId;

/// Standard output, as a file name.
const STANDARD: &str = "-";
/// How many items a terminal shows unless told otherwise.
const USUAL_LIMIT: usize = 20;
/// The seed of a draw unless told otherwise.
const USUAL_SEED: u64 = 1;
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
    if args.limit == Some(0) && args.random.is_none() {
        return Err(Failure::message("a queue of 0 items shows nothing")
            .help("write from 1 up, or leave it out"));
    }
    if args.random == Some(0) {
        return Err(Failure::message("a draw of 0 items draws nothing")
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
    let random = args.random.map(|n| (n, args.seed.unwrap_or(USUAL_SEED)));
    let mut queue = queue(&project, &ids, &answered, limit, random);
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
                let n_drawn = queue.n_drawn();
                let drawn = match n_drawn {
                    0 => String::new(),
                    n => format!("{n} drawn at random and "),
                };
                progress::say(&format!(
                    "{drawn}{} of {} items worth a look are in {}, with their texts; fill in \
                     `decision` and `why`, then `labelgate review --take {output} --who NAME`",
                    queue.entries.len() - n_drawn,
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

/// An item of the queue, and how it was drawn where it is there by chance.
struct Found<'a> {
    entry: Entry,
    classifier: &'a Classifier,
    answered: &'a Answered,
    drawn: Option<Draw>,
}

/// The queue of all wanted classifiers, without texts: first what was drawn at random, of each
/// classifier so many and with this seed, then the most informative.
fn queue(
    project: &Project,
    ids: &[String],
    answered: &[Option<Answered>],
    limit: usize,
    random: Option<(usize, u64)>,
) -> Queue {
    let mut by_chance: Vec<Found> = Vec::new();
    let mut all: Vec<Found> = Vec::new();
    let mut n_decided = 0;
    for (classifier, answered) in project.classifiers.iter().zip(answered) {
        let is_wanted = ids.iter().any(|id| **id == *classifier.id);
        let Some(answered) = answered.as_ref().filter(|_| is_wanted) else {
            continue;
        };
        let reference = &classifier.reference;
        n_decided += reference.decided.iter().flatten().count();
        let subject = Subject {
            items: &project.items,
            scheme: &classifier.scheme,
            raters: &reference.raters.raters,
            reference: reference.rater,
            confidence: &reference.confidence.stated,
            candidate: &answered.candidate.ratings,
            stated: &answered.candidate.confidences,
            baseline: answered.baseline_ratings(),
            rules: &classifier.rules,
            decided: &reference.decided,
        };
        let mut found = entries(&subject);
        let of = |entry, drawn| Found {
            entry,
            classifier,
            answered,
            drawn,
        };
        if let Some((n, seed)) = random {
            let among = drawable(&subject);
            let draws = draw(&project.items, &among, n, seed).into_iter();
            let how = Draw {
                seed,
                among: among.len(),
            };
            by_chance.extend(draws.map(|item| {
                let at = found.iter().position(|entry| entry.item == item);
                let entry = at.map_or_else(|| Entry::without_reason(item), |at| found.remove(at));
                of(entry, Some(how))
            }));
        }
        all.extend(found.into_iter().map(|entry| of(entry, None)));
    }
    let item = |found: &Found| &project.items.items[found.entry.item];
    all.sort_by(|one, other| order((&one.entry, item(one)), (&other.entry, item(other))));
    let n_all = all.len();
    let shown = by_chance.into_iter().chain(all.into_iter().take(limit));
    let shown = shown.map(|found| queued(project, found));
    Queue {
        entries: shown.collect(),
        n_all,
        n_decided,
        notes: Vec::new(),
    }
}

fn queued(project: &Project, found: Found<'_>) -> Queued {
    let Found {
        entry,
        classifier,
        answered,
        drawn,
    } = found;
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
        drawn,
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
