//! Texts packed for a page: words as codes, long
//! repetitions as copies, then deflate, in volumes that are unpacked one at a
//! time. A volume is packed as soon as it is full, so the texts never all lie in memory.

use flate2::{Compress, Compression, FlushCompress, Status};

use super::copies::with_copies;
use super::seven;
use super::words::Words;

/// How many bytes of text a volume holds, roughly: large enough that its list of words weighs
/// little, small enough that a page unpacks it in a moment.
const VOLUME: usize = 4 << 20;

/// Texts of items, in the order in which they came, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The volumes.
    pub(crate) volumes: Vec<Blob>,
    /// How many bytes the texts have.
    pub(crate) n_bytes: u64,
}

/// Packs texts as they come.
#[derive(Debug, Default)]
pub struct Packer {
    held: Vec<(usize, Box<str>)>,
    n_held: usize,
    packed: Packed,
}

impl Packer {
    /// Adds the text of the item at a position.
    pub fn add(&mut self, item: usize, text: Box<str>) {
        self.n_held += text.len();
        self.held.push((item, text));
        if self.n_held >= VOLUME {
            self.close();
        }
    }

    /// What was added, packed.
    #[must_use]
    pub fn finish(mut self) -> Packed {
        if !self.held.is_empty() {
            self.close();
        }
        self.packed
    }

    fn close(&mut self) {
        let words = Words::of(self.held.iter().map(|(_, text)| &**text));
        let mut bytes = Vec::with_capacity(self.n_held / 2);
        words.list(&mut bytes);
        // Positions as steps from the one before: most are 1.
        let mut before = 0_i64;
        let mut steps = Vec::with_capacity(self.held.len());
        for (item, _) in &self.held {
            let at = *item as i64;
            steps.push((at - before).to_string());
            before = at;
        }
        bytes.extend_from_slice(steps.join(",").as_bytes());
        bytes.push(super::words::END);
        for (_, text) in &self.held {
            words.code(text, &mut bytes);
        }
        self.packed.volumes.push(Blob::of(&with_copies(&bytes)));
        self.packed.n_bytes += self.n_held as u64;
        self.held.clear();
        self.n_held = 0;
    }
}

/// Deflated bytes as text of an HTML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    /// The text.
    pub(crate) text: String,
    /// How many bytes it stands for; the last bits of the text may be filling.
    pub(crate) n_bytes: usize,
}

impl Blob {
    /// Deflates bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut compress = Compress::new(Compression::best(), false);
        let mut deflated = Vec::with_capacity(bytes.len() / 3 + 64);
        loop {
            // Below the length of what is in memory, so it fits.
            let read = compress.total_in() as usize;
            let status =
                compress.compress_vec(&bytes[read..], &mut deflated, FlushCompress::Finish);
            match status {
                Ok(Status::StreamEnd) | Err(_) => break,
                Ok(Status::Ok | Status::BufError) => deflated.reserve(bytes.len() / 4 + 64),
            }
        }
        Self {
            n_bytes: deflated.len(),
            text: seven::encode(&deflated),
        }
    }
}
