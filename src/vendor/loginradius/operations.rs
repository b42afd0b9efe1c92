//! LoginRadius' operations (vendor facts: LoginRadius, section 2). No page was found for removing a provider, nor for
//! reading the OAuth ones.

use http::Method;

use super::members;
use crate::vendor::{AnswerShape, Asked, Operation, Param, ParamRole, Query, Segment};

use Segment::{Literal, Param as Value};

/// The provider's name, not its `Id`. `keys` is a route of the vendor's own.
static SAML_APP: Param = Param {
    name: "samlApp",
    role: ParamRole::Connection,
    fits: |value| members::is_provider_name(value) && !value.eq_ignore_ascii_case("keys"),
    shape: "a provider name: 1 to 60 characters, a letter first, then letters, digits, `_` or `-`, and not `keys`",
};

static JWT_APP: Param = Param {
    name: "jwtApp",
    role: ParamRole::Connection,
    fits: members::is_provider_name,
    shape: "a provider name: 1 to 60 characters, a letter first, then letters, digits, `_` or `-`",
};

/// `/v2/manage/custom-providers` and what follows.
macro_rules! path {
    ($($segment:expr),*) => { &[Literal("v2"), Literal("manage"), Literal("custom-providers"), $($segment),*] };
}

const SAML: &[Segment] = path!(Literal("saml"));
const ONE_SAML: &[Segment] = path!(Literal("saml"), Value(&SAML_APP));
const JWT: &[Segment] = path!(Literal("jwt"));
const ONE_JWT: &[Segment] = path!(Literal("jwt"), Value(&JWT_APP));
const OAUTH: &[Segment] = path!(Literal("oauth"));

const SAML_QUERY: &[Query] = &[Query::PathValue("samlApp", "samlApp")];
const JWT_QUERY: &[Query] = &[Query::PathValue("jwtApp", "jwtApp")];

const fn list(id: &'static str) -> AnswerShape {
    AnswerShape::List { at: &["Data"], id, organization: None }
}

/// A provider is answered by its name, which is that of the path or of the body.
const fn provider(id: &'static str) -> AnswerShape {
    AnswerShape::One { at: None, id, organization: None, asked: Asked::Name }
}

const SAML_NAME: &[(&str, ParamRole)] = &[("Provider", ParamRole::Connection)];
const JWT_NAME: &[(&str, ParamRole)] = &[("AppName", ParamRole::Connection)];
const OAUTH_NAME: &[(&str, ParamRole)] = &[(members::OAUTH_NAME, ParamRole::Connection)];

/// The catalogue. The mapping keys stand before the providers, one of which could have the same path.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::read(
        "list_mapping_keys",
        path!(Literal("saml"), Literal("keys")),
        AnswerShape::Things { at: Some("Data") },
    ),
    Operation::read("list_saml_providers", SAML, list("Provider")),
    Operation::create("create_saml_provider", SAML, &members::SAML_POST, provider("Provider")).naming(SAML_NAME),
    Operation::read("get_saml_provider", ONE_SAML, provider("Provider")).with_query(SAML_QUERY),
    Operation::update("update_saml_provider", Method::PUT, ONE_SAML, &members::SAML_PUT, provider("Provider"))
        .with_query(SAML_QUERY)
        .naming(SAML_NAME),
    Operation::read("list_jwt_providers", JWT, list("AppName")),
    Operation::create("create_jwt_provider", JWT, &members::JWT_POST, provider("AppName")).naming(JWT_NAME),
    Operation::read("get_jwt_provider", ONE_JWT, provider("AppName")).with_query(JWT_QUERY),
    Operation::update("update_jwt_provider", Method::PUT, ONE_JWT, &members::JWT_PUT, provider("AppName"))
        .with_query(JWT_QUERY)
        .naming(JWT_NAME),
    Operation::create("create_oauth_provider", OAUTH, &members::OAUTH_POST, provider(members::OAUTH_NAME))
        .naming(OAUTH_NAME),
    // The provider is named in the body and nowhere else.
    Operation::update("update_oauth_provider", Method::PUT, OAUTH, &members::OAUTH_PUT, provider(members::OAUTH_NAME))
        .naming(OAUTH_NAME),
];
