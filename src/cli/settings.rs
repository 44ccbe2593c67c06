//! What was typed, the environment and `.env` resolved into settings. Flags beat the environment,
//! the environment beats `.env`, and that beats the project file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::args::{Cli, Color, Command, Inconclusive, IntervalWord, Output, RunArgs};
use super::{Failure, dotenv};
use crate::fault::Fault;
use crate::num::Level;
use crate::project::{PROJECT_FILE, Project, load};
use crate::score::{IntervalMethod, Intervals};

/// The settings that every command shares.
pub(super) struct Settings {
    /// The folder that everything typed is relative to.
    pub(super) directory: PathBuf,
    /// The folder that holds the project.
    pub(super) root: PathBuf,
    /// The project file, relative to that folder.
    pub(super) file: PathBuf,
    /// Whether to say nothing but results and errors.
    pub(super) quiet: bool,
    /// Whether to say more.
    pub(super) verbose: bool,
    /// Any of them may be a key.
    dotenv: BTreeMap<String, SecretString>,
}

impl Settings {
    pub(super) fn resolve(cli: &Cli) -> Result<Self, Failure> {
        let directory = cli.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        // `init` makes the folder it is given.
        if let Some(named) = &cli.directory
            && !named.is_dir()
            && !matches!(cli.command, Command::Init(_))
        {
            let fault = Fault::new(named, "there is no such folder");
            return Err(vec![fault.help("`-C` names an existing folder to work in")].into());
        }
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
        // Beside the project file: another program's `.env` is none of our business.
        let dotenv = match path.exists() {
            true => dotenv::read(&root.join(".env"))?,
            false => BTreeMap::new(),
        };
        Ok(Self {
            directory,
            root,
            file,
            quiet: cli.quiet,
            verbose: cli.verbose,
            dotenv,
        })
    }

    /// A path as typed, which is relative to the folder of `-C`.
    pub(super) fn path(&self, typed: &Path) -> PathBuf {
        match self.directory == Path::new(".") {
            true => typed.to_owned(),
            false => self.directory.join(typed),
        }
    }

    /// The project, or everything that is wrong with it.
    pub(super) fn load(&self) -> Result<Project, Failure> {
        Ok(load(&self.root, &self.file)?)
    }

    /// A variable of the environment, or of `.env` where the environment lacks it.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let value = self.secret(name)?;
        Some(value.expose_secret().to_owned())
    }

    /// The same of a variable that nobody must see.
    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        let value = std::env::var(name).ok().map(SecretString::from);
        let value = value.or_else(|| self.dotenv.get(name).cloned());
        value.filter(|value| !value.expose_secret().is_empty())
    }

    /// Decides about colour for both streams, where no flag has; without a word it goes by
    /// terminal and `NO_COLOR`.
    pub(super) fn apply_colour(&self, flag: Option<Color>) -> Result<(), Failure> {
        let word = self.variable("LABELGATE_COLOR");
        let color = match (flag, word.as_deref()) {
            (Some(color), _) => color,
            (None, None) => return Ok(()),
            (None, Some(word)) => Color::from_str(word, false).map_err(|_| {
                Failure::message(format!(
                    "there is no colour setting `{word}`{}",
                    self.from("LABELGATE_COLOR")
                ))
                .help("LABELGATE_COLOR is `auto`, `always` or `never`")
            })?,
        };
        apply(color);
        Ok(())
    }

    /// Says that a value is from a variable, and of which file.
    pub(super) fn from(&self, name: &str) -> String {
        match std::env::var(name).is_ok_and(|value| !value.is_empty()) {
            true => format!(", which {name} says"),
            false => format!(", which {name} in `.env` says"),
        }
    }

    /// What intervals cover, and how they are made.
    pub(super) fn intervals(&self, output: &Output) -> Result<Intervals, Failure> {
        let defaults = Intervals::default();
        const HELP: &str = "limits of 95 % need a thousand resamples or more";
        let resamples = self.number(output.resamples, "LABELGATE_RESAMPLES", HELP)?;
        if resamples == Some(0) {
            return Err(Failure::message("0 resamples make no interval").help(HELP));
        }
        let seed = self.number(output.seed, "LABELGATE_SEED", "any whole number will do")?;
        Ok(Intervals {
            level: self.level(output)?,
            method: self.interval_method(output)?,
            resamples: resamples.unwrap_or(defaults.resamples),
            seed: seed.unwrap_or(defaults.seed),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }

    /// How many clusters a number must rest on to be shown.
    pub(super) fn min_clusters(&self, output: &Output, default: u32) -> Result<u32, Failure> {
        const HELP: &str = "1 hides nothing; 5 is usual";
        match self.number(output.min_clusters, "LABELGATE_MIN_CLUSTERS", HELP)? {
            Some(0) => Err(Failure::message("numbers cannot rest on 0 clusters").help(HELP)),
            given => Ok(given.unwrap_or(default)),
        }
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
                    let from = self.from("LABELGATE_INTERVAL");
                    Failure::message(format!("there is no way `{word}` to make intervals{from}"))
                        .help(format!("it is one of {}", words.join(", ")))
                }),
            },
        }
    }

    /// The number of a flag or, without it, of a variable.
    pub(super) fn number<T: FromStr>(
        &self,
        flag: Option<T>,
        variable: &str,
        help: &str,
    ) -> Result<Option<T>, Failure> {
        match (flag, self.variable(variable)) {
            (Some(number), _) => Ok(Some(number)),
            (None, None) => Ok(None),
            (None, Some(text)) => text.parse().map(Some).map_err(|_| {
                let from = self.from(variable);
                Failure::message(format!("no whole number: `{text}`{from}")).help(help)
            }),
        }
    }

    fn level(&self, output: &Output) -> Result<Level, Failure> {
        const HELP: &str = "write 0.95 for 95 %";
        let (coverage, from) = match output.level {
            Some(level) => (level, String::new()),
            None => match self.variable("LABELGATE_LEVEL") {
                None => return Ok(Level::DEFAULT),
                Some(text) => {
                    let from = self.from("LABELGATE_LEVEL");
                    let level = text.parse().map_err(|_| {
                        Failure::message(format!("no number: `{text}`{from}")).help(HELP)
                    })?;
                    (level, from)
                }
            },
        };
        Level::new(coverage).ok_or_else(|| {
            let message = format!("a level lies between 0 and 1, and {coverage} does not{from}");
            Failure::message(message).help(HELP)
        })
    }

    /// Whether flag or environment name a provider.
    pub(super) fn names_provider(&self, run: &RunArgs) -> bool {
        run.provider.is_some() || self.variable("LABELGATE_PROVIDER").is_some()
    }

    /// How many items at most.
    pub(super) fn limit(&self, run: &RunArgs) -> Result<Option<usize>, Failure> {
        const HELP: &str = "write from 1 up, or leave it out to take all items";
        let limit = self.number(run.limit, "LABELGATE_LIMIT", HELP)?;
        if limit == Some(0) {
            return Err(Failure::message("a limit of 0 leaves nothing to judge").help(HELP));
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
            (None, Some(word)) => {
                let from = self.from("LABELGATE_INCONCLUSIVE");
                let message = format!("an inconclusive gate cannot count as `{word}`{from}");
                Err(Failure::message(message).help("it counts as `pass` or as `fail`"))
            }
        }
    }
}

/// Sets the colour of both streams.
pub(super) fn apply(color: Color) {
    let choice = match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}
