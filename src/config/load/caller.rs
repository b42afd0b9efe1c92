//! `CALLER_*`.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    entry::Entry,
    grant,
    mistake::Mistakes,
    table::{Empty, Shape, Table, kind},
    upstream,
};
use crate::config::{Caller, Grant};

const BY_DIGEST: &str = "is not known here: in this build a caller is known by `token_sha256`";

const SHAPE: Shape = Shape {
    known: &["token_sha256", "origins", "grants"],
    refused: &[
        ("token", "a token is never written here; `token_sha256` gives its digest"),
        ("issuer", BY_DIGEST),
        ("audience", BY_DIGEST),
        ("jwks_url", BY_DIGEST),
        ("keys", BY_DIGEST),
        ("algorithms", BY_DIGEST),
        ("organization_claim", BY_DIGEST),
        ("session", BY_DIGEST),
    ],
};

/// Grants of one caller.
const GRANTS: usize = 64;

/// What could be read of a caller.
pub(super) struct Draft {
    pub(super) at: String,
    pub(super) digest: Option<[u8; 32]>,
    pub(super) caller: Option<Caller>,
}

/// Reads one caller. Refuses one that would be let in without a token, and one that may do nothing.
pub(super) fn read(entry: &Entry<'_>, upstreams: &[upstream::Draft], mistakes: &mut Mistakes) -> Draft {
    let mut draft = Draft { at: entry.at.clone(), digest: None, caller: None };
    let Some(value) = entry.value.as_deref() else {
        return draft;
    };
    let Some(table) = Table::open(&entry.at, value, &SHAPE, mistakes) else {
        return draft;
    };

    if let Some(text) = table.required_text("token_sha256", mistakes) {
        draft.digest = digest(text);
        if draft.digest.is_none() {
            mistakes.add(table.at("token_sha256"), "must be 64 hexadecimal digits, the SHA-256 of the token");
        }
    }
    if draft.digest.is_some_and(|digest| digest == <[u8; 32]>::from(Sha256::digest(b""))) {
        mistakes.add(table.at("token_sha256"), "is the digest of an empty token");
    }
    let origins = upstream::origins(table.texts("origins", Empty::Allowed, mistakes), mistakes);
    let grants = grants(&table, upstreams, mistakes);
    draft.caller = draft.digest.map(|token_sha256| Caller {
        name: entry.name.clone(),
        token_sha256,
        origins: origins.into_iter().map(|(_, origin)| origin.text).collect(),
        grants,
    });
    draft
}

fn grants(table: &Table<'_>, upstreams: &[upstream::Draft], mistakes: &mut Mistakes) -> Vec<Grant> {
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
            .filter_map(|(index, item)| grant::read(format!("{at}[{index}]"), item, upstreams, mistakes))
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
