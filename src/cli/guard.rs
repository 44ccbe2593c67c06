//! What guards the test itself: the project held against that of another commit, and its prompts
//! against its items.

use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{GuardArgs, RunArgs, SplitWord};
use super::settings::Settings;
use crate::fault::{Fault, did_you_mean, shown};
use crate::finding::{Finding, FindingName, Spot};
use crate::git::{Commit, GitError, TemporaryFolder};
use crate::guard::{Leak, Quotes, compare};
use crate::model::Split;
use crate::project::{PROMPTS, Project, data_files, load, texts};
use crate::report::Guard;

/// What is held against the project, settled before any work.
pub(super) struct Wanted {
    base: Option<String>,
    allowed: Vec<FindingName>,
}

impl Wanted {
    pub(super) fn of(args: &GuardArgs) -> Result<Self, Failure> {
        let allowed = args.allow.iter().map(|word| {
            FindingName::of_word(word).ok_or_else(|| {
                let known = FindingName::ALL.map(FindingName::word);
                let help = did_you_mean(word, known);
                let help = help.unwrap_or_else(|| format!("findings are {}", known.join(", ")));
                Failure::message(format!("there is no finding `{word}` to allow")).help(help)
            })
        });
        Ok(Self {
            base: args.base.clone(),
            allowed: allowed.collect::<Result<_, Failure>>()?,
        })
    }

    /// Looks for findings. The project must still have all its items.
    pub(super) fn guard(&self, project: &Project, settings: &Settings) -> Result<Guard, Failure> {
        let mut guard = Guard {
            base: self.base.clone(),
            ..Guard::default()
        };
        if let Some(name) = &self.base {
            match against(name, project, settings)? {
                Against::Findings(findings) => guard.findings = findings,
                Against::Nothing(why) => guard.no_base = Some(why),
            }
        }
        guard.findings.extend(leakage(project)?);
        for finding in &mut guard.findings {
            finding.allowed = self.allowed.contains(&finding.name);
            // Ids may tell whose sessions they are.
            if !settings.verbose {
                finding.items.clear();
            }
        }
        Ok(guard)
    }
}

/// What came of holding a project against that of a commit.
enum Against {
    Findings(Vec<Finding>),
    /// There is nothing to compare with, and why.
    Nothing(String),
}

fn against(name: &str, project: &Project, settings: &Settings) -> Result<Against, Failure> {
    let commit = Commit::find(&settings.root, name).map_err(|error| explained(error, name))?;
    let folder = TemporaryFolder::new(&std::env::temp_dir()).map_err(|error| {
        let message = format!("cannot make a temporary folder for the files of {name}: {error}");
        Failure::message(message).help("TMPDIR names the folder for temporary files")
    })?;
    let extract = |paths: &[PathBuf]| {
        let extracted = commit.extract(paths, folder.path());
        extracted.map_err(|error| explained(error, name))
    };
    extract(&[settings.file.clone(), PathBuf::from(PROMPTS)])?;
    if !folder.path().join(&settings.file).exists() {
        let file = shown(&settings.file);
        let why = format!("{name} has no `{file}`, so there is nothing to compare with.");
        return Ok(Against::Nothing(why));
    }
    let data = data_files(folder.path(), &settings.file);
    if !data.is_empty() {
        extract(&data)?;
    }
    let before = load(folder.path(), &settings.file)
        .map_err(|faults| Failure::Faults(at_base(faults, folder.path(), name)))?;
    Ok(Against::Findings(compare(&before, project)))
}

/// Faults of files that were taken out of a commit, named as git names them.
fn at_base(faults: Vec<Fault>, folder: &Path, name: &str) -> Vec<Fault> {
    let renamed = |fault: Fault| {
        let inside = fault.file.strip_prefix(folder).unwrap_or(&fault.file);
        Fault {
            file: format!("{name}:{}", shown(inside)).into(),
            ..fault
        }
    };
    faults.into_iter().map(renamed).collect()
}

fn explained(error: GitError, name: &str) -> Failure {
    let help = match &error {
        GitError::NoGit(_) => "install git, or leave out --base".to_owned(),
        GitError::NoRepository { .. } => {
            "--base compares with a commit: run it inside the project's repository".to_owned()
        }
        GitError::NoCommit(_) => format!(
            "name a branch, tag or hash; if the clone is shallow, fetch it first: `git fetch \
             --depth=1 origin {name}`, or `fetch-depth: 0` in actions/checkout"
        ),
        GitError::Missing(_) => "fetch it first: the clone has left out files".to_owned(),
        GitError::Lfs(_) => {
            "--base reads what git itself holds: keep the gold set in git, or leave out --base"
                .to_owned()
        }
        GitError::Failed(_) | GitError::Write { .. } => {
            "`git fsck` tells whether the repository is whole".to_owned()
        }
    };
    Failure::message(error.to_string()).help(help)
}

/// The items that prompts quote. Definitions of labels are part of the prompt, so the file they
/// are in is looked through too.
pub(super) fn leakage(project: &Project) -> Result<Vec<Finding>, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    for classifier in &project.classifiers {
        let revisions = [Some(&classifier.candidate), classifier.baseline.as_ref()];
        let prompts = revisions.into_iter().flatten();
        files.extend(prompts.map(|revision| project.root.join(&revision.file)));
        files.push(classifier.file.clone());
    }
    files.sort_unstable();
    files.dedup();
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| {
            let help = "it was there a moment ago: start again";
            Fault::new(path, format!("cannot be read: {error}")).help(help)
        })
    };
    let contents: Vec<String> = files
        .iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|fault| Failure::Faults(vec![fault]))?;
    let prompts: Vec<&str> = contents.iter().map(|text| &**text).collect();
    let mut quotes = Quotes::new(&prompts);
    for text in texts(project)? {
        let (item, text) = text?;
        quotes.see(&project.items.items[item].id, &text);
    }
    let finding = |leak: Leak| {
        let items = match leak.items.len() {
            1 => "a gold item".to_owned(),
            n => format!("{n} gold items"),
        };
        let message = format!("quotes {} words of {items}", leak.n_words);
        let place = Spot::line(&files[leak.prompt], leak.line);
        Finding {
            items: leak
                .items
                .iter()
                .take(10)
                .map(ToString::to_string)
                .collect(),
            ..Finding::new(FindingName::Leakage, message, place)
        }
    };
    Ok(quotes.leaks().into_iter().map(finding).collect())
}

/// Leaves the project the items that are asked for: those on a side of its split, and of these the
/// first.
pub(super) fn choose_items(
    project: &mut Project,
    args: &RunArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let split = args.split.map(|word| match word {
        SplitWord::Dev => Split::Dev,
        SplitWord::Test => Split::Test,
    });
    if let Some(split) = split {
        if !project.has_split() {
            let message = "--split needs a split, and the project has none";
            let help = "add `split = { test = 0.3, seed = 1 }` under [items], or name a column of \
                        `dev` and `test`";
            return Err(Failure::message(message).help(help));
        }
        project.keep_split(split);
        if project.items.is_empty() {
            let message = format!("no item is on the side `{}` of the split", split.word());
            let help = "choose another share or seed under [items], or fill in the column";
            return Err(Failure::message(message).help(help));
        }
    }
    if let Some(limit) = settings.limit(args)? {
        project.limit(limit);
    }
    Ok(())
}
