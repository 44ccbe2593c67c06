//! Coverage and width of the intervals, and errors of the gates, on simulated users.
//!
//! `cargo bench --bench coverage -- --replications 2000 --cells light/200,heavy --tables shares`
//! prints Markdown tables; `docs/coverage.md` explains them. `--cells` keeps the cells whose name,
//! such as `heavy/1000/0.3`, starts with one of its words, `--tables` some of `reference`, `shares`,
//! `labels`, `resampling`, `differences`, `gates`, `compare` and `early`. Replication i of a cell is
//! always the same.

#![expect(clippy::print_stdout, reason = "tables are what it is for")]

mod cells;
mod compare;
mod early;
mod labels;
mod pairs;
mod score;
mod shares;
#[path = "../../tests/it/simulation/mod.rs"]
mod simulation;

use cells::Cell;

/// What was asked for.
struct Settings {
    replications: u64,
    cells: Vec<String>,
    tables: Vec<String>,
}

impl Settings {
    fn from_arguments() -> Result<Self, String> {
        let mut settings = Self {
            replications: 1000,
            cells: Vec::new(),
            tables: Vec::new(),
        };
        let words = |text: String| text.split(',').map(str::to_owned).collect();
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                // Cargo says so to every bench.
                "--bench" => {}
                "--replications" => {
                    settings.replications = value()?.parse().map_err(|e| format!("{e}"))?;
                }
                "--cells" => settings.cells = words(value()?),
                "--tables" => settings.tables = words(value()?),
                _ => return Err(format!("unknown argument {argument}")),
            }
        }
        Ok(settings)
    }

    fn wants_table(&self, name: &str) -> bool {
        self.tables.is_empty() || self.tables.iter().any(|table| table == name)
    }

    fn wants_cell(&self, cell: &Cell) -> bool {
        let name = cell.to_string();
        self.cells.is_empty()
            || self
                .cells
                .iter()
                .any(|start| name.starts_with(start.as_str()))
    }
}

/// A table's name and what prints it.
type Table = (&'static str, fn(&Settings));

fn main() -> Result<(), String> {
    let settings = Settings::from_arguments()?;
    println!("{} replications", settings.replications);
    let tables: [Table; 8] = [
        ("reference", shares::reference),
        ("shares", shares::all),
        ("labels", labels::all),
        ("resampling", labels::resampling),
        ("differences", pairs::differences),
        ("gates", pairs::gates),
        ("compare", compare::verdicts),
        ("early", early::verdicts),
    ];
    for (name, table) in tables {
        if settings.wants_table(name) {
            println!("\n## {name}\n");
            table(&settings);
        }
    }
    Ok(())
}
