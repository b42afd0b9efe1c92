//! `session`: what tokens of our own are signed with and how long they last.

use serde_json::Value;

use super::{
    entry::Bindings,
    limit,
    mistake::Mistakes,
    secrets::secrets,
    table::{Shape, Table},
};
use crate::config::Sessions;

const SHAPE: Shape = Shape {
    known: &["secret", "lifetime_s", "rate_limit"],
    refused: &[("key", "a secret is never written here; `secret` gives the name of its binding")],
};

/// Bytes of a key for HS256 (RFC 7518, section 3.2).
const KEY_BYTES: usize = 32;
/// The rate-limit binding for visitors' sessions where none is named.
const LIMIT: &str = "SESSION_RATE_LIMIT";

/// Reads `session`. `public`: anybody may have one, so that a limit by address is needed.
pub(super) fn read(
    at: &str,
    value: &Value,
    public: bool,
    bindings: &Bindings,
    limits: bool,
    mistakes: &mut Mistakes,
) -> Option<Sessions> {
    let table = Table::open(at, value, &SHAPE, mistakes)?;
    let keys = secrets(&table, bindings, mistakes);
    if keys.iter().any(|key| (16..KEY_BYTES).contains(&key.expose().len())) {
        mistakes.add(table.at("secret"), "names a secret shorter than 32 bytes, too short a key for HS256");
    }
    let lifetime_s = match table.get("lifetime_s").map(Value::as_u64) {
        None => 900,
        Some(Some(seconds @ 60..=3_600)) => seconds,
        Some(_) => {
            mistakes.add(table.at("lifetime_s"), "must be a whole number of seconds, 60 to 3600");
            900
        }
    };
    if !public && table.get("rate_limit").is_some() {
        mistakes.add(table.at("rate_limit"), "is for public callers; this one has a `rate_limit` of its own");
        return None;
    }
    let rate_limit = if public { limit::read(&table, Some(LIMIT), bindings, limits, mistakes) } else { None };
    Some(Sessions { keys, lifetime_s, rate_limit })
}
