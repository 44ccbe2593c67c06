//! Malformed projects: each fault is found, with its file, its line and what to do.

mod cascades;
mod classifiers;
mod data;
mod expressions;
mod gates;
// Its helpers may unwrap, as tests may.
#[cfg(test)]
mod project;
mod settings;

use project::{edit, folder, read, shown};

/// Holds the faults of an edited project to a list of `file:line` and two pieces of what is said.
fn check(file: &str, from: &str, to: &str, expected: &[(&str, &str, &str)]) {
    let project = folder();
    edit(project.path(), file, from, to);
    check_folder(project.path(), expected);
}

/// As [`check`], but others may follow from the fault.
fn among(file: &str, from: &str, to: &str, line: usize, message: &str, help: &str) {
    let project = folder();
    edit(project.path(), file, from, to);
    let faults = shown(project.path());
    let place = format!("{file}:{line}: ");
    let found = faults
        .iter()
        .any(|fault| fault.starts_with(&place) && fault.contains(message) && fault.contains(help));
    assert!(found, "{from} -> {to}: {faults:#?}");
}

fn check_folder(folder: &std::path::Path, expected: &[(&str, &str, &str)]) {
    let faults = shown(folder);
    for fault in &faults {
        assert!(
            !fault.contains("(no help)"),
            "nothing says what to do: {fault}"
        );
    }
    for (place, message, help) in expected {
        assert!(
            faults.iter().any(|fault| {
                fault.starts_with(&format!("{place}: "))
                    && fault.contains(message)
                    && fault.contains(help)
            }),
            "{place}: {message} ({help})\nis not among\n{}",
            faults.join("\n")
        );
    }
    assert_eq!(faults.len(), expected.len(), "{}", faults.join("\n"));
}

#[test]
fn a_sound_project_has_no_fault() {
    let project = folder();
    assert_eq!(shown(project.path()), Vec::<String>::new());
    let project = read(project.path()).unwrap();
    let ids: Vec<&str> = project.classifiers.iter().map(|c| &*c.id).collect();
    assert_eq!(ids, ["choices", "level", "mode", "price"]);
    let mode = project.classifier("mode").unwrap();
    assert_eq!(&*mode.candidate.name, "v2");
    assert_eq!(mode.reference.rater, 1);
    assert_eq!(mode.gates.len(), 4);
    assert_eq!(mode.gates[1].line, 29);
    assert_eq!(project.items.clusters, ["a".into(), "b".into()]);
    assert_eq!(project.derived.len(), 2);
}

#[test]
fn faults_of_all_files_come_at_once() {
    let project = folder();
    for (file, from, to) in [
        ("labelgate.toml", "concurrency = 4", "concurrency = 0"),
        ("gold/items.jsonl", "\"Two.\"", "\"\""),
        ("prompts/mode/classifier.toml", "title", "titel"),
        (
            "prompts/price/classifier.toml",
            "\"mae\"",
            "\"kappa_linear\"",
        ),
        ("prompts/price/v1.md", "{{item}}", "{{itme}}"),
    ] {
        edit(project.path(), file, from, to);
    }
    check_folder(
        project.path(),
        &[
            (
                "labelgate.toml:10",
                "`concurrency` must be a whole number from 1",
                "",
            ),
            ("gold/items.jsonl:2", "no text", "fill it in"),
            (
                "prompts/mode/classifier.toml:1",
                "unknown key `titel`",
                "did you mean `title`?",
            ),
            (
                "prompts/price/classifier.toml:12",
                "a metric of ordinal schemes",
                "`mae`",
            ),
            ("prompts/price/v1.md:6", "unknown placeholder", "{{item}}"),
        ],
    );
}

#[test]
fn no_damage_to_a_file_is_more_than_a_fault() {
    let project = folder();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap_or_default() % n.max(1)
    };
    let pieces: [&[u8]; 14] = [
        b"", b"\n", b"\"", b"'", b"[", b"]]", b"{", b"}}", b"=", b",", b"\\u", b"\xff", b"+++",
        b"-1e9",
    ];
    for _ in 0..1500 {
        let (file, text) = project::FILES[below(project::FILES.len())];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let start = below(bytes.len() + 1);
            let end = (start + below(6)).min(bytes.len());
            bytes.splice(start..end, pieces[below(pieces.len())].iter().copied());
        }
        project::write(project.path(), file, &bytes);
        // Whatever it comes to, it returns.
        for fault in shown(project.path()) {
            let advised = !fault.contains("(no help)") || fault.contains(" more like these");
            assert!(advised, "nothing says what to do: {fault}");
        }
        project::write(project.path(), file, text);
    }
}
