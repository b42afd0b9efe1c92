//! A request that is still arriving: something has to be found out before it can be decided about.
//!
//! An issuer's keys are fetched, a signature is checked, a rate limit is asked. Each is one step of the loop's; then the
//! request is looked at again from its beginning, with what was learned. So there is one place where requests are decided
//! about, and it sees all of the request every time.

use serde::{Deserialize, Serialize};

use super::suspended::Parked;
use super::{Gateway, PAUSE, intake};
use crate::audit;
use crate::auth::{KeySet, Learned, Need, Signed};
use crate::config::RateLimit;
use crate::error::{Code, Rejection};
use crate::http::limits;
use crate::http::message::{Found, Inbound, Millis, Outcome, Step, UpstreamBody, UpstreamRequest};

/// Longest time to wait for a key set, in milliseconds; shorter where an older one serves meanwhile.
const KEYS_TIMEOUT: Millis = 5_000;
const AHEAD_TIMEOUT: Millis = 2_000;

/// What is kept of an arriving request. The loop has the request itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Arriving {
    /// When it came in, in milliseconds since 1970.
    pub started: Millis,
    /// What was found out about its token.
    pub learned: Learned,
    /// Whether its caller is within the limit.
    pub limit: Limit,
    awaiting: Option<Awaiting>,
    pauses: u32,
    request_id: String,
    origin: Option<String>,
}

/// Where counting stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Limit {
    NotAsked,
    Passed,
    Reached,
    Unknown,
}

#[derive(Serialize, Deserialize)]
enum Awaiting {
    Keys(String),
    Pause,
    Signature(Signed),
    Limit,
}

/// What has to be found out about an arriving request.
pub(super) enum Missing {
    /// Who asks.
    Caller(Need),
    /// Whether this caller, or this address, is within its limit.
    Limit { limit: RateLimit, key: String },
}

impl Arriving {
    pub(super) fn new(inbound: &Inbound, origin: Option<&str>, now: Millis) -> Self {
        Self {
            started: now,
            learned: Learned::default(),
            limit: Limit::NotAsked,
            awaiting: None,
            pauses: 0,
            request_id: inbound.request_id.clone(),
            origin: origin.map(str::to_owned),
        }
    }

    /// Milliseconds until the deadline; `None`: it has passed.
    pub(super) fn remaining(&self, deadline_ms: Millis, now: Millis) -> Option<Millis> {
        self.started.saturating_add(deadline_ms).checked_sub(now).filter(|remaining| *remaining > 0)
    }
}

impl Gateway {
    /// Asks the loop to find out what is missing.
    pub(super) fn find_out(missing: Missing, mut arriving: Arriving, remaining: Millis) -> Step {
        let (awaiting, step): (_, Box<dyn FnOnce(String) -> Step>) = match missing {
            Missing::Caller(Need::Keys { url, ahead }) => {
                arriving.learned.keys_asked = true;
                let longest = if ahead { AHEAD_TIMEOUT } else { KEYS_TIMEOUT };
                let request = key_set_request(url.clone(), remaining.min(longest));
                let step = |suspended| Step::Exchange { request, hold: None, suspended, log: Vec::new() };
                (Awaiting::Keys(url), Box::new(step))
            }
            Missing::Caller(Need::Wait) => {
                let ms = PAUSE << arriving.pauses.min(3);
                arriving.pauses = arriving.pauses.saturating_add(1);
                (Awaiting::Pause, Box::new(move |suspended| Step::Wait { ms, hold: None, suspended }))
            }
            Missing::Caller(Need::Signature(check, signed)) => {
                (Awaiting::Signature(signed), Box::new(|suspended| Step::Verify { check, suspended }))
            }
            Missing::Limit { limit, key } => {
                (Awaiting::Limit, Box::new(|suspended| Step::Limit { binding: limit.binding, key, suspended }))
            }
        };
        arriving.awaiting = Some(awaiting);
        step(Parked::Arriving(arriving).store())
    }

    /// Goes on with an arriving request.
    pub(super) fn go_on(&self, mut arriving: Arriving, outcome: Outcome, now: Millis) -> Step {
        match (arriving.awaiting.take(), outcome) {
            (_, Outcome::Crashed) => Self::account(&arriving, now),
            (Some(Awaiting::Keys(url)), outcome @ (Outcome::Answered { .. } | Outcome::Failed(_))) => {
                let set = key_set(&outcome);
                let log = set.as_ref().err().map(|reason| audit::keys_line(&arriving.request_id, &url, reason, now));
                self.recognition.borrow_mut().keys_fetched(&url, set.ok(), now);
                Step::Again { suspended: Parked::Arriving(arriving).store(), log: log.into_iter().collect() }
            }
            (Some(Awaiting::Pause), Outcome::Waited) => {
                Step::Again { suspended: Parked::Arriving(arriving).store(), log: Vec::new() }
            }
            (None, Outcome::Arrival(Found::Nothing, inbound)) => self.arrive(&inbound, arriving, now),
            (Some(Awaiting::Signature(signed)), Outcome::Arrival(Found::Signature(good), inbound)) => {
                arriving.learned.signature = Some((signed, good));
                self.arrive(&inbound, arriving, now)
            }
            (Some(Awaiting::Limit), Outcome::Arrival(Found::Limit(within), inbound)) => {
                arriving.limit = match within {
                    Some(true) => Limit::Passed,
                    Some(false) => Limit::Reached,
                    None => Limit::Unknown,
                };
                self.arrive(&inbound, arriving, now)
            }
            _ => Step::Lost,
        }
    }

    /// Accounts for a request over which the core panicked. Nothing was sent for it.
    fn account(arriving: &Arriving, now: Millis) -> Step {
        let rejection = Rejection::new(
            Code::InternalError,
            "The gateway failed while handling this request; its operator finds the request id in the log.",
        );
        let (answer, log) =
            intake::early_refusal(&rejection, &arriving.request_id, arriving.origin.as_deref(), arriving.started, now);
        Step::Answer { answer, log }
    }
}

fn key_set_request(url: String, timeout_ms: Millis) -> UpstreamRequest {
    UpstreamRequest {
        method: http::Method::GET,
        url,
        headers: vec![
            ("accept", "application/jwk-set+json, application/json".to_owned()),
            ("user-agent", concat!("sso-config-gateway/", env!("CARGO_PKG_VERSION")).to_owned()),
        ],
        body: UpstreamBody::None,
        timeout_ms: u32::try_from(timeout_ms).unwrap_or(u32::MAX),
        answer_limit: limits::KEY_SET,
        write: false,
    }
}

/// The key set in an answer, or what is wrong with it. A redirect is not followed: it could point to anybody's keys.
fn key_set(outcome: &Outcome) -> Result<KeySet, &'static str> {
    let Outcome::Answered { status: 200, headers, body } = outcome else {
        return Err(match outcome {
            Outcome::Answered { status: 300..=399, .. } => "is a redirect, which is not followed",
            Outcome::Answered { .. } => "does not answer 200",
            _ => "does not answer, or not within 64 KiB and in time",
        });
    };
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !["application/json", "application/jwk-set+json"].iter().any(|json| kind.eq_ignore_ascii_case(json)) {
        return Err("is not served as JSON");
    }
    KeySet::read(body)
}
