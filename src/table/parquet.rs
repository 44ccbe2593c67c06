//! Parquet, row by row.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, UnwindSafe};
use std::path::Path;
use std::sync::Once;

use ::parquet::data_type::AsBytes;
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;

use super::{Json, Layout, Repr, Table};
use crate::fault::{Fault, Faults};

/// Reads a whole file.
pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    // The library answers some damaged files with a panic.
    quietly(AssertUnwindSafe(|| rows(path, bytes))).unwrap_or_else(|_| {
        let fault = Fault::new(path, "the Parquet data is damaged");
        Err(vec![fault.help("make or fetch the file again")])
    })
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

fn rows(path: &Path, bytes: Vec<u8>) -> Result<Table, Vec<Fault>> {
    let unreadable = |error: ParquetError| {
        let fault = Fault::new(path, format!("cannot be read as Parquet: {error}"));
        vec![fault.help("uncompressed, Snappy and gzip pages are read; convert other files to CSV")]
    };
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).map_err(unreadable)?;
    let mut table = Table::empty(path, Layout::Binary, String::new());
    let mut faults = Faults::new(path);
    let schema = reader.metadata().file_metadata().schema();
    table.names = schema
        .get_fields()
        .iter()
        .map(|field| field.name().into())
        .collect();
    for (index, row) in reader.get_row_iter(None).map_err(unreadable)?.enumerate() {
        table.push_row(index + 1, 0);
        for (name, field) in row.map_err(unreadable)?.into_columns() {
            let cell = match json(field) {
                Some(value) => table.push_value(value),
                None => {
                    let message =
                        format!("row {}: `{name}` holds bytes that are no text", index + 1);
                    let help = "write the column as text (UTF8), or leave it out";
                    faults.push(Fault::new(path, message).help(help));
                    Repr::Missing
                }
            };
            table.cells.push(cell);
        }
    }
    faults.none()?;
    Ok(table)
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
