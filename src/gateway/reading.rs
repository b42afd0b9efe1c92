//! What a request says, read as strictly as it can be: headers, body, the change in it, and what that change does.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::canonical::{Change, Effect, Leaf};
use crate::error::{Code, Rejection};
use crate::http::limits;
use crate::http::message::{Inbound, InboundBody, Millis};
use crate::http::route::NativeRoute;
use crate::json::{self, Object, ReadErrorKind};
use crate::validate::{self, Problem};
use crate::vendor::decode::{self, decode};
use crate::vendor::{Dialect, Touches};

/// Headers of a request that the gateway looks at.
const READ: &[&str] = &["authorization", "x-api-key", "accept", "content-type", "content-encoding", "origin"];

/// The request can be read: headers are text, the body is whole, plain and JSON.
pub(super) fn readable(inbound: &Inbound, dialect: Option<&Dialect>) -> Result<(), Rejection> {
    // Others are never looked at; a proxy in front may add what it likes.
    let travels = |name: &str| dialect.is_some_and(|dialect| dialect.member_session_headers.contains(&name));
    let read = |name: &String| READ.contains(&name.as_str()) || travels(name);
    if inbound.bad_headers.iter().any(read) {
        return Err(Rejection::new(
            Code::BadHeader,
            "A header that is read here has a value that is not visible ASCII; mend it or leave it out.",
        ));
    }
    if inbound.headers.contains_key(CONTENT_ENCODING) {
        return Err(Rejection::new(
            Code::UnsupportedMediaType,
            "Compressed bodies are not accepted; send plain JSON without `Content-Encoding`.",
        ));
    }
    match &inbound.body {
        InboundBody::Read(_) => Ok(()),
        InboundBody::TooLarge => {
            Err(Rejection::new(Code::BodyTooLarge, format!("The body is longer than {} bytes.", limits::REQUEST_BODY)))
        }
        InboundBody::Cut => {
            Err(Rejection::new(Code::BodyCut, "The connection ended before the body did; nothing was sent."))
        }
    }
}

/// Headers that carry a member's own session. Dropping them would turn a member's call into an administrator's, so they
/// travel, checked in form.
pub(super) fn member_session(headers: &HeaderMap, dialect: &Dialect) -> Result<Vec<(String, String)>, Rejection> {
    const LONGEST: usize = 8_192;
    let mut found = Vec::new();
    for name in dialect.member_session_headers {
        let mut values = headers.get_all(*name).iter();
        let Some(value) = values.next() else { continue };
        let text = value.to_str().ok().filter(|text| {
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b',')
        });
        match (text, values.next()) {
            (Some(text), None) => found.push(((*name).to_owned(), text.to_owned())),
            _ => {
                return Err(Rejection::new(
                    Code::BadHeader,
                    "A member-session header must hold one token of visible ASCII.",
                ));
            }
        }
    }
    Ok(found)
}

/// The body of a native request, where its operation has one.
pub(super) fn body(inbound: &Inbound, route: &NativeRoute<'_>) -> Result<Option<Object>, Rejection> {
    let InboundBody::Read(bytes) = &inbound.body else { return Ok(None) };
    if route.operation.body.is_some() {
        return object(inbound).map(Some);
    }
    // Some SDKs send `{}` with a DELETE.
    match bytes.trim_ascii() {
        b"" | b"{}" => Ok(None),
        _ => Err(Rejection::new(Code::UnexpectedBody, "This operation takes no body; send none.")),
    }
}

/// The JSON object that a request's body is.
pub(super) fn object(inbound: &Inbound) -> Result<Object, Rejection> {
    let InboundBody::Read(bytes) = &inbound.body else { return Ok(Object::default()) };
    json_content_type(&inbound.headers, bytes)?;
    read_object(bytes)
}

/// Decodes and validates a body: the change and its warnings, or every problem at once.
pub(super) fn change(
    object: Object,
    route: &NativeRoute<'_>,
    now: Millis,
) -> Result<(Change, Vec<Problem>), Rejection> {
    let Some(body) = route.operation.body else { return Ok((Change::default(), Vec::new())) };
    let upstream = route.upstream;
    let dialect = upstream.vendor.dialect();
    let context = decode::Context { vendor: upstream.vendor, unknown: upstream.unknown_members, params: &route.params };
    let (change, mut problems) = decode(object, body, &context);
    problems.extend(validate::check(&change, dialect, seconds(now)));
    let problems = validate::settle(problems, &upstream.checks);
    if problems.iter().any(Problem::is_error) {
        return Err(Rejection::invalid_body(problems.into_iter().filter(Problem::is_error).collect()));
    }
    Ok((change, problems))
}

/// A page can send a "simple" cross-site request only with other content types, so this one is insisted on.
fn json_content_type(headers: &HeaderMap, body: &[u8]) -> Result<(), Rejection> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (kind, parameters) = given.split_once(';').unwrap_or((given, ""));
    let charset = parameters.trim().to_ascii_lowercase();
    let fits = kind.trim().eq_ignore_ascii_case("application/json")
        && matches!(charset.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"");
    if fits || (body.is_empty() && given.is_empty()) {
        return Ok(());
    }
    Err(Rejection::new(Code::UnsupportedMediaType, "Send the body as `Content-Type: application/json`."))
}

fn read_object(bytes: &[u8]) -> Result<Object, Rejection> {
    if bytes.is_empty() {
        return Ok(Object::default());
    }
    match json::read(bytes, json::Limits::REQUEST) {
        Ok(value) => value.into_object().map_err(|other| {
            Rejection::new(Code::InvalidJson, format!("The body must be a JSON object, not {}.", other.kind_name()))
        }),
        Err(error) if matches!(error.kind, ReadErrorKind::TooLarge { .. }) => {
            Err(Rejection::new(Code::BodyTooLarge, format!("The body is longer than {} bytes.", limits::REQUEST_BODY)))
        }
        Err(error) => Err(Rejection::new(
            Code::InvalidJson,
            format!("Line {}, column {}: {}.", error.line, error.column, error.kind),
        )),
    }
}

pub(super) fn effect(route: &NativeRoute<'_>, change: Option<&Change>) -> Effect {
    match &route.operation.touches {
        Touches::Nothing => Effect::default(),
        Touches::Fields(fields) => {
            let mut effect = Effect::default();
            effect.add_all(fields);
            if let Some(change) = change {
                effect.add_change(change);
            }
            effect
        }
        Touches::Body => change.map_or_else(Effect::everything, Effect::of),
    }
}

/// Places at which a stored secret has to be put back.
pub(super) fn masks(change: &Change) -> Vec<String> {
    change.edits.iter().filter(|edit| matches!(edit.leaf, Leaf::Keep)).map(|edit| edit.spelling.pointer()).collect()
}

fn seconds(now: Millis) -> i64 {
    i64::try_from(now / 1_000).unwrap_or(i64::MAX)
}
