//! Routes of our own: health, and sessions.
//!
//! A session is given to two kinds of callers: to a visitor of a configured page, who presents nothing, and to an SDK that
//! presents a caller's token where its vendor has a client secret. It never does more than its caller may.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use std::net::IpAddr;
use zeroize::Zeroizing;

use super::intake::{Admitted, Visit};
use super::reading;
use crate::audit::Record;
use crate::auth::{Places, Principal, by_token, client_secret, mint};
use crate::config::{Access, Caller, Grant, Proof, Sessions, Whose};
use crate::error::{Code, Rejection};
use crate::http::cors::Page;
use crate::http::message::InboundBody;
use crate::http::respond::own_answer;
use crate::http::route::Own;
use crate::json::{Object, Value};
use crate::object;

/// Bytes of a form at the token endpoint; a token and a few names.
const FORM: usize = 16_384;

/// This isolate is alive.
pub(super) fn well(request_id: &str) -> Admitted {
    Admitted::Own(own_answer(StatusCode::OK, object! { "status" => "ok" }, request_id), false)
}

/// The network that a request comes from, as the platform says; callers cannot write this header there. Of IPv6, the half
/// that a network is given (RFC 6177), so that one machine is not a great many addresses.
pub(super) fn address(headers: &HeaderMap) -> String {
    let text = headers.get("cf-connecting-ip").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => "unknown".to_owned(),
    }
}

impl<'a> Visit<'a> {
    /// Answers a route of our own.
    pub(super) fn own(&self, route: Own, record: &mut Record) -> Result<Admitted, Rejection> {
        if route != Own::Health && route != Own::Ready {
            reading::readable(self.inbound, None)?;
        }
        let (door, name) = match route {
            Own::Health | Own::Ready => return Ok(well(&self.inbound.request_id)),
            Own::Session => ("session", "GET /sso/v1/session"),
            Own::NewSession => ("session", "POST /sso/v1/session"),
            Own::Token => ("token", "POST /oidc/token"),
        };
        record.door = Some(door.to_owned());
        record.route = Some(name.to_owned());
        match route {
            Own::NewSession => self.new_session(record),
            Own::Token => self.exchange(record),
            Own::Health | Own::Ready | Own::Session => self.show_session(record),
        }
    }

    /// `POST /sso/v1/session`.
    fn new_session(&self, record: &mut Record) -> Result<Admitted, Rejection> {
        let (caller, sessions) = self.visitor()?;
        record.caller = Some(caller.name.clone());
        let InboundBody::Read(body) = &self.inbound.body else { return Err(no_body()) };
        if !matches!(body.trim_ascii(), b"" | b"{}") {
            return Err(no_body());
        }
        if let Some(limit) = &sessions.rate_limit {
            let key = format!("session:{}:{}", caller.name, address(&self.inbound.headers));
            if let Some(missing) = self.within(limit, key)? {
                return self.lacks(missing);
            }
        }
        let token = self.mint(caller, sessions)?;
        record.session = Some(self.inbound.request_id.clone());
        let body = object! {
            "access_token" => token, "token_type" => "Bearer", "expires_in" => sessions.lifetime_s,
            "caller" => caller.name.as_str(),
        };
        Ok(Admitted::Own(own_answer(StatusCode::OK, body, &self.inbound.request_id), true))
    }

    /// The public caller whose page this is. Our own page is every public caller's, as long as there is one.
    fn visitor(&self) -> Result<(&'a Caller, &'a Sessions), Rejection> {
        let own = &self.settings.gateway.public_origin;
        let public = self.settings.callers.iter().filter(|caller| caller.is_public());
        let mut public = public.filter_map(|caller| Some((caller, caller.sessions.as_ref()?)));
        let listed = |origin: &str| public.clone().find(|(caller, _)| caller.origins.iter().any(|o| o == origin));
        let found = match self.page {
            Page::Known(origin) => listed(origin),
            Page::Own => listed(own).or_else(|| public.next().filter(|_| public.next().is_none())),
            Page::None | Page::Foreign => None,
        };
        found.ok_or_else(|| {
            Rejection::new(
                Code::OriginNotAllowed,
                "Sessions are given to pages in browsers, of origins that a public caller lists; this request comes from none of them.",
            )
        })
    }

    /// `POST /oidc/token`: client credentials (RFC 6749, section 4.4), with a caller's token as the client's secret.
    fn exchange(&self, record: &mut Record) -> Result<Admitted, Rejection> {
        let secret = self.client_secret()?;
        let mut recognition = self.gateway.recognition.borrow_mut();
        let learned = &self.arriving.learned;
        let found = by_token(self.settings, &mut recognition, &secret, learned, self.now)?;
        let principal = match self.welcome(found, record)? {
            Ok(principal) => principal,
            Err(missing) => return self.lacks(missing),
        };
        let caller = principal.caller();
        let now = self.now / 1_000;
        // A caller whose own token is short-lived, or that has no key for sessions, goes on with the token it has.
        let (token, lifetime_s) = match (&caller.sessions, principal.expires()) {
            (Some(sessions), None) => {
                record.session = Some(self.inbound.request_id.clone());
                (self.mint(caller, sessions)?, sessions.lifetime_s)
            }
            (_, Some(expires)) => (secret.to_string(), expires.saturating_sub(now)),
            (None, None) => (secret.to_string(), 3_600),
        };
        let body =
            object! { "access_token" => token, "token_type" => "Bearer", "expires_in" => lifetime_s, "scope" => "all" };
        Ok(Admitted::Own(own_answer(StatusCode::OK, body, &self.inbound.request_id), true))
    }

    /// The secret of a token request, from its form or from Basic, but not from both.
    fn client_secret(&self) -> Result<Zeroizing<String>, Rejection> {
        let headers = &self.inbound.headers;
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let InboundBody::Read(body) = &self.inbound.body else { return Err(bad_form("The form could not be read.")) };
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") || body.len() > FORM {
            return Err(bad_form("Send a form: `Content-Type: application/x-www-form-urlencoded`."));
        }
        let mut secret = None;
        let mut grant_type = None;
        for (name, value) in url::form_urlencoded::parse(body) {
            let place = match name.as_ref() {
                "client_secret" => &mut secret,
                "grant_type" => &mut grant_type,
                _ => continue,
            };
            if place.replace(Zeroizing::new(value.into_owned())).is_some() {
                return Err(bad_form("A member of the form is given twice."));
            }
        }
        if grant_type.is_none_or(|grant| grant.as_str() != "client_credentials") {
            return Err(bad_form("Only `grant_type=client_credentials` is served here."));
        }
        client_secret(headers, secret)
    }

    fn mint(&self, caller: &Caller, sessions: &Sessions) -> Result<String, Rejection> {
        let origin = &self.settings.gateway.public_origin;
        mint(origin, &caller.name, sessions, &self.inbound.request_id, self.now / 1_000)
            .ok_or_else(|| Rejection::new(Code::InternalError, "No key for sessions is at hand."))
    }

    /// `GET /sso/v1/session`.
    fn show_session(&self, record: &mut Record) -> Result<Admitted, Rejection> {
        let places = Places { basic_password: false, api_key: true };
        let principal = match self.authenticate(places, record)? {
            Ok(principal) => principal,
            Err(missing) => return self.lacks(missing),
        };
        let caller = principal.caller();
        let grants = caller.grants.iter().map(|grant| self.describe_grant(&principal, grant)).collect();
        let mut body = object! {
            "caller" => caller.name.as_str(),
            "kind" => if principal.session().is_some() { "session" } else { kind(caller) },
        };
        if let Some(expires) = principal.expires() {
            body.insert("expires_in", expires.saturating_sub(self.now / 1_000));
        }
        body.insert("grants", Value::Array(grants));
        Ok(Admitted::Own(own_answer(StatusCode::OK, body, &self.inbound.request_id), true))
    }

    /// What a grant comes to for this principal.
    fn describe_grant(&self, principal: &Principal<'_>, grant: &Grant) -> Value {
        let mut body = Object::default();
        body.insert("upstream", grant.upstream.as_str());
        if let Some(upstream) = self.settings.upstream(&grant.upstream) {
            body.insert("vendor", upstream.vendor.name());
        }
        body.insert("access", if grant.access == Access::Write { "write" } else { "read" });
        if let Some(operations) = &grant.operations {
            body.insert("operations", texts(operations));
        }
        match &grant.whose {
            Whose::All => {
                let vendor = self.settings.upstream(&grant.upstream).map(|upstream| upstream.vendor);
                let by_organization = vendor.is_some_and(crate::vendor::Vendor::scoped_by_organization);
                body.insert(if by_organization { "organizations" } else { "connections" }, "all")
            }
            Whose::Organizations(list) => body.insert("organizations", texts(list)),
            Whose::ClaimedOrganization => body.insert("organizations", texts(principal.organizations())),
            Whose::Connections(list) => body.insert("connections", texts(list)),
            Whose::ClaimedConnections(claim) => body.insert("connections", texts(principal.claim(claim))),
        };
        if grant.fields.allow.is_some() || !grant.fields.deny.is_empty() {
            let mut fields = Object::default();
            if let Some(allow) = &grant.fields.allow {
                fields.insert("allow", texts(allow));
            }
            if !grant.fields.deny.is_empty() {
                fields.insert("deny", texts(&grant.fields.deny));
            }
            body.insert("fields", fields);
        }
        Value::from(body)
    }
}

fn kind(caller: &Caller) -> &'static str {
    match caller.proof {
        Proof::Token(_) => "token",
        Proof::Issuer(_) => "jwt",
        Proof::Nothing => "session",
    }
}

fn texts(list: &[String]) -> Value {
    Value::Array(list.iter().map(|text| Value::from(text.as_str())).collect())
}

fn no_body() -> Rejection {
    Rejection::new(Code::UnexpectedBody, "A session is asked for without a body; send none.")
}

fn bad_form(detail: &'static str) -> Rejection {
    Rejection::new(Code::BadTokenRequest, detail)
}
