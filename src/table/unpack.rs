//! The bytes of a file, taken out of their compression while they are read.

use std::fs;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use sha2::{Digest, Sha256};

use super::source;
use crate::fault::Fault;

/// Where bytes come from.
pub(super) enum Input {
    File(fs::File),
    Bytes(Vec<u8>),
}

/// How a file is compressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// The bytes of a file as they were before it was compressed.
pub(super) struct Unpacked {
    path: PathBuf,
    decoder: Decoder,
}

enum Decoder {
    Plain(Raw),
    Gzip(Box<MultiGzDecoder<Raw>>),
    Zstd(Box<Zstd>),
}

type Raw = BufReader<Hashed>;

/// Bytes as they lie on the disk, hashed on their way.
struct Hashed {
    input: Box<dyn Read + Send>,
    digest: Sha256,
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.digest.update(&buffer[..n]);
        Ok(n)
    }
}

impl Unpacked {
    pub(super) fn new(path: &Path, input: Input, packing: Packing) -> Self {
        let input: Box<dyn Read + Send> = match input {
            Input::File(file) => Box::new(file),
            Input::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        };
        let digest = Sha256::new();
        let raw = BufReader::with_capacity(32 << 10, Hashed { input, digest });
        let decoder = match packing {
            Packing::Plain => Decoder::Plain(raw),
            Packing::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(raw))),
            Packing::Zstd => Decoder::Zstd(Box::new(Zstd::new(raw))),
        };
        Self {
            path: path.to_owned(),
            decoder,
        }
    }

    /// Adds up to `most` bytes to a buffer; how many, which is 0 only at the end.
    pub(super) fn read(&mut self, most: usize, buffer: &mut Vec<u8>) -> Result<usize, Fault> {
        let mut part = self.take(most as u64);
        part.read_to_end(buffer).map_err(|error| self.fault(&error))
    }

    /// All bytes.
    pub(super) fn all(&mut self) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        self.read(usize::MAX, &mut bytes)?;
        Ok(bytes)
    }

    /// The SHA-256 of what has been read of the file as it is.
    pub(super) fn sha256(&self) -> [u8; 32] {
        let raw = match &self.decoder {
            Decoder::Plain(raw) => raw,
            Decoder::Gzip(decoder) => decoder.get_ref(),
            Decoder::Zstd(decoder) => &decoder.source,
        };
        raw.get_ref().digest.clone().finalize().into()
    }

    fn fault(&self, error: &io::Error) -> Fault {
        let word = match self.decoder {
            Decoder::Plain(_) => return unreadable(&self.path, error),
            Decoder::Gzip(_) => "gzip",
            Decoder::Zstd(_) => "zstd",
        };
        // The decoder's words are for programmers.
        let reason = match error.to_string() {
            error if error.contains("BadMagicNumber") => "it does not begin as zstd data do".into(),
            error => error,
        };
        let message = format!("the {word} data is damaged or cut off: {reason}");
        Fault::new(&self.path, message)
            .help("make or fetch the file again, or give it a name that fits what it is")
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(path, format!("cannot be read: {error}"))
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.decoder {
            Decoder::Plain(raw) => raw.read(buffer),
            Decoder::Gzip(decoder) => decoder.read(buffer),
            Decoder::Zstd(decoder) => decoder.read(buffer),
        }
    }
}

/// All frames one after another, as `zstd -d` does; each is held to its checksum if it has one.
struct Zstd {
    source: Raw,
    frame: FrameDecoder,
    is_begun: bool,
}

impl Zstd {
    fn new(source: Raw) -> Self {
        Self {
            source,
            frame: FrameDecoder::new(),
            is_begun: false,
        }
    }

    /// Reads the head of the next frame; false if there is none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let mut magic = Vec::with_capacity(4);
            self.source.by_ref().take(4).read_to_end(&mut magic)?;
            if magic.is_empty() {
                return match self.is_begun {
                    true => Ok(false),
                    false => Err(io::Error::other("no data")),
                };
            }
            self.is_begun = true;
            if !matches!(*magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18]) {
                let head = (&*magic).chain(&mut self.source);
                self.frame = FrameDecoder::new();
                self.frame.reset(head).map_err(io::Error::other)?;
                return Ok(true);
            }
            self.skip()
                .map_err(|_| io::Error::other("a frame is cut off"))?;
        }
    }

    /// Leaves out a frame that holds notes, not data.
    fn skip(&mut self) -> io::Result<()> {
        let mut len = [0; 4];
        self.source.read_exact(&mut len)?;
        let mut left = u32::from_le_bytes(len) as usize;
        while left > 0 {
            let n = self.source.fill_buf()?.len().min(left);
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.source.consume(n);
            left -= n;
        }
        Ok(())
    }

    fn check(&self) -> io::Result<()> {
        let sums = (
            self.frame.get_checksum_from_data(),
            self.frame.get_calculated_checksum(),
        );
        match sums {
            (Some(stored), Some(found)) if stored != found => {
                Err(io::Error::other("the checksum does not fit"))
            }
            _ => Ok(()),
        }
    }
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.frame.can_collect() == 0 {
            if !self.frame.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                let decoded = self.frame.decode_blocks(&mut self.source, one);
                decoded.map_err(io::Error::other)?;
            } else {
                self.check()?;
                if !self.begin()? {
                    return Ok(0);
                }
            }
        }
        self.frame.read(buffer)
    }
}

/// The SHA-256 of a file that is not read from its beginning to its end otherwise.
pub(super) fn sha256_of(path: &Path, mut file: &fs::File) -> Result<[u8; 32], Fault> {
    let unreadable = |error: io::Error| unreadable(path, &error);
    let mut digest = Sha256::new();
    let mut is_blank = true;
    let mut reader = BufReader::with_capacity(64 << 10, &mut file);
    loop {
        let part = reader.fill_buf().map_err(unreadable)?;
        if part.is_empty() {
            break;
        }
        is_blank = is_blank && part.trim_ascii().is_empty();
        digest.update(part);
        let n = part.len();
        reader.consume(n);
    }
    match is_blank {
        true => Err(source::empty(path)),
        false => Ok(digest.finalize().into()),
    }
}
