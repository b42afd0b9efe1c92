//! The messages that cross the edge of the core, as plain values.
//!
//! Nothing here can send or receive: the shell fills an [`Inbound`], carries out what a [`Step`] asks for and
//! hands back an [`Outcome`]. A test does the same with canned values, which is why no mock is needed.

use http::{HeaderMap, Method, StatusCode};

use crate::auth::Algorithm;

/// Milliseconds since 1970-01-01 UTC, given to the core as data. On Workers the clock only moves across I/O.
pub type Millis = u64;

/// A caller's request, as read by the shell. Nothing in it is trusted yet.
pub struct Inbound {
    /// The verb exactly as received; an unknown verb stays unknown (a platform that turns it into GET would
    /// let it pass a check by method).
    pub method: Method,
    /// The absolute URL as the platform gives it, never decoded.
    pub url: String,
    /// Names in lower case. A value that is not visible ASCII was replaced by an empty one and is listed in
    /// `bad_headers`.
    pub headers: HeaderMap,
    /// Names of headers whose value could not be read.
    pub bad_headers: Vec<String>,
    /// The body, or why there is none.
    pub body: InboundBody,
    /// Our name for this request, a UUID made by the platform's random source.
    pub request_id: String,
}

/// What was read of the caller's body, within the cap.
pub enum InboundBody {
    /// All of it; empty when there was none.
    Read(Vec<u8>),
    /// Longer than [`super::limits::REQUEST_BODY`]; reading stopped there.
    TooLarge,
    /// The connection ended before the body did.
    Cut,
}

/// What the caller gets.
pub struct Answer {
    /// Status of the answer.
    pub status: StatusCode,
    /// Headers, all written by us or taken from an allow-list.
    pub headers: HeaderMap,
    /// Bytes of the body.
    pub body: Vec<u8>,
}

/// One request to a configured upstream or to its token endpoint, with its credential attached.
pub struct UpstreamRequest {
    /// Verb of the operation.
    pub method: Method,
    /// Absolute URL built from a configured origin and an operation's template.
    pub url: String,
    /// Complete set of headers; the shell adds none.
    pub headers: Vec<(&'static str, String)>,
    /// What to send.
    pub body: UpstreamBody,
    /// How long the shell waits for the whole answer.
    pub timeout_ms: u32,
    /// Bytes of the answer after which the shell stops reading.
    pub answer_limit: usize,
    /// True where the request may change something upstream. A loop that loses the core after such a request
    /// was sent says `outcome: unknown`.
    pub write: bool,
}

/// A signature for the platform to check: in constant time, ten times as fast as code in the bundle would.
pub struct SignatureCheck {
    /// The algorithm that the key is for.
    pub algorithm: Algorithm,
    /// The public key, as a JWK with nothing but the key in it.
    pub jwk: String,
    /// What was signed, ASCII.
    pub input: String,
    /// The signature, of the length that the algorithm has.
    pub signature: Vec<u8>,
}

/// The body of an [`UpstreamRequest`].
pub enum UpstreamBody {
    /// No body and no content type.
    None,
    /// These bytes, once. What the loop holds stays as it is.
    Bytes(Vec<u8>),
    /// The bytes the core gave the loop to hold, at this step or an earlier one, so that a repeat does not carry them
    /// across again.
    Held,
}

/// What became of an exchange.
pub enum Outcome {
    /// A complete answer within the cap.
    Answered {
        /// Status as received, 3xx included: redirects are never followed.
        status: u16,
        /// Headers as received.
        headers: HeaderMap,
        /// The whole body, decoded by the runtime where it was compressed.
        body: Vec<u8>,
    },
    /// No complete answer.
    Failed(Failure),
    /// The wait that was asked for is over.
    Waited,
    /// The core panicked while it looked at the answer; this is the fresh instance being asked to account for it.
    Crashed,
    /// Something was found out about a request that is still arriving; here is that request once more.
    Arrival(Found, Box<Inbound>),
}

/// What was found out about an arriving request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nothing: it was asked for again.
    Nothing,
    /// Whether its token's signature is good. A key that the platform cannot use makes no signature good.
    Signature(bool),
    /// Whether its caller is within the limit; `None`: nobody could tell.
    Limit(Option<bool>),
}

/// Why an exchange has no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Nothing, or not all of it, in time.
    TimedOut,
    /// The connection could not be made or broke before the answer was complete.
    Broken,
    /// The answer is longer than [`super::limits::ANSWER_BODY`].
    TooLarge,
}

/// What the core wants next. `log` holds finished lines, one record each.
pub enum Step {
    /// Done: answer the caller.
    Answer {
        /// The answer.
        answer: Answer,
        /// Audit lines to print.
        log: Vec<String>,
    },
    /// Send this, then call `resume` with the result.
    Exchange {
        /// The request.
        request: UpstreamRequest,
        /// Bytes for the loop to hold until the end of this request, if any came up at this step.
        hold: Option<Vec<u8>>,
        /// What the core needs to go on, opaque to the loop.
        suspended: String,
        /// Audit lines to print before sending.
        log: Vec<String>,
    },
    /// Check this signature, then call `resume` with [`Outcome::Arrival`].
    Verify {
        /// What to check.
        check: SignatureCheck,
        /// What the core needs to go on, opaque to the loop.
        suspended: String,
    },
    /// Count this request in a rate-limit binding, then call `resume` with [`Outcome::Arrival`].
    Limit {
        /// Name of the binding.
        binding: String,
        /// Whose count.
        key: String,
        /// What the core needs to go on, opaque to the loop.
        suspended: String,
    },
    /// Call `resume` with [`Outcome::Arrival`] at once: the request itself is needed again.
    Again {
        /// What the core needs to go on, opaque to the loop.
        suspended: String,
        /// Lines to print.
        log: Vec<String>,
    },
    /// Nothing is known of this request: the loop came back with something the core did not write. It answers as it does
    /// to a panic.
    Lost,
    /// Call `resume` with [`Outcome::Waited`] after this many milliseconds.
    Wait {
        /// How long.
        ms: u32,
        /// Bytes for the loop to hold until the end of this request, if any came up at this step.
        hold: Option<Vec<u8>>,
        /// What the core needs to go on, opaque to the loop.
        suspended: String,
    },
}
