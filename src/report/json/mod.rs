//! The machine-readable report. Each schema has its own structs, so that the program may change
//! without the file changing.

mod history;
mod object;
mod plan;
mod v1;

use super::Run;

pub use history::render as render_history;
pub use plan::render as render_plan;

/// The run as `labelgate.report/1`, with a final newline.
pub fn render(run: &Run) -> String {
    v1::render(run)
}
