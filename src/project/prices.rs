//! The price list: the one that is built in, and what the project's `prices.toml` puts in its place.

use std::path::Path;

use super::paths::Root;
use super::raw::{File, Section, Text};
use crate::fault::Fault;
use crate::plan::{Price, Prices};

/// The project's own list, beside its settings file.
const PRICES_FILE: &str = "prices.toml";
const BUILT_IN: &str = include_str!("../../prices.toml");

/// The prices that hold in the project in the folder `root`.
///
/// # Errors
///
/// Every fault of the project's list.
pub fn prices(root: &Path) -> Result<Prices, Vec<Fault>> {
    let folder = Root::new(root);
    let mut prices = Prices::default();
    read(
        File::new(PRICES_FILE.into(), BUILT_IN.to_owned()),
        &mut prices,
    )?;
    if folder.path(PRICES_FILE.as_ref()).exists() {
        let file = folder
            .text(PRICES_FILE.as_ref())
            .map_err(|fault| vec![fault])?;
        read(file, &mut prices)?;
    }
    Ok(prices)
}

fn read(file: File, prices: &mut Prices) -> Result<(), Vec<Fault>> {
    if let Some(tree) = file.tree() {
        let mut section = Section::root(&file, &tree);
        let mut seen: Vec<&str> = Vec::new();
        for entry in section.tables("price") {
            let Some((model, price)) = read_entry(entry) else {
                continue;
            };
            if seen.contains(&model.value) {
                let message = format!("a second price for `{}`", model.value);
                file.fault_help(model.span, message, "keep one of them");
            } else {
                seen.push(model.value);
                prices.set(model.value, price);
            }
        }
        section.finish();
    }
    match file.is_sound() {
        true => Ok(()),
        false => Err(file.into_faults()),
    }
}

fn read_entry(mut entry: Section<'_>) -> Option<(Text<'_>, Price)> {
    let model = entry.needed("model", "name the model as the provider calls it");
    let mut needed = |key| {
        if entry.key(key).is_none() {
            entry.missing(key, "write dollars per million tokens");
        }
        price(&mut entry, key)
    };
    let (input, output) = (needed("input"), needed("output"));
    let usual = input.unwrap_or_default();
    let price = Price {
        input: usual,
        output: output.unwrap_or_default(),
        cache_read: price(&mut entry, "cache_read").unwrap_or(usual * 0.1),
        cache_write: price(&mut entry, "cache_write").unwrap_or(usual * 1.25),
        cache_write_1h: price(&mut entry, "cache_write_1h").unwrap_or(usual * 2.0),
        batch: price(&mut entry, "batch").unwrap_or(0.5),
    };
    entry.finish();
    Some((model?, price))
}

/// An optional price, which is not negative.
fn price(section: &mut Section<'_>, key: &'static str) -> Option<f64> {
    let number = section.number(key)?;
    if number.value < 0.0 {
        let message = format!("`{key}` must not be negative");
        let help = "write dollars per million tokens, or take the model out of the list";
        section.file.fault_help(number.span, message, help);
    }
    Some(number.value)
}
