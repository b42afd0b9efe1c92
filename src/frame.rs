//! What crosses between the loop (JavaScript) and the core, as bytes and flat strings.
//!
//! A crossing costs more than parsing does, and one object per header is the dearest kind, so there is one call in
//! and one out per exchange.
//!
//! **In**: a head of lines and the body's bytes.
//! `begin`: method, absolute URL, request id, body state (`read`, `too_large`, `cut`), then `name: value` lines.
//! `resume`: the status and then `name: value` lines; or `failed` and then `timed_out`, `broken` or `too_large`; or
//! `waited`; or `crashed`; or `arrival`, then `again`, `signature good`, `signature bad`, `limit passed`, `limit reached`
//! or `limit unknown`, then what `begin` was given, with the caller's body.
//!
//! **Out**: a frame. Four bytes, little end first: length of the head. The head: a JSON object, see [`Head`]. Then
//! `body_bytes` bytes of body, then `hold_bytes` bytes for the loop to hold, then `suspended_bytes` bytes of text for the
//! next `resume`. What is held stays until a later frame holds something else; `"body":"held"` sends it, also in the
//! frame that brings it.
//!
//! Nothing here panics or refuses on what a caller or an upstream wrote; [`Malformed`] is a loop that does not match.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;

use crate::http::message::{Answer, Failure, Found, Inbound, InboundBody, Outcome, Step, UpstreamBody};

/// A head that no loop of ours writes. Says what is wrong with it, without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

/// The head of a frame.
#[derive(Serialize, Default)]
struct Head<'a> {
    /// `answer`, `exchange`, `wait`, `verify`, `limit`, `again` or `lost`.
    step: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// Pairs; a name may repeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Vec<(&'a str, &'a str)>>,
    /// `none`, `bytes` (those of this frame) or `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'static str>,
    /// Bytes of body that follow the head.
    body_bytes: usize,
    /// Bytes to hold that follow the body; absent where this frame holds nothing new.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u32>,
    /// Bytes of an answer after which the loop stops reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u32>,
    /// `RS256`, `ES256` or `EdDSA`; the signature is the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<&'a str>,
    /// What was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a str>,
    /// Name of a rate-limit binding.
    #[serde(skip_serializing_if = "Option::is_none")]
    binding: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    /// Bytes of text, behind what is to be held: opaque to the loop, handed back with the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_bytes: Option<usize>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    log: &'a [String],
}

/// Reads what the loop gives to `begin`.
pub fn inbound(head: &str, body: Vec<u8>) -> Result<Inbound, Malformed> {
    let mut lines = head.split('\n');
    let mut line = |what| lines.next().ok_or(Malformed(what));
    let method = line("no method")?;
    let url = line("no url")?.to_owned();
    let request_id = line("no request id")?.to_owned();
    let body = match line("no body state")? {
        "read" => InboundBody::Read(body),
        "too_large" => InboundBody::TooLarge,
        "cut" => InboundBody::Cut,
        _ => return Err(Malformed("unknown body state")),
    };
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| Malformed("method is not a token"))?;
    let mut headers = HeaderMap::new();
    let mut bad_headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        let Ok(key) = HeaderName::from_bytes(name.as_bytes()) else {
            bad_headers.push(name.to_owned());
            continue;
        };
        let value = if readable(value) { HeaderValue::from_str(value).ok() } else { None };
        if value.is_none() {
            bad_headers.push(key.as_str().to_owned());
        }
        append(&mut headers, key, value.unwrap_or_else(|| HeaderValue::from_static("")));
    }
    Ok(Inbound { method, url, headers, bad_headers, body, request_id })
}

/// Reads what the loop gives to `resume`.
pub fn outcome(head: &str, body: Vec<u8>) -> Result<Outcome, Malformed> {
    if let Some(rest) = head.strip_prefix("arrival\n") {
        let (found, request) = rest.split_once('\n').ok_or(Malformed("no request"))?;
        let found = match found {
            "again" => Found::Nothing,
            "signature good" => Found::Signature(true),
            "signature bad" => Found::Signature(false),
            "limit passed" => Found::Limit(Some(true)),
            "limit reached" => Found::Limit(Some(false)),
            "limit unknown" => Found::Limit(None),
            _ => return Err(Malformed("unknown finding")),
        };
        return Ok(Outcome::Arrival(found, Box::new(inbound(request, body)?)));
    }
    let mut lines = head.split('\n');
    let status = match lines.next().unwrap_or_default() {
        "waited" => return Ok(Outcome::Waited),
        "crashed" => return Ok(Outcome::Crashed),
        "failed" => {
            return match lines.next() {
                Some("timed_out") => Ok(Outcome::Failed(Failure::TimedOut)),
                Some("broken") => Ok(Outcome::Failed(Failure::Broken)),
                Some("too_large") => Ok(Outcome::Failed(Failure::TooLarge)),
                _ => Err(Malformed("unknown failure")),
            };
        }
        status => status.parse::<u16>().map_err(|_| Malformed("unknown outcome"))?,
    };
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        // An upstream's header that cannot be represented is no answer's business: it is left out.
        if let (Ok(key), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            append(&mut headers, key, value);
        }
    }
    Ok(Outcome::Answered { status, headers, body })
}

/// The frame of a step.
pub fn step(step: Step) -> Vec<u8> {
    match step {
        Step::Answer { answer: Answer { status, headers, body }, log } => frame(
            &Head {
                step: "answer",
                status: Some(status.as_u16()),
                headers: Some(headers.iter().filter_map(|(k, v)| Some((k.as_str(), v.to_str().ok()?))).collect()),
                body_bytes: body.len(),
                log: &log,
                ..Head::default()
            },
            &body,
            &[],
            "",
        ),
        Step::Exchange { request, hold, suspended, log } => {
            let (kind, body) = match &request.body {
                UpstreamBody::None => ("none", &[][..]),
                UpstreamBody::Held => ("held", &[][..]),
                // The same bytes to send and to hold cross once.
                UpstreamBody::Bytes(bytes) if hold.as_ref() == Some(bytes) => ("held", &[][..]),
                UpstreamBody::Bytes(bytes) => ("bytes", bytes.as_slice()),
            };
            frame(
                &Head {
                    step: "exchange",
                    method: Some(request.method.as_str()),
                    url: Some(&request.url),
                    headers: Some(request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect()),
                    body: Some(kind),
                    body_bytes: body.len(),
                    hold_bytes: hold.as_ref().map(Vec::len),
                    timeout_ms: Some(request.timeout_ms),
                    answer_limit: Some(request.answer_limit),
                    write: Some(request.write),
                    suspended_bytes: Some(suspended.len()),
                    log: &log,
                    ..Head::default()
                },
                body,
                hold.as_deref().unwrap_or_default(),
                &suspended,
            )
        }
        Step::Verify { check, suspended } => frame(
            &Head {
                step: "verify",
                algorithm: Some(check.algorithm.name()),
                jwk: Some(&check.jwk),
                input: Some(&check.input),
                body_bytes: check.signature.len(),
                suspended_bytes: Some(suspended.len()),
                ..Head::default()
            },
            &check.signature,
            &[],
            &suspended,
        ),
        Step::Limit { binding, key, suspended } => frame(
            &Head {
                step: "limit",
                binding: Some(&binding),
                key: Some(&key),
                suspended_bytes: Some(suspended.len()),
                ..Head::default()
            },
            &[],
            &[],
            &suspended,
        ),
        Step::Again { suspended, log } => frame(
            &Head { step: "again", suspended_bytes: Some(suspended.len()), log: &log, ..Head::default() },
            &[],
            &[],
            &suspended,
        ),
        Step::Lost => frame(&Head { step: "lost", ..Head::default() }, &[], &[], ""),
        Step::Wait { ms, hold, suspended } => frame(
            &Head {
                step: "wait",
                ms: Some(ms),
                hold_bytes: hold.as_ref().map(Vec::len),
                suspended_bytes: Some(suspended.len()),
                ..Head::default()
            },
            &[],
            hold.as_deref().unwrap_or_default(),
            &suspended,
        ),
    }
}

fn frame(head: &Head<'_>, body: &[u8], hold: &[u8], suspended: &str) -> Vec<u8> {
    // Strings and numbers only: this cannot fail. If it did, the loop would answer 500 to a frame without a head.
    let head = serde_json::to_vec(head).unwrap_or_default();
    let length = u32::try_from(head.len()).unwrap_or_default().to_le_bytes();
    [&length, head.as_slice(), body, hold, suspended.as_bytes()].concat()
}

/// Visible ASCII, blanks and tabs.
fn readable(value: &str) -> bool {
    value.bytes().all(|b| matches!(b, b'\t' | b' '..=b'~'))
}

/// Appends, where the map has room: it holds 32 768 names at most, far more than the platform lets through.
fn append(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    let _ = headers.try_append(name, value);
}

#[cfg(test)]
mod tests;
