//! Tables out of a text: what of it is read at a time, and what of it a table keeps.

use super::delimited::Records;
use super::jsonl::Lines;
use super::source::{self, Layout};
use super::text::Text;
use super::{Limit, Table};
use crate::fault::{Fault, Faults};

/// The rows of a text file.
pub(super) struct TextRows {
    text: Text,
    layout: Layout,
    format: Format,
    /// Lines of which a part has been read.
    lines: String,
    /// Up to where.
    at: usize,
    is_hopeless: bool,
}

enum Format {
    Delimited(Records),
    Jsonl(Lines),
}

/// How far a format came in a text.
pub(super) enum Filled {
    /// Rows were read up to this byte. If it is the first, more text is needed.
    UpTo(usize),
    /// What follows the last fault could only be misunderstood.
    Hopeless,
}

impl TextRows {
    pub(super) fn new(layout: Layout, text: Text) -> Self {
        let format = match layout {
            Layout::Delimited(separator) => Format::Delimited(Records::new(separator)),
            Layout::Jsonl => Format::Jsonl(Lines::new()),
        };
        Self {
            text,
            layout,
            format,
            lines: String::new(),
            at: 0,
            is_hopeless: false,
        }
    }

    pub(super) fn sha256(&self) -> [u8; 32] {
        self.text.sha256()
    }

    /// The next rows; `None` at the end. The fault of the file as a whole outweighs those of rows.
    pub(super) fn next(
        &mut self,
        limit: Limit,
        faults: &mut Faults,
    ) -> Result<Option<Table>, Vec<Fault>> {
        loop {
            if self.is_hopeless || self.at == self.lines.len() {
                match self.text.lines(limit.bytes).map_err(|fault| vec![fault])? {
                    Some(lines) => (self.lines, self.at) = (lines, 0),
                    None => return Ok(None),
                }
            }
            if self.is_hopeless {
                continue;
            }
            let mut table = Table::empty(self.text.path(), source::Format::Text(self.layout));
            let rest = &self.lines[self.at..];
            let filled = match &mut self.format {
                Format::Delimited(records) => {
                    records.fill(&mut table, rest, self.text.is_at_end(), limit.rows, faults)
                }
                Format::Jsonl(lines) => lines.fill(&mut table, rest, limit.rows, faults),
            };
            match filled {
                Filled::Hopeless => self.is_hopeless = true,
                Filled::UpTo(0) => self.extend()?,
                Filled::UpTo(len) => {
                    table.source = self.take(len);
                    if table.n_rows() > 0 {
                        return Ok(Some(table));
                    }
                }
            }
        }
    }

    /// Adds as much text as there is, so that a long row is not looked through too often.
    fn extend(&mut self) -> Result<(), Vec<Fault>> {
        self.lines.drain(..self.at);
        self.at = 0;
        let more = self.text.lines(self.lines.len());
        if let Some(more) = more.map_err(|fault| vec![fault])? {
            self.lines.push_str(&more);
        }
        Ok(())
    }

    /// The next `len` bytes of the lines, without a copy where that is all.
    fn take(&mut self, len: usize) -> String {
        if self.at == 0 && len == self.lines.len() {
            return std::mem::take(&mut self.lines);
        }
        self.at += len;
        self.lines[self.at - len..self.at].to_owned()
    }
}
