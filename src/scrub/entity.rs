//! Reads the HTML entities of printable ASCII.
//!
//! Why it exists: an upstream's error page writes what it echoes through a template. It does not
//! know the entities of other characters: credentials are ASCII.

use super::unit::{DEPTH, Reading, Source, ascii};

/// Digits read of a number, leading zeros included.
const DIGITS: usize = 12;

/// The longest name below, with room for the `;`.
const NAME: usize = 14;

/// No entity is longer than this behind its `&`, when none of its characters is escaped.
pub(super) const REACH: usize = 16;

/// An entity from behind its `&` to its `;`.
pub(super) fn closed(source: &impl Source, at: usize, depth: usize) -> Option<Reading> {
    let (byte, next) = source.read(at, depth)?;
    if byte != b'#' {
        return named(source, at, depth);
    }
    let (value, end) = number(source, next, depth)?;
    let (byte, end) = source.read(end, depth)?;
    ascii((value, end)).filter(|_| byte == b';')
}

/// An entity without its `;`, which browsers accept from numbers and the four oldest names.
pub(super) fn unclosed(source: &impl Source, at: usize) -> Option<Reading> {
    let (byte, next) = source.read(at, DEPTH)?;
    if byte == b'#' {
        return ascii(number(source, next, DEPTH)?);
    }
    let ahead = source.text().get(at..)?;
    let (name, byte) = match byte {
        b'a' | b'A' => (b"amp".as_slice(), b'&'),
        b'l' | b'L' => (b"lt".as_slice(), b'<'),
        b'g' | b'G' => (b"gt".as_slice(), b'>'),
        b'q' | b'Q' => (b"quot".as_slice(), b'"'),
        _ => return None,
    };
    ahead
        .get(..name.len())
        .filter(|ahead| ahead.eq_ignore_ascii_case(name))
        .map(|_| (byte, at.saturating_add(name.len())))
}

/// The digits of a numeric entity.
fn number(source: &impl Source, at: usize, depth: usize) -> Option<(u32, usize)> {
    let (byte, next) = source.read(at, depth)?;
    let (base, mut end) = match byte {
        b'x' | b'X' => (16_u32, next),
        _ => (10, at),
    };
    let (mut value, mut any) = (0_u32, false);
    for _ in 0..DIGITS {
        let digit = source.read(end, depth).and_then(|(byte, next)| Some((char::from(byte).to_digit(base)?, next)));
        let Some((digit, next)) = digit else {
            break;
        };
        value = value.saturating_mul(base).saturating_add(digit);
        (any, end) = (true, next);
    }
    any.then_some((value, end))
}

fn named(source: &impl Source, mut at: usize, depth: usize) -> Option<Reading> {
    let mut name = [0_u8; NAME];
    for length in 0..NAME {
        let (byte, next) = source.read(at, depth)?;
        if byte == b';' {
            return meaning(name.get(..length)?).map(|byte| (byte, next));
        }
        if !byte.is_ascii_alphabetic() {
            return None;
        }
        *name.get_mut(length)? = byte;
        at = next;
    }
    None
}

/// The names HTML has for printable ASCII.
fn meaning(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"amp" | b"AMP" => b'&',
        b"lt" | b"LT" => b'<',
        b"gt" | b"GT" => b'>',
        b"quot" | b"QUOT" => b'"',
        b"apos" => b'\'',
        b"Tab" => b'\t',
        b"NewLine" => b'\n',
        b"nbsp" => b' ',
        b"excl" => b'!',
        b"num" => b'#',
        b"dollar" => b'$',
        b"percnt" => b'%',
        b"lpar" => b'(',
        b"rpar" => b')',
        b"ast" | b"midast" => b'*',
        b"plus" => b'+',
        b"comma" => b',',
        b"period" => b'.',
        b"sol" => b'/',
        b"colon" => b':',
        b"semi" => b';',
        b"equals" => b'=',
        b"quest" => b'?',
        b"commat" => b'@',
        b"lsqb" | b"lbrack" => b'[',
        b"bsol" => b'\\',
        b"rsqb" | b"rbrack" => b']',
        b"Hat" => b'^',
        b"lowbar" | b"UnderBar" => b'_',
        b"grave" => b'`',
        b"lcub" | b"lbrace" => b'{',
        b"verbar" | b"vert" | b"VerticalLine" => b'|',
        b"rcub" | b"rbrace" => b'}',
        _ => return None,
    })
}
