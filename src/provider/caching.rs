//! From how many tokens on a provider keeps the beginning of a request in its cache.

use super::Wire;

/// How long instructions have to be for the provider to keep them, in tokens. Where sources differ,
/// the longest they name, so that nothing is promised.
///
/// ```
/// use labelgate::provider::{Wire, least_cached_tokens};
/// assert_eq!(least_cached_tokens(Wire::Anthropic, "claude-haiku-4-5"), 4096);
/// assert_eq!(least_cached_tokens(Wire::OpenAi, "gpt-5-mini"), 1024);
/// ```
pub fn least_cached_tokens(wire: Wire, model: &str) -> u64 {
    const OLD: &[&str] = &[
        "sonnet-4-5",
        "sonnet-4-2",
        "sonnet-3",
        "opus-4-1",
        "opus-4-2",
        "opus-3",
    ];
    let is_any = |names: &[&str]| names.iter().any(|name| model.contains(name));
    match wire {
        Wire::OpenAi => 1024,
        Wire::Anthropic if is_any(OLD) => 1024,
        Wire::Anthropic if is_any(&["sonnet", "fable"]) => 2048,
        Wire::Anthropic => 4096,
    }
}
