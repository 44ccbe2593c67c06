//! Long passages that came before, as copies. Deflate sees 32 KiB back; transcripts of one project
//! repeat each other over megabytes.
//!
//! [`COPY`] is followed by a length, and by the place in the bytes that come out from where so many
//! are taken; a length of 0 means the byte itself. Numbers are written in sevens, lowest first, with
//! the high bit where more follow. `report.js` does the way back.

/// Introduces a copy. A rare byte among words in codes.
const COPY: u8 = 0x1f;
/// The shortest passage worth a copy, which takes about five bytes.
const LEAST: usize = 24;
/// What deflate can copy itself.
const NEAR: usize = 30_000;
/// How many bits tell passages apart.
const BITS: u32 = 18;

/// The bytes with copies in place of what came long before.
pub(super) fn with_copies(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    // The last place at which a passage began, from 1; 0 is none.
    let mut last = vec![0_usize; 1 << BITS];
    let mut at = 0;
    while at < bytes.len() {
        let Some(slot) = slot(bytes, at) else {
            literal(bytes[at], &mut out);
            at += 1;
            continue;
        };
        let before = std::mem::replace(&mut last[slot], at + 1);
        let length = match before.checked_sub(1) {
            Some(from) if at - from > NEAR => common(bytes, from, at),
            _ => 0,
        };
        if length < LEAST {
            literal(bytes[at], &mut out);
            at += 1;
            continue;
        }
        out.push(COPY);
        number(length, &mut out);
        number(before - 1, &mut out);
        for inside in at + 1..at + length {
            if let Some(slot) = self::slot(bytes, inside) {
                last[slot] = inside + 1;
            }
        }
        at += length;
    }
    out
}

/// Where the passage that begins here is looked up; `None` so near the end that it is too short.
fn slot(bytes: &[u8], at: usize) -> Option<usize> {
    let passage = bytes.get(at..at + LEAST)?;
    let mut hash: u32 = 0;
    for byte in passage {
        hash = hash
            .wrapping_mul(0x9e37_79b1)
            .wrapping_add(u32::from(*byte) + 1);
    }
    let mixed = hash.wrapping_mul(0x85eb_ca6b) >> (32 - BITS);
    Some(mixed as usize)
}

/// How far two passages are the same.
fn common(bytes: &[u8], one: usize, other: usize) -> usize {
    let pairs = bytes[one..].iter().zip(&bytes[other..]);
    pairs.take_while(|(one, other)| one == other).count()
}

fn literal(byte: u8, out: &mut Vec<u8>) {
    out.push(byte);
    if byte == COPY {
        out.push(0);
    }
}

fn number(mut number: usize, out: &mut Vec<u8>) {
    while number > 127 {
        // Seven bits and the high one fit.
        out.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}
