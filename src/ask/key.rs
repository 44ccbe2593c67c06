//! Hashes that say whether a prompt, an item or a whole request is still the one that was answered.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
///
/// ```
/// assert_eq!(
///     labelgate::ask::sha256_hex(b"abc"),
///     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
/// );
/// ```
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A hash as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// What identifies a request: a hash of everything that is sent and of whom it is sent to. An
/// edited prompt or item is a new question, an unchanged one is the question that was answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(pub [u8; 32]);

impl RequestKey {
    /// The key of a body sent to `base_url` in a provider's format, for the `repeat`-th time, from
    /// 0. The model is part of the body.
    ///
    /// ```
    /// use labelgate::ask::RequestKey;
    /// let key = |base_url, body| RequestKey::new("openai", base_url, body, 0);
    /// assert_ne!(key("a", b"b"), key("", b"ab"), "parts do not run into one another");
    /// ```
    pub fn new(provider: &str, base_url: &str, body: &[u8], repeat: u32) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"labelgate request 1");
        for part in [provider.as_bytes(), base_url.as_bytes(), body] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.update(repeat.to_le_bytes());
        Self(digest.finalize().into())
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
