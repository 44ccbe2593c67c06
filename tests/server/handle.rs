//! One request, from its head to its answer.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::sleep;

use super::batch::{self, Done, Lost};
use super::body::{Body, Broken};
use super::endpoint::{self, Endpoint, Provider};
use super::given::{Given, Hint};
use super::log::{Entry, Fate};
use super::render::{self, Manner, Problem, Reply};
use super::seen::Seen;
use super::state::{State, Visit};
use super::{anthropic, spans};

/// A connection as its requests know it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) number: u32,
    pub(super) http2: bool,
    /// Set to end it with a reset.
    pub(super) reset: Arc<AtomicBool>,
}

impl Connection {
    /// The flag that breaks a request off; over HTTP/2 the error alone ends the stream.
    fn breaker(&self) -> Option<Arc<AtomicBool>> {
        (!self.http2).then(|| Arc::clone(&self.reset))
    }
}

/// Answers a request.
pub(super) async fn handle(
    state: Arc<State>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Broken> {
    let (head, incoming) = request.into_parts();
    let body = incoming.collect().await.map_err(|_| Broken)?.to_bytes();
    let (provider, endpoint) = endpoint::route(&head.method, head.uri.path(), &head.headers);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let hash: [u8; 32] = if body.is_empty() {
        Sha256::digest(path).into()
    } else {
        Sha256::digest(&body).into()
    };
    let members = spans::members(&body);
    let mut visit = arrive(
        &state,
        Entry {
            provider,
            endpoint: endpoint.clone(),
            path: path.into(),
            hash,
            body: state.script.keep_bodies.then(|| body.clone()),
            headers: Arc::default(),
            connection: connection.number,
            http2: connection.http2,
            arrived: Duration::ZERO,
            fate: Fate::Waiting,
        },
        &head.headers,
    );
    let seen = Seen {
        provider,
        endpoint: &endpoint,
        path,
        headers: &head.headers,
        body: &body,
        members: &members,
        hash,
        number: visit.ticket.number,
        before: visit.ticket.before,
        row: false,
    };
    let mut limit_headers = Vec::new();
    let mut reply = if let Some(fault) = fault_of(&seen, &head.method, &state) {
        fault
    } else if endpoint.is_ask()
        && let Some(refusal) = rule(&state, &seen, &mut limit_headers)
    {
        refusal
    } else {
        match answer(&state, &seen, &body).await {
            Done::Reply(reply) => reply,
            Done::Lost(Lost::Hang) => future::pending().await,
            Done::Lost(Lost::Reset) => {
                visit.fate = Fate::Broken;
                if let Some(reset) = connection.breaker() {
                    reset.store(true, Ordering::Relaxed);
                }
                return Err(Broken);
            }
        }
    };
    reply.headers.append(&mut limit_headers);
    if reply.paid {
        state.book().paid(hash);
    }
    Ok(send(reply, provider, &connection, visit))
}

fn arrive(state: &Arc<State>, entry: Entry, headers: &HeaderMap) -> Visit {
    let ask = entry.endpoint.is_ask();
    let ticket = state.book().arrive(entry, headers);
    if ask {
        state.came.notify_all();
    }
    Visit::new(Arc::clone(state), ticket)
}

/// Asks the rate limit; a refusal if it is reached.
fn rule(
    state: &State,
    seen: &Seen<'_>,
    headers: &mut Vec<(&'static str, String)>,
) -> Option<Reply> {
    let now = state.book().began.elapsed();
    let mut limiter = state.limiter.as_ref()?.lock().unwrap();
    let ruling = limiter.rule(now);
    *headers = limiter.headers(&ruling, Timestamp::now());
    (!ruling.allowed).then(|| render::too_many(seen, Hint::None))
}

/// What the script has for a request that is in order.
async fn answer(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    let mut given = (state.script.answers)(seen);
    while let Given::Late(time, later) = given {
        sleep(time).await;
        given = *later;
    }
    let ask = seen.endpoint.is_ask();
    let prefix = if ask && given.is_answer() {
        state.prefix(seen)
    } else {
        None
    };
    match given {
        Given::Hang => return Done::Lost(Lost::Hang),
        Given::Held if ask => {
            let mut released = state.released.subscribe();
            released.wait_for(|released| *released).await.ok();
        }
        _ => {}
    }
    if ask && !state.script.latency.is_zero() {
        sleep(state.script.latency).await;
    }
    if given == Given::Reset {
        return Done::Lost(Lost::Reset);
    }
    if !ask && given.is_answer() {
        return other(state, seen, body);
    }
    if let Some(prefix) = &prefix {
        state.remember(prefix);
    }
    Done::Reply(render::reply(state, seen, &given, prefix.as_ref()))
}

/// Calls that ask no model.
fn other(state: &State, seen: &Seen<'_>, body: &Bytes) -> Done {
    let reply = match seen.endpoint {
        Endpoint::CountTokens => Reply::value(&json!({"input_tokens": body.len() / 4})),
        Endpoint::Model(id) => Reply::value(&match seen.provider {
            Provider::Anthropic => json!({
                "id": id,
                "type": "model",
                "display_name": id,
                "created_at": "2026-01-01T00:00:00Z",
                "max_input_tokens": 200_000,
                "max_tokens": 64_000,
                "capabilities": {
                    "batch": {"supported": true},
                    "structured_outputs": {"supported": true},
                },
            }),
            Provider::OpenAi => json!({
                "id": id,
                "object": "model",
                "created": 1_780_000_000,
                "owned_by": "loopback",
            }),
        }),
        Endpoint::Unknown => {
            Problem::new(404, "not_found_error", "Not found").reply(seen.provider, seen.number)
        }
        _ => return batch::answer(state, seen, body),
    };
    Done::Reply(reply)
}

/// What is wrong with a request whatever the script says.
fn fault_of(seen: &Seen<'_>, method: &Method, state: &State) -> Option<Reply> {
    let problem = |problem: Problem<'_>| Some(problem.reply(seen.provider, seen.number));
    let bad = |message: &str| problem(Problem::bad_request(message));
    let api_key = seen.header("x-api-key").filter(|key| !key.is_empty());
    let bearer = seen
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .filter(|key| !key.is_empty());
    let key = match (seen.provider, api_key, bearer) {
        (Provider::Anthropic, Some(_), Some(_)) | (Provider::Anthropic, None, None) => {
            return Some(render::fault(seen, &Given::Unauthorized));
        }
        (Provider::Anthropic, key, other) => key.or(other),
        (Provider::OpenAi, _, bearer) => bearer,
    };
    if let Some(expected) = &state.script.key
        && key != Some(expected)
    {
        return Some(render::fault(seen, &Given::Unauthorized));
    }
    if seen.provider == Provider::Anthropic && seen.header("anthropic-version").is_none() {
        return bad("anthropic-version: header is required");
    }
    let upload = *seen.endpoint == Endpoint::FileUpload;
    if method != Method::POST || upload || (seen.body.is_empty() && !seen.endpoint.is_ask()) {
        return None;
    }
    if !seen
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/json"))
    {
        return bad("content-type must be application/json");
    }
    let text = std::str::from_utf8(seen.body).ok();
    if text.is_none_or(|text| serde_json::from_str::<IgnoredAny>(text).is_err()) {
        return bad("The request body is not valid JSON");
    }
    if seen.endpoint.is_ask() || *seen.endpoint == Endpoint::CountTokens {
        return question_fault(seen).and_then(bad);
    }
    None
}

/// What is missing in a question.
pub(super) fn question_fault(seen: &Seen<'_>) -> Option<&'static str> {
    let begins = |key, mark| {
        seen.member(key)
            .is_some_and(|value: &[u8]| value.first() == Some(&mark))
    };
    if !begins("model", b'"') {
        return Some("model: Field required");
    }
    if !begins("messages", b'[')
        || seen
            .member("messages")
            .is_none_or(|list| spans::elements(list).is_empty())
    {
        return Some("messages: at least one message is required");
    }
    if *seen.endpoint == Endpoint::Messages
        && seen
            .member("max_tokens")
            .is_none_or(|value| !value[0].is_ascii_digit())
    {
        return Some("max_tokens: Field required");
    }
    None
}

fn send(
    reply: Reply,
    provider: Provider,
    connection: &Connection,
    mut visit: Visit,
) -> Response<Body> {
    let number = visit.ticket.number;
    let status = StatusCode::from_u16(reply.status).unwrap();
    visit.fate = Fate::Answered(reply.status);
    let body = match reply.manner {
        Manner::Whole => Body::Whole(reply.body),
        Manner::Slow(time) => Body::slow(&reply.body, time, visit),
        Manner::Cut => {
            visit.fate = Fate::Broken;
            Body::cut(&reply.body, connection.breaker(), visit)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    let id = match provider {
        Provider::Anthropic => HeaderName::from_static("request-id"),
        Provider::OpenAi => HeaderName::from_static("x-request-id"),
    };
    headers.insert(
        id,
        HeaderValue::from_str(&anthropic::request_id(number)).unwrap(),
    );
    for (name, value) in reply.headers {
        headers.insert(name, HeaderValue::from_str(&value).unwrap());
    }
    response
}
