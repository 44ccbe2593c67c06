//! Batches from outside: the program against a provider on the loopback, killed at every step.

mod faults;
mod kills;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::cli::{code, text};
use crate::server::{BatchPlan, Order, Provider, Script, Server, Summary, spawn};

const PROVIDERS: [Provider; 2] = [Provider::Anthropic, Provider::OpenAi];

/// A project of seven items in front of a server: one question goes ahead alone, six are a batch.
struct Shop {
    provider: Provider,
    folder: TempDir,
    server: Server,
}

const ITEMS: u64 = 7;
const ROWS: u64 = ITEMS - 1;

impl Shop {
    fn new(provider: Provider, plan: BatchPlan) -> Self {
        Self::with(provider, Script::default().batches(plan), "")
    }

    /// `settings` are added to `[run]`.
    fn with(provider: Provider, script: Script, settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let word = match provider {
            Provider::Anthropic => "anthropic",
            Provider::OpenAi => "openai",
        };
        write(
            "labelgate.toml",
            &format!(
                "[items]\npath = \"items.jsonl\"\n[run]\nprovider = \"{word}\"\n\
                 model = \"test-model\"\n{settings}\n"
            ),
        );
        write(
            "prompts/kind/classifier.toml",
            "title = \"Kind\"\nscheme = \"nominal\"\ncandidate = \"v1\"\n\
             [[label]]\nid = \"a\"\nsays = \"A.\"\n[[label]]\nid = \"b\"\nsays = \"B.\"\n\
             [reference]\npath = \"labels.csv\"\n\
             [[gate]]\nmetric = \"agreement\"\nat_least = 0.01\nby = \"point\"\n",
        );
        write(
            "prompts/kind/v1.md",
            "+++\nmax_tokens = 50\nanswer = \"json\"\nfields = [\"label\"]\n+++\nLabel as {{labels}}:\n{{item}}\n",
        );
        let items =
            (0..ITEMS).map(|n| format!("{{\"id\":\"i{n}\",\"text\":\"item \\u00e9 {n}\"}}\n"));
        write("items.jsonl", &items.collect::<String>());
        let labels = (0..ITEMS).map(|n| format!("i{n},one,a\n"));
        write(
            "labels.csv",
            &format!("id,rater,label\n{}", labels.collect::<String>()),
        );
        Self {
            provider,
            folder,
            server: spawn(script),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labelgate"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.server.environment());
        command
    }

    /// Exit code and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        said(&self.command(arguments).output().unwrap())
    }

    /// Asks in batches and waits for them.
    fn batch(&self) -> (i32, String) {
        self.run(&["run", "--batch", "--poll", "0.01"])
    }

    /// Asks in batches and leaves them.
    fn detach(&self) -> (i32, String) {
        self.run(&["run", "--batch", "--detach"])
    }

    /// Starts to ask in batches.
    fn start(&self) -> Child {
        let mut command = self.command(&["run", "--batch", "--poll", "0.01"]);
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        command.spawn().unwrap()
    }

    fn summary(&self) -> Summary {
        self.server.summary()
    }

    /// Waits until the server has seen something, which it does unless the test is broken.
    fn wait_for(&self, seen: impl Fn(&Server) -> bool) {
        while !seen(&self.server) {
            std::thread::yield_now();
        }
    }

    fn store(&self) -> labelgate::store::Store {
        labelgate::store::Store::open(&self.folder.path().join(".labelgate/store.sqlite")).unwrap()
    }

    /// Everything is answered, and nothing was asked or paid for twice.
    fn assert_each_asked_once(&self) {
        let (code, error) = self.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        let summary = self.summary();
        let counts = (
            summary.bodies,
            summary.paid,
            summary.paid_again,
            summary.asked_again,
        );
        assert_eq!(counts, (ITEMS, ITEMS, 0, 0), "{:?}", self.provider);
    }
}

fn said(output: &Output) -> (i32, String) {
    (code(output), text(&output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_batch_is_handed_over_waited_for_and_collected() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                polls: 2,
                order: Order::Reversed,
                ..BatchPlan::default()
            },
        );
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert!(error.contains("6 questions handed over"), "{error}");
        assert!(error.contains("6 answers collected"), "{error}");
        let summary = shop.summary();
        assert_eq!((summary.asks, summary.rows), (1, ROWS));
        shop.assert_each_asked_once();
        let left = names(&shop.folder.path().join(".labelgate"));
        assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
    }
}

#[test]
fn a_batch_that_is_left_is_taken_up_by_any_later_run() {
    for provider in PROVIDERS {
        let shop = Shop::new(
            provider,
            BatchPlan {
                polls: 2,
                ..BatchPlan::default()
            },
        );
        let (code, error) = shop.detach();
        assert_eq!(code, 4, "{error}");
        assert!(
            error.contains("1 batch is open at the provider, with 6 questions"),
            "{error}"
        );
        assert!(!error.contains("to be asked again"), "{error}");
        // While it is open its questions are not asked, whoever runs.
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 4, "{error}");
        assert!(error.contains("1 batch is open"), "{error}");
        let (code, _) = shop.run(&["gate"]);
        assert_eq!(code, 4);
        let summary = shop.summary();
        assert_eq!((summary.asks, summary.rows), (1, ROWS));
        // By now it has ended.
        let (code, error) = shop.run(&["run"]);
        assert_eq!(code, 0, "{error}");
        shop.assert_each_asked_once();
        let (code, error) = shop.run(&["gate"]);
        assert!([0, 1, 3].contains(&code), "{error}");
    }
}

#[test]
fn what_is_wrong_with_every_question_is_told_before_a_batch_is_made() {
    use crate::server::Given;
    for provider in PROVIDERS {
        let script = Script::default().answering(|seen| match seen.endpoint.is_ask() {
            true => Given::UnsupportedTemperature,
            false => Given::Answer,
        });
        let shop = Shop::with(provider, script, "");
        let (code, error) = shop.batch();
        assert_eq!(code, 4, "{error}");
        assert_eq!(shop.summary().rows, 0, "{error}");
    }
}

#[test]
fn questions_are_divided_by_the_limits() {
    for provider in PROVIDERS {
        let shop = Shop::with(provider, Script::default(), "batch_rows = 4");
        let (code, error) = shop.batch();
        assert_eq!(code, 0, "{error}");
        assert!(error.contains("4 questions handed over"), "{error}");
        assert!(error.contains("2 questions handed over"), "{error}");
        shop.assert_each_asked_once();
    }
    // One question's tokens alone are more: one batch at a time, each of one question.
    let shop = Shop::with(Provider::OpenAi, Script::default(), "batch_tokens = 1");
    let (code, error) = shop.batch();
    assert_eq!(code, 0, "{error}");
    assert_eq!(
        error.matches("1 question handed over").count(),
        6,
        "{error}"
    );
    shop.assert_each_asked_once();
}

#[test]
fn where_there_are_no_batches_it_is_said() {
    let shop = Shop::with(Provider::OpenAi, Script::default(), "");
    let (code, error) = shop.run(&["run", "--batch", "--provider", "replay"]);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("--batch"), "{error}");
    let (code, error) = shop.run(&["run", "--detach"]);
    assert_eq!(code, 2, "{error}");
    let (code, error) = shop.run(&["run", "--batch", "--poll", "0"]);
    assert_eq!(code, 2, "{error}");
}
