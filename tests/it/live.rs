//! Live runs from outside: the program as a child process against a provider on the loopback.

mod beginnings;
mod failures;
mod first;
mod hostile;
mod killed;
mod money;
mod progress;
mod repeats;
mod reports;
mod secrets;
mod signals;
mod soak;
mod stores;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Given, Script, Seen, Server};

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(60);

const CLASSIFIER: &str = r#"
title = "What the session is for"
scheme = "nominal"
candidate = "v1"

[[label]]
id = "build"
says = "Makes something new."

[[label]]
id = "fix"
says = "Mends something."

[reference]
path = "labels.csv"

[[gate]]
metric = "coverage"
at_least = 0.0
by = "point"
"#;

const PROMPT: &str = r#"+++
max_tokens = 50
answer = "json"
fields = ["label"]
labels = "definitions"
+++

What is this session for? Choose one:

{{labels}}

Answer with JSON: {"label": "..."}

{{item}}
"#;

/// A project of one classifier, `mode`, in a folder of its own.
struct Bench {
    folder: TempDir,
}

/// How the program ended.
#[derive(Debug)]
struct Done {
    /// 128 and the signal's number, where it was ended by one.
    code: i32,
    out: String,
    err: String,
}

impl Bench {
    /// A project of so many items, of which number 7 holds `«7»`.
    fn new(n_items: usize) -> Self {
        let bench = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        bench.items((0..n_items).map(|number| (number, text_of(number))));
        bench.settings("");
        bench.write("prompts/mode/classifier.toml", CLASSIFIER);
        bench.write("prompts/mode/v1.md", PROMPT);
        bench
    }

    /// Writes the items and their reference labels.
    fn items(&self, items: impl IntoIterator<Item = (usize, String)>) {
        let (mut lines, mut labels) = (String::new(), String::from("id,rater,label\n"));
        for (number, text) in items {
            let id = format!("s-{number:05}");
            let account = format!("a-{}", number / 2);
            let item = json!({"id": id, "account": account, "text": text});
            writeln!(lines, "{item}").unwrap();
            let label = ["build", "fix"][number % 2];
            writeln!(labels, "{id},first,{label}").unwrap();
        }
        self.write("items.jsonl", &lines);
        self.write("labels.csv", &labels);
    }

    /// Writes the project file with more lines under `[run]`.
    fn settings(&self, run: &str) {
        let provider = match run.contains("provider") {
            true => "",
            false => "provider = \"anthropic\"\nmodel = \"claude-test\"\nconcurrency = 16",
        };
        let toml = format!("[items]\npath = \"items.jsonl\"\n\n[run]\n{provider}\n{run}\n");
        self.write("labelgate.toml", &toml);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a file; the old text must be there.
    fn change(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(old), "{path} lacks {old}");
        self.write(path, &text.replacen(old, new, 1));
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The program with nothing of the caller's environment and no server.
    fn alone(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labelgate"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        command
    }

    /// The program, with a server to ask.
    fn command(&self, server: &Server, arguments: &[&str]) -> Command {
        let mut command = self.alone(arguments);
        command.envs(server.environment());
        command
    }

    fn labelgate(&self, server: &Server, arguments: &[&str]) -> Done {
        done(&self.command(server, arguments).output().unwrap())
    }

    /// Runs, and expects this exit code.
    fn expect(&self, code: i32, server: &Server, arguments: &[&str]) -> Done {
        let done = self.labelgate(server, arguments);
        assert_eq!(done.code, code, "{arguments:?}: {done:?}");
        done
    }

    /// What `score` says, in JSON. Nobody can be asked, for there is no server and no key.
    fn score(&self) -> Value {
        let done = done(
            &self
                .alone(&["score", "mode", "-o", "score.json"])
                .output()
                .unwrap(),
        );
        assert!([0, 2, 4].contains(&done.code), "{done:?}");
        json_of(&self.path("score.json"))
    }

    /// How many items have each outcome that any has.
    fn outcomes(&self) -> Vec<(String, u64)> {
        let report = self.score();
        let outcomes = report["items"]["outcomes"].as_object().unwrap();
        let counts = outcomes
            .iter()
            .map(|(name, count)| (name.clone(), count.as_u64().unwrap()));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

fn json_of(path: &Path) -> Value {
    crate::schema::read(&fs::read(path).unwrap()).unwrap()
}

fn done(output: &Output) -> Done {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = output.status.code();
    Done {
        code: code.or(signal.map(|number| 128 + number)).unwrap(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

fn text_of(number: usize) -> String {
    format!("Session «{number}»: somebody asks for a change and gets it.")
}

/// The number of the item that a question is about.
fn number_in(seen: &Seen<'_>) -> usize {
    let question = seen.question();
    let (_, rest) = question.split_once('«').unwrap();
    rest.split_once('»').unwrap().0.parse().unwrap()
}

/// Answers each item as told by its number.
fn by_item(given: impl Fn(usize) -> Given + Send + Sync + 'static) -> Script {
    Script::default().answering(move |seen| given(number_in(seen)))
}
