//! A caller's JWT, taken apart and not believed yet.
//!
//! Read with the gateway's own strict JSON reader: a member given twice could mean either value to the next reader, so the
//! token is refused. What a header may ask for is settled here too: nothing. Keys, addresses of keys, compression,
//! detached payloads and critical extensions in a token are refused, and its `alg` only has to agree with the key's.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::keys::LONGEST_KID;
use crate::json::{self, Object, Value};

/// Longest token that is looked at, in bytes.
pub(super) const LONGEST_TOKEN: usize = 8_192;
/// Nesting of a token's claims.
const DEPTH: usize = 16;
/// Header members that would make the token choose how it is checked (RFC 7515, sections 4.1 and 4.1.11; RFC 7516;
/// RFC 7797).
const REFUSED: &[&str] =
    &["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "cty"];
/// Types that an access or id token may have, without the optional `application/` (RFC 7519, RFC 9068).
const TYPES: &[&str] = &["jwt", "at+jwt"];
/// Latest time that is believed to be one: the end of the year 9999.
const LATEST: u64 = 253_402_300_799;

/// Why a token is not accepted: for the operator's log. A caller is told one sentence for all of them.
pub(super) type Cause = &'static str;

/// A JWT in compact form whose signature has not been checked.
pub(super) struct UntrustedToken<'a> {
    /// What `alg` claims.
    pub(super) algorithm: String,
    /// `typ` in lower case without `application/`.
    pub(super) kind: Option<String>,
    /// Name of the key.
    pub(super) kid: Option<String>,
    /// The claims.
    pub(super) claims: Object,
    /// What the signature is about.
    pub(super) input: &'a str,
    /// The signature.
    pub(super) signature: Vec<u8>,
}

/// When a token is good, in seconds since 1970.
pub(super) struct Times {
    pub(super) expires: u64,
    pub(super) not_before: Option<u64>,
    pub(super) issued: Option<u64>,
}

/// The digest by which a token is remembered.
pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// True for what looks like a JWT, as opposed to a fixed token, which has no dots.
pub(super) fn looks_signed(token: &str) -> bool {
    token.contains('.')
}

impl<'a> UntrustedToken<'a> {
    /// Takes a token apart.
    pub(super) fn read(token: &'a str) -> Result<Self, Cause> {
        let (input, signature) = token.rsplit_once('.').ok_or("malformed")?;
        let (header, claims) = input.split_once('.').ok_or("malformed")?;
        let (header, claims) = (object(header).ok_or("malformed")?, object(claims).ok_or("malformed")?);
        let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| "malformed")?;
        if REFUSED.iter().any(|name| header.contains(name)) {
            return Err("header_not_accepted");
        }
        let text = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or("malformed"),
        };
        let kid = text("kid")?.map(str::to_owned);
        if kid.as_ref().is_some_and(|kid| kid.is_empty() || kid.len() > LONGEST_KID) {
            return Err("malformed");
        }
        let typ = text("typ")?.map(str::to_ascii_lowercase);
        let typ = typ.map(|typ| typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ));
        let algorithm = text("alg")?.ok_or("malformed")?.to_owned();
        Ok(Self { algorithm, kind: typ, kid, claims, input, signature })
    }

    /// True where `typ` is absent or says that this is an access or id token, and not, say, a logout token.
    pub(super) fn is_for_access(&self) -> bool {
        self.kind.as_deref().is_none_or(|kind| TYPES.contains(&kind))
    }

    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// True where `aud` is this audience, or a list of texts that has it.
    pub(super) fn is_for(&self, audience: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(list)) => {
                list.iter().all(|item| item.as_str().is_some())
                    && list.iter().any(|item| item.as_str() == Some(audience))
            }
            _ => false,
        }
    }

    /// Reads the times. Only whole, plausible numbers are times; `exp` is required.
    pub(super) fn times(&self) -> Result<Times, Cause> {
        let time = |name: &str| match self.claims.get(name) {
            None => Ok(None),
            Some(value) => value.as_u64().filter(|time| *time <= LATEST).map(Some).ok_or("malformed_times"),
        };
        let expires = time("exp")?.ok_or("no_expiry")?;
        Ok(Times { expires, not_before: time("nbf")?, issued: time("iat")? })
    }
}

impl Times {
    /// Whether the token is good at `now`, with `leeway` for clocks that differ. All in seconds.
    pub(super) fn check(&self, now: u64, leeway: u64) -> Result<(), Cause> {
        let early = |time: Option<u64>| time.is_some_and(|time| time > now.saturating_add(leeway));
        if now >= self.expires.saturating_add(leeway) {
            return Err("expired");
        }
        if early(self.not_before) || early(self.issued) {
            return Err("not_valid_yet");
        }
        Ok(())
    }
}

fn object(part: &str) -> Option<Object> {
    let bytes = Base64UrlUnpadded::decode_vec(part).ok()?;
    let limits = json::Limits { bytes: LONGEST_TOKEN, depth: DEPTH };
    json::read(&bytes, limits).ok()?.into_object().ok()
}
