//! The last barrier of the *Silent* law: searches what leaves the gateway after an upstream was
//! involved (answer bodies, log lines; headers are numbers or our own) for the credentials it
//! injected upstream, and writes `[redacted]` over each of them.
//!
//! Why it exists: an upstream, or a proxy in front of it, may echo the request it received. A
//! debug page, a problem detail or a `Location` then carries the injected credential to a caller
//! who must never hold it, and seldom as it was sent: it went through a JSON writer, an HTML
//! template, a URL, a `Basic` header.
//!
//! Found, in any letter case, at any place, and mixed freely from character to character:
//! - the secret itself, with each character raw, `%41`, `\u0041`, `\x41`, `\/`, `\"`, `\n`,
//!   `&#65;`, `&#x41;` or a named HTML entity, one inside the other up to three deep (`%2541`,
//!   `\u0026amp;`), and with `+` for a space as forms write it;
//! - its hexadecimal form, alone or inside a longer run;
//! - its Base64 and Base64url forms, padded or not, wrapped in lines or not, alone or inside the
//!   encoding of a longer text (`user:secret`) at each of the three alignments. The secret may
//!   have been percent- or JSON-escaped, in the common ways, before it was encoded.
//! - Hexadecimal and Base64 forms may be escaped themselves (`%3D`, `\/`).
//!
//! A scheme before the secret (`bearer …`, `BASIC …`) is no part of it and changes nothing.
//!
//! Not promised:
//! - secrets under [`SHORTEST`] bytes are not searched: they would be found by chance, and clean
//!   answers would be damaged. Neither is one that is part of the mark `[redacted]`;
//! - pieces of a secret (a body cut off in the middle of it), and forms that need another
//!   decoder: compression, encryption, UTF-16, Base32, Base64 of Base64. Whoever injects a
//!   composed value (`Basic …`) may register that value as a secret of its own;
//! - characters beyond ASCII are found raw, percent-encoded, `\xXX`, in hex and in Base64, not as
//!   `\uXXXX` or an entity. Credentials travel in header values and are ASCII;
//! - a hit inside a JSON string leaves the JSON readable; a hit outside of one (a secret that is
//!   a bare number) does not;
//! - one pass holds for secrets as they are issued. One that repeats a single character (worst of
//!   all `\`, `%` or `&`) makes a text of the same character slow to search. Refuse such secrets
//!   where they are configured.
//!
//! The interface takes whole buffers only: the gateway never streams, and a secret could hide
//! across the border of two chunks.

mod entity;
mod json;
mod pattern;
mod scan;
mod unit;
mod walk;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tests;

use pattern::Pattern;
use scan::{Table, bit};
use zeroize::{Zeroize, Zeroizing};

/// What is written over each occurrence.
pub const MARK: &str = "[redacted]";

/// Secrets with fewer bytes than this are not searched.
pub const SHORTEST: usize = 8;

/// A replacement can join a secret out of the mark and its neighbours, when the secret itself
/// holds pieces of the mark. Such text is searched again, at most this often.
const ROUNDS: usize = 4;

/// One secret, prepared for the search in all its spellings.
///
/// Prepared once per secret and reused. Wiped when dropped; it has no `Debug`, so that it cannot
/// reach a log.
pub struct Needles {
    patterns: Vec<Pattern>,
}

impl Needles {
    /// Prepares a secret. One under [`SHORTEST`] bytes is accepted, and never found.
    pub fn new(secret: &str) -> Self {
        let hidden = secret.len() < SHORTEST || MARK.contains(Zeroizing::new(secret.to_ascii_lowercase()).as_str());
        let patterns = if hidden { Vec::new() } else { pattern::spellings(secret.as_bytes()) };
        Self { patterns }
    }

    /// Whether the secret is long enough to be searched at all.
    pub fn is_searched(&self) -> bool {
        !self.patterns.is_empty()
    }
}

/// A set of secrets with the table for a single pass over a text. Worth keeping for the body,
/// the header values and the log lines of one request.
pub struct Scrubber<'a> {
    needles: &'a [&'a Needles],
    table: Table,
}

impl<'a> Scrubber<'a> {
    /// Joins the prepared secrets.
    pub fn new(needles: &'a [&'a Needles]) -> Self {
        Self { needles, table: Table::new(patterns(needles)) }
    }

    /// Whether the bytes hold a secret in any spelling: for places that cannot carry the mark,
    /// such as header names, and must be dropped instead.
    pub fn finds(&self, text: &[u8]) -> bool {
        !self.hits(text, true).is_empty()
    }

    /// Writes [`MARK`] over every occurrence and returns how many there were. Occurrences that
    /// overlap count as one. At 0 the buffer is untouched and nothing was allocated.
    pub fn scrub(&self, text: &mut Vec<u8>) -> usize {
        let mut total = 0_usize;
        for _ in 0..ROUNDS {
            let hits = self.hits(text, false);
            if hits.is_empty() {
                break;
            }
            total = total.saturating_add(hits.len());
            let clean = rewrite(text, &hits);
            // The old bytes hold the secret.
            text.zeroize();
            *text = clean;
        }
        total
    }

    /// As [`Scrubber::scrub`], for text. Both ends of an occurrence are character borders, so the
    /// text stays text.
    pub fn scrub_text(&self, text: &mut String) -> usize {
        if !self.finds(text.as_bytes()) {
            return 0;
        }
        let mut bytes = std::mem::take(text).into_bytes();
        let count = self.scrub(&mut bytes);
        *text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        count
    }

    /// The occurrences, in order and without overlaps; `first` ends the search at one.
    fn hits(&self, text: &[u8], first: bool) -> Vec<(usize, usize)> {
        let mut hits: Vec<(usize, usize)> = Vec::new();
        if patterns(self.needles).next().is_none() {
            return hits;
        }
        scan::places(text, &self.table, &mut |at, wanted| {
            let Some(end) = self.longest(text, at, wanted) else {
                return true;
            };
            let mut hit = json::whole((at, end), text);
            while let Some(later) = hits.pop_if(|later| later.0 < hit.1) {
                hit = (hit.0.min(later.0), hit.1.max(later.1));
            }
            hits.push(hit);
            !first
        });
        hits.reverse();
        hits
    }

    /// The end of the longest occurrence of a wanted pattern that begins at `at`.
    fn longest(&self, text: &[u8], at: usize, wanted: u64) -> Option<usize> {
        patterns(self.needles)
            .filter(|(index, _)| wanted & bit(*index) != 0)
            .filter_map(|(_, pattern)| walk::match_at(text, at, pattern))
            .max()
    }
}

/// [`Scrubber::scrub`] for a single buffer.
pub fn scrub(text: &mut Vec<u8>, needles: &[&Needles]) -> usize {
    Scrubber::new(needles).scrub(text)
}

/// [`Scrubber::scrub_text`] for a single text.
pub fn scrub_text(text: &mut String, needles: &[&Needles]) -> usize {
    Scrubber::new(needles).scrub_text(text)
}

fn patterns<'a>(needles: &'a [&'a Needles]) -> impl Iterator<Item = (usize, &'a Pattern)> {
    needles.iter().flat_map(|needles| needles.patterns.iter()).enumerate()
}

/// Copies the text with the mark in place of each hit.
fn rewrite(text: &[u8], hits: &[(usize, usize)]) -> Vec<u8> {
    let marks = hits.len().saturating_mul(MARK.len());
    let mut clean = Vec::with_capacity(text.len().saturating_add(marks));
    let mut from = 0;
    for (start, end) in hits {
        clean.extend_from_slice(text.get(from..*start).unwrap_or_default());
        clean.extend_from_slice(MARK.as_bytes());
        from = *end;
    }
    clean.extend_from_slice(text.get(from..).unwrap_or_default());
    clean
}
