//! The appendix of the shipped project.

use std::fs;
use std::path::{Path, PathBuf};

use super::{PACKAGES, compile, host, skipped, words};
use crate::cli::{code, labelgate, project, text};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The appendix, written to a folder of its own.
fn written(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&root(), folder.path(), names);
    folder
}

fn write(project: &Path, folder: &Path, names: &[&str]) -> i32 {
    let target = folder.join("appendix.tex");
    let target = target.to_str().unwrap();
    let output = labelgate(
        project,
        &[&["appendix", "-q", "-o", target], names].concat(),
    );
    assert_eq!(text(&output.stderr), "");
    code(&output)
}

#[test]
fn the_appendix_of_the_shipped_project_compiles_without_a_warning() {
    let folder = written(&[]);
    let source = fs::read_to_string(folder.path().join("appendix.tex")).unwrap();
    assert!(source.is_ascii());
    let Some(compiled) = compile(folder.path(), "appendix.tex") else {
        return;
    };
    compiled.check();
    assert!(compiled.pages > 20, "{}", compiled.pages);
}

#[test]
fn the_appendix_is_a_part_of_an_article_of_any_letter_size() {
    let folder = written(&["occupation", "work_mode", "task_value"]);
    for class in ["{article}", "[11pt]{article}", "[12pt,a4paper]{report}"] {
        host(folder.path(), class, PACKAGES, "appendix");
        let Some(compiled) = compile(folder.path(), "paper.tex") else {
            return;
        };
        compiled.check();
        assert!(compiled.pages > 3);
    }
    if let Some(words) = words(folder.path(), "paper") {
        assert!(words.contains("Before."), "{words}");
        assert!(words.contains("After 50%"), "{words}");
    }
}

#[test]
fn a_host_without_the_packages_is_told_which_are_missing() {
    let folder = written(&["work_mode"]);
    host(folder.path(), "{article}", "", "appendix");
    let output = std::process::Command::new("pdflatex")
        .args(["-interaction=nonstopmode", "-halt-on-error", "paper.tex"])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else {
        skipped();
        return;
    };
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("labelgate: put \\usepackage{booktabs}"),
        "{said}"
    );
}

#[test]
fn the_markdown_has_the_prompts_whole_with_their_hashes() {
    let output = labelgate(&root(), &["appendix", "-o", "-", "--format", "markdown"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let markdown = text(&output.stdout);
    for revision in ["v1", "v2"] {
        let prompt = root().join(format!("prompts/work_mode/{revision}.md"));
        let prompt = fs::read(prompt).unwrap();
        assert!(markdown.contains(&text(&prompt)));
        let hash = labelgate::ask::sha256_hex(&prompt);
        assert!(markdown.contains(&hash), "{hash}");
    }
    for title in [
        "## Summary",
        "## Definitions",
        "## Methods and conventions",
        "## References",
    ] {
        assert!(markdown.contains(title), "{title}");
    }
}

#[test]
fn every_number_of_a_score_stands_in_the_appendix_as_it_is() {
    let markdown = |command: &[&str]| {
        let all = [command, &["-o", "-", "--format", "markdown"]].concat();
        text(&labelgate(&root(), &all).stdout)
    };
    let score = markdown(&["score", "work_mode"]);
    let appendix = markdown(&["appendix", "work_mode"]);
    let row = score
        .lines()
        .find(|line| line.starts_with("| cohen_kappa |"))
        .unwrap();
    let figures = row.strip_prefix("| cohen_kappa").unwrap();
    assert!(figures.contains('['), "{figures}");
    assert!(
        appendix.contains(&format!("| Cohen’s κ{figures}")),
        "{figures}"
    );
}

#[test]
fn the_methods_follow_the_settings() {
    let bootstrap = [
        "--interval",
        "bootstrap",
        "--resamples",
        "99",
        "--seed",
        "7",
        "--level",
        "0.9",
    ];
    let common = ["appendix", "work_mode", "-o", "-", "--format", "md"];
    let output = labelgate(&root(), &[&common[..], &bootstrap].concat());
    let words = text(&output.stdout);
    for said in [
        "99 resamples",
        "seed 7",
        "level 90 %",
        "quantiles of type 7",
        "Hyndman RJ, Fan Y",
    ] {
        assert!(words.contains(said), "{said}");
    }
    assert!(!words.contains("Korn EL"), "a reference that nothing cites");
    let shown = ["--min-clusters", "1"];
    let auto = text(&labelgate(&root(), &[&common[..], &shown].concat()).stdout);
    assert!(auto.contains("Korn EL"));
    assert!(
        !auto.contains("resamples"),
        "a bootstrap that was not drawn"
    );
    assert!(!auto.contains("Suppression."));
    assert!(!auto.contains("Cox LH"));
}

#[test]
fn the_methods_tell_of_directions_where_there_are_some() {
    let markdown = |classifier: &str| {
        let arguments = ["appendix", classifier, "-o", "-", "--format", "md"];
        text(&labelgate(&root(), &arguments).stdout)
    };
    let ordinal = markdown("expertise");
    for said in [
        "Directions. Each declares",
        "rank of the label",
        "Liang K-Y",
        "Bell RM",
        "Jonckheere AR",
        "Terpstra TJ",
        "Holm S",
    ] {
        assert!(ordinal.contains(said), "{said}");
    }
    let nominal = markdown("work_mode");
    assert!(!nominal.contains("Directions. Each declares"));
    assert!(!nominal.contains("Terpstra"));
}

#[test]
fn what_is_hidden_in_a_report_is_hidden_in_the_appendix_too() {
    let common = [
        "appendix",
        "-o",
        "-",
        "--format",
        "md",
        "--min-clusters",
        "12",
    ];
    let markdown = text(&labelgate(&root(), &common).stdout);
    assert!(markdown.contains("fewer than 12 clusters is hidden"));
    assert!(markdown.contains("Cox LH (1980)"));
    // Two sessions are labelled so, of two accounts.
    let lines = markdown.lines();
    let lines = lines.filter(|line| line.contains("orchestrate_delegates"));
    let lines: Vec<&str> = lines.filter(|row| !row.contains("label ==")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert!(line.to_lowercase().contains("all hidden"), "{line}");
        assert!(!line.contains('|') && !line.contains('['), "{line}");
    }
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("appendix.tex");
    let arguments = [
        "appendix",
        "-q",
        "--min-clusters",
        "12",
        "-o",
        target.to_str().unwrap(),
    ];
    labelgate(&root(), &arguments);
    let Some(compiled) = compile(folder.path(), "appendix.tex") else {
        return;
    };
    compiled.check();
}

#[test]
fn an_appendix_is_no_json_and_a_stranger_is_named() {
    let output = labelgate(&root(), &["appendix", "-o", "-", "--format", "json"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("an appendix is not written in this format"));
    let output = labelgate(&root(), &["appendix", "work_mod"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("work_mode"));
}

#[test]
fn an_appendix_of_stale_answers_is_incomplete_and_says_so() {
    let folder = project();
    let prompt = folder.path().join("prompts/work_mode/v2.md");
    let edited = fs::read_to_string(&prompt).unwrap() + "\nThink twice.\n";
    fs::write(&prompt, edited).unwrap();
    assert_eq!(write(folder.path(), folder.path(), &["work_mode"]), 4);
    let source = fs::read_to_string(folder.path().join("appendix.tex")).unwrap();
    assert!(source.contains("Incomplete"), "{source}");
}

#[test]
fn every_table_says_what_it_rests_on_and_what_its_marks_mean() {
    let all = ["appendix", "-o", "-", "--format", "md"];
    let markdown = text(&labelgate(&root(), &all).stdout);
    // A prompt may hold tables of its own.
    let (ours, _) = markdown.split_once("\n## Prompts\n").unwrap();
    let mut blocks = ours.split("\n\n").peekable();
    let (mut n_hidden, mut n_starred) = (0, 0);
    while let Some(block) = blocks.next() {
        let Some(table) = blocks.peek().filter(|table| table.starts_with("| ")) else {
            continue;
        };
        assert!(block.starts_with("**") && block.ends_with("**"), "{block}");
        for (mark, meaning, n) in [
            ("▒", "▒ hidden", &mut n_hidden),
            ("]\\* |", "\\* too few clusters", &mut n_starred),
        ] {
            assert_eq!(
                table.contains(mark),
                block.contains(meaning),
                "{block}\n{table}"
            );
            *n += usize::from(table.contains(mark));
        }
        for row in table.lines().skip(2) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let figures = cells
                .iter()
                .filter(|cell| cell.contains(|c: char| c.is_ascii_digit()));
            let is_matrix = table.contains('↓');
            assert!(
                is_matrix
                    || figures.count() > 0
                    || !cells.contains(&"▒")
                    || row.contains("inconclusive"),
                "{row}"
            );
        }
    }
    assert!(n_hidden > 5 && n_starred > 5, "{n_hidden} {n_starred}");
    // Fifty-nine items have a second label.
    let second = markdown
        .lines()
        .find(|line| line.contains("a second rater on the same items"));
    assert!(
        second.unwrap().contains("n = 59, 17 clusters"),
        "{second:?}"
    );
    assert!(
        markdown.contains(
            "decisions: Agreement with the reference on user_planning_share. n = 237, 30"
        )
    );
}
