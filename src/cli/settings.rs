//! What was typed, the environment and `.env` resolved into settings. Flags beat the environment,
//! the environment beats `.env`, and that beats the project file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{Cli, Color, Inconclusive, IntervalWord, Output, RunArgs};
use crate::num::Level;
use crate::project::{PROJECT_FILE, Project, load};
use crate::score::{IntervalMethod, Intervals};

/// The settings that every command shares.
pub(super) struct Settings {
    /// The folder to work in, as typed.
    pub(super) directory: PathBuf,
    /// The folder that holds the project.
    pub(super) root: PathBuf,
    /// The project file, relative to that folder.
    pub(super) file: PathBuf,
    /// Whether to say nothing but results and errors.
    pub(super) quiet: bool,
    /// Whether to say more.
    pub(super) verbose: bool,
    color: Option<Color>,
    dotenv: BTreeMap<String, String>,
}

impl Settings {
    pub(super) fn resolve(cli: &Cli) -> Self {
        let directory = cli.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let config = cli.config.clone().unwrap_or_else(|| {
            std::env::var_os("LABELGATE_CONFIG").map_or_else(|| PROJECT_FILE.into(), PathBuf::from)
        });
        // A file in another folder brings its folder along: paths in it are relative to it.
        let path = directory.join(config);
        let root = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let file = path
            .file_name()
            .map_or_else(|| PROJECT_FILE.into(), PathBuf::from);
        let dotenv = read_dotenv(&root.join(".env"));
        Self {
            directory,
            root,
            file,
            quiet: cli.quiet,
            verbose: cli.verbose,
            color: cli.color,
            dotenv,
        }
    }

    /// The project, or everything that is wrong with it.
    pub(super) fn load(&self) -> Result<Project, Failure> {
        Ok(load(&self.root, &self.file)?)
    }

    /// A variable of the environment, or of `.env` where the environment lacks it.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let value = std::env::var(name)
            .ok()
            .or_else(|| self.dotenv.get(name).cloned());
        value.filter(|value| !value.is_empty())
    }

    /// Decides about colour for both streams; without a word it goes by terminal and `NO_COLOR`.
    pub(super) fn apply_colour(&self) {
        let word = self.variable("LABELGATE_COLOR");
        let choice = match (self.color, word.as_deref()) {
            (Some(Color::Always), _) | (None, Some("always")) => anstream::ColorChoice::Always,
            (Some(Color::Never), _) | (None, Some("never")) => anstream::ColorChoice::Never,
            _ => anstream::ColorChoice::Auto,
        };
        choice.write_global();
    }

    /// What intervals cover, and how they are made.
    pub(super) fn intervals(&self, output: &Output) -> Result<Intervals, Failure> {
        let defaults = Intervals::default();
        let resamples = self.number(output.resamples, "LABELGATE_RESAMPLES")?;
        if resamples == Some(0) {
            return Err(Failure::message("0 resamples make no interval")
                .help("limits of 95 % need a thousand resamples or more"));
        }
        Ok(Intervals {
            level: self.level(output)?,
            method: self.interval_method(output)?,
            resamples: resamples.unwrap_or(defaults.resamples),
            seed: self
                .number(output.seed, "LABELGATE_SEED")?
                .unwrap_or(defaults.seed),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }

    fn interval_method(&self, output: &Output) -> Result<IntervalMethod, Failure> {
        match output.interval {
            Some(IntervalWord::Auto) => Ok(IntervalMethod::Auto),
            Some(IntervalWord::Wilson) => Ok(IntervalMethod::Wilson),
            Some(IntervalWord::Delta) => Ok(IntervalMethod::Delta),
            Some(IntervalWord::Bootstrap) => Ok(IntervalMethod::Bootstrap),
            None => match self.variable("LABELGATE_INTERVAL") {
                None => Ok(IntervalMethod::Auto),
                Some(word) => IntervalMethod::from_key(&word).ok_or_else(|| {
                    let words = IntervalMethod::ALL.map(IntervalMethod::key);
                    let message = format!("LABELGATE_INTERVAL is no method: `{word}`");
                    Failure::message(message).help(format!("it is one of {}", words.join(", ")))
                }),
            },
        }
    }

    /// The number of a flag or, without it, of a variable.
    fn number<T: std::str::FromStr>(
        &self,
        flag: Option<T>,
        variable: &str,
    ) -> Result<Option<T>, Failure> {
        match (flag, self.variable(variable)) {
            (Some(number), _) => Ok(Some(number)),
            (None, None) => Ok(None),
            (None, Some(text)) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => {
                    let message = format!("{variable} is no whole number: `{text}`");
                    Err(Failure::message(message))
                }
            },
        }
    }

    fn level(&self, output: &Output) -> Result<Level, Failure> {
        let coverage = match output.level {
            Some(level) => level,
            None => match self.variable("LABELGATE_LEVEL") {
                None => return Ok(Level::DEFAULT),
                Some(text) => text.parse().map_err(|_| {
                    Failure::message(format!("LABELGATE_LEVEL is no number: `{text}`"))
                })?,
            },
        };
        Level::new(coverage).ok_or_else(|| {
            Failure::message(format!(
                "a level lies between 0 and 1, and {coverage} does not"
            ))
            .help("write 0.95 for 95 %")
        })
    }

    /// The provider named by flag or environment.
    pub(super) fn provider(&self, run: &RunArgs) -> Option<String> {
        run.provider
            .clone()
            .or_else(|| self.variable("LABELGATE_PROVIDER"))
    }

    /// How many items at most.
    pub(super) fn limit(&self, run: &RunArgs) -> Result<Option<usize>, Failure> {
        let limit = self.number(run.limit, "LABELGATE_LIMIT")?;
        if limit == Some(0) {
            return Err(Failure::message("a limit of 0 leaves nothing to judge"));
        }
        Ok(limit)
    }

    /// What an inconclusive gate counts as, where that was changed.
    pub(super) fn inconclusive(
        &self,
        flag: Option<Inconclusive>,
    ) -> Result<Option<Inconclusive>, Failure> {
        match (flag, self.variable("LABELGATE_INCONCLUSIVE").as_deref()) {
            (Some(flag), _) => Ok(Some(flag)),
            (None, None) => Ok(None),
            (None, Some("pass")) => Ok(Some(Inconclusive::Pass)),
            (None, Some("fail")) => Ok(Some(Inconclusive::Fail)),
            (None, Some(word)) => Err(Failure::message(format!(
                "LABELGATE_INCONCLUSIVE is `pass` or `fail`, not `{word}`"
            ))),
        }
    }
}

/// The variables of a `.env` file; a file that is absent or unreadable has none.
fn read_dotenv(path: &Path) -> BTreeMap<String, String> {
    match dotenvy::from_path_iter(path) {
        Ok(variables) => variables.filter_map(Result::ok).collect(),
        Err(_) => BTreeMap::new(),
    }
}
