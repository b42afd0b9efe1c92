//! Blanks stored secrets in answers.
//!
//! Two nets: the paths at which a vendor documents a secret, and anything that looks like a PEM private key wherever it
//! stands. What was injected by the gateway itself is looked for later and byte by byte, in [`crate::scrub`]. A blank
//! reads [`MASK`]; sent back it means *keep*, so an answer can be edited and returned. Certificates are public and stay.

use crate::json::Value;
use crate::validate::keys::contains_private_key;

/// What stands in an answer where a secret is stored.
pub const MASK: &str = "[redacted]";

/// Blanks every stored secret in `value`. `paths` are trailing member names, at any depth; `*` is any name.
pub fn redact(value: &mut Value, paths: &[&[&str]]) {
    walk(value, paths, &mut Vec::new());
}

fn walk<'v>(value: &'v mut Value, paths: &[&[&str]], at: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => {
            // An empty text says that nothing is stored, which is worth knowing and no secret.
            if (!text.is_empty() && is_secret_place(at, paths)) || contains_private_key(text) {
                MASK.clone_into(text);
            }
        }
        Value::Array(list) => {
            for entry in list {
                walk(entry, paths, at);
            }
        }
        Value::Object(object) => {
            for (name, entry) in object.iter_mut() {
                at.push(name);
                // Not a text, but at a secret's place: nobody knows what it holds.
                if is_secret_place(at, paths) && !matches!(entry, Value::String(_) | Value::Null) {
                    *entry = Value::String(MASK.to_owned());
                } else {
                    walk(entry, paths, at);
                }
                at.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_secret_place(at: &[&str], paths: &[&[&str]]) -> bool {
    paths.iter().any(|path| {
        path.len() <= at.len()
            && path.iter().rev().zip(at.iter().rev()).all(|(known, name)| *known == "*" || known == name)
    })
}

#[cfg(test)]
mod tests;
