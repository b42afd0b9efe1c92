//! Stytch's operations (vendor facts: Stytch, section 2).

use http::Method;

use super::members;
use crate::vendor::{AnswerShape, Operation, Param, ParamRole, Query, Segment, Touches};

use Segment::{Literal, Param as Value};

/// Id, slug (`A-Za-z0-9-._~`) or external id (`A-Za-z0-9._-|`): opaque beyond its alphabet.
fn is_stytch_id(value: &str) -> bool {
    (1..=128).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'|'))
}

static ORGANIZATION: Param = Param {
    name: "organization_id",
    role: ParamRole::Organization,
    fits: is_stytch_id,
    shape: "1 to 128 letters, digits, `-`, `.`, `_`, `~` or `|`",
};

static CONNECTION: Param = Param {
    name: "connection_id",
    role: ParamRole::Connection,
    fits: is_stytch_id,
    shape: "1 to 128 letters, digits, `-`, `.`, `_`, `~` or `|`",
};

const SSO: &[Segment] = &[Literal("v1"), Literal("b2b"), Literal("sso"), Value(&ORGANIZATION)];
const ONE_SAML: &[Segment] = &[
    Literal("v1"),
    Literal("b2b"),
    Literal("sso"),
    Literal("saml"),
    Value(&ORGANIZATION),
    Literal("connections"),
    Value(&CONNECTION),
];

/// Operation ids of Stytch's OpenAPI document, by which consoles made from it call operations.
pub(super) const PUBLISHED: &[(&str, &str)] = &[
    ("list_connections", "api_sso_v1_sso_GetConnections"),
    ("update_saml_connection", "api_sso_v1_sso_saml_UpdateConnection"),
];

/// The catalogue.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "list_connections",
        method: Method::GET,
        path: SSO,
        query: &[Query::PathValue("organization_id", "organization_id")],
        touches: Touches::Nothing,
        body: None,
        answer: AnswerShape::List {
            at: &["saml_connections", "oidc_connections", "external_connections"],
            id: "connection_id",
            organization: Some("organization_id"),
        },
    },
    Operation {
        name: "update_saml_connection",
        method: Method::PUT,
        path: ONE_SAML,
        query: &[
            Query::PathValue("organization_id", "organization_id"),
            Query::PathValue("connection_id", "connection_id"),
        ],
        touches: Touches::Body,
        body: Some(&members::SAML_PUT),
        answer: AnswerShape::One {
            at: Some("connection"),
            id: "connection_id",
            organization: Some("organization_id"),
            renamed_by: None,
        },
    },
];
