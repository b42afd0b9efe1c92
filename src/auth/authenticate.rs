//! Recognises a caller by its token.
//!
//! Fixed tokens are known by their SHA-256. All configured digests are compared, in constant time, so that neither a
//! partly right token nor a caller's position in the configuration can be told from the time taken.

use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::config::{Caller, Settings};
use crate::error::{Code, Rejection};

/// Longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 4_096;

/// A caller whose token was verified. Only [`authenticate`] makes one.
#[derive(Clone, Copy)]
pub struct Principal<'a> {
    caller: &'a Caller,
}

impl<'a> Principal<'a> {
    /// The caller's configuration.
    pub fn caller(self) -> &'a Caller {
        self.caller
    }
}

/// Finds the caller behind a request's headers.
pub fn authenticate<'a>(settings: &'a Settings, headers: &HeaderMap) -> Result<Principal<'a>, Rejection> {
    let token = bearer(headers)?;
    let digest = Sha256::digest(token.as_bytes());
    let mut found = u32::MAX;
    for (index, caller) in settings.callers.iter().enumerate() {
        let same: Choice = caller.token_sha256.as_slice().ct_eq(digest.as_slice());
        found.conditional_assign(&u32::try_from(index).unwrap_or(u32::MAX), same);
    }
    let caller = usize::try_from(found).ok().and_then(|index| settings.callers.get(index)).ok_or_else(unknown)?;
    origin_allowed(caller, headers)?;
    Ok(Principal { caller })
}

/// The token of `Authorization: Bearer …`. More than one such header is nobody's.
fn bearer(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(unknown()) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unknown)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > LONGEST_TOKEN {
        return Err(unknown());
    }
    Ok(token)
}

/// One answer for every way of not being known.
fn unknown() -> Rejection {
    Rejection::new(
        Code::Unauthenticated,
        "No caller is known by this request's credentials. Send `Authorization: Bearer <your gateway token>`; a vendor's own secret is of no use here.",
    )
}

/// A browser's page must be one of the caller's. Leaving out a CORS header would stop the page from reading the answer,
/// not the request from taking effect, so it is refused here.
fn origin_allowed(caller: &Caller, headers: &HeaderMap) -> Result<(), Rejection> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    if caller.origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()) {
        return Ok(());
    }
    Err(Rejection::new(
        Code::OriginNotAllowed,
        "This caller's token may not be used from a page of this origin; the operator lists the pages in `origins`.",
    ))
}
