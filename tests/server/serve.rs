//! The thread of a server, its connections, and the handle a test holds.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::handle::{Connection, handle};
use super::log::{Entry, Summary};
use super::net::Socket;
use super::script::Script;
use super::state::State;
use super::{ANTHROPIC_KEY, OPENAI_KEY, tls};

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`, or `https`; without a path, as Anthropic has it.
    pub(crate) base_url: String,
    ca: Option<NamedTempFile>,
    state: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Keeps the derived `Debug` of a server short.
struct Handle(Arc<State>);

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State")
    }
}

/// Starts a server on a free port of the loopback. It listens when this returns.
pub(crate) fn spawn(script: Script) -> Server {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let (acceptor, ca) = script.tls.then(tls::acceptor).unzip();
    let base_url = base_url(address, acceptor.is_some());
    let state = Arc::new(State::new(script, base_url.clone()));
    let (stop, stopped) = oneshot::channel();
    let thread = {
        let state = Arc::clone(&state);
        thread::Builder::new()
            .name("loopback".into())
            .spawn(move || run(listener, acceptor, state, stopped))
            .unwrap()
    };
    Server {
        base_url,
        ca,
        state: Handle(state),
        stop: Some(stop),
        thread: Some(thread),
    }
}

fn base_url(address: SocketAddr, tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    format!("{scheme}://{address}")
}

fn run(
    listener: std::net::TcpListener,
    acceptor: Option<TlsAcceptor>,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        tokio::select! {
            _ = stopped => {}
            () = accept(listener, acceptor, state) => {}
        }
    });
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, state: Arc<State>) {
    loop {
        // Out of file handles, say: the next one may do.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        stream.set_nodelay(true).ok();
        tokio::spawn(connection(stream, acceptor.clone(), Arc::clone(&state)));
    }
}

/// Serves a connection to its end. That a client goes away, or speaks no TLS, is its own business.
async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, state: Arc<State>) {
    let reset = Arc::new(AtomicBool::new(false));
    let socket = Socket::new(stream, Arc::clone(&reset));
    let mut connection = Connection {
        number: state.book().connected(),
        http2: false,
        reset,
    };
    let Some(acceptor) = acceptor else {
        return over_http1(TokioIo::new(socket), connection, state).await;
    };
    let Ok(socket) = acceptor.accept(socket).await else {
        return;
    };
    if socket.get_ref().1.alpn_protocol() != Some(b"h2") {
        return over_http1(TokioIo::new(socket), connection, state).await;
    }
    connection.http2 = true;
    let connection = Arc::new(connection);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    if let Some(streams) = state.script.max_streams {
        builder.max_concurrent_streams(streams);
    }
    let service =
        service_fn(move |request| handle(Arc::clone(&state), Arc::clone(&connection), request));
    builder
        .serve_connection(TokioIo::new(socket), service)
        .await
        .ok();
}

async fn over_http1<S>(socket: TokioIo<S>, connection: Connection, state: Arc<State>)
where
    TokioIo<S>: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let connection = Arc::new(connection);
    let service =
        service_fn(move |request| handle(Arc::clone(&state), Arc::clone(&connection), request));
    http1::Builder::new()
        .serve_connection(socket, service)
        .await
        .ok();
}

impl Server {
    /// The base URL as OpenAI has it.
    pub(crate) fn openai_url(&self) -> String {
        format!("{}/v1", self.base_url)
    }

    /// The certificate of the authority to trust, as PEM, where there is TLS.
    pub(crate) fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(NamedTempFile::path)
    }

    /// What a child process needs to find the server: base URLs, keys, whom to trust, no proxy.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("ANTHROPIC_BASE_URL", self.base_url.clone()),
            ("ANTHROPIC_API_KEY", ANTHROPIC_KEY.into()),
            ("OPENAI_BASE_URL", self.openai_url()),
            ("OPENAI_API_KEY", OPENAI_KEY.into()),
            ("NO_PROXY", "127.0.0.1".into()),
        ];
        if let Some(file) = self.ca_file() {
            variables.push(("SSL_CERT_FILE", file.display().to_string()));
        }
        variables
    }

    /// Everything it saw, in the order it came.
    pub(crate) fn log(&self) -> Vec<Entry> {
        self.state.0.book().entries()
    }

    /// Figures over the log.
    pub(crate) fn summary(&self) -> Summary {
        self.state.0.book().summary()
    }

    /// Waits until so many requests that ask a model have come in, but no longer than this; whether
    /// they have.
    pub(crate) fn wait_for_asks(&self, asks: u64, at_most: Duration) -> bool {
        let state = &self.state.0;
        let (book, _) = state
            .came
            .wait_timeout_while(state.book(), at_most, |book| book.asks() < asks)
            .unwrap();
        book.asks() >= asks
    }

    /// Lets everything go that is `Given::Held`, and holds nothing from now on.
    pub(crate) fn release(&self) {
        self.state.0.released.send_replace(true);
    }

    /// Empties log and summary. What counts for answers, such as how often a body came, stays.
    pub(crate) fn forget(&self) {
        self.state.0.book().forget();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that the thread has ended by itself.
        self.stop.take().map(|stop| stop.send(()));
        self.thread.take().map(JoinHandle::join);
    }
}
