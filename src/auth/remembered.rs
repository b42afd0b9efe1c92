//! Tokens whose signature was checked a moment ago, known by their digest.
//!
//! Checking a signature costs a round trip through the platform; a caller that makes ten requests pays for one. Only who
//! the caller is gets remembered: what it may do is decided anew on every request, and so is whether the key is still in
//! the issuer's set.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Identity;
use crate::http::message::Millis;

/// How long a checked signature is believed, in milliseconds.
const LONGEST: Millis = 600_000;
/// Tokens remembered at a time. The oldest makes room.
const MOST: usize = 1_000;

/// Checked tokens by digest.
#[derive(Default)]
pub(super) struct Remembered(BTreeMap<[u8; 32], Entry>);

/// A checked token.
pub(super) struct Entry {
    /// Name of the caller it belongs to.
    pub(super) caller: String,
    /// Name of the key that signed it.
    pub(super) kid: Option<String>,
    /// That very key.
    pub(super) key: [u8; 32],
    /// Whose it is.
    pub(super) identity: Rc<Identity>,
    checked_at: Millis,
    until: Millis,
}

impl Remembered {
    /// The token, if it is still good at `now`.
    pub(super) fn find(&self, digest: &[u8; 32], now: Millis) -> Option<&Entry> {
        self.0.get(digest).filter(|entry| now < entry.until)
    }

    /// Keeps a token whose signature was just checked and which expires at `expires_at`.
    pub(super) fn keep(
        &mut self,
        digest: [u8; 32],
        caller: &str,
        (kid, key): (Option<&str>, [u8; 32]),
        identity: Rc<Identity>,
        expires_at: Millis,
        now: Millis,
    ) {
        if self.0.len() >= MOST {
            self.0.retain(|_, entry| now < entry.until);
        }
        if self.0.len() >= MOST
            && let Some(oldest) = self.0.iter().min_by_key(|(_, entry)| entry.checked_at).map(|(digest, _)| *digest)
        {
            self.0.remove(&oldest);
        }
        let until = expires_at.min(now.saturating_add(LONGEST));
        let (caller, kid) = (caller.to_owned(), kid.map(str::to_owned));
        self.0.insert(digest, Entry { caller, kid, key, identity, checked_at: now, until });
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}
