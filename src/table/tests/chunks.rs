//! A file in parts is the file as a whole: its rows, their places, its faults.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

/// Reads a file whole and in parts, and holds them against one another.
pub(super) fn check(name: &str, bytes: &[u8], limit: Limit) {
    check_input(name, bytes, Input::Bytes(bytes.to_vec()), limit);
}

pub(super) fn check_input(name: &str, bytes: &[u8], input: Input, limit: Limit) {
    let path = Path::new(name);
    let context = || format!("{name} {limit:?} {:?}", String::from_utf8_lossy(bytes));
    let mut chunks = match Chunks::limited(path, input, limit) {
        Ok(chunks) => chunks,
        Err(faults) => {
            assert_eq!(
                read(path, bytes.to_vec()).unwrap_err(),
                faults,
                "{}",
                context()
            );
            return;
        }
    };
    let parts: Vec<_> = chunks.by_ref().collect();
    assert!(chunks.next().is_none(), "{}", context());
    match read(path, bytes.to_vec()) {
        Err(faults) => {
            let (last, before) = parts.split_last().unwrap();
            assert_eq!(last.as_ref().unwrap_err(), &faults, "{}", context());
            assert!(before.iter().all(Result::is_ok), "{}", context());
        }
        Ok(whole) => {
            let parts: Vec<Table> = parts.into_iter().map(Result::unwrap).collect();
            assert_eq!(all_rows(&parts), all_rows(&[whole]), "{}", context());
            assert!(parts.iter().all(|part| part.n_rows() <= limit.rows));
            assert_eq!(chunks.sha256(), <[u8; 32]>::from(Sha256::digest(bytes)));
        }
    }
}

/// All that can be asked of rows, in words.
fn all_rows(parts: &[Table]) -> Vec<String> {
    let names = parts.last().unwrap().names();
    let mut rows = vec![format!(
        "{names:?} {:?}",
        parts.last().unwrap().header_fault("x")
    )];
    for part in parts {
        assert!(names.starts_with(part.names()) && part.n_rows() > 0);
        for row in 0..part.n_rows() {
            let cells = names.iter().enumerate().map(|(column, name)| {
                let cell = part.cell(row, column);
                format!("{name}: {cell:?} {:?}", part.fault(row, column, "x"))
            });
            let cells: Vec<String> = cells.collect();
            rows.push(format!(
                "{} {cells:?} {:?}",
                part.spot(row),
                part.row_fault(row, "x")
            ));
        }
    }
    rows
}

const LIMITS: [Limit; 4] = [
    Limit { bytes: 1, rows: 1 },
    Limit {
        bytes: 3,
        rows: usize::MAX,
    },
    Limit { bytes: 16, rows: 2 },
    Limit {
        bytes: usize::MAX,
        rows: 1,
    },
];

#[test]
fn every_way_to_be_at_fault_is_the_same_in_parts() {
    let many = format!("id,t\n{}", "a\n".repeat(120));
    let late_key = "{\"id\": 1}\n\n{\"t\": 2, \"id\": \"x\"}\n";
    let texts: [&[u8]; 24] = [
        b"",
        b" \n\t\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbfid\n",
        b"\xef\xbb\xbf{\"a\": 1}",
        b"id,t\ra,b\rc,d\r",
        b"id,t\r\na,b\r\n\r\nc,d",
        b"id,t\na,\"b\n\n\nc\"\nd,e",
        b"id,t\na,b\nc,\"d\ne,f\n",
        b"id,t\na,\"b\"c\nd,\"e\n\xff\n",
        b"\"i\nd\",t\na,b\nc\n",
        b"id,,id\n1,2,3\n",
        b"id,n\na,1\nb,\0\nc\n\xc3\xb6\xff\n",
        b"id,n\na,1\nb,\0\nc\n",
        b"\xff\xfei\0d\0",
        b"id\n\xff\xfe\n",
        b"\x1f\x8b\x08\0\n\n",
        b"\x28\xb5\x2f\xfd",
        b"PAR1\0\0\n\xff",
        b"PK\x03\x04\n",
        b"{\"a\": 1}\n{\"a\": x}\n{\"b\": 1, \"b\": 2}\n[1]\n7\n{\n",
        b"[{\"id\": 1},\n{\"id\": 2}]\n\xff",
        late_key.as_bytes(),
        many.as_bytes(),
    ];
    for text in texts {
        for limit in LIMITS {
            for name in ["a.csv", "a.tsv", "a.jsonl", "a.parquet"] {
                check(name, text, limit);
            }
            for name in ["a.csv.gz", "a.jsonl.gz", "a.parquet.gz"] {
                check(name, text, limit);
                check(name, &gzip(text), limit);
            }
            for name in ["a.csv.zst", "a.jsonl.zst"] {
                check(name, text, limit);
                check(name, &zstd(text), limit);
            }
        }
    }
}

#[test]
fn more_keys_than_a_file_may_have_are_counted_over_all_its_parts() {
    let text: String = (0..2100)
        .map(|key| format!("{{\"k{key}\": 1}}\n"))
        .collect();
    check(
        "a.jsonl",
        text.as_bytes(),
        Limit {
            bytes: 1000,
            rows: 10,
        },
    );
    assert!(faults("a.jsonl", text.as_bytes())[0].starts_with("2001:1: more than 2000"));
}

#[test]
fn compressed_parts_are_held_to_their_checksums_and_notes_are_passed_over() {
    let text = b"id,t\na,\"b\nc\"\n".repeat(20);
    let notes = |len: u8| [b"\x50\x2a\x4d\x18", &[len, 0, 0, 0][..], b"zz"].concat();
    let zst = [notes(2), zstd(b"id,t\n"), zstd(b""), notes(2), zstd(&text)].concat();
    let gz = [gzip(b"id,t\n"), gzip(b""), gzip(&text)].concat();
    for (name, packed) in [("a.csv.zst", zst), ("a.csv.gz", gz)] {
        for limit in LIMITS {
            check(name, &packed, limit);
        }
        for at in 0..packed.len() {
            check(name, &packed[..at], LIMITS[1]);
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            check(name, &damaged, LIMITS[1]);
        }
    }
    check(
        "a.csv.zst",
        &[zstd(b"id\n1\n"), notes(3)].concat(),
        LIMITS[0],
    );
}

#[test]
fn a_large_file_comes_in_parts_of_some_size() {
    let text: String = (0..5000)
        .map(|row| format!("{row},{}\n", "x".repeat(1000)))
        .collect();
    let text = format!("id,t\n{text}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, &text).unwrap();
    let chunks = Chunks::new(&path, fs::File::open(&path).unwrap()).unwrap();
    let lengths: Vec<usize> = chunks.map(|part| part.unwrap().source.len()).collect();
    assert!(lengths.len() > 15, "{lengths:?}");
    assert!(lengths.iter().all(|len| *len < 400 << 10), "{lengths:?}");
}

#[test]
fn a_sequence_of_parts_can_be_read_on_any_thread() {
    fn is_send<T: Send>() {}
    is_send::<Chunks>();
}

proptest! {
    #[test]
    fn any_bytes_in_parts_are_what_they_are_whole(
        text in "[a,\"{}:\\[\\]0-2.e\\\\\n\r\tö\u{feff}-]{0,60}",
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        n_bytes in 1_usize..20,
        rows in 1_usize..4,
    ) {
        let limit = Limit { bytes: n_bytes, rows };
        for bytes in [text.as_bytes(), &bytes] {
            for name in ["a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.jsonl.zst", "a.parquet"] {
                check(name, bytes, limit);
            }
            check("a.csv.gz", &gzip(bytes), limit);
            check("a.jsonl.zst", &zstd(bytes), limit);
        }
    }

    #[test]
    fn sound_rows_in_parts_are_what_they_are_whole(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a,\"\n\r\u{1}ö]{0,9}", 3),
            1..12,
        ),
        n_bytes in 1_usize..40,
        most in 1_usize..4,
    ) {
        let limit = Limit { bytes: n_bytes, rows: most };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["x", "y", "z"]).unwrap();
        let mut json = String::new();
        for row in &rows {
            writer.write_record(row).unwrap();
            let text = |at: usize| serde_json::to_string(&row[at]).unwrap();
            let third = if row[2].is_empty() { "w" } else { "z" };
            let line = format!("{{\"{third}\": {}, \"x\": {}, \"y\": [{}]}}\n", text(0), text(1), text(2));
            json.push_str(&line);
        }
        let csv = writer.into_inner().unwrap();
        for (name, bytes) in [
            ("a.csv", csv.clone()),
            ("a.csv.gz", gzip(&csv)),
            ("a.csv.zst", zstd(&csv)),
            ("a.jsonl", json.clone().into_bytes()),
            ("a.jsonl.gz", gzip(json.as_bytes())),
            ("a.jsonl.zst", zstd(json.as_bytes())),
        ] {
            check(name, &bytes, limit);
            check(name, &bytes[..bytes.len() - 1], limit);
        }
    }
}
