//! A page's list of items, counted by who has the file.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::DeflateDecoder;
use serde_json::Value;

use super::{LABELS, Made, arguments, score};
use crate::cli::{code, labelgate, text};

/// The columns of the list in a page: what its script makes of them before it shows anything.
fn columns(page: &str) -> Value {
    const KEPT_OUT: [u32; 14] = [0, 7, 8, 10, 11, 12, 13, 14, 15, 26, 27, 60, 38, 127];
    let (_, from) = page.split_once("id=\"packed-columns\"").unwrap();
    let (_, from) = from.split_once('>').unwrap();
    let (packed, _) = from.split_once("</script>").unwrap();
    let groups = packed.chars().map(u32::from).filter(|code| *code != 10);
    let groups = groups.flat_map(|code| match code.checked_sub(0x100) {
        Some(pair) => vec![KEPT_OUT[(pair / 128) as usize], pair % 128],
        None => vec![code],
    });
    let bits: Vec<u32> = groups
        .flat_map(|group| (0..7).rev().map(move |bit| group >> bit & 1))
        .collect();
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | *bit as u8))
        .collect();
    let mut json = String::new();
    DeflateDecoder::new(&*bytes)
        .read_to_string(&mut json)
        .unwrap();
    serde_json::from_str(&json).unwrap()
}

fn listed(folder: &Path, scheme: &str, labels: &str, least: &str) -> Value {
    let more = ["--min-clusters", least, "--with-items", "-o", "r.html"];
    let output = labelgate(folder, &arguments(scheme, labels, &more));
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    columns(&fs::read_to_string(folder.join("r.html")).unwrap())
}

/// How many items are listed with a label on one side and a label on another.
fn n_rows(report: &Value, [rows, columns]: [&Value; 2], [row, column]: [usize; 2]) -> u64 {
    assert_eq!(report["labels"][row], LABELS[row]);
    let (rows, columns) = (rows.as_array().unwrap(), columns.as_array().unwrap());
    let pairs = rows.iter().zip(columns);
    pairs.filter(|(a, b)| **a == row && **b == column).count() as u64
}

#[test]
fn counting_the_rows_of_a_list_gives_no_hidden_count() {
    let folder = tempfile::tempdir().unwrap();
    // Hidden cells of either matrix that are not empty, values of slices, items told in full.
    let mut n_met = [0; 4];
    // Every set of items is looked at with either least number of accounts.
    for (seed, few) in (0..10).flat_map(|seed| [(seed, "4"), (seed, "2")]) {
        let n_labels = 2 + seed as usize % 3;
        let made = Made::new(seed, n_labels);
        made.write(&folder.path().join("d.csv"));
        let labels = LABELS[..n_labels].join(",");
        let scheme = ["nominal", "ordinal"][seed as usize % 2];
        let shown = score(folder.path(), scheme, &labels, &["--min-clusters", few]);
        let list = listed(folder.path(), scheme, &labels, few);
        let open = listed(folder.path(), scheme, &labels, "1");
        let (closed, all) = (&list["reports"][0], &open["reports"][0]);
        assert!(all["hidden"].as_array().unwrap().is_empty());
        assert!(open["unsliced"].as_array().unwrap().is_empty());
        for (at, matrix) in [
            &shown["confusion"]["counts"],
            &shown["comparison"]["moved"]["counts"],
        ]
        .into_iter()
        .enumerate()
        {
            let sides = |report: &Value, cell| {
                let row = [&report["reference"], &report["baseline"]["labels"]][at];
                n_rows(report, [row, &report["candidate"]["labels"]], cell)
            };
            for cell in (0..n_labels).flat_map(|row| (0..n_labels).map(move |column| [row, column]))
            {
                let (told, true_) = (sides(closed, cell), sides(all, cell));
                match matrix[cell[0]][cell[1]].as_u64() {
                    None => {
                        assert_eq!(told, 0, "seed {seed}: {at} {cell:?}");
                        n_met[at] += usize::from(true_ > 0);
                    }
                    Some(count) => assert!(count == true_ && told <= count, "{at} {cell:?}"),
                }
            }
        }
        // Nothing else is left of an item whose labels are.
        for item in closed["hidden"].as_array().unwrap() {
            let item = item.as_u64().unwrap() as usize;
            assert_eq!(closed["reference"][item], -1);
            for side in ["baseline", "candidate"] {
                assert_eq!(closed[side]["labels"][item], -1);
                assert_eq!(closed[side]["outcomes"][item], -1);
            }
        }
        for slice in shown["slices"].as_array().unwrap() {
            let name = &slice["slice"];
            // Of few items a column has its cells one by one.
            let is_told = |list: &Value| {
                let mut columns = list["slices"].as_array().unwrap().iter();
                let column = columns.find(|one| one["name"] == *name).unwrap();
                let told = [&column["values"], &column["cells"]];
                let mut told = told.into_iter().filter_map(Value::as_array).flatten();
                told.any(|value| *value == slice["value"])
            };
            assert!(is_told(&open));
            assert_eq!(is_told(&list), slice["suppressed"] != true, "{slice}");
            n_met[2] += usize::from(!is_told(&list));
        }
        let n_hidden = closed["hidden"].as_array().unwrap().len();
        n_met[3] += made.rows.len() - n_hidden;
    }
    assert!(n_met.iter().all(|n| *n > 0), "{n_met:?}");
}
