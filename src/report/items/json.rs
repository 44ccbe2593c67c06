//! The columns of a listing as JSON, for the page's script.

use serde_json::{Value, json};

use super::{Coded, Listing, ReportItems, SideItems};
use crate::model::OutcomeKind;

impl Listing {
    /// The columns: everything but texts and rationales. `name` tells what a report is called.
    pub(crate) fn columns(&self, name: impl Fn(usize) -> Value) -> String {
        let named = |columns: &[(Box<str>, Coded)]| -> Value {
            let columns = columns.iter();
            let columns = columns.map(|(name, column)| column.json(name));
            columns.collect()
        };
        let reports = self.reports.iter();
        let reports = reports.map(|(position, items)| report(name(*position), items));
        json!({
            "ids": self.ids.iter().map(|id| &**id).collect::<Vec<&str>>(),
            "slices": named(&self.slices),
            "unsliced": self.unsliced,
            "telemetry": named(&self.telemetry),
            "outcomes": OutcomeKind::ALL.map(OutcomeKind::key),
            "reports": reports.collect::<Value>(),
        })
        .to_string()
    }
}

fn report(named: Value, items: &ReportItems) -> Value {
    json!({
        "named": named,
        "labels": items.labels,
        "judged": items.is_right_or_wrong,
        "hidden": items.hidden,
        "reference": positions(&items.reference),
        "candidate": side(&items.candidate),
        "baseline": items.baseline.as_ref().map(side),
    })
}

fn side(side: &SideItems) -> Value {
    let outcomes = side.outcomes.iter();
    let outcomes: Vec<Option<usize>> = outcomes
        .map(|outcome| outcome.map(|kind| kind as usize))
        .collect();
    json!({
        "labels": positions(&side.labels),
        "outcomes": positions(&outcomes),
        "whys": side.whys,
    })
}

impl Coded {
    /// The column: its distinct values with the position of each item's or, where most are used
    /// once, each item's value.
    fn json(&self, name: &str) -> Value {
        if self.values.len() * 8 < self.of_items.len() {
            return json!({"name": name, "values": self.values, "of": positions(&self.of_items)});
        }
        let cells = self.of_items.iter();
        let cells: Vec<Option<&str>> = cells.map(|at| Some(&*self.values[(*at)?])).collect();
        json!({"name": name, "cells": cells})
    }
}

/// Positions, -1 for none.
fn positions(of_items: &[Option<usize>]) -> Value {
    let positions = of_items.iter();
    positions
        .map(|position| position.map_or(-1, |position| position as i64))
        .collect()
}
