//! Files of a project: found inside its folder, read, and remembered by their digest.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::raw::{File, Text};
use crate::fault::{Fault, did_you_mean};

/// Settings and prompts are written by people; a larger file is some mistake.
const LARGEST_TEXT: u64 = 4 << 20;

/// The folder of a project.
#[derive(Clone, Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    /// A file of the project, as shown to people and as opened.
    pub(super) fn path(&self, relative: &Path) -> PathBuf {
        let path = self.0.join(relative);
        match path.strip_prefix("./") {
            Ok(inner) if !inner.as_os_str().is_empty() => inner.to_owned(),
            _ => path,
        }
    }

    /// Reads a text file written by people.
    pub(super) fn text(&self, relative: &Path) -> Result<File, Fault> {
        let path = self.path(relative);
        let unreadable = |reason: String| {
            let mut fault = Fault::new(&path, format!("cannot be read: {reason}"));
            fault.help = nearby(&path);
            fault
        };
        let length = length(&path).map_err(unreadable)?;
        if length > LARGEST_TEXT {
            let message = format!("larger than {} MB", LARGEST_TEXT >> 20);
            return Err(Fault::new(&path, message).help("settings and prompts are short texts"));
        }
        let bytes = fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            crate::table::not_utf8(&path, error.as_bytes(), at)
        })?;
        Ok(File::new(path, text))
    }

    /// Reads a data file named by a setting, which notes what is wrong with the name.
    pub(super) fn data(&self, file: &File, name: &Text<'_>) -> Option<Vec<u8>> {
        self.reached(file, name, |path| fs::read(path))
    }

    /// Opens a data file named by a setting, which notes what is wrong with the name.
    pub(super) fn open(&self, file: &File, name: &Text<'_>) -> Option<fs::File> {
        self.reached(file, name, |path| fs::File::open(path))
    }

    fn reached<T>(
        &self,
        file: &File,
        name: &Text<'_>,
        read: impl FnOnce(&Path) -> io::Result<T>,
    ) -> Option<T> {
        let relative = self.inside(file, name)?;
        let path = self.path(&relative);
        let read = length(&path).and_then(|_| read(&path).map_err(|error| error.to_string()));
        read.map_err(|reason| {
            let message = format!("cannot read `{}`: {reason}", name.value);
            file.note(name.span.clone(), message, nearby(&path));
        })
        .ok()
    }

    /// The path a setting names, if it stays inside the project's folder.
    pub(super) fn inside(&self, file: &File, name: &Text<'_>) -> Option<PathBuf> {
        let path = Path::new(name.value);
        let plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        // `C:\` and `\\host` are ordinary names on other systems, and would not be found there.
        let plain = plain && !name.value.contains('\\') && !name.value.is_empty();
        if !plain {
            let message = format!("`{}` leaves the project's folder", name.value);
            let help = "write a path relative to the project's folder, with `/` and without `..`";
            file.fault_help(name.span.clone(), message, help);
            return None;
        }
        let real = |path: &Path| fs::canonicalize(path).ok();
        let folder = match self.0.as_os_str().is_empty() {
            true => real(Path::new(".")),
            false => real(&self.0),
        };
        if let (Some(folder), Some(target)) = (folder, real(&self.0.join(path)))
            && !target.starts_with(&folder)
        {
            let message = format!(
                "`{}` links to a file outside the project's folder",
                name.value
            );
            let help = "put the file itself into the folder";
            file.fault_help(name.span.clone(), message, help);
            return None;
        }
        Some(path.to_owned())
    }
}

/// The length of a file, or why it cannot be read. A folder, and a pipe that may never end, cannot.
fn length(path: &Path) -> Result<u64, String> {
    match fs::metadata(path) {
        Ok(data) if data.is_file() => Ok(data.len()),
        Ok(data) if data.is_dir() => Err("it is a folder".to_owned()),
        Ok(_) => Err("it is not an ordinary file".to_owned()),
        Err(_) if matches!(fs::exists(path), Ok(false)) => Err("there is no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Advice on a file that is not there: the name in its folder that may be meant.
fn nearby(path: &Path) -> Option<String> {
    // A link that leads nowhere has a name, and it is no misspelling of itself.
    if fs::symlink_metadata(path).is_ok() {
        return Some("name an ordinary file of the project's folder".to_owned());
    }
    Some(similar(path).unwrap_or_else(|| {
        "make the file, or name another; paths are relative to the project's folder".to_owned()
    }))
}

fn similar(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    did_you_mean(name, names(folder).iter().map(|name| &**name))
}

/// The names in a folder, sorted; none if it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    names
}

/// Whether a name can stand for a classifier or a revision: it is used in commands
/// (`NAME@REVISION`), in file names and in reports.
pub(super) fn is_name(name: &str) -> bool {
    !name.starts_with(['.', '-'])
        && !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || "_-.".contains(character))
}

/// The names of the files in a folder that end so, without the ending.
pub(super) fn stems(folder: &Path, ending: &str) -> Vec<String> {
    names(folder)
        .into_iter()
        .filter(|name| Path::new(name).extension() == Some(OsStr::new(ending)))
        .filter_map(|name| Some(name.strip_suffix(&format!(".{ending}"))?.to_owned()))
        .collect()
}
