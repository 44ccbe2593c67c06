//! Joining labels by item: candidate against reference, candidate against baseline, rater against
//! rater, label against telemetry. Every item is counted somewhere; none is dropped uncounted.

mod account;
mod changes;
mod derived;
mod pairs;
mod panel;
mod telemetry;

pub use account::{Account, Excluded};
pub use changes::{NotCommon, label_changes};
pub use derived::{
    FALSE, Known, TRUE, as_reference, derive, derived_labels, known_of_derived, known_of_label,
    known_of_outcome,
};
pub use pairs::{
    CountPair, LabelPair, LabelTrio, NumberPair, NumberTrio, Pair, Trio, decision_pairs,
    decision_trios, label_pairs, label_trios, number_pairs, number_trios, one,
};
pub use panel::{PanelAccount, PanelRow, RaterAccount, label_panel, number_panel};
pub use telemetry::{NoNumber, RuleRow, RuleRows, numbers, rule_rows, speaks_of};
