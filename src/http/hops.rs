//! Where a request has been: `Via`, which shows that one came back to us, and `traceparent`, which ties our part of a trace
//! to its caller's.
//!
//! Of a caller's `Via` only entries of gateways like this one travel on, so that a loop through two of them is seen and
//! nothing else of the caller's reaches an upstream.

use http::header::VIA;
use http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use crate::error::{Code, Rejection};

/// Trace context (W3C).
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// How gateways call themselves in `Via`; twelve hexadecimal digits follow.
const NAME: &str = "1.1 sso-config-gateway-";
/// Gateways that a request may have passed.
const MOST: usize = 4;

/// The `Via` entry of the gateway at this origin (RFC 9110, section 7.6.3: a pseudonym for the host).
pub fn pseudonym(public_origin: &str) -> String {
    let digest = Sha256::digest(public_origin);
    digest.iter().take(6).fold(NAME.to_owned(), |name, byte| format!("{name}{byte:02x}"))
}

/// The `Via` to send on; an error if the request has been here before.
pub fn via(headers: &HeaderMap, own: &str) -> Result<String, Rejection> {
    let entries = headers.get_all(VIA).iter().filter_map(|value| value.to_str().ok());
    let entries = entries.flat_map(|value| value.split(',')).map(str::trim);
    let gateways: Vec<&str> = entries.filter(|entry| is_gateway(entry)).take(MOST.saturating_add(1)).collect();
    if gateways.len() > MOST || gateways.contains(&own) {
        return Err(Rejection::new(
            Code::LoopDetected,
            "This request has passed this gateway before, or four others like it: an upstream leads back to a gateway.",
        ));
    }
    Ok(gateways.into_iter().chain([own]).collect::<Vec<_>>().join(", "))
}

fn is_gateway(entry: &str) -> bool {
    entry
        .strip_prefix(NAME)
        .is_some_and(|id| id.len() == 12 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// The caller's `traceparent`, if it is a whole one of version 00 and says something.
pub fn traceparent(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = value.to_str().ok()?;
    let mut parts = text.split('-');
    let mut hex = |digits: usize| {
        let part = parts.next()?;
        let fits = part.len() == digits && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| part.bytes().any(|b| b != b'0'))
    };
    let (version, trace, parent, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2));
    let whole = !version && trace && parent && flags.is_some() && parts.next().is_none();
    whole.then(|| text.to_owned())
}

/// The part of a `traceparent` that names the trace.
pub fn trace_id(traceparent: &str) -> Option<&str> {
    traceparent.split('-').nth(1)
}
