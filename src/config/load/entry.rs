//! The bindings, and which of them are entries.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::mistake::{Mistakes, shown};

/// Bytes of one entry's JSON: what the platform allows for a variable.
const ENTRY_BYTES: usize = 5_120;

/// Everything the Worker is bound to. Secrets are among it, so texts are wiped when it is dropped.
pub(super) struct Bindings(Map<String, Value>);

impl Drop for Bindings {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

/// One `UPSTREAM_*` or `CALLER_*`.
pub(super) struct Entry<'a> {
    /// The binding's name, as mistakes show it.
    pub(super) at: String,
    /// The name it gives: the rest of the binding's, in lower case with dashes.
    pub(super) name: String,
    /// What it says; absent if that cannot be read, which has been noted.
    pub(super) value: Option<Cow<'a, Value>>,
}

impl Bindings {
    /// Reads the object the shell hands over.
    pub(super) fn parse(json: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let Value::Object(members) = parse(json, "bindings", mistakes)? else {
            mistakes.add("bindings", "must be a JSON object");
            return None;
        };
        Some(Self(members))
    }

    /// A binding of any kind.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Every entry whose name begins like this, checked as a name, in order; none at all if there are too many.
    pub(super) fn entries(&self, prefix: &str, most: usize, mistakes: &mut Mistakes) -> Option<Vec<Entry<'_>>> {
        let count = self.0.keys().filter(|key| key.starts_with(prefix)).count();
        if count > most {
            mistakes.add(format!("{prefix}*"), format!("there are {count} of these, {most} are allowed"));
            return None;
        }
        let mut entries: Vec<Entry<'_>> = Vec::with_capacity(count);
        for (key, value) in &self.0 {
            let Some(rest) = key.strip_prefix(prefix) else {
                continue;
            };
            let at = shown(key).map_or_else(|| format!("{prefix}?"), str::to_owned);
            let name = rest.to_ascii_lowercase().replace('_', "-");
            if !is_name(&name) {
                mistakes
                    .add(&at, format!("what follows {prefix} must be 2 to 32 letters, digits and _, a letter first"));
            } else if let Some(twin) = entries.iter().find(|entry| entry.name == name) {
                mistakes.add(&at, format!("gives the name \"{name}\", as {} does", twin.at));
            }
            let value = table(value, &at, mistakes);
            entries.push(Entry { at, name, value });
        }
        Some(entries)
    }
}

/// An entry's object, be it given as one or as a text that holds one. Refuses what is too long.
pub(super) fn table<'a>(value: &'a Value, at: &str, mistakes: &mut Mistakes) -> Option<Cow<'a, Value>> {
    let too_long = format!("is longer than {ENTRY_BYTES} bytes");
    match value {
        Value::String(text) if text.len() > ENTRY_BYTES => {
            mistakes.add(at, too_long);
            None
        }
        Value::String(text) => parse(text, at, mistakes).map(Cow::Owned),
        // Measured as the text it came from or could have come from.
        other if other.to_string().len() > ENTRY_BYTES => {
            mistakes.add(at, too_long);
            None
        }
        other => Some(Cow::Borrowed(other)),
    }
}

/// `[a-z][a-z0-9-]{1,31}`.
fn is_name(name: &str) -> bool {
    let rest = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    rest && (2..=32).contains(&name.len()) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

/// JSON in which no object has a member twice: of two readings, an operator would have meant only one.
fn parse(json: &str, at: &str, mistakes: &mut Mistakes) -> Option<Value> {
    match serde_json::from_str::<Strict>(json) {
        Ok(Strict(value)) => Some(value),
        Err(error) => {
            // The parser's own words are left out: only the place cannot quote the text.
            let what = if error.is_data() { "has a member twice" } else { "is not JSON" };
            mistakes.add(at, format!("{what} (line {}, column {})", error.line(), error.column()));
            None
        }
    }
}

/// [`Value`], but a member may occur only once.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(StrictVisitor).map(Self)
    }
}

/// Builds the value; its only complaint is a repeated member.
struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("repeated member"));
            }
        }
        Ok(Value::Object(object))
    }
}
