//! Compares one pattern with a text at one place.
//!
//! Why it exists: an escape can be read in more than one way, and only the characters behind it
//! tell which was meant. With the secret `%25x`, the text `%25x` is the secret itself and not an
//! escaped `%`. So the comparison follows all readings at once: a set of places, moved forward by
//! one pattern character at a time. The cost is bounded by the length of the pattern.
//!
//! The set is bounded too. Only a secret with a long run of `\`, `%` or `&` in a text that is
//! escaped several times over can fill it; the raw reading is always kept.

use super::pattern::Pattern;
use super::unit::{self, DEPTH, Source};

/// Readings followed at once.
const PLACES: usize = 32;

/// Blanks passed over at a line break inside Base64: the break and the indentation behind it.
const BLANKS: usize = 40;

struct Places {
    list: [usize; PLACES],
    count: usize,
}

impl Places {
    const fn none() -> Self {
        Self { list: [0; PLACES], count: 0 }
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.list.iter().take(self.count).copied()
    }

    fn push(&mut self, place: usize) {
        if self.iter().any(|known| known == place) {
            return;
        }
        if let Some(slot) = self.list.get_mut(self.count) {
            *slot = place;
            self.count = self.count.saturating_add(1);
        }
    }
}

/// The end of the pattern's occurrence that begins at `start`, the longest if readings differ,
/// with the padding that belongs to it.
pub(super) fn match_at(text: &[u8], start: usize, pattern: &Pattern) -> Option<usize> {
    // Most texts spell most characters plainly.
    let plain = |(index, byte): &(usize, &u8)| !unit::starts(**byte) && pattern.accepts(*index, **byte);
    let ahead = text.get(start..)?.iter().take(pattern.len()).enumerate();
    let plain = ahead.take_while(plain).count();
    let mut places = Places::none();
    places.push(start.saturating_add(plain));
    for index in plain..pattern.len() {
        let mut next = Places::none();
        for at in places.iter() {
            step(text, at, pattern, index, &mut next);
        }
        if next.count == 0 {
            return None;
        }
        places = next;
    }
    let mut end = places.iter().max()?;
    for _ in 0..pattern.padding() {
        let mut padding = None;
        unit::readings(text, end, |(byte, next)| {
            if byte == b'=' {
                padding = padding.max(Some(next));
            }
        });
        end = padding.unwrap_or(end);
    }
    Some(end)
}

/// Adds the places behind pattern character `index` when it stands at `at`.
fn step(text: &[u8], at: usize, pattern: &Pattern, index: usize, next: &mut Places) {
    if accept(text, at, pattern, index, next) || index == 0 || !pattern.wraps() {
        return;
    }
    if let Some(at) = skip_breaks(text, at) {
        accept(text, at, pattern, index, next);
    }
}

fn accept(text: &[u8], at: usize, pattern: &Pattern, index: usize, next: &mut Places) -> bool {
    let mut any = false;
    unit::readings(text, at, |(byte, end)| {
        if pattern.accepts(index, byte) {
            next.push(end);
            any = true;
        }
    });
    any
}

/// The place behind a line break and the blanks after it; nothing where no line ends.
fn skip_breaks(text: &[u8], at: usize) -> Option<usize> {
    let (byte, mut at) = text.read(at, DEPTH)?;
    if !unit::breaks(byte) {
        return None;
    }
    for _ in 0..BLANKS {
        match text.read(at, DEPTH) {
            Some((byte, next)) if unit::blank(byte) => at = next,
            _ => break,
        }
    }
    Some(at)
}
