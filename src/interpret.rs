//! Reads an upstream's answer to an operation.
//!
//! An answer belongs to the question: it must be about the connection, and the organization, that was asked for, or
//! nothing of it is shown. It is redacted here, lists are cut down to what the permit shows, and whatever is not JSON, or
//! not about the subject, or a redirect, is the upstream's failure and not the caller's.

use std::time::UNIX_EPOCH;

use http::StatusCode;

use crate::auth::Permit;
use crate::error::{Code, Rejection, UpstreamReport};
use crate::http::message::Millis;
use crate::json::{self, Value};
use crate::redact::redact;
use crate::vendor::{AnswerShape, Asked, Dialect, Operation, ParamRole, Params, Verdict};

/// The question an answer has to fit.
pub struct Question<'a> {
    /// Name of the upstream.
    pub upstream: &'a str,
    /// Its vendor.
    pub dialect: &'static Dialect,
    /// What was asked.
    pub operation: &'static Operation,
    /// About whom.
    pub params: &'a Params,
    /// What may be shown.
    pub permit: &'a Permit,
    /// The name that the body of a write gives the connection, where that may rename it.
    pub renamed: Option<&'a str>,
    /// The caller's own member session went along.
    pub member_session: bool,
    /// The request may have changed something.
    pub write: bool,
    /// The time, in milliseconds since 1970.
    pub now: Millis,
}

/// What an answer is.
pub enum Reading {
    /// For the caller, under this status; success or the vendor's own error.
    Pass(StatusCode, Option<Value>, Option<String>),
    /// Our credential was refused; another token may do.
    CredentialRefused(Rejection),
    /// Not for the caller.
    Failed(Rejection),
}

/// Reads a complete answer.
pub fn interpret(question: &Question<'_>, status: u16, retry_after: Option<&str>, body: &[u8]) -> Reading {
    let parsed = json::read(body, json::Limits::ANSWER).ok();
    match status {
        200..=299 if !says_error(question, status, parsed.as_ref()) => {
            success(question, status, parsed, body.is_empty())
        }
        300..=399 => Reading::Failed(failure(
            question,
            status,
            None,
            Code::UpstreamRedirect,
            "The upstream answered with a redirect; redirects are never followed, because a credential would travel along.",
        )),
        _ => error(question, status, retry_after, parsed),
    }
}

/// LoginRadius may answer 200 with an `ErrorCode`.
fn says_error(question: &Question<'_>, status: u16, body: Option<&Value>) -> bool {
    question.dialect.errors_in_success
        && body.is_some_and(|body| {
            let error = (question.dialect.read_error)(status, Some(body));
            error.code.is_some() && error.verdict != Verdict::Pass
        })
}

fn success(question: &Question<'_>, status: u16, body: Option<Value>, empty: bool) -> Reading {
    let status_code = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let Some(mut body) = body else {
        if empty && matches!(question.operation.answer, AnswerShape::Empty) {
            return Reading::Pass(status_code, None, None);
        }
        return Reading::Failed(failure(
            question,
            status,
            None,
            Code::UpstreamInvalidAnswer,
            "The upstream reports success, but its answer is not valid JSON.",
        ));
    };
    if !belongs_to(question, &mut body) {
        return Reading::Failed(failure(
            question,
            status,
            None,
            Code::WrongSubject,
            "The upstream's answer is about another connection than the one asked for; it is not shown.",
        ));
    }
    redact(&mut body, question.dialect.secrets);
    Reading::Pass(status_code, Some(body), None)
}

fn error(question: &Question<'_>, status: u16, retry_after: Option<&str>, body: Option<Value>) -> Reading {
    let read = (question.dialect.read_error)(status, body.as_ref());
    let code = read.code.as_deref().filter(|code| is_label(code)).map(str::to_owned);
    let failed = |kind, detail| failure(question, status, code.clone(), kind, detail);
    let pass = |status: StatusCode, body: Option<Value>| match body {
        Some(mut body) => {
            (question.dialect.trim_error)(&mut body);
            redact(&mut body, question.dialect.secrets);
            Reading::Pass(status, Some(body), code.clone())
        }
        None => Reading::Failed(failed(
            Code::UpstreamInvalidAnswer,
            "The upstream refused, but its answer is not valid JSON.",
        )),
    };
    let as_received = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    if question.write && matches!(status, 408 | 499) {
        // An intermediary gave up on the upstream, which may be at work.
        return Reading::Failed(failed(Code::UpstreamFailed, "The upstream failed to carry out the request."));
    }
    match read.verdict {
        Verdict::Pass => pass(as_received, body),
        Verdict::PassAs(status) => pass(status, body),
        Verdict::MemberRefused if question.member_session => pass(as_received, body),
        Verdict::CredentialRefused => Reading::CredentialRefused(failed(
            Code::UpstreamCredentialRefused,
            "The upstream refused the gateway's credential; the operator has to look at it. Your own token is fine.",
        )),
        Verdict::CredentialLacksPermission | Verdict::MemberRefused => Reading::Failed(failed(
            Code::UpstreamCredentialRefused,
            "The gateway's credential is valid but not allowed to do this upstream; the operator has to give it the permission.",
        )),
        Verdict::NotOffered => Reading::Failed(failed(
            Code::NotOfferedByVendor,
            "The upstream does not have this route: its version or plan does not offer the operation.",
        )),
        Verdict::RateLimited => Reading::Failed(Rejection {
            retry_after_s: retry_after.and_then(|value| retry_after_seconds(value, question.now)),
            ..failed(Code::RateLimited, "The upstream asks for fewer requests; try again later.")
        }),
        Verdict::Failed => {
            Reading::Failed(failed(Code::UpstreamFailed, "The upstream failed to carry out the request."))
        }
    }
}

/// A failure report. After a status that says the upstream tried, nobody knows what became of a write.
fn failure(question: &Question<'_>, status: u16, code: Option<String>, kind: Code, detail: &'static str) -> Rejection {
    // 408 and 499 are answers of intermediaries.
    let tried = !matches!(status, 400..=499) || matches!(status, 408 | 499);
    let mut rejection =
        Rejection::new(kind, detail).with_upstream(UpstreamReport { name: question.upstream.to_owned(), status, code });
    rejection.outcome_unknown = question.write && tried && kind != Code::NotOfferedByVendor;
    rejection
}

/// `Retry-After` in seconds, from either of its forms (RFC 9110, section 10.2.3), an hour at most.
fn retry_after_seconds(value: &str, now: Millis) -> Option<u64> {
    const LONGEST: u64 = 3_600;
    let value = value.trim();
    let seconds = value.parse::<u64>().ok().or_else(|| {
        let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(date.as_secs().saturating_sub(now / 1_000))
    })?;
    Some(seconds.min(LONGEST))
}

/// An upstream's code is shown and logged only if it looks like one.
fn is_label(code: &str) -> bool {
    (1..=80).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.'))
}

/// Whether an answer belongs to the question. Cuts lists down to what may be seen.
pub fn belongs_to(question: &Question<'_>, body: &mut Value) -> bool {
    let organization = question.operation.subject(ParamRole::Organization, question.params);
    // An organization may be named by slug or external id, which answers do not repeat.
    let organization =
        organization.filter(|name| question.dialect.organization_ids.iter().any(|prefix| name.starts_with(prefix)));
    let belongs = |object: &Value, member: Option<&str>| match (member, organization) {
        (Some(member), Some(asked)) => object.get(member).and_then(Value::as_str).is_some_and(|id| id == asked),
        _ => true,
    };
    match &question.operation.answer {
        AnswerShape::Empty => true,
        AnswerShape::One { at, id, organization, asked } => {
            let object = match at {
                Some(member) => match body.get(member) {
                    Some(object) => object,
                    // Optional in the vendor's schema.
                    None => return body.as_object().is_some(),
                },
                None => &*body,
            };
            let in_path = |role| question.operation.subject(role, question.params);
            let named = object.get(id).and_then(Value::as_str);
            let same = |name: &str| {
                let known = match asked {
                    Asked::Path(role) => [in_path(*role), None],
                    Asked::Name => [in_path(ParamRole::Connection), question.renamed],
                    Asked::New => return !name.is_empty(),
                };
                known.into_iter().flatten().any(|known| question.dialect.same_connection(known, name))
            };
            named.is_some_and(same) && belongs(object, *organization)
        }
        AnswerShape::Things { at } => {
            let list = at.map_or(Some(&*body), |member| body.get(member));
            list.is_some_and(|list| list.as_array().is_some())
        }
        AnswerShape::List { at, id, organization } => {
            if at.is_empty() {
                return filter(body, |item| question.permit.shows(question.dialect, &name(item, id)));
            }
            let mut found = false;
            for member in *at {
                let Some(list) = body.as_object_mut().and_then(|object| object.get_mut(member)) else { continue };
                found = true;
                if !list.as_array().is_some_and(|list| list.iter().all(|item| belongs(item, *organization)))
                    || !filter(list, |item| question.permit.shows(question.dialect, &name(item, id)))
                {
                    return false;
                }
            }
            found
        }
    }
}

fn name(item: &Value, id: &str) -> String {
    item.get(id).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Keeps what `shows`; false where there is no list of objects.
fn filter(list: &mut Value, shows: impl Fn(&Value) -> bool) -> bool {
    let Some(list) = list.as_array_mut() else { return false };
    if list.iter().any(|item| item.as_object().is_none()) {
        return false;
    }
    list.retain(|item| shows(item));
    true
}
