//! Keeps backslash escapes whole where a piece of text is replaced.
//!
//! Why it exists: an occurrence may begin or end inside an escape, as `network-key` does in
//! `x\network-key` or `network-key\` in `network-key\"`. Half an escape left standing would break
//! the JSON string around it, so the occurrence is widened to whole escapes. It does not parse
//! JSON: it counts backslashes.

use super::unit::nibble;

/// Widens an occurrence so that it cuts no backslash escape in two.
pub(super) fn whole((start, end): (usize, usize), text: &[u8]) -> (usize, usize) {
    let start = first(text, start);
    let mut at = start;
    while at < end {
        at = token_end(text, at);
    }
    (start, at.max(end))
}

/// Where the escape begins that `at` lies inside, or `at`.
fn first(text: &[u8], at: usize) -> usize {
    (1..6)
        .filter_map(|back| at.checked_sub(back))
        .find(|begin| begins(text, *begin) && token_end(text, *begin) > at)
        .unwrap_or(at)
}

/// Whether an escape begins at `at`: a backslash that is not itself escaped.
fn begins(text: &[u8], at: usize) -> bool {
    let before = text.get(..=at).unwrap_or_default();
    let run = before.iter().rev().take_while(|byte| **byte == b'\\');
    run.count() & 1 == 1
}

/// Where the character or the escape that begins at `at` ends.
fn token_end(text: &[u8], at: usize) -> usize {
    let mut ahead = text.iter().skip(at);
    let length = match (ahead.next(), ahead.next()) {
        (Some(b'\\'), Some(b'u')) => {
            let digits = ahead.take(4).filter(|byte| nibble(**byte).is_some());
            if digits.count() == 4 { 6 } else { 2 }
        }
        (Some(b'\\'), Some(byte)) if byte.is_ascii() => 2,
        _ => 1,
    };
    at.saturating_add(length)
}
