//! Reports of every command as tables, and matrices of many labels.

use std::fs;
use std::path::{Path, PathBuf};

use super::{PACKAGES, compile, host, words};
use crate::cli::{labelgate, text};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn reports_of_every_command_compile_as_documents_and_as_parts() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [(&str, &[&str]); 4] = [
        ("score", &["score", "work_mode"]),
        ("compare", &["compare", "expertise", "--margin", "0.05"]),
        ("gate", &["gate"]),
        ("plan", &["plan", "work_mode"]),
    ];
    for (name, command) in commands {
        let target = folder.path().join(format!("{name}.tex"));
        let target = target.to_str().unwrap();
        let output = labelgate(&root(), &[command, &["-q", "-o", target]].concat());
        assert_eq!(text(&output.stderr), "", "{name}");
        let Some(compiled) = compile(folder.path(), &format!("{name}.tex")) else {
            return;
        };
        compiled.check();
        host(folder.path(), "{article}", PACKAGES, name);
        let Some(compiled) = compile(folder.path(), "paper.tex") else {
            return;
        };
        compiled.check();
        // Tables without a caption take no number from the paper's own.
        if let Some(words) = words(folder.path(), "paper") {
            assert!(words.contains("Table 1: Of the paper"), "{name}: {words}");
        }
    }
}

/// A file of labels in which every label is now and then taken for every other.
fn labels(folder: &Path, labels: &[String]) {
    let mut lines = "id,account,candidate,reference\n".to_owned();
    for (row, reference) in labels.iter().enumerate() {
        for (column, candidate) in labels.iter().enumerate() {
            let times = if row == column {
                12
            } else {
                (row + column) % 3
            };
            for time in 0..times {
                let account = (row * 7 + column + time) % 97;
                lines.push_str(&format!(
                    "{row}-{column}-{time},u{account},{candidate},{reference}\n"
                ));
            }
        }
    }
    fs::write(folder.join("labels.csv"), lines).unwrap();
}

#[test]
fn a_matrix_of_24_occupations_fits_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::read_to_string(root().join("prompts/occupation/classifier.toml")).unwrap();
    let ids = file.lines().filter_map(|line| line.strip_prefix("id = \""));
    let ids: Vec<String> = ids.map(|id| id.trim_end_matches('"').to_owned()).collect();
    assert_eq!(ids.len(), 24);
    labels(folder.path(), &ids);
    check(folder.path());
}

#[test]
fn a_matrix_of_70_labels_fits_in_panels() {
    let folder = tempfile::tempdir().unwrap();
    let ids: Vec<String> = (1..=70).map(|n| format!("label_number_{n}")).collect();
    labels(folder.path(), &ids);
    check(folder.path());
}

fn check(folder: &Path) {
    let arguments = [
        "score",
        "labels.csv",
        "--candidate",
        "candidate",
        "--reference",
        "reference",
        "--scheme",
        "nominal",
        "--cluster",
        "account",
        "-q",
        "-o",
        "table.tex",
    ];
    let output = labelgate(folder, &arguments);
    assert_eq!(text(&output.stderr), "");
    let Some(compiled) = compile(folder, "table.tex") else {
        return;
    };
    compiled.check();
}
