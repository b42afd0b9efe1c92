//! LoginRadius' operations (vendor facts: LoginRadius, section 2).

use http::Method;

use super::members;
use crate::vendor::{AnswerShape, Operation, Param, ParamRole, Query, Segment, Touches};

use Segment::{Literal, Param as Value};

/// The provider's name, not its `Id`. `keys` is a route of the vendor's own.
static SAML_APP: Param = Param {
    name: "samlApp",
    role: ParamRole::Connection,
    fits: |value| members::is_provider_name(value) && !value.eq_ignore_ascii_case("keys"),
    shape: "a provider name: 1 to 60 characters, a letter first, then letters, digits, `_` or `-`, and not `keys`",
};

const PROVIDERS: &[Segment] = &[Literal("v2"), Literal("manage"), Literal("custom-providers"), Literal("saml")];
const ONE_PROVIDER: &[Segment] =
    &[Literal("v2"), Literal("manage"), Literal("custom-providers"), Literal("saml"), Value(&SAML_APP)];

const PROVIDER_ANSWER: AnswerShape =
    AnswerShape::One { at: None, id: "Provider", organization: None, renamed_by: Some("Provider") };

/// The catalogue.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "list_saml_providers",
        method: Method::GET,
        path: PROVIDERS,
        query: &[],
        touches: Touches::Nothing,
        body: None,
        answer: AnswerShape::List { at: &["Data"], id: "Provider", organization: None },
    },
    Operation {
        name: "get_saml_provider",
        method: Method::GET,
        path: ONE_PROVIDER,
        query: &[Query::PathValue("samlApp", "samlApp")],
        touches: Touches::Nothing,
        body: None,
        answer: PROVIDER_ANSWER,
    },
    Operation {
        name: "update_saml_provider",
        method: Method::PUT,
        path: ONE_PROVIDER,
        query: &[Query::PathValue("samlApp", "samlApp")],
        touches: Touches::Body,
        body: Some(&members::SAML_PUT),
        answer: PROVIDER_ANSWER,
    },
];
