//! Who may know whom. Reads the source as text: each `crate::name` and each outside word is held
//! against the table below, which `docs/architecture.md` explains. A module without a row, a
//! grouped `use crate::{…}` and a climb by `super::super` are faults too.

use std::fs;
use std::path::{Path, PathBuf};

struct Row {
    module: &'static str,
    /// Modules of this crate it may name.
    inside: &'static [&'static str],
    /// Words from outside it may use, of those that are watched.
    outside: &'static [&'static str],
}

const fn row(
    module: &'static str,
    inside: &'static [&'static str],
    outside: &'static [&'static str],
) -> Row {
    Row {
        module,
        inside,
        outside,
    }
}

const TABLE: &[Row] = &[
    row("num", &[], &[]),
    row("fault", &[], &["strsim"]),
    row("finding", &["fault"], &[]),
    row("looks", &[], &[]),
    row(
        "git",
        &[],
        &["thiserror", "std::process", "std::fs", "std::io"],
    ),
    row(
        "model",
        &["num"],
        &["thiserror", "unicase", "unicode_normalization"],
    ),
    row("stat", &["num"], &["statrs", "libm"]),
    row("expr", &["num", "model", "fault"], &["cel"]),
    row("ask", &["model", "fault"], &["sha2"]),
    row("answer", &["model"], &["serde", "serde_json"]),
    row("align", &["num", "model", "expr"], &[]),
    row("score", &["num", "model", "stat", "expr", "align"], &[]),
    row("gate", &["num", "stat", "score"], &[]),
    row(
        "plan",
        &["num", "model", "stat", "ask", "score", "gate"],
        &[],
    ),
    row(
        "report",
        &[
            "num", "fault", "finding", "model", "stat", "align", "score", "gate", "plan",
        ],
        &[
            "csv",
            "quick_junit",
            "serde",
            "serde_json",
            "anstyle",
            "flate2",
            "sha2",
            "thiserror",
            "unicode_normalization",
            "unicode_width",
        ],
    ),
    row(
        "table",
        &["num", "model", "fault"],
        &[
            "csv",
            "serde",
            "serde_json",
            "flate2",
            "bytes",
            "ruzstd",
            "parquet",
            "sha2",
            "std::fs",
            "std::io",
        ],
    ),
    row(
        "project",
        &[
            "num", "model", "fault", "expr", "ask", "answer", "gate", "score", "table", "stat",
            "plan",
        ],
        &["toml", "std::fs", "std::io", "std::time"],
    ),
    row(
        "provider",
        &["model", "ask", "fault"],
        &[
            "bytes",
            "serde",
            "serde_json",
            "reqwest",
            "rustls",
            "http",
            "httpdate",
            "jiff",
            "fastrand",
            "secrecy",
            "tokio",
            "futures_util",
            "tracing",
            "thiserror",
            "std::net",
            "std::time",
            "std::process",
            "std::fs",
            "std::io",
            "std::net",
        ],
    ),
    row(
        "store",
        &["model", "ask", "provider"],
        &[
            "rusqlite",
            "serde",
            "serde_json",
            "thiserror",
            "tracing",
            "std::fs",
            "std::io",
            "std::time",
        ],
    ),
    row(
        "run",
        &["model", "ask", "answer", "plan", "provider", "store"],
        &[
            "bytes",
            "fastrand",
            "serde",
            "serde_json",
            "tokio",
            "futures_util",
            "tracing",
            "thiserror",
            "std::time",
        ],
    ),
    row("label_file", &["model", "fault", "expr", "table"], &[]),
    row(
        "assess",
        &[
            "num", "model", "expr", "align", "score", "gate", "report", "project",
        ],
        &[],
    ),
    row(
        "guard",
        &[
            "fault", "finding", "model", "gate", "report", "project", "assess",
        ],
        &[],
    ),
    row(
        "cli",
        &[
            "num",
            "fault",
            "finding",
            "looks",
            "git",
            "guard",
            "model",
            "stat",
            "expr",
            "ask",
            "answer",
            "align",
            "score",
            "gate",
            "report",
            "table",
            "project",
            "plan",
            "provider",
            "store",
            "run",
            "label_file",
            "assess",
        ],
        &[
            "clap",
            "indicatif",
            "annotate_snippets",
            "anstream",
            "anstyle",
            "terminal_size",
            "std::fs",
            "std::env",
            "std::io",
            "std::process",
            "std::time",
            "http",
            "jiff",
            "tokio",
            "http",
            "tracing",
            "tracing_subscriber",
            "secrecy",
            "println!",
            "eprintln!",
            "thiserror",
        ],
    ),
];

/// Words from outside that a module needs leave to use.
const WATCHED: &[&str] = &[
    "annotate_snippets",
    "anstream",
    "anstyle",
    "bytes",
    "cel",
    "clap",
    "csv",
    "fastrand",
    "flate2",
    "futures_util",
    "http",
    "httpdate",
    "indicatif",
    "jiff",
    "libm",
    "parquet",
    "quick_junit",
    "reqwest",
    "rusqlite",
    "rustls",
    "ruzstd",
    "secrecy",
    "serde",
    "serde_json",
    "sha2",
    "statrs",
    "strsim",
    "terminal_size",
    "thiserror",
    "tokio",
    "toml",
    "tracing",
    "tracing_subscriber",
    "unicase",
    "unicode_normalization",
    "unicode_width",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::time",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];

#[test]
fn no_module_knows_more_than_the_table_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let faults = faults(&src);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_has_no_cycle() {
    // Each module may name only modules of earlier rows.
    for (position, row) in TABLE.iter().enumerate() {
        for name in row.inside {
            let earlier = TABLE[..position]
                .iter()
                .any(|earlier| earlier.module == *name);
            assert!(
                earlier,
                "`{}` names `{name}`, which stands at or below it",
                row.module
            );
        }
    }
}

#[test]
fn planted_imports_are_found() {
    let check = |module: &str, line: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        let src = folder.path().join("src");
        fs::create_dir_all(src.join(module)).unwrap();
        fs::write(
            src.join(module).join("planted.rs"),
            format!("//! Doc.\n{line}\n"),
        )
        .unwrap();
        let faults = faults(&src);
        assert_eq!(faults.len(), 1, "{line}: {faults:?}");
        assert!(faults[0].ends_with(expected), "{}", faults[0]);
        assert!(faults[0].contains("planted.rs:2"), "{}", faults[0]);
    };
    check(
        "stat",
        "use crate::score::Metric;",
        "`stat` may not import `score`",
    );
    check(
        "stat",
        "let x = crate::model::fold(a);",
        "`stat` may not import `model`",
    );
    check(
        "stat",
        "use std::time::Instant;",
        "`stat` may not use `std::time`",
    );
    check(
        "score",
        "println!(\"{x}\");",
        "`score` may not use `println!`",
    );
    check(
        "answer",
        "use crate::{num, stat};",
        "`use crate::{…}` hides what is imported",
    );
    check(
        "gate",
        "use super::super::report;",
        "`super::super` leaves the module",
    );
    check(
        "model",
        "use serde::Serialize;",
        "`model` may not use `serde`",
    );
    check(
        "nowhere",
        "use std::fmt;",
        "`nowhere` has no row in the table",
    );
}

#[test]
fn comments_and_longer_names_are_no_imports() {
    let folder = tempfile::tempdir().unwrap();
    let src = folder.path().join("src");
    fs::create_dir_all(src.join("stat")).unwrap();
    let text = "// println! would be wrong here; so would crate::score.\nfn recsv() {}\n";
    fs::write(src.join("stat/mod.rs"), text).unwrap();
    assert_eq!(faults(&src), Vec::<String>::new());
}

fn faults(src: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for file in rust_files(src) {
        let relative = file.strip_prefix(src).unwrap();
        let module = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if module == "lib" || module == "main" {
            continue;
        }
        let shown = format!("src/{}", relative.display());
        let Some(row) = TABLE.iter().find(|row| row.module == module) else {
            faults.push(format!("{shown}:2: `{module}` has no row in the table"));
            continue;
        };
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap();
            let mut fault = |what: String| faults.push(format!("{shown}:{}: {what}", number + 1));
            if code.contains("crate::{") {
                fault("`use crate::{…}` hides what is imported".to_owned());
            }
            if code.contains("super::super") {
                fault("`super::super` leaves the module".to_owned());
            }
            for name in names_after(code, "crate::") {
                let is_module = TABLE.iter().any(|row| row.module == name);
                if is_module && name != module && !row.inside.contains(&name) {
                    fault(format!("`{module}` may not import `{name}`"));
                }
            }
            for word in WATCHED.iter().filter(|word| uses(code, word)) {
                if !row.outside.contains(word) {
                    fault(format!("`{module}` may not use `{word}`"));
                }
            }
        }
    }
    faults
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The first names after each `prefix` in a line.
fn names_after<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let starts = code
        .match_indices(prefix)
        .map(|(start, _)| &code[start + prefix.len()..]);
    starts
        .map(|rest| rest.split(|c: char| !is_name(c)).next().unwrap())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Whether a line uses a word as a path's first segment or as a macro.
fn uses(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        let starts_a_path = before.is_none_or(|c| !is_name(c) && c != ':' && c != '.');
        let is_path = word.ends_with('!')
            || word.contains("::")
            || code[start + word.len()..].starts_with("::");
        starts_a_path && is_path && after.is_none_or(|c| !is_name(c))
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
