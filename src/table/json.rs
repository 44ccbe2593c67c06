//! Lists and objects in a cell: keys in their order, none twice.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Cell;

/// A JSON value. The keys of objects keep their order, and none occurs twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another finite number.
    Double(f64),
    /// Text.
    Text(Box<str>),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(Box<str>, Json)>),
}

impl Json {
    /// The value under a key of an object.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(entries) => entries
                .iter()
                .find(|(name, _)| &**name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value as the content of a cell.
    pub fn as_cell(&self) -> Cell<'_> {
        match self {
            Json::Null => Cell::Missing,
            Json::Bool(value) => Cell::Bool(*value),
            Json::Int(value) => Cell::Int(*value),
            Json::Double(value) => Cell::Double(*value),
            Json::Text(text) => Cell::Text(text),
            Json::List(_) | Json::Object(_) => Cell::Json(self),
        }
    }
}

/// One value of a row, its text still in the source where it stands there as it is.
pub(super) enum Entry<'de> {
    Verbatim(&'de str),
    Json(Json),
}

/// The object of one line.
pub(super) struct Entries<'de>(pub(super) Vec<(Cow<'de, str>, Entry<'de>)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(Cow<'de, str>, Entry<'de>)> = Vec::new();
        let mut names = BTreeSet::new();
        while let Some(Key(key)) = map.next_key()? {
            if !names.insert(key.clone()) {
                return Err(A::Error::custom(twice(&key)));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

fn twice(key: &str) -> String {
    format!("the key `{key}` occurs twice in one object")
}

struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(EntryVisitor)? {
            Entry::Verbatim(text) => Ok(Self(Cow::Borrowed(text))),
            Entry::Json(Json::Text(text)) => Ok(Self(Cow::Owned(text.into()))),
            Entry::Json(_) => Err(D::Error::custom("a key is not text")),
        }
    }
}

impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(EntryVisitor)? {
            Entry::Verbatim(text) => Self::Text(text.into()),
            Entry::Json(json) => json,
        })
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Entry::Json(Json::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Entry::Json(Json::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Entry::Json(Json::Int(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "beyond the whole numbers of JSON's usual readers a double is all there is"
        )]
        Ok(Entry::Json(
            i64::try_from(value).map_or(Json::Double(value as f64), Json::Int),
        ))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        if value.is_finite() {
            Ok(Entry::Json(Json::Double(value)))
        } else {
            Err(E::custom("a number is not finite"))
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Entry::Verbatim(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Entry::Json(Json::Text(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element()? {
            list.push(element);
        }
        Ok(Entry::Json(Json::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        let mut names = BTreeSet::new();
        while let Some(Key(key)) = map.next_key()? {
            let name: Box<str> = key.as_ref().into();
            if !names.insert(key) {
                return Err(A::Error::custom(twice(&name)));
            }
            entries.push((name, map.next_value()?));
        }
        Ok(Entry::Json(Json::Object(entries)))
    }
}
