//! From bytes to a permitted, encoded change: everything that happens before an upstream is involved.

use http::header::ACCEPT;
use url::Host;

use super::arrival::{Arriving, Missing};
use super::suspended::{Suspended, Work};
use super::welcome::foreign_page;
use super::{Gateway, own, reading};
use crate::audit::Record;
use crate::auth::{Places, admit, permit};
use crate::canonical::{Change, Field};
use crate::config::{Mistake, Settings, Upstream};
use crate::console::tools;
use crate::error::{Code, Rejection};
use crate::http::cors::{self, Page};
use crate::http::hops;
use crate::http::message::{Answer, Inbound, Millis};
use crate::http::respond::{self, Tongue};
use crate::http::route::{NativeRoute, Own, Route, route};
use crate::http::target::Target;
use crate::validate::{Problem, urls};
use crate::vendor::encode::encode;
use crate::vendor::{Operation, ParamRole, Touches};

/// What became of a new request.
pub(super) enum Taken {
    /// It is answered already.
    Answered(Answer, Vec<String>),
    /// Something has to be found out within so many milliseconds.
    Lacks(Missing, Millis),
    /// It goes on to an upstream.
    Prepared(Box<Prepared>),
}

/// A permitted operation, and the body for the loop to hold.
pub(super) struct Prepared {
    pub suspended: Suspended,
    pub body: Option<Vec<u8>>,
}

/// A request that was not refused.
pub(super) enum Admitted {
    /// Answered by us. `true`: it goes on record.
    Own(Answer, bool),
    Lacks(Missing, Millis),
    Native(Box<Prepared>),
}

/// A request under examination.
pub(super) struct Visit<'a> {
    pub gateway: &'a Gateway,
    pub settings: &'a Settings,
    pub inbound: &'a Inbound,
    pub arriving: &'a Arriving,
    pub page: Page<'a>,
    pub now: Millis,
}

/// Longest time for a request of a console, which gives up after ten seconds. Milliseconds.
const CONSOLE_DEADLINE: Millis = 9_000;

/// Takes a request in.
pub(super) fn take(gateway: &Gateway, inbound: &Inbound, arriving: &Arriving, now: Millis) -> Taken {
    let settings = gateway.settings.as_ref();
    let page = settings.map_or(Page::None, |settings| Page::of(settings, inbound));
    if let Page::Known(origin) = page
        && cors::is_preflight(inbound)
    {
        return Taken::Answered(cors::preflight(&inbound.headers, origin, &inbound.request_id), Vec::new());
    }
    let mut record = Record::new(&inbound.request_id, arriving.started);
    let mut tongue = Tongue::Problem;
    let taken = match settings {
        Ok(settings) => {
            let visit = Visit { gateway, settings, inbound, arriving, page, now };
            visit.prepare(&mut record, &mut tongue)
        }
        Err(mistakes) => unconfigured(inbound, mistakes),
    };
    let accept = inbound.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let (mut answer, log) = match taken {
        Ok(Admitted::Lacks(missing, remaining)) => return Taken::Lacks(missing, remaining),
        Ok(Admitted::Native(mut prepared)) => {
            tongue.preferred(accept).name().clone_into(&mut prepared.suspended.tongue);
            return Taken::Prepared(prepared);
        }
        Ok(Admitted::Own(answer, on_record)) => {
            record.decision = Some("allowed".to_owned());
            let line = on_record.then(|| record.close(false, answer.status.as_u16(), now));
            (answer, line.into_iter().collect())
        }
        Err(rejection) => refuse(&rejection, tongue.preferred(accept), record, now),
    };
    if let Page::Known(origin) = page {
        cors::open(&mut answer, origin);
    }
    Taken::Answered(answer, log)
}

/// Refuses a request about which nothing but this is known.
pub(super) fn early_refusal(
    rejection: &Rejection,
    request_id: &str,
    origin: Option<&str>,
    started: Millis,
    now: Millis,
) -> (Answer, Vec<String>) {
    let (mut answer, log) = refuse(rejection, Tongue::Problem, Record::new(request_id, started), now);
    if let Some(origin) = origin {
        cors::open(&mut answer, origin);
    }
    (answer, log)
}

fn refuse(rejection: &Rejection, tongue: Tongue, mut record: Record, now: Millis) -> (Answer, Vec<String>) {
    record.decision = Some("refused".to_owned());
    record.reason = Some(rejection.code.name().to_owned());
    record.cause = rejection.cause.map(str::to_owned);
    let answer = respond::refusal(rejection, tongue, &record.request_id);
    let line = record.close(false, answer.status.as_u16(), now);
    (answer, vec![line])
}

/// Nothing is served but the word that this isolate is alive. A caller is told every mistake by name and none by value,
/// because nobody can be authenticated in this state.
fn unconfigured(inbound: &Inbound, mistakes: &[Mistake]) -> Result<Admitted, Rejection> {
    if Target::parse(&inbound.url)?.segments == ["healthz"] {
        return Ok(own::well(&inbound.request_id));
    }
    let problems = mistakes
        .iter()
        .map(|mistake| Problem::error("", "configuration", format!("{}: {}", mistake.at, mistake.message)))
        .collect();
    let detail = "The configuration has mistakes; nothing is served until they are mended.";
    Err(Rejection { problems, ..Rejection::new(Code::NotConfigured, detail) })
}

impl Visit<'_> {
    fn prepare(&self, record: &mut Record, tongue: &mut Tongue) -> Result<Admitted, Rejection> {
        let traceparent = hops::traceparent(&self.inbound.headers);
        record.version.clone_from(&self.settings.gateway.version);
        record.trace = traceparent.as_deref().and_then(hops::trace_id).map(str::to_owned);
        let target = Target::parse(&self.inbound.url)?;
        served_here(self.settings, &target)?;
        let via = hops::via(&self.inbound.headers, &self.settings.gateway.via)?;
        if self.page == Page::Foreign {
            return Err(foreign_page());
        }
        let call = match route(self.settings, &self.inbound.method, &target) {
            Ok(Route::Own(own)) => {
                if own == Own::Token {
                    *tongue = Tongue::OAuth;
                }
                return self.own(own, record);
            }
            Ok(Route::Native(native)) => Call::Natively(native),
            Ok(Route::Tools(upstream, operation)) => Call::ByName(upstream, operation),
            Err(misroute) => {
                let console = matches!(target.segments.first(), Some(&"tools"));
                let own = if console { Tongue::Console } else { Tongue::Problem };
                *tongue = misroute.vendor.map_or(own, Tongue::Vendor);
                return Err(misroute.rejection);
            }
        };
        let (upstream, operation) = call.operation();
        let dialect = upstream.vendor.dialect();
        let by_name = matches!(call, Call::ByName(..));
        *tongue = if by_name { Tongue::Console } else { Tongue::Vendor(upstream.vendor) };
        describe(record, upstream, operation, if by_name { "tools" } else { "native" });
        let places = Places { basic_password: dialect.sdk_sends_basic, api_key: by_name };
        let principal = match self.authenticate(places, record)? {
            Ok(principal) => principal,
            Err(missing) => return self.lacks(missing),
        };
        let (route, arguments) = match call {
            Call::Natively(route) => (route, None),
            // Whom it is about is in the body.
            Call::ByName(upstream, operation) => {
                reading::readable(self.inbound, Some(dialect))?;
                let arguments = reading::object(self.inbound)?;
                let (route, body) = tools::call(upstream, operation, arguments)?;
                (route, Some(body))
            }
        };
        record.organization = route.operation.subject(ParamRole::Organization, &route.params).map(str::to_owned);
        record.connection = route.operation.subject(ParamRole::Connection, &route.params).map(str::to_owned);
        let admission = admit(&principal, &route)?;

        reading::readable(self.inbound, Some(dialect))?;
        let member_session = reading::member_session(&self.inbound.headers, dialect)?;
        let body = arguments.map_or_else(|| reading::body(self.inbound, &route), Ok)?;
        let change = body.map(|body| reading::change(body, &route, self.now)).transpose()?;
        let effect = reading::effect(&route, change.as_ref().map(|(change, _)| change));
        record.fields = effect.names();
        if let Some(change) = &change {
            name_subjects(record, operation, &change.0);
        }
        let permit = permit(admission, &effect, change.as_ref().map(|(change, _)| change))?;

        let (change, warnings) = change.map_or((None, Vec::new()), |(change, warnings)| (Some(change), warnings));
        let renamed = change.as_ref().and_then(|change| change.text(&Field::Name)).map(str::to_owned);
        let masks = change.as_ref().map(reading::masks).unwrap_or_default();
        let body = change.map(encode);
        let (work, body) = match body {
            Some(body) if !masks.is_empty() => {
                let body = String::from_utf8(body.to_bytes()).unwrap_or_default();
                (Work::ReadStored { body, masks }, None)
            }
            body => (Work::Operation { has_body: body.is_some() }, body.map(|body| body.to_bytes())),
        };
        record.decision = Some("allowed".to_owned());
        let deadline = self.settings.gateway.deadline_ms;
        let suspended = Suspended {
            permit,
            record: record.clone(),
            tongue: String::new(),
            work,
            awaiting: None,
            deadline: self.arriving.started.saturating_add(if by_name {
                deadline.min(CONSOLE_DEADLINE)
            } else {
                deadline
            }),
            warnings: warnings.iter().map(respond::warning).collect(),
            origin: self.page.known().map(str::to_owned),
            via,
            traceparent,
            member_session,
            renamed,
            is_write: !matches!(route.operation.touches, Touches::Nothing),
            on_record: false,
            asked: false,
            write_sent: false,
            repeated: false,
            token_fetches: 0,
            pauses: 0,
            restored: Vec::new(),
            tried_other_secret: false,
        };
        Ok(Admitted::Native(Box::new(Prepared { suspended, body })))
    }
}

/// Puts the subjects on record that only the body names, as far as they look like names.
fn name_subjects(record: &mut Record, operation: &Operation, change: &Change) {
    let is_name = |name: &&str| (1..=128).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    for (member, role) in operation.names_in_body {
        let name = change.spelled(member).filter(is_name).map(str::to_owned);
        match role {
            ParamRole::Organization => record.other_organization = name,
            ParamRole::Connection if record.connection.is_none() => record.connection = name,
            ParamRole::Connection | ParamRole::Part => {}
        }
    }
}

/// An operation, and how it was asked for.
enum Call<'a> {
    /// By the vendor's own verb and path.
    Natively(NativeRoute<'a>),
    /// By its name, with its values in the body.
    ByName(&'a Upstream, &'static Operation),
}

impl<'a> Call<'a> {
    fn operation(&self) -> (&'a Upstream, &'static Operation) {
        match self {
            Self::Natively(route) => (route.upstream, route.operation),
            Self::ByName(upstream, operation) => (upstream, operation),
        }
    }
}

fn describe(record: &mut Record, upstream: &Upstream, operation: &Operation, door: &str) {
    record.door = Some(door.to_owned());
    record.upstream = Some(upstream.name.clone());
    record.operation = Some(operation.name.to_owned());
    record.route = Some(format!("{} {}", operation.method, operation.template()));
}

/// A page on another name that resolves to this machine (DNS rebinding) must not reach a gateway made for development.
fn served_here(settings: &Settings, target: &Target<'_>) -> Result<(), Rejection> {
    if !settings.gateway.loopback {
        return Ok(());
    }
    let host = match target.authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => target.authority,
    };
    let parsed = Host::parse(host);
    let is_loopback = match &parsed {
        Ok(Host::Domain(name)) => urls::is_loopback(&Host::Domain(name.as_str())),
        Ok(Host::Ipv4(address)) => urls::is_loopback(&Host::Ipv4(*address)),
        Ok(Host::Ipv6(address)) => urls::is_loopback(&Host::Ipv6(*address)),
        Err(_) => false,
    };
    if is_loopback {
        return Ok(());
    }
    Err(Rejection::new(Code::Misdirected, "This gateway runs for development and answers to localhost only."))
}
