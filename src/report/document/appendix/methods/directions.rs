//! How directions are evaluated, as far as those of a run make use of it.

use crate::report::model::{Direction, Run};
use crate::score::directions::{
    CR2_BELOW, Coding, DirectionSide, LEAST_OF_LEVEL, Per, Transform, Which,
};

/// The account of directions, where a report has some.
pub(super) fn directions(run: &Run) -> Option<String> {
    let reports = run.reports.iter();
    let all: Vec<&Direction> = reports.flat_map(|report| &report.directions).collect();
    if all.is_empty() {
        return None;
    }
    let sides = || {
        let scores = all.iter().map(|direction| &direction.score);
        scores.flat_map(|score| [&score.candidate, &score.reference])
    };
    let has_log = all.iter().any(|one| one.transform == Transform::Log1p);
    let mut text = format!(
        "Directions. Each declares beforehand which way an outcome from machine records should go as the \
         label rises. The effect is the slope of a least-squares regression of the outcome{} on {}{}. Its \
         error is robust to clusters (Liang and Zeger 1986) with the small-sample factor G/(G − 1) · \
         (n − 1)/(n − k) for G clusters, n items and k columns (CR1), and its interval is t with G − 1 \
         degrees of freedom; with fewer than {CR2_BELOW} clusters the CR2 interval with the degrees of \
         freedom of Bell and McCaffrey (2002) stands beside it. An expectation holds where the whole \
         interval, and with fewer than {CR2_BELOW} clusters the whole of both, lies on the expected side \
         of 0; it is contradicted where they lie on the other side, and inconclusive otherwise. No \
         condition rests on it.",
        match has_log {
            true => ", as ln(1 + x) where the tables say so,",
            false => "",
        },
        ranks(&all),
        match sides().any(|side| !side.controls.is_empty()) {
            true => ", with the controls named at each table beside it",
            false => "",
        },
    );
    if sides().any(has_levels) {
        text.push_str(&format!(
            " A control that is no number enters as one column per level but one, where levels with \
             fewer than {LEAST_OF_LEVEL} items are pooled, and while the pool has fewer than \
             {LEAST_OF_LEVEL} itself the next smallest joins it; a control that never varies is left out."
        ));
    }
    text.push_str(
        " The reference’s labels are taken through the same regression: what does not hold for them \
         either is no fault of the candidate. With nothing held constant stand the mean outcome of each \
         label with CR2 error, Kendall’s τ-b (Kendall 1945) with a clustered interval",
    );
    if sides().any(|side| side.jonckheere_terpstra_p.is_some()) {
        text.push_str(
            ", and the one-sided p-value of the test for ordered alternatives (Terpstra 1952; \
             Jonckheere 1954) in the expected direction, which takes items as independent",
        );
    }
    text.push('.');
    if sides().any(|side| !side.steps.is_empty()) {
        text.push_str(
            " Steps between neighbouring labels come from a regression with a column per label and the \
             same controls; their p-values are adjusted for all steps of a direction (Holm 1979).",
        );
    }
    if sides().any(has_groups) {
        text.push_str(" Numbers are shown in four groups of about equal size.");
    }
    text.push_str(
        " Abstentions and excluded labels have no rank and are left out, as are items without the \
         outcome or a control; all are counted.",
    );
    Some(text)
}

/// What the label counts as, in the schemes at hand.
fn ranks(all: &[&Direction]) -> String {
    let ways = [
        (Per::Step, "the rank of the label"),
        (Per::Unit, "the number"),
        (Per::LogUnit, "the natural logarithm of the number"),
        (Per::Share, "the share of decisions"),
    ];
    let used = ways.into_iter();
    let used = used.filter(|(per, _)| all.iter().any(|one| one.score.per == *per));
    let used: Vec<&str> = used.map(|(_, words)| words).collect();
    used.join(" or ")
}

fn has_levels(side: &DirectionSide) -> bool {
    let mut controls = side.controls.iter();
    controls.any(|control| matches!(control.coding, Coding::Levels { .. }))
}

fn has_groups(side: &DirectionSide) -> bool {
    let mut levels = side.levels.iter();
    levels.any(|level| matches!(level.which, Which::Between(..)))
}
