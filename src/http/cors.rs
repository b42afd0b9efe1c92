//! What pages in browsers may do.
//!
//! Two things that are easily mixed up. Whether a page's request is carried out is decided here, on the server: a browser
//! sends a simple request before it knows what we think of its page. Whether the page may read the answer is what CORS
//! headers say, and they are on every answer to a page that is configured, errors included, because a browser shows
//! nothing of an answer without them.
//!
//! Origins are compared whole and byte by byte with configured ones: no wildcard, no suffix, not `null`. Cookies are never
//! looked at, so credentials are never allowed.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::message::{Answer, Inbound};
use super::respond;
use crate::config::Settings;

/// Verbs of all routes.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// Headers that consoles send (recorded), where a request does not say which, or says too much.
const HEADERS: &str = "accept, authorization, content-type, if-match, x-api-key, x-stytch-member-session, \
    x-stytch-member-sessionjwt, x-scalar-cookie, x-scalar-user-agent, x-redocly-cookie, x-aprovan-workspace, \
    x-aprovan-authorization";
/// What is not listed here is invisible to every page.
const EXPOSED: &str = "etag, retry-after, total-number, x-gateway-error, x-gateway-warning, x-request-id";
/// Names that a preflight may list and have echoed, and their length together.
const MOST_NAMES: usize = 32;
const LONGEST_LIST: usize = 1_024;

const PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// The page that sent a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page<'a> {
    /// None: a script, a server, or our own page reading something.
    None,
    /// Our own page. It needs no CORS headers.
    Own,
    /// A page of this configured origin.
    Known(&'a str),
    /// A page of another origin, or something that is none.
    Foreign,
}

impl<'a> Page<'a> {
    /// Finds out where a request comes from.
    pub fn of(settings: &'a Settings, inbound: &Inbound) -> Self {
        let mut origins = inbound.headers.get_all(ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Self::None,
            (Some(only), None) => only.as_bytes(),
            _ => return Self::Foreign,
        };
        if origin == settings.gateway.public_origin.as_bytes() {
            return Self::Own;
        }
        let known = settings.callers.iter().flat_map(|caller| &caller.origins).find(|known| known.as_bytes() == origin);
        known.map_or(Self::Foreign, |known| Self::Known(known))
    }

    /// The origin that answers are opened to.
    pub fn known(self) -> Option<&'a str> {
        match self {
            Self::Known(origin) => Some(origin),
            Self::None | Self::Own | Self::Foreign => None,
        }
    }
}

/// True for the question that a browser asks before the request itself.
pub fn is_preflight(inbound: &Inbound) -> bool {
    inbound.method == Method::OPTIONS
        && inbound.headers.contains_key(ORIGIN)
        && inbound.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Answers a preflight from a known page, before anybody looks at the target: if that is wrong, the request itself will be
/// told so, in words that the page can show.
pub fn preflight(headers: &HeaderMap, origin: &str, request_id: &str) -> Answer {
    let mut answer = respond::empty_answer(StatusCode::NO_CONTENT, request_id);
    open(&mut answer, origin);
    let out = &mut answer.headers;
    out.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
    out.insert(VARY, HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
    out.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    out.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Some(asked) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        let allowed = if is_short_list(asked) { asked.clone() } else { HeaderValue::from_static(HEADERS) };
        out.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    if headers.get(PRIVATE_NETWORK).is_some_and(|value| value == "true") {
        out.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    answer
}

/// Lets the page at `origin` read an answer.
pub fn open(answer: &mut Answer, origin: &str) {
    if let Ok(origin) = HeaderValue::from_str(origin) {
        answer.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// A list of header names, each of which is one.
fn is_short_list(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|list| {
        list.len() <= LONGEST_LIST
            && list.split(',').count() <= MOST_NAMES
            && list.split(',').all(|name| HeaderName::from_bytes(name.trim().as_bytes()).is_ok())
    })
}
