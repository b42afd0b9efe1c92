//! Decides about the effect of a change, and mints the value without which nothing is sent.

use serde::{Deserialize, Serialize};

use super::Admission;
use super::admit::{Scope, not_granted};
use crate::canonical::{Change, Effect, Field};
use crate::config::FieldRules;
use crate::error::{Code, Rejection};
use crate::http::route::NativeRoute;
use crate::vendor::{AnswerShape, Dialect, Params, Vendor};

/// Leave to send one operation to one upstream with that upstream's credential.
///
/// Minted by [`permit`] alone. It names everything the credential may be used for, so that the URL is built from the
/// permit and from nothing else. While the loop waits for an upstream, the permit travels in the core's own opaque state,
/// by way of [`travelling`], which nobody outside this crate can call.
pub struct Permit(Terms);

/// What a permit says.
#[derive(Serialize, Deserialize)]
struct Terms {
    upstream: String,
    operation: String,
    values: Vec<String>,
    query: Vec<String>,
    connections: Option<Vec<String>>,
    may_retarget: bool,
}

/// Judges the effect of `change` (none: the operation's own effect) by the grant's field rules.
#[expect(clippy::needless_pass_by_value, reason = "an admission is spent on one decision")]
pub fn permit(admission: Admission<'_>, effect: &Effect, change: Option<&Change>) -> Result<Permit, Rejection> {
    let Admission { grant, route, scope } = admission;
    if let Some(path) = effect.first_refused(|field| field_allowed(&grant.fields, field)) {
        return Err(Rejection::new(
            Code::FieldNotGranted,
            format!("Your grant does not cover `{path}`, which this request would change."),
        ));
    }
    if let Some(change) = change {
        names_only_granted(route, change, scope)?;
        retargeting(route, change, grant.retarget_secrets)?;
    }
    Ok(Permit(Terms {
        upstream: route.upstream.name.clone(),
        operation: route.operation.name.to_owned(),
        values: route.params.0.iter().map(|(_, value)| value.clone()).collect(),
        query: route.query.iter().flat_map(|(name, value)| [(*name).to_owned(), value.clone()]).collect(),
        connections: match scope {
            Scope::Connections(list) => Some(list.to_vec()),
            Scope::All | Scope::Organizations | Scope::ClaimedOrganization => None,
        },
        may_retarget: grant.retarget_secrets,
    }))
}

/// How a permit gets into the core's opaque state and back.
pub(crate) mod travelling {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Permit, Terms};

    /// Into the state.
    pub(crate) fn serialize<S: Serializer>(permit: &Permit, serializer: S) -> Result<S::Ok, S::Error> {
        permit.0.serialize(serializer)
    }

    /// Out of the state.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Permit, D::Error> {
        Terms::deserialize(deserializer).map(Permit)
    }
}

/// `None` stands for every field there is. What only one vendor has is not covered by rules that do not name it.
fn field_allowed(rules: &FieldRules, field: Option<&Field>) -> bool {
    if rules.allow.is_none() && rules.deny.is_empty() {
        return true;
    }
    let Some(field) = field else { return false };
    let named = rules.allow.as_ref().map(|list| list.iter().any(|path| field.is_covered_by(path)));
    let denied = rules.deny.iter().any(|path| field.is_touched_by(path));
    named.unwrap_or(!matches!(field, Field::Extension(..))) && !denied
}

/// Where connections are known by name, a name in the body is a second subject: it must be granted as well.
fn names_only_granted(route: &NativeRoute<'_>, change: &Change, scope: Scope<'_>) -> Result<(), Rejection> {
    let by_name = matches!(route.operation.answer, AnswerShape::One { renamed_by: Some(_), .. });
    let dialect = route.upstream.vendor.dialect();
    match (scope, change.text(&Field::Name)) {
        (Scope::Connections(list), Some(name))
            if by_name && !list.iter().any(|granted| dialect.same_connection(granted, name)) =>
        {
            Err(not_granted())
        }
        _ => Ok(()),
    }
}

/// *No retargeting* where the update is partial: the URL changes, the stored secret stays, and goes to the new owner.
/// Where the update replaces, the secret is part of the same body or is restored, which `vendor::restore` judges.
fn retargeting(route: &NativeRoute<'_>, change: &Change, may_retarget: bool) -> Result<(), Rejection> {
    let dialect = route.upstream.vendor.dialect();
    let keeps_secret = change.get(&Field::ClientSecret).is_none();
    let moves = dialect.secret_receiver_fields.iter().any(|field| change.get(field).is_some());
    let partial = dialect.masks != crate::vendor::Masks::Restored;
    if moves && keeps_secret && partial && !may_retarget {
        return Err(Rejection::new(
            Code::SecretRetarget,
            "This would send the stored client secret to another address; supply the client secret in the same request.",
        ));
    }
    Ok(())
}

impl Permit {
    /// Name of the upstream.
    pub fn upstream(&self) -> &str {
        &self.0.upstream
    }

    /// Name of the operation.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// True where a stored secret may follow a changed URL.
    pub fn may_retarget(&self) -> bool {
        self.0.may_retarget
    }

    /// True where nothing is cut out of lists, so that a count may be told.
    pub fn shows_all(&self) -> bool {
        self.0.connections.is_none()
    }

    /// True where a list may show this connection.
    pub fn shows(&self, dialect: &Dialect, connection: &str) -> bool {
        let granted = |list: &Vec<String>| list.iter().any(|granted| dialect.same_connection(granted, connection));
        self.0.connections.as_ref().is_none_or(granted)
    }

    /// Path values, under the names the operation gives them.
    pub fn params(&self, vendor: Vendor) -> Params {
        let names = vendor.dialect().operation(&self.0.operation).into_iter().flat_map(|operation| {
            operation.path.iter().filter_map(|segment| match segment {
                crate::vendor::Segment::Param(param) => Some(param.name),
                crate::vendor::Segment::Literal(_) => None,
            })
        });
        Params(names.zip(self.0.values.iter().cloned()).collect())
    }

    /// Query parameters, under the names the operation gives them.
    pub fn query(&self, vendor: Vendor) -> Vec<(&'static str, String)> {
        let known = vendor.dialect().operation(&self.0.operation).map_or(&[][..], |operation| operation.query);
        self.0
            .query
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [name, value] => known.iter().find_map(|query| match query {
                    crate::vendor::Query::Number(known, ..) if known == name => Some((*known, value.clone())),
                    _ => None,
                }),
                _ => None,
            })
            .collect()
    }
}
