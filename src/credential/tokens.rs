//! Tokens in use, one per upstream.
//!
//! A request that needs a token while another one fetches it waits a moment and looks again, because on this platform
//! one request must not await another's promise. A fetch that never reports back (its request panicked, its isolate was
//! taken away) is taken over after a while, so nothing hangs. A failure is remembered for a moment, so that a thousand
//! waiting requests do not ask a broken endpoint a thousand times.

use std::collections::BTreeMap;

use super::TokenRefusal;
use crate::config::Secret;
use crate::http::message::Millis;
use crate::scrub::Needles;

/// How long a fetch may stay silent before another request fetches in its place. Longer than any fetch may take.
const TAKEOVER: Millis = 12_000;
/// Token fetches that one request may cause.
const MOST_FETCHES: u32 = 3;
/// How long a failure is remembered.
const REMEMBER_FAILURE: Millis = 1_000;

/// Tokens by upstream.
#[derive(Default)]
pub struct Tokens(BTreeMap<String, Slot>);

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    fetching_since: Option<Millis>,
    failure: Option<(Millis, TokenFailure)>,
    secret_index: usize,
}

struct Token {
    text: Secret,
    needles: Needles,
    /// When it was asked for; its name among the tokens of this upstream.
    generation: Millis,
    /// From here on one request refreshes it ahead of time.
    refresh_at: Millis,
    /// From here on it counts as expired, early enough to arrive.
    unusable_at: Millis,
    /// Here it does expire.
    expires_at: Millis,
}

/// Why there is no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenFailure {
    /// The endpoint said no.
    Refused(TokenRefusal),
    /// The endpoint did not answer.
    TimedOut,
    /// The endpoint could not be reached or answered nonsense.
    Broken,
}

/// What a request finds.
pub enum Look<'a> {
    /// A good token: its text and its generation.
    Use(&'a Secret, u64),
    /// None, and nobody fetches one: fetch.
    Fetch {
        /// With this secret.
        secret_index: usize,
        /// The old token is still good: this fetch is ahead of time.
        ahead: bool,
    },
    /// Somebody fetches one: wait and look again.
    Wait,
    /// A fetch failed a moment ago.
    Failed(TokenFailure),
}

impl Tokens {
    /// Looks for a token. After [`Look::Fetch`] the caller must report by [`Tokens::store`] or [`Tokens::fail`].
    ///
    /// `fetched` is how often this request has fetched already. After the first time it refreshes nothing ahead of time;
    /// after [`MOST_FETCHES`] it makes do with what there is, so that tokens that hardly live do not become a loop.
    pub fn look(&mut self, upstream: &str, now: Millis, fetched: u32) -> Look<'_> {
        let slot = self.0.entry(upstream.to_owned()).or_default();
        let fetching = slot.fetching_since.is_some_and(|since| now < since.saturating_add(TAKEOVER));
        let failed = slot.failure.filter(|(until, _)| now < *until).map(|(_, failure)| failure);
        let patient = fetched >= MOST_FETCHES;
        let usable =
            slot.token.as_ref().is_some_and(|token| now < if patient { token.expires_at } else { token.unusable_at });
        let refresh = fetched == 0 && slot.token.as_ref().is_some_and(|token| now >= token.refresh_at);
        if usable && (!refresh || fetching || failed.is_some()) {
            return match &slot.token {
                Some(token) => Look::Use(&token.text, token.generation),
                None => Look::Wait,
            };
        }
        match failed {
            Some(failure) => Look::Failed(failure),
            None if patient => Look::Failed(TokenFailure::Broken),
            None if fetching => Look::Wait,
            None => {
                slot.fetching_since = Some(now);
                Look::Fetch { secret_index: slot.secret_index, ahead: usable }
            }
        }
    }

    /// Keeps a fetched token. Its lifetime counts from when it was asked for, and ends early by a tenth or 30 seconds,
    /// so that it does not expire on its way to the upstream.
    pub fn store(&mut self, upstream: &str, text: Secret, lifetime_s: u64, asked_at: Millis) {
        let slot = self.0.entry(upstream.to_owned()).or_default();
        let lifetime = lifetime_s.saturating_mul(1_000);
        let margin = (lifetime / 10).min(30_000);
        slot.token = Some(Token {
            needles: Needles::new(text.expose()),
            text,
            generation: asked_at,
            refresh_at: asked_at.saturating_add((lifetime / 4).saturating_mul(3)),
            unusable_at: asked_at.saturating_add(lifetime.saturating_sub(margin)),
            expires_at: asked_at.saturating_add(lifetime),
        });
        slot.fetching_since = None;
        slot.failure = None;
    }

    /// Remembers that a fetch failed. An old token stays as long as it is good.
    pub fn fail(&mut self, upstream: &str, failure: TokenFailure, now: Millis) {
        let slot = self.0.entry(upstream.to_owned()).or_default();
        slot.fetching_since = None;
        slot.failure = Some((now.saturating_add(REMEMBER_FAILURE), failure));
    }

    /// Forgets a token that the upstream refused, unless a newer one is here already: of a hundred requests that are
    /// refused together only the first one causes a fetch.
    pub fn drop_refused(&mut self, upstream: &str, generation: u64) {
        if let Some(slot) = self.0.get_mut(upstream)
            && slot.token.as_ref().is_some_and(|token| token.generation == generation)
        {
            slot.token = None;
        }
    }

    /// Turns to the upstream's next secret, where a rotation has two.
    pub fn use_next_secret(&mut self, upstream: &str, secret_index: usize, count: usize) {
        let slot = self.0.entry(upstream.to_owned()).or_default();
        slot.secret_index = secret_index.saturating_add(1).checked_rem(count.max(1)).unwrap_or(0);
        slot.fetching_since = None;
    }

    /// The secret in use.
    pub fn secret_index(&self, upstream: &str) -> usize {
        self.0.get(upstream).map_or(0, |slot| slot.secret_index)
    }

    /// What the scrubber looks for, if this is the token in use.
    pub fn needles(&self, upstream: &str, generation: u64) -> Option<&Needles> {
        let token = self.0.get(upstream)?.token.as_ref()?;
        (token.generation == generation).then_some(&token.needles)
    }
}
