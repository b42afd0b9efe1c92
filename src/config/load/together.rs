//! What only shows when all entries are seen side by side: loops, origins and tokens that mean two things, and the
//! sandbox's published credentials outside the sandbox.

use sha2::{Digest, Sha256};

use super::{address::Address, caller, mistake::Mistakes, upstream::Draft};
use crate::config::{Caller, Proof, Secret, TokenIssuer};

/// Secrets that are printed in the sandbox's files, so that everybody knows them.
const PUBLISHED_SECRETS: [&str; 4] = [
    "sandbox-logto-secret-not-a-real-one",
    "sandbox-loginradius-secret-not-a-real-one",
    "sandbox-stytch-secret-not-a-real-one",
    "sandbox-session-key-not-a-real-one",
];

/// The token of the sandbox's caller, known to everybody too.
const PUBLISHED_TOKEN: &[u8] = b"sandbox";

/// Refuses loops, ambiguous origins and two defaults of one vendor.
pub(super) fn upstreams(own: Option<&Address>, drafts: &[Draft], mistakes: &mut Mistakes) {
    for (index, draft) in drafts.iter().enumerate() {
        let earlier = drafts.get(..index).unwrap_or_default();
        for (key, address) in [("base_url", &draft.base_url), ("credential.token_url", &draft.token_url)] {
            if own.zip(address.as_ref()).is_some_and(|(own, address)| own.same_server(address)) {
                mistakes.add(format!("{}.{key}", draft.at), "is this gateway itself (GATEWAY.public_origin): a loop");
            }
        }
        for (at, alias) in &draft.aliases {
            if own.is_some_and(|own| own.same_server(alias)) {
                mistakes.add(at, "is this gateway itself (GATEWAY.public_origin)");
            }
            let based = |other: &&Draft| other.base_url.as_ref().is_some_and(|url| url.origin == alias.origin);
            if let Some(other) = drafts.iter().find(based) {
                mistakes.add(at, format!("is the same origin as {}.base_url", other.at));
            }
            let mut aliases = earlier.iter().flat_map(|other| &other.aliases);
            if let Some((twin, _)) = aliases.find(|(_, other)| other.origin == alias.origin) {
                mistakes.add(at, format!("is the same origin as {twin}"));
            }
        }
        let rival = |other: &&Draft| other.default && other.vendor == draft.vendor;
        if let Some((vendor, other)) = draft.vendor.filter(|_| draft.default).zip(earlier.iter().find(rival)) {
            mistakes.add(
                format!("{}.default", draft.at),
                format!("{} is the default for {} already", other.at, vendor.name()),
            );
        }
    }
}

/// Refuses callers that could not be told apart: by one token, by one issuer and audience, or by one page.
pub(super) fn callers(own: Option<&Address>, drafts: &[caller::Draft], mistakes: &mut Mistakes) {
    for (index, draft) in drafts.iter().enumerate() {
        let earlier = drafts.get(..index).unwrap_or_default();
        let twin = earlier.iter().find(|other| other.digest.is_some() && other.digest == draft.digest);
        if let Some(twin) = twin {
            mistakes.add(format!("{}.token_sha256", draft.at), format!("is the same as {}.token_sha256", twin.at));
        }
        if own.zip(draft.jwks_url.as_ref()).is_some_and(|(own, url)| own.same_server(url)) {
            mistakes.add(format!("{}.jwks_url", draft.at), "is this gateway itself (GATEWAY.public_origin): a loop");
        }
        if let Some(issuer) = issuer(draft) {
            if own.is_some_and(|own| own.text == issuer.issuer) {
                mistakes.add(
                    format!("{}.issuer", draft.at),
                    "is this gateway itself (GATEWAY.public_origin), which issues sessions",
                );
            }
            let same = |other: &&caller::Draft| {
                self::issuer(other).is_some_and(|o| o.issuer == issuer.issuer && o.audience == issuer.audience)
            };
            if let Some(twin) = earlier.iter().find(same) {
                let message = format!("and `issuer` are the same as those of {}", twin.at);
                mistakes.add(format!("{}.audience", draft.at), message);
            }
        }
        let public = |draft: &&caller::Draft| draft.caller.as_ref().is_some_and(Caller::is_public);
        if let Some(caller) = draft.caller.as_ref().filter(|caller| caller.is_public()) {
            for twin in earlier.iter().filter(public) {
                let theirs = twin.caller.iter().flat_map(|twin| &twin.origins);
                if caller.origins.iter().any(|origin| theirs.clone().any(|other| other == origin)) {
                    let message =
                        format!("shares an origin with {}: which of the two a visitor is could not be told", twin.at);
                    mistakes.add(format!("{}.origins", draft.at), message);
                }
            }
        }
    }
}

fn issuer(draft: &caller::Draft) -> Option<&TokenIssuer> {
    match &draft.caller.as_ref()?.proof {
        Proof::Issuer(issuer) => Some(issuer),
        Proof::Token(_) | Proof::Nothing => None,
    }
}

/// Refuses the sandbox's token unless everything behind it is a sandbox, and its secrets anywhere but on loopback.
pub(super) fn sandbox(upstreams: &[Draft], callers: &[caller::Draft], mistakes: &mut Mistakes) {
    for draft in upstreams.iter().filter(|draft| !on_loopback(draft)) {
        if draft.upstream.iter().flat_map(|upstream| upstream.credential.secrets()).any(is_published) {
            mistakes.add(
                format!("{}.credential.secret", draft.at),
                "names a secret whose value is published with the sandbox; it is for loopback upstreams only",
            );
        }
    }
    // A faulty upstream is judged once it can be read.
    let real = upstreams.iter().find(|draft| {
        let mut upstream = draft.upstream.iter();
        upstream.any(|upstream| !on_loopback(draft) || !upstream.credential.secrets().iter().all(is_published))
    });
    let keys = |draft: &caller::Draft| {
        let sessions = draft.caller.as_ref().and_then(|caller| caller.sessions.as_ref());
        sessions.is_some_and(|sessions| sessions.keys.iter().any(is_published))
    };
    for caller in callers.iter().filter(|caller| keys(caller)) {
        if let Some(real) = real {
            mistakes.add(
                format!("{}.session.secret", caller.at),
                format!("names a secret whose value is published with the sandbox, but {} is not a sandbox", real.at),
            );
        }
    }
    let digest = <[u8; 32]>::from(Sha256::digest(PUBLISHED_TOKEN));
    for caller in callers.iter().filter(|caller| caller.digest == Some(digest)) {
        if let Some(real) = real {
            mistakes.add(
                format!("{}.token_sha256", caller.at),
                format!("is the digest of the sandbox's published token, but {} is not a sandbox", real.at),
            );
        }
    }
}

fn on_loopback(draft: &Draft) -> bool {
    draft.base_url.iter().chain(&draft.token_url).all(Address::loopback)
}

fn is_published(secret: &Secret) -> bool {
    PUBLISHED_SECRETS.contains(&secret.expose())
}
