//! Text as LaTeX: nothing that comes from data is a command, and nothing is left out. What comes
//! out is plain ASCII and uses commands of the LaTeX kernel alone, so that it also survives in
//! headings and tables of contents, in any font encoding.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use super::symbols::{accent, symbol};

/// How text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// In the font around it, on one line as far as LaTeX is concerned.
    Text,
    /// The same where no line may break inside a word, as in headings.
    Heading,
    /// In Computer Modern Typewriter, whose glyphs are known by their places.
    Mono,
}

/// How many characters there may be between which no line can end; beyond, it can end anywhere.
pub(super) const LONGEST_PART: usize = 20;
/// How many of them stay together then.
const SHORTEST_PIECE: usize = 4;
/// How wide a tab is in columns, at most.
const TAB: usize = 4;

/// Text on one line; line ends become spaces.
pub(super) fn escape(text: &str, mode: Mode) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    // Accents and letters apart, so that each letter is met with all of its accents.
    let characters: Vec<char> = text.nfc().collect();
    // Characters since a line could end, and whether they are the beginning of very many.
    let mut in_part = 0;
    let mut is_long = begins_long(&characters);
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        at += 1;
        let accents = characters[at..]
            .iter()
            .take_while(|next| canonical_combining_class(**next) != 0)
            .count();
        let accents = &characters[at..at + accents];
        at += accents.len();
        put(&mut escaped, character, accents, mode);
        let next = characters.get(at);
        if could_join(character) && next.is_some_and(|next| could_join(*next)) {
            escaped.push_str("{}");
        }
        in_part += 1;
        let is_break = ends_part(character) && in_part > 2;
        let goes_on = next.is_some_and(|next| !next.is_whitespace());
        if mode != Mode::Heading && goes_on && (is_break || is_long && in_part >= SHORTEST_PIECE) {
            escaped.push_str("\\allowbreak{}");
            in_part = 0;
        }
        if character.is_whitespace() {
            in_part = 0;
        }
        if ends_part(character) || character.is_whitespace() {
            is_long = begins_long(&characters[at..]);
        }
    }
    escaped
}

/// A line of a listing: spaces at its beginning and in rows keep their width.
pub(super) fn line(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        if character == '\t' {
            let n = TAB - column % TAB;
            expanded.extend(std::iter::repeat_n(' ', n));
            column += n;
        } else {
            expanded.push(character);
            column += 1;
        }
    }
    let words = expanded.trim_start_matches(' ');
    let mut line = "~".repeat(expanded.len() - words.len());
    let mut was_space = false;
    for part in words.split_inclusive(' ') {
        let word = part.strip_suffix(' ');
        line.push_str(&escape(word.unwrap_or(part), Mode::Mono));
        // A space after a space would vanish.
        let is_double = was_space && word.is_some_and(str::is_empty);
        was_space = word.is_some();
        if was_space {
            line.push_str(if is_double { "\\ " } else { " " });
        }
    }
    line
}

/// Whether two such characters in a row could become another sign.
fn could_join(character: char) -> bool {
    matches!(character, '-' | ',' | '\'' | '`' | '?' | '!') || symbol(character).is_some()
}

/// Whether a line may end after the character, which is no space.
pub(super) fn ends_part(character: char) -> bool {
    matches!(
        character,
        '_' | '/' | '=' | ':' | ',' | ';' | '@' | '&' | '|'
    )
}

/// Whether no line could end in very many characters.
fn begins_long(characters: &[char]) -> bool {
    let part = characters
        .iter()
        .take_while(|next| !next.is_whitespace() && !ends_part(**next));
    part.count() > LONGEST_PART
}

/// Whether the text has a word that breaks anywhere.
pub(super) fn has_long(text: &str) -> bool {
    let mut parts = text.split(|next: char| next.is_whitespace() || ends_part(next));
    parts.any(|part| part.chars().count() > LONGEST_PART)
}

fn put(escaped: &mut String, character: char, accents: &[char], mode: Mode) {
    if accents.is_empty() && put_ascii(escaped, character, mode) {
        return;
    }
    if accents.is_empty()
        && let Some(command) = symbol(character)
    {
        // The typewriter font has few symbols, and some of its places hold others.
        match mode {
            Mode::Mono => escaped.push_str(&format!("{{\\normalfont {command}}}")),
            Mode::Text | Mode::Heading => escaped.push_str(&format!("{{{command}}}")),
        }
        return;
    }
    let mut parts = Vec::new();
    decompose_canonical(character, |part| parts.push(part));
    parts.extend(accents);
    match accented(&parts) {
        Some(letter) => escaped.push_str(&letter),
        None => {
            unknown(escaped, character);
            for accent in accents {
                unknown(escaped, *accent);
            }
        }
    }
}

/// A letter of the alphabet with accents.
fn accented(parts: &[char]) -> Option<String> {
    let (base, accents) = parts.split_first()?;
    if !base.is_ascii_alphabetic() || accents.is_empty() {
        return None;
    }
    let above = |accent: &char| !matches!(accent, '\u{323}' | '\u{327}' | '\u{331}');
    // Only what stands above pushes the dot aside.
    let base = match base {
        'i' if accents.iter().any(above) => "\\i".to_owned(),
        'j' if accents.iter().any(above) => "\\j".to_owned(),
        other => other.to_string(),
    };
    accents.iter().try_fold(base, |letter, one| {
        Some(format!("{{{}{{{letter}}}}}", accent(*one)?))
    })
}

/// Writes a character of ASCII, if it is one that can be seen.
fn put_ascii(escaped: &mut String, character: char, mode: Mode) -> bool {
    let is_mono = mode == Mode::Mono;
    let command = match character {
        '\n' | '\r' if !is_mono => " ",
        '\t' if !is_mono => " ",
        '\\' if is_mono => "{\\char92}",
        '{' if is_mono => "{\\char123}",
        '}' if is_mono => "{\\char125}",
        '~' if is_mono => "{\\char126}",
        '^' if is_mono => "{\\char94}",
        '_' if is_mono => "{\\char95}",
        '<' if is_mono => "{\\char60}",
        '>' if is_mono => "{\\char62}",
        '|' if is_mono => "{\\char124}",
        // An active character of some languages.
        '"' if is_mono => "{\\char34}",
        // The places of the upright quotes in this font.
        '\'' if is_mono => "{\\char13}",
        '`' if is_mono => "{\\char18}",
        '\\' => "\\textbackslash{}",
        '{' => "\\{",
        '}' => "\\}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        '_' => "\\_",
        '<' => "\\textless{}",
        '>' => "\\textgreater{}",
        '|' => "\\textbar{}",
        '"' => "{\\ttfamily\\char34}",
        '$' => "\\$",
        '%' => "\\%",
        '&' => "\\&",
        '#' => "\\#",
        // Ends a row's optional argument in a table, were it first.
        '[' => "{[}",
        ']' => "{]}",
        '*' => "{*}",
        ' '..='~' => {
            escaped.push(character);
            return true;
        }
        _ => return false,
    };
    escaped.push_str(command);
    true
}

/// A character that has no sign here, by its number.
fn unknown(escaped: &mut String, character: char) {
    let number = u32::from(character);
    escaped.push_str(&format!("\\fbox{{\\tiny U+{number:04X}}}"));
}
