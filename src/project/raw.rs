//! Reading TOML with places: values of an expected type, and what was not expected.
//!
//! A [`Section`] is asked for the keys it may have; `finish` then reports all others. Whatever
//! is wrong is noted in the [`File`], so that one reading finds every fault.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) use super::file::{File, Number, Text, among};
use crate::fault::did_you_mean;
use crate::table::list;

/// A table of a TOML file, asked for its keys one by one.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) file: &'a File,
    /// Where to point for what is missing.
    pub(super) span: Range<usize>,
    /// What the section is called in messages: empty for the file as a whole.
    name: String,
    table: &'a DeTable<'a>,
    base: usize,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The file as a whole.
    pub(super) fn root(file: &'a File, tree: &'a Spanned<DeTable<'a>>) -> Self {
        Self::part(file, tree, 0)
    }

    /// A part of a file that begins at byte `base`.
    pub(super) fn part(file: &'a File, tree: &'a Spanned<DeTable<'a>>, base: usize) -> Self {
        Self {
            file,
            span: base..base,
            name: String::new(),
            table: tree.get_ref(),
            base,
            asked: Vec::new(),
        }
    }

    fn get(&mut self, key: &'static str) -> Option<(&'a DeValue<'a>, Range<usize>)> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), self.moved(value.span())))
    }

    fn moved(&self, span: Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }

    /// Whether the key is there, whatever its value; for keys that `finish` shall not report.
    pub(super) fn key(&mut self, key: &'static str) -> Option<Range<usize>> {
        self.asked.push(key);
        let (key, _) = self.table.get_key_value(key)?;
        Some(self.moved(key.span()))
    }

    /// Where the value of a key stands, if it is there.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Range<usize>> {
        self.get(key).map(|(_, span)| span)
    }

    fn wrong_type(&self, key: &str, span: Range<usize>, expected: &str, found: &DeValue<'_>) {
        let found = match found {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let help = match expected {
            "a string" => format!("write it in quotes: `{key} = \"…\"`"),
            "a list of strings" => format!("write `{key} = [\"…\", \"…\"]`"),
            "true or false" => format!("write `{key} = true`"),
            "a table" => format!("write `[{key}]` and its settings on lines below"),
            "a list of tables" => format!("begin each entry with `[[{key}]]`"),
            _ => format!("write a number without quotes: `{key} = 1`"),
        };
        let message = format!("`{key}` must be {expected}, not {found}");
        self.file.fault_help(span, message, help);
    }

    /// An optional string.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Text<'a>> {
        let (value, span) = self.get(key)?;
        match value {
            DeValue::String(value) => Some(Text { value, span }),
            other => {
                self.wrong_type(key, span, "a string", other);
                None
            }
        }
    }

    /// A string that has to be there and not empty.
    pub(super) fn needed(&mut self, key: &'static str, help: &str) -> Option<Text<'a>> {
        if self.table.get(key).is_none() {
            self.missing(key, help);
        }
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.file
                .fault_help(text.span, format!("`{key}` is empty"), help);
            return None;
        }
        Some(text)
    }

    /// Notes that a key is missing.
    pub(super) fn missing(&mut self, key: &'static str, help: &str) {
        self.asked.push(key);
        let within = match &*self.name {
            "" => String::new(),
            name => format!(" in {name}"),
        };
        self.file
            .fault_help(self.span.clone(), format!("no `{key}`{within}"), help);
    }

    /// An optional finite number.
    pub(super) fn number(&mut self, key: &'static str) -> Option<Number> {
        let (value, span) = self.get(key)?;
        let number =
            match value {
                DeValue::Integer(value) => i64::from_str_radix(value.as_str(), value.radix())
                    .ok()
                    .map(|value| {
                        #[expect(
                            clippy::cast_precision_loss,
                            reason = "thresholds and limits are far below 2^53"
                        )]
                        let value = value as f64;
                        value
                    }),
                DeValue::Float(value) => value.as_str().parse().ok(),
                other => {
                    self.wrong_type(key, span, "a number", other);
                    return None;
                }
            };
        match number {
            Some(value) if f64::is_finite(value) => Some(Number { value, span }),
            _ => {
                let message = format!("`{key}` must be a finite number");
                let help = format!("write digits with a decimal point, such as `{key} = 0.8`");
                self.file.fault_help(span, message, help);
                None
            }
        }
    }

    /// An optional whole number from `least` on.
    pub(super) fn whole(&mut self, key: &'static str, least: u32) -> Option<u32> {
        let (value, span) = self.get(key)?;
        match value {
            DeValue::Integer(value) => {
                let number = i64::from_str_radix(value.as_str(), value.radix())
                    .ok()
                    .and_then(|value| u32::try_from(value).ok())
                    .filter(|value| *value >= least);
                if number.is_none() {
                    let message = format!(
                        "`{key}` must be a whole number from {least} to {}",
                        u32::MAX
                    );
                    let help = format!("write digits alone, such as `{key} = {}`", least.max(1));
                    self.file.fault_help(span, message, help);
                }
                number
            }
            other => {
                self.wrong_type(key, span, "a whole number", other);
                None
            }
        }
    }

    /// An optional truth value.
    pub(super) fn truth(&mut self, key: &'static str) -> Option<bool> {
        let (value, span) = self.get(key)?;
        match value {
            DeValue::Boolean(value) => Some(*value),
            other => {
                self.wrong_type(key, span, "true or false", other);
                None
            }
        }
    }

    /// An optional list of strings, none of them empty or twice; `None` also where one is.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<Text<'a>>> {
        let (value, span) = self.get(key)?;
        let DeValue::Array(array) = value else {
            self.wrong_type(key, span, "a list of strings", value);
            return None;
        };
        let mut texts: Vec<Text<'a>> = Vec::new();
        let n_elements = array.len();
        for element in array {
            let span = self.moved(element.span());
            match element.get_ref() {
                DeValue::String(value) if value.trim().is_empty() => {
                    let message = format!("an empty string among `{key}`");
                    self.file
                        .fault_help(span, message, "fill it in or leave it out");
                }
                DeValue::String(value) if texts.iter().any(|text| text.value == *value) => {
                    let message = format!("`{value}` stands in `{key}` twice");
                    self.file.fault_help(span, message, "keep one of them");
                }
                DeValue::String(value) => texts.push(Text { value, span }),
                other => self.wrong_type(key, span, "a list of strings", other),
            }
        }
        (texts.len() == n_elements).then_some(texts)
    }

    /// An optional list of strings, whatever they are.
    pub(super) fn words(&mut self, key: &'static str) -> Option<Vec<Text<'a>>> {
        let (value, span) = self.get(key)?;
        let DeValue::Array(array) = value else {
            self.wrong_type(key, span, "a list of strings", value);
            return None;
        };
        let mut words = Vec::with_capacity(array.len());
        for element in array {
            let span = self.moved(element.span());
            match element.get_ref() {
                DeValue::String(value) => words.push(Text { value, span }),
                other => self.wrong_type(key, span, "a list of strings", other),
            }
        }
        Some(words)
    }

    /// An optional string out of a closed list.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let message = format!("`{key}` cannot be `{}`", text.value);
            let help = match did_you_mean(text.value, words.iter().copied()) {
                Some(guess) => format!("{guess} It is one of {}", list(words)),
                None => format!("it is one of {}", list(words)),
            };
            self.file.fault_help(text.span, message, help);
        }
        found.map(|(_, choice)| *choice)
    }

    /// Whether the value of a key is a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.table
            .get(key)
            .is_some_and(|value| value.get_ref().is_table())
    }

    /// An optional table.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Section<'a>> {
        let (value, span) = self.get(key)?;
        match value {
            DeValue::Table(table) => Some(self.child(table, span, format!("`[{key}]`"))),
            other => {
                self.wrong_type(key, span, "a table", other);
                None
            }
        }
    }

    /// An optional list of tables.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Section<'a>> {
        let Some((value, span)) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value else {
            let message = format!("`{key}` must be a list of tables");
            self.file
                .fault_help(span, message, format!("begin each entry with `[[{key}]]`"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for element in array {
            let span = self.moved(element.span());
            match element.get_ref() {
                DeValue::Table(table) => {
                    sections.push(self.child(table, span, format!("this `[[{key}]]`")));
                }
                other => self.wrong_type(key, span, "a list of tables", other),
            }
        }
        sections
    }

    fn child(&self, table: &'a DeTable<'a>, span: Range<usize>, name: String) -> Section<'a> {
        Section {
            file: self.file,
            span,
            name,
            table,
            base: self.base,
            asked: Vec::new(),
        }
    }

    /// The line the section begins on.
    pub(super) fn line(&self) -> usize {
        self.file.line(self.span.start)
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self) {
        for (key, value) in self.table {
            let word = key.get_ref();
            if self.asked.contains(&&**word) {
                continue;
            }
            let what = if value.get_ref().is_table() {
                "table"
            } else {
                "key"
            };
            let within = match &*self.name {
                "" => String::new(),
                name => format!(" in {name}"),
            };
            let mut known: Vec<&str> = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            self.file.fault_help(
                self.moved(key.span()),
                format!("unknown {what} `{word}`{within}"),
                among(word, known),
            );
        }
    }
}
