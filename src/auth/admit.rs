//! Decides about an operation on a subject, before the body is parsed.

use super::Principal;
use crate::config::{Access, ClaimForm, Grant, Proof, Whose};
use crate::error::{Code, Rejection};
use crate::http::route::NativeRoute;
use crate::vendor::{AnswerShape, ParamRole};

/// A caller that may do this operation on this subject, fields aside. Only [`admit`] makes one.
pub struct Admission<'a> {
    pub(super) grant: &'a Grant,
    pub(super) route: &'a NativeRoute<'a>,
    pub(super) scope: Scope<'a>,
}

/// Whose connections a grant covers for one caller: what [`Whose`] says, with the claims of the caller's token put in.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    All,
    Organizations(&'a [String]),
    /// The one in the path, which the caller's token names.
    ClaimedOrganization,
    Connections(&'a [String]),
}

/// The first grant that covers upstream, access, operation and subject.
///
/// The refusal is the same whether the subject exists, belongs to somebody else or was never granted: it tells nothing
/// about other people's connections, and no upstream is asked.
pub fn admit<'a>(principal: &'a Principal<'a>, route: &'a NativeRoute<'a>) -> Result<Admission<'a>, Rejection> {
    principal
        .caller()
        .grants
        .iter()
        .find_map(|grant| covers(principal, grant, route).map(|scope| Admission { grant, route, scope }))
        .ok_or_else(not_granted)
}

/// One sentence for everything that is not granted.
pub(super) fn not_granted() -> Rejection {
    Rejection::new(
        Code::Forbidden,
        "Your token has no grant for this operation on this subject; the operator of the gateway decides about grants.",
    )
}

fn covers<'a>(principal: &'a Principal<'a>, grant: &'a Grant, route: &NativeRoute<'_>) -> Option<Scope<'a>> {
    let operation = route.operation;
    let may = grant.upstream == route.upstream.name
        && grant.access >= operation.access()
        && grant.operations.as_ref().is_none_or(|names| names.iter().any(|name| name == operation.name));
    if !may {
        return None;
    }
    let organization = operation.subject(ParamRole::Organization, &route.params);
    match &grant.whose {
        Whose::All => Some(Scope::All),
        Whose::Organizations(list) => organization
            .is_some_and(|organization| list.iter().any(|granted| granted == organization))
            .then_some(Scope::Organizations(list)),
        Whose::ClaimedOrganization => organization
            .is_some_and(|organization| claims_organization(principal, route, organization))
            .then_some(Scope::ClaimedOrganization),
        Whose::Connections(list) => covers_connection(list, route).then_some(Scope::Connections(list)),
        Whose::ClaimedConnections(claim) => {
            let list = principal.claim(claim);
            covers_connection(list, route).then_some(Scope::Connections(list))
        }
    }
}

fn covers_connection(list: &[String], route: &NativeRoute<'_>) -> bool {
    let operation = route.operation;
    if let Some(connection) = operation.subject(ParamRole::Connection, &route.params) {
        let dialect = route.upstream.vendor.dialect();
        return list.iter().any(|granted| dialect.same_connection(granted, connection));
    }
    // A list is filtered to what is granted, and a catalogue is about nobody. A name in the body is judged by `permit`.
    // Anything else without a subject is about everybody's, or about what is not there yet.
    let listed = matches!(operation.answer, AnswerShape::List { .. } | AnswerShape::Things { .. });
    (listed && operation.access() == Access::Read) || operation.finds_connection_in_body()
}

/// Whether the caller's token names the organization in the path, in the form in which the path does. A vendor may know
/// one organization by its id and take the same text as another one's slug, so a claim of one form never fits the other.
fn claims_organization(principal: &Principal<'_>, route: &NativeRoute<'_>, organization: &str) -> bool {
    let Proof::Issuer(issuer) = &principal.caller().proof else { return false };
    let Some(claim) = &issuer.organization_claim else { return false };
    let ids = route.upstream.vendor.dialect().organization_ids;
    let is_id = ids.iter().any(|prefix| organization.starts_with(prefix));
    let forms_agree = is_id == (claim.form == ClaimForm::Id);
    forms_agree && principal.claim(&claim.claim).iter().any(|claimed| claimed == organization)
}
