//! What a run may cost: reserved before a question is sent, settled by what the provider says it
//! took.

use crate::model::Usage;
use crate::plan::Price;

/// Money in millionths of a US dollar, so that sums are exact.
pub type MicroUsd = u64;

/// What may still be spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// The most that may be spent; `None` is no limit.
    limit: Option<MicroUsd>,
    spent: MicroUsd,
    reserved: MicroUsd,
}

impl Budget {
    /// A budget of so much, of which nothing is spent.
    pub fn new(limit: Option<MicroUsd>) -> Self {
        Self {
            limit,
            spent: 0,
            reserved: 0,
        }
    }

    /// Sets aside what a question may cost at most. Whether there was enough left; if not, nothing
    /// is set aside.
    ///
    /// ```
    /// use labelgate::run::Budget;
    /// let mut budget = Budget::new(Some(100));
    /// assert!(budget.reserve(60));
    /// assert!(!budget.reserve(60), "60 of 100 are set aside");
    /// budget.settle(60, 10);
    /// assert!(budget.reserve(60), "10 were spent, 90 are left");
    /// ```
    pub fn reserve(&mut self, most: MicroUsd) -> bool {
        let committed = self.spent.saturating_add(self.reserved);
        let fits = self
            .limit
            .is_none_or(|limit| committed.saturating_add(most) <= limit);
        if fits {
            self.reserved = self.reserved.saturating_add(most);
        }
        fits
    }

    /// Gives back what was set aside and counts what was spent of it.
    pub fn settle(&mut self, reserved: MicroUsd, spent: MicroUsd) {
        self.reserved = self.reserved.saturating_sub(reserved);
        self.spent = self.spent.saturating_add(spent);
    }

    /// Whether anything is set aside, so that there may be more left later.
    pub fn has_reserved(&self) -> bool {
        self.reserved > 0
    }

    /// What was spent.
    pub fn spent(&self) -> MicroUsd {
        self.spent
    }
}

/// What a question may cost at most, as far as its tokens can be told beforehand; nothing where no
/// price is known.
pub(super) fn most(
    price: Option<Price>,
    input_tokens: u64,
    max_tokens: u32,
    in_batch: bool,
) -> MicroUsd {
    // The estimate may be short by a half, and the whole prompt may be written into the cache.
    let usage = Usage {
        cache_write_tokens: input_tokens * 3 / 2,
        output_tokens: max_tokens.into(),
        ..Usage::default()
    };
    price.map_or(0, |price| whole(price.micro_usd(&usage, in_batch)))
}

/// Whole millionths of a dollar, rounded up.
pub(super) fn whole(micro_usd: f64) -> MicroUsd {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cost is not negative, and saturates"
    )]
    let whole = micro_usd.ceil() as u64;
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_spent_and_set_aside_never_passes_the_limit(
            limit in 0_u64..1000,
            steps in prop::collection::vec((0_u64..400, 0_u64..=100, any::<bool>()), 0..60),
        ) {
            let mut budget = Budget::new(Some(limit));
            let mut open: Vec<(u64, u64)> = Vec::new();
            for (most, share, settles) in steps {
                if settles && let Some((most, share)) = open.pop() {
                    budget.settle(most, most * share / 100);
                } else if budget.reserve(most) {
                    open.push((most, share));
                }
                let reserved: u64 = open.iter().map(|(most, _)| most).sum();
                prop_assert!(budget.spent() + reserved <= limit);
                prop_assert_eq!(budget.has_reserved(), reserved > 0);
            }
        }
    }
}
