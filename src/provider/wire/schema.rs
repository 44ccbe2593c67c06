//! A shape as a JSON schema: every object closed, every field required, in the shape's order.
//! Providers write the fields in that order, so it is kept, which a map by name would not do.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::ask::{Field, Shape};

type Fields = [(Box<str>, Field)];

/// The schema of an object with these fields.
pub(super) struct Schema<'a>(&'a Fields);

impl<'a> Schema<'a> {
    pub(super) fn new(shape: &'a Shape) -> Self {
        Self(&shape.fields)
    }
}

impl Serialize for Schema<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| &**name).collect();
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("type", "object")?;
        map.serialize_entry("properties", &Properties(self.0))?;
        map.serialize_entry("required", &names)?;
        map.serialize_entry("additionalProperties", &false)?;
        map.end()
    }
}

struct Properties<'a>(&'a Fields);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, field)| (name, Property(field))))
    }
}

struct Property<'a>(&'a Field);

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Field::Text => map.serialize_entry("type", "string")?,
            Field::Number => map.serialize_entry("type", "number")?,
            Field::OneOf(texts) => {
                map.serialize_entry("type", "string")?;
                map.serialize_entry("enum", texts)?;
            }
            Field::List(fields) => {
                map.serialize_entry("type", "array")?;
                map.serialize_entry("items", &Schema(fields))?;
            }
        }
        map.end()
    }
}
