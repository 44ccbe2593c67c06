//! The hold-out split: which items prompts are tried on, and which are kept for the end.

use std::collections::HashMap;

use super::items::{cell, fault};
use super::raw::{Section, Text};
use crate::ask::sha256_hex;
use crate::fault::Fault;
use crate::model::{Items, Split};
use crate::table::Table;

/// How items are held apart.
#[derive(Clone, Debug)]
pub(super) enum SplitSettings<'a> {
    /// A column says it of each item.
    Column(Text<'a>),
    /// By the hash of the cluster.
    Hash {
        /// The share of clusters on the side `test`, between 0 and 1.
        test: f64,
        /// Other seeds make other splits.
        seed: u32,
    },
}

const FORM: &str = "write `split = \"COLUMN\"`, or `split = { test = 0.3, seed = 1 }` to hold \
                    apart by account";

/// Reads `split`; what is wrong is noted in the file.
pub(super) fn read<'a>(section: &mut Section<'a>) -> Option<SplitSettings<'a>> {
    if !section.is_table("split") {
        return section.text("split").map(SplitSettings::Column);
    }
    let mut split = section.table("split")?;
    if split.key("test").is_none() {
        split.missing("test", FORM);
    }
    let test = split.number("test");
    let seed = match split.key("seed") {
        Some(_) => split.whole("seed", 0),
        None => Some(1),
    };
    split.finish();
    let test = test?;
    if test.value <= 0.0 || test.value >= 1.0 {
        let message = "`test` must be more than 0 and less than 1";
        let help = "write the share of accounts that is held out, such as `test = 0.3`";
        section.file.fault_help(test.span, message, help);
        return None;
    }
    Some(SplitSettings::Hash {
        test: test.value,
        seed: seed?,
    })
}

/// The sides that a column says. A cluster on both sides would let a prompt be tried on what it is
/// tested on.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// The side of each cluster, by its number, and the line that said so first.
    first: HashMap<usize, (Split, usize)>,
}

impl Sides {
    /// The side of a row, whose cluster has this number if it may have others.
    pub(super) fn read(
        &mut self,
        table: &Table,
        row: usize,
        column: Option<usize>,
        cluster: Option<usize>,
    ) -> Result<Split, Fault> {
        let name = cell(table, row, column).name();
        let Some(split) = name.as_deref().and_then(Split::of_word) else {
            let message = match name {
                Some(name) => format!("the split cannot be `{name}`"),
                None => "no split".to_owned(),
            };
            let help = "write `dev` or `test` for every item";
            return Err(fault(table, row, column, message).help(help));
        };
        let Some(cluster) = cluster else {
            return Ok(split);
        };
        let (side, line) = *self
            .first
            .entry(cluster)
            .or_insert_with(|| (split, table.line(row)));
        if side == split {
            return Ok(split);
        }
        let message = format!(
            "a cluster is on both sides: `{}` here, `{}` on {}",
            split.word(),
            side.word(),
            table.spot_of_line(line)
        );
        let help = "keep all items of an account on one side";
        Err(fault(table, row, column, message).help(help))
    }
}

/// Puts each cluster on a side by its hash, so that new items change nobody's side.
pub(super) fn by_hash(items: &mut Items, test: f64, seed: u32) {
    let sides: Vec<Split> = items
        .clusters
        .iter()
        .map(|cluster| side(cluster, test, seed))
        .collect();
    for item in &mut items.items {
        item.split = sides.get(item.cluster).copied();
    }
}

fn side(cluster: &str, test: f64, seed: u32) -> Split {
    let hash = sha256_hex(format!("labelgate split {seed}\n{cluster}").as_bytes());
    // 13 digits are 52 bits, which a double holds exactly.
    let part = u64::from_str_radix(&hash[..13], 16).unwrap_or_default();
    let place = part as f64 / (1_u64 << 52) as f64;
    if place < test {
        Split::Test
    } else {
        Split::Dev
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_wanted_share_of_clusters_is_held_out_and_another_seed_holds_out_others() {
        let held_out = |seed| -> Vec<usize> {
            let is_test = |n: &usize| side(&format!("account-{n}"), 0.3, seed) == Split::Test;
            (0..10_000).filter(is_test).collect()
        };
        let (one, two) = (held_out(1), held_out(2));
        // Five standard errors of a share of 0.3.
        assert!((2_770..=3_230).contains(&one.len()), "{}", one.len());
        assert_ne!(one, two);
    }
}
