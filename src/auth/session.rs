//! Sessions: short-lived tokens of our own, for visitors of configured pages and for SDKs that ask for one.
//!
//! HS256 with a key that only this gateway has. A session names its caller and nothing else; what the caller may do is
//! looked up on every request. Its audience is our own origin, so that it is of no use at another gateway, be it a
//! look-alike or one that shares the key.

use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::Algorithm;
use jwt_compact::AlgorithmSignature;
use jwt_compact::alg::{Hs256, Hs256Key, Hs256Signature};

use super::token::{Cause, UntrustedToken};
use crate::config::{Secret, Sessions};
use crate::json::Value;
use crate::object;

/// Tells a session from every other token that somebody may sign with HS256.
const KIND: &str = "ssogw-session+jwt";

/// True where a token claims to be a session of this gateway.
pub(super) fn claims_to_be_one(token: &UntrustedToken<'_>, origin: &str) -> bool {
    token.text("iss") == Some(origin)
}

/// A session for `caller` that begins `now` (seconds since 1970). `id` names it in logs.
pub fn mint(origin: &str, caller: &str, sessions: &Sessions, id: &str, now: u64) -> Option<String> {
    let key = sessions.keys.first()?;
    let header = Value::from(object! { "alg" => Hs256.name().as_ref(), "typ" => KIND });
    let claims = Value::from(object! {
        "iss" => origin, "aud" => origin, "sub" => caller, "jti" => id,
        "iat" => now, "exp" => now.saturating_add(sessions.lifetime_s),
    });
    let part = |value: &Value| Base64UrlUnpadded::encode_string(&value.to_bytes());
    let input = format!("{}.{}", part(&header), part(&claims));
    let signature = Hs256.sign(&hs256(key), input.as_bytes());
    Some(format!("{input}.{}", Base64UrlUnpadded::encode_string(&signature.as_bytes())))
}

/// Checks a session by everything but its caller's origins: type, signature, audience, time.
pub(super) fn check(token: &UntrustedToken<'_>, origin: &str, sessions: &Sessions, now: u64) -> Result<u64, Cause> {
    if token.algorithm != Hs256.name() || token.kind.as_deref() != Some(KIND) {
        return Err("not_a_session");
    }
    // The library panics on any other length.
    let signature = Some(token.signature.as_slice()).filter(|signature| signature.len() == 32);
    let signature =
        signature.and_then(|signature| Hs256Signature::try_from_slice(signature).ok()).ok_or("bad_signature")?;
    let input = token.input.as_bytes();
    // In constant time, and all keys of a rotation whichever fits.
    let fitting = sessions.keys.iter().filter(|key| Hs256.verify_signature(&signature, &hs256(key), input)).count();
    if fitting == 0 {
        return Err("bad_signature");
    }
    if !token.is_for(origin) {
        return Err("wrong_audience");
    }
    let times = token.times()?;
    // The clocks of two data centres of ours differ a little.
    times.check(now, 5)?;
    Ok(times.expires)
}

fn hs256(key: &Secret) -> Hs256Key {
    Hs256Key::new(key.expose().as_bytes())
}
