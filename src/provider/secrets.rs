//! What must never be passed on: keys and tokens, wherever a server repeats them.

use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::{Reading, Response};

/// What stands where a secret was.
const GONE: &str = "[key]";
/// What is shorter may be a word that a server says for reasons of its own.
const SHORTEST: usize = 4;
/// What is shorter is not taken out of a model's answer, where it may be a label: servers of one's
/// own are often given `test` or `EMPTY` for a key.
const SHORTEST_IN_ANSWERS: usize = 16;

/// The secrets of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    secrets: Vec<SecretString>,
}

impl Secrets {
    /// The values of headers that are marked as sensitive.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sensitive = headers.iter().filter(|(_, value)| value.is_sensitive());
        let secrets = sensitive.filter_map(|(name, value)| {
            let value = value.to_str().ok().map(str::trim)?;
            // The scheme is no secret, and what follows it may be repeated without it.
            let secret = match value.split_once(' ') {
                Some((_, secret)) if *name == AUTHORIZATION => secret.trim(),
                _ => value,
            };
            (secret.len() >= SHORTEST).then(|| SecretString::from(secret))
        });
        let mut secrets: Vec<SecretString> = secrets.collect();
        // A secret may hold another one.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        Self { secrets }
    }

    /// A body without them. Messages are shortened when they are read, and half a key would no
    /// longer be known as one.
    pub(super) fn cover_body(&self, body: &mut Vec<u8>, is_answer: bool) {
        for secret in self.of_length(is_answer).map(str::as_bytes) {
            let next = |rest: &[u8]| memchr::memmem::find(rest, secret);
            let mut from = 0;
            while let Some(offset) = next(&body[from..]) {
                let at = from + offset;
                body.splice(at..at + secret.len(), GONE.bytes());
                // What was put in may itself hold the secret.
                from = at + GONE.len();
            }
        }
    }

    /// Headers without them.
    pub(super) fn cover_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let text = value.to_str().unwrap_or_default();
            let covered = self.cover(text, false);
            if let Some(covered) = covered.and_then(|text| HeaderValue::try_from(text).ok()) {
                *value = covered;
            }
        }
    }

    /// What was read without them; as JSON they may have been written in another way.
    pub(super) fn cover_reading(&self, reading: &mut Reading) {
        let (words, answer) = match reading {
            Reading::Response(response) => {
                let Response {
                    reply,
                    model,
                    request_id,
                    usage: _,
                    refusal,
                } = response;
                let words = [Some(model), request_id.as_mut(), refusal.as_mut()];
                (words, Some(&mut reply.text))
            }
            Reading::Retry { why, .. }
            | Reading::Rejected(why)
            | Reading::ContextOverflow(why)
            | Reading::Fatal(why)
            | Reading::Unsupported { why, .. } => ([Some(why), None, None], None),
        };
        for words in words.into_iter().flatten() {
            if let Some(covered) = self.cover(words, false) {
                *words = covered.into();
            }
        }
        if let Some(answer) = answer
            && let Some(covered) = self.cover(answer, true)
        {
            *answer = covered.into();
        }
    }

    /// The text without them; `None` if it holds none.
    fn cover(&self, text: &str, is_answer: bool) -> Option<String> {
        let found = self.of_length(is_answer);
        let mut covered: Option<String> = None;
        for secret in found {
            let known = covered.as_deref().unwrap_or(text);
            if known.contains(secret) {
                covered = Some(known.replace(secret, GONE));
            }
        }
        covered
    }

    fn of_length(&self, is_answer: bool) -> impl Iterator<Item = &str> {
        let shortest = match is_answer {
            true => SHORTEST_IN_ANSWERS,
            false => SHORTEST,
        };
        let secrets = self.secrets.iter().map(|secret| secret.expose_secret());
        secrets.filter(move |secret| secret.len() >= shortest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Reply, Stop};
    use crate::provider::Wire;

    fn secrets() -> Secrets {
        let key = SecretString::from("secret/of+the=house");
        let mut headers = Wire::OpenAi.headers(Some(&key)).unwrap();
        let mut short = HeaderValue::from_static("test");
        short.set_sensitive(true);
        headers.insert("x-gate", short);
        Secrets::of(&headers)
    }

    #[test]
    fn a_key_is_taken_out_wherever_it_stands() {
        let secrets = secrets();
        let mut body = b"Bearer secret/of+the=house, secret/of+the=house; json".to_vec();
        secrets.cover_body(&mut body, false);
        assert_eq!(body, b"Bearer [key], [key]; json");
        let mut headers = HeaderMap::new();
        headers.insert(
            "location",
            HeaderValue::from_static("/?k=secret/of+the=house"),
        );
        secrets.cover_headers(&mut headers);
        assert_eq!(headers["location"], "/?k=[key]");
        let mut body = b"Bearer [key]".to_vec();
        let short = SecretString::from("[key");
        let headers = Wire::OpenAi.headers(Some(&short)).unwrap();
        Secrets::of(&headers).cover_body(&mut body, false);
        assert_eq!(body, b"Bearer [key]]");
        let mut reading = Reading::Fatal("no secret/of+the=house".into());
        secrets.cover_reading(&mut reading);
        assert_eq!(reading, Reading::Fatal("no [key]".into()));
    }

    #[test]
    fn a_short_key_may_be_a_label() {
        let response = |text: &str, model: &str| {
            Reading::Response(Response {
                reply: Reply {
                    text: text.into(),
                    stop: Stop::End,
                },
                model: model.into(),
                request_id: None,
                usage: None,
                refusal: None,
            })
        };
        let mut reading = response("test, secret/of+the=house", "test-1");
        secrets().cover_reading(&mut reading);
        assert_eq!(reading, response("test, [key]", "[key]-1"));
    }
}
