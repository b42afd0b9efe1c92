//! Stytch's operations (vendor facts: Stytch, section 2).

use http::Method;

use super::members;
use crate::canonical::Field;
use crate::vendor::{AnswerShape, Asked, Operation, Param, ParamRole, Query, Segment};

use Segment::{Literal, Param as Value};

/// Id, slug (`A-Za-z0-9-._~`) or external id (`A-Za-z0-9._-|`): opaque beyond its alphabet.
fn is_stytch_id(value: &str) -> bool {
    (1..=128).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'|'))
}

const SHAPE: &str = "1 to 128 letters, digits, `-`, `.`, `_`, `~` or `|`";

const fn value(name: &'static str, role: ParamRole) -> Param {
    Param { name, role, fits: is_stytch_id, shape: SHAPE }
}

static ORGANIZATION: Param = value("organization_id", ParamRole::Organization);
static CONNECTION: Param = value("connection_id", ParamRole::Connection);
static CERTIFICATE: Param = value("certificate_id", ParamRole::Part);
static PRIVATE_KEY: Param = value("private_key_id", ParamRole::Part);

/// `/v1/b2b/sso` and what follows.
macro_rules! path {
    ($($segment:expr),*) => { &[Literal("v1"), Literal("b2b"), Literal("sso"), $($segment),*] };
}

/// The connections of an organization, of this kind.
macro_rules! all {
    ($kind:literal) => {
        path!(Literal($kind), Value(&ORGANIZATION))
    };
}

/// One connection of this kind, or something below it.
macro_rules! one {
    ($kind:literal $(, $segment:expr)*) => {
        path!(Literal($kind), Value(&ORGANIZATION), Literal("connections"), Value(&CONNECTION) $(, $segment)*)
    };
}

const ORGANIZATION_QUERY: &[Query] = &[Query::PathValue("organization_id", "organization_id")];
const CONNECTION_QUERY: &[Query] =
    &[Query::PathValue("organization_id", "organization_id"), Query::PathValue("connection_id", "connection_id")];
const CERTIFICATE_QUERY: &[Query] = &[
    Query::PathValue("organization_id", "organization_id"),
    Query::PathValue("connection_id", "connection_id"),
    Query::PathValue("certificate_id", "certificate_id"),
];
const PRIVATE_KEY_QUERY: &[Query] = &[
    Query::PathValue("organization_id", "organization_id"),
    Query::PathValue("connection_id", "connection_id"),
    Query::PathValue("private_key_id", "private_key_id"),
];

/// A connection, which is optional in the vendor's schema.
const fn connection(asked: Asked) -> AnswerShape {
    AnswerShape::One { at: Some("connection"), id: "connection_id", organization: Some("organization_id"), asked }
}

/// What a deletion answers: the identifier of what is gone.
const fn gone(id: &'static str, role: ParamRole) -> AnswerShape {
    AnswerShape::One { at: None, id, organization: None, asked: Asked::Path(role) }
}

const UPDATED: Asked = Asked::Path(ParamRole::Connection);

/// Operation ids of Stytch's OpenAPI document, by which consoles made from it call operations. That of the SAML update was
/// recorded; the others follow its pattern with the names of the SDK's methods.
pub(super) const PUBLISHED: &[(&str, &str)] = &[
    ("list_connections", "api_sso_v1_sso_GetConnections"),
    ("delete_connection", "api_sso_v1_sso_DeleteConnection"),
    ("create_saml_connection", "api_sso_v1_sso_saml_CreateConnection"),
    ("update_saml_connection", "api_sso_v1_sso_saml_UpdateConnection"),
    ("update_saml_connection_by_url", "api_sso_v1_sso_saml_UpdateByURL"),
    ("delete_saml_verification_certificate", "api_sso_v1_sso_saml_DeleteVerificationCertificate"),
    ("delete_saml_encryption_private_key", "api_sso_v1_sso_saml_DeleteEncryptionPrivateKey"),
    ("create_oidc_connection", "api_sso_v1_sso_oidc_CreateConnection"),
    ("update_oidc_connection", "api_sso_v1_sso_oidc_UpdateConnection"),
    ("create_external_connection", "api_sso_v1_sso_external_CreateConnection"),
    ("update_external_connection", "api_sso_v1_sso_external_UpdateConnection"),
];

/// The catalogue. An update of an external connection cannot change what it borrows, a creation names it.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::read(
        "list_connections",
        path!(Value(&ORGANIZATION)),
        AnswerShape::List {
            at: &["saml_connections", "oidc_connections", "external_connections"],
            id: "connection_id",
            organization: Some("organization_id"),
        },
    )
    .with_query(ORGANIZATION_QUERY),
    Operation::delete(
        "delete_connection",
        path!(Value(&ORGANIZATION), Literal("connections"), Value(&CONNECTION)),
        None,
        gone("connection_id", ParamRole::Connection),
    )
    .with_query(CONNECTION_QUERY),
    Operation::create("create_saml_connection", all!("saml"), &members::CONNECTION_POST, connection(Asked::New))
        .with_query(ORGANIZATION_QUERY),
    Operation::update("update_saml_connection", Method::PUT, one!("saml"), &members::SAML_PUT, connection(UPDATED))
        .with_query(CONNECTION_QUERY),
    Operation::update(
        "update_saml_connection_by_url",
        Method::PUT,
        one!("saml", Literal("url")),
        &members::SAML_BY_URL,
        connection(UPDATED),
    )
    .with_query(CONNECTION_QUERY),
    Operation::delete(
        "delete_saml_verification_certificate",
        one!("saml", Literal("verification_certificates"), Value(&CERTIFICATE)),
        Some(&[Field::IdpCertificates]),
        gone("certificate_id", ParamRole::Part),
    )
    .with_query(CERTIFICATE_QUERY),
    Operation::delete(
        "delete_saml_encryption_private_key",
        one!("saml", Literal("encryption_private_keys"), Value(&PRIVATE_KEY)),
        Some(&[Field::DecryptionPrivateKey]),
        gone("private_key_id", ParamRole::Part),
    )
    .with_query(PRIVATE_KEY_QUERY),
    Operation::create("create_oidc_connection", all!("oidc"), &members::CONNECTION_POST, connection(Asked::New))
        .with_query(ORGANIZATION_QUERY),
    Operation::update("update_oidc_connection", Method::PUT, one!("oidc"), &members::OIDC_PUT, connection(UPDATED))
        .with_query(CONNECTION_QUERY),
    Operation::create("create_external_connection", all!("external"), &members::EXTERNAL_POST, connection(Asked::New))
        .with_query(ORGANIZATION_QUERY)
        .naming(&[(members::ORGANIZATION, ParamRole::Organization), (members::CONNECTION, ParamRole::Connection)]),
    Operation::update(
        "update_external_connection",
        Method::PUT,
        one!("external"),
        &members::EXTERNAL_PUT,
        connection(UPDATED),
    )
    .with_query(CONNECTION_QUERY),
];
