//! `CALLER_*`.
//!
//! A caller is known by a fixed token, by JWTs, or by being on one of its pages; one of the three, so that a public caller
//! is never more than that by oversight.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    address::Address,
    entry::{Bindings, Entry},
    grant, issuer, limit,
    mistake::Mistakes,
    session,
    table::{Empty, Shape, Table, kind},
    upstream,
};
use crate::config::{Caller, Grant, Proof};

const SHAPE: Shape = Shape {
    known: &[
        "token_sha256",
        "issuer",
        "audience",
        "jwks_url",
        "keys",
        "algorithms",
        "organization_claim",
        "leeway_s",
        "session",
        "origins",
        "rate_limit",
        "grants",
    ],
    refused: &[
        ("token", "a token is never written here; `token_sha256` gives its digest"),
        ("jwks", "is called `keys` here, a list of JWKs"),
        ("jwks_uri", "is called `jwks_url` here"),
    ],
};

/// Grants of one caller.
const GRANTS: usize = 64;

/// What could be read of a caller.
pub(super) struct Draft {
    pub(super) at: String,
    pub(super) digest: Option<[u8; 32]>,
    pub(super) jwks_url: Option<Address>,
    pub(super) caller: Option<Caller>,
}

/// What a grant has to know of its caller.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// It has claims at all.
    pub(super) by_jwt: bool,
    /// It has `organization_claim`.
    pub(super) organization_claim: bool,
    /// Anybody is this caller.
    pub(super) public: bool,
}

/// Reads one caller. Refuses one that would be let in without a token, and one that may do nothing.
pub(super) fn read(
    entry: &Entry<'_>,
    upstreams: &[upstream::Draft],
    bindings: &Bindings,
    limits: bool,
    mistakes: &mut Mistakes,
) -> Draft {
    let mut draft = Draft { at: entry.at.clone(), digest: None, jwks_url: None, caller: None };
    let Some(value) = entry.value.as_deref() else {
        return draft;
    };
    let Some(table) = Table::open(&entry.at, value, &SHAPE, mistakes) else {
        return draft;
    };

    let has = |key: &str| table.get(key).is_some();
    let by_jwt = has("issuer") || (!has("token_sha256") && issuer::MEMBERS.iter().any(|key| has(key)));
    let public = has("session") && !by_jwt && !has("token_sha256");
    let proof = if public { Some(Proof::Nothing) } else { proof(&table, by_jwt, &mut draft, mistakes) };
    let sessions = table.get("session").and_then(|value| {
        if by_jwt {
            mistakes.add(table.at("session"), "is for public callers and fixed tokens; a JWT is short-lived already");
            return None;
        }
        session::read(&table.at("session"), value, public, bindings, limits, mistakes)
    });
    let rate_limit = limit::read(&table, None, bindings, limits, mistakes);
    let origins = upstream::origins(table.texts("origins", Empty::Allowed, mistakes), mistakes);
    if public && origins.is_empty() {
        mistakes
            .add(table.at("origins"), "is required: a public caller's sessions are given to pages of these origins");
    }
    let kind = Kind { by_jwt, organization_claim: has("organization_claim"), public };
    let grants = grants(&table, kind, upstreams, mistakes);
    draft.caller = proof.map(|proof| Caller {
        name: entry.name.clone(),
        proof,
        sessions,
        origins: origins.into_iter().map(|(_, origin)| origin.text).collect(),
        rate_limit,
        grants,
    });
    draft
}

/// A fixed token or an issuer, and nothing of the other.
fn proof(table: &Table<'_>, by_jwt: bool, draft: &mut Draft, mistakes: &mut Mistakes) -> Option<Proof> {
    let has = |key: &str| table.get(key).is_some();
    if by_jwt {
        if has("token_sha256") {
            mistakes.add(table.at("token_sha256"), "and `issuer` exclude each other; make two callers");
        }
        let (issuer, address) = issuer::read(table, mistakes)?;
        draft.jwks_url = address;
        return Some(Proof::Issuer(issuer));
    }
    for key in issuer::MEMBERS.iter().filter(|key| has(key)) {
        mistakes.add(table.at(key), "is for callers with an `issuer`");
    }
    if !has("token_sha256") {
        mistakes.add(
            table.at("token_sha256"),
            "is required, or `issuer` for callers with JWTs, or `session` for visitors of configured pages",
        );
        return None;
    }
    let text = table.required_text("token_sha256", mistakes)?;
    draft.digest = digest(text);
    if draft.digest.is_none() {
        mistakes.add(table.at("token_sha256"), "must be 64 hexadecimal digits, the SHA-256 of the token");
    }
    if draft.digest.is_some_and(|digest| digest == <[u8; 32]>::from(Sha256::digest(b""))) {
        mistakes.add(table.at("token_sha256"), "is the digest of an empty token");
    }
    draft.digest.map(Proof::Token)
}

fn grants(table: &Table<'_>, caller: Kind, upstreams: &[upstream::Draft], mistakes: &mut Mistakes) -> Vec<Grant> {
    let at = table.at("grants");
    match table.required("grants", mistakes) {
        None => Vec::new(),
        Some(Value::Array(items)) if items.is_empty() => {
            mistakes.add(at, "is an empty list: this caller could do nothing");
            Vec::new()
        }
        Some(Value::Array(items)) if items.len() > GRANTS => {
            mistakes.add(at, format!("has more than {GRANTS} items"));
            Vec::new()
        }
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| grant::read(format!("{at}[{index}]"), item, caller, upstreams, mistakes))
            .collect(),
        Some(other) => {
            mistakes.add(at, format!("must be a list, not {}", kind(other)));
            Vec::new()
        }
    }
}

/// The bytes of 64 hexadecimal digits, in either case.
fn digest(text: &str) -> Option<[u8; 32]> {
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !odd.is_empty() {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from((high? << 4) | low?).ok()?;
    }
    Some(digest)
}
