//! The types of members: what a JSON value means, or why it cannot be that.

use std::borrow::Cow;

use super::secret;
use crate::canonical::{Field, Value};
use crate::http::limits;
use crate::json;
use crate::vendor::{Holds, Rule};

/// A value of the wrong type, possibly below the member itself.
pub(super) struct Fault {
    /// Pointer from the member down.
    pub below: String,
    /// Stable code.
    pub code: &'static str,
    /// What to do.
    pub message: Cow<'static, str>,
}

/// Reads a leaf. `null` has been dealt with before.
pub(super) fn read(holds: &Holds, value: &json::Value) -> Result<Value, Vec<Fault>> {
    match holds {
        Holds::Text(_, Rule::Certificate(..)) => text(value).map(|text| Value::Certificate(text.to_owned())),
        Holds::Text(..) => text(value).map(|text| Value::Text(text.to_owned())),
        Holds::Secret(..) => text(value).map(secret),
        Holds::OneOf(..) => text(value).map(|text| Value::Texts(vec![text.to_lowercase()])),
        Holds::Words(_) => text(value).map(|text| Value::Texts(words(text))),
        Holds::Choice(_, choices) => choice(value, choices),
        Holds::Flag(_) => flag(value).map(Value::Flag),
        Holds::NotFlag(_) => flag(value).map(|flag| Value::Flag(!flag)),
        Holds::Texts(_, rule) => texts(value, *rule),
        Holds::Map(_) => map(value),
        Holds::Roles(_) => roles(value, false),
        Holds::GroupRoles(_) => roles(value, true),
        // The last three are read by the caller, which knows their members.
        Holds::Anything(_) | Holds::Object { .. } | Holds::Mapping { .. } | Holds::PathValue(_) => Ok(Value::Opaque),
    }
}

/// The field a leaf means.
pub(super) fn field(holds: &Holds) -> Option<&Field> {
    match holds {
        Holds::Text(field, _)
        | Holds::Secret(field, _)
        | Holds::OneOf(field, _)
        | Holds::Words(field)
        | Holds::Choice(field, _)
        | Holds::Flag(field)
        | Holds::NotFlag(field)
        | Holds::Texts(field, _)
        | Holds::Map(field)
        | Holds::Roles(field)
        | Holds::GroupRoles(field)
        | Holds::Anything(field) => Some(field),
        Holds::Object { .. } | Holds::Mapping { .. } | Holds::PathValue(_) => None,
    }
}

/// Every mapping field there is: a mapping that is given counts as replaced whole, whichever keys it has.
pub(super) const MAPPING_FIELDS: &[Field] = &[
    Field::MappingSubject,
    Field::MappingEmail,
    Field::MappingFullName,
    Field::MappingFirstName,
    Field::MappingLastName,
    Field::MappingGroups,
    Field::MappingCustom(String::new()),
];

/// Words of a scope string: Logto separates at blanks and `+`.
fn words(text: &str) -> Vec<String> {
    text.split([' ', '+']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn text(value: &json::Value) -> Result<&str, Vec<Fault>> {
    value.as_str().ok_or_else(|| wrong_type("", "a string", value))
}

fn flag(value: &json::Value) -> Result<bool, Vec<Fault>> {
    value.as_bool().ok_or_else(|| wrong_type("", "`true` or `false`", value))
}

fn choice(value: &json::Value, choices: &'static [(&'static str, &'static str)]) -> Result<Value, Vec<Fault>> {
    let written = text(value)?;
    if let Some((_, canonical)) = choices.iter().find(|(wire, _)| *wire == written) {
        return Ok(Value::Text((*canonical).to_owned()));
    }
    let known: Vec<&str> = choices.iter().map(|(wire, _)| *wire).collect();
    let message = format!("Must be one of: {}.", known.join(", "));
    Err(vec![Fault { below: String::new(), code: "not_a_choice", message: Cow::Owned(message) }])
}

fn texts(value: &json::Value, rule: Rule) -> Result<Value, Vec<Fault>> {
    let list = value.as_array().ok_or_else(|| wrong_type("", "an array of strings", value))?;
    let lower = matches!(rule, Rule::Domain(_));
    collect(list, |entry| {
        let text = entry.as_str().ok_or_else(|| wrong_type("", "a string", entry))?;
        Ok(if lower { text.to_lowercase() } else { text.to_owned() })
    })
    .map(Value::Texts)
}

fn map(value: &json::Value) -> Result<Value, Vec<Fault>> {
    let object = value.as_object().ok_or_else(|| wrong_type("", "an object of strings", value))?;
    if object.len() > limits::MEMBERS {
        let message = format!("Has {} members; at most {} are read.", object.len(), limits::MEMBERS);
        return Err(vec![Fault { below: String::new(), code: "too_many_members", message: Cow::Owned(message) }]);
    }
    let mut pairs = Vec::new();
    let mut faults = Vec::new();
    for (key, value) in object {
        match value.as_str() {
            Some(text) => pairs.push((key.to_owned(), text.to_owned())),
            None => faults.extend(wrong_type(&format!("/{}", json::escape_pointer_token(key)), "a string", value)),
        }
    }
    if faults.is_empty() { Ok(Value::Map(pairs)) } else { Err(faults) }
}

/// `[{role_id}]` or `[{role_id, group}]`, with no other members.
fn roles(value: &json::Value, by_group: bool) -> Result<Value, Vec<Fault>> {
    let list = value.as_array().ok_or_else(|| wrong_type("", "an array of objects", value))?;
    let members: &[&str] = if by_group { &["role_id", "group"] } else { &["role_id"] };
    let pairs = collect(list, |entry| {
        let object = entry.as_object().ok_or_else(|| wrong_type("", "an object", entry))?;
        let mut faults = Vec::new();
        for name in members {
            match object.get(name) {
                Some(value) if value.as_str().is_some() => {}
                Some(value) => faults.extend(wrong_type(&format!("/{name}"), "a string", value)),
                None => faults.push(Fault {
                    below: format!("/{name}"),
                    code: "required",
                    message: Cow::Owned(format!("`{name}` is missing.")),
                }),
            }
        }
        for name in object.names().filter(|name| !members.contains(name)) {
            let hint = crate::nearest::nearest(name, members.iter().copied());
            faults.push(Fault {
                below: format!("/{}", json::escape_pointer_token(name)),
                code: "unknown_member",
                message: Cow::Owned(hint.map_or_else(
                    || "A role assignment has no such member; leave it out.".to_owned(),
                    |hint| format!("A role assignment has no such member; did you mean `{hint}`?"),
                )),
            });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = |name: &str| object.get(name).and_then(json::Value::as_str).unwrap_or_default().to_owned();
        Ok((text("role_id"), text("group")))
    })?;
    Ok(if by_group {
        Value::GroupRoles(pairs)
    } else {
        Value::Texts(pairs.into_iter().map(|(role, _)| role).collect())
    })
}

/// Reads every entry; all faults, with their index in front.
fn collect<T>(
    list: &[json::Value],
    read: impl Fn(&json::Value) -> Result<T, Vec<Fault>>,
) -> Result<Vec<T>, Vec<Fault>> {
    if list.len() > limits::MEMBERS {
        let message = format!("Has {} entries; at most {} are read.", list.len(), limits::MEMBERS);
        return Err(vec![Fault { below: String::new(), code: "too_many_entries", message: Cow::Owned(message) }]);
    }
    let mut entries = Vec::with_capacity(list.len());
    let mut faults = Vec::new();
    for (index, value) in list.iter().enumerate() {
        match read(value) {
            Ok(entry) => entries.push(entry),
            Err(found) => faults
                .extend(found.into_iter().map(|fault| Fault { below: format!("/{index}{}", fault.below), ..fault })),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn wrong_type(below: &str, wanted: &str, value: &json::Value) -> Vec<Fault> {
    vec![Fault {
        below: below.to_owned(),
        code: "wrong_type",
        message: Cow::Owned(format!("Must be {wanted}, not {}.", value.kind_name())),
    }]
}
