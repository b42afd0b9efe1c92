//! Secrets, which entries name and the Worker holds.
//!
//! A value put where a name belongs is refused without being repeated, and so is a secret that could not be sent or looked
//! for as it is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    entry::Bindings,
    mistake::Mistakes,
    table::{Empty, Table, as_texts, kind},
};
use crate::config::Secret;

/// `secret`: one name, or two while a secret is being rotated. Refuses names that are not set.
pub(super) fn secrets(table: &Table<'_>, bindings: &Bindings, mistakes: &mut Mistakes) -> Vec<Secret> {
    let at = table.at("secret");
    match table.required("secret", mistakes) {
        None => Vec::new(),
        Some(Value::String(name)) => secret(&at, name, bindings, mistakes).into_iter().collect(),
        Some(list @ Value::Array(items)) => {
            if items.len() > 2 {
                mistakes.add(&at, "must be one name, or a list of one or two");
            }
            let names = as_texts(&at, list, Empty::Refused, mistakes).unwrap_or_default();
            names.iter().filter_map(|item| secret(&item.at, item.text, bindings, mistakes)).collect()
        }
        Some(other) => {
            mistakes.add(at, format!("must be the name of a secret binding or a list of two, not {}", kind(other)));
            Vec::new()
        }
    }
}

/// The secret of that name, checked as something that can be sent without being changed on the way.
fn secret(at: &str, name: &str, bindings: &Bindings, mistakes: &mut Mistakes) -> Option<Secret> {
    if !is_secret_name(name) {
        mistakes.add(at, "must be the NAME of a secret binding (capital letters, digits, _)");
        return None;
    }
    if name == "GATEWAY" || name.starts_with("UPSTREAM_") || name.starts_with("CALLER_") {
        mistakes.add(at, format!("names \"{name}\", which is an entry of the configuration, not a secret"));
        return None;
    }
    let mut refuse = |reason: &str| mistakes.add(at, format!("names the secret \"{name}\", {reason}"));
    let value = match bindings.get(name) {
        None => {
            refuse("which is not set");
            return None;
        }
        Some(Value::String(value)) => value,
        Some(_) => {
            refuse("which is not text");
            return None;
        }
    };
    if value.len() < 16 {
        refuse("which is shorter than 16 bytes");
    }
    // Also what keeps the search for it in every answer quick.
    if value.len() >= 16 && value.bytes().collect::<BTreeSet<u8>>().len() < 8 {
        refuse("which has fewer than 8 different characters");
    }
    if value.chars().any(char::is_control) {
        refuse("which contains a control character (a line break at its end, perhaps)");
    }
    if !value.is_ascii() {
        refuse("which contains a character outside ASCII");
    }
    if value.starts_with(' ') || value.ends_with(' ') {
        refuse("which begins or ends with a blank");
    }
    Some(Secret::new(value.clone()))
}

/// `[A-Z][A-Z0-9_]{0,63}`: what may be shown as a name. A secret's value hardly ever looks like this.
fn is_secret_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    plain && name.len() <= 64 && name.starts_with(|first: char| first.is_ascii_uppercase())
}
