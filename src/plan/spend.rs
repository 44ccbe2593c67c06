//! What asking a series will take, before anything is sent: questions, tokens, money.
//!
//! Tokens read are estimated from the text, so all that follows from them is an estimate too. Knows
//! no provider: what its cache does is told.

use super::Price;
use crate::model::Usage;

/// What is known of a series from its items and from the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Questions in all: items times repeats.
    pub questions: u64,
    /// Those that are settled already.
    pub stored: u64,
    /// Those that are to be asked; the same text is asked once.
    pub to_ask: u64,
    /// Tokens of those to be asked, estimated.
    pub input_tokens: u64,
    /// Items that are longer than allowed and are cut.
    pub items_cut: u64,
    /// Stored answers whose tokens are known.
    pub answers: u64,
    /// How many tokens these wrote.
    pub answer_tokens: u64,
}

/// What the provider does with the instructions that all questions of a series share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// They are read anew each time: they are too short, or there is no cache.
    None,
    /// The first question has them kept at no extra price, later ones read them from the cache.
    Automatic {
        /// How many tokens that are, estimated.
        tokens: u64,
    },
    /// The same, and keeping them has a price of its own.
    Marked {
        /// How many tokens that are, estimated.
        tokens: u64,
    },
}

impl Caching {
    fn tokens(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Automatic { tokens } | Self::Marked { tokens } => tokens,
        }
    }
}

/// What the expected length of answers rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedFrom {
    /// The mean of so many stored answers of the same series.
    Stored(u64),
    /// The limit of each answer: an upper bound.
    Limit,
}

/// What a series will take.
#[derive(Clone, Debug, PartialEq)]
pub struct Spend {
    /// What was counted.
    pub counted: Counted,
    /// Tokens that are read from the provider's cache, if it keeps them; estimated.
    pub cached_tokens: u64,
    /// Tokens that all answers write together, as expected.
    pub output_expected: u64,
    /// The same at most.
    pub output_most: u64,
    /// What the expectation rests on.
    pub expected_from: ExpectedFrom,
    /// The cost of asking now; `None` where the price is unknown.
    pub live: Option<Cost>,
    /// The cost of asking in a batch.
    pub batch: Option<Cost>,
}

/// A cost in US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// As expected.
    pub expected: f64,
    /// With the longest answers and without any help of the cache.
    pub most: f64,
}

impl Spend {
    /// What it takes to ask what is left of a series whose answers have at most `max_tokens` each.
    ///
    /// ```
    /// use labelgate::plan::{Caching, Counted, ExpectedFrom, Spend};
    /// let counted = Counted { questions: 10, to_ask: 10, input_tokens: 5000, ..Counted::default() };
    /// let spend = Spend::new(counted, 200, Caching::None, None);
    /// assert_eq!((spend.output_expected, spend.output_most), (2000, 2000));
    /// assert_eq!(spend.expected_from, ExpectedFrom::Limit);
    /// assert_eq!(spend.live, None, "unknown, which is not 0");
    /// ```
    pub fn new(counted: Counted, max_tokens: u32, caching: Caching, price: Option<Price>) -> Self {
        let output_most = counted.to_ask * u64::from(max_tokens);
        let (output_expected, expected_from) = match counted.answers {
            0 => (output_most, ExpectedFrom::Limit),
            answers => {
                let all = u128::from(counted.answer_tokens) * u128::from(counted.to_ask);
                let expected = all.div_ceil(u128::from(answers));
                let expected = u64::try_from(expected).unwrap_or(u64::MAX);
                (expected.min(output_most), ExpectedFrom::Stored(answers))
            }
        };
        let prefix = caching.tokens();
        let cached_tokens = prefix * counted.to_ask.saturating_sub(1);
        let (written_once, written_always) = match caching {
            Caching::Marked { .. } => (prefix.min(counted.input_tokens), prefix * counted.to_ask),
            Caching::None | Caching::Automatic { .. } => (0, 0),
        };
        let expected = Usage {
            input_tokens: counted
                .input_tokens
                .saturating_sub(cached_tokens + written_once),
            cache_read_tokens: cached_tokens,
            cache_write_tokens: written_once,
            output_tokens: output_expected,
            ..Usage::default()
        };
        let most = Usage {
            input_tokens: counted.input_tokens.saturating_sub(written_always),
            cache_write_tokens: written_always,
            output_tokens: output_most,
            ..Usage::default()
        };
        let cost = |in_batch| match (counted.to_ask, price) {
            // What is not asked has no price to be known.
            (0, _) => Some(Cost::default()),
            (_, None) => None,
            (_, Some(price)) => Some(Cost {
                expected: price.micro_usd(&expected, in_batch) / 1e6,
                most: price.micro_usd(&most, in_batch) / 1e6,
            }),
        };
        Self {
            counted,
            cached_tokens,
            output_expected,
            output_most,
            expected_from,
            live: cost(false),
            batch: cost(true),
        }
    }
}

/// What several series take together. A cost is known where all of them are; the expectation rests
/// on stored answers where all do.
pub fn total<'a>(spends: impl IntoIterator<Item = &'a Spend>) -> Spend {
    let add = |one: Option<Cost>, other: Option<Cost>| {
        one.zip(other).map(|(one, other)| Cost {
            expected: one.expected + other.expected,
            most: one.most + other.most,
        })
    };
    let mut total = Spend::new(Counted::default(), 0, Caching::None, None);
    let mut is_first = true;
    for spend in spends {
        let Counted {
            questions,
            stored,
            to_ask,
            input_tokens,
            items_cut,
            answers,
            answer_tokens,
        } = spend.counted;
        total.counted.questions += questions;
        total.counted.stored += stored;
        total.counted.to_ask += to_ask;
        total.counted.input_tokens += input_tokens;
        total.counted.items_cut += items_cut;
        total.counted.answers += answers;
        total.counted.answer_tokens += answer_tokens;
        total.cached_tokens += spend.cached_tokens;
        total.output_expected += spend.output_expected;
        total.output_most += spend.output_most;
        total.expected_from = match (is_first, total.expected_from, spend.expected_from) {
            (true, _, from) => from,
            (false, ExpectedFrom::Stored(one), ExpectedFrom::Stored(other)) => {
                ExpectedFrom::Stored(one + other)
            }
            _ => ExpectedFrom::Limit,
        };
        total.live = add(total.live, spend.live);
        total.batch = add(total.batch, spend.batch);
        is_first = false;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price {
        input: 3.0,
        output: 15.0,
        cache_read: 0.3,
        cache_write: 3.75,
        cache_write_1h: 6.0,
        batch: 0.5,
    };

    fn counted(to_ask: u64) -> Counted {
        Counted {
            questions: to_ask + 5,
            stored: 5,
            to_ask,
            input_tokens: 3000 * to_ask,
            ..Counted::default()
        }
    }

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9, "{one} is not {other}");
    }

    #[test]
    fn instructions_are_paid_in_full_once_and_read_from_the_cache_after() {
        let spend = Spend::new(
            counted(11),
            100,
            Caching::Marked { tokens: 2000 },
            Some(PRICE),
        );
        assert_eq!(spend.cached_tokens, 20_000);
        // 11,000 read in full, 2,000 written to the cache, 20,000 out of it, 1,100 written.
        let expected = 11_000.0 * 3.0 + 2000.0 * 3.75 + 20_000.0 * 0.3 + 1100.0 * 15.0;
        near(spend.live.unwrap().expected, expected / 1e6);
        near(spend.batch.unwrap().expected, expected / 2e6);
        let most = 11_000.0 * 3.0 + 22_000.0 * 3.75 + 1100.0 * 15.0;
        near(spend.live.unwrap().most, most / 1e6);
        let free = Spend::new(
            counted(11),
            100,
            Caching::Automatic { tokens: 2000 },
            Some(PRICE),
        );
        let expected = 13_000.0 * 3.0 + 20_000.0 * 0.3 + 1100.0 * 15.0;
        near(free.live.unwrap().expected, expected / 1e6);
    }

    #[test]
    fn answers_are_expected_to_be_as_long_as_those_in_the_store() {
        let counted = Counted {
            answers: 4,
            answer_tokens: 42,
            ..counted(10)
        };
        let spend = Spend::new(counted, 100, Caching::None, Some(PRICE));
        assert_eq!((spend.output_expected, spend.output_most), (105, 1000));
        assert_eq!(spend.expected_from, ExpectedFrom::Stored(4));
        let cost = spend.live.unwrap();
        assert!(cost.expected < cost.most);
    }

    #[test]
    fn one_unknown_price_makes_the_total_unknown() {
        let known = Spend::new(counted(10), 100, Caching::None, Some(PRICE));
        let unknown = Spend::new(counted(10), 100, Caching::None, None);
        let done = Spend::new(counted(0), 100, Caching::None, None);
        assert_eq!(total([&known, &unknown]).live, None);
        assert_eq!(total([&known, &done]).live, known.live);
        near(
            total([&known, &known]).live.unwrap().most,
            2.0 * known.live.unwrap().most,
        );
        assert_eq!(total([&known, &unknown]).counted.to_ask, 20);
    }
}
