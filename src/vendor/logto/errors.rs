//! Logto's errors (vendor facts: Logto, section 6).

use crate::error::Code;
use crate::json::{Object, Value};
use crate::vendor::{ErrorView, UpstreamError, Verdict};

/// Classifies by status, then by code. `message` follows `Accept-Language` and is never looked at.
pub(super) fn read(status: u16, body: Option<&Value>) -> UpstreamError {
    let code = body.and_then(|body| body.pointer("/code")).and_then(Value::as_str);
    let verdict = match (status, code) {
        (401, _) => Verdict::CredentialRefused,
        (403, Some("auth.forbidden")) => Verdict::CredentialLacksPermission,
        (429, _) => Verdict::RateLimited,
        // The router's own answers are plain text: the route is not there at all.
        (404 | 405, None) => Verdict::NotOffered,
        (400..=499, _) if body.is_some() => Verdict::Pass,
        _ => Verdict::Failed,
    };
    UpstreamError { verdict, code: code.map(str::to_owned) }
}

/// Drops what echoes the configuration, third parties' answers or our token's claims.
pub(super) fn trim(body: &mut Value) {
    let Some(body) = body.as_object_mut() else { return };
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    if code.starts_with("connector.invalid_") {
        let Some(data) = body.get("data") else { return };
        let mut kept = Object::default();
        for name in ["ssoErrorCode", "message"] {
            if let Some(value) = data.get(name).filter(|value| value.as_str().is_some()) {
                kept.insert(name, value.clone());
            }
        }
        if kept.is_empty() {
            body.remove("data");
        } else {
            body.insert("data", kept);
        }
    } else if !["guard.", "single_sign_on.", "system_limit.", "subscription."]
        .iter()
        .any(|known| code.starts_with(known))
    {
        // Token claims (`auth.*`), database rows (`entity.*`), and whatever else is not known to be harmless.
        body.remove("data");
    }
}

/// `{code, message, data?}`, with Logto's own code where one fits.
pub(super) fn write(error: &ErrorView<'_>) -> Value {
    let code = match error.code {
        Code::InvalidBody => "guard.invalid_input".to_owned(),
        Code::Unauthenticated => "auth.unauthorized".to_owned(),
        Code::Forbidden => "auth.forbidden".to_owned(),
        other => format!("gateway.{}", other.name()),
    };
    let mut data = Object::default();
    data.insert("requestId", error.request_id);
    if !error.problems.is_empty() {
        data.insert("errors", error.problems_json());
    }
    if let Some(outcome) = error.outcome {
        data.insert("outcome", outcome);
    }
    let mut body = Object::default();
    body.insert("code", code);
    body.insert("message", error.detail);
    body.insert("data", data);
    Value::Object(body)
}
