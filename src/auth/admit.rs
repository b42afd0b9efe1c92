//! Decides about an operation on a subject, before the body is parsed.

use super::Principal;
use crate::config::{Grant, Whose};
use crate::error::{Code, Rejection};
use crate::http::route::NativeRoute;
use crate::vendor::{AnswerShape, ParamRole};

/// A caller that may do this operation on this subject, fields aside. Only [`admit`] makes one.
pub struct Admission<'a> {
    pub(super) grant: &'a Grant,
    pub(super) route: &'a NativeRoute<'a>,
}

/// The first grant that covers upstream, access, operation and subject.
///
/// The refusal is the same whether the subject exists, belongs to somebody else or was never granted: it tells nothing
/// about other people's connections, and no upstream is asked.
pub fn admit<'a>(principal: Principal<'a>, route: &'a NativeRoute<'a>) -> Result<Admission<'a>, Rejection> {
    let caller = principal.caller();
    caller
        .grants
        .iter()
        .find(|grant| covers(grant, route))
        .map(|grant| Admission { grant, route })
        .ok_or_else(not_granted)
}

/// One sentence for everything that is not granted.
pub(super) fn not_granted() -> Rejection {
    Rejection::new(
        Code::Forbidden,
        "Your token has no grant for this operation on this subject; the operator of the gateway decides about grants.",
    )
}

fn covers(grant: &Grant, route: &NativeRoute<'_>) -> bool {
    let operation = route.operation;
    grant.upstream == route.upstream.name
        && grant.access >= operation.access()
        && grant.operations.as_ref().is_none_or(|names| names.iter().any(|name| name == operation.name))
        && match &grant.whose {
            Whose::All => true,
            Whose::Organizations(list) => operation
                .subject(ParamRole::Organization, &route.params)
                .is_some_and(|organization| list.iter().any(|granted| granted == organization)),
            Whose::Connections(list) => match operation.subject(ParamRole::Connection, &route.params) {
                Some(connection) => {
                    let dialect = route.upstream.vendor.dialect();
                    list.iter().any(|granted| dialect.same_connection(granted, connection))
                }
                // A list is filtered to what is granted, and a catalogue is about nobody. A name in the body is judged
                // by `permit`. Anything else without a subject is about everybody's, or about what is not there yet.
                None => {
                    matches!(operation.answer, AnswerShape::List { .. } | AnswerShape::Things { .. })
                        || operation.finds_connection_in_body()
                }
            },
        }
}
