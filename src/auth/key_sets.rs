//! Key sets of issuers, fetched from their JWKS URLs and kept for a while.
//!
//! A token can name any key, so an unknown name may cause a fetch at most once per [`COOLDOWN`]: ten thousand made-up
//! names are one fetch. A set is looked at again after [`FRESH`], so that a key which its issuer withdrew stops working;
//! while the issuer cannot be reached the last good set serves on, but never beyond [`OLDEST`].

use std::collections::BTreeMap;

use super::KeySet;
use crate::http::message::Millis;

/// From this age on one request refreshes the set.
const FRESH: Millis = 300_000;
/// At this age a set counts as none.
const OLDEST: Millis = 3_600_000;
/// Least time between two fetches while there is a set.
const COOLDOWN: Millis = 60_000;
/// The same while there is none.
const RETRY: Millis = 5_000;
/// How long a fetch may stay silent before another request fetches in its place. Longer than any fetch may take.
const TAKEOVER: Millis = 10_000;

/// Key sets by URL.
#[derive(Default)]
pub struct KeySets(BTreeMap<String, Slot>);

#[derive(Default)]
struct Slot {
    set: Option<(KeySet, Millis)>,
    asked_at: Option<Millis>,
    fetching: bool,
}

/// What a request finds.
pub(super) enum Look<'a> {
    /// The set to judge by, whether or not it has the key.
    Judge(&'a KeySet),
    /// Fetch it, then look again.
    Fetch {
        /// There is a set with the key that serves meanwhile: this fetch must not cost much time.
        ahead: bool,
    },
    /// Somebody fetches it: look again in a moment.
    Wait,
    /// There is none, and it is too early to ask again.
    Unavailable,
}

impl KeySets {
    /// Looks for the set that has the key named `kid`. `asked`: this request has fetched it already.
    pub(super) fn look(&mut self, url: &str, kid: Option<&str>, now: Millis, asked: bool) -> Look<'_> {
        let slot = self.0.entry(url.to_owned()).or_default();
        let since = |time: Millis| now.saturating_sub(time);
        let age = slot.set.as_ref().map(|(_, fetched_at)| since(*fetched_at)).filter(|age| *age < OLDEST);
        let fetching = slot.fetching && slot.asked_at.is_some_and(|asked_at| since(asked_at) < TAKEOVER);
        let pause = if age.is_some() { COOLDOWN } else { RETRY };
        let may_ask = !asked && slot.asked_at.is_none_or(|asked_at| since(asked_at) >= pause);
        let has_key = slot.set.as_ref().is_some_and(|(set, _)| set.find(kid).is_some());
        let wanted = age.is_none_or(|age| age >= FRESH) || !has_key;
        if wanted && !fetching && may_ask {
            slot.asked_at = Some(now);
            slot.fetching = true;
            return Look::Fetch { ahead: age.is_some() && has_key };
        }
        match &slot.set {
            Some((set, _)) if age.is_some() && (has_key || !fetching) => Look::Judge(set),
            _ if fetching => Look::Wait,
            _ => Look::Unavailable,
        }
    }

    /// Keeps a set that was fetched. `None`: the fetch failed, or brought no set; the last good one stays.
    pub(super) fn fetched(&mut self, url: &str, set: Option<KeySet>, now: Millis) {
        let slot = self.0.entry(url.to_owned()).or_default();
        slot.fetching = false;
        if let Some(set) = set {
            slot.set = Some((set, now));
        }
    }
}
