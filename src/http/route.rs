//! From a target to an operation of an upstream, or to a route of our own.
//!
//! There is no table of routes beside the vendors' catalogues, so a path that no catalogue has cannot be forwarded.

use http::Method;

use super::target::{Target, decode_segment, encode_segment};
use crate::config::{Settings, Upstream};
use crate::console;
use crate::error::{Code, Rejection};
use crate::vendor::{Operation, Params, Query, Segment, Vendor};

/// Where a request goes.
pub enum Route<'a> {
    /// A route of our own.
    Own(Own),
    /// An operation of a vendor's, in the vendor's own words.
    Native(NativeRoute<'a>),
    /// An operation of this upstream's, called by its name; its values are in the body.
    Tools(&'a Upstream, &'static Operation),
}

/// Routes that no vendor has a part in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    /// `/healthz`: this isolate is alive.
    Health,
    /// `/readyz`: the configuration is good.
    Ready,
    /// `GET /sso/v1/session`: what the caller's token may do.
    Session,
    /// `POST /sso/v1/session`: a session for a visitor of a configured page.
    NewSession,
    /// `POST /oidc/token`, where a vendor's SDK asks: a session for a caller that presents its token as a client secret.
    Token,
}

/// An operation of an upstream with its values.
pub struct NativeRoute<'a> {
    /// Where it is sent.
    pub upstream: &'a Upstream,
    /// What is done.
    pub operation: &'static Operation,
    /// Path values, decoded.
    pub params: Params,
    /// Query parameters to send, encoded.
    pub query: Vec<(&'static str, String)>,
}

/// A target that leads nowhere, and in whose words to say so.
pub struct Misroute {
    /// What is wrong.
    pub rejection: Rejection,
    /// The vendor whose path it looks like.
    pub vendor: Option<Vendor>,
}

impl From<Rejection> for Misroute {
    fn from(rejection: Rejection) -> Self {
        Self { rejection, vendor: None }
    }
}

/// Finds the route of a target.
pub fn route<'a>(settings: &'a Settings, method: &Method, target: &Target<'_>) -> Result<Route<'a>, Misroute> {
    match target.segments.as_slice() {
        ["healthz"] => own(method, target, &[(Method::GET, Own::Health)]),
        ["readyz"] => own(method, target, &[(Method::GET, Own::Ready)]),
        ["sso", "v1", "session"] => {
            own(method, target, &[(Method::GET, Own::Session), (Method::POST, Own::NewSession)])
        }
        ["tools", provider, name @ ..] => tools(settings, method, target, provider, name),
        path if asks_for_token(settings, path) => own(method, target, &[(Method::POST, Own::Token)]),
        [] | [""] => Err(Rejection::new(Code::NoSuchRoute, START_HERE).into()),
        [first, rest @ ..] => match settings.upstream(first) {
            Some(upstream) => native(upstream, method, rest, target),
            None => bare(settings, method, target),
        },
    }
}

const NOT_IN_CATALOGUE: &str = "The catalogue has no such operation of this vendor's.";

/// Says what the gateway is to somebody who asks the bare origin.
const START_HERE: &str = "This is an SSO configuration gateway. Call a vendor's own path, as in GET /v1/b2b/sso/{organization_id}, or put the name of an upstream in front of it; authenticate with `Authorization: Bearer <your gateway token>`.";

fn own<'a>(method: &Method, target: &Target<'_>, routes: &[(Method, Own)]) -> Result<Route<'a>, Misroute> {
    let Some((_, route)) = routes.iter().find(|(verb, _)| verb == method) else {
        let verbs: Vec<&str> = routes.iter().map(|(verb, _)| verb.as_str()).collect();
        return Err(not_allowed(verbs.join(", ")).into());
    };
    if !target.query.is_empty() {
        return Err(Rejection::new(Code::UnknownQueryParameter, "This route takes no query parameters.").into());
    }
    Ok(Route::Own(*route))
}

/// A vendor's token endpoint, on its own or behind the name of an upstream of that vendor.
fn asks_for_token(settings: &Settings, path: &[&str]) -> bool {
    let serves = |vendor: Vendor, path: &[&str]| {
        let default = vendor.dialect().token.and_then(|token| token.default_path);
        default.is_some_and(|default| default.split('/').skip(1).eq(path.iter().copied()))
    };
    match path {
        [first, rest @ ..] if settings.upstream(first).is_some_and(|upstream| serves(upstream.vendor, rest)) => true,
        path => settings.upstreams.iter().any(|upstream| serves(upstream.vendor, path)),
    }
}

/// A vendor's path without an upstream in front goes to that vendor's default upstream.
fn bare<'a>(settings: &'a Settings, method: &Method, target: &Target<'_>) -> Result<Route<'a>, Misroute> {
    let Some(vendor) = Vendor::ALL.iter().copied().find(|vendor| vendor.dialect().owns_path(&target.segments)) else {
        // An SDK that asks for something else of its vendor's should be able to read the answer.
        let vendor = Vendor::ALL.iter().copied().find(|vendor| vendor.dialect().owns_root(&target.segments));
        let detail = match vendor {
            Some(_) => NOT_IN_CATALOGUE,
            None => "Neither a vendor's path nor the name of an upstream; no operation is meant by it.",
        };
        return Err(Misroute { rejection: Rejection::new(Code::NoSuchRoute, detail), vendor });
    };
    let upstream =
        default_upstream(settings, vendor).map_err(|rejection| Misroute { rejection, vendor: Some(vendor) })?;
    native(upstream, method, &target.segments, target)
}

/// The upstream that stands for its vendor.
fn default_upstream(settings: &Settings, vendor: Vendor) -> Result<&Upstream, Rejection> {
    let candidates: Vec<&Upstream> = settings.upstreams.iter().filter(|upstream| upstream.vendor == vendor).collect();
    let chosen = candidates.iter().copied().find(|upstream| upstream.default).or(match candidates.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    chosen.ok_or_else(|| {
        if candidates.is_empty() {
            Rejection::new(Code::NoSuchRoute, "No upstream of this vendor is configured.")
        } else {
            Rejection::new(
                Code::AmbiguousUpstream,
                "Several upstreams of this vendor are configured and none is the default; say the upstream's name instead, or put it in front of the path.",
            )
        }
    })
}

/// `/tools/{vendor or upstream}/{operation}`; a published name may hold slashes.
fn tools<'a>(
    settings: &'a Settings,
    method: &Method,
    target: &Target<'_>,
    provider: &str,
    name: &[&str],
) -> Result<Route<'a>, Misroute> {
    let provider = decode_segment(provider).unwrap_or_default();
    let upstream = match (settings.upstream(&provider), Vendor::parse(&provider)) {
        (Some(upstream), _) => upstream,
        (None, Some(vendor)) => default_upstream(settings, vendor)?,
        (None, None) => {
            let detail =
                "This is neither an upstream nor a vendor; the path is /tools/{vendor or upstream}/{operation}.";
            return Err(Rejection::new(Code::NoSuchRoute, detail).into());
        }
    };
    let name: Option<Vec<String>> = name.iter().map(|part| decode_segment(part)).collect();
    let operation = name.and_then(|name| console::tools::operation(upstream.vendor.dialect(), &name.concat()));
    let Some(operation) = operation else {
        return Err(Rejection::new(Code::NoSuchRoute, "The catalogue has no operation of this name.").into());
    };
    if method != Method::POST {
        return Err(not_allowed("POST".to_owned()).into());
    }
    if !target.query.is_empty() {
        let detail = "An operation's values are given in the body, none in the query.";
        return Err(Rejection::new(Code::UnknownQueryParameter, detail).into());
    }
    Ok(Route::Tools(upstream, operation))
}

fn native<'a>(
    upstream: &'a Upstream,
    method: &Method,
    segments: &[&str],
    target: &Target<'_>,
) -> Result<Route<'a>, Misroute> {
    let vendor = upstream.vendor;
    let here = |rejection: Rejection| Misroute { rejection, vendor: Some(vendor) };
    let matching: Vec<&'static Operation> =
        vendor.dialect().operations.iter().filter(|operation| fits(operation, segments)).collect();
    let Some(operation) = matching.iter().copied().find(|operation| operation.method == method) else {
        if matching.is_empty() {
            return Err(here(Rejection::new(Code::NoSuchRoute, NOT_IN_CATALOGUE)));
        }
        let verbs: Vec<&str> = matching.iter().map(|operation| operation.method.as_str()).collect();
        return Err(here(not_allowed(verbs.join(", "))));
    };
    let params = params(operation, segments).map_err(here)?;
    let query = query(operation, &params, target).map_err(here)?;
    Ok(Route::Native(NativeRoute { upstream, operation, params, query }))
}

fn not_allowed(allow: String) -> Rejection {
    let detail = format!("This path takes {allow}.");
    Rejection { allow: Some(allow), ..Rejection::new(Code::MethodNotAllowed, detail) }
}

/// Literals are compared as sent: an escaped letter is another path.
fn fits(operation: &Operation, segments: &[&str]) -> bool {
    operation.path.len() == segments.len()
        && operation.path.iter().zip(segments).all(|(segment, given)| match segment {
            Segment::Literal(literal) => literal == given,
            Segment::Param(_) => !given.is_empty(),
        })
}

fn params(operation: &Operation, segments: &[&str]) -> Result<Params, Rejection> {
    let mut params = Params::default();
    for (segment, given) in operation.path.iter().zip(segments) {
        let Segment::Param(param) = segment else { continue };
        match decode_segment(given).filter(|value| (param.fits)(value)) {
            Some(value) => params.0.push((param.name, value)),
            None => {
                return Err(Rejection::new(
                    Code::BadPathValue,
                    format!("`{}` in the path must be {}.", param.name, param.shape),
                ));
            }
        }
    }
    Ok(params)
}

fn query(
    operation: &Operation,
    params: &Params,
    target: &Target<'_>,
) -> Result<Vec<(&'static str, String)>, Rejection> {
    let mut sent = Vec::new();
    for (name, value) in &target.query {
        let known = operation.query.iter().find(|query| match query {
            Query::Number(known, ..) | Query::PathValue(known, _) => known == name,
        });
        match known {
            Some(Query::Number(known, min, max)) => match value.parse::<u32>() {
                Ok(number) if (*min..=*max).contains(&number) => sent.push((*known, number.to_string())),
                _ => {
                    return Err(Rejection::new(
                        Code::BadQueryValue,
                        format!("`{known}` must be a whole number from {min} to {max}."),
                    ));
                }
            },
            Some(Query::PathValue(known, param)) => {
                if params.get(param) != Some(value) {
                    return Err(Rejection::new(
                        Code::BadQueryValue,
                        format!("`{known}` repeats the value in the path and must be equal to it; leave it out."),
                    ));
                }
            }
            None => {
                let names = operation.query.iter().map(|query| match query {
                    Query::Number(known, ..) | Query::PathValue(known, _) => *known,
                });
                let hint = crate::nearest::nearest(name, names)
                    .map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
                return Err(Rejection::new(
                    Code::UnknownQueryParameter,
                    format!("This operation has no such query parameter.{hint}"),
                ));
            }
        }
    }
    Ok(sent)
}

impl NativeRoute<'_> {
    /// The upstream's URL: a configured origin, the operation's own path, and values that are each one segment.
    pub fn upstream_url(&self) -> String {
        upstream_url(self.upstream, self.operation, &self.params, &self.query)
    }
}

/// Builds the URL of an operation from its parts.
pub fn upstream_url(
    upstream: &Upstream,
    operation: &Operation,
    params: &Params,
    query: &[(&'static str, String)],
) -> String {
    let mut url = upstream.base_url.clone();
    for segment in operation.path {
        url.push('/');
        match segment {
            Segment::Literal(literal) => url.push_str(literal),
            Segment::Param(param) => url.push_str(&encode_segment(params.get(param.name).unwrap_or_default())),
        }
    }
    for (index, (name, value)) in query.iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode_segment(value));
    }
    url
}
