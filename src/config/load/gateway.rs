//! `GATEWAY`.

use serde_json::Value;

use super::{
    address::Address,
    entry::{Bindings, table},
    mistake::Mistakes,
    table::{Shape, Table},
};
use crate::config::GatewaySettings;
use crate::http::hops::pseudonym;

const SHAPE: Shape = Shape { known: &["public_origin", "deadline_s", "limits"], refused: &[] };

/// Seconds for one request, if none are given.
const DEADLINE_S: u64 = 20;

/// What could be read of it. The origin is judged against upstreams even where something else is wrong.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) origin: Option<Address>,
    pub(super) settings: Option<GatewaySettings>,
}

/// Reads `GATEWAY`. Refuses to do without it: links, loop check and `Host` check all need our own origin.
pub(super) fn read(bindings: &Bindings, mistakes: &mut Mistakes) -> Draft {
    let Some(value) = bindings.get("GATEWAY") else {
        mistakes.add("GATEWAY", "is required");
        return Draft::default();
    };
    let Some(value) = table(value, "GATEWAY", mistakes) else {
        return Draft::default();
    };
    let Some(table) = Table::open("GATEWAY", &value, &SHAPE, mistakes) else {
        return Draft::default();
    };

    let origin = table.required_text("public_origin", mistakes).and_then(|text| {
        let origin = Address::origin(text).and_then(Address::comparable);
        origin.map_err(|reason| mistakes.add(table.at("public_origin"), reason)).ok()
    });
    let deadline_ms = deadline_ms(table.get("deadline_s"));
    if deadline_ms.is_none() {
        mistakes.add(table.at("deadline_s"), "must be a whole number of seconds, 1 to 60");
    }
    let limits = table.word("limits", &[("on", true), ("off", false)], mistakes).unwrap_or(true);
    let settings = origin.as_ref().zip(deadline_ms).map(|(origin, deadline_ms)| GatewaySettings {
        public_origin: origin.text.clone(),
        loopback: origin.loopback_to_browsers(),
        deadline_ms,
        via: pseudonym(&origin.text),
        limits,
        version: version(bindings),
    });
    Draft { origin, settings }
}

/// Milliseconds; absent if the value is not a whole number in range.
fn deadline_ms(value: Option<&Value>) -> Option<u64> {
    let seconds = value.map_or(Some(DEADLINE_S), Value::as_u64)?;
    (1..=60).contains(&seconds).then(|| seconds.saturating_mul(1_000))
}

/// The id in the platform's version binding, where there is one.
fn version(bindings: &Bindings) -> Option<String> {
    let id = bindings.get("CF_VERSION_METADATA")?.get("id")?.as_str()?;
    let plain = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && !id.is_empty()).then(|| id.to_owned())
}
