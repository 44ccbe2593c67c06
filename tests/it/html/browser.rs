//! Headless Chromium over its DevTools protocol, as much of it as the tests need.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

const PROGRAMS: [&str; 3] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
];
/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running browser; ended when dropped.
pub(crate) struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    next_id: u64,
    /// Complaints of pages: exceptions, console errors, violations of their policy.
    pub(crate) complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

/// A page of a browser.
#[derive(Clone, Debug)]
pub(crate) struct Page(String);

/// A screen, and what its user prefers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) is_dark: bool,
}

impl Browser {
    /// Starts a browser; `None`, said aloud, where there is none.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = PROGRAMS.into_iter().find(|path| Path::new(path).exists()) else {
            // Not captured by the test harness, so that nobody takes it for tested.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"skipped: no chromium, so the HTML report was not opened in a browser\n",
            );
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port_file = profile.path().join("DevToolsActivePort");
        let began = Instant::now();
        let (port, path) = loop {
            let text = fs::read_to_string(&port_file).unwrap_or_default();
            if let Some((port, path)) = text.trim().split_once('\n') {
                break (port.to_owned(), path.to_owned());
            }
            assert!(began.elapsed() < PATIENCE, "chromium does not start");
            std::thread::sleep(Duration::from_millis(20));
        };
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let url = format!("ws://127.0.0.1:{port}{path}");
        let (socket, _) = tungstenite::client(url, stream).unwrap();
        Some(Self {
            child,
            socket,
            next_id: 0,
            complaints: Vec::new(),
            _profile: profile,
        })
    }

    /// Opens a page without anything on it.
    pub(crate) fn page(&mut self) -> Page {
        let target = self.call(None, "Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call(None, "Target.attachToTarget", attach);
        let page = Page(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            self.call(Some(&page), domain, json!({}));
        }
        page
    }

    /// Calls a method of the protocol and waits for its answer.
    pub(crate) fn call(&mut self, page: Option<&Page>, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(Page(session)) = page {
            message["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(message.to_string()))
            .unwrap();
        loop {
            let answer = self.read();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    fn read(&mut self) -> Value {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    self.hear(&message);
                    return message;
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    panic!("chromium says nothing any more")
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn hear(&mut self, message: &Value) {
        let params = &message["params"];
        let is_complaint = match message["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Page.javascriptDialogOpening") => true,
            Some("Log.entryAdded") => params["entry"]["level"] != "verbose",
            Some("Runtime.consoleAPICalled") => true,
            _ => false,
        };
        if is_complaint {
            self.complaints.push(params.to_string());
        }
    }

    /// Sets the size of a page and the colours its user prefers.
    pub(crate) fn show_on(&mut self, page: &Page, screen: Screen) {
        let Screen {
            width,
            height,
            is_dark,
        } = screen;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 500});
        self.call(Some(page), "Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if is_dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call(Some(page), "Emulation.setEmulatedMedia", media);
    }

    /// Goes to a file and waits until it is complete, with its items unpacked if it lists some.
    pub(crate) fn open(&mut self, page: &Page, file: &Path) {
        let url = format!("file://{}", file.display());
        self.call(Some(page), "Page.navigate", json!({"url": url}));
        self.wait_for(
            page,
            "document.readyState === 'complete' && location.protocol === 'file:' && \
             (!document.getElementById('list') || \
              document.documentElement.dataset.items === 'unpacked')",
        );
    }

    /// The value of an expression.
    pub(crate) fn value(&mut self, page: &Page, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call(Some(page), "Runtime.evaluate", params);
        let thrown = &result["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_for(&mut self, page: &Page, expression: &str) {
        let began = Instant::now();
        while self.value(page, expression) != true {
            assert!(began.elapsed() < PATIENCE, "never so: {expression}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A picture of what is in sight, as PNG in base64.
    pub(crate) fn picture(&mut self, page: &Page) -> String {
        let shot = self.call(
            Some(page),
            "Page.captureScreenshot",
            json!({"format": "png"}),
        );
        shot["data"].as_str().unwrap().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let close = json!({"id": 0, "method": "Browser.close", "params": {}});
        let _ = self.socket.send(Message::text(close.to_string()));
        // Its helpers end with it; the folder it writes into goes after it.
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
