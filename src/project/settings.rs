//! `labelgate.toml`: where the items are and how they are asked.

use std::path::PathBuf;
use std::time::Duration;

use super::paths::Root;
use super::raw::{File, Section, Text};
use super::split::{self, SplitSettings};
use super::{Privacy, ProviderName, RunSettings};
use crate::fault::Place;

/// What `labelgate.toml` says, before the files it names are read.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    pub(super) name: Option<Box<str>>,
    pub(super) items: Option<ItemSettings<'a>>,
    pub(super) run: RunSettings,
    pub(super) replay: PathBuf,
    pub(super) replay_place: Option<Place>,
    pub(super) privacy: Privacy,
}

/// Where items are, and which column is what.
#[derive(Debug)]
pub(super) struct ItemSettings<'a> {
    pub(super) path: Text<'a>,
    pub(super) id: Column<'a>,
    pub(super) cluster: Option<Column<'a>>,
    pub(super) text: Column<'a>,
    pub(super) slices: Vec<Text<'a>>,
    pub(super) telemetry: TelemetrySource<'a>,
    pub(super) split: Option<SplitSettings<'a>>,
}

/// The name of a column.
#[derive(Clone, Debug)]
pub(super) enum Column<'a> {
    /// As the file says.
    Named(Text<'a>),
    /// As is usual; nothing is said.
    Usual(&'static str),
}

/// Where telemetry is.
#[derive(Debug)]
pub(super) enum TelemetrySource<'a> {
    /// An object in each item.
    Inline(Column<'a>),
    /// The columns of another file, joined by this column.
    File { path: Text<'a>, id: Column<'a> },
}

impl<'a> Column<'a> {
    fn read(section: &mut Section<'a>, key: &'static str, usual: &'static str) -> Self {
        match section.text(key) {
            Some(text) => Self::Named(text),
            None => Self::Usual(usual),
        }
    }

    pub(super) fn name(&self) -> &'a str {
        match self {
            Self::Named(text) => text.value,
            Self::Usual(name) => name,
        }
    }
}

const PROVIDERS: &[(&str, ProviderName)] = &[
    ("anthropic", ProviderName::Anthropic),
    ("openai", ProviderName::OpenAi),
    ("command", ProviderName::Command),
    ("replay", ProviderName::Replay),
];

const USUAL_REPLAY: &str = "gold/answers";

/// Reads the whole file; what is wrong is noted in it.
pub(super) fn read<'a>(root: &Root, file: &'a File, mut section: Section<'a>) -> Settings<'a> {
    let name = section.text("name").map(|name| name.value.into());
    let items = match section.table("items") {
        Some(items) => read_items(items),
        None => {
            if section.key("items").is_none() {
                let help = "add `[items]` with `path = \"gold/sessions.jsonl\"`";
                section.missing("items", help);
            }
            None
        }
    };
    let run = section
        .table("run")
        .map_or_else(RunSettings::default, read_run);
    let mut replay = PathBuf::from(USUAL_REPLAY);
    let mut replay_place = None;
    if let Some(mut section) = section.table("replay") {
        if let Some(path) = section.needed("path", "name the folder of recorded answers")
            && let Some(inside) = root.inside(file, &path)
        {
            replay = inside;
            replay_place = Some(Place::of_span(&file.text, path.span));
        }
        section.finish();
    }
    let mut privacy = Privacy { min_clusters: 1 };
    if let Some(mut section) = section.table("privacy") {
        if let Some(min_clusters) = section.whole("min_clusters", 1) {
            privacy.min_clusters = min_clusters;
        }
        section.finish();
    }
    section.finish();
    Settings {
        name,
        items,
        run,
        replay,
        replay_place,
        privacy,
    }
}

fn read_items(mut section: Section<'_>) -> Option<ItemSettings<'_>> {
    let path = section.needed("path", "name the file that holds the items");
    let id = Column::read(&mut section, "id", "id");
    let cluster = section.text("cluster").map(Column::Named);
    let text = Column::read(&mut section, "text", "text");
    // Without all slices, what is said of them elsewhere could not be judged.
    let slices = match section.key("slices") {
        Some(_) => section.texts("slices"),
        None => Some(Vec::new()),
    };
    let split = split::read(&mut section);
    let telemetry = if section.is_table("telemetry") {
        section.table("telemetry").and_then(|mut section| {
            let path = section.needed("path", "name the file that holds the telemetry");
            let id = Column::read(&mut section, "id", "id");
            section.finish();
            Some(TelemetrySource::File { path: path?, id })
        })
    } else {
        let column = Column::read(&mut section, "telemetry", "telemetry");
        Some(TelemetrySource::Inline(column))
    };
    section.finish();
    Some(ItemSettings {
        path: path?,
        id,
        cluster,
        text,
        slices: slices?,
        telemetry: telemetry?,
        split,
    })
}

fn read_run(mut section: Section<'_>) -> RunSettings {
    let usual = RunSettings::default();
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let budget = section.number("budget_usd");
    if let Some(budget) = &budget
        && budget.value <= 0.0
    {
        let help = "write `budget_usd = 5` for five dollars, or leave it out for no limit";
        let message = "`budget_usd` must be more than 0";
        section.file.fault_help(budget.span.clone(), message, help);
    }
    let run = RunSettings {
        provider: section
            .choice("provider", PROVIDERS)
            .unwrap_or(usual.provider),
        model: section
            .text("model")
            .map_or(usual.model, |model| model.value.into()),
        base_url: section.text("base_url").map(|url| url.value.into()),
        concurrency: section.whole("concurrency", 1).unwrap_or(usual.concurrency),
        repeats: section.whole("repeats", 1).unwrap_or(usual.repeats),
        keeps_rationales: usual.keeps_rationales,
        attempts: section.whole("attempts", 1).unwrap_or(usual.attempts),
        batch_rows: section.whole("batch_rows", 1),
        batch_tokens: section.whole("batch_tokens", 1),
        timeout: section
            .whole("timeout_seconds", 1)
            .map_or(usual.timeout, seconds),
        deadline: section
            .whole("deadline_seconds", 1)
            .map_or(usual.deadline, seconds),
        item_tokens: section.whole("item_tokens", 100),
        budget_usd: budget.map(|budget| budget.value),
        command: command(&mut section),
    };
    section.finish();
    run
}

/// The program with its arguments; unlike other lists it may hold a word twice.
fn command(section: &mut Section<'_>) -> Vec<Box<str>> {
    let words = section.words("command").unwrap_or_default();
    if let Some(first) = words.first()
        && first.value.trim().is_empty()
    {
        let help =
            "write the program and its arguments: `command = [\"python3\", \"classify.py\"]`";
        let span = first.span.clone();
        section
            .file
            .fault_help(span, "`command` names no program", help);
    }
    words.into_iter().map(|word| word.value.into()).collect()
}
