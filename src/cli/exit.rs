//! The exit codes that CI relies on.

use std::process::ExitCode;

use crate::gate::Verdict;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done; every gate passed, if there were some.
    Success,
    /// A gate failed.
    GateFailed,
    /// Wrong usage, or a fault in a project or a data file.
    Faulty,
    /// No gate failed, but one is inconclusive.
    Inconclusive,
    /// Answers are missing that could still be had.
    Incomplete,
    /// Stopped by a signal, of this number.
    Signal(u8),
}

impl Exit {
    /// The code given to the shell.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::GateFailed => 1,
            Self::Faulty => 2,
            Self::Inconclusive => 3,
            Self::Incomplete => 4,
            Self::Signal(number) => 128 + number,
        }
    }

    /// The code of a verdict.
    pub(super) fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Success,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Fail => Self::GateFailed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
