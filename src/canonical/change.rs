//! What a request wants to be different, leaf by leaf.
//!
//! Each [`Edit`] says the same thing twice: what it *means* (a canonical field and a normalised value, which is all that
//! validation and policy look at) and how it was *spelled* (the place and JSON value of the caller's own document).
//! The native door sends the spelling, so the value that reaches the vendor is the value that was received. Since a body is built from edits and nothing else, what policy
//! did not see cannot be sent.

use std::borrow::Cow;

use super::{Field, Group};
use crate::config::Secret;
use crate::json;
use crate::vendor::Rule;

/// An ordered list of edits. A field that has no edit is left alone.
#[derive(Default)]
pub struct Change {
    /// In the order of the document they were read from.
    pub edits: Vec<Edit>,
}

/// One leaf, or one object that is replaced whole.
pub struct Edit {
    /// What is changed. `None` for an object that only holds other edits.
    pub field: Option<Field>,
    /// To what.
    pub leaf: Leaf,
    /// What a valid value looks like at this vendor.
    pub rule: Rule,
    /// How the caller wrote it.
    pub spelling: Spelling,
}

/// The state a leaf is put into; *absent* is the lack of an [`Edit`].
pub enum Leaf {
    /// JSON `null`.
    Null,
    /// A value of the right type.
    Set(Value),
    /// An object begins here. With a [`Group`], everything in it that no edit sets is removed.
    Object(Option<Group>),
    /// A member that only answers have. It is sent where the vendor is known to ignore it, and changes nothing.
    Inert,
    /// The mask that stands for a stored secret in our answers: keep what is stored.
    Keep,
}

/// A canonical value.
#[derive(Clone)]
pub enum Value {
    /// Text, with the vendor's spelling translated where the schema has its own (provider kinds).
    Text(String),
    /// A flag, turned round where the vendor says the opposite.
    Flag(bool),
    /// A list of texts: domains in lower case, scopes taken apart.
    Texts(Vec<String>),
    /// Text to text.
    Map(Vec<(String, String)>),
    /// A key or client secret.
    Secret(Secret),
    /// PEM, or bare Base64, as given.
    Certificate(String),
    /// Roles by group: role id, then group.
    GroupRoles(Vec<(String, String)>),
    /// Something only this vendor has; its JSON is in the spelling.
    Opaque,
}

/// Place and value in the caller's document.
pub struct Spelling {
    /// Member names from the root.
    pub at: Vec<Cow<'static, str>>,
    /// The JSON value; for an object that holds other edits, an empty one.
    pub value: json::Value,
}

impl Spelling {
    /// The place as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        pointer(&self.at)
    }
}

/// Joins member names to a JSON pointer.
pub fn pointer(at: &[Cow<'static, str>]) -> String {
    at.iter().fold(String::new(), |mut text, token| {
        text.push('/');
        text.push_str(&json::escape_pointer_token(token));
        text
    })
}

impl Change {
    /// The edit of that field.
    pub fn get(&self, field: &Field) -> Option<&Edit> {
        self.edits.iter().find(|edit| edit.field.as_ref() == Some(field))
    }

    /// The text that field is set to.
    pub fn text(&self, field: &Field) -> Option<&str> {
        match &self.get(field)?.leaf {
            Leaf::Set(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The text of the caller's own document at this member of its root, whatever it means.
    pub fn spelled(&self, member: &str) -> Option<&str> {
        let edit = self.edits.iter().find(|edit| matches!(edit.spelling.at.as_slice(), [name] if name == member))?;
        edit.spelling.value.as_str()
    }

    /// True where the field is set to something. An empty value may well leave the stored one in place.
    pub fn supplies(&self, field: &Field) -> bool {
        match self.get(field).map(|edit| &edit.leaf) {
            Some(Leaf::Set(Value::Secret(secret))) => !secret.expose().is_empty(),
            Some(Leaf::Set(Value::Map(pairs))) => !pairs.is_empty(),
            _ => false,
        }
    }
}
