//! What a run leaves in CI, and the files that put it there.

use std::fs;
use std::path::Path;

use crate::cli::{code, text};
use crate::guard::{edit, run};

const CLASSIFIER: &str = "prompts/intent/classifier.toml";

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The small project in `deep`, with a gate that fails.
fn failing() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(&run(folder.path(), &["init", "deep"], &[])), 0);
    let file = format!("deep/{CLASSIFIER}");
    edit(folder.path(), &file, "at_least = 0.70", "at_least = 0.999");
    folder
}

#[test]
fn a_job_gets_a_summary_and_annotations_at_prompt_and_gate() {
    let folder = failing();
    let folder = folder.path();
    fs::write(folder.join("summary.md"), "Before.\n").unwrap();
    let output = run(
        folder,
        &["-C", "deep", "gate", "-q", "-o", "-"],
        &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("GITHUB_WORKSPACE", folder.to_str().unwrap()),
        ],
    );
    assert_eq!(code(&output), 1);
    let said = text(&output.stderr);
    let prompt = "::error file=deep/prompts/intent/v2.md,line=1,title=intent@v2::1 of 5 gates fail";
    let gate = format!(
        "::error file=deep/{CLASSIFIER},line=49,title=intent%3A gate fail::agreement ≥ 0.999"
    );
    assert!(said.contains(prompt), "{said}");
    assert!(said.contains(&gate), "{said}");
    assert!(
        text(&output.stdout).starts_with('{'),
        "standard output stays a report"
    );
    let summary = fs::read_to_string(folder.join("summary.md")).unwrap();
    assert!(summary.starts_with("Before.\n"), "{summary}");
    assert!(
        summary.contains("## ❌ fail 4 of 5 gates pass"),
        "{summary}"
    );
}

#[test]
fn nothing_of_that_happens_outside_a_job() {
    let folder = failing();
    let output = run(folder.path(), &["-C", "deep", "gate"], &[]);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn faults_are_annotated_at_their_line() {
    let folder = failing();
    edit(
        folder.path(),
        &format!("deep/{CLASSIFIER}"),
        "scheme =",
        "sceme =",
    );
    let output = run(
        folder.path(),
        &["-C", "deep", "check"],
        &[("GITHUB_ACTIONS", "true")],
    );
    assert_eq!(code(&output), 2);
    let said = text(&output.stderr);
    let annotation = format!("::error file=deep/{CLASSIFIER},line=5,title=labelgate::unknown key");
    assert!(said.contains(&annotation), "{said}");
}

#[test]
fn a_comment_is_written_to_be_found_again() {
    let folder = failing();
    let output = run(
        folder.path(),
        &["-C", "deep", "gate", "--comment", "c.md"],
        &[],
    );
    assert_eq!(code(&output), 1);
    let comment = fs::read_to_string(folder.path().join("deep/c.md")).unwrap();
    assert!(
        comment.starts_with("<!-- labelgate: support messages -->\n"),
        "{comment}"
    );
    assert!(comment.contains("❌ fail"), "{comment}");
    let output = run(
        folder.path(),
        &["-C", "deep", "gate", "--comment", "no/c.md"],
        &[],
    );
    assert_eq!(code(&output), 2);
}

/// The names of the keys at a depth of a YAML file, by its indentation.
fn keys(text: &str, indent: usize) -> Vec<&str> {
    let start = " ".repeat(indent);
    text.lines()
        .filter_map(|line| line.strip_prefix(&*start))
        .filter(|rest| !rest.starts_with([' ', '#', '-']))
        .filter_map(|rest| Some(rest.split_once(':')?.0))
        .collect()
}

#[test]
fn the_action_declares_every_input_it_uses_and_runs_no_text_as_shell() {
    let action = file("action.yml");
    let top = keys(&action, 0);
    for needed in ["name", "description", "inputs", "outputs", "runs"] {
        assert!(top.contains(&needed), "{needed}");
    }
    let declared = keys(&action, 2);
    let used = action.match_indices("inputs.").map(|(at, found)| {
        let rest = &action[at + found.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-'));
        &rest[..end.unwrap_or(rest.len())]
    });
    let mut n_used = 0;
    for input in used {
        assert!(declared.contains(&input), "{input} is not declared");
        n_used += 1;
    }
    assert!(n_used >= 4);
    let mut is_script = false;
    for line in action.lines() {
        let is_deep = line.starts_with("        ");
        is_script = (is_script && is_deep) || line.trim() == "run: |";
        assert!(!(is_script && line.contains("${{")), "{line}");
        assert!(!line.contains('\t'), "{line}");
    }
}

#[test]
fn the_examples_use_flags_that_there_are_and_actions_of_github_alone() {
    let help = text(&run(Path::new("."), &["gate", "--help"], &[]).stdout);
    let mut n_flags = 0;
    for name in ["docs/ci/github.yml", "docs/ci/gitlab.yml"] {
        let example = file(name);
        let line = example
            .lines()
            .find(|line| line.contains("gate --base"))
            .unwrap();
        for flag in line
            .split_whitespace()
            .filter(|word| word.starts_with("--"))
        {
            assert!(help.contains(&format!("{flag} ")), "{name}: {flag}");
            n_flags += 1;
        }
    }
    for name in ["docs/ci/github.yml", "action.yml"] {
        let text = file(name);
        let actions = text.lines().filter_map(|line| {
            let step = line.trim_start_matches([' ', '-']);
            step.strip_prefix("uses: ")
        });
        for action in actions {
            let is_known = action.starts_with("actions/") || action == "OWNER/labelgate@REF";
            assert!(is_known, "{name}: {action}");
        }
    }
    assert_eq!(n_flags, 4);
    let hook = file(".pre-commit-hooks.yaml");
    for needed in [
        "- id: labelgate-check",
        "  entry: labelgate check",
        "  language: rust",
    ] {
        assert!(hook.lines().any(|line| line == needed), "{needed}");
    }
}

#[test]
fn the_page_names_every_finding() {
    let page = file("docs/ci.md");
    for name in labelgate::finding::FindingName::ALL {
        assert!(
            page.contains(&format!("| `{}` |", name.word())),
            "{}",
            name.word()
        );
    }
}
