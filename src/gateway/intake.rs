//! From bytes to a permitted, encoded change: everything that happens before an upstream is involved.

use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use url::Host;

use super::suspended::{Suspended, Work};
use crate::audit::Record;
use crate::auth::{admit, authenticate, permit};
use crate::canonical::{Change, Effect, Field, Leaf};
use crate::config::{Mistake, Settings};
use crate::error::{Code, Rejection};
use crate::http::limits;
use crate::http::message::{Answer, Inbound, InboundBody, Millis};
use crate::http::respond::{self, Tongue};
use crate::http::route::{NativeRoute, Route, route};
use crate::http::target::Target;
use crate::interpret::{Question, belongs_to};
use crate::json::{self, Object, ReadErrorKind, Value};
use crate::validate::{self, Problem, urls};
use crate::vendor::decode::{self, decode};
use crate::vendor::encode::encode;
use crate::vendor::{Dialect, ParamRole, RestoreError, Touches, Vendor, restore};

/// What became of a new request.
pub(super) enum Taken {
    /// It is answered already.
    Answered(Answer, Vec<String>),
    /// It goes on to an upstream.
    Prepared(Box<Prepared>),
}

/// A permitted operation, and the body for the loop to hold.
pub(super) struct Prepared {
    pub suspended: Suspended,
    pub body: Option<Vec<u8>>,
}

/// Takes a request in.
pub(super) fn take(settings: Result<&Settings, &Vec<Mistake>>, inbound: &Inbound, now: Millis) -> Taken {
    let mut record = Record::new(&inbound.request_id, now);
    let accept = inbound.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut vendor = None;
    match prepare(settings, inbound, now, &mut record, &mut vendor) {
        Ok(Admitted::Own(answer)) => Taken::Answered(answer, Vec::new()),
        Ok(Admitted::Native(mut prepared)) => {
            if Tongue::choose(vendor, accept.as_deref()) == Tongue::Problem {
                prepared.suspended.vendor = None;
            }
            Taken::Prepared(prepared)
        }
        Err(rejection) => {
            record.decision = Some("refused".to_owned());
            record.reason = Some(rejection.code.name().to_owned());
            let answer = respond::refusal(&rejection, Tongue::choose(vendor, accept.as_deref()), &record.request_id);
            let line = record.close(false, answer.status.as_u16(), now);
            Taken::Answered(answer, vec![line])
        }
    }
}

/// A request that may go on.
enum Admitted {
    Own(Answer),
    Native(Box<Prepared>),
}

fn prepare(
    settings: Result<&Settings, &Vec<Mistake>>,
    inbound: &Inbound,
    now: Millis,
    record: &mut Record,
    vendor: &mut Option<Vendor>,
) -> Result<Admitted, Rejection> {
    let target = Target::parse(&inbound.url)?;
    let settings = match settings {
        Ok(settings) => settings,
        Err(_) if target.segments == ["healthz"] => return Ok(Admitted::Own(well(&inbound.request_id))),
        Err(mistakes) => return Err(not_configured(mistakes)),
    };
    served_here(settings, &target)?;

    let route = match route(settings, &inbound.method, &target) {
        Ok(Route::Health | Route::Ready) => return Ok(Admitted::Own(well(&inbound.request_id))),
        Ok(Route::Native(native)) => native,
        Err(misroute) => {
            *vendor = misroute.vendor;
            return Err(misroute.rejection);
        }
    };
    *vendor = Some(route.upstream.vendor);
    describe(record, &route);
    let principal = authenticate(settings, &inbound.headers)?;
    record.caller = Some(principal.caller().name.clone());
    let admission = admit(principal, &route)?;
    record.organization = route.operation.subject(ParamRole::Organization, &route.params).map(str::to_owned);
    record.connection = route.operation.subject(ParamRole::Connection, &route.params).map(str::to_owned);

    readable(inbound, route.upstream.vendor.dialect())?;
    let member_session = member_session(&inbound.headers, route.upstream.vendor.dialect())?;
    let change = change(inbound, &route, now)?;
    let effect = effect(&route, change.as_ref().map(|(change, _)| change));
    record.fields = effect.names();
    let permit = permit(admission, &effect, change.as_ref().map(|(change, _)| change))?;

    let (change, warnings) = change.map_or((None, Vec::new()), |(change, warnings)| (Some(change), warnings));
    let renamed = change.as_ref().and_then(|change| change.text(&Field::Name)).map(str::to_owned);
    if route.operation.names_connection_in_body_alone() {
        record.connection.clone_from(&renamed);
    }
    let masks = change.as_ref().map(masks).unwrap_or_default();
    let body = change.map(encode);
    let (work, body) = match body {
        Some(body) if !masks.is_empty() => {
            let body = String::from_utf8(body.to_bytes()).unwrap_or_default();
            (Work::ReadStored { body, masks }, None)
        }
        body => (Work::Operation { has_body: body.is_some() }, body.map(|body| body.to_bytes())),
    };
    record.decision = Some("allowed".to_owned());
    let suspended = Suspended {
        permit,
        record: record.clone(),
        vendor: Some(route.upstream.vendor.name().to_owned()),
        work,
        awaiting: None,
        deadline: now.saturating_add(settings.gateway.deadline_ms),
        warnings: warnings.iter().map(respond::warning).collect(),
        member_session,
        renamed,
        is_write: !matches!(route.operation.touches, Touches::Nothing),
        on_record: false,
        write_sent: false,
        repeated: false,
        token_fetches: 0,
        pauses: 0,
        restored: Vec::new(),
        tried_other_secret: false,
    };
    Ok(Admitted::Native(Box::new(Prepared { suspended, body })))
}

fn describe(record: &mut Record, route: &NativeRoute<'_>) {
    record.door = Some("native".to_owned());
    record.upstream = Some(route.upstream.name.clone());
    record.operation = Some(route.operation.name.to_owned());
    record.route = Some(format!("{} {}", route.operation.method, route.operation.template()));
}

fn well(request_id: &str) -> Answer {
    let mut body = Object::default();
    body.insert("status", "ok");
    respond::vendor_answer(StatusCode::OK, Some(&Value::Object(body)), &[], request_id)
}

/// Every mistake by name, none by value; a caller is told too, because nobody can be authenticated in this state.
fn not_configured(mistakes: &[Mistake]) -> Rejection {
    let problems = mistakes
        .iter()
        .map(|mistake| Problem::error("", "configuration", format!("{}: {}", mistake.at, mistake.message)))
        .collect();
    let detail = "The configuration has mistakes; nothing is served until they are mended.";
    Rejection { problems, ..Rejection::new(Code::NotConfigured, detail) }
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

/// Headers of a request that the gateway looks at.
const READ: &[&str] = &["authorization", "accept", "content-type", "content-encoding", "origin"];

/// The request can be read: headers are text, the body is whole, plain and JSON.
fn readable(inbound: &Inbound, dialect: &Dialect) -> Result<(), Rejection> {
    // Others are never looked at; a proxy in front may add what it likes.
    let read = |name: &String| READ.contains(&name.as_str()) || dialect.member_session_headers.contains(&name.as_str());
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
fn member_session(headers: &HeaderMap, dialect: &Dialect) -> Result<Vec<(String, String)>, Rejection> {
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

/// Reads, decodes and validates the body: the change and its warnings, or every problem at once.
fn change(
    inbound: &Inbound,
    route: &NativeRoute<'_>,
    now: Millis,
) -> Result<Option<(Change, Vec<Problem>)>, Rejection> {
    let InboundBody::Read(bytes) = &inbound.body else { return Ok(None) };
    let Some(body) = route.operation.body else {
        // Some SDKs send `{}` with a DELETE.
        return match bytes.trim_ascii() {
            b"" | b"{}" => Ok(None),
            _ => Err(Rejection::new(Code::UnexpectedBody, "This operation takes no body; send none.")),
        };
    };
    json_content_type(&inbound.headers, bytes)?;
    let object = read_object(bytes)?;
    let upstream = route.upstream;
    let dialect = upstream.vendor.dialect();
    let context = decode::Context { vendor: upstream.vendor, unknown: upstream.unknown_members, params: &route.params };
    let (change, mut problems) = decode(object, body, &context);
    problems.extend(validate::check(&change, dialect, seconds(now)));
    let problems = validate::settle(problems, &upstream.checks);
    if problems.iter().any(Problem::is_error) {
        return Err(Rejection::invalid_body(problems.into_iter().filter(Problem::is_error).collect()));
    }
    Ok(Some((change, problems)))
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

fn effect(route: &NativeRoute<'_>, change: Option<&Change>) -> Effect {
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
fn masks(change: &Change) -> Vec<String> {
    change.edits.iter().filter(|edit| matches!(edit.leaf, Leaf::Keep)).map(|edit| edit.spelling.pointer()).collect()
}

/// Puts stored secrets back into a body, from what the upstream just answered. Gives the body and those secrets.
pub(super) fn put_back(
    ours: &str,
    masks: &[String],
    stored: &[u8],
    question: &Question<'_>,
) -> Result<(Vec<u8>, Vec<String>), Rejection> {
    let limits = json::Limits::ANSWER;
    let (Ok(mut body), Ok(mut stored)) = (json::read(ours.as_bytes(), limits), json::read(stored, limits)) else {
        return Err(Rejection::new(
            Code::UpstreamInvalidAnswer,
            "The stored connection could not be read; nothing was sent.",
        ));
    };
    if !belongs_to(question, &mut stored) {
        return Err(Rejection::new(
            Code::WrongSubject,
            "The upstream's answer is about another connection than the one asked for; nothing was sent.",
        ));
    }
    match restore(&mut body, &stored, masks, question.dialect, question.permit.may_retarget()) {
        Ok(()) => {
            let secrets = masks.iter().filter_map(|mask| body.pointer(mask)?.as_str().map(str::to_owned)).collect();
            Ok((body.to_bytes(), secrets))
        }
        Err(RestoreError::NothingStored) => Err(Rejection::new(
            Code::NothingToKeep,
            "The mask asks to keep a stored secret, but none is stored; send the secret itself.",
        )),
        Err(RestoreError::Retargeted) => Err(Rejection::new(
            Code::SecretRetarget,
            "This would send the stored client secret to another issuer; supply the client secret in the same request.",
        )),
    }
}

fn seconds(now: Millis) -> i64 {
    i64::try_from(now / 1_000).unwrap_or(i64::MAX)
}
