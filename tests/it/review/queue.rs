//! The queue: what is in it, in which order, and why.

use labelgate::report::spreadsheet::undo;

use super::{FORMULA, ITEMS, Item, Made};
use crate::formats::csv::{Row, parse};

#[test]
fn what_has_most_against_it_comes_first() {
    let queue = Made::new().queue();
    let found: Vec<(&str, &str)> = queue
        .iter()
        .map(|row| (undo(&row["id"]), &*row["score"]))
        .collect();
    let mut ties = [found[6], found[7]];
    ties.sort_unstable();
    assert_eq!(ties, [("contra", "2"), ("mended", "2")]);
    let others: Vec<(&str, &str)> = found[..6].iter().chain(&found[8..]).copied().collect();
    let expected = [
        (FORMULA, "9"),
        ("broke", "4.2"),
        ("raters", "4"),
        ("mute", "3"),
        ("unsure", "2.6"),
        ("sideways", "2.2"),
        ("wrong", "1.2"),
        ("unlabelled", "1"),
    ];
    assert_eq!(others, expected);
}

#[test]
fn every_item_says_why_it_is_there() {
    let queue = Made::new().queue();
    let check = |id: &str, reasons: &str, labels: [&str; 4]| {
        let row = queue.iter().find(|row| undo(&row["id"]) == id).unwrap();
        assert_eq!(row["reasons"], reasons, "{id}");
        let columns = ["reference", "second", "baseline", "candidate"];
        assert_eq!(columns.map(|column| &*row[column]), labels, "{id}");
        assert_eq!((&*row["decision"], &*row["why"]), ("", ""));
    };
    check(
        FORMULA,
        "raters disagree (4); v1 was right, v2 is wrong (3); first was only 0.5 sure (1); v2 \
         differs from first (1)",
        ["a", "second: b", "a", "b"],
    );
    check(
        "raters",
        "raters disagree (4)",
        ["a", "second: b", "a", "a"],
    );
    check(
        "mended",
        "v1 was wrong, v2 is right (2)",
        ["a", "", "b", "a"],
    );
    check(
        "sideways",
        "v2 and v1 are off in two ways (1); first was only 0.9 sure (0.2); v2 differs from first \
         (1)",
        ["a", "", "b", "c"],
    );
    check(
        "contra",
        "telemetry contradicts v2: changes (2)",
        ["a", "", "a", "a"],
    );
    check(
        "mute",
        "v1 was right, v2 is wrong (3)",
        ["a", "", "a", "(unparsed)"],
    );
    check(
        "unlabelled",
        "v2 and v1 differ, and nobody has labelled it (1)",
        ["", "", "a", "b"],
    );
}

#[test]
fn the_order_of_the_files_changes_nothing() {
    let turned: Vec<Item> = ITEMS.iter().rev().copied().collect();
    assert_eq!(Made::new().queue(), Made::of(&turned).queue());
}

#[test]
fn the_terminal_shows_labels_reasons_and_the_first_lines_of_the_text_as_text() {
    let (exit, out, said) = Made::new().run(&["review", "mode", "--limit", "2"]);
    assert_eq!(exit, 0, "{said}");
    assert!(out.contains("2 of 10 to look at"), "{out}");
    assert!(out.contains("1. mode · =1+1 · 9\n"), "{out}");
    assert!(out.contains("2. mode · broke · 4.2\n"), "{out}");
    assert!(!out.contains("3. mode"), "{out}");
    assert!(out.contains("second     second  b\n"), "{out}");
    assert!(out.contains("- telemetry") || out.contains("- v1 was right, v2 is wrong (3)\n"));
    assert!(out.contains("| =cmd says broke\n"), "{out}");
    assert!(out.contains("| \u{fffd}[31mred\n"), "{out}");
    assert!(!out.contains('\u{1b}'), "{out}");
    assert!(out.contains("| 6\n  | …\n"), "{out}");
    assert!(!out.contains("not shown"), "{out}");
}

#[test]
fn no_cell_of_the_file_is_a_formula_and_texts_can_be_left_out_or_cut() {
    let made = Made::new();
    for row in made.queue() {
        for (column, cell) in &row {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{column}: {cell}");
        }
        assert!(row["text"].starts_with("'=cmd says "), "{row:?}");
        assert!(undo(&row["text"]).ends_with("7 is not shown\n"));
    }
    let (exit, _, said) = made.run(&["review", "-o", "q.csv", "--text-chars", "4", "--limit", "1"]);
    assert_eq!(exit, 0, "{said}");
    assert!(
        said.contains("1 of 10 items worth a look are in q.csv"),
        "{said}"
    );
    let rows = crate::formats::csv::parse(made.read("q.csv").as_bytes());
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["text"], "'=cmd…");
    let (_, table, _) = made.run(&["review", "-o", "-", "--text-chars", "0"]);
    assert!(!table.contains("=cmd"), "{table}");
}

#[test]
fn what_is_asked_in_vain_is_said_with_what_may_be_meant() {
    let made = Made::new();
    let check = |arguments: &[&str], expected: &str| {
        let (exit, out, said) = made.run(&[&["review"], arguments].concat());
        assert_eq!((exit, &*out), (2, ""), "{said}");
        assert!(said.contains(expected), "{said}");
    };
    check(&["mood"], "did you mean `mode`?");
    check(&["-o", "queue.xlsx"], "a queue is written as .csv");
    check(&["-o", "nowhere/queue.csv"], "there is no folder `nowhere`");
    check(&["--limit", "0"], "a queue of 0 items shows nothing");
    check(&["--dry-run"], "--take");
    check(&["--take", "queue.csv"], "--who");
    check(&["--who", "Ann"], "--take");
    check(
        &["mode", "--take", "queue.csv", "--who", "Ann"],
        "cannot be used with",
    );
}

#[test]
fn lists_of_decisions_are_left_out_and_that_is_said() {
    let folder = crate::cli::project();
    let made = Made(folder);
    let (exit, _, said) = made.run(&["review", "decisions"]);
    assert_eq!(exit, 2);
    assert!(said.contains("`decisions` cannot be reviewed"), "{said}");
    let (exit, _, said) = made.run(&["review", "coding_session"]);
    assert_eq!(exit, 2, "{said}");
    assert!(said.contains("there is no classifier"), "{said}");
}

#[test]
fn a_draw_is_marked_and_depends_on_its_seed_alone() {
    let made = Made::new();
    let queue = |more: &[&str]| {
        let arguments = [&["review", "-q", "-o", "-"], more].concat();
        let (exit, table, said) = made.run(&arguments);
        assert_eq!(exit, 0, "{said}");
        parse(table.as_bytes())
    };
    let drawn = |rows: &[Row]| -> Vec<String> {
        let drawn = rows.iter().filter(|row| !row["drawn"].is_empty());
        drawn.map(|row| row["id"].clone()).collect()
    };
    let plain = queue(&[]);
    assert!(drawn(&plain).is_empty());
    let rows = queue(&["--random", "4", "--seed", "3"]);
    let ids = drawn(&rows);
    assert_eq!(ids.len(), 4);
    // They come first, and nobody is there twice.
    assert_eq!(
        ids,
        rows[..4]
            .iter()
            .map(|row| row["id"].clone())
            .collect::<Vec<_>>()
    );
    let all: std::collections::BTreeSet<&String> = rows.iter().map(|row| &row["id"]).collect();
    assert_eq!(all.len(), rows.len());
    // The candidate gave ten of the eleven items a label.
    assert_eq!(rows[0]["drawn"], "random, seed 3, of 10 items");
    assert!(
        rows[0]["reasons"].starts_with("drawn at random"),
        "{}",
        rows[0]["reasons"]
    );
    assert_eq!(
        drawn(&queue(&["--random", "4", "--seed", "3", "--limit", "1"])),
        ids
    );
    assert_eq!(drawn(&queue(&["--random", "2", "--seed", "3"])), ids[..2]);
    let seeds = ["1", "2", "4", "5", "6"];
    let others = seeds.map(|seed| drawn(&queue(&["--random", "4", "--seed", seed])));
    assert!(others.iter().any(|other| *other != ids));
    let everything = drawn(&queue(&["--random", "99", "--limit", "0"]));
    assert_eq!(everything.len(), 10);
    assert!(!everything.iter().any(|id| id == "mute"));
    // What is decided is known, and is not drawn again.
    made.decide(&[("broke", "b", "")]);
    assert_eq!(made.take(&[]).0, 0);
    let left = drawn(&queue(&["--random", "99", "--limit", "0"]));
    assert_eq!(left.len(), 9);
    let (exit, _, said) = made.run(&["review", "--random", "0"]);
    assert_eq!(exit, 2, "{said}");
    let (_, out, _) = made.run(&["review", "--random", "2", "--limit", "1"]);
    assert!(out.contains("2 drawn at random. Then 1 of "), "{out}");
}
