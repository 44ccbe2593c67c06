//! Projects for the page: texts that no two items share, answers with rationales.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use labelgate::ask::sha256_hex;
use serde_json::{Value, json};

pub(crate) const LABELS: [&str; 4] = ["build", "fix", "test", "plan"];

/// One item of a project.
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) surface: String,
    pub(crate) lines_added: u64,
    /// The labels of reference, baseline and candidate.
    pub(crate) labels: [String; 3],
    pub(crate) rationale: String,
}

/// A stream of numbers that is the same every time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Writes a project with one classifier, `mode`, of these items.
pub(crate) fn write_project(folder: &Path, labels: &[&str], items: &[Item]) {
    let prompts = folder.join("prompts/mode");
    let answers = folder.join("gold/answers/mode");
    fs::create_dir_all(&prompts).unwrap();
    fs::create_dir_all(&answers).unwrap();
    fs::write(
        folder.join("labelgate.toml"),
        "[items]\npath = \"gold/items.jsonl\"\ncluster = \"account\"\nslices = [\"surface\"]\n\n\
         [run]\nprovider = \"replay\"\n",
    )
    .unwrap();
    let mut classifier =
        "title = \"Mode\"\nscheme = \"nominal\"\nbaseline = \"v1\"\ncandidate = \"v2\"\n"
            .to_owned();
    for label in labels {
        let id = serde_json::to_string(label).unwrap();
        write!(classifier, "\n[[label]]\nid = {id}\nsays = \"A mode.\"\n").unwrap();
    }
    classifier.push_str(
        "\n[reference]\npath = \"gold/mode.jsonl\"\n\n[[gate]]\nmetric = \"agreement\"\n\
         at_least = 0.5\nby = \"lower\"\n",
    );
    fs::write(prompts.join("classifier.toml"), classifier).unwrap();
    let lines = |line: &dyn Fn(&Item) -> Value| -> String {
        let lines = items.iter().map(|item| format!("{}\n", line(item)));
        lines.collect()
    };
    let accounts = |item: &Item| format!("account-{}", item.lines_added % 60);
    fs::write(
        folder.join("gold/items.jsonl"),
        lines(&|item| {
            json!({"id": item.id, "account": accounts(item), "surface": item.surface,
                "text": item.text, "telemetry": {"lines_added": item.lines_added}})
        }),
    )
    .unwrap();
    fs::write(
        folder.join("gold/mode.jsonl"),
        lines(&|item| json!({"id": item.id, "rater": "first", "label": item.labels[0]})),
    )
    .unwrap();
    for (revision, side) in [("v1", 1), ("v2", 2)] {
        let prompt = format!(
            "+++\nmax_tokens = 100\nanswer = \"json\"\nfields = [\"rationale\", \"label\"]\n+++\n\
             {revision}\n{{{{labels}}}}\n{{{{item}}}}\n"
        );
        fs::write(prompts.join(format!("{revision}.md")), &prompt).unwrap();
        let answer = |item: &Item| {
            let reply = json!({"rationale": item.rationale, "label": item.labels[side]});
            json!({"id": item.id, "text": reply.to_string(),
                "prompt_sha256": sha256_hex(prompt.as_bytes()),
                "item_sha256": sha256_hex(item.text.as_bytes())})
        };
        fs::write(answers.join(format!("{revision}.jsonl")), lines(&answer)).unwrap();
    }
}

/// Items whose texts are made word by word, each word one that follows the one before somewhere in
/// the shipped sessions: the words of transcripts, and next to no passage that occurs twice.
pub(crate) fn many_items(n: usize) -> Vec<Item> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("gold/sessions.jsonl");
    let shipped = fs::read_to_string(shipped).unwrap();
    let texts: Vec<String> = shipped
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|item| item["text"].as_str().unwrap().to_owned())
        .collect();
    let words: Vec<&str> = texts.iter().flat_map(|text| text.split(' ')).collect();
    let mut next: HashMap<&str, Vec<&str>> = HashMap::new();
    for pair in words.windows(2) {
        next.entry(pair[0]).or_default().push(pair[1]);
    }
    let mut numbers = Numbers(11);
    let made = |n_words: usize, numbers: &mut Numbers| {
        let mut word = words[numbers.below(words.len())];
        let mut text = word.to_owned();
        for _ in 1..n_words {
            word = match next.get(word) {
                Some(followers) => followers[numbers.below(followers.len())],
                None => words[numbers.below(words.len())],
            };
            text.push(' ');
            text.push_str(word);
        }
        text
    };
    (0..n)
        .map(|at| {
            let reference = LABELS[numbers.below(4)];
            let other = |numbers: &mut Numbers| match numbers.below(5) {
                0 => LABELS[numbers.below(4)].to_owned(),
                _ => reference.to_owned(),
            };
            let labels = [
                reference.to_owned(),
                other(&mut numbers),
                other(&mut numbers),
            ];
            Item {
                id: format!("session-{at:05}"),
                text: made(180, &mut numbers),
                surface: ["cli", "desktop", "web"][numbers.below(3)].to_owned(),
                lines_added: numbers.below(3000) as u64,
                labels,
                rationale: made(9, &mut numbers),
            }
        })
        .collect()
}
