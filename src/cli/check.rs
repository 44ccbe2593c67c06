//! `labelgate check`: everything that can be known without asking anything.

use super::Failure;
use super::exit::Exit;
use super::settings::Settings;
use super::{ci, guard, output, progress, recorded};
use crate::project::ProviderName;

pub(super) fn run(settings: &Settings) -> Result<Exit, Failure> {
    let project = settings.load()?;
    // Recordings are data too; those that are stale or missing are a matter of running.
    if project.run.provider == ProviderName::Replay {
        let recorded = recorded::read_all(&project, |_| true)?;
        for why in recorded.incomplete.iter().filter(|_| !settings.quiet) {
            progress::say(&format!("note: {why}"));
        }
    }
    ci::warn(&guard::leakage(&project)?, settings);
    let gates: usize = project.classifiers.iter().map(|c| c.gates.len()).sum();
    let derived: usize = project.derived.iter().map(|d| d.gates.len()).sum();
    let rules: usize = project.classifiers.iter().map(|c| c.rules.len()).sum();
    let text = format!(
        "no faults: {} from {}, {}, {}, {}, {}\n",
        counted(project.items.len(), "item"),
        counted(project.items.clusters.len(), "cluster"),
        counted(project.classifiers.len(), "classifier"),
        counted(project.derived.len(), "derived measure"),
        counted(rules, "telemetry rule"),
        counted(gates + derived, "gate"),
    );
    output::print(&text)?;
    Ok(Exit::Success)
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}
