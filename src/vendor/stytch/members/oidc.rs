//! OIDC connections (vendor facts: Stytch, section 3.3).

use super::{ATTRIBUTES, connection_again, display_name, identity_provider, organization_again};
use crate::canonical::Field;
use crate::vendor::member::{answer_only, mapping, secret, text, words};
use crate::vendor::{Body, Rule, UrlUse};

/// `PUT …/oidc/{organization_id}/connections/{connection_id}`: every field is optional, an absent one stays. The vendor
/// fetches the document of a changed issuer, and later the token, user-info and key addresses, so none of them may lead
/// into a private network; a browser is sent to the authorization address only.
pub(in crate::vendor::stytch) static OIDC_PUT: Body = Body {
    members: &[
        display_name(),
        text("client_id", Field::ClientId, Rule::Any),
        secret("client_secret", Field::ClientSecret, Rule::Any),
        text("issuer", Field::Issuer, Rule::Url(UrlUse::VendorFetches)),
        text("authorization_url", Field::AuthorizationUrl, Rule::Url(UrlUse::BrowserHttps)),
        text("token_url", Field::TokenUrl, Rule::Url(UrlUse::VendorFetches)),
        text("userinfo_url", Field::UserinfoUrl, Rule::Url(UrlUse::VendorFetches)),
        text("jwks_url", Field::JwksUrl, Rule::Url(UrlUse::VendorFetches)),
        identity_provider(),
        // The vendor wants the blanks between scopes as `%20`; whether these replace the usual ones or join them is
        // contradictory.
        words("custom_scopes", Field::Scopes),
        mapping("attribute_mapping", ATTRIBUTES, &[]),
        organization_again(),
        connection_again(),
        answer_only("status", Field::Status),
        answer_only("redirect_url", Field::RedirectUri),
    ],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: true,
    makes: false,
};
