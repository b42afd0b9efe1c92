//! One JSON object of an entry, read member by member, with every complaint noted where it belongs.

use serde_json::{Map, Value};

use super::mistake::{Mistakes, shown};
use crate::nearest::nearest;

/// Items of one list, members of one free-form object.
const LIST_ITEMS: usize = 256;

/// What an object may hold. Anything else is a mistake, because a misspelt restriction must not vanish silently.
pub(super) struct Shape {
    /// Members it may have.
    pub(super) known: &'static [&'static str],
    /// Members one might expect, and why they are refused.
    pub(super) refused: &'static [(&'static str, &'static str)],
}

/// Whether a list that is given may be empty. Only where empty means *nothing*, never where it could mean *anything*.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// The same as leaving it out.
    Allowed,
    /// A mistake.
    Refused,
}

/// A text and the place it was found.
pub(super) struct Item<'a> {
    /// `CALLER_X.origins[2]`.
    pub(super) at: String,
    /// The text itself. Not for messages.
    pub(super) text: &'a str,
}

/// An object and the place it was found.
pub(super) struct Table<'a> {
    at: String,
    members: &'a Map<String, Value>,
}

impl<'a> Table<'a> {
    /// Takes up an object and complains about members it should not have.
    pub(super) fn open(
        at: impl Into<String>,
        value: &'a Value,
        shape: &Shape,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let at = at.into();
        let Value::Object(members) = value else {
            mistakes.add(at, format!("must be a table, not {}", kind(value)));
            return None;
        };
        let table = Self { at, members };
        for key in members.keys().filter(|key| !shape.known.contains(&key.as_str())) {
            let reason = shape.refused.iter().find(|(name, _)| name == key);
            let message = match (reason, nearest(key, shape.known.iter().copied())) {
                (Some((_, reason)), _) => (*reason).to_owned(),
                (None, Some(name)) => format!("is not known here; did you mean `{name}`?"),
                (None, None) => format!("is not known here; known are {}", shape.known.join(", ")),
            };
            mistakes.add(table.at(shown(key).unwrap_or("?")), message);
        }
        Some(table)
    }

    /// The place of a member.
    pub(super) fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.at)
    }

    /// A member of any kind.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key)
    }

    /// A member that must be there.
    pub(super) fn required(&self, key: &str, mistakes: &mut Mistakes) -> Option<&'a Value> {
        let value = self.get(key);
        if value.is_none() {
            mistakes.add(self.at(key), "is required");
        }
        value
    }

    /// A text that must be there.
    pub(super) fn required_text(&self, key: &str, mistakes: &mut Mistakes) -> Option<&'a str> {
        self.required(key, mistakes).and_then(|value| as_text(&self.at(key), value, mistakes))
    }

    /// True or false; false if left out.
    pub(super) fn flag(&self, key: &str, mistakes: &mut Mistakes) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(other) => {
                mistakes.add(self.at(key), format!("must be true or false, not {}", kind(other)));
                false
            }
        }
    }

    /// One of a few words, if it is there.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)], mistakes: &mut Mistakes) -> Option<T> {
        self.get(key).and_then(|value| as_word(&self.at(key), value, words, mistakes))
    }

    /// One of a few words, which must be there.
    pub(super) fn required_word<T: Copy>(&self, key: &str, words: &[(&str, T)], mistakes: &mut Mistakes) -> Option<T> {
        self.required(key, mistakes).and_then(|value| as_word(&self.at(key), value, words, mistakes))
    }

    /// A list of different texts, if it is there.
    pub(super) fn texts(&self, key: &str, empty: Empty, mistakes: &mut Mistakes) -> Option<Vec<Item<'a>>> {
        as_texts(&self.at(key), self.get(key)?, empty, mistakes)
    }

    /// The members of a free-form object, if it is there: `checks`.
    pub(super) fn pairs(&self, key: &str, mistakes: &mut Mistakes) -> Vec<(&'a str, &'a Value)> {
        match self.get(key) {
            None => Vec::new(),
            Some(Value::Object(members)) if members.len() <= LIST_ITEMS => {
                members.iter().map(|(key, value)| (key.as_str(), value)).collect()
            }
            Some(Value::Object(_)) => {
                mistakes.add(self.at(key), format!("has more than {LIST_ITEMS} members"));
                Vec::new()
            }
            Some(other) => {
                mistakes.add(self.at(key), format!("must be a table, not {}", kind(other)));
                Vec::new()
            }
        }
    }
}

/// A text.
fn as_text<'a>(at: &str, value: &'a Value, mistakes: &mut Mistakes) -> Option<&'a str> {
    let text = value.as_str();
    if text.is_none() {
        mistakes.add(at, format!("must be text, not {}", kind(value)));
    }
    text
}

/// One of a few words.
pub(super) fn as_word<T: Copy>(at: &str, value: &Value, words: &[(&str, T)], mistakes: &mut Mistakes) -> Option<T> {
    let word = value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
    if word.is_none() {
        let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        mistakes.add(at, format!("must be {}", words.join(" or ")));
    }
    word.map(|(_, meaning)| *meaning)
}

/// A list of different texts, none of them empty.
pub(super) fn as_texts<'a>(at: &str, value: &'a Value, empty: Empty, mistakes: &mut Mistakes) -> Option<Vec<Item<'a>>> {
    let Value::Array(items) = value else {
        mistakes.add(at, format!("must be a list, not {}", kind(value)));
        return None;
    };
    if items.is_empty() && empty == Empty::Refused {
        mistakes.add(at, "is an empty list");
    }
    if items.len() > LIST_ITEMS {
        mistakes.add(at, format!("has more than {LIST_ITEMS} items"));
        return None;
    }
    let mut texts: Vec<Item<'a>> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let Some(text) = as_text(&at, item, mistakes) else {
            continue;
        };
        if text.is_empty() {
            mistakes.add(at, "is empty");
        } else if let Some(twin) = texts.iter().find(|other| other.text == text) {
            mistakes.add(at, format!("is the same as {}", twin.at));
        } else {
            texts.push(Item { at, text });
        }
    }
    Some(texts)
}

/// The kind of a value, in the words of a configuration file.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}
