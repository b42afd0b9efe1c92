//! Reads a vendor's request body into a canonical change.
//!
//! One reader for all vendors: it walks the body beside the vendor's table of members and turns each member into an edit
//! that keeps the caller's own spelling. It refuses what the table does not know, so nothing reaches a vendor that has
//! no name here, unless the operator said so. It never corrects: a value of the wrong type is a problem, not a guess.

use std::borrow::Cow;

use super::member::Required;
use super::{AnswerOnly, Body, Dialect, Holds, Masks, Member, NullRule, Params, Rule, Vendor, Writable};
use crate::canonical::{Change, Edit, Field, Group, Leaf, Spelling, Value, pointer};
use crate::config::{Secret, UnknownMembers};
use crate::http::limits;
use crate::json::{self, Object};
use crate::redact::MASK;
use crate::validate::Problem;

mod values;

/// What decoding depends on beside the body.
pub struct Context<'a> {
    /// The vendor, for the names of extensions.
    pub vendor: Vendor,
    /// What to do with members that are not in the table.
    pub unknown: UnknownMembers,
    /// Path values, which some clients repeat in the body.
    pub params: &'a Params,
}

/// Reads `object` as `body` describes it. Problems are complete: reading goes on after the first one.
pub fn decode(mut object: Object, body: &'static Body, context: &Context<'_>) -> (Change, Vec<Problem>) {
    let mut problems = Vec::new();
    if object.is_empty() && !body.may_be_empty {
        problems.push(Problem::error("", "body_empty", "The body is empty; send the members to set."));
        return (Change::default(), problems);
    }
    (body.complete)(&mut object, &mut problems);
    (body.rules)(&object, context.params, &mut problems);
    let dialect = context.vendor.dialect();
    let masks = if body.makes { Masks::Refused } else { dialect.masks };
    let mut reader = Reader { context, dialect, masks, edits: Vec::new(), problems };
    reader.object(object, body.members, &[]);
    (Change { edits: reader.edits }, reader.problems)
}

type Place = [Cow<'static, str>];

struct Reader<'a> {
    context: &'a Context<'a>,
    dialect: &'static Dialect,
    masks: Masks,
    edits: Vec<Edit>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn object(&mut self, object: Object, members: &'static [Member], at: &Place) {
        if self.too_many(&object, at) {
            return;
        }
        for member in members {
            self.note_missing(member, &object, at);
        }
        for (name, value) in object {
            match members.iter().find(|member| member.name == name) {
                Some(member) => self.member(member, value, joined(at, Cow::Borrowed(member.name))),
                None => self.unknown(name, value, members, at),
            }
        }
    }

    /// Objects are searched member by member; a body of nothing but members would cost the square of its length.
    fn too_many(&mut self, object: &Object, at: &Place) -> bool {
        let too_many = object.len() > limits::MEMBERS;
        if too_many {
            let message = format!("Has {} members; at most {} are read.", object.len(), limits::MEMBERS);
            self.refuse(at, "too_many_members", message);
        }
        too_many
    }

    fn note_missing(&mut self, member: &Member, object: &Object, at: &Place) {
        if object.contains(member.name) {
            return;
        }
        let place = pointer(&joined(at, Cow::Borrowed(member.name)));
        match member.required {
            Required::No => {}
            Required::Yes => self.problems.push(Problem::error(
                place,
                "required",
                format!("`{}` is missing; {} refuses the body without it.", member.name, self.dialect.title),
            )),
            Required::Presumably => self.problems.push(Problem::warning(
                place,
                "presumably_required",
                format!("`{}` is missing; {} presumably refuses the body without it.", member.name, self.dialect.title),
            )),
        }
    }

    fn member(&mut self, member: &'static Member, value: json::Value, at: Vec<Cow<'static, str>>) {
        match member.writable {
            Writable::Yes => {}
            Writable::Unverified => self.warn(
                &at,
                "writable_unverified",
                format!(
                    "Whether {} lets this member be written is not documented; it is sent as it is.",
                    self.dialect.title
                ),
            ),
            Writable::AnswerOnly => return self.answer_only(member, value, at),
            Writable::Never => {
                return self.refuse(
                    &at,
                    "never_sent",
                    "A private key of the vendor's own, which only answers have; leave this member out.",
                );
            }
        }
        if let Holds::PathValue(param) = &member.holds {
            return self.path_value(param, value, at);
        }
        if value.is_null() {
            return self.null(member, value, at);
        }
        match &member.holds {
            Holds::Object { members, replaces } => {
                let object = match value.into_object() {
                    Ok(object) => object,
                    Err(other) => return self.wrong_type(&at, "an object", &other),
                };
                self.edits.push(Edit {
                    field: None,
                    leaf: Leaf::Object(replaces.map(|fields| Group { fields })),
                    rule: Rule::Any,
                    spelling: Spelling { at: at.clone(), value: json::Value::Object(Object::default()) },
                });
                self.object(object, members, &at);
            }
            Holds::Mapping { known, listed } => self.mapping(value, known, listed, &at),
            Holds::PathValue(_) => {}
            Holds::Secret(field, _) if value.as_str() == Some(MASK) => self.mask(field, value, at),
            Holds::Text(field, rule)
            | Holds::OneOf(field, rule)
            | Holds::Texts(field, rule)
            | Holds::Secret(field, rule) => self.leaf(member, field, *rule, value, at),
            Holds::Choice(field, _)
            | Holds::Flag(field)
            | Holds::NotFlag(field)
            | Holds::Words(field)
            | Holds::Map(field)
            | Holds::Roles(field)
            | Holds::GroupRoles(field)
            | Holds::Anything(field) => self.leaf(member, field, Rule::Any, value, at),
        }
    }

    /// A leaf of the right type becomes an edit; anything else a problem at the very place.
    fn leaf(&mut self, member: &Member, field: &Field, rule: Rule, value: json::Value, at: Vec<Cow<'static, str>>) {
        if holds_mask(&value) {
            return self.refuse(&at, "mask_refused", NO_MASK);
        }
        if let Some(param) = member.repeats
            && let (Some(given), Some(named)) = (value.as_str(), self.context.params.get(param))
            && self.dialect.same_connection(given, named)
        {
            return self.inert(value, at);
        }
        match values::read(&member.holds, &value) {
            Ok(meaning) => self.edits.push(Edit {
                field: Some(field.clone()),
                leaf: Leaf::Set(meaning),
                rule,
                spelling: Spelling { at, value },
            }),
            Err(faults) => {
                let base = pointer(&at);
                self.problems.extend(
                    faults
                        .into_iter()
                        .map(|fault| Problem::error(format!("{base}{}", fault.below), fault.code, fault.message)),
                );
            }
        }
    }

    fn null(&mut self, member: &'static Member, value: json::Value, at: Vec<Cow<'static, str>>) {
        if !member.nullable {
            let title = self.dialect.title;
            match self.dialect.null {
                NullRule::Refused => {
                    return self.refuse(
                        &at,
                        "null_refused",
                        format!("{title} does not take `null` here; leave the member out to keep what is stored."),
                    );
                }
                NullRule::Unverified => self.warn(
                    &at,
                    "null_unverified",
                    format!("What {title} does with `null` is not documented; read the connection back afterwards."),
                ),
            }
        }
        // A null object is one that is replaced by nothing: all of its fields count as removed.
        let (field, leaf) = match &member.holds {
            Holds::Object { replaces, .. } => (None, Leaf::Object(replaces.map(|fields| Group { fields }))),
            Holds::Mapping { .. } => (None, Leaf::Object(Some(Group { fields: values::MAPPING_FIELDS }))),
            other => (values::field(other).cloned(), Leaf::Null),
        };
        self.edits.push(Edit { field, leaf, rule: Rule::Any, spelling: Spelling { at, value } });
    }

    fn mapping(
        &mut self,
        value: json::Value,
        known: &'static [(&'static str, Field)],
        listed: &'static [&'static str],
        at: &Place,
    ) {
        let object = match value.into_object() {
            Ok(object) => object,
            Err(other) => return self.wrong_type(at, "an object", &other),
        };
        if self.too_many(&object, at) {
            return;
        }
        self.edits.push(Edit {
            field: None,
            leaf: Leaf::Object(Some(Group { fields: values::MAPPING_FIELDS })),
            rule: Rule::Any,
            spelling: Spelling { at: at.to_vec(), value: json::Value::Object(Object::default()) },
        });
        for (key, value) in object {
            let entry = known.iter().find(|(name, _)| *name == key);
            let field = entry.map_or_else(|| Field::MappingCustom(key.clone()), |(_, field)| field.clone());
            let place = joined(at, Cow::Owned(key));
            if entry.is_none() && !listed.is_empty() && place.last().is_some_and(|key| !listed.contains(&key.as_ref()))
            {
                self.warn(
                    &place,
                    "mapping_key_unlisted",
                    format!(
                        "Not among the keys that {} lists; whether it keeps it is not documented.",
                        self.dialect.title
                    ),
                );
            }
            if holds_mask(&value) {
                self.refuse(&place, "mask_refused", NO_MASK);
                continue;
            }
            let Some(text) = value.as_str() else {
                self.wrong_type(&place, "a string naming an attribute of the identity provider", &value);
                continue;
            };
            let meaning = Value::Text(text.to_owned());
            self.edits.push(Edit {
                field: Some(field),
                leaf: Leaf::Set(meaning),
                rule: Rule::Any,
                spelling: Spelling { at: place, value },
            });
        }
    }

    /// Some SDKs repeat path values in the body. Equal, they are harmless; different, somebody means another connection.
    fn path_value(&mut self, param: &str, value: json::Value, at: Vec<Cow<'static, str>>) {
        if value.as_str().is_none() || value.as_str() != self.context.params.get(param) {
            return self.refuse(
                &at,
                "path_value_mismatch",
                format!("Repeats `{param}` and must be equal to the one in the path; leave it out."),
            );
        }
        self.inert(value, at);
    }

    fn answer_only(&mut self, member: &Member, value: json::Value, at: Vec<Cow<'static, str>>) {
        let title = self.dialect.title;
        match self.dialect.answer_only {
            AnswerOnly::Forwarded => {
                self.warn(&at, "answer_only", format!("Only answers have `{}`; {title} ignores it.", member.name));
                self.inert(value, at);
            }
            AnswerOnly::LeftOut => {
                self.warn(&at, "answer_only", format!("Only answers have `{}`; it is left out.", member.name));
            }
        }
    }

    fn mask(&mut self, field: &Field, value: json::Value, at: Vec<Cow<'static, str>>) {
        match self.masks {
            Masks::LeftOut => self.warn(&at, "mask_kept", "The mask means: keep the stored secret; the member is left out."),
            Masks::Refused => self.refuse(
                &at,
                "mask_refused",
                "The mask stands for a secret that cannot be kept by this operation; leave the member out or send the secret.",
            ),
            Masks::Restored => {
                self.warn(&at, "mask_kept", "The mask means: keep the stored secret; it is read and put back.");
                self.edits.push(Edit {
                    field: Some(field.clone()),
                    leaf: Leaf::Keep,
                    rule: Rule::Any,
                    spelling: Spelling { at, value },
                });
            }
        }
    }

    fn unknown(&mut self, name: String, value: json::Value, members: &[Member], at: &Place) {
        let place = joined(at, Cow::Owned(name));
        if holds_mask(&value) {
            return self.refuse(&place, "mask_refused", NO_MASK);
        }
        // In another letter case it may be the known member to the vendor, and would pass by every rule about that one.
        let twin = place.last().is_some_and(|name| members.iter().any(|member| member.name.eq_ignore_ascii_case(name)));
        if twin || self.context.unknown == UnknownMembers::Refuse {
            return self.refuse_unknown(&place, members);
        }
        self.warn(&place, "unknown_member", format!("Not known of {}; sent as it is.", self.dialect.title));
        self.edits.push(Edit {
            field: Some(Field::Extension(self.context.vendor, Cow::Owned(place.join(".")))),
            leaf: Leaf::Set(Value::Opaque),
            rule: Rule::Any,
            spelling: Spelling { at: place, value },
        });
    }

    fn refuse_unknown(&mut self, place: &Place, members: &[Member]) {
        let written = place.last().map_or("", |name| name.as_ref());
        let writable = members.iter().filter(|member| member.writable != Writable::AnswerOnly);
        // A guess costs more than reading the member did, and nobody reads the hundredth.
        let nearest = if self.problems.len() < limits::PROBLEMS {
            crate::nearest::nearest(written, writable.map(|member| member.name))
        } else {
            None
        };
        let hint = nearest.map_or_else(|| "leave it out.".to_owned(), |nearest| format!("did you mean `{nearest}`?"));
        self.refuse(place, "unknown_member", format!("{} has no such member; {hint}", self.dialect.title));
    }

    fn inert(&mut self, value: json::Value, at: Vec<Cow<'static, str>>) {
        let spelling = Spelling { at, value };
        self.edits.push(Edit { field: None, leaf: Leaf::Inert, rule: Rule::Any, spelling });
    }

    fn wrong_type(&mut self, at: &Place, wanted: &str, value: &json::Value) {
        self.refuse(at, "wrong_type", format!("Must be {wanted}, not {}.", value.kind_name()));
    }

    fn refuse(&mut self, at: &Place, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.problems.push(Problem::error(pointer(at), code, message));
    }

    fn warn(&mut self, at: &Place, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.problems.push(Problem::warning(pointer(at), code, message));
    }
}

/// The field that a leaf means.
#[cfg(test)]
pub(super) fn field_of(member: &Member) -> Option<&Field> {
    values::field(&member.holds)
}

/// The mask would be stored as if it were a value.
const NO_MASK: &str = "This is the mask that stands for a secret in answers; leave the member out or send the value.";

/// True where the mask stands anywhere in a value.
fn holds_mask(value: &json::Value) -> bool {
    match value {
        json::Value::String(text) => text == MASK,
        json::Value::Array(list) => list.iter().any(holds_mask),
        json::Value::Object(object) => object.iter().any(|(_, entry)| holds_mask(entry)),
        json::Value::Null | json::Value::Bool(_) | json::Value::Number(_) => false,
    }
}

fn joined(at: &Place, name: Cow<'static, str>) -> Vec<Cow<'static, str>> {
    let mut place = Vec::with_capacity(at.len().saturating_add(1));
    place.extend_from_slice(at);
    place.push(name);
    place
}

/// The secret behind a text, for members that hold one.
fn secret(text: &str) -> Value {
    Value::Secret(Secret::new(text.to_owned()))
}
