//! LoginRadius' errors (vendor facts: LoginRadius, section 5).

use http::StatusCode;

use crate::error::Code;
use crate::json::{Object, Value};
use crate::vendor::{ErrorView, UpstreamError, Verdict};

/// By status where it is an error, by `ErrorCode` otherwise: pages do not print statuses, so a 200 that carries an
/// `ErrorCode` is an error too.
pub(super) fn read(status: u16, body: Option<&Value>) -> UpstreamError {
    let code = body.and_then(|body| body.pointer("/ErrorCode")).and_then(Value::as_u64);
    let has_message = body.and_then(|body| body.pointer("/Message")).is_some_and(|message| message.as_str().is_some());
    let verdict = match (status, code) {
        (500..=599, _) | (_, Some(7909)) => Verdict::Failed,
        (403, _) => Verdict::CredentialLacksPermission,
        (401, _) | (_, Some(6002)) => Verdict::CredentialRefused,
        (429, _) => Verdict::RateLimited,
        (400..=499, Some(_)) => Verdict::Pass,
        // One documented error has no code in the copies of its page.
        (400..=499, None) if has_message => Verdict::Pass,
        (404 | 405, None) => Verdict::NotOffered,
        (200..=299, Some(1079 | 7914)) => Verdict::PassAs(StatusCode::BAD_REQUEST),
        (200..=299, Some(7938 | 7958)) => Verdict::PassAs(StatusCode::NOT_FOUND),
        (200..=299, Some(8038 | 7960)) => Verdict::PassAs(StatusCode::CONFLICT),
        _ => Verdict::Failed,
    };
    UpstreamError { verdict, code: code.map(|code| code.to_string()) }
}

/// `{Description, ErrorCode, Message}`, with LoginRadius' own code where one fits.
pub(super) fn write(error: &ErrorView<'_>) -> Value {
    let (code, message): (u64, String) = match error.code {
        Code::InvalidBody | Code::InvalidJson => (1079, "Put body is invalid or empty".to_owned()),
        Code::Unauthenticated | Code::Forbidden => (6002, "Access Unauthorized".to_owned()),
        other => (0, format!("gateway.{}", other.name())),
    };
    let mut body = Object::default();
    body.insert("Description", error.detail);
    body.insert("ErrorCode", code);
    body.insert("Message", message);
    body.insert("RequestId", error.request_id);
    if !error.problems.is_empty() {
        body.insert("Errors", error.problems_json());
    }
    if let Some(outcome) = error.outcome {
        body.insert("Outcome", outcome);
    }
    Value::Object(body)
}
