//! Leakage: the text of an item that a prompt quotes, as in an example. Its answer is then known
//! beforehand, and the figures on it say nothing of other items.
//!
//! Texts are compared word by word, whatever their case, spaces and punctuation. A word is a run of
//! letters and digits; in scripts written without spaces each character counts as one. A prompt
//! quotes an item with [`WORDS`] words or more in a row that have [`LETTERS`] letters or more, or
//! with the whole of a shorter item, from [`SHORTEST`] words and [`SHORT_LETTERS`] letters on. What
//! more than [`MOST_ITEMS`] items have in common is boilerplate, and no leak.
//!
//! Prompts are short and items are many: the prompts' runs of words are kept by their hash, items
//! pass by once.

use std::collections::HashMap;

/// So many words in a row are a quotation.
const WORDS: usize = 12;
/// So many letters they have at least, so that a row of numbers is none.
const LETTERS: usize = 40;
/// An item shorter than [`WORDS`] is quoted if all of it is, from so many words on.
const SHORTEST: usize = 5;
/// And from so many letters on.
const SHORT_LETTERS: usize = 20;
/// What more items than these have in common is boilerplate.
const MOST_ITEMS: usize = 5;

/// The prompts' runs of words, and which items have been seen to hold them.
#[derive(Debug)]
pub struct Quotes {
    prompts: Vec<Vec<Word>>,
    runs: HashMap<u64, Run>,
    /// Bits of the hashes in use: nearly all runs of items are in no prompt.
    filter: Vec<u64>,
    n_seen: usize,
    words: Vec<Word>,
}

#[derive(Debug, Default)]
struct Run {
    /// Prompt, first word, and number of words.
    at: Vec<(usize, usize, usize)>,
    /// The first items that hold it, by their turn and id; one more than boilerplate needs.
    items: Vec<(usize, Box<str>)>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u64,
    letters: usize,
    line: usize,
}

/// Words of a prompt, and the items that hold some of them.
struct Passage {
    prompt: usize,
    start: usize,
    end: usize,
    /// Whether the whole of a short item is in it.
    has_whole: bool,
    items: Vec<(usize, Box<str>)>,
}

/// A passage of a prompt that stands in items too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The position of the prompt.
    pub prompt: usize,
    /// The line on which the passage begins, from 1.
    pub line: usize,
    /// How many words it has.
    pub n_words: usize,
    /// The ids of the items, in their order.
    pub items: Vec<Box<str>>,
}

impl Quotes {
    /// Looks prompts through.
    ///
    /// ```
    /// use labelgate::guard::Quotes;
    /// let mut quotes = Quotes::new(&["Example:\n\"The parser drops the last line of a file \
    ///     when it has no newline at its end.\""]);
    /// quotes.see("s-1", "user: the parser drops the last line of a file when it has no newline");
    /// let leaks = quotes.leaks();
    /// assert_eq!((leaks[0].line, leaks[0].n_words), (2, 14));
    /// assert_eq!(leaks[0].items, ["s-1".into()]);
    /// ```
    pub fn new(prompts: &[&str]) -> Self {
        let prompts: Vec<Vec<Word>> = prompts.iter().map(|text| words(text)).collect();
        let mut runs: HashMap<u64, Run> = HashMap::new();
        for (prompt, words) in prompts.iter().enumerate() {
            for length in SHORTEST..=WORDS {
                for (start, run) in words.windows(length).enumerate() {
                    if length == WORDS || letters(run) >= SHORT_LETTERS {
                        let hash = of_run(run);
                        runs.entry(hash)
                            .or_default()
                            .at
                            .push((prompt, start, length));
                    }
                }
            }
        }
        // Sixteen bits for each hash let one in sixteen through that is not there.
        let mut filter = vec![0; (runs.len() / 4).next_power_of_two().max(1)];
        for hash in runs.keys() {
            let (place, bit) = bit(*hash, filter.len());
            filter[place] |= bit;
        }
        Self {
            prompts,
            runs,
            filter,
            n_seen: 0,
            words: Vec::new(),
        }
    }

    /// Looks an item through.
    pub fn see(&mut self, id: &str, text: &str) {
        self.n_seen += 1;
        if self.runs.is_empty() {
            return;
        }
        let mut of_item = std::mem::take(&mut self.words);
        of_item.clear();
        push_words(&mut of_item, text);
        if of_item.len() < WORDS {
            if of_item.len() >= SHORTEST {
                self.note(of_run(&of_item), id);
            }
        } else {
            let mut hash = sum(&of_item[..WORDS]);
            self.note(finished(hash, WORDS), id);
            for next in WORDS..of_item.len() {
                let first = of_item[next - WORDS].hash.wrapping_mul(FACTOR_OF_FIRST);
                hash = hash.wrapping_sub(first).wrapping_mul(FACTOR);
                hash = hash.wrapping_add(of_item[next].hash);
                self.note(finished(hash, WORDS), id);
            }
        }
        self.words = of_item;
    }

    fn note(&mut self, hash: u64, id: &str) {
        let (place, bit) = bit(hash, self.filter.len());
        if self.filter[place] & bit == 0 {
            return;
        }
        if let Some(run) = self.runs.get_mut(&hash)
            && run.items.len() <= MOST_ITEMS
            && run
                .items
                .last()
                .is_none_or(|(turn, _)| *turn != self.n_seen)
        {
            run.items.push((self.n_seen, id.into()));
        }
    }

    /// The passages that prompts share with items seen, in the order of the prompts. Runs that
    /// overlap are one passage.
    pub fn leaks(&self) -> Vec<Leak> {
        let mut found: Vec<(usize, usize, usize, &Run)> = Vec::new();
        for run in self.runs.values() {
            if (1..=MOST_ITEMS).contains(&run.items.len()) {
                let at = run.at.iter();
                found.extend(at.map(|(prompt, start, n)| (*prompt, *start, start + n, run)));
            }
        }
        found.sort_by_key(|(prompt, start, end, _)| (*prompt, *start, *end));
        let mut passages: Vec<Passage> = Vec::new();
        for (prompt, start, end, run) in found {
            match passages.last_mut() {
                Some(last) if last.prompt == prompt && start < last.end => {
                    last.end = last.end.max(end);
                    last.has_whole |= end - start < WORDS;
                    last.items.extend(run.items.iter().cloned());
                }
                _ => passages.push(Passage {
                    prompt,
                    start,
                    end,
                    has_whole: end - start < WORDS,
                    items: run.items.clone(),
                }),
            }
        }
        let is_quote = |passage: &Passage| {
            let words = &self.prompts[passage.prompt][passage.start..passage.end];
            passage.has_whole || letters(words) >= LETTERS
        };
        passages
            .into_iter()
            .filter(is_quote)
            .map(|mut passage| {
                passage.items.sort_unstable();
                passage.items.dedup();
                let (prompt, start) = (passage.prompt, passage.start);
                Leak {
                    prompt,
                    line: self.prompts[prompt][start].line,
                    n_words: passage.end - start,
                    items: passage.items.into_iter().map(|(_, id)| id).collect(),
                }
            })
            .collect()
    }
}

/// An odd number with bits all over; runs are hashed as numbers to this base.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// By what the first word of [`WORDS`] counts.
const FACTOR_OF_FIRST: u64 = FACTOR.wrapping_pow(WORDS as u32 - 1);

fn letters(run: &[Word]) -> usize {
    run.iter().map(|word| word.letters).sum()
}

fn sum(run: &[Word]) -> u64 {
    run.iter().fold(0, |sum: u64, word| {
        sum.wrapping_mul(FACTOR).wrapping_add(word.hash)
    })
}

fn of_run(run: &[Word]) -> u64 {
    finished(sum(run), run.len())
}

/// Spreads a sum over all bits, apart for each number of words.
fn finished(sum: u64, n_words: usize) -> u64 {
    let mixed = sum ^ (n_words as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 29)
}

fn bit(hash: u64, n_places: usize) -> (usize, u64) {
    let places = n_places as u64;
    // The remainder is below the number of places.
    (((hash >> 6) % places) as usize, 1 << (hash & 63))
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    push_words(&mut words, text);
    words
}

fn push_words(words: &mut Vec<Word>, text: &str) {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut line = 1;
    let (mut hash, mut letters) = (START, 0);
    let mut end = |hash: &mut u64, letters: &mut usize, line| {
        if *letters > 0 {
            words.push(Word {
                hash: *hash,
                letters: *letters,
                line,
            });
        }
        (*hash, *letters) = (START, 0);
    };
    for character in text.chars() {
        if !character.is_alphanumeric() {
            end(&mut hash, &mut letters, line);
            line += usize::from(character == '\n');
            continue;
        }
        let is_word = is_unspaced(character);
        if is_word {
            end(&mut hash, &mut letters, line);
        }
        let mut add = |character: char| {
            hash = (hash ^ u64::from(u32::from(character))).wrapping_mul(PRIME);
        };
        match character.is_ascii() {
            true => add(character.to_ascii_lowercase()),
            false => character.to_lowercase().for_each(add),
        }
        letters += 1;
        if is_word {
            end(&mut hash, &mut letters, line);
        }
    }
    end(&mut hash, &mut letters, line);
}

/// Whether a letter belongs to a script that puts no spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // Japanese syllables
        | '\u{3400}'..='\u{9fff}' // Chinese characters
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
