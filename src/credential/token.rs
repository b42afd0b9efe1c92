//! One token: how it is asked for, and what an answer must hold to be one.
//!
//! Nothing of a token endpoint's answer ever reaches a caller: it may echo the client secret.

use http::Method;

use crate::config::{Credential, Secret, Upstream};
use crate::http::limits;
use crate::http::message::{UpstreamBody, UpstreamRequest};
use crate::json::{self, Value};
use crate::scrub::SHORTEST;
use crate::vendor::{TokenInputs, TokenProtocol};

/// Longest time to wait for a token endpoint, in milliseconds.
const TOKEN_TIMEOUT: u64 = 10_000;
/// The same where the old token is still good.
const AHEAD_TIMEOUT: u64 = 2_000;
/// Longest token that is used, in bytes. Platforms stop at 128 KiB of headers.
const LONGEST_TOKEN: usize = 16_384;
/// No token is believed to live longer than this, in seconds.
const LONGEST_LIFETIME: u64 = 86_400;

/// Why an answer of a token endpoint is no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// The client or its secret was refused: another secret may help.
    Credential,
    /// Granted, but without the scope that would make it of any use.
    Scope,
    /// Too many requests.
    Busy,
    /// Anything else.
    Other,
}

/// The request for a token, with the client's secret in it.
///
/// `ahead`: the old token is still good, so that a slow endpoint must not cost the request its own time.
pub fn token_request(
    upstream: &Upstream,
    secret_index: usize,
    ahead: bool,
    remaining_ms: u64,
) -> Option<UpstreamRequest> {
    let Credential::ClientCredentials { client_id, secrets, token_url, resource, audience } = &upstream.credential
    else {
        return None;
    };
    let protocol = upstream.vendor.dialect().token?;
    let inputs = TokenInputs {
        client_id,
        client_secret: secrets.get(secret_index).or(secrets.first())?.expose(),
        resource: resource.as_deref(),
        audience: audience.as_deref(),
    };
    let (content_type, body) = (protocol.request)(&inputs);
    Some(UpstreamRequest {
        method: Method::POST,
        url: token_url.clone(),
        headers: vec![("accept", "application/json".to_owned()), ("content-type", content_type.to_owned())],
        body: UpstreamBody::Bytes(body),
        timeout_ms: u32::try_from(if ahead {
            (remaining_ms / 4).min(AHEAD_TIMEOUT)
        } else {
            remaining_ms.min(TOKEN_TIMEOUT)
        })
        .unwrap_or(u32::MAX),
        answer_limit: limits::TOKEN_BODY,
        write: false,
    })
}

/// Reads a token endpoint's answer: the token and its lifetime in seconds.
pub fn read_token(protocol: &TokenProtocol, status: u16, body: &[u8]) -> Result<(Secret, u64), TokenRefusal> {
    match status {
        200..=299 => {}
        400 | 401 | 403 => return Err(TokenRefusal::Credential),
        429 => return Err(TokenRefusal::Busy),
        _ => return Err(TokenRefusal::Other),
    }
    let limits = json::Limits { bytes: limits::TOKEN_BODY, depth: limits::JSON_DEPTH };
    let answer = json::read(body, limits).map_err(|_| TokenRefusal::Other)?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let token = text("access_token").filter(|token| {
        (SHORTEST..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic())
    });
    let token = token.ok_or(TokenRefusal::Other)?;
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(TokenRefusal::Other);
    }
    if let Some(required) = protocol.required_scope {
        let granted = text("scope").unwrap_or_default();
        if !granted.split(' ').any(|scope| scope == required) {
            return Err(TokenRefusal::Scope);
        }
    }
    // LoginRadius' newer pages misspell the member and make it a string.
    let lifetime = ["expires_in", "expire_in"]
        .iter()
        .filter_map(|name| answer.get(name))
        .find_map(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()))
        .filter(|seconds| *seconds > 0)
        .unwrap_or(protocol.default_lifetime_s);
    Ok((Secret::new(token.to_owned()), lifetime.min(LONGEST_LIFETIME)))
}
