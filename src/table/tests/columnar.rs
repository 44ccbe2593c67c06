//! Parquet, written here with the library's own writer.

use std::sync::Arc;

use ::parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;

use super::*;

fn written(compression: Compression) -> Vec<u8> {
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
