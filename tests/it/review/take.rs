//! Decisions that come back.

use labelgate::report::spreadsheet::undo;

use super::{FORMULA, Made};
use crate::cli::json_report;
use crate::formats::csv::parse;

const FILE: &str = "gold/reviews/mode.csv";

/// The words of the row of a table that begins so.
fn row<'o>(out: &'o str, name: &str) -> Vec<&'o str> {
    let line = out
        .lines()
        .find(|line| line.trim_start().starts_with(name))
        .unwrap_or_else(|| panic!("no {name} in {out}"));
    line.split_whitespace().collect()
}

#[test]
fn a_decision_is_added_with_who_when_and_why_and_is_a_second_opinion() {
    let made = Made::new();
    made.decide(&[(FORMULA, "b", "=HYPERLINK(\"x\")"), ("broke", "a", "")]);
    let (exit, out, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    assert!(
        out.contains("2 decisions of Ann; 8 rows without a decision."),
        "{out}"
    );
    let rows = parse(made.read(FILE).as_bytes());
    assert!(made.read(FILE).starts_with("id,rater,label,why,at\n"));
    let labels: Vec<[&str; 3]> = rows
        .iter()
        .map(|row| ["id", "rater", "label"].map(|column| &*row[column]))
        .collect();
    assert_eq!(labels, [[FORMULA, "Ann", "b"], ["broke", "Ann", "a"]]);
    assert_eq!(rows[0]["why"], "'=HYPERLINK(\"x\")");
    assert_eq!(undo(&rows[0]["why"]), "=HYPERLINK(\"x\")");
    assert_eq!(rows[0]["at"].len(), "2026-01-01T00:00:00Z".len());
    // The reference is what it was, and the decisions stand beside it.
    let (exit, report) = json_report(made.path(), &["score", "mode"]);
    assert_eq!(exit, 0);
    let raters: Vec<&str> = report["reference_reliability"]["raters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|second| second["rater"].as_str().unwrap())
        .collect();
    assert_eq!(raters, ["second", "review"]);
    let (exit, out, _) = made.run(&["gate"]);
    assert_eq!(exit, 1, "{out}");
    assert!(out.contains("review"), "{out}");
    // What is decided needs no further look.
    let left = made.queue();
    assert_eq!(left.len(), 8);
    assert!(left.iter().all(|row| row["id"] != "broke"));
}

#[test]
fn earlier_rows_stay_as_they_are_and_the_latest_counts() {
    let made = Made::new();
    made.decide(&[("broke", "b", "first thought")]);
    assert_eq!(made.take(&[]).0, 0);
    let before = made.read(FILE);
    // A file whose last line was not ended keeps it whole.
    made.write(FILE, before.trim_end());
    made.write(
        "queue.csv",
        "classifier,id,decision,why\nmode,broke,a,\"no, \"\"a\"\"\"\n",
    );
    let (exit, _, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    let after = made.read(FILE);
    assert!(after.starts_with(&before), "{after}");
    let rows = parse(after.as_bytes());
    let labels: Vec<&str> = rows.iter().map(|row| &*row["label"]).collect();
    assert_eq!(labels, ["b", "a"]);
    assert_eq!(rows[1]["why"], "no, \"a\"");
    // With the first thought the candidate would be right.
    made.edit(
        "prompts/mode/classifier.toml",
        "mode.csv\"",
        "mode.csv\"\nadjudicated = true",
    );
    let (_, report) = json_report(made.path(), &["score", "mode"]);
    assert_eq!(report["confusion"]["counts"][0][1], 4);
}

#[test]
fn the_effect_is_that_of_taking_the_decisions_as_right() {
    let made = Made::new();
    let agreement = |report: &serde_json::Value| report["metrics"]["agreement"]["value"].as_f64();
    let (_, before) = json_report(made.path(), &["score", "mode"]);
    made.decide(&[
        ("broke", "b", ""),
        (FORMULA, "b", ""),
        ("unlabelled", "b", ""),
    ]);
    let (exit, out, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    // 4 of 9 agree at first; then 6, and one more item has a label, of which the candidate's is it.
    assert_eq!(row(&out, "scored items"), ["scored", "items", "9", "10"]);
    assert_eq!(agreement(&before), Some(4.0 / 9.0));
    let agreement_row = row(&out, "agreement ");
    assert_eq!(agreement_row[1], "0.44");
    assert!(agreement_row.contains(&"0.70"), "{agreement_row:?}");
    assert_eq!(agreement_row.last(), Some(&"+0.26"));
    assert!(out.contains("flatter the candidate"), "{out}");
    // The gate asks for 0.7.
    let gate = out
        .lines()
        .find(|line| line.contains("agreement ≥ 0.7"))
        .unwrap();
    assert!(gate.contains("✗ fail") && gate.contains("✓ pass"), "{gate}");
    assert!(out.contains("`adjudicated = true`"), "{out}");
    made.edit(
        "prompts/mode/classifier.toml",
        "mode.csv\"",
        "mode.csv\"\nadjudicated = true",
    );
    let (_, after) = json_report(made.path(), &["score", "mode"]);
    assert_eq!(agreement(&after), Some(0.7));
    assert_eq!(made.run(&["gate"]).0, 0);
}

#[test]
fn a_dry_run_shows_the_same_and_writes_nothing() {
    let made = Made::new();
    made.decide(&[("broke", "b", "")]);
    let (exit, dry, said) = made.take(&["--dry-run"]);
    assert_eq!(exit, 0, "{said}");
    assert!(dry.contains("A dry run: nothing was written."), "{dry}");
    assert!(!made.file("gold/reviews").exists());
    let (exit, out, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!(row(&dry, "cohen_kappa"), row(&out, "cohen_kappa"));
    let written = made.read(FILE);
    made.write("queue.csv", "classifier,id,decision\nmode,mute,c\n");
    assert_eq!(made.take(&["--dry-run"]).0, 0);
    assert_eq!(made.read(FILE), written);
}

#[test]
fn all_faults_are_shown_with_their_lines_and_nothing_is_written() {
    let made = Made::new();
    let rows = "classifier,id,decision,why\n\
        mode,broke,b,fine\n\
        mood,broke,b,\n\
        mode,brake,b,\n\
        mode,mute,B,\n\
        mode,broke,a,\n\
        mode,nobody,,no decision\n";
    made.write("queue.csv", rows);
    let (exit, out, said) = made.take(&[]);
    assert_eq!((exit, &*out), (2, ""), "{said}");
    for expected in [
        "queue.csv:3:",
        "there is no classifier `mood`",
        "did you mean `mode`?",
        "queue.csv:4:",
        "no item has the id `brake`",
        "did you mean `broke`?",
        "queue.csv:5:",
        "`B` is not a label of the scheme",
        "did you mean `b`?",
        "queue.csv:6:",
        "`broke` has been decided on line 2 already",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("nobody"), "{said}");
    assert!(!made.file("gold/reviews").exists());
}

#[test]
fn a_file_is_read_however_a_spreadsheet_has_written_it() {
    let made = Made::new();
    let rows = "\u{feff}note,decision,id,classifier\r\n\
        mine,b,'=1+1,mode\r\n\
        \"two\r\nlines\",\" \",broke,mode\r\n";
    made.write("queue.csv", rows);
    let (exit, out, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    assert!(
        out.contains("1 decision of Ann; 1 row without a decision."),
        "{out}"
    );
    let rows = parse(made.read(FILE).as_bytes());
    assert_eq!((&*rows[0]["id"], &*rows[0]["why"]), (FORMULA, ""));
}

#[test]
fn a_file_that_is_taken_twice_is_said_to_say_nothing_new() {
    let made = Made::new();
    made.decide(&[("broke", "b", ""), ("mended", "a", "")]);
    let (_, out, _) = made.take(&[]);
    assert!(!out.contains("decided before"), "{out}");
    let (exit, out, said) = made.take(&["--dry-run"]);
    assert_eq!(exit, 0, "{said}");
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("2 of them say what had been decided before."),
        "{words}"
    );
}

#[test]
fn columns_may_be_parted_by_semicolons() {
    let made = Made::new();
    let rows = "\u{feff}classifier;id;decision;why\r\nmode;broke;b;\"red; then green\"\r\n\
        mode;mended;;\r\n";
    made.write("queue.csv", rows);
    let (exit, out, said) = made.take(&[]);
    assert_eq!(exit, 0, "{said}");
    assert!(out.contains("1 decision of Ann; 1 row without"), "{out}");
    let rows = parse(made.read(FILE).as_bytes());
    assert_eq!(
        (&*rows[0]["id"], &*rows[0]["why"]),
        ("broke", "red; then green")
    );
    made.write(
        "queue.csv",
        &"classifier;id;decision\nmode;broke;nothing\n".replace('\n', "\r\n"),
    );
    let (exit, _, said) = made.take(&[]);
    assert_eq!(exit, 2);
    assert!(said.contains("queue.csv:2:12"), "{said}");
}

#[test]
fn what_was_drawn_at_random_is_judged_alone() {
    let made = Made::new();
    // Of those drawn, two are decided against the candidate; of the others, all for it.
    let rows = "classifier,id,drawn,decision\n\
        mode,quiet,\"random, seed 1, of 10 items\",a\n\
        mode,raters,\"random, seed 1, of 10 items\",b\n\
        mode,contra,\"random, seed 1, of 10 items\",c\n\
        mode,sideways,\"random, seed 1, of 10 items\",c\n\
        mode,unsure,\"random, seed 1, of 10 items\",\n\
        mode,broke,,b\nmode,wrong,,b\n";
    made.write("queue.csv", rows);
    let (exit, out, said) = made.take(&["--dry-run"]);
    assert_eq!(exit, 0, "{said}");
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("on 4 items drawn at random alone"),
        "{words}"
    );
    assert!(
        words.contains("1 of those drawn have no decision"),
        "{words}"
    );
    let (_, apart) = out.split_once("Drawn at random").unwrap();
    let row = apart
        .lines()
        .find(|line| line.contains("agreement"))
        .unwrap();
    assert!(row.contains(" 0.50 "), "{row}");
    assert!(!made.file("gold/reviews").exists());
}

#[test]
fn a_file_without_decisions_is_refused() {
    let made = Made::new();
    let check = |rows: &str, expected: &str| {
        made.write("queue.csv", rows);
        let (exit, out, said) = made.take(&[]);
        assert_eq!((exit, &*out), (2, ""), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!made.file("gold/reviews").exists());
    };
    check("", "queue.csv");
    check("classifier,id,decision\n", "queue.csv");
    check("classifier,id,decision\nmode,broke,\n", "has no decision");
    check("id,label\nbroke,b\n", "no column `decision`");
    std::fs::remove_file(made.file("queue.csv")).unwrap();
    let (exit, _, said) = made.take(&[]);
    assert_eq!(exit, 2);
    assert!(said.contains("there is no such file"), "{said}");
}

#[test]
fn nobody_is_called_like_a_formula() {
    let made = Made::new();
    made.decide(&[("broke", "b", "")]);
    for who in ["=cmd", "", " ", "a\nb", "@you"] {
        let (exit, _, said) = made.run(&["review", "--take", "queue.csv", "--who", who]);
        assert_eq!(exit, 2, "{who:?}");
        assert!(said.contains("--who cannot be"), "{said}");
    }
    assert!(!made.file("gold/reviews").exists());
}

#[test]
fn the_effect_hides_what_every_other_report_hides() {
    let made = Made::new();
    made.edit(
        "labelgate.toml",
        "[items]",
        "[privacy]\nmin_clusters = 3\n\n[items]",
    );
    made.decide(&[("broke", "b", "")]);
    let (exit, out, said) = made.take(&["--dry-run"]);
    assert_eq!(exit, 0, "{said}");
    let (_, report) = json_report(made.path(), &["score", "mode"]);
    let classes = report["classes"].as_array().unwrap();
    let hidden = classes
        .iter()
        .filter(|class| class["f1"]["undefined"] == "suppressed");
    let hidden: Vec<&str> = hidden
        .map(|class| class["label"].as_str().unwrap())
        .collect();
    assert!(!hidden.is_empty(), "{report}");
    for label in hidden {
        let name = format!("f1 of {label}");
        let cells = row(&out, &name);
        assert_eq!((cells[3], cells.last()), ("▒", Some(&"▒")), "{cells:?}");
    }
    assert!(out.contains("▒ Hidden"), "{out}");
}
