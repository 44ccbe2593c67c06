//! A provider on the loopback, for tests and benches: it speaks the HTTP of Anthropic and of OpenAI,
//! answers as a [`Script`] says, and keeps a log of everything it saw.
//!
//! [`spawn`] starts it on a thread with a runtime of its own, so it goes on answering while the
//! test waits for a child process. A process of its own serves through [`serve_parent`], and the
//! parent holds it as a [`Remote`].
//!
//! Included as `#[path = "../server/mod.rs"] mod server;` at the root of a test or bench; a bench
//! does not use all of it and expects `dead_code` and `unused_imports`.
//!
//! To add something it can do to a single request: a variant of [`Given`], an arm in `render.rs`.

mod anthropic;
mod batch;
mod batch_anthropic;
mod batch_openai;
mod body;
mod endpoint;
mod faults;
mod given;
mod handle;
mod limit;
mod log;
mod multipart;
mod net;
mod openai;
mod remote;
mod render;
mod schema;
mod script;
mod seen;
mod serve;
mod shape;
mod spans;
mod state;
mod tls;

pub(crate) use batch::{BatchPlan, Lost, Order, RowFate, RowFates};
pub(crate) use endpoint::{Endpoint, Provider};
pub(crate) use faults::Faults;
pub(crate) use given::{Given, Hint};
pub(crate) use limit::{Kind, Limit, LimitHeaders, Limiter};
pub(crate) use log::{Fate, Summary};
pub(crate) use remote::{Remote, serve_parent};
pub(crate) use script::Script;
pub(crate) use seen::Seen;
pub(crate) use serve::{Server, spawn};

/// The key that [`Server::environment`] gives for Anthropic; to be looked for where no key may be.
pub(crate) const ANTHROPIC_KEY: &str = "sk-ant-loopback-5e0d1a";

/// The key that [`Server::environment`] gives for OpenAI.
pub(crate) const OPENAI_KEY: &str = "sk-loopback-77c2b9";
