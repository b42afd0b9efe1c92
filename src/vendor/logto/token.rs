//! Logto's token endpoint (vendor facts: Logto, section 5).

use url::form_urlencoded;

use crate::vendor::{AskedFor, TokenInputs, TokenProtocol};

/// Form-encoded client credentials in the body. Without `scope=all`, or when the application lacks the Management API
/// role, the endpoint still answers 200, with a token that can do nothing; hence `required_scope`.
pub(super) static PROTOCOL: TokenProtocol = TokenProtocol {
    request,
    required_scope: Some("all"),
    default_lifetime_s: 300,
    asked_for: AskedFor::Resource,
    default_path: Some("/oidc/token"),
};

fn request(inputs: &TokenInputs<'_>) -> (&'static str, Vec<u8>) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", inputs.client_id);
    form.append_pair("client_secret", inputs.client_secret);
    if let Some(resource) = inputs.resource {
        form.append_pair("resource", resource);
    }
    form.append_pair("scope", "all");
    ("application/x-www-form-urlencoded", form.finish().into_bytes())
}
