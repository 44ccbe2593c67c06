//! What is known of the items beside their labels.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Found;
use super::field::{Field, Files, Spot};
use super::flags::ItemFlags;
use super::join::Joined;
use crate::fault::Fault;
use crate::model::{Item, Items};

/// The columns about the items.
#[derive(Debug)]
pub(super) struct ItemFields<'a> {
    cluster: Option<Field<'a>>,
    slices: Vec<Field<'a>>,
    weight: Option<Field<'a>>,
}

impl<'a> ItemFields<'a> {
    pub(super) fn find(flags: ItemFlags<'a>, files: Files<'a>, found: &mut Found) -> Self {
        if let Some(id) = flags.id {
            // Of several files each must have it; the others are looked at when they are joined.
            let alone = Files {
                against: None,
                base: None,
                ..files
            };
            found.keep(alone.of_file(id, "--id"));
        }
        let mut find = |name, flag| found.keep(files.of_items(name, flag));
        let mut slices: Vec<Field<'a>> = Vec::new();
        for name in flags.slices {
            if !slices.iter().any(|slice| slice.name == name) {
                slices.extend(find(name, "--slice"));
            }
        }
        Self {
            cluster: flags.cluster.and_then(|name| find(name, "--cluster")),
            slices,
            weight: flags.weight.and_then(|name| find(name, "--weight")),
        }
    }

    /// The items, without telemetry, and their weights.
    pub(super) fn read(&self, joined: &Joined, found: &mut Found) -> (Items, Option<Vec<f64>>) {
        let (clusters, of_items) = self.clusters(joined, found);
        let mut slices = self.slices(joined, found);
        let items = (joined.ids.iter().zip(of_items).enumerate())
            .map(|(item, (id, cluster))| Item {
                id: id.clone(),
                cluster,
                text_sha256: [0; 32],
                text_bytes: 0,
                slices: slices.iter_mut().map(|slice| slice[item].take()).collect(),
                telemetry: Vec::new(),
                split: None,
            })
            .collect();
        let items = Items {
            items,
            clusters,
            slices: self.slices.iter().map(|slice| slice.name.into()).collect(),
            telemetry: Vec::new(),
        };
        (
            items,
            self.weight.map(|weight| weights(weight, joined, found)),
        )
    }

    /// The names of the clusters, numbered in the order of the items, and each item's.
    fn clusters(&self, joined: &Joined, found: &mut Found) -> (Vec<Box<str>>, Vec<usize>) {
        let Some(field) = self.cluster else {
            return (joined.ids.clone(), (0..joined.ids.len()).collect());
        };
        let texts = joined.in_file_order(None, |_, row| {
            let spot = field.spot(row)?;
            let text = spot.text().and_then(|text| text.ok_or("empty"));
            text.map_err(|kind| {
                let message = format!("the cluster is {kind}");
                found.push(
                    spot.fault(message)
                        .help("every item belongs to a cluster: write who or what it came from"),
                );
            })
            .ok()
        });
        let mut names: Vec<Box<str>> = Vec::new();
        let mut known: HashMap<Cow<'_, str>, usize> = HashMap::new();
        let of_items = (texts.into_iter().zip(&joined.ids))
            .map(|(text, id)| {
                let Some(text) = text else {
                    // Not in the file that says the cluster: related to nothing known.
                    names.push(id.clone());
                    return names.len() - 1;
                };
                *known.entry(text).or_insert_with_key(|text| {
                    names.push(text.as_ref().into());
                    names.len() - 1
                })
            })
            .collect();
        (names, of_items)
    }

    fn slices(&self, joined: &Joined, found: &mut Found) -> Vec<Vec<Option<Box<str>>>> {
        let mut slice = |field: &Field<'_>| {
            joined.in_file_order(None, |_, row| {
                let spot = field.spot(row)?;
                let text = spot.text().map_err(|kind| {
                    let message = format!("a slice is a text or a number, not {kind}");
                    found.push(
                        spot.fault(message)
                            .help("write one word, or leave it empty"),
                    );
                });
                text.ok().flatten().map(|text| text.as_ref().into())
            })
        };
        self.slices.iter().map(&mut slice).collect()
    }
}

fn weights(field: Field<'_>, joined: &Joined, found: &mut Found) -> Vec<f64> {
    let mut is_fine = true;
    let weights = joined.in_file_order(0.0, |_, row| {
        let Some(spot) = field.spot(row) else {
            return 0.0;
        };
        let weight = spot.cell().number().filter(|weight| *weight >= 0.0);
        weight.unwrap_or_else(|| {
            is_fine = false;
            found.push(bad_weight(spot));
            0.0
        })
    });
    if is_fine && weights.iter().all(|weight| *weight == 0.0) {
        let message = format!("every weight in `{}` is 0", field.name);
        let help = "give at least one item a weight above 0, or leave `--weight` out";
        found.push(field.fault(message).help(help));
    }
    weights
}

fn bad_weight(spot: Spot<'_>) -> Fault {
    let message = if spot.is_missing() {
        "no weight".to_owned()
    } else {
        format!("{} is no weight", spot.shown())
    };
    spot.fault(message)
        .help("a weight is a number from 0 up; 0 leaves the item out")
}
