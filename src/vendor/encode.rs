//! Writes a canonical change as a vendor's request body.
//!
//! Each edit is put where its spelling says, so that a body read from this vendor is written back as the same JSON value:
//! members in order, strings and number lexemes untouched. What no edit says is not written.

use crate::canonical::{Change, Leaf};
use crate::json::{Object, Value};

/// The body for this change, in the spelling the change was read from.
pub fn encode(change: Change) -> Value {
    let mut root = Value::Object(Object::default());
    for edit in change.edits {
        // A stored secret is put back after it was read; until then its place holds the mask.
        debug_assert!(!matches!(edit.leaf, Leaf::Keep) || edit.spelling.value.as_str().is_some());
        let Some((name, parents)) = edit.spelling.at.split_last() else { continue };
        let parent = parents.iter().try_fold(&mut root, |value, name| value.as_object_mut()?.get_mut(name));
        if let Some(parent) = parent.and_then(Value::as_object_mut) {
            parent.insert(name.as_ref(), edit.spelling.value);
        }
    }
    root
}
