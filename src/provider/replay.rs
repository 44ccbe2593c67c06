//! Answers looked up among recorded ones. Costs nothing and is the same every time; refuses an
//! answer to a prompt or an item that has changed since.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::Reply;

use super::Recording;

/// The recorded answers of one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    recordings: BTreeMap<String, Recording>,
}

/// What is on record for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The reply.
    Reply(Reply),
    /// A reply to a question that was not quite this one.
    Stale(Staleness),
    /// Nothing.
    NotRecorded,
}

/// What has changed since an answer was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Staleness {
    /// The prompt file.
    Prompt,
    /// The item's text.
    Item,
    /// The prompt file and the item's text.
    Both,
}

impl Replay {
    /// A provider of these recordings. Of several of one item the first counts; those that
    /// [`read_recordings`](super::read_recordings) returns have one each.
    pub fn new(recordings: impl IntoIterator<Item = Recording>) -> Self {
        let mut by_item = BTreeMap::new();
        for recording in recordings {
            by_item.entry(recording.item.clone()).or_insert(recording);
        }
        Self {
            recordings: by_item,
        }
    }

    /// What is on record for an item, asked with this prompt. The hashes are those of the prompt
    /// file's bytes and of the item's text, as [`sha256_hex`](crate::ask::sha256_hex) writes them.
    pub fn answer(&self, item_id: &str, prompt_sha256: &str, item_sha256: &str) -> Replayed {
        let Some(recording) = self.recordings.get(item_id) else {
            return Replayed::NotRecorded;
        };
        let same_prompt = recording.prompt_sha256 == prompt_sha256;
        let same_item = recording.item_sha256 == item_sha256;
        match (same_prompt, same_item) {
            (true, true) => Replayed::Reply(Reply {
                text: recording.text.as_str().into(),
                stop: recording.stop,
            }),
            (false, true) => Replayed::Stale(Staleness::Prompt),
            (true, false) => Replayed::Stale(Staleness::Item),
            (false, false) => Replayed::Stale(Staleness::Both),
        }
    }

    /// The recordings, in the order of their items' ids.
    pub fn recordings(&self) -> impl Iterator<Item = &Recording> {
        self.recordings.values()
    }
}

impl fmt::Display for Staleness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prompt => "the prompt has changed since the answer was recorded",
            Self::Item => "the item has changed since the answer was recorded",
            Self::Both => "the prompt and the item have changed since the answer was recorded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::sha256_hex;
    use crate::model::Stop;

    #[test]
    fn an_answer_is_replayed_only_to_the_same_prompt_and_item() {
        let recording = |text: &str| Recording {
            item: "s-1".into(),
            text: text.into(),
            stop: Stop::MaxTokens,
            prompt_sha256: sha256_hex(b"prompt"),
            item_sha256: sha256_hex(b"item"),
            line: 1,
            column: 8,
        };
        let replay = Replay::new([recording("first"), recording("second")]);
        let answer = |id, prompt, item| replay.answer(id, &sha256_hex(prompt), &sha256_hex(item));
        let reply = Reply {
            text: "first".into(),
            stop: Stop::MaxTokens,
        };
        assert_eq!(answer("s-1", b"prompt", b"item"), Replayed::Reply(reply));
        for (prompt, item, staleness) in [
            (&b"Prompt"[..], &b"item"[..], Staleness::Prompt),
            (b"prompt", b"Item", Staleness::Item),
            (b"Prompt", b"Item", Staleness::Both),
        ] {
            assert_eq!(answer("s-1", prompt, item), Replayed::Stale(staleness));
        }
        assert_eq!(answer("s-2", b"prompt", b"item"), Replayed::NotRecorded);
    }
}
