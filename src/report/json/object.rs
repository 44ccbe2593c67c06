//! JSON objects that keep the order in which they were written, as a report wants to be read.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

pub(super) use crate::report::exact::value as number_value;

/// A JSON object that keeps the order in which it was written.
pub(super) struct Object(Vec<(String, Node)>);

pub(super) enum Node {
    Value(Value),
    Object(Object),
    List(Vec<Node>),
}

impl Object {
    /// An object without members.
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// The object with one more member.
    pub(super) fn with(mut self, key: impl Into<String>, node: impl Into<Node>) -> Self {
        self.0.push((key.into(), node.into()));
        self
    }

    /// The object without some members.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        self.0.retain(|(key, _)| !keys.contains(&&**key));
        self
    }

    /// The object with one more member, where there is one.
    pub(super) fn with_some(self, key: &str, node: Option<impl Into<Node>>) -> Self {
        match node {
            Some(node) => self.with(key, node),
            None => self,
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, node) in &self.0 {
            map.serialize_entry(key, node)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Object>> for Node {
    fn from(objects: Vec<Object>) -> Self {
        Self::List(objects.into_iter().map(Self::Object).collect())
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl From<Option<&str>> for Node {
    fn from(text: Option<&str>) -> Self {
        Self::Value(text.into())
    }
}

impl From<&Vec<String>> for Node {
    fn from(texts: &Vec<String>) -> Self {
        Self::Value(json!(texts))
    }
}

impl From<u64> for Node {
    fn from(count: u64) -> Self {
        Self::Value(count.into())
    }
}

impl From<f64> for Node {
    /// Whole numbers are written without a decimal point, as counts are.
    fn from(number: f64) -> Self {
        Self::Value(number_value(number))
    }
}
