//! OAuth providers, which stand in for OIDC (vendor facts: LoginRadius, section 3.3).
//!
//! Making and changing one is the same path; the name in the body selects. The token endpoint receives the client secret;
//! the profile endpoint receives people's tokens and whatever `Headers` and `QueryParam` hold. So neither address may
//! change alone, and the vendor, which calls both, is not to be sent into a private network.

use super::{active, auto_look_up, data_map, domain, echo, listed, own, require_name};
use crate::canonical::Field;
use crate::json::Object;
use crate::validate::Problem;
use crate::vendor::member::{answer_only, choice, map, secret, text, words};
use crate::vendor::{Body, Member, Params, Rule, UrlUse};

/// The member that selects the provider.
pub(in crate::vendor::loginradius) const NAME: &str = "ProviderName";
const METHODS: &[(&str, &str)] = &[("GET", "GET"), ("POST", "POST")];
/// What the page's example for POST holds; the one for PUT holds the name alone.
const EXPECTED: &[&str] = &[
    "UserLoginEndpoint",
    "AccessTokenEndpoint",
    "ApplicationKey",
    "ApplicationSecret",
    "Scope",
    "ResponseType",
    "DataMap",
    "RequestTokenHttpMethod",
];

const MEMBERS: &[Member] = &[
    text(NAME, Field::Name, Rule::ProviderName),
    text("UserLoginEndpoint", Field::AuthorizationUrl, Rule::Url(UrlUse::Browser)),
    text("AccessTokenEndpoint", Field::TokenUrl, Rule::Url(UrlUse::VendorFetches)),
    text("UserprofileEndpoint", Field::UserinfoUrl, Rule::Url(UrlUse::VendorFetches)),
    text("ApplicationKey", Field::ClientId, Rule::Any),
    secret("ApplicationSecret", Field::ClientSecret, Rule::Any),
    words("Scope", Field::Scopes),
    text("ResponseType", own("ResponseType"), Rule::Any),
    choice("RequestTokenHttpMethod", own("RequestTokenHttpMethod"), METHODS),
    data_map("DataMap"),
    text("AccessTokenParameterNameForApiAccess", own("AccessTokenParameterNameForApiAccess"), Rule::Any),
    text("ExtraParameterInRedirectToProvider", own("ExtraParameterInRedirectToProvider"), Rule::Any),
    text("ApplicationID", own("ApplicationID"), Rule::Any),
    map("QueryParam", own("QueryParam")),
    map("Headers", own("Headers")),
    auto_look_up(),
    domain(),
    listed(),
    active(),
    answer_only("Id", Field::Id),
    echo("AppId"),
    echo("AppID"),
    answer_only("CreatedAt", Field::CreatedAt),
    answer_only("LastModified", Field::UpdatedAt),
];

/// `POST /v2/manage/custom-providers/oauth`.
pub(in crate::vendor::loginradius) static OAUTH_POST: Body =
    Body { members: MEMBERS, complete: |_, _| {}, rules: new_provider, may_be_empty: false, makes: true };

/// `PUT /v2/manage/custom-providers/oauth`.
pub(in crate::vendor::loginradius) static OAUTH_PUT: Body = Body {
    members: MEMBERS,
    complete: |_, _| {},
    rules: |body, _, problems| require_name(body, NAME, problems),
    may_be_empty: false,
    makes: false,
};

fn new_provider(body: &Object, _: &Params, problems: &mut Vec<Problem>) {
    require_name(body, NAME, problems);
    for name in EXPECTED.iter().filter(|name| !body.contains(name)) {
        problems.push(Problem::warning(
            format!("/{name}"),
            "presumably_required",
            format!("`{name}` is missing; LoginRadius presumably refuses a new provider without it."),
        ));
    }
}
