//! Attaches a credential. The one place.

use http::Method;

use super::Authorization;
use crate::auth::Permit;
use crate::config::Settings;
use crate::http::limits;
use crate::http::message::{UpstreamBody, UpstreamRequest};
use crate::http::route::upstream_url;
use crate::vendor::Operation;

/// What the request is for, within the operation that was permitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The operation itself.
    Operation,
    /// Reading what is stored at the same path, to keep its secrets.
    ReadStored,
}

/// What a request carries beside its credential.
pub struct Cargo<'a> {
    /// Checked member-session headers of the caller's.
    pub member_session: &'a [(String, String)],
    /// Our id of the request.
    pub request_id: &'a str,
    /// The gateways that it has passed, this one included.
    pub via: &'a str,
    /// The trace that it belongs to.
    pub traceparent: Option<&'a str>,
    /// The encoded change, if any.
    pub body: UpstreamBody,
    /// Time for the whole exchange.
    pub timeout_ms: u32,
}

/// Builds the request to the upstream and attaches the credential of that upstream, for what the permit names and for
/// nothing else. `None`: the permit names something that is not configured, which cannot come from this instance.
pub fn inject(
    permit: &Permit,
    purpose: Purpose,
    settings: &Settings,
    authorization: &Authorization,
    cargo: Cargo<'_>,
) -> Option<UpstreamRequest> {
    let upstream = settings.upstream(permit.upstream())?;
    let dialect = upstream.vendor.dialect();
    let permitted = dialect.operation(permit.operation())?;
    let operation: &Operation = match purpose {
        Purpose::Operation => permitted,
        Purpose::ReadStored => permitted.reader(dialect)?,
    };
    let params = permit.params(upstream.vendor);
    let query = if purpose == Purpose::Operation { permit.query(upstream.vendor) } else { Vec::new() };
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("accept-language", "en".to_owned()),
        ("authorization", authorization.value.expose().to_owned()),
        ("user-agent", concat!("sso-config-gateway/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("via", cargo.via.to_owned()),
        ("x-request-id", cargo.request_id.to_owned()),
    ];
    if let Some(traceparent) = cargo.traceparent {
        headers.push(("traceparent", traceparent.to_owned()));
    }
    if !matches!(cargo.body, UpstreamBody::None) {
        headers.push(("content-type", "application/json".to_owned()));
    }
    for name in dialect.member_session_headers {
        if let Some((_, value)) = cargo.member_session.iter().find(|(known, _)| known == name) {
            headers.push((name, value.clone()));
        }
    }
    Some(UpstreamRequest {
        method: operation.method.clone(),
        url: upstream_url(upstream, operation, &params, &query),
        headers,
        body: cargo.body,
        timeout_ms: cargo.timeout_ms,
        answer_limit: limits::ANSWER_BODY,
        write: operation.method != Method::GET,
    })
}
