//! Writes answers. Every answer of the gateway is made here, so every answer has the same armour.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::message::Answer;
use crate::error::{Code, Rejection};
use crate::json::{Object, Value};
use crate::object;
use crate::validate::Problem;
use crate::vendor::{ErrorView, Vendor};

/// Marks every error made by the gateway, as opposed to one that a vendor made.
pub const ERROR: HeaderName = HeaderName::from_static("x-gateway-error");
/// The request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// `code;pointer`, once per warning.
pub const WARNING: HeaderName = HeaderName::from_static("x-gateway-warning");

/// Bytes of warnings in one answer. Clients give up on long headers, and would not learn that their write was done.
const WARNINGS: usize = 4_096;

/// In whose words an error is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tongue {
    /// The vendor's own error shape, so that its SDK can parse it.
    Vendor(Vendor),
    /// RFC 9457.
    Problem,
    /// RFC 9457 with a text `error`, which is all that some consoles show; and always a body.
    Console,
    /// RFC 6749, section 5.2: what a client expects of a token endpoint.
    OAuth,
}

impl Tongue {
    /// Its name in the core's own state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vendor(vendor) => vendor.name(),
            Self::Problem => "problem",
            Self::Console => "console",
            Self::OAuth => "oauth",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Self {
        match name {
            "console" => Self::Console,
            "oauth" => Self::OAuth,
            name => Vendor::parse(name).map_or(Self::Problem, Self::Vendor),
        }
    }

    /// Problem documents instead of a vendor's shape, where `Accept` names them.
    #[must_use]
    pub fn preferred(self, accept: Option<&str>) -> Self {
        match self {
            Self::Vendor(_) if accept.is_some_and(|accept| accept.contains("application/problem+json")) => {
                Self::Problem
            }
            tongue => tongue,
        }
    }
}

/// How a warning reads in [`WARNING`].
pub fn warning(problem: &Problem) -> String {
    format!("{};{}", problem.finding.code, header_safe(&problem.pointer))
}

/// A vendor's answer with a JSON body, success or not. `warnings` are made by [`warning`].
pub fn vendor_answer(status: StatusCode, body: Option<&Value>, warnings: &[String], request_id: &str) -> Answer {
    let mut headers = armour(request_id);
    let body = body.map(Value::to_bytes).unwrap_or_default();
    if !body.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let mut room = WARNINGS;
    for (index, warning) in warnings.iter().enumerate() {
        let more = format!("more;{}", warnings.len().saturating_sub(index));
        let fits = room.checked_sub(warning.len());
        room = fits.unwrap_or(0);
        if let Ok(value) = HeaderValue::from_str(if fits.is_some() { warning } else { &more }) {
            headers.append(WARNING, value);
        }
        if fits.is_none() {
            break;
        }
    }
    Answer { status, headers, body }
}

/// An answer of our own, as JSON.
pub fn own_answer(status: StatusCode, body: Object, request_id: &str) -> Answer {
    vendor_answer(status, Some(&Value::Object(body)), &[], request_id)
}

/// An answer without a body.
pub fn empty_answer(status: StatusCode, request_id: &str) -> Answer {
    Answer { status, headers: armour(request_id), body: Vec::new() }
}

/// Passes on headers of an upstream's answer, each only if it is a number, `true` or `false`.
pub fn pass_headers(answer: &mut Answer, received: &HeaderMap, names: &[&'static str]) {
    for name in names {
        let plain = |value: &&HeaderValue| {
            matches!(value.as_bytes(), b"true" | b"false")
                || (value.len() <= 20 && value.as_bytes().iter().all(u8::is_ascii_digit))
        };
        if let Some(value) = received.get(*name).filter(plain) {
            answer.headers.insert(HeaderName::from_static(name), value.clone());
        }
    }
}

/// An error made here.
pub fn refusal(rejection: &Rejection, tongue: Tongue, request_id: &str) -> Answer {
    let status = rejection.code.status();
    let mut headers = armour(request_id);
    let (content_type, body) = match tongue {
        Tongue::Vendor(vendor) => ("application/json", native(rejection, vendor, status, request_id)),
        Tongue::Problem => ("application/problem+json", problem_document(rejection, status, request_id)),
        Tongue::Console => ("application/problem+json", console_document(rejection, status, request_id)),
        Tongue::OAuth => ("application/json", oauth_error(rejection)),
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(ERROR, HeaderValue::from_static(rejection.code.name()));
    if let Some(allow) = rejection.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
        headers.insert(ALLOW, allow);
    }
    if let Some(seconds) = rejection.retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if rejection.code == Code::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"sso-config-gateway\""));
    }
    Answer { status, headers, body: body.to_bytes() }
}

fn native(rejection: &Rejection, vendor: Vendor, status: StatusCode, request_id: &str) -> Value {
    (vendor.dialect().write_error)(&ErrorView {
        status,
        code: rejection.code,
        detail: &rejection.detail,
        problems: &rejection.problems,
        request_id,
        outcome: rejection.outcome_unknown.then_some("unknown"),
    })
}

fn console_document(rejection: &Rejection, status: StatusCode, request_id: &str) -> Value {
    let mut document = problem_document(rejection, status, request_id);
    if let Some(document) = document.as_object_mut() {
        document.insert("error", rejection.detail.as_ref());
    }
    document
}

fn oauth_error(rejection: &Rejection) -> Value {
    let error = match rejection.code {
        Code::Unauthenticated => "invalid_client",
        code if code.status().is_client_error() => "invalid_request",
        _ => "temporarily_unavailable",
    };
    Value::from(object! { "error" => error, "error_description" => rejection.detail.as_ref() })
}

/// RFC 9457, with our own members `code`, `errors`, `upstream` and `outcome`.
fn problem_document(rejection: &Rejection, status: StatusCode, request_id: &str) -> Value {
    let mut body = Object::default();
    body.insert("type", rejection.code.urn());
    body.insert("title", rejection.code.title());
    body.insert("status", status.as_u16());
    body.insert("detail", rejection.detail.as_ref());
    body.insert("instance", format!("urn:uuid:{request_id}"));
    body.insert("code", rejection.code.name());
    if !rejection.problems.is_empty() {
        body.insert("errors", Value::Array(rejection.problems.iter().map(Problem::to_json).collect()));
    }
    if let Some(report) = &rejection.upstream {
        let mut upstream = Object::default();
        upstream.insert("name", report.name.as_str());
        upstream.insert("status", report.status);
        if let Some(code) = &report.code {
            upstream.insert("code", code.as_str());
        }
        body.insert("upstream", upstream);
    }
    if rejection.outcome_unknown {
        body.insert("outcome", "unknown");
    }
    Value::Object(body)
}

/// Headers of every answer: never cached, never sniffed, never framed, never a page.
fn armour(request_id: &str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    // Also where no page asked: a cache must not keep the answer to one for the other.
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers
}

/// A pointer may hold a caller's member name in any script; a header holds visible ASCII.
fn header_safe(pointer: &str) -> String {
    pointer.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).take(200).collect()
}
