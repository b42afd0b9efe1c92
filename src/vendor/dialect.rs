//! What a vendor's folder has to say, gathered in one value.

use http::StatusCode;

use super::{Operation, Segment};
use crate::canonical::Field;
use crate::error::Code;
use crate::json;
use crate::validate::Problem;

/// Everything particular to one vendor.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about a vendor, and any may go with any other")]
pub struct Dialect {
    /// Name in configuration and canonical paths.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// The catalogue. Routing, policy, tests and documents derive from it.
    pub operations: &'static [Operation],
    /// Names under which the vendor publishes operations, beside ours: ours, theirs.
    pub published_names: &'static [(&'static str, &'static str)],
    /// Connections belong to organizations.
    pub scoped_by_organization: bool,
    /// How identifiers of organizations begin, as opposed to their slugs and external ids.
    pub organization_ids: &'static [&'static str],
    /// An answer with a status of success may hold an error.
    pub errors_in_success: bool,
    /// Names of connections are the same in any letter case.
    pub names_ignore_case: bool,
    /// What `null` does where a member does not say otherwise.
    pub null: NullRule,
    /// True where clearing a member by an empty value is not documented, so that it warns.
    pub clearing_unverified: bool,
    /// What happens to members that only answers have.
    pub answer_only: AnswerOnly,
    /// What the mask of a stored secret means when it is sent back.
    pub masks: Masks,
    /// Where answers hold stored secrets: trailing member names, at any depth; `*` is any name.
    pub secrets: &'static [&'static [&'static str]],
    /// Native pointers of URLs that will receive a stored secret.
    pub secret_receivers: &'static [&'static str],
    /// Where an update is partial: fields that hold such a URL, each with the stored secrets that are sent there.
    pub secret_receiver_fields: &'static [(Field, &'static [Field])],
    /// Request headers of the caller that travel to the vendor, checked, and nothing else of theirs does.
    pub member_session_headers: &'static [&'static str],
    /// The vendor's SDKs send the secret they are given as the password of Basic.
    pub sdk_sends_basic: bool,
    /// Headers of an answer that a client needs, all of them words or numbers.
    pub passed_headers: &'static [&'static str],
    /// How tokens are asked for, where the credential is client credentials.
    pub token: Option<&'static TokenProtocol>,
    /// Reads an answer that is not a plain success.
    pub read_error: fn(status: u16, body: Option<&json::Value>) -> UpstreamError,
    /// Writes an error of ours in the vendor's shape, so that its SDK can parse it.
    pub write_error: fn(&ErrorView<'_>) -> json::Value,
    /// Takes out of an error body what may hold secrets or foreign text; member-level redaction follows anyway.
    pub trim_error: fn(&mut json::Value),
}

/// What `null` means in a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NullRule {
    /// The vendor refuses it, or is not known to take it.
    Refused,
    /// Nobody knows.
    Unverified,
}

/// What happens to a member of a request that only answers have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnswerOnly {
    /// It is sent: the vendor drops it (captured).
    Forwarded,
    /// It is left out: what the vendor would do with it is not known.
    LeftOut,
}

/// What `"[redacted]"` means when it comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Masks {
    /// The update is partial: leaving the member out keeps the stored value.
    LeftOut,
    /// The update replaces: the stored value is read and put back.
    Restored,
    /// Neither is known to work.
    Refused,
}

/// How a vendor's token endpoint is asked.
pub struct TokenProtocol {
    /// Content type and body of the request.
    pub request: fn(&TokenInputs<'_>) -> (&'static str, Vec<u8>),
    /// Scope the token must have to be of any use.
    pub required_scope: Option<&'static str>,
    /// Lifetime in seconds where the answer does not say any.
    pub default_lifetime_s: u64,
    /// What the token is asked for.
    pub asked_for: AskedFor,
    /// Path of the token endpoint below the upstream's origin, where it is there by default.
    pub default_path: Option<&'static str>,
}

/// How a token request names the API that the token is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedFor {
    /// By `resource` (RFC 8707).
    Resource,
    /// By `audience`.
    Audience,
}

/// What goes into a token request.
pub struct TokenInputs<'a> {
    /// Application id.
    pub client_id: &'a str,
    /// Its secret.
    pub client_secret: &'a str,
    /// Logto.
    pub resource: Option<&'a str>,
    /// LoginRadius.
    pub audience: Option<&'a str>,
}

/// What an upstream's error is to us.
pub struct UpstreamError {
    /// What follows from it.
    pub verdict: Verdict,
    /// The vendor's own code, as a label.
    pub code: Option<String>,
}

/// What follows from an upstream's error (`docs/facts/README.md` section 5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The caller's mistake, or a fact the caller should hear: status and body pass.
    Pass,
    /// The same, but under this status, because the vendor answered something else (200 with an error code).
    PassAs(StatusCode),
    /// Our credential was refused: a new token may help, once.
    CredentialRefused,
    /// Our credential is good but not allowed to do this: a new token will not help.
    CredentialLacksPermission,
    /// With member-session headers the member is not allowed; without them it is our credential.
    MemberRefused,
    /// The vendor does not have this route.
    NotOffered,
    /// The vendor failed.
    Failed,
    /// Too many requests.
    RateLimited,
}

/// An error of ours, about to be written in a vendor's shape.
pub struct ErrorView<'a> {
    /// Status of the answer.
    pub status: StatusCode,
    /// Our code.
    pub code: Code,
    /// One sentence for people.
    pub detail: &'a str,
    /// Every problem of the request, if that is what went wrong.
    pub problems: &'a [Problem],
    /// The request's id.
    pub request_id: &'a str,
    /// `unknown` where a write may have happened.
    pub outcome: Option<&'static str>,
}

impl ErrorView<'_> {
    /// The problems as a JSON array, the same in every shape.
    pub fn problems_json(&self) -> json::Value {
        json::Value::Array(self.problems.iter().map(Problem::to_json).collect())
    }
}

impl Dialect {
    /// True where both name the same connection.
    pub fn same_connection(&self, one: &str, other: &str) -> bool {
        one == other || (self.names_ignore_case && one.eq_ignore_ascii_case(other))
    }

    /// The operation of that name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// True where a bare path begins like one of this vendor's.
    pub fn owns_path(&self, segments: &[&str]) -> bool {
        self.operations.iter().any(|operation| {
            let mut literals = operation.path.iter().map_while(|segment| match segment {
                Segment::Literal(text) => Some(*text),
                Segment::Param(_) => None,
            });
            let mut given = segments.iter().copied();
            literals.by_ref().all(|literal| given.next() == Some(literal))
        })
    }

    /// True where a bare path is one of this vendor's API, whether or not anything like it is offered.
    pub fn owns_root(&self, segments: &[&str]) -> bool {
        self.operations.iter().any(|operation| match (operation.path.first(), segments.first()) {
            (Some(Segment::Literal(root)), Some(given)) => root == given,
            _ => false,
        })
    }
}
