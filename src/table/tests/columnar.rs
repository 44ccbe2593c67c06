//! Parquet, written here with the library's own writer.

use std::sync::Arc;

use ::parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;

use super::*;

fn written(compression: Compression) -> Vec<u8> {
    groups(compression, 1)
}

/// The same two rows in each of some row groups.
fn groups(compression: Compression, n_groups: usize) -> Vec<u8> {
    let field = |name: &str, physical, converted| {
        Arc::new(
            Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_converted_type(converted)
                .build()
                .unwrap(),
        )
    };
    let schema = Type::group_type_builder("schema")
        .with_fields(vec![
            field("id", Physical::BYTE_ARRAY, ConvertedType::UTF8),
            field("n", Physical::INT64, ConvertedType::NONE),
            field("x", Physical::DOUBLE, ConvertedType::NONE),
        ])
        .build()
        .unwrap();
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties)).unwrap();
    for _ in 0..n_groups {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let ids = [ByteArray::from("a"), ByteArray::from("b")];
        column
            .typed::<ByteArrayType>()
            .write_batch(&ids, Some(&[1, 1]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&[7], Some(&[1, 0]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(&[1.5, f64::NAN], Some(&[1, 1]), None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_cells_have_types_and_nothing_is_missing() {
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
        let table = table("a.parquet", &written(compression));
        assert_eq!(table.names(), ["id".into(), "n".into(), "x".into()]);
        assert_eq!(
            cells(&table, 0),
            [Cell::Text("a"), Cell::Int(7), Cell::Double(1.5)]
        );
        assert_eq!(
            cells(&table, 1),
            [Cell::Text("b"), Cell::Missing, Cell::Missing]
        );
        assert_eq!(shown(&table.fault(1, 0, "no")), "row 2: no");
    }
}

#[test]
fn damaged_parquet_is_a_fault() {
    let bytes = written(Compression::UNCOMPRESSED);
    for len in (0..bytes.len()).step_by(7) {
        assert!(read(Path::new("a.parquet"), bytes[..len].to_vec()).is_err());
    }
    assert!(faults("a.parquet", b"id\n1\n")[0].contains("Parquet"));
}

#[test]
fn parquet_is_read_in_parts_across_its_row_groups() {
    let bytes = groups(Compression::SNAPPY, 3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, &bytes).unwrap();
    for (n_bytes, rows) in [(1, 1), (1 << 20, 4), (1 << 20, 6), (usize::MAX, usize::MAX)] {
        let limit = Limit {
            bytes: n_bytes,
            rows,
        };
        for input in [
            Input::Bytes(bytes.clone()),
            Input::File(std::fs::File::open(&path).unwrap()),
        ] {
            chunks::check_input("a.parquet", &bytes, input, limit);
        }
        chunks::check("a.parquet.gz", &gzip(&bytes), limit);
    }
    let file = || std::fs::File::open(&path).unwrap();
    assert_eq!(Chunks::new(&path, file()).unwrap().count(), 1);
    // A file is not read for bytes it does not have.
    for len in (0..bytes.len()).step_by(7) {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let faults = Chunks::new(Path::new("a.parquet"), file())
            .map(|_| ())
            .unwrap_err();
        assert_eq!(
            Err(faults),
            read(Path::new("a.parquet"), bytes[..len].to_vec()).map(|_| ())
        );
    }
}
