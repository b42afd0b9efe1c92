//! The members of a caller that is known by JWTs.
//!
//! No empty issuer or audience, no algorithm that is not one of three, no key that is weak or secret; keys are either
//! written here or fetched from one https address.

use serde_json::Value;

use super::{
    address::Address,
    mistake::Mistakes,
    table::{Empty, Shape, Table, as_word, kind},
};
use crate::auth::{Algorithm, Key, KeySet};
use crate::config::{ClaimForm, KeySource, OrganizationClaim, TokenIssuer};
use crate::json;

/// Members that only such a caller has, beside `issuer`.
pub(super) const MEMBERS: &[&str] = &["audience", "jwks_url", "keys", "algorithms", "organization_claim", "leeway_s"];

const CLAIM: Shape = Shape { known: &["claim", "form"], refused: &[] };

/// Longest issuer, audience or name of a claim, in bytes.
const LONGEST: usize = 512;

/// Reads them. `None`: something is missing or wrong, and was noted.
pub(super) fn read(table: &Table<'_>, mistakes: &mut Mistakes) -> Option<(TokenIssuer, Option<Address>)> {
    let issuer = plain(table, "issuer", mistakes);
    let audience = plain(table, "audience", mistakes);
    let (keys, address) = match (table.get("keys"), table.get("jwks_url")) {
        (Some(_), Some(_)) => {
            mistakes.add(table.at("jwks_url"), "and `keys` exclude each other");
            (None, None)
        }
        (None, None) => {
            mistakes.add(table.at("jwks_url"), "is required (or `keys`, a list of JWKs)");
            (None, None)
        }
        (Some(keys), None) => (inline(&table.at("keys"), keys, mistakes).map(KeySource::Inline), None),
        (None, Some(_)) => {
            let address = jwks_url(table, mistakes);
            (address.as_ref().map(|address| KeySource::Url(address.text.clone())), address)
        }
    };
    let algorithms = algorithms(table, mistakes);
    let organization_claim = table.get("organization_claim").and_then(|value| claim(table, value, mistakes));
    let leeway_s = match table.get("leeway_s").map(Value::as_u64) {
        None => 30,
        Some(Some(seconds @ 0..=300)) => seconds,
        Some(_) => {
            mistakes.add(table.at("leeway_s"), "must be a whole number of seconds, 0 to 300");
            0
        }
    };
    let (issuer, audience, keys) = (issuer?, audience?, keys?);
    Some((TokenIssuer { issuer, audience, keys, algorithms, organization_claim, leeway_s }, address))
}

/// A required text that is compared byte by byte.
fn plain(table: &Table<'_>, key: &str, mistakes: &mut Mistakes) -> Option<String> {
    let text = table.required_text(key, mistakes)?;
    if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        mistakes.add(table.at(key), format!("must be 1 to {LONGEST} characters without blanks"));
        return None;
    }
    Some(text.to_owned())
}

fn jwks_url(table: &Table<'_>, mistakes: &mut Mistakes) -> Option<Address> {
    let text = table.required_text("jwks_url", mistakes)?;
    Address::url(text).and_then(Address::dialable).map_err(|reason| mistakes.add(table.at("jwks_url"), reason)).ok()
}

fn algorithms(table: &Table<'_>, mistakes: &mut Mistakes) -> Vec<Algorithm> {
    let words: Vec<_> = Algorithm::ALL.iter().map(|algorithm| (algorithm.name(), *algorithm)).collect();
    match table.texts("algorithms", Empty::Refused, mistakes) {
        None => Algorithm::ALL.to_vec(),
        Some(items) => items
            .iter()
            .filter_map(|item| as_word(&item.at, &Value::String(item.text.to_owned()), &words, mistakes))
            .collect(),
    }
}

fn inline(at: &str, value: &Value, mistakes: &mut Mistakes) -> Option<KeySet> {
    let Value::Array(items) = value else {
        mistakes.add(at, format!("must be a list of JWKs, not {}", kind(value)));
        return None;
    };
    let mut keys = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let read = json::read(item.to_string().as_bytes(), json::Limits::REQUEST);
        match read.map_err(|_| "is not a JWK").and_then(|jwk| Key::read(&jwk)) {
            Ok(key) => keys.push(key),
            Err(reason) => mistakes.add(format!("{at}[{index}]"), reason),
        }
    }
    if keys.len() < items.len() {
        return None;
    }
    KeySet::new(keys).map_err(|reason| mistakes.add(at, reason)).ok()
}

fn claim(table: &Table<'_>, value: &Value, mistakes: &mut Mistakes) -> Option<OrganizationClaim> {
    let table = Table::open(table.at("organization_claim"), value, &CLAIM, mistakes)?;
    let claim = claim_name(&table, "claim", mistakes);
    let forms = [("id", ClaimForm::Id), ("slug", ClaimForm::Slug), ("external_id", ClaimForm::ExternalId)];
    let form = table.required_word("form", &forms, mistakes);
    Some(OrganizationClaim { claim: claim?, form: form? })
}

/// Name of a claim, or a JSON pointer to it.
pub(super) fn claim_name(table: &Table<'_>, key: &str, mistakes: &mut Mistakes) -> Option<String> {
    let name = plain(table, key, mistakes)?;
    if name == "/" {
        mistakes.add(table.at(key), "must be the name of a claim or a JSON pointer to it");
        return None;
    }
    Some(name)
}
