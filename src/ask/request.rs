//! One question to a model, free of any provider's way of writing it.

use std::sync::Arc;

/// What a model is asked. The same revision, item and settings give the same request, to the byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The model, as the provider calls it.
    pub model: Arc<str>,
    /// What stands before the item: instructions and codebook, the same for every item of a
    /// revision, so that a provider can cache it. May be empty.
    pub instructions: Arc<str>,
    /// The item within its fence, and what the prompt has after it.
    pub question: String,
    /// How long an answer may be, in tokens.
    pub max_tokens: u32,
    /// How answers are drawn; left to the provider where absent.
    pub temperature: Option<f64>,
    /// As `temperature`.
    pub top_p: Option<f64>,
    /// The form the answer shall have, where it is JSON.
    pub shape: Option<Arc<Shape>>,
}

/// How answers are drawn; what is absent is left to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampling {
    /// From 0 to 2.
    pub temperature: Option<f64>,
    /// From 0 to 1.
    pub top_p: Option<f64>,
}

/// The JSON object that is asked for: its fields in order, all of them required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The fields with what they hold.
    pub fields: Vec<(Box<str>, Field)>,
}

/// What a field of an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Any text.
    Text,
    /// One of these texts.
    OneOf(Vec<Box<str>>),
    /// A number.
    Number,
    /// A list of objects.
    List(Vec<(Box<str>, Field)>),
}
