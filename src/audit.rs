//! One line per request, two for a write: the decision before it is sent, the outcome afterwards.
//!
//! A line names who asked for what on whose connection, which canonical fields it touches and what came of it. It holds
//! names, never values: no body, no query, no header, no token. Identifiers of the subject are logged once the caller is
//! known, refused or not, and fit the vendor's alphabet, so that no stranger writes into the log and no line breaks. Lines are
//! JSON on a single line; every text in them is escaped by the serialiser.

use serde::{Deserialize, Serialize};

use crate::http::message::Millis;
use crate::json::Value;
use crate::object;

/// What is known of a request so far.
#[derive(Serialize, Deserialize, Clone, Default)]
pub struct Record {
    /// `decision`, `outcome` or `request`.
    pub event: String,
    /// When the line was written, in milliseconds since 1970.
    pub time: Millis,
    /// Our id of the request.
    pub request_id: String,
    /// Name of the caller, once known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caller: Option<String>,
    /// Digest of the user behind the caller's token, where it names one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// Id of the session that the caller used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    /// Id of the trace that the request belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace: Option<String>,
    /// Which door it came through.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub door: Option<String>,
    /// Name of the upstream.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upstream: Option<String>,
    /// Name of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation: Option<String>,
    /// Verb and path template; never the path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub route: Option<String>,
    /// The organization, as named in the path, once the caller is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organization: Option<String>,
    /// A second organization that the body names, from which a connection is borrowed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other_organization: Option<String>,
    /// The connection, as named in the path or, where that names none, in the body, once the caller is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connection: Option<String>,
    /// Canonical names of what is touched; `*` is everything.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fields: Vec<String>,
    /// `allowed` or `refused`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<String>,
    /// Why it was refused or failed: one of our codes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What is behind a reason that callers are not told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<String>,
    /// Status that the caller gets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// Status that the upstream answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upstream_status: Option<u16>,
    /// The upstream's own error code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upstream_code: Option<String>,
    /// `done`, `refused`, `failed` or `unknown` for a request that was sent; `not_sent` for one that was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// Which of the upstream's secrets were used, by their place in the configuration, while two are configured.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub secrets: Vec<usize>,
    /// Exchanges made, token fetches included.
    pub attempts: u32,
    /// Milliseconds since the request came in.
    pub ms: Millis,
    /// Id of the Worker's version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// When the request came in, in milliseconds since 1970.
    started: Millis,
}

impl Record {
    /// The record of a request that just came in.
    pub fn new(request_id: &str, now: Millis) -> Self {
        Self { request_id: request_id.to_owned(), started: now, ..Self::default() }
    }

    /// When the request came in.
    pub fn started(&self) -> Millis {
        self.started
    }

    /// The line about a decision that has been made but not carried out yet.
    pub fn decision(&mut self, now: Millis) -> String {
        self.line("decision", now)
    }

    /// The last line about this request.
    pub fn close(&mut self, write: bool, status: u16, now: Millis) -> String {
        self.status = Some(status);
        self.line(if write { "outcome" } else { "request" }, now)
    }

    fn line(&mut self, event: &str, now: Millis) -> String {
        event.clone_into(&mut self.event);
        self.time = now;
        self.ms = now.saturating_sub(self.started);
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The line about a key set that could not be used; the last good one serves on.
pub fn keys_line(request_id: &str, url: &str, reason: &str, now: Millis) -> String {
    let line =
        object! { "event" => "keys", "time" => now, "request_id" => request_id, "url" => url, "reason" => reason };
    String::from_utf8(Value::from(line).to_bytes()).unwrap_or_default()
}
