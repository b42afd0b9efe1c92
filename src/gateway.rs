//! The way of a request, in one sitting.
//!
//! ```text
//! begin   read → route → authenticate → admit → decode → validate → permit → encode
//!         └ any of them refuses: one answer in the door's own words, one audit line
//!         └ a caller's token or limit has to be looked into first: one more step of the loop's, then once more from `read`
//! proceed credential → inject → exchange            (a token fetch, a wait and a read of stored secrets are
//! resume  interpret → redact → scrub → answer        just more exchanges on the same way)
//! ```
//!
//! The core is synchronous and does no I/O. [`Gateway::begin`] and [`Gateway::resume`] return a [`Step`]; the shell carries
//! it out and comes back. What a request needs after an exchange travels with the loop as text that only this module
//! writes and reads ([`Suspended`]), so one request's panic cannot cost another its state, and none can resume another's.

mod access;
mod arrival;
mod intake;
mod own;
mod reading;
mod stored;
mod suspended;
mod welcome;

use std::cell::RefCell;
use std::collections::BTreeSet;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use self::access::Next;
use self::arrival::Arriving;
use self::intake::Prepared;
use self::suspended::{Awaiting, Parked, Suspended, Work};
use crate::auth::Recognition;
use crate::config::{Mistake, Settings, Upstream};
use crate::credential::{Authorization, Cargo, Keyring, Purpose, Tokens, inject, token_request};
use crate::error::{Code, Rejection};
use crate::http::cors::{self, Page};
use crate::http::message::{Answer, Failure, Inbound, Millis, Outcome, Step, UpstreamBody};
use crate::http::respond::{self, Tongue};
use crate::interpret::{Question, Reading, interpret};
use crate::json::{Object, Value};
use crate::scrub::{Needles, Scrubber};

/// How long a request waits before it looks for a token again, in milliseconds; up to eight times as long later on.
const PAUSE: u32 = 25;

/// One isolate's gateway: its settings, and the tokens it holds.
pub struct Gateway {
    settings: Result<Settings, Vec<Mistake>>,
    keyring: Option<Keyring>,
    tokens: RefCell<Tokens>,
    recognition: RefCell<Recognition>,
}

impl Gateway {
    /// Reads the configuration. A wrong one is kept and told: nothing is served until it is mended.
    pub fn new(bindings_json: &str) -> Self {
        let settings = crate::config::load(bindings_json);
        let keyring = settings.as_ref().ok().map(Keyring::new);
        Self { settings, keyring, tokens: RefCell::default(), recognition: RefCell::default() }
    }

    /// The origins whose pages may read answers, for the one answer that the core cannot make itself.
    pub fn origins(&self) -> Vec<&str> {
        self.settings.as_ref().map(Settings::origins).unwrap_or_default()
    }

    /// Starts on a request.
    #[expect(clippy::needless_pass_by_value, reason = "a request begins once")]
    pub fn begin(&self, inbound: Inbound, now: Millis) -> Step {
        let page = self.settings.as_ref().map_or(Page::None, |settings| Page::of(settings, &inbound));
        let arriving = Arriving::new(&inbound, page.known(), now);
        self.arrive(&inbound, arriving, now)
    }

    /// Looks at a request with what was found out about it so far.
    fn arrive(&self, inbound: &Inbound, arriving: Arriving, now: Millis) -> Step {
        match intake::take(self, inbound, &arriving, now) {
            intake::Taken::Answered(answer, log) => Step::Answer { answer, log },
            intake::Taken::Lacks(missing, remaining) => Self::find_out(missing, arriving, remaining),
            intake::Taken::Prepared(prepared) => {
                let Prepared { suspended, body } = *prepared;
                self.proceed(suspended, body, now)
            }
        }
    }

    /// Goes on after an exchange or a wait.
    pub fn resume(&self, suspended: &str, outcome: Outcome, now: Millis) -> Step {
        let mut suspended = match Parked::revive(suspended) {
            Some(Parked::Underway(suspended)) => *suspended,
            Some(Parked::Arriving(arriving)) => return self.go_on(arriving, outcome, now),
            None => return Step::Lost,
        };
        match (suspended.awaiting.take(), outcome) {
            (_, Outcome::Crashed) => {
                let mut rejection = Rejection::new(
                    Code::InternalError,
                    "The gateway failed while handling this request; its operator finds the request id in the log.",
                );
                rejection.outcome_unknown = suspended.write_sent;
                self.refuse(suspended, &rejection, None, now)
            }
            (Some(Awaiting::Pause), _) => self.proceed(suspended, None, now),
            (Some(Awaiting::Token { asked_at, secret_index }), outcome) => {
                self.keep_token(&mut suspended, asked_at, secret_index, outcome, now);
                self.proceed(suspended, None, now)
            }
            (Some(Awaiting::Upstream(used)), Outcome::Answered { status, headers, body }) => {
                self.answered(suspended, &used.into(), status, &headers, &body, now)
            }
            (Some(Awaiting::Upstream(_)), Outcome::Failed(failure)) => {
                let rejection = unanswered(&suspended, failure);
                self.refuse(suspended, &rejection, None, now)
            }
            _ => Step::Lost,
        }
    }

    /// Takes the next step towards the upstream: gets hold of a credential, then sends what is due.
    fn proceed(&self, mut suspended: Suspended, hold: Option<Vec<u8>>, now: Millis) -> Step {
        let Some(upstream) = self.upstream(&suspended) else { return Step::Lost };
        let Some(remaining) = suspended.remaining(now) else {
            let rejection = unanswered(&suspended, Failure::TimedOut);
            return self.refuse(suspended, &rejection, None, now);
        };
        match self.credential(upstream, &mut suspended, now) {
            Next::Send(authorization) => {
                if !authorization.is_token {
                    suspended.note_secret(upstream, authorization.secret_index);
                }
                self.send(suspended, &authorization, hold, remaining, now)
            }
            Next::Fetch { secret_index, ahead } => match token_request(upstream, secret_index, ahead, remaining) {
                Some(request) => {
                    suspended.note_secret(upstream, secret_index);
                    suspended.count_exchange(Awaiting::Token { asked_at: now, secret_index });
                    Step::Exchange { request, hold, suspended: suspended.store(), log: Vec::new() }
                }
                None => Step::Lost,
            },
            Next::Wait => {
                let ms = PAUSE << suspended.pauses.min(3);
                suspended.pauses = suspended.pauses.saturating_add(1);
                suspended.awaiting = Some(Awaiting::Pause);
                Step::Wait { ms, hold, suspended: suspended.store() }
            }
            Next::Fail(rejection) => self.refuse(suspended, &rejection, None, now),
        }
    }

    /// Sends what is due, with the credential attached. A write is put on record first.
    fn send(
        &self,
        mut suspended: Suspended,
        authorization: &Authorization,
        hold: Option<Vec<u8>>,
        remaining: Millis,
        now: Millis,
    ) -> Step {
        let Ok(settings) = &self.settings else { return Step::Lost };
        let (purpose, body) = match &suspended.work {
            Work::ReadStored { .. } => (Purpose::ReadStored, UpstreamBody::None),
            Work::Operation { has_body: true } => (Purpose::Operation, UpstreamBody::Held),
            Work::Operation { has_body: false } => (Purpose::Operation, UpstreamBody::None),
        };
        let cargo = Cargo {
            member_session: &suspended.member_session,
            request_id: &suspended.record.request_id,
            via: &suspended.via,
            traceparent: suspended.traceparent.as_deref(),
            body,
            timeout_ms: u32::try_from(remaining).unwrap_or(u32::MAX),
        };
        let request = inject(&suspended.permit, purpose, settings, authorization, cargo);
        let Some(request) = request else { return Step::Lost };
        let mut log = Vec::new();
        suspended.asked = true;
        suspended.record.upstream_status = None;
        if request.write {
            if !suspended.on_record {
                log.push(suspended.record.decision(now));
            }
            suspended.on_record = true;
            suspended.write_sent = true;
        }
        suspended.count_exchange(Awaiting::Upstream(authorization.into()));
        Step::Exchange { request, hold, suspended: suspended.store(), log }
    }

    /// Reads the upstream's answer and decides what follows.
    fn answered(
        &self,
        mut suspended: Suspended,
        used: &Authorization,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        now: Millis,
    ) -> Step {
        let Some(upstream) = self.upstream(&suspended) else { return Step::Lost };
        let dialect = upstream.vendor.dialect();
        let Some(operation) = dialect.operation(suspended.permit.operation()) else { return Step::Lost };
        suspended.record.upstream_status = Some(status);
        // What is stored is judged as the answer to the reading that it is.
        let operation = match &suspended.work {
            Work::ReadStored { .. } => operation.reader(dialect).unwrap_or(operation),
            Work::Operation { .. } => operation,
        };
        let params = suspended.permit.params(upstream.vendor);
        let question = Question {
            upstream: &upstream.name,
            dialect,
            operation,
            params: &params,
            permit: &suspended.permit,
            renamed: suspended.renamed.as_deref(),
            member_session: !suspended.member_session.is_empty(),
            write: suspended.write_sent,
            now,
        };
        if let (Work::ReadStored { body: ours, masks }, 200..=299) = (&suspended.work, status) {
            return match stored::put_back(ours, masks, body, &question) {
                Ok((whole, secrets)) => {
                    suspended.restored = secrets;
                    suspended.work = Work::Operation { has_body: true };
                    self.proceed(suspended, Some(whole), now)
                }
                Err(rejection) => self.refuse(suspended, &rejection, Some(used), now),
            };
        }
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        match interpret(&question, status, retry_after, body) {
            Reading::Pass(status, body, code) => {
                suspended.record.upstream_code = code;
                // Consoles read JSON, whatever the status.
                let (status, body) = match (body, suspended.tongue()) {
                    (None, Tongue::Console) => (StatusCode::OK, Some(Value::Object(Object::default()))),
                    (body, _) => (status, body),
                };
                let mut answer =
                    respond::vendor_answer(status, body.as_ref(), &suspended.warnings, &suspended.record.request_id);
                if suspended.permit.shows_all() {
                    respond::pass_headers(&mut answer, headers, dialect.passed_headers);
                }
                let outcome = if status.is_success() { "done" } else { "refused" };
                self.finish(suspended, answer, Some(used), outcome, now)
            }
            Reading::CredentialRefused(rejection) => {
                // A write is repeated only after a refusal that says that nothing was done.
                let undone = !rejection.outcome_unknown;
                if undone && !suspended.repeated && self.another_credential(upstream, used) {
                    suspended.write_sent = false;
                    suspended.repeated = true;
                    return self.proceed(suspended, None, now);
                }
                self.remember_refusal(upstream, used, now);
                self.refuse(suspended, &rejection, Some(used), now)
            }
            Reading::Failed(rejection) => self.refuse(suspended, &rejection, Some(used), now),
        }
    }

    /// Answers with an error of ours, in the door's own words.
    fn refuse(
        &self,
        mut suspended: Suspended,
        rejection: &Rejection,
        used: Option<&Authorization>,
        now: Millis,
    ) -> Step {
        suspended.record.reason = Some(rejection.code.name().to_owned());
        suspended.record.cause = rejection.cause.map(str::to_owned);
        if let Some(code) = rejection.upstream.as_ref().and_then(|upstream| upstream.code.clone()) {
            suspended.record.upstream_code = Some(code);
        }
        let outcome = match (rejection.outcome_unknown, suspended.asked) {
            (true, _) => "unknown",
            (false, true) => "failed",
            (false, false) => "not_sent",
        };
        let answer = respond::refusal(rejection, suspended.tongue(), &suspended.record.request_id);
        self.finish(suspended, answer, used, outcome, now)
    }

    /// The one way out after an upstream was involved: scrubbed, counted, on record.
    fn finish(
        &self,
        mut suspended: Suspended,
        mut answer: Answer,
        used: Option<&Authorization>,
        outcome: &str,
        now: Millis,
    ) -> Step {
        suspended.record.outcome = Some(outcome.to_owned());
        let write = suspended.is_write;
        let mut log = suspended.record.close(write, answer.status.as_u16(), now);
        let tokens = self.tokens.borrow();
        let upstream = suspended.permit.upstream();
        // The instance that attached the token may have been lost meanwhile; then it is prepared again from what the
        // loop kept.
        let known = used.and_then(|used| tokens.needles(upstream, used.generation));
        // A Basic value is found by the secret in it, whose needles are at hand.
        let made = used.filter(|used| used.is_token && known.is_none()).map(|used| Needles::new(token_of(used)));
        let keys = self.keyring.as_ref().and_then(|ring| ring.get(upstream)).map_or(&[][..], |key| &key.needles);
        let ours: Vec<&Needles> = keys.iter().chain(known).chain(made.as_ref()).collect();
        Scrubber::new(&ours).scrub_text(&mut log);
        // What the caller may not see of the stored connection must not come back in an error that quotes the request. A
        // success is blanked by its places: a search in it would tell whether a guess beside the secret was right.
        let success = answer.status.is_success();
        let restored = suspended.restored.iter().filter(|secret| !success && is_searchable(secret));
        let restored: Vec<Needles> = restored.map(|secret| Needles::new(secret)).collect();
        Scrubber::new(&ours.into_iter().chain(&restored).collect::<Vec<_>>()).scrub(&mut answer.body);
        if let Some(origin) = &suspended.origin {
            cors::open(&mut answer, origin);
        }
        Step::Answer { answer, log: vec![log] }
    }

    fn upstream(&self, suspended: &Suspended) -> Option<&Upstream> {
        self.settings.as_ref().ok()?.upstream(suspended.permit.upstream())
    }
}

/// The part of an `Authorization` value that is secret.
fn token_of(used: &Authorization) -> &str {
    let value = used.value.expose();
    value.split_once(' ').map_or(value, |(_, token)| token)
}

/// Whether a stored secret can be looked for: like a configured one, which is refused if it repeats itself, since whoever
/// chose it could make the search last.
fn is_searchable(secret: &str) -> bool {
    secret.len() <= 1_024 && secret.bytes().collect::<BTreeSet<u8>>().len() >= 8
}

/// No answer, or not all of it.
fn unanswered(suspended: &Suspended, failure: Failure) -> Rejection {
    let (code, detail) = match failure {
        Failure::TimedOut => (Code::UpstreamTimeout, "The upstream did not answer in time."),
        Failure::Broken => {
            (Code::UpstreamFailed, "The connection to the upstream broke before its answer was complete.")
        }
        Failure::TooLarge => (Code::UpstreamInvalidAnswer, "The upstream's answer is larger than 4 MiB."),
    };
    let mut rejection = Rejection::new(code, detail);
    rejection.outcome_unknown = suspended.write_sent;
    rejection
}
