//! `labelgate review --take`: decisions become rows of a file to which rows are only added, and
//! what they change is shown.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::read::{Decided, Filled, read};
use super::{gather, notes};
use crate::assess::{Answered, assess};
use crate::cli::Failure;
use crate::cli::args::{Output, ReviewArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{cannot_write, print, terminal_width};
use crate::cli::score;
use crate::cli::settings::Settings;
use crate::fault::shown;
use crate::project::{Project, REVIEW_COLUMNS};
use crate::report::document::review::effect as lay_out;
use crate::report::items::label_text;
use crate::report::review::{Decision, Effect, Random, Taken, render_decisions};
use crate::report::{Report, terminal};
use crate::score::Scope;
use crate::table;

pub(super) fn run(file: &Path, args: &ReviewArgs, settings: &Settings) -> Result<Exit, Failure> {
    let who = name(args.who.as_deref().unwrap_or_default())?;
    let mut project = settings.load()?;
    let (path, bytes) = score::bytes(file, settings)?;
    let table = table::read_saved(&path, bytes)?;
    let Filled {
        decided,
        n_open,
        n_drawn,
    } = read(&table, &project)?;
    if decided.is_empty() {
        let message = format!("`{}` has no decision", shown(file));
        let help = "write labels into its column `decision`, for some items at least";
        return Err(Failure::message(message).help(help));
    }
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let additions = additions(&project, &decided, who, &at.to_string());
    // As they are in the whole project: a split below moves them.
    let decided: Vec<(usize, Box<str>, Decided)> = decided
        .into_iter()
        .map(|one| {
            let id = project.items.items[one.item].id.clone();
            (one.classifier, id, one)
        })
        .collect();
    settings.apply_run(&args.run(), &mut project)?;
    let hide = &mut project.privacy.min_clusters;
    *hide = settings.min_clusters(&Output::default(), *hide)?;
    let ids: Vec<String> = additions.iter().map(|one| one.classifier.clone()).collect();
    let recorded = gather(&project, &ids, args, settings)?;
    let before = reports(&project, &recorded.answered, &ids, settings)?;
    let n_same: Vec<usize> = additions
        .iter()
        .map(|added| n_same(&project, added.position, &decided))
        .collect();
    let was_adjudicated: Vec<bool> = project
        .classifiers
        .iter()
        .map(|classifier| classifier.reference.adjudicated)
        .collect();
    for (position, classifier) in project.classifiers.iter_mut().enumerate() {
        if !ids.iter().any(|id| **id == *classifier.id) {
            continue;
        }
        let items = &project.items;
        let here = decided.iter().filter(|(of, ..)| *of == position);
        let here = here.filter_map(|(_, id, one)| Some((items.position(id)?, one.label.clone())));
        classifier.reference.decide(items.len(), here);
        classifier.reference.adjudicate();
    }
    let after = reports(&project, &recorded.answered, &ids, settings)?;
    let random = random(&mut project, &decided, &recorded.answered, settings)?;
    if !args.dry_run {
        append(&project.root, &additions)?;
    }
    let effects = before.into_iter().zip(after).zip(&additions).zip(n_same);
    let effects = effects.map(|(((before, after), added), n_same)| Effect {
        before,
        after,
        n_decisions: added.decisions.len(),
        n_same,
        random: random
            .iter()
            .find(|(position, ..)| *position == added.position)
            .map(|(position, n_decided, report)| Random {
                n_drawn: n_drawn[*position],
                n_decided: *n_decided,
                report: report.clone(),
            }),
        file: shown(&added.file),
        adjudicated: was_adjudicated[added.position],
    });
    let taken = Taken {
        effects: effects.collect(),
        who: who.to_owned(),
        n_open,
        dry_run: args.dry_run,
        notes: notes(&recorded.incomplete),
    };
    print(&terminal::render(&lay_out(&taken), terminal_width()))?;
    Ok(Exit::Success)
}

/// How many of the decisions on a classifier say what had been decided before.
fn n_same(project: &Project, position: usize, decided: &[(usize, Box<str>, Decided)]) -> usize {
    let before = &project.classifiers[position].reference.decided;
    let here = decided.iter().filter(|(of, ..)| *of == position);
    let is_same = |(_, id, one): &&(usize, Box<str>, Decided)| {
        let item = project.items.position(id);
        let was = item.and_then(|item| before.get(item)?.as_ref());
        was == Some(&one.label)
    };
    here.filter(is_same).count()
}

/// Each classifier with decisions on items drawn at random, how many those are, and its labels held
/// against them alone. Nothing else of the reference is left in the project.
fn random(
    project: &mut Project,
    decided: &[(usize, Box<str>, Decided)],
    answered: &[Option<Answered>],
    settings: &Settings,
) -> Result<Vec<(usize, usize, Report)>, Failure> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (position, classifier) in project.classifiers.iter_mut().enumerate() {
        let drawn = decided.iter().filter(|(_, _, one)| one.drawn);
        let drawn = drawn.filter(|(of, ..)| *of == position);
        let items = &project.items;
        let drawn = drawn.filter_map(|(_, id, one)| Some((items.position(id)?, &one.label)));
        let mut labels = vec![None; items.len()];
        let mut n = 0;
        for (item, label) in drawn {
            labels[item] = Some(label.clone());
            n += 1;
        }
        if n > 0 {
            classifier.reference.replace(labels);
            found.push((position, n));
        }
    }
    let id = |(position, _): &(usize, usize)| project.classifiers[*position].id.to_string();
    let ids: Vec<String> = found.iter().map(id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let reports = reports(project, answered, &ids, settings)?;
    let found = found.into_iter().zip(reports);
    Ok(found
        .map(|((position, n), report)| (position, n, report))
        .collect())
}

/// A name that can stand in a table which is opened in a spreadsheet.
fn name(typed: &str) -> Result<&str, Failure> {
    const LONGEST: usize = 100;
    let name = typed.trim();
    let is_name = name.chars().next().is_some_and(char::is_alphanumeric)
        && !name.chars().any(char::is_control)
        && name.chars().count() <= LONGEST;
    match is_name {
        true => Ok(name),
        false => Err(
            Failure::message(format!("--who cannot be `{}`", typed.escape_debug())).help(
                "a name begins with a letter or digit, and has at most 100 characters on one line",
            ),
        ),
    }
}

/// What is added to the file of one classifier.
struct Addition {
    position: usize,
    classifier: String,
    /// Relative to the project's folder.
    file: PathBuf,
    decisions: Vec<Decision>,
}

/// In the order of the classifiers, those with a decision.
fn additions(project: &Project, decided: &[Decided], who: &str, at: &str) -> Vec<Addition> {
    let classifiers = project.classifiers.iter().enumerate();
    let of_classifier = classifiers.map(|(position, classifier)| {
        let here = decided.iter().filter(|one| one.classifier == position);
        let decisions = here.map(|one| Decision {
            id: project.items.items[one.item].id.to_string(),
            rater: who.to_owned(),
            label: label_text(&classifier.scheme, &one.label),
            why: one.why.clone(),
            at: at.to_owned(),
        });
        Addition {
            position,
            classifier: classifier.id.to_string(),
            file: classifier.reference.reviews.clone(),
            decisions: decisions.collect(),
        }
    });
    let with_some = of_classifier.filter(|one| !one.decisions.is_empty());
    with_some.collect()
}

fn reports(
    project: &Project,
    answered: &[Option<Answered>],
    ids: &[String],
    settings: &Settings,
) -> Result<Vec<Report>, Failure> {
    let wanted = |id: &str| ids.iter().any(|known| known == id);
    let intervals = settings.intervals(&Output::default())?;
    assess(project, answered, wanted, intervals, Scope::All, |_| {})
        .map_err(|fault| Failure::message(fault.to_string()))
}

/// Adds rows to the files. All of them are opened before the first is written to, so that a folder
/// without leave is found while nothing has been done.
fn append(root: &Path, additions: &[Addition]) -> Result<(), Failure> {
    let mut opened = Vec::new();
    for added in additions {
        let path = root.join(&added.file);
        let file = open(&path).map_err(|error| cannot_write(&path, &error.to_string()))?;
        opened.push((path, file, added));
    }
    for (path, mut file, added) in opened {
        add(&mut file, &added.decisions)
            .map_err(|error| cannot_write(&path, &error.to_string()))?;
    }
    Ok(())
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).open(path)
}

/// One write, below a header if the file is new, on a line of its own.
fn add(file: &mut File, decisions: &[Decision]) -> std::io::Result<()> {
    file.lock()?;
    let length = file.metadata()?.len();
    let header = (length == 0).then_some(REVIEW_COLUMNS);
    let mut text = render_decisions(decisions, header);
    if length > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            text.insert(0, '\n');
        }
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
