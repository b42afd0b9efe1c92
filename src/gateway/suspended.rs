//! What a request needs after an exchange, as text that the loop carries and never looks at.
//!
//! It holds no configured secret. It does hold what the answer has to be searched for even if the instance that sent it
//! has been lost: the token that is under way, which the loop has in a header anyway, and stored secrets that were put
//! back into the body, which the loop has in the body.

use serde::{Deserialize, Serialize};

use super::arrival::Arriving;
use crate::audit::Record;
use crate::auth::{Permit, travelling};
use crate::config::{Secret, Upstream};
use crate::credential::Authorization;
use crate::http::message::Millis;
use crate::http::respond::Tongue;

/// A request between two steps: one of two kinds.
#[derive(Serialize, Deserialize)]
pub(super) enum Parked {
    /// It has not been decided about.
    Arriving(Arriving),
    /// It was permitted.
    Underway(Box<Suspended>),
}

/// A permitted request between two steps.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about the past, and any may go with any other")]
#[derive(Serialize, Deserialize)]
pub(super) struct Suspended {
    /// What was decided.
    #[serde(with = "travelling")]
    pub permit: Permit,
    /// What is known for the log.
    pub record: Record,
    /// In whose words to answer.
    pub tongue: String,
    /// What is to be done once there is a credential.
    pub work: Work,
    /// What the next outcome is about.
    pub awaiting: Option<Awaiting>,
    /// When to give up, in milliseconds since 1970.
    pub deadline: Millis,
    /// Warnings for the answer.
    pub warnings: Vec<String>,
    /// The configured page that sent the request.
    pub origin: Option<String>,
    /// `Via` to send on.
    pub via: String,
    /// `traceparent` to send on.
    pub traceparent: Option<String>,
    /// Checked member-session headers.
    pub member_session: Vec<(String, String)>,
    /// Name that the body gives the connection.
    pub renamed: Option<String>,
    /// The operation may change something.
    pub is_write: bool,
    /// The decision about a write has been logged.
    pub on_record: bool,
    /// The upstream has been asked.
    pub asked: bool,
    /// A write has gone out, and its answer has not said otherwise.
    pub write_sent: bool,
    /// The request was repeated with another credential.
    pub repeated: bool,
    /// Token fetches that this request has caused.
    pub token_fetches: u32,
    /// How often it has waited for somebody else's.
    pub pauses: u32,
    /// Stored secrets that were put back into the body; they are looked for in the answer.
    pub restored: Vec<String>,
    /// This request has tried another secret at the token endpoint.
    pub tried_other_secret: bool,
}

/// What is to be done.
#[derive(Serialize, Deserialize)]
pub(super) enum Work {
    /// Read what is stored, put its secrets in the place of `masks` in `body`, and go on with the operation.
    ReadStored { body: String, masks: Vec<String> },
    /// Send the operation; its body is held by the loop.
    Operation { has_body: bool },
}

/// What an outcome is about.
#[derive(Serialize, Deserialize)]
pub(super) enum Awaiting {
    /// A while has passed.
    Pause,
    /// A token endpoint.
    Token { asked_at: Millis, secret_index: usize },
    /// The upstream.
    Upstream(Used),
}

/// The credential that is under way.
#[derive(Serialize, Deserialize)]
pub(super) struct Used {
    value: String,
    secret_index: usize,
    is_token: bool,
    generation: u64,
}

impl From<&Authorization> for Used {
    fn from(authorization: &Authorization) -> Self {
        Self {
            // A configured secret stays at home; every instance has it.
            value: if authorization.is_token { authorization.value.expose().to_owned() } else { String::new() },
            secret_index: authorization.secret_index,
            is_token: authorization.is_token,
            generation: authorization.generation,
        }
    }
}

impl From<Used> for Authorization {
    fn from(used: Used) -> Self {
        Self {
            value: Secret::new(used.value),
            secret_index: used.secret_index,
            is_token: used.is_token,
            generation: used.generation,
        }
    }
}

impl Parked {
    /// Reads it back. `None`: not ours.
    pub(super) fn revive(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Writes it for the loop.
    pub(super) fn store(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Suspended {
    /// Writes it for the loop.
    pub(super) fn store(self) -> String {
        Parked::Underway(Box::new(self)).store()
    }

    /// Milliseconds until the deadline; `None`: it has passed.
    pub(super) fn remaining(&self, now: Millis) -> Option<Millis> {
        self.deadline.checked_sub(now).filter(|remaining| *remaining > 0)
    }

    /// Notes that an exchange goes out and what its outcome will be about.
    pub(super) fn count_exchange(&mut self, awaiting: Awaiting) {
        self.record.attempts = self.record.attempts.saturating_add(1);
        self.awaiting = Some(awaiting);
    }

    /// Notes which secret is used, where a rotation has two.
    pub(super) fn note_secret(&mut self, upstream: &Upstream, index: usize) {
        let number = index.saturating_add(1);
        if upstream.credential.secrets().len() > 1 && !self.record.secrets.contains(&number) {
            self.record.secrets.push(number);
        }
    }

    /// In whose words to report an error.
    pub(super) fn tongue(&self) -> Tongue {
        Tongue::parse(&self.tongue)
    }
}
