//! A server in a process of its own, so that its time and memory are not the client's.
//!
//! The child calls [`serve_parent`] with its standard input and output, the parent [`Remote::new`]
//! with the other ends: `Command::new(std::env::current_exe()?)` with piped streams and an argument
//! that makes the program's `main` call the former. A line is a command, a line of JSON its answer.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::log::Summary;
use super::script::Script;
use super::serve::spawn;

/// Serves until the input ends.
pub(crate) fn serve_parent(
    script: Script,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let server = spawn(script);
    let greeting = json!({"base_url": server.base_url, "ca_file": server.ca_file()});
    writeln!(output, "{greeting}")?;
    output.flush()?;
    for command in input.lines() {
        let answer = match command?.as_str() {
            "summary" => serde_json::to_value(server.summary())?,
            "forget" => {
                server.forget();
                Value::Null
            }
            other => json!({"unknown": other}),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// A server in another process. It ends when this is dropped, for its input ends then.
#[derive(Debug)]
pub(crate) struct Remote<R, W> {
    pub(crate) base_url: String,
    pub(crate) ca_file: Option<PathBuf>,
    from: R,
    to: W,
}

impl<R: BufRead, W: Write> Remote<R, W> {
    /// Takes the child's output and input, and waits until it listens.
    pub(crate) fn new(mut from: R, to: W) -> io::Result<Self> {
        let greeting = read(&mut from)?;
        let text = |name: &str| greeting[name].as_str();
        Ok(Self {
            base_url: text("base_url").unwrap_or_default().into(),
            ca_file: text("ca_file").map(PathBuf::from),
            from,
            to,
        })
    }

    /// Figures over its log.
    pub(crate) fn summary(&mut self) -> io::Result<Summary> {
        Ok(serde_json::from_value(self.ask("summary")?)?)
    }

    /// Empties its log.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        self.ask("forget").map(drop)
    }

    fn ask(&mut self, command: &str) -> io::Result<Value> {
        writeln!(self.to, "{command}")?;
        self.to.flush()?;
        read(&mut self.from)
    }
}

fn read(from: &mut impl BufRead) -> io::Result<Value> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
