//! The texts of a project's items: read from the disk when they are wanted, and never others than
//! those the project was loaded with.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use labelgate::ask::{hex, sha256, sha256_hex};
use labelgate::fault::Fault;
use labelgate::project::{Project, load, texts};
use tempfile::TempDir;

const N_ITEMS: usize = 2500;

/// Ids and texts.
type Items = Vec<(String, String)>;

/// In the order of the file, which is not that of the ids.
fn items() -> Items {
    let item = |n: usize| {
        let id = n * 7919 % N_ITEMS;
        let text = format!("One, \"two\"\tand ö {id}\n{}", "x\n".repeat(id % 300));
        (format!("s-{id:05}"), text)
    };
    (0..N_ITEMS).map(item).collect()
}

fn jsonl(items: &[(String, String)]) -> Vec<u8> {
    let line = |(id, text): &(String, String)| {
        let text = serde_json::to_string(text).unwrap();
        format!("{{\"id\": \"{id}\", \"said\": {text}}}\n")
    };
    items.iter().map(line).collect::<String>().into_bytes()
}

fn delimited(items: &[(String, String)], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    writer.write_record(["id", "said"]).unwrap();
    for (id, text) in items {
        writer.write_record([id, text]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn write(folder: &Path, file: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A project whose items stand in this file.
fn project(file: &str, bytes: &[u8]) -> (TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, file, bytes);
    let settings = format!("[items]\npath = \"{file}\"\ntext = \"said\"\n");
    write(root, "labelgate.toml", settings);
    write(
        root,
        "prompts/mode/classifier.toml",
        "scheme = \"nominal\"\ncandidate = \"v1\"\n[[label]]\nid = \"a\"\nsays = \"A.\"\n\
         [[label]]\nid = \"b\"\nsays = \"B.\"\n[reference]\npath = \"labels.csv\"\n",
    );
    write(
        root,
        "prompts/mode/v1.md",
        "+++\nmax_tokens = 9\n+++\n{{labels}}\n{{item}}\n",
    );
    write(root, "labels.csv", "id,label\ns-00000,a\n");
    let project = load(root, Path::new("labelgate.toml")).unwrap();
    (folder, project)
}

fn come(project: &Project) -> Result<Items, Vec<Fault>> {
    texts(project)?
        .map(|text| {
            let (item, text) = text?;
            Ok((project.items.items[item].id.to_string(), text.into()))
        })
        .collect()
}

fn message(project: &Project) -> String {
    let fault = come(project).unwrap_err().remove(0);
    match fault.place {
        Some(place) => format!("{}: {}", place.line, fault.message),
        None => fault.message,
    }
}

#[test]
fn texts_come_in_the_order_of_their_file_from_every_format() {
    let expected = items();
    let (json, csv) = (jsonl(&expected), delimited(&expected, b','));
    for (file, bytes) in [
        ("items.jsonl.gz", gzip(&json)),
        ("items.jsonl.zst", zstd(&json)),
        ("items.jsonl", json),
        ("items.csv.gz", gzip(&csv)),
        ("items.csv.zst", zstd(&csv)),
        ("items.csv", csv),
        ("items.tsv", delimited(&expected, b'\t')),
    ] {
        let (_folder, project) = project(file, &bytes);
        assert!(come(&project).unwrap() == expected, "{file}");
        let digest = project.digests.iter().find(|digest| &*digest.file == file);
        assert_eq!(digest.unwrap().sha256, sha256_hex(&bytes), "{file}");
        let texts: BTreeMap<&str, &str> =
            expected.iter().map(|(id, text)| (&**id, &**text)).collect();
        for item in &project.items.items {
            let text = texts[&*item.id];
            assert_eq!(hex(&item.text_sha256), sha256_hex(text.as_bytes()));
            assert_eq!(item.text_bytes, text.len() as u64);
        }
    }
}

#[test]
fn a_text_that_is_no_text_is_what_it_is_as_a_name() {
    let lines = b"{\"id\": 2, \"said\": 7}\n{\"id\": 1, \"said\": true}\n{\"id\": \"s-00000\", \"said\": 1.5}\n";
    let (_folder, project) = project("items.jsonl", lines);
    let expected = [("2", "7"), ("1", "true"), ("s-00000", "1.5")];
    let expected = expected.map(|(id, text)| (id.to_owned(), text.to_owned()));
    assert_eq!(come(&project).unwrap(), expected);
    assert_eq!(project.items.items[0].text_sha256, sha256(b"true"));
}

#[test]
fn texts_of_items_that_a_limit_took_away_do_not_come() {
    let all = items();
    let (_folder, mut project) = project("items.jsonl", &jsonl(&all));
    project.limit(40);
    let expected: Vec<_> = all
        .into_iter()
        .filter(|(id, _)| **id < *"s-00040")
        .collect();
    assert_eq!(expected.len(), 40);
    assert_eq!(come(&project).unwrap(), expected);
    project.limit(0);
    assert_eq!(come(&project).unwrap(), []);
}

#[test]
fn a_file_that_has_changed_is_a_fault_and_no_text() {
    let all = items();
    let (folder, project) = project("items.jsonl", &jsonl(&all));
    let changed = |change: &dyn Fn(&mut Items)| {
        let mut items = all.clone();
        change(&mut items);
        write(folder.path(), "items.jsonl", jsonl(&items));
        message(&project)
    };
    let third = &all[2].0;
    assert_eq!(
        changed(&|items| items[2].1.push('.')),
        format!("3: the text of `{third}` is another than before")
    );
    assert_eq!(
        changed(&|items| items[2].0 = "new".into()),
        "3: `new` was not among the items"
    );
    assert_eq!(
        changed(&|items| items[4] = items[2].clone()),
        format!("5: the id `{third}` stands in the file twice")
    );
    assert_eq!(
        changed(&|items| items.truncate(N_ITEMS - 3)),
        "3 items are no longer in the file"
    );
    write(folder.path(), "items.jsonl", b"{\"id\": 1}\n");
    assert_eq!(message(&project), "1: `1` was not among the items");
    write(folder.path(), "items.jsonl", b"");
    assert_eq!(message(&project), "the file is empty");
    fs::remove_file(folder.path().join("items.jsonl")).unwrap();
    assert!(message(&project).starts_with("cannot be read"));
    write(folder.path(), "items.jsonl", jsonl(&all));
    assert_eq!(come(&project).unwrap().len(), N_ITEMS);
}

#[test]
fn after_a_fault_nothing_comes() {
    let (folder, project) = project("items.jsonl", &jsonl(&items()));
    let mut changed = items();
    changed[1].1.push('.');
    write(folder.path(), "items.jsonl", jsonl(&changed));
    let come: Vec<bool> = texts(&project).unwrap().map(|text| text.is_ok()).collect();
    assert_eq!(come, [true, false]);
}

#[test]
fn texts_can_be_read_on_a_thread_of_their_own() {
    let (_folder, project) = project("items.csv.gz", &gzip(&delimited(&items(), b',')));
    let texts = texts(Arc::new(project)).unwrap();
    let n_bytes =
        std::thread::spawn(move || texts.map(|text| text.unwrap().1.len()).sum::<usize>());
    let expected: usize = items().iter().map(|(_, text)| text.len()).sum();
    assert_eq!(n_bytes.join().unwrap(), expected);
}
