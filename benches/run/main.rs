//! What a run costs beside the provider's own time, measured on whole processes against a loopback
//! provider in a process of its own.
//!
//! `cargo bench --bench run -- --cases wall,limit --quick` prints a Markdown table. Cases: `start`,
//! `wall`, `short`, `limit`, `faults`, `memory`. A bare client, which stores nothing, is measured
//! beside `wall` and `short`, so that ratios hold on a busy machine too.

#![expect(clippy::print_stdout, reason = "tables are what it is for")]

mod bare;
mod project;
mod provider;
mod usage;

#[path = "../../tests/server/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests use what a bench does not, and fail by panicking"
)]
mod server;

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use project::Project;
use provider::Provider;
use usage::Used;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What was asked for.
struct Settings {
    cases: Vec<String>,
    /// Fewer items, so that all takes two minutes.
    quick: bool,
}

impl Settings {
    fn has(&self, case: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|wanted| wanted == case)
    }

    fn items(&self, items: usize) -> usize {
        if self.quick { items / 5 } else { items }
    }
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let mut settings = Settings {
        cases: Vec::new(),
        quick: false,
    };
    while let Some(argument) = arguments.next() {
        match &*argument {
            // Cargo says so to every bench.
            "--bench" => {}
            "--quick" => settings.quick = true,
            "--cases" => {
                let cases = arguments.next().unwrap_or_default();
                settings.cases = cases.split(',').map(str::to_owned).collect();
            }
            provider::CHILD => return provider::serve(arguments.next().as_deref()),
            bare::CHILD => return bare::main(arguments),
            other => return Err(format!("no such argument: {other}").into()),
        }
    }
    measure(&settings)
}

fn measure(settings: &Settings) -> Outcome<()> {
    if settings.has("start") {
        start()?;
    }
    println!("| case | items | wall s | of ideal | CPU µs an item | peak MiB | refused % | note |");
    println!("|---|---|---|---|---|---|---|---|");
    if settings.has("short") {
        against_bare(settings.items(10_000), 50, 256)?;
    }
    if settings.has("wall") {
        for concurrency in [1024, 256, 64] {
            against_bare(settings.items(10_000), 500, concurrency)?;
        }
    }
    if settings.has("limit") {
        for (name, script) in [
            ("25/s, retry-after", "limit retry-after"),
            ("25/s, OpenAI headers", "limit openai"),
            ("25/s, Anthropic headers", "limit anthropic"),
            ("25/s, nothing told", "limit none"),
        ] {
            let items = settings.items(2_500);
            let mut provider = Provider::start(script)?;
            let project = Project::of(items, 300)?;
            let (used, _) = labelgate(&project, &provider, 64)?;
            let summary = provider.summary()?;
            let ideal = Duration::from_millis(40 * items as u64);
            row(name, items, &used, ideal, Some(&summary), "");
        }
    }
    if settings.has("faults") {
        let items = settings.items(10_000);
        let mut provider = Provider::start("faults")?;
        let project = Project::of(items, 300)?;
        let (used, said) = labelgate(&project, &provider, 64)?;
        let summary = provider.summary()?;
        let ideal = rounds(items, 64, 50);
        row(
            "1 % 429, 1 % 500",
            items,
            &used,
            ideal,
            Some(&summary),
            last_line(&said),
        );
    }
    if settings.has("memory") {
        for (items, bytes) in [
            (10_000, 300),
            (50_000, 300),
            (10_000, 4_000),
            (50_000, 4_000),
        ] {
            let items = settings.items(items);
            let mut provider = Provider::start("plain 50")?;
            let project = Project::of(items, bytes)?;
            let (used, _) = labelgate(&project, &provider, 256)?;
            let summary = provider.summary()?;
            let name = format!("memory, texts of {bytes} bytes");
            row(
                &name,
                items,
                &used,
                rounds(items, 256, 50),
                Some(&summary),
                "",
            );
        }
    }
    Ok(())
}

/// How long `labelgate --version` takes, the least of twenty.
fn start() -> Outcome<()> {
    let mut least = Duration::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_labelgate"));
        child.arg("--version").stdout(Stdio::null()).status()?;
        least = least.min(began.elapsed());
    }
    println!(
        "`labelgate --version`: {:.1} ms\n",
        least.as_secs_f64() * 1e3
    );
    Ok(())
}

/// Ours and a bare client, one after the other, against the same provider.
fn against_bare(items: usize, latency: u64, concurrency: usize) -> Outcome<()> {
    let mut provider = Provider::start(&format!("plain {latency}"))?;
    let project = Project::of(items, 300)?;
    let ideal = rounds(items, concurrency, latency);
    let name = format!("{latency} ms, {concurrency} at once");
    let (used, _) = labelgate(&project, &provider, concurrency)?;
    let summary = provider.summary()?;
    row(&name, items, &used, ideal, Some(&summary), "");
    provider.forget()?;
    let used = bare::run(&project, &provider, concurrency)?;
    row(
        &format!("{name}, bare client"),
        items,
        &used,
        ideal,
        None,
        "stores nothing",
    );
    Ok(())
}

/// The least time that so many answers take, and one more for the first, which is waited for.
fn rounds(items: usize, concurrency: usize, latency: u64) -> Duration {
    let rounds = items.div_ceil(concurrency) + 1;
    Duration::from_millis(latency * rounds as u64)
}

fn labelgate(
    project: &Project,
    provider: &Provider,
    concurrency: usize,
) -> Outcome<(Used, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_labelgate"));
    command
        .arg("-C")
        .arg(project.folder())
        .args([
            "run",
            "topic@v1",
            "--provider",
            "openai",
            "--model",
            "small",
        ])
        .args(["--base-url", &format!("{}/v1", provider.base_url())])
        .args(["-j", &concurrency.to_string()])
        .env("OPENAI_API_KEY", server::OPENAI_KEY)
        .env_remove("http_proxy")
        .stderr(Stdio::piped());
    let (used, said, status) = usage::of(command)?;
    if !status.success() {
        return Err(format!("labelgate failed: {said}").into());
    }
    Ok((used, said))
}

fn row(
    name: &str,
    items: usize,
    used: &Used,
    ideal: Duration,
    summary: Option<&server::Summary>,
    note: &str,
) {
    let refused = summary.map_or_else(String::new, |summary| {
        format!(
            "{:.1}",
            summary.refused as f64 / summary.requests as f64 * 100.0
        )
    });
    println!(
        "| {name} | {items} | {:.2} | {:.3} | {:.0} | {:.1} | {refused} | {note} |",
        used.wall.as_secs_f64(),
        used.wall.as_secs_f64() / ideal.as_secs_f64(),
        used.cpu.as_secs_f64() * 1e6 / items as f64,
        used.peak_bytes as f64 / f64::from(1 << 20),
    );
}

fn last_line(said: &str) -> &str {
    said.lines()
        .find(|line| line.contains("answered"))
        .unwrap_or_default()
}
