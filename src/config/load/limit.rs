//! `rate_limit`: a rate-limit binding, which has to be there.
//!
//! A limit that is configured and cannot be enforced is a mistake, and nothing is served: the other choice would be to serve
//! everybody without a limit and tell nobody.

use super::{
    entry::Bindings,
    mistake::Mistakes,
    table::{Shape, Table},
};
use crate::config::RateLimit;

const SHAPE: Shape = Shape {
    known: &["binding", "period_s"],
    refused: &[("limit", "is set where the binding is made (`[[ratelimits]]`)")],
};

/// Name under which the shell lists the rate-limit bindings, which are no plain JSON. No binding can be called that.
const LIMITERS: &str = "rate limits";

/// Reads `rate_limit`. `default`: the binding where none is named; without it there is no limit then.
pub(super) fn read(
    table: &Table<'_>,
    default: Option<&str>,
    bindings: &Bindings,
    on: bool,
    mistakes: &mut Mistakes,
) -> Option<RateLimit> {
    let at = table.at("rate_limit");
    let limit = match table.get("rate_limit") {
        Some(value) => {
            let table = Table::open(&at, value, &SHAPE, mistakes)?;
            let binding = table.required_text("binding", mistakes)?.to_owned();
            RateLimit { binding, period_s: period(&table, mistakes) }
        }
        None => RateLimit { binding: default?.to_owned(), period_s: 60 },
    };
    if !on {
        return None;
    }
    let bound = bindings.get(LIMITERS).and_then(|names| names.as_array());
    if !bound.is_some_and(|names| names.iter().any(|name| name.as_str() == Some(&limit.binding))) {
        let name = Some(limit.binding.as_str()).filter(|name| is_binding_name(name)).unwrap_or("?");
        mistakes.add(
            at,
            format!("needs the rate-limit binding \"{name}\", which this Worker does not have: add it to `[[ratelimits]]`, or decide to go without any limit by GATEWAY.limits = \"off\""),
        );
    }
    Some(limit)
}

/// The platform's two periods.
fn period(table: &Table<'_>, mistakes: &mut Mistakes) -> u64 {
    match table.get("period_s").map(serde_json::Value::as_u64) {
        None => 60,
        Some(Some(seconds @ (10 | 60))) => seconds,
        Some(_) => {
            mistakes.add(table.at("period_s"), "must be 10 or 60, as in the binding");
            60
        }
    }
}

fn is_binding_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
