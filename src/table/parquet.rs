//! Parquet, row by row. Of a file, the library holds a page of each column at a time.

use std::cell::Cell;
use std::fs;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe, UnwindSafe};
use std::path::Path;
use std::sync::Once;

use ::parquet::data_type::AsBytes;
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use ::parquet::record::Field;
use ::parquet::record::reader::RowIter;
use bytes::Bytes;

use super::rows::Repr;
use super::source::Format;
use super::unpack::Input;
use super::{Json, Limit, Table};
use crate::fault::{Fault, Faults};

/// The rows of a file.
pub(super) struct Rows {
    rows: RowIter<'static>,
    names: Vec<Box<str>>,
    /// How many have been read.
    n_rows: usize,
    sha256: [u8; 32],
}

impl Rows {
    /// Looks at the end of a file, which says what is in it.
    pub(super) fn new(path: &Path, input: Input, sha256: [u8; 32]) -> Result<Self, Vec<Fault>> {
        guarded(path, || {
            let source = Source::new(input).map_err(|error| unreadable(path, &error))?;
            let reader =
                SerializedFileReader::new(source).map_err(|error| unreadable(path, &error))?;
            let schema = reader.metadata().file_metadata().schema();
            let names = schema.get_fields().iter();
            Ok(Self {
                names: names.map(|field| field.name().into()).collect(),
                rows: RowIter::from_file_into(Box::new(reader)),
                n_rows: 0,
                sha256,
            })
        })
    }

    pub(super) fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The next rows; `None` at the end.
    pub(super) fn next(
        &mut self,
        path: &Path,
        limit: Limit,
        faults: &mut Faults,
    ) -> Result<Option<Table>, Vec<Fault>> {
        guarded(path, || self.fill(path, limit, faults))
    }

    fn fill(
        &mut self,
        path: &Path,
        limit: Limit,
        faults: &mut Faults,
    ) -> Result<Option<Table>, Vec<Fault>> {
        let mut table = Table::empty(path, Format::Parquet);
        table.names.clone_from(&self.names);
        let mut n_bytes = 0;
        while table.n_rows() < limit.rows && n_bytes < limit.bytes {
            let Some(row) = self.rows.next() else { break };
            self.n_rows += 1;
            table.push_row(self.n_rows, 0);
            for (name, field) in row
                .map_err(|error| unreadable(path, &error))?
                .into_columns()
            {
                let cell = match json(field) {
                    Some(value) => {
                        n_bytes += size(&value);
                        table.push_value(value)
                    }
                    None => {
                        let message =
                            format!("row {}: `{name}` holds bytes that are no text", self.n_rows);
                        let help = "write the column as text (UTF8), or leave it out";
                        faults.push(Fault::new(path, message).help(help));
                        Repr::Missing
                    }
                };
                table.cells.push(cell);
            }
        }
        Ok((table.n_rows() > 0).then_some(table))
    }
}

fn unreadable(path: &Path, error: &ParquetError) -> Vec<Fault> {
    let fault = Fault::new(path, format!("cannot be read as Parquet: {error}"));
    vec![fault.help("uncompressed, Snappy and gzip pages are read; convert other files to CSV")]
}

/// What a function returns; the library answers some damaged files with a panic.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, Vec<Fault>>) -> Result<T, Vec<Fault>> {
    quietly(AssertUnwindSafe(read)).unwrap_or_else(|()| {
        let fault = Fault::new(path, "the Parquet data is damaged");
        Err(vec![fault.help("make or fetch the file again")])
    })
}

/// About how much room a value takes.
fn size(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Double(_) => 8,
        Json::Text(text) => text.len(),
        Json::List(list) => list.iter().map(size).sum(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| key.len() + size(value))
            .sum(),
    }
}

/// A file as the library reads it: here and there.
enum Source {
    File { file: fs::File, len: u64 },
    Bytes(Bytes),
}

impl Source {
    fn new(input: Input) -> Result<Self, ParquetError> {
        Ok(match input {
            Input::File(file) => {
                let len = file.metadata()?.len();
                Self::File { file, len }
            }
            Input::Bytes(bytes) => Self::Bytes(bytes.into()),
        })
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File { len, .. } => *len,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Source {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(match self {
            Self::File { file, .. } => Box::new(file.get_read(start)?),
            Self::Bytes(bytes) => Box::new(bytes.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        match self {
            // Room for a length that a damaged file claims could be more than there is.
            Self::File { len, .. } if start.saturating_add(length as u64) > *len => {
                let message = format!("{length} bytes at byte {start} of {len}");
                Err(ParquetError::EOF(message))
            }
            Self::File { file, .. } => file.get_bytes(start, length),
            Self::Bytes(bytes) => bytes.get_bytes(start, length),
        }
    }
}

thread_local! {
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// What a function returns, or that it panicked, of which then nothing is printed: to people a
/// damaged file is a fault of the file. Other threads' panics are told as ever.
fn quietly<T>(read: impl FnOnce() -> T + UnwindSafe) -> Result<T, ()> {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_READING.get() {
                usual(info);
            }
        }));
    });
    IS_READING.set(true);
    let result = panic::catch_unwind(read);
    IS_READING.set(false);
    result.map_err(|_| ())
}

/// A field as JSON would have it; `None` for bytes that are no text. Dates and times become text.
fn json(field: Field) -> Option<Json> {
    Some(match field {
        Field::Null => Json::Null,
        Field::Bool(value) => Json::Bool(value),
        Field::Byte(value) => Json::Int(value.into()),
        Field::Short(value) => Json::Int(value.into()),
        Field::Int(value) => Json::Int(value.into()),
        Field::Long(value) => Json::Int(value),
        Field::UByte(value) => Json::Int(value.into()),
        Field::UShort(value) => Json::Int(value.into()),
        Field::UInt(value) => Json::Int(value.into()),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the same as for a whole number of this size in JSON"
        )]
        Field::ULong(value) => i64::try_from(value).map_or(Json::Double(value as f64), Json::Int),
        Field::Float16(value) => double(value.to_f64()),
        Field::Float(value) => double(value.into()),
        Field::Double(value) => double(value),
        Field::Decimal(_) => field
            .to_string()
            .parse()
            .map_or_else(|_| Json::Text(field.to_string().into()), Json::Double),
        Field::Str(text) => Json::Text(text.into()),
        Field::Bytes(bytes) => Json::Text(std::str::from_utf8(bytes.as_bytes()).ok()?.into()),
        Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => Json::Text(field.to_string().into()),
        Field::Group(row) => Json::Object(
            row.into_columns()
                .into_iter()
                .map(|(name, field)| Some((name.into(), json(field)?)))
                .collect::<Option<_>>()?,
        ),
        Field::ListInternal(list) => Json::List(
            list.elements()
                .iter()
                .map(|field| json(field.clone()))
                .collect::<Option<_>>()?,
        ),
        Field::MapInternal(map) => Json::Object(
            map.entries()
                .iter()
                .map(|(key, field)| {
                    let key = match key {
                        Field::Str(text) => text.as_str().into(),
                        other => other.to_string().into(),
                    };
                    Some((key, json(field.clone())?))
                })
                .collect::<Option<_>>()?,
        ),
    })
}

/// Data frames write "not a number" for missing.
fn double(value: f64) -> Json {
    if value.is_nan() {
        Json::Null
    } else {
        Json::Double(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_library_is_an_error() {
        assert_eq!(quietly(|| 1), Ok(1));
        assert_eq!(quietly(|| panic!("negative length")), Err::<(), ()>(()));
        assert!(!IS_READING.get());
    }
}
