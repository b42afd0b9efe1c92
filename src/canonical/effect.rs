//! What a change does, as opposed to what it says.
//!
//! Policy judges the effect. Members missing from an object that the vendor replaces count as removed; a metadata URL
//! touches everything the metadata can hold; a changed issuer touches the endpoints that are discovered from it.

use std::borrow::Cow;

use super::{Change, Field, Leaf};

/// The set of canonical fields that an operation touches.
#[derive(Default, Clone)]
pub struct Effect {
    fields: Vec<Field>,
    everything: bool,
}

/// Fields that SAML metadata supplies.
const METADATA: &[Field] = &[
    Field::IdpEntityId,
    Field::IdpSsoUrl,
    Field::IdpCertificates,
    Field::IdpBinding,
    Field::IdpSloUrl,
    Field::IdpMetadataUrl,
    Field::IdpMetadataXml,
];

/// Fields that OpenID discovery supplies.
const DISCOVERED: &[Field] = &[Field::AuthorizationUrl, Field::TokenUrl, Field::UserinfoUrl, Field::JwksUrl];

impl Effect {
    /// The effect of an operation without a body that removes a whole object.
    pub fn everything() -> Self {
        Self { fields: Vec::new(), everything: true }
    }

    /// The effect of a change.
    pub fn of(change: &Change) -> Self {
        let mut effect = Self::default();
        effect.add_change(change);
        effect
    }

    /// Adds what a change touches.
    pub fn add_change(&mut self, change: &Change) {
        for edit in &change.edits {
            match &edit.leaf {
                Leaf::Object(Some(group)) => self.add_all(group.fields),
                Leaf::Object(None) | Leaf::Inert | Leaf::Keep => {}
                Leaf::Null | Leaf::Set(_) => {
                    let Some(field) = &edit.field else { continue };
                    self.add(field);
                    match field {
                        Field::IdpMetadataUrl | Field::IdpMetadataXml => self.add_all(METADATA),
                        Field::Issuer => self.add_all(DISCOVERED),
                        _ => {}
                    }
                }
            }
        }
    }

    /// The first touched field for which `allowed` is false; an operation that touches everything is judged field by
    /// field over the whole schema by giving `allowed` no field.
    pub fn first_refused(&self, allowed: impl Fn(Option<&Field>) -> bool) -> Option<Cow<'static, str>> {
        if self.everything && !allowed(None) {
            return Some(Cow::Borrowed("*"));
        }
        self.fields.iter().find(|field| !allowed(Some(field))).map(Field::shown)
    }

    /// Canonical names of what is touched, for the audit record.
    pub fn names(&self) -> Vec<String> {
        if self.everything {
            return vec!["*".to_owned()];
        }
        let mut names: Vec<String> = self.fields.iter().map(|field| field.shown().into_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Adds what is touched whatever the body says.
    pub fn add_all(&mut self, fields: &[Field]) {
        for field in fields {
            self.add(field);
        }
    }

    fn add(&mut self, field: &Field) {
        if !self.fields.contains(field) {
            self.fields.push(field.clone());
        }
    }
}
