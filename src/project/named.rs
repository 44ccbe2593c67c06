//! The data files that settings name, found without reading the project: of another commit's
//! project only what is needed is taken out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::load::{CLASSIFIER_FILE, PROMPTS};
use super::paths::names;
use super::reviews::usual;

/// The files of items, telemetry, reference labels and reviews that the settings in a folder name, relative
/// to it and in order. What cannot be read names none; loading the project says why.
pub fn data_files(root: &Path, file: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    let prompts = root.join(PROMPTS);
    let settings = root.join(file);
    found.extend(named(&settings, &["items", "path"]));
    found.extend(named(&settings, &["items", "telemetry", "path"]));
    for name in names(&prompts) {
        let classifier = prompts.join(&name).join(CLASSIFIER_FILE);
        found.extend(named(&classifier, &["reference", "path"]));
        if classifier.exists() {
            // It need not be there, and then names nothing.
            let reviews = named(&classifier, &["reference", "reviews"]);
            found.insert(reviews.unwrap_or_else(|| usual(&name)));
        }
    }
    found.into_iter().map(PathBuf::from).collect()
}

/// The text under some keys of a TOML file.
fn named(file: &Path, keys: &[&str]) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let tree = DeTable::parse(&text).ok()?;
    let (last, sections) = keys.split_last()?;
    let table = sections.iter().try_fold(tree.get_ref(), |table, key| {
        table.get(*key)?.get_ref().as_table()
    })?;
    let name = table.get(*last)?.get_ref().as_str()?;
    Some(name.to_owned())
}
