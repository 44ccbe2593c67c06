//! A program that is started and asked in JSON lines, so that a regular expression, a Python model
//! or a shell script can be a candidate too.
//!
//! Each question is one line on the program's standard input, such as
//! `{"id":"7","item":"…","instructions":"…","question":"…"}`, and each answer one line on its
//! standard output, in any order: `{"id":"7","text":"…"}` where `text` is what a model would have
//! replied. Without `text` the object itself is the reply, as `{"id":"7","label":"fix"}`. With
//! `error` there is none: `{"id":"7","error":"…"}`. The program is started once and told the end
//! by the end of its input; one that ends before that is started again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Response;
use super::pace::Heard;
use super::transport::{Exchange, Transport, signal};
use super::{Reading, Trouble};
use crate::ask::{Prompt, sha256_hex};
use crate::model::{Reply, Stop, Usage};

/// How long a program may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);
/// How many characters of a program's words are repeated.
const SHOWN: usize = 300;

/// A program to ask.
#[derive(Debug)]
pub struct Process {
    folder: PathBuf,
    command: Vec<Box<str>>,
    timeout: Duration,
    running: tokio::sync::Mutex<Option<Running>>,
}

/// Why a program cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// None is named.
    #[error("no program is named: write `command = [\"python3\", \"classify.py\"]` under [run]")]
    NoProgram,
    /// A file of the command cannot be read.
    #[error("cannot read `{path}`: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

/// The program at work.
#[derive(Debug)]
struct Running {
    // Dropping it ends the program.
    child: Child,
    /// Lines for its standard input, which a task of its own writes: a question that is given up
    /// must not leave half a line behind.
    lines: mpsc::UnboundedSender<Vec<u8>>,
    next_id: u64,
    waiting: Arc<Waiting>,
}

/// Who waits for which answer.
#[derive(Debug, Default)]
struct Waiting(Mutex<Line>);

#[derive(Debug, Default)]
struct Line {
    answers: HashMap<String, oneshot::Sender<Value>>,
    /// What the program said last on its standard error.
    last_words: String,
    /// The last line of its standard output that answered no question.
    astray: Option<String>,
    is_over: bool,
}

/// What a command is known by: the name of its program and a hash of all its words, and of the
/// files among them, so that an edited script is asked anew. Shows no argument, which may be a key.
///
/// # Errors
///
/// If there is no program, or a file cannot be read.
pub fn place(folder: &Path, command: &[Box<str>]) -> Result<String, ProcessError> {
    let [program, ..] = command else {
        return Err(ProcessError::NoProgram);
    };
    let mut all = Vec::new();
    for word in command {
        all.extend((word.len() as u64).to_le_bytes());
        all.extend(word.as_bytes());
        let path = folder.join(&**word);
        if path.is_file() {
            let bytes = std::fs::read(&path).map_err(|error| ProcessError::Unreadable {
                path: word.to_string(),
                error,
            })?;
            all.extend(sha256_hex(&bytes).as_bytes());
        }
    }
    let name = Path::new(&**program).file_name().unwrap_or_default();
    Ok(format!(
        "{}#{}",
        name.to_string_lossy(),
        &sha256_hex(&all)[..16]
    ))
}

/// The line that asks about an item, without its id.
pub(super) fn line(prompt: &Prompt, item: &str) -> Vec<u8> {
    let request = prompt.request(item);
    let line = serde_json::json!({
        "item": item,
        "instructions": &*request.instructions,
        "question": request.question,
    });
    line.to_string().into_bytes()
}

impl Process {
    /// A program with its arguments, which is started in `folder` when the first question comes.
    ///
    /// # Errors
    ///
    /// If no program is named.
    pub fn new(
        folder: &Path,
        command: &[Box<str>],
        timeout: Duration,
    ) -> Result<Self, ProcessError> {
        if command.is_empty() {
            return Err(ProcessError::NoProgram);
        }
        Ok(Self {
            folder: folder.to_owned(),
            command: command.to_vec(),
            timeout,
            running: tokio::sync::Mutex::new(None),
        })
    }

    /// Writes a question; where its answer will be told.
    async fn put(&self, body: &[u8]) -> Result<(oneshot::Receiver<Value>, Arc<Waiting>), Reading> {
        let mut running = self.running.lock().await;
        if running
            .as_ref()
            .is_none_or(|running| running.waiting.is_over())
        {
            *running = Some(self.start()?);
        }
        let Some(program) = running.as_mut() else {
            return Err(trouble("the program is not running"));
        };
        let id = program.next_id.to_string();
        program.next_id += 1;
        let (tell, told) = oneshot::channel();
        program.waiting.add(&id, tell);
        let waiting = Arc::clone(&program.waiting);
        let mut line = format!("{{\"id\":\"{id}\",").into_bytes();
        line.extend(body.get(1..).unwrap_or_default());
        line.push(b'\n');
        // If it has ended, whoever waits is told.
        let _ = program.lines.send(line);
        Ok((told, waiting))
    }

    fn start(&self) -> Result<Running, Reading> {
        let [program, arguments @ ..] = &*self.command else {
            return Err(trouble("no program is named"));
        };
        let mut command = Command::new(self.program(program));
        command
            .args(arguments.iter().map(|argument| &**argument))
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl-C stops the asking; answers on their way are still wanted of the program.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .spawn()
            .map_err(|error| Reading::Fatal(format!("cannot start `{program}`: {error}").into()))?;
        let (Some(input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(trouble("the program has no standard input or output"));
        };
        let waiting = Arc::new(Waiting::default());
        let (lines, to_write) = mpsc::unbounded_channel();
        tokio::spawn(write(input, to_write));
        let errors = tokio::spawn(listen_to_errors(errors, Arc::clone(&waiting)));
        tokio::spawn(listen(output, errors, Arc::clone(&waiting)));
        Ok(Running {
            child,
            lines,
            next_id: 1,
            waiting,
        })
    }

    /// The program as the system shall find it: a path is relative to the folder, a bare name is
    /// searched for.
    fn program(&self, program: &str) -> PathBuf {
        let path = Path::new(program);
        match path.components().count() {
            0 | 1 if !path.is_absolute() && !program.contains('/') => path.to_owned(),
            _ => {
                let path = self.folder.join(path);
                std::path::absolute(&path).unwrap_or(path)
            }
        }
    }

    /// Tells the program the end and gives it a moment to end by itself.
    pub async fn close(&self) {
        let Some(Running {
            mut child, lines, ..
        }) = self.running.lock().await.take()
        else {
            return;
        };
        drop(lines);
        // One that goes on is ended when it is dropped.
        let _ = tokio::time::timeout(FAREWELL, child.wait()).await;
    }
}

impl Transport for Process {
    async fn send(&self, body: Bytes) -> Exchange {
        let reading = match self.put(&body).await {
            Err(reading) => reading,
            Ok((told, waiting)) => match tokio::time::timeout(self.timeout, told).await {
                Ok(Ok(answer)) => read(&answer),
                Ok(Err(_)) => trouble(&waiting.why_over()),
                Err(_) => trouble(&waiting.why_late()),
            },
        };
        let outcome = match &reading {
            Reading::Response(_) => Heard::Answered,
            Reading::Retry { .. } => Heard::Failed,
            _ => Heard::Other,
        };
        Exchange {
            reading,
            signal: signal(outcome),
        }
    }
}

impl Waiting {
    fn with<T>(&self, change: impl FnOnce(&mut Line) -> T) -> T {
        // Nothing is left half done by whoever panicked.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, id: &str, tell: oneshot::Sender<Value>) {
        self.with(|line| {
            if !line.is_over {
                line.answers.insert(id.to_owned(), tell);
            }
        });
    }

    fn is_over(&self) -> bool {
        self.with(|line| line.is_over)
    }

    /// Lets everybody who waits know that nothing will come.
    fn end(&self) {
        self.with(|line| {
            line.is_over = true;
            line.answers.clear();
        });
    }

    fn why_over(&self) -> String {
        let last_words = self.with(|line| line.last_words.clone());
        match last_words.is_empty() {
            true => "the program ended without an answer".to_owned(),
            false => format!("the program ended: {last_words}"),
        }
    }

    fn why_late(&self) -> String {
        let late = "the program did not answer in time";
        match self.with(|line| line.astray.clone()) {
            None => late.to_owned(),
            Some(astray) => format!("{late}; it wrote a line that answers no question: {astray}"),
        }
    }
}

/// Writes lines until there are no more or nobody reads them, and then closes.
async fn write(mut input: ChildStdin, mut lines: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        if input.write_all(&line).await.is_err() {
            return;
        }
    }
}

async fn listen(output: ChildStdout, errors: JoinHandle<()>, waiting: Arc<Waiting>) {
    let mut lines = Lines::of(output);
    while let Some(line) = lines.next().await {
        if line.trim().is_empty() {
            continue;
        }
        let answer: Option<Value> = serde_json::from_str(&line).ok();
        let id = answer.as_ref().and_then(|answer| match answer.get("id")? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        });
        let tell = id.and_then(|id| waiting.with(|line| line.answers.remove(&id)));
        match (answer, tell) {
            (Some(answer), Some(tell)) => {
                // Whoever asked may have stopped waiting.
                let _ = tell.send(answer);
            }
            _ => {
                tracing::warn!("the program wrote a line that answers no question: {line}");
                let astray = line.chars().take(SHOWN).collect();
                waiting.with(|line| line.astray = Some(astray));
            }
        }
    }
    // Its last words may still be on their way, but something it started may hold the stream.
    let _ = tokio::time::timeout(FAREWELL, errors).await;
    waiting.end();
}

async fn listen_to_errors(errors: ChildStderr, waiting: Arc<Waiting>) {
    let mut lines = Lines::of(errors);
    while let Some(line) = lines.next().await {
        tracing::info!("the program says: {line}");
        if !line.trim().is_empty() {
            let words = line.chars().take(SHOWN).collect();
            waiting.with(|waiting| waiting.last_words = words);
        }
    }
}

/// The lines of a stream; what is no UTF-8 in them is replaced.
struct Lines<R> {
    stream: BufReader<R>,
    line: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn of(stream: R) -> Self {
        Self {
            stream: BufReader::new(stream),
            line: Vec::new(),
        }
    }

    async fn next(&mut self) -> Option<String> {
        self.line.clear();
        match self.stream.read_until(b'\n', &mut self.line).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(String::from_utf8_lossy(&self.line).trim_end().to_owned()),
        }
    }
}

#[derive(Deserialize)]
struct Told {
    input_tokens: u64,
    output_tokens: u64,
}

fn read(answer: &Value) -> Reading {
    let text_of = |name: &str| answer.get(name).and_then(Value::as_str);
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let why = error
            .as_str()
            .map_or_else(|| error.to_string(), str::to_owned);
        return Reading::Rejected(why.into());
    }
    let text = match text_of("text") {
        Some(text) => text.to_owned(),
        None => {
            let mut reply = answer.clone();
            if let Some(reply) = reply.as_object_mut() {
                reply.remove("id");
            }
            reply.to_string()
        }
    };
    let stop = match text_of("stop") {
        Some("refusal") => Stop::Refusal,
        Some("max_tokens") => Stop::MaxTokens,
        Some("context_overflow") => Stop::ContextOverflow,
        _ => Stop::End,
    };
    let usage = answer
        .get("usage")
        .and_then(|usage| Told::deserialize(usage).ok());
    Reading::Response(Response {
        reply: Reply {
            text: text.into(),
            stop,
        },
        model: text_of("model").unwrap_or_default().into(),
        request_id: None,
        usage: usage.map(|usage| Usage {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            ..Usage::default()
        }),
        refusal: None,
    })
}

fn trouble(why: &str) -> Reading {
    Reading::Retry {
        why: why.into(),
        kind: Trouble::Server,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
