//! What is told of a measure that rests on no label.

use crate::report::model::Names;
use crate::score::Scorecard;

/// On how many items the measure takes each value, where that may be told.
pub(super) fn values(scorecard: &Scorecard, names: &Names) -> String {
    let Some(confusion) = &scorecard.all.confusion else {
        return String::new();
    };
    // Both sides are the same, so all counts lie on the diagonal.
    let diagonal = confusion.counts.iter().enumerate();
    let diagonal = diagonal.map(|(place, counts)| counts[place]);
    let told = names.labels.iter().zip(diagonal);
    let told = told.map(|(label, count)| Some(format!("{label} on {} items", count?)));
    match told.collect::<Option<Vec<String>>>() {
        Some(told) if !told.is_empty() => format!(" It is {}.", told.join(" and ")),
        _ => String::new(),
    }
}

/// Leaves out all figures of agreement: that of a thing with itself would only flatter.
pub(super) fn clear_agreement(scorecard: &mut Scorecard) {
    scorecard.all.metrics.clear();
    scorecard.all.confusion = None;
    scorecard.all.classes.clear();
    scorecard.slices.clear();
    scorecard.hidden_slices.clear();
    scorecard.baseline = None;
    scorecard.comparison = None;
}
