//! LoginRadius' token endpoint (vendor facts: LoginRadius, section 4).

use crate::json::{Object, Value};
use crate::vendor::{AskedFor, TokenInputs, TokenProtocol};

/// JSON client credentials, at another host than the API. Scopes of machine tokens are not published.
pub(super) static PROTOCOL: TokenProtocol = TokenProtocol {
    request,
    required_scope: None,
    default_lifetime_s: 300,
    asked_for: AskedFor::Audience,
    default_path: None,
};

fn request(inputs: &TokenInputs<'_>) -> (&'static str, Vec<u8>) {
    let mut body = Object::default();
    body.insert("client_id", inputs.client_id);
    body.insert("client_secret", inputs.client_secret);
    body.insert("grant_type", "client_credentials");
    if let Some(audience) = inputs.audience {
        body.insert("audience", audience);
    }
    ("application/json", Value::Object(body).to_bytes())
}
