//! Recognises a caller by its token.
//!
//! Three kinds of token, told apart by their form: a fixed one, known by its SHA-256; a session of our own; a JWT of a
//! configured issuer. All configured digests are compared, in constant time, so that neither a partly right token nor a
//! caller's position in the configuration can be told from the time taken. Whoever is not recognised gets one and the same
//! sentence; the operator's log says why.
//!
//! Some of it takes a while: an issuer's keys have to be fetched, a signature is checked by the platform. Then
//! [`Authenticated::Needs`] says what has to be found out, and the request is looked at again with what was learned.

use std::rc::Rc;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::key_sets::{KeySets, Look};
use super::presented::presented;
use super::principal::claimed;
use super::remembered::Remembered;
use super::token::{Cause, UntrustedToken, digest, looks_signed};
use super::{Identity, Key, Places, Principal, session};
use crate::config::{Caller, KeySource, Proof, Settings, TokenIssuer};
use crate::error::{Code, Rejection};
use crate::http::message::{Millis, SignatureCheck};

/// What this instance knows about callers from earlier requests.
#[derive(Default)]
pub struct Recognition {
    key_sets: KeySets,
    remembered: Remembered,
}

/// What one request has found out so far.
#[derive(Default, Clone, serde::Serialize, serde::Deserialize)]
pub struct Learned {
    /// Whether the signature that this digest names, of one token by one key, is good.
    pub signature: Option<([u8; 32], bool)>,
    /// This request has asked for a key set already.
    pub keys_asked: bool,
}

/// Where authentication stands.
pub enum Authenticated<'a> {
    /// It is certain who asks.
    Known(Principal<'a>),
    /// Something has to be found out first.
    Needs(Need),
}

/// What has to be found out.
pub enum Need {
    /// A key set.
    Keys {
        /// Where it is.
        url: String,
        /// An older one serves meanwhile.
        ahead: bool,
    },
    /// Another request fetches the key set.
    Wait,
    /// Whether a signature is good. The digest names it.
    Signature(SignatureCheck, [u8; 32]),
}

impl Recognition {
    /// Takes in what a JWKS URL answered; `None`: nothing that can be used.
    pub fn keys_fetched(&mut self, url: &str, set: Option<super::KeySet>, now: Millis) {
        self.key_sets.fetched(url, set, now);
    }
}

/// Finds the caller behind a request's headers.
pub fn authenticate<'a>(
    settings: &'a Settings,
    recognition: &mut Recognition,
    headers: &http::HeaderMap,
    places: Places,
    learned: &Learned,
    now: Millis,
) -> Result<Authenticated<'a>, Rejection> {
    let token = presented(headers, places)?;
    by_token(settings, recognition, &token, learned, now)
}

/// Finds the caller behind a token.
pub fn by_token<'a>(
    settings: &'a Settings,
    recognition: &mut Recognition,
    token: &str,
    learned: &Learned,
    now: Millis,
) -> Result<Authenticated<'a>, Rejection> {
    if let Some(caller) = by_digest(settings, token) {
        return Ok(known(caller, Rc::default()));
    }
    if !looks_signed(token) {
        return Err(unknown("unknown_token"));
    }
    let digest = digest(token);
    if let Some(found) = recall(settings, recognition, &digest, learned, now) {
        return Ok(found);
    }
    let token = UntrustedToken::read(token).map_err(unknown)?;
    let origin = &settings.gateway.public_origin;
    if session::claims_to_be_one(&token, origin) {
        return by_session(settings, &token, origin, now / 1_000).map_err(unknown);
    }
    signed(settings, recognition, &token, digest, learned, now)
}

/// One answer for every way of not being known.
pub(super) fn unknown(cause: Cause) -> Rejection {
    let rejection = Rejection::new(
        Code::Unauthenticated,
        "No caller is known by this request's credentials. Send `Authorization: Bearer <your gateway token>`; a vendor's own secret is of no use here.",
    );
    Rejection { cause: Some(cause), ..rejection }
}

fn known(caller: &Caller, identity: Rc<Identity>) -> Authenticated<'_> {
    Authenticated::Known(Principal { caller, identity })
}

fn by_digest<'a>(settings: &'a Settings, token: &str) -> Option<&'a Caller> {
    let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let mut found = u32::MAX;
    for (index, caller) in settings.callers.iter().enumerate() {
        let Proof::Token(sha256) = &caller.proof else { continue };
        let same: Choice = sha256.ct_eq(&digest);
        found.conditional_assign(&u32::try_from(index).unwrap_or(u32::MAX), same);
    }
    usize::try_from(found).ok().and_then(|index| settings.callers.get(index))
}

/// A session names its caller, who must have sessions still.
fn by_session<'a>(
    settings: &'a Settings,
    token: &UntrustedToken<'_>,
    origin: &str,
    now: u64,
) -> Result<Authenticated<'a>, Cause> {
    let caller = token.text("sub").and_then(|name| settings.callers.iter().find(|caller| caller.name == name));
    let (caller, sessions) =
        caller.and_then(|caller| Some((caller, caller.sessions.as_ref()?))).ok_or("no_such_session")?;
    let expires = session::check(token, origin, sessions, now)?;
    let session = token.text("jti").map(str::to_owned);
    Ok(known(caller, Rc::new(Identity { session, expires: Some(expires), ..Identity::default() })))
}

/// A token that was checked a moment ago, while its key is still in use.
fn recall<'a>(
    settings: &'a Settings,
    recognition: &mut Recognition,
    digest: &[u8; 32],
    learned: &Learned,
    now: Millis,
) -> Option<Authenticated<'a>> {
    let entry = recognition.remembered.find(digest, now)?;
    let caller = settings.callers.iter().find(|caller| caller.name == entry.caller)?;
    let Proof::Issuer(issuer) = &caller.proof else { return None };
    let still_good = match &issuer.keys {
        KeySource::Inline(set) => set.has(entry.key),
        KeySource::Url(url) => match recognition.key_sets.look(url, entry.kid.as_deref(), now, learned.keys_asked) {
            Look::Judge(set) => set.has(entry.key),
            Look::Fetch { ahead } => return Some(Authenticated::Needs(Need::Keys { url: url.clone(), ahead })),
            Look::Wait => return Some(Authenticated::Needs(Need::Wait)),
            Look::Unavailable => false,
        },
    };
    still_good.then(|| known(caller, Rc::clone(&entry.identity)))
}

/// A JWT of a configured issuer.
fn signed<'a>(
    settings: &'a Settings,
    recognition: &mut Recognition,
    token: &UntrustedToken<'_>,
    digest: [u8; 32],
    learned: &Learned,
    now: Millis,
) -> Result<Authenticated<'a>, Rejection> {
    if !token.is_for_access() {
        return Err(unknown("wrong_type"));
    }
    let (caller, issuer) = addressed(settings, token).map_err(unknown)?;
    let times = token.times().map_err(unknown)?;
    times.check(now / 1_000, issuer.leeway_s).map_err(unknown)?;

    let kid = token.kid.as_deref();
    let set = match &issuer.keys {
        KeySource::Inline(set) => set,
        KeySource::Url(url) => match recognition.key_sets.look(url, kid, now, learned.keys_asked) {
            Look::Judge(set) => set,
            Look::Fetch { ahead } => return Ok(Authenticated::Needs(Need::Keys { url: url.clone(), ahead })),
            Look::Wait => return Ok(Authenticated::Needs(Need::Wait)),
            Look::Unavailable => return Err(no_keys()),
        },
    };
    let key = usable(set.find(kid), issuer, token).map_err(unknown)?;
    let signature = signature_of(&digest, key);
    match learned.signature {
        Some((checked, good)) if checked == signature => {
            if !good {
                return Err(unknown("bad_signature"));
            }
        }
        _ => {
            let check = SignatureCheck {
                algorithm: key.algorithm(),
                jwk: key.jwk().to_owned(),
                input: token.input.to_owned(),
                signature: token.signature.clone(),
            };
            return Ok(Authenticated::Needs(Need::Signature(check, signature)));
        }
    }
    let identity = Rc::new(identity(caller, token, times.expires));
    let expires_at = times.expires.saturating_add(issuer.leeway_s).saturating_mul(1_000);
    let key = (kid, key.fingerprint());
    recognition.remembered.keep(digest, &caller.name, key, Rc::clone(&identity), expires_at, now);
    Ok(known(caller, identity))
}

/// Names the signature of a token by a key. The set may have got another key of this name while the platform was checking.
fn signature_of(token: &[u8; 32], key: &Key) -> [u8; 32] {
    Sha256::new().chain_update(token).chain_update(key.fingerprint()).finalize().into()
}

/// The one caller whose issuer and audience a token names.
fn addressed<'a>(settings: &'a Settings, token: &UntrustedToken<'_>) -> Result<(&'a Caller, &'a TokenIssuer), Cause> {
    let named = token.text("iss").ok_or("unknown_issuer")?;
    let mut of_issuer = settings
        .callers
        .iter()
        .filter_map(|caller| match &caller.proof {
            Proof::Issuer(issuer) if issuer.issuer == named => Some((caller, issuer)),
            _ => None,
        })
        .peekable();
    if of_issuer.peek().is_none() {
        return Err("unknown_issuer");
    }
    let mut fitting = of_issuer.filter(|(_, issuer)| token.is_for(&issuer.audience));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err("wrong_audience"),
        // One token for two callers: which of their grants is meant cannot be told.
        (Some(_), Some(_)) => Err("several_audiences"),
    }
}

/// The key, if the token agrees with what it is for. The algorithm is the key's; the token may only say the same.
fn usable<'k>(key: Option<&'k Key>, issuer: &TokenIssuer, token: &UntrustedToken<'_>) -> Result<&'k Key, Cause> {
    let key = key.ok_or("unknown_key")?;
    if token.algorithm != key.algorithm().name() || !issuer.algorithms.contains(&key.algorithm()) {
        return Err("wrong_algorithm");
    }
    if token.signature.len() != key.signature_bytes() {
        return Err("bad_signature");
    }
    Ok(key)
}

fn identity(caller: &Caller, token: &UntrustedToken<'_>, expires: u64) -> Identity {
    let subject = token.text("sub").map(|subject| {
        let digest = Sha256::new().chain_update(token.text("iss").unwrap_or_default()).chain_update([0]);
        let digest = digest.chain_update(subject).finalize();
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    });
    let claims = caller.claims().map(|name| (name.to_owned(), claimed(&token.claims, name))).collect();
    Identity { subject, session: None, expires: Some(expires), claims }
}

fn no_keys() -> Rejection {
    let mut rejection = Rejection::new(
        Code::CallerKeysUnavailable,
        "The keys of your token's issuer cannot be fetched at the moment, so it cannot be checked; try again shortly.",
    );
    rejection.retry_after_s = Some(5);
    rejection
}
