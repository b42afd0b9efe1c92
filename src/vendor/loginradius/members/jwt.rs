//! JWT providers (vendor facts: LoginRadius, section 3.4).
//!
//! Names of the members are published, most types are not: what has no documented type is passed as it is. `Key` is a
//! shared secret for the HS algorithms and treated as one for all.

use super::{active, auto_look_up, data_map, domain, echo, listed, note_other_name, own, require_name};
use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::Problem;
use crate::vendor::member::{answer_only, anything, choice, flag, path_value, replaced, secret, text};
use crate::vendor::{Body, Member, Rule, UrlUse};

const NAME: &str = "AppName";

#[rustfmt::skip]
const ALGORITHMS: &[(&str, &str)] = &[
    ("HS256", "HS256"), ("HS384", "HS384"), ("HS512", "HS512"), ("RS256", "RS256"), ("RS384", "RS384"), ("RS512", "RS512"),
    ("ES256", "ES256"), ("ES384", "ES384"), ("ES512", "ES512"),
];

/// A claim that is checked: an object with members of its own, replaced as one.
macro_rules! claim {
    ($name:literal: $($member:literal),*) => {{
        const MEMBERS: &[Member] = &[$(anything($member, own(concat!($name, ".", $member)))),*];
        const FIELDS: &[Field] = &[own($name)];
        replaced($name, MEMBERS, FIELDS)
    }};
}

const MEMBERS: &[Member] = &[
    text(NAME, Field::Name, Rule::ProviderName).repeating("jwtApp"),
    choice("Algo", own("Algo"), ALGORITHMS),
    secret("Key", own("Key"), Rule::Any),
    text("JWKSUrl", Field::JwksUrl, Rule::Url(UrlUse::VendorFetches)),
    data_map("Mapping"),
    text("LoginUrl", own("LoginUrl"), Rule::Url(UrlUse::Browser)),
    text("TokenQueryParameterName", own("TokenQueryParameterName"), Rule::Any),
    anything("ClockSkew", own("ClockSkew")),
    anything("ExpirationTimeDifference", own("ExpirationTimeDifference")),
    claim!("Issuer": "ExpectedValue", "MatchValue", "IsMandatory"),
    claim!("Audience": "ExpectedValues", "MatchValue", "IsMandatory"),
    claim!("Subject": "IsMandatory"),
    claim!("NotBefore": "IsMandatory"),
    claim!("Expiration": "IsMandatory"),
    flag("UseAuthorizationHeader", own("UseAuthorizationHeader")),
    flag("UpdateEmailProfile", own("UpdateEmailProfile")),
    anything("RaasUpdateFields", own("RaasUpdateFields")),
    auto_look_up(),
    domain(),
    listed(),
    active(),
    path_value("jwtApp", "jwtApp"),
    answer_only("Id", Field::Id),
    echo("AppId"),
    echo("AppID"),
    echo("Version"),
    answer_only("CreatedDate", Field::CreatedAt),
    answer_only("LastModifiedDate", Field::UpdatedAt),
];

/// `POST /v2/manage/custom-providers/jwt`; the published body holds `AppName` alone.
pub(in crate::vendor::loginradius) static JWT_POST: Body = Body {
    members: MEMBERS,
    complete: |_, _| {},
    rules: |body, _, problems| {
        require_name(body, NAME, problems);
        keys(body, problems);
        let shared = body.get("Algo").and_then(Value::as_str).is_some_and(|name| name.starts_with("HS"));
        if shared && !body.contains("Key") {
            problems.push(Problem::warning(
                "/Key",
                "presumably_required",
                "The HS algorithms verify with a shared secret, which `Key` holds.",
            ));
        }
    },
    may_be_empty: false,
    makes: true,
};

/// `PUT /v2/manage/custom-providers/jwt/{jwtApp}`; the published body is `{}`, so that an empty one is nothing to refuse.
pub(in crate::vendor::loginradius) static JWT_PUT: Body = Body {
    members: MEMBERS,
    complete: |_, _| {},
    rules: |body, params, problems| {
        note_other_name(body, NAME, params.get("jwtApp"), problems);
        keys(body, problems);
    },
    may_be_empty: true,
    makes: false,
};

/// With both, one of them is never looked at.
fn keys(body: &Object, problems: &mut Vec<Problem>) {
    let given = |name: &str| body.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if given("Key") && given("JWKSUrl") {
        problems.push(Problem::warning(
            "/Key",
            "member_not_applicable",
            "LoginRadius prefers `JWKSUrl` where both are given, so that this key verifies nothing.",
        ));
    }
}
