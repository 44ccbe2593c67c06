//! Keys are looked for everywhere, and may be nowhere.

use std::fs;

use super::*;
use crate::server::{ANTHROPIC_KEY, OPENAI_KEY, spawn};

/// A key that looks like none.
const PLAIN_KEY: &str = "correct horse battery";
const CUSTOM: &str = "hunter2-hunter2-hunter2";

fn assert_without(what: &str, bytes: &[u8], secrets: &[&str]) {
    for secret in secrets {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{what} holds {secret}");
    }
}

/// Looks through all that was said, and every file of the project but those named.
fn assert_secret(bench: &Bench, said: &[Done], secrets: &[&str], but: &[&str]) {
    for done in said {
        assert_without("standard output", done.out.as_bytes(), secrets);
        assert_without("standard error", done.err.as_bytes(), secrets);
    }
    let mut folders = vec![bench.path("")];
    let mut n_files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !but.contains(&&*name) {
                n_files += 1;
                assert_without(&name, &fs::read(&path).unwrap(), secrets);
            }
        }
    }
    assert!(n_files > 5, "the store was not looked at");
}

#[test]
fn keys_are_written_nowhere() {
    for provider in ["anthropic", "openai"] {
        let server = spawn(Script::default().answering(|seen| match seen.number % 7 {
            3 => Given::Internal,
            5 if seen.before > 0 => Given::Answer,
            5 => Given::Cut,
            _ => Given::Answer,
        }));
        let bench = Bench::new(20);
        let loud = |arguments: &[&str]| {
            let mut command = bench.command(&server, arguments);
            command
                .env("RUST_LOG", "trace")
                .env("LABELGATE_LOG", "trace");
            done(&command.output().unwrap())
        };
        let said = [
            loud(&["-v", "run", "--provider", provider]),
            loud(&["-v", "run", "--provider", provider, "--limit", "5"]),
            loud(&[
                "-v",
                "gate",
                "--provider",
                provider,
                "-o",
                "a.json",
                "-o",
                "a.md",
            ]),
            loud(&["score", "mode", "-o", "b.json"]),
        ];
        assert!(
            said[0].err.contains("HTTP 500"),
            "-v says nothing: {:?}",
            said[0]
        );
        assert!(said.iter().all(|done| done.code == 0), "{said:?}");
        assert_secret(&bench, &said, &[ANTHROPIC_KEY, OPENAI_KEY], &[]);
    }
}

#[test]
fn a_key_that_the_server_repeats_is_taken_out_of_its_words() {
    for provider in ["anthropic", "openai"] {
        for all in [true, false] {
            let server = spawn(Script::default());
            // A page that says what it was sent, to everybody or about one item.
            let echo = echo::spawn(all);
            let bench = Bench::new(6);
            let url = match provider {
                "openai" => format!("{}/v1", echo.url),
                _ => echo.url.clone(),
            };
            let run = |arguments: &[&str]| {
                let mut command = bench.command(&server, arguments);
                command
                    .env("ANTHROPIC_API_KEY", PLAIN_KEY)
                    .env("OPENAI_API_KEY", PLAIN_KEY)
                    .env("ANTHROPIC_CUSTOM_HEADERS", format!("X-Gate: {CUSTOM}"))
                    .env("OPENAI_ORG_ID", CUSTOM);
                done(&command.output().unwrap())
            };
            let ask = ["-v", "run", "--provider", provider, "--base-url", &url];
            let said = [
                run(&ask),
                run(&["score", "mode", "-o", "b.json", "-o", "b.md"]),
            ];
            assert!(echo.echoed() > 0);
            assert_eq!(said[0].code, if all { 4 } else { 0 }, "{said:?}");
            assert!(said[0].err.contains("you sent"), "{said:?}");
            assert_secret(&bench, &said, &[PLAIN_KEY, CUSTOM], &[]);
        }
    }
}

#[test]
fn a_key_of_the_env_file_stays_there() {
    let server = spawn(Script::default().key("from-a-file-93ab"));
    let bench = Bench::new(6);
    bench.write(".env", "ANTHROPIC_API_KEY='from-a-file-93ab'\n");
    let run = |arguments: &[&str]| {
        let mut command = bench.alone(arguments);
        command.env("ANTHROPIC_BASE_URL", &server.base_url);
        done(&command.output().unwrap())
    };
    let said = [run(&["-v", "run"]), run(&["-v", "gate", "-o", "a.json"])];
    assert!(said.iter().all(|done| done.code == 0), "{said:?}");
    assert_secret(&bench, &said, &["from-a-file-93ab"], &[".env"]);
}

/// A server that repeats the headers it was sent.
mod echo {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use serde_json::json;

    pub(super) struct Echo {
        pub(super) url: String,
        echoed: Arc<AtomicU64>,
    }

    impl Echo {
        pub(super) fn echoed(&self) -> u64 {
            self.echoed.load(Ordering::Relaxed)
        }
    }

    /// Repeats them in an error: with 401 to everybody, or with 422 about item 3 while the others
    /// are answered with them in every field that is kept.
    pub(super) fn spawn(all: bool) -> Echo {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let echoed = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&echoed);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                thread::spawn(move || answer(stream, all, &counter));
            }
        });
        Echo { url, echoed }
    }

    fn answer(stream: TcpStream, all: bool, counter: &AtomicU64) -> Option<()> {
        let mut from = BufReader::new(stream.try_clone().ok()?);
        let mut to = stream;
        loop {
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if from.read_line(&mut line).ok()? == 0 {
                    return None;
                }
                if line.trim().is_empty() {
                    break;
                }
                let lower = line.to_lowercase();
                if let Some(digits) = lower.strip_prefix("content-length:") {
                    length = digits.trim().parse().ok()?;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            from.read_exact(&mut body).ok()?;
            counter.fetch_add(1, Ordering::Relaxed);
            let is_three = String::from_utf8_lossy(&body).contains("«3»");
            let words = format!("you sent {head}");
            let fault = json!({"type": "error", "error": {"type": words, "message": words}});
            let (status, body) = match (all, is_three) {
                (true, _) => (401, fault),
                (false, true) => (422, fault),
                (false, false) => (
                    200,
                    json!({
                        "model": words,
                        "id": words,
                        "content": [{"type": "text", "text": format!("{{\"label\": \"build\"}} {words}")}],
                        "stop_reason": "end_turn",
                        "choices": [{"finish_reason": "stop", "message":
                            {"content": format!("{{\"label\": \"build\"}} {words}")}}],
                    }),
                ),
            };
            let body = body.to_string();
            write!(
                to,
                "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .ok()?;
        }
    }
}
