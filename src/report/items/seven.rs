//! Bytes as text of an HTML file, seven bits to a character of one byte: 8/7 of the size, where
//! base64 takes 4/3.
//!
//! Fourteen characters are kept out, because a parser, an editor or a terminal would not leave them
//! alone, or because markup begins with them. A group of seven bits that would be one of them is
//! written together with the next group as one character of two bytes, so nothing is lost. Line
//! feeds are among the fourteen, so lines may be broken anywhere.

/// The characters that are kept out: those that terminals obey or files end with, line ends, and
/// those that markup is made of.
const KEPT_OUT: [u8; 14] = [0, 7, 8, 10, 11, 12, 13, 14, 15, 26, 27, b'<', b'&', 127];
/// The first character of two bytes that is used; those before it include control characters.
const PAIRS: u32 = 0x100;
/// How many characters a line has, roughly.
const LINE: usize = 4096;

/// The bytes as text.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 7 + bytes.len() / LINE + 2);
    let mut groups = Groups {
        bytes: bytes.iter(),
        bits: 0,
        n_bits: 0,
    };
    let mut in_line = 0;
    while let Some(group) = groups.next() {
        match KEPT_OUT.iter().position(|out| *out == group) {
            None => text.push(char::from(group)),
            Some(which) => {
                let next = groups.next().unwrap_or(0);
                let pair = PAIRS + (which as u32) * 128 + u32::from(next);
                // All of them are between U+0100 and U+07FF, where every number is a character.
                text.extend(char::from_u32(pair));
            }
        }
        in_line += 1;
        if in_line == LINE {
            text.push('\n');
            in_line = 0;
        }
    }
    text
}

/// Groups of seven bits, the last one filled up with zeros.
struct Groups<'a> {
    bytes: std::slice::Iter<'a, u8>,
    bits: u32,
    n_bits: u32,
}

impl Iterator for Groups<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.n_bits < 7 {
            match self.bytes.next() {
                Some(byte) => {
                    self.bits = (self.bits << 8) | u32::from(*byte);
                    self.n_bits += 8;
                }
                None if self.n_bits == 0 => return None,
                None => {
                    self.bits <<= 7 - self.n_bits;
                    self.n_bits = 7;
                }
            }
        }
        self.n_bits -= 7;
        let group = (self.bits >> self.n_bits) & 0x7f;
        self.bits &= (1 << self.n_bits) - 1;
        // Seven bits fit.
        Some(group as u8)
    }
}
