//! The sizes that callers and upstreams run into, for the code and for the test that compares them with the README.

/// Bytes of a caller's body (262 144). Logto answers 404 to anything over 1 MB, so this also keeps an
/// oversized body from being mistaken for a missing route.
pub const REQUEST_BODY: usize = 262_144;
/// Bytes of an upstream's answer.
pub const ANSWER_BODY: usize = 4 * 1024 * 1024;
/// Bytes of a token endpoint's answer.
pub const TOKEN_BODY: usize = 64 * 1024;
/// Bytes of an issuer's key set.
pub const KEY_SET: usize = 64 * 1024;
/// Nesting of JSON, in both directions.
pub const JSON_DEPTH: usize = 64;
/// Bytes of one path value, before encoding.
pub const PATH_VALUE: usize = 128;
/// Bytes of the request target. The platform itself stops at 16 KiB.
pub const URL: usize = 8_192;
/// Members of one object in a request. The widest body a vendor documents has about fifty.
pub const MEMBERS: usize = 1_000;
/// Problems reported at once, errors before warnings.
pub const PROBLEMS: usize = 100;
