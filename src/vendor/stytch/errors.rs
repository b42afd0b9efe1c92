//! Stytch's errors (vendor facts: Stytch, section 6).

use crate::error::Code;
use crate::json::{Object, Value};
use crate::vendor::{ErrorView, UpstreamError, Verdict};

/// Classifies by status; `error_type` is only a label.
pub(super) fn read(status: u16, body: Option<&Value>) -> UpstreamError {
    let code = body.and_then(|body| body.pointer("/error_type")).and_then(Value::as_str);
    let verdict = match (status, code) {
        (401, Some("unauthorized_credentials") | None)
        | (
            400..=499,
            Some(
                "invalid_authorization_header"
                | "live_id_used_in_test_environment"
                | "test_id_used_in_live_environment"
                | "unauthorized_project_id_live"
                | "unauthorized_project_id_test",
            ),
        ) => Verdict::CredentialRefused,
        (401, _) => Verdict::MemberRefused,
        (403, Some(kind)) if kind.starts_with("session_authorization_") => Verdict::MemberRefused,
        (400..=499, Some("route_not_found")) => Verdict::NotOffered,
        (429, _) => Verdict::RateLimited,
        (400..=499, Some(_)) => Verdict::Pass,
        _ => Verdict::Failed,
    };
    UpstreamError { verdict, code: code.map(str::to_owned) }
}

/// `{status_code, request_id, error_type, error_message, error_url}`. The SDK takes its status from the body.
pub(super) fn write(error: &ErrorView<'_>) -> Value {
    let kind = match error.code {
        Code::Unauthenticated => "unauthorized_credentials".to_owned(),
        Code::Forbidden => "session_authorization_error".to_owned(),
        Code::RateLimited => "too_many_requests".to_owned(),
        Code::NoSuchRoute => "route_not_found".to_owned(),
        Code::MethodNotAllowed => "method_not_allowed".to_owned(),
        Code::InvalidBody | Code::InvalidJson => "invalid_argument".to_owned(),
        other => format!("gateway_{}", other.name()),
    };
    let mut body = Object::default();
    body.insert("status_code", error.status.as_u16());
    body.insert("request_id", error.request_id);
    body.insert("error_type", kind);
    body.insert("error_message", error.detail);
    body.insert("error_url", error.code.urn());
    if !error.problems.is_empty() || error.outcome.is_some() {
        let mut details = Object::default();
        if !error.problems.is_empty() {
            details.insert("errors", error.problems_json());
        }
        if let Some(outcome) = error.outcome {
            details.insert("outcome", outcome);
        }
        body.insert("error_details", details);
    }
    Value::Object(body)
}
