//! Faults of data: items, telemetry and reference labels.

use super::project::{edit, folder, read, write};
use super::{among, check, check_folder};

const ITEMS: &str = "gold/items.jsonl";

#[test]
fn of_items() {
    for (from, to, line, message, help) in [
        ("\"s-2\"", "\"\"", 2, "no id", ""),
        (
            "\"s-3\"",
            "\"s-1\"",
            3,
            "the id `s-1` stands on line 1 already",
            "its own",
        ),
        ("\"s-3\"", "[1]", 3, "must be text or a number", ""),
        ("\"Two.\"", "null", 2, "no text", "leave the item out"),
        ("\"Two.\"", "{}", 2, "an object, not text", ""),
        (
            "\"account\": \"b\"",
            "\"account\": \" \"",
            3,
            "no cluster in `account`",
            "fill it in",
        ),
        (
            "\"month\": null",
            "\"month\": [1]",
            3,
            "the slice `month` is a list",
            "",
        ),
        (
            "\"lines\": 0",
            "\"lines\": \"0\"",
            2,
            "text here and a number on line 1",
            "same type",
        ),
        (
            "\"lines\": 0",
            "\"lines\": true",
            2,
            "true or false here",
            "same type",
        ),
        (
            "\"lines\": 0",
            "\"lines\": {\"a\": 1}",
            2,
            "`lines` is an object",
            "flat",
        ),
        (
            "\"lines\": 0",
            "\"lines\": 1e999",
            2,
            "not a JSON object: number out of range",
            "",
        ),
        ("\"lines\": 0", "\"lines\": NaN", 2, "not a JSON object", ""),
        (
            "\"lines\": 0",
            "\"lines\": 0, \"lines\": 1",
            2,
            "`lines` occurs twice",
            "",
        ),
        (
            "{\"lines\": 2.5, \"commits\": 2}",
            "7",
            3,
            "must be an object",
            "path =",
        ),
        (
            "{\"lines\": 2.5, \"commits\": 2}",
            "[]",
            3,
            "must be an object, not a list",
            "",
        ),
    ] {
        let project = folder();
        edit(project.path(), ITEMS, from, to);
        let place = format!("{ITEMS}:{line}");
        check_folder(project.path(), &[(&place, message, help)]);
    }
    for (bytes, line, message) in [
        (&b""[..], 0, "the file is empty"),
        (b"\n\n", 0, "the file is empty"),
        (
            b"{\"id\": 1}\n{\"id\": \"\xff\"}",
            2,
            "not UTF-8: byte 9 of the line",
        ),
        (b"[{\"id\": 1}]", 1, "one JSON document"),
    ] {
        let project = folder();
        write(project.path(), ITEMS, bytes);
        let place = format!("{ITEMS}:{line}");
        check_folder(project.path(), &[(&place, message, "")]);
    }
}

#[test]
fn of_labels() {
    let (mode, level, price) = (
        "gold/labels/mode.csv",
        "gold/labels/level.csv",
        "gold/labels/price.csv",
    );
    let choices = "gold/labels/choices.jsonl";
    for (file, from, to, line, message, help) in [
        (
            mode,
            "confidence",
            "confidnce",
            1,
            "unknown column `confidnce`",
            "`confidence`?",
        ),
        (
            mode,
            ",label",
            ",labell",
            1,
            "unknown column `labell`",
            "`label`?",
        ),
        (
            mode,
            "s-2",
            "s-02",
            3,
            "no item has the id `s-02`",
            "`s-2`?",
        ),
        (mode, "s-2", "", 3, "no id", ""),
        (
            mode,
            "s-2,ann",
            "s-2,",
            3,
            "no rater",
            "leave out the column",
        ),
        (
            mode,
            "talk",
            "tlak",
            4,
            "`tlak` is not a label of the scheme",
            "`talk`?",
        ),
        (mode, "talk", "Talk", 4, "`Talk` is not a label", "`talk`?"),
        (mode, "talk", "", 4, "no label", "leave out the row"),
        (mode, "0.9", "1.1", 2, "the confidence `1.1`", "0.8"),
        (mode, "0.9", "sure", 2, "the confidence `sure`", ""),
        (mode, "0.9", "0.9,", 2, "5 fields", "quotes"),
        (
            mode,
            "s-2,ann",
            "s-1,ann",
            3,
            "rater `ann` has labelled `s-1` on line 2 already",
            "one",
        ),
        (
            level,
            "s-3",
            "s-1",
            4,
            "`s-1` has a label on line 2 already",
            "rater",
        ),
        (price, "20", "2o", 2, "`2o` is not a number", "plain"),
        (price, "20", "-3", 2, "does not accept -3", "log scale"),
        (
            price,
            "20",
            "2000",
            2,
            "does not accept 2000",
            "from 1 to 1000",
        ),
        (price, "20", "inf", 2, "`inf` is not a number", ""),
        (
            choices,
            "\"plan\"",
            "\"pln\"",
            1,
            "decision 1 has the unknown stage `pln`",
            "`plan`?",
        ),
        (
            choices,
            "\"user\"",
            "\"usr\"",
            1,
            "the unknown decider `usr`",
            "`user`?",
        ),
        (
            choices,
            "\"decider\"",
            "\"by\"",
            1,
            "has no `decider`",
            "stage",
        ),
        (choices, "[]", "{}", 2, "must be a list, not an object", ""),
        (choices, "[]", "null", 2, "no label", ""),
    ] {
        among(file, from, to, line, message, help);
    }
    check(
        "prompts/mode/classifier.toml",
        "\"bob\"",
        "\"rob\"",
        &[(
            "prompts/mode/classifier.toml:18",
            "no rater `rob`",
            "`bob`?",
        )],
    );
    check(
        "prompts/mode/classifier.toml",
        "mode.csv",
        "mod.csv",
        &[(
            "prompts/mode/classifier.toml:17",
            "no such file",
            "`mode.csv`?",
        )],
    );
    check(
        "prompts/mode/classifier.toml",
        "mode.csv",
        "mode.xls",
        &[(
            "prompts/mode/classifier.toml:17",
            "no such file",
            "`mode.csv`?",
        )],
    );
    let project = folder();
    write(project.path(), price, "id,value\n");
    check_folder(
        project.path(),
        &[("gold/labels/price.csv:0", "no rows", "")],
    );
    write(project.path(), price, "id,value,label\ns-1,1,1\n");
    check_folder(
        project.path(),
        &[("gold/labels/price.csv:1", "mean the same", "one of them")],
    );
}

#[test]
fn telemetry_may_stand_in_a_file_of_its_own() {
    let project = folder();
    let path = "path = \"gold/items.jsonl\"";
    let beside = format!("{path}\ntelemetry = {{ path = \"gold/t.csv\", id = \"session\" }}");
    edit(project.path(), "labelgate.toml", path, &beside);
    let csv = "session,lines,commits,agent\ns-2,0,1,x\ns-1,2.5,,y\nother,1,1,z\n";
    write(project.path(), "gold/t.csv", csv);
    let loaded = read(project.path()).unwrap();
    let kinds: Vec<String> = loaded
        .items
        .telemetry
        .iter()
        .map(|column| format!("{} {}", column.name, column.kind))
        .collect();
    assert_eq!(kinds, ["lines double", "commits int", "agent string"]);
    assert_eq!(loaded.items.items[2].telemetry, [None, None, None]);
    for (from, to, line, message) in [
        ("2.5", "lots", 3, "`lots` is not a number"),
        ("2.5", "inf", 3, "`inf` is not a number"),
        ("s-1", "s-2", 3, "the id `s-2` stands on line 2 already"),
        ("session", "id", 0, ""),
    ] {
        write(project.path(), "gold/t.csv", csv.replace(from, to));
        let (place, message) = match line {
            0 => ("labelgate.toml:5".to_owned(), "no column `session`"),
            line => (format!("gold/t.csv:{line}"), message),
        };
        check_folder(project.path(), &[(&place, message, "")]);
    }
    write(project.path(), "gold/t.csv", csv.replace("s-", "t-"));
    check_folder(
        project.path(),
        &[("gold/t.csv:1", "no row is about any of the items", "")],
    );
}

#[test]
fn ids_that_are_numbers_are_their_text() {
    let project = folder();
    for (file, _) in super::project::FILES {
        let path = project.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("\"s-", "").replace("s-", "");
        let text = match *file {
            ITEMS => text
                .replace("1\", \"acc", "1, \"acc")
                .replace("2\", \"acc", "2, \"acc")
                .replace("3\", \"acc", "3, \"acc"),
            _ => text
                .replace("1\", \"dec", "1, \"dec")
                .replace("2\", \"dec", "2, \"dec"),
        };
        std::fs::write(path, text).unwrap();
    }
    let loaded = read(project.path()).unwrap();
    assert_eq!(&*loaded.items.items[0].id, "1");
    assert_eq!(
        loaded.classifiers[0]
            .reference_labels()
            .iter()
            .flatten()
            .count(),
        2
    );
}

#[test]
fn items_without_a_cluster_column_are_clusters_of_their_own() {
    let project = folder();
    edit(
        project.path(),
        "labelgate.toml",
        "cluster = \"account\"\n",
        "",
    );
    let loaded = read(project.path()).unwrap();
    assert_eq!(
        loaded.items.clusters,
        ["s-1".into(), "s-2".into(), "s-3".into()]
    );
    assert_eq!(loaded.items.items[2].cluster, 2);
}
