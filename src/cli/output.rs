//! Where results go: the terminal, and the files of `-o`.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{Output, OutputFormat};
use super::settings::Settings;
use crate::fault::shown;
use crate::report::document::{Detail, Document, lay_out};
use crate::report::{Format, Run, render, terminal};

/// The width assumed where nobody tells it.
const DEFAULT_WIDTH: usize = 120;
/// The standard output, as `-o` names it.
const STANDARD: &str = "-";

/// The files that results are written to, with their formats; found faulty before any work.
pub(super) struct Targets(Vec<(Target, Format)>);

enum Target {
    Standard,
    File(PathBuf),
}

impl Targets {
    pub(super) fn of(output: &Output, settings: &Settings) -> Result<Self, Failure> {
        if output.format.is_some() && !output.output.iter().any(|path| path == STANDARD) {
            return Err(Failure::message("--format goes with `-o -`")
                .help("for a file the ending decides the format"));
        }
        let target = |path: &String| match (&**path, output.format) {
            (STANDARD, Some(OutputFormat::Json) | None) => Ok((Target::Standard, Format::Json)),
            (STANDARD, Some(OutputFormat::Markdown)) => Ok((Target::Standard, Format::Markdown)),
            (STANDARD, Some(OutputFormat::Html)) => Ok((Target::Standard, Format::Html)),
            (STANDARD, Some(OutputFormat::Csv)) => Ok((Target::Standard, Format::Csv)),
            (STANDARD, Some(OutputFormat::Junit)) => Ok((Target::Standard, Format::Junit)),
            (STANDARD, Some(OutputFormat::Latex)) => Ok((Target::Standard, Format::Latex)),
            (path, _) => {
                let format = Format::of_path(path).map_err(|error| {
                    Failure::message(error.to_string())
                        .help("give the file one of these endings, or write `-o -` with --format")
                })?;
                let path = settings.path(Path::new(path));
                writable(&path)?;
                Ok((Target::File(path), format))
            }
        };
        let targets = output.output.iter().map(target);
        Ok(Self(targets.collect::<Result<_, Failure>>()?))
    }

    /// Writes the run to every file, and a summary to the terminal unless standard output is taken.
    pub(super) fn write(
        &self,
        run: &Run,
        detail: Detail,
        settings: &Settings,
    ) -> Result<(), Failure> {
        self.put(
            |format| Ok(render(run, format)),
            || lay_out(run, detail),
            settings,
        )
    }

    /// The same of anything that can be rendered and laid out. Nothing is written if one of the
    /// formats cannot be rendered.
    pub(super) fn put(
        &self,
        render: impl Fn(Format) -> Result<String, Failure>,
        summary: impl FnOnce() -> Document,
        settings: &Settings,
    ) -> Result<(), Failure> {
        let texts = self.0.iter().map(|(_, format)| render(*format));
        let texts: Vec<String> = texts.collect::<Result<_, Failure>>()?;
        for ((target, _), text) in self.0.iter().zip(texts) {
            match target {
                Target::Standard => print(&text)?,
                Target::File(path) => std::fs::write(path, text)
                    .map_err(|error| cannot_write(path, &error.to_string()))?,
            }
        }
        let is_taken = self
            .0
            .iter()
            .any(|(target, _)| matches!(target, Target::Standard));
        if !is_taken && (!settings.quiet || self.0.is_empty()) {
            print(&terminal::render(&summary(), width()))?;
        }
        Ok(())
    }
}

/// Finds out before any work whether a file can be written where it shall be.
pub(super) fn writable(path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Err(cannot_write(path, "it is a folder"));
    }
    if !folder.is_dir() {
        let reason = format!("there is no folder `{}`", shown(folder));
        return Err(cannot_write(path, &reason));
    }
    Ok(())
}

pub(super) fn cannot_write(path: &Path, reason: &str) -> Failure {
    Failure::message(format!("cannot write `{}`: {reason}", shown(path)))
        .help("name a file in a folder that exists and may be written to")
}

/// What a command says of a format that what it makes cannot be written in.
pub(super) fn no_such_format(what: &str, formats: &str) -> Failure {
    Failure::message(format!("{what} is not written in this format"))
        .help(format!("it is written as {formats}"))
}

fn width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let terminal = || {
        let (width, _) = terminal_size::terminal_size()?;
        std::io::stdout()
            .is_terminal()
            .then_some(usize::from(width.0))
    };
    columns.or_else(terminal).unwrap_or(DEFAULT_WIDTH).max(40)
}

/// Writes to standard output. A reader that went away, as `head` does, is no fault.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::message(
            format!("cannot write to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}
