//! Reads one character of a text in whatever way it may be spelled.
//!
//! Why it exists: the comparison asks, character by character, "could this be an `A`?", and the
//! answer depends on how many decoders the text went through on its way. Each reading undoes one
//! escape more than the one before: `%2541` reads as `%`, as `%` again (of three bytes) and as
//! `A`.
//!
//! It does not promise to be a decoder of any one format: it accepts the union of them, and of
//! the escapes for characters beyond ASCII only those that name single bytes.

use super::entity;

/// How many escapes may lie inside each other.
pub(super) const DEPTH: usize = 3;

/// A byte and the place behind its spelling.
pub(super) type Reading = (u8, usize);

/// Whether an escape may begin with this byte.
#[inline]
pub(super) const fn starts(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&')
}

/// Whether this byte ends a line.
#[inline]
pub(super) const fn breaks(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Whether this byte may stand between two lines of Base64.
pub(super) const fn blank(byte: u8) -> bool {
    breaks(byte) || matches!(byte, b' ' | b'\t')
}

/// The value of a hexadecimal digit.
#[inline]
pub(super) const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// Where the characters of an escape are read from, each through `depth` decoders itself: the
/// text, or what a scan remembers of it.
pub(super) trait Source {
    /// The whole text.
    fn text(&self) -> &[u8];
    /// The character at `at`; none behind the end.
    fn read(&self, at: usize, depth: usize) -> Option<Reading>;
}

impl Source for &[u8] {
    fn text(&self) -> &[u8] {
        self
    }

    fn read(&self, at: usize, depth: usize) -> Option<Reading> {
        let raw = (*self.get(at)?, at.saturating_add(1));
        if depth == 0 || !starts(raw.0) {
            return Some(raw);
        }
        // No deeper than asked: it ends the recursion.
        chain(self, raw, depth).last().copied()
    }
}

/// A place read through none, one, two and three decoders. One that changes nothing repeats the
/// reading before.
pub(super) type Chain = [Reading; DEPTH.wrapping_add(1)];

/// Reads the place of an escape's first byte, through `most` decoders.
pub(super) fn chain(source: &impl Source, raw: Reading, most: usize) -> Chain {
    let mut last = raw;
    let mut all = [raw; DEPTH.wrapping_add(1)];
    for (depth, slot) in all.iter_mut().skip(1).enumerate() {
        if depth < most && starts(last.0) {
            if let Some(found) = escape(source, last, depth) {
                last = found;
            } else if depth == 0 && hopeless(source, last, most) {
                break;
            }
        }
        *slot = last;
    }
    all
}

/// Whether what failed to be an escape as it stands cannot be one to any of `most` decoders:
/// because it holds no other escape, or because its second character stays wrong.
fn hopeless(source: &impl Source, lead: Reading, most: usize) -> bool {
    let reach = if lead.0 == b'&' { entity::REACH } else { 5 };
    let ahead = source.text().get(lead.1..).unwrap_or_default();
    if !ahead.iter().take(reach).any(|byte| starts(*byte)) {
        return true;
    }
    let second = source.read(lead.1, 0);
    second == source.read(lead.1, most.saturating_sub(1)) && second.is_none_or(|(byte, _)| starts(byte))
}

/// Tells every reading at `at`, the raw byte first; none behind the end of the text.
#[inline]
pub(super) fn readings(text: &[u8], at: usize, mut tell: impl FnMut(Reading)) {
    if let Some(byte) = text.get(at) {
        let raw = (*byte, at.saturating_add(1));
        if starts(*byte) {
            each(&text, &chain(&text, raw, DEPTH), tell);
        } else {
            tell(raw);
        }
    }
}

/// Tells the readings of a chain, each once, and beside each what is an escape only by leave: an
/// entity without its `;`, and a backslash before `%` or `&`, which more often begin an escape
/// of their own.
#[inline]
pub(super) fn each(source: &impl Source, chain: &Chain, mut tell: impl FnMut(Reading)) {
    let mut last = None;
    for reading in chain {
        if last == Some(reading.1) {
            continue;
        }
        last = Some(reading.1);
        tell(*reading);
        let leave = match reading.0 {
            b'&' => entity::unclosed(source, reading.1),
            b'\\' => source.read(reading.1, 0).filter(|(byte, _)| matches!(byte, b'%' | b'&')),
            _ => None,
        };
        if let Some(reading) = leave {
            tell(reading);
        }
    }
}

/// What the escape says that begins with `lead`, when its other characters are read through
/// `depth` decoders.
fn escape(source: &impl Source, lead: Reading, depth: usize) -> Option<Reading> {
    let (byte, at) = source.read(lead.1, depth)?;
    match lead.0 {
        b'%' => match nibble(byte) {
            Some(high) => {
                let (byte, at) = source.read(at, depth)?;
                Some((high.wrapping_shl(4) | nibble(byte)?, at))
            }
            None if byte == b'u' => ascii(digits(source, at, depth, 4)?),
            None => None,
        },
        b'\\' => match byte {
            b'u' => ascii(digits(source, at, depth, 4)?),
            b'x' => byte_of(digits(source, at, depth, 2)?),
            b'n' => Some((b'\n', at)),
            b'r' => Some((b'\r', at)),
            b't' => Some((b'\t', at)),
            b'b' => Some((0x08, at)),
            b'f' => Some((0x0c, at)),
            b'%' | b'&' => None,
            _ => (byte.is_ascii_punctuation() || byte == b' ').then_some((byte, at)),
        },
        b'&' => entity::closed(source, lead.1, depth),
        _ => None,
    }
}

/// Exactly `count` hexadecimal digits.
fn digits(source: &impl Source, mut at: usize, depth: usize, count: usize) -> Option<(u32, usize)> {
    let mut value = 0_u32;
    for _ in 0..count {
        let (byte, next) = source.read(at, depth)?;
        value = value.wrapping_shl(4) | u32::from(nibble(byte)?);
        at = next;
    }
    Some((value, at))
}

/// A code point that is a single byte in UTF-8.
pub(super) fn ascii(code: (u32, usize)) -> Option<Reading> {
    byte_of(code).filter(|(byte, _)| byte.is_ascii())
}

fn byte_of((value, end): (u32, usize)) -> Option<Reading> {
    u8::try_from(value).ok().map(|byte| (byte, end))
}
