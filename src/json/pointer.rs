//! JSON Pointers (RFC 6901): how rules, redaction and error reports name a place in a body.
//!
//! A pointer finds a place or it does not; nothing is created on the way. Malformed pointers
//! (no leading slash, `~` not followed by 0 or 1) and array indexes with leading zeros or a sign
//! find nothing.

use std::borrow::Cow;

use super::Value;

impl Value {
    /// The value that `pointer` names; the empty pointer names this one.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        let mut here = self;
        for token in tokens(pointer)? {
            here = match here {
                Self::Object(object) => object.get(&unescape(token)?)?,
                Self::Array(items) => items.get(index(token)?)?,
                _ => return None,
            };
        }
        Some(here)
    }

    /// The value that `pointer` names, to change it.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        let mut here = self;
        for token in tokens(pointer)? {
            here = match here {
                Self::Object(object) => object.get_mut(&unescape(token)?)?,
                Self::Array(items) => items.get_mut(index(token)?)?,
                _ => return None,
            };
        }
        Some(here)
    }
}

/// Writes a member name as one token of a pointer: `~` as `~0`, `/` as `~1`.
pub fn escape_pointer_token(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The escaped tokens of a pointer.
fn tokens(pointer: &str) -> Option<impl Iterator<Item = &str>> {
    let mut tokens = pointer.split('/');
    // What stands before the first slash must be nothing.
    (tokens.next() == Some("")).then_some(tokens)
}

/// Undoes [`escape_pointer_token`]; `None` where a `~` means nothing.
fn unescape(token: &str) -> Option<Cow<'_, str>> {
    let mut pieces = token.split('~');
    let first = pieces.next()?;
    let mut whole = Cow::Borrowed(first);
    for piece in pieces {
        let (escaped, rest) = match piece.as_bytes().first()? {
            b'0' => ('~', piece.strip_prefix('0')?),
            b'1' => ('/', piece.strip_prefix('1')?),
            _ => return None,
        };
        let whole = whole.to_mut();
        whole.push(escaped);
        whole.push_str(rest);
    }
    Some(whole)
}

/// An array index as RFC 6901 writes it.
fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    if canonical { token.parse().ok() } else { None }
}
