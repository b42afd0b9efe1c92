//! Everything that can be wrong with a request, under stable names.
//!
//! One table says which status a code has and what it is called; `http::respond` turns a [`Rejection`] into the shape of
//! the door it came through. Sentences never contain a value of the caller's or of an upstream's, so that an error cannot
//! be used to reflect one.

use std::borrow::Cow;

use http::StatusCode;

use crate::validate::Problem;

/// Declares [`Code`] with its table.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $text:literal $title:literal,)*) => {
        /// Why a request was not carried out. The name is a contract; the sentence beside it is not.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, for documents and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Status of the answer.
            pub fn status(self) -> StatusCode {
                let status = match self { $(Self::$name => $status,)* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// Short title (RFC 9457).
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// The code of that name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// A body that is not strict JSON.
    InvalidJson = 400 "invalid_json" "The body is not valid JSON",
    /// A JSON body with at least one problem.
    InvalidBody = 400 "invalid_body" "The body has problems",
    /// The body ended early.
    BodyCut = 400 "body_cut" "The body ended early",
    /// A body where none belongs.
    UnexpectedBody = 400 "unexpected_body" "This operation takes no body",
    /// A path value that could be read as another path, or that the vendor cannot have.
    BadPathValue = 400 "bad_path_value" "A value in the path is not acceptable",
    /// A query parameter the operation does not have.
    UnknownQueryParameter = 400 "unknown_query_parameter" "Unknown query parameter",
    /// A query parameter with an unacceptable value.
    BadQueryValue = 400 "bad_query_value" "A query parameter has an unacceptable value",
    /// A header that cannot be read or passed on.
    BadHeader = 400 "bad_header" "A header is not acceptable",
    /// Something else than a client's request for a token.
    BadTokenRequest = 400 "bad_token_request" "Not a request for a token",
    /// A bare vendor path, several upstreams, none of them the default.
    AmbiguousUpstream = 400 "ambiguous_upstream" "Several upstreams fit",
    /// A mask where there is nothing stored to keep.
    NothingToKeep = 400 "nothing_to_keep" "No stored secret to keep",
    /// No caller is known by what was presented.
    Unauthenticated = 401 "unauthenticated" "No valid caller token",
    /// The caller may not do this.
    Forbidden = 403 "forbidden" "Not granted",
    /// The caller may not touch one of the fields.
    FieldNotGranted = 403 "field_not_granted" "A field is not granted",
    /// A URL that receives a stored secret would change without the secret.
    SecretRetarget = 403 "secret_retarget" "A stored secret would go to another place",
    /// The page that sent this may not.
    OriginNotAllowed = 403 "origin_not_allowed" "Origin not allowed",
    /// No route of ours and no operation of a vendor's.
    NoSuchRoute = 404 "no_such_route" "No such operation",
    /// The path exists with other verbs.
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed",
    /// More than the limit.
    BodyTooLarge = 413 "body_too_large" "The body is too large",
    /// More than the limit.
    UrlTooLong = 414 "url_too_long" "The URL is too long",
    /// Not JSON.
    UnsupportedMediaType = 415 "unsupported_media_type" "Send JSON",
    /// A host that this listener does not serve.
    Misdirected = 421 "misdirected" "Not served here",
    /// The upstream asks for patience, or we do.
    RateLimited = 429 "rate_limited" "Too many requests",
    /// Our own fault.
    InternalError = 500 "internal_error" "Internal error",
    /// A request that came back to us.
    LoopDetected = 508 "loop_detected" "The request came back to the gateway",
    /// The vendor, or this account at it, has no such thing.
    NotOfferedByVendor = 501 "not_offered_by_vendor" "Not offered by the vendor",
    /// The upstream refused the gateway, not the caller.
    UpstreamCredentialRefused = 502 "upstream_credential_refused" "The gateway's credential was refused upstream",
    /// No token could be fetched at the moment.
    UpstreamTokenFailed = 503 "upstream_token_failed" "No upstream token",
    /// The upstream failed or the connection broke.
    UpstreamFailed = 502 "upstream_failed" "The upstream failed",
    /// The upstream answered with a redirect, which is never followed.
    UpstreamRedirect = 502 "upstream_redirect" "The upstream redirected",
    /// The upstream's answer cannot be understood.
    UpstreamInvalidAnswer = 502 "upstream_invalid_answer" "The upstream's answer is not valid",
    /// The upstream answered about something else.
    WrongSubject = 502 "wrong_subject" "The upstream answered about another connection",
    /// Nothing works until the configuration is mended.
    NotConfigured = 503 "not_configured" "The gateway is not configured",
    /// The keys of a caller's issuer cannot be fetched.
    CallerKeysUnavailable = 503 "caller_keys_unavailable" "The token's issuer cannot be reached",
    /// A rate limit could not be looked up.
    LimitUnavailable = 503 "limit_unavailable" "The rate limit could not be checked",
    /// The deadline passed.
    UpstreamTimeout = 504 "upstream_timeout" "The upstream did not answer in time",
}

impl Code {
    /// The code as a URI, for `type` and `error_url`.
    pub fn urn(self) -> String {
        format!("urn:sso-config-gateway:error:{}", self.name())
    }
}

/// A request that is not carried out, or whose outcome is not a success.
pub struct Rejection {
    /// Why.
    pub code: Code,
    /// One sentence for people; no values.
    pub detail: Cow<'static, str>,
    /// Every problem found, for [`Code::InvalidBody`].
    pub problems: Vec<Problem>,
    /// `Allow`, for [`Code::MethodNotAllowed`].
    pub allow: Option<String>,
    /// `Retry-After` in seconds.
    pub retry_after_s: Option<u64>,
    /// What the upstream said.
    pub upstream: Option<UpstreamReport>,
    /// A write was sent and nobody knows what became of it.
    pub outcome_unknown: bool,
    /// What the operator's log says beside the code, where callers are told less.
    pub cause: Option<&'static str>,
}

/// The little of an upstream's error that is told to a caller.
#[derive(Clone)]
pub struct UpstreamReport {
    /// Name of the upstream.
    pub name: String,
    /// Its status.
    pub status: u16,
    /// Its own code, if it has one of an unsuspicious form.
    pub code: Option<String>,
}

impl Rejection {
    /// A rejection with this sentence.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            problems: Vec::new(),
            allow: None,
            retry_after_s: None,
            upstream: None,
            outcome_unknown: false,
            cause: None,
        }
    }

    /// A body with these problems.
    pub fn invalid_body(problems: Vec<Problem>) -> Self {
        let count = problems.len();
        let detail = match problems.first() {
            Some(only) if count == 1 => format!("{}: {}", place(only), only.finding.message),
            Some(first) => format!("{count} problems; the first at {}: {}", place(first), first.finding.message),
            None => "The body has problems.".to_owned(),
        };
        Self { problems, ..Self::new(Code::InvalidBody, detail) }
    }

    /// The same, with what the upstream said.
    #[must_use]
    pub fn with_upstream(mut self, upstream: UpstreamReport) -> Self {
        self.upstream = Some(upstream);
        self
    }
}

fn place(problem: &Problem) -> Cow<'_, str> {
    if problem.pointer.is_empty() { Cow::Borrowed("the body") } else { problem.place() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_unique_snake_case_name_and_an_error_status() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for code in Code::ALL {
            assert!(code.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", code.name());
            assert!(code.status().as_u16() >= 400, "{}", code.name());
            assert_eq!(Code::parse(code.name()), Some(*code));
        }
    }
}
