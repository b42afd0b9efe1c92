//! From the Worker's bindings to checked [`Settings`].
//!
//! It exists so that the rest of the gateway never meets a half-configured upstream or caller: either everything is
//! in order, or there are no settings at all and every mistake is named. What is not understood is refused, an empty
//! list is never read as "no restriction", and a message names entries, members and secrets but never holds a value.
//!
//! One file per concern: `entry` finds the bindings, `table` reads members, `address` judges origins, then one file
//! for each kind of entry, and `together` for what only shows when all entries are seen side by side.

mod address;
mod caller;
mod credential;
mod entry;
mod gateway;
mod grant;
mod issuer;
mod limit;
mod mistake;
mod secrets;
mod session;
mod table;
mod together;
mod upstream;

#[cfg(test)]
mod tests;

pub use mistake::Mistake;

use super::Settings;
use entry::Bindings;
use mistake::Mistakes;

/// Reads everything that was configured, from the Worker's bindings as one JSON object.
///
/// `GATEWAY`, `UPSTREAM_*` and `CALLER_*` are entries: JSON objects, or texts that hold one. Any other binding is
/// looked at only where an entry names it as a secret. The list of mistakes is never empty.
pub fn load(bindings_json: &str) -> Result<Settings, Vec<Mistake>> {
    let mut mistakes = Mistakes::default();
    let settings = settings(bindings_json, &mut mistakes);
    match settings {
        Some(settings) if mistakes.none() => Ok(settings),
        _ => Err(mistakes.into_list()),
    }
}

/// The settings as far as they could be read; they count only if there is no mistake.
fn settings(bindings_json: &str, mistakes: &mut Mistakes) -> Option<Settings> {
    let bindings = Bindings::parse(bindings_json, mistakes)?;
    let upstream_entries = bindings.entries("UPSTREAM_", 64, mistakes);
    let caller_entries = bindings.entries("CALLER_", 256, mistakes);
    let gateway = gateway::read(&bindings, mistakes);
    let upstream_entries = upstream_entries?;
    if upstream_entries.is_empty() {
        mistakes.add("UPSTREAM_*", "at least one upstream is required");
    }
    let upstreams: Vec<_> = upstream_entries.iter().map(|entry| upstream::read(entry, &bindings, mistakes)).collect();
    let limits = gateway.settings.as_ref().is_none_or(|settings| settings.limits);
    let callers: Vec<_> =
        caller_entries?.iter().map(|entry| caller::read(entry, &upstreams, &bindings, limits, mistakes)).collect();
    together::upstreams(gateway.origin.as_ref(), &upstreams, mistakes);
    together::callers(gateway.origin.as_ref(), &callers, mistakes);
    together::sandbox(&upstreams, &callers, mistakes);

    let mut upstreams: Vec<_> = upstreams.into_iter().filter_map(|draft| draft.upstream).collect();
    let mut callers: Vec<_> = callers.into_iter().filter_map(|draft| draft.caller).collect();
    upstreams.sort_by(|one, other| one.name.cmp(&other.name));
    callers.sort_by(|one, other| one.name.cmp(&other.name));
    Some(Settings { gateway: gateway.settings?, upstreams, callers })
}
