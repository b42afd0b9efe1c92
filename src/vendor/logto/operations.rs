//! Logto's operations (vendor facts: Logto, section 2).

use http::Method;

use super::members;
use crate::canonical::Field;
use crate::vendor::{AnswerShape, Asked, Operation, Param, ParamRole, Query, Segment};

use Segment::{Literal, Param as Value};

/// Ids of connectors and of their signing keys. The server takes any text; twelve lower-case characters occur, and 21 for a
/// key. The strict alphabet is a security
/// boundary: the only scope there is can do everything in the tenant, so an id must never become another path.
const fn value(name: &'static str, role: ParamRole) -> Param {
    Param {
        name,
        role,
        fits: |value| {
            (1..=128).contains(&value.len())
                && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        },
        shape: "1 to 128 letters, digits, `_` or `-`",
    }
}

static CONNECTOR: Param = value("id", ParamRole::Connection);
static SIGNING_KEY: Param = value("keyId", ParamRole::Part);

/// A row of the catalogue or a part of it: the object is the whole answer, and no organization is named.
const fn one(id: &'static str, asked: Asked) -> AnswerShape {
    AnswerShape::One { at: None, id, organization: None, asked }
}

const CONNECTOR_ANSWER: AnswerShape = one("id", Asked::Path(ParamRole::Connection));
const IDP_INITIATED_ANSWER: AnswerShape = one("connectorId", Asked::Path(ParamRole::Connection));

/// `/api/sso-connectors/{id}`, or something below it.
macro_rules! one_connector {
    ($($segment:expr),*) => { &[Literal("api"), Literal("sso-connectors"), Value(&CONNECTOR) $(, $segment)*] };
}

const CONNECTORS: &[Segment] = &[Literal("api"), Literal("sso-connectors")];
const ONE_CONNECTOR: &[Segment] = one_connector!();
const IDP_INITIATED: &[Segment] = one_connector!(Literal("idp-initiated-auth-config"));
const SIGNING_KEYS: &[Segment] = one_connector!(Literal("signing-keys"));
const ONE_SIGNING_KEY: &[Segment] = one_connector!(Literal("signing-keys"), Value(&SIGNING_KEY));

const CONNECTOR_QUERY: &[Query] = &[Query::PathValue("id", "id")];
const SIGNING_KEY_QUERY: &[Query] = &[Query::PathValue("id", "id"), Query::PathValue("keyId", "keyId")];

/// Fields that live in the IdP-initiated sub-resource.
pub(super) const IDP_INITIATED_FIELDS: &[Field] = &[
    Field::IdpInitiatedEnabled,
    Field::IdpInitiatedApplication,
    Field::IdpInitiatedAutoSend,
    Field::IdpInitiatedRedirectUri,
    Field::IdpInitiatedAuthParameters,
    Field::IdpInitiatedCallbackUri,
];

/// What making, switching or removing a signing key changes; the vendor makes the key and never shows it.
const SIGNING_KEY_FIELDS: &[Field] = &[Field::RequestSigningPrivateKey];

/// The catalogue. A connector is answered to its creation by the name that the body gives it, which is kept letter by
/// letter (captured). The signing-key routes are missing on older servers, as the IdP-initiated ones are on most.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::read(
        "list_connector_providers",
        &[Literal("api"), Literal("sso-connector-providers")],
        AnswerShape::Things { at: None },
    ),
    Operation::read("list_connectors", CONNECTORS, AnswerShape::List { at: &[], id: "id", organization: None })
        .with_query(&[Query::Number("page", 1, u32::MAX), Query::Number("page_size", 1, 100)]),
    Operation::create("create_connector", CONNECTORS, &members::CONNECTOR_POST, one("connectorName", Asked::Name)),
    Operation::read("get_connector", ONE_CONNECTOR, CONNECTOR_ANSWER).with_query(CONNECTOR_QUERY),
    Operation::update("update_connector", Method::PATCH, ONE_CONNECTOR, &members::CONNECTOR_PATCH, CONNECTOR_ANSWER)
        .with_query(CONNECTOR_QUERY),
    Operation::delete("delete_connector", ONE_CONNECTOR, None, AnswerShape::Empty).with_query(CONNECTOR_QUERY),
    Operation::read("get_idp_initiated_config", IDP_INITIATED, IDP_INITIATED_ANSWER).with_query(CONNECTOR_QUERY),
    Operation::update(
        "set_idp_initiated_config",
        Method::PUT,
        IDP_INITIATED,
        &members::IDP_INITIATED_PUT,
        IDP_INITIATED_ANSWER,
    )
    .touching(IDP_INITIATED_FIELDS)
    .with_query(CONNECTOR_QUERY),
    Operation::delete("delete_idp_initiated_config", IDP_INITIATED, Some(IDP_INITIATED_FIELDS), AnswerShape::Empty)
        .with_query(CONNECTOR_QUERY),
    Operation::read("list_signing_keys", SIGNING_KEYS, AnswerShape::Things { at: None }).with_query(CONNECTOR_QUERY),
    Operation::update(
        "create_signing_key",
        Method::POST,
        SIGNING_KEYS,
        &members::SIGNING_KEY_POST,
        one("id", Asked::New),
    )
    .touching(SIGNING_KEY_FIELDS)
    .with_query(CONNECTOR_QUERY),
    Operation::update(
        "update_signing_key",
        Method::PATCH,
        ONE_SIGNING_KEY,
        &members::SIGNING_KEY_PATCH,
        one("id", Asked::Path(ParamRole::Part)),
    )
    .touching(SIGNING_KEY_FIELDS)
    .with_query(SIGNING_KEY_QUERY),
    Operation::delete("delete_signing_key", ONE_SIGNING_KEY, Some(SIGNING_KEY_FIELDS), AnswerShape::Empty)
        .with_query(SIGNING_KEY_QUERY),
];
