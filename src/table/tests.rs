mod chunks;
#[cfg(feature = "parquet")]
mod columnar;

use std::io::Write as _;
use std::path::Path;

use super::*;

fn table(name: &str, bytes: &[u8]) -> Table {
    read(Path::new(name), bytes.to_vec()).unwrap()
}

/// Every fault as `line:column: message`.
fn faults(name: &str, bytes: &[u8]) -> Vec<String> {
    let faults = read(Path::new(name), bytes.to_vec()).unwrap_err();
    faults.iter().map(shown).collect()
}

fn shown(fault: &Fault) -> String {
    match &fault.place {
        Some(place) => format!("{}:{}: {}", place.line, place.column, fault.message),
        None => fault.message.clone(),
    }
}

fn cells(table: &Table, row: usize) -> Vec<Cell<'_>> {
    (0..table.names().len())
        .map(|column| table.cell(row, column))
        .collect()
}

#[test]
fn what_is_no_text_is_told_by_its_first_bytes_or_its_nul() {
    let told = |name: &str, bytes: &[u8]| {
        let fault = read(Path::new(name), bytes.to_vec()).unwrap_err().remove(0);
        let help = fault.help.clone().unwrap_or_default();
        format!("{} ({help})", shown(&fault))
    };
    for (bytes, expect) in [
        (
            &b"\x1f\x8b\x08\0"[..],
            "this is gzip data, not text (unpack it",
        ),
        (
            b"\x28\xb5\x2f\xfd",
            "this is zstd data, not text (unpack it",
        ),
        (
            b"PAR1\0\0",
            "this is Parquet, not text (let its name end in `.parquet`)",
        ),
        (b"PK\x03\x04", "this is a ZIP archive or a spreadsheet"),
        (
            b"\xff\xfei\0d\0",
            "1:1: not UTF-8: byte 1 of the line, 0xff (this is UTF-16",
        ),
        (
            b"id,n\na,1\nb,\0\n",
            "3:3: a NUL byte, which no text has (the file may be damaged",
        ),
    ] {
        for name in ["a.csv", "a.jsonl"] {
            let told = told(name, bytes);
            assert!(told.starts_with(expect), "{name}: {told}");
        }
    }
}

#[test]
fn a_csv_cell_is_text_and_an_empty_one_is_missing() {
    let table = table("a.csv", b"id,n\na,1\nb,\n\"\",x\n");
    assert_eq!(cells(&table, 0), [Cell::Text("a"), Cell::Text("1")]);
    assert_eq!(cells(&table, 1), [Cell::Text("b"), Cell::Missing]);
    assert_eq!(cells(&table, 2), [Cell::Missing, Cell::Text("x")]);
    assert_eq!(table.cell(0, 1).number(), Some(1.0));
}

#[test]
fn quoted_fields_hold_separators_quotes_and_line_ends() {
    let table = table("a.csv", b"id,t\n\"a,\"\"b\"\"\",\"x\ny\"\nc,d\"e\n");
    assert_eq!(table.cell(0, 0), Cell::Text("a,\"b\""));
    assert_eq!(table.cell(0, 1), Cell::Text("x\ny"));
    assert_eq!(table.cell(1, 1), Cell::Text("d\"e"));
    assert_eq!((table.line(0), table.line(1)), (2, 4));
}

#[test]
fn a_fault_of_a_cell_points_at_it() {
    let table = table("a.csv", "id,t,u\n\"a\nb\",ö,ü\n".as_bytes());
    let fault = table.fault(0, 2, "no");
    assert_eq!(shown(&fault), "3:6: no");
    assert_eq!(&*fault.place.unwrap().excerpt, "b\",ö,ü");
    assert_eq!(shown(&table.fault(0, 0, "no")), "2:2: no");
    assert_eq!(shown(&table.row_fault(0, "no")), "2:1: no");
}

#[test]
fn marks_and_line_ends_of_other_systems_are_tolerated() {
    for text in [
        "\u{feff}id,t\r\na,b\r\n\r\nc,d",
        "id,t\ra,b\rc,d\r",
        "id,t\n\na,b\nc,d\n\n",
        "\"id\",\"t\"\r\n\"a\",\"b\"\r\n\"c\",\"d\"\r\n",
    ] {
        let table = table("a.csv", text.as_bytes());
        assert_eq!(table.names(), ["id".into(), "t".into()], "{text:?}");
        assert_eq!(table.n_rows(), 2, "{text:?}");
        assert_eq!(cells(&table, 1), [Cell::Text("c"), Cell::Text("d")]);
    }
}

#[test]
fn tsv_is_parted_by_tabs() {
    let table = table("a.TSV", b"id\tt\na,b\tc\n");
    assert_eq!(cells(&table, 0), [Cell::Text("a,b"), Cell::Text("c")]);
}

#[test]
fn every_row_of_the_wrong_length_is_a_fault_with_its_line() {
    assert_eq!(
        faults("a.csv", b"id,t\na\n\"x\ny\",b\na,b,c\n"),
        [
            "2:1: 1 field where the first line names 2 columns",
            "5:1: 3 fields where the first line names 2 columns",
        ]
    );
}

#[test]
fn a_header_with_no_or_equal_names_is_a_fault() {
    assert_eq!(
        faults("a.csv", b"id,,id\n1,2,3\n"),
        [
            "1:4: column 2 has no name",
            "1:5: two columns are named `id`"
        ]
    );
}

#[test]
fn a_quote_that_is_not_closed_is_reported_where_it_opens() {
    assert_eq!(
        faults("a.csv", b"id,t\na,b\nc,\"d\ne,f\n"),
        ["3:3: a quote is opened here and never closed"]
    );
    assert_eq!(
        faults("a.csv", b"id,t\na,\"b\"c\n"),
        ["2:6: text after the closing quote of a field"]
    );
}

#[test]
fn a_file_without_rows_is_a_fault() {
    assert_eq!(faults("a.csv", b""), ["the file is empty"]);
    assert_eq!(faults("a.jsonl", b"\n \n"), ["the file is empty"]);
    assert_eq!(
        faults("a.csv", b"\xef\xbb\xbfid\n"),
        ["no rows: the file has only a header"]
    );
}

#[test]
fn the_columns_of_jsonl_are_those_of_all_its_objects() {
    let table = table(
        "a.jsonl",
        b"{\"id\": \"a\", \"n\": 1}\n\n{\"x\": null, \"id\": \"b\\n\", \"t\": {\"k\": [1.5, \"\\u00e9\"]}}\r\n",
    );
    assert_eq!(
        table.names(),
        ["id".into(), "n".into(), "x".into(), "t".into()]
    );
    assert_eq!(
        cells(&table, 0),
        [Cell::Text("a"), Cell::Int(1), Cell::Missing, Cell::Missing]
    );
    assert_eq!(table.cell(1, 0), Cell::Text("b\n"));
    assert_eq!(table.cell(1, 2), Cell::Missing);
    let list = Json::List(vec![Json::Double(1.5), Json::Text("é".into())]);
    assert_eq!(
        table.cell(1, 3),
        Cell::Json(&Json::Object(vec![("k".into(), list)]))
    );
    assert_eq!(shown(&table.fault(1, 3, "no")), "3:31: no");
    assert_eq!(shown(&table.fault(1, 0, "no")), "3:19: no");
    assert_eq!(shown(&table.fault(0, 0, "no")), "1:9: no");
    assert_eq!(shown(&table.fault(0, 3, "no")), "1:1: no");
}

#[test]
fn broken_json_is_reported_with_line_and_column() {
    let faults = faults(
        "a.jsonl",
        b"{\"a\": 1}\n{\"a\": x}\n{\"b\": 1, \"b\": 2}\n[1]\n7\n",
    );
    assert_eq!(faults.len(), 4);
    assert!(
        faults[0].starts_with("2:7: not a JSON object"),
        "{}",
        faults[0]
    );
    assert!(faults[1].starts_with("3:"), "{}", faults[1]);
    assert!(faults[1].contains("`b` occurs twice"), "{}", faults[1]);
    assert!(faults[2].starts_with("4:"), "{}", faults[2]);
    assert!(faults[3].starts_with("5:"), "{}", faults[3]);
}

#[test]
fn a_key_that_occurs_twice_deep_down_is_a_fault() {
    let faults = faults("a.jsonl", b"{\"a\": [{\"b\": 1, \"b\": 2}]}\n");
    assert!(faults[0].contains("`b` occurs twice"), "{}", faults[0]);
}

#[test]
fn a_whole_document_is_told_to_be_one_object_a_line() {
    for text in ["[{\"id\": 1},\n{\"id\": 2}]", "{\n  \"id\": 1\n}\n", "[\n"] {
        let faults = read(Path::new("a.jsonl"), text.into()).unwrap_err();
        assert_eq!(faults.len(), 1, "{text}");
        let help = faults[0].help.as_deref().unwrap_or_default();
        assert!(help.contains("one object a line"), "{text}");
    }
}

#[test]
fn deep_nesting_is_a_fault_and_no_overflow() {
    let text = format!("{{\"a\": {}", "[".repeat(1_000_000));
    assert!(faults("a.jsonl", text.as_bytes())[0].contains("recursion"));
}

#[test]
fn text_that_is_not_utf8_is_reported_with_line_and_byte() {
    assert_eq!(
        faults("a.csv", b"id\n\xc3\xb6\xff\n"),
        ["2:2: not UTF-8: byte 3 of the line, 0xff"]
    );
}

#[test]
fn an_unknown_ending_lists_those_that_are_known() {
    let faults = read(Path::new("gold/a.xlsx"), b"x".to_vec()).unwrap_err();
    assert!(
        faults[0]
            .help
            .as_deref()
            .unwrap_or_default()
            .contains(".parquet")
    );
    assert!(read(Path::new("a.json"), b"{}".to_vec()).is_err());
    assert!(read(Path::new("a.gz"), b"{}".to_vec()).is_err());
}

#[test]
fn the_format_of_standard_input_is_told_from_its_beginning() {
    assert_eq!(table("-", b"\n {\"id\": 1}").cell(0, 0), Cell::Int(1));
    assert_eq!(table("-", b"id\n1\n").cell(0, 0), Cell::Text("1"));
    assert_eq!(table("-", &gzip(b"id\n1\n")).cell(0, 0), Cell::Text("1"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_files_are_read_however_many_parts_they_have() {
    let gz = [gzip(b"id,t\na,b\n"), gzip(b"c,d\n")].concat();
    assert_eq!(table("a.csv.gz", &gz).n_rows(), 2);
    let skipped = [b"\x50\x2a\x4d\x18\x02\0\0\0zz".to_vec(), zstd(b"c,d\n")].concat();
    let zst = [zstd(b"id,t\na,b\n"), skipped].concat();
    assert_eq!(table("a.csv.zst", &zst).n_rows(), 2);
}

#[test]
fn compressed_files_that_are_cut_off_or_damaged_are_faults() {
    let text = b"id,t\n".repeat(200);
    for (name, packed) in [("a.csv.gz", gzip(&text)), ("a.csv.zst", zstd(&text))] {
        for len in 0..packed.len() {
            assert!(
                faults(name, &packed[..len])[0].contains("damaged"),
                "{name} {len}"
            );
        }
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            // Some bytes (a time stamp) mean nothing; the rest may not pass as data.
            if let Ok(read) = read(Path::new(name), damaged) {
                assert_eq!(read.n_rows(), 199, "{name} {at}");
            }
        }
        assert!(
            faults(name, b"id,t\n1,2\n")[0].contains("damaged"),
            "{name}"
        );
    }
}

#[test]
fn only_the_first_faults_of_a_file_are_kept() {
    let text = format!("id,t\n{}", "a\n".repeat(120));
    let faults = faults("a.csv", text.as_bytes());
    assert_eq!(faults.len(), 51);
    assert_eq!(faults[50], "and 70 more like these");
}

#[test]
fn a_column_that_is_lacking_is_answered_with_the_nearest() {
    let read = table("a.csv", b"id,acount\n1,2\n");
    let fault = read.no_column("account");
    assert_eq!(shown(&fault), "1:1: no column `account`");
    assert!(fault.help.unwrap().contains("did you mean `acount`?"));
    let read = table("a.csv", b"id;account\n1;2\n");
    assert!(read.no_column("id").help.unwrap().contains("commas"));
}

#[test]
fn names_and_numbers_are_made_of_cells() {
    assert_eq!(Cell::Int(7).name().as_deref(), Some("7"));
    assert_eq!(Cell::Double(1.5).name().as_deref(), Some("1.5"));
    assert_eq!(Cell::Double(1e300).name(), None);
    assert_eq!(Cell::Text(" 1e3 ").number(), Some(1000.0));
    assert_eq!(Cell::Text("inf").number(), None);
    assert_eq!(Cell::Text("NaN").number(), None);
    assert_eq!(Cell::Text("1,5").number(), None);
}

#[test]
fn text_taken_out_is_the_text_of_the_cell() {
    let mut table = table("a.jsonl", b"{\"a\": \"x\", \"b\": \"y\\n\", \"c\": 1}");
    assert_eq!(table.take_text(0, 0).as_deref(), Some("x"));
    assert_eq!(table.take_text(0, 1).as_deref(), Some("y\n"));
    assert_eq!(table.take_text(0, 2), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_more_than_a_fault(
        text in "[a,\"{}:\\[\\]0-2.e\\\\\n\r\tö\u{feff}-]{0,60}",
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        cut in 0_usize..60,
    ) {
        for name in ["a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.jsonl.zst", "a.parquet", "-"] {
            for bytes in [text.as_bytes(), &bytes] {
                // Whatever it comes to, it returns, and every cell can be pointed at.
                let Ok(table) = read(Path::new(name), bytes.to_vec()) else {
                    continue;
                };
                for (row, column) in (0..table.n_rows()).zip((0..table.names().len()).cycle()) {
                    let place = table.fault(row, column, "x").place;
                    proptest::prop_assert!(place.is_some_and(|place| place.line >= table.line(row)));
                    let _ = table.cell(row, column).name();
                }
            }
        }
        let packed = gzip(text.as_bytes());
        let _ = read(Path::new("-"), packed[..cut.min(packed.len())].to_vec());
    }

    #[test]
    fn csv_that_is_written_is_read_back(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a,\"\n\r ö]{1,5}", 3),
            1..6,
        ),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["x", "y", "z"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let table = table("a.csv", &writer.into_inner().unwrap());
        proptest::prop_assert_eq!(table.n_rows(), rows.len());
        for (at, row) in rows.iter().enumerate() {
            let row: Vec<Cell<'_>> = row.iter().map(|cell| Cell::Text(cell)).collect();
            proptest::prop_assert_eq!(cells(&table, at), row);
        }
    }
}
