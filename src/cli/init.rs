//! `labelgate init`: a small working project in an empty folder.
//!
//! The project is `init/template/`, which is itself one: `labelgate -C src/cli/init/template gate`
//! judges it. Its recorded answers hold the hashes of its prompts and messages, so a change of
//! either needs new hashes; `tests/it/cli_init.rs` finds those that are out of date.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::InitArgs;
use super::exit::Exit;
use super::output;
use super::settings::Settings;
use crate::fault::shown;
use crate::project::PROJECT_FILE;

/// A file of the template.
struct Template {
    /// Relative to the project's folder.
    path: &'static str,
    text: &'static str,
    /// What it is, in a few words.
    says: &'static str,
}

macro_rules! template {
    ($path:literal, $says:literal) => {
        template!($path, $path, $says)
    };
    ($path:literal, $source:literal, $says:literal) => {
        Template {
            path: $path,
            text: include_str!(concat!("init/template/", $source)),
            says: $says,
        }
    };
}

/// The files in the order they are written. The project file is last: without it a folder is no
/// project, so one that is half written is never taken for whole.
const FILES: &[Template] = &[
    template!("README.md", "what there is to see and to try"),
    // Under its own name it would rule the repository it is kept in.
    template!(
        ".gitignore",
        "gitignore",
        "keeps keys and stored answers out"
    ),
    template!("gold/messages.jsonl", "what is classified"),
    template!("gold/labels/intent.csv", "the labels taken as right"),
    template!(
        "gold/answers/intent/v1.jsonl",
        "what was answered to prompt v1"
    ),
    template!(
        "gold/answers/intent/v2.jsonl",
        "what was answered to prompt v2"
    ),
    template!("prompts/intent/v1.md", "the prompt in use"),
    template!(
        "prompts/intent/v2.md",
        "the prompt that wants to replace it"
    ),
    template!(
        "prompts/intent/classifier.toml",
        "labels, telemetry rules, gates"
    ),
    template!("labelgate.toml", "where everything is"),
];

pub(super) fn run(args: &InitArgs, settings: &Settings) -> Result<Exit, Failure> {
    let folder = folder(args, settings)?;
    refuse_what_is_in_the_way(&folder)?;
    write(&folder, FILES)?;
    if !settings.quiet {
        output::print(&summary(&folder))?;
    }
    Ok(Exit::Success)
}

fn folder(args: &InitArgs, settings: &Settings) -> Result<PathBuf, Failure> {
    let usual = settings.directory.join(PROJECT_FILE);
    let set = settings.root.join(&settings.file);
    // Under another name the project would not be found by what is typed next.
    if shown(&usual) != shown(&set) {
        return Err(Failure::message(format!(
            "`init` writes `{PROJECT_FILE}`, and the project file is set to `{}`",
            shown(&set)
        ))
        .help("leave out -c, and unset LABELGATE_CONFIG"));
    }
    Ok(match &args.folder {
        Some(folder) => settings.directory.join(folder),
        None => settings.directory.clone(),
    })
}

/// A folder as messages name it.
fn named(folder: &Path) -> String {
    match &*shown(folder) {
        "" | "." => "this folder".to_owned(),
        shown => format!("`{shown}`"),
    }
}

/// The program, as it is called on a folder from here.
fn labelgate(folder: &Path) -> String {
    match &*shown(folder) {
        "" | "." => "labelgate".to_owned(),
        shown => format!("labelgate -C {}", quoted(shown)),
    }
}

/// Only an empty folder is written to, so that nothing of anybody's can be lost. That of git may
/// be there: a fresh repository is a good place for a project.
fn refuse_what_is_in_the_way(folder: &Path) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::message(format!("cannot look into {}: {error}", named(folder)))
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            let message = format!("{} cannot be a folder: a file is in the way", named(folder));
            return Err(
                Failure::message(message).help("name a folder that is empty or does not exist yet")
            );
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(unreadable)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.retain(|name| name != ".git");
    names.sort_unstable();
    // What tells that a project is here already is named before all else.
    let Some(first) = names
        .iter()
        .find(|name| *name == PROJECT_FILE)
        .or(names.first())
    else {
        return Ok(());
    };
    let others = match names.len() - 1 {
        0 => "is".to_owned(),
        1 => "and another file are".to_owned(),
        n => format!("and {n} others are"),
    };
    let message = format!(
        "{} is not empty: `{first}` {others} in the way",
        named(folder)
    );
    let help = match first == PROJECT_FILE {
        true => format!(
            "there is a project already: `{} check` looks it over",
            labelgate(folder)
        ),
        false => "nothing was written; name a new folder, as in `labelgate init demo`".to_owned(),
    };
    Err(Failure::message(message).help(help))
}

/// Writes all files, or takes back those that were written.
fn write(folder: &Path, files: &[Template]) -> Result<(), Failure> {
    let mut made = Vec::new();
    for file in files {
        let path = folder.join(file.path);
        let parent = path.parent().unwrap_or(folder);
        let written = make_folders(parent, &mut made)
            .and_then(|()| fs::File::create_new(&path))
            .and_then(|mut opened| {
                made.push(path.clone());
                opened.write_all(file.text.as_bytes())
            });
        if let Err(error) = written {
            let message = format!("cannot write `{}`: {error}", shown(&path));
            return Err(Failure::message(message).help(take_back(&made)));
        }
    }
    Ok(())
}

/// Makes a folder and those above it, and notes the new ones.
fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> std::io::Result<()> {
    // The parent of a bare name is the empty path: the current folder, which is there.
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folders(parent, made)?;
    }
    fs::create_dir(folder)?;
    made.push(folder.to_owned());
    Ok(())
}

/// Removes what was made, the last first; says what became of it.
fn take_back(made: &[PathBuf]) -> String {
    let remove = |path: &&PathBuf| match path.is_dir() {
        true => fs::remove_dir(path).is_err(),
        false => fs::remove_file(path).is_err(),
    };
    let left: Vec<&PathBuf> = made.iter().rev().filter(remove).collect();
    match left.last() {
        None => "nothing was left behind".to_owned(),
        Some(first) => format!("remove `{}` before you try again", shown(first)),
    }
}

fn summary(folder: &Path) -> String {
    let width = FILES.iter().map(|file| file.path.len()).max().unwrap_or(0);
    let mut text = format!("wrote a small project into {}:\n\n", named(folder));
    for Template { path, says, .. } in FILES {
        text.push_str(&format!("  {path:width$}  {says}\n"));
    }
    let next = [
        ("gate", "may prompt v2 replace v1? the exit code says so"),
        ("score intent", "where v2 is right and where it errs"),
    ]
    .map(|(command, says)| (format!("{} {command}", labelgate(folder)), says));
    let width = next
        .iter()
        .map(|(command, _)| command.len())
        .max()
        .unwrap_or(0);
    text.push_str("\nnext:\n\n");
    for (command, says) in next {
        text.push_str(&format!("  {command:width$}  {says}\n"));
    }
    text
}

/// A path as it can be pasted into a shell.
fn quoted(path: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-:".contains(character);
    match path.chars().all(is_plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(path: &'static str) -> Template {
        Template {
            path,
            text: "text",
            says: "",
        }
    }

    #[test]
    fn what_was_written_before_a_failure_is_taken_back() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        // A file cannot be a folder as well.
        let files = [template("c/one"), template("two"), template("two/three")];
        let Err(Failure::Message(message, Some(help))) = write(&folder, &files) else {
            panic!("it was written");
        };
        assert!(message.contains("two/three"), "{message}");
        assert_eq!(help, "nothing was left behind");
        assert!(!root.path().join("a").exists());
    }

    #[test]
    fn a_file_that_came_into_the_way_is_neither_overwritten_nor_removed() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("two"), "mine").unwrap();
        assert!(write(root.path(), &[template("one"), template("two")]).is_err());
        assert!(!root.path().join("one").exists());
        assert_eq!(fs::read(root.path().join("two")).unwrap(), b"mine");
    }

    #[test]
    fn paths_are_quoted_for_the_shell_where_they_need_it() {
        assert_eq!(quoted("a/b-c.1"), "a/b-c.1");
        assert_eq!(quoted("it's here"), r"'it'\''s here'");
    }
}
