//! What is asked: the prompt of a revision filled with an item, and the hashes that identify both.
//!
//! Does not know which provider it is for, nor what the answer will mean.

mod cut;
mod fence;
mod key;
mod prompt;
mod request;
mod shape;
mod template;
mod tokens;

pub use cut::{Cut, cut};
pub use fence::fenced;
pub use key::{RequestKey, hex, sha256, sha256_hex};
pub use prompt::Prompt;
pub use request::{Field, Request, Sampling, Shape};
pub use shape::{answer_field, shape};
pub use template::{LabelsStyle, Template, TemplateFault, labels_text};
pub use tokens::estimate_tokens;
