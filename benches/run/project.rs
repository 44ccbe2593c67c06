//! A project of made-up items.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::Outcome;

/// A project in a folder that goes with it.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) n_items: usize,
    pub(crate) bytes: usize,
}

const SETTINGS: &str = "\
[items]
path = \"items.jsonl\"
cluster = \"account\"

[run]
attempts = 12
";

const CLASSIFIER: &str = "\
title = \"Topic\"
scheme = \"nominal\"
candidate = \"v1\"

[[label]]
id = \"code\"
says = \"About code.\"

[[label]]
id = \"prose\"
says = \"About prose.\"

[reference]
path = \"labels.csv\"
";

const PROMPT: &str = "\
+++
max_tokens = 100
+++
What is it about? One of:
{{labels}}

{{item}}
";

impl Project {
    /// So many items with texts of so many bytes.
    pub(crate) fn of(n_items: usize, bytes: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let mut items = String::new();
        let mut labels = String::from("id,label\n");
        for n in 0..n_items {
            let text = text(n, bytes);
            writeln!(
                items,
                "{{\"id\":\"s{n:06}\",\"account\":\"a{}\",\"text\":\"{text}\"}}",
                n / 4
            )?;
            writeln!(labels, "s{n:06},code")?;
        }
        fs::create_dir_all(at("prompts/topic"))?;
        fs::write(at("labelgate.toml"), SETTINGS)?;
        fs::write(at("items.jsonl"), items)?;
        fs::write(at("labels.csv"), labels)?;
        fs::write(at("prompts/topic/classifier.toml"), CLASSIFIER)?;
        fs::write(at("prompts/topic/v1.md"), PROMPT)?;
        Ok(Self {
            folder,
            n_items,
            bytes,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The text of item `n`.
pub(crate) fn text(n: usize, bytes: usize) -> String {
    let mut text = format!("Session {n}: ");
    let mut word = n;
    while text.len() < bytes {
        word = word
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695);
        let _ = write!(text, "{:x} ", word >> 40);
    }
    text
}
