//! The review from outside: a made project, its queue, and decisions that come back.

mod queue;
mod reference;
mod take;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use labelgate::ask::sha256_hex;
use labelgate::report::spreadsheet::undo;
use tempfile::TempDir;

use crate::cli::{code, labelgate, text};
use crate::formats::csv::{Row, parse};

/// An item: id, labels of both raters, the first one's confidence, answers of both revisions and
/// lines changed. Empty is none.
type Item = [&'static str; 7];

/// Something that a spreadsheet would run.
const FORMULA: &str = "=1+1";

const ITEMS: [Item; 11] = [
    ["quiet", "a", "", "0.9", "a", "a", "1"],
    ["raters", "a", "b", "0.9", "a", "a", "1"],
    ["broke", "a", "", "0.9", "a", "b", "1"],
    ["mended", "a", "", "0.9", "b", "a", "1"],
    ["sideways", "a", "", "0.9", "b", "c", "1"],
    ["wrong", "a", "", "0.9", "b", "b", "1"],
    ["unsure", "a", "", "0.2", "b", "b", "1"],
    ["contra", "a", "", "0.9", "a", "a", "0"],
    ["mute", "a", "", "0.9", "a", "what?", "1"],
    ["unlabelled", "", "", "", "a", "b", "1"],
    [FORMULA, "a", "b", "0.5", "a", "b", "1"],
];

const CLASSIFIER: &str = r#"scheme = "nominal"
baseline = "v1"
candidate = "v2"

[[label]]
id = "a"

[[label]]
id = "b"

[[label]]
id = "c"

[reference]
path = "gold/labels/mode.csv"

[[telemetry]]
name = "changes"
when = 'label == "a"'
expect = "lines > 0"

[[gate]]
metric = "agreement"
at_least = 0.7
by = "point"
"#;

/// A project of these items.
struct Made(TempDir);

impl Made {
    fn new() -> Self {
        Self::of(&ITEMS)
    }

    fn of(items: &[Item]) -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.write("labelgate.toml", "[items]\npath = \"gold/items.jsonl\"\n");
        made.write("prompts/mode/classifier.toml", CLASSIFIER);
        let mut said = String::new();
        let mut labels = "id,rater,label,confidence\n".to_owned();
        for [id, first, second, confidence, .., lines] in items {
            let text = serde_json::to_string(&words(id)).unwrap();
            let telemetry = format!("{{\"lines\": {lines}}}");
            writeln!(
                said,
                "{{\"id\": \"{id}\", \"text\": {text}, \"telemetry\": {telemetry}}}"
            )
            .unwrap();
            for (rater, label, confidence) in
                [("first", first, *confidence), ("second", second, "")]
            {
                if !label.is_empty() {
                    writeln!(labels, "{id},{rater},{label},{confidence}").unwrap();
                }
            }
        }
        made.write("gold/items.jsonl", &said);
        made.write("gold/labels/mode.csv", &labels);
        for (place, revision) in [(4, "v1"), (5, "v2")] {
            let prompt = format!(
                "+++\nmax_tokens = 9\nanswer = \"label\"\n+++\n{revision} {{{{labels}}}} {{{{item}}}}\n"
            );
            let answers = items.iter().map(|item| {
                format!(
                    "{{\"id\": \"{}\", \"text\": \"{}\", \"prompt_sha256\": \"{}\", \"item_sha256\": \"{}\"}}\n",
                    item[0],
                    item[place],
                    sha256_hex(prompt.as_bytes()),
                    sha256_hex(words(item[0]).as_bytes()),
                )
            });
            let answers: String = answers.collect();
            made.write(&format!("gold/answers/mode/{revision}.jsonl"), &answers);
            made.write(&format!("prompts/mode/{revision}.md"), &prompt);
        }
        made
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} in {text}");
        self.write(name, &text.replace(from, to));
    }

    /// Exit code, standard output and standard error of a command.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = labelgate(self.path(), arguments);
        (code(&output), text(&output.stdout), text(&output.stderr))
    }

    /// The queue as a table.
    fn queue(&self) -> Vec<Row> {
        let (exit, table, said) = self.run(&["review", "-o", "-"]);
        assert_eq!(exit, 0, "{said}");
        parse(table.as_bytes())
    }

    /// Fills the queue in, and writes it to `queue.csv`.
    fn decide(&self, decisions: &[(&str, &str, &str)]) {
        let mut rows = self.queue();
        for (id, label, why) in decisions {
            let row = rows.iter_mut().find(|row| undo(&row["id"]) == *id).unwrap();
            row.insert("decision".to_owned(), (*label).to_owned());
            row.insert("why".to_owned(), (*why).to_owned());
        }
        self.write("queue.csv", &written(&rows));
    }

    fn take(&self, more: &[&str]) -> (i32, String, String) {
        let arguments = ["review", "--take", "queue.csv", "--who", "Ann"];
        self.run(&[&arguments, more].concat())
    }
}

/// What an item says. It would colour the terminal, if it could.
fn words(id: &str) -> String {
    format!("=cmd says {id}\n\u{1b}[31mred\n3\n4\n5\n6\n7 is not shown\n")
}

fn written(rows: &[Row]) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let columns: Vec<&String> = rows[0].keys().collect();
    writer.write_record(&columns).unwrap();
    for row in rows {
        writer.write_record(row.values()).unwrap();
    }
    text(&writer.into_inner().unwrap())
}
