//! What is asked: the prompt of a revision filled with an item, and the hashes that identify both.
//!
//! Does not know which provider it is for, nor what the answer will mean.

mod key;
mod request;
mod template;

pub use key::{RequestKey, hex, sha256, sha256_hex};
pub use request::{Field, Request, Shape};
pub use template::{LabelsStyle, Template, TemplateFault, labels_text};
