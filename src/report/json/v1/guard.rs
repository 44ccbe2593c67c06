//! What was found about the test itself.

use serde_json::json;

use super::Object;
use crate::finding::{Finding, Spot};
use crate::report::guard::Guard;

/// Adds what a run was guarded by.
pub(super) fn with_guard(object: Object, guard: Option<&Guard>) -> Object {
    let Some(guard) = guard else {
        return object;
    };
    object
        .with("split", guard.split)
        .with("base", guard.base.as_deref())
        .with(
            "findings",
            guard.findings.iter().map(finding).collect::<Vec<_>>(),
        )
        .with("warnings", &guard.warnings)
}

fn finding(finding: &Finding) -> Object {
    let mut object = spot(
        Object::new().with("name", finding.name.word()),
        &finding.place,
    )
    .with("message", &*finding.message)
    .with("allowed", json!(finding.allowed));
    if let Some(before) = &finding.before {
        object = object.with("base", spot(Object::new(), before));
    }
    if !finding.items.is_empty() {
        object = object.with("items", &finding.items);
    }
    object
}

fn spot(object: Object, spot: &Spot) -> Object {
    object
        .with("file", &*crate::fault::shown(&spot.file))
        .with("line", json!(spot.line))
}
