//! The command line: what was typed becomes settings, settings call the core, values are written.
//! Imports everything and is imported by nothing but the binary.

mod answers;
mod appendix;
mod args;
mod aside;
mod asking;
mod batching;
mod check;
mod ci;
mod compare;
mod diagnostics;
mod dotenv;
mod early;
mod exit;
mod gate;
mod guard;
mod history;
mod init;
mod live;
mod log;
mod output;
mod plan;
mod progress;
mod raters;
mod recorded;
mod report;
mod run;
mod score;
mod settings;
mod stored;
mod watch;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::fault::Fault;
use crate::run::Which;
use args::{Cli, Command};
use exit::Exit;
use settings::Settings;

/// Why a command could not be carried out.
#[derive(Debug)]
enum Failure {
    /// Files to mend.
    Faults(Vec<Fault>),
    /// Anything else: what, and what to do about it.
    Message(String, Option<String>),
}

impl Failure {
    fn message(message: impl Into<String>) -> Self {
        Self::Message(message.into(), None)
    }

    fn help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Message(message, _) => Self::Message(message, Some(help.into())),
            faults @ Self::Faults(_) => faults,
        }
    }
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

/// Runs the program on its arguments, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Printing fails only where nobody reads.
            let _ = error.print();
            // Help and version are no faults; clap's own code for the rest is 2 too.
            let exit = if error.use_stderr() {
                Exit::Faulty
            } else {
                Exit::Success
            };
            return exit.into();
        }
    };
    // Before anything can fail, so that the failure is shown as asked.
    if let Some(color) = cli.color {
        settings::apply(color);
    }
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            explain(&failure);
            Exit::Faulty.into()
        }
    }
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let settings = Settings::resolve(cli)?;
    settings.apply_colour(cli.color)?;
    log::set_up(&settings)?;
    match &cli.command {
        Command::Init(args) => init::run(args, &settings),
        Command::Check => check::run(&settings),
        Command::Plan(args) => plan::run(args, &settings),
        Command::Gate(args) => gate::run(args, &settings),
        Command::Score(args) => score::run(args, &settings),
        Command::Run(args) => run::run(args, Which::Missing, &settings),
        Command::Retry(args) => run::run(args, Which::Failed, &settings),
        Command::Appendix(args) => appendix::run(args, &settings),
        Command::Compare(args) => compare::run(args, &settings),
        Command::Report(args) => report::run(args, &settings),
    }
}

fn explain(failure: &Failure) {
    let text = match failure {
        Failure::Faults(faults) => {
            ci::annotate_faults(faults);
            diagnostics::render(faults)
        }
        Failure::Message(message, help) => diagnostics::message(message, help.as_deref()),
    };
    let _ = anstream::stderr().write_all(text.as_bytes());
}
