//! Logto's operations (vendor facts: Logto, section 2).

use http::Method;

use super::members;
use crate::canonical::Field;
use crate::vendor::{AnswerShape, Operation, Param, ParamRole, Query, Segment, Touches};

use Segment::{Literal, Param as Value};

/// Connector ids. The server takes any text; twelve lower-case characters occur. The strict alphabet is a security
/// boundary: the only scope there is can do everything in the tenant, so an id must never become another path.
static CONNECTOR: Param = Param {
    name: "id",
    role: ParamRole::Connection,
    fits: |value| {
        (1..=128).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    },
    shape: "1 to 128 letters, digits, `_` or `-`",
};

const CONNECTOR_ANSWER: AnswerShape = AnswerShape::One { at: None, id: "id", organization: None, renamed_by: None };
const IDP_INITIATED_ANSWER: AnswerShape =
    AnswerShape::One { at: None, id: "connectorId", organization: None, renamed_by: None };

const CONNECTORS: &[Segment] = &[Literal("api"), Literal("sso-connectors")];
const ONE_CONNECTOR: &[Segment] = &[Literal("api"), Literal("sso-connectors"), Value(&CONNECTOR)];
const IDP_INITIATED: &[Segment] =
    &[Literal("api"), Literal("sso-connectors"), Value(&CONNECTOR), Literal("idp-initiated-auth-config")];

/// Fields that live in the IdP-initiated sub-resource.
pub(super) const IDP_INITIATED_FIELDS: &[Field] = &[
    Field::IdpInitiatedEnabled,
    Field::IdpInitiatedApplication,
    Field::IdpInitiatedAutoSend,
    Field::IdpInitiatedRedirectUri,
    Field::IdpInitiatedAuthParameters,
    Field::IdpInitiatedCallbackUri,
];

/// The catalogue.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "list_connectors",
        method: Method::GET,
        path: CONNECTORS,
        query: &[Query::Number("page", 1, u32::MAX), Query::Number("page_size", 1, 100)],
        touches: Touches::Nothing,
        body: None,
        answer: AnswerShape::List { at: &[], id: "id", organization: None },
    },
    Operation {
        name: "get_connector",
        method: Method::GET,
        path: ONE_CONNECTOR,
        query: &[Query::PathValue("id", "id")],
        touches: Touches::Nothing,
        body: None,
        answer: CONNECTOR_ANSWER,
    },
    Operation {
        name: "update_connector",
        method: Method::PATCH,
        path: ONE_CONNECTOR,
        query: &[Query::PathValue("id", "id")],
        touches: Touches::Body,
        body: Some(&members::CONNECTOR_PATCH),
        answer: CONNECTOR_ANSWER,
    },
    Operation {
        name: "get_idp_initiated_config",
        method: Method::GET,
        path: IDP_INITIATED,
        query: &[Query::PathValue("id", "id")],
        touches: Touches::Nothing,
        body: None,
        answer: IDP_INITIATED_ANSWER,
    },
    Operation {
        name: "set_idp_initiated_config",
        method: Method::PUT,
        path: IDP_INITIATED,
        query: &[Query::PathValue("id", "id")],
        touches: Touches::Fields(IDP_INITIATED_FIELDS),
        body: Some(&members::IDP_INITIATED_PUT),
        answer: IDP_INITIATED_ANSWER,
    },
    Operation {
        name: "delete_idp_initiated_config",
        method: Method::DELETE,
        path: IDP_INITIATED,
        query: &[Query::PathValue("id", "id")],
        touches: Touches::Fields(IDP_INITIATED_FIELDS),
        body: None,
        answer: AnswerShape::Empty,
    },
];
