//! The questions of one revision: the same prompt for every item.

use std::borrow::Cow;

use super::Terms;
use crate::ask::{Prompt, RequestKey, cut, estimate_tokens};
use crate::plan::Price;
use crate::provider::{Ask, Format};

/// One revision of a classifier, ready to be asked about any item.
#[derive(Clone, Debug)]
pub struct Series {
    /// What messages call it: `work_mode@v2`.
    pub name: String,
    /// How questions are written.
    pub format: Format,
    /// Where they go.
    pub base_url: String,
    /// Its prompt, for this model.
    pub prompt: Prompt,
    /// How many tokens an answer may have.
    pub max_tokens: u32,
    /// On what terms it is asked.
    pub terms: Terms,
    /// What its tokens cost; `None` where nobody knows.
    pub price: Option<Price>,
}

impl Series {
    /// The body that asks about an item, and whether the item had to be cut for it.
    pub fn body(&self, item: &str) -> (Vec<u8>, bool) {
        let (item, was_cut) = match self.terms.item_tokens {
            Some(most) => {
                let (text, left_out) = cut(item, most.into());
                (text, left_out.is_some())
            }
            None => (Cow::Borrowed(item), false),
        };
        let body = self.format.body(&self.prompt, &item, &self.terms.dialect);
        (body, was_cut)
    }

    /// What identifies a body that is sent for the `repeat`-th time, from 0.
    pub fn key(&self, body: &[u8], repeat: u32) -> RequestKey {
        RequestKey::new(self.format.word(), &self.base_url, body, repeat)
    }

    /// About how many tokens a body has. Most of it is text; what JSON adds to it is little.
    pub fn input_tokens(&self, body: &[u8]) -> u64 {
        std::str::from_utf8(body).map_or(0, estimate_tokens)
    }

    /// A question ready to be sent.
    pub(super) fn ask(&self, key: RequestKey, body: Vec<u8>) -> Ask {
        Ask {
            key,
            input_tokens: self.input_tokens(&body),
            max_tokens: self.max_tokens,
            body: body.into(),
        }
    }
}
