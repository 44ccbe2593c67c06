//! `labelgate check`: everything that can be known without asking anything.

use std::io::Write as _;

use super::Failure;
use super::exit::Exit;
use super::recorded;
use super::settings::Settings;
use crate::project::ProviderName;

pub(super) fn run(settings: &Settings) -> Result<Exit, Failure> {
    let project = settings.load()?;
    // Recordings are data too; those that are stale or missing are a matter of running.
    let incomplete = match project.run.provider {
        ProviderName::Replay => recorded::read_all(&project, |_| true)?.incomplete,
        _ => Vec::new(),
    };
    let gates: usize = project.classifiers.iter().map(|c| c.gates.len()).sum();
    let derived: usize = project.derived.iter().map(|d| d.gates.len()).sum();
    let rules: usize = project.classifiers.iter().map(|c| c.rules.len()).sum();
    let mut text = format!(
        "no faults: {} from {}, {}, {}, {}, {}\n",
        counted(project.items.len(), "item"),
        counted(project.items.clusters.len(), "cluster"),
        counted(project.classifiers.len(), "classifier"),
        counted(project.derived.len(), "derived measure"),
        counted(rules, "telemetry rule"),
        counted(gates + derived, "gate"),
    );
    for why in incomplete {
        text.push_str(&format!(
            "not a fault, but a gate would be incomplete: {why}\n"
        ));
    }
    let _ = anstream::stdout().write_all(text.as_bytes());
    Ok(Exit::Success)
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}
