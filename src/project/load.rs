//! Reading a project as a whole.

use std::path::{Path, PathBuf};

use super::checks::Surroundings;
use super::derived::{self, Bases};
use super::paths::{Root, is_name, names};
use super::raw::{File, Section};
use super::{
    Classifier, Digest, Project, Revision, TextSource, classifier, items, prompt, settings,
};
use crate::ask::sha256_hex;
use crate::fault::{Fault, did_you_mean};
use crate::model::Scheme;

/// The project file unless another is named.
pub const PROJECT_FILE: &str = "labelgate.toml";

/// The folder of classifiers and derived measures.
pub const PROMPTS: &str = "prompts";
pub(super) const CLASSIFIER_FILE: &str = "classifier.toml";
const DERIVED_FILE: &str = "derived.toml";

/// Reads the project in the folder `root`, whose settings are in `file` (relative to it). Every
/// fault of every file otherwise.
pub fn load(root: &Path, file: &Path) -> Result<Project, Vec<Fault>> {
    let folder = Root::new(root);
    let shown = folder.path(file);
    if !shown.exists() {
        return Err(vec![no_project(&shown)]);
    }
    let settings_file = folder.text(file).map_err(|fault| vec![fault])?;
    let mut digests = vec![digest(file, &settings_file)];
    // Of the data files; those of each settings file stand before those of what it names.
    let mut faults = Vec::new();
    let tree = settings_file.tree();
    let settings = tree.as_ref().map(|tree| {
        let section = Section::root(&settings_file, tree);
        settings::read(&folder, &settings_file, section)
    });
    let items = settings
        .as_ref()
        .and_then(|settings| settings.items.as_ref())
        .and_then(|items| items::load(&folder, &settings_file, items, &mut digests, &mut faults));
    let folders = classifier_folders(&folder, &mut faults);
    let files: Vec<(PathBuf, Option<File>)> = folders
        .iter()
        .map(|id| {
            let path = Path::new(PROMPTS).join(id);
            let file = read_text(
                &folder,
                &path.join(CLASSIFIER_FILE),
                &mut digests,
                &mut faults,
            );
            (path, file)
        })
        .collect();
    let derived_path = Path::new(PROMPTS).join(DERIVED_FILE);
    let derived_file = match folder.path(&derived_path).exists() {
        true => read_text(&folder, &derived_path, &mut digests, &mut faults),
        false => None,
    };
    let trees: Vec<_> = files
        .iter()
        .map(|(path, file)| Some((path, file.as_ref()?, file.as_ref()?.tree()?)))
        .collect();
    let mut heads = Vec::with_capacity(trees.len());
    let mut schemes: Vec<(Box<str>, Option<Scheme>)> = Vec::with_capacity(trees.len());
    for (id, tree) in folders.iter().zip(&trees) {
        let head = tree
            .as_ref()
            .map(|(path, file, tree)| classifier::head(path, Section::root(file, tree)));
        let (head, scheme) = head.unzip();
        heads.push(head);
        schemes.push((id.as_str().into(), scheme.flatten()));
    }
    let has_baseline: Vec<bool> = heads
        .iter()
        .map(|head| head.as_ref().is_none_or(|head| head.baseline.is_some()))
        .collect();
    let mut classifiers: Vec<Classifier> = Vec::with_capacity(heads.len());
    for (own, head) in heads.into_iter().enumerate() {
        let around = Surroundings {
            items: items.as_ref(),
            classifiers: &schemes,
            own,
            earlier: &classifiers,
        };
        let finished = head
            .and_then(|head| classifier::finish(&folder, head, &around, &mut digests, &mut faults));
        classifiers.extend(finished);
    }
    let bases = Bases {
        items: items.as_ref(),
        classifiers: schemes
            .iter()
            .zip(&has_baseline)
            .map(|((id, scheme), has_baseline)| (&**id, scheme.as_ref(), *has_baseline))
            .collect(),
    };
    let (derived, derived_scope) = derived_file
        .as_ref()
        .and_then(|file| Some((file, file.tree()?)))
        .map(|(file, tree)| derived::read(file, Section::root(file, &tree), &bases))
        .unwrap_or_default();
    drop(bases);
    let settings = settings.map(|settings| {
        let settings::Settings {
            name,
            items,
            run,
            replay,
            replay_place,
            privacy,
        } = settings;
        let texts = items.map(|items| TextSource {
            path: items.path.value.into(),
            id: items.id.name().into(),
            text: items.text.name().into(),
        });
        (name, texts, run, (replay, replay_place), privacy)
    });
    // What is read of a file borrows its text until here.
    drop(trees);
    drop(tree);
    let written = files
        .into_iter()
        .filter_map(|(_, file)| file)
        .chain(derived_file);
    let mut all = settings_file.into_faults();
    all.extend(written.flat_map(File::into_faults));
    all.extend(faults);
    match (settings, items) {
        (Some((name, Some(texts), run, (replay, replay_place), privacy)), Some(items))
            if all.is_empty() =>
        {
            digests.sort();
            digests.dedup();
            Ok(Project {
                root: root.to_owned(),
                file: file.to_owned(),
                name,
                items,
                texts,
                classifiers,
                derived,
                derived_scope,
                run,
                replay,
                replay_place,
                privacy,
                digests,
                left_out: Vec::new(),
                split: None,
            })
        }
        _ => Err(all),
    }
}

/// Reads any revision of a classifier, not only its candidate and baseline.
pub fn revision(
    project: &Project,
    classifier: &Classifier,
    name: &str,
) -> Result<Revision, Vec<Fault>> {
    let ours = [Some(&classifier.candidate), classifier.baseline.as_ref()];
    if let Some(known) = ours
        .into_iter()
        .flatten()
        .find(|known| &*known.name == name)
    {
        return Ok(known.clone());
    }
    let root = Root::new(&project.root);
    let available = prompt::names(&root, &classifier.folder);
    if !available.iter().any(|known| known == name) {
        let message = format!("`{}` has no revision `{name}`", classifier.id);
        let help = prompt::no_revision(name, &available);
        return Err(vec![Fault::new(&classifier.file, message).help(help)]);
    }
    prompt::load(&root, &classifier.folder, name, Some(&classifier.scheme))
}

/// The names of all revisions of a classifier.
pub fn revisions(project: &Project, classifier: &Classifier) -> Vec<String> {
    prompt::names(&Root::new(&project.root), &classifier.folder)
}

/// The file of the derived measures of a project in this folder, as shown to people.
pub(super) fn derived_file(root: &Path) -> PathBuf {
    Root::new(root).path(&Path::new(PROMPTS).join(DERIVED_FILE))
}

fn no_project(path: &Path) -> Fault {
    Fault::new(path, "there is no such project file").help(
        "`labelgate init` writes a small project into an empty folder; \
         `-C DIR` names the folder of another, `-c FILE` another file",
    )
}

fn digest(relative: &Path, file: &File) -> Digest {
    Digest {
        file: crate::fault::shown(relative).into(),
        sha256: sha256_hex(file.text.as_bytes()),
    }
}

fn read_text(
    root: &Root,
    relative: &Path,
    digests: &mut Vec<Digest>,
    faults: &mut Vec<Fault>,
) -> Option<File> {
    match root.text(relative) {
        Ok(file) => {
            digests.push(digest(relative, &file));
            Some(file)
        }
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// The names of the folders under `prompts/`, sorted; each should be a classifier.
fn classifier_folders(root: &Root, faults: &mut Vec<Fault>) -> Vec<String> {
    let prompts = root.path(Path::new(PROMPTS));
    let mut folders = Vec::new();
    for name in names(&prompts) {
        let path = prompts.join(&name);
        if name.starts_with('.') {
            continue;
        }
        if !path.is_dir() {
            // A misspelt name would make every derived measure vanish without a word.
            if name.ends_with(".toml") && name != DERIVED_FILE {
                let help = did_you_mean(&name, [DERIVED_FILE]);
                let help = help.unwrap_or_else(|| "only `derived.toml` stands here".to_owned());
                faults.push(Fault::new(path, "no file of a project").help(help));
            }
        } else if !path.join(CLASSIFIER_FILE).exists() {
            let inside = names(&path);
            let guess = did_you_mean(CLASSIFIER_FILE, inside.iter().map(|name| &**name));
            let help = match guess {
                Some(guess) => format!("{guess} Rename it to `{CLASSIFIER_FILE}`"),
                None => "write one with `scheme`, labels, `candidate` and `[reference]`, or move \
                         the folder elsewhere"
                    .to_owned(),
            };
            let message = format!("no `{CLASSIFIER_FILE}` in this folder");
            faults.push(Fault::new(path, message).help(help));
        } else if !is_name(&name) {
            let message = format!("`{name}` cannot be the name of a classifier");
            faults.push(Fault::new(path, message).help("use letters, digits, `_`, `-` and `.`"));
        } else {
            folders.push(name);
        }
    }
    if folders.is_empty() && faults.iter().all(|fault| !fault.file.starts_with(&prompts)) {
        let help = "add a folder such as `prompts/work_mode` with `classifier.toml` and `v1.md`";
        faults.push(Fault::new(prompts, "no classifiers").help(help));
    }
    folders
}
