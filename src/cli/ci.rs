//! What a run leaves for the machine it runs on: the summary of a GitHub job, annotations, the body
//! of a comment. Nothing is sent anywhere.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::settings::Settings;
use super::{Failure, output, progress};
use crate::fault::{Fault, shown};
use crate::finding::Finding;
use crate::gate::Verdict;
use crate::project::Project;
use crate::report::document::{Detail, gate_sentence, lay_out};
use crate::report::github::{Annotation, COMMENT_ROOM, Kind, SUMMARY_ROOM, commands, cut};
use crate::report::{Report, Run, markdown};

/// Where the body of a comment goes, found faulty before any work.
pub(super) fn comment_path(
    typed: Option<&Path>,
    settings: &Settings,
) -> Result<Option<PathBuf>, Failure> {
    let Some(path) = typed.map(|path| settings.path(path)) else {
        return Ok(None);
    };
    output::writable(&path)?;
    Ok(Some(path))
}

/// Leaves all that is asked for by flag or by the environment.
pub(super) fn publish(run: &Run, project: &Project, comment: Option<&Path>) -> Result<(), Failure> {
    let page = markdown::render(&lay_out(run, Detail::Summary));
    if let Some(path) = comment {
        let body = comment_body(&page, project.name.as_deref());
        std::fs::write(path, body)
            .map_err(|error| output::cannot_write(path, &error.to_string()))?;
    }
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        // The verdict does not depend on whether it can be shown.
        if let Err(error) = append(Path::new(&path), &page) {
            progress::say(&format!("note: no summary of the job: {error}"));
        }
    }
    if is_github() {
        annotate(&annotations(run, project));
    }
    Ok(())
}

/// The page after a mark that no reader sees, by which a later run finds the comment to replace.
fn comment_body(page: &str, project: Option<&str>) -> String {
    // A name could end the mark.
    let name: String = project
        .unwrap_or_default()
        .chars()
        .filter(|character| character.is_alphanumeric() || " _.".contains(*character))
        .collect();
    let mark = match name.trim() {
        "" => "<!-- labelgate -->".to_owned(),
        name => format!("<!-- labelgate: {name} -->"),
    };
    let room = COMMENT_ROOM.saturating_sub(mark.len() + 1);
    format!("{mark}\n{}", cut(page, room))
}

/// Adds to the summary what it has room for.
fn append(path: &Path, page: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let written = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let room = SUMMARY_ROOM.saturating_sub(written);
    file.write_all(cut(page, room).as_bytes())
}

fn is_github() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// On standard error, which the runner reads as well, so that standard output stays a report.
fn annotate(annotations: &[Annotation]) {
    // Nothing can be done about a closed standard error.
    let _ = std::io::stderr().write_all(commands(annotations).as_bytes());
}

/// Faults beside the lines they stand on, where a GitHub job shows them.
pub(super) fn annotate_faults(faults: &[Fault]) {
    if !is_github() {
        return;
    }
    let annotation = |fault: &Fault| Annotation {
        kind: Kind::Error,
        file: in_repository(&fault.file),
        line: fault.place.as_ref().map(|place| place.line),
        title: "labelgate".to_owned(),
        message: match &fault.help {
            Some(help) => format!("{}\n{help}", fault.message),
            None => fault.message.clone(),
        },
    };
    annotate(&faults.iter().map(annotation).collect::<Vec<_>>());
}

/// Findings that fail nothing here, on standard error and beside their lines.
pub(super) fn warn(findings: &[Finding], settings: &Settings) {
    for finding in findings.iter().filter(|_| !settings.quiet) {
        let (name, place) = (finding.name.word(), finding.place.shown());
        let items = match settings.verbose {
            true => format!(" ({})", finding.items.join(", ")),
            false => String::new(),
        };
        progress::say(&format!(
            "warning: {name}: {place} {}{items}",
            finding.message
        ));
    }
    if is_github() {
        let all = findings
            .iter()
            .map(|finding| of_finding(finding, Kind::Warning));
        annotate(&all.collect::<Vec<_>>());
    }
}

/// Findings first, then each prompt that does not pass, then the gates it does not pass.
fn annotations(run: &Run, project: &Project) -> Vec<Annotation> {
    let findings = run.guard.iter().flat_map(|guard| &guard.findings);
    let mut all: Vec<Annotation> = findings
        .map(|finding| {
            let kind = if finding.allowed {
                Kind::Notice
            } else {
                Kind::Error
            };
            of_finding(finding, kind)
        })
        .collect();
    let prompts = run
        .reports
        .iter()
        .filter_map(|report| of_prompt(report, project));
    all.extend(prompts);
    for report in &run.reports {
        let file = match project.classifier(&report.classifier) {
            Some(classifier) => classifier.file.clone(),
            None => project.derived_file(),
        };
        for (gate, judgement) in &report.gates {
            let Some(kind) = kind_of(judgement.verdict) else {
                continue;
            };
            let verdict = judgement.verdict.key();
            all.push(Annotation {
                kind,
                file: in_repository(&file),
                line: Some(gate.line),
                title: format!("{}: gate {verdict}", report.classifier),
                message: gate_sentence(report, gate, judgement),
            });
        }
    }
    all
}

/// The prompt under test is what a change has usually touched.
fn of_prompt(report: &Report, project: &Project) -> Option<Annotation> {
    let kind = kind_of(report.verdict()?)?;
    let classifier = project.classifier(&report.classifier)?;
    let n = |wanted| {
        let gates = report.gates.iter();
        gates.filter(|(_, judged)| judged.verdict == wanted).count()
    };
    let (fail, open) = (n(Verdict::Fail), n(Verdict::Inconclusive));
    Some(Annotation {
        kind,
        file: in_repository(&project.root.join(&classifier.candidate.file)),
        line: None,
        title: format!("{}@{}", report.classifier, report.candidate),
        message: format!(
            "{fail} of {} gates fail, {open} inconclusive",
            report.gates.len()
        ),
    })
}

fn kind_of(verdict: Verdict) -> Option<Kind> {
    match verdict {
        Verdict::Pass => None,
        Verdict::Inconclusive => Some(Kind::Notice),
        Verdict::Fail => Some(Kind::Error),
    }
}

fn of_finding(finding: &Finding, kind: Kind) -> Annotation {
    Annotation {
        kind,
        file: in_repository(&finding.place.file),
        line: finding.place.line,
        title: finding.name.word().to_owned(),
        message: finding.message.clone(),
    }
}

/// A file as the repository names it, wherever the program runs.
fn in_repository(path: &Path) -> String {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let inside = || {
        let workspace = real(Path::new(&std::env::var_os("GITHUB_WORKSPACE")?))?;
        Some(real(path)?.strip_prefix(workspace).ok()?.to_owned())
    };
    shown(&inside().unwrap_or_else(|| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_with_a_mark_that_its_project_cannot_end() {
        assert_eq!(comment_body("page\n", None), "<!-- labelgate -->\npage\n");
        let body = comment_body("page\n", Some("My --> <b>project"));
        assert_eq!(body, "<!-- labelgate: My  bproject -->\npage\n");
    }

    #[test]
    fn a_comment_fits_into_what_a_comment_may_hold() {
        let page = "A paragraph of some words.\n\n".repeat(4_000);
        let body = comment_body(&page, Some("project"));
        assert!(body.len() <= 65_536, "{}", body.len());
        assert!(body.ends_with("in this place._\n"), "{}", body.len());
    }

    #[test]
    fn a_summary_leaves_what_other_steps_wrote_and_stays_within_its_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary.md");
        std::fs::write(&path, "x".repeat(1024 * 1024 - 200)).unwrap();
        append(&path, &"Some words.\n\n".repeat(100)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.len() <= 1024 * 1024, "{}", text.len());
        assert!(text.starts_with("xxx") && text.contains("Some words."));
    }
}
